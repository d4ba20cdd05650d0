"""Reverse transforms of functions: vjp, grad, value_and_grad, linearize, linear_transpose, in JAX's conventions.

A function is run on faces with nodes of their own; the tape is then walked back from its results. Nested transforms
share one tape, so a walk is recorded just when the results depend on more than what is differentiated here.

Complex numbers: the derivative of a real f at z = x + iy is df/dx - i df/dy, as JAX has it (PyTorch's `.grad`, and
`adjoint.func`, give the conjugate).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any

import numpy as np

from .. import errors
from ..core import memory, modes
from ..core.levels import stopped
from ..core.tensor import TensorBase, wrap
from ..core.trees import flatten, leaves_like
from ..ops import structure as st
from . import duals
from .gradients import own, recording
from .inputs import Chosen, aux_of, checked, close, face_of, given_back, lent, settled, survey, variable
from .reverse import Walk, reach

Node = list[Any]


def pulled(roots: list[Node], cts: list[Any], variables: list[TensorBase],
           closed: list[TensorBase] | None = None, recorded: bool = False,
           known: tuple[bool, bool] | None = None) -> list[Any]:
    """The cotangents of the variables (None: zero) from those of the roots; faces where they depend on more.

    `recorded` says that the walk is recorded in any case. `closed` are further variables on which the results may
    depend, though nobody will ask for that derivative. `known` is what `survey` says, where that is known.
    """
    targets = {memory.load_node(v)[1] for v in variables}
    found, beyond = known or survey(roots, targets)
    if not found:
        return [None] * len(variables)
    inner = closed is not None or recorded
    if beyond and inner:
        beyond = survey(roots, targets | {memory.load_node(v)[1] for v in closed or []})[1]
    create = recorded or beyond or any([isinstance(ct, TensorBase) and memory.load_node(ct) is not None for ct in cts])
    needed = reach(roots, targets) if beyond or inner else None
    if create:
        cts = [ct if isinstance(ct, TensorBase) else wrap(ct) for ct in cts]
    else:
        cts = [memory.load(ct) if isinstance(ct, TensorBase) else ct for ct in cts]
    seeds = [(node, ct) for node, ct in zip(roots, cts, strict=True) if needed is None or node[1] in needed]
    with recording(create):
        walk = Walk(create, targets, needed)
        walk.run(seeds)
    walk.leaves.clear()
    return [walk.captured.get(memory.load_node(v)[1]) for v in variables]


def gradient(ct: Any, x: Any, v: TensorBase, conjugate: bool = False) -> Any:
    """A cotangent as the user gets it for the argument `x`."""
    if ct is None:
        ct = np.zeros_like(memory.peek(v))
    if isinstance(ct, TensorBase):
        return given_back(np.conjugate(ct) if conjugate and memory.peek(ct).dtype.kind == "c" else ct, face_of(x))  # type: ignore[call-overload]
    entry = [ct]
    del ct
    plain = type(entry[0]) is np.ndarray
    data = memory.load(own(entry, x, False)) if plain else entry[0]
    if data.dtype.kind == "c" and conjugate is not plain:
        data = np.conjugate(data)  # `own` gives PyTorch's gradient
    return given_back(data, face_of(x))


def traced(call: Callable[[list[Any]], Any], leaves: list[Any], what: str) -> tuple[Any, list[TensorBase]]:
    """The result of a call on variables, one for each leaf."""
    variables = [variable(checked(x, what)) for x in leaves]
    state = modes.state
    inside, state.inside = state.inside, True
    try:
        with nullcontext() if state.grad and not state.inference else modes.recording():
            result = call([lent(v) for v in variables])
    finally:
        state.inside = inside
    close(variables)
    return result, variables


def value_and_grad(f: Callable[..., Any], argnums: int | tuple[int, ...] | None = None, has_aux: bool = False,
                   holomorphic: bool = False, argnames: str | tuple[str, ...] | None = None) -> Callable[..., Any]:
    """A function that returns (value, gradient) of `f`; ((value, aux), gradient) if `f` returns (value, aux).

    The arguments are those of `grad`.

    >>> import adjoint as ad
    >>> ad.value_and_grad(lambda x: x ** 3)(2.0)
    (np.float64(8.0), np.float64(12.0))
    """
    return valued(f, _value_and_grad(f, argnums, has_aux, holomorphic, argnames, "grad", False), has_aux)


def valued(f: Callable[..., Any], both: Callable[..., Any], has_aux: bool) -> Callable[..., Any]:
    """The function that returns (value, gradient)."""

    @wraps(f, updated=())
    def transformed(*args: Any, **kwargs: Any) -> Any:
        out, aux, grads = both(args, kwargs, True)
        return ((out, aux) if has_aux else out), grads

    return transformed


def unvalued(f: Callable[..., Any], both: Callable[..., Any], has_aux: bool) -> Callable[..., Any]:
    """The function that returns the gradient."""

    @wraps(f, updated=())
    def transformed(*args: Any, **kwargs: Any) -> Any:
        _, aux, grads = both(args, kwargs, False)
        return (grads, aux) if has_aux else grads

    return transformed


def _value_and_grad(f: Callable[..., Any], argnums: Any, has_aux: bool, holomorphic: bool, argnames: Any, what: str,
                    conjugate: bool) -> Callable[..., Any]:
    """(args, kwargs, whether the value is wanted) -> (value, aux, gradient)."""
    chosen = Chosen(f, argnums, argnames)

    def both(args: tuple[Any, ...], kwargs: dict[str, Any], valued: bool) -> Any:
        leaves, rebuild, call = chosen.take(args, kwargs)
        result, variables = traced(call, leaves, what)
        out, aux = aux_of(result, has_aux)
        _check_scalar(out, what, holomorphic, variables)
        node = memory.load_node(out) if isinstance(out, TensorBase) else None
        targets = {memory.load_node(v)[1] for v in variables}
        known = (False, False)
        cts: list[Any] = [None] * len(variables)
        if node is not None:
            known = survey([node], targets)
            one = np.asarray(1, memory.peek(out).dtype)
            cts = duals.completed([out], [one], variables, pulled([node], [one], variables, known=known), known[1])
            if holomorphic:
                _check_holomorphic(cts, pulled([node], [one * 1j], variables, known=known), f)
        if valued:
            if isinstance(out, TensorBase):
                out = given_back(memory.load(out) if node is not None and not known[1] else out, face_of(out))
        grads = rebuild([gradient(cts.pop(0), x, v, conjugate) for x, v in zip(leaves, variables, strict=True)])
        return out, settled(aux, targets) if has_aux else None, grads

    return both


def grad(f: Callable[..., Any], argnums: int | tuple[int, ...] | None = None, has_aux: bool = False,
         holomorphic: bool = False, argnames: str | tuple[str, ...] | None = None) -> Callable[..., Any]:
    """A function that returns the gradient of the scalar function `f`, in the form of the argument differentiated.

    `argnums` says which positional arguments (the first unless told; a tuple gives a tuple), `argnames` which keywords.
    Arguments may be arrays, tensors, Python floats and nested containers of them; what goes in as an ndarray is an
    ndarray again. With `has_aux` the function returns (value, aux) and the transform (gradient, aux). With
    `holomorphic` a complex function of complex numbers is differentiated, which must be holomorphic.
    Raises DtypeError for integers, ShapeError where `f` does not return a scalar.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.grad(lambda x: np.sum(np.sin(x) * x))(np.array([0.0, 1.0]))
    array([0.        , 1.38177329])
    >>> ad.grad(ad.grad(lambda x: x ** 3))(2.0)
    np.float64(12.0)
    """
    return unvalued(f, _value_and_grad(f, argnums, has_aux, holomorphic, argnames, "grad", False), has_aux)


def _check_scalar(out: Any, what: str, holomorphic: bool, variables: list[TensorBase]) -> None:
    if isinstance(out, TensorBase):
        a = memory.peek(out)
        shape, kind = a.shape, a.dtype.kind
    elif isinstance(out, (int, float, complex, np.ndarray, np.generic)):
        shape, kind = np.shape(out), np.asarray(out).dtype.kind
    else:
        raise errors.DtypeError(f"{what} needs a function that returns one number, got {type(out).__name__}; if it "
                                "returns "
                                "(value, aux), say has_aux=True")
    if shape != ():
        raise errors.ShapeError(f"{what} needs a function that returns a scalar, got an array of shape "
                                f"{tuple(shape)}: sum "
                                "it, or use jacobian or vjp")
    if holomorphic:
        if kind != "c" or any([memory.peek(v).dtype.kind != "c" for v in variables]):
            raise errors.DtypeError(f"{what} with holomorphic=True needs complex arguments and a complex result")
    elif kind == "c":
        raise errors.DtypeError(f"{what} needs a real result, got a complex one: take its real part or its absolute "
                                "value, or "
                                "say holomorphic=True if the function is")
    elif kind in "biu":
        dtype = a.dtype if isinstance(out, TensorBase) else np.asarray(out).dtype
        raise errors.DtypeError(f"{what} needs a result of floating-point dtype, got {dtype}: it has no derivative")


def _check_holomorphic(cts: list[Any], turned: list[Any], f: Any) -> None:
    """A holomorphic function's derivative does not depend on the direction: seeded with i it is i times itself."""
    for ct, other in zip(cts, turned, strict=True):
        if ct is None or other is None:
            continue
        a, b = [np.asarray(memory.concrete(c)) for c in (ct, other)]
        if a.shape and a.size == 0:
            continue
        scale = max(float(np.max(np.abs(a))), float(np.max(np.abs(b))), 1e-300)
        if not np.allclose(1j * a, b, rtol=0, atol=1e-4 * scale if a.dtype.itemsize <= 8 else 1e-9 * scale):
            raise errors.GradientError("holomorphic=True, but the function is not holomorphic here: its derivative "
                                       "depends on the direction (it uses abs, conj, real or imag, say); "
                                       "differentiate real functions of it without holomorphic")


