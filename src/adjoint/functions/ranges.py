"""Tensors of regularly spaced numbers: arange, range, linspace, logspace."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import dtypes, memory
from ..core.tensor import TensorBase, wrap
from .creation import created
from .placement import check_place
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["arange", "range", "linspace", "logspace"]


def _number(value: Any) -> Any:
    return value.item() if isinstance(value, (TensorBase, np.generic, np.ndarray)) else value  # type: ignore[union-attr]


def _placed(array: Any, out: Any, requires_grad: bool) -> Any:
    return created(array, requires_grad) if out is None else deliver(wrap(array), out)


def arange(
    start: Any = None,
    end: Any = None,
    step: Any = 1,
    *,
    out: Tensor | None = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers start, start + step, ... below `end`: `arange(end)`, `arange(start, end)`, `arange(start, end, step)`.

    int64 if all three are integers, else the default dtype.

    >>> import adjoint as ad
    >>> ad.arange(5), ad.arange(1, 2, 0.5)
    (tensor([0, 1, 2, 3, 4]), tensor([1.0000, 1.5000]))
    """
    check_place("arange", layout, device, pin_memory)
    if end is None:
        if start is None:
            raise TypeError("arange() missing 1 required argument: 'end'")
        start, end = 0, start
    start, end, step = _number(0 if start is None else start), _number(end), _number(step)
    _check_step(start, end, step)
    numbers = (start, end, step)
    whole = all([isinstance(n, (int, np.integer)) for n in numbers])
    if dtype is None:
        dtype = memory.peek(out).dtype if out is not None else dtypes.int64 if whole else dtypes.default()
    target = dtypes.as_dtype(dtype)
    if target.category == dtypes.INT:
        count = math.ceil((end - start) / step)
        start, end, step = int(start), int(end), int(step)
        _check_step(start, end, step)
        if not whole and target is not dtypes.int64:  # PyTorch counts before it cuts the fractions, but for int64
            end = start + count * step
        whole = True
    if whole:
        array = np.arange(start, end, step)
    else:
        array = start + np.arange(math.ceil((end - start) / step)) * float(step)
    return _placed(array.astype(target.numpy), out, requires_grad)


def _check_step(start: Any, end: Any, step: Any) -> None:
    if step == 0:
        raise errors.RangeError("step must be nonzero")
    if not (math.isfinite(start) and math.isfinite(end)):
        raise errors.RangeError(f"unsupported range: {start} -> {end}")
    if (end - start) * step < 0:
        raise errors.RangeError(f"upper bound and lower bound inconsistent with step sign: {start} to {end} by {step}")


def range(
    start: Any = 0,
    end: Any = None,
    step: Any = 1,
    *,
    out: Tensor | None = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """The numbers start, start + step, ... up to `end`, which is included; PyTorch deprecates it for `arange`.

    >>> import adjoint as ad
    >>> ad.range(1, 3)
    tensor([1., 2., 3.])
    """
    check_place("range", layout, device, pin_memory)
    if end is None:
        start, end = 0, start
    start, end, step = _number(start), _number(end), _number(step)
    _check_step(start, end, step)
    array = start + np.arange(math.floor((end - start) / step) + 1) * step
    return _placed(
        array.astype(dtypes.default().numpy if dtype is None else dtypes.as_dtype(dtype).numpy), out, requires_grad
    )


def linspace(
    start: Any,
    end: Any,
    steps: int = 100,
    *,
    out: Tensor | None = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """`steps` evenly spaced numbers from `start` to `end`, both included.

    >>> import adjoint as ad
    >>> ad.linspace(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    check_place("linspace", layout, device, pin_memory)
    start, end = _number(start), _number(end)
    target = _range_dtype(dtype, out, start, end)
    return _placed(_spaced(start, end, steps, target, "linspace").astype(target.numpy), out, requires_grad)


def logspace(
    start: Any,
    end: Any,
    steps: int = 100,
    base: float = 10.0,
    *,
    out: Tensor | None = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """`steps` numbers from base**start to base**end, evenly spaced on a logarithmic scale.

    >>> import adjoint as ad
    >>> ad.logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    check_place("logspace", layout, device, pin_memory)
    start, end = _number(start), _number(end)
    target = _range_dtype(dtype, out, start, end)
    exponents = _spaced(start, end, steps, target, "logspace")
    with np.errstate(all="ignore"):
        return _placed(np.power(base, exponents).astype(target.numpy), out, requires_grad)


def _range_dtype(dtype: Any, out: Any, *ends: Any) -> dtypes.DType:
    if dtype is not None:
        return dtypes.as_dtype(dtype)
    if out is not None:
        return dtypes.of(memory.peek(out).dtype)
    return dtypes.default().to_complex() if any([isinstance(e, complex) for e in ends]) else dtypes.default()


def _spaced(start: Any, end: Any, steps: Any, target: dtypes.DType, name: str) -> Any:
    """Counted from the nearer end, so that both ends and the middle are exact."""
    steps = int(steps)
    if steps < 0:
        raise errors.RangeError(f"{name}: number of steps must be non-negative, got {steps}")
    if target.category == dtypes.INT:
        start, end = int(start), int(end)
    if steps == 1:
        return np.array([start])
    i = np.arange(steps)
    step = (end - start) / max(1, steps - 1)
    values = np.where(i < steps / 2, start + step * i, end - step * (steps - 1 - i))
    return values
