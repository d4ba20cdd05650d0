"""Checkpointing: keep a function's arguments instead of what its derivative needs, and run it again in backward.

Without `use_reentrant` the values are replaced by numbered slots as the function runs; the first slot that backward
asks for runs it again, and the n-th value that is then saved belongs to the n-th slot. The graph itself is the first
run's, so higher derivatives and captured tensors work as they always do.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np

from ..autograd.function import Function
from ..core import memory, modes
from ..core.levels import Box
from ..core.rng import default_generator
from ..core.tensor import Lent, TensorBase, leaf_node, rare, wrap
from ..errors import AdjointError, GradientError
from ..transforms import gradients
from ..transforms.reverse import current_walk

__all__ = [
    "CheckpointError", "checkpoint", "checkpoint_sequential", "noop_context_fn", "set_checkpoint_debug_enabled",
    "set_checkpoint_early_stop",
]


class CheckpointError(AdjointError, RuntimeError):
    """The second run of a checkpointed function did not save what the first did."""


class _State(threading.local):
    early_stop = True
    debug: bool | None = None


_state = _State()


@contextmanager
def set_checkpoint_early_stop(enable: bool) -> Iterator[None]:
    """A context whose checkpoints stop (the default) or go on when the second run has made all that backward needs.

    >>> from adjoint.utils.checkpoint import set_checkpoint_early_stop
    >>> with set_checkpoint_early_stop(False):
    ...     pass
    """
    before, _state.early_stop = _state.early_stop, enable
    try:
        yield
    finally:
        _state.early_stop = before


@contextmanager
def set_checkpoint_debug_enabled(enabled: bool | None) -> Iterator[None]:
    """A context whose checkpoints list every saved value of both runs when these differ (or as `debug=` says, if None).

    >>> from adjoint.utils.checkpoint import set_checkpoint_debug_enabled
    >>> with set_checkpoint_debug_enabled(True):
    ...     pass
    """
    before, _state.debug = _state.debug, enabled
    try:
        yield
    finally:
        _state.debug = before


def noop_context_fn() -> tuple[AbstractContextManager[Any], AbstractContextManager[Any]]:
    """Two contexts that do nothing: those of the first and of the second run, unless `context_fn` gives others.

    >>> from adjoint.utils.checkpoint import noop_context_fn
    >>> len(noop_context_fn())
    2
    """
    return nullcontext(), nullcontext()


def checkpoint(function: Callable[..., Any], *args: Any, use_reentrant: bool | None = None,
               context_fn: Callable[[], tuple[Any, Any]] = noop_context_fn, determinism_check: str = "default",
               debug: bool = False, early_stop: bool = True, preserve_rng_state: bool = True, **kwargs: Any) -> Any:
    """function(*args, **kwargs), of which backward keeps the arguments only and runs it again for the rest.

    The second run draws the same random numbers (`preserve_rng_state`), and must save values of the same shapes and
    dtypes (CheckpointError, unless `determinism_check="none"`). `use_reentrant=True` is the older way: backward inside
    backward, first derivatives only, positional arguments only.

    >>> import adjoint as ad
    >>> from adjoint.utils.checkpoint import checkpoint
    >>> x = ad.tensor(2., requires_grad=True)
    >>> checkpoint(lambda t: t * t * t, x, use_reentrant=False).backward()
    >>> x.grad
    tensor(12.)
    """
    if determinism_check not in ("default", "none"):
        raise ValueError(f"determinism_check must be 'default' or 'none', not {determinism_check!r}")
    if use_reentrant:
        if kwargs:
            raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
        if context_fn is not noop_context_fn or debug:
            raise ValueError("Passing `context_fn` or `debug` is only supported when use_reentrant=False.")
        if modes.state.grad and not any([isinstance(a, TensorBase) and memory.load_node(a) is not None for a in args]):
            warnings.warn("None of the inputs have requires_grad=True. Gradients will be None", stacklevel=2)
        return CheckpointFunction.apply(function, preserve_rng_state, *args)
    first, second = context_fn()
    if not modes.state.grad or any([isinstance(memory.peek(a), Box) for a in args if isinstance(a, TensorBase)]):
        with first:  # values of a transform cannot be computed again after it has ended: all is kept
            return function(*args, **kwargs)
    frame = _Frame(function, args, kwargs, second, preserve_rng_state, determinism_check == "default",
                   early_stop and _state.early_stop, debug if _state.debug is None else _state.debug)
    with modes.mode(pack_hooks=(*modes.state.pack_hooks, (frame.pack, _Slot.unpack))), first:
        return function(*args, **kwargs)


class _Slot:
    """The place of one saved value."""

    __slots__ = ("frame", "number")

    def __init__(self, frame: _Frame, number: int) -> None:
        self.frame = frame
        self.number = number

    def unpack(self) -> Any:
        """The value, from the second run."""
        return wrap(self.frame.value(self.number))


class _Enough(BaseException):
    """The second run has made all values that are needed; no user's `except Exception` should see this."""


