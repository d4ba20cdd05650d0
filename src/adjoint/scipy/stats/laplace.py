"""The Laplace distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["cdf", "logpdf", "pdf"]


def logpdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the density at x.

    >>> from adjoint.scipy.stats import laplace
    >>> round(float(laplace.logpdf(0.5, 0.1, 2.0)), 6)
    -1.586294
    """
    return -np.abs((x - loc) / scale) - np.log(2 * scale)


def pdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density at x.

    >>> from adjoint.scipy.stats import laplace
    >>> round(float(laplace.pdf(0.5, 0.1, 2.0)), 6)
    0.204683
    """
    return np.exp(logpdf(x, loc, scale))


def cdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of what is not above x.

    >>> from adjoint.scipy.stats import laplace
    >>> round(float(laplace.cdf(0.5, 0.1, 2.0)), 6)
    0.590635
    """
    z = (x - loc) / scale
    tail = 0.5 * np.exp(-np.abs(z))
    return np.where(z < 0, tail, 1 - tail)
