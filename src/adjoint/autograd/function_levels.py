"""Functions under transforms: what a call is among duals and among examples.

A call acts on the values of the highest level among its arguments. Among duals it is itself on the primals, and `jvp`
on the tangents; among examples it is its `vmap` rule, or, with `generate_vmap_rule`, a Function made for the call: its
forward maps forward, its backward maps backward (setting up a context for each example anew, from inputs and outputs).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import errors
from ..core import memory, modes
from ..core.levels import Box, below
from ..core.payloads import as_payload
from ..core.tensor import TensorBase, wrap
from ..core.trees import broadcast_prefix, flatten
from ..ops import structure as st
from ..transforms.batching import Batched, Batching
from ..transforms.duals import DualLevel
from ..transforms.forward import Dual, Forward
from ..transforms.inputs import constant_face
from ..transforms.vmap import vmap

if TYPE_CHECKING:
    from .function import Function, FunctionCtx

DOCS = "see adjoint.autograd.Function"


class VmapInfo(NamedTuple):
    """What a `vmap` staticmethod is told: the number of examples, and what random functions shall do.

    >>> from adjoint.autograd.function_levels import VmapInfo
    >>> VmapInfo(3, "error").batch_size
    3
    """

    batch_size: int
    randomness: str


def highest(args: tuple[Any, ...]) -> Any:
    """The highest level at which there are values among the arguments; None for plain ones."""
    found = [memory.load(x) for x in args if isinstance(x, TensorBase)]
    boxes = [a for a in found if isinstance(a, Box)]
    return max(boxes, key=lambda b: b.level.depth).level if boxes else None


def cut(args: tuple[Any, ...], level: Any) -> tuple[Any, ...]:
    """The arguments without the nodes that they have at the height of `level`."""
    return tuple([constant_face(x, memory.load(x)) if isinstance(x, TensorBase) and _of(x, level) is not None else x
                  for x in args])


def _of(x: Any, level: Any) -> Any:
    """The box of this level in a face, or None."""
    data = memory.load(x) if isinstance(x, TensorBase) else None
    return data if isinstance(data, Box) and data.level is level else None


def lowered(cls: type[Function], args: tuple[Any, ...], level: Any) -> Any:
    """What the call gives on values of `level` (without nodes at its height)."""
    if not level.open:
        raise errors.EscapedValueError(f"{cls.__name__}: a value is used outside of the {level.name} that it belongs "
                                       "to")
    if isinstance(level, Batching):
        return _mapped(cls, args, level)
    if isinstance(level, Forward):
        return _pushed(cls, args, level)
    raise errors.MissingRule(f"{cls.__name__}: an autograd.Function has no rule under {level.name}")


def context(cls: type[Function], inputs: tuple[Any, ...], output: Any, needs: tuple[bool, ...]) -> FunctionCtx:
    """A context as the call would have set it up."""
    from .function import Function, FunctionCtx

    ctx = FunctionCtx()
    ctx._needs = needs
    ctx._tensors = tuple([i for i, x in enumerate(inputs) if isinstance(x, TensorBase)])
    with modes.mode(grad=False):
        if cls.setup_context is not Function.setup_context:
            cls.setup_context(ctx, inputs, output)
        else:
            cls.forward(ctx, *inputs)
    if ctx._dirty:
        raise errors.WriteError(f"{cls.__name__}: mark_dirty under a transform; return a new tensor there")
    return ctx


def _payload(x: Any) -> Any:
    """What a box holds, as an argument for user code."""
    return x if isinstance(x, TensorBase) else wrap(x)


# Among duals ---------------------------------------------------------------------------------------------------------


def _pushed(cls: type[Function], args: tuple[Any, ...], level: Any) -> Any:
    duals = [_of(x, level) for x in args]
    ambient = isinstance(level, DualLevel)
    primals: list[Any] = []
    for x, d in zip(args, duals, strict=True):
        node = memory.load_node(x) if ambient and d is not None else None
        primals.append(x if d is None else wrap(d.primal, node) if node is not None else _payload(d.primal))
    with below(level):
        output = cls.apply(*primals)
        several = isinstance(output, tuple)
        outs = output if several else (output,)
        tangents: tuple[Any, ...] = (None,) * len(outs)
        if any([d is not None and d.tangent is not None for d in duals]):
            ctx = context(cls, tuple(primals), output, tuple([d is not None for d in duals]))
            ctx._to_save = ctx._for_forward
            found = cls.jvp(ctx, *[_tangent(ctx, x, d) for x, d in zip(primals, duals, strict=True)])
            tangents = found if isinstance(found, tuple) else (found,)
            if len(tangents) != len(outs):
                raise errors.GradientError(f"{cls.__name__}: jvp returned {len(tangents)} tangents for {len(outs)} "
                                           "outputs")
    made = tuple([_dual(cls, level, o, t) for o, t in zip(outs, tangents, strict=True)])
    return made if several else made[0]


def _tangent(ctx: Any, x: Any, dual: Any) -> Any:
    """The tangent that jvp is shown for an argument."""
    if not isinstance(x, TensorBase) or memory.peek(x).dtype.kind not in "fcV":
        return None
    if dual is not None and dual.tangent is not None:
        return _payload(dual.tangent)
    return np.zeros_like(_constant(x)) if ctx.materialize_grads else None


def _constant(x: Any) -> Any:
    return constant_face(x, memory.load(x))


def _dual(cls: type[Function], level: Any, out: Any, t: Any) -> Any:
    if not isinstance(out, TensorBase):
        return out
    if t is not None:
        if not isinstance(t, TensorBase):
            raise errors.DtypeError(f"{cls.__name__}: jvp must return tensors or None, got {type(t).__name__}")
        if memory.peek(t).shape != memory.peek(out).shape:
            raise errors.ShapeError(f"{cls.__name__}: jvp returned a tangent of shape {list(memory.peek(t).shape)} for "
                                    f"an output of shape {list(memory.peek(out).shape)}")
    made = constant_face(out, Dual(level, out, t))
    return level.leaving(made, True) if isinstance(level, DualLevel) else made


# Among examples ------------------------------------------------------------------------------------------------------


def _mapped(cls: type[Function], args: tuple[Any, ...], level: Batching) -> Any:
    from .function import Function

    boxes = [_of(x, level) for x in args]
    in_dims = tuple([0 if b is not None and b.mapped else None for b in boxes])
    lower = [x if b is None else _payload(b.payload) for x, b in zip(args, boxes, strict=True)]
    own = cls.vmap is not Function.vmap
    if own and cls.generate_vmap_rule:
        raise errors.GradientError(f"You tried to vmap over {cls.__name__}, but it has both generate_vmap_rule=True "
                                   "and an overridden vmap staticmethod. Please set generate_vmap_rule=False or delete "
                                   f"the overridden vmap staticmethod to avoid ambiguity; {DOCS}")
    if not own and not cls.generate_vmap_rule:
        raise errors.GradientError(f"You tried to vmap over {cls.__name__}, but it does not have vmap support. Please "
                                   "override and implement the vmap staticmethod or set generate_vmap_rule=True; "
                                   f"{DOCS}")
    with below(level):
        if 0 not in in_dims:
            output, out_dims = cls.apply(*lower), None
        elif own:
            pair = cls.vmap(VmapInfo(level.size, level.randomness), in_dims, *lower)
            if not isinstance(pair, tuple) or len(pair) != 2:
                raise errors.GradientError("Expected the vmap staticmethod to have two returns, an output and out_dims "
                                           "with pytree structure compatible with the output. Got a "
                                           f"{type(pair)} instead")
            output, out_dims = pair
        else:
            output, out_dims = generated(cls, in_dims, level.randomness).apply(*lower), 0
    outs, rebuild = flatten(output)
    try:
        dims = broadcast_prefix(out_dims, output)
    except ValueError:
        raise errors.GradientError("The autograd.Function's vmap staticmethod returned an incompatible (output, "
                                   f"out_dims) tuple. Expected out_dims={out_dims} to be compatible with the structure "
                                   f"of `output`; {DOCS}") from None
    return rebuild([_batched(level, y, d) for y, d in zip(outs, dims, strict=True)])


def _batched(level: Batching, y: Any, dim: int | None) -> Any:
    if not isinstance(y, TensorBase):
        return y
    if dim is None:
        return constant_face(y, level.lift(y))
    if dim % memory.peek(y).ndim:
        with below(level):
            y = st.moveaxis(y, source=dim, destination=0)
    plain = memory.load_node(y) is None
    return constant_face(y, Batched(level, as_payload(memory.load(y)) if plain else y, True))


def generated(cls: type[Function], in_dims: tuple[int | None, ...], randomness: str) -> type[Function]:
    """The Function whose forward and rules are those of `cls`, mapped over examples; made once, since a class is dear
    and waits for the garbage collector."""
    known: dict[Any, type[Function]] | None = cls.__dict__.get("_mapped")
    if known is None:
        known = cls._mapped = {}  # type: ignore[attr-defined]
    if (in_dims, randomness) not in known:
        known[in_dims, randomness] = _generated(cls, in_dims, randomness)
    return known[in_dims, randomness]


def _generated(cls: type[Function], in_dims: tuple[int | None, ...], randomness: str) -> type[Function]:
    from .function import Function

    split = cls.setup_context is not Function.setup_context
    constant: dict[int, tuple[int, ...]] = {}  # which outputs have no derivative, by how many there are

    def mapped(f: Any, dims: Any, *args: Any) -> Any:
        return vmap(f, in_axes=dims, randomness=randomness)(*args)

    class Generated(Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(*args: Any) -> Any:
            def one(*xs: Any) -> Any:
                from .function import FunctionCtx

                ctx = FunctionCtx()
                output = cls.forward(*xs) if split else cls.forward(ctx, *xs)
                if split:
                    cls.setup_context(ctx, xs, output)
                outs = output if isinstance(output, tuple) else (output,)
                constant[len(outs)] = tuple([i for i, o in enumerate(outs) if any([o is c for c in ctx._constant])])
                return output

            return mapped(one, in_dims, *args)

        @staticmethod
        def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
            outs = output if isinstance(output, tuple) else (output,)
            ctx.several = isinstance(output, tuple)
            ctx.mark_non_differentiable(*[outs[i] for i in constant[len(outs)]])
            ctx.places = [i for i, x in enumerate(inputs) if isinstance(x, TensorBase)]
            ctx.rest = [None if isinstance(x, TensorBase) else x for x in inputs]
            ctx.save_for_backward(*[inputs[i] for i in ctx.places], *outs)
            ctx.save_for_forward(*[inputs[i] for i in ctx.places], *outs)
            ctx.set_materialize_grads(False)

        @staticmethod
        def backward(ctx: Any, *grads: Any) -> Any:
            def one(c: Any, *grads: Any) -> Any:
                if c.materialize_grads:
                    grads = tuple([np.zeros_like(_constant(o)) if g is None else g
                                   for g, o in zip(grads, c.outs, strict=True)])
                found = cls.backward(c, *grads) if cls.vjp is Function.vjp else cls.vjp(c, *grads)
                return found if isinstance(found, tuple) else (found,)

            found = rules(ctx, one, grads)
            return tuple([g if g is None or d == 0 else np.sum(g, axis=0)
                          for g, d in zip(found, in_dims, strict=False)])

        @staticmethod
        def jvp(ctx: Any, *tangents: Any) -> Any:
            def one(c: Any, *tangents: Any) -> Any:
                c._to_save = c._for_forward
                if c.materialize_grads:
                    tangents = tuple([np.zeros_like(_constant(x)) if t is None and isinstance(x, TensorBase) else t
                                      for t, x in zip(tangents, c.inputs, strict=True)])
                found = cls.jvp(c, *tangents)
                return found if isinstance(found, tuple) else (found,)

            found = rules(ctx, one, tangents, in_dims)
            return found if ctx.several else found[0]

    def rules(ctx: Any, one: Any, vectors: tuple[Any, ...], dims: Any = None) -> tuple[Any, ...]:
        """`one(context, *vectors)` of each example; None stays None."""
        saved = ctx.saved_tensors
        k = len(ctx.places)
        kept: list[int] = []
        total = 0

        def example(inputs: list[Any], outs: list[Any], vectors: list[Any]) -> list[Any]:
            nonlocal total
            args, given = list(ctx.rest), iter(inputs)
            for i in ctx.places:
                args[i] = next(given)
            c = context(cls, tuple(args), tuple(outs) if ctx.several else outs[0], ctx.needs_input_grad)
            c.inputs, c.outs = args, outs  # type: ignore[attr-defined]
            rest = iter(vectors)
            found = one(c, *[None if v is None else next(rest) for v in vectors_given])
            kept[:] = [i for i, g in enumerate(found) if g is not None]
            total = len(found)
            return [found[i] for i in kept]

        vectors_given = vectors
        axes = ([in_dims[i] for i in ctx.places], 0,
                0 if dims is None else [d for d, v in zip(dims, vectors, strict=True) if v is not None])
        made = mapped(example, axes, list(saved[:k]), list(saved[k:]), [v for v in vectors if v is not None])
        found: list[Any] = [None] * total
        for i, g in zip(kept, made, strict=True):
            found[i] = g
        return tuple(found)

    Generated.__name__ = Generated.__qualname__ = f"Vmapped{cls.__name__}"
    return Generated
