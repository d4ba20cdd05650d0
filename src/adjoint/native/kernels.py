"""The kernels of each dtype. A group of them is compiled when a call is first worth it; its builtins then stand in for
the methods that did so. Each gives None where NumPy is to do it: what is small, of another dtype, or lies otherwise."""

from __future__ import annotations

import os
import threading
import warnings
from importlib import import_module
from typing import Any

import numpy as np

from .sizes import LEAST_LINES, LEAST_WORK, MANY, MOST_DEPTH, MOST_WORK, SCORES

BUILTINS = {
    "products": ("matmul", "affine", "column_sums"),
    "pointwise": ("relu", "passed", "finite"),
    "normal": ("ndtr", "erf", "gelu", "gelu_slope"),
    "logistic": ("sigmoid", "bell", "silu", "silu_slope", "softplus"),
    "softmax": ("softmax", "softmax_pulled", "log_softmax", "log_softmax_pulled"),
    "classes": ("class_loss", "class_slopes"),
    "scattering": ("add_rows",),
}

# Threads compile one after another, and a fork waits: what a child inherits is whole.
_compiling = threading.RLock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_compiling.acquire, after_in_parent=_compiling.release,
                        after_in_child=_compiling.release)


class Kernels:
    """Products of matrices, functions of each element, losses of classes and sums of rows, of one dtype."""

    def __init__(self, element: str, dtype: Any) -> None:
        self.element, self.dtype = element, np.dtype(dtype)

    def matmul(self, x: Any, y: Any) -> Any:
        """x @ y of matrices."""
        return self._compiled("products").matmul(x, y) if self._is_product(x, y, y.shape[-1:]) else None

    def affine(self, x: Any, w: Any, b: Any) -> Any:
        """x @ w.T + b of matrices x, w and a vector b."""
        return self._compiled("products").affine(x, w, b) if self._is_product(x, w, w.shape[:1]) else None

    def column_sums(self, x: Any) -> Any:
        """The sum of each column of a matrix."""
        enough = self._many(x, MANY) and x.shape[-1] >= LEAST_LINES
        return self._compiled("products").column_sums(x) if enough else None

    def relu(self, x: Any) -> Any:
        """x where it is positive or NaN, 0 elsewhere."""
        return self._compiled("pointwise").relu(x) if self._many(x, MANY) else None

    def passed(self, ct: Any, out: Any) -> Any:
        """ct where out is positive or NaN, 0 elsewhere."""
        return self._compiled("pointwise").passed(ct, out) if self._many(ct, MANY) else None

    def finite(self, x: Any) -> Any:
        """Whether every element is finite. NumPy's answer is the same, so this one never compiles its group."""
        return None

    def ndtr(self, x: Any) -> Any:
        """The normal distribution function."""
        return self._compiled("normal").ndtr(x) if self._many(x, MANY) else None

    def erf(self, x: Any) -> Any:
        """The error function."""
        return self._compiled("normal").erf(x) if self._many(x, MANY) else None

    def gelu(self, x: Any) -> Any:
        """x ndtr(x)."""
        return self._compiled("normal").gelu(x) if self._many(x, MANY) else None

    def gelu_slope(self, x: Any) -> Any:
        """The derivative of gelu."""
        return self._compiled("normal").gelu_slope(x) if self._many(x, MANY) else None

    def sigmoid(self, x: Any) -> Any:
        """1 / (1 + exp(-x))."""
        return self._compiled("logistic").sigmoid(x) if self._many(x, MANY) else None

    def bell(self, x: Any) -> Any:
        """The derivative of sigmoid."""
        return self._compiled("logistic").bell(x) if self._many(x, MANY) else None

    def silu(self, x: Any) -> Any:
        """x sigmoid(x)."""
        return self._compiled("logistic").silu(x) if self._many(x, MANY) else None

    def silu_slope(self, x: Any) -> Any:
        """The derivative of silu."""
        return self._compiled("logistic").silu_slope(x) if self._many(x, MANY) else None

    def softplus(self, x: Any) -> Any:
        """log(1 + exp(x))."""
        return self._compiled("logistic").softplus(x) if self._many(x, MANY) else None

    def softmax(self, x: Any) -> Any:
        """softmax of each row of a matrix."""
        return self._compiled("softmax").softmax(x) if self._many(x, MANY) else None

    def softmax_pulled(self, ct: Any, out: Any) -> Any:
        """The cotangent of x from that of out = softmax(x)."""
        return self._compiled("softmax").softmax_pulled(ct, out) if self._many(ct, MANY) else None

    def log_softmax(self, x: Any) -> Any:
        """log_softmax of each row of a matrix."""
        return self._compiled("softmax").log_softmax(x) if self._many(x, MANY) else None

    def log_softmax_pulled(self, ct: Any, out: Any) -> Any:
        """The cotangent of x from that of out = log_softmax(x)."""
        return self._compiled("softmax").log_softmax_pulled(ct, out) if self._many(ct, MANY) else None

    def class_loss(self, share: float, x: Any, target: Any) -> Any:
        """share times the sum of the rows' -log softmax(x) at their classes."""
        return self._compiled("classes").class_loss(share, x, target) if self._many(x, SCORES) else None

    def class_slopes(self, share: float, x: Any, target: Any) -> Any:
        """The derivative of class_loss in x."""
        return self._compiled("classes").class_slopes(share, x, target) if self._many(x, SCORES) else None

    def add_rows(self, table: Any, index: Any, rows: Any) -> Any:
        """table[index[i]] += rows[i] for each i in turn, and True."""
        return self._compiled("scattering").add_rows(table, index, rows) if self._many(rows, MANY) else None

    def _is_product(self, x: Any, y: Any, columns: tuple[int, ...]) -> bool:
        if x.ndim != 2 or y.ndim != 2 or x.dtype != self.dtype or min(len(x), columns[0]) < LEAST_LINES:
            return False
        return LEAST_WORK <= x.size * columns[0] <= MOST_WORK and x.shape[1] <= MOST_DEPTH

    def _many(self, x: Any, least: int) -> bool:
        return x.size >= least and x.dtype == self.dtype

    def _compiled(self, group: str) -> Any:
        """This, with the group's builtins in place, or with functions that give None where none can be made."""
        with _compiling:
            if BUILTINS[group][0] not in vars(self):  # another thread may have been here
                self._compile(group)
        return self

    def _compile(self, group: str) -> None:
        failure = None
        names = BUILTINS[group]
        try:
            from . import builtin, engine

            module = import_module(f"{__package__}.{group}")
            made = [_none] * len(names)
            if builtin.supported():
                code = engine.Code(module.functions(engine.host(), self.element), engine.host())
                made = [builtin.bind(code, name) for name in names]
        except Exception as e:  # no LLVM, one of another interface, no leave to make code: NumPy does it as well
            failure, made = e, [_none] * len(names)
        vars(self).update(zip(names, made, strict=True))
        if failure is not None:
            warnings.warn("adjoint's kernels cannot be compiled here, so NumPy does their work, which takes longer: "
                          f"{type(failure).__name__}: {failure}", RuntimeWarning, stacklevel=3)


def _none(*operands: Any) -> None:
    """NumPy is to do it."""


single, double = Kernels("float", np.float32), Kernels("double", np.float64)


def of(x: Any) -> Kernels:
    """The kernels for an array's dtype; they give None if it is neither float32 nor float64."""
    return single if x.dtype.char == "f" else double
