"""The Bernoulli distribution of one trial; it is differentiable in the probability p of a success."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import special as sc

__all__ = ["logpmf", "pmf"]


def logpmf(k: Any, p: Any, loc: Any = 0) -> Any:
    """The logarithm of the probability of k, 0 or 1.

    >>> from adjoint.scipy.stats import bernoulli
    >>> round(float(bernoulli.logpmf(1, 0.3)), 6)
    -1.203973
    """
    n = np.asarray(k) - loc
    inside = np.logical_or(n == 0, n == 1)
    n = np.where(inside, n, 0)
    return np.where(inside, sc.xlogy(n, p) + sc.xlog1py(1 - n, -p), -np.inf)


def pmf(k: Any, p: Any, loc: Any = 0) -> Any:
    """The probability of k, 0 or 1.

    >>> from adjoint.scipy.stats import bernoulli
    >>> round(float(bernoulli.pmf(1, 0.3)), 6)
    0.3
    """
    return np.exp(logpmf(k, p, loc))