def vjp(f: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """(f(*primals), pull), where `pull(ct)` gives a tuple, the cotangents of the primals; (value, pull, aux) with aux.

    `ct` has the form of the result. `pull` may be called often, differentiated and mapped. Integers among the
    primals raise DtypeError.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> y, pull = ad.vjp(lambda a, b: a * b, np.array([1.0, 2.0]), 3.0)
    >>> y, pull(np.ones(2))
    (array([3., 6.]), (array([3., 3.]), np.float64(3.0)))
    """
    return _vjp(f, primals, has_aux, False)[0]


def _vjp(f: Callable[..., Any], primals: tuple[Any, ...], has_aux: bool, conjugate: bool) -> Any:
    """What vjp returns, and the variables that stand for the primals."""
    chosen = Chosen(f, tuple(range(len(primals))), None)
    leaves, rebuild, call = chosen.take(primals, {})
    result, variables = traced(call, leaves, "vjp")
    result, aux = aux_of(result, has_aux)
    outs, rebuild_outs = flatten(result)
    targets = {memory.load_node(v)[1] for v in variables}
    nodes = [memory.load_node(y) if isinstance(y, TensorBase) else None for y in outs]
    wanted = [(face_of(y), np.shape(memory.peek(y)) if isinstance(y, TensorBase) else np.shape(y),
               memory.peek(y).dtype if isinstance(y, TensorBase) else np.asarray(y).dtype) for y in outs]
    structure = rebuild_outs([0] * len(outs))

    def pull(ct: Any) -> Any:
        """The cotangents of the primals, a tuple."""
        given = leaves_like(ct, structure, "the cotangent must have the form of the result")
        seeds = [_seed(c, *w, conjugate) for c, w in zip(given, wanted, strict=True)]
        roots = [(n, duals.without_tangent(c), y, c) for n, c, y in zip(nodes, seeds, outs, strict=True)
                 if n is not None]
        cts = pulled([n for n, *_ in roots], [c for _, c, *_ in roots], variables)
        cts = duals.completed([y for _, _, y, _ in roots], [c for *_, c in roots], variables, cts)
        return rebuild([gradient(cts.pop(0), x, v, conjugate) for x, v in zip(leaves, variables, strict=True)])

    out = settled(result, targets, kept=True)
    return ((out, pull, settled(aux, targets, kept=True)) if has_aux else (out, pull)), variables


def _seed(ct: Any, face: type[TensorBase], shape: tuple[int, ...], dtype: np.dtype[Any], conjugate: bool) -> Any:
    """A cotangent as the walk takes it; ShapeError if it does not fit the result."""
    data = memory.peek(ct) if isinstance(ct, TensorBase) else np.asarray(ct)
    if tuple(data.shape) != tuple(shape):
        raise errors.ShapeError(f"a cotangent of shape {tuple(data.shape)} was given for a result of shape "
                                f"{tuple(shape)}")
    if data.dtype.kind == "c" and dtype.kind != "c":
        raise errors.DtypeError(f"a complex cotangent was given for a result of dtype {dtype}")
    if not isinstance(ct, TensorBase):
        ct = np.array(data, dtype=dtype if dtype.kind in "fcV" else data.dtype)
    elif data.dtype != dtype and dtype.kind in "fcV":
        ct = st.astype(ct, dtype=dtype)
    return np.conjugate(ct) if conjugate and dtype.kind == "c" else ct


def linear_transpose(f: Callable[..., Any], *primals: Any) -> Callable[..., Any]:
    """The transpose of the linear function `f`: `transposed(ct)` gives a tuple, one cotangent for each argument.

    `primals` only say shapes and dtypes. That `f` is linear is for the caller to know.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.linear_transpose(lambda x: np.cumsum(x), np.zeros(3))(np.array([1.0, 2.0, 3.0]))
    (array([6., 5., 3.]),)
    """
    zeros = []
    for tree in primals:
        leaves, rebuild = flatten(tree)
        zeros.append(rebuild([np.zeros_like(x) if isinstance(x, TensorBase) else
                              np.zeros(np.shape(x), x.dtype if hasattr(x, "dtype") else type(x)) for x in leaves]))
    return vjp(f, *zeros)[1]


def linearize(f: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """(f(*primals), push), where `push(*tangents)` gives the tangent of the result without running `f` again.

    The tape of the derivative is kept and walked for each tangent. With aux: (value, push, aux).

    >>> import adjoint as ad
    >>> y, push = ad.linearize(lambda x: x ** 2, 3.0)
    >>> y, push(1.0), push(0.5)
    (np.float64(9.0), np.float64(6.0), np.float64(3.0))
    """
    (value, pull, *aux), variables = _vjp(f, primals, has_aux, False)
    outs, rebuild = flatten(value)
    dummies = [variable(np.zeros_like(y) if isinstance(y, TensorBase) else np.zeros(np.shape(y), _float(y)))
               for y in outs]
    with modes.recording():
        cts = pull(rebuild(list(dummies)))
    leaves, rebuild_primals = flatten(cts)
    primal_form = rebuild_primals([0] * len(leaves))
    nodes = [memory.load_node(ct) if isinstance(ct, TensorBase) else None for ct in leaves]

    def push(*tangents: Any) -> Any:
        """The tangent of the result."""
        given = leaves_like(tangents, primal_form, "the tangents must have the form of the primals")
        seeds = []
        for t, ct, n in zip(given, leaves, nodes, strict=True):
            shape, dtype = np.shape(memory.peek(ct) if isinstance(ct, TensorBase) else ct), _dtype(ct)
            seed = _seed(t, face_of(ct), shape, dtype, False)
            if n is not None:
                seeds.append((n, seed))
        found = pulled([n for n, _ in seeds], [t for _, t in seeds], dummies, variables)
        return rebuild([gradient(found.pop(0), y, u) for y, u in zip(outs, dummies, strict=True)])

    return (value, push, *aux)


def _dtype(x: Any) -> np.dtype[Any]:
    return memory.peek(x).dtype if isinstance(x, TensorBase) else np.asarray(x).dtype


def _float(y: Any) -> np.dtype[Any]:
    dtype = np.asarray(y).dtype
    return dtype if dtype.kind in "fc" else np.dtype(np.float64)


def stop_gradient(x: Any) -> Any:
    """`x` (any nesting of values) as a constant: no derivative of any kind passes.

    >>> import adjoint as ad
    >>> ad.grad(lambda x: x * ad.stop_gradient(x))(3.0)
    np.float64(3.0)
    """
    leaves, rebuild = flatten(x)
    return rebuild([_stopped(v) for v in leaves])


def _stopped(x: Any) -> Any:
    return given_back(stopped(memory.load(x)), face_of(x)) if isinstance(x, TensorBase) else x


__all__ = ["grad", "value_and_grad", "vjp", "linearize", "linear_transpose", "stop_gradient"]
