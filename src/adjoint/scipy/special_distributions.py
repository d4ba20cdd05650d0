"""scipy.special's distribution functions: binomial, chi-square, F, gamma, Poisson, Student, noncentral, Kolmogorov.

They are incomplete gamma and beta functions, whose derivatives in the argument are densities and in the parameters
the integrals of adjoint.ops.incomplete. A count that SciPy rounds down has derivative zero; one that it truncates to
an integer has none.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special as sc
from scipy.special import _ufuncs

from ..core.kinds import elementwise
from ..ops.arithmetic import annihilate
from ..ops.incomplete import beta_density, betainc_parameters, gamma_density, gammainc_parameter
from .special_gamma import digamma_step
from .special_hypergeometric import hyp1f1
from .special_parts import speaks_for, whole_number


def gamma_in(x: Any, y: Any) -> Any:
    """The derivative of gammainc in its parameter."""
    return gammainc_parameter(x, y, order=1)


def beta_in_a(x: Any, y: Any, z: Any) -> Any:
    """The derivative of betainc in its first parameter."""
    return betainc_parameters(x, y, z, order=(1, 0))


def beta_in_b(x: Any, y: Any, z: Any) -> Any:
    """The derivative of betainc in its second parameter."""
    return betainc_parameters(x, y, z, order=(0, 1))


betaincc = elementwise(
    sc.betaincc,
    lambda x, y, z: -beta_in_a(x, y, z),
    lambda x, y, z: -beta_in_b(x, y, z),
    lambda x, y, z: -beta_density(x, y, z),
)

# Gamma (rate x, shape y), chi-square, Poisson

gdtr = elementwise(
    sc.gdtr,
    lambda x, y, z: z * gamma_density(y, x * z),
    lambda x, y, z: gamma_in(y, x * z),
    lambda x, y, z: x * gamma_density(y, x * z),
)
gdtrc = elementwise(
    sc.gdtrc,
    lambda x, y, z: -z * gamma_density(y, x * z),
    lambda x, y, z: -gamma_in(y, x * z),
    lambda x, y, z: -x * gamma_density(y, x * z),
)
chdtr = elementwise(
    sc.chdtr,
    lambda x, y: 0.5 * gamma_in(0.5 * x, 0.5 * y),
    lambda x, y: 0.5 * gamma_density(0.5 * x, 0.5 * y),
)
chdtrc = elementwise(
    sc.chdtrc,
    lambda x, y: -0.5 * gamma_in(0.5 * x, 0.5 * y),
    lambda x, y: -0.5 * gamma_density(0.5 * x, 0.5 * y),
)
pdtr = elementwise(sc.pdtr, 0, lambda x, y: -gamma_density(np.floor(x) + 1, y))
pdtrc = elementwise(sc.pdtrc, 0, lambda x, y: gamma_density(np.floor(x) + 1, y))

# Binomial (at most x of y, probability z) and negative binomial


def binomial_slope(x: Any, y: Any, z: Any) -> Any:
    """The derivative of the probability of more than x successes of y, in the probability z of each."""
    k = np.floor(x)
    inside = (k >= 0) & (k < y)
    return np.where(inside, beta_density(np.where(inside, k + 1, 1), np.where(inside, y - k, 1), z), 0)


bdtr = speaks_for(sc.bdtr, elementwise(
    whole_number(sc.bdtr, 1), 0, None, lambda x, y, z: -binomial_slope(x, y, z)))
bdtrc = speaks_for(sc.bdtrc, elementwise(
    whole_number(sc.bdtrc, 1), 0, None, lambda x, y, z: binomial_slope(x, y, z)))
nbdtr = elementwise(sc.nbdtr, None, None, lambda x, y, z: beta_density(y, x + 1, z))
nbdtrc = elementwise(sc.nbdtrc, None, None, lambda x, y, z: -beta_density(y, x + 1, z))

# F (degrees x and y, value z): betainc(x/2, y/2, w), w = x z / (y + x z)


def f_in_x(x: Any, y: Any, z: Any) -> Any:
    """The derivative of fdtr in the first degrees of freedom."""
    whole = y + x * z
    return 0.5 * beta_in_a(0.5 * x, 0.5 * y, x * z / whole) + beta_density(
        0.5 * x, 0.5 * y, x * z / whole) * (y / whole) * (z / whole)


def f_in_y(x: Any, y: Any, z: Any) -> Any:
    """The derivative of fdtr in the second degrees of freedom."""
    whole = y + x * z
    return 0.5 * beta_in_b(0.5 * x, 0.5 * y, x * z / whole) - beta_density(
        0.5 * x, 0.5 * y, x * z / whole) * (x / whole) * (z / whole)


def f_density(x: Any, y: Any, z: Any) -> Any:
    """The derivative of fdtr in its argument."""
    whole = y + x * z
    return beta_density(0.5 * x, 0.5 * y, x * z / whole) * (x / whole) * (y / whole)


fdtr = elementwise(sc.fdtr, f_in_x, f_in_y, f_density)
fdtrc = elementwise(
    sc.fdtrc,
    lambda x, y, z: -f_in_x(x, y, z),
    lambda x, y, z: -f_in_y(x, y, z),
    lambda x, y, z: -f_density(x, y, z),
)

# Student's t


def _student_density(x: Any, y: Any) -> Any:
    """The density of Student's distribution of x degrees of freedom at y."""
    v, t = np.asarray(x).astype(np.float64), np.asarray(y).astype(np.float64)
    front = np.exp(-sc.betaln(0.5 * v, 0.5)) / np.sqrt(v)
    return (front * np.exp(-0.5 * (v + 1) * np.log1p(t / v * t))).astype(np.result_type(x, y), copy=False)


