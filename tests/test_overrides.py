"""__torch_function__: foreign types and subclasses answer for themselves, in operators and in whole functions."""

from __future__ import annotations

import inspect

import pytest

import adjoint as ad
from adjoint.overrides import handle_torch_function, has_torch_function


class Logged:
    """No tensor, but it answers to the library's functions."""

    def __init__(self, value):
        self.value, self.calls = value, []

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        def bare(x):
            if isinstance(x, cls):
                return x.value
            return type(x)(map(bare, x)) if isinstance(x, (list, tuple)) else x

        flat = [y for x in (*args, *(kwargs or {}).values()) for y in (x if isinstance(x, (list, tuple)) else [x])]
        next(x for x in flat if isinstance(x, cls)).calls.append((func, types))
        return func(*map(bare, args), **{k: bare(v) for k, v in (kwargs or {}).items()})


def test_a_function_is_given_itself_its_types_and_its_arguments():
    t = Logged(ad.tensor([1.0, 4.0]))
    ad.overrides.announce(Logged)
    assert ad.softmax(t, dim=0).sum().item() == pytest.approx(1)
    assert ad.cat([t, ad.ones(1)]).tolist() == [1.0, 4.0, 1.0]
    assert ad.add(ad.ones(2), t, alpha=2).tolist() == [3.0, 9.0]
    assert [f for f, _ in t.calls] == [ad.softmax, ad.cat, ad.add]
    assert t.calls[0][1] == (Logged,)


def test_operators_ask_their_operands():
    t = Logged(ad.tensor([1.0, 4.0]))
    assert (ad.ones(2) * t).tolist() == [1.0, 4.0]
    assert (ad.ones(2) - t).tolist() == [0.0, -3.0]
    assert [f.__name__ for f, _ in t.calls] == ["mul", "sub"]


class Named(ad.Tensor):
    """A subclass that overrides nothing."""


class Counting(ad.Tensor):
    seen: list = []  # noqa: RUF012

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        Counting.seen.append(func.__name__)
        return super().__torch_function__(func, types, args, kwargs)


def test_a_subclass_stays_and_gradients_flow():
    w = ad.tensor([1.0, 2.0], requires_grad=True)
    x = w.as_subclass(Named)
    y = (x * 2).exp()[1:].reshape(1).sum()
    assert type(y) is Named
    y.backward()
    assert w.grad.tolist() == pytest.approx([0.0, 109.19630])
    assert type(x.max(0).values) is Named


def test_a_view_of_a_subclass_is_a_view():
    x = ad.zeros(4).as_subclass(Named)
    x[1:3] += 1
    v = x.reshape(2, 2)
    v[0, 0] = 9
    assert type(v) is Named
    assert x.tolist() == [9.0, 1.0, 1.0, 0.0]


def test_an_override_sees_the_outer_function_once():
    y = ad.tensor([1.0, 2.0]).as_subclass(Counting)
    Counting.seen.clear()
    assert type(ad.softmax(y, 0)) is Counting
    assert type(y.softmax(0)) is Counting
    assert type(y + 1) is Counting
    assert Counting.seen == ["softmax", "softmax", "add"]


def test_two_unrelated_subclasses_have_no_common_answer():
    with pytest.raises(TypeError, match="no implementation found"):
        ad.ones(1).as_subclass(Named) + ad.ones(1).as_subclass(type("Other", (ad.Tensor,), {}))


def test_the_more_derived_class_is_asked_first():
    more = type("More", (Named,), {})
    assert type(ad.ones(1).as_subclass(Named) + ad.ones(1).as_subclass(more)) is more


def test_a_function_of_one_s_own_can_ask():
    def double(x):
        if has_torch_function((x,)):
            return handle_torch_function(double, (x,), x)
        return x * 2

    t = Logged(ad.ones(1))
    assert double(t).tolist() == [2.0]
    assert t.calls[0][0] is double


def test_functions_keep_their_signature_and_errors_afterwards():
    ad.overrides.announce(Logged)
    assert list(inspect.signature(ad.add).parameters) == ["input", "other", "alpha", "out"]
    with pytest.raises(TypeError):
        ad.add(ad.ones(1))
    assert ad.add(ad.ones(1), 1, alpha=3).tolist() == [4.0]


def test_a_list_that_was_once_an_operand_may_still_hold_what_answers():
    with pytest.raises((TypeError, ad.errors.DtypeError)):
        ad.add(ad.ones(2), [{}])
    t = Logged(ad.ones(1))
    ad.overrides.announce(Logged)
    assert ad.cat([t, ad.ones(1)]).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("name", ["sin", "exp", "log", "abs", "sqrt", "rsqrt", "neg", "lgamma", "erf", "tanh"])
def test_a_function_that_runs_its_op_at_once_asks_as_every_other(name):
    ad.overrides.announce(Logged)
    function, x = getattr(ad, name), ad.tensor([0.5, 2.0])
    expected = function(x).tolist()
    for call in (lambda t: function(t), lambda t: function(input=t), lambda t: function(t, out=ad.zeros(2))):
        t = Logged(x)
        assert call(t).tolist() == expected
        assert [f for f, _ in t.calls] == [function]
    t = Logged(ad.zeros(2))
    assert function(x, out=t).tolist() == expected
    assert [f for f, _ in t.calls] == [function]

    class Sub(ad.Tensor):
        @classmethod
        def __torch_function__(cls, func, types, args=(), kwargs=None):
            seen.append(func)
            return super().__torch_function__(func, types, args, kwargs)

    seen = []
    assert type(function(x.as_subclass(Sub))) is Sub
    assert seen == [function]
