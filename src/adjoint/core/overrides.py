"""Types that answer for themselves: `__torch_function__` of foreign types and of Tensor subclasses.

Ops meet such operands at the general door, since no fast path takes them: tensors of a subclass give results of that
subclass; a type with a `__torch_function__` of its own is asked. Whole functions ask it too, once anybody can
(adjoint.overrides): a program without such types pays nothing.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from .tensor import TensorBase, faces

# Types that never override; adjoint._tensor adds Tensor. A set lookup costs 20 ns an operand at the general door.
plain: set[type] = {np.ndarray, int, float, bool, complex, type(None), TensorBase}
_HOLDERS = (list, tuple, dict)  # never plain: what they hold may answer


class _Off(threading.local):
    depth = 0


_off = _Off()


@contextmanager
def disabled() -> Iterator[None]:
    """A block in which no operand is asked: what the default `__torch_function__` runs the function in."""
    _off.depth += 1
    try:
        yield
    finally:
        _off.depth -= 1


def overrides(x: Any) -> bool:
    """Whether the operand's type answers for itself now: a Tensor subclass, or a type with `__torch_function__`."""
    cls = type(x)
    if getattr(cls, "__torch_function__", None) is None:
        if cls.__module__ in ("builtins", "numpy") and cls not in _HOLDERS:
            plain.add(cls)
        return False
    return not _off.depth and cls is not faces.tensor


def asks(cls: type) -> bool:
    """Whether the type's `__torch_function__` is its own, not a tensor's."""
    own = getattr(cls, "__torch_function__", None)
    return own is not None and getattr(own, "__func__", own) is not faces.tensor.__torch_function__.__func__  # type: ignore[attr-defined]


def asked(args: Iterable[Any]) -> list[Any]:
    """The arguments to ask, one of each type: subclasses before their bases, otherwise from left to right."""
    found: list[Any] = []
    for x in args:
        cls = type(x)
        if cls in plain or not overrides(x) or any([type(y) is cls for y in found]):
            continue
        at = next((i for i, y in enumerate(found) if issubclass(cls, type(y))), len(found))
        found.insert(at, x)
    return found


def ask(function: Callable[..., Any], who: list[Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What the first of `who` that knows how makes of function(*args, **kwargs); TypeError if none does."""
    types = tuple([type(x) for x in who])
    for cls in types:
        result = cls.__torch_function__(function, types, args, kwargs)
        if result is not NotImplemented:
            return result
    raise TypeError(f"no implementation found for {function.__name__!r} on types that implement __torch_function__: "
                    f"{[t.__name__ for t in types]}")


def install() -> Any:
    """Let whole functions ask from now on; the module that does it comes back."""
    public = importlib.import_module("adjoint.overrides")
    public.install()
    return public


def ask_op(call: Callable[..., Any], name: str, operands: tuple[Any, ...], params: dict[str, Any],
           variadic: bool) -> Any:
    """What the operands make of an op: the public function of that name, if there is one that takes the same."""
    who = asked(operands)
    own = any([asks(type(x)) for x in who])
    if own:
        public = install()
        if not params:
            call = public.function_of(name) or call
    return ask(call, who, (list(operands),) if variadic else operands, params)


def converted(result: Any, cls: type) -> Any:
    """The result with plain tensors (in tuples and lists too) as tensors of the subclass."""
    if type(result) is faces.tensor:
        t: Any = object.__new__(cls)
        for slot in ("_a", "_n", "_s", "_v"):
            try:
                setattr(t, slot, getattr(result, slot))
            except AttributeError:
                continue  # unset slots mean something: they stay unset
        if hasattr(t, "_v"):
            t._v[0].enter(t)
        return t
    if isinstance(result, tuple):
        items = [converted(r, cls) for r in result]
        return type(result)(*items) if hasattr(result, "_fields") else type(result)(items)
    return [converted(r, cls) for r in result] if type(result) is list else result
