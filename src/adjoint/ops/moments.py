"""Variance and standard deviation, the latter with slope zero where it is zero."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.kinds import reduction
from . import reduction as red


def _freedom(shape: tuple[int, ...], axis: Any, correction: float) -> float:
    """Elements of each group less the correction, at least 0."""
    return max(0, red.group_size(shape, axis) - correction)


def _var(x: Any, *, axis: Any = None, keepdims: bool = False, correction: float = 1) -> Any:
    n = red.group_size(x.shape, axis)
    centred = x - np.true_divide(np.add.reduce(x, axis=axis, keepdims=True), n, dtype=x.dtype)
    squares = centred.real**2 + centred.imag**2 if x.dtype.kind == "c" else centred * centred
    total = np.add.reduce(squares, axis=axis, keepdims=keepdims)
    return np.true_divide(total, _freedom(x.shape, axis, correction), dtype=squares.dtype)


def _std(x: Any, *, axis: Any = None, keepdims: bool = False, correction: float = 1) -> Any:
    return np.sqrt(_var(x, axis=axis, keepdims=keepdims, correction=correction))


def _slope(x: Any, axis: Any, correction: float | None) -> Any:
    """conj(x - mean) / (n - correction): half the derivative of the variance."""
    freedom = _freedom(x.shape, axis, 1 if correction is None else correction)
    return np.conjugate(x - red.mean(x, axis=axis, keepdims=True)) * (1 / freedom if freedom else math.inf)


def _std_slope(out: Any, x: Any, *, axis: Any, correction: float | None) -> Any:
    zero = np.equal(out, 0)
    return np.where(zero, 0, _slope(x, axis, correction) / np.where(zero, 1, out))


var = reduction(_var, lambda x, *, axis, correction: 2 * _slope(x, axis, correction))
std = reduction(_std, _std_slope)
