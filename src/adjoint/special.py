"""Special functions by the names of torch.special; those that PyTorch has at its root too are the same functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .functions.bessel import (
    airy_ai as airy_ai,
)
from .functions.bessel import (
    bessel_j0 as bessel_j0,
)
from .functions.bessel import (
    bessel_j1 as bessel_j1,
)
from .functions.bessel import (
    bessel_y0 as bessel_y0,
)
from .functions.bessel import (
    bessel_y1 as bessel_y1,
)
from .functions.bessel import (
    i0e as i0e,
)
from .functions.bessel import (
    i1 as i1,
)
from .functions.bessel import (
    i1e as i1e,
)
from .functions.bessel import (
    modified_bessel_i0 as modified_bessel_i0,
)
from .functions.bessel import (
    modified_bessel_i1 as modified_bessel_i1,
)
from .functions.bessel import (
    modified_bessel_k0 as modified_bessel_k0,
)
from .functions.bessel import (
    modified_bessel_k1 as modified_bessel_k1,
)
from .functions.bessel import (
    scaled_modified_bessel_k0 as scaled_modified_bessel_k0,
)
from .functions.bessel import (
    scaled_modified_bessel_k1 as scaled_modified_bessel_k1,
)
from .functions.bessel import (
    spherical_bessel_j0 as spherical_bessel_j0,
)
from .functions.exponential import (
    exp2 as exp2,
)
from .functions.exponential import (
    expm1 as expm1,
)
from .functions.exponential import (
    log1p as log1p,
)
from .functions.exponential import (
    logit as logit,
)
from .functions.exponential import (
    sigmoid as expit,
)
from .functions.exponential import (
    xlogy as xlogy,
)
from .functions.polynomials import (
    chebyshev_polynomial_t as chebyshev_polynomial_t,
)
from .functions.polynomials import (
    chebyshev_polynomial_u as chebyshev_polynomial_u,
)
from .functions.polynomials import (
    chebyshev_polynomial_v as chebyshev_polynomial_v,
)
from .functions.polynomials import (
    chebyshev_polynomial_w as chebyshev_polynomial_w,
)
from .functions.polynomials import (
    hermite_polynomial_h as hermite_polynomial_h,
)
from .functions.polynomials import (
    hermite_polynomial_he as hermite_polynomial_he,
)
from .functions.polynomials import (
    laguerre_polynomial_l as laguerre_polynomial_l,
)
from .functions.polynomials import (
    legendre_polynomial_p as legendre_polynomial_p,
)
from .functions.polynomials import (
    shifted_chebyshev_polynomial_t as shifted_chebyshev_polynomial_t,
)
from .functions.polynomials import (
    shifted_chebyshev_polynomial_u as shifted_chebyshev_polynomial_u,
)
from .functions.polynomials import (
    shifted_chebyshev_polynomial_v as shifted_chebyshev_polynomial_v,
)
from .functions.polynomials import (
    shifted_chebyshev_polynomial_w as shifted_chebyshev_polynomial_w,
)
from .functions.rounding import round as round
from .functions.softmax import (
    log_softmax as log_softmax,
)
from .functions.softmax import (
    logsumexp as logsumexp,
)
from .functions.softmax import (
    softmax as softmax,
)
from .functions.special import (
    digamma as digamma,
)
from .functions.special import (
    digamma as psi,
)
from .functions.special import (
    erf as erf,
)
from .functions.special import (
    erfc as erfc,
)
from .functions.special import (
    erfinv as erfinv,
)
from .functions.special import (
    i0 as i0,
)
from .functions.special import (
    igamma as gammainc,
)
from .functions.special import (
    igammac as gammaincc,
)
from .functions.special import (
    lgamma as gammaln,
)
from .functions.special import (
    mvlgamma as multigammaln,
)
from .functions.special import (
    polygamma as polygamma,
)
from .functions.trigonometric import sinc as sinc
from .functions.writing import deliver
from .ops import exponential as ex
from .ops import special as sp

if TYPE_CHECKING:
    from ._tensor import Tensor

__all__ = ["airy_ai", "bessel_j0", "bessel_j1", "bessel_y0", "bessel_y1", "chebyshev_polynomial_t",
           "chebyshev_polynomial_u", "chebyshev_polynomial_v", "chebyshev_polynomial_w", "digamma", "entr", "erf",
           "erfc", "erfcx", "erfinv", "exp2", "expit", "expm1", "gammainc", "gammaincc", "gammaln",
           "hermite_polynomial_h", "hermite_polynomial_he", "i0", "i0e", "i1", "i1e", "laguerre_polynomial_l",
           "legendre_polynomial_p", "log1p", "log_ndtr", "log_softmax", "logit", "logsumexp", "modified_bessel_i0",
           "modified_bessel_i1", "modified_bessel_k0", "modified_bessel_k1", "multigammaln", "ndtr", "ndtri",
           "polygamma", "psi", "round", "scaled_modified_bessel_k0", "scaled_modified_bessel_k1",
           "shifted_chebyshev_polynomial_t", "shifted_chebyshev_polynomial_u", "shifted_chebyshev_polynomial_v",
           "shifted_chebyshev_polynomial_w", "sinc", "softmax", "spherical_bessel_j0", "xlog1py", "xlogy", "zeta"]


def entr(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """-x * log(x) of each element; 0 at 0, -inf below.

    >>> import adjoint as ad
    >>> ad.special.entr(ad.tensor([0., 0.5]))
    tensor([0.0000, 0.3466])
    """
    return ex.entr(input) if out is None else deliver(ex.entr(input), out)


def erfcx(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """exp(x**2) * erfc(x) of each element.

    >>> import adjoint as ad
    >>> ad.special.erfcx(ad.tensor([0., 10.]))
    tensor([1.0000, 0.0561])
    """
    return sp.erfcx(input) if out is None else deliver(sp.erfcx(input), out)


def ndtr(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The normal distribution function of each element.

    >>> import adjoint as ad
    >>> ad.special.ndtr(ad.tensor([0., 1.]))
    tensor([0.5000, 0.8413])
    """
    return sp.ndtr(input) if out is None else deliver(sp.ndtr(input), out)


def log_ndtr(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The logarithm of the normal distribution function, accurate in the left tail.

    >>> import adjoint as ad
    >>> ad.special.log_ndtr(ad.tensor([0., -10.]))
    tensor([ -0.6931, -53.2313])
    """
    return sp.log_ndtr(input) if out is None else deliver(sp.log_ndtr(input), out)


def ndtri(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse of the normal distribution function.

    >>> import adjoint as ad
    >>> ad.special.ndtri(ad.tensor([0.5, 0.75]))
    tensor([0.0000, 0.6745])
    """
    return sp.ndtri(input) if out is None else deliver(sp.ndtri(input), out)


def xlog1py(input: Any, other: Any, *, out: Tensor | None = None) -> Tensor:
    """input * log1p(other), which is 0 where input is 0.

    >>> import adjoint as ad
    >>> ad.special.xlog1py(ad.tensor([0., 2.]), ad.tensor([-1., 1.]))
    tensor([0.0000, 1.3863])
    """
    result = ex.xlog1py(input, other)
    return result if out is None else deliver(result, out)


def zeta(input: Any, other: Any, *, out: Tensor | None = None) -> Tensor:
    """The Hurwitz zeta function of input and other; differentiable in other.

    >>> import adjoint as ad
    >>> ad.special.zeta(ad.tensor([2.]), ad.tensor([1.]))
    tensor([1.6449])
    """
    result = sp.zeta(input, other)
    return result if out is None else deliver(result, out)


