"""Nested transforms give what one computes by hand: whose perturbation is whose, maps, writes, control flow."""

from __future__ import annotations

import math

import numpy as np
import pytest

import adjoint as ad


def derivatives():
    """d/dx of a function of one number, in every way that there is."""
    return {
        "grad": lambda f: ad.grad(f),
        "jvp": lambda f: lambda x: ad.jvp(f, (x,), (1.0,))[1],
        "vjp": lambda f: lambda x: ad.vjp(f, x)[1](1.0)[0],
        "linearize": lambda f: lambda x: ad.linearize(f, x)[1](1.0),
        "jacfwd": lambda f: ad.jacfwd(f),
        "jacrev": lambda f: ad.jacrev(f),
        "tape": tape,
        "mapped": lambda f: lambda x: ad.vmap(ad.grad(f), in_axes=None, axis_size=1)(x)[0],
    }


def tape(f):
    """By `.backward()`'s machinery, on a leaf of its own."""

    def derivative(x):
        x = x if isinstance(x, ad.Tensor) else ad.tensor(x)
        leaf = x * 1 if x.requires_grad else x.clone().requires_grad_()
        return ad.autograd.grad(f(leaf), leaf, create_graph=True)[0]

    return derivative


D = derivatives()
ways = pytest.mark.parametrize("inner", D)
outer_ways = pytest.mark.parametrize("outer", D)


def number(x):
    """The number in an array or a tensor."""
    return x.item() if isinstance(x, ad.Tensor) else float(x)


# Perturbation confusion -----------------------------------------------------------------------------------------------


@outer_ways
@ways
def test_an_inner_perturbation_is_not_taken_for_the_outer_one(inner, outer):
    """d/dx (x * d/dy (x + y)) = 1, where a system that mixes them up says 2 (Siskind and Pearlmutter, 2005)."""
    f = lambda x: x * D[inner](lambda y: x + y)(ad.tensor(1.0) if inner == "tape" else 1.0)
    assert number(D[outer](f)(ad.tensor(1.0) if "tape" in (inner, outer) else 1.0)) == 1.0


@outer_ways
@ways
def test_the_derivative_of_a_derivative_of_products_keeps_both_variables(inner, outer):
    """d/dx (x * d/dy (x * y * y)) = d/dx (2 x^2 y) = 4 x y at x = 3, y = 2."""
    f = lambda x: x * D[inner](lambda y: x * y * y)(ad.tensor(2.0) if inner == "tape" else 2.0)
    got = D[outer](f)(ad.tensor(3.0) if "tape" in (inner, outer) else 3.0)
    assert number(got) == pytest.approx(24.0)
    assert isinstance(got, ad.Tensor if "tape" in (inner, outer) else np.ndarray | np.float64)


@pytest.mark.parametrize("transform", [ad.jacfwd, ad.jacrev])
@pytest.mark.parametrize("argnums", [0, 1])
def test_a_jacobian_of_a_gradient_in_another_argument_is_plain(transform, argnums):
    f = lambda b, y: np.sum((y - b[0] * np.exp(b[1] * y)) ** 2)
    got = transform(ad.grad(f), argnums=argnums)(np.array([1.0, 0.5]), np.array([1.0, 2.0, 3.0]))
    assert type(got) is np.ndarray
    assert got.shape == (2, 2 + argnums)


def test_a_derivative_that_returns_a_function_keeps_its_perturbations_apart():
    """The amazing bug (Manzyuk and others, 2019): a derivative of a curried function, used at two levels."""
    shift = lambda u: lambda f: lambda x: f(x + u)
    directional = lambda g, u: lambda x: ad.jvp(lambda v: shift(v)(g)(x), (u,), (1.0,))[1]
    once = directional(np.exp, 0.0)
    twice = directional(once, 0.0)
    assert number(twice(0.0)) == pytest.approx(1.0)
    third = directional(twice, 0.0)
    assert number(third(0.5)) == pytest.approx(math.exp(0.5))


