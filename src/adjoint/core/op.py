"""The op: its function on arrays, its name, how it is recorded, and the vector-Jacobian product of its kind.

The nodes of a kind are lists laid out as its class says; `core/kinds.py` has what other code calls to make an op.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from operator import itemgetter
from typing import Any, NoReturn

import numpy as np

from ..errors import MissingRule
from .batch_rules import Rule as BatchRule
from .choose import choose
from .rules import PICK, REDUCE, Rule, aval, fit
from .tensor import new, next_seq, wrap

Partial = Callable[..., Any] | int | float | None
OPERANDS = ("x", "y", "z", "w", "v", "u")
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


class Later:
    """A function that is imported when it is first called: "scipy.special.erf"."""

    __slots__ = ("path", "__name__", "found")

    def __init__(self, path: str) -> None:
        self.path = path
        self.__name__ = path.rsplit(".", 1)[1]
        self.found: Callable[..., Any] | None = None

    def __call__(self, *args: Any, **params: Any) -> Any:
        if self.found is None:
            module, name = self.path.rsplit(".", 1)
            self.found = getattr(importlib.import_module(module), name)
        return self.found(*args, **params)


class Op(Rule):
    """An op: its function on arrays, its name, and how it is recorded and differentiated."""

    kind = "op"
    call: Callable[..., Any]
    arity: int | None = 1  # None: the first argument is a sequence of operands
    promotes = False  # operands of different dtypes meet in the common one, and broadcast
    floats = False  # integer operands become the default floating-point dtype first
    widens = False  # float16 and bfloat16 compute in float32 and round once
    batch: BatchRule | None = None  # see batch_rules; None: it runs once an example, unless it is elementwise
    runs_user_code = False  # its rules may open transforms of their own
    elementwise = False  # each element of the result depends on the elements at its place
    blank = False  # makes an array to be written into: zeros_like and its like
    view = False  # the result may share the operand's memory
    linear = False  # for fixed parameters and integers, the results are linear in the operands together
    differentiable = True
    constant_outputs: tuple[int, ...] = ()
    # (*operands, *tangents, **params) -> the result, for ops whose result is a choice that a direction narrows
    toward: Callable[..., Any] | None = None

    def __init__(self, fn: Callable[..., Any] | str, name: str | None = None) -> None:
        self.fn: Callable[..., Any] = Later(fn) if isinstance(fn, str) else fn
        self.op_name = self.fn.__name__.lstrip("_")
        self.name = (name or "".join(part.capitalize() for part in self.op_name.split("_"))) + (
            "" if name and "Backward" in name else "Backward0")

    def node(self, nodes: tuple[Any, ...], params: dict[str, Any], arrays: tuple[Any, ...], out: Any) -> list[Any]:
        """The node for these parents, parameters, operand arrays and result."""
        raise NotImplementedError

    def moves(self, params: dict[str, Any]) -> bool:
        """Whether the result, for these parameters, is a view even of values that lie in no memory."""
        return self.view

    def jvp(self, primals: tuple[Any, ...], tangents: tuple[Any, ...], params: dict[str, Any], out: Any,
            times: Any) -> Any:
        """The tangent of the result from the operands' (None: zero); NotImplemented: by transposing the vjp."""
        return NotImplemented

    def __repr__(self) -> str:
        return f"<{self.kind} op {self.op_name}>"


