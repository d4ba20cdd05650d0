"""Repeated eigenvalues and singular values: quotients by their gaps, and what to do where a gap is zero.

Eigenvectors that belong to one repeated eigenvalue are defined up to a rotation among themselves. A loss that does not
depend on that rotation has a derivative, and the cotangents show it: the part of N = V^T ct_V that would be divided by
the zero gap is itself zero. What remains undetermined is the derivative *of the eigenvalues' function*: for
V f(L) V^H it is f'(l) times the block of the direction, of which ct_L holds only the diagonal. The rest is read from
the Hermitian part of N, which for this loss is 2 f(l) times the same block. So that no diagonal fits
by accident, `generic_basis` turns the vectors of a repeated value by a fixed generic rotation (any basis is as good).
A loss whose cotangents contradict this depends on the choice of basis: an error where the vectors enter, a
warning where only the values do (a sorted eigenvalue has one-sided derivatives there).
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from ..core.batch_rules import leading
from ..core.kinds import constant, custom
from ..errors import GradientError
from .linalg_parts import get_diagonal, square_diagonal


def gap_tolerance(values: np.ndarray) -> np.ndarray:
    """Distances up to this are rounding: 8 sqrt(n) eps times the largest of the values, which is more than LAPACK
    leaves, and less than what is between the values of large random matrices in single precision."""
    n = values.shape[-1]
    return 8 * math.sqrt(n) * np.finfo(values.dtype).eps * np.max(np.abs(values), axis=-1, keepdims=True, initial=0.0)


def same_value(values: np.ndarray, sign: int = -1) -> np.ndarray:
    """Whether values[j] + sign * values[i] is zero up to rounding, as a matrix over (i, j)."""
    gaps = values[..., None, :] + sign * values[..., :, None]
    return np.abs(gaps) <= gap_tolerance(values)[..., None]


def clusters(values: np.ndarray) -> Any:
    """Slices of the repeated values of one ascending or descending row."""
    joined = np.abs(np.diff(values)) <= gap_tolerance(values)
    start = 0
    for i in range(1, len(values) + 1):
        if i == len(values) or not joined[i - 1]:
            if i - start > 1:
                yield slice(start, i)
            start = i


def has_clusters(values: np.ndarray) -> bool:
    """Whether any row of sorted values repeats one."""
    return values.shape[-1] > 1 and bool(np.any(np.abs(np.diff(values)) <= gap_tolerance(values)))


def generic_basis(size: int, dtype: np.dtype[Any]) -> np.ndarray:
    """A fixed unitary matrix without a special structure."""
    i = np.arange(size * size).reshape(size, size)
    m = np.cos(0.7 * i * i + i)
    return np.linalg.qr(m + 1j * np.sin(1.3 * i * i + 2 * i) if dtype.kind == "c" else m)[0].astype(dtype)


def _noise(x: np.ndarray, *, kept: int = 0) -> np.ndarray:
    """Up to this, what is computed from cotangents x (and unitary matrices) is rounding; `kept` axes stand first."""
    largest = np.max(np.abs(x), axis=tuple(range(kept, x.ndim)), initial=0.0)
    return np.asarray(np.sqrt(np.finfo(x.dtype).eps) * largest)


def _noise_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    return noise(payloads[0], kept=params.get("kept", 0) + 1)


noise = constant(_noise, name="CotangentNoise", batch=_noise_batch)


def _pair_quotient(x: np.ndarray, y: np.ndarray, *, sign: int = -1) -> np.ndarray:
    """x[i, j] / (y[j] + sign * y[i]), and 0 where that denominator is zero up to rounding."""
    zero = same_value(y, sign)
    gaps = np.where(zero, 1, y[..., None, :] + sign * y[..., :, None])
    if sign < 0:
        warn_of_near_values(x, gaps, y)
    return np.where(zero, 0, x / gaps)


def warn_of_near_values(x: np.ndarray, gaps: np.ndarray, values: np.ndarray) -> None:
    """A warning where the rounding of x, divided by a gap, is not small next to the other quotients, or the quotient
    is so large that it cancels later."""
    eps = np.finfo(values.dtype).eps
    size = np.max(np.abs(values), axis=-1, initial=0.0)[..., None, None]
    near = np.abs(gaps) < np.sqrt(eps) / 100 * size
    if not np.any(near):
        return
    largest = np.max(np.abs(x), axis=(-2, -1), keepdims=True, initial=0.0)
    quotients = np.max(np.abs(x / gaps), axis=(-2, -1), keepdims=True, initial=0.0)
    if np.any(near & ((eps * largest / np.abs(gaps) > 10 * np.sqrt(eps) * quotients) |
                      (np.abs(x) > np.sqrt(eps) * largest))):
        least = np.min(np.where(near, np.abs(gaps), math.inf))
        warnings.warn(
            f"linalg: two eigenvalues or singular values are nearly the same, {least:.1e} apart; derivatives that "
            f"divide by their difference have lost most of their digits.",
            RuntimeWarning,
            stacklevel=2,
        )


def _pair_quotient_vjp(ct: Any, s: Any) -> Any:
    sign = s.params.get("sign", -1)
    ct_x = pair_quotient(ct, s.y, sign=sign)
    if not s.wanted[1]:
        return ct_x, None
    r = -(ct_x * s.out)
    return ct_x, np.sum(r, axis=-2) + sign * np.sum(r, axis=-1)


pair_quotient = custom(_pair_quotient, _pair_quotient_vjp, saves=("y", "out"), name="PairQuotient", promotes=False,
                       batch=leading(2, 1, broadcasts=True))


def _require_invariance(x: np.ndarray, y: np.ndarray, z: np.ndarray, *, name: str, sign: int = -1,
                        second: bool = False) -> np.ndarray:
    """x itself, after a look at the entries that a zero gap of the values y would divide."""
    part = (x - np.conjugate(np.swapaxes(x, -1, -2))) / 2
    if np.any(np.abs(np.where(same_value(y, sign), part, 0)) > z):
        if second:
            raise _no_second(name)
        repeats = has_clusters(np.sort(y))
        choice = "the basis chosen for a repeated value" if repeats else "a vector's phase"
        raise GradientError(
            f"{name}: the loss depends on {choice}, which the matrix does not determine, so it has no derivative; "
            f"let the vectors enter through combinations such as V @ V.mH."
        )
    return x


def _push_invariance(op: Any, primals: Any, tangents: Any, params: dict[str, Any], out: Any, times: Any) -> Any:
    """What a gap of zero would divide must stay zero along the direction too."""
    return None if tangents[0] is None else require_invariance(
        tangents[0], primals[1], primals[2] + noise(tangents[0]), **(params | {"second": True}))


require_invariance = custom(_require_invariance, lambda ct, s: (ct, None, None), promotes=False,
                            batch=leading(2, 1, None))
require_invariance.op.forward = _push_invariance  # type: ignore[attr-defined]


def _value_part(x: np.ndarray, y: np.ndarray, z: np.ndarray, w: np.ndarray, *, name: str,
                vectors: bool) -> np.ndarray:
    """diag(y), and within each block of a repeated value z the entries that belong to it (see the module)."""
    out = np.zeros_like(x)
    i = np.arange(x.shape[-1])
    out[..., i, i] = y
    if has_clusters(z):
        w = np.broadcast_to(w, z.shape[:-1])
        for k in np.ndindex(*z.shape[:-1]):
            sizes = float(w[k]), float(_noise(y[k]))
            for block in clusters(z[k]):
                slope = _slope(x[k][block, block], y[k][block], *sizes)
                if slope is None:
                    _undetermined(name, vectors)
                elif slope:
                    h = x[k][block, block]
                    out[k][block, block] += slope * (h - np.diag(np.diagonal(h)))
    return out


def _slope(h: np.ndarray, g: np.ndarray, tol_h: float, tol_g: float) -> float | None:
    """What times the Hermitian block h gives the values' block whose diagonal is g; None if nothing does."""
    if np.ptp(g) <= tol_g:
        return 0.0
    d = np.diagonal(h).real
    if np.ptp(d) <= tol_h:
        return None
    slope = d @ g / (d @ d)
    rest = g - slope * d
    if len(g) > 2 and np.max(np.abs(rest)) > tol_g:  # a constant more: the sum of the values enters too
        slope = (d - d.mean()) @ g / np.sum((d - d.mean()) ** 2)
        rest = g - slope * d - np.mean(g - slope * d)
    return float(slope) if np.max(np.abs(rest)) <= tol_g else None


