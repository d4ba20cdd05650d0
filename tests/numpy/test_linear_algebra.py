"""What is peculiar to NumPy's linear algebra, products and transforms with traced values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint as ad

A = np.array([[2.0, 0.3, 0.1], [0.2, -1.0, 0.4], [0.5, 0.1, 3.0]])


def test_r_of_a_complete_qr_has_a_gradient_and_q_says_that_it_has_none() -> None:
    tall = A[:, :2]
    g = ad.grad(lambda a: np.sum(np.linalg.qr(a, mode="complete").R))(tall)
    np.testing.assert_allclose(g, ad.grad(lambda a: np.sum(np.linalg.qr(a).R))(tall))
    with pytest.raises(np.linalg.LinAlgError, match="not unique"):
        ad.grad(lambda a: np.sum(np.linalg.qr(a, mode="complete").Q))(tall)


def test_householder_vectors_have_no_rule() -> None:
    with pytest.raises(ad.errors.MissingRule):
        ad.grad(lambda a: np.sum(np.linalg.qr(a, mode="raw")[0]))(A)


def test_eigenvalues_have_the_dtype_that_numpy_gives_them() -> None:
    kinds = []

    def f(a: Any) -> Any:
        values = np.linalg.eigvals(a)
        kinds.append(values.dtype)
        return np.sum(np.real(values))

    turning = np.array([[1.0, 2.0], [-2.0, 1.0]])
    ad.grad(f)(A)
    ad.grad(f)(turning)
    assert kinds == [np.linalg.eigvals(A).dtype, np.linalg.eigvals(turning).dtype]  # NumPy 2.5: always complex


def test_results_are_named_as_numpys() -> None:
    t = ad.tensor(A)
    assert np.linalg.svd(t)._fields == ("U", "S", "Vh")
    assert np.linalg.eigh(t)._fields == np.linalg.eig(t)._fields == ("eigenvalues", "eigenvectors")
    assert np.linalg.slogdet(t)._fields == ("sign", "logabsdet")
    assert np.linalg.qr(t)._fields == ("Q", "R")


def test_least_squares_run_under_vmap() -> None:
    a, b = np.stack([A[:, :2], 2 * A[:, :2]]), np.stack([A[:, 2], A[:, 2]])
    x, residuals, rank, values = ad.vmap(np.linalg.lstsq)(a, b)
    for i in range(2):
        wanted = np.linalg.lstsq(a[i], b[i])
        for got, w in zip((x[i], residuals[i], rank[i], values[i]), wanted, strict=True):
            np.testing.assert_allclose(got, w)


def test_roots_depend_on_coefficients_that_are_zero_at_either_end() -> None:
    line, root = [-3.0, -1.0, -1 / 3], [0.0, 0.0, 1 / 3]
    np.testing.assert_allclose(ad.jacobian(np.roots)(np.array([1.0, -3.0, 0.0])), [line, root], atol=1e-12)
    cubes = ad.hessian(lambda c: np.sum(np.roots(c) ** 3))(np.array([1.0, -3.0, 0.0]))
    wanted = ad.hessian(lambda c: 3 * c[1] * c[2] / c[0] ** 2 - (c[1] / c[0]) ** 3)(np.array([1.0, -3.0, 0.0]))
    np.testing.assert_allclose(cubes, wanted, atol=1e-9)
    np.testing.assert_allclose(ad.grad(lambda c: np.sum(np.roots(c)))(np.array([0.0, 1.0, -3.0, 2.0]))[0], -7.0)
    double = ad.grad(lambda c: np.sum(np.roots(c)))(np.array([1.0, -3.0, 0.0, 0.0]))
    np.testing.assert_array_equal(np.isinf(double), [False, False, True, True])
    with pytest.raises(ad.errors.RangeError, match="leading coefficient of every example"):
        ad.vmap(np.roots)(np.array([[1.0, 2.0, 1.0], [0.0, 1.0, 2.0]]))


def test_a_plain_array_as_out_is_refused() -> None:
    with pytest.raises(ad.errors.WriteError, match="out="):
        ad.grad(lambda a: np.sum(np.dot(a, a, out=np.empty((3, 3)))))(A)


def test_a_traced_array_as_out_is_written() -> None:
    def f(a: Any) -> Any:
        out = np.empty_like(a)
        np.matmul(a, a, out=out)
        return np.sum(out)

    np.testing.assert_allclose(ad.grad(f)(A), ad.grad(lambda a: np.sum(a @ a))(A))


@pytest.mark.parametrize("call", [
    lambda a: np.dot(a, np.ones(2)), lambda a: np.matmul(a, np.ones((2, 2))), lambda a: np.inner(a, np.ones(2)),
    lambda a: np.tensordot(a, np.ones((2, 2))), lambda a: np.einsum("ij,jk", a, np.ones((2, 2))),
    lambda a: np.einsum("ij->ik", a), lambda a: np.einsum("i", a), lambda a: np.cross(a, np.ones(4)),
    lambda a: np.linalg.solve(a, np.ones(2)), lambda a: np.linalg.multi_dot([a, np.ones((2, 2))]),
    lambda a: np.fft.fft(a, n=0), lambda a: np.fft.fft(a, norm="none"), lambda a: np.convolve(a[0], a[1], "most"),
    lambda a: np.gradient(a, np.ones(2), axis=0), lambda a: np.linalg.norm(a, "most"), lambda a: np.linalg.norm(a, 7)])
def test_what_numpy_refuses_by_a_value_error_is_one_here(call: Any) -> None:
    with pytest.raises(ValueError):
        call(A)
    with pytest.raises(ValueError):
        ad.grad(lambda a: np.sum(call(a)))(A)


@pytest.mark.parametrize("call", [lambda a: np.linalg.inv(a[:2]), lambda a: np.linalg.det(a[0]),
                                  lambda a: np.linalg.inv(0 * a), lambda a: np.linalg.lstsq(a, np.ones(2))])
def test_what_numpy_refuses_by_a_linalg_error_is_one_here(call: Any) -> None:
    with pytest.raises(np.linalg.LinAlgError):
        call(A)
    with pytest.raises(np.linalg.LinAlgError):
        ad.grad(lambda a: np.sum(call(a)))(A)


def test_series_of_numpys_polynomial_package_are_differentiated_in_their_points() -> None:
    points = np.array([0.2, 0.7])
    for series, slope in ((np.polynomial.chebyshev.chebval, np.polynomial.chebyshev.chebder),
                          (np.polynomial.legendre.legval, np.polynomial.legendre.legder),
                          (np.polynomial.hermite.hermval, np.polynomial.hermite.hermder)):
        g = ad.grad(lambda x, series=series: np.sum(series(x, [1.0, 2.0, 3.0])))(points)
        np.testing.assert_allclose(g, series(points, slope([1.0, 2.0, 3.0])))


def test_a_poly1d_of_traced_coefficients_computes_with_them() -> None:
    g = ad.grad(lambda c: (np.poly1d(c) * np.poly1d([1.0, 2.0])).deriv()(0.5))(np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(g, [3 * 0.25 + 4 * 0.5, 2 * 0.5 + 2, 1.0])


def test_interpolation_starts_from_the_other_end_of_an_infinite_line() -> None:
    with np.errstate(all="ignore"):
        wanted = np.interp([0.5, 1.0, 1.5], [0.0, 1.0, 2.0], [1.0, np.inf, 3.0])
    got = np.interp([0.5, 1.0, 1.5], [0.0, 1.0, 2.0], ad.tensor([1.0, np.inf, 3.0]))
    np.testing.assert_array_equal(got.numpy(), wanted)


def test_a_cotangent_that_all_examples_share_meets_the_eigenvalues_of_each() -> None:
    a = np.stack([np.diag([1.0, 6.0]) + 0.1, np.diag([2.0, 7.0]) + 0.2])
    weights = np.array([[1.0, 2.0], [3.0, 5.0]])
    gradient = ad.grad(lambda a: np.sum(weights * np.real(np.linalg.eigvals(a))))
    np.testing.assert_allclose(ad.vmap(gradient)(np.stack([a, 2 * a])), np.stack([gradient(a), gradient(2 * a)]))
    turn = np.array([[1.0, 0.3], [-2.0, 1.5]])
    slopes = ad.vmap(ad.grad(lambda s: np.sum(np.linalg.eigvals(turn * s)).real))(np.ones(3))
    np.testing.assert_allclose(slopes, np.full(3, 2.5))


@pytest.mark.parametrize("f", [np.linalg.eigvalsh, np.linalg.svdvals, lambda a: np.linalg.norm(a, "nuc"),
                               lambda a: np.linalg.norm(a, 2), np.linalg.cond,
                               lambda a: np.linalg.lstsq(a, np.ones(3))[0]])
@pytest.mark.parametrize("make", [np.array, ad.tensor], ids=["array", "tensor"])
def test_jacobians_of_one_matrix_agree_in_both_modes(f: Any, make: Any) -> None:
    a = make(A + A.T)
    by_rows, by_columns = ad.jacrev(f)(a), ad.jacfwd(f)(a)
    assert type(by_rows) is type(by_columns) is type(a)
    np.testing.assert_allclose(by_rows, by_columns, atol=1e-12)
    second = ad.hessian(lambda a: np.sum(f(a) ** 2))(a)
    np.testing.assert_allclose(second, ad.jacrev(ad.jacrev(lambda a: np.sum(f(a) ** 2)))(a), atol=1e-9)


TURN = np.array([[1.0, 0.3], [-2.0, 1.5]])
OF_EIGENVALUES = {
    "product": (lambda s: np.real(np.prod(np.linalg.eigvals(TURN * s))), 4.2, 0.0),
    "squares": (lambda s: np.sum(np.abs(np.linalg.eigvals(TURN * s)) ** 2), 8.4, 0.0),
    "coefficient": (lambda s: np.poly(TURN * s)[2], 4.2, 0.0),
    "nonlinear": (lambda s: np.sum(np.abs(np.linalg.eigvals(TURN * s + np.eye(2) * s**2)) ** 2), 62.4, 78.0),
}


@pytest.mark.parametrize("name", OF_EIGENVALUES)
def test_complex_eigenvalues_have_derivatives_in_every_order_of_modes_though_vectors_do_not_move(name: str) -> None:
    f, second, third = OF_EIGENVALUES[name]
    gradient = ad.grad(f)
    found = [ad.grad(gradient)(1.0), ad.hessian(f)(1.0), ad.grad(lambda s: ad.jvp(f, (s,), (1.0,))[1])(1.0)]
    np.testing.assert_allclose(found, [second] * 3)
    np.testing.assert_allclose(ad.grad(ad.grad(gradient))(1.0), third, atol=1e-12)


@pytest.mark.parametrize("f", [lambda a: np.linalg.eigh(a)[0], lambda a: np.linalg.svd(a)[1],
                               lambda a: np.real(np.linalg.eig(a)[0])])
def test_forward_mode_warns_along_a_direction_that_splits_a_repeated_value(f: Any) -> None:
    whole, split = np.eye(2), np.array([[0.0, 1.0], [1.0, 0.5]])
    assert np.sum(ad.jvp(f, (whole,), (2 * whole,))[1]) == pytest.approx(4.0)  # no warning, which would be an error
    with pytest.warns(RuntimeWarning, match="a repeated value splits"):
        assert np.sum(ad.jvp(f, (whole,), (split,))[1]) == pytest.approx(0.5)


def test_reverse_over_reverse_gives_the_second_derivative_at_a_repeated_eigenvalue() -> None:
    squares = ad.grad(lambda a: np.sum(np.linalg.eigvalsh(a) ** 2))
    np.testing.assert_allclose(ad.jacrev(squares)(np.eye(2)).reshape(4, 4) @ [0, 1, 1, 0], [0, 2, 2, 0], atol=1e-12)
