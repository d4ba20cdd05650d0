"""Jacobians, Hessians and their products with vectors, by reverse mode: `torch.autograd.functional`.

A function takes tensors and returns a tensor or a tuple of tensors; what comes back has the nesting of its inputs and
outputs. `jvp` runs reverse mode twice (the vjp is linear in its cotangent; its transpose is the jvp).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import errors
from ..core import memory, modes
from ..core.tensor import TensorBase, wrap
from ..ops import structure as st
from ..transforms import gradients
from ..transforms.jacobians import jacfwd

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]


def vjp(func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False,
        strict: bool = False) -> tuple[Any, Any]:
    """(func(*inputs), the product of `v` with the Jacobian), the latter nested like `inputs`.

    `v` fits the output; it may be left out for an output of one element. With `strict`, an input that the output does
    not depend on is an error instead of a zero. With `create_graph` the product can be differentiated.

    >>> import adjoint as ad
    >>> ad.autograd.functional.vjp(lambda x: x * x, ad.tensor([1., 2.]), ad.tensor([1., 10.]))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    with modes.recording():
        one, xs = _tuple(inputs, "inputs", "vjp")
        xs = _prepared(xs, create_graph)
        y = func(*xs)
        y_one, ys = _tuple(y, "outputs of the user-provided function", "vjp")
        _strict(strict, ys, xs, "vjp")
        vs = _vector(v, ys, "v")
        gs = gradients.grad(ys, xs, vs, create_graph=create_graph, allow_unused=True) if _any_tracked(ys) else \
            (None,) * len(xs)
        gs = _filled(gs, xs, strict, create_graph, "vjp")
    return _result(ys, y_one, create_graph), _result(gs, one, create_graph)


