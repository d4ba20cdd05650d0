"""Rules written by the user: subclasses of `Function`, and the context that their two halves share.

On the tape a call is one node whose rule carries user code (`core.annotate.Annotated`): the walk asks it for the
cotangents of its parents, it shows the user gradients (tensors, conjugated) and hides what comes back. User code runs
once a walk, and never sees a value that the walk's second, exact round would mend.

    [called, seq, (parent of each tensor argument...), ctx, saved arrays...]
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

import numpy as np

from .. import errors
from ..core import memory, modes, writes
from ..core.annotate import Annotated, annotate_new, bare_rule, unpacked
from ..core.rules import LEAF, PICK, Rule, cast, fit
from ..core.tensor import Aval, TensorBase, next_seq, wrap
from ..transforms.reverse import FREED, current_walk
from .function_levels import cut, highest, lowered

__all__ = ["Function", "FunctionCtx", "InplaceFunction", "once_differentiable"]


class _Running(threading.local):
    """The Function nodes whose backward runs in this thread: (record, which gradients are wanted), innermost last.

    A context cannot hold its node, which holds it, or the memory would wait for the collector.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[list[Any], tuple[bool, ...]]] = []


_running = _Running()


class FunctionCtx:
    """What forward leaves for backward: saved tensors, flags, and any attribute that is set on it.

    >>> import adjoint as ad
    >>> class Scaled(ad.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x, factor):
    ...         ctx.factor = factor
    ...         return x * factor
    ...     @staticmethod
    ...     def backward(ctx, grad):
    ...         return grad * ctx.factor, None
    >>> x = ad.ones(1, requires_grad=True)
    >>> Scaled.apply(x, 3.0).backward()
    >>> x.grad
    tensor([3.])
    """

    _to_save: tuple[Any, ...] = ()
    _for_forward: tuple[Any, ...] = ()
    _dirty: tuple[Any, ...] = ()
    _constant: tuple[Any, ...] = ()
    _needs: tuple[bool, ...] = ()
    _tensors: tuple[int, ...] = ()  # which arguments of apply are tensors
    _origins: tuple[Any, ...] = ()  # of each saved tensor: None, ("input", i), ("output", i) or its node
    _inputs: tuple[Aval | None, ...] = ()
    _outputs: tuple[Aval | None, ...] = ()
    _several = False
    materialize_grads = True

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep these tensors (or Nones) for backward, where they are `ctx.saved_tensors`."""
        for i, t in enumerate(tensors):
            if t is not None and not isinstance(t, TensorBase):
                raise TypeError(f"save_for_backward can only save variables, but argument {i} is of type "
                                f"{type(t).__name__}; set other values as attributes of ctx")
        self._to_save = tensors

    def save_for_forward(self, *tensors: Any) -> None:
        """Keep these tensors for jvp."""
        self._for_forward = tensors

    def mark_dirty(self, *tensors: Any) -> None:
        """Say that forward changed these arguments in place; each must be among the outputs."""
        self._dirty = tensors

    def mark_non_differentiable(self, *tensors: Any) -> None:
        """Say that these outputs have no derivative; backward still gets a gradient for each (zeros)."""
        self._constant = tensors

    def set_materialize_grads(self, value: bool) -> None:
        """Whether backward gets zeros (the default) or None for outputs that nothing depends on."""
        self.materialize_grads = bool(value)

    @property
    def needs_input_grad(self) -> tuple[bool, ...]:
        """For each argument of apply, whether its gradient is wanted."""
        for record, wanted in reversed(_running.calls):
            if record[3] is self:
                return wanted
        return self._needs

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """The saved tensors, inside backward; GradientError when the graph was freed."""
        for record, _ in reversed(_running.calls):
            if record[3] is self:
                saved, walk = _saved(record), current_walk()
                if walk is None or walk.create or not modes.state.levels:
                    return saved
                # the mode is on for tapes at lower levels; on this one the walk is not recorded
                return tuple([None if t is None else wrap(memory.load(t)) for t in saved])
        if self._to_save:
            return self._to_save
        raise errors.GradientError("ctx.saved_tensors can be read inside backward, or from y.grad_fn.saved_tensors")

    @property
    def saved_variables(self) -> tuple[Any, ...]:
        """An old name of `saved_tensors`."""
        return self.saved_tensors


class _FunctionRule(Rule):
    """The rule of one Function class, under the annotation of each call."""

    stop = 0
    keep = size = 4
    module = __name__

    def __init__(self, name: str) -> None:
        self.name = name

    def outputs(self, node: list[Any]) -> tuple[Aval | None, ...] | None:
        return node[3]._outputs if node[3]._several else None

    def given(self, node: list[Any], out: Any) -> Any:
        return node[3]._inputs

    def attribute(self, node: list[Any], name: str) -> Any:
        """What `y.grad_fn.name` is: an attribute of the context."""
        if name in ("saved_tensors", "saved_variables"):
            return _saved(node)
        return getattr(node[3], name)


class _Called(Annotated):
    """One call of a Function."""

    cls: type[Function]

    def partials(self, walk: Any, node: list[Any], ct: Any) -> Any:
        """The cotangents of the tensor arguments, from the user's backward, which runs once a walk."""
        key = (node[1], "user")
        if key in walk.remembered:
            return walk.remembered[key]
        if len(node) < self.size:
            raise errors.GradientError(FREED)
        ctx = node[3]
        walk.must_be_finite(ct)
        shown = [None if c is None else walk.show(c) for c in ([ct[i] for i in range(len(ctx._outputs))]
                                                               if ctx._several else [ct])]
        if ctx.materialize_grads:
            shown = [wrap(np.zeros(a.shape, a.dtype)) if g is None and a is not None else g
                     for g, a in zip(shown, ctx._outputs, strict=True)]
        wanted = [False] * len(ctx._needs)
        for i, p in zip(ctx._tensors, node[2], strict=True):
            wanted[i] = p is not None and (walk.needed is None or p[1] in walk.needed)
        _running.calls.append((node, tuple(wanted)))
        try:
            with walk.user_code():
                grads = (self.cls.backward if self.cls.vjp is Function.vjp else self.cls.vjp)(ctx, *shown)
        finally:
            _running.calls.pop()
        result = walk.remembered[key] = [None if g is None else walk.hide(g) for g in self._checked(ctx, node, grads)]
        return result

    def _checked(self, ctx: FunctionCtx, node: list[Any], grads: Any) -> list[Any]:
        """The gradients of the tensor arguments, fitting them; errors for wrong numbers, types and shapes."""
        name = f"Function {self.name}"
        grads = tuple(grads) if isinstance(grads, (tuple, list)) else (grads,)
        n = len(ctx._needs)
        if len(grads) < n or any([g is not None for g in grads[n:]]):
            raise errors.GradientError(f"{name} returned an incorrect number of gradients (expected {n}, "
                                       f"got {len(grads)})")
        made: list[Any] = []
        for i, g in enumerate(grads[:n]):
            if i not in ctx._tensors:
                if g is not None:
                    raise errors.GradientError(f"{name} returned a gradient different from None at position {i + 1}, "
                                               "but the corresponding forward input was not a Variable")
                continue
            place = ctx._tensors.index(i)
            own = ctx._inputs[place]
            if g is None or own is None or node[2][place] is None:
                made.append(None)
                continue
            if not isinstance(g, TensorBase):
                raise errors.DtypeError(f"{name}: expected Variable or None (got {type(g).__name__}) at index {i}")
            shape = memory.peek(g).shape
            if shape != own.shape and not _expands(own.shape, shape):
                raise errors.ShapeError(f"{name} returned an invalid gradient at index {i} - got {list(shape)} but "
                                        f"expected shape compatible with {list(own.shape)}")
            if memory.load(g) is not getattr(g, "_a", None):  # memory that foreign code can write
                g = wrap(memory.load(g), memory.load_node(g))
            made.append(fit(g, own.shape, own.dtype) if shape != own.shape else cast(g, own.dtype))
        return made


