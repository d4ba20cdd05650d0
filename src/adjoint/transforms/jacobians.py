"""Jacobians and Hessians: all columns of a forward pass, or all rows of a reverse pass, at once by vmap."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from .. import errors
from ..core import memory
from ..core.tensor import TensorBase
from ..core.trees import flatten
from ..ops import structure as st
from .inputs import Chosen, aux_of, checked, face_of, given_back
from .jvp import jvp
from .vjp import grad, vjp
from .vmap import vmap


def _shape(x: Any) -> tuple[int, ...]:
    return tuple(memory.peek(x).shape) if isinstance(x, TensorBase) else np.shape(x)


def _dtype(x: Any) -> np.dtype[Any]:
    return memory.peek(x).dtype if isinstance(x, TensorBase) else np.asarray(x).dtype


def basis(leaves: list[Any]) -> list[Any]:
    """For each leaf the stacked unit directions: as many in all as there are elements in all leaves."""
    sizes = [st.size(_shape(x)) for x in leaves]
    rows, at, made = sum(sizes), 0, []
    for x, n in zip(leaves, sizes, strict=True):
        block = np.zeros((rows, n), _dtype(x))
        block[at:at + n] = np.eye(n, dtype=block.dtype)
        at += n
        made.append(given_back(block.reshape(rows, *_shape(x)), face_of(x)))
    return made


def _parts(rows: Any, leaves: list[Any], axis: int) -> list[Any]:
    """The axis that counts directions, split among the leaves and given their shapes."""
    parts, at = [], 0
    shape = _shape(rows)
    axis %= len(shape)
    for x in leaves:
        n = st.size(_shape(x))
        part = st.narrow(rows, axis=axis, start=at, length=n) if n != shape[axis] else rows
        parts.append(given_back(st.reshape(part, shape=(*shape[:axis], *_shape(x), *shape[axis + 1:])), face_of(rows)))
        at += n
    return parts


def jacfwd(f: Callable[..., Any], argnums: int | tuple[int, ...] | None = None, has_aux: bool = False,
           holomorphic: bool = False, argnames: str | tuple[str, ...] | None = None,
           chunk_size: int | None = None, *, randomness: str = "same") -> Callable[..., Any]:
    """A function that returns the Jacobian of `f` by forward mode: cheap where there are few inputs.

    The shape is that of the result followed by that of the argument; a tree of results holds trees of arguments.
    With aux, (jacobian, aux).

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.jacfwd(lambda x: x ** 2)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    chosen = Chosen(f, argnums, argnames)

    @wraps(f, updated=())
    def transformed(*args: Any, **kwargs: Any) -> Any:
        leaves, rebuild, call = chosen.take(args, kwargs)
        for x in leaves:
            _check_complex(checked(x, "jacfwd"), holomorphic, "jacfwd")

        def push(tangents: tuple[Any, ...]) -> Any:
            _, t, *aux = jvp(lambda *xs: call(list(xs)), tuple(leaves), tangents, has_aux=has_aux)
            return (t, aux[0]) if has_aux else t

        columns_of = vmap(push, axis_size=sum([st.size(_shape(x)) for x in leaves]), chunk_size=chunk_size,
                          randomness=randomness)
        out = columns_of(tuple(basis(leaves)))
        columns, aux = aux_of(out, has_aux)
        outs, rebuild_outs = flatten(columns)
        result = rebuild_outs([rebuild([given_back(p, face_of(leaves[0])) for p in _last(y, leaves)]) for y in outs])
        if not has_aux:
            return result
        kept, build = flatten(aux)  # the same for every direction, but for the axis that counts them
        return result, build([v[0] if hasattr(v, "shape") else v for v in kept])

    return transformed


def _last(rows: Any, leaves: list[Any]) -> list[Any]:
    """Directions first, moved behind the result's dimensions and split among the leaves."""
    ndim = len(_shape(rows)) - 1
    moved = st.moveaxis(rows, source=0, destination=ndim)
    return _parts(moved, leaves, ndim)


def jacrev(f: Callable[..., Any], argnums: int | tuple[int, ...] | None = None, has_aux: bool = False,
           holomorphic: bool = False, argnames: str | tuple[str, ...] | None = None,
           chunk_size: int | None = None) -> Callable[..., Any]:
    """A function that returns the Jacobian of `f` by reverse mode: cheap where there are few results.

    Form and arguments as for `jacfwd`.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.jacrev(lambda x: np.array([1.0, 2.0]) * np.sum(x))(np.array([1.0, 2.0, 3.0]))
    array([[1., 1., 1.],
           [2., 2., 2.]])
    """
    chosen = Chosen(f, argnums, argnames)

    @wraps(f, updated=())
    def transformed(*args: Any, **kwargs: Any) -> Any:
        return _reverse(chosen, args, kwargs, has_aux, holomorphic, chunk_size, False)[0]

    return transformed


