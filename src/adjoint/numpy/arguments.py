"""What NumPy's functions do with their arguments and results: operands, dtypes, axes, plain numbers, and `out=`.

A *traced* value is a face (Tensor, Array) or a box of an open transform; a *tracked* one carries a derivative or a
batch, which its numbers alone would lose. Arguments that have no derivative (indices, masks, counts, sizes) are read by
`plain` or `index`. What a function without derivatives is, `declarations.py` says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import errors
from ..core import memory, writes
from ..core.bare import caller
from ..core.levels import Box, carries, check_alive, concrete
from ..core.tensor import TensorBase, faces, wrap
from ..functions import writing
from ..ops import structure as st
from ..ops.indexing import get

Call = Callable[..., Any]

# What it is ----------------------------------------------------------------------------------------------------------


def is_traced(x: Any) -> bool:
    """Whether x is a face or a box."""
    return isinstance(x, (TensorBase, Box))


def holds_traced(x: Any) -> bool:
    """Whether x, or anything in a nested list or tuple, is a face or a box."""
    if type(x) in (list, tuple):
        return any([holds_traced(v) for v in x])
    return is_traced(x)


def is_tracked(x: Any) -> bool:
    """Whether a derivative or a batch is lost if only the numbers of x are used."""
    if type(x) in (list, tuple):
        return any([is_tracked(v) for v in x])
    return carries(x)


def batched(x: Any) -> bool:
    """Whether x has one value for each example of a batch, and so no numbers of its own."""
    return isinstance(concrete(x), Box)


def some_tensor(x: Any) -> bool:
    """Whether a tensor is among these arguments, so that results are tensors."""
    if type(x) in (list, tuple):
        return any([some_tensor(v) for v in x])
    return isinstance(x, faces.tensor)


def dtype_of(x: Any) -> np.dtype[Any]:
    """NumPy's dtype of an array of any kind, or of a number."""
    if isinstance(x, TensorBase):
        return memory.peek(x).dtype
    return x.dtype if hasattr(x, "dtype") else np.asarray(x).dtype


def is_complex(x: Any) -> bool:
    """Whether x has complex numbers."""
    return dtype_of(x).kind == "c"


def data_of(x: Any) -> Any:
    """The array or box in a face; anything else as it is. For looking at, not for values: it is never copied."""
    return memory.peek(x) if isinstance(x, TensorBase) else x


# As an operand -------------------------------------------------------------------------------------------------------


def operand(x: Any) -> Any:
    """x as something with a shape: a traced value as it is, nested lists that hold some stacked, else an ndarray."""
    if is_traced(x) or type(x) is np.ndarray:
        return x
    if holds_traced(x):
        return st.stack([operand(v) for v in x], axis=0)
    return np.asarray(x)


def like(x: Any, other: Any) -> Any:
    """An ndarray in the face of another operand, where that has one: so the result of an op on it has it too."""
    return wrap(x.copy(), None, type(other)) if type(x) is np.ndarray and isinstance(other, TensorBase) else x


def floating(x: Any) -> Any:
    """The operand, integers and truth values made float64 as NumPy makes them."""
    x = operand(x)
    return st.astype(x, dtype=np.dtype(np.float64)) if dtype_of(x).kind in "biu" else x


def conjugated(x: Any) -> Any:
    """The complex conjugate; a real operand itself."""
    return np.conjugate(x) if is_complex(x) else x


def as_dtype(dtype: Any) -> Any:
    """A dtype as NumPy has it, where one of this package's may have been given; None stays."""
    return None if dtype is None else np.dtype(getattr(dtype, "numpy", dtype))


def cast(x: Any, dtype: Any) -> Any:
    """The operand in another dtype, the real part where that is real; as it is if `dtype` is None."""
    x, dtype = operand(x), as_dtype(dtype)
    if dtype is None or dtype_of(x) == dtype:
        return x
    return st.astype(st.real(x) if is_complex(x) and dtype.kind != "c" else x, dtype=dtype)


def castable(x: Any, dtype: Any, casting: str = "same_kind") -> Any:
    """x in another dtype, where NumPy's casting rule allows it; else DtypeError."""
    dtype = as_dtype(dtype)
    if dtype is not None and hasattr(x, "dtype") and not np.can_cast(dtype_of(x), dtype, casting):
        raise errors.DtypeError(f"cannot cast from {dtype_of(x)} to {dtype} according to the rule {casting!r}")
    return cast(x, dtype)


