"""Batching rules: what an op does with a stack of examples, stated where the op is defined, as `batch=`.

A rule gets the operands' payloads, in which the examples are the first dimension where `mapped` says so, and gives the
results with their examples first, or NotImplemented: then the op runs once an example. The words of this file serve
most ops; a function of the op's own, `(level, op, payloads, mapped, params)`, the others:

    pointwise                 each element of the result depends on the elements at its place
    leading(2, 1)             the last 2 (1) dimensions of the operands are the op's; those before them are a stack
    axes(axis=None)           the parameter counts axes of the operand; its default; None means all of them
    flattening(axis=None)     the same, but None means the operand in one row
    axes_of_result(axis=0)    the parameter counts axes of the result
    shaped("shape", axis=0)   the parameter `shape` is that of the result, whose axes the others count

What `leading`, `axes` and `flattening` were told stays on the rule, as `own` and `counted`: along all other dimensions
an op keeps elements apart, which is what sparsity patterns ask.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import registry
from .levels import Box, boxes
from .payloads import shape_of
from .tensor import TensorBase

Rule = Callable[..., Any]


def run(op: Any, operands: Any, params: dict[str, Any]) -> Any:
    """The op on payloads."""
    return op.call(tuple(operands), **params) if op.arity is None else op.call(*operands, **params)


def reshape(x: Any, shape: tuple[int, ...]) -> Any:
    """The payload in another shape."""
    return np.reshape(x, shape) if type(x) is np.ndarray else registry.by_name["reshape"].call(x, shape=shape)


def moveaxis(x: Any, source: Any, destination: Any) -> Any:
    """The payload with axes moved."""
    if source == destination:
        return x
    return np.moveaxis(x, source, destination) if type(x) is np.ndarray else registry.by_name["moveaxis"].call(
        x, source=source, destination=destination)


def spread(level: Any, x: Any, mapped: bool) -> Any:
    """The payload with an example dimension, repeated if it had none."""
    if mapped:
        return x
    x = x if isinstance(x, (TensorBase, Box, np.ndarray)) else np.asarray(x)
    return registry.by_name["broadcast_to"].call(x, shape=(level.size, *shape_of(x)))


def aligned(x: Any, ndim: int) -> Any:
    """A mapped payload whose examples have `ndim` dimensions, with ones put in where they have fewer."""
    shape = shape_of(x)
    missing = ndim - (len(shape) - 1)
    return x if missing <= 0 else reshape(x, (shape[0], *(1,) * missing, *shape[1:]))


def ndims(payloads: list[Any], mapped: list[bool]) -> list[int]:
    """How many dimensions the examples of each operand have."""
    return [len(shape_of(x)) - m for x, m in zip(payloads, mapped, strict=True)]


def batched(level: Any, value: Any) -> bool:
    """Whether a parameter differs between the examples of this level."""
    return any([box.level is level for box in boxes((value,))])


def word(rule: Rule | None) -> str:
    """How an op states this rule; empty for a function of its own."""
    return getattr(rule, "word", "")


def _named(word: str) -> Callable[[Rule], Rule]:
    """Decorator: the rule is what this word of the definitions says."""

    def mark(rule: Rule) -> Rule:
        rule.word = word  # type: ignore[attr-defined]
        return rule

    return mark


def takes(*names: str) -> Callable[[Rule], Rule]:
    """Decorator: the rule takes these parameters batched too; with any other the op runs once an example."""

    def mark(rule: Rule) -> Rule:
        rule.takes = names  # type: ignore[attr-defined]
        return rule

    return mark


@_named("pointwise")
def pointwise(level: Any, op: Any, payloads: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
    """Examples first, then the operands' dimensions aligned at the right, as broadcasting has them."""
    if len(payloads) == 1:
        return op.call(payloads[0], **params)
    has = ndims(payloads, mapped)
    most = max(has)
    return run(op, [aligned(x, most) if m and n != most else x
                    for x, m, n in zip(payloads, mapped, has, strict=True)], params)


