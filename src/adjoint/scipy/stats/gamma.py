"""The gamma distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import special as sc

__all__ = ["cdf", "logcdf", "logpdf", "pdf", "sf"]


def logpdf(x: Any, a: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the density at x, for the shape a.

    >>> from adjoint.scipy.stats import gamma
    >>> round(float(gamma.logpdf(0.5, 2.0)), 6)
    -1.193147
    """
    z = (x - loc) / scale
    inside = z >= 0
    z = np.where(inside, z, 1.0)
    return np.where(inside, sc.xlogy(a - 1, z) - z - sc.gammaln(a) - np.log(scale), -np.inf)


def pdf(x: Any, a: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density at x.

    >>> from adjoint.scipy.stats import gamma
    >>> round(float(gamma.pdf(0.5, 2.0)), 6)
    0.303265
    """
    return np.exp(logpdf(x, a, loc, scale))


def cdf(x: Any, a: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of what is not above x.

    >>> from adjoint.scipy.stats import gamma
    >>> round(float(gamma.cdf(0.5, 2.0)), 6)
    0.090204
    """
    return sc.gammainc(a, np.maximum((x - loc) / scale, 0.0))


def sf(x: Any, a: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of what is above x.

    >>> from adjoint.scipy.stats import gamma
    >>> round(float(gamma.sf(0.5, 2.0)), 6)
    0.909796
    """
    return sc.gammaincc(a, np.maximum((x - loc) / scale, 0.0))


def logcdf(x: Any, a: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of cdf.

    >>> from adjoint.scipy.stats import gamma
    >>> round(float(gamma.logcdf(0.5, 2.0)), 6)
    -2.405681
    """
    return np.log(cdf(x, a, loc, scale))
