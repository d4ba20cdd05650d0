"""The NumPy functions whose results are piecewise constant or carry no derivative: tests, comparisons, sets, counts.

They run on the numbers of their arguments. A Tensor among these gives Tensors; arrays give plain NumPy values.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.levels import Box, concrete
from ..core.registry import speaks
from ..core.tensor import TensorBase, faces, wrap
from ..ops import comparison
from ..ops import structure as st
from .arguments import batched, deliver, dtype_of, flat, is_complex, like, operand
from .declarations import role


def numbers(x: Any) -> Any:
    """The numbers of an argument that is not differentiated; the error that a batch has none names the way out."""
    found = concrete(x)
    return found.numbers() if isinstance(found, Box) else np.asarray(found)


def _plain(x: Any) -> Any:
    """The argument with ndarrays for all faces in it."""
    if isinstance(x, (TensorBase, Box)):
        return numbers(x)
    return type(x)([_plain(v) for v in x]) if type(x) in (list, tuple) else x


def _tensors(x: Any) -> bool:
    """Whether there is a Tensor in an argument."""
    if type(x) in (list, tuple):
        return any([_tensors(v) for v in x])
    return isinstance(x, faces.tensor)


def untracked(result: Any, *arguments: Any) -> Any:
    """An untracked result for these arguments: a Tensor where one is among them, a plain NumPy value else."""
    if not any([_tensors(a) for a in arguments]):
        return result
    if isinstance(result, tuple) and hasattr(result, "_make"):
        return result._make([untracked(r, *arguments) for r in result])
    if type(result) in (list, tuple):
        return type(result)([untracked(r, *arguments) for r in result])
    return wrap(result) if isinstance(result, (np.ndarray, np.generic)) else result


def _constant(function: Any) -> Any:
    def call(*args: Any, **params: Any) -> Any:
        result = function(*[_plain(a) for a in args], **{k: _plain(v) for k, v in params.items()})
        return untracked(result, *args, *params.values())

    call.__name__ = function.__name__
    call.__doc__ = f"np.{function.__name__} of the numbers: its result has no derivative."
    return call


# Read by the table of coverage as well.
CONSTANT = (
    np.array_equiv, np.histogram_bin_edges, np.iscomplexobj,
    np.isrealobj, np.isnat,
)
for _function in CONSTANT:
    speaks(_function)(_constant(_function))


@speaks(np.isin)
@role("constant")
def isin(element: Any, test_elements: Any, assume_unique: bool = False, invert: bool = False, *,
         kind: Any = None) -> Any:
    """np.isin."""
    if not batched(element) and not batched(test_elements):
        found = np.isin(numbers(element), numbers(test_elements), assume_unique, invert, kind=kind)
        return untracked(found, element, test_elements)
    x = operand(element)
    tests = flat(like(operand(test_elements), element))
    hits = np.any(np.equal(st.reshape(like(x, test_elements), shape=(*x.shape, 1)), tests), axis=-1)
    return np.logical_not(hits) if invert else hits


@speaks(np.lexsort)
@role("constant")
def lexsort(keys: Any, axis: int = -1) -> Any:
    """np.lexsort: one stable sort after another, the last key at last."""
    rows = [operand(key) for key in keys]
    if not any([batched(row) for row in rows]):
        return untracked(np.lexsort([numbers(row) for row in rows], axis), keys)
    order = np.argsort(rows[0], axis=axis, stable=True)
    for row in rows[1:]:
        again = np.argsort(np.take_along_axis(like(row, order), order, axis=axis), axis=axis, stable=True)
        order = np.take_along_axis(order, again, axis=axis)
    return order


@speaks(np.isreal)
def isreal(x: Any) -> Any:
    """np.isreal."""
    return np.equal(np.imag(operand(x)), 0)


@speaks(np.iscomplex)
def iscomplex(x: Any) -> Any:
    """np.iscomplex."""
    return np.not_equal(np.imag(operand(x)), 0)


def _infinity(x: Any, value: float, out: Any) -> Any:
    x = operand(x)
    if is_complex(x):
        raise TypeError(f"This operation is not supported for {dtype_of(x)} values because it would be ambiguous.")
    return deliver(np.equal(x, value), out)


@speaks(np.isposinf)
def isposinf(x: Any, out: Any = None) -> Any:
    """np.isposinf."""
    return _infinity(x, np.inf, out)


@speaks(np.isneginf)
def isneginf(x: Any, out: Any = None) -> Any:
    """np.isneginf."""
    return _infinity(x, -np.inf, out)


@speaks(np.isclose)
def isclose(a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False) -> Any:
    """np.isclose."""
    return comparison.isclose(operand(a), operand(b), rtol=concrete(rtol), atol=concrete(atol), equal_nan=equal_nan)


def _answer(truth: Any) -> Any:
    """A truth value as NumPy gives it, a Python bool; under vmap, one for each example."""
    return truth if batched(truth) else bool(truth)


@speaks(np.allclose)
def allclose(a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False) -> Any:
    """np.allclose."""
    return _answer(np.all(isclose(a, b, rtol, atol, equal_nan)))


@speaks(np.array_equal)
def array_equal(a1: Any, a2: Any, equal_nan: bool = False) -> Any:
    """np.array_equal."""
    x, y = operand(a1), operand(a2)
    if tuple(x.shape) != tuple(y.shape):
        return False
    equal = np.equal(x, y)
    if equal_nan:
        equal = np.logical_or(equal, np.logical_and(np.not_equal(x, x), np.not_equal(y, y)))
    return _answer(np.all(equal))
