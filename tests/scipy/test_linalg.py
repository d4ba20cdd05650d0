"""adjoint.scipy.linalg: SciPy's values on plain arrays and faces, derivatives to second order against differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.linalg as sl

import adjoint as ad
from adjoint import errors

la = ad.scipy.linalg


def normal(*shape: int, seed: int = 0) -> np.ndarray[Any, Any]:
    return np.random.default_rng([seed, *shape]).standard_normal(shape)


A, B = normal(3, 3) + 3 * np.eye(3), normal(3, 2, seed=1)
P = A @ A.T + np.eye(3)  # symmetric, positive definite
Q = P.copy()
Q[0, 1] += 0.2  # so that it matters which triangle is read
W = np.diag([1.0, 2.0, 4.0]) + 0.2  # positive definite
V = normal(3, seed=2)
N = 0.3 * normal(3, 3, seed=3)
C = 4 * np.eye(3) + N + 0.2j * normal(3, 3, seed=4)

# name, function of (the module, arrays), arrays in which it is differentiated
CASES: list[tuple[str, Any, tuple[Any, ...]]] = [
    ("solve", lambda m, a, b: m.solve(a, b), (A, B)),
    ("solve vector transposed", lambda m, a, b: m.solve(a, b, transposed=True), (A, V)),
    ("solve pos", lambda m, a, b: m.solve(a, b, assume_a="pos"), (Q, B)),
    ("solve sym lower", lambda m, a, b: m.solve(a, b, assume_a="sym", lower=True), (Q, V)),
    ("solve upper triangular", lambda m, a, b: m.solve(a, b, assume_a="upper triangular"), (A, B)),
    ("solve diagonal", lambda m, a, b: m.solve(a, b, assume_a="diagonal"), (A, B)),
    ("solve complex", lambda m, a, b: m.solve(a, b), (C, V)),
    ("inv", lambda m, a: m.inv(a), (A,)),
    ("det", lambda m, a: m.det(a), (A,)),
    ("pinv", lambda m, a: m.pinv(a), (B,)),
    ("lstsq", lambda m, a, b: m.lstsq(a, b)[:2], (B, V)),
    ("solve_triangular", lambda m, a, b: m.solve_triangular(a, b), (A, B)),
    ("solve_triangular T lower", lambda m, a, b: m.solve_triangular(a, b, trans="T", lower=True), (A, V)),
    ("solve_triangular unit", lambda m, a, b: m.solve_triangular(a, b, unit_diagonal=True), (A, V)),
    ("solve_triangular C", lambda m, a, b: m.solve_triangular(a, b, trans=2), (C, V)),
    ("cholesky", lambda m, a: m.cholesky(a), (Q,)),
    ("cholesky lower", lambda m, a: m.cholesky(a, lower=True), (Q,)),
    ("cho_solve", lambda m, a, b: m.cho_solve(m.cho_factor(a), b), (Q, B)),
    ("cho_solve lower", lambda m, a, b: m.cho_solve(m.cho_factor(a, lower=True), b), (Q, V)),
    ("lu_factor", lambda m, a: m.lu_factor(a)[0], (A[::-1].copy(),)),
    ("lu_solve", lambda m, a, b: m.lu_solve(m.lu_factor(a), b), (A[::-1].copy(), B)),
    ("lu_solve T", lambda m, a, b: m.lu_solve(m.lu_factor(a), b, trans=1), (A[::-1].copy(), V)),
    ("lu_solve H", lambda m, a, b: m.lu_solve(m.lu_factor(a), b, trans=2), (C[::-1].copy(), V)),
    ("lu", lambda m, a: m.lu(a)[1:], (A[::-1].copy(),)),
    ("lu permute_l", lambda m, a: m.lu(a, permute_l=True), (normal(4, 2),)),
    ("qr economic", lambda m, a: m.qr(a, mode="economic"), (B,)),
    ("qr r", lambda m, a: m.qr(a, mode="r"), (A,)),
    ("qr wide", lambda m, a: m.qr(a), (B.T.copy(),)),
    ("svdvals", lambda m, a: m.svdvals(a), (B,)),
    ("svd", lambda m, a: (lambda u, s, v: (u @ np.diag(s) @ v, s))(*m.svd(a, full_matrices=False)), (B,)),
    ("polar", lambda m, a: m.polar(a), (A,)),
    ("polar left", lambda m, a: m.polar(a, side="left"), (A,)),
    ("eigh", lambda m, a: (m.eigh(a)[0], m.eigh(a)[1] ** 2), (Q,)),
    ("eigh upper subset", lambda m, a: m.eigh(a, lower=False, eigvals_only=True, subset_by_index=(1, 2)), (Q,)),
    *[(f"eigh type {k}", lambda m, a, b, k=k: (m.eigh(a, b, type=k)[0], m.eigh(a, b, type=k)[1] ** 2), (Q, W))
      for k in (1, 2, 3)],
    ("eigvalsh", lambda m, a: m.eigvalsh(a), (Q,)),
    ("eigvals", lambda m, a: np.sum(m.eigvals(a) ** 3), (A,)),
    ("expm", lambda m, a: m.expm(a), (N,)),
    ("logm", lambda m, a: m.logm(a), (P,)),
    ("logm complex", lambda m, a: m.logm(a), (C,)),
    ("sqrtm", lambda m, a: m.sqrtm(a), (P,)),
    ("fractional_matrix_power", lambda m, a: m.fractional_matrix_power(a, 0.3), (P,)),
    ("cosm", lambda m, a: m.cosm(a), (N,)),
    ("cosm complex", lambda m, a: m.cosm(a), (C / 4,)),
    ("sinm", lambda m, a: m.sinm(a), (N,)),
    ("sinm complex", lambda m, a: m.sinm(a), (C / 4,)),
    ("tanm", lambda m, a: m.tanm(a), (N,)),
    ("coshm", lambda m, a: m.coshm(a), (N,)),
    ("sinhm", lambda m, a: m.sinhm(a), (N,)),
    ("tanhm", lambda m, a: m.tanhm(a), (N,)),
    ("solve_sylvester", lambda m, a, b, q: m.solve_sylvester(a, b, q), (A, P[:2, :2].copy(), B)),
    ("solve_continuous_lyapunov", lambda m, a, q: m.solve_continuous_lyapunov(a, q), (A, P)),
    ("solve_discrete_lyapunov", lambda m, a, q: m.solve_discrete_lyapunov(a, q), (N, P)),
    ("toeplitz", lambda m, c, r: m.toeplitz(c, r), (V, normal(4))),
    ("toeplitz hermitian", lambda m, c: m.toeplitz(c), (V + 1j * B[:, 0],)),
    ("circulant", lambda m, c: m.circulant(c), (V,)),
    ("hankel", lambda m, c, r: m.hankel(c, r), (V, normal(4))),
    ("block_diag", lambda m, a, b: m.block_diag(a, b), (B, V)),
    ("solve_toeplitz", lambda m, c, b: m.solve_toeplitz(c, b), (V + [5, 0, 0], B)),
    ("norm", lambda m, a: m.norm(a), (A,)),
    ("norm nuc", lambda m, a: m.norm(a, ord="nuc"), (A,)),
]
every_case = pytest.mark.parametrize(("fn", "args"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])


def parts(result: Any) -> list[Any]:
    return [p for r in result for p in parts(r)] if isinstance(result, (tuple, list)) else [result]


def total(result: Any) -> Any:
    out = 0.0
    for i, leaf in enumerate(parts(result)):
        w = np.random.default_rng([i, len(leaf.shape)]).uniform(0.5, 1.5, (2, *leaf.shape))
        out = out + np.sum(np.real(leaf) * w[0])
        if np.iscomplexobj(leaf):
            out = out + np.sum(np.imag(leaf) * w[1])
    return out


def directions(args: tuple[Any, ...], seed: int) -> list[Any]:
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(a.shape) + (1j * rng.standard_normal(a.shape) if a.dtype.kind == "c" else 0)
            for a in args]


def along(f: Any, args: tuple[Any, ...], t: list[Any], h: float = 1e-3) -> Any:
    def at(s: float) -> Any:
        return f(*[a + s * d for a, d in zip(args, t, strict=True)])

    return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)


def inner(grads: Any, t: list[Any]) -> Any:
    return sum([np.sum(np.real(g * d)) for g, d in zip(grads, t, strict=True)])  # JAX's complex gradients


@every_case
def test_values_are_scipys_on_plain_arrays_and_on_tensors(fn: Any, args: Any) -> None:
    expected = parts(fn(sl, *args))
    for got in (parts(fn(la, *args)), parts(fn(la, *[ad.tensor(a) for a in args]))):
        for g, e in zip(got, expected, strict=True):
            g = g.numpy() if isinstance(g, ad.Tensor) else g
            np.testing.assert_allclose(g, e, atol=1e-10)


@every_case
def test_derivatives_of_first_and_second_order_agree_with_differences(fn: Any, args: Any) -> None:
    which = tuple(range(len(args)))
    gradient = ad.grad(lambda *a: total(fn(la, *a)), argnums=which)
    t, u = directions(args, 7), directions(args, 8)
    first = along(lambda *a: total(fn(sl, *a)), args, t)
    assert inner(gradient(*args), t) == pytest.approx(first, rel=1e-6, abs=1e-7)
    second = along(lambda *a: inner(gradient(*a), t), args, u)
    got = inner(ad.grad(lambda *a: inner(ad.grad(lambda *b: total(fn(la, *b)), argnums=which)(*a), t),
                        argnums=which)(*args), u)
    assert got == pytest.approx(second, rel=1e-5, abs=1e-6)


def test_tensors_come_back_as_tensors_and_arrays_as_arrays() -> None:
    assert isinstance(la.inv(ad.tensor(A)), ad.Tensor)
    assert isinstance(la.inv(A), np.ndarray)
    assert isinstance(ad.grad(lambda a: la.det(a))(A), np.ndarray)


def test_forward_mode_and_vmap_pass_through() -> None:
    t = directions((P,), 3)[0]
    value, slope = ad.jvp(la.sqrtm, (P,), (t,))
    np.testing.assert_allclose(value @ slope + slope @ value, t, atol=1e-10)
    stack = np.stack([A, P])
    np.testing.assert_allclose(ad.vmap(ad.grad(lambda a: la.det(a)))(stack)[1], np.linalg.det(P) * np.linalg.inv(P).T)


def test_a_basis_that_the_matrix_does_not_determine_is_refused() -> None:
    with pytest.raises(errors.MissingRule, match="projector"):
        ad.grad(lambda a: np.sum(la.null_space(a)))(B.T)
    with pytest.raises(errors.MissingRule, match="pivoting"):
        la.qr(ad.tensor(A), pivoting=True)


@pytest.mark.parametrize("f", [la.expm, la.logm, la.sinm, la.tanm, la.coshm, lambda a: np.abs(la.expm(1j * a)),
                               lambda a: la.fractional_matrix_power(a, 0.3)])
def test_jacobians_of_matrix_functions_are_arrays_and_agree_in_every_mode(f: Any) -> None:
    a = P / 10
    columns, rows = ad.jacfwd(f)(a), ad.jacrev(f)(a)
    assert type(columns) is np.ndarray
    np.testing.assert_allclose(columns, rows, atol=1e-9)
    second = ad.hessian(lambda a: np.sum(f(a) ** 2))(a)
    assert type(second) is np.ndarray
    np.testing.assert_allclose(second, ad.jacrev(ad.jacrev(lambda a: np.sum(f(a) ** 2)))(a), atol=1e-7)


def test_the_hessian_of_the_exponential_of_a_tensor_has_no_graph() -> None:
    second = ad.hessian(lambda a: ad.linalg.matrix_exp(a).sum())(ad.tensor(A))
    assert isinstance(second, ad.Tensor)
    assert not second.requires_grad


def test_a_tracked_tensor_in_a_tangent_of_the_exponential_gets_its_gradient() -> None:
    w = ad.tensor(0.5, dtype=ad.float64, requires_grad=True)
    t = directions((A,), 5)[0]

    def slope(w: Any) -> Any:
        return np.sum(ad.jvp(lambda a: la.expm(a * w), (A,), (t,))[1])

    (g,) = ad.autograd.grad(slope(w), w)
    np.testing.assert_allclose(g, ad.grad(slope)(0.5))
    np.testing.assert_allclose(g, ad.jacfwd(slope)(0.5))


def test_least_squares_run_under_vmap() -> None:
    random = np.random.default_rng(0)
    a, b = random.standard_normal((2, 4, 2)), random.standard_normal((2, 4))
    a[1, :, 1] = a[1, :, 0]
    found = ad.vmap(lambda a, b: ad.scipy.linalg.lstsq(a, b)[0])(a, b)
    np.testing.assert_allclose(found, [sl.lstsq(*each)[0] for each in zip(a, b, strict=True)], atol=1e-12)


@pytest.mark.parametrize("a", [np.diag([0.0, 1.0]), np.ones((2, 2)), np.zeros((2, 2))],
                         ids=["diagonal", "ones", "zero"])
@pytest.mark.filterwarnings("ignore:Matrix is singular")
def test_a_singular_equation_of_sylvester_and_so_the_slope_of_sqrtm_is_an_error(a: Any) -> None:
    with pytest.raises(errors.LinAlgError, match="singular"):
        ad.jacrev(ad.scipy.linalg.sqrtm)(a)
    with pytest.raises(errors.LinAlgError, match="no eigenvalue in common"):
        ad.scipy.linalg.solve_sylvester(ad.tensor(a), ad.tensor(-a), ad.tensor(np.eye(2)))