def along(x: Any, axis: int, part: Any) -> Any:
    """x[..., part, ...] with `part` at the axis (counted from 0)."""
    return get(x, key=(*(slice(None),) * axis, part))


def flat(x: Any) -> Any:
    """All elements in C order, in one dimension."""
    return st.reshape(x, shape=(st.size(tuple(x.shape)),))


def read_only(x: Any) -> Any:
    """The view as NumPy gives it where it lets nobody write: an Array that refuses writes. Tensors take them."""
    return st.read_only(x) if isinstance(x, faces.array) else x


def moved(fn: Call, x: Any, *others: Any) -> Any:
    """fn(x, *others) for a function that only moves elements: applied to their numbers, which then pick them.

    The others are cast to the dtype of x, as NumPy's functions that insert elements do.
    """
    arrays = [x, *[cast(operand(y), dtype_of(x)) for y in others]]
    sizes = [st.size(tuple(a.shape)) for a in arrays]
    numbers, start = [], 0
    for a, n in zip(arrays, sizes, strict=True):
        numbers.append(np.arange(start, start + n).reshape(tuple(a.shape)))
        start += n
    pool = flat(x) if len(arrays) == 1 else st.concatenate([flat(a) for a in arrays], axis=0)
    return get(pool, key=(np.asarray(fn(*numbers)),))


# As plain numbers ----------------------------------------------------------------------------------------------------


def plain(x: Any) -> Any:
    """x with the numbers of every traced value in it; TracedValueError where a batched value has no number."""
    if type(x) in (list, tuple):
        return type(x)([plain(v) for v in x])
    if isinstance(x, tuple):  # a named one
        return type(x)(*[plain(v) for v in x])
    if type(x) is dict:
        return {k: plain(v) for k, v in x.items()}
    x = concrete(x)
    return x.numbers() if isinstance(x, Box) else x


def index(x: Any) -> Any:
    """The numbers of an index or a mask; a batched one stays what it is, for ops that can follow it.

    They are a copy: an op keeps them until backward, and the program may write to its own array before.
    """
    return np.array(plain(x)) if type(x) in (list, tuple) or isinstance(x, range) else _number(concrete(x))


def _number(x: Any) -> Any:
    return x if isinstance(x, Box) else np.array(x)


def axis_number(axis: Any, ndim: int) -> int:
    """The axis counted from 0; NumPy's AxisError if there is none."""
    return int(np.lib.array_utils.normalize_axis_index(plain(axis), ndim))


def axis_numbers(axis: Any, ndim: int) -> tuple[int, ...]:
    """One axis or several, counted from 0."""
    return np.lib.array_utils.normalize_axis_tuple(plain(axis), ndim)


# Results -------------------------------------------------------------------------------------------------------------


def faced(result: Any, args: Any) -> Any:
    """A result of plain numbers as the arguments' face has it: tensors where a tensor is among them."""
    if not some_tensor(list(args)):
        return result
    if isinstance(result, tuple):
        made = [faced(r, args) for r in result]
        return type(result)(*made) if hasattr(result, "_fields") else tuple(made)
    if type(result) is list:
        return [faced(r, args) for r in result]
    return wrap(result) if isinstance(result, (np.ndarray, np.generic)) else result


def deliver(result: Any, out: Any) -> Any:
    """`result`, written into `out` where one is given; a plain ndarray cannot hold a tracked value."""
    if isinstance(out, tuple):
        (out,) = out
    if out is None:
        return result
    result = operand(result)
    kind, wanted = dtype_of(result), dtype_of(out)
    if not np.can_cast(kind, wanted, "same_kind"):
        raise TypeError(f"Cannot cast output from {kind!r} to {wanted!r} with casting rule 'same_kind'")
    if isinstance(out, TensorBase):
        writes.check_writable(out)
        writing.assign_part(out, (Ellipsis,), result)
    elif is_tracked(result):
        refuse_write(result, "out=, or an operator such as +=,", "write y = y + x for y += x, use the function's "
                     "result for out=, or make the array by np.zeros_like(x) or np.copy(x) of a traced x")
    else:
        np.copyto(out, concrete(result), casting="same_kind")
    return out


def refuse_write(value: Any, name: str, remedy: str) -> None:
    """Raise the WriteError of a traced value that would be written into a plain ndarray."""
    check_alive(value, name)
    name, where, ours = caller(name)
    raise errors.WriteError(f"{name} writes where no derivative can follow: its target is a plain ndarray, and a value "
                            f"that is differentiated would become bare numbers in it ({where}); {ours}{remedy}")
