"""scipy.special's orthogonal polynomials and Legendre functions, differentiable in the argument.

The derivative of a polynomial of degree n is one of degree n - 1 of the same or of a related family.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special as sc

from ..core.kinds import elementwise
from .special_parts import speaks_for, whole_number


def _entered(ufunc: Any, *partials: Any) -> Any:
    return speaks_for(ufunc, elementwise(whole_number(ufunc), *partials))


def _lowered(x: Any, value: Any) -> Any:
    """The value, which belongs to degree x - 1; zero for degree 0."""
    return np.where(x == 0, 0, value)


def _below(x: Any) -> Any:
    return np.where(x == 0, 0, x - 1)


def _gegenbauer(x: Any, parameter: float, y: Any) -> Any:
    return _lowered(x, eval_gegenbauer(_below(x), parameter * np.ones_like(x), y))


eval_gegenbauer = _entered(
    sc.eval_gegenbauer, None, None, lambda x, y, z: 2 * y * _lowered(x, eval_gegenbauer(_below(x), y + 1, z)))
eval_jacobi = _entered(
    sc.eval_jacobi, None, None, None,
    lambda x, y, z, w: 0.5 * (x + y + z + 1) * _lowered(x, eval_jacobi(_below(x), y + 1, z + 1, w)))
eval_sh_jacobi = _entered(  # monic
    sc.eval_sh_jacobi, None, None, None,
    lambda x, y, z, w: x * _lowered(x, eval_sh_jacobi(_below(x), y + 2, z + 1, w)))
eval_genlaguerre = _entered(
    sc.eval_genlaguerre, None, None, lambda x, y, z: -_lowered(x, eval_genlaguerre(_below(x), y + 1, z)))
eval_laguerre = _entered(
    sc.eval_laguerre, None, lambda x, y: -_lowered(x, eval_genlaguerre(_below(x), np.ones_like(x), y)))
eval_legendre = _entered(sc.eval_legendre, None, lambda x, y: _gegenbauer(x, 1.5, y))
eval_sh_legendre = _entered(sc.eval_sh_legendre, None, lambda x, y: 2 * _gegenbauer(x, 1.5, 2 * y - 1))
eval_chebyu = _entered(sc.eval_chebyu, None, lambda x, y: 2 * _gegenbauer(x, 2.0, y))
eval_chebys = _entered(sc.eval_chebys, None, lambda x, y: _gegenbauer(x, 2.0, 0.5 * y))
eval_sh_chebyu = _entered(sc.eval_sh_chebyu, None, lambda x, y: 4 * _gegenbauer(x, 2.0, 2 * y - 1))
eval_chebyt = _entered(sc.eval_chebyt, None, lambda x, y: x * _lowered(x, eval_chebyu(_below(x), y)))
eval_chebyc = _entered(sc.eval_chebyc, None, lambda x, y: x * _lowered(x, eval_chebyu(_below(x), 0.5 * y)))
eval_sh_chebyt = _entered(
    sc.eval_sh_chebyt, None, lambda x, y: 2 * x * _lowered(x, eval_chebyu(_below(x), 2 * y - 1)))
eval_hermite = _entered(sc.eval_hermite, None, lambda x, y: 2 * x * _lowered(x, eval_hermite(_below(x), y)))
eval_hermitenorm = _entered(sc.eval_hermitenorm, None, lambda x, y: x * _lowered(x, eval_hermitenorm(_below(x), y)))

# Legendre functions of order x and degree y


def _lpmv_slope(x: Any, y: Any, z: Any) -> Any:
    """((y + x) (y - x + 1) P^(x-1) - P^(x+1)) / (2 sqrt(1 - z^2))."""
    bend = np.sqrt((1 - z) * (1 + z))
    return 0.5 * ((y + x) * (y - x + 1) * _lower_order(x, y, z) - lpmv(x + 1, y, z)) / bend


def _lower_order(x: Any, y: Any, z: Any) -> Any:
    """P of order x - 1, where order -1 is -1 / (y (y + 1)) times order 1."""
    zero = x == 0
    flat = np.where(zero & (y * (y + 1) == 0), 1, y * (y + 1))
    return np.where(zero, -lpmv(np.where(zero, 1, x), y, z) / flat, lpmv(np.where(zero, 1, x - 1), y, z))


lpmv = elementwise(sc.lpmv, None, None, _lpmv_slope)

# Spherical harmonics of degree x, order y, polar angle z and azimuth w


def _sph_harm_y(x: Any, y: Any, z: Any, w: Any) -> Any:
    n, m = [np.asarray(np.real(v)).astype(np.int64) for v in (x, y)]
    out = np.asarray(sc.sph_harm_y(n, m, np.real(z), np.real(w)))
    return out.astype(np.result_type(x, y, z, w, np.complex64), copy=False)


def _turned(x: Any, y: Any, z: Any, w: Any) -> Any:
    """The derivative in the polar angle: the ladder operators' half difference, smooth at the poles."""
    up = np.sqrt((x - y) * (x + y + 1)) * np.exp(-1j * w) * _harmonic(x, y + 1, z, w)
    down = np.sqrt((x + y) * (x - y + 1)) * np.exp(1j * w) * _harmonic(x, y - 1, z, w)
    return 0.5 * (up - down)


def _harmonic(x: Any, y: Any, z: Any, w: Any) -> Any:
    """Zero where the order exceeds the degree."""
    beyond = np.absolute(y) > x
    return np.where(beyond, 0, sph_harm_y(x, np.where(beyond, 0, y), z, w))


sph_harm_y = elementwise(_sph_harm_y, None, None, _turned, lambda out, y: 1j * y * out)
