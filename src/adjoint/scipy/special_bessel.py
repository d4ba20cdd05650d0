"""scipy.special's functions of Bessel, Hankel, Airy, Kelvin and Struve, differentiable in the argument, not the order.

Each derivative is a sum of the neighbours of order v - 1 and v + 1. What is scaled by an absolute value is not
holomorphic, and has a rule for real arguments only.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special as sc
from scipy.special import _ufuncs

from ..core.kinds import elementwise
from ..ops.bessel import _asymptotic, airy_ai, airy_ai_prime
from ..ops.complexes import from_parts
from ..ops.special import in_double
from .special_gamma import rgamma
from .special_parts import of_real, output, real_orders, several, speaks_for

# Bessel and Hankel

jv = speaks_for(sc.jv, elementwise(
    real_orders(sc.jv), None, lambda x, y: 0.5 * (jv(x - 1, y) - jv(x + 1, y))))
yv = speaks_for(sc.yv, elementwise(
    real_orders(sc.yv), None, lambda x, y: 0.5 * (yv(x - 1, y) - yv(x + 1, y))))
iv = speaks_for(sc.iv, elementwise(
    real_orders(sc.iv), None, lambda x, y: 0.5 * (iv(x - 1, y) + iv(x + 1, y))))
kv = speaks_for(sc.kv, elementwise(
    real_orders(sc.kv), None, lambda x, y: -0.5 * (kv(x - 1, y) + kv(x + 1, y))))
yn = elementwise(sc.yn, None, lambda x, y: 0.5 * (yv(x - 1, y) - yv(x + 1, y)))
kn = elementwise(sc.kn, None, lambda x, y: -0.5 * (kv(x - 1, y) + kv(x + 1, y)))
hankel1 = elementwise(
    real_orders(sc.hankel1), None, lambda x, y: 0.5 * (hankel1(x - 1, y) - hankel1(x + 1, y)))
hankel2 = elementwise(
    real_orders(sc.hankel2), None, lambda x, y: 0.5 * (hankel2(x - 1, y) - hankel2(x + 1, y)))
hankel1e = elementwise(
    real_orders(sc.hankel1e), None,
    lambda out, x, y: 0.5 * (hankel1e(x - 1, y) - hankel1e(x + 1, y)) - 1j * out)
hankel2e = elementwise(
    real_orders(sc.hankel2e), None,
    lambda out, x, y: 0.5 * (hankel2e(x - 1, y) - hankel2e(x + 1, y)) + 1j * out)
# what they give is complex: so is the argument that the ops get
speaks_for(sc.hankel1, lambda v, z: hankel1(v, z + 0j))
speaks_for(sc.hankel2, lambda v, z: hankel2(v, z + 0j))
speaks_for(sc.hankel1e, lambda v, z: hankel1e(v, z + 0j))
speaks_for(sc.hankel2e, lambda v, z: hankel2e(v, z + 0j))

# Scaled: J and Y by exp(-|Im z|), I by exp(-|Re z|), K by exp(z)


def _jve_slope(x: Any, y: Any) -> Any:
    of_real(y, "jve")
    return 0.5 * (jve(x - 1, y) - jve(x + 1, y))


def _yve_slope(x: Any, y: Any) -> Any:
    of_real(y, "yve")
    return 0.5 * (yve(x - 1, y) - yve(x + 1, y))


def _scaled_iv(x: Any, y: Any, order: int) -> Any:
    """The `order`-th derivative of exp(-|y|) I_x(y): neighbours, and far out the asymptotic series."""
    v, at = np.broadcast_arrays(in_double(x), in_double(y))
    sign, size = np.sign(at), np.absolute(at)
    far = size > np.maximum(20, np.square(v))

    def neighbours(shift: int, order: int) -> Any:
        if order == 0:
            return sc.ive(v + shift, at)
        return 0.5 * (neighbours(shift - 1, order - 1) + neighbours(shift + 1, order - 1)) - sign * neighbours(
            shift, order - 1)

    series = _asymptotic(np.where(far, size, 20), np.where(far, v, 0), order, -1) / math.sqrt(2 * math.pi)
    parity = np.where(sign < 0, np.where(v == np.rint(v), np.cos(math.pi * (v + order)), math.nan), 1)
    return np.where(far, parity * series, neighbours(0, order)).astype(np.result_type(x, y), copy=False)


def _scaled_kv(x: Any, y: Any, order: int) -> Any:
    """The `order`-th derivative of exp(y) K_x(y)."""
    dtype = np.result_type(x, y)
    if dtype.kind == "c":
        v, at = np.broadcast_arrays(in_double(np.real(x)), np.asarray(y, np.complex128))
        far = np.zeros(at.shape, bool)
    else:
        v, at = np.broadcast_arrays(in_double(x), in_double(y))
        far = at > np.maximum(20, np.square(v))

    def neighbours(shift: int, order: int) -> Any:
        if order == 0:
            return sc.kve(v + shift, at)
        return neighbours(shift, order - 1) - 0.5 * (neighbours(shift - 1, order - 1) + neighbours(
            shift + 1, order - 1))

    series = math.sqrt(math.pi / 2) * _asymptotic(np.where(far, at, 20), np.where(far, v, 0), order, 1)
    return np.where(far, series, neighbours(0, order)).astype(dtype, copy=False)


def _ive_slope(x: Any, y: Any) -> Any:
    of_real(y, "ive")
    return scaled_iv(x, y, order=1)


scaled_iv = elementwise(_scaled_iv, None, lambda x, y, *, order: scaled_iv(x, y, order=order + 1))
scaled_kv = elementwise(_scaled_kv, None, lambda x, y, *, order: scaled_kv(x, y, order=order + 1))
jve = speaks_for(sc.jve, elementwise(real_orders(sc.jve), None, _jve_slope))
yve = speaks_for(sc.yve, elementwise(real_orders(sc.yve), None, _yve_slope))
ive = speaks_for(sc.ive, elementwise(real_orders(sc.ive), None, _ive_slope))
kve = speaks_for(sc.kve, elementwise(real_orders(sc.kve), None, lambda x, y: scaled_kv(x, y, order=1)))

# Spherical: (2n + 1) j_n' = n j_(n-1) - (n + 1) j_(n+1), which needs no division by the argument


def _order(x: Any) -> Any:
    """Orders as SciPy's spherical functions want them."""
    return np.asarray(np.real(x)).astype(np.int64)


