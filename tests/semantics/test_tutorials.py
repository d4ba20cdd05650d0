"""The programs of the tutorials on automatic differentiation, in our own words, run with one changed import line."""
from __future__ import annotations

import math
import sys

import numpy as np
import pytest

import adjoint as torch  # noqa: ICN001 - the one changed line


def show(*values):
    """What print writes."""
    sys.stdout.write(" ".join(map(str, values)) + "\n")


def test_a_first_graph_prints_itself_and_gives_four_and_a_half(capsys):
    x = torch.ones(2, 2, requires_grad=True)
    show(x)
    y = x + 2
    show(y)
    z = y * y * 3
    out = z.mean()
    show(z, out)
    out.backward()
    show(x.grad)
    assert capsys.readouterr().out == (
        "tensor([[1., 1.],\n        [1., 1.]], requires_grad=True)\n"
        "tensor([[3., 3.],\n        [3., 3.]], grad_fn=<AddBackward0>)\n"
        "tensor([[27., 27.],\n        [27., 27.]], grad_fn=<MulBackward0>) tensor(27., grad_fn=<MeanBackward0>)\n"
        "tensor([[4.5000, 4.5000],\n        [4.5000, 4.5000]])\n"
    )


def test_the_backward_of_a_scalar_equals_a_seed_of_one_even_an_integer_one():
    x = torch.ones(2, 2, requires_grad=True)
    (3 * (x + 2) ** 2).mean().backward(torch.tensor(1))
    assert x.grad.tolist() == [[4.5, 4.5], [4.5, 4.5]]
    assert x.grad.dtype == torch.float32


def test_grad_fn_prints_its_name_and_a_leaf_has_none():
    x = torch.ones(2, 2, requires_grad=True)
    assert x.grad_fn is None
    assert str((x + 2).grad_fn).startswith("<AddBackward0 object at 0x")
    assert str((x * x).sum().grad_fn).startswith("<SumBackward0 object at 0x")


def test_requires_grad_in_place_changes_the_flag_and_returns_the_tensor():
    a = torch.randn(2, 2)
    a = (a * 3) / (a - 1)
    assert a.requires_grad is False
    assert a.requires_grad_(True) is a
    assert a.requires_grad is True
    assert (a * a).sum().grad_fn is not None


def test_a_loop_on_a_norm_is_differentiated_as_it_ran():
    x = torch.tensor([0.3, -1.2, 0.9], requires_grad=True)
    y = x * 2
    while y.data.norm() < 1000:
        y = y * 2
    assert repr(y) == "tensor([  307.2000, -1228.8000,   921.6000], grad_fn=<MulBackward0>)"
    y.backward(torch.tensor([0.1, 1.0, 0.0001], dtype=torch.float))
    assert repr(x.grad) == "tensor([1.0240e+02, 1.0240e+03, 1.0240e-01])"


def test_tracking_can_be_switched_off_for_a_block():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    assert x.requires_grad
    assert (x**2).requires_grad
    with torch.no_grad():
        assert (x**2).requires_grad is False


def test_twice_x_dot_x_has_the_gradient_four_x(capsys):
    x = torch.arange(5.0)
    show(x)
    x.requires_grad_(True)
    show(x.grad)
    y = 2 * torch.dot(x, x)
    y.backward()
    show(x.grad)
    show(x.grad == 4 * x)
    assert capsys.readouterr().out == (
        "tensor([0., 1., 2., 3., 4.])\nNone\n"
        "tensor([ 0.,  4.,  8., 12., 16.])\n"
        "tensor([True, True, True, True, True])\n"
    )


def test_a_gradient_is_cleared_before_the_next_function():
    x = torch.arange(5.0, requires_grad=True)
    (2 * torch.dot(x, x)).backward()
    x.grad.zero_()
    x.sum().backward()
    assert x.grad.tolist() == [1.0] * 5
    x.grad.zero_()
    y = x * x
    assert repr(y) == "tensor([ 0.,  1.,  4.,  9., 16.], grad_fn=<MulBackward0>)"
    assert repr(y.sum()) == "tensor(30., grad_fn=<SumBackward0>)"
    y.sum().backward()
    assert x.grad.tolist() == [0.0, 2.0, 4.0, 6.0, 8.0]


def test_a_detached_factor_is_a_constant():
    x = torch.arange(5.0, requires_grad=True)
    y = x * x
    u = y.detach()
    (u * x).sum().backward()
    assert (x.grad == u).all()
    x.grad.zero_()
    y.sum().backward()
    assert (x.grad == 2 * x).all()


