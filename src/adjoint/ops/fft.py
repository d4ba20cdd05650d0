"""Discrete Fourier transforms along chosen axes.

Only three maps are ops: complex to complex, real to half-complex, half-complex to real. Cropping and padding,
shifts and the Hermitian transforms are composed of them in functions/fft.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_rules import axes, leading
from ..core.kinds import linear
from .padding import pad_with_zeros

_DUAL = {"backward": "forward", "ortho": "ortho", "forward": "backward"}


def _c2c(x: np.ndarray, *, axes: tuple[int, ...], norm: str = "backward", inverse: bool = False) -> np.ndarray:
    f = np.fft.ifft if inverse else np.fft.fft
    for axis in axes:
        x = f(x, axis=axis, norm=norm)
    return x


# the matrix of the transform is symmetric
c2c = linear(_c2c, lambda ct, x, **params: c2c(ct, **params), name="FftC2C", batch=axes(axes=()))


def _r2c(x: np.ndarray, *, norm: str = "backward") -> np.ndarray:
    return np.fft.rfft(x, axis=-1, norm=norm)


def _r2c_transpose(ct: Any, x: Any, *, norm: str = "backward") -> Any:
    """The first half of the symmetric matrix: fill up with zeros, transform, keep the real part."""
    n = x.shape[-1]
    return np.real(c2c(pad_with_zeros(ct, widths=((0, n - ct.shape[-1]),)), axes=(-1,), norm=norm))


r2c = linear(_r2c, _r2c_transpose, name="FftR2C", batch=leading(1))


def _c2r(x: np.ndarray, *, n: int, norm: str = "backward") -> np.ndarray:
    return np.fft.irfft(x, n, axis=-1, norm=norm)


def _c2r_transpose(ct: Any, x: Any, *, n: int, norm: str = "backward") -> Any:
    """Every frequency but the first (and, for even n, the last) stands for two, itself and its conjugate."""
    half = np.conjugate(r2c(ct, norm=_DUAL[norm]))
    return doubled(half, n=n)


def _doubled(x: np.ndarray, *, n: int) -> np.ndarray:
    out = 2 * x
    out[..., 0] = x[..., 0]
    if n % 2 == 0:
        out[..., -1] = x[..., -1]
    return out


doubled = linear(_doubled, lambda ct, x, *, n: doubled(ct, n=n), batch=leading(1))
c2r = linear(_c2r, _c2r_transpose, name="FftC2R", batch=leading(1))
