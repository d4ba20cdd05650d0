"""What is said where a traced value is about to become bare numbers: who asked for them, where, and what to use.

NumPy hands most functions over to a traced value; the rest, and SciPy's functions that are written in Python, ask for
an ndarray. Where this package has such a function under the same name, the error names it.
"""

from __future__ import annotations

import re
import sys
import threading
from importlib.util import find_spec
from types import FrameType
from typing import Any

from .. import errors
from .dispatch import is_ours
from .levels import Box, check_alive, concrete

_USUAL = ("use NumPy functions on it (np.exp, not math.exp), np.stack([...]) instead of np.array([...]), "
          "np.zeros_like(x) for an array to write into, or ")
_STOP = "adjoint.stop_gradient(x) if no derivative is wanted"
_OUTSIDE = "compute it outside of vmap"
_PICK = ("pick from a table by adjoint.numpy.take(table, i) or adjoint.numpy.at(table)[i, j].get(), choose by "
         "np.where(condition, x, y), or " + _OUTSIDE)
_WRITE = ("write into np.zeros_like(x), np.full_like(x, 1.0) or np.copy(x) of a traced x (not np.zeros_like(x) + 1, "
          "which is a plain array), or use y = adjoint.numpy.at(y)[i].set(x)")
_STORED = " ="  # at the end of the text of what is written into
_FORMAT = 'write f"{x:.3f}" in place of "%.3f" % x: an f-string shows the number'
_NUMPY = {"vectorize": "vectorize", "RClass": "r_", "CClass": "c_"}  # what computes on np.asarray(x), by its class
# What to write for functions of NumPy that hand over none, or not all, of their arguments; `{}` is the name.
_OURS = dict.fromkeys(("array", "asarray", "asanyarray", "ascontiguousarray", "full"),
                      "use adjoint.numpy.{0}, or np.{0}(..., like=x)")
_OURS |= dict.fromkeys(("sum", "prod", "max", "min", "amax", "amin", "nansum", "nanprod", "nanmax", "nanmin", "pad",
                        "select", "interp", "take", "nan_to_num", "full_like", "roll"), "use adjoint.numpy.{}")
_OURS |= dict.fromkeys(("asfortranarray", "require"), "use np.copy(x), or np.{}(..., like=x)")
_OURS |= {"array": "use adjoint.numpy.array, np.stack([...]), or np.array(..., like=x)",
          "arange": "write x + step * np.arange(n), or np.arange(..., like=x)",
          "fill_diagonal": "let it fill np.array(a, like=x)",
          "normal": "write mean + deviation * normal(size=...)",
          "uniform": "write low + (high - low) * uniform(size=...)",
          "polyval": "use np.polyval(coefficients, x), the highest power first"}
_POLYNOMIAL = "use np.polyval and np's other functions of polynomials, or write the sum"
_SPARSE = ("use a dense array (A.toarray() @ x), or give the product a rule with adjoint.custom_vjp")


class _Last(threading.local):
    said: tuple[str, str] | None = None  # the last error of this kind: what it said, and of which line of the program


_last = _Last()


def lost(what: str, value: Any) -> errors.TracedValueError:
    """The error of an attempt to read bare numbers from a traced value, for the caller to raise; EscapedValueError if
    the value's transform is over."""
    check_alive(value, what)
    asked, where, text = _asked()
    said = _said(what, value, asked, where, text)
    _last.said = said, where
    return errors.TracedValueError(said)


def _said(what: str, value: Any, asked: tuple[str, str] | None, where: str, text: str) -> str:
    several = isinstance(concrete(value), Box)
    reason = "it has one number for each example" if several else "its derivative would be lost"
    otherwise = _OUTSIDE if several else _STOP
    if asked is not None:
        name, remedy = asked
        need = "has one for each example" if several else "would lose its derivative there"
        return (f"{name} computes with bare numbers ({where}), and a traced value {need}: "
                f"{remedy}; or {otherwise}")
    if several and value.dtype.kind in "biu":
        return f"{what} ({where}): {reason}; {_PICK}"
    if re.match(r"""[rbu]?['"].*%""", text):
        return f"{what} ({where}): {reason}; {_FORMAT}"
    if text.endswith(_STORED):
        return f"a traced value is written into an ndarray ({where}): {reason}; {_WRITE}, or {otherwise}"
    return f"{what} ({where}): {reason}; {_USUAL}{otherwise}"


def hidden(e: ValueError) -> Exception | None:
    """Our error that NumPy hides behind this one, if there is one: its cause, or what was said of the same line."""
    if isinstance(e.__cause__, (errors.TracedValueError, errors.EscapedValueError)):
        return e.__cause__.with_traceback(e.__traceback__)
    at = e.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    if at is None or _last.said is None or _last.said[1] != f"{at.tb_frame.f_code.co_filename}:{at.tb_lineno}":
        return None
    return errors.TracedValueError(_last.said[0]).with_traceback(e.__traceback__)


