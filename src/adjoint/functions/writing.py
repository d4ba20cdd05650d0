"""In-place writes at PyTorch's face: `x.add_(y)`, `x += y`, `x[i] = y`, `out=`. The mechanism is core.memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from .. import errors
from ..core import dtypes, memory, modes
from ..core.dispatch import constant
from ..core.rules import REDUCE
from ..core.tensor import TensorBase, next_seq
from ..ops import structure as st

if TYPE_CHECKING:
    from ..tensor import Tensor

F = TypeVar("F", bound=Callable[..., Any])


def assign(t: Tensor, result: Tensor) -> Tensor:
    """`t`, whose elements have become those of `result`; shapes must be equal, and the dtype may not lose its kind."""
    a, b = memory.peek(t), memory.peek(result)
    if b.shape != a.shape:
        raise errors.ShapeError(f"output with shape {list(a.shape)} doesn't match the broadcast shape {list(b.shape)}")
    if b.dtype is not a.dtype and b.dtype != a.dtype:
        own, new = dtypes.of(a.dtype), dtypes.of(b.dtype)
        if not dtypes.can_cast(new, own):
            raise errors.DtypeError(f"result type {new!r} can't be cast to the desired output type {own!r}")
        result = st.astype(result, dtype=a.dtype)
    memory.write(t, memory.WHOLE, memory.load(result), memory.load_node(result))
    return t


def inplace(function: F) -> F:
    """The in-place form of a function of a tensor: it computes what the function does and writes that into the tensor."""

    @wraps(function)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        memory.check_writable(self)
        return assign(self, function(self, *args, **kwargs))

    method.__name__ = function.__name__ + "_"
    method.__qualname__ = method.__name__
    method.__doc__ = f"This tensor, in place: its elements become those of adjoint.{function.__name__}(self, ...)."
    return method  # type: ignore[return-value]


def deliver(result: Any, out: Any) -> Any:
    """`result`, or `out` after the result has been written into it (and out resized to it)."""
    if out is None:
        return result
    if isinstance(result, tuple):
        return type(result)(*[deliver(r, o) for r, o in zip(result, out, strict=True)]) if hasattr(
            result, "_fields") else tuple([deliver(r, o) for r, o in zip(result, out, strict=True)])
    if modes.state.grad and (memory.load_node(result) is not None or memory.load_node(out) is not None):
        raise errors.GradientError("functions with out=... arguments don't support automatic differentiation, but one of "
                                   "the arguments requires grad.")
    a, b = memory.peek(result), memory.peek(out)
    own, new = dtypes.of(b.dtype), dtypes.of(a.dtype)
    if not dtypes.can_cast(new, own):
        raise errors.DtypeError(f"result type {new!r} can't be cast to the desired output type {own!r}")
    value = a.astype(b.dtype)
    if a.shape != b.shape:
        out._v = (memory.Memory(), None, None, None, True)
        out._a = value
    else:
        memory.write(out, memory.WHOLE, value, None)
    return out


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


def setitem(t: Tensor, key: Any, value: Any) -> None:
    """t[key] = value, differentiable in both."""
    memory.check_writable(t)
    a = memory.peek(t)
    key = index_key(key)
    shape = a[key].shape
    if isinstance(value, TensorBase):
        v, node = memory.load(value), memory.load_node(value)
    else:
        v, node = value if isinstance(value, np.ndarray) else constant(value), None
    if v.dtype.kind == "c" and a.dtype.kind != "c":
        raise errors.DtypeError(f"can't write {dtypes.of(v.dtype)!r} values into a {dtypes.of(a.dtype)!r} tensor")
    if v.shape != shape or v.dtype != a.dtype:
        while v.ndim > len(shape) and v.shape[0] == 1:
            v = v[0]
        try:
            cast = np.broadcast_to(v, shape)
        except ValueError:
            raise errors.ShapeError(f"shape mismatch: value tensor of shape {list(v.shape)} cannot be broadcast to "
                                    f"indexing result of shape {list(shape)}") from None
        if node is not None:
            node = [REDUCE, next_seq(), node, memory.peek(value).shape, v.dtype]
        with np.errstate(all="ignore"):
            v = cast.astype(a.dtype, copy=False)
    memory.write(t, key, v, node)
