"""The binomial distribution; it is differentiable in the probability p of a success."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import special as sc

__all__ = ["logpmf", "pmf"]


def logpmf(k: Any, n: Any, p: Any, loc: Any = 0) -> Any:
    """The logarithm of the probability of k successes.

    >>> from adjoint.scipy.stats import binom
    >>> round(float(binom.logpmf(2, 5, 0.3)), 6)
    -1.175385
    """
    m = np.asarray(k) - loc
    inside = np.logical_and(np.logical_and(m >= 0, m <= n), m == np.floor(m))
    m = np.where(inside, m, 0)
    ways = sc.gammaln(np.asarray(n) + 1.0) - sc.gammaln(m + 1.0) - sc.gammaln(n - m + 1.0)
    return np.where(inside, ways + sc.xlogy(m, p) + sc.xlog1py(n - m, -p), -np.inf)


def pmf(k: Any, n: Any, p: Any, loc: Any = 0) -> Any:
    """The probability of k successes.

    >>> from adjoint.scipy.stats import binom
    >>> round(float(binom.pmf(2, 5, 0.3)), 6)
    0.3087
    """
    return np.exp(logpmf(k, n, p, loc))
