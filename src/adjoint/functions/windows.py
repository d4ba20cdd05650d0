"""Arguments that layers over space share: one number or one for each axis, and inputs with or without a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .. import errors
from ..core import dtypes
from ..ops import structure as st
from .casting import cast


def per_axis(value: Any, n: int, name: str) -> tuple[int, ...]:
    """`value` as n integers: given once for all axes, or one for each."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return (int(value),) * n
    if len(value) == 1:
        return (int(value[0]),) * n
    if len(value) != n:
        raise errors.ShapeError(f"{name} must be one integer or a sequence of {n}, one for each axis, not {value!r}")
    return tuple(int(v) for v in value)


def positive(values: Sequence[int], name: str) -> None:
    """Raise unless every value is at least 1."""
    if any(v < 1 for v in values):
        raise errors.ShapeError(f"{name} must be greater than zero, but got {tuple(values)}")


def rounded_once(f: Callable[..., Any], x: Any, *rest: Any, **how: Any) -> Any:
    """f(x, *rest, **how) in the dtype of x; a half-precision one is computed in float32 and rounded at the end."""
    dtype = x.dtype
    if dtype not in (dtypes.float16, dtypes.bfloat16):
        return f(x, *rest, **how)
    return cast(f(cast(x, dtypes.float32), *rest, **how), dtype)


def with_batch(x: Any, n: int, name: str) -> tuple[Any, bool]:
    """x of n + 2 dimensions, and whether its batch dimension was added because it had none."""
    if x.ndim == n + 2:
        return x, False
    if x.ndim == n + 1:
        return st.expand_dims(x, axis=0), True
    raise errors.ShapeError(
        f"Expected {n + 1}D (unbatched) or {n + 2}D (batched) input to {name}, but got input of size: {list(x.shape)}"
    )


def without_batch(y: Any, added: bool) -> Any:
    """y, less the batch dimension that `with_batch` added."""
    return st.reshape(y, shape=tuple(y.shape[1:])) if added else y
