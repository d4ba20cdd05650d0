"""custom_vjp and custom_jvp: rules that are linear only as a whole, and rules that call what they are rules of."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import adjoint as ad

A = np.array([[0.1, 0.2], [0.3, 0.4]])
WEIGHTS = np.array([[1.0, 2.0], [3.0, 4.0]])


def block(x: Any, t: Any) -> Any:
    """x t + t x as a corner of the square of [[x, t], [0, x]], which is not linear in t."""
    top = np.concatenate((x, t), axis=-1)
    whole = np.concatenate((top, np.concatenate((np.zeros_like(x), x), axis=-1)), axis=-2)
    return (whole @ whole)[:2, 2:]


@ad.custom_vjp
def by_vjp(x: Any) -> Any:
    return x @ x


@ad.custom_jvp
def by_jvp(x: Any) -> Any:
    return x @ x


by_vjp.defvjp(lambda x: (x @ x, x), lambda x, ct: (block(x.T, ct),))
by_jvp.defjvp(lambda primals, tangents: (by_jvp(primals[0]), block(primals[0], tangents[0])))
TRANSFORMS: dict[str, Callable[[Any], Any]] = {
    "jacfwd": ad.jacfwd,
    "jacrev": ad.jacrev,
    "jacrev of jacrev": lambda f: ad.jacrev(ad.jacrev(f)),
    "jacfwd of jacfwd": lambda f: ad.jacfwd(ad.jacfwd(f)),
    "jacrev of jacfwd": lambda f: ad.jacrev(ad.jacfwd(f)),
    "hessian": lambda f: ad.hessian(lambda x: np.sum(WEIGHTS * np.sin(f(x)))),
    "vmap of jvp": lambda f: lambda x: ad.vmap(lambda t: ad.jvp(f, (x,), (t,))[1])(np.stack([A, A.T, WEIGHTS])),
    "vmap of vjp": lambda f: lambda x: ad.vmap(ad.vjp(f, x)[1])(np.stack([A, A.T, WEIGHTS]))[0],
}


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("f", [by_vjp, by_jvp], ids=["vjp", "jvp"])
def test_a_rule_that_is_linear_only_as_a_whole_gives_derivatives_without_a_graph(f: Any, transform: str) -> None:
    found = TRANSFORMS[transform](f)(A)
    assert type(found) is np.ndarray
    np.testing.assert_allclose(found, TRANSFORMS[transform](lambda x: x @ x)(A), atol=1e-12)


@partial(ad.custom_vjp, nondiff_argnums=(0,))
def fixed_point(f: Any, a: Any, x: Any) -> Any:
    before, x = x, f(a, x)
    while np.max(np.abs(before - x)) > 1e-13:
        before, x = x, f(a, x)
    return x


def _forward(f: Any, a: Any, x: Any) -> Any:
    x = fixed_point(f, a, x)
    return x, (a, x)


def _backward(f: Any, residuals: Any, ct: Any) -> Any:
    a, x = residuals
    pull = ad.vjp(lambda a: f(a, x), a)[1]
    return pull(fixed_point(partial(_transposed, f), (a, x, ct), ct))[0], np.zeros_like(x)


def _transposed(f: Any, given: Any, u: Any) -> Any:
    a, x, ct = given
    return ct + ad.vjp(lambda x: f(a, x), x)[1](u)[0]


fixed_point.defvjp(_forward, _backward)


def test_a_rule_that_solves_by_the_function_it_is_the_rule_of_has_second_derivatives() -> None:
    def root(a: Any) -> Any:
        return fixed_point(lambda a, x: 0.5 * (x + a / x), a, a)

    assert np.isclose(ad.grad(root)(2.0), 0.5 / np.sqrt(2.0))
    assert np.isclose(ad.grad(ad.grad(root))(2.0), -0.25 * 2.0**-1.5)


def test_default_arguments_reach_the_rule() -> None:
    scaled = ad.custom_vjp(lambda x, k=2.0: k * x)
    scaled.defvjp(lambda x, k: (k * x, k), lambda k, ct: (k * ct, None))
    assert (ad.grad(scaled)(1.0), ad.grad(lambda x: scaled(x, k=5.0))(1.0)) == (2.0, 5.0)


def test_none_in_a_tree_of_cotangents_is_zero_there() -> None:
    product = ad.custom_vjp(lambda p, x: p["a"] * p["b"][0] * x)
    product.defvjp(lambda p, x: (p["a"] * p["b"][0] * x, (p, x)),
                   lambda kept, ct: ({"a": None, "b": (kept[0]["a"] * kept[1] * ct,)}, None))
    assert ad.grad(product, (0, 1))({"a": 2.0, "b": (3.0,)}, 5.0) == ({"a": 0.0, "b": (10.0,)}, 0.0)


@pytest.mark.parametrize(("cotangent", "message"), [
    ({"w": 1.0}, r"argument 0 .*expected values at \['v'\], got values at \['w'\]"),
    ({"v": 1.0}, r"argument 0 .*has shape \(\), the argument \(2,\)"),
    (1.0, "got one value"),
], ids=["key", "shape", "leaf"])
def test_a_cotangent_that_does_not_fit_its_argument_is_refused(cotangent: Any, message: str) -> None:
    total = ad.custom_vjp(lambda p: np.sum(p["v"]))
    total.defvjp(lambda p: (np.sum(p["v"]), None), lambda _, ct: (cotangent,))
    with pytest.raises(ad.errors.ShapeError, match=message):
        ad.grad(total)({"v": np.ones(2)})


def test_a_rule_that_is_not_the_functions_derivative_counts_in_every_order_of_modes() -> None:
    rounded = ad.custom_jvp(lambda x: np.round(x))  # the straight-through estimator
    rounded.defjvps(lambda t, ans, x: t)
    x = np.array([1.2, 2.7])

    def f(x: Any) -> Any:
        return np.sum(rounded(x) ** 3)

    expected = np.diag(6 * np.round(x))
    for outer in (ad.jacfwd, ad.jacrev):
        for inner in (ad.jacfwd, ad.jacrev):
            np.testing.assert_allclose(outer(inner(f))(x), expected)
    np.testing.assert_allclose(ad.hessian(f)(x), expected)
    np.testing.assert_allclose(ad.hvp(f, (x,), (np.ones(2),)), 6 * np.round(x))
    mapped = ad.vmap(ad.hessian(lambda x: rounded(x) ** 3))(x)
    np.testing.assert_allclose(mapped, 6 * np.round(x))
    third = ad.jacfwd(ad.hessian(lambda x: rounded(x) ** 3))(1.2)
    np.testing.assert_allclose(third, 6.0)
