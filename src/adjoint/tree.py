"""Functions of nested containers, by the names of `jax.tree`: `tree.map(f, params, grads)`, `tree.leaves(params)` ...

Lists, tuples, named tuples, dictionaries and the classes that are registered (`adjoint.tree_util`) are containers; None
is one without leaves; all else is a leaf, traced values under a transform too. Dictionaries are read in the order of
their sorted keys.

>>> import adjoint as ad
>>> params = {"w": [1.0, 2.0], "b": 3.0}
>>> grads = ad.grad(lambda p: p["w"][0] * p["w"][1] + p["b"])(params)
>>> ad.tree.map(lambda p, g: float(p - 0.5 * g), params, grads)
{'w': [0.0, 1.5], 'b': 2.5}
"""

from __future__ import annotations

import builtins
import functools
from collections.abc import Callable, Iterable
from typing import Any

from .core import tree_paths
from .core.trees import NAMESPACE

IsLeaf = Callable[[Any], bool] | None
_UNGIVEN = object()

__all__ = ["all", "broadcast", "flatten", "flatten_with_path", "leaves", "leaves_with_path", "map", "map_with_path",
           "reduce", "structure", "transpose", "unflatten"]


def map(f: Callable[..., Any], tree: Any, *rest: Any, is_leaf: IsLeaf = None) -> Any:
    """The tree with f(leaf, ...) in the place of each leaf; the leaves of `rest` stand beside it.

    The trees in `rest` have the form of the first, or more below its leaves. `is_leaf(x)` says where to stop early.

    >>> from adjoint import tree
    >>> tree.map(lambda x, y: x + y, [1, (2, None)], [10, (20, None)])
    [11, (22, None)]
    >>> tree.map(lambda x, y: (x, y), [1, 2], [[3, 4], None])
    [(1, [3, 4]), (2, None)]
    """
    import optree

    return optree.tree_map(f, tree, *rest, is_leaf=is_leaf, namespace=NAMESPACE)


def leaves(tree: Any, is_leaf: IsLeaf = None) -> list[Any]:
    """The leaves of a tree, a list.

    >>> from adjoint import tree
    >>> tree.leaves({"b": [3, None], "a": (1, 2)})
    [1, 2, 3]
    """
    import optree

    return optree.tree_leaves(tree, is_leaf=is_leaf, namespace=NAMESPACE)


def structure(tree: Any, is_leaf: IsLeaf = None) -> Any:
    """The form of a tree without its leaves: it compares, can be hashed, and has `num_leaves` and `unflatten(leaves)`.

    >>> from adjoint import tree
    >>> tree.structure([1, 2]) == tree.structure([3, 4]), tree.structure({"a": (1, 2)}).num_leaves
    (True, 2)
    """
    import optree

    return optree.tree_structure(tree, is_leaf=is_leaf, namespace=NAMESPACE)


def flatten(tree: Any, is_leaf: IsLeaf = None) -> tuple[list[Any], Any]:
    """(leaves, structure) of a tree.

    >>> from adjoint import tree
    >>> leaves, form = tree.flatten({"a": 1, "b": (2, 3)})
    >>> leaves, tree.unflatten(form, [10 * x for x in leaves])
    ([1, 2, 3], {'a': 10, 'b': (20, 30)})
    """
    import optree

    return optree.tree_flatten(tree, is_leaf=is_leaf, namespace=NAMESPACE)


def unflatten(treedef: Any, leaves: Iterable[Any]) -> Any:
    """The tree of this structure with these leaves.

    >>> from adjoint import tree
    >>> tree.unflatten(tree.structure({"a": 0, "b": [0, 0]}), "xyz")
    {'a': 'x', 'b': ['y', 'z']}
    """
    return treedef.unflatten(leaves)


