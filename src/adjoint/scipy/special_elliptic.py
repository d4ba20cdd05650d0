"""scipy.special's elliptic integrals and functions, the arithmetic-geometric mean.

Derivatives in the parameter m are Carlson's symmetric integrals: no difference of K and E, which cancels near m = 0,
and no division by m or 1 - m. Carlson's integrals are differentiated under the integral sign, to any order.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special as sc

from ..core.kinds import elementwise
from .special_parts import several

# int_0^inf (t + x)^-a (t + y)^-b (t + z)^-c (t + w)^-d dt by the double exponential rule log t = c + pi/2 sinh u + k u:
# c is the middle of the logarithms of x, y, z, w; k u with |u| < 2 spans them, so that steps are short between them.


def _carlson(x: Any, y: Any, z: Any, w: Any, powers: tuple[float, float, float, float]) -> Any:
    dtype = np.result_type(x, y, z, w)
    wide = np.complex128 if dtype.kind == "c" else np.float64
    bases = np.broadcast_arrays(*[np.asarray(b).astype(wide) for b in (x, y, z, w)])
    sizes = np.array([np.absolute(b) for b, a in zip(bases, powers, strict=True) if a])
    usual = (sizes > 0) & np.isfinite(sizes)
    logs = np.log(np.where(usual, sizes, 1))
    high = np.max(np.where(usual, logs, -math.inf), axis=0, initial=-math.inf)
    low = np.min(np.where(usual, logs, math.inf), axis=0, initial=math.inf)
    none = ~np.any(usual, axis=0)
    middle, slope = np.where(none, 0, (high + low) / 2), np.where(none, 0, (high - low) / 4)
    total = np.zeros_like(bases[0])
    step = min(0.04, 0.5 / (6 + float(np.max(slope, initial=0.0))))
    ends = math.ceil(4.6 / step)
    for i in range(-ends, ends + 1):
        u = i * step
        t = np.exp(middle + slope * u + 0.5 * math.pi * math.sinh(u))
        value = step * (0.5 * math.pi * math.cosh(u) + slope) * t
        for b, a in zip(bases, powers, strict=True):
            if a:
                value = value * (t + b) ** -a
        total = total + value
    return total.astype(dtype, copy=False)


def _carlson_slope(place: int) -> Any:
    def slope(x: Any, y: Any, z: Any, w: Any, *, powers: tuple[float, float, float, float]) -> Any:
        raised = (*powers[:place], powers[place] + 1, *powers[place + 1:])
        return -powers[place] * carlson(x, y, z, w, powers=raised)

    return slope


carlson = elementwise(_carlson, *[_carlson_slope(i) for i in range(4)])


def _three(x: Any, y: Any, z: Any, *powers: float) -> Any:
    return carlson(x, y, z, np.ones_like(x), powers=(*powers, 0))


elliprf = elementwise(
    sc.elliprf,
    lambda x, y, z: (-1 / 6) * elliprd(y, z, x),
    lambda x, y, z: (-1 / 6) * elliprd(x, z, y),
    lambda x, y, z: (-1 / 6) * elliprd(x, y, z),
)
elliprd = elementwise(
    sc.elliprd,
    lambda x, y, z: -0.75 * _three(x, y, z, 1.5, 0.5, 1.5),
    lambda x, y, z: -0.75 * _three(x, y, z, 0.5, 1.5, 1.5),
    lambda x, y, z: -2.25 * _three(x, y, z, 0.5, 0.5, 2.5),
)
elliprg = elementwise(
    sc.elliprg,
    lambda x, y, z: 0.25 * elliprf(x, y, z) - (1 / 12) * x * elliprd(y, z, x),
    lambda x, y, z: 0.25 * elliprf(x, y, z) - (1 / 12) * y * elliprd(x, z, y),
    lambda x, y, z: 0.25 * elliprf(x, y, z) - (1 / 12) * z * elliprd(x, y, z),
)


def _principal(x: Any, y: Any) -> Any:
    """Where R_C(x, y) is a principal value: y is real and negative."""
    return (np.real(y) < 0) & (np.imag(y) == 0)


def _rc_in_x(x: Any, y: Any, out: Any) -> Any:
    cut = _principal(x, y)
    a, b = np.where(cut, 1, x), np.where(cut, 1, y)
    u, v = np.where(cut, x, 1), np.where(cut, y, -1)
    return np.where(cut, 0.5 * (out - 1 / np.sqrt(u)) / (v - u), (-1 / 6) * elliprd(b, b, a))


def _rc_in_y(x: Any, y: Any, out: Any) -> Any:
    cut = _principal(x, y)
    a, b = np.where(cut, 1, x), np.where(cut, 1, y)
    u, v = np.where(cut, x, 1), np.where(cut, y, -1)
    return np.where(cut, 0.5 * (np.sqrt(u) - out * v) / (v * (v - u)), (-1 / 3) * elliprd(a, b, b))


elliprc = elementwise(sc.elliprc, lambda x, y, out: _rc_in_x(x, y, out), lambda x, y, out: _rc_in_y(x, y, out))
elliprj = elementwise(
    sc.elliprj,
    lambda x, y, z, w: -0.75 * carlson(x, y, z, w, powers=(1.5, 0.5, 0.5, 1.0)),
    lambda x, y, z, w: -0.75 * carlson(x, y, z, w, powers=(0.5, 1.5, 0.5, 1.0)),
    lambda x, y, z, w: -0.75 * carlson(x, y, z, w, powers=(0.5, 0.5, 1.5, 1.0)),
    lambda x, y, z, w: -1.5 * carlson(x, y, z, w, powers=(0.5, 0.5, 0.5, 2.0)),
)

# Legendre's, complete and incomplete

ellipk = elementwise(sc.ellipk, lambda x: (1 / 6) * elliprd(np.zeros_like(x), np.ones_like(x), 1 - x))
ellipkm1 = elementwise(sc.ellipkm1, lambda x: (-1 / 6) * elliprd(np.zeros_like(x), np.ones_like(x), x))
ellipe = elementwise(sc.ellipe, lambda x: (-1 / 6) * elliprd(np.zeros_like(x), 1 - x, np.ones_like(x)))


def _periods(x: Any) -> Any:
    return np.rint((1 / math.pi) * x)


def in_parameter(x: Any, y: Any, second: bool) -> Any:
    """d/dm of F(phi, m), or of E(phi, m) if second: that of the whole periods, and of what is within pi/2."""
    turns = _periods(x)
    s = np.sin(x - math.pi * turns)
    s2 = np.square(s)
    zero, one = np.zeros_like(s2), np.ones_like(s2)
    if second:
        return (-1 / 6) * (s * s2 * elliprd(1 - s2, 1 - y * s2, one) + 2 * turns * elliprd(zero, 1 - y, one))
    whole = np.where(turns == 0, 0, 2 * turns * elliprd(zero, one, np.where(turns == 0, 1, 1 - y)))
    return (1 / 6) * (s * s2 * elliprd(1 - s2, one, 1 - y * s2) + whole)


def _delta(x: Any, y: Any) -> Any:
    return np.sqrt(1 - y * np.square(np.sin(x)))


ellipkinc = elementwise(
    sc.ellipkinc, lambda x, y: 1 / _delta(x, y), lambda x, y: in_parameter(x, y, False))
ellipeinc = elementwise(
    sc.ellipeinc, lambda x, y: _delta(x, y), lambda x, y: in_parameter(x, y, True))

# Jacobi's functions of u and m: all through the amplitude, with F(amplitude, m) = u


def _part(index: int, name: str) -> Any:
    def function(x: Any, y: Any) -> Any:
        return sc.ellipj(x, y)[index]

    function.__name__ = name
    return function


def _amplitude_in_y(x: Any, y: Any) -> Any:
    return -in_parameter(jacobi_amplitude(x, y), y, False) * jacobi_dn(x, y)


jacobi_amplitude = elementwise(_part(3, "jacobi_amplitude"), lambda x, y: jacobi_dn(x, y), _amplitude_in_y)
jacobi_sn = elementwise(
    _part(0, "jacobi_sn"),
    lambda x, y: jacobi_cn(x, y) * jacobi_dn(x, y),
    lambda x, y: jacobi_cn(x, y) * _amplitude_in_y(x, y),
)
jacobi_cn = elementwise(
    _part(1, "jacobi_cn"),
    lambda x, y: -jacobi_sn(x, y) * jacobi_dn(x, y),
    lambda x, y: -jacobi_sn(x, y) * _amplitude_in_y(x, y),
)
jacobi_dn = elementwise(
    _part(2, "jacobi_dn"),
    lambda x, y: -y * jacobi_sn(x, y) * jacobi_cn(x, y),
    lambda x, y, out: (-0.5 * np.square(jacobi_sn(x, y))
                       - y * jacobi_sn(x, y) * jacobi_cn(x, y) * _amplitude_in_y(x, y)) / out,
)
several(sc.ellipj, jacobi_sn, jacobi_cn, jacobi_dn, jacobi_amplitude)

# The arithmetic-geometric mean: pi / (2 R_F(0, x^2, y^2))


def _agm_slope(x: Any, y: Any, out: Any) -> Any:
    """The derivative in x: 2/(3 pi) |x| out^2 R_D(0, y^2, x^2)."""
    return (2 / (3 * math.pi)) * np.absolute(x) * np.square(out) * elliprd(
        np.zeros_like(x), np.square(y), np.square(x))


agm = elementwise(sc.agm, lambda x, y, out: _agm_slope(x, y, out), lambda x, y, out: _agm_slope(y, x, out))
