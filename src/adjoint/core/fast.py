"""The eager hot path, and the only file written for speed: one or two ordinary tensors in the default modes.

Each closure tests `type(x) is Tensor`, calls NumPy, makes the tensor and hangs the node; everything else leaves by
`general`. `type() is`, not isinstance: 30 ns. A list for a node, not an object: 90 ns. `try` costs nothing until an
unset slot (a view whose memory was written) raises. (benchmarks/eager.py)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from numbers import Number
from typing import Any, TypeVar, cast

import numpy as np

from . import fast_array, modes
from .dispatch import general, run
from .fast_untracked import alone, pair
from .rules import REDUCE
from .scalars import integers, scalars
from .tensor import TensorBase, as_data, new, next_seq

F = TypeVar("F", bound=Callable[..., Any])
Tensor: Any = TensorBase  # the public class, set by adjoint._tensor
ndarray, generic, asarray = np.ndarray, np.generic, np.asarray
_PLAIN = {np.ndarray, float, int, bool, complex, np.float64, np.float32, np.int64, np.bool_}  # what NumPy itself takes


def of_one_kind(op: Any) -> Callable[..., Any]:
    """The op's function for tracked operands; where it makes complex numbers of real ones, RuntimeError: the general
    door then takes the real part of the cotangent. NumPy's ufuncs with real loops never do."""
    fn = op.fn
    if op.kind != "elementwise" or (isinstance(fn, np.ufunc) and any([t[0] in "fd" for t in fn.types])):
        return fn

    def compute(*arrays: Any, **params: Any) -> Any:
        z = fn(*arrays, **params)
        if z.dtype.kind == "c" and not any([a.dtype.kind == "c" for a in arrays]):
            raise RuntimeError("complex numbers of real ones")
        return z

    return compute


def unary(op: Any) -> Callable[..., Any]:
    """The call of an elementwise op of one operand."""
    fn, compute = op.fn, of_one_kind(op)
    save_x, save_out = "x" in op.saves, "out" in op.saves
    widens = op.widens
    untracked = alone(op)
    elsewhere = fast_array.unary(op, general)

    def call(x: Any) -> Any:
        if type(x) is Tensor:
            if modes.word:
                return untracked(x)
            try:
                a = x._a
                n = x._n
            except AttributeError:
                return general(op, (x,), {})
            if (n is None and a.dtype.kind not in "fc") or (widens and a.dtype.itemsize == 2):
                return general(op, (x,), {})
            try:
                z = run(compute, a)
            except (RuntimeError, TypeError):
                return general(op, (x,), {})
            if type(z) is not ndarray:
                z = as_data(z)
            t = new(Tensor)
            t._a = z
            if n is None:
                t._n = None
            elif save_x:
                t._n = [op, next_seq(), n, z, a] if save_out else [op, next_seq(), n, a]
            else:
                t._n = [op, next_seq(), n, z] if save_out else [op, next_seq(), n]
            return t
        if type(x) is ndarray:
            return fn(x)
        return elsewhere(x)

    return call


def at_once(of: Callable[..., Any]) -> Callable[[F], F]:
    """Decorator of the public function `f(input, *, out=None)` of an elementwise op of one operand: an ordinary tracked
    tensor is computed here, as `of` would, and anything else by the function. A call between costs 50 ns of 800."""
    op = of.op  # type: ignore[attr-defined]
    compute = of_one_kind(op)
    save_x, save_out = "x" in op.saves, "out" in op.saves
    widens = op.widens

    def decorate(f: F) -> F:
        def call(input: Any, *, out: Any = None) -> Any:
            if type(input) is Tensor and out is None and not modes.word:
                try:
                    a = input._a
                    n = input._n
                    if n is None or (widens and a.dtype.itemsize == 2):
                        return f(input)
                    z = run(compute, a)
                except (AttributeError, RuntimeError, TypeError):
                    return f(input)
                t = new(Tensor)
                t._a = z if type(z) is ndarray else as_data(z)
                if save_x:
                    t._n = [op, next_seq(), n, z, a] if save_out else [op, next_seq(), n, a]
                else:
                    t._n = [op, next_seq(), n, z] if save_out else [op, next_seq(), n]
                return t
            return f(input) if out is None else f(input, out=out)

        call.beyond = f  # type: ignore[attr-defined]  # adjoint.overrides puts its entrance there
        return cast(F, update_wrapper(call, f))

    return decorate


def operator(op: Any) -> Callable[..., Any]:
    """The call as Python's operator: NotImplemented if an operand is neither a tensor, an array nor a number."""
    return binary(op, _general_or_not_implemented)


def comparison(op: Any) -> Callable[..., Any]:
    """The same for an operator whose result has no derivative: 0.7 us where the general door takes 4."""
    fn = op.fn

    def call(x: Any, y: Any) -> Any:
        if type(x) is Tensor and not modes.word:
            try:
                a = x._a
                if type(y) is Tensor:
                    b = y._a
                    if a.dtype is not b.dtype:
                        return _general_or_not_implemented(op, (x, y), {})
                elif type(y) is float or type(y) is int:
                    b = scalars[a.dtype][y]
                else:
                    return _general_or_not_implemented(op, (x, y), {})
                z = run(fn, a, b)
            except (AttributeError, KeyError, RuntimeError, TypeError, ValueError):
                return _general_or_not_implemented(op, (x, y), {})
            t = new(Tensor)
            t._n = None
            t._a = z if type(z) is ndarray else as_data(z)
            return t
        return _general_or_not_implemented(op, (x, y), {})

    return call


