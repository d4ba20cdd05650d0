"""Forward mode: a level whose values are duals, a primal and its tangent. One pass gives one Jacobian column.

An op's kind gives its tangent from what it states for reverse mode. An explicit vjp is transposed: it is linear in the
cotangent, so it is recorded on one that stands for any, and walked back from the tangents.
"""

from __future__ import annotations

from operator import attrgetter, mul
from typing import Any

import numpy as np

from .. import errors
from ..core import memory, modes
from ..core.dispatch import user_line
from ..core.levels import Box, Level, below, depth, finite, replaced, revalued, stopped
from ..core.op import OPERANDS, Saved
from ..core.payloads import as_payload, dtype_of, shape_of
from ..core.rules import cast, fit
from ..core.tensor import Aval, TensorBase, as_data, faces, leaf_node, new, wrap
from ..ops import structure as st
from ..ops.selection import exact_product
from .inputs import survey
from .reverse import Walk, reach


class Dual(Box):
    """A value and its derivative along one direction; `tangent` None is zero."""

    __slots__ = ("primal", "tangent")

    def __init__(self, level: Level, primal: Any, tangent: Any = None) -> None:
        data = primal if type(primal) is np.ndarray or not isinstance(primal, TensorBase) else memory.peek(primal)
        self.level, self.primal, self.tangent = level, primal, tangent
        self.shape, self.dtype = data.shape, data.dtype

    def plain(self) -> Any:
        return self.primal

    def payloads(self) -> tuple[Any, ...]:
        return (self.primal, self.tangent)

    def stopped(self) -> Dual:
        return Dual(self.level, stopped(self.primal))

    def revalued(self, new: Any, tape: bool) -> Dual:
        tangent = retaped(self.tangent, new.tangent) if tape else self.tangent
        return Dual(self.level, revalued(self.primal, new.primal, tape), tangent)

    def finite(self) -> bool:
        return finite(self.primal) and (self.tangent is None or finite(self.tangent))


def retaped(old: Any, new: Any) -> Any:
    """The derivative `new` (None for zero) with the nodes of the derivative `old`."""
    if old is None and new is None:
        return None
    return revalued(np.zeros_like(new) if old is None else old, np.zeros_like(old) if new is None else new, True)


