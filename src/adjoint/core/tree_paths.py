"""Where a leaf stands in a tree: a path of keys, as JAX has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .trees import NAMESPACE


@dataclass(frozen=True)
class SequenceKey:
    """The place `idx` in a list or a tuple.

    >>> from adjoint import tree_util
    >>> str(tree_util.SequenceKey(2))
    '[2]'
    """

    idx: int

    def __str__(self) -> str:
        return f"[{self.idx!r}]"


@dataclass(frozen=True)
class DictKey:
    """The value of a dictionary at `key`.

    >>> from adjoint import tree_util
    >>> str(tree_util.DictKey("w"))
    "['w']"
    """

    key: Any

    def __str__(self) -> str:
        return f"[{self.key!r}]"


@dataclass(frozen=True)
class GetAttrKey:
    """The attribute `name` of a named tuple or a dataclass.

    >>> from adjoint import tree_util
    >>> str(tree_util.GetAttrKey("scale"))
    '.scale'
    """

    name: str

    def __str__(self) -> str:
        return f".{self.name}"


@dataclass(frozen=True)
class FlattenedIndexKey:
    """The child number `key` of a registered class that does not name its children.

    >>> from adjoint import tree_util
    >>> str(tree_util.FlattenedIndexKey(1))
    '[<flat index 1>]'
    """

    key: int

    def __str__(self) -> str:
        return f"[<flat index {self.key}>]"


Path = tuple[Any, ...]


def flatten_with_path(tree: Any, is_leaf: Callable[[Any], bool] | None) -> tuple[list[tuple[Path, Any]], Any]:
    """Pairs (path, leaf), and the structure."""
    import optree

    accessors, leaves, spec = optree.tree_flatten_with_accessor(tree, is_leaf=is_leaf, namespace=NAMESPACE)
    return [(tuple([_key(entry) for entry in a]), x) for a, x in zip(accessors, leaves, strict=True)], spec


def _key(entry: Any) -> Any:
    import optree

    if isinstance(entry, optree.NamedTupleEntry):
        return GetAttrKey(entry.field)
    if isinstance(entry, optree.GetAttrEntry):
        return GetAttrKey(entry.entry)
    if isinstance(entry, optree.MappingEntry):
        return DictKey(entry.entry)
    return (SequenceKey if isinstance(entry, optree.SequenceEntry) else FlattenedIndexKey)(entry.entry)


def keystr(keys: Iterable[Any], *, simple: bool = False, separator: str = "") -> str:
    """A path as Python would write it; `simple` gives the bare names, with the separator between them.

    >>> from adjoint import tree, tree_util
    >>> [(path, _)] = tree.leaves_with_path({"w": [None, 1.0]})
    >>> tree_util.keystr(path), tree_util.keystr(path, simple=True, separator="/")
    ("['w'][1]", 'w/1')
    """
    return separator.join([str(next(iter(vars(k).values()))) if simple else str(k) for k in keys])
