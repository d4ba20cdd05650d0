"""The Cauchy distribution."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = ["cdf", "isf", "logcdf", "logpdf", "logsf", "pdf", "ppf", "sf"]


def logpdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the density at x.

    >>> from adjoint.scipy.stats import cauchy
    >>> round(float(cauchy.logpdf(0.5, 0.1, 2.0)), 6)
    -1.877098
    """
    z = (x - loc) / scale
    return -np.log1p(z * z) - np.log(math.pi * scale)


def pdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density at x.

    >>> from adjoint.scipy.stats import cauchy
    >>> round(float(cauchy.pdf(0.5, 0.1, 2.0)), 6)
    0.153034
    """
    return np.exp(logpdf(x, loc, scale))


def cdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of what is not above x.

    >>> from adjoint.scipy.stats import cauchy
    >>> round(float(cauchy.cdf(0.5, 0.1, 2.0)), 6)
    0.562833
    """
    return np.arctan2(1.0, (loc - x) / scale) / math.pi


def logcdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of cdf.

    >>> from adjoint.scipy.stats import cauchy
    >>> round(float(cauchy.logcdf(0.5, 0.1, 2.0)), 6)
    -0.574772
    """
    below, above = cdf(x, loc, scale), sf(x, loc, scale)
    return np.where(below < 0.5, np.log(below), np.log1p(-above))  # of the smaller one all digits are there


def sf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of what is above x.

    >>> from adjoint.scipy.stats import cauchy
    >>> round(float(cauchy.sf(0.5, 0.1, 2.0)), 6)
    0.437167
    """
    return np.arctan2(1.0, (x - loc) / scale) / math.pi


def logsf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of sf.

    >>> from adjoint.scipy.stats import cauchy
    >>> round(float(cauchy.logsf(0.5, 0.1, 2.0)), 6)
    -0.82744
    """
    below, above = cdf(x, loc, scale), sf(x, loc, scale)
    return np.where(above < 0.5, np.log(above), np.log1p(-below))


def ppf(q: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The x whose cdf is q.

    >>> from adjoint.scipy.stats import cauchy
    >>> round(float(cauchy.ppf(0.5, 0.1, 2.0)), 6)
    0.1
    """
    return loc - scale / np.tan(math.pi * q)


def isf(q: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The x whose sf is q.

    >>> from adjoint.scipy.stats import cauchy
    >>> round(float(cauchy.isf(0.5, 0.1, 2.0)), 6)
    0.1
    """
    return loc + scale / np.tan(math.pi * q)
