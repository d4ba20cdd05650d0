"""What the functions of adjoint.scipy.linalg share: who is a face, right-hand sides that are vectors, one triangle."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import scipy.linalg as sl

from ..core.tensor import TensorBase
from ..ops import structure as st
from ..ops.linalg_parts import get_diagonal, lower, mH, square_diagonal, upper

F = TypeVar("F", bound=Callable[..., Any])


def is_face(x: Any) -> bool:
    """Whether a tensor or a traced array is there, in a tuple or list too."""
    return isinstance(x, TensorBase) or (type(x) in (tuple, list) and any([is_face(v) for v in x]))


def for_faces(function: F) -> F:
    """The function for faces; SciPy's of that name where no argument is one."""
    plain = getattr(sl, function.__name__)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not any([is_face(x) for x in args]) and not any([is_face(x) for x in kwargs.values()]):
            return plain(*args, **kwargs)
        return function(*args, **kwargs)

    return call  # type: ignore[return-value]


def columns(b: Any) -> Any:
    """A vector as a matrix of one column."""
    return np.reshape(b, (b.shape[0], 1)) if len(b.shape) == 1 else b


def like(x: Any, b: Any) -> Any:
    """The solution in the form of the right-hand side."""
    return np.reshape(x, (x.shape[0],)) if len(np.shape(b)) == 1 else x


def operand(x: Any) -> Any:
    """A face as it is; anything else as an array."""
    return x if isinstance(x, TensorBase) else np.asarray(x)


def is_complex(x: Any) -> bool:
    """Whether a face is complex."""
    return bool(getattr(x.dtype, "numpy", x.dtype).kind == "c")


def mirrored(a: Any, low: bool, conjugate: bool) -> Any:
    """The symmetric (Hermitian) matrix of which only one triangle is read."""
    strict = lower(a, k=-1) if low else upper(a, k=1)
    diagonal = get_diagonal(a)
    if conjugate and is_complex(a):
        diagonal = np.real(diagonal) + 0j
    return strict + (mH(strict) if conjugate else st.mT(strict)) + square_diagonal(diagonal)
