"""The Poisson distribution; it is differentiable in its mean."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import special as sc

__all__ = ["cdf", "logpmf", "pmf"]


def logpmf(k: Any, mu: Any, loc: Any = 0) -> Any:
    """The logarithm of the probability of the count k.

    >>> from adjoint.scipy.stats import poisson
    >>> round(float(poisson.logpmf(2, 1.5)), 6)
    -1.382217
    """
    n = np.asarray(k) - loc
    inside = np.logical_and(n >= 0, n == np.floor(n))
    n = np.where(inside, n, 0)
    return np.where(inside, sc.xlogy(n, mu) - sc.gammaln(n + 1) - mu, -np.inf)


def pmf(k: Any, mu: Any, loc: Any = 0) -> Any:
    """The probability of the count k.

    >>> from adjoint.scipy.stats import poisson
    >>> round(float(poisson.pmf(2, 1.5)), 6)
    0.251021
    """
    return np.exp(logpmf(k, mu, loc))


def cdf(k: Any, mu: Any, loc: Any = 0) -> Any:
    """The probability of what is not above k.

    >>> from adjoint.scipy.stats import poisson
    >>> round(float(poisson.cdf(2, 1.5)), 6)
    0.808847
    """
    n = np.floor(np.asarray(k) - loc)
    return np.where(n >= 0, sc.gammaincc(np.maximum(n, 0) + 1, mu), 0.0)
