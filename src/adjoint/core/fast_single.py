"""The hot path of ops of one tensor and parameters (structure, reductions, linear maps), and of x[key].

As in fast.py: what is unusual leaves by `general`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import ref

import numpy as np

from . import fast_array, modes
from .dispatch import general, run
from .fast import of_one_kind
from .keys import Steps, index_key
from .levels import boxes
from .memory import adopt
from .tensor import Aval, TensorBase, as_data, new, next_seq

Tensor: Any = TensorBase  # the public class, set by adjoint._tensor
ndarray = np.ndarray


def single(op: Any) -> Callable[..., Any]:
    """The call of an op of one operand and parameters: structure, reductions, linear maps."""
    fn, view, floats, widens = op.fn, op.view, op.floats, op.widens
    compute = of_one_kind(op)
    saves = op.saves or op.kind == "elementwise"
    elsewhere = fast_array.single(op, general)

    def call(x: Any, **params: Any) -> Any:
        if type(x) is Tensor and not modes.word:
            try:
                a = x._a
                n = x._n
            except AttributeError:
                return general(op, (x,), params)
            if (widens and a.dtype.itemsize == 2) or (floats and n is None and a.dtype.kind not in "fc"):
                return general(op, (x,), params)
            try:
                z = run(compute, a, **params)
            except (RuntimeError, TypeError, ValueError):  # the general door says what is wrong
                return general(op, (x,), params)
            if type(z) is not ndarray:
                z = as_data(z)
            t = new(Tensor)
            t._a = z
            if n is None:
                t._n = None
            elif saves:
                t._n = op.node((n,), params, (a,), z)
            else:
                t._n = [op, next_seq(), (n,), params, (Aval(a.shape, a.dtype),), None]
            if view:
                adopt(t, x, op, params)
            return t
        if type(x) is ndarray and not (modes.word and params and boxes(params.values())):
            return fn(x, **params)
        return elsewhere(x, **params)

    return call


def get(op: Any) -> Callable[..., Any]:
    """x[key] for a key as NumPy takes it, with arrays for what NumPy makes scalars."""

    def call(x: Any, *, key: Any) -> Any:
        if type(x) is not Tensor or modes.word:
            return general(op, (x,), {"key": key})
        try:
            a = x._a
            n = x._n
        except AttributeError:
            return general(op, (x,), {"key": key})
        z = a[key]
        if type(z) is not ndarray:
            z = as_data(z)
        t = new(Tensor)
        t._a = z
        t._n = None if n is None else [op, next_seq(), n, key, a.shape, a.dtype]
        adopt(t, x, op, {"key": key})
        return t

    return call


def getitem(op: Any) -> Callable[..., Any]:
    """x[key], for which NumPy's scalars are kept views by completing a lone integer with an Ellipsis."""
    get_by = get(op)

    def __getitem__(x: Any, key: Any) -> Any:
        if type(key) is int and type(x) is Tensor and not modes.word:
            try:  # x[1] of a tensor that has views already: as below, adopt() written out
                a = x._a
                n = x._n
                memory = x._v[0]
            except AttributeError:
                pass
            else:
                key = (key, ...)
                t = new(Tensor)
                t._a = z = a[key]
                t._v = (memory, x, op, {"key": key}, False)
                if n is None:
                    t._n = None
                else:
                    t._n = [op, next_seq(), n, key, a.shape, a.dtype]
                    if z.size * 8 <= a.size:
                        t._a = z.copy()
                memory.members.append(ref(t))
                if len(memory.members) > memory.limit:
                    memory.prune()
                return t
        key = (key, ...) if type(key) is int else index_key(key)
        if type(key) is Steps:
            view = __getitem__(x, key.basic)
            return __getitem__(view, key.advanced(view.ndim))
        return get_by(x, key=key)

    return __getitem__
