"""Under create_graph a saved operand stands for the tensor that it was, whatever else is wanted in the same walk."""

from __future__ import annotations

import numpy as np

import adjoint as ad


def leaf(values):
    return ad.tensor(np.array(values, float), requires_grad=True)


def test_an_operand_that_was_not_asked_for_is_still_differentiated_later():
    a, x = leaf([2.0]), leaf([3.0])
    (ga,) = ad.autograd.grad((a * x).sum(), a, create_graph=True)
    (gx,) = ad.autograd.grad((ga * ga).sum(), x)
    assert gx.tolist() == [6.0]


def test_a_broadcast_operand_gets_each_part_of_its_second_derivative_once():
    a, x = leaf(2.0), leaf([[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]])
    (ga,) = ad.autograd.grad((x / a).sum(), a, create_graph=True)
    (gga,) = ad.autograd.grad(ga, a)
    assert (ga.item(), gga.item()) == (-21 / 4, 2 * 21 / 8)
