"""What few nodes carry beside their rule: hooks, a retained gradient, packed residuals, the line that made them.

An annotation stands in the rule's place and defers to it, so that ordinary nodes pay nothing for the possibility.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from . import modes
from .rules import LEAF, Rule
from .tensor import TensorBase, wrap

if TYPE_CHECKING:
    import traceback

Node = list[Any]


class Annotated(Rule):
    """A rule with hooks on the cotangent (`hooks`), before (`pre`) and after (`post`) the node, in order of number."""

    special = True
    annotated = True

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.name = rule.name
        self.stop, self.keep, self.size = rule.stop, rule.keep, rule.size
        self.hooks: dict[int, Callable[..., Any]] = {}
        self.pre: dict[int, Callable[..., Any]] = {}
        self.post: dict[int, Callable[..., Any]] = {}
        self.retains: weakref.ref[TensorBase] | None = None
        self.trace: traceback.StackSummary | None = None
        self.metadata: dict[str, Any] = {}

    def node_name(self, node: Node) -> str:
        return self.rule.node_name(node)

    def lift(self, node: Node) -> Node:
        return self.rule.lift(node)

    def enter(self, walk: Any, node: Node, ct: Any) -> Any:
        """The cotangent after the hooks on it."""
        key = (node[1], "enter")
        if key in walk.remembered:
            ct = walk.remembered[key]
        elif self.hooks or self.pre:
            if self.hooks:
                ct = walk.through(self.hooks.values(), ct)
            if self.pre:
                ct = self._before(walk, node, ct)
            walk.remembered[key] = ct
        if self.retains is not None:
            t = self.retains()
            if t is not None:
                walk.grads_of.append((t, ct))
        return ct

    def _outputs(self, node: Node, ct: Any) -> list[Any]:
        """The cotangents of all outputs of the node, None for unused ones."""
        outputs = self.rule.outputs(node)
        return [ct] if outputs is None else [ct[i] for i in range(len(outputs))]

    def _before(self, walk: Any, node: Node, ct: Any) -> Any:
        """The cotangent after the node's pre-hooks, which take and give a tuple, one gradient for each output."""
        walk.must_be_finite(ct)
        shown = tuple([None if c is None else walk.show(c) for c in self._outputs(node, ct)])
        with walk.user_code():
            for hook in list(self.pre.values()):
                new = hook(shown)
                if new is not None:
                    new = new if isinstance(new, (tuple, list)) else (new,)
                    if len(new) != len(shown):
                        raise errors.GradientError(f"a pre-hook returned {len(new)} gradients for {len(shown)}")
                    shown = tuple([replaced(n, o) for n, o in zip(new, shown, strict=True)])
        cts = [None if g is None else walk.hide(g) for g in shown]
        if self.rule.outputs(node) is None:
            return cts[0]
        return type(ct)({i: c for i, c in enumerate(cts) if c is not None})

    def partials(self, walk: Any, node: Node, ct: Any) -> Any:
        """The parents' cotangents by the rule."""
        plain = [self.rule, *unpacked(node[1:])]
        return walk.pull_plain(plain, ct)

    def pull(self, walk: Any, node: Node, ct: Any) -> Any:
        """The parents' cotangents, after the hooks on them."""
        try:
            gs = self.partials(walk, node, ct)
        except Exception as e:
            if self.trace is not None and not getattr(e, "__notes__", None):
                e.add_note(self._made_by(node))
            raise
        if modes.state.anomaly and modes.state.anomaly_check_nan:
            check_finite(node, gs, self._made_by(node))
        if self.post:
            key = (node[1], "post")
            if key in walk.remembered:
                return walk.remembered[key]
            shown_in = tuple([None if g is None else walk.show(g) for g in gs])
            shown_out = tuple([None if c is None else walk.show(c) for c in self._outputs(node, ct)])
            for g in gs:
                if g is not None:
                    walk.must_be_finite(g)
            with walk.user_code():
                for hook in list(self.post.values()):
                    new = hook(shown_in, shown_out)
                    if new is not None:
                        shown_in = tuple(new) if isinstance(new, (tuple, list)) else (new,)
            gs = walk.remembered[key] = [None if g is None else walk.hide(g) for g in shown_in]
        return gs

    def _made_by(self, node: Node) -> str:
        if self.trace is None:
            return _UNKNOWN
        return (f"The forward call that made {self.node_name(node)}, innermost last:\n"
                + "".join(self.trace.format()))