def _expands(shape: tuple[int, ...], wide: tuple[int, ...]) -> bool:
    """Whether a value of `shape` broadcasts to `wide`."""
    return len(shape) <= len(wide) and all([n in (1, m) for n, m in zip(shape[::-1], wide[::-1], strict=False)])


def _saved(record: list[Any]) -> tuple[Any, ...]:
    """The saved tensors of a Function's node, with their history."""
    ctx = record[3]
    if len(record) < record[0].size:
        raise errors.GradientError(FREED)
    made: list[Any] = []
    for array, origin in zip(unpacked(record[4:]), ctx._origins, strict=True):
        node = origin
        if array is None:
            made.append(None)
            continue
        if type(origin) is tuple:
            kind, i = origin
            node = record[2][i] if kind == "input" else [PICK, next_seq(), record, i] if ctx._several else record
        if node is not None and bare_rule(node) is LEAF:
            leaf = node[2]()
            if leaf is not None and getattr(leaf, "_a", None) is array:
                made.append(leaf)
                continue
        made.append(wrap(array, node))
    return tuple(made)


class Function:
    """A derivative of one's own: a subclass states `forward` and `backward`, and is used by `apply`.

    `forward(ctx, *args)` computes on tensors, unrecorded; `backward(ctx, *grads)` gets a gradient for each output and
    returns one for each argument, None where there is none. Alternatively `forward(*args)` computes and
    `setup_context(ctx, inputs, output)` saves. A backward written with tensor operations can itself be differentiated.

    >>> import adjoint as ad
    >>> class Square(ad.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x * x
    ...     @staticmethod
    ...     def backward(ctx, grad):
    ...         x, = ctx.saved_tensors
    ...         return 2 * x * grad
    >>> x = ad.tensor(3., requires_grad=True)
    >>> Square.apply(x).backward()
    >>> x.grad
    tensor(6.)
    """

    generate_vmap_rule = False
    at_any_level = False  # forward is ordinary code, right on the values of any transform as it stands

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise errors.GradientError(f"{type(self).__name__} is not called but applied: use "
                                   f"{type(self).__name__}.apply(...), with static methods forward and backward")

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """The result on the arguments `(ctx, *args)`, or `(*args)` where `setup_context` is stated."""
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        """Save in ctx what backward needs of the inputs and the output."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """The gradients of the arguments, from those of the outputs."""
        raise NotImplementedError("You must implement either the backward or vjp method for your custom "
                                  "autograd.Function to use it with backward mode AD.")

    vjp = backward

    @staticmethod
    def jvp(ctx: Any, *grad_inputs: Any) -> Any:
        """The tangents of the outputs, from those of the arguments: for forward mode."""
        raise NotImplementedError("You must implement the jvp function for custom autograd.Function to use it with "
                                  "forward mode AD.")

    @staticmethod
    def vmap(info: Any, in_dims: Any, *args: Any) -> Any:
        """(output, out_dims) for stacked arguments: `in_dims` says which dimension of each counts examples, or None."""
        raise NotImplementedError("vmap is not implemented")

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """What forward returns, recorded as one step whose derivative is backward."""
        ctx = FunctionCtx()
        split = cls.setup_context is not Function.setup_context
        if split and kwargs:
            bound = inspect.signature(cls.forward).bind(*args, **kwargs)
            bound.apply_defaults()
            args, kwargs = bound.args, {}
        elif kwargs:
            raise TypeError(f"{cls.__name__}.apply() takes no keyword arguments")
        tensors = [(i, t) for i, t in enumerate(args) if isinstance(t, TensorBase)]
        ctx._tensors = tuple([i for i, _ in tensors])
        nodes = tuple([memory.load_node(t) for _, t in tensors])
        by_place = dict(zip(ctx._tensors, nodes, strict=True))
        ctx._needs = tuple([by_place.get(i) is not None for i in range(len(args))])
        recording = modes.state.grad and any(ctx._needs)
        ctx._inputs = tuple([Aval((a := memory.peek(t)).shape, a.dtype) for _, t in tensors])
        level = highest(args) if modes.word and not cls.at_any_level else None
        if level is not None and (level.ambient or not recording):
            return lowered(cls, args, level)
        with modes.mode(grad=False, observer=None):
            if level is not None:
                with modes.mode(grad=True):  # for what the values of the level may be made of
                    output = lowered(cls, cut(args, level), level)
                if split:
                    cls.setup_context(ctx, args, output)
                else:
                    cls.forward(ctx, *args)
            elif split:
                output = cls.forward(*args)
                cls.setup_context(ctx, args, output)
            else:
                output = cls.forward(ctx, *args)
        result = _recorded(cls, ctx, [t for _, t in tensors], nodes, output) if recording else output
        ctx._to_save = ctx._for_forward = ctx._dirty = ctx._constant = ()
        if modes.word and modes.state.observer is not None:
            modes.state.observer(cls, args, {}, result)
        return result


class InplaceFunction(Function):
    """A Function that is told on construction whether it works in place (an old form; `mark_dirty` is what counts).

    >>> import adjoint as ad
    >>> ad.autograd.function.InplaceFunction(inplace=True).inplace
    True
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace


