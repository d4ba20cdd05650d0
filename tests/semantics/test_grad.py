"""autograd.grad: what it returns, its options, unused inputs, and derivatives of derivatives."""
from __future__ import annotations

import math

import pytest

import adjoint as ad
from adjoint.nn import functional as F


def leaf(*values):
    return ad.tensor(values if len(values) > 1 else values[0], requires_grad=True)


def test_grad_returns_a_tuple_and_leaves_grad_alone():
    x, y = leaf(1.0), leaf(2.0)
    out = ad.autograd.grad(x * y, (x, y))
    assert isinstance(out, tuple)
    assert [g.item() for g in out] == [2.0, 1.0]
    assert x.grad is None
    assert y.grad is None
    assert not out[0].requires_grad


def test_grad_reaches_intermediate_tensors():
    x = leaf(2.0)
    m = x * x
    gm, gx = ad.autograd.grad(m**3, [m, x])
    assert (gm.item(), gx.item()) == (48.0, 192.0)


def test_grad_does_not_pass_beyond_the_inputs():
    x = leaf(2.0)
    m = x.exp()
    y = m * 3
    ad.autograd.grad(y, m)
    m.backward()
    assert x.grad.item() == pytest.approx(math.exp(2.0))


def test_an_unused_input_is_an_error_unless_it_is_allowed():
    x, y = leaf(1.0), leaf(2.0, 3.0)
    with pytest.raises(RuntimeError, match="appears to not have been used in the graph"):
        ad.autograd.grad(x * x, [x, y])
    g, none = ad.autograd.grad(x * x, [x, y], allow_unused=True)
    assert g.item() == 2.0
    assert none is None
    _, zeros = ad.autograd.grad(x * x, [x, y], materialize_grads=True)
    assert zeros.tolist() == [0.0, 0.0]
    with pytest.raises(ValueError):
        ad.autograd.grad(x * x, [x, y], materialize_grads=True, allow_unused=False)


def test_an_input_without_requires_grad_is_an_error():
    with pytest.raises(RuntimeError, match="does not require grad"):
        ad.autograd.grad(leaf(1.0) * 2, ad.tensor(1.0))


def test_only_inputs_false_is_a_future_warning():
    x = leaf(2.0)
    with pytest.warns(FutureWarning):
        (g,) = ad.autograd.grad(x * x, x, only_inputs=False)
    assert g.item() == 4.0


def test_a_batch_of_seeds_gives_a_jacobian():
    x = leaf(1.0, 2.0, 3.0)
    (jac,) = ad.autograd.grad(x * x, x, grad_outputs=ad.eye(3), is_grads_batched=True)
    assert jac.tolist() == [[2.0, 0.0, 0.0], [0.0, 4.0, 0.0], [0.0, 0.0, 6.0]]


def test_create_graph_makes_gradients_differentiable_to_third_order():
    x = leaf(2.0)
    (g,) = ad.autograd.grad(x**4, x, create_graph=True)
    (h,) = ad.autograd.grad(g, x, create_graph=True)
    (t,) = ad.autograd.grad(h, x)
    assert (g.item(), h.item(), t.item()) == (32.0, 48.0, 48.0)
    assert g.requires_grad
    assert not t.requires_grad


def test_gradient_penalty_trains_through_the_gradient():
    x, w = leaf(1.0, -2.0), leaf(0.5, 0.3)
    (g,) = ad.autograd.grad((w * x**2).sum(), x, create_graph=True)
    (g**2).sum().backward()
    assert w.grad.tolist() == pytest.approx([8 * 0.5 * 1.0, 8 * 0.3 * 4.0])


def test_create_graph_on_a_sum_gives_a_constant_gradient():
    x = leaf(1.0, 2.0)
    (g,) = ad.autograd.grad(x.sum(), x, create_graph=True)
    assert g.tolist() == [1.0, 1.0]
    assert not g.requires_grad


def test_batched_cotangents_must_be_at_least_one_and_as_many_for_each_output():
    x = ad.ones(3, requires_grad=True)
    for cts in ([ad.ones(0, 3)], [ad.ones(2, 3), ad.ones(1, 3)], [None]):
        with pytest.raises(ad.errors.ShapeError, match="counts the cotangents"):
            ad.autograd.grad([x * 2] * len(cts), x, grad_outputs=cts, is_grads_batched=True)


@pytest.mark.parametrize("f", [
    ad.relu, F.leaky_relu, F.hardtanh, F.relu6, F.hardsigmoid, F.softshrink, F.hardshrink,
    lambda x: F.threshold(x, 0, 0), lambda x: F.prelu(x, ad.tensor([0.2])),
    lambda x: ad.relu(x @ ad.ones(4, 4)) @ ad.ones(4),
])
def test_a_second_derivative_of_straight_pieces_is_zero(f):
    x = ad.tensor([0.3, -0.7, 1.5, 4.0], requires_grad=True)
    (g,) = ad.autograd.grad(f(x).sum(), x, create_graph=True)
    assert g.requires_grad
    assert ad.autograd.grad(g.sum(), x)[0].tolist() == [0.0] * 4
    f(x).sum().backward(create_graph=True)
    g, x.grad = x.grad, None
    g.sum().backward()
    assert x.grad.tolist() == [0.0] * 4


def test_a_gradient_of_a_linear_function_is_a_constant():
    x = ad.ones(3, requires_grad=True)
    (g,) = ad.autograd.grad((2 * x).sum(), x, create_graph=True)
    assert not g.requires_grad


def test_the_laplacian_of_a_network_of_straight_pieces_is_zero():
    w = ad.tensor([[1.0, -2.0], [0.5, 3.0]], requires_grad=True)
    x = ad.tensor([[0.7, 0.3]], requires_grad=True)
    (g,) = ad.autograd.grad(ad.relu(x @ w).sum(), x, create_graph=True)
    assert ad.autograd.grad(g.sum(), x, retain_graph=True)[0].tolist() == [[0.0, 0.0]]
    (g**2).sum().backward()
    assert x.grad.tolist() == [[0.0, 0.0]]
    assert w.grad.tolist() == [[2.0, 0.0], [1.0, 0.0]]
