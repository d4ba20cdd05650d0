"""A write of a value of one transform into memory of another is differentiated as the same program without writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adjoint as ad

ROWS = np.array([[True, True, True], [False, False, False]])
CELL = np.array([[True, False, False], [False, False, False]])
SOME = np.array([[True, False, True], [False, True, False]])
DIAGONAL = np.array([[True, False, False], [False, True, False]])
LAST = np.array([[False, False, True], [False, False, True]])
ALL = np.ones((2, 3), bool)


def _item(key: Any) -> Callable[[Any, Any], None]:
    def write(y: Any, v: Any) -> None:
        y[key] = v

    return write


def _iadd(y: Any, v: Any) -> None:
    y[0] += v


def _whole_iadd(y: Any, v: Any) -> None:
    y += v


def _flat(y: Any, v: Any) -> None:
    y.flat[0] = v


def _flat_masked(y: Any, v: Any) -> None:
    y.flat[SOME.ravel()] = v


def _row_view(y: Any, v: Any) -> None:
    row = y[0]
    row[:] = v


def _transposed_view(y: Any, v: Any) -> None:
    y.T[2] = v


# What is written where: y becomes v, or y + v, at the places of the mask.
Write = tuple[Callable[[Any, Any], Any], np.ndarray, bool]
COMMON: dict[str, Write] = {
    "y[0] = v": (_item(0), ROWS, False),
    "y[0, 0] = v": (_item((0, 0)), CELL, False),
    "y[:, 2:] = v": (_item((slice(None), slice(2, None))), LAST, False),
    "y[...] = v": (_item(...), ALL, False),
    "y[mask] = v": (_item(SOME), SOME, False),
    "y[rows, columns] = v": (_item(([0, 1], [0, 1])), DIAGONAL, False),
    "y[0] += v": (_iadd, ROWS, True),
    "y += v": (_whole_iadd, ALL, True),
    "a row, written": (_row_view, ROWS, False),
    "a column of y.T, written": (_transposed_view, LAST, False),
}
ARRAYS: dict[str, Write] = COMMON | {
    "copyto": (lambda y, v: np.copyto(y, v), ALL, False),
    "copyto where": (lambda y, v: np.copyto(y, v, where=SOME), SOME, False),
    "out=": (lambda y, v: np.add(y, v, out=y), ALL, True),
    "out= a part": (lambda y, v: np.add(y[0], v, out=y[0]), ROWS, True),
    "fill": (lambda y, v: y.fill(v), ALL, False),
    "flat[0]": (_flat, CELL, False),
    "flat[mask]": (_flat_masked, SOME, False),
    "place": (lambda y, v: np.place(y, SOME, np.stack([v, v])), SOME, False),
    "put": (lambda y, v: np.put(y, [0], v), CELL, False),
    "putmask": (lambda y, v: np.putmask(y, SOME, np.stack([v, v])), SOME, False),
    "put_along_axis": (lambda y, v: np.put_along_axis(y, np.array([[2], [2]]), v, axis=1), LAST, False),
    "fill_diagonal": (lambda y, v: np.fill_diagonal(y, v), DIAGONAL, False),
}
TENSORS: dict[str, Write] = COMMON | {
    "copy_": (lambda y, v: y.copy_(v), ALL, False),
    "copy_ into a part": (lambda y, v: y[:1].copy_(v), ROWS, False),
    "add_": (lambda y, v: y.add_(v), ALL, True),
    "fill_": (lambda y, v: y.fill_(v), ALL, False),
    "masked_fill_": (lambda y, v: y.masked_fill_(ad.tensor(SOME), v), SOME, False),
    "index_fill_": (lambda y, v: y.index_fill_(1, ad.tensor([2]), v), LAST, False),
    "index_put_": (lambda y, v: y.index_put_((ad.tensor([0]), ad.tensor([0])), v), CELL, False),
    "fill_diagonal_ of the part": (lambda y, v: y.diagonal().copy_(v), DIAGONAL, False),
}
CASES = [pytest.param(*write, face, id=f"{face}: {name}")
         for face, writes in (("array", ARRAYS), ("tensor", TENSORS)) for name, write in writes.items()]

C = 0.7
X = np.random.default_rng(0).uniform(-1, 1, (2, 2, 3))


def _as(face: str, value: Any) -> Any:
    return ad.tensor(value, dtype=ad.float64) if face == "tensor" else value


def _inner(face: str) -> dict[str, Callable[[Any], Any]]:
    """Numbers made of a function of a matrix, by a transform each."""
    x, t = _as(face, X[0]), _as(face, X[1])
    return {
        "vmap": lambda g: np.sum(ad.vmap(g)(_as(face, X))),
        "grad": lambda g: np.sum(t * ad.grad(g)(x)),
        "jvp": lambda g: ad.jvp(g, (x,), (t,))[1],
        "jet": lambda g: ad.taylor(g, x, 2, t)[2],
        "vmap of grad": lambda g: np.sum(np.sin(ad.vmap(ad.grad(g))(_as(face, X)))),
        "grad in vmap": lambda g: ad.grad(lambda x: np.sum(ad.vmap(g)(x)))(_as(face, X))[1, 0, 2],
    }


def _outer(face: str) -> dict[str, Callable[[Any], Any]]:
    """The derivative of a function of a number, by a transform each."""
    c, one = _as(face, C), _as(face, 1.0)
    return {
        "grad": lambda h: ad.grad(h)(c),
        "jvp": lambda h: ad.jvp(h, (c,), (one,))[1],
        "jet": lambda h: ad.taylor(h, c, 2)[2],
        "vmap of grad": lambda h: ad.vmap(ad.grad(h))(_as(face, np.array([C, -C])))[1],
    }


def _mixed(y: Any) -> Any:
    return np.sum(np.sin(y * np.sum(y * y)))


def _deviations(face: str, written: Callable[[Any, Any], Any], functional: Callable[[Any, Any], Any]) -> list[str]:
    """The nestings in which the derivatives of two functions of (the inner, the outer value) differ."""
    found = []
    for o, outer in _outer(face).items():
        for i, inner in _inner(face).items():
            results = [float(outer(lambda c, g=g, inner=inner: inner(lambda x: _mixed(g(x, c)))))
                       for g in (written, functional)]
            if not np.isclose(*results, rtol=1e-10, atol=1e-12):
                found.append(f"{o} over {i}: {results[0]}, not {results[1]}")
    return found


def _placed(y: Any, v: Any, mask: np.ndarray, adds: bool) -> Any:
    return np.where(mask, y + v if adds else v, y)


@pytest.mark.parametrize(("write", "mask", "adds", "face"), CASES)
def test_a_value_from_outside_that_is_written_into_memory_of_an_inner_transform_keeps_its_derivative(
        write: Any, mask: np.ndarray, adds: bool, face: str) -> None:
    def written(x: Any, c: Any) -> Any:
        y = x * x
        write(y, np.sin(c))
        return y

    assert _deviations(face, written, lambda x, c: _placed(x * x, np.sin(c), mask, adds)) == []


@pytest.mark.parametrize(("write", "mask", "adds", "face"), CASES)
def test_what_an_op_makes_of_outer_values_inside_of_a_transform_takes_its_values(
        write: Any, mask: np.ndarray, adds: bool, face: str) -> None:
    base = _as(face, X[1])

    def written(x: Any, c: Any) -> Any:
        y = np.cos(c * base)
        write(y, np.sin(x[0, 1]))
        return y

    assert _deviations(face, written, lambda x, c: _placed(np.cos(c * base), np.sin(x[0, 1]), mask, adds)) == []


def test_the_real_part_of_memory_of_an_inner_transform_takes_a_value_from_outside() -> None:
    def written(x: Any, c: Any) -> Any:
        y = x * (1 + 2j)
        y.real = np.sin(c)
        return y.real * y.imag

    assert _deviations("array", written, lambda x, c: np.sin(c) * 2 * x) == []


def test_backward_goes_through_a_write_into_memory_of_a_transform() -> None:
    c = ad.tensor(2.0, dtype=ad.float64, requires_grad=True)

    def g(x: Any) -> Any:
        y = x.clone()
        y[0] = c
        y[1:].copy_(c * c)
        return y.sum()

    ad.vmap(g)(ad.tensor(X[0])).sum().backward()
    assert c.grad.item() == 2 * (1 + 2 * 2 * 2.0)


def test_a_shared_argument_and_what_is_computed_from_it_take_values_of_the_examples() -> None:
    def f(x: Any, c: Any) -> Any:
        y = 2.0 * c
        y[0] = x[0]
        return y

    made = ad.vmap(f, in_axes=(0, None))(X[0], np.array([1.0, 2.0]))
    assert made.tolist() == [[X[0, 0, 0], 4.0], [X[0, 1, 0], 4.0]]


def test_what_an_inner_vmap_gave_takes_values_of_the_transform_around_it() -> None:
    c = np.array([1.0, 2.0])

    def f(c: Any) -> Any:
        def g(x: Any) -> Any:
            y = ad.vmap(np.sin)(c)
            y[0] = x[0]
            return np.sum(y * y)

        return np.sum(ad.vmap(g)(X[0]))

    np.testing.assert_allclose(ad.grad(f)(c), [0, 2 * np.sin(4.0)], rtol=1e-12)


def test_a_write_leaves_what_an_inner_transform_has_saved_as_it_was() -> None:
    def f(c: Any) -> Any:
        def g(x: Any) -> Any:
            y = np.copy(c)
            z = x * y
            y[0] = 100.0
            return np.sum(z)

        return ad.vmap(ad.grad(g))(X[0, :, :2])

    c = np.array([3.0, 4.0])
    np.testing.assert_array_equal(f(c), [c, c])
    value, tangent = ad.jvp(f, (c,), (c,))
    np.testing.assert_array_equal(value, [c, c])
    np.testing.assert_array_equal(tangent, [c, c])
    np.testing.assert_array_equal(ad.jacrev(f)(c), [np.eye(2), np.eye(2)])


@pytest.mark.parametrize("part", [lambda c: c, lambda c: c[:1], lambda c: c.reshape(2, 1)[::-1]])
def test_what_was_made_outside_of_a_transform_and_views_of_it_do_not_take_its_values(part: Any) -> None:
    def f(c: Any) -> Any:
        y = 2.0 * c

        def g(x: Any) -> Any:
            part(y)[0] = x[0]
            return x

        return ad.vmap(g)(X[0])

    with pytest.raises(ad.errors.WriteError, match="made outside of it"):
        ad.jvp(f, (np.ones(2),), (np.ones(2),))


def test_a_write_through_a_detached_tensor_is_seen_in_every_example() -> None:
    def f(x: Any) -> Any:
        y = x * x
        d = y.detach()[1:]
        d[0] = x[0]
        return y

    assert ad.vmap(f)(ad.tensor([[2.0, 3.0], [4.0, 5.0]])).tolist() == [[4.0, 2.0], [16.0, 4.0]]


@pytest.mark.parametrize("make", [
    lambda c: ad.sort(2 * c)[0], lambda c: (2 * c).cummax(0)[0], lambda c: (2 * c).topk(2)[0],
    lambda c: ad.linalg.eigh(ad.diag(c))[0], lambda c: ad.arange(3.0, dtype=ad.float64),
    lambda c: ad.linspace(0, 1, 3, dtype=ad.float64), lambda c: ad.hann_window(3, dtype=ad.float64)])
def test_several_results_of_an_op_and_ranges_take_values_of_the_transform_that_made_them(make: Any) -> None:
    def f(c: Any) -> Any:
        def g(x: Any) -> Any:
            y = make(c)
            y[0] = x[0]
            return y[0] * y[1] + 0 * c.sum()

        return ad.vmap(g)(ad.tensor(X[0])).sum()

    c, rest = ad.tensor([1.0, 2.0, 3.0], dtype=ad.float64), np.sum(X[0, :, 0])
    value = make(c)[1].item()
    assert f(c).item() == pytest.approx(rest * value)
    along = [ad.jvp(f, (c,), (t,))[1].item() for t in ad.eye(3, dtype=ad.float64)]
    np.testing.assert_allclose(along, ad.grad(lambda c: rest * make(c)[1] + 0 * c.sum())(c).numpy(), atol=1e-12)


@pytest.mark.parametrize("transform", [ad.grad, ad.vmap, ad.jacfwd, lambda f: ad.vmap(ad.grad(f))])
def test_elements_that_are_one_in_memory_are_not_written_under_any_transform(transform: Any) -> None:
    def refused(x: Any) -> Any:
        y = 2 * x
        y.expand(3, *y.shape)[:2].copy_(ad.ones(2, *y.shape))
        return y.sum()

    def allowed(x: Any) -> Any:
        y = 2 * x
        y.expand(1, *y.shape).zero_()
        y.expand(3, *y.shape)[1] = 5 * x
        return y.sum()

    x = ad.ones(2, 2) if transform not in (ad.grad, ad.jacfwd) else ad.ones(2)
    with pytest.raises(ad.errors.WriteError, match="single memory location"):
        transform(refused)(x)
    np.testing.assert_array_equal(transform(allowed)(x), transform(lambda x: 5 * x.sum())(x))


def test_a_value_of_a_finished_transform_that_is_written_says_that_it_escaped() -> None:
    kept: list[Any] = []
    ad.vmap(lambda x: kept.append(x) or x)(X[0])  # type: ignore[func-returns-value]
    for transform in (ad.grad, ad.vmap, lambda f: lambda y: ad.taylor(f, y, 1)):
        def f(y: Any) -> Any:
            y = 1.0 * y
            y[...] = kept[0]
            return np.sum(y)

        with pytest.raises(ad.errors.EscapedValueError, match="outside of the vmap that it belongs to"):
            transform(f)(np.ones((2, 3)))
