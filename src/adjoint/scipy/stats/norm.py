"""The normal distribution."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import special as sc

__all__ = ["cdf", "isf", "logcdf", "logpdf", "logsf", "pdf", "ppf", "sf"]

_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def logpdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the density at x.

    >>> from adjoint.scipy.stats import norm
    >>> round(float(norm.logpdf(0.5, 0.0, 2.0)), 6)
    -1.643336
    """
    z = (x - loc) / scale
    return -0.5 * z * z - np.log(scale) - _HALF_LOG_2PI


def pdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density at x.

    >>> from adjoint.scipy.stats import norm
    >>> round(float(norm.pdf(0.5, 0.0, 2.0)), 6)
    0.193334
    """
    return np.exp(logpdf(x, loc, scale))


def cdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of what is not above x.

    >>> from adjoint.scipy.stats import norm
    >>> round(float(norm.cdf(0.5, 0.0, 2.0)), 6)
    0.598706
    """
    return sc.ndtr((x - loc) / scale)


def logcdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of cdf, exact far below the mean too.

    >>> from adjoint.scipy.stats import norm
    >>> round(float(norm.logcdf(0.5, 0.0, 2.0)), 6)
    -0.512984
    """
    return sc.log_ndtr((x - loc) / scale)


def sf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of what is above x.

    >>> from adjoint.scipy.stats import norm
    >>> round(float(norm.sf(0.5, 0.0, 2.0)), 6)
    0.401294
    """
    return sc.ndtr((loc - x) / scale)


def logsf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of sf.

    >>> from adjoint.scipy.stats import norm
    >>> round(float(norm.logsf(0.5, 0.0, 2.0)), 6)
    -0.913062
    """
    return sc.log_ndtr((loc - x) / scale)


def ppf(q: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The x whose cdf is q.

    >>> from adjoint.scipy.stats import norm
    >>> round(float(norm.ppf(0.5, 0.0, 2.0)), 6)
    0.0
    """
    return loc + scale * sc.ndtri(q)


def isf(q: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The x whose sf is q.

    >>> from adjoint.scipy.stats import norm
    >>> round(float(norm.isf(0.25, 0.0, 2.0)), 6)
    1.34898
    """
    return loc - scale * sc.ndtri(q)
