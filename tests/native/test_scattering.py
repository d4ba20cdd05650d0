"""Rows added into a table by a compiled kernel, against np.add.at."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad
from adjoint.native import scattering

from .conftest import ELEMENTS, compiled


@pytest.mark.parametrize(("length", "width", "count"), [(1, 1, 1), (5, 17, 40), (100, 64, 30), (3, 300, 9), (4, 4, 0)])
def test_rows_are_added_in_order_as_by_add_at(length: int, width: int, count: int, element: str,
                                              cpu: str | None) -> None:
    add_rows = compiled(scattering, element, cpu)["add_rows"]
    random = np.random.default_rng(length)
    table = random.standard_normal((length, width)).astype(ELEMENTS[element])
    rows, index = random.standard_normal((count, width)).astype(table.dtype), random.integers(0, length, count)
    expected = table.copy()
    np.add.at(expected, index, rows)
    assert add_rows(table, index, rows) is True
    np.testing.assert_array_equal(table, expected)


def test_nothing_is_written_where_an_index_is_no_row(element: str) -> None:
    add_rows = compiled(scattering, element, None)["add_rows"]
    table, rows = np.zeros((4, 8), ELEMENTS[element]), np.ones((3, 8), ELEMENTS[element])
    for index in ([0, 1, 4], [0, -1, 1], [0, 1, 2**62]):
        assert add_rows(table, np.array(index), rows) is None
    frozen = np.zeros((4, 8), ELEMENTS[element])
    frozen.flags.writeable = False
    index = np.array([0, 1, 2])
    for wrong in ((frozen, index, rows), (table, index[:2], rows), (table, index, rows[:, :4].copy()),
                  (table, index.astype(np.int32), rows), (table[:, ::2], index, rows)):
        assert add_rows(*wrong) is None
    assert not table.any()
    assert not frozen.any()


@pytest.mark.parametrize("dtype", [ad.float32, ad.float64], ids=str)
def test_gradients_of_look_ups_are_the_same_by_kernel_and_by_numpy(dtype: ad.dtype) -> None:
    random = np.random.default_rng(0)
    for rows in (8, 500):  # NumPy's, the kernel's
        index = random.integers(0, 20, (rows, 2))
        ct = random.standard_normal((rows, 2, 16))
        expected = np.zeros((20, 16))
        np.add.at(expected, index, ct)
        for look_up in (lambda x, i: ad.nn.functional.embedding(i, x), lambda x, i: x[i], lambda x, i: x[i - 20]):
            x = ad.zeros(20, 16, dtype=dtype, requires_grad=True)
            look_up(x, ad.tensor(index)).backward(ad.tensor(ct, dtype=dtype))
            np.testing.assert_allclose(np.asarray(x.grad), expected, rtol=1e-4 if dtype == ad.float32 else 1e-12,
                                       atol=1e-4 if dtype == ad.float32 else 1e-12)
