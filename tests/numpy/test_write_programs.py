"""Random NumPy programs with views and writes give NumPy's own numbers under every transform, and their derivatives.

A program runs on a plain ndarray and on a traced one. The plain run is the truth, memory, aliases and read-only views
included; its central differences are the derivatives. Where NumPy refuses a step, a traced array refuses it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import adjoint as ad

ARRAYS = [np.sin(np.arange(1.0, 7)).reshape(2, 3), np.cos(np.arange(4.0)),
          np.sin(0.7 * np.arange(1.0, 10)).reshape(3, 3)]
STEPS, LARGEST = 7, 40
windows = np.lib.stride_tricks.sliding_window_view


def value(o: Any, shape: Any) -> Any:
    """An operand of this shape that depends on o."""
    return np.sin(o) if np.shape(o) == tuple(shape) else 0.1 * np.sum(np.sin(o)) + np.zeros(shape)


def a_key(t: Any, r: Any) -> Any:
    n = t.shape[0]
    first, rows = int(r.integers(n)), r.permutation(n)[:1 + int(r.integers(n))]
    keys = [first, -1 - first, slice(None, None, 2), slice(None, None, -1), slice(first, None), rows, ...,
            r.random(t.shape) < 0.5, r.random(n) < 0.6, (None, first), (..., -1)]
    return keys[int(r.integers(len(keys)))]


VIEWS: list[Callable[[Any, Any], Any]] = [
    lambda t, r: t[::2], lambda t, r: t[1:], lambda t, r: t[::-1], lambda t, r: t[0] if t.ndim > 1 else t[...],
    lambda t, r: t.T, lambda t, r: t.reshape(-1), lambda t, r: np.ravel(t), lambda t, r: t.flatten(),
    lambda t, r: np.reshape(t, (-1, t.shape[-1])), lambda t, r: np.moveaxis(t, 0, -1), lambda t, r: np.flip(t),
    lambda t, r: np.rot90(t) if t.ndim > 1 else t, lambda t, r: np.expand_dims(t, 0), lambda t, r: np.squeeze(t),
    lambda t, r: np.atleast_2d(t), lambda t, r: t[..., None], lambda t, r: np.array_split(t, 2)[int(r.integers(2))],
    lambda t, r: np.diagonal(t) if t.ndim > 1 else t, lambda t, r: np.diag(t) if t.ndim == 2 else t,
    lambda t, r: np.broadcast_to(t, (2, *t.shape)), lambda t, r: np.einsum("ij->ji", t) if t.ndim == 2 else t,
    lambda t, r: np.einsum("ii->i", t[:min(t.shape), :min(t.shape)]) if t.ndim == 2 else t,
    lambda t, r: windows(t, 2, axis=0) if t.shape[0] > 1 else t, lambda t, r: t.view(), lambda t, r: t.real,
    lambda t, r: next(iter(t)) if t.ndim > 1 else t, lambda t, r: t, lambda t, r: t.astype(float, copy=False),
]
RESULTS: list[Callable[[Any, Any], Any]] = [
    lambda x, y: np.sin(x), lambda x, y: x * value(y, x.shape), lambda x, y: x + value(y, x.shape),
    lambda x, y: np.copy(x), lambda x, y: np.zeros_like(x), lambda x, y: np.full_like(x, 0.3),
    lambda x, y: np.sqrt(1 + x * x), lambda x, y: np.cumsum(x, axis=0) * 0.3, lambda x, y: x[[0, -1]],
]


def set_part(t: Any, o: Any, r: Any) -> None:
    key = a_key(t, r)
    t[key] = value(o, np.zeros(t.shape)[key].shape)


def subtract_part(t: Any, o: Any, r: Any) -> None:
    key = a_key(t, r)
    t[key] -= value(o, np.zeros(t.shape)[key].shape)


def add(t: Any, o: Any, r: Any) -> None:
    t += value(o, t.shape)


def divide(t: Any, o: Any, r: Any) -> None:
    t /= 2 + value(o, t.shape)


def at(t: Any, o: Any, r: Any) -> None:
    rows = r.integers(0, t.shape[0], 3)
    [np.add, np.multiply][int(r.integers(2))].at(t, rows, value(o, np.zeros(t.shape)[rows].shape))


def along(t: Any, o: Any, r: Any) -> None:
    order = np.argsort(r.random(t.shape), axis=0)[:1]
    np.put_along_axis(t, order, value(o, order.shape), axis=0)


def shifted(t: Any, o: Any, r: Any) -> None:
    t[1:] += t[:-1]


def each(t: Any, o: Any, r: Any) -> None:
    for i in range(len(t)):
        t[i] = t[i] * (t[i - 1] if i else 1)


def diagonal(t: Any, o: Any, r: Any) -> None:
    if t.ndim == 2:
        np.fill_diagonal(t, np.sum(np.sin(o)))


def first(t: Any, o: Any, r: Any) -> None:
    t.flat[0] = np.sum(np.sin(o))


def reverse(t: Any, o: Any, r: Any) -> None:
    t[...] = t[::-1]


WRITES: list[Callable[[Any, Any, Any], Any]] = [
    set_part, subtract_part, add, divide, at, along, shifted, each, diagonal, first, reverse,
    lambda t, o, r: t.__setitem__(a_key(t, r), 0.7), lambda t, o, r: np.add(t, value(o, t.shape), out=t),
    lambda t, o, r: np.multiply(t, value(o, t.shape), out=t, where=r.random(t.shape) < 0.5),
    lambda t, o, r: np.sin(t, out=t), lambda t, o, r: np.copyto(t, value(o, t.shape), where=r.random(t.shape) < 0.5),
    lambda t, o, r: np.put(t, [0, -1], [0.5, 0.6]), lambda t, o, r: t.fill(0.25), lambda t, o, r: t.sort(axis=0),
    lambda t, o, r: np.putmask(t, r.random(t.shape) < 0.5, value(o, t.shape)),
    lambda t, o, r: np.place(t, r.random(t.shape) < 0.5, np.sin(o).reshape(-1)),
    lambda t, o, r: setattr(t, "real", value(o, t.shape)), lambda t, o, r: np.clip(t, -0.5, 0.5, out=t),
    lambda t, o, r: np.cumsum(value(o, t.shape), axis=0, out=t),
]


def program(seed: int) -> Callable[[Any], Any]:
    """A function of an array, made by the numbers that follow from the seed."""

    def f(x: Any) -> Any:
        draws = np.random.default_rng(seed)
        values = [np.copy(x), 1.5 * np.copy(x), np.zeros_like(x)]
        for _ in range(STEPS):
            kind, i, j, k, own = [int(n) for n in draws.integers(0, 1 << 30, 5)]
            t, o = values[i % len(values)], values[j % len(values)]
            if not 0 < np.size(t) <= LARGEST or not 1 <= np.ndim(t) <= 3 or not np.size(o):
                continue
            r = np.random.default_rng(own)
            if kind % 10 < 4:
                values.append(VIEWS[k % len(VIEWS)](t, r))
            elif kind % 10 < 6:
                values.append(RESULTS[k % len(RESULTS)](t, o))
            else:
                WRITES[k % len(WRITES)](t, o, r)
        return sum([(1 + 0.1 * n) * np.sum(np.sin(v) + 0.03 * v * v) for n, v in enumerate(values)])

    return f


def differences(f: Callable[[Any], Any], x: Any) -> Any:
    steps = 1e-6 * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + d) - f(x - d)) / 2e-6 for d in steps]).reshape(x.shape)


def truths(seed: int) -> Iterator[tuple[Any, Any, Any, Any, Any]]:
    """(where, function, point, value, gradient) of some programs; the value is None where NumPy refuses a step."""
    for number in range(100 * seed, 100 * seed + 30):
        f, x = program(number), ARRAYS[number % 3]
        try:
            expected = f(x)
        except (ValueError, TypeError):
            yield number, f, x, None, None
            continue
        slope = differences(f, x)
        if np.all(np.abs(slope) < 1e3) and np.allclose(slope, differences(f, x + 1e-7), rtol=1e-4, atol=1e-4):
            yield number, f, x, expected, slope


def mapped(f: Callable[[Any], Any], x: Any) -> list[Any]:
    """The results of f at x, which is the second of two examples."""
    return [y[1] for y in ad.vmap(f)(np.stack([x / 2, x]))]


ALONG = [np.cos(2.0 * np.arange(x.size)).reshape(x.shape) for x in ARRAYS]
TRANSFORMS: dict[str, Callable[[Any, Any, Any], tuple[Any, Any, bool]]] = {  # value, derivative, whether along d
    "grad": lambda f, x, d: (*ad.value_and_grad(f)(x), False),
    "jvp": lambda f, x, d: (*ad.jvp(f, (x,), (d,)), True),
    "jet": lambda f, x, d: (*ad.taylor(f, x, 1, d), True),
    "vmap of grad": lambda f, x, d: (*mapped(ad.value_and_grad(f), x), False),
    "vmap of jvp": lambda f, x, d: (*mapped(lambda x: ad.jvp(f, (x,), (d,)), x), True),
}


@pytest.mark.parametrize("name", TRANSFORMS)
@pytest.mark.parametrize("seed", range(4))
def test_a_program_with_views_and_writes_gives_numpys_numbers_and_their_derivatives(seed: int, name: str) -> None:
    compared = 0
    for number, f, x, expected, slope in truths(seed):
        d = ALONG[number % 3]
        if expected is None:
            with pytest.raises((ValueError, TypeError)):
                TRANSFORMS[name](f, x, d)
            continue
        try:
            got, derivative, directed = TRANSFORMS[name](f, x, d)
        except ad.errors.ReadOnlyError:  # NumPy writes there
            raise
        except (ad.errors.WriteError, ad.errors.TracedValueError):  # into what grad keeps as a plain ndarray
            continue
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9, err_msg=str(number))
        slope = np.sum(slope * d) if directed else slope
        np.testing.assert_allclose(derivative, slope, rtol=2e-5, atol=2e-5, err_msg=str(number))
        compared += 1
    assert compared > 10
