"""Fourier transforms: values are NumPy's, gradients those of finite differences, lengths and scales torch's."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad
from adjoint.autograd import gradcheck, gradgradcheck

SCALES = [None, "forward", "backward", "ortho"]


def numbers(*shape, complex=False):
    random = np.random.default_rng(list(shape))
    x = random.standard_normal(shape)
    return x + 1j * random.standard_normal(shape) if complex else x


@pytest.mark.parametrize("norm", SCALES)
@pytest.mark.parametrize("n", [None, 3, 8])
@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"])
def test_one_dimension_agrees_with_numpy(name, n, norm):
    x = numbers(2, 5, complex=name not in ("rfft", "ihfft"))
    got = getattr(ad.fft, name)(ad.tensor(x), n=n, dim=1, norm=norm)
    np.testing.assert_allclose(got.numpy(), getattr(np.fft, name)(x, n=n, axis=1, norm=norm), atol=1e-12)


@pytest.mark.parametrize("norm", SCALES)
@pytest.mark.parametrize("name", ["fftn", "ifftn", "rfftn", "irfftn", "fft2", "rfft2", "irfft2"])
def test_several_dimensions_agree_with_numpy(name, norm):
    x = numbers(3, 4, 5, complex="rfft" not in name or "irfft" in name)
    got = getattr(ad.fft, name)(ad.tensor(x), s=(3, 6), dim=(0, 2), norm=norm)
    np.testing.assert_allclose(got.numpy(), getattr(np.fft, name)(x, s=(3, 6), axes=(0, 2), norm=norm), atol=1e-12)


def test_hermitian_transforms_of_several_dimensions_undo_each_other():
    x = ad.tensor(numbers(4, 6))
    ad.testing.assert_close(ad.fft.hfftn(ad.fft.ihfftn(x), s=(4, 6)), x)
    ad.testing.assert_close(ad.fft.hfft2(ad.fft.ihfft2(x)), x)


@pytest.mark.parametrize("norm", SCALES)
@pytest.mark.parametrize("n", [3, 6])
@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"])
def test_gradients_are_those_of_finite_differences(name, n, norm):
    for complex in (False, True) if name in ("fft", "ifft", "irfft", "hfft") else (False,):
        x = ad.tensor(numbers(2, 4, complex=complex)).requires_grad_()

        def transform(x):
            return getattr(ad.fft, name)(x, n=n, norm=norm)

        assert gradcheck(transform, [x])
        assert gradgradcheck(transform, [x], fast_mode=True)


def test_float32_gives_complex64_and_integers_the_default():
    assert ad.fft.fft(ad.ones(4)).dtype is ad.complex64
    assert ad.fft.rfft(ad.arange(4)).dtype is ad.complex64
    assert ad.fft.irfft(ad.fft.rfft(ad.ones(4, dtype=ad.float64))).dtype is ad.float64


def test_wrong_arguments_say_what_was_expected():
    with pytest.raises(RuntimeError, match="expects a real input tensor"):
        ad.fft.rfft(ad.ones(4, dtype=ad.complex64))
    with pytest.raises(RuntimeError, match="Invalid number of data points"):
        ad.fft.fft(ad.ones(4), n=0)
    with pytest.raises(IndexError, match="Dimension out of range"):
        ad.fft.fft(ad.ones(4), dim=1)
    with pytest.raises(RuntimeError, match="Invalid normalization mode"):
        ad.fft.fft(ad.ones(4), norm="half")
    with pytest.raises(RuntimeError, match="unique"):
        ad.fft.fftn(ad.ones(2, 2), dim=(0, -2))


def test_shifts_undo_each_other():
    x = ad.arange(15.0).reshape(3, 5)
    ad.testing.assert_close(ad.fft.ifftshift(ad.fft.fftshift(x)), x)
    np.testing.assert_array_equal(ad.fft.fftshift(x, dim=1).numpy(), np.fft.fftshift(x.numpy(), axes=1))


def test_frequencies_are_numpys():
    np.testing.assert_allclose(ad.fft.fftfreq(5, 0.5).numpy(), np.fft.fftfreq(5, 0.5).astype(np.float32))
    assert ad.fft.rfftfreq(5, dtype=ad.float64).dtype is ad.float64


def test_numpys_own_transforms_take_tensors():
    x = numbers(3, 4)
    t = ad.tensor(x).requires_grad_()
    for f in (lambda a: np.fft.rfft(a, axis=0), lambda a: np.fft.fft2(a), lambda a: np.fft.fftshift(a, axes=1)):
        y = f(t)
        np.testing.assert_allclose(y.detach().numpy(), f(x), atol=1e-12)
        assert y.requires_grad


def test_a_number_has_no_dimension_to_transform():
    with pytest.raises(IndexError, match="no dimensions"):
        ad.fft.fft(ad.tensor(1.0))
    assert ad.fft.fftn(ad.tensor(1.0)).item() == 1