def _spherical_jn(x: Any, y: Any) -> Any:
    return sc.spherical_jn(_order(x), y).astype(np.result_type(x, y), copy=False)


def _spherical_yn(x: Any, y: Any) -> Any:
    return sc.spherical_yn(_order(x), y).astype(np.result_type(x, y), copy=False)


def _spherical_in(x: Any, y: Any) -> Any:
    return sc.spherical_in(_order(x), y).astype(np.result_type(x, y), copy=False)


def _spherical_kn(x: Any, y: Any) -> Any:
    return sc.spherical_kn(_order(x), y).astype(np.result_type(x, y), copy=False)


def _mixed(op: Any, sign: int, x: Any, y: Any) -> Any:
    return (x * op(np.where(x == 0, 1, x - 1), y) + sign * (x + 1) * op(x + 1, y)) / (2 * x + 1)


spherical_jn = elementwise(_spherical_jn, None, lambda x, y: _mixed(spherical_jn, -1, x, y))
spherical_yn = elementwise(_spherical_yn, None, lambda x, y: _mixed(spherical_yn, -1, x, y))
spherical_in = elementwise(_spherical_in, None, lambda x, y: _mixed(spherical_in, 1, x, y))
spherical_kn = elementwise(_spherical_kn, None, lambda x, y: -_mixed(spherical_kn, 1, x, y))
speaks_for(_ufuncs._spherical_jn, spherical_jn)
speaks_for(_ufuncs._spherical_yn, spherical_yn)
speaks_for(_ufuncs._spherical_in, spherical_in)
speaks_for(_ufuncs._spherical_kn, spherical_kn)

