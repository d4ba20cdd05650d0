"""What functions make of integer tensors: the dtypes and values that PyTorch gives."""

from __future__ import annotations

import pytest

import adjoint as ad

INTEGERS = [ad.uint8, ad.int8, ad.int16, ad.int32, ad.int64]


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize(("call", "result"), [
    (lambda x: ad.bincount(x), [0, 1, 1]),
    (lambda x: ad.trace(ad.stack([x, x])), 3),
    (lambda x: ad.unravel_index(x, (2, 2))[1], [1, 0]),
    (lambda x: ad.vander(x), [[1, 1], [2, 1]]),
    (lambda x: ad.linalg.vander(x), [[1, 1], [1, 2]]),
])
def test_counts_positions_and_powers_are_int64(dtype, call, result):
    out = call(ad.tensor([1, 2], dtype=dtype))
    assert out.dtype is ad.int64
    assert out.tolist() == result


@pytest.mark.parametrize("dtype", INTEGERS)
def test_a_sum_of_products_of_matrices_keeps_the_dtype(dtype):
    a = ad.ones(2, 2, 2, dtype=dtype)
    out = ad.addbmm(a[0], a, a)
    assert out.dtype is dtype
    assert out.tolist() == [[5, 5], [5, 5]]


@pytest.mark.parametrize(("arguments", "dtype", "result"), [
    ((0.5, 5.5, 1.5), ad.int32, [0, 1, 2, 3]),
    ((-2.5, 2.5), ad.int32, [-2, -1, 0, 1, 2]),
    ((0.7, 3.2), ad.uint8, [0, 1, 2]),
    ((2, -3.5, -1.5), ad.int64, [2, 1, 0, -1, -2]),
    ((5.5,), ad.int64, [0, 1, 2, 3, 4]),
])
def test_a_range_of_integers_between_fractions_is_counted_as_pytorch_counts(arguments, dtype, result):
    assert ad.arange(*arguments, dtype=dtype).tolist() == result


def test_random_slopes_keep_a_narrow_dtype():
    assert ad.nn.functional.rrelu(ad.ones(2, dtype=ad.bfloat16), training=True).dtype is ad.bfloat16
