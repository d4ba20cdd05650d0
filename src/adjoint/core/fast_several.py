"""The hot path of ops of several tensors of one dtype, or of a sequence of them: products, layers, losses, where, cat.

As in fast.py: what is unusual leaves by `general`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import fast_array, modes
from .dispatch import general, run
from .fast import of_one_kind, scalars
from .levels import boxes
from .rules import REDUCE, picked
from .tensor import TensorBase, as_data, new, next_seq

Tensor: Any = TensorBase  # the public class, set by adjoint._tensor
ndarray = np.ndarray


def several(op: Any) -> Callable[..., Any]:
    """The call of an op of tensors of one dtype and Python numbers, and parameters."""
    widens, floats, promotes, differentiable = op.widens, op.floats, op.promotes, op.differentiable
    elementwise, apart = op.kind == "elementwise", op.view or op.runs_user_code
    fn, bare = of_one_kind(op), op.fn
    if op.arity is None:
        fn, bare = _of_sequence(fn), _of_sequence(bare)
    elsewhere = fast_array.several(op, general) if differentiable and op.arity is not None else None

    def call(*operands: Any, **params: Any) -> Any:
        if (modes.word or apart) and (not operands or type(operands[0]) is not ndarray
                                      or (params and boxes(params.values()))):
            return general(op, operands, params)
        arrays: list[Any] = []
        nodes: list[Any] = []
        dtype = None
        tracked = numbers = False
        for x in operands:
            if type(x) is not Tensor:
                if promotes and (type(x) is float or type(x) is int):
                    numbers = True
                    arrays.append(x)
                    nodes.append(None)
                    continue
                if all([type(v) is ndarray for v in operands]):  # a rule, in an ordinary backward
                    return bare(*operands, **params)
                return elsewhere(*operands, **params) if elsewhere is not None else general(op, operands, params)
            try:
                a = x._a
                n = x._n
            except AttributeError:
                return general(op, operands, params)
            if dtype is None:
                dtype = a.dtype
            elif a.dtype is not dtype:
                return general(op, operands, params)
            tracked = tracked or n is not None
            arrays.append(a)
            nodes.append(n)
        if dtype is None or (widens and dtype.itemsize == 2) or (floats and dtype.kind not in "fc"):
            return general(op, operands, params)
        try:
            if numbers:
                known = scalars[dtype]
                arrays = [known[a] if type(a) is float or type(a) is int else a for a in arrays]
            z = run(fn, *arrays, **params)
        except (KeyError, OverflowError, RuntimeError, TypeError, ValueError):  # the general door says what is wrong
            return general(op, operands, params)
        if type(z) is tuple or isinstance(z, tuple):
            z = tuple(z)
            node = op.node(tuple(nodes), params, arrays, z) if tracked and differentiable else None
            return picked(node, z, op.constant_outputs)
        if type(z) is not ndarray:
            z = as_data(z)
        t = new(Tensor)
        t._a = z
        if not tracked or not differentiable or z.dtype.kind in "biu":
            t._n = None
            return t
        if elementwise:
            shape = z.shape
            for i, n in enumerate(nodes):
                if n is not None and arrays[i].shape != shape:
                    nodes[i] = [REDUCE, next_seq(), n, arrays[i].shape, dtype]
        t._n = op.node(tuple(nodes), params, arrays, z)
        return t

    return call


def sequence(op: Any) -> Callable[..., Any]:
    """The call of an op whose first argument is a sequence of tensors."""
    spread = several(op)

    def call(operands: Any, **params: Any) -> Any:
        return spread(*operands, **params)

    return call


def _of_sequence(fn: Callable[..., Any]) -> Callable[..., Any]:
    """The function of a sequence as a function of its elements."""

    def of_elements(*arrays: Any, **params: Any) -> Any:
        return fn(arrays, **params)

    return of_elements
