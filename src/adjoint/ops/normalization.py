"""Standardizing groups of elements, and the affine map after it: what layer, batch, group and instance norm share."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_rules import axes, pointwise, spread
from ..core.kinds import custom
from ..core.op import Saved
from . import reduction as red
from .selection import unless_zero


def _standardize(x: Any, *, axes: tuple[int, ...], eps: float, name: str) -> Any:
    """(x - mean) / sqrt(var + eps) over the axes, then mean, 1 / sqrt(var + eps) and var with these axes kept."""
    n = red.group_size(x.shape, axes)
    mean = np.true_divide(np.add.reduce(x, axis=axes, keepdims=True), n, dtype=x.dtype)
    out = x - mean
    var = np.true_divide(np.add.reduce(out * out, axis=axes, keepdims=True), n, dtype=x.dtype)
    scale = 1 / np.sqrt(var + x.dtype.type(eps))
    out *= scale
    return out, mean, scale, var


def _standardize_vjp(ct: Any, s: Saved) -> Any:
    """The cotangent of x from those of the standardized value, the mean and the scale (any of which may be missing)."""
    axes, (out, _, scale, _) = s.params["axes"], s.out
    n = max(1, red.group_size(s.avals[0].shape, axes))
    total: Any = None
    if ct[0] is not None:
        along = red.mean(ct[0] * out, axis=axes, keepdims=True)
        total = scale * (ct[0] - red.mean(ct[0], axis=axes, keepdims=True) - out * along)
        total = unless_zero(ct[0], total, s, axes)
    if ct[1] is not None:
        part = ct[1] * (1 / n)
        total = part if total is None else total + part
    if ct[2] is not None:
        part = s.times(ct[2], -np.square(scale) * out) * (1 / n)
        total = part if total is None else total + part
    return total


def _scale_shift(x: Any, y: Any, z: Any, *, name: str) -> Any:
    out = x * y
    out += z
    return out


def _scale_shift_vjp(ct: Any, s: Saved) -> Any:
    return (s.times(ct, s.y) if s.wanted[0] else None, s.times(ct, s.x) if s.wanted[1] else None,
            ct if s.wanted[2] else None)


def _scale_shift_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    x, y, z = payloads
    return pointwise(level, op, [spread(level, x, mapped[0]), y, z], [True, *mapped[1:]], params)


# `name` is what the layer's grad_fn shows. The variance is a statistic to be kept, and has no derivative here.
standardize = custom(_standardize, _standardize_vjp, saves=("out",), constant_outputs=(3,), batch=axes(axes=()))
# x * y + z, where y and z are broadcast to x: a layer's weight and bias.
scale_shift = custom(_scale_shift, _scale_shift_vjp, saves=("x", "y"), batch=_scale_shift_batch)
for _op in (standardize, scale_shift):
    _op.op.node_name = lambda node: node[3]["name"] + "Backward0"  # type: ignore[attr-defined]
