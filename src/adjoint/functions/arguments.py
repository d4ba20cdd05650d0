"""Reading PyTorch's arguments: dimensions, NumPy's names for them, sizes given as several integers or one sequence."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any

from ..core import memory
from ..core.tensor import TensorBase
from ..errors import DimensionError, ShapeError


def dimension(dim: Any, ndim: int) -> int:
    """`dim` as a number from 0 to ndim - 1; a 0-d tensor counts as having one dimension."""
    n = max(1, ndim)
    dim = index(dim)
    if not -n <= dim < n:
        raise DimensionError(f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {dim})")
    return dim % n


def dimensions(dim: Any, ndim: int) -> tuple[int, ...] | None:
    """One dimension or several as non-negative numbers; None (or an empty sequence) stays None: all of them."""
    if dim is None:
        return None
    if not isinstance(dim, Sequence):
        return (dimension(dim, ndim),)
    dims = tuple([dimension(d, ndim) for d in dim])
    if len(set(dims)) != len(dims):
        twice = next(d for i, d in enumerate(dims) if d in dims[:i])
        raise RuntimeError(f"dim {twice} appears multiple times in the list of dims")
    return dims or None


def axis_keepdims(names: dict[str, Any], dim: Any, keepdim: bool, function: str) -> tuple[Any, bool]:
    """dim and keepdim, where NumPy's names axis and keepdims may have given them."""
    for name, value in names.items():
        if name == "axis":
            dim = value
        elif name == "keepdims":
            keepdim = value
        else:
            raise TypeError(f"{function}() got an unexpected keyword argument '{name}'")
    return dim, keepdim


def the_dim(dim: Any, names: dict[str, Any], function: str) -> Any:
    """dim, where NumPy's name axis may have given it; TypeError if neither did."""
    if names:
        dim, _ = axis_keepdims(names, dim, False, function)
    if dim is None:
        raise TypeError(f"{function}() missing 1 required argument: 'dim'")
    return dim


def integers(args: tuple[Any, ...], keyword: Any = None) -> tuple[int, ...]:
    """The integers of f(2, 3), f((2, 3)) or f(name=(2, 3))."""
    if keyword is not None:
        args = (keyword,)
    if len(args) == 1 and not hasattr(args[0], "__index__"):
        args = tuple(args[0])
    elif len(args) == 1 and isinstance(args[0], TensorBase) and memory.peek(args[0]).ndim:
        args = tuple(memory.load(args[0]).tolist())
    return tuple([index(n) for n in args])


def size_of(name: str, args: tuple[Any, ...], keyword: Any = None) -> tuple[int, ...]:
    """The size of a tensor to be made, given as several integers, as one sequence, or by keyword."""
    if keyword is not None and args:
        raise TypeError(f"{name}() got the size twice: {args} and size={keyword}")
    try:
        shape = integers(args, keyword)
    except (AttributeError, TypeError):
        raise TypeError(f"{name}(): the size must be integers, not {args if keyword is None else keyword}") from None
    if any([n < 0 for n in shape]):
        raise ShapeError(f"{name}: trying to create a tensor with a negative dimension: {list(shape)}")
    return shape
