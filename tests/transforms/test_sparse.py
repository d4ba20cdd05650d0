"""Sparse Jacobians and Hessians: right entries, tight patterns, few passes, clear errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import sparse

import adjoint as ad
from adjoint import errors
from adjoint.transforms.sparse import coloured

X = np.array([0.3, 1.2, -0.7, 0.9, 2.1])


def pattern(f: Any, *args: Any, **chosen: Any) -> Any:
    return ad.jacobian_sparsity(f, **chosen)(*args).toarray().astype(int)


def band(n: int, m: int, *diagonals: int) -> Any:
    return sum(np.eye(n, m, k, dtype=int) for k in diagonals)


def laplacian(u: Any) -> Any:
    g = np.pad(u, 1)
    return 4 * g[1:-1, 1:-1] - g[:-2, 1:-1] - g[2:, 1:-1] - g[1:-1, :-2] - g[1:-1, 2:] + np.exp(g[1:-1, 1:-1])


@pytest.mark.parametrize(("f", "expected"), [
    (lambda x: x[1:] * x[:-1], band(4, 5, 0, 1)),
    (lambda x: np.diff(x), band(4, 5, 0, 1)),
    (lambda x: np.convolve(x, np.ones(2)), band(6, 5, 0, -1)),
    (lambda x: np.cumsum(x), np.tri(5, dtype=int)),
    (lambda x: np.triu(np.ones((5, 5))) @ x, np.tri(5, dtype=int).T),
    (lambda x: np.sum(x * x), np.ones((1, 5), int)),
    (lambda x: np.floor(x) + np.sin(x[::-1]), np.eye(5, dtype=int)[::-1]),
    (lambda x: np.where(x > 0, x, x[::-1]), np.eye(5, dtype=int) | np.eye(5, dtype=int)[::-1]),
    (lambda x: np.maximum(x[:2], x[2:4]), band(2, 5, 0, 2)),
    (lambda x: np.sort(x[:3]), np.pad(np.ones((3, 3), int), ((0, 0), (0, 2)))),
    (lambda x: np.outer(x[:2], x[2:4]), np.array([[1, 0, 1, 0, 0], [1, 0, 0, 1, 0], [0, 1, 1, 0, 0], [0, 1, 0, 1, 0]])),
    (lambda x: np.linalg.norm(np.stack([x, 2 * x]), axis=0), np.eye(5, dtype=int)),
    (lambda x: np.tile(x[:2], 2), np.pad(np.tile(np.eye(2, dtype=int), (2, 1)), ((0, 0), (0, 3)))),
    (lambda x: ad.stop_gradient(x) * x[0], np.eye(1, 5, dtype=int).repeat(5, axis=0)),
    (lambda x: 3.0, np.zeros((1, 5), int)),
])
def test_a_pattern_has_just_the_entries_that_may_differ_from_zero(f: Any, expected: Any) -> None:
    np.testing.assert_array_equal(pattern(f, X), expected)
    np.testing.assert_array_equal(pattern(f, 1 - X), expected)


def test_writes_carry_the_pattern() -> None:
    def f(x: Any) -> Any:
        out = np.zeros_like(x)
        for i in range(1, len(x) - 1):
            out[i] = x[i - 1] - 2 * x[i] ** 2 + x[i + 1]
        out[0] += out[1]
        return out

    expected = band(5, 5, -1, 0, 1)
    expected[0], expected[-1] = expected[1], 0
    np.testing.assert_array_equal(pattern(f, X), expected)


def test_a_branch_is_taken_by_the_value() -> None:
    def f(x: Any) -> Any:
        return x[0] * x[1] if x[0] > 0 else x[2]

    np.testing.assert_array_equal(pattern(f, X), [[1, 1, 0, 0, 0]])
    np.testing.assert_array_equal(pattern(f, -X), [[0, 0, 1, 0, 0]])


def test_the_entries_are_those_of_the_dense_jacobian() -> None:
    u = np.random.default_rng(0).standard_normal((4, 3))
    dense = ad.jacobian(lambda v: laplacian(v.reshape(4, 3)).ravel())(u.ravel())
    found = ad.sparse_jacobian(laplacian)(u)
    assert isinstance(found, sparse.csr_array)
    np.testing.assert_allclose(found.toarray(), dense, rtol=1e-14)
    assert found.nnz == np.count_nonzero(dense)


def test_the_entries_of_a_hessian_are_those_of_the_dense_one() -> None:
    def f(x: Any) -> Any:
        return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + np.cos(x[:-1]) * x[0])

    h = ad.sparse_hessian(f)(X)
    np.testing.assert_allclose(h.toarray(), ad.hessian(f)(X), rtol=1e-12)
    np.testing.assert_array_equal(ad.hessian_sparsity(f)(X).toarray(), ad.hessian(f)(X) != 0)


def test_rows_are_coloured_where_they_share_less_than_columns() -> None:
    calls = []

    def f(x: Any) -> Any:
        calls.append(type(x._a).__name__)
        return np.sum(x ** 2)

    found = ad.sparse_jacobian(f)(np.arange(1000.0))
    np.testing.assert_allclose(found.toarray()[0], 2 * np.arange(1000.0))
    assert "Dual" not in calls


def test_an_arrow_takes_as_many_passes_as_its_head_asks() -> None:
    arrow = sparse.csr_array(np.eye(6, dtype=bool) | (np.arange(6) == 0)[:, None] | (np.arange(6) == 0))
    assert coloured(arrow, arrow.T.tocsr()).max() == 5
    tridiagonal = sparse.csr_array(band(50, 50, -1, 0, 1).astype(bool))
    colours = coloured(tridiagonal, tridiagonal.T.tocsr())
    assert colours.max() == 2
    for row in tridiagonal.toarray():
        assert len(set(colours[row])) == row.sum()


@pytest.mark.parametrize("chunk_size", [None, 1, 2])
def test_trees_and_tensors_are_flattened_in_order(chunk_size: int | None) -> None:
    def f(p: Any) -> Any:
        return {"a": p["w"] * p["b"], "b": p["b"] ** 2}

    p = {"w": np.array([[1.0, 2.0], [3.0, 4.0]]), "b": np.array([5.0, 6.0])}
    found = ad.sparse_jacobian(f, chunk_size=chunk_size)(p).toarray()
    b, w = np.diag(p["b"]), p["w"]
    zero = np.zeros((2, 2))
    np.testing.assert_array_equal(found, np.block([  # dictionaries go by their keys: b, then w
        [np.diag(w[0]), b, zero], [np.diag(w[1]), zero, b], [2 * b, zero, zero]]))
    tensors = {k: ad.tensor(v) for k, v in p.items()}
    np.testing.assert_array_equal(ad.sparse_jacobian(f, chunk_size=chunk_size)(tensors).toarray(), found)


def test_argnums_and_argnames_choose() -> None:
    f = lambda x, y: x * y
    y = np.array([2.0, 3.0])
    np.testing.assert_array_equal(ad.sparse_jacobian(f, 1)(X[:2], y).toarray(), np.diag(X[:2]))
    np.testing.assert_array_equal(ad.sparse_jacobian(f, (0, 1))(X[:2], y).toarray(),
                                  np.hstack([np.diag(y), np.diag(X[:2])]))
    np.testing.assert_array_equal(pattern(f, X[:2], y, argnames="y"), np.eye(2))


def test_a_known_pattern_is_not_found_again() -> None:
    kinds: list[str] = []

    def f(x: Any) -> Any:
        kinds.append(type(x._a).__name__)
        return x ** 2

    eye = sparse.csr_array(np.eye(5, dtype=bool))
    np.testing.assert_array_equal(ad.sparse_jacobian(f, sparsity=eye)(X).toarray(), np.diag(2 * X))
    assert "Dependent" not in kinds
    with pytest.raises(errors.ShapeError, match=r"a pattern of shape \(5, 5\) was given for a Jacobian of shape"):
        ad.sparse_jacobian(lambda x: x[:2], sparsity=eye)(X)


def test_user_rules_tie_everything_together() -> None:
    @ad.custom_vjp
    def f(x: Any) -> Any:
        return x ** 2

    f.defvjp(lambda x: (x ** 2, x), lambda x, ct: (2 * x * ct,))
    np.testing.assert_array_equal(pattern(f, X[:2]), np.ones((2, 2)))
    np.testing.assert_allclose(ad.sparse_jacobian(f)(X[:2]).toarray(), np.diag(2 * X[:2]))


def test_complex_values_inside_are_followed() -> None:
    f = lambda x: np.abs(np.fft.fft(x[:2])[:1]) + np.real((x[2:3] + 1j * x[3:4]) ** 2)
    np.testing.assert_array_equal(pattern(f, X), [[1, 1, 1, 1, 0]])
    np.testing.assert_allclose(ad.sparse_jacobian(f)(X).toarray(), ad.jacobian(f)(X), rtol=1e-12)


def test_what_a_scipy_array_cannot_carry_is_refused() -> None:
    w = ad.tensor([2.0], requires_grad=True)
    with pytest.raises(errors.TracedValueError, match="use jacobian"):
        ad.sparse_jacobian(lambda x: x * w)(ad.ones(3))
    with pytest.raises(errors.TracedValueError, match="use jacobian"):
        ad.vmap(lambda c: ad.sparse_jacobian(lambda x: c * x)(X).sum())(X)
    with pytest.raises(errors.DtypeError, match="floating-point"):
        ad.sparse_jacobian(lambda x: x)(np.arange(3))
    with pytest.raises(errors.DtypeError, match="real arguments"):
        ad.sparse_jacobian(lambda x: x)(X + 0j)


def test_a_pattern_that_is_not_sparse_is_refused() -> None:
    with pytest.raises(MemoryError, match="not sparse"):
        ad.jacobian_sparsity(lambda x: np.sum(x) * x)(np.ones(20_000))


def test_empty_arrays_have_empty_patterns() -> None:
    assert ad.sparse_jacobian(lambda x: x * 2)(np.ones(0)).shape == (0, 0)
    assert ad.sparse_jacobian(lambda x: x[:0])(np.ones(2)).shape == (0, 2)
