"""Index keys: what a program writes between brackets, as NumPy takes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import dtypes, memory
from .tensor import TensorBase


def index_key(key: Any) -> Any:
    """A key as NumPy takes it: tensors and lists as arrays, a lone integer completed so that the result is a view."""
    if type(key) is int:
        return (key, ...)
    if type(key) is not tuple:
        key = (key,)
    made: list[Any] = []
    whole = True
    for k in key:
        if isinstance(k, TensorBase):
            a = memory.load(k)
            if a.dtype.kind == "u" and a.dtype.itemsize == 1:
                a = a.astype(bool)
            if a.dtype.kind not in "biu":
                raise IndexError("tensors used as indices must be long, int, byte or bool tensors, not "
                                 f"{dtypes.of(a.dtype)!r}")
            k = int(a) if a.ndim == 0 and a.dtype.kind != "b" else a
        elif isinstance(k, (list, np.ndarray, range)):
            k = np.asarray([memory.load(v) if isinstance(v, TensorBase) else v for v in k]
                           if not isinstance(k, np.ndarray) else k)
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
            whole = False
        elif isinstance(k, (bool, np.bool_)):
            k = np.asarray(k)
        elif k is not None and not isinstance(k, int):
            if not hasattr(k, "__index__"):
                raise IndexError("only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are "
                                 f"valid indices (got {type(k).__name__})")
            k = k.__index__()
        made.append(k)
    if whole and not any([isinstance(k, np.ndarray) for k in made]):
        made.append(Ellipsis)
    return tuple(made)
