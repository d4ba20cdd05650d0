"""autograd.Function under jvp, vmap and grad, in nestings: its own rules are what is used, and nothing is lost."""

from __future__ import annotations

import math

import numpy as np
import pytest

import adjoint as ad
import adjoint.autograd.forward_ad as fw
from adjoint.autograd import Function
from adjoint.func import grad, hessian, jacfwd, jacrev, jvp, vmap

X = [0.5, 1.5, -2.0]
A = np.array(X)


def tensor(values):
    return ad.tensor(values, dtype=ad.float64)


class Cube(Function):
    """x^3, computed in NumPy so that only the rules can differentiate it; and its derivative."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x):
        return x**3, 3 * x**2

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(inputs[0], output[1])
        ctx.save_for_forward(inputs[0], output[1])

    @staticmethod
    def backward(ctx, g, slope_g):
        x, slope = ctx.saved_tensors
        return g * slope + slope_g * 6 * x

    @staticmethod
    def jvp(ctx, t):
        x, slope = ctx.saved_tensors
        return t * slope, t * 6 * x


def cube(x):
    return Cube.apply(x)[0]


class Times(Function):
    """x y with a vmap rule of its own, which counts its calls."""

    calls = 0

    @staticmethod
    def forward(x, y):
        return x * y

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def backward(ctx, g):
        x, y = ctx.saved_tensors
        return g * y, g * x

    @staticmethod
    def jvp(ctx, a, b):
        x, y = ctx.saved_tensors
        return a * y + x * b

    @staticmethod
    def vmap(info, in_dims, x, y):
        Times.calls += 1
        x = x.expand(info.batch_size, *x.shape) if in_dims[0] is None else x.movedim(in_dims[0], 0)
        y = y.expand(info.batch_size, *y.shape) if in_dims[1] is None else y.movedim(in_dims[1], 0)
        return Times.apply(x, y), 0


@pytest.mark.parametrize(("transform", "expected"), [
    (vmap(cube), A**3),
    (vmap(grad(cube)), 3 * A**2),
    (vmap(grad(grad(cube))), 6 * A),
    (vmap(lambda a: jvp(cube, (a,), (a,))[1]), 3 * A**3),
    (lambda x: jvp(vmap(cube), (x,), (x,))[1], 3 * A**3),
    (jacrev(cube), np.diag(3 * A**2)),
    (jacfwd(cube), np.diag(3 * A**2)),
    (hessian(lambda x: cube(x).sum()), np.diag(6 * A)),
    (jacrev(jacfwd(lambda x: Times.apply(cube(x), x).sum())), np.diag(12 * A**2)),
    (vmap(vmap(Times.apply, in_dims=(None, 0)), in_dims=(0, None)), None),
])
def test_a_function_works_in_every_nesting(transform, expected):
    if expected is None:
        got = transform(tensor([2.0, 3.0, 4.0]), tensor([5.0, 6.0, 7.0]))
        expected = np.outer([2.0, 3.0, 4.0], [5.0, 6.0, 7.0]) if got.ndim == 2 else got
    else:
        got = transform(tensor(X))
    np.testing.assert_allclose(got.detach().numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize(("of_w", "slope"), [
    (lambda w, x: vmap(lambda a: cube(a * w))(x).sum(), lambda w: 3 * w**2 * np.sum(A**3)),
    (lambda w, x: vmap(grad(lambda a: cube(a * w)))(x).sum(), lambda w: 9 * w**2 * np.sum(A**2)),
    (lambda w, x: vmap(grad(lambda a: Times.apply(cube(a * w), w)))(x).sum(), lambda w: 12 * w**3 * np.sum(A**2)),
    (lambda w, x: jvp(lambda a: Times.apply(cube(a * w), w), (x,), (x,))[1].sum(), lambda w: 12 * w**3 * np.sum(A**3)),
])
def test_what_a_function_under_a_transform_was_computed_from_keeps_its_derivative(of_w, slope):
    w = ad.tensor(1.3, dtype=ad.float64, requires_grad=True)
    np.testing.assert_allclose(grad(lambda w: of_w(w, tensor(X)))(w.detach()).item(), slope(1.3))
    (g,) = ad.autograd.grad(of_w(w, tensor(X)), w)
    np.testing.assert_allclose(g.item(), slope(1.3))


def test_the_vmap_rule_that_is_stated_is_the_one_that_runs():
    Times.calls = 0
    w = tensor(2.0)
    got = vmap(grad(Times.apply, argnums=(0, 1)), in_dims=(0, None))(tensor(X), w)
    assert Times.calls == 1
    np.testing.assert_allclose(got[0].numpy(), [2.0, 2.0, 2.0])
    np.testing.assert_allclose(got[1].numpy(), X)


def test_a_function_among_duals_is_differentiated_by_its_rules():
    x = ad.tensor(X, dtype=ad.float64, requires_grad=True)
    with fw.dual_level():
        y = Times.apply(cube(fw.make_dual(x, tensor([1.0, 1.0, 1.0]))), x).sum()
        (g,) = ad.autograd.grad(y, x)
        np.testing.assert_allclose(g.detach().numpy(), 4 * A**3)
        np.testing.assert_allclose(fw.unpack_dual(g).tangent.detach().numpy(), 9 * A**2)  # x held in the second factor


def test_a_function_without_rules_says_which_is_missing():
    class Plain(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return g * 2

    with pytest.raises(RuntimeError, match="generate_vmap_rule=True"):
        vmap(Plain.apply)(tensor(X))
    with pytest.raises(NotImplementedError, match="must implement the jvp function"):
        jvp(Plain.apply, (tensor(X),), (tensor(X),))
    assert grad(lambda x: Plain.apply(x).sum())(tensor(X)).tolist() == [2.0, 2.0, 2.0]


def test_a_vmap_rule_must_say_where_the_examples_are():
    class Bad(Cube):
        generate_vmap_rule = False

        @staticmethod
        def vmap(info, in_dims, x):
            return x

    with pytest.raises(RuntimeError, match="two returns"):
        vmap(Bad.apply)(tensor(X))

    class Both(Times):
        generate_vmap_rule = True

    with pytest.raises(RuntimeError, match="both generate_vmap_rule=True and"):
        vmap(Both.apply)(tensor(X), tensor(X))


def test_unused_and_constant_outputs_stay_so_under_vmap():
    class Parts(Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(x, factor):
            return x * factor, x.floor()

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.factor = inputs[1]
            ctx.mark_non_differentiable(output[1])

        @staticmethod
        def backward(ctx, g, _):
            return g * ctx.factor, None

    w = ad.tensor(X, dtype=ad.float64, requires_grad=True)
    scaled, floors = vmap(lambda a: Parts.apply(a, 3.0))(w)
    assert scaled.requires_grad
    assert not floors.requires_grad
    assert floors.tolist() == [math.floor(v) for v in X]
    scaled.sum().backward()
    assert w.grad.tolist() == [3.0, 3.0, 3.0]


class Square(Function):
    """x^2, whose backward makes its result of a saved tensor."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 2 * x * g


def test_a_jacobian_through_saved_tensors_depends_on_no_argument_of_its_own():
    x = tensor(X)
    by_rows = ad.jacrev(Square.apply)(x)
    assert not by_rows.requires_grad
    np.testing.assert_allclose(by_rows, np.diag(2 * A))
    second = ad.jacrev(ad.jacrev(Square.apply))(x)
    assert not second.requires_grad
    np.testing.assert_allclose(second, np.asarray(ad.jacrev(ad.jacrev(lambda x: x * x))(x)))
    w = tensor(2.0).requires_grad_()
    ad.jacrev(lambda x: Square.apply(w * x))(x).sum().backward()
    np.testing.assert_allclose(w.grad, np.sum(4 * w.item() * A))