class _Frame:
    """One checkpointed call: what is needed to run it again, and the values that the second run saved."""

    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], context: Any,
                 preserve: bool, check: bool, early_stop: bool, debug: bool) -> None:
        self.function = function
        self.context = context
        self.check, self.early_stop, self.debug = check, early_stop, debug
        self.rng = default_generator.get_state() if preserve else None
        self.args = _frozen((args, kwargs))
        self.known: list[tuple[tuple[int, ...], np.dtype[Any]]] = []  # of each value that the first run saved
        self.values: dict[int, Any] = {}
        self.lock = threading.RLock()

    def pack(self, t: Any) -> _Slot:
        """The slot for a value of the first run."""
        self.known.append((t._a.shape, t._a.dtype))
        return _Slot(self, len(self.known) - 1)

    def value(self, number: int) -> Any:
        """A value of the second run, which happens when one is missing."""
        with self.lock:
            if number not in self.values:
                self._run_again()
            return self.values.pop(number)

    def _run_again(self) -> None:
        found: list[Any] = []

        def collect(t: Any) -> Any:
            found.append(t._a)
            if self.early_stop and len(found) == len(self.known):
                raise _Enough
            return t

        args, kwargs = _thawed(self.args)
        outside = default_generator.get_state() if self.rng is not None else None
        try:
            if self.rng is not None:
                default_generator.set_state(self.rng)
            hooks = (*modes.state.pack_hooks, (collect, lambda t: t))
            with modes.mode(grad=True, pack_hooks=hooks), self.context:
                self.function(*args, **kwargs)
        except _Enough:
            pass
        finally:
            if outside is not None:
                default_generator.set_state(outside)
        again = [(a.shape, a.dtype) for a in found]
        if len(again) != len(self.known) or (self.check and again != self.known):
            raise CheckpointError(self._told(again))
        self.values = dict(enumerate(found))

    def _told(self, again: list[tuple[tuple[int, ...], np.dtype[Any]]]) -> str:
        text = ("checkpoint: the second run of the function did not save the values that the first did "
                f"({len(self.known)} then, {len(again)} now); it must do the same thing twice")
        for i, (a, b) in enumerate(zip(self.known, again, strict=False)):
            if a != b:
                text += f". Value {i} was of shape {a[0]}, {a[1]}, and is of shape {b[0]}, {b[1]}"
                break
        if self.debug:
            text += f"\nfirst:  {self.known}\nsecond: {again}"
        return text


class _Kept:
    """An argument that is a tensor: its array and whether it was tracked."""

    __slots__ = ("array", "cls", "tracked")

    def __init__(self, t: Any) -> None:
        self.array = memory.load(t)
        self.tracked = memory.load_node(t) is not None
        self.cls = type(t)


def _frozen(x: Any) -> Any:
    """The arguments with arrays for tensors and copies of ndarrays, so that later writes are not seen."""
    if isinstance(x, TensorBase):
        return _Kept(x)
    if type(x) is np.ndarray:
        return x.copy()
    if type(x) in (tuple, list):
        return type(x)([_frozen(v) for v in x])
    if type(x) is dict:
        return {k: _frozen(v) for k, v in x.items()}
    return x