@cache
def _rule(name: str) -> _FunctionRule:
    return _FunctionRule(name)


def _recorded(cls: type[Function], ctx: FunctionCtx, inputs: list[TensorBase], nodes: tuple[Any, ...],
              output: Any) -> Any:
    """The outputs of one call, tracked."""
    outputs = output if isinstance(output, tuple) else (output,)
    ctx._several = isinstance(output, tuple)
    dirty = {id(t) for t in ctx._dirty}
    for t in ctx._dirty:
        if not any([t is o for o in outputs]):
            raise errors.GradientError(f"{cls.__name__}: a tensor given to mark_dirty is not among the outputs; "
                                       "return it from forward")
    constant = {id(t) for t in ctx._constant}
    ctx._outputs = tuple([Aval((a := memory.peek(o)).shape, a.dtype) if isinstance(o, TensorBase) else None
                          for o in outputs])
    called = _Called(_rule(cls.__name__ + "Backward"))
    called.cls = cls
    node: list[Any] = [called, next_seq(), nodes, ctx]
    origins: list[Any] = []
    for t in ctx._to_save:
        node.append(None if t is None else memory.load(t))
        origins.append(None if t is None else _origin(t, inputs, outputs, constant))
    ctx._origins = tuple(origins)
    called.size = len(node)
    if modes.word and (modes.state.anomaly or modes.state.pack_hooks):
        annotate_new(node)
    made: list[Any] = []
    for i, o in enumerate(outputs):
        if not isinstance(o, TensorBase):
            made.append(o)
            continue
        fixed = id(o) in constant or memory.peek(o).dtype.kind in "biu"
        own = None if fixed else [PICK, next_seq(), node, i] if ctx._several else node
        given = any([o is t for t in inputs])
        if id(o) in dirty:
            if own is not None:
                _rebase(o, own)
            made.append(o)
        elif given or hasattr(o, "_v") or getattr(o, "_n", None) is not None:
            # A tensor of its own on the same array: a write to either copies first, so neither sees the other's.
            made.append(wrap(memory.load(o), own))
        else:
            o._n = own
            made.append(o)
    return tuple(made) if ctx._several else made[0]