def _undetermined(name: str, vectors: bool) -> None:
    if vectors:
        raise GradientError(
            f"{name}: at a repeated value this loss of values and vectors either depends on the basis chosen for the "
            f"vectors, and has no derivative, or has one that their cotangents do not determine; matrix functions such "
            f"as matrix_exp, or a loss of the values alone, avoid it."
        )
    warnings.warn(
        f"{name}: the loss treats the copies of a repeated value differently (as a sorted value does), so it has only "
        f"one-sided derivatives; the gradient given is one of its subgradients.",
        RuntimeWarning,
        stacklevel=2,
    )


def _value_part_vjp(ct: Any, s: Any) -> Any:
    undefined = filled_block(s.x, s.y, s.z, ct, name=s.params["name"]) if s.wanted[0] else None
    return undefined, np.real(get_diagonal(ct)), None, None


def _push_value_part(op: Any, primals: Any, tangents: Any, params: dict[str, Any], out: Any, times: Any) -> Any:
    """In the basis that goes on along the direction (linalg_aligned) the values' tangents are all, without vectors."""
    (_, y, z, _), dy = primals, tangents[1]
    dy = np.zeros_like(y) if dy is None else dy
    if params["vectors"]:
        refuse_slope(y, dy, z, name=params["name"])
    return square_diagonal(dy)


