"""The uniform distribution on the interval from loc to loc + scale."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["cdf", "logpdf", "pdf", "ppf"]


def logpdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the density at x.

    >>> from adjoint.scipy.stats import uniform
    >>> round(float(uniform.logpdf(0.5, 0.25, 2.0)), 6)
    -0.693147
    """
    z = (x - loc) / scale
    return np.where(np.logical_and(z >= 0, z <= 1), -np.log(scale), -np.inf)


def pdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density at x.

    >>> from adjoint.scipy.stats import uniform
    >>> round(float(uniform.pdf(0.5, 0.25, 2.0)), 6)
    0.5
    """
    return np.exp(logpdf(x, loc, scale))


def cdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of what is not above x.

    >>> from adjoint.scipy.stats import uniform
    >>> round(float(uniform.cdf(0.5, 0.25, 2.0)), 6)
    0.125
    """
    return np.clip((x - loc) / scale, 0.0, 1.0)


def ppf(q: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The x whose cdf is q.

    >>> from adjoint.scipy.stats import uniform
    >>> round(float(uniform.ppf(0.5, 0.25, 2.0)), 6)
    1.25
    """
    return loc + scale * q
