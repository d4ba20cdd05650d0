"""`adjoint.fft`: discrete Fourier transforms under the names of torch.fft.

Each transform crops its dimensions to `n` or `s`, or pads them with zeros, and scales by `norm`: "backward" (the
default) puts 1/n into the inverse transform, "forward" into the forward one, "ortho" 1/sqrt(n) into both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .fft_transforms import c2r_along, complex_along, hermitian_shape, r2c_along
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

from .fft_helpers import fftfreq, fftshift, ifftshift, rfftfreq

__all__ = [
    "fft", "fft2", "fftfreq", "fftn", "fftshift", "hfft", "hfft2", "hfftn", "ifft", "ifft2", "ifftn", "ifftshift",
    "ihfft", "ihfft2", "ihfftn", "irfft", "irfft2", "irfftn", "rfft", "rfft2", "rfftfreq", "rfftn",
]

_LAST_TWO = (-2, -1)
_DUAL = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}


def _dual(norm: str | None) -> str | None:
    return _DUAL.get(norm, norm)


def fft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None, *, out: Any = None) -> Tensor:
    """The complex Fourier transform along `dim`.

    >>> import adjoint as ad
    >>> ad.fft.fft(ad.tensor([1., 2.]))
    tensor([ 3.+0.j, -1.+0.j])
    """
    return fftn(input, None if n is None else (n,), (dim,), norm, out=out)


def ifft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None, *, out: Any = None) -> Tensor:
    """The inverse of `fft`.

    >>> import adjoint as ad
    >>> ad.fft.ifft(ad.fft.fft(ad.tensor([1., 2.]))).real
    tensor([1., 2.])
    """
    return ifftn(input, None if n is None else (n,), (dim,), norm, out=out)


def rfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None, *, out: Any = None) -> Tensor:
    """The first n // 2 + 1 elements of `fft` of a real input; the others are their conjugates.

    >>> import adjoint as ad
    >>> ad.fft.rfft(ad.tensor([1., 2., 3.])).shape
    adjoint.Size([2])
    """
    return rfftn(input, None if n is None else (n,), (dim,), norm, out=out)


def irfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None, *, out: Any = None) -> Tensor:
    """The inverse of `rfft`, real, of length `n` (2 * (length - 1) by default).

    >>> import adjoint as ad
    >>> ad.fft.irfft(ad.fft.rfft(ad.tensor([1., 2., 3.])), n=3)
    tensor([1., 2., 3.])
    """
    return irfftn(input, None if n is None else (n,), (dim,), norm, out=out)


def hfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None, *, out: Any = None) -> Tensor:
    """The real Fourier transform of a Hermitian-symmetric signal of which `input` is the first half.

    >>> import adjoint as ad
    >>> ad.fft.hfft(ad.tensor([1., 2.]), n=2)
    tensor([ 3., -1.])
    """
    return hfftn(input, None if n is None else (n,), (dim,), norm, out=out)


def ihfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None, *, out: Any = None) -> Tensor:
    """The inverse of `hfft`: the first half of a Hermitian-symmetric signal.

    >>> import adjoint as ad
    >>> ad.fft.ihfft(ad.tensor([3., -1.])).real
    tensor([1., 2.])
    """
    return ihfftn(input, None if n is None else (n,), (dim,), norm, out=out)


def fft2(input: Tensor, s: Any = None, dim: Any = _LAST_TWO, norm: str | None = None, *, out: Any = None) -> Tensor:
    """`fftn` of the last two dimensions.

    >>> import adjoint as ad
    >>> ad.fft.fft2(ad.ones(2, 2))[0, 0]
    tensor(4.+0.j)
    """
    return fftn(input, s, dim, norm, out=out)


def ifft2(input: Tensor, s: Any = None, dim: Any = _LAST_TWO, norm: str | None = None, *, out: Any = None) -> Tensor:
    """`ifftn` of the last two dimensions.

    >>> import adjoint as ad
    >>> ad.fft.ifft2(ad.ones(2, 2))[0, 0]
    tensor(1.+0.j)
    """
    return ifftn(input, s, dim, norm, out=out)


def rfft2(input: Tensor, s: Any = None, dim: Any = _LAST_TWO, norm: str | None = None, *, out: Any = None) -> Tensor:
    """`rfftn` of the last two dimensions.

    >>> import adjoint as ad
    >>> ad.fft.rfft2(ad.ones(4, 4)).shape
    adjoint.Size([4, 3])
    """
    return rfftn(input, s, dim, norm, out=out)


def irfft2(input: Tensor, s: Any = None, dim: Any = _LAST_TWO, norm: str | None = None, *, out: Any = None) -> Tensor:
    """`irfftn` of the last two dimensions.

    >>> import adjoint as ad
    >>> ad.fft.irfft2(ad.ones(4, 3)).shape
    adjoint.Size([4, 4])
    """
    return irfftn(input, s, dim, norm, out=out)


def hfft2(input: Tensor, s: Any = None, dim: Any = _LAST_TWO, norm: str | None = None, *, out: Any = None) -> Tensor:
    """`hfftn` of the last two dimensions.

    >>> import adjoint as ad
    >>> ad.fft.hfft2(ad.ones(4, 3)).shape
    adjoint.Size([4, 4])
    """
    return hfftn(input, s, dim, norm, out=out)


def ihfft2(input: Tensor, s: Any = None, dim: Any = _LAST_TWO, norm: str | None = None, *, out: Any = None) -> Tensor:
    """`ihfftn` of the last two dimensions.

    >>> import adjoint as ad
    >>> ad.fft.ihfft2(ad.ones(4, 4)).shape
    adjoint.Size([4, 3])
    """
    return ihfftn(input, s, dim, norm, out=out)


def fftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None, *, out: Any = None) -> Tensor:
    """The complex Fourier transform along several dimensions: `dim`, or the last len(s), or all.

    >>> import adjoint as ad
    >>> ad.fft.fftn(ad.ones(2, 2)).sum()
    tensor(4.+0.j)
    """
    return deliver(complex_along(input, s, dim, norm, inverse=False, name="fftn"), out)


def ifftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None, *, out: Any = None) -> Tensor:
    """The inverse of `fftn`.

    >>> import adjoint as ad
    >>> ad.fft.ifftn(ad.fft.fftn(ad.ones(2, 2))).real
    tensor([[1., 1.],
            [1., 1.]])
    """
    return deliver(complex_along(input, s, dim, norm, inverse=True, name="ifftn"), out)


def rfftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None, *, out: Any = None) -> Tensor:
    """The half of `fftn` of a real input that determines the other half: the last dimension has n // 2 + 1 elements.

    >>> import adjoint as ad
    >>> ad.fft.rfftn(ad.ones(4, 4)).shape
    adjoint.Size([4, 3])
    """
    return deliver(r2c_along(input, s, dim, norm, name="rfftn"), out)


def irfftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None, *, out: Any = None) -> Tensor:
    """The inverse of `rfftn`, real; its last dimension has s[-1] elements (2 * (length - 1) by default).

    >>> import adjoint as ad
    >>> ad.fft.irfftn(ad.fft.rfftn(ad.ones(2, 2)))
    tensor([[1., 1.],
            [1., 1.]])
    """
    return deliver(c2r_along(input, hermitian_shape(input, s, dim), norm, name="irfftn"), out)


def hfftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None, *, out: Any = None) -> Tensor:
    """The real Fourier transform of a Hermitian-symmetric signal, of whose last dimension `input` is the first half.

    >>> import adjoint as ad
    >>> ad.fft.hfftn(ad.ones(2, 2)).shape
    adjoint.Size([2, 2])
    """
    return deliver(c2r_along(np.conjugate(input), hermitian_shape(input, s, dim), _dual(norm), name="hfftn"), out)


def ihfftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None, *, out: Any = None) -> Tensor:
    """The inverse of `hfftn`.

    >>> import adjoint as ad
    >>> ad.fft.ihfftn(ad.ones(2, 2)).shape
    adjoint.Size([2, 2])
    """
    return deliver(np.conjugate(r2c_along(input, s, dim, _dual(norm), name="ihfftn")), out)
