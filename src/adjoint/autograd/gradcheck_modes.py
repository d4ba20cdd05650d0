"""What gradcheck asks beyond backward: tangents of forward mode, and derivatives of many directions at once by vmap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from .. import errors
from ..core import memory
from ..core.tensor import TensorBase, wrap
from ..testing import as_reals, difference, from_reals, numerical_jacobian
from ..transforms import gradients
from ..transforms.vmap import vmap
from .forward_ad import dual_level, make_dual, unpack_dual

GradcheckError = errors.GradcheckError
Mismatch = Callable[[int, int, Any, Any, Any], str]


def _outputs(result: Any) -> list[Any]:
    ys = result if isinstance(result, (tuple, list)) else (result,)
    return [y for y in ys if isinstance(y, TensorBase) and memory.peek(y).dtype.kind in "fcV"]


def push(func: Callable[..., Any], inputs: tuple[Any, ...], i: int, tangent: Any) -> list[Any]:
    """The outputs' tangents along one of input `i`, as untracked tensors."""
    with dual_level():
        args = list(inputs)
        args[i] = make_dual(args[i], tangent)
        made = []
        for y in _outputs(func(*args)):
            primal, t = unpack_dual(y)
            made.append(np.zeros_like(primal.detach()) if t is None else t.detach())
    return made


def _vector(reals: Any, like: Any) -> Any:
    a = memory.peek(like)
    return wrap(np.array(from_reals(reals, a).astype(a.dtype)))


def check_forward(func: Callable[..., Any], inputs: tuple[Any, ...], places: list[int], eps: float, atol: float,
                  rtol: float, fast: bool, mismatch: Mismatch) -> None:
    """GradcheckError unless forward mode gives what finite differences do."""
    rng = np.random.default_rng(1)
    for i in places:
        n = as_reals(memory.peek(inputs[i])).size
        if fast:
            u = rng.standard_normal(n)
            u /= np.sqrt((u * u).sum()) or 1.0
            expected = difference(func, list(inputs), {i: from_reals(u * eps, memory.peek(inputs[i]))}, eps)
            found = [as_reals(memory.load(t)) for t in push(func, inputs, i, _vector(u, inputs[i]))]
        else:
            expected = numerical_jacobian(func, inputs, i, eps)
            columns = [push(func, inputs, i, _vector(unit, inputs[i])) for unit in np.eye(n)]
            found = [np.stack([as_reals(memory.load(c[k])) for c in columns], axis=-1) if n else numerical
                     for k, numerical in enumerate(expected)]
        for k, (analytical, numerical) in enumerate(zip(found, expected, strict=True)):
            if not np.allclose(analytical, numerical, rtol=rtol, atol=atol, equal_nan=True):
                raise GradcheckError("(forward mode) " + mismatch(k, i, numerical, analytical, inputs[i]))


def check_batched_backward(outputs: list[Any], xs: list[Any]) -> None:
    """GradcheckError unless backward passes mapped by vmap give what they give one by one."""
    rng = np.random.default_rng(2)
    for k, y in enumerate(outputs):
        if not y.requires_grad:
            continue
        seeds = [_vector(rng.uniform(-1, 1, as_reals(memory.peek(y)).size), y) for _ in range(2)]
        stacked = wrap(np.stack([memory.load(s) for s in seeds]))
        rows = [gradients.grad(y, xs, s, retain_graph=True, allow_unused=True) for s in seeds]
        with _named("batched gradients"):
            made = gradients.grad(y, xs, stacked, retain_graph=True, allow_unused=True, is_grads_batched=True)
        for m, g in enumerate(made):
            _same(g, [row[m] for row in rows], f"vmap over backward of output {k} gives another gradient of input {m}")


def check_batched_forward(func: Callable[..., Any], inputs: tuple[Any, ...], places: list[int]) -> None:
    """GradcheckError unless forward passes mapped by vmap give what they give one by one."""
    rng = np.random.default_rng(3)
    for i in places:
        ts = [_vector(rng.uniform(-1, 1, as_reals(memory.peek(inputs[i])).size), inputs[i]) for _ in range(2)]
        rows = [push(func, inputs, i, t) for t in ts]
        stacked = wrap(np.stack([memory.load(t) for t in ts]))
        with _named("batched forward gradients"):
            made = vmap(partial(push, func, inputs, i), randomness="same")(stacked)
        for k, t in enumerate(made):
            _same(t, [row[k] for row in rows], f"vmap over jvp by input {i} gives another tangent of output {k}")


@contextmanager
def _named(what: str) -> Iterator[None]:
    """An error in the block is a failed check."""
    try:
        yield
    except RuntimeError as e:
        raise GradcheckError(f"While computing {what}, got: {type(e).__name__}: {e}") from e


def _same(made: Any, rows: list[Any], message: str) -> None:
    if made is None and all([r is None for r in rows]):
        return
    expected = np.stack([memory.load(r) for r in rows])
    if not np.allclose(memory.load(made), expected, rtol=1e-5, atol=1e-8, equal_nan=True):
        raise GradcheckError(f"{message}:\nmapped:{memory.load(made)}\none by one:{expected}\n")

