"""The Dirichlet distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import special as sc

__all__ = ["logpdf", "pdf"]


def logpdf(x: Any, alpha: Any) -> Any:
    """The logarithm of the density at x, whose first dimension runs over the categories, as in SciPy.

    >>> import numpy as np
    >>> from adjoint.scipy.stats import dirichlet
    >>> round(float(dirichlet.logpdf(np.array([0.2, 0.3, 0.5]), np.array([1.0, 2.0, 3.0]))), 6)
    1.504077
    """
    weights = np.reshape(alpha, (-1,) + (1,) * (np.ndim(x) - 1))
    return (np.sum(sc.xlogy(weights - 1, x), axis=0) + sc.gammaln(np.sum(alpha)) - np.sum(sc.gammaln(alpha)))


def pdf(x: Any, alpha: Any) -> Any:
    """The density at x.

    >>> import numpy as np
    >>> from adjoint.scipy.stats import dirichlet
    >>> round(float(dirichlet.pdf(np.array([0.2, 0.3, 0.5]), np.array([1.0, 2.0, 3.0]))), 6)
    4.5
    """
    return np.exp(logpdf(x, alpha))
