"""Scalar code run on symbols gives the formula that it computes, or says why it has none."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest

import adjoint as ad
from adjoint import errors

sympy = pytest.importorskip("sympy")
x, y = sympy.symbols("x y")


def test_operators_and_numpy_functions_build_the_expression():
    assert ad.symbolic(lambda x, y: np.log(x) + x * y - np.sin(y)) == sympy.log(x) + x * y - sympy.sin(y)
    assert ad.symbolic(lambda x: (2 - x) / (1 + x) ** 3 - abs(-x) + 2**x) == (2 - x) / (1 + x) ** 3 - abs(x) + 2**x
    assert ad.symbolic(lambda x: np.float64(3) * x + np.array(2.0) * x) == 5 * x


def test_names_come_from_the_signature_or_are_given():
    assert ad.symbolic(lambda x, n=3: x**n) == x**3
    assert ad.symbolic(np.sin, "x") == sympy.sin(x)
    positive = sympy.Symbol("p", positive=True)
    assert ad.symbolic(lambda v: np.sqrt(v**2), positive) == positive
    assert ad.symbolic(lambda x: np.sqrt(x**2)).diff("x").subs("x", 3) == 1
    for f in (lambda *a: a[0], print, lambda *, k: k):
        with pytest.raises(errors.RangeError, match="give names"):
            ad.symbolic(f)


def test_floats_that_are_short_fractions_are_exact():
    assert ad.symbolic(lambda x: 0.5 * x**2.0) == x**2 / 2
    assert ad.symbolic(lambda x: 0.1 * x).args[0].is_Float


def test_loops_and_results_of_several_parts_run():
    def newton(x):
        r = x
        for _ in range(2):
            r = (r + x / r) / 2
        return {"root": r, "twice": (2 * r, 3)}

    found = ad.symbolic(newton)
    assert found["root"].subs(x, 2) == sympy.Rational(17, 12)
    assert found["twice"][1] == 3


def test_conditions_become_piecewise():
    e = ad.symbolic(lambda x: np.where((x > 0) & (x < 2), x, np.maximum(x, -1)))
    assert [e.subs(x, v) for v in (-3, 1, 5)] == [-1, 1, 5]
    assert ad.symbolic(lambda x: np.clip(x, 0, 1)).subs(x, 7) == 1


NAMES = ["cbrt", "expm1", "log1p", "logaddexp", "hypot", "arctan2", "fmod", "remainder", "sinc", "log2", "deg2rad",
         "arcsinh", "reciprocal", "floor_divide", "trunc", "exp2"]


@pytest.mark.parametrize("name", NAMES)
def test_a_function_has_numpy_s_values(name):
    f = getattr(np, name)
    arguments = (-1.7, 0.6)[: getattr(f, "nin", 1)] if name not in ("log1p", "log2") else (0.7,)
    e = ad.symbolic(f, *["x", "y"][: len(arguments)])
    assert float(e.subs(dict(zip((x, y), arguments)))) == pytest.approx(f(*arguments), rel=1e-12)


def test_special_functions_have_scipy_s_values():
    special = pytest.importorskip("scipy.special")
    for name in ("erf", "gamma", "gammaln", "psi", "expit", "logit", "ndtr", "j0", "entr"):
        e = ad.symbolic(getattr(special, name), "x")
        assert float(e.subs(x, 0.3)) == pytest.approx(getattr(special, name)(0.3), rel=1e-12)
    with pytest.raises(errors.MissingRule, match="elementary"):
        ad.symbolic(lambda x: special.zeta(x, 2))


def test_adjoint_s_own_functions_run_too():
    assert ad.symbolic(lambda x: ad.tanh(x) * ad.exp(x)) == sympy.tanh(x) * sympy.exp(x)
    assert float(ad.symbolic(ad.sigmoid, "x").subs(x, -2.0)) == pytest.approx(1 / (1 + math.exp(2)))
    for name in ("relu", "leaky_relu", "elu", "celu", "silu", "softplus", "gelu", "mish"):
        f = getattr(ad.nn.functional, name)
        for at in (-2.0, 0.5, 30.0):
            assert float(ad.symbolic(f, "x").subs(x, at)) == pytest.approx(f(ad.tensor(at, dtype=ad.float64)).item())


@pytest.mark.parametrize(("f", "message"), [
    (lambda x: x if x > 0 else -x, "np.where"), (lambda x: math.sin(x), "np.sin for math.sin"),
    (lambda x: range(x), "plain Python number"), (lambda x: int(x), "plain Python number"),
])
def test_what_needs_a_number_says_why_there_is_none(f, message):
    with pytest.raises(errors.TracedValueError, match=f"a symbol has none(.|\n)*{message}"):
        ad.symbolic(f)


def test_array_code_is_refused():
    with pytest.raises(errors.MissingRule, match="works on arrays"):
        ad.symbolic(lambda x: np.sum(x))
    with pytest.raises(errors.DtypeError, match="one element"):
        ad.symbolic(lambda x: x * np.ones(3))
    with pytest.raises(errors.MissingRule, match="out="):
        ad.symbolic(lambda x: np.sin(x, out=np.zeros(1)))
    with pytest.raises(AttributeError, match=r"np\.sin"):
        ad.symbolic(lambda x: x.sin())


def test_without_sympy_the_message_names_the_extra(monkeypatch):
    from adjoint._symbolic import _sympy

    _sympy.cache_clear()
    monkeypatch.setitem(sys.modules, "sympy", None)
    with pytest.raises(errors.MissingDependency, match=r"adjoint\[symbolic\]"):
        ad.symbolic(lambda x: x)