@pytest.mark.parametrize("value", [0.37, -0.37, 2000.0])
def test_a_function_with_while_and_if_is_piecewise_linear(value):
    def f(a):
        b = a * 2
        while b.norm() < 1000:
            b = b * 2
        if b.sum() > 0:
            c = b
        else:
            c = 100 * b
        return c

    a = torch.tensor(value, requires_grad=True)
    d = f(a)
    d.backward()
    assert a.grad == d / a


def test_a_one_by_one_matrix_counts_as_a_scalar_but_a_larger_one_must_be_summed():
    def g(a):
        b = a * 10.0
        while b.norm() < 2000:
            b = b * 2
        return b if b.sum() > 3000 else b * 100

    a = torch.randn(1, 1)
    a.requires_grad = True
    d = g(a)
    d.backward()
    assert torch.allclose(a.grad, d.detach() / a.detach())

    m = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    with pytest.raises(RuntimeError, match="grad can be implicitly created only for scalar outputs"):
        g(m).backward()
    d = g(m)
    d.sum().backward()
    assert torch.allclose(m.grad, d.detach() / m.detach())


def test_a_size_is_given_to_a_sampler_not_to_tensor():
    assert torch.randn(size=(), requires_grad=True).shape == ()
    with pytest.raises(TypeError):
        torch.tensor(size=(), requires_grad=True)


def test_the_derivative_of_sin_can_be_drawn_without_the_formula():
    x = torch.linspace(start=-math.pi, end=math.pi)
    x.requires_grad = True
    y = torch.sin(x)
    y.sum().backward()
    assert x.shape == (100,)
    np.testing.assert_allclose(x.grad, np.cos(x.detach().numpy()), atol=1e-6)
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    (line,) = plt.plot(x.detach(), x.grad, label="sin'(x)")
    np.testing.assert_allclose(line.get_ydata(), np.cos(line.get_xdata()), atol=1e-6)
    plt.close("all")


def test_a_square_and_two_variables_print_their_gradients(capsys):
    x = torch.tensor([2.0], requires_grad=True)
    y = x**2 + 2 * x + 1
    y.backward()
    show(x.grad)
    x, y = torch.tensor([2.0], requires_grad=True), torch.tensor([1.0], requires_grad=True)
    z = 3 * x**2 + 2 * x * y + y**2
    z.backward()
    show(x.grad, y.grad)
    assert capsys.readouterr().out == "tensor([6.])\ntensor([14.]) tensor([6.])\n"


def test_a_retained_graph_alone_gives_no_second_derivative():
    x, y = torch.tensor([2.0], requires_grad=True), torch.tensor([1.0], requires_grad=True)
    z = 3 * x**2 + 2 * x * y + y**2
    z.retain_grad()
    z.backward(retain_graph=True)
    assert (x.grad.item(), y.grad.item(), z.grad.item()) == (14.0, 6.0, 1.0)
    assert x.grad.grad is None
    assert y.grad.grad is None

    gx, gy = torch.autograd.grad(z, (x, y), create_graph=True)
    gxx, gxy = torch.autograd.grad(gx, (x, y), retain_graph=True)
    (gyy,) = torch.autograd.grad(gy, y)
    assert (gxx.item(), gxy.item(), gyy.item()) == (6.0, 2.0, 2.0)


def linear_regression(dtype):
    xs, ys = torch.tensor([1, 2, 3, 4, 5, 6]), torch.tensor([13, 14, 20, 21, 25, 30])
    theta0 = torch.tensor(0.0, requires_grad=True, dtype=dtype)
    theta1 = torch.tensor(0.0, requires_grad=True, dtype=dtype)
    loss = torch.mean((theta0 + theta1 * xs - ys) ** 2 / 2)
    return theta0, theta1, loss


def test_a_regression_in_float32_gives_the_published_digits():
    theta0, theta1, loss = linear_regression(torch.float32)
    assert f"loss : {loss}" == "loss : 227.5833282470703"
    g0, g1 = torch.autograd.grad(loss, [theta0, theta1])
    assert f"{g0} , {g1}" == "-20.500001907348633 , -81.66667175292969"
    theta0, theta1, loss = linear_regression(torch.float32)
    loss.backward()
    assert f"{theta0.grad} , {theta1.grad}" == "-20.500001907348633 , -81.66667175292969"


def test_a_regression_in_float64_gives_the_gradient_to_the_last_digits():
    theta0, theta1, loss = linear_regression(torch.float64)
    loss.backward()
    assert math.isclose(loss.item(), 227.58333333333334, rel_tol=1e-15)
    assert (theta0.grad.item(), theta1.grad.item()) == pytest.approx((-20.5, -81.66666666666666), rel=1e-15)


