"""NumPy's functions that are about arrays and not about values: shapes, dtypes, texts, files."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib import recfunctions

from ..core.registry import speaks
from .arguments import as_dtype, data_of, dtype_of, is_traced, operand, plain
from .declarations import constant, plainly, refuse, role


@speaks(np.shape)
@role("plain")
def shape(a: Any) -> tuple[int, ...]:
    """The lengths of the dimensions."""
    return tuple(operand(a).shape)


@speaks(np.ndim)
@role("plain")
def ndim(a: Any) -> int:
    """The number of dimensions."""
    return len(tuple(operand(a).shape))


@speaks(np.size)
@role("plain")
def size(a: Any, axis: Any = None) -> int:
    """The number of elements, in all or along axes."""
    return int(np.size(np.broadcast_to(0, tuple(operand(a).shape)), plain(axis)))


def _typed(x: Any) -> Any:
    """A stand-in of the same dtype and shape, or the value itself if it is not traced."""
    if is_traced(x):
        return np.broadcast_to(np.zeros((), dtype_of(x)), tuple(data_of(x).shape))
    return as_dtype(x) if hasattr(x, "numpy") else x


@speaks(np.result_type)
@role("plain")
def result_type(*arrays_and_dtypes: Any) -> Any:
    """NumPy's dtype in which these meet."""
    return np.result_type(*[_typed(x) for x in arrays_and_dtypes])


@speaks(np.can_cast)
@role("plain")
def can_cast(from_: Any, to: Any, casting: Any = "safe") -> bool:
    """Whether a cast between dtypes follows a rule."""
    return np.can_cast(dtype_of(from_) if is_traced(from_) else as_dtype(from_), as_dtype(to), casting)


@speaks(np.common_type)
@role("plain")
def common_type(*arrays: Any) -> Any:
    """The floating-point type in which arrays meet."""
    return np.common_type(*[_typed(a) for a in arrays])


@speaks(np.iscomplexobj)
@role("plain")
def iscomplexobj(x: Any) -> bool:
    """Whether the dtype is complex."""
    return dtype_of(x).kind == "c"


@speaks(np.isrealobj)
@role("plain")
def isrealobj(x: Any) -> bool:
    """Whether the dtype is not complex."""
    return dtype_of(x).kind != "c"


plainly(np.min_scalar_type, np.array_repr, np.array_str, np.array2string, np.save, np.savez, np.savez_compressed,
        np.savetxt)
constant(np.packbits, np.unpackbits)

for _function in (np.busday_count, np.busday_offset, np.is_busday, np.datetime_as_string):
    refuse(_function, "it is about dates, which are not differentiated")

for _name in recfunctions.__all__:
    refuse(getattr(recfunctions, _name), "arrays with fields hold no traced values; keep an array for each field")
