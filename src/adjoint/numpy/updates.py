"""x.at[key].set(value): an array as it would be after a write; x itself stays as it is. JAX's form of writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.keys import numpy_key
from ..core.levels import made
from ..core.tensor import TensorBase
from ..ops import structure as st
from . import ufuncs
from .arguments import is_traced, like, operand

Value = Any


def at(x: Any) -> At:
    """What `x.at` is of a traced array, for arrays of any kind: `at(x)[key].set(value)` gives x with the part replaced.

    Beside `set` there are `add`, `subtract`, `multiply`, `divide`, `power`, `min`, `max` and `apply`, in which an index
    that occurs again counts again, and `get`. Indices that are out of bounds raise IndexError.

    >>> import adjoint as ad
    >>> import adjoint.numpy as np
    >>> np.at(np.zeros(3))[1].set(5.0)
    array([0., 5., 0.])
    >>> ad.grad(lambda v: np.sum(np.at(np.ones(3))[0].multiply(v) ** 2))(3.0)
    np.float64(6.0)
    >>> table = np.array([10.0, 20.0, 30.0])
    >>> ad.vmap(lambda i: np.at(table)[i].get())(np.array([2, 0]))
    array([30., 10.])
    """
    return At(operand(x))


class At:
    """What `x.at` is: the brackets choose the part."""

    __slots__ = ("array",)

    def __init__(self, array: Any) -> None:
        self.array = array

    def __getitem__(self, key: Any) -> Part:
        return Part(self.array, key)


class Part:
    """What `x.at[key]` is. Each method but `get` returns an array like x; `mode` can only be that of NumPy."""

    __slots__ = ("array", "key")

    def __init__(self, array: Any, key: Any) -> None:
        self.array, self.key = array, key

    def _copy(self, value: Any, options: dict[str, Any]) -> Any:
        """A copy of the array that can hold what the key and the value make of it."""
        _check(options)
        for other in (value, *(self.key if isinstance(self.key, tuple) else (self.key,))):
            if is_traced(other) and not is_traced(self.array):
                return made(like(self.array, other))
        return made(st.copy(self.array)) if is_traced(self.array) else np.array(self.array)

    def _with(self, ufunc: np.ufunc, value: Value, options: dict[str, Any]) -> Any:
        value = operand(value)
        new = self._copy(value, options)
        if isinstance(new, TensorBase):
            ufuncs.at(ufunc, new, self.key, value)
        else:
            ufunc.at(new, self.key, value)
        return new

    def set(self, values: Value, **options: Any) -> Any:
        """The array with the part replaced by the values."""
        values = operand(values)
        new = self._copy(values, options)
        new[self.key] = values
        return new

    def add(self, values: Value, **options: Any) -> Any:
        """The array with the values added to the part."""
        return self._with(np.add, values, options)

    def subtract(self, values: Value, **options: Any) -> Any:
        """The array with the values subtracted from the part."""
        return self._with(np.subtract, values, options)

    def multiply(self, values: Value, **options: Any) -> Any:
        """The array with the part multiplied by the values."""
        return self._with(np.multiply, values, options)

    mul = multiply

    def divide(self, values: Value, **options: Any) -> Any:
        """The array with the part divided by the values."""
        return self._with(np.divide, values, options)

    def power(self, values: Value, **options: Any) -> Any:
        """The array with the part raised to the values."""
        return self._with(np.power, values, options)

    def min(self, values: Value, **options: Any) -> Any:
        """The array with the smaller of part and values in each place."""
        return self._with(np.minimum, values, options)

    def max(self, values: Value, **options: Any) -> Any:
        """The array with the larger of part and values in each place."""
        return self._with(np.maximum, values, options)

    def apply(self, func: Callable[[Any], Any], **options: Any) -> Any:
        """The array with func(part) in the place of the part, applied again where an index occurs again."""
        return ufuncs.applied(func, self._copy(None, options), numpy_key(self.key))

    def get(self, **options: Any) -> Any:
        """The part itself; unlike `x[key]` also of a plain array at indices that differ between examples."""
        if options.get("fill_value") is not None:
            raise ValueError("at[...].get takes no fill_value: an index that is out of bounds raises IndexError")
        return self._copy(None, {k: v for k, v in options.items() if k != "fill_value"})[self.key]


def _check(options: dict[str, Any]) -> None:
    for name, value in options.items():
        if name == "mode":
            if value not in (None, "promise_in_bounds"):
                raise ValueError(f"at[...] with mode={value!r}: an index that is out of bounds raises IndexError here; "
                                 "clip the indices, or leave out by a mask what is out of bounds")
        elif name not in ("indices_are_sorted", "unique_indices", "wrap_negative_indices") or (
                name == "wrap_negative_indices" and not value):
            raise TypeError(f"at[...] takes no option {name}={value!r}")
