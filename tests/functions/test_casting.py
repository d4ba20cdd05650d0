"""Dtypes and devices of tensors: casts, promotion, limits, creation."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import adjoint as ad
from adjoint import errors


def test_to_gives_the_tensor_itself_if_nothing_changes() -> None:
    x = ad.ones(2)
    assert x.to(ad.float32) is x
    assert x.to("cpu") is x
    assert x.to(ad.device("cpu"), ad.float32) is x
    assert x.to(x, copy=True) is not x


def test_a_cast_is_differentiated_back_in_the_own_dtype() -> None:
    x = ad.ones(2, requires_grad=True)
    x.to(ad.float64).sum().backward()
    assert x.grad.dtype is ad.float32


def test_a_cast_to_integers_is_not_tracked() -> None:
    assert not ad.ones(2, requires_grad=True).long().requires_grad


def test_a_cast_from_complex_to_real_warns_and_keeps_the_real_part() -> None:
    z = ad.tensor([1 + 2j], requires_grad=True)
    with pytest.warns(UserWarning, match="imaginary"):
        x = z.to(ad.float64)
    x.sum().backward()
    assert z.grad.tolist() == [1 + 0j]


@pytest.mark.parametrize(
    "call",
    [
        lambda: ad.ones(2).cuda(),
        lambda: ad.ones(2).to("cuda"),
        lambda: ad.zeros(2, device="cuda:0"),
        lambda: ad.set_default_device("mps"),
    ],
)
def test_a_device_that_is_not_there_is_named(call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(errors.DeviceError, match="there is no"):
        call()


def test_a_device_compares_by_type_and_index() -> None:
    assert ad.device("cuda:1") == ad.device("cuda", 1)
    assert str(ad.device("cuda", 1)) == "cuda:1"
    assert ad.ones(1).device == ad.device("cpu")


def test_bfloat16_is_made_and_cast() -> None:
    x = ad.tensor([1.0, 3.14159]).to(ad.bfloat16)
    assert x.dtype is ad.bfloat16
    assert x.float().tolist() == [1.0, 3.140625]
    assert ad.finfo(ad.bfloat16).bits == 16


def test_type_names_are_the_old_ones() -> None:
    assert ad.ones(1).type() == "adjoint.FloatTensor"
    assert ad.ones(1).type("torch.DoubleTensor").dtype is ad.float64
    assert isinstance(ad.LongTensor([1]), ad.LongTensor)
    assert not isinstance(ad.ones(1), ad.LongTensor)


def test_ranges_have_both_ends_exact() -> None:
    x = ad.linspace(0.1, 0.7, 7)
    assert x[0].item() == np.float32(0.1)
    assert x[-1].item() == np.float32(0.7)
    assert ad.linspace(0, 1).shape == (100,)
    assert ad.arange(0, 1, 0.1).shape == (10,)
    assert ad.arange(5.0).dtype is ad.float32
    assert ad.arange(5).dtype is ad.int64


def test_full_takes_its_dtype_from_the_value() -> None:
    assert [ad.full((1,), v).dtype for v in (True, 1, 1.0, 1j)] == [ad.bool, ad.int64, ad.float32, ad.complex64]


def test_as_tensor_shares_the_memory_of_an_array() -> None:
    a = np.zeros(2)
    t = ad.as_tensor(a)
    a[0] = 5
    assert t.tolist() == [5.0, 0.0]
    assert ad.tensor(a) is not t


def test_copy_casts_and_broadcasts_and_is_differentiated() -> None:
    x = ad.tensor([2.0], requires_grad=True)
    y = ad.zeros(3, dtype=ad.float64)
    y.copy_(x)
    y.sum().backward()
    assert x.grad.tolist() == [3.0]


def test_resizing_keeps_the_first_elements() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ad.arange(4).resize_(2, 1).tolist() == [[0], [1]]


def test_pythons_types_mean_the_dtypes_of_their_precision() -> None:
    assert ad.zeros(1, dtype=float).dtype is ad.float64
    assert ad.zeros(1, dtype=complex).dtype is ad.complex128
    assert ad.zeros(1, dtype=int).dtype is ad.int64
    assert ad.ones(2).sum(dtype=float).dtype is ad.float64


def test_a_reduction_in_a_real_dtype_warns_that_imaginary_parts_go() -> None:
    with pytest.warns(UserWarning, match="discards the imaginary part"):
        assert ad.tensor([1 + 2j]).sum(dtype=ad.float32).item() == 1