# Airy, plain, and scaled by exp(+-2/3 z sqrt z): for real arguments below zero Bi is left as it is

airy_bi = elementwise(output(sc.airy, 2, "airy_bi"), lambda x: airy_bi_prime(x))
airy_bi_prime = elementwise(output(sc.airy, 3, "airy_bi_prime"), lambda x: x * airy_bi(x))
several(sc.airy, airy_ai, airy_ai_prime, airy_bi, airy_bi_prime)


def _growth(x: Any) -> Any:
    """The derivative of the exponent of Bi's scale."""
    of_real(x, "airye (its third and fourth output)")
    return np.where(x > 0, np.sqrt(np.where(x > 0, x, 1)), 0)


airye_ai = elementwise(output(sc.airye, 0, "airye_ai"), lambda out, x: airye_ai_prime(x) + np.sqrt(x) * out)
airye_ai_prime = elementwise(
    output(sc.airye, 1, "airye_ai_prime"), lambda out, x: x * airye_ai(x) + np.sqrt(x) * out)
airye_bi = elementwise(output(sc.airye, 2, "airye_bi"), lambda out, x: airye_bi_prime(x) - _growth(x) * out)
airye_bi_prime = elementwise(
    output(sc.airye, 3, "airye_bi_prime"), lambda out, x: x * airye_bi(x) - _growth(x) * out)
several(sc.airye, airye_ai, airye_ai_prime, airye_bi, airye_bi_prime)

# Kelvin: w = ber + i bei and w = ker + i kei solve w'' + w'/x = i w


def _over(x: Any, slope: Any, limit: float) -> Any:
    """slope / x, and its limit at x = 0."""
    return np.where(x == 0, limit, slope / np.where(x == 0, 1, x))


ber = elementwise(sc.ber, lambda x: berp(x))
bei = elementwise(sc.bei, lambda x: beip(x))
ker = elementwise(sc.ker, lambda x: kerp(x))
kei = elementwise(sc.kei, lambda x: keip(x))
berp = elementwise(sc.berp, lambda out, x: -bei(x) - _over(x, out, 0.0))
beip = elementwise(sc.beip, lambda out, x: ber(x) - _over(x, out, 0.5))
kerp = elementwise(sc.kerp, lambda out, x: -kei(x) - out / x)
keip = elementwise(sc.keip, lambda out, x: ker(x) - out / x)


def _kelvin(x: Any) -> tuple[Any, Any, Any, Any]:
    """Be, Ke, Be', Ke' as complex numbers."""
    return (from_parts(ber(x), bei(x)), from_parts(ker(x), kei(x)), from_parts(berp(x), beip(x)),
            from_parts(kerp(x), keip(x)))


_kelvin.parts = (ber, bei, berp, beip, ker, kei, kerp, keip)  # type: ignore[attr-defined]
speaks_for(sc.kelvin, _kelvin)

# Struve, and the integral of x^l J_n(2ax) over [0, 1]


def _source(x: Any, y: Any) -> Any:
    """(y/2)^x / (sqrt(pi) Gamma(x + 3/2))."""
    return np.power(0.5 * y, x) * rgamma(x + 1.5) / math.sqrt(math.pi)


struve = elementwise(sc.struve, None, lambda x, y: 0.5 * (struve(x - 1, y) - struve(x + 1, y) + _source(x, y)))
modstruve = elementwise(
    sc.modstruve, None, lambda x, y: 0.5 * (modstruve(x - 1, y) + modstruve(x + 1, y) + _source(x, y)))


def _besselpoly_slope(x: Any, y: Any, z: Any) -> Any:
    """Of int t^y J_z(2xt) dt in x; J_-1 is -J_1."""
    below = besselpoly(x, y + 1, np.where(z == 0, 1, z - 1))
    return np.where(z == 0, -below, below) - besselpoly(x, y + 1, z + 1)


besselpoly = elementwise(sc.besselpoly, _besselpoly_slope, None, None)