@pytest.mark.parametrize("modes", ["rrr", "fff", "rfr", "frf", "rff", "frr"])
def test_three_levels_that_capture_each_other_agree_in_every_mode(modes):
    """d/dx [x d/dy [y d/dz (x y z^2) at z = x y] at y = x] = d/dx [x d/dy (2 x^2 y^3)] = d/dx 6 x^5."""
    way = {"r": D["grad"], "f": D["jvp"]}
    a, b, c = (way[m] for m in modes)
    innermost = lambda x, y: c(lambda z: x * y * z * z)(x * y)  # 2 x^2 y^2
    middle = lambda x: b(lambda y: y * innermost(x, y))(x)  # d/dy 2 x^2 y^3 = 6 x^2 y^2 = 6 x^4
    assert number(a(lambda x: x * middle(x))(1.5)) == pytest.approx(30 * 1.5**4)


@pytest.mark.parametrize("order", range(1, 9))
@pytest.mark.parametrize("way", ["grad", "jvp", "jacrev", "jacfwd"])
def test_a_derivative_nests_eight_deep(way, order):
    f = np.sin
    for _ in range(order):
        f = D[way](f)
    assert number(f(0.7)) == pytest.approx(math.sin(0.7 + order * math.pi / 2), rel=1e-12)


def test_alternating_modes_give_the_seventh_derivative():
    f = lambda x: np.exp(2 * x)
    for i in range(7):
        f = D["grad" if i % 2 else "jvp"](f)
    assert number(f(0.25)) == pytest.approx(2**7 * math.exp(0.5), rel=1e-12)


# Maps and derivatives -------------------------------------------------------------------------------------------------

X = np.array([[0.1, -0.7, 1.2], [0.4, 0.3, -0.2]])


def test_the_gradient_of_a_map_of_a_directional_derivative_is_the_mixed_derivative():
    """sum_i d/dx_i (sin(w x_i)) = sum_i w cos(w x_i); by w: sum cos(w x) - w x sin(w x)."""
    xs, w = X[0], 0.8
    f = lambda w: np.sum(ad.vmap(lambda x: ad.jvp(lambda y: np.sin(w * y), (x,), (1.0,))[1])(xs))
    assert ad.grad(f)(w) == pytest.approx(np.sum(np.cos(w * xs) - w * xs * np.sin(w * xs)))


def test_a_mapped_gradient_gives_one_gradient_for_each_example():
    w = np.array([1.0, 2.0, -1.0])
    loss = lambda w, x, y: (np.dot(w, x) - y) ** 2
    y = np.array([0.5, -1.0])
    got = ad.vmap(ad.grad(loss), in_axes=(None, 0, 0))(w, X, y)
    np.testing.assert_allclose(got, 2 * (X @ w - y)[:, None] * X, rtol=1e-14)


def test_a_gradient_inside_a_map_is_with_respect_to_a_captured_weight():
    w = np.array([1.0, 2.0, -1.0])
    per_sample = ad.vmap(lambda x: ad.grad(lambda v: np.sum(np.sin(v * x)))(w))(X)
    np.testing.assert_allclose(per_sample, X * np.cos(w * X), rtol=1e-14)
    total = ad.grad(lambda w: np.sum(ad.vmap(lambda x: np.sum(np.sin(w * x)))(X)))(w)
    np.testing.assert_allclose(total, np.sum(X * np.cos(w * X), axis=0), rtol=1e-14)


def test_a_hessian_is_a_map_of_products_with_the_unit_vectors():
    f = lambda x: np.sum(np.sin(x)) * np.prod(x)
    x = np.array([0.4, 1.1, -0.6])
    by_products = ad.vmap(lambda v: ad.jvp(ad.grad(f), (x,), (v,))[1])(np.eye(3))
    p, s, c = np.prod(x), np.sum(np.sin(x)), np.cos(x)
    first, second = p / x, p / np.outer(x, x) * (1 - np.eye(3))
    expected = np.outer(c, first) + np.outer(first, c) + s * second - p * np.diag(np.sin(x))
    np.testing.assert_allclose(by_products, expected, rtol=1e-13)
    np.testing.assert_allclose(ad.hessian(f)(x), expected, rtol=1e-13)


