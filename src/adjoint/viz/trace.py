"""The evaluation trace of a function, as surveys of automatic differentiation print it: what is computed, and how fast
it changes with an input (forward mode) or how fast the result changes with it (reverse mode).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from html import escape
from typing import Any, NamedTuple

import numpy as np

from .. import errors
from ..core import memory
from ..core.levels import concrete, opened
from ..core.tensor import TensorBase, leaf_node, wrap
from ..core.trees import flatten, paths
from ..transforms import gradients
from ..transforms.forward import Dual, Forward
from .program import is_input
from .recording import Equation, Recording, Variable, array_face, short

__all__ = ["Row", "TraceTable", "trace_table"]

_INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "floor_divide": "//", "remainder": "%",
          "power": "**", "matmul": "@"}


class Row(NamedTuple):
    """One line of a trace: the name and the formula of a value, the value, and its tangent or adjoint.

    >>> import adjoint as ad
    >>> ad.trace_table(lambda x: x * x, 3.0).rows[1]
    Row(name='v1', formula='x * x', value=array(9.), derivative=array(6.))
    """

    name: str
    formula: str
    value: Any
    derivative: Any


class TraceTable:
    """An evaluation trace: `rows` (inputs, intermediates, results) and `mode`; prints as text, Markdown and HTML.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> print(ad.trace_table(lambda x: np.exp(2 * x), 0.0).markdown())
    |    | formula | value  | tangent |
    |----|---------|--------|---------|
    | x  |         | 0.0000 | 1.0000  |
    | v1 | x * 2.0 | 0.0000 | 2.0000  |
    | v2 | exp(v1) | 1.0000 | 2.0000  |
    | y  | v2      | 1.0000 | 2.0000  |
    """

    def __init__(self, rows: list[Row], mode: str, precision: int) -> None:
        self.rows, self.mode, self.precision = rows, mode, precision

    def _cells(self) -> list[list[str]]:
        head = ["", "formula", "value", "tangent" if self.mode == "forward" else "adjoint"]
        return [head] + [[r.name, r.formula, self._number(r.value), self._number(r.derivative)] for r in self.rows]

    def _number(self, a: Any) -> str:
        if a.ndim:
            return np.array2string(a, precision=self.precision, suppress_small=True, separator=", ", threshold=8,
                                   edgeitems=2).replace("\n", "")
        x = a.item()
        if not isinstance(x, float) or x == 0 or 1e-3 <= abs(x) < 1e6:
            return f"{x:.{self.precision}f}" if isinstance(x, float) else str(x)
        return f"{x:.{self.precision}g}"

    def _columns(self) -> list[list[str]]:
        cells = self._cells()
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        return [[c.ljust(w) for c, w in zip(row, widths, strict=True)] for row in cells]

    def __str__(self) -> str:
        return "\n".join(["  ".join(row).rstrip() for row in self._columns()])

    __repr__ = __str__

    def markdown(self) -> str:
        """The table in Markdown."""
        head, *body = ["| " + " | ".join([c.replace("|", "\\|") for c in row]) + " |" for row in self._columns()]
        rule = "|" + "|".join(["-" * (len(c) + 2) for c in self._columns()[0]]) + "|"
        return "\n".join([head, rule, *body])

    def _repr_html_(self) -> str:
        head, *body = [[escape(c) for c in row] for row in self._cells()]
        lines = ["<table><thead><tr>" + "".join([f"<th>{c}</th>" for c in head]) + "</tr></thead><tbody>"]
        lines += ["<tr>" + "".join([f"<td><code>{c}</code></td>" for c in row]) + "</tr>" for row in body]
        return "\n".join([*lines, "</tbody></table>"])


def trace_table(f: Callable[..., Any], *args: Any, mode: str = "forward", tangents: Sequence[Any] | None = None,
                cotangent: Any = None, order: str = "depth", precision: int = 4) -> TraceTable:
    """The table of what f(*args) computes: each value, with its tangent (`mode="forward"`) or adjoint ("reverse").

    Inputs are the floats, ndarrays and tensors among the arguments. A tangent is the derivative along a direction: one
    of `tangents` for each input, by default 1 for the first and 0 for the others; so a forward table holds one column
    of the Jacobian. An adjoint is the derivative of the result in that value; `cotangent` weighs the elements of a
    result that is an array, so a reverse table holds one row. Rows stand by depth, as the surveys have them: each below
    what it needs, and as high as that allows; `order="run"` keeps the order in which they ran.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> print(ad.trace_table(lambda x1, x2: np.log(x1) + x1 * x2 - np.sin(x2), 2.0, 5.0))
        formula  value    tangent
    x1           2.0000   1.0000
    x2           5.0000   0.0000
    v1  log(x1)  0.6931   0.5000
    v2  x1 * x2  10.0000  5.0000
    v3  sin(x2)  -0.9589  0.0000
    v4  v1 + v2  10.6931  5.5000
    v5  v4 - v3  11.6521  5.5000
    y   v5       11.6521  5.5000
    """
    if mode not in ("forward", "reverse") or order not in ("depth", "run"):
        raise errors.RangeError("trace_table: mode is 'forward' or 'reverse' and order 'depth' or 'run', got "
                                f"{mode!r} and {order!r}")
    leaves, rebuild = flatten(args)
    at = [i for i, x in enumerate(leaves) if is_input(x) and _plain(x).dtype.kind in "fcV"]
    if not at:
        raise errors.RangeError("trace_table: no argument is a float, or an array or tensor of floats, so there is "
                                f"nothing to differentiate in: {args!r:.80}")
    inputs = [_plain(leaves[i]) for i in at]
    outer = Forward() if mode == "forward" else None
    if outer is None:
        given = [_tracked(a, leaves[i]) for a, i in zip(inputs, at, strict=True)]
        trace, found = _recorded(f, given, leaves, at, rebuild)
        derivatives = _adjoints(trace, found, cotangent)
        values = [concrete(p) for p in trace.payloads]
    else:
        directions = _directions(inputs, tangents)
        with opened(outer):
            given = [wrap(Dual(outer, a, t), None, _face(leaves[i]))
                     for a, t, i in zip(inputs, directions, at, strict=True)]
            trace, found = _recorded(f, given, leaves, at, rebuild)
            derivatives = [_tangent(p) for p in trace.payloads]
            values = [concrete(p) for p in trace.payloads]
    names = _input_names(f, args)
    rows = _rows(trace, found, [names[i] for i in at], order)
    slopes = [np.zeros_like(v) if d is None else d for v, d in zip(values, derivatives, strict=True)]
    return TraceTable([Row(name, formula, np.asarray(values[n - 1]), np.asarray(slopes[n - 1]))
                       for name, formula, n in rows], mode, precision)


def _plain(x: Any) -> Any:
    return memory.load(x).copy() if isinstance(x, TensorBase) else np.array(x)


def _face(x: Any) -> type[TensorBase]:
    return type(x) if isinstance(x, TensorBase) else array_face()


def _tracked(a: Any, like: Any) -> Any:
    """A leaf of this value, of the face that the argument has."""
    t = wrap(a, None, _face(like))
    t._n = leaf_node(t)
    return t


def _recorded(f: Callable[..., Any], given: list[Any], leaves: list[Any], at: list[int],
              rebuild: Callable[[list[Any]], Any]) -> tuple[Recording, list[Variable]]:
    """The recording of f, and the variables of what it returned."""
    trace = Recording()
    with opened(trace):
        arguments = list(leaves)
        for i, x in zip(at, given, strict=True):
            arguments[i] = trace.face(x)
        outputs, _ = flatten(f(*rebuild(arguments)))
        found = [v for v in map(trace.variable, outputs) if v is not None]
    if not found:
        raise errors.GradientError("trace_table: the function returned nothing that depends on its inputs")
    return trace, found


def _directions(inputs: list[Any], tangents: Sequence[Any] | None) -> list[Any]:
    if tangents is None:
        return [np.ones_like(a) if i == 0 else np.zeros_like(a) for i, a in enumerate(inputs)]
    if len(tangents) != len(inputs):
        raise errors.RangeError(f"trace_table: {len(inputs)} inputs need as many tangents, got {len(tangents)}")
    found = [np.array(_plain(t), dtype=a.dtype) for t, a in zip(tangents, inputs, strict=True)]
    for t, a in zip(found, inputs, strict=True):
        if t.shape != a.shape:
            raise errors.ShapeError(f"trace_table: the tangent of an input of shape {a.shape} has shape {t.shape}")
    return found


def _tangent(payload: Any) -> Any:
    data = memory.load(payload) if isinstance(payload, TensorBase) else payload
    return concrete(data.tangent) if isinstance(data, Dual) and data.tangent is not None else None


def _adjoints(trace: Recording, found: list[Variable], cotangent: Any) -> list[Any]:
    """The derivative of the one result in each value, None where it does not depend on it."""
    if len(found) != 1:
        raise errors.GradientError(f"trace_table: a reverse table is of one result, and the function returned "
                                   f"{len(found)}; trace a function that returns one of them")
    y = trace.payloads[found[0].number - 1]
    if cotangent is None and found[0].shape != ():
        raise errors.GradientError(f"trace_table: the result has shape {found[0].shape}; a reverse table needs the "
                                   "weights of its elements: cotangent=")
    tracked = [p if isinstance(p, TensorBase) and memory.load_node(p) is not None else None for p in trace.payloads]
    if tracked[found[0].number - 1] is None:
        return [None] * len(tracked)
    seed = np.ones_like(memory.load(y)) if cotangent is None else np.array(_plain(cotangent), memory.load(y).dtype)
    wanted = [p for p in tracked if p is not None]
    gs = iter(gradients.grad([y], wanted, [wrap(seed)], allow_unused=True))
    found_gs = [None if p is None else next(gs) for p in tracked]
    return [None if g is None else concrete(g) for g in found_gs]


def _input_names(f: Callable[..., Any], args: tuple[Any, ...]) -> list[str]:
    """A name for each leaf of the arguments: the parameter's, and the leaf's place in it."""
    try:
        parameters = list(inspect.signature(f).parameters.values())
        named = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    except (TypeError, ValueError):  # builtins may have no signature
        named = []
    names = []
    for i, x in enumerate(args):
        name = named[i] if i < len(named) else f"x{i + 1}"
        names += [name + where for where in paths(x)]
    return names


def _rows(trace: Recording, found: list[Variable], inputs: list[str], order: str) -> list[tuple[str, str, int]]:
    """Name, formula and variable's number of each row."""
    depth = dict.fromkeys(range(1, len(trace.payloads) + 1), 0)
    for e in trace.equations:
        for v in e.outputs:
            depth[v.number] = 1 + max([depth[u.number] for u in e.inputs if isinstance(u, Variable)], default=0)
    equations = list(trace.equations)
    if order == "depth":
        equations.sort(key=lambda e: depth[e.outputs[0].number])
    names = dict(zip([v.number for v in trace.inputs], inputs, strict=True))
    names |= {v.number: f"c{i}" for i, v in enumerate(trace.constants, 1)}
    names |= {v.number: f"v{i}" for i, v in enumerate([v for e in equations for v in e.outputs], 1)}
    rows = [(names[v.number], "", v.number) for v in [*trace.inputs, *trace.constants]]
    rows += [(names[v.number], _formula(e, names), v.number) for e in equations for v in e.outputs]
    ys = ["y"] if len(found) == 1 else [f"y{i}" for i in range(1, len(found) + 1)]
    return rows + [(y, names[v.number], v.number) for y, v in zip(ys, found, strict=True)]


def _formula(e: Equation, names: dict[int, str]) -> str:
    """The equation as it would be written."""

    def called(v: Variable) -> str:
        return names[v.number]

    inputs = [short(x, called) for x in e.inputs]
    if e.op in _INFIX and len(inputs) == 2:
        return f"{inputs[0]} {_INFIX[e.op]} {inputs[1]}"
    if e.op == "negative":
        return f"-{inputs[0]}"
    if e.op == "getitem":
        key = e.params["key"]
        key = key[:-1] if isinstance(key, tuple) and len(key) > 1 and key[-1] is Ellipsis else key
        return f"{inputs[0]}[{', '.join([short(k, called) for k in (key if isinstance(key, tuple) else (key,))])}]"
    if e.op == "square":
        return f"{inputs[0]} ** 2"
    if e.op == "power_constant":
        return f"{inputs[0]} ** {short(e.params['exponent'], called)}"
    called_as = {"total": "sum"}.get(e.op, e.op)
    return f"{called_as}({', '.join(inputs + [f'{k}={v}' for k, v in e.told(called).items()])})"
