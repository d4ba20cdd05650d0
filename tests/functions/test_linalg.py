"""Linear algebra where it is peculiar: repeated and zero values, singular matrices, norms at zero, errors, dtypes."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

import adjoint as ad

L = ad.linalg


def orthogonal(n, seed=0):
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((n, n)))[0]


def with_eigenvalues(*values, seed=0):
    q = orthogonal(len(values), seed)
    return q @ np.diag(values) @ q.T


def leaf(a):
    return ad.tensor(np.array(a, np.float64)).requires_grad_()


def gradient(f, a):
    x = leaf(a)
    f(x).backward()
    return x.grad.numpy()


def differences(f, a, h=1e-5):
    """The gradient of a function of symmetric arrays by central differences."""
    out = np.zeros_like(a)
    for k in np.ndindex(*a.shape):
        e = np.zeros_like(a)
        e[k] = h
        e = (e + e.T) / 2
        out[k] = (f(a + e) - f(a - e)) / (2 * h)
    return out


REPEATED = {
    "the identity": np.eye(3),
    "a diagonal": np.diag([1.0, 1.0, 2.0]),
    "two pairs": with_eigenvalues(1.0, 1.0, 2.0, 2.0),
    "a triple": with_eigenvalues(-1.0, 3.0, 3.0, 3.0),
}
repeated = pytest.mark.parametrize("a", REPEATED.values(), ids=REPEATED)


@repeated
@pytest.mark.parametrize("weights", ["ones", "one entry", "random"])
def test_a_matrix_function_by_eigh_has_its_gradient_at_repeated_eigenvalues(a, weights):
    n = len(a)
    w = {"ones": np.ones((n, n)), "one entry": np.eye(n)[[0]].T @ np.eye(n)[[1]],
         "random": np.random.default_rng(1).standard_normal((n, n))}[weights]

    def by_eigh(A):
        values, V = L.eigh(A)
        return ((V * values.exp()) @ V.mH * ad.tensor(w)).sum()

    def by_expm(A):
        return (L.matrix_exp(A) * ad.tensor((w + w.T) / 2)).sum()

    np.testing.assert_allclose(gradient(by_eigh, a), gradient(by_expm, a), atol=1e-12)


@repeated
def test_the_hessian_of_a_sum_over_eigenvalues_exists_at_repeated_ones(a):
    A = leaf(a)
    (g,) = ad.autograd.grad((L.eigvalsh(A) ** 2).sum(), A, create_graph=True)
    direction = np.eye(len(a))[[0]].T @ np.eye(len(a))[[1]]
    (h,) = ad.autograd.grad((g * ad.tensor(direction)).sum(), A)
    np.testing.assert_allclose(g.detach().numpy(), 2 * a, atol=1e-12)
    np.testing.assert_allclose(h.numpy(), direction + direction.T, atol=1e-12)


def test_the_projector_on_a_repeated_eigenvalue_has_both_derivatives():
    a, w = REPEATED["two pairs"], np.random.default_rng(2).standard_normal((4, 4))

    def loss(A):
        V = L.eigh(A).eigenvectors[:, :2]
        return (V @ V.mH * ad.tensor(w)).sum()

    def slope(A, create_graph=False):
        return (ad.autograd.grad(loss(A), A, create_graph=create_graph)[0] * ad.tensor(w)).sum()

    np.testing.assert_allclose(gradient(loss, a), differences(lambda b: float(loss(ad.tensor(b))), a), atol=1e-7)
    A = leaf(a)
    (h,) = ad.autograd.grad(slope(A, create_graph=True), A)
    np.testing.assert_allclose(h.numpy(), differences(lambda b: float(slope(leaf(b))), a), atol=1e-4)


@repeated
def test_a_loss_of_one_vector_of_a_repeated_eigenvalue_is_an_error(a):
    V = L.eigh(leaf(a)).eigenvectors
    with pytest.raises(RuntimeError, match=r"linalg\.eigh: the loss depends on the basis chosen for a repeated value"):
        (V[:, 1] ** 4).sum().backward()


def test_one_copy_of_a_repeated_eigenvalue_has_a_subgradient_and_a_warning():
    A = leaf(np.eye(3))
    with pytest.warns(RuntimeWarning, match="one-sided"):
        L.eigvalsh(A)[-1].backward()
    assert np.trace(A.grad.numpy()) == pytest.approx(1)


def test_what_the_cotangents_do_not_determine_is_an_error():
    A = leaf(np.eye(2))
    values, V = L.eigh(A)
    with pytest.raises(RuntimeError, match=r"linalg\.eigh: at a repeated value"):
        ((V * values.log()) @ V.mH).sum().backward()  # log(1) = 0 hides the vectors
    A = leaf(np.eye(2))
    values, V = L.eigh(A)
    (g,) = ad.autograd.grad(((V * values.exp()) @ V.mH).sum(), A, create_graph=True)
    with pytest.raises(RuntimeError, match="second derivative"):
        ad.autograd.grad(g[0, 1], A)


def test_the_phase_of_a_complex_eigenvector_has_no_derivative():
    a = np.array([[1.0, 0.5 + 0.5j], [0.5 - 0.5j, 2.0]])
    for f in (L.eigh, L.eig):
        A = ad.tensor(a).requires_grad_()
        with pytest.raises(RuntimeError, match="phase"):
            f(A).eigenvectors[0, 1].imag.backward()


@pytest.mark.parametrize("a", [np.eye(3), 2 * orthogonal(4)[:, :3], orthogonal(3) @ np.diag([3.0, 3.0, 1.0])],
                         ids=["the identity", "orthonormal columns", "a pair"])
def test_a_function_of_repeated_singular_values_has_its_gradient(a):
    w = np.random.default_rng(0).standard_normal(a.shape)

    def cubed(X):
        U, S, Vh = L.svd(X, full_matrices=False)
        return ((U * S**3) @ Vh * ad.tensor(w)).sum()

    def product(X):
        return (X @ X.mH @ X * ad.tensor(w)).sum()

    np.testing.assert_allclose(gradient(cubed, a), gradient(product, a), atol=1e-10)
    np.testing.assert_allclose(gradient(lambda X: (L.svdvals(X) ** 2).sum(), a), 2 * a, atol=1e-12)


def test_vectors_of_the_singular_value_zero_have_no_derivative():
    a = np.outer([1.0, 2.0, 3.0], [1.0, 1.0])
    U, _, Vh = L.svd(leaf(a), full_matrices=False)
    with pytest.raises(RuntimeError, match="singular value zero"):
        (U @ Vh)[0, 0].backward()
    U, S, Vh = L.svd(leaf(a), full_matrices=False)
    (U[:, :1] * S[:1] @ Vh[:1]).sum().backward()  # those of the others have


def test_eigenvalues_of_a_repeated_kind_sum_to_the_trace():
    np.testing.assert_allclose(gradient(lambda A: L.eigvals(A).sum().real, np.eye(3)), np.eye(3), atol=1e-12)
    with pytest.raises(RuntimeError, match=r"linalg\.eig: the loss treats the copies"):
        L.eigvals(leaf(np.eye(3)))[0].real.backward()


def test_vectors_are_orthonormal_where_values_repeat():
    for a in (*REPEATED.values(), np.zeros((3, 3))):
        values, V = L.eigh(ad.tensor(a))
        ad.testing.assert_close(V * values @ V.mH, ad.tensor(a), rtol=1e-12, atol=1e-12)
        U, S, Vh = L.svd(ad.tensor(a))
        ad.testing.assert_close(U * S @ Vh, ad.tensor(a), rtol=1e-12, atol=1e-12)
        ad.testing.assert_close(V.mH @ V, ad.eye(len(a), dtype=ad.float64), rtol=1e-12, atol=1e-12)


def test_det_of_a_singular_matrix_has_its_cofactors_for_gradient():
    np.testing.assert_allclose(gradient(L.det, np.diag([2.0, 3.0, 0.0])), np.diag([0.0, 0.0, 6.0]), atol=1e-12)
    np.testing.assert_array_equal(gradient(L.det, np.diag([2.0, 0.0, 0.0])), np.zeros((3, 3)))


@pytest.mark.parametrize("rank", [3, 2, 1, 0])
def test_det_has_derivatives_of_every_order_at_every_rank(rank):
    random = np.random.default_rng(rank)
    a = random.standard_normal((3, rank)) @ random.standard_normal((rank, 3))
    directions = random.standard_normal((5, 3, 3))

    def expanded(x):
        (a, b, c), (d, e, f), (g, h, i) = [[x[i, j] for j in range(3)] for i in range(3)]
        return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)

    det, polynomial = np.linalg.det, expanded
    for t in directions:
        det, polynomial = [lambda x, f=f, t=t: ad.jvp(f, (x,), (t,))[1] for f in (det, polynomial)]
        np.testing.assert_allclose(det(a), polynomial(a), atol=1e-9)
    third = [lambda x, f=f: f(x) for f in (np.linalg.det, expanded)]
    for t in directions[:3]:
        third = [lambda x, f=f, t=t: np.sum(ad.grad(f)(x) * t) for f in third]
    np.testing.assert_allclose(ad.grad(third[0])(a), ad.grad(third[1])(a), atol=1e-9)


@pytest.mark.parametrize("order", [2, 0.5, 1, 1.5, 3, 3.5, 0, math.inf, -math.inf, -1, -2.5])
def test_a_vector_norm_at_zero_has_gradient_zero_and_a_finite_second_derivative(order):
    x = leaf(np.zeros(3))
    (g,) = ad.autograd.grad(L.vector_norm(x, order), x, create_graph=True)
    assert np.array_equal(g.detach().numpy(), np.zeros(3))
    (h,) = ad.autograd.grad((g + x * 0).sum(), x)
    assert np.array_equal(h.numpy(), np.zeros(3))


def test_elements_that_are_zero_do_not_spoil_a_norm():
    x = [3.0, 0.0, 4.0]
    np.testing.assert_allclose(gradient(L.vector_norm, x), [0.6, 0.0, 0.8])
    for order in (0.5, 1.5, 3, -1):
        assert np.isfinite(gradient(lambda v, p=order: L.vector_norm(v, p), x)).all()


def test_a_norm_neither_overflows_nor_vanishes():
    assert float(L.vector_norm(ad.tensor([3e200, 4e200], dtype=ad.float64))) == pytest.approx(5e200)
    assert float(L.vector_norm(ad.tensor([3e-200, 4e-200], dtype=ad.float64))) == pytest.approx(5e-200)
    assert float(L.vector_norm(ad.tensor([math.inf, 1.0]))) == math.inf
    assert math.isnan(float(L.vector_norm(ad.tensor([math.nan, 1.0]))))


def test_ties_share_the_gradient_of_the_largest_element():
    np.testing.assert_allclose(gradient(lambda x: L.vector_norm(x, math.inf), [2.0, -2.0, 1.0]), [0.5, -0.5, 0.0])


def test_the_spectral_norm_of_the_identity_shares_its_gradient_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(gradient(lambda A: L.matrix_norm(A, 2), np.eye(3)), np.eye(3) / 3, atol=1e-12)


def test_the_pseudo_inverse_of_a_matrix_of_low_rank_differentiates_within_that_rank():
    a = np.outer([1.0, 2.0, 3.0], [1.0, -1.0])

    def loss(x):  # a family of rank 1
        return L.pinv(x * ad.tensor(a)).sum()

    x = leaf(2.0)
    loss(x).backward()
    assert float(x.grad) == pytest.approx(-float(L.pinv(ad.tensor(a)).sum()) / 4, abs=1e-12)


def test_singular_and_indefinite_matrices_are_named():
    with pytest.raises(L.LinAlgError, match=r"linalg\.inv: \(Batch element 1\): .*singular"):
        L.inv(ad.stack([ad.eye(2), ad.zeros(2, 2)]))
    with pytest.raises(RuntimeError, match=r"linalg\.solve: .*singular"):
        L.solve(ad.zeros(2, 2), ad.ones(2))
    with pytest.raises(L.LinAlgError, match="leading minor of order 2 is not positive-definite"):
        L.cholesky(ad.tensor([[1.0, 2.0], [2.0, 1.0]]))
    with pytest.raises(np.linalg.LinAlgError):
        L.inv(ad.zeros(2, 2))


def test_the_ex_forms_tell_by_info():
    both = ad.stack([ad.eye(2), ad.zeros(2, 2)])
    inverse, info = L.inv_ex(both)
    assert info.tolist() == [0, 1]
    assert inverse[0].tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert L.solve_ex(both, ad.ones(2, 2)).info.tolist() == [0, 1]
    assert L.cholesky_ex(ad.tensor([[1.0, 2.0], [2.0, 1.0]])).info.tolist() == 2
    assert L.lu_factor_ex(both).info.tolist() == [0, 1]
    with pytest.raises(L.LinAlgError):
        L.inv_ex(both, check_errors=True)


def test_a_zero_on_the_diagonal_of_a_triangle_gives_infinity():
    x = L.solve_triangular(ad.tensor([[1.0, 0.0], [1.0, 0.0]]), ad.tensor([[1.0], [2.0]]), upper=False)
    assert x.tolist() == [[1.0], [math.inf]]


def test_wrong_arguments_say_what_was_expected():
    with pytest.raises(RuntimeError, match=r"linalg\.inv: A must be batches of square matrices, but they are 2 by 3"):
        L.inv(ad.ones(2, 3))
    with pytest.raises(RuntimeError, match=r"must have at least 2 dimensions"):
        L.svd(ad.ones(3))
    with pytest.raises(RuntimeError, match="floating point or complex"):
        L.det(ad.ones(2, 2, dtype=ad.int64))
    with pytest.raises(RuntimeError, match="Incompatible shapes of A and B"):
        L.solve(ad.eye(2), ad.ones(3, 1))
    with pytest.raises(RuntimeError, match="same dtype"):
        L.solve(ad.eye(2), ad.ones(2, dtype=ad.float64))
    with pytest.raises(RuntimeError, match="not defined"):
        L.qr(ad.ones(3, 2, requires_grad=True), mode="complete").Q.sum().backward()


def test_out_receives_the_result():
    out = ad.empty(0)
    assert L.inv(2 * ad.eye(2), out=out) is out
    assert out.tolist() == [[0.5, 0.0], [0.0, 0.5]]


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_results_and_gradients_keep_their_dtype(dtype):
    own = getattr(ad, dtype)
    real = own.to_real()
    A = (ad.eye(3, dtype=own) * ad.arange(1, 4).to(own)).requires_grad_()
    for y in (L.eigh(A).eigenvalues, L.svdvals(A), L.vector_norm(A)):
        assert y.dtype is real
    for y in (L.inv(A), L.cholesky(A), L.det(A), L.matrix_exp(A), L.qr(A).R, L.lu_factor(A).LU, L.pinv(A)):
        assert y.dtype is own
        (g,) = ad.autograd.grad(y.abs().sum(), A)
        assert g.dtype is own


def test_results_are_named_and_print_as_in_torch():
    result = L.slogdet(ad.eye(2))
    assert repr(result) == "adjoint.return_types.linalg_slogdet(\nsign=tensor(1.),\nlogabsdet=tensor(0.))"
    assert repr(ad.slogdet(ad.eye(2))) == repr(result).replace("linalg_", "")
    sign, logabsdet = result
    assert result.sign is sign
    assert result[1] is logabsdet


def test_values_and_gradients_are_those_of_torch():
    torch = pytest.importorskip("torch")
    a = np.random.default_rng(5).standard_normal((2, 4, 3))
    for f in (lambda M, A: M.linalg.lstsq(A, A[..., :1], driver="gelsd")[1], lambda M, A: M.linalg.svdvals(A),
              lambda M, A: M.linalg.qr(A)[1], lambda M, A: M.linalg.matrix_norm(A, "nuc"),
              lambda M, A: M.linalg.cond(A), lambda M, A: M.linalg.pinv(A), lambda M, A: M.linalg.norm(A, dim=(0, 2))):
        pairs = []
        for M in (torch, ad):
            A = M.tensor(a).requires_grad_()
            y = f(M, A)
            y.sum().backward()
            pairs.append((y.detach().numpy(), A.grad.numpy()))
        for want, got in zip(*pairs, strict=True):
            np.testing.assert_allclose(got, want, atol=1e-10)


@pytest.mark.parametrize("f", [
    np.linalg.inv, np.linalg.det, np.linalg.norm, np.linalg.eigvalsh, np.linalg.svdvals, np.linalg.pinv, np.linalg.cond,
    lambda a: np.linalg.norm(a, axis=0), lambda a: np.linalg.solve(a, a[0]), lambda a: np.linalg.slogdet(a)[1],
    lambda a: np.linalg.svd(a, compute_uv=False), lambda a: np.linalg.qr(a)[1], lambda a: np.linalg.norm(a, "nuc"),
    lambda a: np.linalg.matrix_power(a, 3), lambda a: np.linalg.lstsq(a[:, :2], a[:, 2])[0],
])
def test_numpys_own_functions_differentiate_tensors(f):
    a = with_eigenvalues(1.0, 2.0, 4.0)
    A = leaf(a)
    y = f(A)
    np.testing.assert_allclose(y.detach().numpy(), f(a), atol=1e-12)
    y.sum().backward()
    assert np.isfinite(A.grad.numpy()).all()
    assert A.grad.numpy().any()
