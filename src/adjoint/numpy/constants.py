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
from .arguments import batched, operand


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
    np.array_equiv, np.isin, np.lexsort, np.histogram_bin_edges, np.iscomplexobj,
    np.isrealobj, np.isreal, np.iscomplex, np.isposinf, np.isneginf, np.isnat,
)
for _function in CONSTANT:
    speaks(_function)(_constant(_function))


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