def jvp(func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False,
        strict: bool = False) -> tuple[Any, Any]:
    """(func(*inputs), the product of the Jacobian with `v`), the latter nested like the output.

    `v` fits the inputs; it may be left out for a single input of one element.

    >>> import adjoint as ad
    >>> ad.autograd.functional.jvp(lambda x: x * x, ad.tensor([1., 2.]), ad.tensor([1., 10.]))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    with modes.recording():
        _, xs = _tuple(inputs, "inputs", "jvp")
        xs = _prepared(xs, create_graph)
        vs = _vector(v, xs, "v")
        y = func(*xs)
        one, ys = _tuple(y, "outputs of the user-provided function", "jvp")
        _strict(strict, ys, xs, "jvp")
        us = tuple([st.zeros_like(o).requires_grad_() for o in ys])
        if _any_tracked(ys):
            gs = gradients.grad(ys, xs, us, create_graph=True, allow_unused=True)
            gs = _filled(gs, xs, strict, True, "jvp")
        else:
            gs = tuple([st.zeros_like(x) for x in xs])
        if _any_tracked(gs):
            ts = gradients.grad(gs, us, vs, create_graph=create_graph, allow_unused=True)
        else:
            ts = (None,) * len(us)
        ts = _filled(ts, ys, strict, create_graph, "jvp")
    return _result(ys, one, create_graph), _result(ts, one, create_graph)


def hvp(func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False,
        strict: bool = False) -> tuple[Any, Any]:
    """(func(*inputs), the product of the Hessian with `v`) of a function with one element as its result.

    >>> import adjoint as ad
    >>> ad.autograd.functional.hvp(lambda x: (x ** 3).sum(), ad.tensor([1., 2.]), ad.tensor([1., 1.]))
    (tensor(9.), tensor([ 6., 12.]))
    """
    with modes.recording():
        one, xs = _tuple(inputs, "inputs", "hvp")
        xs = _prepared(xs, create_graph)
        vs = _vector(v, xs, "v")
        y, gs = _gradient(func, xs, strict, "hvp")
        us = tuple([st.zeros_like(x).requires_grad_() for x in xs])
        if _any_tracked(gs):
            ts = gradients.grad(gs, xs, us, create_graph=True, allow_unused=True)
            ts = _filled(ts, xs, strict, True, "hvp", second=True)
        else:
            ts = tuple([st.zeros_like(x) for x in xs])
        if _any_tracked(ts):
            hs = gradients.grad(ts, us, vs, create_graph=create_graph, allow_unused=True)
        else:
            hs = (None,) * len(us)
        hs = _filled(hs, xs, strict, create_graph, "hvp", second=True)
    return _result((y,), True, create_graph), _result(hs, one, create_graph)


def vhp(func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False,
        strict: bool = False) -> tuple[Any, Any]:
    """(func(*inputs), the product of `v` with the Hessian) of a function with one element as its result.

    >>> import adjoint as ad
    >>> ad.autograd.functional.vhp(lambda x: (x ** 3).sum(), ad.tensor([1., 2.]), ad.tensor([1., 1.]))
    (tensor(9.), tensor([ 6., 12.]))
    """
    with modes.recording():
        one, xs = _tuple(inputs, "inputs", "vhp")
        xs = _prepared(xs, create_graph)
        vs = _vector(v, xs, "v")
        y, gs = _gradient(func, xs, strict, "vhp")
        hs = gradients.grad(gs, xs, vs, create_graph=create_graph, allow_unused=True) if _any_tracked(gs) else \
            (None,) * len(xs)
        hs = _filled(hs, xs, strict, create_graph, "vhp", second=True)
    return _result((y,), True, create_graph), _result(hs, one, create_graph)


def jacobian(func: Callable[..., Any], inputs: Any, create_graph: bool = False, strict: bool = False,
             vectorize: bool = False, strategy: str = "reverse-mode") -> Any:
    """The Jacobian, of shape output.shape + input.shape; a tuple for several inputs, one of those for several outputs.

    It is computed row by row by reverse mode; with `vectorize` all rows at once, by vmap, or all columns by
    `strategy="forward-mode"`. With `strict`, an output that does not depend on an input is an error instead of zeros.

    >>> import adjoint as ad
    >>> ad.autograd.functional.jacobian(lambda x: x * x, ad.tensor([1., 2.]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    if strategy not in ("reverse-mode", "forward-mode"):
        raise errors.RangeError(f"strategy must be 'reverse-mode' or 'forward-mode', not {strategy!r}")
    if strategy == "forward-mode":
        if create_graph:
            raise NotImplementedError('jacobian: `create_graph=True` and `strategy="forward-mode"` '
                                      "are not supported together (yet). Please either set `create_graph=False` or "
                                      '`strategy="reverse-mode"`.')
        if not vectorize:
            raise NotImplementedError("Computing Jacobian using forward-AD or forward-over-reverse Hessian is only "
                                      "implemented for `vectorize=True`.")
    if vectorize and strict:
        raise errors.GradientError("jacobian: `strict=True` and `vectorized=True` are not supported together")
    if strategy == "forward-mode":
        return _by_columns(func, inputs)
    with modes.recording():
        one, xs = _tuple(inputs, "inputs", "jacobian")
        xs = _prepared(xs, create_graph)
        y_one, ys = _tuple(func(*xs), "outputs of the user-provided function", "jacobian")
        _strict(strict, ys, xs, "jacobian")
        rows = tuple([_by_rows(y, xs, create_graph) if vectorize and y.numel() else
                      _jacobian_of(i, y, xs, create_graph, strict) for i, y in enumerate(ys)])
        result = tuple([_result(r, one, create_graph) for r in rows])
    return result[0] if y_one else result


def _by_columns(func: Callable[..., Any], inputs: Any) -> Any:
    """The Jacobian by forward mode, all columns at once."""
    one, xs = _tuple(inputs, "inputs", "jacobian")
    found = jacfwd(func, argnums=tuple(range(len(xs))))(*[x.detach() for x in xs])
    several = type(found[0]) is tuple
    rows = tuple([_result(row, one, False) for row in (found if several else (found,))])
    return rows if several else rows[0]


def _by_rows(y: Any, xs: tuple[Any, ...], create_graph: bool) -> tuple[Any, ...]:
    """The Jacobians of one output with respect to each input, all rows at once."""
    n = y.numel()
    units = wrap(np.eye(n, dtype=memory.peek(y).dtype).reshape(n, *y.shape))
    gs = gradients.grad(y, xs, units, retain_graph=True, create_graph=create_graph, allow_unused=True,
                        is_grads_batched=True) if y.requires_grad else (None,) * len(xs)
    return tuple([wrap(np.zeros((*y.shape, *x.shape), memory.peek(x).dtype)) if g is None else
                  st.reshape(g, shape=(*y.shape, *x.shape)) for g, x in zip(gs, xs, strict=True)])


def _jacobian_of(index: int, y: Any, xs: tuple[Any, ...], create_graph: bool, strict: bool) -> tuple[Any, ...]:
    """The Jacobians of one output with respect to each input."""
    n = y.numel()
    columns: list[list[Any]] = [[] for _ in xs]
    for j in range(n):
        if y.requires_grad:
            gs = gradients.grad(y, xs, _unit(y, j), retain_graph=True, create_graph=create_graph, allow_unused=True)
        else:
            gs = (None,) * len(xs)
        for i, (g, x) in enumerate(zip(gs, xs, strict=True)):
            if g is None:
                if strict:
                    raise errors.GradientError(f"Output {index} of the user-provided function is independent of input "
                                               f"{i}. This is not allowed in strict mode.")
                g = st.zeros_like(x.detach())
            elif strict and create_graph and not g.requires_grad:
                raise errors.GradientError("The jacobian of the user-provided function is independent of input "
                                           f"{i}. This is not allowed in strict mode when create_graph=True.")
            columns[i].append(g)
    return tuple([st.reshape(st.stack(c), shape=(*y.shape, *x.shape)) if n else
                  wrap(np.zeros((*y.shape, *x.shape), memory.peek(x).dtype)) for c, x in zip(columns, xs, strict=True)])


def _unit(y: Any, j: int) -> Any:
    """A tensor like y that is 1 at flat position j and 0 elsewhere."""
    a = np.zeros_like(memory.peek(y))
    a.flat[j] = 1
    return wrap(a)


def hessian(func: Callable[..., Any], inputs: Any, create_graph: bool = False, strict: bool = False,
            vectorize: bool = False, outer_jacobian_strategy: str = "reverse-mode") -> Any:
    """The Hessian of a function with one element as its result; for several inputs a tuple of tuples of blocks.

    >>> import adjoint as ad
    >>> ad.autograd.functional.hessian(lambda x: x[0] ** 2 * x[1], ad.tensor([1., 2.]))
    tensor([[4., 2.],
            [2., 0.]])
    """
    if outer_jacobian_strategy not in ("reverse-mode", "forward-mode"):
        raise errors.RangeError("Expected strategy to be either \"reverse-mode\" or \"forward-mode\"")
    one, xs = _tuple(inputs, "inputs", "hessian")

    def gradient(*xs: Any) -> Any:
        if outer_jacobian_strategy == "forward-mode":
            xs = tuple([x.requires_grad_() for x in xs])  # the duals of forward mode are new tensors
        y = _scalar(func(*xs), "hessian")
        _strict(strict, (y,), xs, "hessian")
        gs = gradients.grad(y, xs, create_graph=True, allow_unused=True) if y.requires_grad else (None,) * len(xs)
        return _filled(gs, xs, strict, True, "hessian")

    result = jacobian(gradient, xs, create_graph, strict, vectorize, outer_jacobian_strategy)
    return result[0][0] if one else result


# What they share.


def _tuple(x: Any, what: str, name: str) -> tuple[bool, tuple[Any, ...]]:
    """(whether it was a single tensor, the tensors)."""
    one = not isinstance(x, tuple) and not isinstance(x, list)
    xs = (x,) if one else tuple(x)
    for i, t in enumerate(xs):
        if not isinstance(t, TensorBase):
            where = f"the value given to {name}" if one else f"element {i} of the {what}"
            raise TypeError(f"The {what} given to {name} must be either a Tensor or a tuple of Tensors but {where} has "
                            f"type {type(t)}.")
    return one, xs


def _prepared(xs: tuple[Any, ...], create_graph: bool) -> tuple[Any, ...]:
    """The inputs as new nodes: connected to the caller's graph under create_graph, leaves otherwise."""
    made = []
    for x in xs:
        if create_graph and x.requires_grad:
            made.append(st.reshape(x, shape=tuple(x.shape)))
        else:
            made.append(x.detach().requires_grad_())
    return tuple(made)


def _any_tracked(ts: tuple[Any, ...]) -> bool:
    return any([t.requires_grad for t in ts])


def _vector(v: Any, like: tuple[Any, ...], what: str) -> tuple[Any, ...]:
    """The vector, which must fit; ones where it may be left out."""
    if v is None:
        if len(like) != 1 or like[0].numel() != 1:
            raise errors.GradientError("The vector v can only be None if what it multiplies is a single tensor with a "
                                       "single element.")
        return (st.ones_like(like[0].detach()),)
    _, vs = _tuple(v, what, "the product")
    if len(vs) != len(like):
        raise errors.GradientError(f"v is a tuple of invalid length: should be {len(like)} but got {len(vs)}.")
    for i, (a, b) in enumerate(zip(vs, like, strict=True)):
        if tuple(a.shape) != tuple(b.shape):
            raise errors.ShapeError(f"v has invalid size: entry {i} should be {tuple(b.shape)} but got "
                                    f"{tuple(a.shape)}.")
    return vs


def _scalar(y: Any, name: str) -> Any:
    one, ys = _tuple(y, "outputs of the user-provided function", name)
    if not one or ys[0].numel() != 1:
        raise errors.GradientError(f"The function given to {name} should return a single Tensor with a single element; "
                                   f"it returned {'several' if not one else f'one of shape {tuple(ys[0].shape)}'}.")
    return st.reshape(ys[0], shape=())


def _gradient(func: Callable[..., Any], xs: tuple[Any, ...], strict: bool, name: str) -> tuple[Any, Any]:
    y = func(*xs)
    scalar = _scalar(y, name)
    _strict(strict, (scalar,), xs, name)
    gs = gradients.grad(scalar, xs, create_graph=True, allow_unused=True) if scalar.requires_grad else (None,) * len(xs)
    return y, _filled(gs, xs, strict, True, name)


def _strict(strict: bool, ys: tuple[Any, ...], xs: tuple[Any, ...], name: str) -> None:
    if not strict:
        return
    for i, y in enumerate(ys):
        if any([y is x for x in xs]):
            raise errors.GradientError(f"{name}: output {i} of the user-provided function is an input itself. "
                                       "This is not allowed in strict mode.")
        if not y.requires_grad:
            raise errors.GradientError(f"Output {i} of the user-provided function does not require gradients. The "
                                       "outputs must be computed in a differentiable manner from the input when "
                                       f"running {name} in strict mode.")


def _filled(gs: tuple[Any, ...], like: tuple[Any, ...], strict: bool, create_graph: bool, name: str,
            second: bool = False) -> tuple[Any, ...]:
    """The gradients with zeros for missing ones, which in strict mode are errors."""
    made = []
    for i, (g, x) in enumerate(zip(gs, like, strict=True)):
        if g is None:
            if strict:
                raise errors.GradientError(f"{name}: the {'gradient' if second else 'output'} of the user-provided "
                                           f"function is independent of entry {i}. This is not allowed in strict mode.")
            g = st.zeros_like(x.detach())
        elif strict and create_graph and not g.requires_grad:
            raise errors.GradientError(f"{name}: the derivative of the user-provided function is independent of entry "
                                       f"{i}. This is not allowed in strict mode when create_graph=True.")
        made.append(g)
    return tuple(made)


def _result(ts: tuple[Any, ...], one: bool, create_graph: bool) -> Any:
    made = tuple([t if create_graph else t.detach() if t.requires_grad else t for t in ts])
    return made[0] if one else made