value_part = custom(_value_part, _value_part_vjp, saves=("x", "y", "z"), name="ValuePart", promotes=False,
                    batch=leading(2, 1, 1, 0))
value_part.op.forward = _push_value_part  # type: ignore[attr-defined]


def _filled_block(x: np.ndarray, y: np.ndarray, z: np.ndarray, w: np.ndarray, *, name: str) -> np.ndarray:
    """Zeros; an error where the second derivative would need more than first-order cotangents tell."""
    if has_clusters(z):
        near = same_value(z) & ~np.eye(z.shape[-1], dtype=bool) & (y != 0)[..., None, :]
        tol = np.sqrt(np.finfo(z.dtype).eps)
        used = near & (np.abs(x) > tol * np.max(np.abs(x), axis=(-2, -1), keepdims=True, initial=0.0))
        largest = np.max(np.abs(w), axis=(-2, -1), keepdims=True, initial=0.0)
        if np.any(np.abs(np.where(used, w, 0)) > tol * largest):
            raise _no_second(name)
    return np.zeros_like(x)


filled_block = constant(_filled_block, promotes=False, batch=leading(2, 1, 1, 2))


def _refuse_slope(x: np.ndarray, y: np.ndarray, z: np.ndarray, *, name: str) -> np.ndarray:
    """Zeros; an error where the slope of `_value_part`, whose tangent is not known, may have an effect.

    x and y are the cotangents of the values z and their tangents.
    """
    if has_clusters(z):
        near = same_value(z)
        tol = np.sqrt(np.finfo(z.dtype).eps)
        for g in (x, y):
            size = np.max(np.abs(g), axis=-1, initial=0.0)[..., None, None]
            if np.any(near & (np.abs(g[..., None, :] - g[..., :, None]) > tol * size)):
                raise _no_second(name)
    return np.zeros_like(z)


refuse_slope = constant(_refuse_slope, promotes=False, batch=leading(1, 1, 1))


def _no_second(name: str) -> GradientError:
    return GradientError(
        f"{name}: at a repeated value the second derivative of a loss in which values and vectors enter "
        f"together is not available; use a loss of the values alone, or matrix functions such as matrix_exp."
    )
