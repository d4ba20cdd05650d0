"""One way of calling a NumPy function, which the shared harness (test_numpy_functions.py) checks on every face."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


class Case:
    """`fn(*args)` calls a NumPy function on arrays, in each of which it is differentiated.

    What is not differentiated (indices, masks, keywords) stands in the closure of `fn`. A list or a tuple of results is
    fine; integers and truth values among them are compared only. `order` says how many derivatives are checked: 0 for
    functions whose result is piecewise constant. Samples lie away from kinks.
    """

    def __init__(self, fn: Callable[..., Any], *args: Any, order: int = 2, note: str = "") -> None:
        self.fn = fn
        self.args = tuple([np.array(a, dtype=complex if np.iscomplexobj(a) else float) for a in args])
        self.order = order
        self.note = note


def sample(*shape: int, seed: int = 0, low: float = -2.0, high: float = 2.0) -> np.ndarray[Any, Any]:
    """Random numbers of this shape between the bounds, the same at every call."""
    return np.random.default_rng([seed, *shape]).uniform(low, high, shape)


def distinct(*shape: int, seed: int = 0, step: float = 0.37) -> np.ndarray[Any, Any]:
    """Numbers in random order, no two nearer than `step`, none near zero: away from ties and from sign changes."""
    n = int(np.prod(shape))
    values = (np.arange(n) - n / 2 + 0.3) * step
    return np.random.default_rng([seed, *shape]).permutation(values).reshape(shape)
