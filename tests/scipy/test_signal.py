"""Convolutions agree with SciPy's and, contracted, with autograd's; their derivatives with finite differences."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import adjoint as ad
from adjoint.scipy import signal

scipy_signal = pytest.importorskip("scipy.signal")
RNG = np.random.default_rng(0)
SHAPES = [((7,), (3,)), ((3,), (6,)), ((4, 5), (2, 3)), ((2, 3), (4, 4)), ((1,), (1,)), ((3, 4, 2), (2, 2, 1))]
CASES = list(itertools.product(SHAPES, ("full", "same", "valid"), ("direct", "fft"), (False, True)))


@pytest.mark.parametrize(("shapes", "mode", "method", "is_complex"), CASES, ids=str)
def test_values_are_those_of_scipy(shapes: Any, mode: str, method: str, is_complex: bool) -> None:
    a, b = [RNG.normal(size=s) + (1j * RNG.normal(size=s) if is_complex else 0) for s in shapes]
    for name in ("convolve", "correlate"):
        expected = getattr(scipy_signal, name)(a, b, mode, "direct")
        np.testing.assert_allclose(getattr(signal, name)(a, b, mode, method), expected, atol=1e-12)


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
def test_matrices_are_convolved_and_differentiated(mode: str) -> None:
    a, b = RNG.normal(size=(4, 5)), RNG.normal(size=(3, 2))
    np.testing.assert_allclose(signal.convolve2d(a, b, mode), scipy_signal.convolve2d(a, b, mode), atol=1e-12)
    np.testing.assert_allclose(signal.correlate2d(a, b, mode), scipy_signal.correlate2d(a, b, mode), atol=1e-12)
    ad.testing.check_grads(lambda a, b: signal.convolve2d(a, b, mode), (a, b), order=2)
    ad.testing.check_grads(lambda a, b: signal.fftconvolve(a, b, mode), (a, b), order=2)
    stacked = np.stack([a, 2 * a])
    np.testing.assert_allclose(ad.vmap(lambda a: signal.correlate2d(a, b, mode))(stacked),
                               [scipy_signal.correlate2d(x, b, mode) for x in stacked], atol=1e-12)


@pytest.mark.parametrize("mode", ["full", "valid", "same"])
def test_axes_and_contractions_are_those_of_autograd(mode: str) -> None:
    theirs = pytest.importorskip("autograd.scipy.signal").convolve
    images, filters = RNG.normal(size=(2, 3, 6, 5)), RNG.normal(size=(3, 4, 3, 2))
    for axes, dots in [(([2, 3], [2, 3]), ([1], [0])), (([3], [2]), ([], [])), (([2], [3]), ([1], [0]))]:
        np.testing.assert_allclose(signal.convolve(images, filters, mode, axes=axes, dot_axes=dots),
                                   theirs(images, filters, axes=axes, dot_axes=dots, mode=mode), atol=1e-12)


def test_long_arrays_are_convolved_by_fourier_transforms() -> None:
    a, b = RNG.normal(size=2000), RNG.normal(size=1500)
    np.testing.assert_allclose(signal.convolve(a, b), np.convolve(a, b), atol=1e-10)
    counts = np.arange(600)
    assert signal.convolve(counts, counts).dtype == counts.dtype


def test_what_cannot_be_convolved_is_refused() -> None:
    for call, says in [(lambda: signal.convolve(np.ones(2), np.ones((2, 2))), "one number of dimensions"),
                       (lambda: signal.convolve(np.ones((2, 3)), np.ones((3, 2)), "valid"), "at least as large"),
                       (lambda: signal.convolve(np.ones(2), np.ones(2), "some"), "mode must be"),
                       (lambda: signal.convolve2d(np.eye(2), np.eye(2), boundary="wrap"), r"np\.pad")]:
        with pytest.raises(ValueError, match=says):
            call()
