"""What the arguments of the random functions mean: generators, dtypes, bounds and parameters, checked."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import dtypes, memory, modes
from ..core.rng import Generator, default_generator
from ..core.tensor import TensorBase, wrap
from ..errors import DtypeError, RangeError, TracedValueError
from ..transforms.batching import Batched, Batching


def next_position(generator: Generator | None) -> Any:
    """The position of the next draw; under vmap one for each example where their randomness is "different"."""
    if generator is None:
        generator = default_generator
    if not isinstance(generator, Generator):
        raise TypeError(f"generator: expected an adjoint.Generator or None, got {type(generator).__name__}")
    if not modes.word or not modes.state.levels:
        return generator.advance()
    maps = [level for level in modes.state.levels if isinstance(level, Batching)]
    if any([level.randomness == "error" for level in maps]):
        raise TracedValueError("vmap: called random operation while in randomness error mode. Please either use the "
                               "'same' or 'different' randomness flags on vmap or perform the randomness operation out "
                               "of vmap")
    maps = [level for level in maps if level.randomness == "different"]
    sizes = [level.size for level in maps]
    position: Any = np.stack([generator.advance() for _ in range(math.prod(sizes))]) if maps else generator.advance()
    position = position.reshape(*sizes, 2)
    for level in maps:
        position = Batched(level, position, True)
    return position


def as_face(samples: Any) -> Any:
    """The samples as a tensor, though vmap's positions were of a higher level than the parameters."""
    return samples if isinstance(samples, TensorBase) else wrap(samples)


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
    return memory.everything(parameter)


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
