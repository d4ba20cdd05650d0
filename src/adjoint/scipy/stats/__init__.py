"""Densities and distribution functions of scipy.stats, differentiable in the place and in every parameter.

The distributions that autograd and JAX have under these names, as functions in a module each:
`from adjoint.scipy.stats import norm`, then `norm.logpdf(x, loc, scale)`. They take arrays, traced or not.

>>> import adjoint as ad
>>> from adjoint.scipy.stats import norm
>>> ad.grad(norm.logpdf, (1, 2))(1.0, 0.0, 2.0)
(np.float64(0.25), np.float64(-0.375))
"""

from __future__ import annotations

from . import bernoulli as bernoulli
from . import beta as beta
from . import binom as binom
from . import cauchy as cauchy
from . import chi2 as chi2
from . import dirichlet as dirichlet
from . import expon as expon
from . import gamma as gamma
from . import laplace as laplace
from . import logistic as logistic
from . import multivariate_normal as multivariate_normal
from . import norm as norm
from . import poisson as poisson
from . import t as t
from . import uniform as uniform

__all__ = ["bernoulli", "beta", "binom", "cauchy", "chi2", "dirichlet", "expon", "gamma", "laplace", "logistic",
           "multivariate_normal", "norm", "poisson", "t", "uniform"]
