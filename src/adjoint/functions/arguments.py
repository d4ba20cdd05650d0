"""Reading PyTorch's arguments: dimensions, NumPy's names for them, sizes given as several integers or as one sequence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import DimensionError


def dimension(dim: Any, ndim: int) -> int:
    """`dim` as a number from 0 to ndim - 1; a 0-d tensor counts as having one dimension."""
    n = max(1, ndim)
    dim = dim.__index__()
    if not -n <= dim < n:
        raise DimensionError(f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {dim})")
    return dim % n  # type: ignore[no-any-return]


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


def sizes(args: tuple[Any, ...]) -> tuple[int, ...]:
    """The integers of f(2, 3) or f((2, 3))."""
    if len(args) == 1 and isinstance(args[0], Sequence):
        args = tuple(args[0])
    return tuple([int(n) for n in args])
