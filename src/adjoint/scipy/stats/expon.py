"""The exponential distribution, from loc on, with mean loc + scale."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["cdf", "logcdf", "logpdf", "logsf", "pdf", "ppf", "sf"]


def logpdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the density at x.

    >>> from adjoint.scipy.stats import expon
    >>> round(float(expon.logpdf(0.5, 0.1, 2.0)), 6)
    -0.893147
    """
    z = (x - loc) / scale
    return np.where(z >= 0, -z - np.log(scale), -np.inf)


def pdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density at x.

    >>> from adjoint.scipy.stats import expon
    >>> round(float(expon.pdf(0.5, 0.1, 2.0)), 6)
    0.409365
    """
    return np.exp(logpdf(x, loc, scale))


def cdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of what is not above x.

    >>> from adjoint.scipy.stats import expon
    >>> round(float(expon.cdf(0.5, 0.1, 2.0)), 6)
    0.181269
    """
    return -np.expm1(-np.maximum((x - loc) / scale, 0.0))


def logcdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of cdf.

    >>> from adjoint.scipy.stats import expon
    >>> round(float(expon.logcdf(0.5, 0.1, 2.0)), 6)
    -1.707772
    """
    z = (x - loc) / scale
    above = np.where(z > 0, z, 1.0)
    near = above < 0.7  # each form keeps its digits on its side of log 2
    log = np.where(near, np.log(-np.expm1(-above)), np.log1p(-np.exp(-above)))
    return np.where(z > 0, log, -np.inf)


def sf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of what is above x.

    >>> from adjoint.scipy.stats import expon
    >>> round(float(expon.sf(0.5, 0.1, 2.0)), 6)
    0.818731
    """
    return np.exp(-np.maximum((x - loc) / scale, 0.0))


def logsf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of sf.

    >>> from adjoint.scipy.stats import expon
    >>> round(float(expon.logsf(0.5, 0.1, 2.0)), 6)
    -0.2
    """
    return -np.maximum((x - loc) / scale, 0.0)


def ppf(q: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The x whose cdf is q.

    >>> from adjoint.scipy.stats import expon
    >>> round(float(expon.ppf(0.5, 0.1, 2.0)), 6)
    1.486294
    """
    return loc - scale * np.log1p(-q)
