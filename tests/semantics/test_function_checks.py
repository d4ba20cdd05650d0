"""What autograd.Function checks and refuses, and what becomes of the values that a rule saved."""
from __future__ import annotations

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


def returning(result):
    class Returns(ad.autograd.Function):
        @staticmethod
        def forward(ctx, x, y):
            return x * y

        @staticmethod
        def backward(ctx, g):
            return result(g)

    return Returns


def test_the_number_of_gradients_is_checked():
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    with pytest.raises(RuntimeError, match="returned an incorrect number of gradients"):
        returning(lambda g: g).apply(x, y).sum().backward()
    with pytest.raises(RuntimeError, match="returned an incorrect number of gradients"):
        returning(lambda g: (g, g, g)).apply(x, y).sum().backward()


def test_extra_nones_are_allowed():
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    returning(lambda g: (g, g, None)).apply(x, y).sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]


def test_the_shape_and_type_of_gradients_are_checked():
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    with pytest.raises(RuntimeError, match=r"invalid gradient at index 1.*shape"):
        returning(lambda g: (g, ad.ones(3))).apply(x, y).sum().backward()
    with pytest.raises((RuntimeError, TypeError)):
        returning(lambda g: (g, 3.0)).apply(x, y).sum().backward()
    returning(lambda g: (g.sum() * ad.ones(()), None)).apply(leaf(1.0), leaf(1.0)).backward()


def test_none_means_no_gradient():
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    returning(lambda g: (g, None)).apply(x, y).sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]
    assert y.grad is None


def test_saved_tensors_are_freed_with_the_graph():
    x = leaf(1.0)
    y = Exp.apply(x)
    y.backward()
    with pytest.raises(RuntimeError, match="second time"):
        y.backward()
    y = Exp.apply(x)
    y.backward(retain_graph=True)
    y.backward()


def test_a_saved_input_is_the_value_it_had_and_is_differentiable():
    class Square(ad.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x.detach() ** 2

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return 2 * x * g

    x = leaf(3.0)
    (g,) = ad.autograd.grad(Square.apply(x * 1), x, create_graph=True)
    (h,) = ad.autograd.grad(g, x)
    assert (g.item(), h.item()) == (6.0, 2.0)


def test_a_saved_input_is_kept_when_it_is_overwritten():
    class Square(ad.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, g):
            return 2 * ctx.saved_tensors[0] * g

    x = leaf(3.0)
    y = x * 1
    out = Square.apply(y)
    y.zero_()
    out.backward()
    assert x.grad.item() == 6.0


def test_apply_takes_tensors_that_require_no_grad_and_none():
    class Maybe(ad.autograd.Function):
        @staticmethod
        def forward(ctx, x, bias):
            ctx.save_for_backward(x, bias)
            return x if bias is None else x + bias

        @staticmethod
        def backward(ctx, g):
            assert ctx.saved_tensors[1] is None
            return g, None

    x = leaf(1.0)
    Maybe.apply(x * 2, None).backward()
    assert x.grad.item() == 2.0


def test_a_function_without_a_forward_cannot_be_applied():
    with pytest.raises(NotImplementedError):
        ad.autograd.Function.apply(leaf(1.0))
