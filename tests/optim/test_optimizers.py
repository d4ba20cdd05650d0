"""Optimisers: their steps beside formulas, groups, state that is saved and loaded, and steps that are recorded."""

from __future__ import annotations

import math

import numpy as np
import pytest

import adjoint as ad
from adjoint import optim

MAKERS = {
    "sgd": lambda p: optim.SGD(p, lr=0.1),
    "momentum": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "adam": lambda p: optim.Adam(p, lr=0.1),
    "amsgrad": lambda p: optim.Adam(p, lr=0.1, amsgrad=True),
    "adamw": lambda p: optim.AdamW(p, lr=0.1),
}


def leaf(values: object) -> ad.Tensor:
    return ad.tensor(values, dtype=ad.float64, requires_grad=True)


def test_momentum_adds_up_past_gradients() -> None:
    p = leaf([1.0])
    optimiser = optim.SGD([p], lr=0.1, momentum=0.5)
    for _ in range(2):
        p.grad = ad.ones(1, dtype=ad.float64)
        optimiser.step()
    assert p.item() == pytest.approx(1 - 0.1 * 1 - 0.1 * 1.5)


def test_adams_first_step_has_the_length_of_the_learning_rate() -> None:
    p = leaf([1.0, 1.0])
    p.grad = ad.tensor([1e-3, -1e3], dtype=ad.float64)
    optim.Adam([p], lr=0.1).step()
    np.testing.assert_allclose(p.detach().numpy(), [0.9, 1.1], atol=1e-5)


def test_decoupled_decay_does_not_pass_through_the_moments() -> None:
    p = leaf([2.0])
    p.grad = ad.zeros(1, dtype=ad.float64)
    optim.AdamW([p], lr=0.1, weight_decay=0.5).step()
    assert p.item() == pytest.approx(2 * (1 - 0.05))


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_a_quadratic_is_minimised(maker: object) -> None:
    p = leaf([3.0, -2.0])
    optimiser = maker([p])
    for _ in range(200):
        optimiser.zero_grad()
        ((p - 1) ** 2).sum().backward()
        optimiser.step()
    np.testing.assert_allclose(p.detach().numpy(), 1.0, atol=0.05)
    assert p.is_leaf


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_a_run_that_was_saved_goes_on_as_if_it_had_not_stopped(maker: object) -> None:
    def steps(p: ad.Tensor, optimiser: optim.Optimizer) -> None:
        for _ in range(3):
            optimiser.zero_grad()
            (p**4).sum().backward()
            optimiser.step()

    p = leaf([1.0, -0.5])
    first = maker([p])
    steps(p, first)
    q = p.detach().clone().requires_grad_()
    second = maker([q])
    second.load_state_dict(first.state_dict())
    steps(p, first)
    steps(q, second)
    assert p.tolist() == q.tolist()


@pytest.mark.parametrize("maker", [
    lambda p: optim.SGD(p, lr=0.1, momentum=0.9, differentiable=True),
    lambda p: optim.Adam(p, lr=0.1, differentiable=True),
], ids=["momentum", "adam"])
def test_a_recorded_step_is_differentiated_through(maker: object) -> None:
    def trained(rate: ad.Tensor) -> ad.Tensor:
        p = leaf([1.0, 2.0])
        optimiser = maker([p])
        p = p * 1.0
        optimiser.param_groups[0]["params"][0] = p
        for _ in range(2):
            p.grad = None
            (p.grad,) = ad.autograd.grad((rate * p**3).sum(), p, create_graph=True)
            optimiser.step()
        return (p**2).sum()

    rate = leaf([0.5, 0.25])
    (g,) = ad.autograd.grad(trained(rate), rate)
    for i in range(2):
        h = np.eye(2)[i] * 1e-5
        slope = (trained(leaf(rate.detach().numpy() + h)) - trained(leaf(rate.detach().numpy() - h))).item() / 2e-5
        assert g[i].item() == pytest.approx(slope, rel=1e-4, abs=1e-7)


