"""Containers of one's own, and `adjoint.tree` by its longer names: what `jax.tree_util` has.

>>> from adjoint.tree_util import tree_leaves, tree_map
>>> tree_leaves(tree_map(lambda x: 2 * x, [1, (2, 3)]))
[2, 4, 6]
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .core import trees
from .core.tree_paths import DictKey as DictKey
from .core.tree_paths import FlattenedIndexKey as FlattenedIndexKey
from .core.tree_paths import GetAttrKey as GetAttrKey
from .core.tree_paths import SequenceKey as SequenceKey
from .core.tree_paths import keystr as keystr
from .core.trees import register_pytree_node as register_pytree_node
from .tree import all as tree_all
from .tree import broadcast as tree_broadcast
from .tree import flatten as tree_flatten
from .tree import flatten_with_path as tree_flatten_with_path
from .tree import leaves as tree_leaves
from .tree import leaves_with_path as tree_leaves_with_path
from .tree import map as tree_map
from .tree import map_with_path as tree_map_with_path
from .tree import reduce as tree_reduce
from .tree import structure as tree_structure
from .tree import transpose as tree_transpose
from .tree import unflatten as tree_unflatten

__all__ = [
    "DictKey", "FlattenedIndexKey", "GetAttrKey", "Partial", "SequenceKey", "all_leaves", "keystr",
    "register_dataclass", "register_pytree_node", "register_pytree_node_class", "register_static", "tree_all",
    "tree_broadcast", "tree_flatten", "tree_flatten_with_path", "tree_leaves", "tree_leaves_with_path", "tree_map",
    "tree_map_with_path", "tree_reduce", "tree_structure", "tree_transpose", "tree_unflatten",
]


def all_leaves(iterable: Iterable[Any], is_leaf: Callable[[Any], bool] | None = None) -> bool:
    """Whether nothing among the values is a container.

    >>> from adjoint import tree_util
    >>> tree_util.all_leaves([1.0, "a"]), tree_util.all_leaves([1.0, (2.0,)])
    (True, False)
    """
    values = list(iterable)
    found = tree_leaves(values, is_leaf)
    return len(found) == len(values) and all([x is y for x, y in zip(found, values, strict=True)])


def register_pytree_node_class(cls: type) -> type:
    """`cls`, which from now on is a container; a decorator.

    Its `tree_flatten()` gives (children, whatever else makes the value up), `cls.tree_unflatten(else, children)` it.

    >>> import adjoint as ad
    >>> @ad.tree_util.register_pytree_node_class
    ... class Pair:
    ...     def __init__(self, a, b):
    ...         self.a, self.b = a, b
    ...     def tree_flatten(self):
    ...         return (self.a, self.b), None
    ...     @classmethod
    ...     def tree_unflatten(cls, _, children):
    ...         return cls(*children)
    >>> ad.tree.leaves(ad.grad(lambda p: p.a * p.b)(Pair(2.0, 3.0)))
    [np.float64(3.0), np.float64(2.0)]
    """
    register_pytree_node(cls, lambda x: x.tree_flatten(), cls.tree_unflatten)  # type: ignore[attr-defined]
    return cls


def register_dataclass(nodetype: Any, data_fields: Sequence[str] | None = None,
                       meta_fields: Sequence[str] | None = None, drop_fields: Sequence[str] = ()) -> Any:
    """`nodetype`, a dataclass, which from now on is a container of its `data_fields`; a decorator.

    `meta_fields` are part of the structure, as are fields with `metadata={"static": True}` if none are named;
    `drop_fields` have a default and are left out.

    >>> from dataclasses import dataclass, field
    >>> import adjoint as ad
    >>> @ad.tree_util.register_dataclass
    ... @dataclass
    ... class Wave:
    ...     height: float
    ...     kind: str = field(metadata={"static": True})
    >>> ad.grad(lambda w: w.height ** 2 if w.kind == "sea" else 0.0)(Wave(3.0, "sea"))
    Wave(height=np.float64(6.0), kind='sea')
    """
    if (data_fields is None) != (meta_fields is None):
        raise TypeError("register_dataclass: give both data_fields and meta_fields, or neither")
    return trees.register_dataclass(nodetype, None if meta_fields is None else tuple(meta_fields),
                                    None if data_fields is None else tuple(data_fields), tuple(drop_fields))


def register_static(cls: type) -> type:
    """`cls`, whose values are from now on containers without leaves: part of the structure; they can be hashed.

    >>> from enum import Enum
    >>> from adjoint import tree, tree_util
    >>> @tree_util.register_static
    ... class Kind(Enum):
    ...     SEA = 1
    >>> tree.leaves({"kind": Kind.SEA, "height": 2.0})
    [2.0]
    """
    register_pytree_node(cls, lambda x: ((), x), lambda x, _: x)
    return cls


class Partial(functools.partial[Any]):
    """functools.partial that is a container of the arguments it holds.

    >>> import adjoint as ad
    >>> line = ad.tree_util.Partial(lambda slope, x: slope * x, 2.0)
    >>> line(3.0), ad.tree.leaves(line)
    (6.0, [2.0])
    >>> ad.tree.leaves(ad.grad(lambda f: f(3.0))(line))
    [np.float64(3.0)]
    """


register_pytree_node(Partial, lambda p: ((p.args, p.keywords), p.func), lambda f, x: Partial(f, *x[0], **x[1]))
