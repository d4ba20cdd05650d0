"""The graph as user code sees it: `tensor.grad_fn`, a Node with a name, `next_functions`, hooks and saved values."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import cache
from typing import Any

from ..core.annotate import annotation, bare_rule, unpacked
from ..core.hooks import RemovableHandle
from ..core.rules import LEAF, PICK, parents
from ..core.tensor import wrap
from ..errors import GradientError
from .reverse import FREED


class Node:
    """A step of the recorded graph. Two reads of one `grad_fn` give the same object while it is held.

    >>> import adjoint as ad
    >>> x = ad.ones(1, requires_grad=True)
    >>> node = (x.exp() * 2).grad_fn
    >>> node.name(), node.next_functions[0][0].name()
    ('MulBackward0', 'ExpBackward0')
    """

    def __init__(self, record: list[Any]) -> None:
        self._record = record

    def name(self) -> str:
        """The name that printing shows, e.g. MulBackward0."""
        return type(self).__name__

    @property
    def next_functions(self) -> tuple[tuple[Node | None, int], ...]:
        """(node, output number) for each operand; (None, 0) for one that was not tracked."""
        return tuple([(None, 0) if p is None else (grad_fn(p), output_number(p)) for p in parents(self._record)])

    @property
    def metadata(self) -> dict[str, Any]:
        """A dictionary that stays with the node."""
        return annotation(self._record).metadata

    @property
    def variable(self) -> Any:
        """The leaf that an AccumulateGrad node stands for."""
        if bare_rule(self._record) is not LEAF:
            raise AttributeError(f"{self.name()} has no attribute 'variable'")
        return self._record[2]()

    def register_hook(self, fn: Callable[..., Any]) -> RemovableHandle:
        """Call fn(grad_inputs, grad_outputs) after this node's derivative ran; what it returns replaces grad_inputs."""
        return RemovableHandle(annotation(self._record).post, fn)

    def register_prehook(self, fn: Callable[..., Any]) -> RemovableHandle:
        """Call fn(grad_outputs) before this node's derivative runs; what it returns replaces grad_outputs."""
        return RemovableHandle(annotation(self._record).pre, fn)

    def __getattr__(self, name: str) -> Any:
        """`_saved_x`, `_saved_result`: what the node keeps for its derivative, as tensors."""
        record, rule = self._record, bare_rule(self._record)
        if not name.startswith("_saved_"):
            return rule.attribute(record, name)
        if len(record) < rule.size:
            raise GradientError(FREED)
        names = getattr(rule, "saves", ())
        values = unpacked(record[rule.keep:])
        alias = {"self": "x", "other": "y", "result": "out", "input": "x"}.get(name[7:], name[7:])
        for key, value in zip(names, values, strict=False):
            if key == alias:
                return None if value is None else wrap(value)
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    def entry(self) -> list[Any]:
        """The record itself."""
        return self._record


@cache
def _class(name: str, module: str | None) -> type[Node]:
    return type(name, (Node,), {"__module__": module})


_seen: weakref.WeakValueDictionary[int, Node] = weakref.WeakValueDictionary()


def grad_fn(record: list[Any]) -> Node:
    """The Node of a record; that of an output or of a broadcast operand is its producer's."""
    while bare_rule(record) is PICK:
        record = record[2]
    node = _seen.get(id(record))
    if node is None:
        rule = bare_rule(record)
        node = _seen[id(record)] = _class(rule.node_name(record), rule.module)(record)
    return node


def output_number(record: list[Any]) -> int:
    """Which output of its node a record is."""
    return record[3] if bare_rule(record) is PICK else 0


