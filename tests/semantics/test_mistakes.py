"""Usual mistakes raise what PyTorch's programs catch, and the message says what was given and expected."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad
from adjoint.nn import functional as F


def test_a_product_of_a_tensor_and_a_number_is_a_type_error():
    with pytest.raises(TypeError, match="expected a tensor, got int: 3"):
        ad.matmul(ad.ones(2), 3)
    with pytest.raises(TypeError, match="unsupported operand"):
        ad.ones(2) @ 3
    assert (ad.ones(2, 2) @ np.ones(2)).tolist() == [2.0, 2.0]
    assert (np.ones(2) @ ad.ones(2, 2)).tolist() == [2.0, 2.0]


@pytest.mark.parametrize("call", [
    lambda: ad.sum([1.0, 2.0]), lambda: ad.exp("a"), lambda: ad.squeeze(3), lambda: ad.cat([1, 2]),
    lambda: F.mse_loss(ad.ones(2), 3), lambda: F.cross_entropy([1.0], [0]), lambda: ad.nn.Linear(2, 2)(np.ones((1, 2))),
])
def test_what_is_no_tensor_is_a_type_error_that_shows_it(call):
    with pytest.raises(TypeError, match=r"expected a tensor.* got (int|str|list|ndarray): "):
        call()


@pytest.mark.parametrize("call", [lambda x: x.sum("a"), lambda x: x.sum(1.5), lambda x: x.view("a"),
                                  lambda x: x.reshape(2.0, 1)])
def test_a_dimension_or_size_that_is_no_integer_is_a_type_error(call):
    with pytest.raises(TypeError, match="integer"):
        call(ad.ones(2))


def test_complex_numbers_are_not_ordered():
    z = ad.tensor([1j])
    for compare in (lambda: z > 1, lambda: z <= z, lambda: ad.lt(1.0 * z, 2), lambda: np.greater_equal(z, 1)):
        with pytest.raises(TypeError, match="complex numbers have no order"):
            compare()
    assert (z == 1j).item()


def test_several_elements_are_no_number():
    for convert in (float, int, ad.Tensor.item):
        for error in (ValueError, RuntimeError):
            with pytest.raises(error, match="2 elements cannot be converted to Scalar"):
                convert(ad.ones(2))


def test_an_index_out_of_range_is_an_index_error_and_a_runtime_error():
    for error in (IndexError, RuntimeError):
        with pytest.raises(error, match="index 5 is out of bounds for dimension with size 2"):
            ad.gather(ad.ones(2), 0, ad.tensor([5]))
        with pytest.raises(error, match="index 5 is out of bounds for dimension with size 2"):
            ad.zeros(2).scatter_(0, ad.tensor([5]), 1.0)


def test_a_linear_layer_does_not_mix_dtypes():
    layer = ad.nn.Linear(2, 2)
    for x in (ad.ones(1, 2).double(), ad.ones(1, 2).long()):
        with pytest.raises(RuntimeError, match="must have the same dtype"):
            layer(x)


@pytest.mark.parametrize(("data", "told"), [
    ([[1, 2], [3]], r"length 2 at dim 1 \(got 1\)"),
    ([[[1], [2]], [[3], [4, 5]]], r"length 1 at dim 2 \(got 2\)"),
    ([[1, 2], 3], r"length 2 at dim 1 \(got 3\)"),
    ([1, [2, 3]], "equal length"),
])
def test_uneven_lists_are_told_where(data, told):
    with pytest.raises(ValueError, match=told):
        ad.tensor(data)


@pytest.mark.parametrize("gradient", [1.0, [1.0, 1.0], np.ones(2)])
def test_a_gradient_of_numbers_is_no_tensor(gradient):
    x = ad.ones(2, requires_grad=True)
    with pytest.raises(TypeError, match="either Tensors or None, but got float"):
        (x * 2).backward(gradient)


def test_a_tensor_is_not_its_own_gradient():
    x = ad.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="its own grad"):
        x.grad = x


@pytest.mark.parametrize("value", [None, 1, "yes"])
def test_requires_grad_is_a_bool(value):
    x = ad.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="must be a bool"):
        x.requires_grad = value
    assert x.requires_grad


@pytest.mark.parametrize(("shapes", "told"), [
    (((4, 5), (4, 3)), r"a \(5\) must match the size of tensor b \(3\) at non-singleton dimension 1"),
    (((2, 1, 3), (4, 5, 1)), r"a \(2\) must match the size of tensor b \(4\) at non-singleton dimension 0"),
    (((4, 5), (4,)), r"a \(5\) must match the size of tensor b \(4\) at non-singleton dimension 1"),
])
def test_shapes_that_do_not_broadcast_are_told_where(shapes, told):
    a, b = [ad.ones(s, requires_grad=True) for s in shapes]
    for call in (lambda: a + b, lambda: ad.maximum(a, b), lambda: ad.where(a > 0, a, b), lambda: a.detach().mul_(b)):
        with pytest.raises(ValueError, match=told) as caught:
            call()
        assert str(shapes[0]) in str(caught.value)
    with pytest.raises(RuntimeError, match="could not be broadcast together"):
        np.add(a, b)


def test_a_bias_that_does_not_fit_is_told_beside_the_product():
    with pytest.raises(RuntimeError, match=r"a \(2\) must match the size of tensor b \(3\) at non-singleton"):
        F.linear(ad.ones(4, 3), ad.ones(2, 3), ad.ones(3))


@pytest.mark.parametrize(("call", "told"), [
    (lambda: F.cross_entropy(ad.ones(2, 3), [0, 1]), "expected a tensor, got list"),
    (lambda: F.one_hot(3), "expected a tensor, got int"),
    (lambda: F.pad(ad.ones(2), 1), r"\(before, after\)"),
    (lambda: ad.arange(), "'end'"),
    (lambda: ad.ones(2).flip(), "'dims'"),
    (lambda: ad.nn.ModuleList(ad.nn.ReLU()), "append"),
    (lambda: ad.nn.ModuleDict([ad.nn.ReLU()]), "pairs"),
    (lambda: ad.optim.SGD(ad.nn.Linear(1, 1), lr=0.1), r"module\.parameters\(\)"),
])
def test_an_argument_of_another_kind_is_told_what_is_wanted(call, told):
    with pytest.raises(TypeError, match=told):
        call()


def test_a_table_of_vectors_has_two_dimensions():
    with pytest.raises(RuntimeError, match="2-D"):
        F.embedding(ad.tensor([0]), ad.ones(3))
