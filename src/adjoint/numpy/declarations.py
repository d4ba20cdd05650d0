"""What a NumPy function is, beyond differentiable: constant, about shapes, writing, or refused with a remedy.

`coverage.py` reads these declarations into the table of all functions.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from .. import errors
from ..core import registry
from ..core.dispatch import user_line
from ..core.registry import speaks
from .arguments import Call, deliver, faced, is_tracked, plain


def constant(*functions: Call) -> None:
    """Declare NumPy functions whose results have no derivative: indices, counts, truth values, bins."""
    for f in functions:
        speaks(f)(_on_numbers(f, "constant"))


def plainly(*functions: Call) -> None:
    """Declare NumPy functions that are not about values: they look at shapes and dtypes, print or save."""
    for f in functions:
        speaks(f)(_on_numbers(f, "plain"))


def _on_numbers(function: Call, role: str) -> Call:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        out = kwargs.pop("out", None)
        result = function(*plain(args), **plain(kwargs))
        result = faced(result, [*args, *kwargs.values()]) if role == "constant" else result
        return deliver(result, out)

    call.role = role  # type: ignore[attr-defined]
    return call


def role(name: str) -> Callable[[Call], Call]:
    """Decorator: mark what a call is ("constant", "plain", "write"), where its form does not show it."""

    def mark(call: Call) -> Call:
        call.role = name  # type: ignore[attr-defined]
        return call

    return mark


def makes(*functions: Call) -> None:
    """Declare registered NumPy functions to make arrays that traced values may be written into, given like= one."""
    for f in functions:
        registry.by_function[f].makes = True  # type: ignore[attr-defined]


def refuse(function: Call, remedy: str) -> None:
    """Declare a NumPy function that refuses tracked values, and what to use instead; untracked ones are computed."""
    name = f"{function.__module__}.{function.__name__}".replace("numpy", "np", 1)

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if is_tracked([*args, *kwargs.values()]):
            raise errors.MissingRule(f"{name} has no derivative here ({user_line()}): {remedy}")
        return faced(function(*plain(args), **plain(kwargs)), [*args, *kwargs.values()])

    call.role = "refused"  # type: ignore[attr-defined]
    call.remedy = remedy  # type: ignore[attr-defined]
    registry.by_function[function] = call