def _rebase(t: TensorBase, node: list[Any]) -> None:
    """Give `t`, which forward changed in place, this node; its base and other views differentiate through it."""
    writes.check_writable(t)
    writes.write(t, writes.WHOLE, memory.load(t), node)
    memory.view_info(t)[0].version -= 1  # forward's own write was counted


def _origin(t: TensorBase, inputs: list[TensorBase], outputs: tuple[Any, ...], constant: set[int]) -> Any:
    """Where a saved tensor's history comes from: an output of this call, an argument, or its own node."""
    for i, o in enumerate(outputs):
        if o is t:
            return None if id(o) in constant else ("output", i)
    for i, x in enumerate(inputs):
        if x is t:
            return ("input", i)
    return memory.load_node(t)


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """A backward whose result cannot be differentiated again; trying to is an error rather than a silent zero.

    >>> import adjoint as ad
    >>> class Floor(ad.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         return ad.floor(x)
    ...     @staticmethod
    ...     @ad.autograd.function.once_differentiable
    ...     def backward(ctx, grad):
    ...         return grad
    >>> x = ad.tensor(1.7, requires_grad=True)
    >>> ad.autograd.grad(Floor.apply(x), x)
    (tensor(1.),)
    """

    @wraps(backward)
    def once(ctx: Any, *grads: Any) -> Any:
        with modes.mode(grad=False):
            result = backward(ctx, *grads)
        if not modes.state.grad:
            return result
        tracked = [memory.load_node(g) for g in grads if isinstance(g, TensorBase)]
        tracked += [memory.load_node(t) for t in ctx.saved_tensors if t is not None]
        tracked = [n for n in tracked if n is not None]
        if not tracked:
            return result
        several = isinstance(result, tuple)
        made = tuple([wrap(memory.load(g), [_ONCE, next_seq(), tuple(tracked)]) if isinstance(g, TensorBase) else g
                      for g in (result if several else (result,))])
        return made if several else made[0]

    return once


class _Once(Rule):
    """[ONCE, seq, (parents...)]: a gradient that must not be differentiated."""

    name = "DelayedError"
    stop = 0
    keep = size = 3

    def vjp(self, node: list[Any], ct: Any, times: Any) -> Any:
        raise errors.GradientError("trying to differentiate twice a function that was marked with @once_differentiable")


_ONCE = _Once()
