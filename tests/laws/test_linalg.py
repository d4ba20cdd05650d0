"""Linear algebra against finite differences: real and complex, batched, first and second order.

What depends on an arbitrary choice (a triangle that is read, phases of vectors) enters through functions that do not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint as ad
from adjoint.autograd import gradcheck, gradgradcheck

L = ad.linalg


def matrices(*shape: int, seed: int = 0, complex: bool = False) -> Any:
    random = np.random.default_rng([seed, *shape])
    x = random.standard_normal(shape)
    return ad.tensor(x + 1j * random.standard_normal(shape) if complex else x).requires_grad_()


def hermitian(A: Any) -> Any:
    return (A + A.mH) / 2


def positive(A: Any) -> Any:
    return A @ A.mH + ad.eye(A.shape[-1], dtype=A.dtype)


def spectral(A: Any) -> Any:
    w, V = L.eigh(hermitian(A))
    return (V * (w / 3).exp().unsqueeze(-2)) @ V.mH


def projector(A: Any) -> Any:
    V = L.eigh(hermitian(A)).eigenvectors[..., :, :2]
    return V @ V.mH


def function_of_eig(A: Any) -> Any:
    w, V = L.eig(A)
    return (V * (w / 3).exp().unsqueeze(-2)) @ L.inv(V)


def function_of_svd(A: Any) -> Any:
    U, S, Vh = L.svd(A, full_matrices=False)
    return (U * S.sin().unsqueeze(-2)) @ Vh


def complement(A: Any) -> Any:
    U = L.svd(A).U[..., :, 2:]
    return U @ U.mH


def rows_complement(A: Any) -> Any:
    Vh = L.svd(A).Vh[..., 2:, :]
    return Vh.mH @ Vh


def lu_parts(A: Any) -> Any:
    _, lower, upper = L.lu(A)
    return lower.sin(), upper.sin()


def ldl_solved(A: Any, B: Any) -> Any:
    return L.ldl_solve(*L.ldl_factor(hermitian(A), hermitian=True), B, hermitian=True)


ONE = {
    "inv": (L.inv, (2, 3, 3)),
    "det": (L.det, (2, 3, 3)),
    "slogdet": (lambda A: tuple(L.slogdet(A)) if A.is_complex() else L.slogdet(A).logabsdet, (2, 3, 3)),
    "logdet": (lambda A: ad.logdet(positive(A)), (2, 2)),
    "cholesky": (lambda A: L.cholesky(positive(A)), (2, 3, 3)),
    "cholesky, upper": (lambda A: L.cholesky(positive(A), upper=True), (3, 3)),
    "cholesky_inverse": (lambda A: ad.cholesky_inverse(L.cholesky(positive(A))), (3, 3)),
    "qr of tall matrices": (lambda A: tuple(L.qr(A)), (2, 4, 3)),
    "qr of wide matrices": (lambda A: tuple(L.qr(A)), (2, 2, 4)),
    "lu": (lu_parts, (2, 3, 3)),
    "lu of tall matrices": (lu_parts, (4, 2)),
    "lu of wide matrices": (lu_parts, (2, 4)),
    "eigh": (spectral, (2, 3, 3)),
    "eigh, vectors alone": (projector, (3, 3)),
    "eigvalsh": (lambda A: L.eigvalsh(hermitian(A)), (2, 3, 3)),
    "eig": (function_of_eig, (2, 3, 3)),
    "eigvals": (L.eigvals, (3, 3)),
    "eig, absolute": (lambda A: L.eig(A).eigenvectors.abs(), (3, 3)),
    "svd": (function_of_svd, (2, 3, 3)),
    "svd of tall matrices": (function_of_svd, (4, 2)),
    "svd of wide matrices": (function_of_svd, (2, 4)),
    "svd, the extra columns": (complement, (4, 2)),
    "svd, the extra rows": (rows_complement, (2, 4)),
    "svdvals": (L.svdvals, (2, 3, 2)),
    "pinv of tall matrices": (L.pinv, (4, 2)),
    "pinv of wide matrices": (L.pinv, (2, 4)),
    "matrix_exp": (lambda A: L.matrix_exp(A / 2), (2, 2, 2)),
    "matrix_power": (lambda A: L.matrix_power(A, 3), (3, 3)),
    "matrix_power, negative": (lambda A: L.matrix_power(A, -2), (3, 3)),
    "nuclear norm": (lambda A: L.matrix_norm(A, "nuc"), (3, 2)),
    "spectral norm": (lambda A: L.matrix_norm(A, 2), (3, 2)),
    "norm of order 3.5": (lambda A: L.vector_norm(A, 3.5, dim=0), (3, 2)),
    "norm of order -1": (lambda A: L.vector_norm(A, -1), (3,)),
    "cond": (L.cond, (3, 3)),
    "cond in norm 1": (lambda A: L.cond(A, 1), (3, 3)),
    "vander": (lambda A: L.vander(A, 4), (3,)),
    "tensorinv": (lambda A: L.tensorinv(A.reshape(2, 2, 4)), (4, 4)),
    "householder_product": (lambda A: L.householder_product(A[:, :2], A[0, 2:]), (4, 4)),
}

TWO = {
    "solve": (L.solve, (2, 3, 3), (3, 2)),
    "solve from the right": (lambda A, B: L.solve(A, B, left=False), (3, 3), (2, 3)),
    "solve_triangular": (lambda A, B: L.solve_triangular(A, B, upper=True), (3, 3), (2, 3, 2)),
    "solve_triangular, unit, from the right": (
        lambda A, B: L.solve_triangular(A, B, upper=False, unitriangular=True, left=False), (3, 3), (2, 3)),
    "cholesky_solve": (lambda A, B: ad.cholesky_solve(B, L.cholesky(positive(A))), (3, 3), (3, 2)),
    "lu_solve": (lambda A, B: L.lu_solve(*L.lu_factor(A), B), (2, 3, 3), (2, 3, 2)),
    "lu_solve, adjoint, from the right": (
        lambda A, B: L.lu_solve(*L.lu_factor(A), B, left=False, adjoint=True), (3, 3), (2, 3)),
    "lstsq": (lambda A, B: L.lstsq(A, B).solution, (4, 2), (4, 2)),
    "lstsq of wide matrices": (lambda A, B: L.lstsq(A, B).solution, (2, 4), (2, 2)),
    "cross": (L.cross, (2, 3), (2, 3)),
    "vecdot": (L.vecdot, (2, 3), (2, 3)),
    "tensorsolve": (lambda A, B: L.tensorsolve(A.reshape(2, 2, 4), B.reshape(2, 2)), (4, 4), (4,)),
    "multi_dot": (lambda A, B: L.multi_dot([A, B, A]), (2, 3), (3, 2)),
    "ormqr": (lambda A, B: ad.ormqr(A[:, :2], A[0, 2:], B, transpose=True), (4, 4), (4, 2)),
}

CASES = [(name, f, (shape,)) for name, (f, shape) in ONE.items()]
CASES += [(name, f, tuple(shapes)) for name, (f, *shapes) in TWO.items()]


@pytest.mark.parametrize("complex", [False, True], ids=["real", "complex"])
@pytest.mark.parametrize(("name", "f", "shapes"), CASES, ids=[name for name, *_ in CASES])
def test_derivatives_are_those_of_finite_differences(name, f, shapes, complex):
    inputs = [matrices(*shape, seed=i, complex=complex) for i, shape in enumerate(shapes)]
    assert gradcheck(f, inputs)
    assert gradgradcheck(f, inputs, fast_mode=True)


@pytest.mark.parametrize("complex", [False, True], ids=["real", "complex"])
def test_ldl_solve_is_differentiable_in_its_right_hand_side(complex):
    A, B = matrices(3, 3, complex=complex).detach(), matrices(3, 2, seed=1, complex=complex)
    assert gradcheck(lambda B: ldl_solved(A, B), [B])
    ad.testing.assert_close(hermitian(A) @ ldl_solved(A, B), B)


@pytest.mark.parametrize("rank", range(4))
def test_det_of_singular_matrices_has_its_derivatives_to_third_order(rank):
    a = np.random.default_rng(rank).standard_normal((4, rank))
    A = ad.tensor(a @ np.random.default_rng(9).standard_normal((rank, 4))).requires_grad_()
    E, F = (matrices(4, 4, seed=s).detach() for s in (1, 2))

    def change(X: Any) -> Any:  # the derivative of det in the direction E
        return (ad.autograd.grad(L.det(X), X, create_graph=True)[0] * E).sum()

    assert gradcheck(L.det, [A])
    assert gradgradcheck(L.det, [A])
    (second,) = ad.autograd.grad(change(A), A, create_graph=True)
    (third,) = ad.autograd.grad((second * F).sum(), A)

    def exact(*directions: Any) -> float:
        """The coefficient of t1 t2 .. in det(A + t1 D1 + t2 D2 ..), from the values at 0 and 1 and multilinearity."""
        h, total = 1e-2, 0.0
        for signs in np.ndindex(*(2,) * len(directions)):
            X = A.detach().numpy() + sum(h * (2 * s - 1) * d for s, d in zip(signs, directions, strict=True))
            total += np.prod([2 * s - 1 for s in signs]) * np.linalg.det(X)
        return total / (2 * h) ** len(directions)

    G = matrices(4, 4, seed=3).detach()
    assert float((third * G).sum()) == pytest.approx(exact(E.numpy(), F.numpy(), G.numpy()), rel=1e-3, abs=1e-3)
