"""Checkpointing's other way (reentrant), and what both refuse."""

from __future__ import annotations

import pytest

import adjoint as ad
from adjoint.utils.checkpoint import CheckpointError, checkpoint, checkpoint_sequential, set_checkpoint_early_stop


def leaf(*values):
    return ad.tensor(values if len(values) > 1 else values[0], requires_grad=True)


def test_the_reentrant_way_gives_the_same_gradients():
    x, w = leaf(0.5, 1.0), leaf(2.0, -1.0)
    checkpoint(lambda t: (t * w).exp() * t, x, use_reentrant=True).sum().backward()
    y, v = leaf(0.5, 1.0), leaf(2.0, -1.0)
    ((y * v).exp() * y).sum().backward()
    assert x.grad.tolist() == y.grad.tolist()
    assert w.grad.tolist() == v.grad.tolist()


def test_the_reentrant_way_refuses_a_pass_to_chosen_inputs():
    x = leaf(0.5)
    with pytest.raises(RuntimeError, match="use_reentrant=False"):
        ad.autograd.grad(checkpoint(lambda t: t.exp(), x, use_reentrant=True), x)
    with pytest.raises(ValueError, match="keyword"):
        checkpoint(lambda t, k: t, x, k=1, use_reentrant=True)
    with pytest.warns(UserWarning, match="requires_grad"):
        checkpoint(lambda t: t, ad.ones(1), use_reentrant=True)


def test_a_second_run_that_differs_is_an_error():
    steps = iter([2, 3])

    def f(t):
        for _ in range(next(steps)):
            t = t.exp()
        return t

    with set_checkpoint_early_stop(False):
        y = checkpoint(f, leaf(0.1), use_reentrant=False)
    with pytest.raises(CheckpointError, match="2 then, 3 now"):
        y.backward()


def test_the_second_run_stops_when_it_has_enough():
    reached = []

    def f(t):
        y = t.exp()
        reached.append(1)
        return y + 1

    checkpoint(f, leaf(0.1), use_reentrant=False).backward()
    assert reached == [1]


def test_a_retained_graph_can_be_walked_again():
    x = leaf(0.5)
    y = checkpoint(lambda t: t.exp() * t, x, use_reentrant=False)
    y.backward(retain_graph=True)
    first = x.grad.item()
    y.backward()
    assert x.grad.item() == 2 * first


def test_a_sequence_takes_the_reentrant_way_too():
    x = leaf(0.2)
    checkpoint_sequential([ad.sin, ad.exp, ad.tanh], 3, x, use_reentrant=True).backward()
    y = leaf(0.2)
    ad.tanh(ad.exp(ad.sin(y))).backward()
    assert x.grad.item() == y.grad.item()
