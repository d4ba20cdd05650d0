"""`__torch_function__` for whole functions, and what PyTorch's `torch.overrides` offers to those who write such types.

A public function must ask its arguments before it looks at them, yet must cost nothing while nobody can answer. So the
functions are as they were written until a type that answers appears: a Tensor subclass that defines
`__torch_function__`, or such an operand of an operator or an elementwise function, or one named to `announce`. Then
each function gets, in place, an entrance that asks first; the function objects stay the same.

"In place" means that the function's `__code__` is exchanged, once. What is simpler does not serve:
- a decorator that asks takes 110 ns of every call of every program, and stands between an editor and the function;
- wrappers put under the public names miss the names that a program has imported before;
- dispatch meets foreign operands too late: a function has read shapes and dtypes of its arguments by then, and would
  hand its parts to the type, not itself.
Signature, defaults, docstring, file and line stay those of the function; its own code runs when nobody answers.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import threading
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any

from . import functions
from ._tensor import Tensor
from .core import overrides
from .core.tensor import TensorBase

__all__ = ["announce", "handle_torch_function", "has_torch_function", "is_tensor_like"]

# Modules of functions that make something of no tensor, or are no functions of tensors.
_LEFT_ALONE = {"arguments", "creation", "printing", "serialization", "size", "subclasses", "writing"}
_OP_NAMES = {"absolute": "abs", "divide": "div", "equal": "eq", "floor_divide": "floor_divide", "greater": "gt",
             "greater_equal": "ge", "less": "lt", "less_equal": "le", "multiply": "mul", "negative": "neg",
             "not_equal": "ne", "power": "pow", "subtract": "sub"}
_lock = threading.Lock()
_installed = False
_functions: dict[str, Callable[..., Any]] = {}


def announce(*types: type) -> None:
    """None; from now on the public functions ask arguments of these foreign types.

    A foreign type that is first seen by an operator or an elementwise function announces itself.

    >>> import adjoint as ad
    >>> class Answer:
    ...     @classmethod
    ...     def __torch_function__(cls, func, types, args=(), kwargs=None):
    ...         return func.__name__
    >>> ad.overrides.announce(Answer)
    >>> ad.mean(Answer())
    'mean'
    """
    for cls in types:
        if getattr(cls, "__torch_function__", None) is None:
            raise TypeError(f"announce: {cls.__name__} has no __torch_function__")
    install()


def has_torch_function(relevant_args: Iterable[Any]) -> bool:
    """True if one of the arguments answers for itself.

    >>> import adjoint as ad
    >>> ad.overrides.has_torch_function((ad.ones(1), 2))
    False
    """
    return bool(overrides.asked(relevant_args))


def handle_torch_function(public_api: Callable[..., Any], relevant_args: Iterable[Any], *args: Any,
                          **kwargs: Any) -> Any:
    """What the relevant arguments make of public_api(*args, **kwargs): for functions of one's own.

    >>> import adjoint as ad
    >>> def double(x):
    ...     if ad.overrides.has_torch_function((x,)):
    ...         return ad.overrides.handle_torch_function(double, (x,), x)
    ...     return x * 2
    >>> double(ad.ones(1))
    tensor([2.])
    """
    return overrides.ask(public_api, overrides.asked(relevant_args), args, kwargs)


def is_tensor_like(inp: Any) -> bool:
    """True for tensors and for what has `__torch_function__`.

    >>> import adjoint as ad
    >>> ad.overrides.is_tensor_like(ad.ones(1)), ad.overrides.is_tensor_like([1.])
    (True, False)
    """
    return isinstance(inp, TensorBase) or hasattr(type(inp), "__torch_function__")


def function_of(op_name: str) -> Callable[..., Any] | None:
    """The public function that is this op."""
    return _functions.get(_OP_NAMES.get(op_name, op_name))


def install() -> None:
    """Give every public function of tensors, and every method, the entrance that asks."""
    global _installed
    with _lock:
        if _installed:
            return
        for info in pkgutil.iter_modules(functions.__path__):
            if info.name in _LEFT_ALONE:
                continue
            module = importlib.import_module(f"{functions.__name__}.{info.name}")
            for name in getattr(module, "__all__", ()):
                f = getattr(module, name)
                if isinstance(f, FunctionType):
                    _functions.setdefault(name, f)
                    _open(f)
        for cls in Tensor.__mro__:
            for name, f in vars(cls).items():
                if isinstance(f, FunctionType) and not name.startswith("_") and f.__module__.startswith("adjoint."):
                    _open(f)
        _installed = True


class _Entrance:
    """What runs in the function's place: it asks the arguments, or calls the function as it was written."""

    __slots__ = ("function", "written")

    def __init__(self, function: FunctionType, written: FunctionType) -> None:
        self.function = function
        self.written = written

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        for x in (*args, *kwargs.values()):
            if type(x) not in overrides.plain:
                relevant = [v for y in (*args, *kwargs.values())
                            for v in (y if type(y) in (list, tuple) else (y,))]
                who = overrides.asked(relevant)
                if any([overrides.asks(type(w)) for w in who]):
                    return overrides.ask(self.function, who, args, kwargs)
                break
        return self.written(*args, **kwargs)


_HERE = 16117  # stands in the template for the entrance, which takes its place among the constants of the code


def _template(*args: Any, **kwargs: Any) -> Any:
    entrance: Any = 16117
    return entrance(args, kwargs)


def _open(f: FunctionType, public: FunctionType | None = None) -> None:
    """Put the entrance into the function itself, so that every name for it, wherever it was imported, has it.

    A closure is left as it is: its ops ask for themselves. One that stands before a function for speed
    (core.fast.at_once) hands it whatever is no plain tensor: there the entrance goes, and asks about the closure.
    """
    if hasattr(f, "beyond"):
        return _open(f.beyond, f)
    code = f.__code__
    if code.co_freevars or any([isinstance(c, _Entrance) for c in code.co_consts]):
        return
    written = FunctionType(code, f.__globals__, f.__name__, f.__defaults__, None)
    written.__kwdefaults__ = f.__kwdefaults__
    f.__signature__ = inspect.signature(f)  # type: ignore[attr-defined]
    entrance = _Entrance(public or f, written)
    f.__code__ = _template.__code__.replace(
        co_consts=tuple([entrance if c == _HERE else c for c in _template.__code__.co_consts]),
        co_name=code.co_name, co_qualname=code.co_qualname, co_filename=code.co_filename,
        co_firstlineno=code.co_firstlineno)
