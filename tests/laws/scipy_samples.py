"""Samples of the ops that stand behind scipy.special: for each operand an interval, or the number that it is.

An operand that the op does not differentiate is a number; one op may have several lines.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.special

Samples = list[tuple[tuple[Any, ...], dict[str, Any]]]

_UNIT, _HALF = (0.2, 0.8), (0.3, 0.6)
_POSITIVE, _BOTH = (0.4, 2.5), (-2.0, 2.0)
_SHAPE, _COUNT = (1.2, 4.0), (2.2, 4.4)

# name: (operands, parameters), ...
_LINES: dict[str, list[tuple[tuple[Any, ...], dict[str, Any]]]] = {}


def _enter(name: str, *operands: Any, **params: Any) -> None:
    _LINES.setdefault(name, []).append((operands, params))


for _name in ("exp10", "cosm1", "sindg", "cosdg", "erfi", "dawsn", "exprel", "fresnel_s", "fresnel_c",
              "shi",
              "sine_integral", "integral_i0", "integral_j0", "integral_i0_over", "integral_j0_over", "airy_bi",
              "airy_bi_prime", "ber", "bei", "berp", "beip", "itmodstruve0", "wrightomega"):
    _enter(_name, _BOTH)
for _name in ("tandg", "cotdg"):
    _enter(_name, (20.0, 70.0))
for _name in ("loggamma", "exp1", "expi", "chi", "cosine_integral", "spence", "integral_k0", "integral_y0",
              "integral_k0_over", "integral_y0_over", "airye_ai", "airye_ai_prime", "airye_bi", "airye_bi_prime",
              *(f"modfresnel{s}_{k}_{p}" for s in "pm" for k in ("integral", "scaled") for p in ("real", "imag")),
              "ker", "kei", "kerp", "keip", "itstruve0", "it2struve0"):
    _enter(_name, _POSITIVE)
for _name in ("gamma", "rgamma"):
    _enter(_name, _POSITIVE)
    _enter(_name, (-1.8, -1.2))
_enter("rgamma", (-2.2, -1.9))
for _name in ("airye_bi", "airye_bi_prime"):
    _enter(_name, (-2.5, -0.4))
for _name in ("ellipk", "ellipe"):
    _enter(_name, (-0.8, 0.8))
_enter("ellipkm1", _UNIT)
_enter("kolmogorov", (0.5, 0.9))
_enter("kolmogorov", (1.1, 2.0))
_enter("betaln", _POSITIVE, _POSITIVE)
_enter("kolmogi", _UNIT)
_enter("ndtri_exp", (-4.0, -0.3))
_enter("zetac", (1.6, 4.0))
_enter("zetac", (-3.5, -0.5))
_enter("riemann_zeta", (1.6, 4.0))
_enter("hurwitz_zeta", (1.6, 4.0), _POSITIVE)
for _n in (0, 1, 2):
    _enter("zeta_derivative", (1.6, 4.0), _POSITIVE, order=_n)
    _enter("digamma_step", (0.6, 4.0), _POSITIVE, order=_n)
    _enter("digamma_step", (20.0, 40.0), _POSITIVE, order=_n)
    _enter("exprel_derivative", (-3.0, 3.0), order=_n)
    _enter("exprel_derivative", (-20.0, -12.0), order=_n)
    _enter("exprel_derivative", (11.0, 13.0), order=_n)
    _enter("sinh_ratio", (-2.0, 2.0), order=_n)
    _enter("sinh_ratio", (9.0, 11.0), order=_n)
    _enter("log_ratio", (0.6, 1.4), order=_n)
    _enter("log_ratio", (2.0, 4.0), order=_n)
    _enter("dawson_derivative", (-2.0, 2.0), order=_n)
    _enter("dawson_derivative", (8.0, 12.0), order=_n)
    _enter("kolmogorov_derivative", (0.5, 0.9), order=_n)
    _enter("kolmogorov_derivative", (1.1, 2.0), order=_n)
    _enter("voigt", (-2.0, 2.0), _POSITIVE, _POSITIVE, order=_n, part=_n % 2)
    _enter("scaled_iv", 1.3, (0.5, 4.0), order=_n)
    _enter("scaled_iv", 1.3, (25.0, 30.0), order=_n)
    _enter("scaled_kv", 1.3, (0.5, 4.0), order=_n)
    _enter("scaled_kv", 1.3, (25.0, 30.0), order=_n)
_enter("carlson", *[(0.5, 2.0)] * 4, powers=(0.5, 0.5, 1.5, 1.0))
_enter("carlson", *[(0.5, 2.0)] * 4, powers=(1.5, 0.5, 0.5, 0))
_enter("powm1", _POSITIVE, _BOTH)
_enter("radian", _POSITIVE, _POSITIVE, _POSITIVE)
for _name in ("boxcox", "boxcox1p"):
    _enter(_name, _POSITIVE, _BOTH)
for _name in ("inv_boxcox", "inv_boxcox1p"):
    _enter(_name, _POSITIVE, (0.2, 1.5))
for _name in ("rel_entr", "kl_div", "log_quotient", "agm"):
    _enter(_name, _POSITIVE, _POSITIVE)
_enter("huber", (0.5, 0.8), (-0.4, 0.4))
_enter("huber", (0.5, 0.8), (1.0, 2.0))
_enter("pseudo_huber", _POSITIVE, _BOTH)
_enter("poch", _POSITIVE, _POSITIVE)
_enter("beta", _POSITIVE, _POSITIVE)
_enter("binom", (3.1, 5.9), (0.6, 2.8))
_enter("owens_t", _BOTH, _BOTH)
_enter("voigt_profile", _BOTH, _POSITIVE, _POSITIVE)
_enter("expn", 3, _POSITIVE)
_enter("expn", 0, _POSITIVE)
for _name in ("jv", "yv", "iv", "kv", "jve", "yve", "ive", "kve"):
    _enter(_name, 1.3, (0.6, 4.0))
    _enter(_name, 0, (0.6, 4.0))
for _name in ("yn", "kn", "spherical_jn", "spherical_yn", "spherical_in", "spherical_kn"):
    _enter(_name, 2, (0.6, 4.0))
    _enter(_name, 0, (0.6, 4.0))
for _name in ("struve", "modstruve"):
    _enter(_name, 0.7, (0.6, 4.0))
_enter("besselpoly", _POSITIVE, 1.5, 2)
_enter("besselpoly", _POSITIVE, 0.5, 0)
for _name in ("elliprf", "elliprd", "elliprg"):
    _enter(_name, _POSITIVE, _POSITIVE, _POSITIVE)
_enter("elliprj", _POSITIVE, _POSITIVE, _POSITIVE, _POSITIVE)
_enter("elliprc", _POSITIVE, _POSITIVE)
_enter("elliprc", _POSITIVE, (-2.0, -0.5))
for _name in ("ellipkinc", "ellipeinc"):
    _enter(_name, (-1.4, 1.4), (-0.8, 0.8))
    _enter(_name, (1.7, 4.5), (-0.8, 0.8))
for _name in ("jacobi_sn", "jacobi_cn", "jacobi_dn", "jacobi_amplitude"):
    _enter(_name, (-3.0, 3.0), _UNIT)
_enter("hyp0f1", 1.3, _BOTH)
_enter("hyp1f1", 0.7, 1.6, _BOTH)
_enter("hyp2f1", 0.7, 1.1, 1.6, (-0.7, 0.7))
_enter("hyperu", 0.7, 1.6, _POSITIVE)
_enter("wright_bessel", 0.7, 1.6, _POSITIVE)
_enter("log_wright_bessel", 0.7, 1.6, _POSITIVE)
for _name in ("chebyt", "chebyu", "chebyc", "chebys", "legendre", "laguerre", "hermite", "hermitenorm"):
    _enter("eval_" + _name, 4, (-0.9, 0.9))
    _enter("eval_" + _name, 1, (-0.9, 0.9))
for _name in ("sh_chebyt", "sh_chebyu", "sh_legendre"):
    _enter("eval_" + _name, 4, _UNIT)
_enter("eval_legendre", 2.5, (-0.6, 0.9))
_enter("eval_gegenbauer", 4, 0.7, (-0.9, 0.9))
_enter("eval_genlaguerre", 4, 0.7, _POSITIVE)
_enter("eval_jacobi", 4, 0.7, 1.2, (-0.9, 0.9))
_enter("eval_sh_jacobi", 4, 2.7, 1.2, _UNIT)
_enter("lpmv", 0, 3, (-0.8, 0.8))
_enter("lpmv", 2, 3, (-0.8, 0.8))
_enter("lpmv", 1, 2.5, (-0.5, 0.8))
_enter("sph_harm_y", 3, 1, (0.3, 2.8), _BOTH)
_enter("sph_harm_y", 2, -2, (0.3, 2.8), _BOTH)

# Distributions and their inverses
for _name in ("betaincc", "betaincinv", "betainccinv"):
    _enter(_name, _SHAPE, _SHAPE, _UNIT)
for _name in ("gdtr", "gdtrc"):
    _enter(_name, _POSITIVE, _SHAPE, _POSITIVE)
for _name in ("chdtr", "chdtrc"):
    _enter(_name, _SHAPE, _POSITIVE)
for _name in ("pdtr", "pdtrc"):
    _enter(_name, 2, _POSITIVE)
for _name in ("bdtr", "bdtrc"):
    _enter(_name, 2, 5, _UNIT)
for _name in ("nbdtr", "nbdtrc"):
    _enter(_name, 2, 5, _UNIT)
for _name in ("fdtr", "fdtrc"):
    _enter(_name, _SHAPE, _SHAPE, _POSITIVE)
_enter("student_density", _SHAPE, _BOTH)
_enter("stdtr", _SHAPE, _POSITIVE)
_enter("stdtr", _SHAPE, (-2.5, -0.4))
_enter("noncentral_density", _POSITIVE, 3.3, _POSITIVE)
_enter("chndtr", _POSITIVE, 3.3, _POSITIVE)
_enter("ncfdtr", 3.3, 4.1, _POSITIVE, _POSITIVE)
_enter("half_moment", 2.3, _BOTH)
_enter("nctdtr", 4.3, _BOTH, _BOTH)
_enter("tklmbda", (-0.4, 0.4), _UNIT)
_enter("tklmbda", (-0.4, 0.4), (-0.6, -0.2))
_enter("smirnov", 5, _UNIT)
_enter("smirnovi", 5, _UNIT)
for _name in ("gammaincinv", "gammainccinv"):
    _enter(_name, _SHAPE, _UNIT)
_enter("btdtria", _HALF, _SHAPE, _HALF)
_enter("btdtrib", _SHAPE, _HALF, _HALF)
_enter("gdtria", _HALF, _SHAPE, _POSITIVE)
_enter("gdtrib", _POSITIVE, _HALF, _POSITIVE)
_enter("gdtrix", _POSITIVE, _SHAPE, _HALF)
_enter("chdtri", _SHAPE, _UNIT)
_enter("chdtriv", _HALF, _POSITIVE)
_enter("pdtri", 2, _UNIT)
_enter("pdtrik", (0.5, 0.8), (2.0, 4.0))
_enter("bdtri", 2, 5, _UNIT)
_enter("bdtrik", (0.4, 0.7), (8.0, 12.0), (0.4, 0.6))
_enter("bdtrin", (2.0, 4.0), (0.4, 0.7), (0.4, 0.6))
_enter("nbdtri", 2, 5, _UNIT)
_enter("nbdtrik", (0.5, 0.7), (4.0, 6.0), (0.3, 0.5))
_enter("nbdtrin", (2.0, 4.0), (0.4, 0.7), (0.3, 0.5))
_enter("fdtri", _SHAPE, _SHAPE, _UNIT)
_enter("fdtridfd", (2.0, 3.0), (0.49, 0.51), (0.97, 1.03))
_enter("stdtrit", _SHAPE, (0.6, 0.9))
_enter("stdtridf", (0.75, 0.85), (1.5, 2.0))
_enter("nrdtrimn", (0.2, 0.4), _POSITIVE, _BOTH)
_enter("nrdtrisd", (-2.0, -1.0), (0.6, 0.9), (0.0, 1.0))
_enter("chndtrix", _UNIT, 3.3, _POSITIVE)
_enter("chndtrinc", (4.0, 6.0), 3.3, (0.2, 0.4))
_enter("ncfdtri", 3.3, 4.1, _POSITIVE, _UNIT)
_enter("nctdtrit", 4.3, _BOTH, _UNIT)
_enter("nctdtrinc", 4.3, (0.3, 0.7), _POSITIVE)

# Solutions of equations
for _name in ("mathieu_a", "mathieu_b"):
    _enter(_name, 2, _POSITIVE)
for _name in ("mathieu_cem", "mathieu_sem"):
    _enter(_name, 2, 1.5, (10.0, 80.0))
    _enter(_name + "_slope", 2, 1.5, (10.0, 80.0))
for _name in ("mathieu_modcem1", "mathieu_modcem2", "mathieu_modsem1", "mathieu_modsem2"):
    _enter(_name, 2, 1.5, (0.2, 1.2))
    _enter(_name + "_slope", 2, 1.5, (0.2, 1.2))
for _kind in ("ang1", "rad1", "rad2"):
    for _family in ("pro", "obl"):
        _x = _UNIT if _kind == "ang1" or _family == "obl" else (2.0, 3.0)
        for _end in ("", "_slope"):
            _enter(f"{_family}_{_kind}{_end}", 1, 3, 0.8, _x)
            _enter(f"{_family}_{_kind}_cv{_end}", 1, 3, 0.8, getattr(scipy.special, _family + "_cv")(1, 3, 0.8), _x)
for _name in ("pbdv", "pbvv", "pbwa"):
    _enter(_name, 1.3, _POSITIVE)
    _enter(_name + "_slope", 1.3, _POSITIVE)


def _drawn(operands: tuple[Any, ...], shapes: list[tuple[int, ...]], place: int) -> tuple[Any, ...]:
    return tuple([np.random.default_rng([i, place, *shape]).uniform(*x, shape) if isinstance(x, tuple) else x
                  for i, (x, shape) in enumerate(zip(operands, shapes, strict=True))])


def _made(lines: list[tuple[tuple[Any, ...], dict[str, Any]]]) -> Callable[[], Samples]:
    def samples() -> Samples:
        found: Samples = []
        for place, (operands, params) in enumerate(lines):
            n = len(operands)
            found.append((_drawn(operands, [(2, 2)] * n, place), params))
            if place == 0:
                found.append((_drawn(operands, [()] * n, place), params))
                if n > 1:  # broadcast
                    found.append((_drawn(operands, [(2, 1), (3,), (), (2, 3), ()][:n], place), params))
        return found

    return samples


WRITTEN: dict[str, Callable[[], Samples]] = {name: _made(lines) for name, lines in _LINES.items()}

# Whose operands are complex from the first
WRITTEN["faddeeva_derivative"] = lambda: [
    ((np.array([0.4 + 0.3j, -1.2 + 0.8j, 9.0 + 2.0j, 0.5 - 0.6j]),), {"order": n}) for n in (0, 1, 2)]
WRITTEN["wofz"] = lambda: [((np.array([0.4 + 0.3j, -1.2 + 0.8j, 0.5 - 0.6j]),), {})]
for _name in ("hankel1", "hankel2", "hankel1e", "hankel2e"):
    WRITTEN[_name] = lambda: [((v, np.array([0.7, 3.1 + 0.3j, 2.0 - 0.5j])), {}) for v in (0, 1.3)]
WRITTEN["scipy_lambertw"] = lambda: [((np.array([0.4 + 0.3j, -1.2 + 0.8j, 2.0 - 0.5j]),), {"k": k, "tol": 1e-8})
                                     for k in (0, 1)]

# SciPy computes ncfdtrinc to four digits and itairy to seven, too rough for differences: tests/scipy holds the
# derivatives against ncfdtr and airy.
ELSEWHERE = ("ncfdtrinc", "integral_ai", "integral_bi", "integral_ai_negative", "integral_bi_negative")
# Ops whose first derivative has no rule of its own, as SciPy lacks the function: the second raises.
ONCE = dict.fromkeys(("mathieu_a", "mathieu_b", "smirnov", "smirnovi"), "SciPy has its first derivative only")
