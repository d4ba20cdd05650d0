"""Python's operators on tensors: strangers, exchanged operands, dtypes, in-place forms."""

from __future__ import annotations

import operator

import numpy as np
import pytest

import adjoint as ad
from adjoint import errors


class Stranger:
    """A class that knows how to meet a tensor, which does not know it."""

    def __radd__(self, other):
        return "added"

    def __rpow__(self, other):
        return "raised"

    def __rfloordiv__(self, other):
        return "divided"

    def __gt__(self, other):
        return "compared"


def test_a_strangers_reflected_method_runs():
    for x in (ad.ones(2), ad.ones(2, requires_grad=True), ad.tensor([1, 2])):
        assert x + Stranger() == "added"
        assert x ** Stranger() == "raised"
        assert x // Stranger() == "divided"
        assert (x < Stranger()) == "compared"


@pytest.mark.parametrize("op", [operator.add, operator.mul, operator.sub, operator.truediv, operator.pow, operator.mod,
                                operator.floordiv, operator.lt, operator.and_, operator.lshift])
def test_an_unknown_type_is_a_type_error_that_names_both(op):
    with pytest.raises(TypeError, match="'Tensor' and 'NoneType'"):
        op(ad.ones(2), None)


def test_a_tensor_is_unequal_to_what_is_no_tensor():
    x = ad.ones(2)
    assert (x == None) is False  # noqa: E711  # the operator itself is meant
    assert (x != "x") is True
    assert x not in [None]


def test_a_strange_operand_is_refused_without_recording_too():
    with ad.no_grad(), pytest.raises(TypeError, match="unsupported operand"):
        ad.ones(2) + "a"


def test_arrays_and_numpy_scalars_are_operands_on_either_side():
    x = ad.tensor([1., 2.], requires_grad=True)
    for y in (x + np.ones(2), np.ones(2) + x, np.float32(1) + x, x + np.int64(1)):
        assert isinstance(y, ad.Tensor)
        assert y.tolist() == [2., 3.]
        assert y.grad_fn.name() == "AddBackward0"
    assert (np.float32(2) * x).dtype is ad.float32


@pytest.mark.parametrize(("text", "values", "gradient"), [
    ("3 - x", [2., 1.], [-1., -1.]),
    ("3 / x", [3., 1.5], [-3., -0.75]),
    ("3 ** x", [3., 9.], [3.2958369, 9.887511]),
    ("3 % x", [0., 1.], [-3., -1.]),
    ("x ** 2", [1., 4.], [2., 4.]),
    ("x ** -1", [1., 0.5], [-1., -0.25]),
    ("x ** 0", [1., 1.], [0., 0.]),
    ("x % 1.5", [1., 0.5], [1., 1.]),
    ("-x", [-1., -2.], [-1., -1.]),
    ("abs(-x)", [1., 2.], [1., 1.]),
])
def test_an_operator_has_value_and_gradient(text, values, gradient):
    x = ad.tensor([1., 2.], requires_grad=True)
    y = eval(text, {"x": x})
    assert y.tolist() == values
    (g,) = ad.autograd.grad(y.sum(), x)
    np.testing.assert_allclose(g.numpy(), gradient, rtol=1e-6)


@pytest.mark.parametrize(("text", "name"), [
    ("1 - x", "RsubBackward1"), ("1 / x", "MulBackward0"), ("x / 2", "DivBackward0"), ("x ** 2", "PowBackward0"),
    ("x ** 2.5", "PowBackward0"), ("x ** x", "PowBackward1"), ("x % 2", "RemainderBackward0"),
    ("x * x", "MulBackward0"),
    ("-x", "NegBackward0"), ("abs(x)", "AbsBackward0"),
])
def test_a_node_is_called_as_in_pytorch(text, name):
    assert eval(text, {"x": ad.ones(2, requires_grad=True)}).grad_fn.name() == name


def test_in_place_operators_keep_the_tensor():
    x = ad.tensor([7, 5])
    before = x
    x += 1
    x -= 2
    x *= 6
    x //= 5
    x %= 4
    x **= 2
    x <<= 3
    x >>= 1
    x |= 1
    x &= 13
    x ^= 2
    assert x is before
    assert x.tolist() == [(((n - 1) * 6 // 5 % 4) ** 2 * 4 | 1) & 13 ^ 2 for n in (7, 5)]


def test_in_place_true_division_of_integers_is_refused():
    x = ad.tensor([7, 5])
    with pytest.raises(errors.DtypeError, match="can't be cast"):
        x /= 2


def test_booleans_add_and_multiply_but_do_not_subtract():
    a, b = ad.tensor([True, False]), ad.tensor([True, True])
    assert (a + b).dtype is ad.bool
    assert (a * b).tolist() == [True, False]
    assert (a + 1).dtype is ad.int64
    for f in (lambda: a - b, lambda: -a, lambda: +a):
        with pytest.raises(RuntimeError):
            f()


def test_integers_wrap_divide_into_floats_and_refuse_zero_divisors():
    i = ad.tensor([200], dtype=ad.uint8)
    assert (i + 100).tolist() == [44]
    assert (ad.tensor([1, 2]) / 2).dtype is ad.float32
    for op in (operator.floordiv, operator.mod):
        with pytest.raises(RuntimeError, match="ZeroDivisionError"):
            op(ad.tensor([1, 2]), 0)
        assert op(ad.tensor([-7, 7]), 2).tolist() == [op(-7, 2), op(7, 2)]


def test_powers_of_integers():
    i = ad.tensor([2, 3])
    assert (i**2).dtype is ad.int64
    assert (i**2.0).dtype is ad.float32
    assert (ad.tensor([True]) ** 2).dtype is ad.int64
    with pytest.raises(RuntimeError, match="negative integer powers"):
        i**-1


def test_negative_powers_held_by_a_tensor_of_integers_round_towards_zero():
    x, y = ad.tensor([1, -1, -1, 2, 0, 3]), ad.tensor([-5, -2, -3, -1, -1, 2])
    assert (x**y).tolist() == [1, 1, -1, 0, 0, 9]
    assert (2 ** ad.tensor([-1, 3])).tolist() == [0, 8]


def test_comparisons_take_scalars_in_the_tensors_dtype():
    assert (ad.tensor(0.1) == 0.1).item() is True
    assert (ad.tensor([1, 2]) < 1.5).tolist() == [True, False]
    assert (1 < ad.tensor([1., 2.])).tolist() == [False, True]
    assert not (ad.ones(2, requires_grad=True) < 2).requires_grad


def test_comparisons_broadcast_and_say_when_they_cannot():
    assert (ad.ones(2, 1) <= ad.zeros(3)).shape == (2, 3)
    with pytest.raises(errors.ShapeError):
        ad.ones(2) == ad.ones(3)