class Forward(Level):
    """A level of duals."""

    name = "jvp"

    def lift(self, payload: Any) -> Dual:
        return Dual(self, as_data(payload) if not isinstance(payload, (TensorBase, Box)) else payload)

    def apply(self, op: Any, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
        primals: Any = []
        tangents: Any = []
        active = False
        for x in operands:
            if isinstance(x, Dual) and x.level is self:
                primals.append(x.primal)
                tangents.append(x.tangent)
                active = active or x.tangent is not None
            else:
                primals.append(x)
                tangents.append(None)
        primals, tangents = tuple(primals), tuple(tangents)
        if params:
            params = replaced(params, self, lambda d: d.primal)
        if op.runs_user_code:
            with below(self):
                return self._pushed(op, primals, tangents, params, active)
        return self._pushed(op, primals, tangents, params, active)

    def _pushed(self, op: Any, primals: Any, tangents: Any, params: dict[str, Any], active: bool) -> Any:
        """The results with their tangents."""
        if op.toward is not None and active:
            out = op.toward(*primals, *tangents, **params)
        else:
            out = op.call(primals, **params) if op.arity is None else op.call(*primals, **params)
        several = isinstance(out, tuple)
        if not (active and op.differentiable and (several or dtype_of(out).kind not in "biu")):
            return tuple([self.lift(o) for o in out]) if several else self.lift(out)
        t = tangent(op, primals, tangents, params, out)
        if several:
            return tuple([Dual(self, as_payload(o), None if d is None else fit(d, shape_of(o), dtype_of(o)))
                          for o, d in zip(out, t, strict=True)])
        return Dual(self, as_payload(out), None if t is None else fitted(t, out))


def fitted(t: Any, out: Any) -> Any:
    """The tangent broadcast to the shape and cast to the dtype of the result."""
    if not isinstance(t, (TensorBase, Box)):
        t = as_data(t)
    if shape_of(t) != shape_of(out):
        t = st.broadcast_to(t, shape=shape_of(out))
    return cast(t, dtype_of(out))


def tangent(op: Any, primals: tuple[Any, ...], tangents: tuple[Any, ...], params: dict[str, Any], out: Any) -> Any:
    """The tangent of the result (a tuple for several results) from those of the operands, None for zero."""
    t = op.jvp(primals, tangents, params, out, mul)
    if t is NotImplemented:
        return transposed(op, primals, tangents, params, out)
    parts = t if isinstance(t, tuple) else (t,)
    if op.kind != "linear" and not all([p is None or finite(p) for p in parts]):
        t = op.jvp(primals, tangents, params, out, exact_product)
    return t


def transposed(op: Any, primals: tuple[Any, ...], tangents: tuple[Any, ...], params: dict[str, Any], out: Any) -> Any:
    """The tangent by transposing the op's vjp."""
    if op.pull is None:
        raise errors.MissingRule(f"{op.op_name} has no derivative rule, and its operand has a tangent ({user_line()})")
    outs = out if isinstance(out, tuple) else (out,)
    level = highest((*primals, *tangents, *outs))
    dummies = [None if i in op.constant_outputs or dtype_of(o).kind in "biu" else _dummy(o, level)
               for i, o in enumerate(outs)]
    s = new(Saved)
    s.params, s.times = params, mul
    s.avals = tuple([Aval(shape_of(x), dtype_of(x)) for x in primals])
    s.wanted = tuple([t is not None for t in tangents])
    for name in op.saves:
        setattr(s, name, out if name == "out" else primals[OPERANDS.index(name)])
    if isinstance(out, tuple):
        s.out_avals = tuple([Aval(shape_of(o), dtype_of(o)) for o in out])
    with modes.recording():
        cts = op.pull(tuple(dummies) if isinstance(out, tuple) else dummies[0], s)
        if type(cts) is not tuple:
            cts = tuple(cts) if op.arity is None else (cts,)
        seeds = []
        for ct, t, a in zip(cts, tangents, s.avals, strict=True):
            if t is None or ct is None:
                continue
            ct = fit(ct, a.shape, a.dtype)
            node = memory.load_node(ct) if isinstance(ct, TensorBase) else None
            if node is not None:
                seeds.append((node, fit(t, a.shape, a.dtype)))
        targets = {memory.load_node(u)[1] for u in dummies if u is not None}
        shown = [v for v in (*primals, *tangents, *outs) if isinstance(v, TensorBase)]
        create = bool(shown)
        needed = reach([node for node, _ in seeds], targets)
        seeds = [(node, lift_seed(t) if create else t) for node, t in seeds if node[1] in needed]
        walk = Walk(create, targets, needed)
        walk.run(seeds)
    found = [None if u is None else walk.captured.get(memory.load_node(u)[1]) for u in dummies]
    if create:
        array = faces.array
        face = array if array is not None and all([isinstance(v, array) for v in shown]) else faces.tensor
        found = [None if t is None else without(targets, t, face) for t in found]
    return tuple(found) if isinstance(out, tuple) else found[0]


def without(targets: set[int], t: Any, face: type[TensorBase]) -> Any:
    """The tangent as a payload in this face. The vjp is linear: its transpose does not depend on the cotangents
    `targets` that it was recorded on, though residuals do."""
    data, node = (memory.load(t), memory.load_node(t)) if isinstance(t, TensorBase) else (t, None)
    if node is not None and not survey([node], targets)[1]:
        node = None
    return data if node is None and type(data) is np.ndarray else wrap(data, node, face)


def lift_seed(ct: Any) -> Any:
    """A cotangent as a face, for a walk that is recorded."""
    return ct if isinstance(ct, TensorBase) else wrap(ct)


def highest(values: tuple[Any, ...]) -> Level | None:
    """The highest level at which one of the values lives."""
    boxed = [a for v in values if isinstance(a := memory.load(v) if isinstance(v, TensorBase) else v, Box)]
    return max([b.level for b in boxed], key=attrgetter("depth"), default=None)


def _dummy(out: Any, level: Level | None) -> Any:
    """A leaf like `out` at this level, where no box of the rule's hides in its payload what was made of the leaf."""
    zeros = np.zeros_like(out)
    data = memory.load(zeros) if isinstance(zeros, TensorBase) else zeros
    u = new(faces.tensor)
    u._a = data if level is None or depth(data) == level.depth else level.lift(zeros if depth(data) else data)
    u._n = leaf_node(u)
    return u