def _student_in_x(x: Any, y: Any, out: Any) -> Any:
    square = np.square(y)
    log = 0.5 * digamma_step(0.5 * x, 0.5 * np.ones_like(x), order=0) - 0.5 / x - 0.5 * np.log1p(square / x) + (
        0.5 * (x + 1) * square / (x * (x + square)))
    return annihilate(out, log)


student_density = elementwise(
    _student_density,
    lambda x, y, out: _student_in_x(x, y, out),
    lambda x, y, out: -out * (x + 1) * y / (x + np.square(y)),
)


def student_in_x(x: Any, y: Any) -> Any:
    """The derivative of stdtr in the degrees of freedom."""
    tail = beta_in_a(0.5 * x, 0.5 * np.ones_like(x), x / (x + np.square(y)))
    return -0.25 * np.sign(y) * tail - 0.5 * y / x * student_density(x, y)


stdtr = elementwise(sc.stdtr, student_in_x, lambda x, y: student_density(x, y))

# Noncentral chi-square: argument x, degrees y, noncentrality z


def _noncentral_density(x: Any, y: Any, z: Any) -> Any:
    """exp(-(x + z)/2) (x/z)^(y/4 - 1/2) I_(y/2 - 1)(sqrt(xz)) / 2, and its limit at z = 0."""
    at, v, c = np.broadcast_arrays(*[np.asarray(o).astype(np.float64) for o in (x, y, z)])
    some = np.where(c > 0, c, 1)
    root = np.sqrt(at * some)
    shape = np.square(np.sqrt(at) - np.sqrt(some))
    off = 0.5 * np.exp(-0.5 * shape) * (at / some) ** (0.25 * v - 0.5) * sc.ive(0.5 * v - 1, root)
    central = 0.5 * np.exp(-0.5 * at) * (0.5 * at) ** (0.5 * v - 1) * sc.rgamma(0.5 * v)
    return np.where(c > 0, off, central).astype(np.result_type(x, y, z), copy=False)