def _whole(op: Any, general: Callable[..., Any]) -> Callable[..., Any]:
    """An op of two integer tensors of one dtype, or of an int64 tensor and a Python int."""
    fn, floats = op.fn, op.floats

    def call(x: Any, y: Any) -> Any:
        try:
            a = x._a
            b = y._a if type(y) is Tensor else integers[y] if type(y) is int and a.dtype is integers.dtype else None
            if floats or b is None or a.dtype is not b.dtype or a.dtype.kind != "i":
                return general(op, (x, y), {})
            z = run(fn, a, b)
        except (AttributeError, OverflowError, RuntimeError, TypeError, ValueError):
            return general(op, (x, y), {})
        t = new(Tensor)
        t._n = None
        t._a = z if type(z) is ndarray else as_data(z)
        return t

    return call


def _general_or_not_implemented(op: Any, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
    for x in operands:
        if not isinstance(x, (TensorBase, Number, ndarray, np.generic)) and not hasattr(x, "__torch_function__"):
            return NotImplemented
    return general(op, operands, params)


def binary(op: Any, general: Callable[..., Any] = general) -> Callable[..., Any]:
    """The call of an elementwise op of two operands; what is unusual goes to `general`."""
    fn, compute = op.fn, of_one_kind(op)
    if op.saves == ("x", "y") and op.used_by == ((False, True), (True, False)):

        def node(n: Any, m: Any, a: Any, b: Any, z: Any) -> Any:  # x * y: each saves the other
            return [op, next_seq(), n, m, None if m is None else a, None if n is None else b]

        crosswise = True
    else:

        def node(n: Any, m: Any, a: Any, b: Any, z: Any) -> Any:
            return op.node((n, m), {}, (a, b), z)

        crosswise = False
    bare = not op.saves
    elsewhere = fast_array.binary(op, general, node)
    widens = op.widens
    untracked = pair(op, general)
    whole = _whole(op, general)

    def spread(x: Any, y: Any, a: Any, b: Any, n: Any, m: Any) -> Any:
        """Tensors of one dtype and two shapes."""
        if a.dtype is not b.dtype or a.dtype.kind not in "fc" or a.dtype.itemsize == 2:
            return general(op, (x, y), {})
        try:
            z = run(compute, a, b)
        except (RuntimeError, TypeError, ValueError):  # the general door says what is wrong, or runs it otherwise
            return general(op, (x, y), {})
        t = new(Tensor)
        t._a = z
        if n is None and m is None:
            t._n = None
            return t
        shape = z.shape
        if n is not None and a.shape != shape:
            n = [REDUCE, next_seq(), n, a.shape, a.dtype]
        if m is not None and b.shape != shape:
            m = [REDUCE, next_seq(), m, b.shape, b.dtype]
        t._n = node(n, m, a, b, z)
        return t

    def call(x: Any, y: Any) -> Any:
        if type(x) is Tensor:
            if modes.word:
                return untracked(x, y)
            try:
                a = x._a
                n = x._n
                if type(y) is Tensor:
                    b = y._a
                    m = y._n
                    if a.shape != b.shape or a.dtype is not b.dtype or (widens and a.dtype.itemsize == 2):
                        return spread(x, y, a, b, n, m)
                elif type(y) is float or type(y) is int:
                    b = scalars[a.dtype][y]
                    m = None
                else:
                    return general(op, (x, y), {})
            except AttributeError:
                return general(op, (x, y), {})
            except KeyError:
                return whole(x, y)
            if n is None and m is None:
                if a.dtype.kind not in "fc":
                    return whole(x, y)
                try:
                    z = run(compute, a, b)
                except (RuntimeError, TypeError):
                    return general(op, (x, y), {})
                t = new(Tensor)
                t._n = None
                t._a = z if type(z) is ndarray else asarray(z) if isinstance(z, generic) else as_data(z)
                return t
            try:
                z = run(compute, a, b)
            except (RuntimeError, TypeError):
                return general(op, (x, y), {})
            if type(z) is not ndarray:
                z = asarray(z) if isinstance(z, generic) else as_data(z)  # the call costs 0.1 us more
            t = new(Tensor)
            t._a = z
            if bare:
                t._n = [op, next_seq(), n, m]
            elif crosswise:
                t._n = [op, next_seq(), n, m, None if m is None else a, None if n is None else b]
            else:
                t._n = node(n, m, a, b, z)
            return t
        if type(x) in _PLAIN and type(y) in _PLAIN:
            return fn(x, y)
        if type(y) is Tensor and (type(x) is float or type(x) is int):
            if modes.word:
                return untracked(x, y)
            try:
                b = y._a
                m = y._n
                a = scalars[b.dtype][x]
                z = run(compute, a, b)
            except (AttributeError, KeyError, RuntimeError):
                return general(op, (x, y), {})
            t = new(Tensor)
            t._a = z if type(z) is ndarray else as_data(z)
            t._n = None if m is None else [op, next_seq(), None, m] if bare else node(None, m, a, b, z)
            return t
        return elsewhere(x, y)

    return call


def total(op: Any) -> Callable[..., Any]:
    """The call of the sum of all elements, whose node keeps only the operand's shape: 0.6 us less than `single`."""
    fn = op.fn
    elsewhere = fast_array.single(op, general)

    def call(x: Any) -> Any:
        if type(x) is Tensor and not modes.word:
            try:
                a = x._a
                n = x._n
                if a.dtype.itemsize == 2:  # half precision adds up in float32
                    return general(op, (x,), {})
                z = run(fn, a)
            except (AttributeError, RuntimeError):
                return general(op, (x,), {})
            t = new(Tensor)
            t._a = z if type(z) is ndarray else as_data(z)
            t._n = None if n is None else [op, next_seq(), n, a.shape]
            return t
        return fn(x) if type(x) is ndarray else elsewhere(x)

    return call