def test_groups_have_options_of_their_own() -> None:
    a, b = leaf([1.0]), leaf([1.0])
    optimiser = optim.SGD([{"params": [a]}, {"params": [b], "lr": 1.0}], lr=0.1)
    (a + b).sum().backward()
    optimiser.step()
    assert (a.item(), b.item()) == (0.9, 0.0)


def test_a_closure_is_run_with_gradients_and_its_loss_comes_back() -> None:
    p = leaf([1.0])
    optimiser = optim.SGD([p], lr=0.5)

    def closure() -> ad.Tensor:
        optimiser.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        return loss

    assert optimiser.step(closure).item() == 1.0
    assert p.item() == 0.0


def test_parameters_without_a_gradient_are_left_alone() -> None:
    p = leaf([1.0])
    optimiser = optim.Adam([p], lr=0.1, weight_decay=1.0)
    optimiser.step()
    assert p.item() == 1.0
    assert optimiser.state_dict()["state"] == {}


def test_a_graph_made_before_a_step_keeps_the_values_that_it_saw() -> None:
    p = leaf([2.0])
    loss = (p**3).sum()
    p.grad = ad.ones(1, dtype=ad.float64)
    optim.SGD([p], lr=1.0).step()
    p.grad = None
    loss.backward()
    assert p.grad.item() == 12.0


@pytest.mark.parametrize(("make", "error", "message"), [
    (lambda p: optim.SGD([], lr=0.1), ValueError, "empty parameter list"),
    (lambda p: optim.SGD(p, lr=0.1), TypeError, "iterable of Tensors"),
    (lambda p: optim.SGD([{"params": [p]}, {"params": [p]}], lr=0.1), ValueError, "more than one"),
    (lambda p: optim.SGD([p, p], lr=0.1), UserWarning, "duplicate"),
    (lambda p: optim.SGD([p * 2], lr=0.1), ValueError, "non-leaf"),
    (lambda p: optim.SGD([p], lr=-1), ValueError, "learning_rate"),
    (lambda p: optim.SGD([p], lr=1, nesterov=True), ValueError, "Nesterov"),
    (lambda p: optim.Adam([p], betas=(1.0, 0.9)), ValueError, "index 0"),
], ids=["empty", "tensor", "groups", "twice", "non-leaf", "rate", "nesterov", "beta"])
def test_what_cannot_be_optimised_is_refused(make: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make(leaf([1.0]))


def test_an_infinite_gradient_shows_in_the_parameter() -> None:
    p = leaf([1.0])
    p.grad = ad.tensor([math.inf], dtype=ad.float64)
    optim.SGD([p], lr=0.1).step()
    assert p.item() == -math.inf


def test_adam_adapts_the_parts_of_a_complex_parameter_each_by_itself() -> None:
    p = ad.tensor([1 + 0.01j, -2j], requires_grad=True)
    parts = [ad.tensor([1.0, 0.0], requires_grad=True), ad.tensor([0.01, -2.0], requires_grad=True)]
    optimisers = [ad.optim.AdamW([p], lr=0.1, amsgrad=True), ad.optim.AdamW(parts, lr=0.1, amsgrad=True)]
    for _ in range(3):
        for optimiser in optimisers:
            optimiser.zero_grad()
        (p.abs() ** 2).sum().backward()
        (parts[0] ** 2 + parts[1] ** 2).sum().backward()
        for optimiser in optimisers:
            optimiser.step()
    assert ad.allclose(p.real, parts[0])
    assert ad.allclose(p.imag, parts[1])


def test_the_state_of_a_parameter_is_there_to_be_filled() -> None:
    p = ad.tensor([1.0], requires_grad=True)
    optimiser = ad.optim.SGD([p], lr=0.1)
    optimiser.state[p]["count"] = 1
    optimiser.load_state_dict(optimiser.state_dict())
    optimiser.state[ad.ones(1)]["count"] = 2
    assert optimiser.state[p] == {"count": 1}
