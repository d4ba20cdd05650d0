"""The smooth step and its relatives in machine code, against mpmath in 50 digits."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

import adjoint as ad
from adjoint.native import logistic
from adjoint.native.sizes import MANY

from .conftest import ELEMENTS, compiled, distances


def step(x: Any) -> Any:
    return 1 / (1 + mpmath.exp(-x))


TRUTH = {
    "sigmoid": step, "bell": lambda x: step(x) * step(-x), "silu": lambda x: x * step(x),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)), "silu_slope": lambda x: step(x) * (1 + x * step(-x))}
DIGITS = {"float": 80, "double": 400}  # 1 + exp(-700) has three hundred zeros
ULPS = {"sigmoid": 3, "bell": 5, "silu": 4, "softplus": 3}


def points(element: str) -> Any:
    """Into both tails as far as exp(-|x|) is a normal number, and towards 0; as many as a kernel wants."""
    far = 86 if element == "float" else 700
    x = np.concatenate([np.linspace(-far, far, 2600), np.linspace(-3, 3, 1200), np.logspace(-30, 0, 200),
                        -np.logspace(-30, 0, 200)])
    assert x.size >= MANY
    return x.astype(ELEMENTS[element])


@pytest.mark.parametrize("name", ULPS)
def test_values_are_within_a_few_ulps_into_both_tails(name: str, element: str, cpu: str | None) -> None:
    got = compiled(logistic, element, cpu)[name](points(element))
    assert np.max(distances(got, TRUTH[name], points, element, DIGITS[element]) / np.spacing(np.abs(got))) <= ULPS[name]


def test_silus_slope_is_right_to_the_last_digits_of_its_terms(element: str, cpu: str | None) -> None:
    x = points(element)  # it has a root at -1.28, where the terms cancel
    got = compiled(logistic, element, cpu)["silu_slope"](x)
    up = 1 / (1 + np.exp(np.minimum(-x.astype(np.longdouble), 11000)))
    off = distances(got, TRUTH["silu_slope"], points, element, DIGITS[element])
    assert np.all(off <= 4 * np.finfo(x.dtype).eps * up * (1 + np.abs(x)))


def test_the_ends_and_zero_are_exact(element: str, cpu: str | None) -> None:
    x = np.resize(np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1000, -1000], ELEMENTS[element]), MANY)
    for name, want in (("sigmoid", [np.nan, 1, 0, 0.5, 0.5, 1, 0]), ("bell", [np.nan, 0, 0, 0.25, 0.25, 0, 0]),
                       ("silu", [np.nan, np.inf, np.nan, 0, -0.0, 1000, 0]),
                       ("softplus", [np.nan, np.inf, 0, np.log(2), np.log(2), 1000, 0])):
        np.testing.assert_allclose(compiled(logistic, element, cpu)[name](x)[:7], want, rtol=1e-7)


@pytest.mark.parametrize("dtype", [ad.float32, ad.float64], ids=str)
def test_few_and_many_elements_have_the_same_derivatives_up_to_the_third(dtype: Any) -> None:
    few = ad.linspace(-30, 30, 64, dtype=dtype)
    many = few.repeat(MANY // 64)
    eps = ad.finfo(dtype).eps
    for f in (ad.sigmoid, ad.nn.functional.silu, ad.nn.functional.softplus, ad.nn.functional.logsigmoid):
        for _ in range(4):
            one, all_ = np.asarray(f(few)), np.asarray(f(many)).reshape(-1, 64)
            np.testing.assert_allclose(all_, np.broadcast_to(one, all_.shape), rtol=30 * eps, atol=30 * eps)
            f = ad.grad(lambda x, g=f: g(x).sum())