def reduce(function: Callable[[Any, Any], Any], tree: Any, initializer: Any = _UNGIVEN, is_leaf: IsLeaf = None) -> Any:
    """function(... function(function(initializer, leaf 0), leaf 1) ...), without initializer from the first leaf on.

    >>> from adjoint import tree
    >>> tree.reduce(lambda total, x: total + x, {"a": 1, "b": [2, 3]})
    6
    """
    found = leaves(tree, is_leaf)
    return functools.reduce(function, found) if initializer is _UNGIVEN else functools.reduce(
        function, found, initializer)


def all(tree: Any, *, is_leaf: IsLeaf = None) -> bool:
    """Whether every leaf is true.

    >>> from adjoint import tree
    >>> tree.all([True, {"a": True}]), tree.all((True, False))
    (True, False)
    """
    return builtins.all(leaves(tree, is_leaf))


def broadcast(prefix_tree: Any, full_tree: Any, is_leaf: IsLeaf = None) -> Any:
    """A tree of the form of `full_tree`, where a leaf of the prefix stands for all that lies below it there.

    >>> from adjoint import tree
    >>> tree.broadcast({"a": 1, "b": 2}, {"a": [0, 0], "b": (0, {"c": 0})})
    {'a': [1, 1], 'b': (2, {'c': 2})}
    """
    import optree

    return optree.tree_broadcast_prefix(prefix_tree, full_tree, is_leaf=is_leaf, namespace=NAMESPACE)


def transpose(outer_treedef: Any, inner_treedef: Any, pytree_to_transpose: Any) -> Any:
    """A tree of trees with the inner ones outside; without an inner structure (None) that of the first.

    >>> from adjoint import tree
    >>> tree.transpose(tree.structure([0, 0]), None, [{"a": 1, "b": 2}, {"a": 3, "b": 4}])
    {'a': [1, 3], 'b': [2, 4]}
    """
    rows = outer_treedef.flatten_up_to(pytree_to_transpose)
    if inner_treedef is None:
        if not rows:
            raise ValueError("transpose: a tree without leaves does not show the inner structure; give it")
        inner_treedef = structure(rows[0])
    columns = [inner_treedef.flatten_up_to(row) for row in rows]
    return inner_treedef.unflatten([outer_treedef.unflatten([c[i] for c in columns])
                                    for i in range(inner_treedef.num_leaves)])


def flatten_with_path(tree: Any, is_leaf: IsLeaf = None) -> tuple[list[tuple[tree_paths.Path, Any]], Any]:
    """(pairs of path and leaf, structure) of a tree; a path is a tuple of keys (see `tree_util.keystr`).

    >>> from adjoint import tree
    >>> tree.flatten_with_path({"a": [5]})[0]
    [((DictKey(key='a'), SequenceKey(idx=0)), 5)]
    """
    return tree_paths.flatten_with_path(tree, is_leaf)


def leaves_with_path(tree: Any, is_leaf: IsLeaf = None) -> list[tuple[tree_paths.Path, Any]]:
    """Pairs of path and leaf.

    >>> from adjoint import tree, tree_util
    >>> [(tree_util.keystr(path), leaf) for path, leaf in tree.leaves_with_path({"a": [5, 6]})]
    [("['a'][0]", 5), ("['a'][1]", 6)]
    """
    return tree_paths.flatten_with_path(tree, is_leaf)[0]


def map_with_path(f: Callable[..., Any], tree: Any, *rest: Any, is_leaf: IsLeaf = None) -> Any:
    """The tree with f(path, leaf, ...) in the place of each leaf.

    >>> from adjoint import tree, tree_util
    >>> tree.map_with_path(lambda path, x: 0 if path[-1].key == "bias" else x, {"weight": 1, "bias": 2})
    {'weight': 1, 'bias': 0}
    """
    pairs, treedef = tree_paths.flatten_with_path(tree, is_leaf)
    beside = [treedef.flatten_up_to(r) for r in rest]
    return treedef.unflatten([f(*pair, *others) for pair, *others in zip(pairs, *beside, strict=True)])
