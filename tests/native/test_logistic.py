"""The smooth step and its relatives in machine code, against mpmath in 50 digits."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

from adjoint.native import logistic

from .conftest import ELEMENTS, compiled, distances


def step(x: Any) -> Any:
    return 1 / (1 + mpmath.exp(-x))


TRUTH = {
    "sigmoid": step, "bell": lambda x: step(x) * step(-x), "silu": lambda x: x * step(x),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)), "silu_slope": lambda x: step(x) * (1 + x * step(-x))}
DIGITS = {"float": 80, "double": 400}  # 1 + exp(-700) has three hundred zeros
ULPS = {"sigmoid": 3, "bell": 5, "silu": 4, "softplus": 3}


def points(element: str) -> Any:
    """Into both tails as far as exp(-|x|) is a normal number, and towards 0."""
    far = 86 if element == "float" else 700
    x = np.concatenate([np.linspace(-far, far, 2600), np.linspace(-3, 3, 1200), np.logspace(-30, 0, 200),
                        -np.logspace(-30, 0, 200)])
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
    x = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1000, -1000], ELEMENTS[element])
    for name, want in (("sigmoid", [np.nan, 1, 0, 0.5, 0.5, 1, 0]), ("bell", [np.nan, 0, 0, 0.25, 0.25, 0, 0]),
                       ("silu", [np.nan, np.inf, np.nan, 0, -0.0, 1000, 0]),
                       ("softplus", [np.nan, np.inf, 0, np.log(2), np.log(2), 1000, 0])):
        np.testing.assert_allclose(compiled(logistic, element, cpu)[name](x), want, rtol=1e-7)
