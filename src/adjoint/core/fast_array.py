"""The short way of an op on Arrays, which the hot path takes where no Tensor is: one or two Arrays, no open level.

NumPy promotes and warns by itself here; what the op returns is looked at instead of what it is given. An op on nothing
tracked gives NumPy's own result. Everything unusual leaves by `general`, as in fast.py, whose tricks these are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import modes
from .memory import adopt
from .rules import REDUCE
from .tensor import Aval, TensorBase, as_data, new, next_seq

Array: Any = TensorBase  # the public class, set by adjoint._array
ndarray, generic = np.ndarray, np.generic
_NUMBERS: dict[np.dtype[Any], dict[float, Any]] = {np.dtype(t): {} for t in (np.float32, np.float64)}


def unary(op: Any, general: Callable[..., Any]) -> Callable[[Any], Any]:
    """An elementwise op of one operand."""
    fn = op.fn
    save_x, save_out = "x" in op.saves, "out" in op.saves

    def call(x: Any) -> Any:
        if type(x) is not Array or modes.word:
            return general(op, (x,), {})
        try:
            a = x._a
            n = x._n
        except AttributeError:
            return general(op, (x,), {})
        if n is None or type(a) is not ndarray or a.dtype.itemsize == 2:
            return general(op, (x,), {})
        z = fn(a)
        if type(z) is not ndarray:
            z = as_data(z)
        if z.dtype is not a.dtype and z.dtype.kind == "c":  # the general door takes the cotangent's real part
            return general(op, (x,), {})
        t = new(Array)
        t._a = z
        if save_x:
            t._n = [op, next_seq(), n, z, a] if save_out else [op, next_seq(), n, a]
        else:
            t._n = [op, next_seq(), n, z] if save_out else [op, next_seq(), n]
        return t

    return call


def number(y: Any, dtype: Any) -> Any:
    """The Python number as a 0-d array of a dtype, kept for the next time."""
    table = _NUMBERS[dtype]
    array = table.get(y)
    if array is None:
        array = np.array(y, dtype)
        array.flags.writeable = False
        if y and y == y and len(table) < 1000:
            table[y] = array
    return array


def binary(op: Any, general: Callable[..., Any], node: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """An elementwise op of two operands of one dtype, one perhaps a number; broadcast if need be."""
    fn = op.fn
    bare = not op.saves

    def call(x: Any, y: Any) -> Any:
        if modes.word:
            return general(op, (x, y), {})
        try:
            if type(x) is Array:
                a = x._a
                n = x._n
                if type(y) is Array:
                    b = y._a
                    m = y._n
                elif type(y) is float or type(y) is int:
                    b, m = number(y, a.dtype), None
                elif type(y) is ndarray:
                    b, m = y if bare else y.copy(), None
                else:
                    return general(op, (x, y), {})
            elif type(y) is Array:
                b = y._a
                m = y._n
                n = None
                if type(x) is float or type(x) is int:
                    a = number(x, b.dtype)
                elif type(x) is ndarray:
                    a = x if bare else x.copy()
                else:
                    return general(op, (x, y), {})
            else:
                return general(op, (x, y), {})
            if a.dtype is not b.dtype or (n is None and m is None) or a.dtype.itemsize == 2:
                return general(op, (x, y), {})
            z = fn(a, b)
        except (AttributeError, KeyError, ValueError, OverflowError):  # boxes and what does not fit
            return general(op, (x, y), {})
        if type(z) is not ndarray:
            z = as_data(z)
        if z.dtype is not a.dtype and z.dtype.kind == "c":
            return general(op, (x, y), {})
        shape = z.shape
        if n is not None and a.shape != shape:
            n = [REDUCE, next_seq(), n, a.shape, a.dtype]
        if m is not None and b.shape != shape:
            m = [REDUCE, next_seq(), m, b.shape, b.dtype]
        t = new(Array)
        t._a = z
        t._n = [op, next_seq(), n, m] if bare else node(n, m, a, b, z)
        return t

    return call


def single(op: Any, general: Callable[..., Any]) -> Callable[..., Any]:
    """An op of one operand and parameters."""
    fn, view = op.fn, op.view

    def call(x: Any, **params: Any) -> Any:
        if type(x) is not Array or modes.word:
            return general(op, (x,), params)
        try:
            a = x._a
            n = x._n
        except AttributeError:
            return general(op, (x,), params)
        if n is None or type(a) is not ndarray or a.dtype.itemsize == 2:
            return general(op, (x,), params)
        try:
            z = fn(a, **params)
        except (ValueError, TypeError, np.linalg.LinAlgError):  # the general door says what is wrong
            return general(op, (x,), params)
        if type(z) is not ndarray:
            if not isinstance(z, generic):
                return general(op, (x,), params)
            z = as_data(z)
        if z.dtype.kind not in "fc" or (z.dtype is not a.dtype and op.kind == "elementwise"):
            return general(op, (x,), params)
        t = new(Array)
        t._a = z
        t._n = op.node((n,), params, (a,), z) if op.saves or op.stop else [
            op, next_seq(), (n,), params, (Aval(a.shape, a.dtype),), None]
        if view:
            adopt(t, x, op, params)
        return t

    return call


def several(op: Any, general: Callable[..., Any]) -> Callable[..., Any]:
    """An op of several operands of one dtype, some of them plain: products, where."""
    fn, elementwise = op.fn, op.kind == "elementwise"

    def call(*operands: Any, **params: Any) -> Any:
        if modes.word or op.view:
            return general(op, operands, params)
        arrays, nodes, dtype = [], [], None
        tracked = False
        for x in operands:
            try:
                if type(x) is Array:
                    a = x._a
                    n = x._n
                elif type(x) is ndarray:
                    a, n = x.copy(), None
                else:
                    return general(op, operands, params)
                if dtype is None:
                    dtype = a.dtype
                elif a.dtype is not dtype:
                    return general(op, operands, params)
            except AttributeError:
                return general(op, operands, params)
            if type(a) is not ndarray:
                return general(op, operands, params)
            tracked = tracked or n is not None
            arrays.append(a)
            nodes.append(n)
        if not tracked or dtype is None or dtype.itemsize == 2 or dtype.kind not in "fc":
            return general(op, operands, params)
        try:
            z = fn(*arrays, **params)
        except (ValueError, TypeError, np.linalg.LinAlgError):
            return general(op, operands, params)
        if isinstance(z, tuple):
            return general(op, operands, params)
        if type(z) is not ndarray:
            z = as_data(z)
        if z.dtype.kind not in "fc" or (elementwise and z.dtype is not dtype):
            return general(op, operands, params)
        if elementwise:
            shape = z.shape
            for i, n in enumerate(nodes):
                if n is not None and arrays[i].shape != shape:
                    nodes[i] = [REDUCE, next_seq(), n, arrays[i].shape, dtype]
        t = new(Array)
        t._a = z
        t._n = op.node(tuple(nodes), params, tuple(arrays), z)
        return t

    return call


def getitem(op: Any, general: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """x[key] for a key as NumPy takes it."""

    def call(x: Any, key: Any) -> Any:
        if not modes.word:
            try:
                a = x._a
                n = x._n
                z = a[key]
            except (AttributeError, IndexError):
                return general(op, (x,), {"key": key})
            if n is not None and type(a) is ndarray:
                t = new(Array)
                t._n = [op, next_seq(), n, key, a.shape, a.dtype]
                if type(z) is ndarray:
                    t._a = z
                    adopt(t, x, op, {"key": key})
                else:  # one element: no view
                    t._a = as_data(z)
                return t
        return general(op, (x,), {"key": key})

    return call
