"""Batching: a level whose values hold one number for each example. One call does what a loop over examples would.

An op states a rule (`batch=`, core/batch_rules); an op without one runs once an example, and the results are stacked:
slower, and right.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from .. import errors
from ..core import memory
from ..core.batch_rules import batched, run, spread
from ..core.dispatch import user_line
from ..core.levels import Box, Level, below, boxes, finite, replaced, revalued, stopped
from ..core.payloads import as_payload, shape_of
from ..core.tensor import TensorBase
from ..ops import structure as st
from ..ops.indexing import get


class Batched(Box):
    """A value for each example: the payload's first dimension counts them; or one for all (`mapped` False)."""

    __slots__ = ("payload", "mapped")

    def __init__(self, level: Level, payload: Any, mapped: bool) -> None:
        self.level, self.payload, self.mapped = level, payload, mapped
        data: Any = payload if type(payload) is np.ndarray else memory.peek(payload) if isinstance(
            payload, TensorBase) else payload
        self.dtype = data.dtype
        self.shape = data.shape[1:] if mapped else data.shape

    @property
    def moves(self) -> bool:
        return self.mapped

    def plain(self) -> Any:
        return self if self.mapped else self.payload

    def payloads(self) -> tuple[Any, ...]:
        return (self.payload,)

    def stopped(self) -> Batched:
        return Batched(self.level, stopped(self.payload), self.mapped)

    def revalued(self, new: Any, tape: bool) -> Batched:
        mapped = self.mapped or new.mapped
        old, new = [spread(self.level, x.payload, x.mapped) if mapped else x.payload for x in (self, new)]
        return Batched(self.level, revalued(old, new, tape), mapped)

    def finite(self) -> bool:
        return finite(self.payload)

    def several(self) -> str:
        return (f"a value under vmap has one number for each example, but one is needed here ({user_line()}): "
                "choose by adjoint.where(condition, x, y), or np.where, instead of if, while, bool(), float() or "
                ".item(), or compute it outside of vmap")


class Batching(Level):
    """A level of batched values; `size` is the number of examples, `axis_name` what collectives call it.

    `part` says that they are some of the examples of a vmap.
    """

    name = "vmap"

    def __init__(self, size: int, axis_name: Any = None, randomness: str = "error",
                 part: bool = False) -> None:
        self.size = size
        self.part = part
        self.axis_name = axis_name
        self.randomness = randomness

    def lift(self, payload: Any) -> Batched:
        return Batched(self, as_payload(payload), False)

    def apply(self, op: Any, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
        payloads: list[Any] = []
        mapped: list[bool] = []
        for x in operands:
            if type(x) is Batched and x.level is self:
                payloads.append(x.payload)
                mapped.append(x.mapped)
            else:
                payloads.append(x)
                mapped.append(False)
        keys = False
        if params and boxes(params.values()):
            params = replaced(params, self, lambda b: b if b.mapped else b.payload)
            keys = any([b.level is self for b in boxes(params.values())])
        if op.runs_user_code:
            with below(self):
                return self._boxed(op, run(op, payloads, params) if True not in mapped else op.batch(
                    self, op, payloads, mapped, params), True in mapped)
        if not keys and True not in mapped:
            return self._boxed(op, run(op, payloads, params), False)
        rule = op.batch
        if keys and rule is not None and not known(self, rule, params):
            rule = None
        out = NotImplemented if rule is None else rule(self, op, payloads, mapped, params)
        if out is NotImplemented:
            out = loop(self, op, payloads, mapped, params)
        elif type(out) is Batched and out.level is self:  # a rule that made one value for all examples
            return out
        return self._boxed(op, out, True)

    def _boxed(self, op: Any, out: Any, mapped: bool) -> Any:
        """Results as values of this level."""
        if type(out) is np.ndarray and (not mapped or out.shape[:1] == (self.size,)):
            return Batched(self, out, mapped)
        outs = out if isinstance(out, tuple) else (out,)
        made = [Batched(self, as_payload(o), mapped) for o in outs]
        if mapped and not all([shape_of(b.payload)[:1] == (self.size,) for b in made]):
            raise errors.ShapeError(
                f"{op.op_name}: its batching rule gave results of shapes {[shape_of(b.payload) for b in made]}, whose "
                f"first dimension should count the {self.size} examples: the rule, batch=, of this op is wrong")
        return tuple(made) if isinstance(out, tuple) else made[0]


def known(level: Batching, rule: Any, params: dict[str, Any]) -> bool:
    """Whether the rule takes every parameter that differs between examples."""
    takes = getattr(rule, "takes", ())
    return all([name in takes or not batched(level, value) for name, value in params.items()])


def loop(level: Batching, op: Any, payloads: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """The op once an example, stacked."""
    if level.size == 0:
        raise errors.ShapeError(f"{op.op_name} under vmap over no examples: the shape of its result is not known")
    outs = []
    for i in range(level.size):
        row = [get(x, key=(i, ...)) if m else x for x, m in zip(payloads, mapped, strict=True)]
        outs.append(run(op, row, replaced(params, level, partial(example, i=i))))
    if isinstance(outs[0], tuple):
        return tuple([st.stack([as_payload(o) for o in each], axis=0) for each in zip(*outs, strict=True)])
    return st.stack([as_payload(o) for o in outs], axis=0)


def example(box: Any, i: int) -> Any:
    """One example of a mapped parameter."""
    return memory.concrete(get(box.payload, key=(i, ...)))
