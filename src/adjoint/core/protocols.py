"""How NumPy finds us: `__array_ufunc__` and `__array_function__` look the function up among the ops."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from .. import errors
from . import memory, modes, registry
from .dispatch import run_quiet, user_line
from .levels import Box, made
from .tensor import TensorBase, wrap


def array_ufunc(tensor: Any, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """What NumPy calls for a ufunc with a tensor among its arguments."""
    call = registry.by_function.get(ufunc) if method == "__call__" and not kwargs else None
    if call is None:
        return registry.numpy_family("ufuncs").run(ufunc, method, inputs, kwargs)
    return call(*inputs)


def array_function(func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], like: Any = None) -> Any:
    """What NumPy calls for any other function with a tensor among its arguments; `like`, one of the tensors."""
    if not registry.complete:
        registry.numpy_family("ufuncs")
    call = registry.by_function.get(func)
    if call is None:
        return without_rule(func, args, kwargs)
    op = getattr(call, "op", None)
    if op is None:
        out = call(*args, **kwargs)
        if type(out) is np.ndarray and like is not None and hasattr(call, "makes"):
            return made(wrap(out, None, type(like)))
        return out
    operands = max(1, op.arity or 1) if op.kind not in ("bilinear", "custom") else len(args)
    if len(args) > operands:
        names = _parameter_names(func)
        kwargs = {**dict(zip(names[operands:], args[operands:], strict=False)), **kwargs}
        args = args[:operands]
    return call(*args, **{k: _kept(v) for k, v in kwargs.items()})


def _kept(param: Any) -> Any:
    """A parameter as a node may keep it: the program may change its arrays and lists before backward."""
    if isinstance(param, list):
        return tuple([_kept(v) for v in param])
    return param.copy() if isinstance(param, np.ndarray) else param


@cache
def _parameter_names(func: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(func).parameters)


def without_rule(func: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    """The function on plain arrays, if nothing that it gets is tracked; MissingRule otherwise, never a silent zero."""
    name = getattr(func, "__name__", str(func))

    def bare(x: Any) -> Any:
        if isinstance(x, TensorBase):
            if modes.state.grad and memory.load_node(x) is not None:
                from .bare import instead

                raise errors.MissingRule(f"{name} has no derivative rule, and its argument requires grad "
                                         f"({user_line()}); use {instead()}adjoint.stop_gradient(x) if no derivative "
                                         "is "
                                         "wanted")
            return bare(memory.load(x))
        if isinstance(x, Box):
            if x.moves:
                raise errors.MissingRule(f"{name} has no rule for a value under {x.level.name} ({user_line()}); "
                                         "compute it "
                                         "outside, or with functions that have one")
            return bare(x.plain())
        if type(x) in (list, tuple):
            return type(x)([bare(v) for v in x])
        return x

    out = run_quiet(func, *[bare(x) for x in args], **{k: bare(v) for k, v in kwargs.items()})
    if isinstance(out, (tuple, list)):
        return type(out)([wrap(o) if isinstance(o, (np.ndarray, np.generic)) else o for o in out])
    return wrap(out) if isinstance(out, (np.ndarray, np.generic)) else out
