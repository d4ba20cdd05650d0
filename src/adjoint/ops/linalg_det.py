"""The determinant, right at singular matrices too: it is a polynomial of the entries, and so are its derivatives.

The first derivative is the matrix of cofactors. For an invertible matrix it is det(A) A^-T; for the others it comes
from the singular values A = U S V^H, because the cofactors of U S V^H are det(U) det(V^H) conj(U) cof(S) V^T, and
those of the diagonal S are products that leave out one value.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_rules import leading
from ..core.kinds import constant, custom
from . import structure as st
from .linalg_parts import identity_like
from .linalg_solve import inv


def _det_vjp(ct: Any, s: Any) -> Any:
    return st.expand_dims(ct, axis=(-2, -1)) * cofactor(s.x)


def _det(x: np.ndarray) -> np.ndarray:
    return np.linalg.det(x)


det = custom(_det, _det_vjp, saves=("x",), name="LinalgDet", batch=leading(2))


def _inverse_or_none(x: np.ndarray, order: int) -> np.ndarray | None:
    """The inverses, or None if any matrix is too near to a singular one for the derivative of this order.

    The formulas with the inverse cancel: their relative error is eps times the condition number to the power `order`.
    """
    try:
        out = np.linalg.inv(x)
    except np.linalg.LinAlgError:
        return None
    condition = np.abs(x).sum(-1).max(-1, initial=0.0) * np.abs(out).sum(-1).max(-1, initial=0.0)
    return out if np.all(condition < np.finfo(x.dtype).eps ** (-1 / (order + 2))) else None


def _products_without(s: np.ndarray, left_out: int) -> np.ndarray:
    """Products of the last axis that leave out one index, or two: exact at zeros, since nothing is divided."""
    n = s.shape[-1]
    out = np.ones(s.shape + (n,) * (left_out - 1), s.dtype)
    index = np.indices((n,) * left_out)
    for k in range(n):
        out *= np.where(np.any(index == k, axis=0), 1, s[(..., k) + (None,) * left_out])
    return out


def _rotations(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    u, s, vh = np.linalg.svd(x)
    return u, s, vh, (np.linalg.det(u) * np.linalg.det(vh))[..., None, None]


def _cofactor(x: np.ndarray) -> np.ndarray:
    inverse = _inverse_or_none(x, 1)
    if inverse is not None:
        return np.linalg.det(x)[..., None, None] * np.swapaxes(inverse, -1, -2)
    u, s, vh, d = _rotations(x)
    return d * ((u.conj() * _products_without(s, 1)[..., None, :]) @ vh.conj())


def _cofactor_vjp(ct: Any, s: Any) -> Any:
    return cofactor_change(s.x, ct)  # the second derivative of det is a symmetric form


cofactor = custom(_cofactor, _cofactor_vjp, saves=("x",), name="Cofactor", batch=leading(2))


def _cofactor_change(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The derivative of the cofactors of x in the direction y."""
    b = _inverse_or_none(x, 2)
    if b is not None:
        e = b @ y
        out = np.trace(e, axis1=-2, axis2=-1)[..., None, None] * b - e @ b
        return np.linalg.det(x)[..., None, None] * np.swapaxes(out, -1, -2)
    u, s, vh, d = _rotations(x)
    pairs = _products_without(s, 2)
    i = np.arange(s.shape[-1])
    pairs[..., i, i] = 0
    e = u.conj().swapaxes(-1, -2) @ y @ vh.conj().swapaxes(-1, -2)
    out = -pairs * np.swapaxes(e, -1, -2)
    out[..., i, i] = (pairs @ e[..., i, i][..., None])[..., 0]
    return d * (u.conj() @ out @ vh.conj())


def _cofactor_change_vjp(ct: Any, s: Any) -> Any:
    ct_x = cofactor_change2(s.x, s.y, ct) if s.wanted[0] else None
    return ct_x, (cofactor_change(s.x, ct) if s.wanted[1] else None)


cofactor_change = custom(_cofactor_change, _cofactor_change_vjp, saves=("x", "y"), name="CofactorChange",
                         batch=leading(2, 2))