def test_backward_touches_only_the_named_inputs():
    a, b = torch.tensor(1.0, requires_grad=True), torch.tensor(2.0, requires_grad=True)
    z = a**3 + b
    torch.autograd.backward([z], inputs=[a])
    assert repr(a.grad) == "tensor(3.)"
    assert b.grad is None
    (a**3 + b).backward()
    assert (a.grad.item(), b.grad.item()) == (6.0, 1.0)


def test_a_float32_seed_serves_a_float64_output():
    x = torch.tensor([[0.5, -1.0], [2.0, 0.25]], dtype=torch.double, requires_grad=True)
    y = torch.tensor([[1.0, 0.5], [-0.5, 3.0]], dtype=torch.double, requires_grad=True)
    torch.autograd.backward(x**2 + y * x + y**2, torch.ones(2, 2), inputs=[x, y])
    assert x.grad.tolist() == (2 * x + y).tolist()
    assert repr(y.grad) == f"tensor([[2.5000, 0.0000],\n        [1.0000, 6.2500]], dtype={torch.float64})"


@pytest.mark.filterwarnings("ignore:Using backward")
def test_a_gradient_with_a_graph_gives_hessian_vector_products():
    x = torch.tensor([[0.5, -1.0], [2.0, 0.25]], requires_grad=True)
    y = torch.tensor([[1.0, 0.5], [-0.5, 3.0]], requires_grad=True)
    z = x**2 + y * x + y**2
    z.backward(torch.ones(2, 2), create_graph=True)
    assert "grad_fn=<CopyBackwards>" in repr(x.grad)
    assert "grad_fn=<CopyBackwards>" in repr(y.grad)
    assert torch.allclose(x.grad, 2 * x + y)
    assert torch.allclose(y.grad, x + 2 * y)
    total = 2 * x.grad + y.grad
    (hv,) = torch.autograd.grad(outputs=[total], grad_outputs=[torch.ones(2, 2)], inputs=[x], create_graph=True)
    assert hv.tolist() == [[5.0, 5.0], [5.0, 5.0]]


def survey_example():
    x1, x2 = torch.tensor(2.0, requires_grad=True), torch.tensor(5.0, requires_grad=True)
    v1, v2, v3 = torch.log(x1), x1 * x2, torch.sin(x2)
    v4 = v1 + v2
    return x1, x2, v1, v2, v3, v4, v4 - v3


def test_the_example_of_the_surveys_prints_every_intermediate(capsys):
    x1, x2, v1, v2, v3, v4, y = survey_example()
    for value in (v1, v2, v3, v4, y):
        show(value)
    show(*torch.autograd.grad(y, [x1, x2]))
    assert capsys.readouterr().out == (
        "tensor(0.6931, grad_fn=<LogBackward0>)\n"
        "tensor(10., grad_fn=<MulBackward0>)\n"
        "tensor(-0.9589, grad_fn=<SinBackward0>)\n"
        "tensor(10.6931, grad_fn=<AddBackward0>)\n"
        "tensor(11.6521, grad_fn=<SubBackward0>)\n"
        "tensor(5.5000) tensor(1.7163)\n"
    )


def test_the_derivatives_of_each_intermediate_are_those_of_the_forward_table():
    x1, x2, v1, v2, v3, v4, y = survey_example()
    grad = torch.autograd.grad
    assert repr(grad(v1, [x1], retain_graph=True)) == "(tensor(0.5000),)"
    assert repr(grad(v2, [x1], retain_graph=True)) == "(tensor(5.),)"
    assert repr(grad(v3, [x2], retain_graph=True)) == "(tensor(0.2837),)"
    assert repr(grad(v4, [x1, x2], retain_graph=True)) == "(tensor(5.5000), tensor(2.))"
    assert repr(grad(y, [x1, x2])) == "(tensor(5.5000), tensor(1.7163))"


def test_the_adjoint_of_each_intermediate_is_that_of_the_reverse_table():
    x1, x2, v1, v2, v3, v4, y = survey_example()
    grad = torch.autograd.grad
    assert repr(grad(y, [v4], retain_graph=True)) == "(tensor(1.),)"
    assert repr(grad(y, [v3], retain_graph=True)) == "(tensor(-1.),)"
    assert repr(grad(v4, [v2], retain_graph=True)) == "(tensor(1.),)"
    assert repr(grad(v4, [v1], retain_graph=True)) == "(tensor(1.),)"
    assert repr(grad(v2, [x2], retain_graph=True)) == "(tensor(2.),)"
    for v in (v1, v2, v3, v4):
        v.retain_grad()
    y.backward()
    assert [v.grad.item() for v in (v1, v2, v3, v4)] == [1.0, 1.0, -1.0, 1.0]
    assert (x1.grad.item(), x2.grad.item()) == pytest.approx((5.5, 5 - 3 - math.cos(5.0)))
