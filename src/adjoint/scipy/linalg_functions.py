"""scipy.linalg's functions of matrices: exponential, logarithm, powers, trigonometric and hyperbolic."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import MissingRule
from ..ops import linalg_equations as eq
from ..ops import linalg_functions as fu
from ..ops import linalg_solve as so
from .linalg_common import for_faces, is_complex, operand

__all__ = ["coshm", "cosm", "expm", "fractional_matrix_power", "logm", "sinhm", "sinm", "sqrtm", "tanhm", "tanm"]


@for_faces
def expm(A: Any) -> Any:
    """The exponential of each matrix.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.expm(ad.tensor([[0.0, 1.0], [0.0, 0.0]]))
    tensor([[1., 1.],
            [0., 1.]])
    """
    return fu.matrix_exp(A)


def _one_matrix(a: Any, name: str) -> Any:
    if len(a.shape) != 2:
        raise MissingRule(f"{name} of a stack of matrices has no rule, got shape {tuple(a.shape)}; use vmap, or a loop")
    return a


@for_faces
def logm(A: Any, disp: Any = None) -> Any:
    """The principal logarithm of a matrix.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.logm(ad.tensor([[1.0, 1.0], [0.0, 1.0]]))
    tensor([[0., 1.],
            [0., 0.]])
    """
    return eq.logm(_one_matrix(A, "logm"))


@for_faces
def sqrtm(A: Any, disp: Any = None, blocksize: Any = None) -> Any:
    """The principal square root of a matrix.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.sqrtm(ad.tensor([[4.0, 0.0], [0.0, 9.0]]))
    tensor([[2., 0.],
            [0., 3.]])
    """
    return eq.sqrtm(_one_matrix(A, "sqrtm"))


@for_faces
def fractional_matrix_power(A: Any, t: Any) -> Any:
    """exp(t log A), for an A without eigenvalues that are zero or negative.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.fractional_matrix_power(ad.tensor([[4.0]]), 0.5)
    tensor([[2.]])
    """
    return fu.matrix_exp(t * eq.logm(_one_matrix(operand(A), "fractional_matrix_power")))


def _half(A: Any, turn: complex, sign: int) -> Any:
    """(exp(turn A) + sign exp(-turn A)) / 2."""
    return 0.5 * (fu.matrix_exp(turn * A) + sign * fu.matrix_exp(-turn * A))


def _turned(A: Any, sign: int) -> Any:
    """cos A (sign 1) or i sin A (sign -1), real or complex as exp(iA) has it."""
    return _half(A, 1j, sign)


@for_faces
def cosm(A: Any) -> Any:
    """The cosine of a matrix.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.cosm(ad.tensor([[0.0]]))
    tensor([[1.]])
    """
    return _turned(A, 1) if is_complex(A) else np.real(fu.matrix_exp(1j * A))


@for_faces
def sinm(A: Any) -> Any:
    """The sine of a matrix.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.sinm(ad.tensor([[0.0]]))
    tensor([[0.]])
    """
    return -1j * _turned(A, -1) if is_complex(A) else np.imag(fu.matrix_exp(1j * A))


@for_faces
def tanm(A: Any) -> Any:
    """The tangent of a matrix.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.tanm(ad.tensor([[0.0]]))
    tensor([[0.]])
    """
    return so.solve(cosm(A), sinm(A))


@for_faces
def coshm(A: Any) -> Any:
    """The hyperbolic cosine of a matrix.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.coshm(ad.tensor([[0.0]]))
    tensor([[1.]])
    """
    return _half(A, 1, 1)


@for_faces
def sinhm(A: Any) -> Any:
    """The hyperbolic sine of a matrix.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.sinhm(ad.tensor([[0.0]]))
    tensor([[0.]])
    """
    return _half(A, 1, -1)


@for_faces
def tanhm(A: Any) -> Any:
    """The hyperbolic tangent of a matrix.

    >>> import adjoint as ad
    >>> ad.scipy.linalg.tanhm(ad.tensor([[0.0]]))
    tensor([[0.]])
    """
    return so.solve(coshm(A), sinhm(A))
