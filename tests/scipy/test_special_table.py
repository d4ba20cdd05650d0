"""Every ufunc of scipy.special is differentiable, constant, or refused with a reason."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.special as sc

import adjoint as ad
import adjoint.scipy.special
from adjoint import errors
from adjoint.core import registry
from adjoint.scipy._special import REFUSED

UFUNCS = sorted({getattr(sc, name).__name__ for name in dir(sc) if isinstance(getattr(sc, name), np.ufunc)})


def ops_of(name: str) -> list[Any]:
    call = registry.by_function[getattr(sc, name)]
    return [p.op for p in getattr(call, "parts", ())] or [getattr(call, "op", None)]


def kind_of(name: str) -> str:
    ops = ops_of(name)
    if ops == [None]:
        return "differentiable"  # by a composition: hankel1, wofz ...
    if not any([op.differentiable for op in ops]):
        return "constant"
    return "differentiable" if any([p is not None for op in ops for p in op.partials]) else "refused"


@pytest.mark.parametrize("name", UFUNCS)
def test_a_ufunc_has_its_place(name: str) -> None:
    assert getattr(sc, name) in registry.by_function
    assert (kind_of(name) == "refused") == (name in REFUSED)


def test_nearly_all_are_differentiable() -> None:
    kinds = [kind_of(name) for name in UFUNCS]
    assert kinds.count("refused") == len(REFUSED) == 6
    assert kinds.count("constant") == 2  # gammasgn, round
    assert kinds.count("differentiable") >= 220


def test_a_refused_derivative_raises_and_the_value_is_there() -> None:
    df = ad.tensor(0.4, dtype=ad.float64, requires_grad=True)
    out = sc.chndtridf(3.0, df, 1.0)
    assert out.item() == sc.chndtridf(3.0, 0.4, 1.0)
    with pytest.raises(errors.MissingRule, match="chndtridf"):
        out.backward()


def test_the_order_of_a_bessel_function_is_refused_by_name() -> None:
    with pytest.raises(errors.MissingRule, match="jv"):
        ad.grad(lambda v: sc.jv(v, 1.0))(2.0)


def test_a_scaled_function_of_a_complex_argument_is_refused() -> None:
    z = ad.tensor(1.0 + 0.5j, dtype=ad.complex128, requires_grad=True)
    with pytest.raises(errors.MissingRule, match="real arguments only"):
        sc.ive(1.0, z).real.backward()


def test_a_python_function_of_scipy_raises_and_its_twin_here_differentiates() -> None:
    with pytest.raises(errors.AdjointError):
        ad.grad(lambda x: sc.logsumexp(x))(np.array([1.0, 2.0]))
    np.testing.assert_allclose(ad.grad(lambda x: ad.scipy.special.logsumexp(x))(np.array([1.0, 1.0])), [0.5, 0.5])


def test_ufuncs_dispatch_on_both_faces_and_under_transforms() -> None:
    assert ad.grad(lambda x: sc.jv(0, x))(1.5) == pytest.approx(-sc.jv(1, 1.5))
    assert ad.jvp(lambda x: sc.gamma(x), (2.5,), (1.0,))[1] == pytest.approx(sc.gamma(2.5) * sc.psi(2.5))
    points = np.array([0.2, 0.7])
    np.testing.assert_allclose(ad.vmap(ad.grad(lambda x: sc.ellipk(x)))(points), ad.grad(
        lambda x: np.sum(sc.ellipk(x)))(points))
    t = ad.tensor(1.5, requires_grad=True)
    sc.jv(0, t).backward()
    assert t.grad is not None
    assert t.grad.item() == pytest.approx(-sc.jv(1, 1.5), rel=1e-6)


TWINS: list[tuple[str, Any, Any]] = [
    ("polygamma", lambda m, x: m.polygamma(2, x), 1.7), ("multigammaln", lambda m, x: m.multigammaln(x, 3), 2.7),
    ("zeta", lambda m, x: m.zeta(x), 2.7), ("comb", lambda m, x: m.comb(x, 2.5), 5.3),
    ("perm", lambda m, x: m.perm(x, 2.5), 5.3), ("factorial", lambda m, x: m.factorial(x), 3.4),
    ("sinc", lambda m, x: m.sinc(x), 0.3), ("diric", lambda m, x: m.diric(x, 5), 0.3),
    ("diric even", lambda m, x: m.diric(x, 4), 0.3), ("lambertw", lambda m, x: m.lambertw(x).real, 0.3),
    ("spherical_jn", lambda m, x: m.spherical_jn(2, x), 1.3), ("spherical_yn", lambda m, x: m.spherical_yn(0, x), 1.3),
    ("spherical_in", lambda m, x: m.spherical_in(0, x), 1.3), ("spherical_kn", lambda m, x: m.spherical_kn(2, x), 1.3),
    ("spherical_kn'", lambda m, x: m.spherical_kn(2, x, derivative=True), 1.3),
    ("sph_harm_y", lambda m, x: m.sph_harm_y(3, 2, x, 0.4).imag, 1.3),
]


@pytest.mark.parametrize(("call", "at"), [t[1:] for t in TWINS], ids=[t[0] for t in TWINS])
def test_what_scipy_wrote_in_python_has_a_twin_with_derivatives(call: Any, at: float) -> None:
    ours, theirs = (lambda x: call(ad.scipy.special, x)), (lambda x: float(call(sc, x)))
    value, slope = ad.value_and_grad(ours)(at)
    h = 1e-4
    difference = (8 * (theirs(at + h) - theirs(at - h)) - theirs(at + 2 * h) + theirs(at - 2 * h)) / (12 * h)
    assert value == pytest.approx(theirs(at), rel=1e-13)
    assert slope == pytest.approx(difference, rel=1e-7)


@pytest.mark.parametrize("axis", [None, 0, -1])
def test_weighted_logsumexp_and_softmax_are_scipys(axis: Any) -> None:
    x, b = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([[1.0, -0.5], [0.0, 2.0]])
    ours = ad.scipy.special
    np.testing.assert_allclose(ours.logsumexp(x, axis=axis, b=np.abs(b)), sc.logsumexp(x, axis=axis, b=np.abs(b)))
    for got, expected in zip(ours.logsumexp(x, axis=axis, b=b, return_sign=True),
                             sc.logsumexp(x, axis=axis, b=b, return_sign=True), strict=True):
        np.testing.assert_allclose(got, expected)
    np.testing.assert_allclose(ours.softmax(x, axis=axis), sc.softmax(x, axis=axis))
    np.testing.assert_allclose(ours.log_softmax(x, axis=axis), sc.log_softmax(x, axis=axis))
