"""autograd.Function: rules written by the user and the context that they share."""
from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad


def leaf(*values):
    return ad.tensor(values if len(values) > 1 else values[0], requires_grad=True)


class Exp(ad.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        out = x.exp()
        ctx.save_for_backward(out)
        return out

    @staticmethod
    def backward(ctx, g):
        (out,) = ctx.saved_tensors
        return g * out


class Scale(ad.autograd.Function):
    """x * k with k a plain number: the context carries it, and its gradient is None."""

    @staticmethod
    def forward(ctx, x, k, unused=None):
        ctx.k = k
        return x * k

    @staticmethod
    def backward(ctx, g):
        return ctx.k * g, None, None


def test_a_rule_of_one_s_own_is_used_and_named():
    x = leaf(0.0, 1.0)
    y = Exp.apply(x)
    assert y.grad_fn.name() == "ExpBackward"
    assert not y.is_leaf
    assert y.requires_grad
    assert type(y.grad_fn).__name__ == "ExpBackward"
    y.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), np.exp([0, 1]), rtol=1e-6)


def test_backward_written_with_tensor_operations_can_be_differentiated():
    x = leaf(2.0)
    (g,) = ad.autograd.grad(Exp.apply(x) * x, x, create_graph=True)
    (h,) = ad.autograd.grad(g, x, create_graph=True)
    (t,) = ad.autograd.grad(h, x)
    e = float(np.exp(2))
    assert (g.item(), h.item(), t.item()) == pytest.approx((3 * e, 4 * e, 5 * e), rel=1e-5)


def test_plain_arguments_pass_through():
    x = leaf(3.0)
    Scale.apply(x, 4).backward()
    assert x.grad.item() == 4.0
    assert not Scale.apply(ad.tensor(1.0), 2).requires_grad
    with ad.no_grad():
        assert not Scale.apply(x, 2).requires_grad


def test_nothing_inside_forward_is_recorded():
    class Probe(ad.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            assert not ad.is_grad_enabled()
            assert not (x * 2).requires_grad
            assert x.requires_grad
            return x * 2

        @staticmethod
        def backward(ctx, g):
            assert not ad.is_grad_enabled()
            return g

    x = leaf(1.0)
    Probe.apply(x).backward()
    assert x.grad.item() == 1.0


def test_setup_context_separates_forward_from_the_context():
    class Cube(ad.autograd.Function):
        @staticmethod
        def forward(x, n):
            return x**n

        @staticmethod
        def setup_context(ctx, inputs, output):
            x, ctx.n = inputs
            ctx.save_for_backward(x)

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g * ctx.n * x ** (ctx.n - 1), None

    x = leaf(2.0)
    Cube.apply(x, 3).backward()
    assert x.grad.item() == 12.0


def test_needs_input_grad_says_which_gradients_are_wanted():
    seen = []

    class Mul(ad.autograd.Function):
        @staticmethod
        def forward(ctx, x, y, flag):
            ctx.save_for_backward(x, y)
            return x * y

        @staticmethod
        def backward(ctx, g):
            seen.append(ctx.needs_input_grad)
            x, y = ctx.saved_tensors
            return g * y, g * x if ctx.needs_input_grad[1] else None, None

    x = leaf(2.0)
    Mul.apply(x, ad.tensor(5.0), True).backward()
    assert seen == [(True, False, False)]
    assert x.grad.item() == 5.0
    assert Mul.apply(x, leaf(1.0), 0).grad_fn.needs_input_grad == (True, True, False)


class MinMax(ad.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        low, high, where = x.min(), x.max(), x.argmax()
        ctx.mark_non_differentiable(where)
        ctx.save_for_backward(x, low, high)
        return low, high, where

    @staticmethod
    def backward(ctx, glow, ghigh, gwhere):
        x, low, high = ctx.saved_tensors
        assert gwhere is not None
        return glow * (x == low) + ghigh * (x == high)


def test_several_outputs_get_their_gradients_and_unused_ones_zeros():
    x = leaf(1.0, 3.0, 2.0)
    low, high, where = MinMax.apply(x)
    assert where.item() == 1
    assert not where.requires_grad
    assert low.grad_fn is high.grad_fn
    (high * 5).backward()
    assert x.grad.tolist() == [0.0, 5.0, 0.0]
    low, high, _ = MinMax.apply(x)
    (low + high).backward()
    assert x.grad.tolist() == [1.0, 6.0, 0.0]


def test_unused_outputs_give_none_without_materialized_grads():
    class Two(ad.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.set_materialize_grads(False)
            return x * 2, x * 3

        @staticmethod
        def backward(ctx, a, b):
            assert b is None
            return a * 2

    x = leaf(1.0)
    Two.apply(x)[0].backward()
    assert x.grad.item() == 2.0


def test_a_dirty_input_is_returned_and_rebased():
    class Double_(ad.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            x.mul_(2)
            ctx.mark_dirty(x)
            return x

        @staticmethod
        def backward(ctx, g):
            return 2 * g

    x = leaf(1.0, 2.0)
    y = x * 1
    saved = y * y
    out = Double_.apply(y)
    assert out is y
    assert y.tolist() == [2.0, 4.0]
    assert y._version >= 1
    assert y.grad_fn.name() == "Double_Backward"
    (y.sum() + saved.sum()).backward()
    assert x.grad.tolist() == [4.0, 6.0]


def test_an_input_returned_as_it_is_still_gets_the_rule():
    class Reverse(ad.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.view_as(x)

        @staticmethod
        def backward(ctx, g):
            return -g

    x = leaf(1.0, 2.0)
    (Reverse.apply(x) * 3).sum().backward()
    assert x.grad.tolist() == [-3.0, -3.0]


def test_a_once_differentiable_rule_refuses_a_second_derivative():
    class Numpy(ad.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return ad.from_numpy(np.sin(x.detach().numpy()))

        @staticmethod
        @ad.autograd.function.once_differentiable
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g * ad.from_numpy(np.cos(x.detach().numpy()))

    x = leaf(0.5, 1.0)
    Numpy.apply(x).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), np.cos([0.5, 1.0]), rtol=1e-6)
    (g,) = ad.autograd.grad((Numpy.apply(x) * x).sum(), x, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        g.sum().backward()