def _cofactor_change2(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """The second derivative of the cofactors of x in the directions y and z."""
    b = _inverse_or_none(x, 3)
    if b is not None:
        return _change2(x, b, y, z)
    # A polynomial is the mean of its values on a circle of more points than its degree; the circle's matrices
    # x + r w Q are invertible for a generic orthogonal Q.
    n = x.shape[-1]
    q = np.linalg.qr(np.cos(np.arange(n * n).reshape(n, n) ** 2 + 1.0))[0].astype(x.dtype)
    r = np.abs(x).max(initial=0.0) * n or 1.0
    total = np.zeros_like(x, dtype=np.result_type(x.dtype, np.complex64))
    for w in np.exp(2j * np.pi * (np.arange(n) + 0.25) / n):
        a = x + r * w * q
        total = total + _change2(a, np.linalg.inv(a), y, z)
    return (total / n if x.dtype.kind == "c" else total.real / n).astype(x.dtype)


def _change2(x: np.ndarray, b: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    def trace(m: np.ndarray) -> np.ndarray:
        return np.trace(m, axis1=-2, axis2=-1)[..., None, None]

    e, f = b @ y, b @ z
    out = (trace(e) * trace(f) - trace(e @ f)) * b - trace(f) * (e @ b) - trace(e) * (f @ b) + f @ e @ b + e @ f @ b
    return np.linalg.det(x)[..., None, None] * np.swapaxes(out, -1, -2)


def _cofactor_change2_vjp(ct: Any, s: Any) -> Any:
    ct_x = _change3(s.x, s.y, s.z, ct, s.avals[0].dtype.kind != "c") if s.wanted[0] else None
    ct_y = cofactor_change2(s.x, ct, s.z) if s.wanted[1] else None
    return ct_x, ct_y, (cofactor_change2(s.x, s.y, ct) if s.wanted[2] else None)


cofactor_change2 = custom(_cofactor_change2, _cofactor_change2_vjp, saves=("x", "y", "z"), name="CofactorChange2",
                          batch=leading(2, 2, 2))


def _turned(x: np.ndarray, *, k: int) -> np.ndarray:
    """What leads from x to the k-th matrix of a circle around it, as in `_cofactor_change2`."""
    n = x.shape[-1]
    q = np.linalg.qr(np.cos(np.arange(n * n).reshape(n, n) ** 2 + 1.0))[0]
    r = np.abs(x).max(axis=(-2, -1), keepdims=True, initial=0.0) * n
    return (np.where(r == 0, 1, r) * np.exp(2j * np.pi * (k + 0.25) / n) * q).astype(np.result_type(x, np.complex64))


turned = constant(_turned, batch=leading(2))


def _change3(x: Any, y: Any, z: Any, w: Any, real: bool) -> Any:
    """The third derivative of the cofactors of x in three directions, in words that have derivatives in turn."""
    n = x.shape[-1]
    if real:
        y, z, w = y + 0j, z + 0j, w + 0j
    total: Any = np.zeros_like(y)
    for k in range(n):
        a = x + turned(x, k=k)
        b = inv(a)
        e, f, g = b @ y, b @ z, b @ w
        change = (_third_adjugate(e + f + g) - _third_adjugate(e + f) - _third_adjugate(e + g) - _third_adjugate(f + g)
                  + _third_adjugate(e) + _third_adjugate(f) + _third_adjugate(g))
        total = total + st.expand_dims(det(a), axis=(-2, -1)) * (change @ b)
    return (1 / n) * st.mT(np.real(total) if real else total)


def _third_adjugate(e: Any) -> Any:
    """The coefficient of t^3 in the adjugate of I + t E (Faddeev and Le Verrier)."""
    e2 = e @ e
    e3 = e2 @ e
    one, two, three = [st.expand_dims(np.trace(m, axis1=-2, axis2=-1), axis=(-2, -1)) for m in (e, e2, e3)]
    second = (one * one - two) / 2
    third = (one * one * one - 3 * one * two + 2 * three) / 6
    return third * identity_like(e) - second * e + one * e2 - e3


def _slogdet(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return tuple(np.linalg.slogdet(x))


def _slogdet_vjp(ct: Any, s: Any) -> Any:
    """d log det A = tr(A^-1 dA): its real part moves the logarithm, its imaginary part turns the sign."""
    ct_sign, ct_log = ct
    total = ct_log
    if ct_sign is not None and s.avals[0].dtype.kind == "c":
        turn = 1j * np.imag(ct_sign * s.out[0])
        total = turn if total is None else total + turn
    if total is None:
        return None
    return st.expand_dims(total, axis=(-2, -1)) * st.mT(inv(s.x))


slogdet = custom(_slogdet, _slogdet_vjp, saves=("x", "out"), name="LinalgSlogdet", batch=leading(2))