noncentral_density = elementwise(
    _noncentral_density,
    lambda out, x, y, z: 0.5 * (noncentral_density(x, y - 2, z) - out),
    None,
    lambda out, x, y, z: 0.5 * (noncentral_density(x, y + 2, z) - out),
)
chndtr = elementwise(
    sc.chndtr,
    lambda x, y, z: noncentral_density(x, y, z),
    None,
    lambda x, y, z: -noncentral_density(x, y + 2, z),
)

# Noncentral F: degrees x and y, noncentrality z, argument w; with a = x/2, b = y/2, u = x w / (y + x w), the density in
# u is exp(z/2 (u - 1)) u^(a-1) (1-u)^(b-1) 1F1(-b; a; -z u/2) / B(a, b)


def noncentral_f_density(x: Any, y: Any, z: Any, w: Any) -> Any:
    """The derivative of ncfdtr in its argument."""
    a, b, whole = 0.5 * x, 0.5 * y, y + x * w
    u = x * w / whole
    density = beta_density(a, b, u) * np.exp(0.5 * z * (u - 1)) * hyp1f1(-b, a, -0.5 * z * u)
    return density * (x / whole) * (y / whole)


def noncentral_f_in_z(x: Any, y: Any, z: Any, w: Any) -> Any:
    """The derivative of ncfdtr in the noncentrality."""
    a, b, whole = 0.5 * x, 0.5 * y, y + x * w
    u = x * w / whole
    density = beta_density(a, b, u) * u * (1 - u) / a  # u^a (1-u)^b Gamma(a+b) / (Gamma(a+1) Gamma(b))
    return -0.5 * density * np.exp(0.5 * z * (u - 1)) * hyp1f1(1 - b, a + 1, -0.5 * z * u)


ncfdtr = elementwise(sc.ncfdtr, None, None, noncentral_f_in_z, noncentral_f_density)

# Noncentral t: degrees x, noncentrality y, argument z. With c = y z / sqrt(x + z^2) and the integrals
# K_p(c) = int_0^inf s^p exp(-(s - c)^2 / 2) ds, density and derivative in y have one form


def _half_moment(x: Any, y: Any) -> Any:
    """K_x(y) / Gamma(x + 1), by the trapezoidal rule in log s, whose integrand falls double exponentially."""
    p, c = np.broadcast_arrays(*[np.asarray(o).astype(np.float64) for o in (x, y)])
    peak = 0.5 * (c + np.sqrt(np.square(c) + 4 * (p + 1)))
    width = 1 / np.sqrt(p + 1 + np.square(peak))
    total = np.zeros_like(p)
    for i in range(-140, 141):
        r = math.sinh(0.045 * i) * width * 0.9  # log(s / peak), from fine to coarse
        s = peak * np.exp(r)
        weight = 0.045 * math.cosh(0.045 * i) * width * 0.9
        with np.errstate(all="ignore"):
            exponent = (p + 1) * np.log(s) - 0.5 * np.square(s - c) - sc.gammaln(p + 1)
            total = total + np.where(np.isfinite(exponent), weight * np.exp(exponent), 0)
    return total.astype(np.result_type(x, y), copy=False)


def _half_moment_slope(x: Any, y: Any) -> Any:
    """The moment of order x - 1, where that exists; else by the moment above, which cancels for y far below 0."""
    below = x > 0.5
    up, order = np.where(below, 1, x), np.where(below, x - 1, 1)
    return np.where(below, half_moment(order, y), (up + 1) * half_moment(up + 1, y) - y * half_moment(up, y))


half_moment = elementwise(_half_moment, None, _half_moment_slope)


def _noncentral_t_front(x: Any, y: Any, z: Any, power: int) -> Any:
    """E[V^power exp(-(zV - y)^2 / 2)] / sqrt(2 pi), where V^2 x is chi-square of x degrees of freedom."""
    p = x - 1 + power
    whole = x + np.square(z)
    c = y * z / np.sqrt(whole)
    log = (0.5 * x * np.log(x) - 0.5 * (p + 1) * np.log(whole) - 0.5 * np.square(y) * (x / whole)
           - (0.5 * x - 1) * math.log(2) + sc.gammaln(p + 1) - sc.gammaln(0.5 * x) - 0.5 * math.log(2 * math.pi))
    return np.exp(log) * half_moment(p, c)