def _reverse(chosen: Chosen, args: tuple[Any, ...], kwargs: dict[str, Any], has_aux: bool, holomorphic: bool,
             chunk_size: int | None, unless_more: bool) -> tuple[Any, bool]:
    """(the Jacobian by reverse mode, True), or (None, False) if `unless_more` and forward mode is cheaper."""
    leaves, rebuild, call = chosen.take(args, kwargs)
    for x in leaves:
        _check_complex(checked(x, "jacrev"), holomorphic, "jacrev")
    value, pull, *aux = vjp(lambda *xs: call(list(xs)), *leaves, has_aux=has_aux)
    outs, rebuild_outs = flatten(value)
    rows = sum([st.size(_shape(y)) for y in outs])
    if unless_more and rows > 2 * sum([st.size(_shape(x)) for x in leaves]):  # a row costs half of a column and more
        return None, False
    if not holomorphic and any([_dtype(y).kind == "c" for y in outs]):
        raise errors.DtypeError("jacrev needs real results, got complex ones: take real and imaginary parts, or say "
                                "holomorphic=True if the function is")
    cts = vmap(lambda *ct: pull(rebuild_outs(list(ct))), chunk_size=chunk_size, axis_size=rows, randomness="same")(
        *basis([_floating(y) for y in outs]))
    per_leaf = [_parts(r, outs, 0) for r in cts]
    result = rebuild_outs([rebuild([given_back(parts[i], face_of(x))
                                    for parts, x in zip(per_leaf, leaves, strict=True)]) for i in range(len(outs))])
    return ((result, aux[0]) if has_aux else result), True


def _floating(y: Any) -> Any:
    return y if _dtype(y).kind in "fcV" else np.zeros(_shape(y))


def _check_complex(x: Any, holomorphic: bool, what: str) -> None:
    kind = _dtype(x).kind
    if holomorphic and kind != "c":
        raise errors.DtypeError(f"{what} with holomorphic=True needs complex arguments, got {_dtype(x)}")
    if kind == "c" and not holomorphic and what == "jacfwd":
        raise errors.DtypeError("jacfwd needs real arguments, got complex ones: differentiate in real and imaginary "
                                "part, or "
                                "say holomorphic=True if the function is holomorphic")


def jacobian(f: Callable[..., Any], argnums: int | tuple[int, ...] | None = None, has_aux: bool = False,
             holomorphic: bool = False, argnames: str | tuple[str, ...] | None = None) -> Callable[..., Any]:
    """A function that returns the Jacobian of `f`, by the cheaper mode; `.mode` of it says which was taken last.

    Reverse mode, unless the function, run once for it, turns out to have more than twice as many results as arguments.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> J = ad.jacobian(lambda x: np.array([1.0, 2.0, 3.0]) * x)
    >>> J(2.0), J.mode
    (array([1., 2., 3.]), 'forward')
    """
    chosen = Chosen(f, argnums, argnames)
    forward = jacfwd(f, argnums, has_aux, holomorphic, argnames)

    @wraps(f, updated=())
    def transformed(*args: Any, **kwargs: Any) -> Any:
        result, reverse = _reverse(chosen, args, kwargs, has_aux, holomorphic, None, True)
        jacobian_of = this()
        if jacobian_of is not None:
            jacobian_of.mode = "reverse" if reverse else "forward"  # type: ignore[attr-defined]
        return result if reverse else forward(*args, **kwargs)

    this = weakref.ref(transformed)  # a function that knew itself would wait for the garbage collector
    transformed.mode = None  # type: ignore[attr-defined]
    return transformed


def hessian(f: Callable[..., Any], argnums: int | tuple[int, ...] | None = None, has_aux: bool = False,
            holomorphic: bool = False, argnames: str | tuple[str, ...] | None = None) -> Callable[..., Any]:
    """A function that returns the Hessian of the scalar function `f`: forward mode over reverse mode.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 3.0]))
    array([[6., 2.],
           [2., 0.]])
    """
    options: dict[str, Any] = {"argnums": argnums, "has_aux": has_aux, "holomorphic": holomorphic, "argnames": argnames}
    return jacfwd(jacrev(f, **options), **options)


def hvp(f: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> Any:
    """The Hessian of the scalar function `f` at `primals` times `tangents`, in their form: forward over reverse mode.

    For one primal the product itself, for several a tuple.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.hvp(lambda x: np.sum(x ** 3), (np.array([1.0, 2.0]),), (np.array([1.0, 0.0]),))
    array([6., 0.])
    """
    argnums = 0 if len(primals) == 1 else tuple(range(len(primals)))
    return jvp(grad(f, argnums), tuple(primals), tuple(tangents))[1]


def vhp(f: Callable[..., Any], primals: tuple[Any, ...], cotangents: tuple[Any, ...]) -> Any:
    """`cotangents` times the Hessian of `f`, by reverse over reverse mode; the same numbers as `hvp`.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.vhp(lambda x: np.sum(x ** 3), (np.array([1.0, 2.0]),), (np.array([1.0, 0.0]),))
    array([6., 0.])
    """
    argnums = 0 if len(primals) == 1 else tuple(range(len(primals)))
    _, pull = vjp(grad(f, argnums), *primals)
    found = pull(cotangents[0] if len(primals) == 1 else tuple(cotangents))
    return found[0] if len(primals) == 1 else found


def laplacian(f: Callable[..., Any], argnums: int | tuple[int, ...] | None = None) -> Callable[..., Any]:
    """A function that returns the sum of the second derivatives of the scalar function `f`, without the Hessian.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.laplacian(lambda x: np.sum(x ** 3))(np.array([1.0, 2.0]))
    np.float64(18.0)
    """
    chosen = Chosen(f, argnums, None)

    @wraps(f, updated=())
    def transformed(*args: Any, **kwargs: Any) -> Any:
        leaves, _, call = chosen.take(args, kwargs)
        gradient = grad(lambda *xs: call(list(xs)), tuple(range(len(leaves))))

        def second(*directions: Any) -> Any:
            _, curved = jvp(gradient, tuple(leaves), directions)
            return sum([np.sum(d * c) for d, c in zip(directions, curved, strict=True)])

        return np.sum(vmap(second)(*basis(leaves)))

    return transformed


__all__ = ["jacfwd", "jacrev", "jacobian", "hessian", "hvp", "vhp", "laplacian"]
