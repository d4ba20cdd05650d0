"""Reference counts tell who holds an array. What they show depends on the interpreter, so the calibration is tested."""

from __future__ import annotations

import numpy as np

import adjoint as ad
from adjoint.core import layout
from adjoint.core.writes import private
from adjoint.transforms import gradients


class Counting:
    """NumPy, counting the copies that are made with np.array."""

    def __init__(self) -> None:
        self.copies = 0

    def __getattr__(self, name: str):
        return getattr(np, name)

    def array(self, *args, **kwargs):
        self.copies += 1
        return np.array(*args, **kwargs)


def test_the_array_of_a_fresh_tensor_is_private():
    for t in (ad.zeros(3), ad.tensor([1.0, 2.0]), ad.ones(4).reshape(2, 2).clone(), ad.nn.Linear(2, 3).weight):
        assert private(t)


def test_an_array_that_a_node_saved_is_not_private():
    x = ad.tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    z = y * y
    assert not private(y)
    del z
    assert private(y)


def test_an_array_that_a_name_holds_is_not_private():
    t = ad.zeros(3)
    array = t._a
    assert not private(t)
    del array
    assert private(t)


def test_a_view_of_the_array_held_elsewhere_makes_it_not_private():
    t = ad.zeros(3)
    part = t._a[:2]
    assert not private(t)
    del part
    assert private(t)


def test_a_step_in_place_writes_into_the_same_memory():
    p = ad.ones(3, requires_grad=True)
    address = p.data_ptr()
    for _ in range(3):
        (p * p).sum().backward()
        with ad.no_grad():
            p.sub_(0.1 * p.grad)
            p.grad = None
    assert p.data_ptr() == address


def test_a_gradient_that_the_pass_computed_is_not_copied(monkeypatch):
    numpy = Counting()
    for module in (gradients, layout):
        monkeypatch.setattr(module, "np", numpy)
    x = ad.tensor([1.0, 2.0], requires_grad=True)
    (ad.sin(x) * 3).sum().backward()
    assert numpy.copies == 0
    x.view(2).backward(ad.tensor([3.0, 4.0]))  # but what the caller gave is
    assert numpy.copies == 1


def test_a_gradient_that_is_the_seed_itself_is_copied():
    x = ad.tensor([1.0, 2.0], requires_grad=True)
    seed = ad.tensor([3.0, 4.0])
    x.view(2).backward(seed)
    assert not np.shares_memory(x.grad.numpy(), seed.numpy())


def test_two_leaves_never_share_a_gradient():
    x, y = (ad.tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    ((x + y) * 3).sum().backward()
    assert not np.shares_memory(x.grad.numpy(), y.grad.numpy())
