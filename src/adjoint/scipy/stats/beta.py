"""The beta distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import special as sc

__all__ = ["cdf", "logcdf", "logpdf", "pdf"]


def logpdf(x: Any, a: Any, b: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the density at x, for the shapes a and b.

    >>> from adjoint.scipy.stats import beta
    >>> round(float(beta.logpdf(0.5, 2.0, 3.0)), 6)
    0.405465
    """
    z = (x - loc) / scale
    inside = np.logical_and(z >= 0, z <= 1)
    z = np.where(inside, z, 0.5)
    value = sc.xlogy(a - 1, z) + sc.xlog1py(b - 1, -z) - sc.betaln(a, b) - np.log(scale)
    return np.where(inside, value, -np.inf)


def pdf(x: Any, a: Any, b: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density at x.

    >>> from adjoint.scipy.stats import beta
    >>> round(float(beta.pdf(0.5, 2.0, 3.0)), 6)
    1.5
    """
    return np.exp(logpdf(x, a, b, loc, scale))


def cdf(x: Any, a: Any, b: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of what is not above x.

    >>> from adjoint.scipy.stats import beta
    >>> round(float(beta.cdf(0.5, 2.0, 3.0)), 6)
    0.6875
    """
    return sc.betainc(a, b, np.clip((x - loc) / scale, 0.0, 1.0))


def logcdf(x: Any, a: Any, b: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of cdf.

    >>> from adjoint.scipy.stats import beta
    >>> round(float(beta.logcdf(0.5, 2.0, 3.0)), 6)
    -0.374693
    """
    return np.log(cdf(x, a, b, loc, scale))
