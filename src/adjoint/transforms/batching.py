"""Batching: a level whose values hold one number for each example. One call does what a loop over examples would.

Elementwise ops align the examples; other ops state a rule (`op.batch`); an op without one runs once an example, and
the results are stacked: slower, and right.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import errors
from ..core import memory
from ..core.dispatch import user_line
from ..core.levels import Box, Level, boxes, finite, replaced
from ..core.tensor import TensorBase
from ..ops import structure as st
from ..ops.indexing import get
from .forward import as_payload, dtype_of, shape_of


class Batched(Box):
    """A value for each example: the payload's first dimension counts them; or one for all (`mapped` False)."""

    __slots__ = ("payload", "mapped")

    def __init__(self, level: Level, payload: Any, mapped: bool) -> None:
        self.level, self.payload, self.mapped = level, payload, mapped
        shape = shape_of(payload)
        self.shape, self.dtype = shape[1:] if mapped else shape, dtype_of(payload)

    def plain(self) -> Any:
        return self if self.mapped else self.payload

    def finite(self) -> bool:
        return finite(self.payload)

    def several(self) -> str:
        return (f"a value under vmap has one number for each example, but one is needed here ({user_line()}): "
                "choose by adjoint.where(condition, x, y) (np.where for arrays) instead of if, while, bool(), float() or "
                ".item(), or compute it outside of vmap")


class Batching(Level):
    """A level of batched values; `size` is the number of examples, `axis_name` what collectives call it."""

    name = "vmap"

    def __init__(self, size: int, axis_name: Any = None) -> None:
        self.size = size
        self.axis_name = axis_name

    def lift(self, payload: Any) -> Batched:
        return Batched(self, as_payload(payload), False)

    def apply(self, op: Any, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
        own = [isinstance(x, Batched) and x.level is self for x in operands]
        mapped = [is_own and x.mapped for is_own, x in zip(own, operands, strict=True)]
        payloads = [x.payload if is_own else x for is_own, x in zip(own, operands, strict=True)]
        params = replaced(params, self, lambda b: b if b.mapped else b.payload)
        keys = any([b.level is self for b in boxes(params.values())])
        if not keys and not any(mapped):
            out = run(op, payloads, params)
            return tuple([self.lift(o) for o in out]) if isinstance(out, tuple) else self.lift(out)
        rule = op.batch
        if rule is None and op.elementwise and not keys:
            rule = elementwise
        out = NotImplemented if rule is None else rule(self, op, payloads, mapped, params)
        if out is NotImplemented:
            out = loop(self, op, payloads, mapped, params)
        return tuple([Batched(self, as_payload(o), True) for o in out]) if isinstance(out, tuple) else Batched(
            self, as_payload(out), True)


def run(op: Any, operands: Any, params: dict[str, Any]) -> Any:
    """The op on payloads."""
    return op.call(tuple(operands), **params) if op.arity is None else op.call(*operands, **params)


def elementwise(level: Batching, op: Any, payloads: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """Examples first, then the operands' dimensions aligned at the right, as broadcasting has them."""
    ndim = max([len(shape_of(x)) - m for x, m in zip(payloads, mapped, strict=True)])
    return run(op, [aligned(x, ndim) if m else x for x, m in zip(payloads, mapped, strict=True)], params)


def aligned(x: Any, ndim: int) -> Any:
    """A mapped payload whose examples have `ndim` dimensions, with ones put in where they have fewer."""
    shape = shape_of(x)
    missing = ndim - (len(shape) - 1)
    return x if missing <= 0 else st.reshape(x, shape=(shape[0], *(1,) * missing, *shape[1:]))


def spread(level: Batching, x: Any, mapped: bool) -> Any:
    """The payload with an example dimension, repeated if it had none."""
    return x if mapped else st.broadcast_to(x, shape=(level.size, *shape_of(x)))


def leading(level: Batching, op: Any, payloads: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """For ops that treat leading dimensions as a stack and broadcast them: matrix products, linear algebra."""
    return elementwise(level, op, payloads, mapped, params)


def loop(level: Batching, op: Any, payloads: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """The op once an example, stacked."""
    if level.size == 0:
        raise errors.ShapeError(f"{op.op_name} under vmap over no examples: the shape of its result is not known")
    outs = []
    for i in range(level.size):
        row = [get(x, key=(i, ...)) if m else x for x, m in zip(payloads, mapped, strict=True)]
        outs.append(run(op, row, replaced(params, level, lambda b: example(b.payload, i))))
    if isinstance(outs[0], tuple):
        return tuple([st.stack([as_payload(o) for o in each], axis=0) for each in zip(*outs, strict=True)])
    return st.stack([as_payload(o) for o in outs], axis=0)


def example(payload: Any, i: int) -> Any:
    """One example of a mapped parameter."""
    return memory.concrete(get(payload, key=(i, ...)))
