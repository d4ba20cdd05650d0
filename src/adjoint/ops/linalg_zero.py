"""Singular values that are zero: what their vectors and a kink there leave undefined is an error.

The gradient of a function of singular values and vectors has a block between all the vectors of zero, those that
complete U and V included. The cotangents of the values and of the vectors at hand tell it only where it is zero itself.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ..core.batch_rules import leading
from ..core.kinds import constant, custom
from ..errors import GradientError
from . import structure as st
from .linalg_degenerate import gap_tolerance, noise


def _row_quotient(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """x[i, j] / y[j], and 0 where y[j] is zero up to rounding: there x must be zero too."""
    zero = (y <= gap_tolerance(y))[..., None, :]
    if np.any(np.abs(np.where(zero, x, 0)) > z):
        raise GradientError(
            "linalg.svd: the loss depends on singular vectors of the singular value zero, whose derivative does not "
            "exist; use only the vectors of the nonzero singular values."
        )
    return np.where(zero, 0, x / np.where(zero, 1, y[..., None, :]))


def _row_quotient_vjp(ct: Any, s: Any) -> Any:
    zero = vanishing(s.y)
    ct_x = np.where(zero, 0, ct / np.where(zero, 1, st.expand_dims(s.y, axis=-2)))
    return ct_x, (-np.sum(ct_x * s.out, axis=-2) if s.wanted[1] else None), None


def _push_row_quotient(op: Any, primals: Any, tangents: Any, params: dict[str, Any], out: Any, times: Any) -> Any:
    (_, y, z), (dx, dy, _) = primals, tangents
    if dy is not None:
        rest = out * st.expand_dims(dy, axis=-2)
        dx = -rest if dx is None else dx - rest
    return row_quotient(dx, y, z + noise(dx))


row_quotient = custom(_row_quotient, _row_quotient_vjp, saves=("y", "out"), name="RowQuotient", promotes=False,
                      batch=leading(2, 1, None, broadcasts=True))
row_quotient.op.forward = _push_row_quotient  # type: ignore[attr-defined]


def _vanishing(x: np.ndarray) -> np.ndarray:
    return (x <= gap_tolerance(x))[..., None, :]


vanishing = constant(_vanishing, batch=leading(1))


def _at_zero(x: np.ndarray, y: np.ndarray, *, vectors: bool, one: bool = False) -> np.ndarray:
    """x, the cotangents of the singular values y; an error where those of zero, with vectors, do not tell enough.

    `one` says that the block of zero has one element, and that real, if the value zero does not repeat: it is told.
    """
    if vectors and np.any(_kinks(x, y, one)):
        raise GradientError(
            "linalg.svd: at the singular value zero this loss of values and vectors has a derivative that their "
            "cotangents do not determine, or none; leave out the values and vectors of zero, use a loss of the values "
            "alone, or compute with the matrix itself."
        )
    if not vectors and np.any(_kinks(x, y, False)):
        warnings.warn(
            "linalg.svd: the loss has a kink where a singular value is zero (as the sum of them does), so it has only "
            "one-sided derivatives; the gradient given is one of its subgradients.",
            RuntimeWarning,
            stacklevel=2,
        )
    return x


def _kinks(x: np.ndarray, y: np.ndarray, one: bool) -> np.ndarray:
    zero = y <= gap_tolerance(y)
    tol = np.sqrt(np.finfo(y.dtype).eps) * np.max(np.abs(x), axis=-1, initial=0.0)
    lone = one & (np.sum(zero, axis=-1) == 1)
    return (np.max(np.where(zero, np.abs(x), 0), axis=-1, initial=0.0) > tol) & ~lone


def _push_at_zero(op: Any, primals: Any, tangents: Any, params: dict[str, Any], out: Any, times: Any) -> Any:
    refuse_kink(*primals)
    t = tangents[0]
    return at_zero(t, primals[1], **params) if params["vectors"] and t is not None else t


at_zero = custom(_at_zero, lambda ct, s: (ct, None), batch=leading(1, 1))
at_zero.op.forward = _push_at_zero  # type: ignore[attr-defined]


def _refuse_kink(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    if np.any(_kinks(x, y, False)):
        raise GradientError(
            "linalg.svd: at the singular value zero, where this loss has a kink, it has no second derivative."
        )
    return np.zeros_like(y)


refuse_kink = constant(_refuse_kink, batch=leading(1, 1))
