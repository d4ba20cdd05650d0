"""Short-time Fourier transforms: the spectrum of each window of a signal, and the signal back from them."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import dtypes, memory
from ..core.tensor import wrap
from ..ops import structure as st
from ..ops.padding import pad_with_zeros
from ..ops.strides import fold
from .fft import fft, ifft, irfft, rfft
from .padding import pad
from .strides import unfold, view_as_real

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["istft", "stft"]


def stft(
    input: Tensor,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Tensor | None = None,
    center: bool = True,
    pad_mode: str = "reflect",
    normalized: bool = False,
    onesided: bool | None = None,
    return_complex: bool | None = None,
    align_to_window: bool | None = None,
) -> Tensor:
    """The spectra of windows of a signal, or of each signal of a batch: the last dimensions are frequency and window.

    A window has `n_fft` samples and begins `hop_length` (n_fft // 4) after the one before. `window` of length
    `win_length` (n_fft) is set in its middle and multiplies it. With `center` the signal is padded by n_fft // 2 at
    each end, so that window t has its middle at t * hop_length; without it, `align_to_window` lets the first
    `win_length` samples be the first window. `onesided` (the default for a real signal) gives the n_fft // 2 + 1
    frequencies that determine the others. `return_complex=False` gives real and imaginary part as a last dimension.

    >>> import adjoint as ad
    >>> ad.stft(ad.ones(8), 4, window=ad.hann_window(4), center=False, return_complex=True).abs()
    tensor([[2., 2., 2., 2., 2.],
            [1., 1., 1., 1., 1.],
            [0., 0., 0., 0., 0.]])
    """
    signal = _signal(input)
    is_complex = _is_complex(signal) or (window is not None and _is_complex(window))
    if return_complex is None:
        if not is_complex:
            raise errors.RangeError("stft requires the return_complex parameter be given for real inputs; "
                                    "return_complex=True is recommended")
        return_complex = True
    if center and align_to_window is not None:
        raise errors.RangeError("stft align_to_window should only be set when center = false")
    n_fft = n_fft.__index__()
    hop = n_fft // 4 if hop_length is None else hop_length.__index__()
    width = n_fft if win_length is None else win_length.__index__()
    if center:
        n = n_fft // 2
        signal = pad(signal if signal.ndim == 2 else st.reshape(signal, shape=(1, *signal.shape)), (n, n), pad_mode)
    elif signal.ndim == 1:
        signal = st.reshape(signal, shape=(1, *signal.shape))
    if align_to_window and width < n_fft:
        before = (n_fft - width) // 2
        signal = pad_with_zeros(signal, widths=((0, 0), (before, n_fft - width - before)))
    length = signal.shape[-1]
    if not 0 < n_fft <= length:
        raise errors.ShapeError(f"stft: expected 0 < n_fft <= {length}, but got n_fft={n_fft}")
    if hop <= 0:
        raise errors.RangeError(f"stft: expected hop_length > 0, but got hop_length={hop}")
    weights = _window(window, width, n_fft, "stft")
    if weights is None:
        _warn_rectangular()
        if width < n_fft:
            weights = _centered(_ones_like(signal, width), n_fft)
    frames = unfold(signal, -1, n_fft, hop)
    if weights is not None:
        frames = frames * weights
    is_complex = _is_complex(frames)
    if onesided and is_complex:
        raise errors.RangeError("Cannot have onesided output if window or input is complex")
    transform = fft if onesided is False or is_complex else rfft
    spectra = st.mT(transform(frames, norm="ortho" if normalized else None))
    if memory.peek(input).ndim == 1:
        spectra = st.reshape(spectra, shape=tuple(spectra.shape[1:]))
    return spectra if return_complex else view_as_real(spectra)


def istft(
    input: Tensor,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Tensor | None = None,
    center: bool = True,
    normalized: bool = False,
    onesided: bool | None = None,
    length: int | None = None,
    return_complex: bool = False,
) -> Tensor:
    """The signal of which `stft` with the same arguments gives `input`: windows overlap, add, and are weighed out.

    Where a part of the signal (of the given `length`, if there is one) lies under windows that add up to zero, it
    cannot be known: RangeError.

    >>> import adjoint as ad
    >>> x = ad.arange(8.)
    >>> s = ad.stft(x, 4, window=ad.hann_window(4), return_complex=True)
    >>> ad.istft(s, 4, window=ad.hann_window(4)).round(decimals=4).abs()
    tensor([0., 1., 2., 3., 4., 5., 6., 7.])
    """
    if not _is_complex(input):
        raise errors.DtypeError("istft requires a complex-valued input tensor matching the output from stft with "
                                "return_complex=True.")
    shape = memory.peek(input).shape
    if len(shape) not in (2, 3) or 0 in shape:
        raise errors.ShapeError(f"istft: expected a tensor of 2 or 3 dimensions with elements, but got {list(shape)}")
    n_fft = n_fft.__index__()
    hop = n_fft // 4 if hop_length is None else hop_length.__index__()
    width = n_fft if win_length is None else win_length.__index__()
    half = n_fft // 2 + 1
    onesided = shape[-2] != n_fft if onesided is None else onesided
    if shape[-2] != (half if onesided else n_fft):
        raise errors.ShapeError(f"istft: expected the frequency dimension (2nd to the last) of the input tensor to be "
                                f"{half if onesided else n_fft} when onesided={onesided}, but got {shape[-2]}")
    if not 0 < hop <= width <= n_fft:
        raise errors.RangeError(f"istft: expected 0 < hop_length <= win_length <= n_fft, "
                                f"but got {hop}, {width}, {n_fft}")
    if onesided and return_complex:
        raise errors.RangeError("istft: cannot have onesided input with return_complex=True; use onesided=False")
    weights = _window(window, width, n_fft, "istft")
    if weights is None:
        _warn_rectangular()
        weights = _centered(_ones_like(input, width), n_fft)
    elif _is_complex(weights) and not return_complex:
        raise errors.DtypeError("istft: complex windows are incompatible with return_complex=False")
    spectra = st.mT(input if len(shape) == 3 else st.reshape(input, shape=(1, *shape)))
    norm = "ortho" if normalized else None
    if return_complex:
        frames = ifft(spectra, norm=norm)
    else:
        frames = irfft(spectra if onesided else spectra[..., :half], n=n_fft, norm=norm)
    full = n_fft + hop * (shape[-1] - 1)
    total = _overlapped(frames * weights, full, hop)
    envelope = _overlapped(st.broadcast_to(weights * weights, shape=(1, shape[-1], n_fft)), full, hop)
    start = n_fft // 2 if center else 0
    stop = start + length if length is not None else full - (n_fft // 2 if center else 0)
    signal, known = total[:, start:stop], envelope[:, start:stop]
    if np.any(np.abs(memory.peek(known)) <= 1e-11):
        raise errors.RangeError("istft: window overlap add is zero somewhere: there the signal cannot be known; "
                                "choose a window or a hop_length that leave no gap")
    signal = signal / known
    if stop > full:
        warnings.warn("The length of signal is shorter than the length parameter. Result is being padded with zeros in "
                      "the tail. Please check your center and hop_length settings.", UserWarning, stacklevel=2)
        signal = pad_with_zeros(signal, widths=((0, 0), (0, stop - full)))
    return st.reshape(signal, shape=tuple(signal.shape[1:])) if len(shape) == 2 else signal


def _is_complex(x: Any) -> bool:
    return bool(memory.peek(x).dtype.kind == "c")


def _signal(input: Any) -> Any:
    a = memory.peek(input)
    if a.dtype.kind not in "fc" or a.dtype.itemsize < 4:
        raise errors.DtypeError(f"stft expects a signal of float32, float64 or complex numbers, got "
                                f"{dtypes.of(a.dtype)!r}")
    if a.ndim not in (1, 2):
        raise errors.ShapeError(f"stft: expected a 1D or 2D tensor, but got {a.ndim} dimensions")
    return input


def _window(window: Any, width: int, n_fft: int, name: str) -> Any:
    """The window in the middle of n_fft elements, zeros around it; None if there is none."""
    if not 0 < width <= n_fft:
        raise errors.RangeError(f"{name}: expected 0 < win_length <= n_fft, but got win_length={width}, n_fft={n_fft}")
    if window is None:
        return None
    shape = memory.peek(window).shape
    if shape != (width,):
        raise errors.ShapeError(f"{name}: expected a 1D window tensor of size equal to win_length={width}, but got "
                                f"window with size {list(shape)}")
    return _centered(window, n_fft)


def _centered(window: Any, n_fft: int) -> Any:
    width = window.shape[0]
    if width == n_fft:
        return window
    before = (n_fft - width) // 2
    return pad_with_zeros(window, widths=((before, n_fft - width - before),))


def _ones_like(x: Any, n: int) -> Any:
    return wrap(np.ones(n, np.empty(0, memory.peek(x).dtype).real.dtype))


def _warn_rectangular() -> None:
    warnings.warn("A window was not provided. A rectangular window will be applied, which is known to cause spectral "
                  "leakage. Other windows such as adjoint.hann_window or adjoint.hamming_window are recommended; to "
                  "use a rectangular window, give window=adjoint.ones(n_fft).", UserWarning, stacklevel=3)


def _overlapped(frames: Any, length: int, hop: int) -> Any:
    """Windows set down every `hop` elements, added where they overlap."""
    batch, _, size = frames.shape
    return fold(frames, shape=(batch, length), axis=1, size=size, step=hop)


class SpectrogramMethods:
    """The functions above as methods."""

    __slots__ = ()
    stft = stft
    istft = istft
