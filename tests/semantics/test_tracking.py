"""What is recorded and what is not: flags, detach, .data, the grad modes, inference mode, control flow."""
from __future__ import annotations

import pytest

import adjoint as ad


def leaf(*values):
    return ad.tensor(values if len(values) > 1 else values[0], requires_grad=True)


def test_requires_grad_comes_from_any_operand():
    x, c = leaf(1.0), ad.tensor(2.0)
    assert (x * c).requires_grad
    assert not (c * c).requires_grad
    assert x.is_leaf
    assert c.is_leaf
    assert (c * c).is_leaf
    assert not (x * c).is_leaf
    assert (c * c).grad_fn is None
    assert (x * c).grad_fn is not None


@pytest.mark.parametrize("make", [
    lambda: ad.tensor([1, 2], requires_grad=True),
    lambda: ad.tensor([1, 2]).requires_grad_(),
    lambda: setattr(ad.tensor([True]), "requires_grad", True),
    lambda: ad.ones(2, dtype=ad.int64, requires_grad=True),
])
def test_an_integer_tensor_cannot_require_grad(make):
    with pytest.raises(RuntimeError, match=r"[oO]nly Tensors of floating point"):
        make()


def test_flags_change_on_leaves_only():
    m = leaf(1.0) * 2
    with pytest.raises(RuntimeError, match="you can only change requires_grad flags of leaf variables"):
        m.requires_grad = False
    with pytest.raises(RuntimeError, match="you can only change requires_grad flags of leaf variables"):
        m.requires_grad_(False)
    m.requires_grad_(True)
    x = leaf(1.0)
    x.requires_grad = False
    assert not (x * 2).requires_grad


def test_a_flag_raised_later_records_only_what_follows():
    x = ad.tensor(3.0)
    before = x * x
    x.requires_grad_()
    (before * x).backward()
    assert x.grad.item() == 9.0


def test_detach_cuts_history_and_shares_memory():
    x = leaf(1.0, 2.0)
    y = x * x
    u = y.detach()
    assert not u.requires_grad
    assert u.grad_fn is None
    assert u.is_leaf
    assert u.data_ptr() == y.data_ptr()
    (u * x).sum().backward()
    assert x.grad.tolist() == [1.0, 4.0]


def test_detach_in_place_forgets_how_a_tensor_was_made():
    x = leaf(2.0)
    y = x * x
    assert y.detach_() is y
    assert y.grad_fn is None
    assert not y.requires_grad


def test_data_is_a_detached_alias_and_can_be_assigned():
    x = leaf(1.0, 2.0)
    assert not x.data.requires_grad
    x.data.mul_(10)
    assert x.tolist() == [10.0, 20.0]
    assert x.is_leaf
    assert x.requires_grad
    x.data = ad.tensor([5.0, 6.0, 7.0])
    assert x.shape == (3,)
    assert x.requires_grad
    x.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0, 1.0]


def test_a_step_on_data_between_two_passes_is_seen_by_the_second():
    x = leaf(1.0)
    for _ in range(3):
        x.grad = None
        (x * x).backward()
        x.data -= 0.25 * x.grad
    assert x.item() == 0.125


@pytest.mark.parametrize("off", [ad.no_grad, ad.inference_mode, lambda: ad.set_grad_enabled(False)])
def test_nothing_is_recorded_under_a_mode_that_is_off(off):
    x = leaf(2.0)
    with off():
        assert not ad.is_grad_enabled()
        y = x * x
        assert not y.requires_grad
        assert y.grad_fn is None
        assert y.is_leaf
    assert ad.is_grad_enabled()
    assert (x * x).requires_grad


def test_modes_nest_and_restore():
    x = leaf(2.0)
    with ad.no_grad():
        with ad.enable_grad():
            assert (x * x).requires_grad
            with ad.set_grad_enabled(False):
                assert not (x * x).requires_grad
            assert (x * x).requires_grad
        assert not (x * x).requires_grad


def test_one_mode_object_may_be_entered_again():
    mode = ad.no_grad()
    for _ in range(2):
        with mode:
            assert not ad.is_grad_enabled()
        assert ad.is_grad_enabled()


