"""Pytrees: nested tuples, lists, dictionaries and registered classes as flat lists of leaves, by optree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import ShapeError
from .tensor import TensorBase

Rebuild = Callable[[list[Any]], Any]
NAMESPACE = "adjoint"  # of optree's registry: classes that are registered here are trees here and nowhere else
_LEAVES = (float, int, complex, np.ndarray, np.generic, TensorBase)


def flatten(tree: Any) -> tuple[list[Any], Rebuild]:
    """The leaves of a tree, and the function that puts others in their places. None is an empty tree, as in JAX."""
    if isinstance(tree, _LEAVES):
        return [tree], _first
    if type(tree) is tuple and all([isinstance(v, _LEAVES) for v in tree]):
        return list(tree), tuple
    import optree

    leaves, spec = optree.tree_flatten(tree, namespace=NAMESPACE)
    return leaves, lambda new: optree.tree_unflatten(spec, new)


def _first(leaves: list[Any]) -> Any:
    return leaves[0]


def paths(tree: Any) -> list[str]:
    """Where each leaf stands, as Python would index it: "['w'][0]"; "" for a tree that is one leaf."""
    import optree

    return [accessor.codify("") for accessor in optree.tree_accessors(tree, namespace=NAMESPACE)]


def leaves_like(tree: Any, model: Any, what: str) -> list[Any]:
    """The leaves of a tree, each for the one of `model` in its place; ShapeError if they stand elsewhere.

    Lists and tuples count as the same; `what` says what the tree is and whose form it must have.
    """
    leaves, _ = flatten(tree)
    flat = [x for x in (tree, model) if isinstance(x, _LEAVES)]
    if len(flat) == 2:
        return leaves
    if all([type(x) is tuple and all([isinstance(v, _LEAVES) for v in x]) for x in (tree, model)]):
        if len(tree) == len(model):
            return leaves
    elif not flat and paths(tree) == paths(model):
        return leaves
    raise ShapeError(f"{what}: expected {_places(model)}, got {_places(tree)}")


def up_to(model: Any, tree: Any) -> list[Any]:
    """What stands in the tree where `model` has leaves, None too; ValueError if the forms differ before."""
    import optree

    return optree.tree_structure(model, namespace=NAMESPACE).flatten_up_to(tree)


def _places(tree: Any) -> str:
    """Where the leaves of the tree stand, in words."""
    if isinstance(tree, _LEAVES):
        return "one value"
    found = paths(tree)
    return ("values at " + ", ".join(found[:8]) + (" ..." if len(found) > 8 else "")) if found else "no values"


def tree_map(fn: Callable[..., Any], tree: Any) -> Any:
    """The tree with `fn` of each leaf."""
    leaves, rebuild = flatten(tree)
    return rebuild([fn(x) for x in leaves])


def broadcast_prefix(prefix: Any, tree: Any, what: str = "the prefix") -> list[Any]:
    """The leaves of `prefix`, a tree that ends where it holds for all below (None counts), one for each leaf.

    ValueError that says `what` the prefix is if it does not fit.
    """
    leaves, _ = flatten(tree)
    if prefix is None or isinstance(prefix, int):
        return [prefix] * len(leaves)
    import optree

    try:
        return optree.broadcast_prefix(prefix, tree, is_leaf=lambda x: x is None or isinstance(x, int),
                                       namespace=NAMESPACE)
    except ValueError as e:
        raise ValueError(f"{what} {prefix!r:.80} must have the form of what it is for, or stop earlier: {e}") from None


def register_pytree_node(cls: type, flatten_func: Callable[[Any], Any],
                         unflatten_func: Callable[[Any, Any], Any]) -> None:
    """None; from now on a `cls` is a container that transforms look into, as JAX's function of this name has it.

    `flatten_func(value)` gives (children, whatever else makes the value up, hashable), `unflatten_func(else, children)`
    the value again.

    >>> import adjoint as ad
    >>> class Interval:
    ...     def __init__(self, low, high):
    ...         self.low, self.high = low, high
    >>> ad.extend.register_pytree_node(Interval, lambda i: ((i.low, i.high), None), lambda _, ends: Interval(*ends))
    >>> slope = ad.grad(lambda i: (i.high - i.low) ** 2)(Interval(1.0, 3.0))
    >>> slope.low, slope.high
    (np.float64(-4.0), np.float64(4.0))
    """
    import optree

    optree.register_pytree_node(cls, flatten_func, unflatten_func, namespace=NAMESPACE)


def register_dataclass(cls: type, meta_fields: tuple[str, ...] | None = None,
                       data_fields: tuple[str, ...] | None = None, drop_fields: tuple[str, ...] = ()) -> type:
    """`cls`, a dataclass, which from now on is a container of its fields, but for `meta_fields`; a decorator.

    Without `meta_fields` those are the fields with `metadata={"static": True}`. `data_fields`, if given, must be all
    that remain when `drop_fields` are left out too; those have their defaults in what is made again.

    >>> from dataclasses import dataclass
    >>> import adjoint as ad
    >>> @ad.extend.register_dataclass
    ... @dataclass
    ... class Line:
    ...     slope: float
    ...     offset: float
    >>> ad.grad(lambda line: line.slope ** 2 + 3 * line.offset)(Line(2.0, 1.0))
    Line(slope=np.float64(4.0), offset=np.float64(3.0))
    """
    from dataclasses import MISSING, fields, is_dataclass

    if not is_dataclass(cls) or not isinstance(cls, type):
        raise TypeError(f"register_dataclass takes a dataclass, got {cls!r:.80}")
    known = {field.name: field for field in fields(cls)}
    if unknown := {*(meta_fields or ()), *(data_fields or ()), *drop_fields} - set(known):
        raise ValueError(f"register_dataclass: {cls.__name__} has no field {', '.join(sorted(unknown))}")
    meta = [n for n, f in known.items() if f.metadata.get("static")] if meta_fields is None else list(meta_fields)
    data = [name for name in known if name not in meta and name not in drop_fields]
    if data_fields is not None and set(data) != set(data_fields):
        raise ValueError(f"register_dataclass: of the fields of {cls.__name__}, {', '.join(known)}, each must be in "
                         "one of data_fields, meta_fields and drop_fields")
    defaults = {name: known[name] for name in drop_fields}
    for name, field in defaults.items():
        if field.default is MISSING and field.default_factory is MISSING:
            raise ValueError(f"register_dataclass: {cls.__name__}.{name} has no default, so it cannot be dropped")

    def parts(value: Any) -> tuple[Any, ...]:
        children = [getattr(value, name) for name in data]
        return children, tuple([getattr(value, name) for name in meta]), data

    def whole(kept: Any, children: Any) -> Any:
        made = object.__new__(cls)  # what __post_init__ checks or computes was there before
        for name, value in [*zip(data, children, strict=True), *zip(meta, kept, strict=True)]:
            object.__setattr__(made, name, value)
        for name, field in defaults.items():
            object.__setattr__(made, name, field.default if field.default_factory is MISSING
                               else field.default_factory())
        return made

    register_pytree_node(cls, parts, whole)
    return cls
