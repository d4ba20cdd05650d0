"""A transform's values die with it: no call leaves objects that only the garbage collector would free."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adjoint as ad

X = np.array([0.3, 1.2, -0.7])


@ad.custom_vjp
def squared(x: Any) -> Any:
    return x * x


squared.defvjp(lambda x: (x * x, x), lambda x, ct: (2 * x * ct,))


@ad.custom_jvp
def doubled(x: Any) -> Any:
    return 2 * x


doubled.defjvp(lambda primals, tangents: (doubled(primals[0]), 2 * tangents[0]))


def program(x: Any) -> Any:
    y = np.zeros_like(x)
    y[0] = x[1]
    y[1:] = x[:2] * squared(x)[1:]
    x = x * 1
    x[0] = 3
    return np.sum(np.sin(y) * x.reshape(3) * doubled(x))


class Squared(ad.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(x: Any) -> Any:
        return x * x

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        return 2 * ctx.saved_tensors[0] * grad

    @staticmethod
    def jvp(ctx: Any, tangent: Any) -> Any:
        return 2 * ctx.saved_tensors[0] * tangent


def squares(x: Any) -> Any:
    return Squared.apply(x).sum()


ROWS = ad.tensor(np.stack([X, X]))

CALLS: dict[str, Callable[[], Any]] = {
    "grad": lambda: ad.grad(program)(X),
    "grad of tensors": lambda: ad.grad(program)(ad.tensor(X)),
    "grad of grad": lambda: ad.grad(lambda x: np.sum(ad.grad(program)(x)))(X),
    "vjp": lambda: ad.vjp(program, X)[1](1.0),
    "jvp": lambda: ad.jvp(program, (X,), (X,)),
    "linearize": lambda: ad.linearize(program, X)[1](X),
    "vmap of grad": lambda: ad.vmap(ad.grad(program))(np.stack([X, X])),
    "hessian": lambda: ad.hessian(program)(X),
    "jacobian": lambda: ad.jacobian(np.sin)(X),
    "jacobian, made": lambda: ad.jacobian(np.sin),
    "vmap of grad of a Function": lambda: ad.func.vmap(ad.func.grad(squares))(ROWS),
    "jvp of vmap of a Function": lambda: ad.func.jvp(ad.func.vmap(squares), (ROWS,), (ROWS,)),
    "jet": lambda: ad.jet(lambda x: np.sum(np.sin(x) * x[::-1]), (X,), ((X, X),)),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_call_leaves_no_cycles(call: Callable[[], Any]) -> None:
    call()
    enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        for _ in range(10):
            call()
        assert gc.collect() < 10
    finally:
        if enabled:
            gc.enable()
