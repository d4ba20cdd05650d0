"""What a reverse walk hands out is its own: later steps of the walk do not change it, and nothing counts twice."""

from __future__ import annotations

import numpy as np

import adjoint as ad


def test_the_gradient_of_a_written_tensor_is_not_changed_by_the_steps_behind_it():
    x = ad.tensor([1.0, 2.0], requires_grad=True)
    z = x * 1
    z[0] = 5.0
    gz, gx = ad.autograd.grad((z * z).sum() + (3 * z).sum(), [z, x])
    assert (gz.tolist(), gx.tolist()) == ([13.0, 7.0], [0.0, 7.0])


def test_a_number_that_is_used_twice_and_indexed_gets_all_its_cotangents():
    x = ad.ones(3, requires_grad=True)
    y = x.sum()
    z = y[...]
    (y * 2 + y * 3 + z).backward()
    assert x.grad.tolist() == [6.0, 6.0, 6.0]


def test_an_input_that_is_named_twice_gets_its_gradient_once():
    x = ad.ones(2, requires_grad=True)
    (x * 2).sum().backward(inputs=[x, x])
    assert x.grad.tolist() == [2.0, 2.0]


def test_an_input_that_retains_its_gradient_gets_it_once():
    x = ad.ones(2, requires_grad=True)
    y = x * 2
    y.retain_grad()
    (y * 3).sum().backward(inputs=[y])
    assert y.grad.tolist() == [3.0, 3.0]


def test_an_unpack_hook_may_return_what_numpy_holds():
    x = ad.tensor([1.0, 2.0], requires_grad=True)
    with ad.autograd.graph.saved_tensors_hooks(lambda t: np.array(t.tolist(), np.float32), ad.from_numpy):
        y = (x * x).sum()
    y.backward()
    assert x.grad.tolist() == [2.0, 4.0]


def test_a_walk_asks_no_rule_that_leads_to_nothing_wanted():
    asked = []

    @ad.custom_vjp
    def noted(x):
        return 2 * x

    noted.defvjp(lambda x: (2 * x, None), lambda _, ct: (asked.append(1), (2 * ct,))[1])

    def f(x):
        beside = noted(x)
        inner = ad.vjp(lambda a: a * a + beside, x)[1](x)[0]
        assert not asked
        return inner

    assert ad.grad(f)(3.0) == 12.0  # 2 x * x, of which `beside` is no part
    assert not asked
