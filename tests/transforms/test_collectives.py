"""psum, pmean, pmax, pmin, axis_index: what the examples of a vmap have together, under every other transform."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint as ad

X = np.array([1.0, 2.0, 3.0])
ROWS = np.arange(6.0).reshape(2, 3) + 0.5


def mapped(f: Any, name: str = "i") -> Any:
    return ad.vmap(f, axis_name=name)


def nested(f: Any) -> Any:
    """Of each number of ROWS: rows are the examples of i, columns those of j."""
    return mapped(mapped(f, "j"))


COLLECTIVES = {"psum": (ad.psum, np.sum), "pmean": (ad.pmean, np.mean), "pmax": (ad.pmax, np.max),
               "pmin": (ad.pmin, np.min)}
every_collective = pytest.mark.parametrize("name", COLLECTIVES)


@every_collective
def test_a_collective_is_that_reduction_over_the_examples(name: str) -> None:
    collective, reduce = COLLECTIVES[name]
    np.testing.assert_allclose(mapped(lambda x: x * collective(x, "i"))(X), X * reduce(X))
    np.testing.assert_allclose(mapped(lambda x: collective(x, "i"))(ROWS), np.stack([reduce(ROWS, axis=0)] * 2))
    assert mapped(lambda x: collective(x, "i"))(ROWS).dtype == ROWS.dtype


@every_collective
def test_a_collective_knows_the_levels_inside_and_outside_of_its_own(name: str) -> None:
    collective, reduce = COLLECTIVES[name]
    np.testing.assert_allclose(nested(lambda x: x * collective(x, "i"))(ROWS), ROWS * reduce(ROWS, axis=0))
    np.testing.assert_allclose(nested(lambda x: x * collective(x, "j"))(ROWS), ROWS * reduce(ROWS, axis=1)[:, None])
    np.testing.assert_allclose(nested(lambda x: x * collective(x, ("i", "j")))(ROWS), ROWS * reduce(ROWS))


@every_collective
def test_gradients_through_the_vmap_of_a_collective_are_those_of_the_reduction(name: str) -> None:
    collective, reduce = COLLECTIVES[name]

    def by_vmap(x: Any) -> Any:
        return np.sum(mapped(lambda v: np.sin(v) * np.cos(collective(v * v, "i")))(x))

    def directly(x: Any) -> Any:
        return np.sum(np.sin(x) * np.cos(reduce(x * x)))

    for transform in (ad.grad, ad.hessian, ad.jacfwd):
        np.testing.assert_allclose(transform(by_vmap)(X), transform(directly)(X), atol=1e-12)
    np.testing.assert_allclose(ad.jvp(by_vmap, (X,), (X + 1,))[1], ad.jvp(directly, (X,), (X + 1,))[1])


@every_collective
def test_gradients_of_what_all_examples_share_pass_a_collective(name: str) -> None:
    collective, _ = COLLECTIVES[name]
    times = 3.0 if name == "psum" else 1.0
    grad = ad.grad(lambda w: np.sum(mapped(lambda x: x * collective(w, "i"))(X)))(2.0)
    assert grad == 6 * times


def test_in_reverse_mode_inside_of_vmap_the_cotangents_of_the_examples_add_up() -> None:
    # as in JAX: the transpose of a sum over the examples is a sum over the examples
    np.testing.assert_array_equal(mapped(ad.grad(lambda y: y * ad.psum(y, "i")))(X), [12.0, 12.0, 12.0])
    np.testing.assert_array_equal(mapped(ad.grad(lambda y: ad.psum(y, "i")))(X), [3.0, 3.0, 3.0])
    np.testing.assert_array_equal(mapped(ad.grad(lambda y: y * ad.pmean(y, "i")))(X), [4.0, 4.0, 4.0])
    np.testing.assert_array_equal(mapped(ad.grad(lambda y: ad.pmax(y, "i")))(X), [0.0, 0.0, 3.0])
    np.testing.assert_array_equal(mapped(lambda x: ad.grad(lambda w: x * ad.psum(w, "i"))(2.0))(X), [6.0, 6.0, 6.0])


def test_in_forward_mode_inside_of_vmap_a_collective_has_the_tangents_of_all_examples() -> None:
    def slope(f: Any) -> Any:
        return mapped(lambda x: ad.jvp(f, (x,), (1.0,))[1])(X)

    np.testing.assert_array_equal(slope(lambda y: y * ad.psum(y, "i")), [9.0, 12.0, 15.0])
    np.testing.assert_array_equal(slope(lambda y: y * ad.pmax(y, "i")), [4.0, 5.0, 6.0])
    second = mapped(lambda x: ad.jet(lambda y: ad.psum(y * y, "i"), (x,), ((1.0, 0.0),))[1][1])(X)
    np.testing.assert_array_equal(second, [3.0, 3.0, 3.0])


def test_the_extreme_of_equal_examples_shares_its_derivative() -> None:
    equal = np.array([1.0, 3.0, 3.0])
    grad = ad.grad(lambda x: np.sum(mapped(lambda v: v * 0 + ad.pmax(v, "i"))(x)))(equal)
    np.testing.assert_array_equal(grad, [0.0, 1.5, 1.5])


def test_a_value_that_all_examples_share_counts_once_for_each() -> None:
    np.testing.assert_array_equal(mapped(lambda x: x * ad.psum(2.0, "i"))(X), X * 6)
    outer_value = mapped(lambda row: mapped(lambda x: x * ad.psum(np.sum(row), "j"), "j")(row))(ROWS)
    np.testing.assert_allclose(outer_value, ROWS * 3 * ROWS.sum(axis=1, keepdims=True))


def test_collectives_take_trees() -> None:
    found = mapped(lambda x: ad.psum({"a": x, "b": (2 * x, 1)}, "i"), "i")(X)
    assert found["a"].tolist() == [6.0] * 3
    assert found["b"][0].tolist() == [12.0] * 3
    assert found["b"][1].tolist() == [3] * 3


def test_the_result_of_a_collective_is_one_for_all_examples() -> None:
    assert ad.vmap(lambda x: ad.psum(x, "i"), out_axes=None, axis_name="i")(X) == 6.0


def test_tensors_stay_tensors_in_collectives() -> None:
    x = ad.tensor(X, requires_grad=True)
    y = mapped(lambda v: v * ad.psum(v, "i"))(x)
    assert isinstance(y, ad.Tensor)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [12.0, 12.0, 12.0])


def test_the_index_of_an_example_in_several_levels_counts_them_in_order() -> None:
    assert nested(lambda x: ad.axis_index(("i", "j")))(ROWS).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert nested(lambda x: ad.axis_index(("j", "i")))(ROWS).tolist() == [[0, 2, 4], [1, 3, 5]]


def test_a_collective_without_its_vmap_or_over_chunks_of_it_is_refused() -> None:
    with pytest.raises(NameError, match="no vmap with axis_name='k'"):
        mapped(lambda x: ad.psum(x, "k"))(X)
    with pytest.raises(ValueError, match="examples of a chunk only"):
        ad.vmap(lambda x: ad.psum(x, "i"), axis_name="i", chunk_size=2)(X)