@pytest.mark.parametrize("in_axes", [0, 1, -1])
@pytest.mark.parametrize("out_axes", [0, 1, -1])
def test_a_map_takes_and_gives_its_examples_where_it_is_told(in_axes, out_axes):
    f = lambda row: np.cumsum(row) * row[0]
    rows = np.moveaxis(X, in_axes, 0)
    expected = np.stack([f(row) for row in rows], axis=out_axes)
    np.testing.assert_allclose(ad.vmap(f, in_axes=in_axes, out_axes=out_axes)(X), expected, rtol=1e-15)


def test_maps_nest_and_their_order_is_that_of_the_axes():
    a, b = np.arange(3.0), np.arange(4.0)
    table = ad.vmap(lambda x: ad.vmap(lambda y: x * 10 + y)(b))(a)
    np.testing.assert_array_equal(table, a[:, None] * 10 + b)
    np.testing.assert_array_equal(ad.vmap(ad.vmap(ad.grad(lambda x: x**3)))(X), 3 * X**2)


def test_a_map_that_does_not_use_its_argument_repeats_the_result():
    np.testing.assert_array_equal(ad.vmap(lambda x: np.ones(2))(X), np.ones((2, 2)))
    assert ad.vmap(lambda x: 3.0)(X).tolist() == [3.0, 3.0]


# Memory that is written -----------------------------------------------------------------------------------------------


def test_a_map_over_code_that_writes_into_its_own_array_is_right():
    def running(x):
        out = np.zeros_like(x)
        out[0] = x[0]
        for i in range(1, x.shape[0]):
            out[i] = 0.5 * out[i - 1] + x[i] * x[i - 1]
        out *= 2.0
        return out

    expected = np.stack([running(row) for row in X])
    np.testing.assert_allclose(ad.vmap(running)(X), expected, rtol=1e-15)
    jacobian = ad.vmap(ad.jacrev(running))(X)
    np.testing.assert_allclose(jacobian, ad.vmap(ad.jacfwd(running))(X), rtol=1e-14)
    h = 1e-6
    column = (running(X[0] + h * np.eye(3)[1]) - running(X[0] - h * np.eye(3)[1])) / (2 * h)
    np.testing.assert_allclose(jacobian[0, :, 1], column, atol=1e-8)


def test_a_map_over_tensor_code_that_writes_in_place_and_through_views_is_right():
    def squash(x):
        y = x.clone()
        y[0] = y[1] * y[2]
        tail = y[1:]
        tail.mul_(tail)
        y.add_(1)
        return y

    x = ad.tensor(X, requires_grad=True)
    got = ad.vmap(squash)(x)
    expected = np.stack([X[:, 1] * X[:, 2] + 1, X[:, 1] ** 2 + 1, X[:, 2] ** 2 + 1], axis=1)
    np.testing.assert_allclose(got.detach().numpy(), expected, rtol=1e-15)
    got.sum().backward()
    slopes = np.stack([0 * X[:, 0], X[:, 2] + 2 * X[:, 1], X[:, 1] + 2 * X[:, 2]], axis=1)
    np.testing.assert_allclose(x.grad.numpy(), slopes, rtol=1e-15)


def test_a_write_of_a_mapped_value_into_unmapped_memory_says_what_to_do():
    buffer = ad.zeros(3)

    def keep(x):
        buffer[0] = x.sum()
        return buffer

    with pytest.raises(ad.errors.AdjointError, match="vmap"):
        ad.vmap(keep)(ad.tensor(X))
    assert buffer.tolist() == [0.0, 0.0, 0.0]


def test_a_write_into_the_argument_does_not_reach_the_caller():
    def overwritten(x):
        y = x * x
        x[0] = 5.0
        return np.sum(y + x)

    x = np.array([1.0, 2.0])
    np.testing.assert_array_equal(ad.grad(overwritten)(x), [2.0, 5.0])
    assert x.tolist() == [1.0, 2.0]


