"""A detached tensor shares memory with its origin and keeps none of its history alive."""
from __future__ import annotations

import gc
import weakref

import pytest

import adjoint as ad


@pytest.fixture(autouse=True)
def collector_off():
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("take", [lambda y: y.detach(), lambda y: y.data, lambda y: y[1:].detach()])
def test_a_detached_result_lets_the_graph_go(take):
    x = ad.ones(3, requires_grad=True)
    y = x.exp()
    node, d = weakref.ref(y), take(y)
    del y
    assert node() is None
    assert d[0].item() == pytest.approx(2.718281828)


def test_writes_are_still_seen_both_ways_and_differentiated():
    x = ad.tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    v, d = y[:1], y.detach()
    d[1] = 7.0
    assert y.tolist() == [2.0, 7.0]
    y.mul_(3)
    assert d.tolist() == [6.0, 21.0]
    assert v.tolist() == [6.0]
    (v.sum() + y.sum()).backward()
    assert x.grad.tolist() == [12.0, 6.0]


def test_a_detached_view_of_a_computed_tensor_is_a_view():
    x = ad.ones(4, requires_grad=True)
    y = x * 1
    d = y.reshape(2, 2)[1].detach()
    d.fill_(5.0)
    assert y.tolist() == [1.0, 1.0, 5.0, 5.0]
    y.zero_()
    assert d.tolist() == [0.0, 0.0]
    e = d.detach()
    e += 1
    assert y.tolist() == [0.0, 0.0, 1.0, 1.0]


def test_an_exposed_tensor_can_be_detached():
    y = ad.ones(3, requires_grad=True) * 2
    array = y.detach().numpy()
    d = y.detach()
    array[0] = 9.0
    assert d.tolist() == y.tolist() == [9.0, 2.0, 2.0]
    del array
    y += 1
    assert d.tolist() == [10.0, 3.0, 3.0]
