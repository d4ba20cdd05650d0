"""scipy.special's Mathieu, spheroidal and parabolic cylinder functions, each a pair (y, y') that solves an equation.

The derivative of y is y', and that of y' is what the differential equation says; there is no rule for parameters.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.special as sc

from ..core.kinds import elementwise
from .special_parts import several, speaks_for

Call = Callable[..., Any]


def _pair(ufunc: Any, second: Call, chain: float = 1.0) -> tuple[Call, Call]:
    """Ops for both outputs of a ufunc; `second(value, slope, *operands)` gives the second derivative.

    `chain` is the derivative of the equation's variable in the last operand.
    """
    n = ufunc.nin
    name = ufunc.__name__
    value: Any = None
    slope: Any = None

    def first(*operands: Any) -> Any:
        return chain * slope(*operands)

    def then(*operands: Any) -> Any:
        return chain * second(value(*operands), slope(*operands), *operands)

    fixed = [None] * (n - 1)
    value = elementwise(_in_double(ufunc, 0, name), *fixed, _taking(n, first))
    slope = elementwise(_in_double(ufunc, 1, f"{name}_slope"), *fixed, _taking(n, then))
    several(ufunc, value, slope)
    return value, slope


def _in_double(ufunc: Any, index: int | None, name: str) -> Call:
    """One output of the ufunc, computed in float64: SciPy's float32 loops of these functions give NaN or never end."""

    def function(*operands: Any) -> Any:
        dtype = np.result_type(*operands)
        wide = np.broadcast_arrays(*[np.asarray(o).astype(np.float64, copy=False) for o in operands])
        finite = np.logical_and.reduce([np.isfinite(o) for o in wide])
        out = ufunc(*[np.where(finite, o, 1) for o in wide])
        out = out if index is None else out[index]
        return np.where(finite, out, math.nan).astype(dtype, copy=False)

    function.__name__ = name
    return function


def _taking(n: int, call: Call) -> Any:
    """The call as a partial of n operands, for a partial names the values it needs."""
    return {
        2: lambda x, y: call(x, y),
        3: lambda x, y, z: call(x, y, z),
        4: lambda x, y, z, w: call(x, y, z, w),
        5: lambda x, y, z, w, v: call(x, y, z, w, v),
    }[n]


# Mathieu: y'' = (2q cos 2x - a) y, x in degrees; modified y'' = (a - 2q cosh 2x) y. a(m, q) is an eigenvalue, whose
# derivative in q is the mean of 2 cos(2x) over the square of its eigenfunction


def _eigenvalue_slope(ufunc: Any, name: str) -> Call:
    def function(x: Any, y: Any) -> Any:
        m, q = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
        valid = np.isfinite(m) & (np.absolute(q) < 1e5)  # beyond, SciPy's eigenfunctions fail, or bring down Python
        m, q = np.where(valid, m, 2), np.where(valid, q, 1)
        count = 16 * (8 + int(np.max(m, initial=0)) + int(np.sqrt(np.max(np.absolute(q), initial=0))))
        total = np.zeros(m.shape)
        for k in range(count):
            at = 360.0 * k / count
            total = total + 2 * math.cos(2 * math.radians(at)) * np.square(ufunc(m, q, at)[0])
        return np.where(valid, 2 / count * total, math.nan).astype(np.result_type(x, y), copy=False)

    function.__name__ = name
    return elementwise(function, None, None)


mathieu_a_slope = _eigenvalue_slope(sc.mathieu_cem, "mathieu_a_slope")
mathieu_b_slope = _eigenvalue_slope(sc.mathieu_sem, "mathieu_b_slope")
mathieu_a = elementwise(sc.mathieu_a, None, lambda x, y: mathieu_a_slope(x, y))
mathieu_b = elementwise(sc.mathieu_b, None, lambda x, y: mathieu_b_slope(x, y))


def _angular(eigenvalue: Call) -> Call:
    def second(value: Any, slope: Any, m: Any, q: Any, x: Any) -> Any:
        return (2 * q * np.cos((math.pi / 90) * x) - eigenvalue(m, q)) * value

    return second


def _radial(eigenvalue: Call) -> Call:
    def second(value: Any, slope: Any, m: Any, q: Any, x: Any) -> Any:
        return (eigenvalue(m, q) - 2 * q * np.cosh(2 * x)) * value

    return second


