"""Selection by a mask: where it holds the value, elsewhere exactly zero, whatever the value is there."""

from __future__ import annotations

from typing import Any

import numpy as np

from .tensor import TensorBase

MANY = 4096  # elements from which a pass more costs less than a branch for each, and a call in Python nothing
_BITS = {np.dtype(np.float32): np.int32, np.dtype(np.float64): np.int64}


def either(mask: Any, x: Any, y: Any) -> Any:
    """np.where. Of many elements without branches, which a mask without order makes slow: 90 us at 131,072, not 460."""
    if type(mask) is np.ndarray and mask.size >= MANY and mask.dtype.kind == "b" and (
            all([type(v) is np.ndarray and v.shape in (mask.shape, ()) for v in (x, y)]) and x.dtype == y.dtype):
        bits = _BITS.get(x.dtype)
        if bits is not None:
            out = np.multiply(x.view(bits), mask)
            out += np.multiply(y.view(bits), ~mask)
            return out.view(x.dtype)
    return np.where(mask, x, y)


def choose(value: Any, mask: Any) -> Any:
    """value where the mask holds (times it, if it is a share of 1) and exactly 0 elsewhere.

    Arrays are multiplied as integers: 1 keeps every bit, 0 clears them, of infinities and NaN too. At 131,072 elements
    that costs 31 us, where np.where's branches cost 460.
    """
    if (type(value) is np.ndarray and type(mask) is np.ndarray and mask.dtype.kind == "b"
            and mask.shape == value.shape):
        bits = _BITS.get(value.dtype)
        if bits is not None:
            return np.multiply(value.view(bits), mask).view(value.dtype)
    if _is_bool(mask):
        return np.where(mask, value, 0)
    return np.where(np.equal(mask, 0), 0, value * mask)


def _is_bool(mask: Any) -> bool:
    return (mask._a if isinstance(mask, TensorBase) else mask).dtype.kind == "b"


def mask(partial: Any, fused: Any = None) -> Any:
    """Declares that a partial derivative is a choice (a condition, or shares of 1 at ties): it does not multiply.

    `fused(ct, x)` may do both for arrays, or give None.
    """
    partial.selects = True
    partial.fused = fused or (lambda ct, x: None)
    return partial
