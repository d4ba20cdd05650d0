"""Derivatives of special functions against mpmath, there too where the textbook's formula cancels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.special as sc

import adjoint as ad
import adjoint.scipy.special
from adjoint import errors

mp = pytest.importorskip("mpmath")


def derivative(f: Callable[[Any], Any], at: float, order: int) -> float:
    for _ in range(order):
        f = ad.grad(f)
    return float(f(at))


# name, ours, mpmath's function or its first derivative's closed form, point, relative error allowed, and orders
CASES: list[tuple[str, Callable[[Any], Any], Callable[[Any], Any], float, float]] = [
    ("ellipk near 0", lambda m: sc.ellipk(m), lambda m: mp.ellipk(m), 1e-9, 1e-12),
    ("ellipe near 0", lambda m: sc.ellipe(m), lambda m: mp.ellipe(m), 1e-9, 1e-12),
    ("ellipkinc", lambda m: sc.ellipkinc(2.5, m), lambda m: mp.ellipf(2.5, m), 0.3, 1e-12),
    ("agm, one small", lambda x: sc.agm(x, 1.0), lambda x: mp.agm(x, 1), 1e-8, 1e-11),
    ("binom at a pole of its denominator", lambda n: sc.binom(n, 2.5), lambda n: mp.binomial(n, 2.5), 0.5, 1e-12),
    ("binom near one", lambda n: sc.binom(n, 2.5), lambda n: mp.binomial(n, 2.5), -0.5 + 1e-7, 1e-12),
    ("elliprd", lambda x: sc.elliprd(x, 1.0, 1.0), lambda x: mp.elliprd(x, 1, 1), 1.0, 1e-11),
    ("elliprj", lambda x: sc.elliprj(0.3, 0.5, 2.0, x), lambda x: mp.elliprj(0.3, 0.5, 2, x), 0.01, 1e-10),
    ("sn in m near 0", lambda m: sc.ellipj(0.7, m)[0], lambda m: mp.ellipfun("sn", 0.7, m=m), 1e-6, 1e-10),
    ("dn in m", lambda m: sc.ellipj(0.7, m)[2], lambda m: mp.ellipfun("dn", 0.7, m=m), 0.6, 1e-11),
    ("dawsn far", lambda x: sc.dawsn(x), lambda x: mp.sqrt(mp.pi) / 2 * mp.exp(-x * x) * mp.erfi(x), 30.0, 1e-12),
    ("dawsn near 7", lambda x: sc.dawsn(x), lambda x: mp.sqrt(mp.pi) / 2 * mp.exp(-x * x) * mp.erfi(x), 6.9, 1e-10),
    ("spence near 1", lambda x: sc.spence(x), lambda x: mp.polylog(2, 1 - x), 1 + 1e-8, 1e-12),
    ("spence", lambda x: sc.spence(x), lambda x: mp.polylog(2, 1 - x), 1.7, 1e-12),
    ("shi near 0", lambda x: sc.shichi(x)[0], lambda x: mp.shi(x), 1e-4, 1e-12),
    ("sici", lambda x: sc.sici(x)[1], lambda x: mp.ci(x), 3.0, 1e-12),
    ("expn", lambda x: sc.expn(1, x), lambda x: mp.expint(1, x), 2.0, 1e-12),
    ("exprel near 0", lambda x: sc.exprel(x), lambda x: mp.expm1(x) / x, 1e-6, 1e-12),
    ("exprel below", lambda x: sc.exprel(x), lambda x: mp.expm1(x) / x, -30.0, 1e-12),
    ("boxcox at small lambda", lambda y: sc.boxcox(3.0, y), lambda y: (mp.mpf(3) ** y - 1) / y, 1e-8, 1e-12),
    ("inv_boxcox", lambda y: sc.inv_boxcox(0.5, y), lambda y: (1 + y / 2) ** (1 / y), 1e-3, 1e-10),
    ("kl_div near equal", lambda x: sc.kl_div(x, 1.0), lambda x: x * mp.log(x) - x + 1, 1 + 1e-9, 1e-12),
    ("pseudo_huber", lambda d: sc.pseudo_huber(d, 1e-3),
     lambda d: d * d * (mp.sqrt(1 + (mp.mpf("1e-3") / d) ** 2) - 1), 2.0, 1e-9),
    ("rgamma at a pole", lambda x: sc.rgamma(x), lambda x: mp.rgamma(x), -3.0, 1e-12),
    ("binom at a pole", lambda k: sc.binom(3.0, k), lambda k: mp.binomial(3, k), 5.0, 1e-12),
    ("beta, one large", lambda x: sc.beta(x, 0.5), lambda x: mp.beta(x, 0.5), 1e6, 1e-10),
    ("betaln, one large", lambda x: sc.betaln(x, 2.5), lambda x: mp.log(mp.beta(x, 2.5)), 1e8, 1e-12),
    ("airy far out", lambda x: sc.airy(x)[0] + x, lambda x: x, 1e12, 1e-12),
    ("poch", lambda x: sc.poch(x, 0.5), lambda x: mp.rf(x, 0.5), 1e6, 1e-9),
    ("zeta", lambda x: ad.scipy.special.zeta(x), lambda x: mp.zeta(x), 3.3, 1e-12),
    ("zeta near its pole", lambda x: ad.scipy.special.zeta(x), lambda x: mp.zeta(x), 1.01, 1e-12),
    ("zeta below 0", lambda x: ad.scipy.special.zeta(x), lambda x: mp.zeta(x), -2.5, 1e-11),
    ("zeta inside", lambda x: ad.scipy.special.zeta(x), lambda x: mp.zeta(x), 0.3, 1e-11),
    ("ive far", lambda x: sc.ive(1.5, x), lambda x: mp.exp(-x) * mp.besseli(1.5, x), 300.0, 1e-11),
    ("kve far", lambda x: sc.kve(1.5, x), lambda x: mp.exp(x) * mp.besselk(1.5, x), 300.0, 1e-11),
    ("struve", lambda x: sc.struve(0.5, x), lambda x: mp.struveh(0.5, x), 3.0, 1e-11),
    ("kolmogorov", lambda x: sc.kolmogorov(x),
     lambda x: 2 * mp.nsum(lambda k: -(-1) ** int(k) * mp.exp(-2 * k * k * x * x), [1, mp.inf]), 0.8, 1e-10),
    ("agm", lambda x: sc.agm(x, 1.0), lambda x: mp.agm(x, 1), 1.0, 1e-11),
    ("owens_t", lambda h: sc.owens_t(h, 0.7),
     lambda h: mp.quad(lambda x: mp.exp(-h * h * (1 + x * x) / 2) / (1 + x * x), [0, 0.7]) / (2 * mp.pi), 1.2, 1e-12),
    ("hyp2f1", lambda x: sc.hyp2f1(0.5, 1.5, 2.5, x), lambda x: mp.hyp2f1(0.5, 1.5, 2.5, x), 0.6, 1e-11),
    ("lpmv", lambda x: sc.lpmv(1, 3, x), lambda x: mp.legenp(3, 1, x), 0.999, 1e-9),
    ("voigt far", lambda x: sc.voigt_profile(x, 1.0, 0.5), lambda x: mp.re(mp.exp(-((x + 0.5j) / mp.sqrt(2)) ** 2)
     * mp.erfc(-1j * (x + 0.5j) / mp.sqrt(2))) / mp.sqrt(2 * mp.pi), 20.0, 1e-10),
    ("stdtr", lambda y: sc.stdtr(4.0, y),
     lambda y: 1 - mp.betainc(2, 0.5, 0, 4 / (4 + y * y), regularized=True) / 2, 1.3, 1e-12),
    ("stdtr in df", lambda v: sc.stdtr(v, 1.3),
     lambda v: 1 - mp.betainc(v / 2, 0.5, 0, v / (v + mp.mpf("1.69")), regularized=True) / 2, 4.0, 1e-10),
    ("chndtr's tail", lambda x: sc.chndtr(x, 3.0, 2.0), lambda x: mp.quad(lambda t: mp.exp(-(t + 2) / 2) * (
        t / 2) ** mp.mpf("0.25") * mp.besseli(0.5, mp.sqrt(2 * t)) / 2, [0, 1, x]), 2.0, 1e-10),
]


@pytest.mark.parametrize(("ours", "exact", "at", "tolerance"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
@pytest.mark.parametrize("order", [1, 2])
def test_derivatives_agree_with_mpmath(ours: Any, exact: Any, at: float, tolerance: float, order: int) -> None:
    with mp.workdps(50):
        expected = float(mp.diff(exact, mp.mpf(at), order, h=mp.mpf(10) ** -15))
    assert derivative(ours, at, order) == pytest.approx(expected, rel=tolerance * 100 ** (order - 1))


@pytest.mark.parametrize(("ours", "exact", "at"), [
    (sc.ellipkm1, lambda m: mp.ellipk(1 - m), 1e-60), (sc.ellipkm1, lambda m: mp.ellipk(1 - m), 1e-12),
    (sc.ellipk, mp.ellipk, 1 - 1e-12), (sc.ellipe, mp.ellipe, 1 - 1e-12)])
def test_complete_elliptic_integrals_have_accurate_derivatives_next_to_their_singularity(
        ours: Any, exact: Any, at: float) -> None:
    with mp.workdps(400):
        step = mp.mpf(min(at, 1 - at)) / 10**30
        wanted = [float(mp.diff(exact, mp.mpf(at), k, h=step)) for k in (1, 2, 3)]
    np.testing.assert_allclose([derivative(ours, at, k) for k in (1, 2, 3)], wanted, rtol=1e-11)


@pytest.mark.parametrize("at", [0.7 + 0.4j, -3.3 + 1.2j, 30.0 - 8.0j])
@pytest.mark.parametrize("name", ["loggamma", "gamma", "wofz", "expi", "lambertw"])
def test_holomorphic_functions_are_differentiated_twice(name: str, at: complex) -> None:
    exact = {"loggamma": mp.loggamma, "gamma": mp.gamma, "expi": mp.ei, "lambertw": mp.lambertw,
             "wofz": lambda z: mp.exp(-z * z) * mp.erfc(-1j * z)}[name]
    f = getattr(ad.scipy.special, name)
    with mp.workdps(30):
        first, second = [complex(mp.diff(exact, mp.mpc(at), k)) for k in (1, 2)]
    slope = ad.grad(f, holomorphic=True)
    assert abs(slope(at) - first) <= 1e-11 * abs(first)
    assert abs(ad.grad(slope, holomorphic=True)(at) - second) <= 1e-9 * abs(second)


def test_a_complex_argument_is_never_taken_for_its_real_part() -> None:
    with pytest.raises(errors.AdjointError, match="complex"):
        ad.grad(ad.grad(sc.erfcx, holomorphic=True), holomorphic=True)(0.3 + 0.2j)


def test_nct_derivatives_agree_with_quadrature() -> None:
    from scipy.integrate import quad

    df, nc, t = 4.0, 0.8, 1.5

    def chi(v: float) -> float:
        return 2 * (df / 2) ** (df / 2) * v ** (df - 1) * np.exp(-df * v * v / 2) / sc.gamma(df / 2)

    normal = [quad(lambda v, p=p: v ** p * chi(v) * np.exp(-(t * v - nc) ** 2 / 2) / np.sqrt(2 * np.pi), 0, 9)[0]
              for p in (0, 1)]
    assert ad.grad(lambda x: sc.nctdtr(df, nc, x))(t) == pytest.approx(normal[1], rel=1e-9)
    assert ad.grad(lambda x: sc.nctdtr(df, x, t))(nc) == pytest.approx(-normal[0], rel=1e-9)
