"""Hooks on tensors, on nodes, and after accumulation: when they run, what they receive, what they may change."""
from __future__ import annotations

import pytest

import adjoint as ad


def leaf(*values):
    return ad.tensor(values if len(values) > 1 else values[0], requires_grad=True)


def test_a_tensor_hook_sees_the_gradient_and_may_replace_it():
    x = leaf(1.0, 2.0)
    m = x * 3
    seen = []
    m.register_hook(lambda g: seen.append(g.tolist()))
    m.register_hook(lambda g: g * 10)
    m.sum().backward()
    assert seen == [[1.0, 1.0]]
    assert x.grad.tolist() == [30.0, 30.0]


def test_hooks_run_in_the_order_of_registration_each_on_the_last_one_s_result():
    x = leaf(1.0)
    x.register_hook(lambda g: g + 1)
    x.register_hook(lambda g: g * 10)
    (x * 2).backward()
    assert x.grad.item() == 30.0


def test_a_hook_runs_once_on_the_total_gradient():
    x = leaf(2.0)
    m = x * x
    seen = []
    m.register_hook(lambda g: seen.append(g.item()))
    (m * 3 + m * 4 + m).backward()
    assert seen == [8.0]
    assert x.grad.item() == 32.0


def test_a_leaf_hook_sees_only_the_new_part_of_an_accumulated_gradient():
    x = leaf(2.0)
    seen = []
    x.register_hook(lambda g: seen.append(g.item()))
    for _ in range(2):
        (x * 5).backward()
    assert seen == [5.0, 5.0]
    assert x.grad.item() == 10.0


def test_a_handle_removes_its_hook_and_is_a_context_manager():
    x = leaf(1.0)
    handle = x.register_hook(lambda g: g * 100)
    handle.remove()
    handle.remove()
    with x.register_hook(lambda g: g * 2):
        x.backward()
    (x * 1).backward()
    assert x.grad.item() == 3.0


def test_hooks_run_under_autograd_grad_too():
    x = leaf(1.0)
    m = x * 2
    m.register_hook(lambda g: g * 5)
    x.register_hook(lambda g: g + 1)
    (g,) = ad.autograd.grad(m * 1, x)
    assert g.item() == 11.0
    m = x * 2
    m.register_hook(lambda g: g * 5)
    (g,) = ad.autograd.grad(m * 3, m)
    assert g.item() == 15.0


def test_a_hook_under_create_graph_receives_a_differentiable_gradient():
    x = leaf(3.0)
    m = x * x
    m.register_hook(lambda g: g * g)
    (g,) = ad.autograd.grad(m * x, x, create_graph=True)  # x^2 + 2x * x^2
    (h,) = ad.autograd.grad(g, x)
    assert (g.item(), h.item()) == (9.0 + 54.0, 6.0 + 54.0)


def test_retain_grad_keeps_what_the_hooks_made_of_it():
    x = leaf(1.0)
    m = x * 2
    m.retain_grad()
    m.register_hook(lambda g: g * 7)
    (m * 1).backward()
    assert m.grad.item() == 7.0
    assert x.grad.item() == 14.0


def test_a_hook_on_an_untracked_tensor_is_refused():
    with pytest.raises(RuntimeError, match="cannot register a hook on a tensor that doesn't require gradient"):
        ad.tensor(1.0).register_hook(print)


def test_a_hook_that_returns_something_else_is_refused():
    x = leaf(1.0, 2.0)
    for wrong in (lambda g: 3.0, lambda g: g[:1], lambda g: "no"):
        m = x * 2
        m.register_hook(wrong)
        with pytest.raises((TypeError, RuntimeError)):
            m.sum().backward()
        assert x.grad is None


def test_a_hook_stays_with_the_value_it_was_registered_on_when_that_is_overwritten():
    x = leaf(1.0)
    m = x * 2
    seen = []
    m.register_hook(lambda g: seen.append(("before", g.item())))
    m.mul_(10)
    m.register_hook(lambda g: seen.append(("after", g.item())))
    (m * 3).backward()
    assert seen == [("after", 3.0), ("before", 30.0)]


