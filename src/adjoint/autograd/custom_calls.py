"""The call of a function that has rules of its own: on the tape one node, among duals one tangent, under vmap a map.

It is a step wherever the innermost transform that acts on its arguments differentiates. What an outer transform sees of
a step that an inner one differentiated are the rules themselves, as ordinary code. Public: `custom_rules.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import errors
from ..core import memory, modes
from ..core.levels import Box, depth, interpret, lifted
from ..core.op import Op
from ..core.payloads import as_payload, dtype_of
from ..core.rules import LEAF, parents
from ..core.tensor import TensorBase, wrap
from ..transforms.batching import Batching
from ..transforms.inputs import face_of, given_back
from ..transforms.reverse import current_walk
from ..transforms.vjp import gradient, pulled, variable
from ..transforms.vmap import vmap
from .function import Function

Faces = list[type[TensorBase]]


class Call(Op):
    """One function with its rules, on flat operands. `forms` are the faces in which user code meets them."""

    kind = "custom"
    arity = None
    runs_user_code = True

    def __init__(self, name: str, forms: Faces) -> None:
        self.op_name, self.name, self.forms = name, name, forms

    def call(self, operands: Any) -> tuple[Any, ...]:
        """The results, a tuple, of operands at any level."""
        operands = tuple(operands)
        levels = [_height(x) for x in operands]
        top = max(levels, default=0)
        above = [x for x, h in zip(operands, levels, strict=True) if h == top]
        if modes.state.grad and any([isinstance(x, TensorBase) and memory.load_node(x) is not None for x in above]):
            return self.recorded(self.shown(operands))
        if top:
            level = next(_box(x) for x in above).level
            out = interpret(self, tuple([lifted(x, level) for x in operands]), {})
            bare = any([isinstance(x, Box) for x in above])
            if bare:
                return out
            return tuple([given_back(o, face) for o, face in zip(out, self.faces(len(out)), strict=True)])
        return self.plainly(self.shown(operands))

    fn = call

    def shown(self, operands: tuple[Any, ...]) -> list[Any]:
        """The operands as user code gets them."""
        return [given_back(x, face) if isinstance(x, (TensorBase, Box)) or face is not face_of(x) else x
                for x, face in zip(operands, self.forms, strict=True)]

    def faces(self, n: int) -> Faces:
        """The faces of the results."""
        tensor = [f for f in self.forms if f is not face_of(0.0)]
        return [tensor[0] if tensor else face_of(0.0)] * n

    def plainly(self, operands: list[Any]) -> tuple[Any, ...]:
        """The results where nothing is differentiated."""
        raise NotImplementedError

    def recorded(self, operands: list[Any]) -> tuple[Any, ...]:
        """The results, with a node of their own on the tape."""
        raise NotImplementedError

    def mapped(self, axes: tuple[int | None, ...], size: int) -> Call:
        """The call that maps the function and its rules over examples."""
        raise NotImplementedError

    def batch(self, level: Batching, op: Any, payloads: Any, mapped: list[bool], params: Any) -> Any:
        return self.mapped(tuple([0 if m else None for m in mapped]), level.size).call(payloads)


def _box(x: Any) -> Any:
    return memory.load(x) if isinstance(x, TensorBase) else x


def _height(x: Any) -> int:
    return depth(_box(x))


class _Step(Function):
    """The node of a call: its cotangents come from a closure."""

    at_any_level = True

    @staticmethod
    def forward(ctx: Any, pull: Any, outs: tuple[Any, ...], *operands: Any) -> Any:
        ctx.pull = pull
        return tuple([wrap(memory.load(o)) if isinstance(o, TensorBase) else wrap(as_payload(o)) for o in outs])

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        cts = [np.conjugate(g) if memory.peek(g).dtype.kind == "c" else g for g in grads]  # PyTorch's to ours
        found = ctx.pull(cts)
        return None, None, *[None if g is None else np.conjugate(g) if memory.peek(g).dtype.kind == "c" else g
                             for g in found]


def _step(name: str, outs: tuple[Any, ...], operands: list[Any], pull: Callable[[list[Any]], list[Any]],
          faces: Faces) -> tuple[Any, ...]:
    """The results with a node whose cotangents are `pull`'s."""
    for o in outs:
        if isinstance(o, TensorBase) and (node := memory.load_node(o)) is not None:
            _check_captured(node, {memory.load_node(x)[1] for x in operands if isinstance(x, TensorBase)
                                   and memory.load_node(x) is not None}, name)
    tensors = [given_back(x, _tensor()) if isinstance(x, TensorBase) else wrap(np.asarray(x)) for x in operands]
    made = _Step.apply(pull, outs, *tensors)
    return tuple([given_back(o, face) for o, face in zip(made, faces, strict=True)])


def _walk_is_recorded() -> bool:
    """Whether the walk that asks for cotangents is recorded; under an open level the mode is on for lower tapes too."""
    walk = current_walk()
    return modes.state.grad if walk is None else walk.create


def _tensor() -> type[TensorBase]:
    from ..core.tensor import faces

    return faces.tensor


def _check_captured(root: list[Any], own: set[int], name: str) -> None:
    """GradientError if a result depends on a tracked value that is no argument: its derivative would be lost."""
    seen: set[int] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if node[1] in seen or node[1] in own:
            continue
        seen.add(node[1])
        if node[0] is LEAF or getattr(node[0], "rule", None) is LEAF:
            raise errors.GradientError(f"{name} has a derivative of its own, but uses a tracked value that is none "
                                       "of its "
                                       "arguments, whose derivative would be lost: pass it as an argument")
        stack.extend([p for p in parents(node) if p is not None])


