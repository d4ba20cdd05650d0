"""Names that NumPy does not dispatch, or by some arguments only, in forms that take traced values in all of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from .. import errors
from ..core import protocols
from ..core.tensor import TensorBase
from ..ops import structure as st
from .arguments import as_dtype, cast, holds_traced, is_traced, like, operand


def array(object: Any, dtype: Any = None, *, copy: bool | None = True, order: str = "K", subok: bool = False,
          ndmin: int = 0, like: Any = None) -> Any:
    """An array of the object; nested lists that hold traced values are stacked, and keep their derivatives.

    >>> import adjoint as ad
    >>> import adjoint.numpy as np
    >>> x = ad.tensor([1.0, 2.0], requires_grad=True)
    >>> np.sum(np.array([x[0] * x[1], x[1]])).backward()
    >>> x.grad
    tensor([2., 2.])
    """
    if not holds_traced(object):
        return np.array(object, dtype=as_dtype(dtype), copy=copy, order=order, subok=subok,
                        ndmin=ndmin, like=like)
    made = cast(operand(object), dtype)
    if is_traced(object) and copy and made is object:
        made = st.copy(made)
    missing = ndmin - made.ndim
    return np.reshape(made, (*(1,) * missing, *made.shape)) if missing > 0 else made


def asarray(a: Any, dtype: Any = None, order: Any = None, *, device: Any = None, copy: bool | None = None,
            like: Any = None) -> Any:
    """The object itself if it is an array, else what `array` makes of it.

    >>> import adjoint as ad
    >>> import adjoint.numpy as np
    >>> ad.grad(lambda x: np.sum(np.asarray([x, 2 * x])))(1.0)
    np.float64(3.0)
    """
    if not holds_traced(a):
        return np.asarray(a, dtype=as_dtype(dtype), order=order, copy=copy, like=like)
    return array(a, dtype, copy=bool(copy))


asanyarray = asarray
ascontiguousarray = asarray


def full(shape: Any, fill_value: Any, dtype: Any = None, order: str = "C", *, device: Any = None,
         like: Any = None) -> Any:
    """An array of one value throughout, which may be traced.

    >>> import adjoint as ad
    >>> import adjoint.numpy as np
    >>> ad.grad(lambda x: np.sum(np.full((2, 3), x)))(1.0)
    np.float64(6.0)
    """
    if not holds_traced(fill_value):
        return np.full(shape, fill_value, dtype=as_dtype(dtype), order=order, like=like)
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    return st.copy(st.broadcast_to(cast(operand(fill_value), dtype), shape=shape))


def _asked_in_full(function: Callable[..., Any]) -> Callable[..., Any]:
    """The NumPy function; of a traced value in any of its arguments, where NumPy looks at the first few, our form."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        found = [x for x in (*args, *kwargs.values()) if isinstance(x, TensorBase)]
        if found and args:
            args = (like(args[0], found[0]), *args[1:])
        elif not found and not holds_traced([*args, *kwargs.values()]):
            return function(*args, **kwargs)
        return protocols.array_function(function, args, kwargs)

    return call


sum, prod, max, min = _asked_in_full(np.sum), _asked_in_full(np.prod), _asked_in_full(np.max), _asked_in_full(np.min)
nansum, nanprod = _asked_in_full(np.nansum), _asked_in_full(np.nanprod)
nanmax, nanmin = _asked_in_full(np.nanmax), _asked_in_full(np.nanmin)
amax, amin = max, min
take, select, interp = _asked_in_full(np.take), _asked_in_full(np.select), _asked_in_full(np.interp)
roll = _asked_in_full(np.roll)
pad, nan_to_num, full_like = _asked_in_full(np.pad), _asked_in_full(np.nan_to_num), _asked_in_full(np.full_like)


class _Joiner:
    """np.r_ and np.c_: what stands between the brackets, joined; traced values keep their derivatives."""

    def __init__(self, plain: Any, columns: bool) -> None:
        self._plain, self._columns = plain, columns

    def __getitem__(self, key: Any) -> Any:
        if not holds_traced(key):
            return self._plain[key]
        parts = [self._part(k) for k in (key if isinstance(key, tuple) else (key,))]
        return np.concatenate(parts, axis=-1 if self._columns else 0)

    def _part(self, k: Any) -> Any:
        if isinstance(k, str):
            raise errors.MissingRule(f"adjoint.numpy.r_ and c_ take no directives ({k!r}) beside traced values: use "
                                     "np.concatenate or np.stack")
        x = operand(np.r_[k] if isinstance(k, slice) else k)
        if self._columns and x.ndim < 2:
            return np.reshape(x, (-1, 1))
        return x if x.ndim else np.reshape(x, (1,))


r_, c_ = _Joiner(np.r_, False), _Joiner(np.c_, True)


class _ArrayType(type):
    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, (np.ndarray, TensorBase))

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return np.ndarray(*args, **kwargs)


class ndarray(np.ndarray[Any, Any], metaclass=_ArrayType):
    """The type of arrays, traced ones included, for isinstance; calling it makes a np.ndarray.

    >>> import adjoint as ad
    >>> import adjoint.numpy as np
    >>> ad.grad(lambda x: np.sum(x) if isinstance(x, np.ndarray) else 0 * x)(np.ones(2))
    array([1., 1.])
    """