# Define-by-run inside of transforms -----------------------------------------------------------------------------------


def test_backward_inside_a_gradient_is_differentiated_through():
    """The slope of a^2 x^3, where a is x held fast, is 3 a^2 x^2; its derivative, a still held, 6 a^2 x."""

    def by_a_product(x):
        y = x * 1
        return ad.autograd.grad(x.detach() ** 2 * y**3, y, create_graph=True)[0]

    def by_the_argument(x):
        return ad.autograd.grad(x.detach() ** 2 * x**3, x, create_graph=True)[0]

    x = ad.tensor(1.5, dtype=ad.float64)
    assert ad.grad(by_a_product)(x).item() == pytest.approx(6 * 1.5**3)
    assert ad.grad(by_the_argument)(x).item() == pytest.approx(6 * 1.5**3)


def test_backward_inside_a_gradient_fills_the_inner_leaf_only():
    w = ad.tensor(2.0, requires_grad=True)

    def f(x):
        leaf = ad.tensor(3.0, requires_grad=True)
        (leaf * leaf).backward()
        return x * leaf.grad

    assert ad.grad(f)(ad.tensor(1.0)).item() == 6.0
    assert w.grad is None


def test_backward_inside_a_map_gives_per_sample_gradients():
    def per_sample(x):
        w = ad.ones(3, dtype=ad.float64, requires_grad=True)
        ad.sum(ad.sin(w * x)).backward()
        return w.grad

    np.testing.assert_allclose(ad.vmap(per_sample)(ad.tensor(X)).numpy(), X * np.cos(X), rtol=1e-15)


def test_autograd_grad_inside_a_map_and_a_gradient():
    def energy(x):
        (slope,) = ad.autograd.grad(ad.sum(x**3), x, create_graph=True)
        return ad.sum(slope**2)  # 9 x^4

    got = ad.vmap(ad.grad(energy))(ad.tensor(X))
    np.testing.assert_allclose(got.numpy(), 36 * X**3, rtol=1e-14)


def test_backward_inside_a_map_that_reaches_a_captured_leaf_is_an_error_that_names_it():
    w = ad.ones(3, dtype=ad.float64, requires_grad=True)

    def f(x):
        ad.sum(w * x).backward()
        return x

    with pytest.raises(ad.errors.AdjointError, match="vmap"):
        ad.vmap(f)(ad.tensor(X))
    assert w.grad is None


def test_a_captured_tensor_keeps_its_own_graph():
    w = ad.tensor([1.0, 2.0, -1.0], dtype=ad.float64, requires_grad=True)
    u = w * w
    slope = ad.grad(lambda x: ad.sum(ad.sin(u * x)))(ad.tensor(X[0]))  # u cos(u x)
    slope.sum().backward()
    value = w.detach().numpy()
    by_u = np.cos(value**2 * X[0]) - value**2 * X[0] * np.sin(value**2 * X[0])
    np.testing.assert_allclose(w.grad.numpy(), by_u * 2 * value, rtol=1e-13)


def test_a_captured_tensor_keeps_its_graph_through_a_map():
    w = ad.tensor([1.0, 2.0, -1.0], dtype=ad.float64, requires_grad=True)
    out = ad.vmap(lambda x: ad.sum(w * w * x))(ad.tensor(X))
    out.sum().backward()
    np.testing.assert_allclose(w.grad.numpy(), 2 * w.detach().numpy() * X.sum(0), rtol=1e-14)


def test_a_captured_tensor_keeps_its_graph_through_a_directional_derivative():
    w = ad.tensor(0.8, dtype=ad.float64, requires_grad=True)
    x = ad.tensor(0.3, dtype=ad.float64)
    _, slope = ad.jvp(lambda x: ad.sin(w * x), (x,), (ad.ones_like(x),))
    (second,) = ad.autograd.grad(slope, w)
    assert second.item() == pytest.approx(math.cos(0.24) - 0.24 * math.sin(0.24))


# Value-dependent control flow -----------------------------------------------------------------------------------------


