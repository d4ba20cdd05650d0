"""assert_close compares by torch's rules and says where values differ."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad
from adjoint import errors
from adjoint.testing import assert_close, check_grads, numerical_jacobian


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


def half_right(x):
    return x * x


half = ad.extend.elementwise(half_right, lambda x: np.where(x > 2.5, x, 2 * x))


def first_right(x):
    return x**3


first = ad.extend.elementwise(first_right, lambda x: ad.stop_gradient(x) * 3 * x)


def test_right_derivatives_pass_on_every_face():
    check_grads(lambda x, y: np.sin(x) * y, (np.ones(3), 2.0), 3)
    check_grads(lambda x, w: (x @ w).tanh().sum(0), (ad.ones(2, 3), 0.1 * ad.ones(3, 2)), 2)
    check_grads(lambda p: {"a": np.sum(p["w"] ** 2) * p["n"], "b": p["w"][0]}, ({"w": np.ones(2), "n": 3},), 2)
    check_grads(lambda z: (z * z, np.abs(z)), (np.array([1 + 2j, 3 - 1j]),), 2)


@pytest.mark.parametrize(("mode", "place"), [
    ("fwd", r"\(fwd\).* argument 1 .*element \(1, 0\) of output 0"),
    ("rev", r"\(rev\).* argument 1 .*element \(1, 0\): "),
])
def test_a_wrong_derivative_is_placed(mode, place):
    with pytest.raises(AssertionError, match=place):
        check_grads(lambda x, y: half(y) + x, (1.0, np.array([[2.0, 1.0], [3.0, 0.5]])), 1, (mode,))


def test_a_wrong_second_derivative_is_found_in_reverse_of_reverse():
    check_grads(first, (np.array([2.0, 3.0]),), 1)
    with pytest.raises(AssertionError, match=r"\(rev of rev\).* argument 0"):
        check_grads(first, (np.array([2.0, 3.0]),), 2, ("rev",))


def test_a_wrong_leaf_is_named_by_its_place():
    with pytest.raises(AssertionError, match=r"argument 0\['w'\]"):
        check_grads(lambda p: half(p["w"]) + p["b"], ({"w": np.array([3.0]), "b": 1.0},), 1)


def test_a_nan_is_not_close():
    with pytest.raises(AssertionError, match="nan"):
        check_grads(lambda x: x * float("nan"), (1.0,), 1)


@pytest.mark.parametrize(("args", "order", "modes", "error"), [
    ((1.0,), 0, ("fwd",), errors.RangeError), ((1.0,), 1, ("forward",), errors.RangeError),
    ((3,), 1, ("rev",), errors.DtypeError), (np.ones(2), 1, ("rev",), errors.DtypeError),
])
def test_check_grads_names_a_mistake(args, order, modes, error):
    with pytest.raises(error, match="check_grads"):
        check_grads(np.sin, args, order, modes)
