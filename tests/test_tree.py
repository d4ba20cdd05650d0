"""adjoint.tree, tree_util and flatten_util: what programs that use JAX's of these names expect."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pytest

import adjoint as ad
from adjoint import tree, tree_util
from adjoint.flatten_util import ravel_pytree

Pair = namedtuple("Pair", "x y")
NESTED = {"b": [1.0, (2.0, None)], "a": Pair(3.0, {"c": 4.0}), "o": OrderedDict(z=5.0, y=6.0)}


def test_functions_of_trees_agree_with_those_of_jax() -> None:
    jax = pytest.importorskip("jax")
    for ours, theirs in [(tree, jax.tree), (tree_util, jax.tree_util)]:
        assert [name for name in ours.__all__ if not hasattr(theirs, name)] == []

    def found(t, util):
        twice = t.map(lambda x, y: [x, y], NESTED, NESTED)
        leaves, form = t.flatten(NESTED)
        return [
            leaves, t.unflatten(form, leaves), twice, t.reduce(lambda a, b: a - b, NESTED, 1.0), t.all(NESTED),
            t.transpose(form, None, twice), t.transpose(form, t.structure([0, 0]), twice), t.leaves(None),
            t.broadcast({"a": 1, "b": 2, "o": 3}, NESTED), form.num_leaves, t.map(lambda x: x, NESTED) == NESTED,
            [(util.keystr(path), leaf) for path, leaf in t.leaves_with_path(NESTED)],
            t.map_with_path(lambda path, x, y: (util.keystr(path, simple=True, separator="/"), y), NESTED, NESTED),
            t.leaves(NESTED, is_leaf=lambda x: isinstance(x, tuple)), util.all_leaves([1, 2]),
            t.map(lambda x, y: y, {"a": 1.0}, {"a": None}),
        ]

    assert found(tree, tree_util) == found(jax.tree, jax.tree_util)


@pytest.mark.parametrize("other", [[1.0], {"a": 1.0}, (1.0, 2.0), [1.0, None]], ids=str)
def test_trees_of_other_forms_do_not_map_together(other: object) -> None:
    with pytest.raises(ValueError, match=r"list|None|dict|tuple"):
        tree.map(lambda x, y: x, [1.0, 2.0] if other != [1.0, None] else [None, 1.0], other)


def test_a_gradient_step_on_a_tree_is_a_map_under_every_transform() -> None:
    params = {"w": np.array([1.0, 2.0]), "b": (3.0, None)}

    def loss(p):
        return np.sum(p["w"] ** 2) * p["b"][0]

    def stepped(p, rate):
        return loss(tree.map(lambda x, g: x - rate * g, p, ad.grad(loss)(p)))

    def by_hand(rate):
        return np.sum((params["w"] * (1 - 6 * rate)) ** 2) * (3.0 - 5 * rate)

    slope = -60 * 3.0 - 25.0
    assert np.isclose(stepped(params, 0.1), by_hand(0.1))
    assert np.isclose(ad.grad(stepped, argnums=1)(params, 0.0), slope)
    assert np.isclose(ad.jvp(partial(stepped, params), (0.0,), (1.0,))[1], slope)
    np.testing.assert_allclose(ad.vmap(stepped, (None, 0))(params, np.array([0.0, 0.1])), [15.0, by_hand(0.1)])


def test_a_tree_is_raveled_and_made_again_with_its_dtypes() -> None:
    given = {"a": np.float32(1.5), "b": np.arange(3), "c": np.ones((2, 1))}
    vector, unravel = ravel_pytree(given)
    assert (vector.dtype, vector.tolist()) == (np.float64, [1.5, 0.0, 1.0, 2.0, 1.0, 1.0])
    again = unravel(vector)
    assert [(x.dtype, x.shape) for x in tree.leaves(again)] == [(x.dtype, x.shape) for x in tree.leaves(given)]
    vector[:] = 7.0
    assert tree.leaves(tree.map(lambda x: x.tolist(), again)) == [1.5, 0, 1, 2, 1.0, 1.0]
    with pytest.raises(ad.errors.ShapeError, match=r"shape \(6,\).*shape \(5,\)"):
        unravel(vector[1:])


def test_raveling_is_differentiated_both_ways() -> None:
    x = ad.tensor([1.0, 2.0], requires_grad=True)
    vector, unravel = ravel_pytree({"x": x, "y": ad.ones(2)})
    (unravel(vector * vector)["x"].sum() + vector[3]).backward()
    assert x.grad.tolist() == [2.0, 4.0]
    _, unravel = ravel_pytree({"x": np.ones(2), "y": 1.0})
    hessian = ad.hessian(lambda v: np.prod(unravel(v)["x"]) * unravel(v)["y"])(np.array([2.0, 3.0, 4.0]))
    assert hessian.tolist() == [[0.0, 4.0, 3.0], [4.0, 0.0, 2.0], [3.0, 2.0, 0.0]]


@tree_util.register_pytree_node_class
class Interval:
    def __init__(self, low, high):
        self.low, self.high = low, high

    def tree_flatten(self):
        return (self.low, self.high), None

    @classmethod
    def tree_unflatten(cls, _, children):
        return cls(*children)


@partial(tree_util.register_dataclass, data_fields=["size"], meta_fields=["name"], drop_fields=["seen"])
@dataclass
class Ball:
    size: float
    name: str
    seen: list[str] = field(default_factory=list)


def test_registered_classes_are_containers_of_their_parts() -> None:
    slope = ad.grad(lambda i: (i.high - i.low) ** 2)(Interval(1.0, 3.0))
    assert (slope.low, slope.high) == (-4.0, 4.0)
    ball = Ball(2.0, "red", ["here"])
    assert ad.grad(lambda b: b.size**2 if b.name == "red" else b.size)(ball) == Ball(4.0, "red", [])
    assert tree.structure(ball) != tree.structure(Ball(2.0, "blue"))
    assert [tree_util.keystr(path) for path, _ in tree.leaves_with_path(ball)] == [".size"]
    with pytest.raises(ValueError, match="name, seen, each must be in"):
        tree_util.register_dataclass(Ball, ["size"], ["name"])


def test_a_partial_application_is_a_container_of_its_arguments() -> None:
    line = tree_util.Partial(lambda slope, x, offset: slope * x + offset, 2.0, offset=1.0)
    assert ad.grad(lambda f: f(3.0))(line)(5.0) == 3.0 * 5.0 + 1.0
