"""The logistic distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import special as sc

__all__ = ["cdf", "isf", "logpdf", "pdf", "ppf", "sf"]


def logpdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the density at x.

    >>> from adjoint.scipy.stats import logistic
    >>> round(float(logistic.logpdf(0.5, 0.1, 2.0)), 6)
    -2.089425
    """
    z = (x - loc) / scale
    return -np.logaddexp(0.0, z) - np.logaddexp(0.0, -z) - np.log(scale)


def pdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density at x.

    >>> from adjoint.scipy.stats import logistic
    >>> round(float(logistic.pdf(0.5, 0.1, 2.0)), 6)
    0.123758
    """
    return np.exp(logpdf(x, loc, scale))


def cdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of what is not above x.

    >>> from adjoint.scipy.stats import logistic
    >>> round(float(logistic.cdf(0.5, 0.1, 2.0)), 6)
    0.549834
    """
    return sc.expit((x - loc) / scale)


def sf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of what is above x.

    >>> from adjoint.scipy.stats import logistic
    >>> round(float(logistic.sf(0.5, 0.1, 2.0)), 6)
    0.450166
    """
    return sc.expit((loc - x) / scale)


def ppf(q: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The x whose cdf is q.

    >>> from adjoint.scipy.stats import logistic
    >>> round(float(logistic.ppf(0.5, 0.1, 2.0)), 6)
    0.1
    """
    return loc + scale * sc.logit(q)


def isf(q: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The x whose sf is q.

    >>> from adjoint.scipy.stats import logistic
    >>> round(float(logistic.isf(0.5, 0.1, 2.0)), 6)
    0.1
    """
    return loc - scale * sc.logit(q)
