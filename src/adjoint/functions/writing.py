"""In-place writes at PyTorch's face: `x.add_(y)`, `x += y`, `x[i] = y`, `out=`. The mechanism is core.memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from .. import errors
from ..core import dtypes, memory, modes, writes
from ..core.dispatch import constant
from ..core.keys import Steps, index_key
from ..core.levels import Box, boxes, depth, lifted
from ..core.rules import REDUCE
from ..core.tensor import TensorBase, faces, next_seq
from ..ops import structure as st
from ..ops.indexing import get
from .creation import number_as

if TYPE_CHECKING:
    from .._tensor import Tensor

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
    modes.notice("write", (t, result), t)
    writes.write(t, writes.WHOLE, memory.load(result), memory.load_node(result))
    return t


def overwritten(input: Any, result: Any) -> Any:
    """`input`, into which the result has been written: what a function with `inplace=True` returns."""
    writes.check_writable(input)
    return assign(input, result)


def inplace(function: F, example: str | None = "method") -> F:
    """The in-place form of a function of a tensor: it writes what the function computes into the tensor.

    Its docstring shows the function's example, written as a "method" or a "function"; None where its result is another.
    """

    @wraps(function)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        writes.check_writable(self)
        return assign(self, function(self, *args, **kwargs))

    method.__name__ = function.__name__ + "_"
    method.__qualname__ = method.__name__
    method.__doc__ = (f"This tensor, in place: its elements become those of adjoint.{function.__name__}(self, ...)."
                      + (_shown(function, example) if example else ""))
    return method  # type: ignore[return-value]


def inplaces(*functions: Callable[..., Any], example: str | None = "method") -> tuple[Callable[..., Any], ...]:
    """The in-place forms of several functions."""
    return tuple([inplace(f, example) for f in functions])


def _shown(function: Callable[..., Any], form: str) -> str:
    """The first example of a function f, `ad.f(x, y)` and what it prints, as one of its in-place form."""
    name = function.__name__
    before, _, rest = (function.__doc__ or "").partition(f".{name}(")
    indent = before.rpartition(">>> ")[0].rpartition("\n")[2]  # none from Python 3.13 on
    intro = f"\n\n{indent}>>> import adjoint as ad\n{indent}>>> "
    if form == "function":
        return f"{intro}{before.rpartition('>>> ')[2]}.{name}_({rest}"
    depth = 0
    for end, c in enumerate(rest):  # the first argument ends at the first comma or bracket that closes the call
        depth += (c in "([{") - (c in ")]}")
        if depth < 0 or (depth == 0 and c == ","):
            return f"{intro}{rest[:end]}.{name}_({rest[end:].lstrip(', ')}"
    return ""


def deliver(result: Any, out: Any) -> Any:
    """`result`, or `out` after the result has been written into it (and out resized to it)."""
    if out is None:
        return result
    if isinstance(result, tuple):
        return type(result)(*[deliver(r, o) for r, o in zip(result, out, strict=True)]) if hasattr(
            result, "_fields") else tuple([deliver(r, o) for r, o in zip(result, out, strict=True)])
    if modes.state.grad and (memory.load_node(result) is not None or memory.load_node(out) is not None):
        raise errors.GradientError("functions with out=... arguments don't support automatic differentiation, but one "
                                   "of the arguments requires grad.")
    a, b = memory.peek(result), memory.peek(out)
    own, new = dtypes.of(b.dtype), dtypes.of(a.dtype)
    if not dtypes.can_cast(new, own):
        raise errors.DtypeError(f"result type {new!r} can't be cast to the desired output type {own!r}")
    value = a.astype(b.dtype)
    if a.shape != b.shape:
        out._v = (memory.Memory(), None, None, None, True)
        out._a = value
    else:
        writes.write(out, writes.WHOLE, value, None)
    return out


def setitem(t: Tensor, key: Any, value: Any) -> None:
    """t[key] = value, differentiable in both."""
    writes.check_writable(t)
    key = index_key(key)
    if type(key) is Steps:
        part = t[key.basic]
        return setitem(part, key.advanced(part.ndim), value)
    assign_part(t, key, value)


def assign_part(t: Any, key: Any, value: Any) -> None:
    """t[key] = value for a key as NumPy takes it."""
    a = memory.peek(t)
    within = boxes((key,)) if modes.word else []
    shape = (get(a, key=key) if within else a[key]).shape
    if isinstance(value, TensorBase):
        v, node = memory.load(value), memory.load_node(value)
    else:
        v, node = value if isinstance(value, np.ndarray) else constant(value), None
        if a.dtype.kind in "iu" and v.ndim == 0 and isinstance(t, faces.tensor):
            v = number_as(v.item(), dtypes.of(a.dtype))
    if within:  # where it is written differs between examples, so what is there then does
        level = max([box.level for box in within], key=lambda level: level.depth)
        if depth(v) < level.depth:
            v, node = lifted(value if node is not None else v, level), None
            v = v if isinstance(v, Box) else level.lift(v)
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
    modes.notice("write", (t, value), t)
    writes.write(t, key, v, node)
