"""The ops behind scipy.special obey the laws of every op, on the samples of tests/laws/scipy_samples.py."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.special as sc

import adjoint as ad
import adjoint.scipy.special
from adjoint.core import registry
from adjoint.laws import Sample
from adjoint.laws import statements as laws

from ..laws import scipy_samples as samples

OPS = [name for name in samples.WRITTEN if name not in samples.ELSEWHERE]
every_op = pytest.mark.parametrize("name", OPS)


def of(name: str) -> list[Sample]:
    op = registry.by_name[name]
    return [Sample(op, operands, params) for operands, params in samples.WRITTEN[name]()]


def ours() -> list[Any]:
    """The elementwise ops with a rule that is written in adjoint.scipy."""
    return [op for op in registry.by_name.values() if any(
        [callable(p) and "/adjoint/scipy/" in p.__code__.co_filename.replace("\\", "/")
         for p in getattr(op, "partials", ())])]


def test_every_op_of_adjoint_scipy_has_samples() -> None:
    missing = sorted({op.op_name for op in ours()} - set(samples.WRITTEN) - set(samples.ELSEWHERE))
    assert not missing, f"write samples for {missing} in tests/laws/scipy_samples.py"


@every_op
def test_value_and_vjp_are_right(name: str) -> None:
    for sample in of(name):
        laws.value_is_that_of_the_function(sample)
        laws.vjp_agrees_with_differences(sample)


@every_op
def test_the_vjp_is_differentiable_and_the_same_recorded(name: str) -> None:
    for sample in of(name):
        if name not in samples.ONCE:
            laws.vjp_of_the_vjp_agrees_with_differences(sample)
            laws.rule_is_the_same_recorded(sample)


@every_op
def test_single_precision_stays_and_nothing_is_modified(name: str) -> None:
    for sample in of(name)[:1]:
        if name not in samples.ONCE:
            laws.single_precision_stays(sample)
            laws.nothing_is_modified(sample)


@every_op
def test_a_zero_cotangent_gives_zero_at_infinities_and_poles(name: str) -> None:
    sample = of(name)[0]
    for point in (0.0, 1.0, np.inf, np.nan):
        operands = [np.full(3, point) if i in sample.variables and x.dtype.kind == "f" else x
                    for i, x in enumerate(sample.operands)]
        leaves = Sample(sample.op, tuple(operands), sample.params).leaves()
        (result,) = sample.call(leaves)
        grads = ad.autograd.grad(result, [x for x in leaves if isinstance(x, ad.Tensor)], ad.zeros_like(result))
        for g in grads:
            assert not np.any(g.numpy()), f"{name} at {point}: {g}"


def test_ncfdtrinc_is_the_inverse_of_ncfdtr_in_its_derivatives_too() -> None:
    p, f = [ad.tensor(v, dtype=ad.float64, requires_grad=True) for v in (0.3, 2.5)]
    nc = sc.ncfdtrinc(3.3, 4.1, p, f)
    by_p, by_f = ad.autograd.grad(nc, (p, f))
    at = ad.tensor(nc.item(), dtype=ad.float64, requires_grad=True)
    again = ad.tensor(2.5, dtype=ad.float64, requires_grad=True)
    forward = ad.autograd.grad(sc.ncfdtr(3.3, 4.1, at, again), (at, again))
    assert by_p.item() * forward[0].item() == pytest.approx(1, rel=1e-10)
    assert by_f.item() * forward[0].item() == pytest.approx(-forward[1].item(), rel=1e-10)


def test_the_derivatives_of_itairy_are_airy_functions() -> None:
    x = ad.tensor([0.7, 1.9], dtype=ad.float64, requires_grad=True)
    there, back = sc.airy(x.detach().numpy()), sc.airy(-x.detach().numpy())
    for result, expected in zip(sc.itairy(x), (there[0], there[2], back[0], back[2]), strict=True):
        np.testing.assert_array_equal(ad.autograd.grad(result.sum(), x)[0].numpy(), expected)


def test_the_domain_of_multigammaln_is_checked_under_vmap_too() -> None:
    x = np.array([2.0, 3.0])
    np.testing.assert_allclose(ad.vmap(lambda a: ad.scipy.special.multigammaln(a, 2))(x),
                               sc.multigammaln(x, 2))
    with pytest.raises(ValueError, match=r"condition a .* not met"):
        ad.vmap(lambda a: ad.scipy.special.multigammaln(a, 2))(np.array([2.0, 0.5]))
