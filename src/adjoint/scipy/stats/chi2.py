"""The chi-squared distribution: a gamma distribution of shape df / 2 and twice the scale."""

from __future__ import annotations

from typing import Any

from . import gamma

__all__ = ["cdf", "logcdf", "logpdf", "pdf", "sf"]


def logpdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the density at x, for df degrees of freedom.

    >>> from adjoint.scipy.stats import chi2
    >>> round(float(chi2.logpdf(0.5, 3.0)), 6)
    -1.515512
    """
    return gamma.logpdf(x, 0.5 * df, loc, 2 * scale)


def pdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density at x.

    >>> from adjoint.scipy.stats import chi2
    >>> round(float(chi2.pdf(0.5, 3.0)), 6)
    0.219696
    """
    return gamma.pdf(x, 0.5 * df, loc, 2 * scale)


def cdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of what is not above x.

    >>> from adjoint.scipy.stats import chi2
    >>> round(float(chi2.cdf(0.5, 3.0)), 6)
    0.081109
    """
    return gamma.cdf(x, 0.5 * df, loc, 2 * scale)


def sf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of what is above x.

    >>> from adjoint.scipy.stats import chi2
    >>> round(float(chi2.sf(0.5, 3.0)), 6)
    0.918891
    """
    return gamma.sf(x, 0.5 * df, loc, 2 * scale)


def logcdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of cdf.

    >>> from adjoint.scipy.stats import chi2
    >>> round(float(chi2.logcdf(0.5, 3.0)), 6)
    -2.511966
    """
    return gamma.logcdf(x, 0.5 * df, loc, 2 * scale)
