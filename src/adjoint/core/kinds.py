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

from collections.abc import Callable
from typing import Any

import numpy as np

from . import fast, fast_several, fast_single, registry
from .batch_rules import Rule as BatchRule
from .batch_rules import axes, pointwise
from .choose import mask as mask
from .op import Bilinear, Constant, Elementwise, General, Op, Partial, Saved, names_of
from .rules import fit


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


def refused(vjp: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator: this vjp only raises the error that says why there is no derivative."""
    vjp.refused = True  # type: ignore[attr-defined]
    return vjp


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
        return register(op, fast_single.single(op))
    if op.has_params or op.arity is None or op.arity > 2:
        return register(op, fast_several.several(op))
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
    if not variadic:
        op.vjp = _vjp_linear(transpose)  # type: ignore[method-assign]
    return register(op, fast_several.sequence(op) if variadic else fast_single.single(op))


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
    op.vjp = _vjp_linear(transpose)  # type: ignore[method-assign]
    return register(op, fast_single.single(op))


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


def _vjp_linear(transpose: Callable[..., Any]) -> Callable[..., Any]:
    """What General.vjp does for a linear map of one operand, which keeps nothing."""

    def vjp(node: list[Any], ct: Any, times: Any) -> Any:
        a = node[4][0]
        ct = transpose(ct, a, **node[3])
        return (ct if ct.shape == a.shape and ct.dtype is a.dtype else fit(ct, a.shape, a.dtype),)

    return vjp


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
    return register(op, fast_several.several(op))


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
    names, names_of_params = names_of(partial)
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
    return register(op, fast_single.single(op))


def kept_shape(shape: tuple[int, ...], axis: int | tuple[int, ...] | None) -> tuple[int, ...]:
    """The shape with 1 at the reduced axes."""
    if axis is None:
        return (1,) * len(shape)
    if type(axis) is tuple and len(axis) == 1:
        axis = axis[0]
    if type(axis) is int and 0 <= axis < len(shape):
        return (*shape[:axis], 1, *shape[axis + 1:])
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
    return register(op, fast_several.several(op))


def custom(fn: Callable[..., Any] | str, vjp: Callable[..., Any], *, saves: tuple[str, ...] = (),
           name: str | None = None, constant_outputs: tuple[int, ...] = (), promotes: bool = True, widens: bool = True,
           floats: bool = False, view: bool = False, variadic: bool = False,
           single: bool = False, linear: bool = False, batch: BatchRule | None = None) -> Callable[..., Any]:
    """The op `fn` with an explicit `vjp(ct, s)`, which returns one cotangent for each operand (None if not wanted).

    `s` gives the operands and `out` named in `saves`, `s.params`, `s.avals`, `s.wanted` and `s.times(ct, partial)`.
    `single=True` says that there is one operand and one result: the fast path. `linear=True` says that the op is
    linear in its operands together, for fixed parameters and integers among them.

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
    op.batch, op.linear = batch, linear
    return register(op, fast_single.single(op) if single else fast_several.sequence(op) if variadic else
                    fast_several.several(op))
