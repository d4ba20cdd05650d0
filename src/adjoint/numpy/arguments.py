"""What the NumPy functions ask of their arguments: arrays of any face, their dtypes, and where a result goes."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import errors
from ..core import memory
from ..core.levels import Box, concrete
from ..core.tensor import TensorBase
from ..functions import writing
from ..ops import structure as st


def operand(x: Any) -> Any:
    """`x` as a face, a box or an ndarray; lists and numbers become arrays."""
    return x if isinstance(x, (TensorBase, Box)) or type(x) is np.ndarray else np.asarray(x)


def dtype_of(x: Any) -> np.dtype[Any]:
    """NumPy's dtype of an operand, whose own `dtype` is the face's."""
    return getattr(x.dtype, "numpy", x.dtype)


def is_complex(x: Any) -> bool:
    """Whether the operand has complex numbers."""
    return dtype_of(x).kind == "c"


def floating(x: Any) -> Any:
    """The operand, integers and truth values made float64 as NumPy makes them."""
    x = operand(x)
    return st.astype(x, dtype=np.dtype(np.float64)) if dtype_of(x).kind in "biu" else x


def cast(x: Any, dtype: Any) -> Any:
    """The operand in `dtype`, where one is given."""
    x = operand(x)
    if dtype is None:
        return x
    dtype = np.dtype(getattr(dtype, "numpy", dtype))
    return x if dtype_of(x) == dtype else st.astype(x, dtype=dtype)


def conjugated(x: Any) -> Any:
    """The complex conjugate; a real operand itself."""
    return np.conjugate(x) if is_complex(x) else x


def batched(x: Any) -> bool:
    """Whether the operand has one value for each example of a batch, and so no numbers of its own."""
    return isinstance(concrete(x), Box)


def axis_number(axis: Any, ndim: int) -> int:
    """`axis` counted from the front; AxisError as NumPy raises it."""
    return int(np.lib.array_utils.normalize_axis_index(int(concrete(axis)), ndim))


def axis_numbers(axis: Any, ndim: int) -> tuple[int, ...]:
    """One axis or several, counted from the front."""
    return np.lib.array_utils.normalize_axis_tuple(concrete(axis), ndim)


def traced(x: Any) -> bool:
    """Whether a derivative or a batch is carried by `x`, which its number alone would lose."""
    if isinstance(x, TensorBase):
        return memory.load_node(x) is not None or isinstance(memory.peek(x), Box)
    return isinstance(x, Box)


def deliver(result: Any, out: Any) -> Any:
    """`result`, written into `out` where one is given; a plain ndarray cannot hold a traced value."""
    if isinstance(out, tuple):
        (out,) = out
    if out is None:
        return result
    result = operand(result)
    kind, wanted = dtype_of(result), dtype_of(out)
    if not np.can_cast(kind, wanted, "same_kind"):
        raise TypeError(f"Cannot cast output from {kind!r} to {wanted!r} with casting rule 'same_kind'")
    if isinstance(out, TensorBase):
        memory.check_writable(out)
        writing.assign_part(out, (Ellipsis,), result)
    elif traced(result):
        raise errors.WriteError("out= is a plain array, which cannot hold a traced value; use the function's result, "
                                "or give out= an array made by np.empty_like(x) of a traced x")
    else:
        np.copyto(out, concrete(result), casting="same_kind")
    return out
