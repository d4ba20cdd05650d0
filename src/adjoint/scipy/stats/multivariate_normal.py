"""The normal distribution of vectors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = ["entropy", "logpdf", "pdf"]

_LOG_2PI = math.log(2 * math.pi)


def _parameters(mean: Any, cov: Any) -> tuple[Any, Any, int]:
    """(mean vector, Cholesky factor, dimension); a covariance may be a number or a vector of variances, as in SciPy."""
    d = max(1 if mean is None else np.size(mean), np.shape(cov)[0] if np.ndim(cov) else 1)
    mean = np.zeros(d) if mean is None else np.broadcast_to(mean, (d,))
    if np.ndim(cov) < 2:
        return mean, np.diag(np.broadcast_to(np.sqrt(cov), (d,))), d
    return mean, np.linalg.cholesky(cov), d


def logpdf(x: Any, mean: Any = None, cov: Any = 1.0, allow_singular: bool = False) -> Any:
    """The logarithm of the density at x, whose last dimension runs over the components; LinAlgError if singular.

    >>> import numpy as np
    >>> from adjoint.scipy.stats import multivariate_normal
    >>> round(float(multivariate_normal.logpdf(np.ones(2), np.zeros(2), 2 * np.eye(2))), 6)
    -3.031024
    """
    if allow_singular:
        raise NotImplementedError("allow_singular=True is not supported: a singular covariance has no derivative")
    mean, factor, d = _parameters(mean, cov)
    if d == 1 and np.ndim(x) < 2:  # as SciPy: several numbers
        x = np.reshape(x, (*np.shape(x), 1))
    off = np.reshape(x - mean, (-1, d))
    z = np.linalg.solve(factor, off.T)
    value = -0.5 * np.sum(z * z, axis=0) - np.sum(np.log(np.diagonal(factor))) - 0.5 * d * _LOG_2PI
    return np.reshape(value, np.shape(x)[:-1])[()]


def pdf(x: Any, mean: Any = None, cov: Any = 1.0, allow_singular: bool = False) -> Any:
    """The density at x.

    >>> import numpy as np
    >>> from adjoint.scipy.stats import multivariate_normal
    >>> round(float(multivariate_normal.pdf(np.ones(2), np.zeros(2), 2 * np.eye(2))), 6)
    0.048266
    """
    return np.exp(logpdf(x, mean, cov, allow_singular))


def entropy(mean: Any = None, cov: Any = 1.0) -> Any:
    """The differential entropy, in nats.

    >>> import numpy as np
    >>> from adjoint.scipy.stats import multivariate_normal
    >>> round(float(multivariate_normal.entropy(np.zeros(2), np.array([[2.0, 0.5], [0.5, 1.0]]))), 6)
    3.117685
    """
    _, factor, d = _parameters(mean, cov)
    return 0.5 * d * (_LOG_2PI + 1) + np.sum(np.log(np.diagonal(factor)))
