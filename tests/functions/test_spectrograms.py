"""stft, istft and the windows for them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import adjoint as ad


@pytest.mark.parametrize(("n_fft", "hop", "width"), [(4, None, None), (7, 2, None), (8, 3, 5)])
@pytest.mark.parametrize("normalized", [False, True])
@pytest.mark.parametrize("onesided", [None, False])
def test_istft_gives_back_what_stft_took_apart(
    n_fft: int, hop: int | None, width: int | None, normalized: bool, onesided: bool | None
) -> None:
    x = ad.tensor(np.random.default_rng(0).standard_normal((2, 20)))
    window = ad.hamming_window(width or n_fft, dtype=ad.float64)
    how = {"hop_length": hop, "win_length": width, "window": window, "normalized": normalized, "onesided": onesided}
    spectra = ad.stft(x, n_fft, return_complex=True, **how)
    assert ad.allclose(ad.istft(spectra, n_fft, length=20, **how), x)


def test_the_first_aligned_window_holds_the_first_samples() -> None:
    x = ad.arange(1.0, 9.0)
    ones = ad.ones(4)
    aligned = ad.stft(x, 8, 1, 4, ones, center=False, return_complex=True, align_to_window=True)
    assert aligned.shape == (5, 5)
    assert ad.allclose(aligned[0].real, x.unfold(0, 4, 1).sum(-1))


def test_a_spectrogram_has_the_gradient_of_finite_differences() -> None:
    window = ad.hann_window(4, dtype=ad.float64).requires_grad_()
    x = ad.tensor(np.random.default_rng(0).standard_normal(10), requires_grad=True)

    def power(x: ad.Tensor, window: ad.Tensor) -> ad.Tensor:
        return ad.stft(x, 4, 2, window=window, return_complex=True).abs().square()

    assert ad.autograd.gradcheck(power, (x, window))


def test_stft_of_a_real_signal_asks_whether_the_result_shall_be_complex() -> None:
    with pytest.raises(RuntimeError, match="return_complex"):
        ad.stft(ad.ones(8), 4, window=ad.ones(4))


def test_stft_without_a_window_warns_of_leakage() -> None:
    with pytest.warns(UserWarning, match="spectral leakage"):
        ad.stft(ad.ones(8), 4, return_complex=True)


def test_istft_does_not_guess_where_windows_leave_a_gap() -> None:
    with pytest.raises(RuntimeError, match="zero somewhere"):
        ad.istft(ad.ones(3, 3) + 0j, 4, 4, window=ad.hann_window(4), center=False)


WINDOWS = [name for name in ad.signal.windows.__all__ if name != "general_cosine"]


@pytest.mark.parametrize("name", WINDOWS)
def test_a_periodic_window_is_a_symmetric_one_without_its_last_element(name: str) -> None:
    make = getattr(ad.signal.windows, name)
    assert ad.allclose(make(6, sym=False, dtype=ad.float64), make(7, dtype=ad.float64)[:-1])


@pytest.mark.parametrize("name", WINDOWS)
def test_windows_are_those_of_torch(name: str) -> None:
    torch = pytest.importorskip("torch")
    for n, sym in itertools.product((0, 1, 2, 7), (True, False)):
        expected = getattr(torch.signal.windows, name)(n, sym=sym, dtype=torch.float64).numpy()
        np.testing.assert_allclose(getattr(ad.signal.windows, name)(n, sym=sym, dtype=ad.float64), expected, atol=1e-12)


def test_a_window_of_a_negative_length_is_refused() -> None:
    with pytest.raises(RuntimeError, match="non-negative"):
        ad.hann_window(-1)
