"""Fourier transforms: every norm, lengths that crop and pad, axes, real and complex arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from .case import Case, sample

ft = np.fft


def complex_sample(*shape: int, seed: int = 0) -> Any:
    """Complex random numbers."""
    return sample(*shape, seed=seed) + 1j * sample(*shape, seed=seed + 10)


def along_one(f: Any, *kinds: Any) -> list[Case]:
    """One transform with each of its arguments."""
    return [case for make in kinds for case in (
        Case(f, make(5)), Case(f, make(4)), Case(lambda x: f(x, n=3), make(5)),
        Case(lambda x: f(x, n=6, norm="ortho"), make(4)),
        Case(lambda x: f(x, axis=0, norm="forward"), make(3, 2)), Case(lambda x: f(x, 4, 1), make(2, 3, 2)))]


def along_several(f: Any, *kinds: Any) -> list[Case]:
    """A transform of several axes with each of its arguments."""
    return [case for make in kinds for case in (
        Case(f, make(3, 4)), Case(f, make(2, 2, 3)), Case(lambda x: f(x, s=(2, 4), axes=(0, 1)), make(3, 3)),
        Case(lambda x: f(x, axes=(1, 0), norm="ortho"), make(2, 3)),
        Case(lambda x: f(x, s=(-1, 3), axes=(2, 0), norm="forward"), make(3, 2, 2)))]


CASES = {
    **{f"np.fft.{name}": along_one(getattr(ft, name), sample, complex_sample)
       for name in ("fft", "ifft", "irfft", "hfft")},
    **{f"np.fft.{name}": along_one(getattr(ft, name), sample) for name in ("rfft", "ihfft")},
    **{f"np.fft.{name}": along_several(getattr(ft, name), sample, complex_sample)
       for name in ("fft2", "ifft2", "fftn", "ifftn", "irfft2", "irfftn")},
    **{f"np.fft.{name}": along_several(getattr(ft, name), sample) for name in ("rfft2", "rfftn")},
    "np.fft.fftshift": [Case(ft.fftshift, sample(5)), Case(ft.fftshift, sample(3, 4)),
                        Case(lambda x: ft.fftshift(x, axes=1), sample(2, 3)), Case(ft.fftshift, complex_sample(3))],
    "np.fft.ifftshift": [Case(ft.ifftshift, sample(5)), Case(ft.ifftshift, sample(3, 4)),
                         Case(lambda x: ft.ifftshift(x, axes=(0, -1)), sample(2, 3, 3))],
}
