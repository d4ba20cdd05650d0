"""What a box holds: ndarrays, and faces and boxes of lower levels. Their shape, dtype and form."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import memory
from .levels import Box
from .tensor import TensorBase, as_data


def as_payload(x: Any) -> Any:
    """What an op gave, as a payload: 0-d arrays for NumPy's scalars."""
    return x if isinstance(x, (TensorBase, Box)) else as_data(x)


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of a payload, or of a number."""
    if type(x) is np.ndarray:
        return x.shape
    if isinstance(x, TensorBase):
        return tuple(memory.peek(x).shape)
    return x.shape if isinstance(x, Box) else np.shape(x)


def dtype_of(x: Any) -> np.dtype[Any]:
    """NumPy's dtype of a payload, or of a number."""
    if type(x) is np.ndarray:
        return x.dtype
    if isinstance(x, TensorBase):
        return memory.peek(x).dtype
    return x.dtype if hasattr(x, "dtype") else np.asarray(x).dtype