def instead() -> str:
    """What a message adds where the program called a function for which this package has one: use ours; or nothing."""
    asked = _asked()[0]
    return f"{asked[1].removeprefix('use ')}, or " if asked is not None and _is_ours(asked) else ""


def _is_ours(asked: tuple[str, str]) -> bool:
    """Whether what to write is a function of this package."""
    return asked[1].startswith("use adjoint")


def caller(name: str) -> tuple[str, str, str]:
    """The function of NumPy or SciPy that the program called, `name` if none is known; file and line of the program;
    what to write, empty if nothing is known."""
    asked, where, _ = _asked()
    return (name, where, "") if asked is None else (asked[0], where, f"{asked[1]}, or " if _is_ours(asked) else "")


def _asked() -> tuple[tuple[str, str] | None, str, str]:
    """What the program called of NumPy or SciPy and what to write instead; its file and line; its text there."""
    frame: FrameType | None = sys._getframe(1)
    library: list[FrameType] = []
    while frame is not None:
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if package in ("numpy", "scipy"):
            library.append(frame)
        elif not is_ours(frame.f_code.co_filename):
            break
        frame = frame.f_back
    if frame is None:
        return None, "unknown line", ""
    where = f"{frame.f_code.co_filename}:{frame.f_lineno}"
    text = _text(frame) + (_STORED if _stores(frame) else "")
    named = [found for found in [_function(f) for f in reversed(library)] if found is not None]
    best = next((n for n in named if _is_ours(n)), named[0] if named else _written(text))
    return best, where, text


def _stores(frame: FrameType) -> bool:
    """Whether the frame now computes y[key] = value."""
    from opcode import opmap

    return frame.f_lasti >= 0 and frame.f_code.co_code[frame.f_lasti] == opmap["STORE_SUBSCR"]


def _text(frame: FrameType) -> str:
    """The expression that a frame computes now, as it is written; empty where that is not known."""
    import linecache  # which few programs need, as ast below

    try:
        line, last, start, end = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    except IndexError:
        return ""
    if line is None or line != last:
        return ""
    return linecache.getline(frame.f_code.co_filename, line).encode()[start:end].decode(errors="replace")


def _written(text: str) -> tuple[str, str] | None:
    """A call of one of NumPy's functions that are written in C, which leave no frame: by its text."""
    import ast

    try:
        call = ast.parse(text, mode="eval").body
    except SyntaxError:
        return None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr not in _OURS:
        return None
    return ast.unparse(call.func), _OURS[call.func.attr].format(call.func.attr)


def _function(frame: FrameType) -> tuple[str, str] | None:
    """(public name of the function that runs in a frame of NumPy or SciPy, what to write); None for a helper."""
    module = str(frame.f_globals["__name__"])
    package, _, rest = module.partition(".")
    name = frame.f_code.co_name
    if package == "numpy":
        return _numpy_function(frame, module, name)
    family = rest.partition(".")[0]
    if family == "sparse":
        return "scipy.sparse", _SPARSE
    if family.startswith("_") or name.startswith("_") or not _is_public(f"scipy.{family}", name):
        return None
    ours = f"adjoint.scipy.{family}"
    rule = "write it with NumPy's functions, or give it a rule with adjoint.op or adjoint.custom_vjp"
    if find_spec(ours) is None:
        return f"scipy.{family}.{name}", rule
    __import__(ours)
    return f"scipy.{family}.{name}", f"use {ours}.{name}" if hasattr(sys.modules[ours], name) else rule


def _numpy_function(frame: FrameType, module: str, name: str) -> tuple[str, str] | None:
    known = _NUMPY.get(type(frame.f_locals.get("self")).__name__)
    if known:
        return f"np.{known}", f"use adjoint.numpy.{known}"
    if module.startswith("numpy.polynomial"):
        if name.startswith("_") or not _is_public(module, name):
            return "np.polynomial", _POLYNOMIAL
        return f"{module}.{name}".replace("numpy", "np", 1), _OURS.get(name, _POLYNOMIAL)
    function = getattr(sys.modules["numpy"], name, None)
    function = getattr(function, "_implementation", function)
    if getattr(function, "__code__", None) is not frame.f_code:
        return None
    return f"np.{name}", _OURS.get(name, "write it with other functions of NumPy").format(name)


def _is_public(module: str, name: str) -> bool:
    found: Any = sys.modules.get(module)
    return found is not None and hasattr(found, name)
