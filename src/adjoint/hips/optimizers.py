"""The optimisers of autograd.misc.optimizers: each takes grad(x, i), a tree x to start from, and callback(x, i, g)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..flatten_util import ravel_pytree

Gradient = Callable[[Any, int], Any]
Callback = Callable[[Any, int, Any], Any] | None

__all__ = ["adam", "rmsprop", "sgd"]


def _run(grad: Gradient, x: Any, callback: Callback, num_iters: int, step: Callable[[Any, Any, int], Any]) -> Any:
    """The tree after so many steps, each a vector step(x, g, i) from where it is."""
    vector, unravel = ravel_pytree(x)
    for i in range(num_iters):
        g = ravel_pytree(grad(unravel(vector), i))[0]
        if callback is not None:
            callback(unravel(vector), i, unravel(g))
        vector = vector + step(vector, g, i)
    return unravel(vector)


def sgd(grad: Gradient, x: Any, callback: Callback = None, num_iters: int = 200, step_size: float = 0.1,
        mass: float = 0.9) -> Any:
    """The tree x after steps of gradient descent with momentum; `grad` must have the signature grad(x, i).

    >>> from adjoint.hips import grad, sgd
    >>> float(round(sgd(lambda x, i: grad(lambda x: (x - 3.0) ** 2)(x), 0.0, num_iters=300), 6))
    3.0
    """
    velocity: Any = 0.0

    def step(x: Any, g: Any, i: int) -> Any:
        nonlocal velocity
        velocity = mass * velocity - (1.0 - mass) * g
        return step_size * velocity

    return _run(grad, x, callback, num_iters, step)


def rmsprop(grad: Gradient, x: Any, callback: Callback = None, num_iters: int = 100, step_size: float = 0.1,
            gamma: float = 0.9, eps: float = 1e-8) -> Any:
    """The tree x after steps of root-mean-square propagation (Tieleman and Hinton 2012).

    >>> from adjoint.hips import grad, rmsprop
    >>> float(round(rmsprop(lambda x, i: grad(lambda x: (x - 3.0) ** 2)(x), 0.0), 1))
    3.0
    """
    average: Any = 1.0

    def step(x: Any, g: Any, i: int) -> Any:
        nonlocal average
        average = average * gamma + g**2 * (1 - gamma)
        return -step_size * g / (np.sqrt(average) + eps)

    return _run(grad, x, callback, num_iters, step)


def adam(grad: Gradient, x: Any, callback: Callback = None, num_iters: int = 100, step_size: float = 0.001,
         b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8) -> Any:
    """The tree x after steps of Adam (Kingma and Ba 2015).

    >>> from adjoint.hips import adam, grad
    >>> float(round(adam(lambda x, i: grad(lambda x: (x - 3.0) ** 2)(x), 0.0, num_iters=400, step_size=0.1), 3))
    3.0
    """
    m: Any = 0.0
    v: Any = 0.0

    def step(x: Any, g: Any, i: int) -> Any:
        nonlocal m, v
        m = (1 - b1) * g + b1 * m
        v = (1 - b2) * g**2 + b2 * v
        return -step_size * (m / (1 - b1 ** (i + 1))) / (np.sqrt(v / (1 - b2 ** (i + 1))) + eps)

    return _run(grad, x, callback, num_iters, step)