def zeros(x: Any) -> Any:
    return np.zeros_like(x) if isinstance(x, TensorBase) else np.zeros(np.shape(x), np.asarray(x).dtype)


class Reverse(Call):
    """A function with `fwd(*operands) -> (outs, residuals)` and `bwd(residuals, cts) -> cotangents`, all flat."""

    def __init__(self, name: str, forms: Faces, f: Any, fwd: Any, bwd: Any) -> None:
        super().__init__(name, forms)
        self.f, self.fwd, self.bwd = f, fwd, bwd

    def plainly(self, operands: list[Any]) -> tuple[Any, ...]:
        return self.f(*operands)

    def recorded(self, operands: list[Any]) -> tuple[Any, ...]:
        outs, residuals = self.fwd(*[_cut(x) for x in operands])
        faces = [face_of(o) for o in outs]

        def pull(cts: list[Any]) -> list[Any]:
            kept = self.fwd(*operands)[1] if _walk_is_recorded() else residuals
            found = self.bwd(kept, [given_back(ct, face) for ct, face in zip(cts, faces, strict=True)])
            return [None if g is None else given_back(g, _tensor()) for g in found]

        return _step(self.op_name, outs, operands, pull, faces)

    def jvp(self, primals: Any, tangents: Any, params: Any, out: Any, times: Any) -> Any:
        """By transposing bwd, which is linear in the cotangents."""
        shown = self.shown(tuple(primals))
        outs, residuals = self.fwd(*shown)
        dummies = [variable(zeros(o)) for o in outs]
        with modes.recording():
            cts = self.bwd(residuals, list(dummies))
            pairs = [(memory.load_node(ct), t) for ct, t in zip(cts, tangents, strict=True)
                     if t is not None and isinstance(ct, TensorBase) and memory.load_node(ct) is not None]
        found = pulled([n for n, _ in pairs], [t for _, t in pairs], dummies, [])
        return tuple([gradient(ct, o, u) for ct, o, u in zip(found, outs, dummies, strict=True)])

    def mapped(self, axes: tuple[int | None, ...], size: int) -> Call:
        f = vmap(self.f, in_axes=axes, axis_size=size)
        fwd = vmap(self.fwd, in_axes=axes, axis_size=size)
        spread = vmap(self.bwd, axis_size=size)

        def bwd(residuals: Any, cts: Any) -> Any:
            found = spread(residuals, cts)
            return [None if g is None else np.sum(g, axis=0) if a is None else g
                    for g, a in zip(found, axes, strict=True)]

        return Reverse(self.op_name, self.forms, f, fwd, bwd)


def _cut(x: Any) -> Any:
    if not isinstance(x, TensorBase):
        return x
    return given_back(memory.load(x), face_of(x))


class Forward(Call):
    """A function with `rule(primals, tangents) -> (outs, tangents of outs)`, flat; `f` is its value alone."""

    def __init__(self, name: str, forms: Faces, f: Any, rule: Any) -> None:
        super().__init__(name, forms)
        self.f, self.rule = f, rule

    def plainly(self, operands: list[Any]) -> tuple[Any, ...]:
        return self.f(*operands)

    def recorded(self, operands: list[Any]) -> tuple[Any, ...]:
        outs = self.call([_cut(x) for x in operands])  # where they are duals of an outer level, by the rule again

        def pull(cts: list[Any]) -> list[Any]:
            """By transposing the rule, which is linear in the tangents."""
            create = _walk_is_recorded()
            primals = list(operands) if create else [_cut(x) for x in operands]
            with modes.recording():
                dummies = [variable(zeros(x)) if dtype_of(_box(_array(x))).kind in "fcV" else None for x in primals]
                _, tangents = self.rule(primals, [zeros(x) if u is None else u
                                                  for u, x in zip(dummies, primals, strict=True)])
            pairs = [(memory.load_node(t), ct) for t, ct in zip(tangents, cts, strict=True)
                     if isinstance(t, TensorBase) and memory.load_node(t) is not None]
            found = iter(pulled([n for n, _ in pairs], [ct for _, ct in pairs],
                                [u for u in dummies if u is not None], [], recorded=create))
            cts_of = [None if u is None else next(found) for u in dummies]
            return [None if g is None else given_back(g, _tensor()) for g in cts_of]

        return _step(self.op_name, outs, operands, pull, [face_of(o) for o in outs])

    def jvp(self, primals: Any, tangents: Any, params: Any, out: Any, times: Any) -> Any:
        shown = self.shown(tuple(primals))
        given = [zeros(x) if t is None else given_back(t, face)
                 for x, t, face in zip(shown, tangents, self.forms, strict=True)]
        return tuple([t if isinstance(t, TensorBase) else as_payload(t) for t in self.rule(shown, given)[1]])

    def mapped(self, axes: tuple[int | None, ...], size: int) -> Call:
        return Forward(self.op_name, self.forms, vmap(self.f, in_axes=axes, axis_size=size),
                       vmap(self.rule, in_axes=(list(axes), list(axes)), axis_size=size))


def _array(x: Any) -> Any:
    return x if isinstance(x, TensorBase) else np.asarray(x)