def test_a_post_accumulate_hook_runs_when_grad_is_ready():
    x = leaf(1.0, 2.0)
    seen = []

    def step(p):
        assert p is x
        seen.append(p.grad.tolist())
        p.grad = None

    handle = x.register_post_accumulate_grad_hook(step)
    (x * 2).sum().backward()
    (x * 3).sum().backward()
    assert seen == [[2.0, 2.0], [3.0, 3.0]]
    assert x.grad is None
    ad.autograd.grad((x * 2).sum(), x)
    handle.remove()
    (x * 3).sum().backward()
    assert len(seen) == 2
    assert x.grad.tolist() == [3.0, 3.0]


def test_a_post_accumulate_hook_is_for_leaves():
    with pytest.raises(RuntimeError, match="leaf"):
        (leaf(1.0) * 2).register_post_accumulate_grad_hook(print)


def test_a_post_accumulate_hook_may_take_the_optimiser_s_step():
    w = leaf(4.0)

    def descend(p):
        with ad.no_grad():
            p -= 0.25 * p.grad
        p.grad = None

    w.register_post_accumulate_grad_hook(descend)
    for _ in range(3):
        (w * w).backward()
    assert w.item() == 0.5


def test_a_node_hook_sees_both_sides_and_may_replace_the_inner_one():
    x, y = leaf(2.0), leaf(3.0)
    m = x * y
    seen = []

    def hook(grad_inputs, grad_outputs):
        seen.append((tuple(g.item() for g in grad_inputs), tuple(g.item() for g in grad_outputs)))
        return tuple(g * 2 for g in grad_inputs)

    handle = m.grad_fn.register_hook(hook)
    (m * 5).backward()
    assert seen == [((15.0, 10.0), (5.0,))]
    assert (x.grad.item(), y.grad.item()) == (30.0, 20.0)
    handle.remove()
    (x * y).backward()
    assert x.grad.item() == 33.0


def test_a_node_prehook_may_replace_the_gradient_that_comes_in():
    x = leaf(2.0)
    m = x.exp()
    seen = []

    def hook(grad_outputs):
        seen.append(tuple(g.item() for g in grad_outputs))
        return (grad_outputs[0] * 0,)

    m.grad_fn.register_prehook(hook)
    (m * 4).backward()
    assert seen == [(4.0,)]
    assert x.grad.item() == 0.0


def test_tensor_hooks_run_before_node_hooks():
    x = leaf(2.0)
    m = x * x
    order = []
    m.grad_fn.register_hook(lambda gi, go: order.append("node"))
    m.grad_fn.register_prehook(lambda go: order.append("pre"))
    m.register_hook(lambda g: order.append("tensor"))
    m.backward()
    assert order.index("tensor") < order.index("node")
    assert order.index("pre") < order.index("node")


def test_a_hook_may_be_added_to_a_graph_that_is_already_built():
    x = leaf(1.0)
    m = x * 2
    out = m * 3
    m.register_hook(lambda g: g * 0)
    out.backward()
    assert x.grad.item() == 0.0


def test_a_gradient_given_to_a_hook_is_not_tracked_without_create_graph():
    x = leaf(1.0)
    seen = []
    x.register_hook(lambda g: seen.append(g.requires_grad))
    (x * x).backward()
    ad.autograd.grad(x * x, x, create_graph=True)
    assert seen == [False, True]


def test_a_retained_gradient_follows_its_tensor_through_writes():
    x = leaf(1.0, 2.0)
    m = x * 2
    m.retain_grad()
    m.mul_(3)
    m.square().sum().backward()
    assert m.grad.tolist() == [12.0, 24.0]
    assert x.grad.tolist() == [72.0, 144.0]


def test_a_retained_gradient_follows_a_view_whose_base_is_written():
    x = leaf(1.0, 2.0)
    m = x * 2
    v = m[:1]
    v.retain_grad()
    m.mul_(3)
    (v * 5).sum().backward()
    assert v.grad.tolist() == [5.0]
    assert x.grad.tolist() == [30.0, 0.0]