mathieu_cem, mathieu_cem_slope = _pair(sc.mathieu_cem, _angular(mathieu_a), math.pi / 180)
mathieu_sem, mathieu_sem_slope = _pair(sc.mathieu_sem, _angular(mathieu_b), math.pi / 180)
mathieu_modcem1, mathieu_modcem1_slope = _pair(sc.mathieu_modcem1, _radial(mathieu_a))
mathieu_modcem2, mathieu_modcem2_slope = _pair(sc.mathieu_modcem2, _radial(mathieu_a))
mathieu_modsem1, mathieu_modsem1_slope = _pair(sc.mathieu_modsem1, _radial(mathieu_b))
mathieu_modsem2, mathieu_modsem2_slope = _pair(sc.mathieu_modsem2, _radial(mathieu_b))

# Spheroidal: (1 - s x^2) y'' = 2 s x y' - (cv - s c^2 x^2 - m^2 / (1 - s x^2)) y for angular functions, which have
# s = 1; radial oblate ones come from x -> ix: prolate s = 1, oblate s = -1

pro_cv = speaks_for(sc.pro_cv, elementwise(_in_double(sc.pro_cv, None, "pro_cv"), None, None, None))
obl_cv = speaks_for(sc.obl_cv, elementwise(_in_double(sc.obl_cv, None, "obl_cv"), None, None, None))


def _spheroidal(eigenvalue: Call | None, oblate: bool, radial: bool) -> Call:
    def second(value: Any, slope: Any, m: Any, n: Any, c: Any, *rest: Any) -> Any:
        cv = rest[0] if eigenvalue is None else eigenvalue(m, n, c)
        x = rest[-1]
        square, m2, ck = np.square(x), np.square(m), np.square(c) * np.square(x)
        if radial and oblate:
            return (-2 * x * slope + (cv - ck - m2 / (square + 1)) * value) / (square + 1)
        gap = 1 - square
        return (2 * x * slope - (cv + (ck if oblate else -ck) - m2 / gap) * value) / gap

    return second


pro_ang1, pro_ang1_slope = _pair(sc.pro_ang1, _spheroidal(pro_cv, False, False))
pro_rad1, pro_rad1_slope = _pair(sc.pro_rad1, _spheroidal(pro_cv, False, True))
pro_rad2, pro_rad2_slope = _pair(sc.pro_rad2, _spheroidal(pro_cv, False, True))
obl_ang1, obl_ang1_slope = _pair(sc.obl_ang1, _spheroidal(obl_cv, True, False))
obl_rad1, obl_rad1_slope = _pair(sc.obl_rad1, _spheroidal(obl_cv, True, True))
obl_rad2, obl_rad2_slope = _pair(sc.obl_rad2, _spheroidal(obl_cv, True, True))
pro_ang1_cv, pro_ang1_cv_slope = _pair(sc.pro_ang1_cv, _spheroidal(None, False, False))
pro_rad1_cv, pro_rad1_cv_slope = _pair(sc.pro_rad1_cv, _spheroidal(None, False, True))
pro_rad2_cv, pro_rad2_cv_slope = _pair(sc.pro_rad2_cv, _spheroidal(None, False, True))
obl_ang1_cv, obl_ang1_cv_slope = _pair(sc.obl_ang1_cv, _spheroidal(None, True, False))
obl_rad1_cv, obl_rad1_cv_slope = _pair(sc.obl_rad1_cv, _spheroidal(None, True, True))
obl_rad2_cv, obl_rad2_cv_slope = _pair(sc.obl_rad2_cv, _spheroidal(None, True, True))

# Parabolic cylinder: D'' = (x^2/4 - v - 1/2) D, V alike, and W'' = (a - x^2/4) W

pbdv, pbdv_slope = _pair(sc.pbdv, lambda value, slope, v, x: (0.25 * np.square(x) - v - 0.5) * value)
pbvv, pbvv_slope = _pair(sc.pbvv, lambda value, slope, v, x: (0.25 * np.square(x) - v - 0.5) * value)
pbwa, pbwa_slope = _pair(sc.pbwa, lambda value, slope, a, x: (a - 0.25 * np.square(x)) * value)
