"""A write never changes how an array lies in memory, so that what was a view of it stays one."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad


def columns(requires_grad=False):
    """A tensor whose columns lie together, as the result of an op on a transpose."""
    x = ad.tensor(np.arange(12.0).reshape(3, 4), requires_grad=requires_grad)
    return x, x.T * 1.0


def test_a_write_through_a_flat_view_of_columns_is_seen_when_the_old_values_were_saved():
    x, a = columns(requires_grad=True)
    flat = a.T.reshape(-1)
    saved = (a * a).sum()
    flat[1] = 50.0
    assert a[1, 0].item() == 50.0
    saved.backward()
    np.testing.assert_allclose(x.grad.numpy(), 2 * np.arange(12.0).reshape(3, 4))


def test_a_whole_write_of_another_layout_keeps_the_views():
    t = ad.zeros(3, 4)
    flat = t.view(12)
    t.copy_(ad.arange(12.0).reshape(4, 3).T)
    flat[1] = 50.0
    assert t[0, 1].item() == 50.0
    assert t.stride() == (4, 1)


def test_views_of_columns_stay_views_when_their_memory_goes_out_to_numpy():
    _, a = columns()
    flat = a.T.reshape(-1)
    alias = a.numpy()
    flat[1] = 50.0
    assert alias[1, 0] == 50.0


def test_a_view_made_while_numpy_may_write_follows_a_recorded_write():
    x, w = ad.tensor([1.0, 2.0], requires_grad=True), ad.tensor(7.0, requires_grad=True)
    b = x * 2
    alias = b.detach().numpy()
    view = b[:1]
    b[0] = w * w
    view.sum().backward()
    assert (x.grad.tolist(), w.grad.item(), alias.tolist()) == ([0.0, 0.0], 14.0, [49.0, 4.0])


def test_overlapping_windows_cannot_be_written():
    windows = ad.arange(4.0).unfold(0, 2, 1)
    with pytest.raises(RuntimeError, match="more than one element"):
        windows.copy_(ad.zeros(3, 2))
    apart = ad.arange(4.0).unfold(0, 2, 2)
    apart.copy_(ad.zeros(2, 2))


@pytest.mark.parametrize("order", [1, 2])
def test_a_flat_view_of_columns_is_written_in_the_derivative_too(order):
    x, a = columns(requires_grad=True)
    a.T.reshape(-1)[1] = x[2, 3] * 3
    (g,) = ad.autograd.grad((a * a).sum(), x, create_graph=order == 2)
    expected = 2 * np.arange(12.0)
    expected[1], expected[11] = 0, 22 + 6 * 33
    np.testing.assert_allclose(g.detach().numpy(), expected.reshape(3, 4))
    if order == 2:
        (h,) = ad.autograd.grad(g.sum(), x)
        expected = np.full(12, 2.0)
        expected[1], expected[11] = 0, 2 + 18
        np.testing.assert_allclose(h.numpy(), expected.reshape(3, 4))


def test_a_write_to_a_view_taken_under_no_grad_is_refused_where_it_would_be_recorded():
    y = ad.ones(2, requires_grad=True) * 1
    with ad.no_grad():
        view = y[:1]
    with pytest.raises(RuntimeError, match="created in no_grad mode"):
        view.mul_(5)


@pytest.mark.parametrize("use", [
    lambda w: w.T @ ad.ones(3, 4), lambda w: w.T.exp(), lambda w: w.sum(0) * 2, lambda w: w[:, 0] * 2,
    lambda w: w.expand(5, 3, 2).permute(2, 1, 0).sin(), lambda w: ad.ones(3) @ w,
])
@pytest.mark.parametrize("create_graph", [False, True])
def test_a_gradient_lies_in_rows_as_its_tensor_does(use, create_graph):
    w = ad.arange(6.0).reshape(3, 2).requires_grad_()
    ad.autograd.backward(use(w).sum(), create_graph=create_graph, inputs=[w])
    assert w.grad.view(-1).shape == (6,)
    assert w.grad.stride() == (2, 1)
    (g,) = ad.autograd.grad(use(w).sum(), w)
    assert g.stride() == (2, 1)


def test_a_gradient_of_columns_lies_in_columns():
    w = ad.ones(2, 3).T.requires_grad_()
    (w**2).sum().backward()
    assert w.grad.stride() == w.stride() == (1, 3)


def test_joined_tensors_lie_in_rows():
    x = ad.arange(6.0).reshape(2, 3).T
    assert ad.cat([x, x]).view(-1).tolist() == [0.0, 3.0, 1.0, 4.0, 2.0, 5.0] * 2
    assert ad.stack([x, x]).is_contiguous()
