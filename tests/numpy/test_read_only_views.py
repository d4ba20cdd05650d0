"""Views of traced arrays are writable where NumPy's are, and np.asarray shares memory or says that it cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adjoint as ad

X = np.arange(1.0, 10.0).reshape(3, 3)
WINDOWS = np.lib.stride_tricks.sliding_window_view
LOCKED: dict[str, Callable[[Any], Any]] = {
    "diagonal": np.diagonal, "diag": np.diag, "linalg.diagonal": np.linalg.diagonal,
    "method": lambda x: x.diagonal(), "broadcast_to": lambda x: np.broadcast_to(x, (2, 3, 3)),
    "windows": lambda x: WINDOWS(x, (2, 2)), "a view of one": lambda x: np.diagonal(x)[1:],
}
TRANSFORMS: dict[str, Callable[[Any], Any]] = {
    "grad": lambda f: ad.grad(f)(X), "jvp": lambda f: ad.jvp(f, (X,), (X,))[1],
    "vmap of grad": lambda f: ad.vmap(ad.grad(f))(X[None])[0], "jet": lambda f: ad.taylor(f, X, 1)[1],
}


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("make", [np.copy, np.zeros_like])
@pytest.mark.parametrize("view", LOCKED)
def test_what_numpy_lets_nobody_write_takes_no_write(view: str, make: Any, transform: str) -> None:
    def f(x: Any) -> Any:
        LOCKED[view](make(x))[0] = 1.0
        return np.sum(x)

    with pytest.raises(ValueError, match="read-only"):
        f(X)
    with pytest.raises(ad.errors.ReadOnlyError, match="assignment destination is read-only"):
        TRANSFORMS[transform](f)


def test_a_tensors_diagonal_takes_writes() -> None:
    x = ad.ones(2, 2)
    np.diagonal(x)[0] = 5.0
    x.diagonal()[1] = 6.0
    assert x.tolist() == [[5.0, 1.0], [1.0, 6.0]]


@pytest.mark.parametrize("window", [((2, 2), None), (2, 1), ((2, 2), (1, 1)), ((1, 3), (-1, 0))])
def test_windows_see_what_is_written_into_their_array(window: Any) -> None:
    weights = np.cos(np.arange(WINDOWS(X, *window).size)).reshape(WINDOWS(X, *window).shape)

    def windows(y: Any) -> Any:
        view = WINDOWS(y, *window)
        y[1, 1] = 7 * y[0, 0]
        return np.sum(weights * view * view)

    moved = np.array([[0, 1, 2], [3, 0, 5], [6, 7, 8]])
    factor = np.where(np.eye(9)[4].reshape(3, 3) > 0, 7.0, 1.0)
    expected = ad.grad(lambda x: np.sum(weights * WINDOWS(factor * np.ravel(x)[moved], *window) ** 2))(X)
    assert windows(X.copy()) == pytest.approx(ad.jvp(lambda x: windows(np.copy(x)), (X,), (X,))[0])
    for transform in (ad.grad, lambda f: lambda x: ad.vmap(ad.grad(f))(x[None])[0], ad.jacfwd):
        np.testing.assert_allclose(transform(lambda x: windows(np.copy(x)))(X), expected)


def test_asarray_of_an_array_without_a_derivative_shares_its_memory() -> None:
    def f(x: Any) -> Any:
        y = np.zeros_like(x)
        before = np.sum(x * y)
        a = np.asarray(y)
        a[0] = 5.0
        y[1] = 6.0
        assert a[1, 0] == 6.0
        copy = np.array(y)
        copy[...] = 100.0
        return before + np.sum(x * y)

    assert ad.grad(f)(X).tolist() == [[5.0] * 3, [6.0] * 3, [0.0] * 3]


def test_values_that_an_ndarray_on_the_memory_would_not_have_are_not_written() -> None:
    def kept(x: Any) -> Any:
        y = np.zeros_like(x)
        a = np.asarray(y)
        y[0] = x[0]
        return np.sum(x * a)

    def gone(x: Any) -> Any:
        y = np.zeros_like(x)
        y[1] = np.asarray(y)[0] + 1.0
        y[0] = x[0]
        return np.sum(x * y)

    for transform in (TRANSFORMS["grad"], TRANSFORMS["jvp"]):
        with pytest.raises(ad.errors.WriteError, match=r"np\.array\(y\)"):
            transform(kept)
    expected = np.array([2 * X[0], np.ones(3), np.zeros(3)])
    np.testing.assert_array_equal(TRANSFORMS["grad"](gone), expected)
    assert TRANSFORMS["jvp"](gone) == np.sum(expected * X)


def test_what_asarray_gives_where_there_is_no_memory_is_read_only() -> None:
    def f(x: Any) -> Any:
        y = np.zeros_like(x)
        np.asarray(y)[0] = 5.0
        return np.sum(x * y)

    with pytest.raises(ValueError, match="read-only"):
        ad.jvp(f, (X,), (X,))
