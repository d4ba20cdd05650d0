"""The kernels of each dtype, whose groups are compiled on first use.

    out = kernels.of(x).gelu(x)     # None: NumPy is to do it
"""

from __future__ import annotations

import os
import threading
import warnings
from importlib import import_module
from typing import Any

from numpy import ndarray

from .sizes import LEAST_LINES, LEAST_WORK, MANY, MOST_DEPTH, MOST_WORK

# The builtins by the file that writes them; its `functions` says what each does.
GROUPS = {
    "products": ("matmul", "affine", "column_sums"),
    "pointwise": ("relu", "passed", "finite"),
    "normal": ("ndtr", "erf", "gelu", "gelu_slope"),
    "logistic": ("sigmoid", "bell", "silu", "silu_slope", "softplus"),
    "softmax": ("softmax", "softmax_pulled", "log_softmax", "log_softmax_pulled"),
    "classes": ("class_loss", "class_slopes"),
    "scattering": ("add_rows",),
}
_GROUP_OF = {name: group for group, names in GROUPS.items() for name in names}

# Threads compile one after another, and a fork waits: what a child inherits is whole.
_compiling = threading.RLock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_compiling.acquire, after_in_parent=_compiling.release,
                        after_in_child=_compiling.release)


class Kernels:
    """The builtins of one dtype as attributes, once their group is compiled: asking for one compiles it.

    The methods here are for what is not worth that at once; the builtins then stand before them.
    """

    def __init__(self, element: str) -> None:
        self._element = element

    def __getattr__(self, name: str) -> Any:
        if name not in _GROUP_OF:
            raise AttributeError(name)
        return self._compiled(name)

    def matmul(self, x: Any, y: Any) -> Any:
        """x @ y of matrices."""
        return self._compiled("matmul")(x, y) if _fits(x, y, y.shape[-1:]) else None

    def affine(self, x: Any, w: Any, b: Any) -> Any:
        """x @ w.T + b of matrices x, w and a vector b."""
        return self._compiled("affine")(x, w, b) if _fits(x, w, w.shape[:1]) else None

    def finite(self, x: Any) -> Any:
        """None, since NumPy's answer is as good: the builtin is there when another of its group is."""

    def _compiled(self, name: str) -> Any:
        with _compiling:
            if name not in vars(self):  # another thread may have been here
                self._compile(_GROUP_OF[name])
        return vars(self)[name]

    def _compile(self, group: str) -> None:
        failure = None
        made: list[Any] = [_none] * len(GROUPS[group])
        try:
            from . import builtin, engine

            if builtin.supported():
                functions = import_module(f"{__package__}.{group}").functions(engine.host(), self._element)
                code = engine.Code(functions, engine.host())
                made = [builtin.bind(code, name) for name in GROUPS[group]]
        except Exception as e:  # no LLVM, one of another interface, no leave to make code: NumPy does it as well
            failure = e
        vars(self).update(zip(GROUPS[group], made, strict=True))
        if failure is not None:
            warnings.warn("adjoint's kernels cannot be compiled here, so NumPy does their work, which takes longer: "
                          f"{type(failure).__name__}: {failure}", RuntimeWarning, stacklevel=3)


def _fits(x: Any, y: Any, columns: tuple[int, ...]) -> bool:
    """What the builtins of products ask, asked before they are there."""
    if x.ndim != 2 or y.ndim != 2 or min(len(x), columns[0]) < LEAST_LINES:
        return False
    return LEAST_WORK <= x.size * columns[0] <= MOST_WORK and x.shape[1] <= MOST_DEPTH


def _none(*operands: Any) -> None:
    """NumPy is to do it."""


single, double, nothing = Kernels("float"), Kernels("double"), Kernels("")
vars(nothing).update(dict.fromkeys(_GROUP_OF, _none))


def of(x: Any, least: int = MANY) -> Kernels:
    """The kernels for an array's dtype; `nothing` for other dtypes, fewer elements, and what is no array."""
    if type(x) is not ndarray or x.size < least:
        return nothing
    char = x.dtype.char
    return single if char == "f" else double if char == "d" else nothing
