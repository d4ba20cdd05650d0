"""exp and log1p in machine code, against mpmath in 60 digits."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import mpmath
import numpy as np

from adjoint.native import builtin, elementary, engine, pointwise

from .conftest import ELEMENTS, processor


@cache
def function(name: str, element: str, cpu: str | None) -> Callable[..., Any]:
    target = processor(cpu)
    vector = target.vector(element)
    written = pointwise.pointwise(name, vector, 1, lambda f, x: getattr(elementary, name)(f, vector, x))
    return builtin.bind(engine.Code([written], target), name)


def ulps(got: Any, x: Any, truth: Callable[..., Any]) -> float:
    """The greatest distance from the truth, in units of the last place of what was computed."""
    with mpmath.workprec(200):
        return max([float(abs(mpmath.mpf(float(g)) - truth(mpmath.mpf(float(v))))) / float(np.spacing(abs(g)))
                    for g, v in zip(got, x, strict=True)])


def test_exp_is_within_an_ulp_on_its_whole_domain(element: str, cpu: str | None) -> None:
    dtype = ELEMENTS[element]
    low, high = (-103, 88.7) if element == "float" else (-745, 709.7)
    x = np.concatenate([np.linspace(low, high, 3001), np.linspace(-1, 1, 1001), [1e-30, -1e-30, 0.0]]).astype(dtype)
    without_fma = cpu in ("x86-64", "short")
    assert ulps(function("exp", element, cpu)(x), x, mpmath.exp) <= (1.1 if without_fma else 1.0)


def test_exp_of_what_is_not_finite_is_what_ieee_754_says(element: str, cpu: str | None) -> None:
    x = np.array([-np.inf, np.inf, np.nan, 1000.0, -1000.0, -0.0], ELEMENTS[element])
    np.testing.assert_array_equal(function("exp", element, cpu)(x), [0, np.inf, np.nan, np.inf, 0, 1])


def test_log1p_is_within_two_ulps_from_zero_to_the_largest_number(element: str, cpu: str | None) -> None:
    low, high = (-44, 38) if element == "float" else (-320, 308)
    x = np.concatenate([np.logspace(low, high, 2000), np.linspace(0, 3, 3001), [2**0.5 - 1]]).astype(ELEMENTS[element])
    log1p = function("log1p", element, cpu)
    assert ulps(log1p(x), x, mpmath.log1p) <= 2.0
    assert np.isnan(log1p(np.array([np.nan], x.dtype))).all()
