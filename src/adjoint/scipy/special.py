"""The functions of scipy.special with derivatives, for programs that import this module in place of SciPy's.

SciPy's ufuncs dispatch by themselves, so they are handed through as they are; the Python functions among SciPy's, which
would convert a traced value to an array, are here again.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.special as sc

from ..core.kinds import elementwise
from ..core.tensor import TensorBase
from ..errors import MissingRule
from ..ops import softmax as so
from ..ops.special import digamma
from ..ops.special import multigammaln as _multigammaln
from ..ops.special import polygamma as _polygamma
from . import _special as _special
from . import special_bessel as be
from . import special_gamma as ga
from . import special_polynomials as po

__all__ = ["comb", "diric", "factorial", "lambertw", "log_softmax", "logsumexp", "multigammaln", "perm", "polygamma",
           "sinc", "softmax", "softplus", "sph_harm_y", "spherical_in", "spherical_jn", "spherical_kn", "spherical_yn",
           "zeta"]

# Sums of exponentials


def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    """log(sum(b exp(a))) along the axis (all axes if None), with the sum's sign if return_sign.

    >>> import adjoint as ad
    >>> from adjoint.scipy.special import logsumexp
    >>> x = ad.tensor([1000.0, 1000.0], requires_grad=True)
    >>> logsumexp(x).backward()
    >>> x.grad
    tensor([0.5000, 0.5000])
    """
    if axis is None:
        axis = tuple(range(np.ndim(a)))
    if b is None and not return_sign:
        return so.logsumexp(a, axis=axis, keepdims=keepdims)
    b = np.ones_like(a) if b is None else b
    top = np.max(_plain(np.where(np.equal(_plain(b), 0), -math.inf, _plain(np.real(a)))), axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    total = np.sum(b * np.exp(a - top), axis=axis, keepdims=keepdims)
    shift = top if keepdims else np.squeeze(top, axis=axis)
    if not return_sign:
        return np.log(total) + shift
    return np.log(np.abs(total)) + shift, np.sign(_plain(total))


def _plain(x: Any) -> Any:
    """The numbers alone."""
    from ..core.memory import concrete

    return concrete(x) if isinstance(x, TensorBase) else x


def softmax(x: Any, axis: Any = None) -> Any:
    """exp(x) / sum(exp(x)) along the axis (all of them if None).

    >>> import adjoint as ad
    >>> from adjoint.scipy.special import softmax
    >>> softmax(ad.tensor([0.0, 0.0]))
    tensor([0.5000, 0.5000])
    """
    return so.softmax(x, axis=tuple(range(np.ndim(x))) if axis is None else axis)


def log_softmax(x: Any, axis: Any = None) -> Any:
    """The logarithm of softmax(x), accurate where that is nearly 0 or 1.

    >>> import adjoint as ad
    >>> from adjoint.scipy.special import log_softmax
    >>> log_softmax(ad.tensor([0.0, 0.0]))
    tensor([-0.6931, -0.6931])
    """
    return so.log_softmax(x, axis=tuple(range(np.ndim(x))) if axis is None else axis)


def softplus(x: Any) -> Any:
    """log(1 + exp(x)).

    >>> import adjoint as ad
    >>> from adjoint.scipy.special import softplus
    >>> softplus(ad.tensor([0.0]))
    tensor([0.6931])
    """
    return np.logaddexp(0.0, x)


# Gamma and combinatorics


def polygamma(n: int, x: Any) -> Any:
    """The n-th derivative of digamma at x; the order n is a number, in which nothing is differentiated.

    >>> import adjoint as ad
    >>> from adjoint.scipy.special import polygamma
    >>> polygamma(1, ad.tensor([1.0]))
    tensor([1.6449])
    """
    if np.ndim(n):
        raise MissingRule(f"polygamma of an array of orders has no rule, got shape {np.shape(n)}; call it once for "
                          "each order")
    order = int(_plain(n))
    return _polygamma(x, n=order) if order else digamma(x)


def multigammaln(a: Any, d: int) -> Any:
    """The logarithm of the multivariate gamma function of dimension d.

    >>> import adjoint as ad
    >>> from adjoint.scipy.special import multigammaln
    >>> multigammaln(ad.tensor([2.0]), 2)
    tensor([0.4516])
    """
    return _multigammaln(a, p=int(d), strict=True)


def zeta(x: Any, q: Any = None) -> Any:
    """Riemann's zeta function of x, or Hurwitz's of x and q; differentiable in both.

    >>> import adjoint as ad
    >>> from adjoint.scipy.special import zeta
    >>> x = ad.tensor([2.0], requires_grad=True)
    >>> zeta(x).backward()
    >>> x.grad
    tensor([-0.9375])
    """
    return ga.riemann_zeta(x) if q is None else ga.hurwitz_zeta(x, q)


def comb(N: Any, k: Any, *, exact: bool = False, repetition: bool = False) -> Any:
    """The number of ways to choose k of N; exact=True is for plain integers.

    >>> import adjoint as ad
    >>> from adjoint.scipy.special import comb
    >>> comb(ad.tensor([5.0]), 2.0)
    tensor([10.])
    """
    if exact:
        return sc.comb(_number(N, "comb"), _number(k, "comb"), exact=True, repetition=repetition)
    if repetition:
        return comb(N + k - 1, k)
    valid = (_plain(k) <= _plain(N)) & (_plain(N) >= 0) & (_plain(k) >= 0)
    return np.where(valid, ga.binom(N, k), 0.0)


def perm(N: Any, k: Any, exact: bool = False) -> Any:
    """The number of ordered ways to choose k of N.

    >>> import adjoint as ad
    >>> from adjoint.scipy.special import perm
    >>> perm(ad.tensor([5.0]), 2.0)
    tensor([20.])
    """
    if exact:
        return sc.perm(_number(N, "perm"), _number(k, "perm"), exact=True)
    valid = (_plain(k) <= _plain(N)) & (_plain(N) >= 0) & (_plain(k) >= 0)
    return np.where(valid, ga.poch(N - k + 1, k), 0.0)


def factorial(n: Any, exact: bool = False) -> Any:
    """Gamma(n + 1), and 0 for negative n.

    >>> import adjoint as ad
    >>> from adjoint.scipy.special import factorial
    >>> factorial(ad.tensor([4.0]))
    tensor([24.])
    """
    if exact:
        return sc.factorial(_number(n, "factorial"), exact=True)
    negative = _plain(n) < 0
    return np.where(negative, 0.0, ga.gamma(np.where(negative, 0.0, n) + 1))


def _number(x: Any, name: str) -> Any:
    """A plain number, for exact arithmetic."""
    if isinstance(x, TensorBase):
        raise MissingRule(f"{name}(exact=True) is integer arithmetic without derivatives; use exact=False, or .item()")
    return x


# Trigonometric


def sinc(x: Any) -> Any:
    """sin(pi x) / (pi x), as np.sinc.

    >>> import adjoint as ad
    >>> from adjoint.scipy.special import sinc
    >>> sinc(ad.tensor([0.5]))
    tensor([0.6366])
    """
    return np.sinc(x)


def diric(x: Any, n: int) -> Any:
    """Dirichlet's kernel sin(n x / 2) / (n sin(x / 2)): the mean of cosines that it is, so smooth everywhere.

    >>> import adjoint as ad
    >>> from adjoint.scipy.special import diric
    >>> diric(ad.tensor([0.0]), 5)
    tensor([1.])
    """
    count = int(_plain(n))
    if count <= 0 or count != n:
        return sc.diric(_number(x, "diric"), n)
    if count % 2:
        return (1 + sum([2 * np.cos(k * x) for k in range(1, count // 2 + 1)])) / count
    return sum([2 * np.cos((k - 0.5) * x) for k in range(1, count // 2 + 1)]) / count


# Lambert's W, the spherical functions


def _lambertw(x: Any, k: int, tol: float) -> Any:
    return sc.lambertw(x, k, tol).astype(np.result_type(x, np.complex64), copy=False)


def _lambertw_slope(out: Any, *, k: int, tol: float) -> Any:
    return np.exp(-out) / (1 + out)


_lambertw.__name__ = "scipy_lambertw"
_lambertw_op = elementwise(_lambertw, _lambertw_slope)


def lambertw(z: Any, k: int = 0, tol: float = 1e-8) -> Any:
    """The complex w on branch k with w exp(w) = z.

    >>> import adjoint as ad
    >>> from adjoint.scipy.special import lambertw
    >>> lambertw(ad.tensor([1.0])).real
    tensor([0.5671])
    """
    return _lambertw_op(z + 0j, k=int(k), tol=tol)


def _spherical(op: Any, name: str, sign: int, front: int) -> Callable[..., Any]:
    plain = getattr(sc, name)

    def function(n: Any, z: Any, derivative: bool = False) -> Any:
        if not isinstance(n, TensorBase) and not isinstance(z, TensorBase):
            return plain(n, z, derivative)
        return front * be._mixed(op, sign, np.asarray(_plain(n)), z) if derivative else op(n, z)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"""The spherical Bessel function {name}, or its derivative: differentiable in z.

    >>> import adjoint as ad
    >>> from adjoint.scipy.special import {name}
    >>> {name}(0, ad.tensor([1.0])).shape
    adjoint.Size([1])
    """
    return function


spherical_jn = _spherical(be.spherical_jn, "spherical_jn", -1, 1)
spherical_yn = _spherical(be.spherical_yn, "spherical_yn", -1, 1)
spherical_in = _spherical(be.spherical_in, "spherical_in", 1, 1)
spherical_kn = _spherical(be.spherical_kn, "spherical_kn", 1, -1)


def sph_harm_y(n: Any, m: Any, theta: Any, phi: Any) -> Any:
    """The spherical harmonic of degree n and order m, differentiable in polar angle and azimuth.

    >>> import adjoint as ad
    >>> from adjoint.scipy.special import sph_harm_y
    >>> sph_harm_y(1, 0, ad.tensor([0.0]), 0.0).real
    tensor([0.4886])
    """
    return po.sph_harm_y(n, m, theta + 0j, phi + 0j)




def __getattr__(name: str) -> Any:
    return getattr(sc, name)
