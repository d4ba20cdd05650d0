"""Student's t distribution."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import special as sc

__all__ = ["cdf", "logcdf", "logpdf", "pdf"]


def logpdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the density at x, for df degrees of freedom.

    >>> from adjoint.scipy.stats import t
    >>> round(float(t.logpdf(0.5, 3.0)), 6)
    -1.160974
    """
    z = (x - loc) / scale
    return (sc.gammaln(0.5 * (df + 1)) - sc.gammaln(0.5 * df) - 0.5 * np.log(math.pi * df) - np.log(scale)
            - 0.5 * (df + 1) * np.log1p(z * z / df))


def pdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density at x.

    >>> from adjoint.scipy.stats import t
    >>> round(float(t.pdf(0.5, 3.0)), 6)
    0.313181
    """
    return np.exp(logpdf(x, df, loc, scale))


def cdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of what is not above x.

    >>> from adjoint.scipy.stats import t
    >>> round(float(t.cdf(0.5, 3.0)), 6)
    0.674276
    """
    return sc.stdtr(df, (x - loc) / scale)


def logcdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of cdf.

    >>> from adjoint.scipy.stats import t
    >>> round(float(t.logcdf(0.5, 3.0)), 6)
    -0.394116
    """
    return np.log(cdf(x, df, loc, scale))