def test_an_exception_restores_the_mode():
    for mode in (ad.no_grad, ad.inference_mode, lambda: ad.set_grad_enabled(False)):
        with pytest.raises(ZeroDivisionError), mode():
            raise ZeroDivisionError
        assert ad.is_grad_enabled()


def test_set_grad_enabled_acts_at_once_as_a_call():
    try:
        ad.set_grad_enabled(False)
        assert not ad.is_grad_enabled()
    finally:
        ad.set_grad_enabled(True)
    assert ad.is_grad_enabled()


def test_modes_decorate_functions_and_generators():
    x = leaf(2.0)

    @ad.no_grad()
    def off(t):
        """doc"""
        return t * t

    @ad.no_grad
    def also_off(t):
        return t * t

    @ad.no_grad()
    def numbers():
        yield (x * 1).requires_grad
        yield (x * 2).requires_grad

    @ad.enable_grad()
    def on(t):
        return t * t

    assert off.__name__ == "off"
    assert off.__doc__ == "doc"
    assert not off(x).requires_grad
    assert not also_off(x).requires_grad
    with ad.no_grad():
        assert on(x).requires_grad
    for tracked in numbers():
        assert not tracked
        assert ad.is_grad_enabled()


def test_inference_mode_marks_its_tensors_and_keeps_them_out_of_graphs():
    x = leaf(2.0)
    with ad.inference_mode():
        assert ad.is_inference_mode_enabled()
        y = x * x
    assert not ad.is_inference_mode_enabled()
    assert y.is_inference()
    assert not x.is_inference()
    with pytest.raises(RuntimeError, match=r"[Ii]nference tensors cannot be saved for backward"):
        x * y
    (x * y.clone()).backward()
    assert x.grad.item() == 4.0
    with ad.inference_mode(False):
        assert (x * x).requires_grad


def test_creation_under_no_grad_may_still_ask_for_grad():
    with ad.no_grad():
        x = ad.ones(2, requires_grad=True)
        assert x.requires_grad
        assert not (x * 2).requires_grad
    (x * 2).sum().backward()
    assert x.grad.tolist() == [2.0, 2.0]


def test_a_gradient_can_be_computed_inside_no_grad():
    x = leaf(2.0)
    y = x**3
    with ad.no_grad():
        (g,) = ad.autograd.grad(y, x)
    assert g.item() == 12.0
    y = x**3
    with ad.no_grad():
        (g,) = ad.autograd.grad(y, x, create_graph=True)
    assert g.requires_grad


def test_integer_results_are_never_tracked():
    x = leaf(3.0, 1.0, 2.0)
    for t in (x.argmax(), x > 1, x.long(), x.argsort(), x == x):
        assert not t.requires_grad
    values, indices = x.sort()
    assert values.requires_grad
    assert not indices.requires_grad


def test_a_cast_is_differentiated_and_an_integer_cast_cuts():
    x = leaf(1.5, 2.5)
    x.double().sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]
    assert x.grad.dtype == ad.float32
    assert not x.int().double().requires_grad


def test_recursion_and_branches_are_recorded_as_they_run():
    def power(t, n):
        if n == 0:
            return ad.ones_like(t)
        half = power(t, n // 2)
        return half * half * t if n % 2 else half * half

    x = leaf(1.5)
    (g,) = ad.autograd.grad(power(x, 13), x)
    assert g.item() == pytest.approx(13 * 1.5**12, rel=1e-6)


def test_a_loop_ends_by_the_value_of_a_tensor():
    x = leaf(1.0)
    total, term, n = x * 0, x, 1
    while term.abs() > 1e-8:
        total = total + term
        term = -term * x * x / ((n + 1) * (n + 2))
        n += 2
    total.backward()
    assert x.grad.item() == pytest.approx(0.5403023, rel=1e-6)


def test_a_truth_value_needs_one_element():
    assert leaf(1.0)
    assert not ad.zeros(1)
    with pytest.raises(RuntimeError, match="ambiguous"):
        bool(leaf(1.0, 2.0))


def test_clone_keeps_history_and_owns_its_memory():
    x = leaf(1.0, 2.0)
    y = x.clone()
    with ad.no_grad():
        y.zero_()
    assert x.tolist() == [1.0, 2.0]
    (x.clone() * 3).sum().backward()
    assert x.grad.tolist() == [3.0, 3.0]
