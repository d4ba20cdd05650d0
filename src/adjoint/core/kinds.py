"""The kinds of ops: from the one thing that an op states, its kind supplies recording and the vector-Jacobian product.

    sin = elementwise(np.sin, lambda x: np.cos(x))            partial derivatives, by the names of what they need
    multiply = elementwise(np.multiply, lambda y: y, lambda x: x)
    transpose = structural(np.transpose, lambda ct, x, axes: ...)     the transpose of a linear map that moves elements
    matmul = bilinear(np.matmul, lambda ct, x, y: ct @ mT(y), lambda ct, x, y: mT(x) @ ct)
    amax = reduction(np.max, lambda x, out: ...)              the partial, with reduced dimensions kept
    floor = constant(np.floor)                                piecewise constant: the derivative is zero by declaration
    solve = custom(_solve, _solve_vjp, saves=("y", "out"))    an explicit vjp(ct, s)

Each returns what other code calls: on arrays it runs NumPy's function, on tensors it records a node.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from operator import itemgetter
from typing import Any

import numpy as np

from ..errors import MissingRule
from . import dispatch, fast, registry
from .batch_rules import Rule as BatchRule
from .batch_rules import axes, pointwise
from .choose import choose
from .choose import mask as mask
from .rules import PICK, REDUCE, Rule, aval, fit
from .tensor import new, next_seq, wrap

Partial = Callable[..., Any] | int | float | None
OPERANDS = ("x", "y", "z", "w", "v", "u")


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
    differentiable = True
    constant_outputs: tuple[int, ...] = ()

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


def _names(partial: Partial) -> tuple[tuple[str, ...], tuple[str, ...]]:
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
        needs = [_names(p) for p in partials]
        wanted = {n for names, _ in needs for n in names}
        self.saves = tuple(n for n in ("out", *OPERANDS) if n in wanted)
        self.has_params = any(p for _, p in needs)
        self.floats = not integer and not _has_loop(self.fn, "bhilq")
        self.widens = not _has_loop(self.fn, "e")
        self.stop = 2 + k
        self.keep = 2 + k + self.has_params
        self.size = self.keep + len(self.saves)
        self.used_by = tuple(tuple(name in names for names, _ in needs) for name in self.saves)
        self._terms = [self._term(p, *n) for p, n in zip(partials, needs, strict=True)]
        self._plan = [(-1 if name == "out" else OPERANDS.index(name), users)
                      for name, users in zip(self.saves, self.used_by, strict=True)]
        if k == 1:
            self.vjp = self._terms[0]  # type: ignore[method-assign]
        elif partials == (1, 1):
            self.vjp = lambda node, ct, times: (ct, ct)  # type: ignore[method-assign]
        elif k == 2:
            self.vjp = self._two(*self._terms)  # type: ignore[method-assign]

    def _term(self, partial: Partial, names: tuple[str, ...], params: tuple[str, ...]) -> Callable[..., Any]:
        """(node, ct, times) -> the 1-tuple of the cotangent of one operand."""
        if partial is None:
            return self._refuse
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

    def _refuse(self, node: list[Any], ct: Any, times: Any) -> Any:
        raise MissingRule(f"{self.op_name} has no derivative in one of its operands, which requires grad; use "
                          ".detach() on it if no derivative is wanted")

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
            for used, n in zip(users, nodes, strict=True):
                if used and n is not None:
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


class General(Op):
    """[op, seq, (parents...), params, avals, out's avals, saved...]; `pull(ct, s)` gives all operands' cotangents.

    The avals of the outputs are there if there are several; their number is that of the cotangents.
    """

    stop = 0
    keep = size = 6
    forward: Callable[..., Any] | None = None  # (op, primals, tangents, params, out, times) -> the tangent

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
        self.constant_outputs = constant_outputs

    def vjp(self, node: list[Any], ct: Any, times: Any) -> Any:
        s = new(Saved)
        s.params, s.avals, s.times = node[3], node[4], times
        s.wanted = tuple([n is not None for n in node[2]])
        for i, name in enumerate(self.saves, 6):
            setattr(s, name, node[i])
        if node[5] is not None:
            ct = tuple([ct[i] for i in range(len(node[5]))])
            s.out_avals = node[5]
        assert self.pull is not None
        cts = self.pull(ct, s)
        if type(cts) is not tuple:
            cts = tuple(cts) if self.arity is None else (cts,)
        return [None if n is None or c is None else c if c.shape == a.shape and c.dtype is a.dtype else
                fit(c, a.shape, a.dtype) for n, c, a in zip(node[2], cts, s.avals, strict=True)]

    def jvp(self, primals: tuple[Any, ...], tangents: tuple[Any, ...], params: dict[str, Any], out: Any,
            times: Any) -> Any:
        if self.forward is None:
            return NotImplemented
        return self.forward(self, primals, tangents, params, out, times)

    def node(self, nodes: tuple[Any, ...], params: dict[str, Any], arrays: tuple[Any, ...], out: Any) -> list[Any]:
        return [self, next_seq(), nodes, params, tuple([aval(a) for a in arrays]),
                tuple([aval(o) for o in out]) if type(out) is tuple else None,
                *[out if at < 0 else arrays[at] for at in self._sources]]

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


def refused(vjp: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator: this vjp only raises the error that says why there is no derivative."""
    vjp.refused = True  # type: ignore[attr-defined]
    return vjp


class Constant(Op):
    """Never recorded: its derivative is zero wherever it exists."""

    kind = "constant"
    differentiable = False

    def __init__(self, fn: Callable[..., Any] | str, name: str | None, promotes: bool, integer: bool) -> None:
        super().__init__(fn, name)
        self.promotes = promotes
        self.elementwise = isinstance(self.fn, np.ufunc)
        self.floats = not integer


def register(op: Op, call: Callable[..., Any]) -> Callable[..., Any]:
    """Enter an op among the ops; the call itself comes back."""
    if op.batch is pointwise:
        op.elementwise = True
    elif op.elementwise and op.batch is None:
        op.batch = pointwise
    call.op = op  # type: ignore[attr-defined]
    op.call = call
    registry.add(op, call)
    return call


def elementwise(fn: Callable[..., Any] | str, *partials: Partial, name: str | None = None,
                integer: bool = False) -> Callable[..., Any]:
    """The op that applies `fn` to each element, from one partial derivative for each operand.

    A partial is a number, None (not differentiable in this operand), or a function of the values that it names: `out`
    and the operands `x, y, z, w`; what it names is what is saved. Keyword-only names are parameters of the op. A
    partial that is only 0 or 1 is best given as `mask(...)` of a condition: then it selects, and infinity is not
    multiplied by 0.
    `integer=True` says that integers stay integers where `fn` is not a ufunc with integer loops.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> def scaled_square(x, *, scale=1.0):
    ...     return scale * x * x
    >>> op = ad.extend.elementwise(scaled_square, lambda x, *, scale=1.0: 2 * scale * x)
    >>> x = ad.tensor([1.0, 2.0], requires_grad=True)
    >>> op(x, scale=3.0).sum().backward()
    >>> x.grad
    tensor([ 6., 12.])
    """
    op = Elementwise(fn, partials, name, integer)
    if op.arity == 1 and op.has_params:
        return register(op, fast.single(op))
    if op.has_params or op.arity is None or op.arity > 2:
        return register(op, dispatch.caller(op))
    return register(op, fast.unary(op) if op.arity == 1 else fast.binary(op))


def linear(fn: Callable[..., Any] | str, transpose: Callable[..., Any], *, name: str | None = None,
           widens: bool = False, variadic: bool = False, floats: bool = False,
           batch: BatchRule | None = None) -> Callable[..., Any]:
    """The op `fn`, linear in its operand, from its transpose `(ct, x, **params)`, where x has only .shape and .dtype.

    With `variadic=True` the operand is a sequence: x is then the list of them, and so is what the transpose returns.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> def pair_sums(x):
    ...     return x[0::2] + x[1::2]
    >>> op = ad.extend.linear(pair_sums, lambda ct, x: np.repeat(ct, 2))
    >>> x = ad.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
    >>> op(x)
    tensor([3., 7.], grad_fn=<PairSumsBackward0>)
    >>> ad.autograd.grad(op(x).square().sum(), x)
    (tensor([ 6.,  6., 14., 14.]),)
    """
    op = General(fn, name, "linear", _pull_linear(transpose, variadic), promotes=variadic, widens=widens,
                 variadic=variadic, floats=floats)
    op.forward, op.batch = _push_linear, batch
    return register(op, dispatch.caller(op) if variadic else fast.single(op))


def structural(fn: Callable[..., Any] | str, transpose: Callable[..., Any], *, name: str | None = None,
               view: bool = True, batch: BatchRule | None = None) -> Callable[..., Any]:
    """The op `fn`, which only moves elements, from its transpose; its result may be a view of the operand.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> def mirrored(x):
    ...     return x[..., ::-1]
    >>> op = ad.extend.structural(mirrored, lambda ct, x: op(ct))
    >>> x = ad.tensor([1.0, 2.0], requires_grad=True)
    >>> ad.autograd.grad((op(x) * ad.tensor([3.0, 4.0])).sum(), x)
    (tensor([4., 3.]),)
    """
    op = General(fn, name, "structural", _pull_linear(transpose, False), view=view)
    op.forward, op.batch = _push_linear, batch
    return register(op, fast.single(op))


def _push_linear(op: Any, primals: Any, tangents: Any, params: dict[str, Any], out: Any, times: Any) -> Any:
    """A linear map's tangent is its value at the tangents."""
    if op.arity is None:
        return op.call([np.zeros_like(x) if t is None else t for x, t in zip(primals, tangents, strict=True)], **params)
    return op.call(tangents[0], **params)


def _push_bilinear(op: Any, primals: Any, tangents: Any, params: dict[str, Any], out: Any, times: Any) -> Any:
    """The product rule."""
    (x, y), (dx, dy) = primals, tangents
    if dx is None:
        return op.call(x, dy, **params)
    first = op.call(dx, y, **params)
    return first if dy is None else first + op.call(x, dy, **params)


def _pull_linear(transpose: Callable[..., Any], variadic: bool) -> Callable[..., Any]:
    if variadic:
        return lambda ct, s: tuple(transpose(ct, s.avals, **s.params))
    return lambda ct, s: transpose(ct, s.avals[0], **s.params)


def bilinear(fn: Callable[..., Any] | str, first: Callable[..., Any], second: Callable[..., Any], *,
             name: str | None = None, widens: bool = True, batch: BatchRule | None = None) -> Callable[..., Any]:
    """The op `fn`, linear in each of two operands, from its two transposes `(ct, x, y, **params)`.

    The first gets x as shape and dtype only, the second y; sums over broadcast dimensions are supplied.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> def table(x, y):
    ...     return np.multiply.outer(x, y)
    >>> op = ad.extend.bilinear(table, lambda ct, x, y: ct @ y, lambda ct, x, y: x @ ct)
    >>> x, y = ad.tensor([1.0, 2.0], requires_grad=True), ad.tensor([3.0, 4.0, 5.0])
    >>> ad.autograd.grad(op(x, y).sum(), x)
    (tensor([12., 12.]),)
    """

    def pull(ct: Any, s: Saved) -> tuple[Any, Any]:
        x, y = s.avals
        return (first(ct, x, s.y, **s.params) if s.wanted[0] else None,
                second(ct, s.x, y, **s.params) if s.wanted[1] else None)

    op = Bilinear(fn, name, "bilinear", pull, ("x", "y"), promotes=True, widens=widens)
    op.forward, op.batch = _push_bilinear, batch
    return register(op, fast.several(op))


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


def reduction(fn: Callable[..., Any] | str, partial: Callable[..., Any], *, name: str | None = None,
              widens: bool = True, floats: bool = False,
              batch: BatchRule | None = None) -> Callable[..., Any]:
    """The op `fn(x, axis=None, keepdims=False)` from d out / d x, where `out` comes with its dimensions kept.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> def length(x, *, axis=None, keepdims=False):
    ...     return np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims))
    >>> op = ad.extend.reduction(length, lambda x, out: x / out)
    >>> x = ad.tensor([3.0, 4.0], requires_grad=True)
    >>> ad.autograd.grad(op(x), x)
    (tensor([0.6000, 0.8000]),)
    """
    names, names_of_params = _names(partial)
    saves = tuple(n for n in ("out", "x") if n in names)

    def pull(ct: Any, s: Saved) -> Any:
        axis, keepdims = s.params.get("axis"), s.params.get("keepdims", False)
        shape = kept_shape(s.avals[0].shape, axis)
        if not keepdims:
            ct = np.reshape(ct, shape)
        values = [np.reshape(s.out, shape) if n == "out" else s.x for n in names]
        return s.times(ct, partial(*values, **{p: s.params.get(p) for p in names_of_params}))

    def push(op: Any, primals: Any, tangents: Any, params: dict[str, Any], out: Any, times: Any) -> Any:
        axis, keepdims = params.get("axis"), params.get("keepdims", False)
        x, t = primals[0], tangents[0]
        shape = kept_shape(tuple(x.shape), axis)
        values = [np.reshape(out, shape) if n == "out" else x for n in names]
        factor = partial(*values, **{p: params.get(p) for p in names_of_params})
        return np.sum(times(t, factor), axis=axis, keepdims=keepdims)

    op = General(fn, name, "reduction", pull, saves, widens=widens, floats=floats)
    op.forward, op.batch = push, axes(axis=None) if batch is None else batch
    return register(op, fast.single(op))


def kept_shape(shape: tuple[int, ...], axis: int | tuple[int, ...] | None) -> tuple[int, ...]:
    """The shape with 1 at the reduced axes."""
    if axis is None:
        return (1,) * len(shape)
    axes = {a % len(shape) for a in ((axis,) if isinstance(axis, int) else axis)} if shape else set()
    return tuple([1 if i in axes else n for i, n in enumerate(shape)])


def constant(fn: Callable[..., Any] | str, *, name: str | None = None, promotes: bool = True,
             integer: bool = True, batch: BatchRule | None = None) -> Callable[..., Any]:
    """The op `fn`, declared piecewise constant: results are not tracked. `integer=False`: integers become floats first.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> def halves(x):
    ...     return np.floor(2 * x) / 2
    >>> op = ad.extend.constant(halves)
    >>> op(ad.tensor([0.7], requires_grad=True))
    tensor([0.5000])
    """
    op = Constant(fn, name, promotes, integer)
    op.batch = batch
    return register(op, dispatch.caller(op))


def custom(fn: Callable[..., Any] | str, vjp: Callable[..., Any], *, saves: tuple[str, ...] = (),
           name: str | None = None, constant_outputs: tuple[int, ...] = (), promotes: bool = True, widens: bool = True,
           floats: bool = False, view: bool = False, variadic: bool = False,
           single: bool = False, batch: BatchRule | None = None) -> Callable[..., Any]:
    """The op `fn` with an explicit `vjp(ct, s)`, which returns one cotangent for each operand (None if not wanted).

    `s` gives the operands and `out` named in `saves`, `s.params`, `s.avals`, `s.wanted` and `s.times(ct, partial)`.
    `single=True` says that there is one operand and one result: the fast path.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> def between(x, y, *, share):
    ...     return x + share * (y - x)
    >>> op = ad.extend.custom(between, lambda ct, s: (ct * (1 - s.params["share"]), ct * s.params["share"]))
    >>> x, y = ad.tensor(1.0, requires_grad=True), ad.tensor(3.0, requires_grad=True)
    >>> ad.autograd.grad(op(x, y, share=0.25), (x, y))
    (tensor(0.7500), tensor(0.2500))
    """
    op = General(fn, name, "custom", vjp, saves, promotes=promotes, widens=widens, floats=floats, view=view,
                 variadic=variadic, constant_outputs=constant_outputs)
    op.batch = batch
    return register(op, fast.single(op) if single else dispatch.caller(op) if variadic else fast.several(op))
