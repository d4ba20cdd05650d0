"""Copies in rows are copies, of any order and size."""

import numpy as np
import pytest

import adjoint as ad
from adjoint.core.layout import in_rows


@pytest.mark.parametrize("shape", [(), (0, 3), (3, 5), (300, 200), (201, 300), (3, 20000), (20000, 3), (40, 60, 30)])
@pytest.mark.parametrize("dtype", [np.float32, np.complex128])
def test_a_copy_in_rows_has_the_same_elements(shape: tuple[int, ...], dtype: type) -> None:
    a = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    for view in (a, a.T, a[..., ::-1] if shape else a, np.broadcast_to(a, (2, *shape))):
        copy = in_rows(view)
        assert copy.flags.carray
        assert not np.shares_memory(copy, view)
        np.testing.assert_array_equal(copy, view, strict=True)


def test_the_gradient_of_a_large_weight_that_was_transposed_is_in_rows() -> None:
    weight = ad.ones(300, 200, requires_grad=True)
    x = ad.arange(200.0).reshape(1, 200)
    (x @ weight.t()).sum().backward()
    assert weight.grad.is_contiguous()
    assert weight.grad.view(-1)[:200].tolist() == x.flatten().tolist()
