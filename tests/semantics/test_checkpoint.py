"""utils.checkpoint: the forward runs again in backward instead of keeping its values."""
from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad
from adjoint.utils.checkpoint import checkpoint, checkpoint_sequential


def leaf(*values):
    return ad.tensor(values if len(values) > 1 else values[0], requires_grad=True)


def block(x, w):
    return (x * w).sin().exp() * x


def test_a_checkpoint_gives_the_same_value_and_gradients():
    grads = []
    for run in (block, lambda *a: checkpoint(block, *a, use_reentrant=False)):
        x, w = leaf(0.5, 1.0), leaf(2.0, -1.0)
        out = run(x, w)
        out.sum().backward()
        grads.append((out.tolist(), x.grad.tolist(), w.grad.tolist()))
    assert grads[0] == grads[1]


def test_the_forward_runs_once_more_and_keeps_nothing_meanwhile():
    calls, saved = [], []

    def counted(x):
        calls.append(ad.is_grad_enabled())
        return x.sin().exp()

    x = leaf(0.5)
    with ad.autograd.graph.saved_tensors_hooks(lambda t: saved.append(1) or t, lambda t: t):
        y = checkpoint(counted, x, use_reentrant=False)
    assert len(calls) == 1
    y.backward()
    assert len(calls) == 2
    assert x.grad.item() == pytest.approx(np.cos(0.5) * np.exp(np.sin(0.5)), rel=1e-5)


def test_second_derivatives_go_through():
    x = leaf(0.5)
    (g,) = ad.autograd.grad(checkpoint(lambda t: t**3, x, use_reentrant=False), x, create_graph=True)
    (h,) = ad.autograd.grad(g, x)
    assert (g.item(), h.item()) == (0.75, 3.0)


def test_captured_parameters_get_their_gradients():
    w, x = leaf(3.0), ad.tensor(2.0)
    checkpoint(lambda t: (t * w).square(), x, use_reentrant=False).backward()
    assert w.grad.item() == 24.0


def test_keyword_arguments_structures_and_plain_values_pass():
    def f(x, *, scale, flag):
        assert flag == "yes"
        return {"a": x * scale, "b": [x.exp(), 3]}

    x = leaf(1.0)
    out = checkpoint(f, x, scale=2.0, flag="yes", use_reentrant=False)
    assert out["b"][1] == 3
    (out["a"] + out["b"][0]).backward()
    assert x.grad.item() == pytest.approx(2 + np.e)


def test_random_numbers_are_the_same_in_the_second_run():
    x = ad.ones(1000, requires_grad=True)
    out = checkpoint(lambda t: t.exp() * (ad.rand(1000) < 0.5), x, use_reentrant=False)
    after = ad.rand(1).item()
    ad.manual_seed(5)
    out.sum().backward()
    ad.manual_seed(5)
    state = ad.rand(3).tolist()
    np.testing.assert_allclose(x.grad.numpy(), out.detach().numpy())
    ad.manual_seed(5)
    assert ad.rand(3).tolist() == state
    assert 0 <= after < 1


def test_checkpoints_nest():
    def inner(x):
        return x.sin() * x

    def outer(x):
        return checkpoint(inner, x.exp(), use_reentrant=False) * 2

    x, y = leaf(0.3), leaf(0.3)
    checkpoint(outer, x, use_reentrant=False).backward()
    (inner(y.exp()) * 2).backward()
    assert x.grad.item() == y.grad.item()


def test_nothing_is_recorded_under_no_grad():
    x = leaf(2.0)
    with ad.no_grad():
        assert not checkpoint(lambda t: t * t, x, use_reentrant=False).requires_grad


def test_an_input_overwritten_since_is_still_the_one_of_the_forward():
    x = leaf(2.0)
    m = x * 1
    y = checkpoint(lambda t: t.exp(), m * 1, use_reentrant=False)
    m.zero_()
    y.backward()
    assert x.grad.item() == pytest.approx(np.exp(2.0), rel=1e-6)


def test_a_sequence_is_cut_into_segments():
    x, y = leaf(0.2, 0.4), leaf(0.2, 0.4)
    steps = [ad.sin, ad.exp, ad.tanh, ad.cos, ad.square]
    checkpoint_sequential(steps, 2, x, use_reentrant=False).sum().backward()
    out = y
    for step in steps:
        out = step(out)
    out.sum().backward()
    assert x.grad.tolist() == y.grad.tolist()


def test_an_error_inside_is_the_user_s_own():
    with pytest.raises(ZeroDivisionError):
        checkpoint(lambda t: 1 / 0, leaf(1.0), use_reentrant=False)
