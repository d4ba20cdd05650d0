"""The short way of an op under an open level: faces of one kind and dtype over boxes of one level, and plain numbers.

It does what the general door does, which has to ask much more: 8 us an op there, 4 here (benchmarks/transforms.py).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import fast_array, modes
from .levels import Box, boxes, interpret_at, made
from .memory import adopt
from .rules import REDUCE, picked
from .tensor import faces, new, next_seq

ndarray = np.ndarray


def call(op: Any, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """The op's result; NotImplemented where the general door has to look."""
    if op.arity is None or op.runs_user_code:
        return NotImplemented
    tensor, array = faces.tensor, faces.array
    level: Any = None
    face: Any = None
    dtype: Any = None
    tracked = numbers = False
    arrays: list[Any] = []
    nodes: list[Any] = []
    for x in operands:
        cls = type(x)
        n = None
        if cls is tensor or cls is array:
            try:
                a = x._a
                n = x._n
            except AttributeError:  # a view whose memory was written
                return NotImplemented
            if isinstance(a, Box):
                if level is None:
                    level = a.level
                elif a.level is not level:
                    return NotImplemented
            elif n is not None or type(a) is not ndarray:
                return NotImplemented
            if face is None:
                face = cls
            elif face is not cls:
                return NotImplemented
        elif isinstance(x, Box):
            return bare(op, operands, params)
        elif cls is ndarray:
            a = x.copy()
        elif (cls is float or cls is int) and op.promotes:
            numbers = True
            arrays.append(x)
            nodes.append(None)
            continue
        else:
            return NotImplemented
        if dtype is None:
            dtype = a.dtype
        elif a.dtype is not dtype:
            return NotImplemented
        tracked = tracked or n is not None
        arrays.append(a)
        nodes.append(n)
    if level is None or not level.open or level.ambient or dtype.char not in "fd":
        return NotImplemented
    if params and boxes(params.values()):
        return NotImplemented
    if numbers:
        for i, a in enumerate(arrays):
            if type(a) is float or type(a) is int:
                try:
                    arrays[i] = fast_array.number(a, dtype)
                except OverflowError:
                    return NotImplemented
    out = interpret_at(level, op, tuple(arrays), params)
    node = None
    if tracked and modes.state.grad and op.differentiable and (type(out) is tuple or out.dtype.kind in "fc"):
        if getattr(op, "pull", op) is None:
            return NotImplemented
        if op.kind == "elementwise":
            shape = out.shape
            for i, (n, a) in enumerate(zip(nodes, arrays, strict=True)):
                if n is not None and (a.shape != shape or out.dtype is not a.dtype):
                    nodes[i] = [REDUCE, next_seq(), n, a.shape, a.dtype]
        node = op.node(tuple(nodes), params, tuple(arrays), out)
    if type(out) is tuple:
        several = picked(node, out, op.constant_outputs, face)
        return several if level is modes.state.levels[-1] else made(several)
    t = new(face)
    t._a = out
    t._n = node
    levels = modes.state.levels
    if level is not levels[-1]:
        t._l = levels
    if op.view:
        adopt(t, operands[0], op, params)
    return t


def bare(op: Any, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """The same for a rule that runs on boxes of one level, arrays and numbers."""
    level: Any = None
    for x in operands:
        if isinstance(x, Box):
            if level is None:
                level = x.level
            elif x.level is not level:
                return NotImplemented
        elif type(x) is not ndarray and type(x) is not float and type(x) is not int:
            return NotImplemented
    if not level.open or level.ambient or (params and boxes(params.values())):
        return NotImplemented
    return interpret_at(level, op, operands, params)
