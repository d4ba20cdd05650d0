"""Bessel functions by the names of torch.special."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ops import bessel as be
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["airy_ai", "bessel_j0", "bessel_j1", "bessel_y0", "bessel_y1", "i0e", "i1", "i1e", "modified_bessel_i0",
           "modified_bessel_i1", "modified_bessel_k0", "modified_bessel_k1", "scaled_modified_bessel_k0",
           "scaled_modified_bessel_k1", "spherical_bessel_j0"]


def bessel_j0(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The Bessel function of the first kind and order 0 of each element.

    >>> import adjoint as ad
    >>> ad.special.bessel_j0(ad.tensor([0., 1.]))
    tensor([1.0000, 0.7652])
    """
    return be.j0(input) if out is None else deliver(be.j0(input), out)


def bessel_j1(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The Bessel function of the first kind and order 1 of each element.

    >>> import adjoint as ad
    >>> ad.special.bessel_j1(ad.tensor([0., 1.]))
    tensor([0.0000, 0.4401])
    """
    return be.j1(input) if out is None else deliver(be.j1(input), out)


def bessel_y0(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The Bessel function of the second kind and order 0 of each element.

    >>> import adjoint as ad
    >>> ad.special.bessel_y0(ad.tensor([1., 2.]))
    tensor([0.0883, 0.5104])
    """
    return be.y0(input) if out is None else deliver(be.y0(input), out)


def bessel_y1(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The Bessel function of the second kind and order 1 of each element.

    >>> import adjoint as ad
    >>> ad.special.bessel_y1(ad.tensor([1., 2.]))
    tensor([-0.7812, -0.1070])
    """
    return be.y1(input) if out is None else deliver(be.y1(input), out)


def modified_bessel_i0(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The modified Bessel function of the first kind and order 0 of each element.

    >>> import adjoint as ad
    >>> ad.special.modified_bessel_i0(ad.tensor([0., 1.]))
    tensor([1.0000, 1.2661])
    """
    return be.i0(input) if out is None else deliver(be.i0(input), out)


def modified_bessel_i1(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The modified Bessel function of the first kind and order 1 of each element.

    >>> import adjoint as ad
    >>> ad.special.modified_bessel_i1(ad.tensor([0., 1.]))
    tensor([0.0000, 0.5652])
    """
    return be.i1(input) if out is None else deliver(be.i1(input), out)


def modified_bessel_k0(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The modified Bessel function of the second kind and order 0 of each element.

    >>> import adjoint as ad
    >>> ad.special.modified_bessel_k0(ad.tensor([1., 2.]))
    tensor([0.4210, 0.1139])
    """
    return be.k0(input) if out is None else deliver(be.k0(input), out)


def modified_bessel_k1(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The modified Bessel function of the second kind and order 1 of each element.

    >>> import adjoint as ad
    >>> ad.special.modified_bessel_k1(ad.tensor([1., 2.]))
    tensor([0.6019, 0.1399])
    """
    return be.k1(input) if out is None else deliver(be.k1(input), out)


def scaled_modified_bessel_k0(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """exp(x) * modified_bessel_k0(x) of each element.

    >>> import adjoint as ad
    >>> ad.special.scaled_modified_bessel_k0(ad.tensor([1., 2.]))
    tensor([1.1445, 0.8416])
    """
    return be.k0e(input) if out is None else deliver(be.k0e(input), out)


def scaled_modified_bessel_k1(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """exp(x) * modified_bessel_k1(x) of each element.

    >>> import adjoint as ad
    >>> ad.special.scaled_modified_bessel_k1(ad.tensor([1., 2.]))
    tensor([1.6362, 1.0335])
    """
    return be.k1e(input) if out is None else deliver(be.k1e(input), out)


def i0e(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """exp(-|x|) * i0(x) of each element.

    >>> import adjoint as ad
    >>> ad.special.i0e(ad.tensor([0., 1.]))
    tensor([1.0000, 0.4658])
    """
    return be.i0e(input) if out is None else deliver(be.i0e(input), out)


def i1(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The modified Bessel function of the first kind and order 1 of each element.

    >>> import adjoint as ad
    >>> ad.special.i1(ad.tensor([0., 1.]))
    tensor([0.0000, 0.5652])
    """
    return be.i1(input) if out is None else deliver(be.i1(input), out)


def i1e(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """exp(-|x|) * i1(x) of each element.

    >>> import adjoint as ad
    >>> ad.special.i1e(ad.tensor([0., 1.]))
    tensor([0.0000, 0.2079])
    """
    return be.i1e(input) if out is None else deliver(be.i1e(input), out)


def spherical_bessel_j0(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """sin(x) / x of each element, 1 at 0.

    >>> import adjoint as ad
    >>> ad.special.spherical_bessel_j0(ad.tensor([0., 1.]))
    tensor([1.0000, 0.8415])
    """
    return be.spherical_bessel_j0(input) if out is None else deliver(be.spherical_bessel_j0(input), out)


def airy_ai(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The Airy function Ai of each element.

    >>> import adjoint as ad
    >>> ad.special.airy_ai(ad.tensor([0., 1.]))
    tensor([0.3550, 0.1353])
    """
    return be.airy_ai(input) if out is None else deliver(be.airy_ai(input), out)


