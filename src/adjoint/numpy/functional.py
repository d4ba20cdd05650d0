"""NumPy's functions that take a function: along an axis, over several axes, element by element."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.registry import speaks
from ..ops import structure as st
from ..ops.indexing import get
from .arguments import axis_number, holds_traced, operand, plain


@speaks(np.apply_along_axis)
def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """What the function makes of each vector along the axis, in the place of that axis."""
    arr = operand(arr)
    axis = axis_number(axis, arr.ndim)
    rest = tuple(arr.shape)[:axis] + tuple(arr.shape)[axis + 1:]
    if not st.size(rest):
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    results = [operand(func1d(get(arr, key=(*at[:axis], slice(None), *at[axis:])), *args, **kwargs))
               for at in np.ndindex(rest)]
    inner = tuple(results[0].shape)
    out = st.reshape(st.stack(results, axis=0), shape=rest + inner)
    n = len(rest)
    return st.transpose(out, axes=(*range(axis), *range(n, n + len(inner)), *range(axis, n)))


@speaks(np.apply_over_axes)
def apply_over_axes(func: Callable[..., Any], a: Any, axes: Any) -> Any:
    """The function applied over one axis after the other; axes that it removes stay with length 1."""
    value, axes = operand(a), plain(axes)
    for axis in [axis_number(i, value.ndim) for i in (axes if np.ndim(axes) else (axes,))]:
        result = operand(func(value, axis))
        if result.ndim == value.ndim - 1:
            result = st.reshape(result, shape=(*result.shape[:axis], 1, *result.shape[axis:]))
        if result.ndim != value.ndim:
            raise ValueError("function is not returning an array of the correct shape")
        value = result
    return value


class vectorize(np.vectorize):
    """A function of numbers as one of arrays. Traced values go through it; NumPy's own would make objects of them.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> from adjoint.numpy.functional import vectorize
    >>> @vectorize
    ... def ramp(x, slope):
    ...     return slope * x if x > 0 else 0.0 * x
    >>> x = ad.tensor([-1.0, 2.0], requires_grad=True)
    >>> ramp(x, 3.0)
    tensor([-0., 6.], grad_fn=<ViewBackward0>)
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not holds_traced([*args, *kwargs.values()]):
            return super().__call__(*args, **kwargs)
        names = list(kwargs)
        loose = {k for k, a in [*enumerate(args), *kwargs.items()]
                 if k in self.excluded or (self.signature is None and isinstance(a, (bool, int, float, complex)))}
        given: dict[Any, Any] = {i: operand(a) for i, a in enumerate(args) if i not in loose}
        given |= {k: operand(kwargs[k]) for k in names if k not in loose}
        cores = self._core_ndims(len(given))
        shape = np.broadcast_shapes(*[tuple(a.shape)[:a.ndim - n] for a, n in zip(given.values(), cores, strict=True)])
        spread: dict[Any, Any] = {k: st.broadcast_to(a, shape=shape + tuple(a.shape)[a.ndim - n:])
                  for (k, a), n in zip(given.items(), cores, strict=True)}
        if not st.size(shape):
            raise ValueError("cannot call `vectorize` on size 0 inputs of traced values")
        found = [self.pyfunc(*[a if i in loose else get(spread[i], key=(*at, ...)) for i, a in enumerate(args)],
                             **{k: a if k in loose else get(spread[k], key=(*at, ...)) for k, a in kwargs.items()})
                 for at in np.ndindex(shape)]
        if type(found[0]) is tuple:
            return tuple([_stacked([row[i] for row in found], shape) for i in range(len(found[0]))])
        return _stacked(found, shape)

    def _core_ndims(self, n: int) -> list[int]:
        """How many dimensions of each argument the signature gives to the function."""
        if self.signature is None:
            return [0] * n
        inputs = self.signature.replace(" ", "").split("->")[0]
        return [len([d for d in core.split(",") if d]) for core in re.findall(r"\(([^)]*)\)", inputs)]


def _stacked(values: list[Any], shape: tuple[int, ...]) -> Any:
    parts = [operand(v) for v in values]
    return st.reshape(st.stack(parts, axis=0), shape=shape + tuple(parts[0].shape))
