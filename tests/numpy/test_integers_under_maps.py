"""NumPy's functions of integers and places under vmap: each example as a loop gives it, or an error with the remedy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adjoint as ad
import adjoint.numpy as anp

TABLE = np.arange(10.0) ** 2
PLACES = np.array([[1, 2, 0], [0, 3, 2]])
NUMBERS = np.array([[0.5, 2.0, 1.0], [1.0, 3.0, 2.0]])
FALLING = np.array([[0.5, 1.0, 2.0], [3.0, 2.0, 1.0]])
GRID = np.arange(12.0).reshape(4, 3)

CASES: dict[str, tuple[Any, ...]] = {
    "take": (lambda i: anp.take(TABLE, i), PLACES),
    "take of one": (lambda i: anp.take(TABLE, i[0]), PLACES),
    "take of rows": (lambda i: anp.take(GRID, i, axis=0), PLACES),
    "take in wrap mode": (lambda i: anp.take(TABLE, i - 5, mode="wrap"), PLACES),
    "take_along_axis": (lambda i: np.take_along_axis(GRID, i[None], axis=0), PLACES),
    "like": (lambda i: np.asarray(TABLE, like=i)[i], PLACES),
    "choose": (lambda i: np.choose(i, [1.0, 2.0, 3.0, 4.0]), PLACES),
    "choose from mapped": (lambda i, x: np.choose(i, [x, 2 * x, x + 1, x[0]]), PLACES, NUMBERS),
    "choose in wrap mode": (lambda i: np.choose(i, [1.0, 2.0], mode="wrap"), PLACES),
    "unravel_index": (lambda i: np.stack(np.unravel_index(i, (2, 3))), PLACES),
    "unravel_index in Fortran's order": (lambda i: np.stack(np.unravel_index(i, (2, 3), order="F")), PLACES),
    "ravel_multi_index": (lambda i: np.ravel_multi_index((i, i[::-1]), (4, 5)), PLACES),
    "ravel_multi_index clipped": (
        lambda i: np.ravel_multi_index((i, 3 * i), (4, 5), mode=("raise", "clip"), order="F"), PLACES),
    "bincount": (lambda i: np.bincount(i, minlength=5), PLACES),
    "bincount of weights": (lambda i, w: np.bincount(i, w, minlength=5), PLACES, NUMBERS),
    "bincount of shared weights": (lambda i: np.bincount(i, NUMBERS[0], minlength=5), PLACES),
    "isin": (lambda x: np.isin(x, [1.0, 2.0]), NUMBERS),
    "isin of tests": (lambda x: np.isin(NUMBERS, x, invert=True), NUMBERS),
    "lexsort": (lambda x, i: np.lexsort((x, i % 2)), NUMBERS, PLACES),
    "lexsort of some": (lambda i: np.lexsort((NUMBERS[0], i % 2)), PLACES),
    "digitize": (lambda x: np.digitize(x, [0.7, 1.5]), NUMBERS),
    "digitize of bins": (lambda b: np.digitize([0.5, 1.0, 1.5], b), FALLING),
    "digitize of both": (lambda x, b: np.digitize(x, b, right=True), NUMBERS, FALLING),
    "geomspace": (lambda x: np.geomspace(x[0], x[1], 3), NUMBERS),
    "isposinf": (lambda x: np.isposinf(1 / (x - 1)) | np.isneginf(x) | np.isreal(x) & np.iscomplex(x), NUMBERS),
    "a mask alone": (lambda x: np.sum(TABLE, where=x[0] < 0.7), NUMBERS),
}


@pytest.mark.parametrize("name", CASES)
def test_each_example_gets_what_a_loop_gives(name: str) -> None:
    f: Callable[..., Any]
    f, *args = CASES[name]
    with np.errstate(all="ignore"):
        expected = np.stack([f(*row) for row in zip(*args, strict=True)]) if name != "like" else TABLE[PLACES]
    found = ad.vmap(f)(*args)
    np.testing.assert_allclose(found, expected, rtol=1e-14)
    assert found.dtype == expected.dtype


@pytest.mark.parametrize("right", [False, True])
def test_falling_bins_are_closed_on_the_side_that_numpy_closes(right: bool) -> None:
    found: list[Any] = []
    ad.grad(lambda x: found.append(np.digitize(x, [3.0, 2.0, 1.0], right)) or x.sum())(np.array([1.0, 2.0, 2.5]))
    np.testing.assert_array_equal(found[0], np.digitize([1.0, 2.0, 2.5], [3.0, 2.0, 1.0], right))


def test_weights_of_mapped_counts_have_their_derivative() -> None:
    slopes = ad.vmap(ad.grad(lambda w, i: np.sum(np.bincount(i, w, minlength=4) ** 2)))(NUMBERS, PLACES % 2)
    loop = [ad.grad(lambda w, i=i: np.sum(np.bincount(i, w, minlength=4) ** 2))(w)
            for w, i in zip(NUMBERS, PLACES % 2, strict=True)]
    np.testing.assert_allclose(slopes, loop)


@pytest.mark.parametrize("f", [lambda i: TABLE[i], lambda i: TABLE[i[0]], lambda i: [1.0, 2.0, 3.0][i[0]]])
def test_a_mapped_index_into_a_plain_array_is_told_what_to_write(f: Any) -> None:
    with pytest.raises(ad.errors.TracedValueError, match=r"one number for each example; pick .*adjoint\.numpy\.take"):
        ad.vmap(f)(PLACES)


def test_numpys_own_take_of_a_mapped_index_names_ours() -> None:
    with pytest.raises(ad.errors.TracedValueError, match=r"np\.take .* use adjoint\.numpy\.take"):
        ad.vmap(lambda i: np.take(TABLE, i))(PLACES)


def test_places_out_of_range_are_refused_for_any_example() -> None:
    with pytest.raises(ValueError, match="out of bounds"):
        ad.vmap(lambda i: np.unravel_index(i, (1, 3)))(PLACES)
    with pytest.raises(ValueError, match="invalid entry"):
        ad.vmap(lambda i: np.ravel_multi_index((i, i), (2, 5)))(PLACES)
    with pytest.raises(ValueError, match="invalid entry"):
        ad.vmap(lambda i: np.choose(i, [1.0, 2.0]))(PLACES)
    with pytest.raises(ad.errors.MissingRule, match="at least 4: give minlength"):
        ad.vmap(lambda i: np.bincount(i, minlength=2))(PLACES)
    with pytest.raises(ad.errors.TracedValueError, match=r"np\.histogram has no rule under vmap"):
        ad.vmap(lambda x: np.histogram(x, 3)[0])(NUMBERS)


def test_each_example_may_be_rolled_by_its_own_shift() -> None:
    x, shifts = np.arange(24.0).reshape(2, 3, 4), np.array([1, -5])
    for axis in (None, 1, 0):
        found = ad.vmap(lambda x, k: np.roll(x, k, axis))(x, shifts)  # noqa: B023
        np.testing.assert_array_equal(found, [np.roll(a, k, axis) for a, k in zip(x, shifts, strict=True)])
    pairs = np.array([[1, 2], [0, -1]])
    found = ad.vmap(lambda k: anp.roll(x[0], k, (0, 1)))(pairs)
    np.testing.assert_array_equal(found, [np.roll(x[0], tuple(k), (0, 1)) for k in pairs])
    found = ad.vmap(ad.grad(lambda x, k: np.sum(np.roll(x, k) * np.arange(12.0).reshape(3, 4))))(x, shifts)
    np.testing.assert_array_equal(found, [np.roll(np.arange(12.0), -k).reshape(3, 4) for k in shifts])