def names_of(partial: Partial) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The values that a partial needs, and its parameters (the keyword-only names)."""
    if not callable(partial):
        return (), ()
    code = partial.__code__
    n = code.co_argcount
    return code.co_varnames[:n], code.co_varnames[n:n + code.co_kwonlyargcount]


class Elementwise(Op):
    """[op, seq, parents..., (params,) saved...]: saved as `saves` has them, None where no tracked operand needs it."""

    kind = "elementwise"
    elementwise = True
    promotes = True

    def __init__(self, fn: Callable[..., Any] | str, partials: tuple[Partial, ...], name: str | None,
                 integer: bool) -> None:
        super().__init__(fn, name)
        self.partials = partials
        self.arity = k = len(partials)
        needs = [names_of(p) for p in partials]
        wanted = {n for names, _ in needs for n in names}
        self.saves = tuple(n for n in ("out", *OPERANDS) if n in wanted)
        self.has_params = any(p for _, p in needs)
        self.floats = not integer and not _has_loop(self.fn, "bhilq")
        self.widens = not _has_loop(self.fn, "e")
        self.stop = 2 + k
        self.keep = 2 + k + self.has_params
        self.size = self.keep + len(self.saves)
        self.used_by = tuple(tuple(name in names for names, _ in needs) for name in self.saves)
        self._terms = [self._term(i, p, *n) for i, (p, n) in enumerate(zip(partials, needs, strict=True))]
        self._plan = [(-1 if name == "out" else OPERANDS.index(name), [i for i, uses in enumerate(users) if uses])
                      for name, users in zip(self.saves, self.used_by, strict=True)]
        if k == 1:
            self.vjp = self._terms[0]  # type: ignore[method-assign]
        elif partials == (1, 1):
            self.vjp = lambda node, ct, times: (ct, ct)  # type: ignore[method-assign]
        elif k == 2:
            self.vjp = self._two(*self._terms)  # type: ignore[method-assign]

    def _term(self, operand: int, partial: Partial, names: tuple[str, ...],
              params: tuple[str, ...]) -> Callable[..., Any]:
        """(node, ct, times) -> the 1-tuple of the cotangent of one operand."""
        if partial is None:
            return lambda node, ct, times: self._refuse(ORDINALS[operand])
        if not callable(partial):
            if partial == 1:
                return lambda node, ct, times: (ct,)
            if partial == 0:  # not a product: 0 * inf is NaN
                return lambda node, ct, times: (np.zeros_like(ct),)
            if partial == -1:
                return lambda node, ct, times: (-ct,)
            return lambda node, ct, times: (ct * partial,)
        places = [self.keep + self.saves.index(n) for n in names]
        if getattr(partial, "selects", False):
            if len(places) == 1 and not params:
                (k,) = places
                return lambda node, ct, times: (_chosen(ct, node[k], partial),)
            at = self.keep - 1
            return lambda node, ct, times: (choose(ct, partial(
                *[node[i] for i in places], **{p: node[at][p] for p in params if p in node[at]})),)
        if params:
            at = self.keep - 1
            return lambda node, ct, times: (times(ct, partial(
                *(node[i] for i in places), **{p: node[at][p] for p in params if p in node[at]})),)
        if len(places) == 1:
            (i,) = places
            return lambda node, ct, times: (times(ct, partial(node[i])),)
        if not places:
            return lambda node, ct, times: (times(ct, partial()),)
        get = itemgetter(*places)
        return lambda node, ct, times: (times(ct, partial(*get(node))),)

    def _refuse(self, which: str) -> NoReturn:
        raise MissingRule(f"{self.op_name} has no derivative in its {which} operand, which requires grad; give it "
                          "adjoint.stop_gradient(x), or x.detach() of a tensor, if no derivative is wanted")

    @staticmethod
    def _two(first: Callable[..., Any], second: Callable[..., Any]) -> Callable[..., Any]:
        def vjp(node: list[Any], ct: Any, times: Any) -> Any:
            if node[3] is None:
                return (None, None) if node[2] is None else (*first(node, ct, times), None)
            if node[2] is None:
                return (None, *second(node, ct, times))
            return first(node, ct, times) + second(node, ct, times)

        return vjp

    def vjp(self, node: list[Any], ct: Any, times: Any) -> Any:
        return [None if node[2 + i] is None else term(node, ct, times)[0] for i, term in enumerate(self._terms)]

    def node(self, nodes: tuple[Any, ...], params: dict[str, Any], arrays: tuple[Any, ...], out: Any) -> list[Any]:
        made = [self, next_seq(), *nodes]
        if self.has_params:
            made.append(params)
        for at, users in self._plan:
            for i in users:
                if nodes[i] is not None:
                    made.append(out if at < 0 else arrays[at])
                    break
            else:
                made.append(None)
        return made

    def jvp(self, primals: tuple[Any, ...], tangents: tuple[Any, ...], params: dict[str, Any], out: Any,
            times: Any) -> Any:
        node = self.node(tangents, params, primals, out)
        total = None
        for term, t in zip(self._terms, tangents, strict=True):
            if t is not None:
                (part,) = term(node, t, times)
                total = part if total is None else total + part
        return total

    def given(self, node: list[Any], out: Any) -> Any:
        return [out] * (self.stop - 2)  # a broadcast or cast operand comes through a Reduce

    def lift(self, node: list[Any]) -> list[Any]:
        lifted = node[:]
        for i, name in enumerate(self.saves, self.keep):
            if node[i] is not None:
                lifted[i] = wrap(node[i], node if name == "out" else _before(node[2 + OPERANDS.index(name)], node[i]))
        return lifted


def _chosen(ct: Any, x: Any, partial: Any) -> Any:
    out = partial.fused(ct, x)
    return choose(ct, partial(x)) if out is None else out


def _before(node: Any, array: Any) -> Any:
    """The node of a saved operand: if it was broadcast after it was saved, the node before the sum that undoes that."""
    while node is not None and node[0] is REDUCE and node[3] == array.shape and node[4] == array.dtype:
        node = node[2]
    return node


def _has_loop(fn: Any, letters: str) -> bool:
    return isinstance(fn, np.ufunc) and any([t[0] in letters for t in fn.types])


class Saved:
    """What an explicit vjp may ask: saved operands and `out` by name, `params`, `avals`, `wanted`, `times`."""

    __slots__ = ("params", "avals", "wanted", "times", "out", "out_avals", *OPERANDS)

    params: dict[str, Any]
    avals: tuple[Any, ...]
    wanted: tuple[bool, ...]
    times: Any
    out: Any
    out_avals: tuple[Any, ...]
    x: Any
    y: Any
    z: Any
    w: Any
    v: Any
    u: Any


_ALONE = (True,)  # a node of one parent is visited for that parent


class General(Op):
    """[op, seq, (parents...), params, avals, out's avals, saved...]; `pull(ct, s)` gives all operands' cotangents.

    The avals of the outputs are there if there are several; their number is that of the cotangents.
    """

    stop = 0
    keep = size = 6
    forward: Callable[..., Any] | None = None  # (op, primals, tangents, params, out, times) -> the tangent
    # (tangents, out, params): says what is to be said of a tangent by transposition
    watch: Callable[..., Any] | None = None

    def __init__(self, fn: Callable[..., Any] | str, name: str | None, kind: str, pull: Callable[..., Any] | None,
                 saves: tuple[str, ...] = (), *, promotes: bool = False, widens: bool = False, floats: bool = False,
                 view: bool = False, variadic: bool = False, constant_outputs: tuple[int, ...] = ()) -> None:
        super().__init__(fn, name)
        self.kind = kind
        self.pull = pull
        self.saves = saves
        self.size = 6 + len(saves)
        self._sources = [-1 if name == "out" else OPERANDS.index(name) for name in saves]
        self.promotes, self.widens, self.floats, self.view = promotes, widens, floats, view
        self.arity = None if variadic else 1
        self.linear = kind in ("linear", "structural")
        self.constant_outputs = constant_outputs

    def vjp(self, node: list[Any], ct: Any, times: Any) -> Any:
        s = new(Saved)
        s.params, s.avals, s.times = node[3], node[4], times
        parents = node[2]
        s.wanted = _ALONE if len(parents) == 1 else tuple([n is not None for n in parents])
        for i, name in enumerate(self.saves, 6):
            setattr(s, name, node[i])
        if node[5] is not None:
            ct = tuple([ct[i] for i in range(len(node[5]))])
            s.out_avals = node[5]
        assert self.pull is not None
        cts = self.pull(ct, s)
        if len(parents) == 1 and type(cts) is not tuple and self.arity is not None:
            a = s.avals[0]
            return (cts if cts is None or (cts.shape == a.shape and cts.dtype is a.dtype) else
                    fit(cts, a.shape, a.dtype),)
        if type(cts) is not tuple:
            cts = tuple(cts) if self.arity is None else (cts,)
        return [None if n is None or c is None else c if c.shape == a.shape and c.dtype is a.dtype else
                fit(c, a.shape, a.dtype) for n, c, a in zip(node[2], cts, s.avals, strict=True)]

    def jvp(self, primals: tuple[Any, ...], tangents: tuple[Any, ...], params: dict[str, Any], out: Any,
            times: Any) -> Any:
        if self.forward is None:
            if self.watch is not None:
                self.watch(tangents, out, params)
            return NotImplemented
        return self.forward(self, primals, tangents, params, out, times)

    def node(self, nodes: tuple[Any, ...], params: dict[str, Any], arrays: tuple[Any, ...], out: Any) -> list[Any]:
        made = [self, next_seq(), nodes, params, tuple(map(aval, arrays)),
                tuple(map(aval, out)) if type(out) is tuple else None]
        for at in self._sources:
            made.append(out if at < 0 else arrays[at])
        return made

    def outputs(self, node: list[Any]) -> Any:
        return node[5]

    def given(self, node: list[Any], out: Any) -> Any:
        return node[4]

    def lift(self, node: list[Any]) -> list[Any]:
        lifted = node[:]
        for i, name in enumerate(self.saves, 6):
            value = node[i]
            if name != "out":
                lifted[i] = wrap(value, node[2][OPERANDS.index(name)])
            elif isinstance(value, tuple):
                lifted[i] = tuple([o if k in self.constant_outputs or o.dtype.kind in "biu" else
                                   wrap(o, [PICK, next_seq(), node, k]) for k, o in enumerate(value)])
            else:
                lifted[i] = wrap(value, node)
        return lifted


class Constant(Op):
    """Never recorded: its derivative is zero wherever it exists."""

    kind = "constant"
    differentiable = False

    def __init__(self, fn: Callable[..., Any] | str, name: str | None, promotes: bool, integer: bool) -> None:
        super().__init__(fn, name)
        self.promotes = promotes
        self.elementwise = isinstance(self.fn, np.ufunc)
        self.floats = not integer


class Bilinear(General):
    """A General whose two operands are saved crosswise."""

    def node(self, nodes: tuple[Any, ...], params: dict[str, Any], arrays: tuple[Any, ...], out: Any) -> list[Any]:
        n, m = nodes
        a, b = arrays
        return [self, next_seq(), nodes, params, (aval(a), aval(b)), None,
                None if m is None else a, None if n is None else b]

    def lift(self, node: list[Any]) -> list[Any]:
        lifted = node[:]
        for i in (0, 1):
            if node[6 + i] is not None:
                lifted[6 + i] = wrap(node[6 + i], node[2][i])
        return lifted
