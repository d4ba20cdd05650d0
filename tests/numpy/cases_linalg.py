"""Linear algebra: systems, factorisations, norms. Hermitian arguments are made symmetric inside the case."""

from __future__ import annotations

from typing import Any

import numpy as np

from .case import Case, sample

la = np.linalg


def well(*shape: int, seed: int = 0) -> Any:
    """Matrices far from singular, with distinct real eigenvalues."""
    n = shape[-1]
    return sample(*shape, seed=seed, low=-0.4, high=0.4) + np.diag(1.0 + np.arange(n))


def real_eig(a: Any) -> Any:
    """NumPy 2.5 makes the vectors complex, with a phase that has no derivative."""
    values, vectors = la.eig(a)
    return values, np.real(vectors)


def symmetric(a: Any) -> Any:
    """The symmetric part of each matrix."""
    return (a + np.swapaxes(a, -1, -2)) / 2


def positive(a: Any) -> Any:
    """A positive definite matrix made of each."""
    return a @ np.conjugate(np.swapaxes(a, -1, -2))


def complex_well(*shape: int, seed: int = 0) -> Any:
    """A complex matrix far from singular."""
    return well(*shape, seed=seed) + 1j * sample(*shape, seed=seed + 1, low=-0.4, high=0.4)


NORMS = [None, 0.5, 1, 2, 3, np.inf, -np.inf, -1, -2]
MATRIX_NORMS = ["fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf]

CASES = {
    "np.linalg.inv": [Case(la.inv, well(3, 3)), Case(la.inv, well(2, 1, 2, 2)), Case(la.inv, complex_well(2, 2))],
    "np.linalg.solve": [
        Case(la.solve, well(3, 3), sample(3)), Case(la.solve, well(3, 3), sample(3, 2)),
        Case(la.solve, well(2, 3, 3), sample(3, 1), note="broadcast"),
        Case(lambda b: la.solve(np.array([[2, 1], [1, 3]]), b), sample(2), note="integers"),
        Case(la.solve, complex_well(2, 2), complex_well(2, 2, seed=3))],
    "np.linalg.tensorinv": [Case(la.tensorinv, well(6, 6).reshape(2, 3, 6)),
                            Case(lambda a: la.tensorinv(a, ind=1), well(4, 4).reshape(4, 2, 2))],
    "np.linalg.tensorsolve": [Case(la.tensorsolve, well(4, 4).reshape(2, 2, 4), sample(2, 2)),
                              Case(lambda a, b: la.tensorsolve(a, b, axes=(0,)),
                                   well(4, 4).reshape(4, 2, 2), sample(2, 2))],
    "np.linalg.pinv": [Case(la.pinv, well(4, 4)[:, :2]), Case(lambda a: la.pinv(a, rtol=1e-10), well(4, 4)[:2]),
                       Case(lambda a: la.pinv(a, 1e-10), sample(2, 3, 2)),
                       Case(lambda a: la.pinv(symmetric(a), hermitian=True), well(3, 3)),
                       Case(la.pinv, complex_well(3, 3)[:, :2])],
    "np.linalg.lstsq": [Case(la.lstsq, well(4, 4)[:, :2], sample(4)),
                        Case(lambda a, b: la.lstsq(a, b, rcond=1e-8), well(4, 4)[:, :2], sample(4, 2)),
                        Case(la.lstsq, well(4, 4)[:2], sample(2), note="wide")],
    "np.linalg.det": [Case(la.det, well(3, 3)), Case(la.det, sample(2, 2, 2)), Case(la.det, complex_well(2, 2))],
    "np.linalg.slogdet": [Case(la.slogdet, well(3, 3)), Case(la.slogdet, well(2, 2, 2)),
                          Case(la.slogdet, complex_well(2, 2))],
    "np.linalg.matrix_power": [Case(lambda a, n=n: la.matrix_power(a, n), well(2, 2), note=str(n))
                               for n in (1, 2, 5, -3)],
    "np.linalg.multi_dot": [Case(lambda *xs: la.multi_dot(xs), sample(2, 3), sample(3, 4), sample(4, 2)),
                            Case(lambda *xs: la.multi_dot(xs), sample(2), sample(2, 3), sample(3))],
    "np.linalg.matrix_rank": [Case(la.matrix_rank, well(3, 3), order=0),
                              Case(lambda a: la.matrix_rank(a, tol=1e-3), sample(2, 3, 2), order=0)],
    "np.linalg.cholesky": [Case(lambda a: la.cholesky(positive(a)), well(3, 3)),
                           Case(lambda a: la.cholesky(positive(a), upper=True), well(2, 2, 2)),
                           Case(lambda a: la.cholesky(positive(a)), complex_well(2, 2))],
    "np.linalg.qr": [Case(la.qr, well(3, 3)), Case(la.qr, well(4, 4)[:, :2]), Case(la.qr, well(4, 4)[:2]),
                     Case(lambda a: la.qr(a, mode="r"), well(3, 3)[:, :2]),
                     Case(lambda a: la.qr(a, mode="complete"), well(3, 3)[:2]),
                     Case(la.qr, sample(2, 3, 2))],
    "np.linalg.eigh": [Case(lambda a: la.eigh(symmetric(a)), well(3, 3)),
                       Case(lambda a: la.eigh(symmetric(a), UPLO="U"), well(2, 2, 2))],
    "np.linalg.eigvalsh": [Case(lambda a: la.eigvalsh(symmetric(a)), well(3, 3)),
                           Case(lambda a: la.eigvalsh(positive(a), "U"), complex_well(2, 2))],
    "np.linalg.eig": [Case(real_eig, well(3, 3)), Case(real_eig, well(2, 2, 2))],
    "np.linalg.eigvals": [Case(la.eigvals, well(3, 3)), Case(la.eigvals, np.array([[1.0, 2.0], [-3.0, 0.5]])),
                          Case(la.eigvals, complex_well(2, 2))],
    "np.linalg.svd": [
        Case(la.svd, well(3, 3)), Case(lambda a: la.svd(a, full_matrices=False), well(4, 4)[:, :2]),
        Case(lambda a: la.svd(a, full_matrices=False), sample(2, 2, 3)),
        Case(lambda a: la.svd(a, compute_uv=False), complex_well(3, 3)[:, :2]),
        Case(lambda a: la.svd(symmetric(a), hermitian=True), well(3, 3) * np.array([1, -1, 1])),
        Case(lambda a: la.svd(symmetric(a), compute_uv=False, hermitian=True), well(3, 3))],
    "np.linalg.svdvals": [Case(la.svdvals, well(3, 3)), Case(la.svdvals, sample(2, 3, 2))],
    "np.linalg.norm": [
        Case(la.norm, sample(2, 3, 2)), Case(lambda x: la.norm(x, keepdims=True), sample(2, 2)),
        *[Case(lambda x, p=p: la.norm(x, p), sample(4), note=f"vector{p}") for p in NORMS],
        *[Case(lambda x, p=p: la.norm(x, p), well(3, 3)[:, :2], note=f"matrix{p}") for p in MATRIX_NORMS],
        Case(lambda x: la.norm(x, axis=1), sample(2, 3)),
        Case(lambda x: la.norm(x, axis=(2, 0), keepdims=True), sample(2, 3, 2)),
        Case(lambda x: la.norm(x, "nuc", axis=(0, 2), keepdims=True), sample(2, 3, 2)),
        Case(lambda x: la.norm(x, 1, (0, 2)), sample(2, 3, 2)), Case(la.norm, complex_well(2, 2)),
        Case(lambda x: la.norm(x, 3, axis=0), complex_well(2, 2))],
    "np.linalg.vector_norm": [Case(la.vector_norm, sample(2, 3)),
                              *[Case(lambda x, p=p: la.vector_norm(x, axis=(0, 2), ord=p), sample(2, 3, 2), note=str(p))
                                for p in (1, 3, np.inf)],
                              Case(lambda x: la.vector_norm(x, axis=-1, keepdims=True, ord=4), sample(2, 3))],
    "np.linalg.matrix_norm": [Case(la.matrix_norm, sample(2, 3, 2)),
                              *[Case(lambda x, p=p: la.matrix_norm(x, ord=p, keepdims=True), sample(2, 3, 2),
                                     note=str(p)) for p in ("nuc", 2, 1, -np.inf)]],
    "np.linalg.cond": [Case(lambda x, p=p: la.cond(x, p), well(3, 3), note=str(p))
                       for p in (None, -2, "fro", 1, -np.inf)]
    + [Case(la.cond, sample(2, 3, 2))],
    "np.linalg.cross": [Case(la.cross, sample(3), sample(3, seed=1)),
                        Case(lambda a, b: la.cross(a, b, axis=0), sample(3, 2), sample(3, 2, seed=1))],
    "np.linalg.outer": [Case(la.outer, sample(2), sample(3))],
    "np.linalg.trace": [Case(la.trace, sample(3, 2)), Case(lambda x: la.trace(x, offset=1), sample(2, 3, 3))],
    "np.linalg.diagonal": [Case(la.diagonal, sample(3, 2)), Case(lambda x: la.diagonal(x, offset=-1), sample(2, 3, 3))],
    "np.linalg.matmul": [Case(la.matmul, sample(2, 3), sample(3, 2)), Case(la.matmul, sample(2, 1, 2), sample(2, 3))],
    "np.linalg.vecdot": [Case(la.vecdot, sample(2, 3), sample(3)),
                         Case(lambda a, b: la.vecdot(a, b, axis=0), sample(3, 2), sample(3, 2, seed=1)),
                         Case(la.vecdot, complex_well(2, 2), complex_well(2, 2, seed=5))],
    "np.linalg.tensordot": [Case(la.tensordot, sample(2, 3), sample(2, 3, seed=1)),
                            Case(lambda a, b: la.tensordot(a, b, axes=1), sample(2, 3), sample(3, 2, 2))],
    "np.linalg.matrix_transpose": [Case(la.matrix_transpose, sample(2, 3)), Case(la.matrix_transpose, sample(2, 3, 2))],
}
