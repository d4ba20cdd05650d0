"""An op that makes complex numbers of real ones gives the real operand a real cotangent, by every way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint as ad


def unit_circle(x: Any) -> Any:
    return np.exp(1j * x)


def scaled_circle(x: Any, *, scale: float = 1.0) -> Any:
    return scale * np.exp(1j * x)


def circle_of_two(x: Any, y: Any) -> Any:
    return y * np.exp(1j * x)


CIRCLE = ad.op(unit_circle, lambda out: 1j * out)
SCALED = ad.op(scaled_circle, lambda out, *, scale: 1j * out)
TWO = ad.op(circle_of_two, lambda out: 1j * out, lambda x: np.exp(1j * x))
FORMS = {"one operand": CIRCLE, "a parameter": lambda x: SCALED(x, scale=1.0), "a number": lambda x: TWO(x, 1.0),
         "two operands": lambda x: TWO(x, np.ones(2))}


@pytest.mark.parametrize("form", FORMS)
def test_the_cotangent_of_a_real_operand_is_real(form: str) -> None:
    def f(x: Any) -> Any:
        y = np.real(x * (1 + 2j))  # a cotangent with an imaginary part would come through this as a wrong number
        return np.sum(np.imag(FORMS[form](y) * (3 + 4j)))

    x = np.array([0.3, 0.8])
    expected = np.imag(1j * np.exp(1j * x) * (3 + 4j))
    assert ad.grad(f)(x) == pytest.approx(expected)
    assert ad.jacfwd(f)(x) == pytest.approx(expected)
    assert ad.vmap(ad.grad(f))(x[None])[0] == pytest.approx(expected)
    t = ad.tensor(x, requires_grad=True)
    f(t).backward()
    assert t.grad.dtype == ad.float64
    assert t.grad.numpy() == pytest.approx(expected)
