"""Tensors from data: the dtype in which the elements of nested lists meet."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad


def test_numbers_of_python_in_a_list_become_the_default_dtype():
    assert ad.tensor([1.0, 2]).dtype is ad.float32
    assert ad.tensor([True, 2]).dtype is ad.int64
    assert ad.tensor([[1], [2j]]).dtype is ad.complex64
    assert ad.tensor([[]]).dtype is ad.float32


def test_tensors_in_a_list_keep_their_precision():
    exact = ad.tensor(0.1, dtype=ad.float64)
    both = ad.tensor([exact, 2.0])
    assert both.dtype is ad.float64
    assert both[0].item() == 0.1
    assert ad.tensor([ad.tensor(1, dtype=ad.int32)]).dtype is ad.int32
    assert ad.tensor([[ad.tensor(1.0, dtype=ad.float16)], [3]]).dtype is ad.float16


def test_scalars_and_arrays_of_numpy_in_a_list_keep_their_precision_wherever_they_stand():
    assert ad.tensor([np.float32(1), 2]).dtype is ad.float32
    assert ad.tensor([1.0, np.float64(0.1)]).dtype is ad.float64
    assert ad.tensor([[1.0], [np.float64(0.1)]])[1, 0].item() == 0.1
    assert ad.tensor([np.int32(1)]).dtype is ad.int32
    assert ad.tensor([np.uint8(1), np.int8(2)]).dtype is ad.int16
    assert ad.tensor([np.ones(2), [1, 2]]).dtype is ad.float64
    assert ad.tensor([1j, np.float64(1)]).dtype is ad.complex128


@pytest.mark.parametrize("dtype", [float, complex, int, bool])
def test_a_type_of_python_is_the_dtype_of_its_precision(dtype):
    assert ad.zeros(2, dtype=dtype).dtype.numpy == np.dtype(dtype)
