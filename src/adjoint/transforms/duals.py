"""Duals that a program makes itself (`autograd.forward_ad`): a level open around ordinary define-by-run code.

Between faces, the reverse tape runs on as if the level were not there: a face over a dual has for its node that of its
primal, so `requires_grad`, `grad_fn` and `.backward()` mean what they mean without tangents. For an op the node goes
into the dual (its primal is then a face), so that primal and tangent are recorded on one tape, and comes out again.
Gradients asked for inside the level have tangents too: the derivative along t of the gradient of c.y is the gradient
of c.(derivative of y along t).

When the level ends, what it left behind are its primals.
"""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

from .. import errors
from ..core import memory, modes
from ..core.batch_rules import spread
from ..core.levels import Box, depth, lifted
from ..core.payloads import dtype_of
from ..core.tensor import TensorBase, wrap
from ..ops import structure as st
from .batching import Batched
from .forward import Dual, Forward
from .inputs import constant_face, payload
from .reverse import Walk, reach

__all__ = ["DualLevel", "current", "make", "unpack"]


class DualLevel(Forward):
    """The level of `dual_level()`."""

    name = "dual_level"
    ambient = True

    def __init__(self) -> None:
        self.enabled = True
        self.faces: list[weakref.ref[TensorBase]] = []  # over duals of this level: they outlive it without tangents
        self.limit = 256
        self.given: set[int] = set()  # creation numbers of the tangents that were given to make_dual

    def note(self, t: TensorBase) -> None:
        """Remember a face over a dual of this level, for the end."""
        self.faces.append(weakref.ref(t))
        if len(self.faces) > self.limit:
            self.faces = [r for r in self.faces if r() is not None]
            self.limit = 256 + 2 * len(self.faces)

    def entering(self, operands: Any) -> tuple[Any, ...]:
        """The operands of an op with the nodes of faces inside of duals of this level."""
        return tuple([self._entered(x) if isinstance(x, TensorBase) else x for x in operands])

    def _entered(self, x: TensorBase) -> Any:
        data, node = memory.load(x), memory.load_node(x)
        if not self.enabled and isinstance(data, Dual) and data.level is self:
            data = data.primal
        if not isinstance(data, Dual) or data.level is not self:
            x = wrap(data, node, type(x))
            data = lifted(x, self) if self.enabled else data
            return constant_face(x, data) if self.enabled else x
        primal = data.primal if node is None else wrap(data.primal, node, type(x))
        return constant_face(x, Dual(self, primal, data.tangent))

    def leaving(self, result: Any, view: bool) -> Any:
        """A result of an op (a face, a tuple of faces, or what has no derivative), its node again on the face."""
        if isinstance(result, tuple):
            return type(result)([self.leaving(r, view) for r in result])
        data = memory.load(result) if isinstance(result, TensorBase) else None
        if not isinstance(data, Dual) or data.level is not self:
            return result
        primal, node = data.primal, None
        if isinstance(primal, TensorBase):
            primal, node = memory.load(primal), memory.load_node(primal)
        result._a = Dual(self, primal, data.tangent) if view or data.tangent is not None else primal
        result._n = node
        self.note(result)
        return result

    def lift_face(self, t: TensorBase, value: Any) -> bool:
        """Any tensor takes a value with a tangent, if it takes the value."""
        if depth(value.plain()) > depth(memory.load(t)):
            return False
        t._a = Dual(self, memory.load(t))
        self.note(t)
        return True

    def end(self) -> None:
        """Every face over a dual of this level becomes one over its primal."""
        for r in self.faces:
            t = r()
            if t is None:
                continue
            data = getattr(t, "_a", None)
            if isinstance(data, Dual) and data.level is self:
                t._a = data.primal
                if hasattr(t, "_v"):
                    for other in [m() for m in t._v[0].members]:
                        if other is not None and other is not t and isinstance(getattr(other, "_a", None), Dual) and (
                                other._v[1] is not None):
                            del other._a
        self.faces.clear()

    # Gradients -------------------------------------------------------------------------------------------------------

    def tangent_of(self, x: Any) -> Any:
        """The tangent of a face in this level, or None."""
        data = memory.load(x) if isinstance(x, TensorBase) else None
        return data.tangent if isinstance(data, Dual) and data.level is self else None

    def with_tangents(self, outputs: Any, cts: Any, targets: list[Any], found: list[Any], create: bool) -> list[Any]:
        """The cotangents `found` of target nodes, as duals: with the derivatives that they have along this level.

        `cts` are the outputs' cotangents (with tangents or without).
        """
        seeds = []
        for y, ct in zip(outputs, cts, strict=True):
            plain = ct
            if isinstance(ct, TensorBase) and self.tangent_of(ct) is not None:
                plain = wrap(memory.load(ct).primal, memory.load_node(ct))
                node = memory.load_node(y)
                if node is not None:
                    seeds.append((node, self.tangent_of(ct)))
            t = self.tangent_of(y)
            node = memory.load_node(t) if isinstance(t, TensorBase) else None
            if node is not None:
                seeds.append((node, plain))
        wanted = {node[1] for node in targets if node is not None}
        needed = reach([node for node, _ in seeds], wanted) - self.given if seeds else set()
        if not any([node[1] in needed for node, _ in seeds]):
            return found
        seeds = [(node, _as_ct(ct, create)) for node, ct in seeds if node[1] in needed]
        with modes.mode(grad=create):
            walk = Walk(create, wanted, needed)
            walk.run(seeds)
        return [self._dual_ct(g, None if node is None else walk.captured.get(node[1]))
                for g, node in zip(found, targets, strict=True)]

    def _dual_ct(self, ct: Any, tangent: Any) -> Any:
        if tangent is None:
            return ct
        ct = np.zeros_like(tangent) if ct is None else ct
        face = ct if isinstance(ct, TensorBase) else wrap(ct)
        dual = constant_face(face, self._joined(memory.load(face), tangent))
        dual._n = memory.load_node(face)
        self.note(dual)
        return dual

    def _joined(self, primal: Any, tangent: Any) -> Any:
        """One value of both, data or faces: under levels that are open inside of this one, a value of theirs."""
        data = memory.load(primal) if isinstance(primal, TensorBase) else primal
        t = memory.load(tangent) if isinstance(tangent, TensorBase) else tangent
        if isinstance(t, Box) and t.level.depth > self.depth and not (isinstance(data, Box) and data.level is t.level):
            data = t.level.lift(primal)
        if not isinstance(data, Box) or data.level.depth < self.depth:
            return Dual(self, data, payload(tangent) if isinstance(tangent, TensorBase) else tangent)
        if data.level is self:  # a cotangent that had a tangent
            assert isinstance(data, Dual)
            tangent = unpack(self, tangent)[0] if isinstance(tangent, TensorBase) else tangent
            return Dual(self, data.primal, tangent if data.tangent is None else data.tangent + tangent)
        other: Any = t if isinstance(t, Box) and t.level is data.level else data.level.lift(tangent)
        if isinstance(data, Batched):
            mapped = data.mapped or other.mapped
            parts = [spread(data.level, x.payload, x.mapped) if mapped else x.payload for x in (data, other)]
            return Batched(data.level, self._dual_ct(*parts), mapped)
        if isinstance(data, Dual):
            return Dual(data.level, self._dual_ct(data.primal, other.primal),
                        self._dual_ct(data.tangent, other.tangent))
        raise errors.MissingRule(f"a gradient under {data.level.name} inside of a dual level")


