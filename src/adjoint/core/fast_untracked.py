"""Short ways of what is not recorded: elementwise ops under no_grad, and writes into tensors of private memory.

Part of the eager hot path (fast.py), which comes here when some thread is out of the default modes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import modes
from .dispatch import general, run
from .memory import view_info
from .scalars import scalars
from .tensor import TensorBase, as_data, new
from .writes import private

Tensor: Any = TensorBase  # the public class, set by adjoint._tensor
ndarray = np.ndarray


def alone(op: Any) -> Callable[..., Any]:
    """The call of an elementwise op of one operand while some thread is out of the default modes: short if that is only
    no_grad."""
    fn = op.fn

    def call(x: Any) -> Any:
        if modes.state.only_no_grad and type(x) is Tensor:
            try:
                a = x._a
                if a.dtype.kind in "fc" and a.dtype.itemsize != 2:
                    z = run(fn, a)
                    t = new(Tensor)
                    t._a = z if type(z) is ndarray else as_data(z)
                    t._n = None
                    return t
            except (AttributeError, RuntimeError, TypeError, ValueError):  # the general door says why
                return general(op, (x,), {})
        return general(op, (x,), {})

    return call


def pair(op: Any, general: Callable[..., Any]) -> Callable[..., Any]:
    """The same of two operands: tensors of one dtype, or a tensor and a Python number."""
    fn = op.fn

    def call(x: Any, y: Any) -> Any:
        if modes.state.only_no_grad:
            try:
                if type(x) is Tensor:
                    a = x._a
                    dtype = a.dtype
                    b = y._a if type(y) is Tensor else scalars[dtype][y] if type(y) is float or type(y) is int else None
                elif type(y) is Tensor and (type(x) is float or type(x) is int):
                    b = y._a
                    dtype = b.dtype
                    a = scalars[dtype][x]
                else:
                    return general(op, (x, y), {})
                if b is not None and a.dtype is b.dtype and dtype.kind in "fc" and dtype.itemsize != 2:
                    z = run(fn, a, b)
                    t = new(Tensor)
                    t._a = z if type(z) is ndarray else as_data(z)
                    t._n = None
                    return t
            except (AttributeError, KeyError, RuntimeError, TypeError, ValueError):
                return general(op, (x, y), {})
        return general(op, (x, y), {})

    return call


def inplace(op: Any, otherwise: Callable[..., Any]) -> Callable[..., Any]:
    """x op= y for untracked tensors that share their memory with nobody; `otherwise` does every other case."""
    fn = op.fn

    def call(x: Any, y: Any) -> Any:
        if type(x) is Tensor:
            try:
                if (not modes.word and x._n is None) or modes.state.only_no_grad:
                    memory, parent, *_ = view_info(x)
                    dtype = x._a.dtype
                    if type(y) is Tensor:
                        b = y._a
                        fits = b.dtype is dtype and b.shape == x._a.shape and (y._n is None or modes.word)
                    else:
                        b = scalars[dtype][y]
                        fits = type(y) is float or type(y) is int
                    if (fits and parent is None and not memory.members and memory.array is None
                            and dtype.kind in "fc" and private(x)):
                        run(fn, x._a, b, x._a)
                        memory.version += 1
                        return x
            except (AttributeError, KeyError, TypeError, RuntimeError):
                pass
        return otherwise(x, y)

    return call