def leading(*own: int | None, broadcasts: bool = False) -> Rule:
    """For ops on stacks: how many last dimensions of each operand are the op's (None: it broadcasts against the first).

    Every operand gets the examples, so that a result like one of them has them too. `broadcasts=True`: the results have
    the dimensions of all operands in any case, as a sum has them, and an operand that all examples share stays one.
    """

    @_named(f"leading({', '.join(map(str, own))})")
    def rule(level: Any, op: Any, payloads: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
        has = ndims(payloads, mapped)
        first = own[0] or 0
        lead = [n - k for n, k in zip(has, own, strict=True) if k is not None]
        if min(lead) < 0:
            return NotImplemented
        most = max(lead)
        made = []
        for x, m, k in zip(payloads, mapped, own, strict=True):
            if not (m or broadcasts or k is None):
                x, m = spread(level, x, m), True
            made.append(aligned(x, most + (first if k is None else k)) if m else x)
        return run(op, made, params)

    rule.own = own  # type: ignore[attr-defined]
    return rule


def axes(**defaults: Any) -> Rule:
    """For ops whose parameters `defaults` count axes of the operand: they are counted from behind the examples."""

    @_named(f"axes({', '.join(defaults)})")
    def rule(level: Any, op: Any, payloads: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
        ndim = max(ndims(payloads, mapped))
        moved = behind(params, defaults, ndim)
        if moved is None:
            return NotImplemented
        return run(op, [aligned(spread(level, x, m), ndim) for x, m in zip(payloads, mapped, strict=True)], moved)

    rule.counted = defaults  # type: ignore[attr-defined]
    return rule


def axes_of_result(**defaults: Any) -> Rule:
    """The same for parameters that count axes of a result, which has a new axis for each that they name."""

    @_named(f"axes_of_result({', '.join(defaults)})")
    def rule(level: Any, op: Any, payloads: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
        named = [params.get(name, default) for name, default in defaults.items()]
        ndim = max(ndims(payloads, mapped)) + sum([len(a) if isinstance(a, (tuple, list)) else 1 for a in named])
        moved = behind(params, defaults, ndim)
        if moved is None:
            return NotImplemented
        return run(op, [spread(level, x, m) for x, m in zip(payloads, mapped, strict=True)], moved)

    return rule


def flattening(**default: Any) -> Rule:
    """For ops of one operand whose axis None means that its elements stand in one row."""
    ((name, missing),) = default.items()

    @_named(f"flattening({name})")
    def rule(level: Any, op: Any, payloads: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
        (x,) = payloads
        shape = shape_of(x)
        if params.get(name, missing) is not None:
            moved = behind(params, default, len(shape) - 1)
            return NotImplemented if moved is None else run(op, [x], moved)
        row = reshape(x, (shape[0], _size(shape[1:])))
        out = run(op, [row], {**{k: v for k, v in params.items() if k != "keepdims"}, name: 1})
        return reshape(out, (shape[0], *(1,) * (len(shape) - 1))) if params.get("keepdims") else out

    rule.counted = default  # type: ignore[attr-defined]
    return rule


def behind(params: dict[str, Any], defaults: dict[str, Any], ndim: int) -> dict[str, Any] | None:
    """The parameters with axes counted from behind the examples; None if an axis is not one of the example's."""
    moved = dict(params)
    for name, default in defaults.items():
        axis = params.get(name, default)
        several = isinstance(axis, (tuple, list))
        given = range(ndim) if axis is None else axis if several else (axis,)
        if not all([-ndim <= a < ndim for a in given]):
            return None
        counted = tuple([a % ndim + 1 for a in given])
        moved[name] = counted if axis is None or several else counted[0]
    return moved


def shaped(name: str = "shape", **defaults: Any) -> Rule:
    """For linear maps into a shape: the parameter `name` is the result's, in which `defaults` count axes."""

    @_named(f"shaped({name})")
    def rule(level: Any, op: Any, payloads: list[Any], mapped: list[bool], params: dict[str, Any]) -> Any:
        moved = behind(params, defaults, len(params[name]))
        if moved is None:
            return NotImplemented
        return run(op, payloads, {**moved, name: (level.size, *params[name])})

    return rule


def _size(shape: tuple[int, ...]) -> int:
    n = 1
    for k in shape:
        n *= k
    return n
