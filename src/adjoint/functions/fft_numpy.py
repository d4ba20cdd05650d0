"""NumPy's own Fourier transforms on tensors: np.fft.fft(x, axis=0) records what adjoint.fft does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import registry
from . import fft, fft_helpers


def _along_one(transform: Callable[..., Any]) -> Callable[..., Any]:
    """The transform with NumPy's argument names."""
    return lambda a, n=None, axis=-1, norm=None: transform(a, n, axis, norm)


def _along_several(transform: Callable[..., Any], last: Any = None) -> Callable[..., Any]:
    return lambda a, s=None, axes=last, norm=None: transform(a, s, axes, norm)


Pairs = tuple[tuple[Any, Any], ...]

_one: Pairs = (
    (np.fft.fft, fft.fft), (np.fft.ifft, fft.ifft), (np.fft.rfft, fft.rfft), (np.fft.irfft, fft.irfft),
    (np.fft.hfft, fft.hfft), (np.fft.ihfft, fft.ihfft),
)
_several: Pairs = (
    (np.fft.fftn, fft.fftn), (np.fft.ifftn, fft.ifftn), (np.fft.rfftn, fft.rfftn), (np.fft.irfftn, fft.irfftn),
)
_two: Pairs = (
    (np.fft.fft2, fft.fftn), (np.fft.ifft2, fft.ifftn), (np.fft.rfft2, fft.rfftn), (np.fft.irfft2, fft.irfftn),
)
for _theirs, _ours in _one:
    registry.speaks(_theirs)(_along_one(_ours))
for _theirs, _ours in _several:
    registry.speaks(_theirs)(_along_several(_ours))
for _theirs, _ours in _two:
    registry.speaks(_theirs)(_along_several(_ours, (-2, -1)))


@registry.speaks(np.fft.fftshift)
def _fftshift(x: Any, axes: Any = None) -> Any:
    return fft_helpers.fftshift(x, axes)


@registry.speaks(np.fft.ifftshift)
def _ifftshift(x: Any, axes: Any = None) -> Any:
    return fft_helpers.ifftshift(x, axes)