nctdtr = elementwise(
    sc.nctdtr,
    None,
    lambda x, y, z: -_noncentral_t_front(x, y, z, 0),
    lambda x, y, z: _noncentral_t_front(x, y, z, 1),
)

# Tukey's lambda: x = boxcox(F, y) - boxcox(1 - F, y)


def _tukey_slope(out: Any, y: Any) -> Any:
    return 1 / (np.power(out, y - 1) + np.power(1 - out, y - 1))


def _tukey_in_y(out: Any, y: Any) -> Any:
    from .special_elementary import in_lambda

    inside = (out > 0) & (out < 1)
    f = np.where(inside, out, 0.5)
    moved = in_lambda(np.log(f), y) - in_lambda(np.log1p(-f), y)
    return np.where(inside, -moved * _tukey_slope(f, y), 0)


def _tukey_in_x(out: Any, y: Any) -> Any:
    inside = (out > 0) & (out < 1)
    return np.where(inside, _tukey_slope(np.where(inside, out, 0.5), y), 0)


tklmbda = elementwise(sc.tklmbda, _tukey_in_x, _tukey_in_y)

# Kolmogorov's limit K(x) = 2 sum -(-1)^k exp(-2 k^2 x^2) = 1 - sqrt(2 pi)/x sum exp(-(2k-1)^2 pi^2 / 8x^2)


def _kolmogorov_derivative(x: Any, order: int) -> Any:
    """The `order`-th derivative: term by term, of the second sum below 1."""
    at = np.asarray(x).astype(np.float64)
    low, high = np.where((at > 0) & (at < 1), at, 0.5), np.where(at < 1, 1.0, at)
    large = np.zeros_like(at)
    for k in range(1, 12):
        root = math.sqrt(2) * k
        term = sc.eval_hermite(order, root * high) * np.exp(-np.square(root * high)) * (-root) ** order
        large = large - 2 * (-1) ** k * term
    small = np.zeros_like(at)
    for k in range(1, 8):
        c = (2 * k - 1) ** 2 * math.pi**2 / 8
        powers = {1: 1.0}  # x^-m exp(-c / x^2): the coefficients by m
        for _ in range(order):
            grown: dict[int, float] = {}
            for m, a in powers.items():
                grown[m + 1] = grown.get(m + 1, 0) - m * a
                grown[m + 3] = grown.get(m + 3, 0) + 2 * c * a
            powers = grown
        factor = np.exp(-c / np.square(low))
        small = small - math.sqrt(2 * math.pi) * sum(a * low ** (-m) for m, a in powers.items()) * factor
    out = np.where(at < 1, np.where(at > 0, small, 0), large)
    return np.where(np.isnan(at), math.nan, out).astype(np.asarray(x).dtype, copy=False)


kolmogorov_derivative = elementwise(
    _kolmogorov_derivative, lambda x, *, order: kolmogorov_derivative(x, order=order + 1))
kolmogorov = elementwise(sc.kolmogorov, lambda x: kolmogorov_derivative(x, order=1))
kolmogi = elementwise(sc.kolmogi, lambda out: 1 / kolmogorov_derivative(out, order=1))

# Smirnov's distribution of x samples at y; SciPy has the first derivative only


def _smirnov_density(x: Any, y: Any) -> Any:
    return _ufuncs._smirnovp(x, y)


smirnov_density = elementwise(_smirnov_density, None, None)
smirnov = elementwise(sc.smirnov, None, lambda x, y: smirnov_density(x, y))
smirnovi = elementwise(sc.smirnovi, None, lambda out, x: 1 / smirnov_density(x, out))
