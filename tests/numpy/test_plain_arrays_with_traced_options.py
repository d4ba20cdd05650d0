"""Functions of a plain array with a traced value elsewhere: adjoint.numpy's take it, and NumPy's name those."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import adjoint as ad
import adjoint.numpy as anp

A = np.arange(1.0, 5.0)
X = np.array([0.5, 2.0])
HOLED = np.array([1.0, np.nan, np.inf])

OPTIONS: dict[str, Any] = {
    "sum": lambda np, x: np.sum(A, initial=x[0]), "max": lambda np, x: np.max(A, initial=9 * x[0]),
    "prod": lambda np, x: np.prod(A, initial=x[0]), "min": lambda np, x: np.min(A, axis=0, initial=x[0]),
    "nansum": lambda np, x: np.nansum(HOLED[:2], initial=x[0]),
    "nanprod": lambda np, x: np.nanprod(HOLED[:2], initial=x[0]),
    "nanmax": lambda np, x: np.nanmax(A, initial=9 * x[0]),
    "pad": lambda np, x: np.pad(A, 1, constant_values=x[0]),
    "linear ramp": lambda np, x: np.pad(A, 2, mode="linear_ramp", end_values=x[1]),
    "select": lambda np, x: np.select([A > 2], [A], default=x[0]),
    "interp left": lambda np, x: np.interp(A, A[1:3], A[:2], left=x[0], right=x[1]),
    "full": lambda np, x: np.full(3, x[0]),
    "full_like": lambda np, x: np.full_like(A, x[0]),
    "nan_to_num": lambda np, x: np.nan_to_num(HOLED, nan=x[0], posinf=x[1]),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_a_traced_option_has_its_derivative_in_every_mode(name: str) -> None:
    def f(x: Any) -> Any:
        return np.sum(np.sin(OPTIONS[name](anp, x)))

    h = 1e-6
    slope = [(f(X + h * e) - f(X - h * e)) / (2 * h) for e in np.eye(2)]
    np.testing.assert_allclose(ad.grad(f)(X), slope, atol=1e-8)
    np.testing.assert_allclose(ad.jacfwd(f)(X), slope, atol=1e-8)
    rows = np.stack([X, X[::-1]])
    np.testing.assert_allclose(ad.vmap(lambda x: OPTIONS[name](anp, x))(rows), [OPTIONS[name](anp, x) for x in rows])


@pytest.mark.parametrize("name", [name for name in OPTIONS if name not in ("nan_to_num", "full_like")])
def test_numpys_own_names_the_function_the_line_and_ours(name: str) -> None:
    for run in (ad.grad, ad.vmap):
        with pytest.raises(ad.errors.TracedValueError) as caught:
            run(lambda x: np.sum(OPTIONS[name](np, x)))(np.stack([X, X]) if run is ad.vmap else X)
        function = name.split()[0].replace("linear", "pad")
        assert f"np.{function} computes with bare numbers ({__file__}:" in str(caught.value)
        assert f"use adjoint.numpy.{function}" in str(caught.value)


REMEDIES: dict[str, tuple[Any, str]] = {
    "arange": (lambda x: np.arange(x[0], 3.0), r"np\.arange .*step \* np\.arange\(n\), or .*like=x"),
    "array": (lambda x: np.array([x[0], 1.0]), r"np\.array .*adjoint\.numpy\.array"),
    "ascontiguousarray": (lambda x: np.ascontiguousarray(x), r"np\.ascontiguousarray .*like=x"),
    "asfortranarray": (lambda x: np.asfortranarray(x), r"np\.asfortranarray .*np\.copy\(x\), or .*like=x"),
    "require": (lambda x: np.require(x), r"np\.require .*np\.copy\(x\), or .*like=x"),
    "random": (lambda x: np.random.normal(x[0]), r"np\.random\.normal .*mean \+ deviation \* normal"),
    "generator": (lambda x: np.random.default_rng(0).normal(x[0]), r"default_rng\(0\)\.normal .*mean \+ deviation"),
    "polyval": (lambda x: np.polynomial.polynomial.polyval(A, x), r"np\.polynomial\.polynomial\.polyval .*np\.polyval"),
    "Polynomial": (lambda x: np.polynomial.Polynomial(x), r"np\.polynomial .*np\.polyval"),
    "percent": (lambda x: "%.3f" % x[0], r'f"\{x:\.3f\}"'),  # noqa: UP031
    "float": (lambda x: float(x[0]), r"float\(\) of a traced value .*np\.exp"),
}


@pytest.mark.parametrize("name", REMEDIES)
def test_an_error_names_the_function_and_a_remedy_that_fits(name: str) -> None:
    f, message = REMEDIES[name]
    with pytest.raises(ad.errors.TracedValueError, match=message):
        ad.grad(f)(X)
    with pytest.raises(ad.errors.TracedValueError, match=message):
        ad.vmap(f)(np.stack([X, X]))


def test_a_sparse_matrix_of_scipy_names_the_dense_one() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    with pytest.raises(ad.errors.TracedValueError, match=r"scipy\.sparse .*A\.toarray\(\) @ x"):
        ad.grad(lambda x: np.sum(sparse.eye(2) @ x))(X)


@pytest.mark.parametrize("name", ["nan_to_num", "full_like"])
def test_a_write_from_within_a_function_of_numpys_names_that_function_the_line_and_ours(name: str) -> None:
    message = rf"np\.{name} writes .*{re.escape(__file__)}.*use adjoint\.numpy\.{name}"
    with pytest.raises(ad.errors.WriteError, match=message):
        ad.grad(lambda x: np.sum(OPTIONS[name](np, x)))(X)


def test_a_traced_value_is_formatted_in_every_mode() -> None:
    texts: list[str] = []

    def f(x: Any) -> Any:
        texts.append(f"{x[0]:.3f}")
        return x.sum()

    ad.grad(f)(X)
    ad.jvp(f, (X,), (X,))
    ad.vmap(f)(np.stack([X, X]))
    assert texts[:2] == ["0.500", "0.500"]
    assert texts[2].startswith("Array(<vmap value of shape ()")
    with pytest.raises(TypeError, match=r"unsupported format string passed to numpy\.ndarray\.__format__"):
        ad.grad(lambda x: f"{x:.2f}")(X)
