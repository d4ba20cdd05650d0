"""Views and copies: who shares memory with whom, and what the shape functions refuse."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import adjoint as ad
from adjoint import errors

VIEWS: list[Callable[[ad.Tensor], ad.Tensor]] = [
    lambda x: x.view(3, 2),
    lambda x: x.reshape(6),
    lambda x: x.permute(1, 0),
    lambda x: x.T,
    lambda x: x.unsqueeze(0),
    lambda x: x.expand(2, 2, 3),
    lambda x: x.flatten(),
    lambda x: x.narrow(1, 1, 2),
    lambda x: x.select(0, 1),
    lambda x: x.unbind()[1],
    lambda x: x.split(1)[1],
    lambda x: x.chunk(2)[1],
    lambda x: x.tensor_split(2, 1)[1],
    lambda x: x.diagonal(),
    lambda x: x.unfold(1, 2, 1),
    lambda x: x.as_strided((2, 2), (1, 2)),
    lambda x: x.unflatten(1, (3, 1)),
    lambda x: x.movedim(0, 1),
    lambda x: x.T.unfold(0, 2, 1),
    lambda x: x.view(ad.int32),
]
COPIES: list[Callable[[ad.Tensor], ad.Tensor]] = [
    lambda x: x.T.reshape(6),
    lambda x: x.T.contiguous(),
    lambda x: x.clone(),
    lambda x: x.flip(0),
    lambda x: x.rot90(2),
    lambda x: x.roll(1),
    lambda x: x.diag(),
    lambda x: x.repeat(1, 1),
    lambda x: x.index_select(0, ad.tensor([0, 1])),
    lambda x: x.tril(5),
    lambda x: ad.view_copy(x, (6,)),
]


def seen(f: Callable[[ad.Tensor], ad.Tensor]) -> bool:
    """Whether a write to the tensor changes what f made of it."""
    x = ad.arange(6.0).reshape(2, 3).clone()
    y = f(x)
    before = y.clone()
    x.add_(100)
    return not ad.equal(before, y)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_shows_a_write_to_its_base(view: Callable[[ad.Tensor], ad.Tensor]) -> None:
    assert seen(view)


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_does_not_show_a_write_to_its_original(copy: Callable[[ad.Tensor], ad.Tensor]) -> None:
    assert not seen(copy)


def test_real_and_imaginary_parts_are_views_both_ways() -> None:
    z = ad.tensor([1 + 2j, 3 + 4j])
    z.real.mul_(10)
    z.imag = ad.tensor([0.0, 1.0])
    ad.view_as_real(z)[0, 1] = 7
    assert z.tolist() == [10 + 7j, 30 + 1j]


def test_writes_through_overlapping_windows_are_differentiated() -> None:
    x = ad.arange(4.0).requires_grad_()
    y = x * 1
    y.unfold(0, 2, 1)[0] *= 3
    y.sum().backward()
    assert x.grad.tolist() == [3.0, 3.0, 1.0, 1.0]


def test_view_refuses_what_would_be_a_copy() -> None:
    with pytest.raises(errors.ShapeError, match="view size is not compatible"):
        ad.ones(2, 3).T.view(6)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: ad.ones(6).reshape(4, 2), r"shape '\[4, 2\]' is invalid for input of size 6"),
        (lambda: ad.ones(6).reshape(-1, -1), "only one dimension can be inferred"),
        (lambda: ad.ones(2, 3).expand(2, 4), "must match the existing size"),
        (lambda: ad.ones(2, 3).transpose(0, 2), "Dimension out of range"),
        (lambda: ad.ones(2, 3).permute(0, 0), "duplicate dims"),
        (lambda: ad.cat((ad.ones(2, 3), ad.ones(2, 2))), "Sizes of tensors must match except in dimension 0"),
        (lambda: ad.stack((ad.ones(2), ad.ones(3))), "stack expects each tensor to be equal size"),
        (lambda: ad.ones(5).split_with_sizes([1, 2]), "sum exactly to 5"),
        (lambda: ad.arange(4)[None].as_strided((5,), (1,)), "out of bounds"),
    ],
)
def test_a_shape_that_does_not_fit_says_so(call: Callable[[], ad.Tensor], text: str) -> None:
    with pytest.raises((errors.ShapeError, errors.DimensionError), match=text):
        call()


def test_cat_passes_over_empty_vectors() -> None:
    assert ad.cat((ad.empty(0), ad.ones(1, 2))).tolist() == [[1.0, 1.0]]


def test_a_tensor_that_changes_its_shape_in_place_keeps_its_views() -> None:
    x = ad.arange(6.0).reshape(2, 3).clone()
    row = x[1]
    x.t_()
    x.mul_(2)
    assert x.shape == (3, 2)
    assert row.tolist() == [6.0, 8.0, 10.0]
    row[0] = -1
    assert x[0, 1].item() == -1


def test_a_shape_changed_in_place_is_differentiated() -> None:
    x = ad.arange(6.0).reshape(2, 3).requires_grad_()
    y = x * 2
    y.t_()
    y[0] = 0
    (y * ad.arange(6.0).reshape(3, 2)).sum().backward()
    assert x.grad.tolist() == [[0.0, 4.0, 8.0], [0.0, 6.0, 10.0]]


def test_a_leaf_that_requires_grad_does_not_change_its_shape() -> None:
    with pytest.raises(errors.GradientError):
        ad.ones(2, 3, requires_grad=True).t_()


def test_strides_are_those_of_torch_for_new_dimensions() -> None:
    assert ad.ones(2, 3)[None].stride() == (6, 3, 1)
    assert ad.ones(2, 3).T.stride() == (1, 3)
    assert ad.ones(3, 4)[1:, 2:].storage_offset() == 6


def test_a_tensor_on_foreign_memory_changes_its_shape_in_place() -> None:
    a = np.zeros((2, 3))
    x = ad.from_numpy(a)
    x.t_()
    a[0, 2] = 5
    assert x[2, 0].item() == 5
    x[1, 1] = 7
    assert a[1, 1] == 7
