"""jvp: a function's value and its derivative along a direction, by one forward pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import errors
from ..core import memory
from ..core.levels import opened
from ..core.payloads import dtype_of, shape_of
from ..core.tensor import TensorBase
from ..core.trees import flatten, leaves_like, tree_map
from .forward import Dual, Forward
from .inputs import aux_of, called, checked, constant_face, face_of, given_back, payload


def jvp(f: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...], has_aux: bool = False) -> Any:
    """(f(*primals), tangent of the result along `tangents`); with aux, (value, tangent, aux).

    `primals` and `tangents` are tuples of one form. Raises ShapeError where a tangent does not fit its primal,
    DtypeError for integers.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.jvp(lambda x, y: x * np.sin(y), (2.0, 0.0), (0.0, 1.0))
    (np.float64(0.0), np.float64(2.0))
    """
    return pushed(f, primals, tangents, has_aux)


def pushed(f: Callable[..., Any], primals: Any, tangents: Any, has_aux: bool, strict: bool = False) -> Any:
    """What jvp returns; with `strict`, GradientError where a result has no tangent because it does not depend."""
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise TypeError("jvp takes its primals and its tangents as tuples: jvp(f, (x,), (t,)); got "
                        f"{type(primals).__name__} and {type(tangents).__name__}")
    leaves, rebuild = flatten(tuple(primals))
    given = leaves_like(tuple(tangents), tuple(primals), "jvp: the tangents must have the form of the primals")
    with opened(Forward()) as level:
        duals = [_dual(level, checked(x, "jvp"), t) for x, t in zip(leaves, given, strict=True)]
        result, aux = aux_of(called(f, *rebuild(duals)), has_aux)
        for y in [*flatten(result)[0], *flatten(aux)[0]]:
            if isinstance(y, TensorBase):
                memory.load(y)  # a view of what was written is computed under its level
    leaves, build = flatten(result)
    if strict and any([not _depends(level, y) for y in leaves]):
        raise errors.GradientError("jvp(f, primals, tangents, strict=True): The output of f is independent of the "
                                   "inputs. "
                                   "This is not allowed with strict=True.")
    pairs = [split(level, y.copy() if type(y) is np.ndarray else y) for y in leaves]
    aux = tree_map(lambda y: split(level, y)[0], aux) if has_aux else None
    value, tangent = build([v for v, _ in pairs]), build([t for _, t in pairs])
    return (value, tangent, aux) if has_aux else (value, tangent)


def _depends(level: Any, y: Any) -> bool:
    data = memory.load(y) if isinstance(y, TensorBase) else None
    return isinstance(data, Dual) and data.level is level and data.tangent is not None


def _dual(level: Any, x: Any, t: Any) -> Any:
    primal = payload(x)
    if isinstance(t, TensorBase):
        t = payload(t)
    else:
        t = np.array(t, dtype=dtype_of(primal)) if np.asarray(t).dtype.kind != "c" or dtype_of(
            primal).kind == "c" else np.asarray(t)
    if shape_of(t) != shape_of(primal):
        raise errors.ShapeError(f"jvp: a tangent of shape {shape_of(t)} was given for a primal of shape "
                                f"{shape_of(primal)}")
    if dtype_of(t) != dtype_of(primal):
        raise errors.DtypeError(f"jvp: a tangent of dtype {dtype_of(t)} was given for a primal of dtype "
                                f"{dtype_of(primal)}")
    return constant_face(x, Dual(level, primal, t))


def split(level: Any, y: Any) -> tuple[Any, Any]:
    """Primal and tangent of a result, as the user gets them."""
    if not isinstance(y, TensorBase):
        return y, _zero(y)
    data = memory.load(y)
    if isinstance(data, Dual) and data.level is level:
        value = given_back(data.primal, face_of(y))
        tangent = data.tangent
        return value, given_back(np.zeros_like(data.primal) if tangent is None else tangent, face_of(y))
    return given_back(y, face_of(y)), given_back(np.zeros_like(data), face_of(y))


def _zero(y: Any) -> Any:
    return np.zeros_like(y)[()] if isinstance(y, (int, float, complex, np.ndarray, np.generic)) else y
