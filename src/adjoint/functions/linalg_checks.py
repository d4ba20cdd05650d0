"""What the functions of linear algebra ask of their arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import errors
from ..core import dtypes, memory, modes
from ..core.tensor import TensorBase, wrap


def matrix(x: Any, name: str, argument: str = "A") -> Any:
    """`x`, a stack of matrices of a floating-point or complex dtype; an error that says what it is instead."""
    if not isinstance(x, TensorBase):
        raise TypeError(f"{name}(): argument '{argument}' must be Tensor, not {type(x).__name__}")
    a = memory.peek(x)
    if a.ndim < 2:
        raise errors.ShapeError(
            f"{name}: The input tensor {argument} must have at least 2 dimensions, but it has {a.ndim}: {list(a.shape)}"
        )
    return floating(x, name)


def square(x: Any, name: str, argument: str = "A") -> Any:
    """`x`, a stack of square matrices of a floating-point or complex dtype."""
    x = matrix(x, name, argument)
    m, n = x.shape[-2:]
    if m != n:
        raise errors.ShapeError(
            f"{name}: {argument} must be batches of square matrices, but they are {m} by {n} matrices"
        )
    return x


def floating(x: Any, name: str) -> Any:
    """`x`, of a floating-point or complex dtype."""
    dtype = memory.peek(x).dtype
    if dtype.kind in "biu":
        raise errors.DtypeError(
            f"{name}: Expected a floating point or complex tensor as input. Got {dtypes.of(dtype)!r}; "
            f"x.to(float32) makes one"
        )
    return x


def same_dtype(x: Any, y: Any, name: str) -> None:
    """An error unless both have one dtype."""
    if memory.peek(x).dtype != memory.peek(y).dtype:
        raise errors.DtypeError(
            f"{name}: Expected both inputs to have the same dtype, but got {x.dtype!r} and {y.dtype!r}; cast one"
        )


def tracked(x: Any) -> bool:
    """Whether what is computed from `x` now has a derivative, or examples."""
    return (bool(modes.state.grad) and bool(x.requires_grad)) or type(memory.peek(x)) is not np.ndarray


def bare(x: Any) -> np.ndarray[Any, Any]:
    """The values of a tensor, for decisions that have no derivative."""
    return memory.concrete(x)


def constant_tensor(array: Any) -> Any:
    """An untracked tensor of this array."""
    return wrap(array)


def is_vector(a: Any, b: Any) -> bool:
    """Whether `b` is a (stack of) right-hand-side vectors of the systems `a`, as torch tells them from matrices."""
    return b.ndim == 1 or (a.ndim - 1 == b.ndim and tuple(b.shape) == tuple(a.shape[:-1]))