def newton(a):
    """The square root of a by as many steps as it takes."""
    x = a
    while abs(x * x - a) > 1e-12:
        x = 0.5 * (x + a / x)
    return x if x > 0 else -x


@pytest.mark.parametrize("way", ["grad", "jvp", "jacfwd", "jacrev", "linearize"])
def test_loops_and_branches_on_values_run_inside_of_derivatives(way):
    assert number(D[way](newton)(2.0)) == pytest.approx(0.5 / math.sqrt(2), rel=1e-9)
    assert number(D[way](newton)(ad.tensor(2.0, dtype=ad.float64))) == pytest.approx(0.5 / math.sqrt(2), rel=1e-9)


def test_control_flow_runs_two_derivatives_deep():
    f = lambda x: x**3 if x > 0 else -x
    assert ad.grad(ad.grad(f))(2.0) == 12.0
    assert ad.grad(ad.grad(f))(-2.0) == 0.0
    assert ad.jvp(ad.grad(f), (2.0,), (1.0,))[1] == 12.0


def test_recursion_and_python_numbers_run_inside_of_derivatives():
    def power(x, n):
        return x * power(x, n - 1) if n else 1.0

    assert ad.grad(power)(2.0, 5) == 80.0


def test_a_branch_on_a_mapped_value_names_its_line_and_where():
    def f(x):
        if x[0] > 0:
            return x
        return -x

    for given in (X, ad.tensor(X)):
        with pytest.raises(ad.errors.TracedValueError, match=r"test_closed_forms\.py.*where"):
            ad.vmap(f)(given)


def test_where_is_the_branch_of_a_map_and_selects_exactly():
    f = lambda x: np.where(x > 0, np.sqrt(np.abs(x)), 0.0)
    xs = np.array([4.0, 0.0, -1.0])
    np.testing.assert_array_equal(ad.vmap(f)(xs), [2.0, 0.0, 0.0])
    np.testing.assert_array_equal(ad.vmap(ad.grad(f))(xs), [0.25, 0.0, 0.0])


# Values that leave ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("transform", ["vmap", "jvp"])
def test_a_value_that_is_used_after_its_transform_is_refused(transform):
    kept = []

    def f(x):
        kept.append(np.sin(x))
        return x

    if transform == "vmap":
        ad.vmap(f)(np.arange(3.0))
    else:
        ad.jvp(f, (1.0,), (1.0,))
    with pytest.raises(ad.errors.EscapedValueError, match=f"{transform}"):
        kept[0] + 1.0


def written_into(x):
    np.zeros(2)[0] = x


def listed(x):
    np.array([x, x])


@pytest.mark.parametrize("leave", [float, int, math.exp, np.asarray, np.array, written_into, listed])
@pytest.mark.parametrize("transform", ["grad", "jvp", "vmap"])
def test_a_traced_value_does_not_leave_without_a_word(transform, leave):
    def f(x):
        leave(x)
        return x * 2

    run = {"grad": lambda: ad.grad(f)(1.0), "jvp": lambda: ad.jvp(f, (1.0,), (1.0,)), "vmap": lambda: ad.vmap(f)(X[0])}
    with pytest.raises((ad.errors.AdjointError, ValueError)) as raised:
        run[transform]()
    reason = raised.value.__cause__ or raised.value  # NumPy puts an error of its own before ours where it assigns
    assert isinstance(reason, ad.errors.TracedValueError)
    assert any(remedy in str(reason) for remedy in ("np.stack", "where", "np.zeros_like"))


def test_powers_at_zero_have_the_same_derivatives_in_every_nesting_of_modes():
    exponents = np.array([0.0, 1.0, 2.0, 3.0])
    f = lambda x: np.sum(x**exponents)
    for outer in (ad.grad, ad.jacfwd):
        for inner in (ad.grad, ad.jacfwd):
            assert outer(inner(f))(0.0) == 2.0
            assert outer(outer(inner(f)))(0.0) == 6.0
    assert ad.hessian(f)(0.0) == 2.0