def _as_ct(ct: Any, create: bool) -> Any:
    if create:
        return ct if isinstance(ct, TensorBase) else wrap(ct)
    return memory.load(ct) if isinstance(ct, TensorBase) else ct


def current() -> DualLevel | None:
    """The open dual level of this thread."""
    for level in modes.state.levels:
        if isinstance(level, DualLevel):
            return level
    return None


def of(values: Any) -> DualLevel | None:
    """The open dual level to which some of these values belong, if one does."""
    if not modes.word:
        return None
    level = current()
    if level is None or not any([level.tangent_of(x) is not None for x in values]):
        return None
    return level


def completed(outputs: Any, cts: Any, variables: Any, found: list[Any], create: bool | None = None) -> list[Any]:
    """The cotangents `found` of the variables with their tangents in the open dual level, if results have some.

    `create` says whether their own walk was recorded; unless told, it was if a result is tracked.
    """
    level = of([*outputs, *cts])
    if level is None:
        return found
    if create is None:
        create = any([isinstance(ct, TensorBase) for ct in found])
    return level.with_tangents(outputs, cts, [memory.load_node(v) for v in variables], found, create)


def without_tangent(ct: Any) -> Any:
    """A cotangent alone."""
    return unpack(current(), ct)[0] if modes.word and isinstance(ct, TensorBase) else ct


def make(level: DualLevel, tensor: Any, tangent: Any) -> Any:
    """A face with the value of `tensor`, connected to its history, and this tangent."""
    if level.tangent_of(tensor) is not None:
        raise errors.GradientError("Making a dual Tensor based on a Tensor that already has a forward gradient at the "
                                   "same level 0 is not supported.")
    shape, given = memory.peek(tensor).shape, memory.peek(tangent).shape
    if tuple(shape) != tuple(given):
        raise errors.ShapeError("Trying to set a forward gradient that has a different size than that of the original "
                                f"Tensor, this is not supported. Tensor is of size {list(shape)} while the given "
                                f"forward gradient is of size {list(given)}.")
    if dtype_of(tangent) != dtype_of(tensor):
        if dtype_of(tangent).kind == "c" and dtype_of(tensor).kind != "c":
            raise errors.DtypeError("make_dual: a complex tangent was given for a real tensor")
        tangent = st.astype(tangent, dtype=dtype_of(tensor))
    alias: Any = st.alias.op  # type: ignore[attr-defined]
    node = memory.load_node(tangent)
    if node is not None:  # under a node of its own, at which derivatives for a fixed tangent stop
        node = alias.node((node,), {}, (memory.peek(tangent),), None)
        level.given.add(node[1])
    t = memory.load(tangent)
    if isinstance(t, Dual) and t.level is level:
        t = t.primal
    node_of = memory.load_node(tensor)
    data = memory.load(tensor)
    if isinstance(data, Dual) and data.level is level:
        data = data.primal
    dual = constant_face(tensor, Dual(level, data, wrap(t, node, type(tangent)) if node is not None else t))
    if node_of is not None:
        dual._n = alias.node((node_of,), {}, (data,), None)
    level.note(dual)
    return dual


def unpack(level: Any, tensor: Any) -> tuple[Any, Any]:
    """(primal, tangent) of a face: the tangent is None where there is none."""
    data = memory.load(tensor)
    if not isinstance(data, Dual) or data.level is not level:
        return tensor, None
    if isinstance(data.primal, TensorBase):
        primal = data.primal
    else:
        primal = constant_face(tensor, data.primal)
        primal._n = memory.load_node(tensor)
    t = data.tangent
    if not data.level.open and data.level.ambient:
        t = None
    if t is None or isinstance(t, TensorBase):
        return primal, t
    return primal, constant_face(tensor, t)