_UNKNOWN = "Where it was computed is not known: run the forward pass under anomaly mode too."


def check_finite(node: Node, gs: Any, made_by: str = _UNKNOWN) -> None:
    """NonFiniteError if a cotangent that this node made is NaN."""
    from .memory import everything

    for i, g in enumerate(gs):
        a = None if g is None else everything(g)
        if a is not None and a.dtype.kind in "fcV" and np.isnan(a).any():
            name = node[0].node_name(node)
            raise errors.NonFiniteError(f"Function '{name}' returned nan values in its {i}th output.\n{made_by}")


def replaced(new: Any, old: Any) -> Any:
    """What a hook returned, if anything; it must fit."""
    if new is None:
        return old
    if not isinstance(new, TensorBase):
        raise TypeError(f"a hook must return a tensor or None, not {type(new).__name__}")
    shape, given = tuple(old.shape), tuple(new.shape)  # type: ignore[attr-defined]
    if given != shape:
        raise errors.ShapeError(f"a hook changed the shape of a gradient from {shape} to {given}")
    return new


def annotation(node: Node) -> Annotated:
    """The node's annotation, put in place on first use."""
    if not isinstance(node[0], Annotated):
        node[0] = Annotated(node[0])
    return node[0]


def bare_rule(node: Node) -> Rule:
    """The node's rule, under an annotation if there is one."""
    rule = node[0]
    return rule.rule if isinstance(rule, Annotated) else rule


def is_leaf_node(node: Node | None) -> bool:
    """Whether the node stands for a leaf."""
    return node is None or bare_rule(node) is LEAF


class Packed:
    """A residual that the pack hook took; `unpack()` is the array again."""

    __slots__ = ("held", "unpack_hook")

    def __init__(self, array: Any, pack: Callable[..., Any], unpack: Callable[..., Any]) -> None:
        with modes.mode(pack_hooks=()):
            self.held = pack(wrap(array))
        self.unpack_hook = unpack

    def unpack(self) -> Any:
        """The array that the unpack hook gives back."""
        t = self.unpack_hook(self.held)
        if not isinstance(t, TensorBase):
            raise TypeError(f"the unpack hook must return a tensor, not {type(t).__name__}")
        # Memory that foreign code can write has no array of its own: what it holds now.
        return t._a if hasattr(t, "_a") else t.clone()._a  # type: ignore[attr-defined]


def unpacked(items: list[Any]) -> list[Any]:
    """The entries of a node with packed residuals unpacked."""
    return [v.unpack() if type(v) is Packed else tuple([o.unpack() if type(o) is Packed else o for o in v])
            if type(v) is tuple and v and type(v[0]) is Packed else v for v in items]


def annotate_new(node: Node) -> None:
    """Apply the modes to a node that was just recorded: anomaly mode's traceback, saved-tensor hooks."""
    if modes.state.anomaly:
        import traceback  # 1.3 ms that few programs need

        annotation(node).trace = traceback.StackSummary.from_list(
            [f for f in traceback.extract_stack() if not f.filename.startswith(_PACKAGE)])
    if modes.state.pack_hooks:
        pack, unpack = modes.state.pack_hooks[-1]
        keep = node[0].keep
        for i in range(keep, len(node)):
            if type(node[i]) is np.ndarray:
                node[i] = Packed(node[i], pack, unpack)
            elif type(node[i]) is tuple and node[i] and type(node[i][0]) is np.ndarray:
                node[i] = tuple([Packed(o, pack, unpack) for o in node[i]])
        if len(node) > keep:
            annotation(node)


_PACKAGE = __file__.rsplit("core", 1)[0]
