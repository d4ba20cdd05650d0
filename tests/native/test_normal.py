"""The normal distribution, the error function and gelu in machine code, against mpmath in 50 digits."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

import adjoint as ad
from adjoint.native import normal

from .conftest import ELEMENTS, compiled, distances

TRUTH = {
    "ndtr": mpmath.ncdf, "erf": mpmath.erf, "gelu": lambda x: x * mpmath.ncdf(x),
    "gelu_slope": lambda x: mpmath.ncdf(x) + x * mpmath.npdf(x)}
ULPS = {"ndtr": 5, "erf": 2.5, "gelu": 5}


def points(element: str) -> Any:
    """Into the left tail as far as numbers are normal, around 0, and towards 0."""
    low = -12.8 if element == "float" else -37
    x = np.concatenate([np.linspace(low, 9, 2500), np.linspace(-2, 2, 1200), np.logspace(-30, 0, 250),
                        -np.logspace(-30, 0, 250)])
    return x.astype(ELEMENTS[element])


@pytest.mark.parametrize("name", ULPS)
def test_values_are_within_a_few_ulps_into_the_tail(name: str, element: str, cpu: str | None) -> None:
    x = points(element)
    got = compiled(normal, element, cpu)[name](x)
    assert np.max(distances(got, TRUTH[name], points, element) / np.spacing(np.abs(got))) <= ULPS[name]


def test_gelus_slope_is_right_to_the_last_digits_of_its_terms(element: str, cpu: str | None) -> None:
    x = points(element)  # it has a root at -0.75, where the terms cancel
    got = compiled(normal, element, cpu)["gelu_slope"](x)
    with mpmath.workdps(50):
        terms = [float(mpmath.ncdf(mpmath.mpf(float(v))) + abs(v) * mpmath.npdf(mpmath.mpf(float(v)))) for v in x]
    assert np.all(distances(got, TRUTH["gelu_slope"], points, element) <= 4 * np.finfo(x.dtype).eps * np.array(terms))


def test_the_ends_and_zero_are_exact(element: str, cpu: str | None) -> None:
    x = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0], ELEMENTS[element])
    for name, want in (("ndtr", [np.nan, 1, 0, 0.5, 0.5]), ("erf", [np.nan, 1, -1, 0, -0.0]),
                       ("gelu", [np.nan, np.inf, np.nan, 0, -0.0]), ("gelu_slope", [np.nan, 1, 0, 0.5, 0.5])):
        got = compiled(normal, element, cpu)[name](x)
        np.testing.assert_array_equal(got, want)
        np.testing.assert_array_equal(np.signbit(got[3:]), np.signbit(want[3:]))


def test_gelus_slope_at_infinity_is_its_limit_for_few_elements_as_well() -> None:
    x = ad.tensor([-np.inf, np.inf], requires_grad=True)
    (g,) = ad.autograd.grad(ad.nn.functional.gelu(x), x, ad.ones(2))
    assert g.tolist() == [0, 1]
