"""Writing NumPy functions differentiate on traced arrays; nothing that is differentiated slips into a plain ndarray."""

from __future__ import annotations

import math

import numpy as np
import pytest

import adjoint as ad
import adjoint.numpy

X = np.array([0.5, -1.0, 2.0])
WRITES = {
    "copyto": lambda a, x: np.copyto(a, x), "copyto where": lambda a, x: np.copyto(a, x, where=[True, False, True]),
    "place": lambda a, x: np.place(a, [True, True, False], x), "put": lambda a, x: np.put(a, [2, 0], x[:2]),
    "putmask": lambda a, x: np.putmask(a, [True, False, True], x),
    "put_along_axis": lambda a, x: np.put_along_axis(a, np.array([2, 1, 0]), x, 0),
    "setitem": lambda a, x: a.__setitem__(slice(None), x),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_write_into_a_traced_array_keeps_the_derivative(write):
    def f(x):
        out = np.zeros_like(x)
        write(out, x * x)
        return np.sum(out * np.array([1.0, 10.0, 100.0]))

    plain = np.zeros(3)
    h = 1e-6
    for i in range(3):
        step = h * (np.arange(3) == i)
        plain[i] = (f(X + step) - f(X - step)) / (2 * h)
    np.testing.assert_allclose(ad.grad(f)(X), plain, rtol=1e-8, atol=1e-8)
    t = ad.tensor(X, requires_grad=True)
    f(t).backward()
    np.testing.assert_allclose(t.grad.numpy(), plain, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_write_of_a_traced_value_into_an_ndarray_raises_and_writes_nothing(write):
    array = np.full(3, 7.0)

    def f(x):
        write(array, x)
        return np.sum(x)

    with pytest.raises((RuntimeError, TypeError, ValueError)):
        ad.grad(f)(X)
    assert array.tolist() == [7.0, 7.0, 7.0]


MADE = {
    "full_like": lambda x: np.full_like(x, 2.0), "full_like shape": lambda x: np.full_like(x, 2.0, shape=(3,)),
    "full_like dtype": lambda x: np.full_like(np.argsort(x) * x, 2, dtype=float),
    "full_like array": lambda x: np.full_like(x, np.arange(3.0)), "full_like traced": lambda x: np.full_like(x, x[2]),
    "zeros": lambda x: np.zeros(3, like=x), "ones": lambda x: np.ones((3,), like=x),
    "full": lambda x: np.full(3, 2.0, like=x), "full traced": lambda x: np.full(3, x[2], like=x),
    "arange": lambda x: np.arange(3.0, like=x), "array": lambda x: np.array([1.0, 2.0, 3.0], like=x),
    "asarray": lambda x: np.asarray([1.0, 2.0, 3.0], like=x), "eye": lambda x: np.eye(3, like=x)[0],
    "adjoint's full": lambda x: adjoint.numpy.full(3, 2.0, like=x),
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_an_array_made_like_a_traced_one_takes_traced_values_in_every_mode(make):
    def f(x):
        y = make(x)
        y[0] = x[0] * x[1]
        y[1:] *= 3.0
        return np.sum(y)

    value, rows = f(X), np.stack([X, X + 1])
    slope = ad.grad(f)(X)
    h = 1e-6
    np.testing.assert_allclose(slope, [(f(X + h * e) - f(X - h * e)) / (2 * h) for e in np.eye(3)], atol=1e-8)
    np.testing.assert_allclose(ad.jvp(f, (X,), (X,)), (value, slope @ X))
    np.testing.assert_allclose(ad.vmap(f)(rows), [f(row) for row in rows])
    np.testing.assert_allclose(ad.vmap(ad.grad(f))(rows), [ad.grad(f)(row) for row in rows])


def test_an_array_made_like_a_tensor_is_a_tensor():
    t = ad.tensor(X, requires_grad=True)
    y = np.zeros(2, like=t)
    y[0] = t[0] * t[1]
    y.sum().backward()
    assert t.grad.tolist() == [-1.0, 0.5, 0.0]


def test_the_error_of_such_a_write_names_the_remedy():
    with pytest.raises(ad.errors.WriteError, match=r"np\.zeros_like\(x\)"):
        ad.grad(lambda x: np.copyto(np.zeros(3), x))(X)
    with pytest.raises(ad.errors.WriteError, match=r"np\.where"):
        ad.grad(lambda x: np.putmask(np.zeros(3), [True, False, True], x))(X)
    with pytest.raises(ad.errors.WriteError, match="out="):
        ad.grad(lambda x: np.concatenate([x, x], out=np.zeros(6)))(X)


@pytest.mark.parametrize("number", [
    lambda x: float(x[0]), lambda x: math.exp(x[0]), lambda x: int(x[0]), lambda x: np.array([x[0], x[1]]),
    lambda x: np.asarray(x), lambda x: np.full(3, x[0]), lambda x: np.float64(x[0]), lambda x: complex(x[0]),
    lambda x: np.fromiter([x[0], x[1]], float), lambda x: np.vectorize(math.sin)(x),
], ids=["float", "math.exp", "int", "np.array", "np.asarray", "np.full", "np.float64", "complex", "fromiter",
        "vectorize"])
def test_a_traced_value_does_not_become_a_number_silently(number):
    with pytest.raises((RuntimeError, TypeError, ValueError)):  # NumPy wraps what float(x) raises
        ad.grad(lambda x: np.sum(number(x)) + 0 * x[0])(X)


def test_what_is_not_differentiated_is_written_into_an_ndarray():
    array = np.zeros(3)
    np.copyto(array, ad.tensor(X))
    assert array.tolist() == X.tolist()
    np.put(array, ad.tensor([0]), 5.0)
    assert array[0] == 5.0


def test_out_of_a_traced_array_is_a_write_to_it():
    def f(x):
        out = np.empty_like(x, shape=6)
        assert np.concatenate([x * x, x], out=out) is out
        return np.sum(out * out)

    np.testing.assert_allclose(ad.grad(f)(X), 4 * X**3 + 2 * X)


def test_a_write_casts_as_numpy_allows():
    t = ad.zeros(2, dtype=ad.int64)
    with pytest.raises(ad.errors.DtypeError, match="same_kind"):
        np.copyto(t, 1.5)
    np.copyto(t, np.array([1.5, 2.5]), casting="unsafe")
    assert t.tolist() == [1, 2]


def test_a_view_of_a_traced_array_sees_a_write():
    def f(x):
        out = np.zeros_like(x)
        view = np.flip(np.reshape(out, (3, 1)))
        np.copyto(out, x * x)
        return view[0, 0]

    assert ad.grad(f)(X).tolist() == [0.0, 0.0, 4.0]


def test_vectorize_goes_element_by_element():
    f = adjoint.numpy.vectorize(lambda x, k: k * x * x if x > 0 else -x)
    np.testing.assert_allclose(ad.grad(lambda x: np.sum(f(x, 3.0)))(X), [3.0, -1.0, 12.0])
    np.testing.assert_allclose(f(X, 3.0), [0.75, 1.0, 12.0])
    rows = adjoint.numpy.vectorize(lambda row, w: np.sum(row * w), signature="(n),()->()")
    np.testing.assert_allclose(ad.grad(lambda x: np.sum(rows(np.outer(x, x), x)))(X),
                               ad.grad(lambda x: np.sum(np.outer(x, x).sum(axis=1) * x))(X))
    two = adjoint.numpy.vectorize(lambda x, *, up: (x, up * x), excluded={"up"})
    np.testing.assert_allclose(ad.grad(lambda x: np.sum(two(x, up=2.0)[1]))(X), [2.0, 2.0, 2.0])


def test_printing_and_saving_show_the_numbers(tmp_path):
    shown = []

    def f(x):
        shown.append(np.array_repr(x * x))
        shown.append(np.array2string(x, precision=1))
        np.save(tmp_path / "x.npy", x)
        return np.sum(x)

    ad.grad(f)(X)
    assert shown == [repr(X * X), np.array2string(X, precision=1)]
    assert np.load(tmp_path / "x.npy").tolist() == X.tolist()


def test_shapes_and_dtypes_are_plain_python():
    def f(x):
        assert np.shape(x) == (3,)
        assert type(np.size(x)) is int
        assert np.ndim(x) == 1
        assert np.result_type(x, np.float32) == np.float64
        assert np.can_cast(x, complex)
        assert np.common_type(x) is np.float64
        assert not np.may_share_memory(x, np.copy(x))
        assert np.shares_memory(x, x[::-1])
        assert not np.iscomplexobj(x)
        assert type(np.nonzero(x)[0]) is np.ndarray
        return np.sum(x)

    assert ad.grad(f)(X).tolist() == [1.0, 1.0, 1.0]


def test_indices_from_a_traced_array_pick_its_elements():
    m = np.arange(9.0).reshape(3, 3)

    def f(x):
        return np.sum(x[np.triu_indices_from(x, 1)]) + 10 * np.sum(x[np.diag_indices_from(x)])

    assert ad.grad(f)(m).tolist() == [[10.0, 1.0, 1.0], [0.0, 10.0, 1.0], [0.0, 0.0, 10.0]]
    assert [i.tolist() for i in np.unravel_index(ad.tensor([4]), (3, 3))] == [[1], [1]]


def test_functions_that_move_elements_are_mapped_over_a_batch():
    batch = np.arange(12.0).reshape(2, 6)
    moves = [
        lambda x: np.reshape(x, (2, 3)), lambda x: np.pad(x, 2, mode="reflect"), lambda x: np.roll(x, 2),
        lambda x: np.concatenate(np.split(x, 3)[::-1]), lambda x: np.tile(x, (2, 2)), lambda x: np.insert(x, 1, x[0]),
        lambda x: np.diag(x), lambda x: np.vander(x, 3), lambda x: np.linspace(x, 1.0, 4), lambda x: np.take(x, [5, 0]),
        lambda x: np.meshgrid(x, x)[0], lambda x: np.rot90(np.reshape(x, (2, 3))), lambda x: np.delete(x, 2),
        lambda x: np.take_along_axis(x, np.array([1, 1]), 0), lambda x: np.full_like(x, x[3]),
    ]
    for move in moves:
        np.testing.assert_allclose(ad.vmap(move)(batch), np.stack([move(row) for row in batch]))
        gradient = ad.grad(lambda x, move=move: np.sum(move(x) ** 2))
        np.testing.assert_allclose(ad.vmap(gradient)(batch), [gradient(row) for row in batch])


def test_a_batch_of_writes_is_a_write_for_each_example():
    batch = np.arange(6.0).reshape(2, 3) + 1

    def f(x):
        out = np.zeros_like(x)
        np.put(out, [2, 0], x[:2] ** 2)
        np.copyto(out, out * x, where=[True, True, False])
        return out

    np.testing.assert_allclose(ad.vmap(f)(batch), np.stack([f(row) for row in batch]))


@pytest.mark.parametrize("pick", [
    lambda x, i: np.take(x, i), lambda x, i: np.take_along_axis(x, i, 0), lambda x, i: np.repeat(x, i),
    lambda x, i: np.insert(x, i, x), lambda x, i: _scattered(x, i),
], ids=["take", "take_along_axis", "repeat", "insert", "put_along_axis"])
def test_an_index_array_that_is_overwritten_before_backward_does_not_matter(pick):
    grads = []
    for overwrite in (False, True):
        x, indices = ad.tensor(X, requires_grad=True), np.array([2, 0, 1])
        y = pick(x, indices)
        if overwrite:
            indices[:] = 1
        (y * np.arange(1.0, y.shape[0] + 1)).sum().backward()
        grads.append(x.grad.tolist())
    assert grads[0] == grads[1]


def _scattered(x, indices):
    out = np.zeros_like(x)
    np.put_along_axis(out, indices, x * x, 0)
    return out
