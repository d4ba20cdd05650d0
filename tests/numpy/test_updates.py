"""x.at[key].set(value) and its like: JAX's writes, which leave x as it is."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad
import adjoint.numpy as anp

X = np.arange(1.0, 13.0).reshape(3, 4)
KEYS = {
    "number": (1, np.full(4, 2.5)), "slice": (slice(None, 2), np.arange(1.0, 9.0).reshape(2, 4)),
    "element": ((2, -1), 3.0), "all": (Ellipsis, 2.0), "repeated": (np.array([0, 2, 0]), np.full((3, 4), 1.5)),
    "pairs": ((np.array([0, 0, 1]), np.array([3, 3, 0])), np.array([2.0, 3.0, 4.0])), "mask": (X > 6, 2.0),
    "step": ((slice(None), slice(None, None, -2)), np.array([[1.5], [2.0], [3.0]])), "new axis": ((None, 1), 2.0),
}
METHODS = ("add", "subtract", "multiply", "mul", "divide", "power", "min", "max")


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("key", KEYS)
def test_an_update_is_what_numpy_writes_into_a_copy(name: str, key: str) -> None:
    where, values = KEYS[key]
    ufunc = {"mul": np.multiply, "min": np.minimum, "max": np.maximum}.get(name) or getattr(np, name)
    expected = X.copy()
    ufunc.at(expected, where, values)
    seen = []

    def update(x, v):
        y = getattr(anp.at(x)[where], name)(v)
        seen.append(y)
        return np.sum(y * np.cos(X))

    assert np.isclose(update(X, values), np.sum(expected * np.cos(X)))
    ad.grad(update, argnums=(0, 1))(X, values)
    ad.testing.check_grads(update, (X, np.asarray(values)), order=1)
    assert seen[0].tolist() == expected.tolist()


def test_an_index_that_occurs_again_counts_again_as_in_jax() -> None:
    jax = pytest.importorskip("jax")
    where, values = np.array([0, 2, 0]), np.array([1.0, 2.0, 3.0])
    with jax.enable_x64(True):
        x = jax.numpy.arange(3.0) + 2
        expected = [x.at[where].add(values), x.at[where].apply(lambda v: v * v), x.at[where].get()]
    x = np.arange(3.0) + 2
    found = [anp.at(x)[where].add(values), anp.at(x)[where].apply(lambda v: v * v), anp.at(x)[where].get()]
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.tolist() == theirs.tolist()


def test_traced_arrays_and_tensors_have_at_and_stay_as_they_are() -> None:
    def f(x):
        y = x.at[0].set(7.0)
        assert x[0] == 2.0
        return np.sum(y * y) + np.sum(x.at[1].apply(lambda v: v**3))

    assert ad.grad(f)(np.array([2.0, 3.0])).tolist() == [1.0, 6.0 + 27.0]
    x = ad.tensor([2.0, 3.0], requires_grad=True)
    y = x.at[0].set(7.0)
    assert x.tolist() == [2.0, 3.0]
    (y * y).sum().backward()
    assert (y.tolist(), x.grad.tolist()) == ([7.0, 3.0], [0.0, 6.0])


def test_a_traced_value_is_set_into_a_copy_of_a_plain_array() -> None:
    plain = np.zeros(3)
    jacobian = ad.jacobian(lambda v: anp.at(plain)[1:].set([v * v, 3 * v]))(2.0)
    assert (jacobian.tolist(), plain.tolist()) == ([0.0, 4.0, 3.0], [0.0, 0.0, 0.0])
    assert type(anp.at(plain)[0].set(1.0)) is np.ndarray
    assert anp.at([1.0, 2.0])[0].add(1.0).tolist() == [2.0, 2.0]


def test_indices_may_differ_between_examples() -> None:
    table = np.arange(6.0).reshape(2, 3)
    i, j = np.array([1, 0, 1]), np.array([2, 2, 0])
    assert ad.vmap(lambda i, j: anp.at(table)[i, j].get())(i, j).tolist() == [5.0, 2.0, 3.0]
    for name in ("set", *METHODS):
        found = ad.vmap(lambda i, j: getattr(anp.at(table)[i, j], name)(2.0))(i, j)  # noqa: B023
        for row, a, b in zip(found, i, j, strict=True):
            assert row.tolist() == getattr(anp.at(table)[a, b], name)(2.0).tolist()
    pairs = np.array([[0, 1], [1, 0]])
    found = ad.vmap(lambda k, v: v.at[k].multiply(np.array([2.0, 3.0])))(pairs, np.ones((2, 3)))
    assert found.tolist() == [[2.0, 3.0, 1.0], [3.0, 2.0, 1.0]]
    with pytest.raises(ad.errors.MissingRule, match="occurs twice in an example"):
        ad.vmap(lambda k: anp.at(np.ones(3))[k].multiply(2.0))(np.array([[0, 1], [1, 1]]))
    assert ad.vmap(lambda k: anp.at(np.ones(3))[k].add(2.0))(np.array([[0, 1], [1, 1]])).tolist() == [
        [3.0, 3.0, 1.0], [1.0, 5.0, 1.0]]


def test_what_is_out_of_bounds_is_refused() -> None:
    with pytest.raises(IndexError):
        anp.at(np.ones(3))[3].set(0.0)
    for mode in ("drop", "clip", "fill", "wrap"):
        with pytest.raises(ValueError, match="clip the indices"):
            anp.at(np.ones(3))[3].set(0.0, mode=mode)
    with pytest.raises(ValueError, match="fill_value"):
        anp.at(np.ones(3))[3].get(fill_value=0.0)
    assert anp.at(np.ones(3))[0].get(indices_are_sorted=True, unique_indices=True, mode="promise_in_bounds") == 1.0


def test_a_plain_array_that_is_asked_for_at_says_what_to_write() -> None:
    for transform in (ad.grad, ad.jacfwd, lambda f: lambda x: ad.vmap(f)(np.array([x]))):
        with pytest.raises(AttributeError, match=r"ndarray' object has no attribute 'at'") as caught:
            transform(lambda x: np.zeros(3).at[0].set(x).sum())(2.0)
        (note,) = caught.value.__notes__
        assert "adjoint.numpy.at(x)[i].set(y)" in note
