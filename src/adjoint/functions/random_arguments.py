"""What the arguments of the random functions mean: generators, dtypes, bounds and parameters, checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtypes, memory
from ..core.rng import Generator, default_generator
from ..core.tensor import TensorBase
from ..errors import DtypeError, RangeError


def next_position(generator: Generator | None) -> np.ndarray:
    """The position of the next draw."""
    if generator is None:
        return default_generator.advance()
    if not isinstance(generator, Generator):
        raise TypeError(f"generator: expected an adjoint.Generator or None, got {type(generator).__name__}")
    return generator.advance()


def inexact(name: str, dtype: Any, out: Any = None) -> np.dtype:
    """NumPy's dtype of what is drawn: the one given, that of `out`, or the default one; real or complex floating."""
    if dtype is None:
        d = dtypes.default() if out is None else dtypes.of(memory.peek(out).dtype)
    else:
        d = dtypes.as_dtype(dtype)
    if d.category < dtypes.FLOAT:
        raise DtypeError(f"{name}: expected a floating-point or complex dtype, got {d!r}; randint draws integers")
    return d.numpy


def parameters(name: str, parameter: Any) -> np.ndarray:
    """The numbers of a parameter (under vmap of all examples), which must be a floating-point tensor."""
    if not isinstance(parameter, TensorBase):
        raise TypeError(f"{name}: expected a tensor of parameters, got {type(parameter).__name__}")
    a = memory.peek(parameter)
    if dtypes.of(a.dtype).category != dtypes.FLOAT:
        raise DtypeError(f"{name}: expected floating-point parameters, got {dtypes.of(a.dtype)!r}; use .float()")
    return memory.everything(parameter)  # type: ignore[no-any-return]


def probability(name: str, p: Any) -> float:
    """A number in [0, 1]."""
    if not 0 <= p <= 1:
        raise RangeError(f"{name} expects p to be in [0, 1], but got p={p}")
    return float(p)


def bounds(name: str, low: Any, high: Any, dtype: dtypes.DType) -> tuple[int, int]:
    """The bounds as ints, which must leave something between them and lie within the dtype."""
    try:
        first, last = (0 if low is None else low.__index__()), high.__index__()
    except AttributeError:
        raise TypeError(f"{name}(): the bounds must be integers, not {low} and {high}") from None
    if first >= last:
        raise RangeError(f"{name} expects 'from' to be less than 'to', but got from={first} >= to={last}")
    if dtype.category < dtypes.FLOAT:
        lowest, highest = (0, 1) if dtype is dtypes.bool_ else (np.iinfo(dtype.numpy).min, np.iinfo(dtype.numpy).max)
        if first < lowest or last - 1 > highest:
            raise RangeError(f"{name}: {first} to {last - 1} is out of bounds for {dtype!r}, "
                             f"which holds {lowest} to {highest}")
    return first, last
