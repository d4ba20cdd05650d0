"""Whether operations are recorded: `no_grad`, `enable_grad`, `set_grad_enabled`, `inference_mode`.

Each is a context manager and a decorator, of generators too: the mode then holds while the generator runs, not while
its caller does. The state itself is core.modes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from functools import wraps
from typing import Any, ClassVar, TypeVar

from ..core import modes

__all__ = [
    "enable_grad", "inference_mode", "is_grad_enabled", "is_inference_mode_enabled", "no_grad", "set_grad_enabled",
]

F = TypeVar("F", bound=Callable[..., Any])


def is_grad_enabled() -> bool:
    """True while this thread records operations on tensors that require grad.

    >>> import adjoint as ad
    >>> with ad.no_grad():
    ...     ad.is_grad_enabled()
    False
    """
    return modes.state.grad


def is_inference_mode_enabled() -> bool:
    """True inside `inference_mode`.

    >>> import adjoint as ad
    >>> ad.is_inference_mode_enabled()
    False
    """
    return modes.state.inference


class _Mode:
    """A mode as a context manager, which may be entered again (within itself too), and as a decorator."""

    def __init__(self, **changes: bool) -> None:
        self._changes = changes
        self._before: list[Any] = []

    def __enter__(self) -> None:
        self._before.append(modes.set_mode(**self._changes))

    def __exit__(self, *exc: object) -> None:
        modes.set_mode(**self._before.pop())

    def __call__(self, function: F) -> F:
        """The function (or generator function), which runs in this mode."""
        changes = self._changes

        @wraps(function)
        def within(*args: Any, **kwargs: Any) -> Any:
            with modes.mode(**changes):
                return function(*args, **kwargs)

        @wraps(function)
        def stepping(*args: Any, **kwargs: Any) -> Any:
            with modes.mode(**changes):
                generator = function(*args, **kwargs)
            return _stepped(generator, changes)

        return stepping if inspect.isgeneratorfunction(function) else within  # type: ignore[return-value]


def _stepped(generator: Generator[Any, Any, Any], changes: dict[str, bool]) -> Generator[Any, Any, Any]:
    """The generator, each of whose steps runs in the mode."""
    step: Callable[[], Any] = lambda: next(generator)
    while True:
        try:
            with modes.mode(**changes):
                value = step()
        except StopIteration as stop:
            return stop.value
        try:
            sent = yield value
        except GeneratorExit:
            with modes.mode(**changes):
                generator.close()
            raise
        except BaseException as error:
            step = lambda error=error: generator.throw(error)  # type: ignore[misc]
        else:
            step = lambda sent=sent: generator.send(sent)  # type: ignore[misc]


class _BareMode(_Mode):
    """A mode without arguments, which decorates without parentheses too: `@no_grad` and `@no_grad()`."""

    changes: ClassVar[dict[str, bool]]

    def __new__(cls, function: Any = None) -> Any:
        mode = super().__new__(cls)
        if function is None:
            return mode
        _Mode.__init__(mode, **cls.changes)
        return mode(function)

    def __init__(self) -> None:
        super().__init__(**self.changes)


class _GradMode(_BareMode):
    """Recording on or off, and nothing else."""

    def __enter__(self) -> None:
        self._before.append(modes.set_grad(self._changes["grad"]))

    def __exit__(self, *exc: object) -> None:
        modes.set_grad(self._before.pop())


class no_grad(_GradMode):
    """A context in which nothing is recorded: results do not require grad. Also a decorator.

    >>> import adjoint as ad
    >>> x = ad.tensor(2., requires_grad=True)
    >>> with ad.no_grad():
    ...     (x * x).requires_grad
    False
    """

    changes: ClassVar[dict[str, bool]] = {"grad": False}


class enable_grad(_GradMode):
    """A context in which operations are recorded again, inside `no_grad`. Also a decorator.

    >>> import adjoint as ad
    >>> x = ad.tensor(2., requires_grad=True)
    >>> with ad.no_grad(), ad.enable_grad():
    ...     (x * x).requires_grad
    True
    """

    changes: ClassVar[dict[str, bool]] = {"grad": True}


class set_grad_enabled(_Mode):
    """Recording on or off from this call on; as a context manager until the block's end; also a decorator.

    >>> import adjoint as ad
    >>> with ad.set_grad_enabled(False):
    ...     ad.is_grad_enabled()
    False
    >>> ad.is_grad_enabled()
    True
    """

    def __init__(self, mode: bool) -> None:
        super().__init__(grad=bool(mode))
        self.mode = bool(mode)
        self._outside = modes.set_mode(grad=self.mode)  # what the first `with` returns to

    def __enter__(self) -> None:
        before = modes.set_mode(**self._changes)
        self._before.append(before if self._outside is None else self._outside)
        self._outside = None  # type: ignore[assignment]

    def __call__(self, function: F) -> F:
        """The function, which runs in this mode; the caller's mode is what it was before `set_grad_enabled(...)`."""
        if self._outside is not None:
            modes.set_mode(**self._outside)
            self._outside = None  # type: ignore[assignment]
        return super().__call__(function)


class inference_mode(_Mode):
    """A context in which nothing is recorded and results can never take part in a derivative. Also a decorator.

    `inference_mode(False)` is a context in which operations are recorded as usual.

    >>> import adjoint as ad
    >>> with ad.inference_mode():
    ...     y = ad.ones(2, requires_grad=True) * 2
    >>> y.requires_grad
    False
    """

    def __new__(cls, mode: Any = True) -> Any:
        if callable(mode) and not isinstance(mode, bool):
            return cls()(mode)
        return super().__new__(cls)

    def __init__(self, mode: bool = True) -> None:
        super().__init__(inference=bool(mode), grad=not mode)
        self.mode = bool(mode)


class set_multithreading_enabled:
    """A context, or a call, that PyTorch uses to keep backward in one thread. Here it always is: this changes nothing.

    >>> import adjoint as ad
    >>> with ad.autograd.set_multithreading_enabled(False):
    ...     pass
    """

    def __init__(self, mode: bool) -> None:
        self.mode = bool(mode)

    def __enter__(self) -> None:
        return None

    def __exit__(self, *exc: object) -> None:
        return None
