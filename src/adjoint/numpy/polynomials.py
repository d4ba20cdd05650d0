"""Polynomials as NumPy has them, the highest power first; differentiable in coefficients and in points."""

from __future__ import annotations

import math
import warnings
from operator import index
from typing import Any

import numpy as np

from .. import errors
from ..core.levels import concrete, finite
from ..core.registry import speaks
from ..ops import structure as st
from ..ops.convolving import full_convolution
from .arguments import batched, cast, dtype_of, floating, is_complex, operand
from .factorizations import all_real, eigvals
from .linear_systems import inv, lstsq


def _row(x: Any) -> Any:
    """Coefficients as a vector."""
    x = operand(x.coeffs if isinstance(x, np.poly1d) else x)
    return st.reshape(x, shape=(1,)) if x.ndim == 0 else x


def _like(result: Any, *given: Any) -> Any:
    """The result as a poly1d, if an argument was one."""
    return np.poly1d(result) if any([isinstance(p, np.poly1d) for p in given]) else result


@speaks(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    p = operand(p)
    if isinstance(x, np.poly1d):
        y: Any = 0
    else:
        x = operand(x)
        y = cast(np.zeros_like(x), np.result_type(dtype_of(p), dtype_of(x)))
    for k in range(p.shape[0]):  # Horner
        y = y * x + p[k]
    return y


def _aligned(a: Any, b: Any) -> tuple[Any, Any]:
    """Both rows of coefficients in one length, with zeros for the powers that one lacks."""
    n = max(a.shape[0], b.shape[0])
    first, second = [x if x.shape[0] == n else st.zero_pad(x, axis=0, before=n - x.shape[0], after=0) for x in (a, b)]
    return first, second


@speaks(np.polyadd)
def polyadd(a1: Any, a2: Any) -> Any:
    x, y = _aligned(_row(a1), _row(a2))
    return _like(x + y, a1, a2)


@speaks(np.polysub)
def polysub(a1: Any, a2: Any) -> Any:
    x, y = _aligned(_row(a1), _row(a2))
    return _like(x - y, a1, a2)


@speaks(np.polymul)
def polymul(a1: Any, a2: Any) -> Any:
    return _like(full_convolution(_without_leading_zeros(_row(a1)), _without_leading_zeros(_row(a2))), a1, a2)


def _without_leading_zeros(p: Any) -> Any:
    """The polynomial in its true degree, as np.poly1d has it."""
    if batched(p):
        return p
    places = np.flatnonzero(concrete(p))
    return p[int(places[0]):] if places.size else st.zeros_like(p[:1])


@speaks(np.polydiv)
def polydiv(u: Any, v: Any) -> Any:
    x, y = floating(_row(u)), floating(_row(v))
    m, n = x.shape[0] - 1, y.shape[0] - 1
    scale = 1.0 / y[0]
    quotient, rest = [], x + 0 * y[0]  # in the dtype of both
    for k in range(m - n + 1):
        digit = scale * rest[k]
        quotient.append(digit)
        rest = rest - st.zero_pad(digit * y, axis=0, before=k, after=m - n - k)
    if batched(rest):  # what the division cancels; each example may have more that vanishes
        start = min(m, max(0, m - n + 1))
    else:
        start, values = 0, concrete(rest)
        while start < m and np.allclose(values[start], 0, rtol=1e-14):
            start += 1
    q = st.stack(quotient, axis=0) if quotient else np.zeros_like(rest[:1])
    return _like(q, u, v), _like(rest[start:], u, v)


@speaks(np.polyder)
def polyder(p: Any, m: Any = 1) -> Any:
    m = index(concrete(m))
    if m < 0:
        raise errors.RangeError("Order of derivative must be positive (see polyint)")
    y = _row(p)
    for _ in range(m):
        powers = np.arange(y.shape[0] - 1, 0, -1)
        y = y[:-1] * (powers if dtype_of(y).kind in "biu" else powers.astype(float))
    return _like(y, p)


@speaks(np.polyint)
def polyint(p: Any, m: Any = 1, k: Any = None) -> Any:
    m = index(concrete(m))
    if m < 0:
        raise errors.RangeError("Order of integral must be positive (see polyder)")
    constants = np.zeros(m) if k is None else _row(k)
    if constants.shape[0] == 1 and m > 1:
        constants = st.broadcast_to(constants, shape=(m,))
    if constants.shape[0] < m:
        raise errors.RangeError("k must be a scalar or a rank-1 array of length 1 or >m.")
    y = _row(p)
    for i in range(m):
        y = st.concatenate([y / np.arange(y.shape[0], 0, -1, dtype=float), constants[i:i + 1]], axis=0)
    return _like(y, p)


@speaks(np.vander)
def vander(x: Any, N: Any = None, increasing: bool = False) -> Any:
    x = operand(x)
    x = cast(x, np.promote_types(dtype_of(x), int))
    if x.ndim != 1:
        raise errors.ShapeError("x must be a one-dimensional array or sequence.")
    n = x.shape[0] if N is None else index(concrete(N))
    powers = [np.ones_like(x)]
    for _ in range(n - 1):
        powers.append(powers[-1] * x)
    if n < 1:
        return st.stack(powers, axis=-1)[:, :0]
    return st.stack(powers[:n] if increasing else powers[n - 1::-1], axis=-1)


@speaks(np.polyfit)
def polyfit(x: Any, y: Any, deg: Any, rcond: Any = None, full: bool = False, w: Any = None, cov: Any = False) -> Any:
    order = index(concrete(deg)) + 1
    x, y = floating(x), floating(y)
    if order < 1:
        raise errors.RangeError("expected deg >= 0")
    if x.ndim != 1 or x.shape[0] == 0:
        raise errors.ShapeError("polyfit: expected a vector of points that is not empty, not x of shape "
                                f"{tuple(x.shape)}")
    if y.ndim not in (1, 2) or y.shape[0] != x.shape[0]:
        raise errors.ShapeError("polyfit: expected y of one or two dimensions, as long as x; they have shapes "
                                f"{tuple(y.shape)} and {tuple(x.shape)}")
    if rcond is None:
        rcond = x.shape[0] * np.finfo(dtype_of(x)).eps
    left = vander(x, order)
    right = y
    if w is not None:
        w = floating(w)
        if w.shape != x.shape:
            raise errors.ShapeError(f"polyfit: expected a weight for each point, not w of shape {tuple(w.shape)}")
        column = st.expand_dims(w, axis=1)
        left, right = left * column, right * (column if y.ndim == 2 else w)
    size = np.sqrt(np.sum(left * left, axis=0))  # columns of length one, for the condition of the system
    solution, residuals, rank, values = lstsq(left / size, right, rcond)
    coefficients = solution / (st.expand_dims(size, axis=1) if y.ndim == 2 else size)
    if not full and not batched(values) and rank != order:
        warnings.warn("Polyfit may be poorly conditioned", np.exceptions.RankWarning, stacklevel=2)
    if full:
        return coefficients, residuals, rank, values, rcond
    if not cov:
        return coefficients
    base = inv(st.mT(left) @ left)
    if cov == "unscaled":
        factor: Any = 1.0
    else:
        if x.shape[0] <= order:
            raise errors.RangeError("the number of data points must exceed order to scale the covariance matrix")
        factor = residuals / (x.shape[0] - order)
    if y.ndim == 2:
        return coefficients, st.expand_dims(base, axis=2) * factor
    return coefficients, base * factor


@speaks(np.poly)
def poly(seq_of_zeros: Any) -> Any:
    zeros = floating(seq_of_zeros)
    if zeros.ndim == 2 and zeros.shape[0] == zeros.shape[1] and zeros.shape[0] != 0:
        zeros = eigvals(zeros)  # the characteristic polynomial
    zeros = _row(zeros)
    if zeros.ndim != 1:
        raise errors.ShapeError("input must be 1d or non-empty square 2d array.")
    if zeros.shape[0] == 0:
        return 1.0
    one = np.ones_like(zeros[:1])
    result = one
    for k in range(zeros.shape[0]):
        result = full_convolution(result, st.concatenate([one, -zeros[k:k + 1]], axis=0))
    if is_complex(result) and not batched(zeros):
        values = concrete(zeros)
        if np.all(np.sort(values) == np.sort(values.conjugate())):  # complex roots in pairs: real coefficients
            result = np.real(result)
    return result


@speaks(np.roots)
def roots(p: Any) -> Any:
    """Zeros at either end are left out, as NumPy does; what the roots owe to them is added by Newton's method."""
    p = _row(p)
    if p.ndim != 1:
        raise errors.ShapeError("Input must be a rank-1 array.")
    whole, trailing = floating(p), 0
    if batched(p):
        if p.shape[0] and not finite(np.where(np.equal(p[0], 0), math.inf, 0.0)):
            raise errors.RangeError("roots: under vmap the leading coefficient of every example must be nonzero, since "
                                    "all examples have the same number of roots")
    else:
        places = np.flatnonzero(concrete(p))
        if places.size == 0:
            return np.zeros(0)
        trailing = p.shape[0] - int(places[-1]) - 1
        p = p[int(places[0]):int(places[-1]) + 1]
    p = floating(p)
    n = p.shape[0] - 1
    found = np.zeros(0, dtype_of(p)) if n < 1 else _eigenvalues_of_companion(p, n)
    if p.shape == whole.shape:
        return found
    parts = [_refined(found, whole)] if n > 0 else []
    if trailing == 1:
        parts.append(_refined(np.zeros_like(whole[:1]), whole))
    elif trailing:  # these have infinite derivatives, as square roots at zero
        parts.append(np.sum(np.sqrt(whole[-trailing:])) * np.ones(trailing))
    return st.concatenate(parts, axis=0) if parts else found


def _eigenvalues_of_companion(p: Any, n: int) -> Any:
    first = st.expand_dims(-p[1:] / p[0], axis=0)
    below = np.eye(n, dtype=dtype_of(p))[:-1]
    companion = st.concatenate([first, below], axis=0)
    found = eigvals(companion)
    return np.real(found) if is_complex(found) and all_real(companion, found) else found


def _refined(z: Any, p: Any) -> Any:
    """Simple roots z after two steps of Newton's method: with the derivatives to third order in all coefficients."""
    for _ in range(2):
        value, slope = p[0], 0.0
        for c in p[1:]:
            slope = slope * z + value
            value = value * z + c
        z = z - value / slope
    return z
