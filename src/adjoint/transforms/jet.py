"""jet and taylor: a function's Taylor coefficients along a curve or a line, to any order, by one pass."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import errors
from ..core import memory
from ..core.levels import opened
from ..core.payloads import as_payload, dtype_of, shape_of
from ..core.tensor import TensorBase
from ..core.trees import flatten, leaves_like
from ..ops import structure as st
from .inputs import called, checked, constant_face, face_of, given_back, payload
from .series import Expansion, Series


def jet(f: Callable[..., Any], primals: tuple[Any, ...], series: Sequence[Any],
        factorial_scaled: bool = False) -> tuple[Any, Any]:
    """(f(*primals), coefficients): where each argument is x0 + x1 t + x2 t^2 + ..., the result as such a series.

    `series[i]` lists the coefficients x1, x2, ... of argument i, each of the form of `primals[i]`; all lists have one
    length, the order. The second result has, in the place of each value that `f` returns, the list of its coefficients.

    These are Taylor coefficients, the derivatives divided by factorials: for y = f(x0 + t), series ((1.0, 0.0, 0.0),),
    they are y', y''/2 and y'''/6. With `factorial_scaled=True` both series are the derivatives themselves,
    coefficient k times k!, as jax.experimental.jet has them unless told otherwise. Raises ShapeError where a
    coefficient does not fit, DtypeError for integers.

    The cost grows with the square of the order; nested forward mode would double it at each.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> y, (y1, y2, y3) = ad.jet(lambda x, p: p * x ** 3, (2.0, 1.0), ([1.0, 0.0, 0.0], [0.0, 0.0, 0.0]))
    >>> [float(c) for c in (y, y1, y2, y3)]
    [8.0, 12.0, 6.0, 1.0]

    A curve, here exp(x(t)) with x = t^2:

    >>> [float(c) for c in ad.jet(np.exp, (0.0,), ([0.0, 1.0, 0.0, 0.0],))[1]]
    [0.0, 1.0, 0.0, 0.5]
    """
    if not isinstance(primals, (tuple, list)) or not isinstance(series, (tuple, list)):
        raise TypeError("jet takes its primals and their series as tuples: jet(f, (x,), ((x1, x2),)); got "
                        f"{type(primals).__name__} and {type(series).__name__}")
    if len(primals) != len(series):
        raise errors.ShapeError(f"jet: {len(primals)} primals, but {len(series)} series")
    for s in series:
        if not isinstance(s, (tuple, list)):
            raise TypeError("jet: the series of an argument is a list of its coefficients x1, x2, ..., got "
                            f"{type(s).__name__}; for first order write ([x1],)")
    lengths = {len(s) for s in series}
    if len(lengths) > 1:
        raise errors.ShapeError(f"jet: the series have different lengths, {sorted(lengths)}; fill up with zeros")
    order = lengths.pop() if lengths else 0
    leaves, rebuild = flatten(tuple(primals))
    orders = [leaves_like(tuple([s[k] for s in series]), tuple(primals), "jet: coefficients must have the form of the "
                          "primals") for k in range(order)]
    if factorial_scaled:
        orders = [[x / math.factorial(k) for x in given] for k, given in enumerate(orders, 1)]
    pairs, build = _expanded(f, leaves, rebuild, orders)
    if factorial_scaled:
        pairs = [(v, [c * math.factorial(k) for k, c in enumerate(cs, 1)]) for v, cs in pairs]
    return build([v for v, _ in pairs]), build([cs for _, cs in pairs])


def taylor(f: Callable[..., Any], x: Any, order: int, direction: Any = None) -> Any:
    """The Taylor coefficients of f(x + t) for t^0 .. t^order, along a first axis of length order + 1.

    `f` takes one argument, an array, a number or a tree of them, and is expanded along the line x + t * direction, by
    default with ones; coefficient k is the k-th derivative along it divided by k!. Each value that `f` returns becomes
    the array of its coefficients, constant term first (np.polynomial's order; np.polyval wants it reversed).

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.taylor(lambda x: 1 / (1 - x), 0.0, 4)
    array([1., 1., 1., 1., 1.])
    >>> ad.taylor(np.exp, np.zeros(2), 2, direction=np.array([1.0, 2.0]))
    array([[1. , 1. ],
           [1. , 2. ],
           [0.5, 2. ]])
    """
    if not isinstance(order, int) or isinstance(order, bool) or order < 0:
        raise ValueError(f"taylor: the order must be an int of at least 0, got {order!r}")
    leaves, rebuild = flatten(x)
    if direction is None:
        along = [np.ones_like(payload(checked(v, "taylor"))) for v in leaves]
    else:
        along, _ = flatten(direction)
        if len(along) != len(leaves):
            raise errors.ShapeError(f"taylor: {len(leaves)} values in x, but {len(along)} in the direction")
    orders = [along] if order else []
    pairs, build = _expanded(lambda y: f(y), leaves, lambda new: (rebuild(new),), orders, order)
    return build([_stacked(v, cs) for v, cs in pairs])


def _stacked(value: Any, coefs: list[Any]) -> Any:
    row = [as_payload(c if isinstance(c, TensorBase) else np.asarray(c)) for c in (value, *coefs)]
    return given_back(st.stack(row, axis=0), face_of(value))


def _expanded(f: Any, leaves: list[Any], rebuild: Any, orders: list[list[Any]], order: int | None = None) -> Any:
    """Value and coefficients of each leaf of what f returned, and what puts others in their places."""
    n = len(orders) if order is None else order
    with opened(Expansion(n)) as level:
        arguments = [_argument(level, checked(x, "jet"), [cs[i] for cs in orders]) for i, x in enumerate(leaves)]
        result = called(f, *rebuild(arguments))
        outs, build = flatten(result)
        pairs = [_split(level, y, n) for y in outs]
    return pairs, build


def _argument(level: Any, x: Any, coefs: list[Any]) -> Any:
    primal = payload(x)
    return constant_face(x, Series(level, [primal, *[_coefficient(c, primal) for c in coefs]]))


def _coefficient(c: Any, primal: Any) -> Any:
    """A given coefficient, None if it is zero."""
    dtype = dtype_of(primal)
    if isinstance(c, TensorBase):
        c = payload(c)
    else:
        c = np.asarray(c)
        if c.dtype != dtype and (c.dtype.kind != "c" or dtype.kind == "c"):
            c = c.astype(dtype)
    if shape_of(c) != shape_of(primal):
        raise errors.ShapeError(f"jet: a coefficient of shape {shape_of(c)} was given for a primal of shape "
                                f"{shape_of(primal)}")
    if dtype_of(c) != dtype:
        raise errors.DtypeError(f"jet: a coefficient of dtype {dtype_of(c)} was given for a primal of dtype {dtype}")
    if isinstance(c, np.ndarray):
        return np.array(c) if c.any() else None
    return c


def _split(level: Any, y: Any, order: int) -> tuple[Any, list[Any]]:
    """Value and coefficients of a result, as the user gets them."""
    if not isinstance(y, TensorBase):
        return np.copy(y)[()] if type(y) is np.ndarray else y, [np.zeros_like(y)[()] for _ in range(order)]
    data, face = memory.load(y), face_of(y)
    if isinstance(data, Series) and data.level is level:
        value = data.coefs[0]
        coefs = [data.coefficient(k) for k in range(1, order + 1)]
        return given_back(value, face), [given_back(np.zeros_like(value) if c is None else c, face) for c in coefs]
    return given_back(y, face), [given_back(np.zeros_like(data), face) for _ in range(order)]


__all__ = ["jet", "taylor"]
