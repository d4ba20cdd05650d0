"""Second derivatives at repeated eigenvalues and singular values, against polynomials of the matrix itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint as ad
from adjoint import errors

RANDOM = np.random.default_rng(3)
DIRECTION = RANDOM.standard_normal((3, 3))
HERMITIAN = {"identity": np.eye(3), "zero": np.zeros((3, 3)), "a pair": np.diag([1.0, 2.0, 1.0])}


def hermitian(a: Any) -> Any:
    return (a + a.T) / 2


def of_eigenvalues(a: Any) -> Any:
    w = np.linalg.eigvalsh(hermitian(a))
    return np.sum(w**3) * np.sum(w) + np.sum(w**2)


def of_matrix(a: Any) -> Any:
    a = hermitian(a)
    return np.trace(a @ a @ a) * np.trace(a) + np.trace(a @ a)


@pytest.mark.parametrize("a", HERMITIAN.values(), ids=HERMITIAN)
def test_the_hessian_of_a_function_of_repeated_eigenvalues_is_that_of_the_matrix(a: Any) -> None:
    wanted = ad.hessian(of_matrix)(a)
    np.testing.assert_allclose(ad.hessian(of_eigenvalues)(a), wanted, atol=1e-12)
    stack = np.stack([a, np.diag([1.0, 3.0, 7.0])])
    np.testing.assert_allclose(ad.vmap(ad.hessian(of_eigenvalues))(stack)[0], wanted, atol=1e-12)
    np.testing.assert_allclose(ad.hvp(of_eigenvalues, (a,), (DIRECTION,)),
                               ad.hvp(of_matrix, (a,), (DIRECTION,)), atol=1e-12)


def test_the_hessian_at_repeated_eigenvalues_of_a_complex_matrix_is_that_of_the_matrix() -> None:
    q = np.linalg.qr(RANDOM.standard_normal((3, 3)) + 1j * RANDOM.standard_normal((3, 3)))[0]
    a = (q * [1.0, 1.0, 2.0]) @ q.conj().T
    parts = np.stack([a.real, a.imag])

    def whole(x: Any) -> Any:
        x = x[0] + 1j * x[1]
        return (x + np.conjugate(x.T)) / 2

    found = ad.hessian(lambda x: np.sum(np.linalg.eigvalsh(whole(x)) ** 3))(parts)
    wanted = ad.hessian(lambda x: np.real(np.trace(whole(x) @ whole(x) @ whole(x))))(parts)
    np.testing.assert_allclose(found, wanted, atol=1e-12)


@pytest.mark.parametrize("values", [(1.0, 1.0), (2.0, 0.0), (0.0, 0.0)], ids=str)
@pytest.mark.parametrize("shape", [(2, 2), (4, 2), (2, 4)], ids=str)
def test_the_hessian_of_a_function_of_singular_values_exists_where_they_repeat_or_vanish(
        shape: tuple[int, int], values: tuple[float, float]) -> None:
    a = np.zeros(shape)
    a[[0, 1], [0, 1]] = values
    a = np.linalg.qr(RANDOM.standard_normal((shape[0],) * 2))[0] @ a

    def quartic(x: Any) -> Any:
        return np.sum(x.T @ x @ x.T * x.T) + np.sum(x * x)

    def of_values(x: Any) -> Any:
        s = np.linalg.svdvals(x)
        return np.sum(s**4) + np.sum(s**2)

    np.testing.assert_allclose(ad.hessian(of_values)(a), ad.hessian(quartic)(a), atol=1e-10)


def test_the_tangent_of_repeated_values_is_their_derivative_along_the_direction() -> None:
    split = hermitian(DIRECTION)
    tangent = ad.jvp(np.linalg.eigvalsh, (np.eye(3),), (split,))[1]
    np.testing.assert_allclose(tangent, np.linalg.eigvalsh(split), atol=1e-12)
    tangent = ad.jvp(np.linalg.svdvals, (np.zeros((3, 2)),), (DIRECTION[:, :2],))[1]
    np.testing.assert_allclose(tangent, np.linalg.svdvals(DIRECTION[:, :2]), atol=1e-12)


SECOND: dict[str, Any] = {
    "forward over forward": lambda f, a, t: ad.jvp(lambda x: ad.jvp(f, (x,), (t,))[1], (a,), (t,)),
    "forward twice over reverse": lambda f, a, t: ad.jvp(lambda x: ad.jvp(ad.grad(f), (x,), (t,))[1], (a,), (t,)),
    "a series": lambda f, a, t: ad.jet(f, (a,), ((t, 0 * a),)),
}


@pytest.mark.parametrize("mode", SECOND)
@pytest.mark.parametrize("f", [of_eigenvalues, lambda a: np.sum(np.linalg.svdvals(a) ** 4)], ids=["eigh", "svd"])
def test_what_several_passes_of_forward_mode_would_need_at_a_repeated_value_is_an_error(f: Any, mode: str) -> None:
    a = np.diag([1.0, 1.0, 2.0])
    beside = np.zeros((3, 3))
    beside[0, 2] = beside[2, 0] = 1.0  # which splits the value in the second order only
    for t in (DIRECTION, beside):
        with pytest.raises(errors.GradientError, match="the vectors of a repeated value move"):
            SECOND[mode](f, a, t)


def test_a_function_of_values_and_vectors_has_no_second_derivative_at_a_repeated_value() -> None:
    def exponential(a: Any) -> Any:
        w, v = np.linalg.eigh(hermitian(a))
        return np.sum((v * np.exp(w)) @ v.T * DIRECTION)

    with pytest.raises(errors.GradientError), pytest.warns(RuntimeWarning, match="splits"):
        ad.hvp(exponential, (np.eye(3),), (DIRECTION,))
    inner = ad.grad(lambda a: np.sum(np.linalg.eigvalsh(hermitian(a)) ** 3))
    second = ad.grad(lambda a: np.sum(inner(a) * DIRECTION))
    with pytest.raises(errors.GradientError):
        ad.grad(lambda a: np.sum(second(a) * DIRECTION))(np.zeros((3, 3)))
    with pytest.raises(errors.GradientError):
        ad.jvp(second, (np.zeros((3, 3)),), (DIRECTION,))


@pytest.mark.parametrize("complex_", [False, True])
@pytest.mark.parametrize("shape", [(3, 2), (2, 3), (3, 3)], ids=str)
def test_a_matrix_of_low_rank_put_together_of_its_parts_is_an_error(shape: tuple[int, int], complex_: bool) -> None:
    a = np.outer(RANDOM.standard_normal(shape[0]), RANDOM.standard_normal(shape[1]))
    weights = RANDOM.standard_normal(shape)

    def together(x: Any) -> Any:
        u, s, vh = np.linalg.svd(x + 0j if complex_ else x, full_matrices=False)
        return np.sum(np.real((u * s) @ vh) * weights)

    with pytest.raises(errors.GradientError, match="singular value zero"):
        ad.grad(together)(a)
    np.testing.assert_allclose(ad.grad(lambda x: np.sum(np.linalg.svdvals(x) ** 2))(a), 2 * a, atol=1e-12)
    np.testing.assert_allclose(ad.grad(together)(a + weights), weights, atol=1e-12)


def test_a_kink_at_the_singular_value_zero_has_a_subgradient_with_a_warning_and_no_second_derivative() -> None:
    def nuclear(x: Any) -> Any:
        return np.linalg.norm(x, "nuc")

    with pytest.warns(RuntimeWarning, match="kink where a singular value is zero"):
        slope = ad.grad(nuclear)(np.diag([1.0, 0.0]))
    np.testing.assert_allclose(np.abs(slope), np.eye(2), atol=1e-12)
    with pytest.raises(errors.GradientError, match="kink"), pytest.warns(RuntimeWarning, match="kink"):
        ad.hessian(nuclear)(np.diag([1.0, 0.0]))


def test_eigenvalues_of_a_defective_matrix_have_no_derivative() -> None:
    jordan = np.array([[1.0, 1.0], [0.0, 1.0]])
    for transform in (ad.grad, ad.jacfwd):
        with pytest.raises(errors.GradientError, match="defective"):
            transform(lambda a: np.sum(np.real(np.linalg.eigvals(a)) ** 2))(jordan)


def test_the_hessian_of_eigenvalues_that_rounding_keeps_from_being_defective_is_an_error() -> None:
    similar = RANDOM.standard_normal((2, 2))
    a = similar @ np.array([[2.0, 1.0], [1e-15, 2.0]]) @ np.linalg.inv(similar)

    def squares(a: Any) -> Any:
        return np.real(np.sum(np.linalg.eigvals(a) ** 2))

    np.testing.assert_allclose(ad.grad(squares)(a), 2 * a.T, atol=1e-6)
    for outer in (ad.jacfwd, ad.jacrev):
        with pytest.raises(errors.GradientError, match="second derivatives are lost"):
            outer(ad.grad(squares))(a)


@pytest.mark.parametrize("outer", [ad.jacfwd, ad.jacrev])
def test_second_derivatives_at_nearly_repeated_eigenvalues_warn_that_digits_are_lost(outer: Any) -> None:
    a = np.diag([1.0, 1.0 + 1e-12, 2.0]) + 0.0
    with pytest.warns(RuntimeWarning, match="nearly the same"):
        outer(ad.grad(lambda a: np.sum(np.exp(np.linalg.eigvalsh(hermitian(a))))))(a)
    np.testing.assert_allclose(ad.grad(lambda a: np.sum(np.linalg.eigvalsh(a) ** 2))(a), 2 * a, atol=1e-12)


@pytest.mark.parametrize("f", [
    lambda a: (lambda w, v: np.sum((v * w**3) @ v.T * DIRECTION))(*np.linalg.eigh(hermitian(a))),
    lambda a: (lambda u, s, vh: np.sum((u * s**3) @ vh * DIRECTION))(*np.linalg.svd(a)),
    lambda a: (lambda w, v: np.sum(np.real((v * w**3) @ np.linalg.inv(v)) * DIRECTION))(*np.linalg.eig(a)),
], ids=["eigh", "svd", "eig"])
def test_values_and_vectors_that_do_not_repeat_have_third_derivatives_in_every_order_of_modes(f: Any) -> None:
    def along(g: Any) -> Any:
        return lambda a: ad.jvp(g, (a,), (hermitian(DIRECTION),))[1]

    def against(g: Any) -> Any:
        return lambda a: np.sum(ad.grad(g)(a) * hermitian(DIRECTION))

    a = np.diag([1.0, 2.0, 4.0]) + 0.1 * hermitian(DIRECTION)
    found = [first(second(third(f)))(a) for first in (along, against) for second in (along, against)
             for third in (along, against)]
    np.testing.assert_allclose(found, found[-1], rtol=1e-9)


@pytest.mark.parametrize("a", [np.eye(3), np.linalg.qr(DIRECTION)[0], np.diag([2.0, 2.0, 1.0])],
                         ids=["identity", "orthogonal", "a pair"])
@pytest.mark.filterwarnings("ignore:linalg.svd. along this direction")
def test_the_orthogonal_factor_has_its_second_derivative_at_repeated_singular_values(a: Any) -> None:
    def by_svd(a: Any) -> Any:
        u, _, vh = np.linalg.svd(a)
        return np.sum((u @ vh) * DIRECTION)

    def by_newton(a: Any) -> Any:
        for _ in range(9):
            a = (a + np.linalg.inv(a).T) / 2
        return np.sum(a * DIRECTION)

    np.testing.assert_allclose(ad.hessian(by_svd)(a), ad.hessian(by_newton)(a), atol=1e-9)


def test_the_hessian_of_repeated_eigenvalues_of_a_general_matrix_is_an_error() -> None:
    with pytest.raises(errors.GradientError, match="second derivatives at a repeated eigenvalue"), pytest.warns(
            RuntimeWarning, match="splits"):
        ad.hessian(lambda a: np.real(np.sum(np.linalg.eigvals(a) ** 2)))(np.eye(2))


def test_a_large_random_matrix_in_single_precision_has_neither_repeated_values_nor_zeros() -> None:
    a = np.random.default_rng(0).standard_normal((100, 100)).astype(np.float32)
    slope = ad.grad(lambda a: np.linalg.norm(a, "nuc"))(a)  # a warning would be an error
    u, _, vh = np.linalg.svd(a.astype(float))
    np.testing.assert_allclose(slope, u @ vh, atol=1e-3)