def _thawed(x: Any) -> Any:
    """The arguments with leaves of the second run's own."""
    if type(x) is _Kept:
        t = object.__new__(x.cls)
        t._a = x.array
        t._n = leaf_node(t) if x.tracked else None
        if t._n is not None:
            t._n[2] = Lent(t)  # the function may write into its argument, as it may in the first run
        return t
    if type(x) is np.ndarray:
        return x.copy()
    if type(x) in (tuple, list):
        return type(x)([_thawed(v) for v in x])
    if type(x) is dict:
        return {k: _thawed(v) for k, v in x.items()}
    return x


class CheckpointFunction(Function):
    """The older, reentrant way: a Function whose backward runs the function again and calls backward inside."""

    @staticmethod
    def forward(ctx: Any, run: Callable[..., Any], preserve: bool, *args: Any) -> Any:
        """The result, unrecorded."""
        ctx.run, ctx.rng = run, default_generator.get_state() if preserve else None
        ctx.places = [i for i, a in enumerate(args) if isinstance(a, TensorBase)]
        ctx.rest = [None if isinstance(a, TensorBase) else a for a in args]
        ctx.save_for_backward(*[args[i] for i in ctx.places])
        return run(*args)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        """The gradients of the arguments; captured leaves get theirs by the inner backward."""
        walk = current_walk()
        if walk is not None and walk.needed is not None:
            raise GradientError("checkpoint(use_reentrant=True) does not work with autograd.grad() or "
                                "backward(inputs=...); pass use_reentrant=False")
        args = list(ctx.rest)
        for i, t in zip(ctx.places, ctx.saved_tensors, strict=True):
            args[i] = t.detach()
            args[i].requires_grad_(t.requires_grad)
        outside = default_generator.get_state()
        try:
            if ctx.rng is not None:
                default_generator.set_state(ctx.rng)
            with modes.mode(grad=True):
                outputs = ctx.run(*args)
        finally:
            if ctx.rng is not None:
                default_generator.set_state(outside)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        pairs = [(o, g) for o, g in zip(outputs, grads, strict=True)
                 if isinstance(o, TensorBase) and memory.load_node(o) is not None]
        if not pairs:
            raise GradientError("none of output has requires_grad=True, this checkpoint() is not necessary")
        gradients.backward([o for o, _ in pairs], [g for _, g in pairs])
        return (None, None, *[rare(a).grad if isinstance(a, TensorBase) else None for a in args])


def checkpoint_sequential(functions: Any, segments: int, input: Any, use_reentrant: bool | None = None,
                          **kwargs: Any) -> Any:
    """functions[-1](... functions[0](input)), cut into `segments` checkpoints; the last segment runs as it is.

    >>> import adjoint as ad
    >>> from adjoint.utils.checkpoint import checkpoint_sequential
    >>> x = ad.tensor(2., requires_grad=True)
    >>> double = lambda t: t * 2
    >>> checkpoint_sequential([double] * 4, 2, x, use_reentrant=False).backward()
    >>> x.grad
    tensor(16.)
    """
    steps: list[Any] = list(functions.children() if hasattr(functions, "children") else functions)
    preserve = kwargs.pop("preserve_rng_state", True)
    if kwargs:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
    if not 1 <= segments <= max(1, len(steps)):
        raise ValueError(f"segments must lie between 1 and the number of functions ({len(steps)}), not {segments}")
    size = len(steps) // segments
    start = 0
    for _ in range(segments - 1):
        input = checkpoint(_chain(steps[start:start + size]), input, use_reentrant=use_reentrant,
                           preserve_rng_state=preserve)
        start += size
    return _chain(steps[start:])(input)


def _chain(steps: Iterable[Any]) -> Callable[[Any], Any]:
    steps = tuple(steps)

    def run(x: Any) -> Any:
        for step in steps:
            x = step(x)
        return x

    return run
