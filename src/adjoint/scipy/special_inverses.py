"""scipy.special's inverses of distribution functions, in whichever operand is solved for.

If F(a, x) = p, then dx = (dp - F_a da) / F_x: each partial is a quotient of two partials of the distribution function.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special as sc

from ..core.kinds import elementwise
from ..ops.incomplete import beta_density, gamma_density
from ..ops.special import ndtri
from .special_distributions import (
    beta_in_a,
    beta_in_b,
    f_density,
    f_in_x,
    f_in_y,
    gamma_in,
    nctdtr,
    noncentral_density,
    noncentral_f_density,
    noncentral_f_in_z,
    student_density,
    student_in_x,
)
from .special_parts import speaks_for, whole_number

# Incomplete gamma and beta

gammaincinv = elementwise(
    sc.gammaincinv, lambda out, x: -gamma_in(x, out) / gamma_density(x, out), lambda out, x: 1 / gamma_density(x, out))
gammainccinv = elementwise(
    sc.gammainccinv,
    lambda out, x: -gamma_in(x, out) / gamma_density(x, out),
    lambda out, x: -1 / gamma_density(x, out),
)
betaincinv = elementwise(
    sc.betaincinv,
    lambda out, x, y: -beta_in_a(x, y, out) / beta_density(x, y, out),
    lambda out, x, y: -beta_in_b(x, y, out) / beta_density(x, y, out),
    lambda out, x, y: 1 / beta_density(x, y, out),
)
betainccinv = elementwise(
    sc.betainccinv,
    lambda out, x, y: -beta_in_a(x, y, out) / beta_density(x, y, out),
    lambda out, x, y: -beta_in_b(x, y, out) / beta_density(x, y, out),
    lambda out, x, y: -1 / beta_density(x, y, out),
)
btdtria = elementwise(  # (p, b, x) -> a
    sc.btdtria,
    lambda out, y, z: 1 / beta_in_a(out, y, z),
    lambda out, y, z: -beta_in_b(out, y, z) / beta_in_a(out, y, z),
    lambda out, y, z: -beta_density(out, y, z) / beta_in_a(out, y, z),
)
btdtrib = elementwise(  # (a, p, x) -> b
    sc.btdtrib,
    lambda out, x, z: -beta_in_a(x, out, z) / beta_in_b(x, out, z),
    lambda out, x, z: 1 / beta_in_b(x, out, z),
    lambda out, x, z: -beta_density(x, out, z) / beta_in_b(x, out, z),
)

# Gamma, chi-square, Poisson

gdtria = elementwise(  # (p, b, x) -> a
    sc.gdtria,
    lambda out, y, z: 1 / (z * gamma_density(y, out * z)),
    lambda out, y, z: -gamma_in(y, out * z) / (z * gamma_density(y, out * z)),
    lambda out, z: -out / z,
)
gdtrib = elementwise(  # (a, p, x) -> b
    sc.gdtrib,
    lambda out, x, z: -z * gamma_density(out, x * z) / gamma_in(out, x * z),
    lambda out, x, z: 1 / gamma_in(out, x * z),
    lambda out, x, z: -x * gamma_density(out, x * z) / gamma_in(out, x * z),
)
gdtrix = elementwise(  # (a, b, p) -> x
    sc.gdtrix,
    lambda out, x: -out / x,
    lambda out, x, y: -gamma_in(y, x * out) / (x * gamma_density(y, x * out)),
    lambda out, x, y: 1 / (x * gamma_density(y, x * out)),
)
chdtri = elementwise(
    sc.chdtri,
    lambda out, x: -gamma_in(0.5 * x, 0.5 * out) / gamma_density(0.5 * x, 0.5 * out),
    lambda out, x: -2 / gamma_density(0.5 * x, 0.5 * out),
)
chdtriv = elementwise(  # (p, x) -> degrees of freedom
    sc.chdtriv,
    lambda out, y: 2 / gamma_in(0.5 * out, 0.5 * y),
    lambda out, y: -gamma_density(0.5 * out, 0.5 * y) / gamma_in(0.5 * out, 0.5 * y),
)
pdtri = elementwise(sc.pdtri, None, lambda out, x: -1 / gamma_density(x + 1, out))
pdtrik = elementwise(  # (p, mean) -> count
    sc.pdtrik,
    lambda out, y: -1 / gamma_in(out + 1, y),
    lambda out, y: -gamma_density(out + 1, y) / gamma_in(out + 1, y),
)

# Binomial: betainc(n - k, k + 1, 1 - p); negative binomial: betainc(n, k + 1, p)

bdtri = speaks_for(sc.bdtri, elementwise(
    whole_number(sc.bdtri, 1), None, None,
    lambda out, x, y: -1 / beta_density(np.floor(x) + 1, y - np.floor(x), out)))


def _count_slope(k: Any, n: Any, p: Any) -> Any:
    return beta_in_b(n - k, k + 1, 1 - p) - beta_in_a(n - k, k + 1, 1 - p)


bdtrik = elementwise(  # (y, n, p) -> k
    sc.bdtrik,
    lambda out, y, z: 1 / _count_slope(out, y, z),
    lambda out, y, z: -beta_in_a(y - out, out + 1, 1 - z) / _count_slope(out, y, z),
    lambda out, y, z: beta_density(y - out, out + 1, 1 - z) / _count_slope(out, y, z),
)
bdtrin = elementwise(  # (k, y, p) -> n
    sc.bdtrin,
    lambda out, x, z: -_count_slope(x, out, z) / beta_in_a(out - x, x + 1, 1 - z),
    lambda out, x, z: 1 / beta_in_a(out - x, x + 1, 1 - z),
    lambda out, x, z: beta_density(out - x, x + 1, 1 - z) / beta_in_a(out - x, x + 1, 1 - z),
)
nbdtri = elementwise(sc.nbdtri, None, None, lambda out, x, y: 1 / beta_density(y, x + 1, out))
nbdtrik = elementwise(  # (y, n, p) -> k
    sc.nbdtrik,
    lambda out, y, z: 1 / beta_in_b(y, out + 1, z),
    lambda out, y, z: -beta_in_a(y, out + 1, z) / beta_in_b(y, out + 1, z),
    lambda out, y, z: -beta_density(y, out + 1, z) / beta_in_b(y, out + 1, z),
)
nbdtrin = elementwise(  # (k, y, p) -> n
    sc.nbdtrin,
    lambda out, x, z: -beta_in_b(out, x + 1, z) / beta_in_a(out, x + 1, z),
    lambda out, x, z: 1 / beta_in_a(out, x + 1, z),
    lambda out, x, z: -beta_density(out, x + 1, z) / beta_in_a(out, x + 1, z),
)

# F, Student, normal

fdtri = elementwise(
    sc.fdtri,
    lambda out, x, y: -f_in_x(x, y, out) / f_density(x, y, out),
    lambda out, x, y: -f_in_y(x, y, out) / f_density(x, y, out),
    lambda out, x, y: 1 / f_density(x, y, out),
)
fdtridfd = elementwise(  # (dfn, p, x) -> dfd
    sc.fdtridfd,
    lambda out, x, z: -f_in_x(x, out, z) / f_in_y(x, out, z),
    lambda out, x, z: 1 / f_in_y(x, out, z),
    lambda out, x, z: -f_density(x, out, z) / f_in_y(x, out, z),
)
stdtrit = elementwise(
    sc.stdtrit, lambda out, x: -student_in_x(x, out) / student_density(x, out),
    lambda out, x: 1 / student_density(x, out))
stdtridf = elementwise(  # (p, t) -> df
    sc.stdtridf,
    lambda out, y: 1 / student_in_x(out, y),
    lambda out, y: -student_density(out, y) / student_in_x(out, y),
)


def _normal_gap(p: Any) -> Any:
    """The derivative of ndtri."""
    return math.sqrt(2 * math.pi) * np.exp(0.5 * np.square(ndtri(p)))


nrdtrimn = elementwise(  # (p, std, x) -> mean
    sc.nrdtrimn, lambda x, y: -y * _normal_gap(x), lambda x: -ndtri(x), 1)
nrdtrisd = elementwise(  # (mean, p, x) -> std
    sc.nrdtrisd, lambda y: -1 / ndtri(y), lambda out, y: -out / ndtri(y) * _normal_gap(y), lambda y: 1 / ndtri(y))

# Noncentral

chndtrix = elementwise(  # (p, df, nc) -> x
    sc.chndtrix,
    lambda out, y, z: 1 / noncentral_density(out, y, z),
    None,
    lambda out, y, z: noncentral_density(out, y + 2, z) / noncentral_density(out, y, z),
)
chndtrinc = elementwise(  # (x, df, p) -> nc
    sc.chndtrinc,
    lambda out, x, y: noncentral_density(x, y, out) / noncentral_density(x, y + 2, out),
    None,
    lambda out, x, y: -1 / noncentral_density(x, y + 2, out),
)
ncfdtri = elementwise(  # (dfn, dfd, nc, p) -> f
    sc.ncfdtri,
    None,
    None,
    lambda out, x, y, z: -noncentral_f_in_z(x, y, z, out) / noncentral_f_density(x, y, z, out),
    lambda out, x, y, z: 1 / noncentral_f_density(x, y, z, out),
)
ncfdtrinc = elementwise(  # (dfn, dfd, p, f) -> nc
    sc.ncfdtrinc,
    None,
    None,
    lambda out, x, y, w: 1 / noncentral_f_in_z(x, y, out, w),
    lambda out, x, y, w: -noncentral_f_density(x, y, out, w) / noncentral_f_in_z(x, y, out, w),
)


def _nct(index: int, x: Any, y: Any, z: Any) -> Any:
    return nctdtr.op.partials[index](x, y, z)  # type: ignore[attr-defined]


nctdtrit = elementwise(  # (df, nc, p) -> t
    sc.nctdtrit,
    None,
    lambda out, x, y: -_nct(1, x, y, out) / _nct(2, x, y, out),
    lambda out, x, y: 1 / _nct(2, x, y, out),
)
nctdtrinc = elementwise(  # (df, p, t) -> nc
    sc.nctdtrinc,
    None,
    lambda out, x, z: 1 / _nct(1, x, out, z),
    lambda out, x, z: -_nct(2, x, out, z) / _nct(1, x, out, z),
)
