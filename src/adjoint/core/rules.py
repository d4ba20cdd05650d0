"""What a node is, and the rules that belong to no op: leaf, pick, reduce, get, place, annotated.

A node is a plain list, since a list builds in 40 ns and an object in 130 (benchmarks/eager.py):

    [rule, seq, parent, ..., residual, ...]           rule.stop > 0: parents stand at 2 .. stop
    [rule, seq, (parent, ...), params, avals, residual, ...]         rule.stop == 0

`seq` is the creation number. A parent is the node that made the operand, or None if that was not tracked. Residuals
are the arrays and nothing but the arrays that the rule needs; `del node[rule.keep:]` frees them. Because a node names
its rule and lists what it keeps, a recorded tape can be flattened and rebuilt.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .sums import add_up
from .tensor import Aval, TensorBase, next_seq, wrap


class Rule:
    """How cotangents pass a node. `vjp(node, ct, times)` gives one for each parent, None where none is wanted."""

    name = "Rule"
    special = False  # the reverse walk treats it itself
    annotated = False  # it carries hooks or runs user code
    stop = 3
    keep = 3
    size = 3
    module: str | None = None  # shown before the node's name; PyTorch has none before its own

    def vjp(self, node: list[Any], ct: Any, times: Any) -> Any:
        """The parents' cotangents; `times(ct, partial)` is the product to use."""
        raise NotImplementedError

    def lift(self, node: list[Any]) -> list[Any]:
        """The node with tensors for residuals, so that the same vjp records what it does (create_graph)."""
        return node

    def node_name(self, node: list[Any]) -> str:
        """The name that the node's grad_fn shows."""
        return self.name

    def outputs(self, node: list[Any]) -> Any:
        """The avals of the outputs of a node with several; None for a node with one."""
        return None

    def given(self, node: list[Any], out: Aval | None) -> Any:
        """The avals of what the parents gave, where this node, whose own result is `out`, knows them: for pictures."""
        return [None for _ in parents(node)]

    def attribute(self, node: list[Any], name: str) -> Any:
        """What the node's grad_fn has under a name that is not its own."""
        raise AttributeError(f"{self.node_name(node)} has no attribute {name!r}")


class Leaf(Rule):
    """[LEAF, seq, weak reference to the tensor]."""

    name = "AccumulateGrad"
    special = True
    stop = 2
    keep = size = 3


class Pick(Rule):
    """[PICK, seq, parent, index]: output `index` of a node with several outputs."""

    name = "Pick"
    special = True
    keep = size = 4


class Reduce(Rule):
    """[REDUCE, seq, parent, shape, dtype]: an operand that was broadcast or cast on its way into an op."""

    name = "ToCopyBackward0"
    keep = size = 5

    def vjp(self, node: list[Any], ct: Any, times: Any) -> Any:
        return (fit(ct, node[3], node[4]),)

    def given(self, node: list[Any], out: Aval | None) -> Any:
        return [Aval(node[3], node[4])]


LEAF = Leaf()
PICK = Pick()
REDUCE = Reduce()


def fit(ct: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Any:
    """The cotangent summed to `shape`, its real part if `dtype` is real, cast to `dtype`."""
    if ct.shape != shape:
        if ct.ndim < len(shape):
            ct = np.reshape(ct, (1,) * (len(shape) - ct.ndim) + tuple(ct.shape))
        lead = ct.ndim - len(shape)
        axes = (*range(lead), *(lead + i for i, n in enumerate(shape) if n == 1 and ct.shape[lead + i] != 1))
        if axes:
            ct = (add_up if type(ct) is np.ndarray else np.sum)(ct, axis=axes, keepdims=True)
        ct = np.reshape(ct, shape) if lead > 0 else np.broadcast_to(ct, shape)
    return cast(ct, dtype)


def cast(ct: Any, dtype: np.dtype[Any]) -> Any:
    """The value in another dtype; a complex value loses its imaginary part when `dtype` is real."""
    own = ct._a.dtype if isinstance(ct, TensorBase) else ct.dtype
    if own is dtype or own == dtype:
        return ct
    if own.kind == "c" and dtype.kind != "c":
        ct = np.real(ct)
    return astype(ct, dtype=dtype)


def astype(x: Any, *, dtype: np.dtype[Any]) -> Any:
    """A cast of an array, a face or a box (dispatch puts the op here)."""
    return np.asarray(x).astype(dtype) if isinstance(x, (np.ndarray, np.generic)) else astype_op(x, dtype=dtype)


astype_op: Any = None  # set by ops.structure


def picked(parent: list[Any] | None, outputs: tuple[Any, ...], constant: tuple[int, ...] = (),
           face: type[TensorBase] | None = None) -> tuple[Any, ...]:
    """Tensors (or other faces) for the outputs of one node (None: untracked).

    Integer and declared-constant outputs are not tracked.
    """
    made = []
    for i, out in enumerate(outputs):
        tracked = parent is not None and i not in constant and out.dtype.kind not in "biu"
        made.append(wrap(out, [PICK, next_seq(), parent, i] if tracked else None, face))
    return tuple(made)


def parents(node: list[Any]) -> Any:
    """The parents of a node, None where an operand was not tracked."""
    stop = node[0].stop
    return node[2:stop] if stop else node[2]


def aval(array: Any) -> Aval:
    """Shape and dtype of an array."""
    return Aval(array.shape, array.dtype)
