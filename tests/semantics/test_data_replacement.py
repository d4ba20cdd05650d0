"""`t.data = other`: from then on both have one memory; what was a view or an alias of t keeps the old one."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad


def test_both_see_each_others_writes():
    p, q = ad.nn.Parameter(ad.zeros(2)), ad.ones(2)
    p.data = q
    q.add_(1)
    with ad.no_grad():
        p.mul_(3)
    assert p.tolist() == q.tolist() == [6.0, 6.0]
    (p * p).sum().backward()
    assert p.grad.tolist() == [12.0, 12.0]


def test_a_backup_keeps_its_numbers_and_can_be_given_back():
    p = ad.nn.Parameter(ad.zeros(2))
    backup, view = p.data, p[0]
    p.data = ad.ones(2)
    with ad.no_grad():
        p.add_(1)
    assert (p.tolist(), backup.tolist(), view.item()) == ([2.0, 2.0], [0.0, 0.0], 0.0)
    backup.add_(5)
    p.data = backup
    assert (p.tolist(), view.item()) == ([5.0, 5.0], 5.0)
    view.backward()
    assert p.grad.tolist() == [1.0, 0.0]


def test_parts_and_numpy_arrays_can_be_given():
    p, flat, array = ad.nn.Parameter(ad.zeros(2)), ad.zeros(4), np.ones(2, np.float32)
    p.data = flat[1:3]
    flat.add_(1)
    with ad.no_grad():
        p.add_(1)
    assert flat.tolist() == [1.0, 2.0, 2.0, 1.0]
    p.data = ad.from_numpy(array)
    array[0] = 7.0
    assert p.tolist() == [7.0, 1.0]
    p.data = p.data[:1]
    assert p.shape == (1,)


def test_the_same_data_change_nothing():
    p, q = ad.nn.Parameter(ad.zeros(2)), ad.ones(2)
    p.data = q
    p.data = p.data
    q.add_(1)
    assert p.tolist() == [2.0, 2.0]


def test_a_view_that_lost_its_base_between_a_write_and_a_read_says_so():
    p = ad.zeros(2)
    view = p[0]
    p.add_(1)
    p.data = ad.ones(2)
    with pytest.raises(RuntimeError, match=r"base\.data"):
        view.tolist()


def test_an_optimiser_trains_a_parameter_whose_data_were_replaced():
    p = ad.nn.Parameter(ad.zeros(2))
    p.data = ad.ones(2)
    step = ad.optim.SGD([p], lr=0.5)
    for _ in range(2):
        step.zero_grad()
        (p * p).sum().backward()
        step.step()
    assert p.tolist() == [0.0, 0.0]
