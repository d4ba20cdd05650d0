"""assert_close compares by torch's rules and says where values differ."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad
from adjoint.testing import assert_close, numerical_jacobian


def test_tolerances_follow_the_dtype():
    assert_close(ad.tensor([1.0]), ad.tensor([1.000001]))
    with pytest.raises(AssertionError):
        assert_close(ad.tensor([1.0], dtype=ad.float64), ad.tensor([1.000001], dtype=ad.float64))
    assert_close(ad.tensor([1.0]), ad.tensor([1.5]), rtol=0, atol=1)
    with pytest.raises(ValueError, match="both"):
        assert_close(1.0, 1.0, rtol=0)


def test_the_report_counts_and_places_the_differences():
    with pytest.raises(AssertionError) as e:
        assert_close(ad.tensor([1.0, 2.0, 3.0]), ad.tensor([1.0, 2.5, 3.0]))
    text = str(e.value)
    assert "Tensor-likes are not close!" in text
    assert "Mismatched elements: 1 / 3 (33.3%)" in text
    assert "Greatest absolute difference: 0.5 at index (1,)" in text


def test_shape_and_dtype_must_agree():
    with pytest.raises(AssertionError, match="shape"):
        assert_close(ad.ones(2), ad.ones(3))
    with pytest.raises(AssertionError, match="dtype"):
        assert_close(ad.ones(2), ad.ones(2, dtype=ad.float64))
    assert_close(ad.ones(2), ad.ones(2, dtype=ad.float64), check_dtype=False)


def test_structures_are_compared_item_by_item():
    assert_close({"a": [ad.ones(1), 2]}, {"a": [ad.ones(1), 2]})
    with pytest.raises(AssertionError, match=r"item \['a'\]\[1\]"):
        assert_close({"a": [ad.ones(1), 2]}, {"a": [ad.ones(1), 3]})
    with pytest.raises(AssertionError, match="length"):
        assert_close([1.0], [1.0, 2.0])
    with pytest.raises(AssertionError, match="keys"):
        assert_close({"a": 1}, {"b": 1})


def test_nan_and_infinity():
    nan, inf = float("nan"), float("inf")
    assert_close(ad.tensor([inf]), ad.tensor([inf]))
    with pytest.raises(AssertionError):
        assert_close(ad.tensor([nan]), ad.tensor([nan]))
    assert_close(ad.tensor([nan]), ad.tensor([nan]), equal_nan=True)
    with pytest.raises(AssertionError):
        assert_close(ad.tensor([1.0]), ad.tensor([inf]))
    with pytest.raises(AssertionError):
        assert_close(ad.tensor([1, 2]), ad.tensor([1, 3]))


def test_a_message_of_one_s_own():
    with pytest.raises(AssertionError, match=r"^mine$"):
        assert_close(1.0, 2.0, msg="mine")
    with pytest.raises(AssertionError, match=r"^mine: Scalars"):
        assert_close(1.0, 2.0, msg=lambda text: f"mine: {text}")


def test_a_numerical_jacobian_counts_a_complex_number_as_two():
    z = ad.tensor([1 + 2j], dtype=ad.complex128)
    (j,) = numerical_jacobian(lambda z: z * z, [z])
    np.testing.assert_allclose(j, [[2, -4], [4, 2]], atol=1e-6)
