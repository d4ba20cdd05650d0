"""Pytrees: nested tuples, lists, dictionaries and registered classes as flat lists of leaves, by optree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .tensor import TensorBase

Rebuild = Callable[[list[Any]], Any]
_LEAVES = (float, int, complex, np.ndarray, np.generic, TensorBase)


def flatten(tree: Any) -> tuple[list[Any], Rebuild]:
    """The leaves of a tree, and the function that puts others in their places. None is an empty tree, as in JAX."""
    if isinstance(tree, _LEAVES):
        return [tree], _first
    if type(tree) is tuple and all([isinstance(v, _LEAVES) for v in tree]):
        return list(tree), tuple
    import optree

    leaves, spec = optree.tree_flatten(tree)
    return leaves, lambda new: optree.tree_unflatten(spec, new)


def _first(leaves: list[Any]) -> Any:
    return leaves[0]


def paths(tree: Any) -> list[str]:
    """Where each leaf stands, as Python would index it: "['w'][0]"; "" for a tree that is one leaf."""
    import optree

    return [accessor.codify("") for accessor in optree.tree_accessors(tree)]


def tree_map(fn: Callable[..., Any], tree: Any) -> Any:
    """The tree with `fn` of each leaf."""
    leaves, rebuild = flatten(tree)
    return rebuild([fn(x) for x in leaves])


def broadcast_prefix(prefix: Any, tree: Any) -> list[Any]:
    """The leaves of `prefix`, a tree that ends where it holds for all that is below (None counts), one for each leaf."""
    leaves, _ = flatten(tree)
    if prefix is None or isinstance(prefix, int):
        return [prefix] * len(leaves)
    import optree

    return optree.broadcast_prefix(prefix, tree, is_leaf=lambda x: x is None or isinstance(x, int))
