"""Comparing, for tests: values by `assert_close`, derivatives by `check_grads` and finite differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ._check_grads import check_grads as check_grads
from .core import dtypes, memory, modes
from .core.tensor import TensorBase, wrap

__all__ = ["assert_close", "check_grads", "numerical_jacobian"]

_TOLERANCES = {  # dtype: (relative, absolute)
    "float16": (1e-3, 1e-5), "bfloat16": (1.6e-2, 1e-5), "float32": (1.3e-6, 1e-5), "float64": (1e-7, 1e-7),
    "complex64": (1.3e-6, 1e-5), "complex128": (1e-7, 1e-7),
}


def assert_close(actual: Any, expected: Any, *, allow_subclasses: bool = True, rtol: float | None = None,
                 atol: float | None = None, equal_nan: bool = False, check_device: bool = True,
                 check_dtype: bool = True, check_layout: bool = True, check_stride: bool = False,
                 msg: str | Callable[[str], str] | None = None) -> None:
    """None if |actual - expected| <= atol + rtol * |expected| everywhere; AssertionError that says where it is not.

    Tensors, arrays, numbers, and sequences and mappings of them are compared, with the same shape and (unless
    `check_dtype=False`) dtype. Tolerances are given together or not at all: then they follow the dtype (float32:
    1.3e-6 and 1e-5; float64: 1e-7 and 1e-7; integers: 0).

    >>> import adjoint as ad
    >>> ad.testing.assert_close(ad.tensor([1., 2.]), ad.tensor([1., 2.000001]))
    >>> ad.testing.assert_close(1.0, 1.5)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    AssertionError: Scalars are not close!
    ...
    """
    if (rtol is None) != (atol is None):
        raise ValueError(f"rtol and atol must both be specified or both be unspecified, got {rtol} and {atol}")
    report = _difference(actual, expected, "", rtol, atol, equal_nan, check_dtype, allow_subclasses, check_stride)
    if report is not None:
        raise AssertionError(report if msg is None else msg(report) if callable(msg) else msg)


def _difference(a: Any, b: Any, place: str, rtol: float | None, atol: float | None, equal_nan: bool, check_dtype: bool,
                subclasses: bool, check_stride: bool) -> str | None:
    """What is wrong, or None."""
    at = f"\n\nThe failure occurred for item {place}" if place else ""
    rest = (rtol, atol, equal_nan, check_dtype, subclasses, check_stride)
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        if set(a) != set(b):
            more, fewer = sorted(map(str, set(a) - set(b))), sorted(map(str, set(b) - set(a)))
            return f"The keys of the mappings do not match:\nactual only: {more}\nexpected only: {fewer}{at}"
        return next((r for k in a if (r := _difference(a[k], b[k], f"{place}[{k!r}]", *rest))), None)
    if _is_sequence(a) and _is_sequence(b):
        if len(a) != len(b):
            return f"The length of the sequences mismatch: {len(a)} != {len(b)}{at}"
        return next((r for i, (v, w) in enumerate(zip(a, b, strict=True))
                     if (r := _difference(v, w, f"{place}[{i}]", *rest))), None)
    if a is None and b is None:
        return None
    if not subclasses and type(a) is not type(b):
        raise TypeError(f"expected one type, got {type(a).__name__} and {type(b).__name__}; allow_subclasses=False")
    tensors = isinstance(a, (TensorBase, np.ndarray)) or isinstance(b, (TensorBase, np.ndarray))
    x, y = _array(a), _array(b)
    if tensors and not (isinstance(a, (TensorBase, np.ndarray)) and isinstance(b, (TensorBase, np.ndarray))):
        return f"None of the comparable pairs: a {type(a).__name__} and a {type(b).__name__}{at}"
    if x.shape != y.shape:
        return f"The values for attribute 'shape' do not match: {_size(x)} != {_size(y)}.{at}"
    if tensors and check_dtype and x.dtype != y.dtype:
        return f"The values for attribute 'dtype' do not match: {dtypes.of(x.dtype)!r} != {dtypes.of(y.dtype)!r}.{at}"
    if tensors and check_stride and x.strides != y.strides:
        return f"The values for attribute 'stride()' do not match: {x.strides} != {y.strides}.{at}"
    if rtol is None or atol is None:
        pairs = [_TOLERANCES.get(v.dtype.name, (0.0, 0.0)) for v in (x, y)]
        rtol, atol = max(p[0] for p in pairs), max(p[1] for p in pairs)
    return _compared(x, y, rtol, atol, equal_nan, tensors, at)


def _compared(x: Any, y: Any, rtol: float, atol: float, equal_nan: bool, tensors: bool, at: str) -> str | None:
    if x.dtype.kind in "biu" and y.dtype.kind in "biu" and not (rtol or atol):
        close = x == y
    with np.errstate(all="ignore"):
        wide = np.complex128 if "c" in (x.dtype.kind, y.dtype.kind) else np.float64
        v, w = x.astype(wide), y.astype(wide)
        error = np.abs(v - w)
        if x.dtype.kind not in "biu" or y.dtype.kind not in "biu" or rtol or atol:
            close = (v == w) | (np.isfinite(w) & (error <= atol + rtol * np.abs(w)))
            if equal_nan:
                close |= np.isnan(v) & np.isnan(w)
        if close.all():
            return None
        relative = np.where(w == 0, np.inf, error / np.abs(w))
    limits = f"(up to {atol} allowed)", f"(up to {rtol} allowed)"
    if not tensors:
        return (f"Scalars are not close!\n\nExpected {y.item()} but got {x.item()}.\n"
                f"Absolute difference: {error.item()} {limits[0]}\n"
                f"Relative difference: {relative.item()} {limits[1]}{at}")
    wrong = int((~close).sum())
    lines = [f"Tensor-likes are not {'close' if rtol or atol else 'equal'}!", "",
             f"Mismatched elements: {wrong} / {close.size} ({100 * wrong / close.size:.1f}%)"]
    for name, e, limit in (("absolute", error, limits[0]), ("relative", relative, limits[1])):
        e = np.where(close, -1.0, np.where(np.isnan(e), np.inf, e))
        where = tuple(int(i) for i in np.unravel_index(np.argmax(e), e.shape))
        value = (error if name == "absolute" else relative)[where]
        lines.append(f"Greatest {name} difference: {float(value)} at index {where} {limit}")
    return "\n".join(lines) + at


def _is_sequence(x: Any) -> bool:
    return isinstance(x, Sequence) and not isinstance(x, (str, bytes))


def _array(x: Any) -> Any:
    if isinstance(x, TensorBase):
        return memory.load(x)
    a = np.asarray(x)
    if a.dtype.kind not in "biufcV":
        raise TypeError(f"assert_close compares tensors, arrays and numbers, not {type(x).__name__}: {x!r:.80}")
    return a


def _size(a: Any) -> str:
    return f"adjoint.Size({list(a.shape)})"


def numerical_jacobian(function: Callable[..., Any], inputs: Sequence[Any], index: int = 0,
                       eps: float = 1e-6) -> list[np.ndarray[Any, Any]]:
    """The Jacobian of each output with respect to inputs[index], by central differences: real, float64 matrices.

    Rows are the output's elements, columns the input's; a complex value counts as two real ones, (real, imaginary),
    next to each other. `function` takes tensors and returns a tensor or a tuple of them.

    >>> import adjoint as ad
    >>> [J] = ad.testing.numerical_jacobian(lambda x: x * x, [ad.tensor([1., 3.], dtype=ad.float64)])
    >>> J.round(4)
    array([[2., 0.],
           [0., 6.]])
    """
    inputs = list(inputs)
    base = memory.load(inputs[index]).copy()
    step = as_reals(base)
    columns = []
    for j in range(step.size):
        shift = np.zeros_like(step)
        shift[j] = eps
        columns.append(difference(function, inputs, {index: from_reals(shift, base)}, eps))
    if columns:
        return [np.stack(rows, axis=1) for rows in zip(*columns, strict=True)]
    with modes.mode(grad=False):
        return [np.zeros((as_reals(o).size, 0)) for o in outputs_of(function(*inputs))]


def difference(function: Callable[..., Any], inputs: list[Any], shifts: Mapping[int, np.ndarray[Any, Any]],
               eps: float) -> list[np.ndarray[Any, Any]]:
    """(f(inputs + shifts) - f(inputs - shifts)) / (2 eps) of each output, as a vector of reals."""
    values = []
    with modes.mode(grad=False):
        for sign in (1, -1):
            moved = [x if i not in shifts else _moved(x, sign * shifts[i]) for i, x in enumerate(inputs)]
            values.append([as_reals(o) for o in outputs_of(function(*moved))])
    return [(p - m) / (2 * eps) for p, m in zip(*values, strict=True)]


def _moved(x: Any, shift: Any) -> Any:
    a = memory.load(x)
    t = wrap((a + shift).astype(a.dtype))
    t.requires_grad_(x.requires_grad)
    return t


def outputs_of(result: Any) -> list[Any]:
    """The floating-point and complex tensors of a result, as arrays of their own."""
    results = result if isinstance(result, (tuple, list)) else (result,)
    return [memory.load(t).copy() for t in results if isinstance(t, TensorBase) and memory.peek(t).dtype.kind in "fcV"]


def as_reals(a: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The elements in one float64 vector, real and imaginary part next to each other."""
    if a.dtype.kind == "c":
        return np.ascontiguousarray(a, dtype=np.complex128).reshape(-1).view(np.float64)
    return a.astype(np.float64).reshape(-1)


def from_reals(v: np.ndarray[Any, Any], like: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The inverse of as_reals: an array of the shape of `like`, complex if that is."""
    return (v.view(np.complex128) if like.dtype.kind == "c" else v).reshape(like.shape)
