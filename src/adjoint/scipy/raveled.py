"""Trees of parameters as the one flat vector of float64 that SciPy's solvers work on, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .._tensor import Tensor
from ..core.memory import concrete
from ..core.trees import flatten
from ..ops import structure as st


class Raveled:
    """What a tree x0 of numbers, arrays and tensors looks like as a vector: `flat`, and `tree(vector)` to go back.

    >>> import numpy as np
    >>> from adjoint.scipy.raveled import Raveled
    >>> form = Raveled({"a": 1.0, "b": np.array([2.0, 3.0])})
    >>> form.flat
    array([1., 2., 3.])
    >>> form.tree(np.array([4.0, 5.0, 6.0]))
    {'a': np.float64(4.0), 'b': array([5., 6.])}
    """

    def __init__(self, x0: Any) -> None:
        leaves, self._rebuild = flatten(x0)
        arrays = [numbers(leaf) for leaf in leaves]
        for a in arrays:
            if a.dtype.kind not in "fiu":
                raise TypeError(f"SciPy's solvers work on real numbers, got an array of {a.dtype} and shape {a.shape}; "
                                "give real and imaginary parts")
        self._shapes = [a.shape for a in arrays]
        self._dtypes = [a.dtype if isinstance(x, Tensor) and a.dtype.kind == "f" else None
                        for x, a in zip(leaves, arrays, strict=True)]
        self._is_vector = len(leaves) == 1 and leaves[0] is x0 and self._shapes[0] == arrays[0].ravel().shape
        self.tensors = any([isinstance(x, Tensor) for x in leaves])
        self.flat = np.concatenate([np.asarray(a, np.float64).ravel() for a in arrays] or [np.zeros(0)])

    def tree(self, vector: Any) -> Any:
        """The tree with the vector's numbers; differentiable in the vector."""
        if self._is_vector:
            return self._cast(vector, self._dtypes[0])
        leaves, at = [], 0
        for shape, dtype in zip(self._shapes, self._dtypes, strict=True):
            n = int(np.prod(shape))
            part = np.reshape(vector[at: at + n], shape) if shape else vector[at]
            leaves.append(self._cast(part, dtype))
            at += n
        return self._rebuild(leaves)

    def point(self, vector: Any) -> Any:
        """A vector as the transforms are to get it: a tensor if x0 has one, so that the function gets tensors."""
        vector = np.asarray(vector, np.float64)
        if not self.tensors:
            return vector.copy()
        from ..functions.creation import tensor

        return tensor(vector)

    def _cast(self, leaf: Any, dtype: Any) -> Any:
        return leaf if dtype is None or not isinstance(leaf, Tensor) else st.astype(leaf, dtype=dtype)


def numbers(x: Any) -> np.ndarray[Any, Any]:
    """The values of a number, an array or a tensor."""
    return np.asarray(concrete(x))


def vector_of(result: Any) -> Any:
    """A function's result, a tree too, as one vector; differentiable."""
    leaves, _ = flatten(result)
    parts = [np.reshape(x, (-1,)) if hasattr(x, "shape") else np.reshape(np.asarray(x), (-1,)) for x in leaves]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


class Arguments:
    """Arguments for a function of SciPy: `*arguments` gives them by position, `**arguments` by name."""

    _order: tuple[str, ...] = ()

    def _given(self) -> dict[str, Any]:
        raise NotImplementedError

    def keys(self) -> Any:
        """The names of the arguments."""
        return self._given().keys()

    def __getitem__(self, name: str) -> Any:
        return self._given()[name]

    def __iter__(self) -> Any:
        given = self._given()
        last = max([i for i, name in enumerate(self._order) if name in given])
        defaults: dict[str, Any] = {"args": ()}
        return iter([given.get(name, defaults.get(name)) for name in self._order[: last + 1]])


def joined(f: Callable[..., Any], form: Raveled, args: tuple[Any, ...]) -> Callable[[Any], Any]:
    """f as a function of the flat vector."""
    return lambda vector: f(form.tree(vector), *args)
