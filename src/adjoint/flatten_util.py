"""All numbers of a tree as one vector, and back: `ravel_pytree`, as `jax.flatten_util` has it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .core.payloads import dtype_of
from .core.trees import flatten
from .errors import ShapeError
from .numpy.arguments import cast, operand

__all__ = ["ravel_pytree"]


def ravel_pytree(pytree: Any) -> tuple[Any, Callable[[Any], Any]]:
    """(vector, unravel): all numbers of the tree in a row, and the function that makes such a tree of a vector.

    The vector has the dtype that holds all leaves, the tree that is made again has theirs; both ways are
    differentiated.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> from adjoint.flatten_util import ravel_pytree
    >>> vector, unravel = ravel_pytree({"a": 1.0, "b": np.array([[2.0, 3.0]])})
    >>> vector, unravel(2 * vector)
    (array([1., 2., 3.]), {'a': np.float64(2.0), 'b': array([[4., 6.]])})
    >>> ad.hessian(lambda v: unravel(v)["a"] ** 2 * unravel(v)["b"].sum())(vector).tolist()
    [[10.0, 2.0, 2.0], [2.0, 0.0, 0.0], [2.0, 0.0, 0.0]]
    """
    leaves, rebuild = flatten(pytree)
    arrays = [operand(x) for x in leaves]
    forms = [(tuple(a.shape), dtype_of(a)) for a in arrays]
    common = np.result_type(*[dtype for _, dtype in forms]) if forms else np.dtype(float)
    total = sum([math.prod(shape) for shape, _ in forms])

    def unravel(vector: Any) -> Any:
        """The tree with the numbers of the vector."""
        vector = operand(vector)
        if tuple(vector.shape) != (total,):
            raise ShapeError(f"unravel takes a vector of shape {(total,)}, the numbers of the tree, got one of shape "
                             f"{tuple(vector.shape)}")
        if type(vector) is np.ndarray:
            vector = vector.copy()  # solvers go on to write into theirs
        parts, at = [], 0
        for shape, dtype in forms:
            n = math.prod(shape)
            part = np.reshape(vector[at:at + n], shape) if shape else vector[at]
            parts.append(part if dtype == common else cast(part, dtype)[()])
            at += n
        return rebuild(parts)

    if not arrays:
        return np.zeros(0), unravel
    return np.concatenate([np.reshape(cast(a, common), (-1,)) for a in arrays]), unravel
