"""Index keys: what a program writes between brackets, as NumPy takes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import dtypes, memory
from .levels import Box
from .tensor import TensorBase

ARRAYS = (np.ndarray, Box)
_PLAIN = (int, type(None))


def index_key(key: Any) -> Any:
    """A key as NumPy takes it: tensors and lists as arrays, a lone integer completed so that the result is a view."""
    if type(key) is int:
        return (key, ...)
    if type(key) is not tuple:
        key = (key,)
    made: list[Any] = []
    whole = True
    integers = arrays = False
    for k in key:
        if isinstance(k, TensorBase):
            a = memory.concrete(k)
            if a.dtype.kind == "u" and a.dtype.itemsize == 1:
                a = a.astype(bool)
            if a.dtype.kind not in "biu":
                raise IndexError("tensors used as indices must be long, int, byte or bool tensors, not "
                                 f"{dtypes.of(a.dtype)!r}")
            k = int(a) if type(a) is np.ndarray and a.ndim == 0 and a.dtype.kind != "b" else a
        elif isinstance(k, (list, np.ndarray, range)):
            k = memory.given(k if isinstance(k, np.ndarray) else
                             [memory.concrete(v) if isinstance(v, TensorBase) else v for v in k])
            if k.size == 0 and k.dtype.kind == "f":
                k = k.astype(np.intp)
            if k.dtype.kind not in "biu":
                raise IndexError(f"indices must be integers or booleans, not {k.dtype}")
        elif isinstance(k, slice):
            if k.step is not None and int(k.step) <= 0:
                raise ValueError("step must be greater than zero; adjoint.flip(x, dims) reverses a dimension")
            if any([isinstance(v, TensorBase) for v in (k.start, k.stop, k.step)]):
                k = slice(*[None if v is None else int(v) for v in (k.start, k.stop, k.step)])
        elif k is Ellipsis:
            if not whole:
                continue  # PyTorch takes several; the first has all the dimensions that are left
            whole = False
        elif isinstance(k, (bool, np.bool_)):
            k = np.asarray(k)
        elif k is not None and not isinstance(k, int):
            if not hasattr(k, "__index__"):
                raise IndexError("only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are "
                                 f"valid indices (got {type(k).__name__})")
            k = k.__index__()
        if isinstance(k, ARRAYS):
            arrays = True
        elif isinstance(k, int):
            integers = True
        made.append(k)
    if whole and not arrays:
        made.append(Ellipsis)
    return _in_steps(made) if arrays and (integers or not whole) else tuple(made)


def numpy_key(key: Any, ndim: int | None = None) -> Any:
    """A key as NumPy understands it, for a value that must stay an array: faces and lists in it become arrays.

    Where `ndim` is given, a key that names one element has no Ellipsis: what it gets is a scalar in NumPy, not a view.
    """
    if type(key) is int:
        return (key,) if ndim == 1 else (key, ...)
    if type(key) is slice and type(key.start) in _PLAIN and type(key.stop) in _PLAIN and type(key.step) in _PLAIN:
        return (key, ...)
    parts = key if type(key) is tuple else (key,)
    made = []
    basic = True
    for k in parts:
        if isinstance(k, slice):
            ends = [v if v is None or isinstance(v, int) else v.__index__() for v in (k.start, k.stop, k.step)]
            k = slice(*ends)
        elif isinstance(k, (TensorBase, list, np.ndarray)):
            k = np.array(k) if type(k) is np.ndarray else memory.given(_numbers(k) if type(k) is list else k)
            if k.size == 0 and k.dtype.kind == "f":  # an empty list
                k = k.astype(np.intp)
            basic = False
        elif k is not None and k is not Ellipsis and not isinstance(k, int):
            if not isinstance(k, np.bool_) and not hasattr(k, "__index__"):
                raise IndexError("only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or "
                                 f"boolean arrays are valid indices (got {type(k).__name__})")
            k = np.asarray(k) if isinstance(k, np.bool_) else k.__index__()
        basic = basic and type(k) is not bool
        made.append(k)
    if basic and not any([k is Ellipsis for k in made]) and not (
            len(made) == ndim and all([isinstance(k, int) for k in made])):
        made.append(Ellipsis)
    return tuple(made)


def _numbers(x: Any) -> Any:
    """A nested list of indices with numbers in the place of faces."""
    return [_numbers(v) for v in x] if type(x) is list else memory.concrete(x) if isinstance(x, TensorBase) else x


class Steps:
    """A key that is taken in two steps: a view by `basic`, and of that the elements by `advanced(ndim)`."""

    __slots__ = ("basic", "rest")

    def __init__(self, basic: list[Any], rest: list[Any]) -> None:
        self.basic = tuple(basic)
        self.rest = rest

    def advanced(self, ndim: int) -> tuple[Any, ...]:
        """The second key, for a view of so many dimensions, without Ellipsis: NumPy lets it part arrays."""
        covered = ndim - sum([_dimensions(k) for k in self.rest if k is not Ellipsis])
        made: list[Any] = []
        for k in self.rest:
            made.extend([slice(None)] * covered if k is Ellipsis else [k])
        return tuple(made)


def _dimensions(k: Any) -> int:
    """How many dimensions of the tensor this part of a key takes."""
    return k.ndim if isinstance(k, ARRAYS) and k.dtype.kind == "b" else 1


def _in_steps(key: list[Any]) -> Any:
    """The key, in steps where an integer stands apart from the arrays or an Ellipsis between them.

    NumPy then counts the integer among the arrays and moves their dimensions to the front; PyTorch selects it first.
    """
    picks = [i for i, k in enumerate(key) if isinstance(k, (int, *ARRAYS))]
    if picks[-1] - picks[0] + 1 == len(picks):
        return tuple(key)
    basic: list[Any] = []
    rest: list[Any] = []
    for k in key:
        if isinstance(k, ARRAYS):
            basic.extend([slice(None)] * _dimensions(k))
            rest.append(k)
        else:
            basic.append(k)
            if not isinstance(k, int):
                rest.append(k if k is Ellipsis else slice(None))
    return Steps(basic, rest)
