"""Triangles, diagonals, adjoints of stacks of matrices: the words in which the rules of linear algebra are written."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_rules import leading
from ..core.kinds import constant
from . import structure as st


def mH(x: Any) -> Any:
    """The conjugate transpose of each matrix."""
    return np.conjugate(st.mT(x))


def lower(x: Any, k: int = 0) -> Any:
    """Each matrix with zeros above diagonal k."""
    return st.tril(x, k=k)


def upper(x: Any, k: int = 0) -> Any:
    """Each matrix with zeros below diagonal k."""
    return st.triu(x, k=k)


def get_diagonal(x: Any) -> Any:
    """The diagonal of each matrix."""
    return st.diagonal(x, axis1=-2, axis2=-1)


def square_diagonal(x: Any) -> Any:
    """The square matrix with the vector `x` on its diagonal."""
    return st.diagonal_into(x, shape=(*x.shape, x.shape[-1]), axis1=-2, axis2=-1)


def _identity_like(x: np.ndarray) -> np.ndarray:
    return np.broadcast_to(np.eye(x.shape[-2], x.shape[-1], dtype=x.dtype), x.shape).copy()


identity_like = constant(_identity_like, batch=leading(2))
