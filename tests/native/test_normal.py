"""The normal distribution, the error function and gelu in machine code, against mpmath in 50 digits."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

import adjoint as ad
from adjoint.native import normal
from adjoint.native.sizes import MANY

from .conftest import ELEMENTS, compiled, distances

TRUTH = {
    "ndtr": mpmath.ncdf, "erf": mpmath.erf, "gelu": lambda x: x * mpmath.ncdf(x),
    "gelu_slope": lambda x: mpmath.ncdf(x) + x * mpmath.npdf(x)}
ULPS = {"ndtr": 5, "erf": 2.5, "gelu": 5}


def points(element: str) -> Any:
    """Into the left tail as far as numbers are normal, around 0, and towards 0; as many as a kernel wants."""
    low = -12.8 if element == "float" else -37
    x = np.concatenate([np.linspace(low, 9, 2500), np.linspace(-2, 2, 1200), np.logspace(-30, 0, 250),
                        -np.logspace(-30, 0, 250)])
    assert x.size >= MANY
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
    x = np.resize(np.array([np.nan, np.inf, -np.inf, 0.0, -0.0], ELEMENTS[element]), MANY)
    for name, want in (("ndtr", [np.nan, 1, 0, 0.5, 0.5]), ("erf", [np.nan, 1, -1, 0, -0.0]),
                       ("gelu", [np.nan, np.inf, np.nan, 0, -0.0]), ("gelu_slope", [np.nan, 1, 0, 0.5, 0.5])):
        got = compiled(normal, element, cpu)[name](x)[:5]
        np.testing.assert_array_equal(got, want)
        np.testing.assert_array_equal(np.signbit(got[3:]), np.signbit(want[3:]))


@pytest.mark.parametrize("dtype", [ad.float32, ad.float64], ids=str)
def test_few_and_many_elements_have_the_same_derivatives_up_to_the_third(dtype: Any) -> None:
    few = ad.linspace(-6, 6, 64, dtype=dtype)
    many = few.repeat(MANY // 64)
    eps = ad.finfo(dtype).eps
    for f in (ad.erf, ad.special.ndtr, ad.nn.functional.gelu):
        for _ in range(4):
            one, all_ = np.asarray(f(few)), np.asarray(f(many)).reshape(-1, 64)
            np.testing.assert_allclose(all_, np.broadcast_to(one, all_.shape), rtol=30 * eps, atol=30 * eps)
            f = ad.grad(lambda x, g=f: g(x).sum())


def test_gelus_slope_at_infinity_is_its_limit_for_few_elements_as_well() -> None:
    x = ad.tensor([-np.inf, np.inf], requires_grad=True)
    (g,) = ad.autograd.grad(ad.nn.functional.gelu(x), x, ad.ones(2))
    assert g.tolist() == [0, 1]
