"""An index, mask or count that the program changes after the op does not change the derivative."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad

MASK = [True, False, True]
CASES = {
    "index": ([0, 1], lambda x, a: x[a]),
    "index beside a slice": ([0, 1], lambda x, a: x[None][:, a]),
    "index beside an integer": ([0, 1], lambda x, a: x[None][0, ..., a]),
    "mask": (MASK, lambda x, a: x[a]),
    "assignment": ([0, 1], lambda x, a: written(x * 1, a)),
    "index_put": ([0, 1], lambda x, a: x.index_put((a,), ad.tensor(0.0))),
    "repeat_interleave": ([1, 2, 3], lambda x, a: x.repeat_interleave(a)),
    "where": (MASK, lambda x, a: ad.where(a, x, 0.0)),
    "clamp": ([0.0, 2.5, 2.0], lambda x, a: x.clamp(a)),
    "np.where": (MASK, lambda x, a: np.where(a, x, x * x)),
    "np.repeat": ([1, 2, 3], lambda x, a: np.repeat(x, a)),
    "np.take_along_axis": ([1, 1], lambda x, a: np.take_along_axis(x, a, 0)),
}


def written(z, key):
    z[key] = 0.0
    return z


@pytest.mark.parametrize("name", CASES)
def test_the_derivative_belongs_to_the_array_that_the_op_has_seen(name):
    values, f = CASES[name]
    a, x = np.array(values), ad.tensor([1.0, 2.0, 3.0], requires_grad=True)
    out = f(x, a)
    loss = (out * ad.arange(1.0, out.numel() + 1)).sum()
    (before,) = ad.autograd.grad(loss, x, retain_graph=True)
    a[...] = ~a if a.dtype == bool else a[::-1] * 0 + 2
    (after,) = ad.autograd.grad(loss, x)
    assert before.tolist() == after.tolist()


def test_a_list_of_axes_that_changes_later_does_not_change_the_derivative():
    x, axes = ad.tensor([[1.0, 2.0, 3.0]], requires_grad=True), [1, 0]
    loss = (np.transpose(x, axes) * ad.tensor([[1.0], [2.0], [3.0]])).sum()
    axes[:] = [0, 1]
    loss.backward()
    assert x.grad.tolist() == [[1.0, 2.0, 3.0]]
