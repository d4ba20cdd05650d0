"""Programs written for HIPS autograd give the same numbers when they import from adjoint.hips and adjoint.numpy."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

import adjoint as ad
from adjoint import hips

rng = np.random.RandomState(0)
X, V, M = rng.randn(4), rng.randn(4), rng.randn(4, 4)


def differential_operators(ag: Any, anp: Any) -> Any:
    def rosenbrock(x: Any) -> Any:
        return anp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    def layer(w: Any, x: Any, scale: float = 1.0) -> Any:
        return scale * anp.tanh(anp.dot(w, x))

    pull, value = ag.make_vjp(layer)(M, X)
    ggn = ag.make_ggnvp(layer, f_argnum=1)
    return [
        ag.grad(rosenbrock)(X), ag.hessian(rosenbrock)(X), ag.jacobian(layer, argnum=1)(M, X, scale=2.0),
        ag.elementwise_grad(ag.elementwise_grad(anp.tanh))(X), ag.value_and_grad(rosenbrock)(X),
        ag.grad(lambda a, b: anp.sum(a * b**2), argnum=(0, 1))(X, V),
        ag.grad_named(lambda a, b: a * b**2, "b")(2.0, 3.0),
        ag.hessian_vector_product(rosenbrock)(X, V), ag.hessian_tensor_product(rosenbrock)(X, V),
        ag.vector_jacobian_product(layer)(M, X, V), ag.tensor_jacobian_product(layer, 1)(M, X, V),
        value, pull(V), ag.make_jvp(layer, 1)(M, X)(V), ag.make_hvp(rosenbrock)(X)[0](V), ggn(M, X)(V),
        ag.deriv(lambda t: anp.sin(t) * t)(0.7), ag.grad_and_aux(lambda x: (anp.sum(x**3), x))(X),
        ag.holomorphic_grad(lambda z: z**2 * anp.sin(z))(1.0 + 2.0j), ag.checkpoint(lambda x: x**2)(3.0),
    ]


def rules_of_ones_own(ag: Any, anp: Any) -> Any:
    extend = importlib.import_module("autograd.extend") if ag is not hips else hips

    @extend.primitive
    def logsumexp(x: Any, axis: Any = None) -> Any:
        assert type(x) is np.ndarray  # a primitive sees plain arrays
        top = np.max(x, axis=axis, keepdims=True)
        return np.squeeze(top, axis) + np.log(np.sum(np.exp(x - top), axis=axis))

    def softmax(ans: Any, x: Any, axis: Any = None) -> Any:
        if axis is None:
            return lambda g: g * anp.exp(x - ans)
        return lambda g: anp.expand_dims(g, axis) * anp.exp(x - anp.expand_dims(ans, axis))

    extend.defvjp(logsumexp, softmax)
    return [ag.grad(lambda x: logsumexp(x) ** 2)(X), ag.grad(lambda m: anp.sum(logsumexp(m, axis=1) ** 2))(M),
            ag.hessian(logsumexp)(X)]


def nested_containers(ag: Any, anp: Any) -> Any:
    flatten = importlib.import_module("autograd.misc.flatten" if ag is not hips else "adjoint.hips").flatten
    params = {"w": M, "b": [X, (1.5, V)]}
    vector, unflatten = flatten(params)

    def loss(p: Any) -> Any:
        return anp.sum(anp.tanh(anp.dot(p["w"], p["b"][0])) * p["b"][1][1]) * p["b"][1][0]

    gradient = ag.grad(loss)(params)
    return [vector, unflatten(2 * vector)["b"][0], gradient["w"], gradient["b"][1][0],
            ag.grad(lambda v: loss(unflatten(v)))(vector)]


def optimisers(ag: Any, anp: Any) -> Any:
    misc = importlib.import_module("autograd.misc.optimizers") if ag is not hips else hips
    start = {"w": M, "b": [X, np.ones(1)]}
    seen: list[Any] = []

    def loss(p: Any, i: int) -> Any:
        return anp.sum((anp.dot(p["w"], p["b"][0]) - V) ** 2) * (1 + 0.1 * i) + anp.sum(p["b"][1] ** 2)

    ends = [optimiser(ag.grad(loss), start, lambda p, i, g: seen.append([i, p["b"][0], g["w"]]), 4, 0.01)
            for optimiser in (misc.sgd, misc.rmsprop, misc.adam)]

    def learned(rate: Any) -> Any:
        end = misc.sgd(ag.grad(loss), start, num_iters=3, step_size=rate)
        return loss(end, 0)

    return [[[p["w"], *p["b"]] for p in ends], seen, ag.grad(learned)(0.01)]


def forward_rules(ag: Any, anp: Any) -> Any:
    extend = importlib.import_module("autograd.extend") if ag is not hips else hips
    wave = extend.primitive(lambda x, y: np.sin(x) * y)
    extend.defjvp(wave, lambda g, ans, x, y: g * anp.cos(x) * y, "same")
    return [ag.make_jvp(lambda x: wave(x, 2 * x))(X)(anp.ones(X.shape)), ag.make_jvp(wave, 1)(X, 3.0)(1.0)]


def numbers(value: Any) -> list[Any]:
    return [n for v in value for n in numbers(v)] if isinstance(value, (list, tuple)) else [np.asarray(value)]


@pytest.mark.parametrize("program", [differential_operators, rules_of_ones_own, nested_containers, optimisers,
                                     forward_rules])
def test_a_program_gives_what_it_gave_under_autograd(program: Any) -> None:
    autograd = pytest.importorskip("autograd")
    theirs = numbers(program(autograd.differential_operators if program is differential_operators else autograd,
                             importlib.import_module("autograd.numpy")))
    ours = numbers(program(hips, importlib.import_module("adjoint.numpy")))
    assert len(ours) == len(theirs)
    for got, wanted in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-10, atol=1e-12)


def test_gradients_have_the_names_of_the_arguments() -> None:
    found = hips.multigrad_dict(lambda a, b=3.0, *, c: a * b**2 + c)(2.0, c=1.0)
    assert found == {"a": 9.0, "b": 12.0, "c": 1.0}


def test_a_primitive_without_a_rule_says_for_which_argument() -> None:
    product = hips.primitive(lambda x, y: x * y)
    hips.defvjp(product, lambda ans, x, y: lambda g: g * y)
    assert hips.grad(product)(2.0, 3.0) == 3.0
    with pytest.raises(ad.errors.MissingRule, match="no derivative in argument 1"):
        hips.grad(product, 1)(2.0, 3.0)


def test_elementwise_grad_is_not_for_complex_results() -> None:
    with pytest.raises(ad.errors.DtypeError, match="holomorphic_grad"):
        hips.elementwise_grad(lambda x: x * 1j)(X)


def test_reverse_mode_transposes_a_forward_rule() -> None:
    wave = hips.primitive(lambda x, y: np.sin(x) * y)
    hips.defjvp(wave, lambda g, ans, x, y: g * np.cos(x) * y, lambda g, ans, x, y: g * np.sin(x))
    assert np.isclose(hips.grad(wave)(0.3, 2.0), 2 * np.cos(0.3))
    assert np.isclose(hips.grad(hips.grad(wave), 1)(0.3, 2.0), np.cos(0.3))


def test_a_function_that_is_only_said_to_be_linear_has_no_transpose() -> None:
    twice = hips.primitive(lambda x: 2 * x)
    hips.defjvp(twice, "same")
    assert hips.make_jvp(twice)(3.0)(1.0) == (6.0, 2.0)
    with pytest.raises(ad.errors.MissingRule, match="give it with defvjp"):
        hips.grad(twice)(3.0)
