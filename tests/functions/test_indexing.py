"""Keys, gathers and scatters: PyTorch's layouts and what repeated positions mean."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import adjoint as ad
from adjoint import errors

KEYS = (0, -1, slice(1, None), slice(None, None, 2), None, ..., [0, 1], [[0], [1]], [True, False, True])


def cube(**options: bool) -> ad.Tensor:
    return ad.tensor(np.arange(24.0).reshape(2, 3, 4), **options)


def test_an_integer_apart_from_an_index_array_is_selected_first() -> None:
    assert cube()[0, :, [0, 1]].shape == (3, 2)
    assert cube()[0, :, [0, 1]].tolist() == cube()[0][:, [0, 1]].tolist()


def test_a_write_by_such_a_key_goes_to_the_elements_that_it_reads() -> None:
    x = cube()
    x[0, :, [0, 1]] = ad.tensor([[1.0, 2.0]] * 3, dtype=ad.float64)
    assert x[0, :, :2].tolist() == [[1.0, 2.0]] * 3
    assert x[1].tolist() == cube()[1].tolist()


def test_an_ellipsis_that_stands_for_no_dimension_does_not_part_index_arrays() -> None:
    assert cube()[:, [0, 1], ..., [0, 1]].shape == (2, 2)


def test_several_ellipses_are_taken() -> None:
    assert cube()[..., ...].shape == (2, 3, 4)


def test_a_bool_adds_a_dimension() -> None:
    assert cube()[True].shape == (1, 2, 3, 4)
    assert cube()[False].shape == (0, 2, 3, 4)


@pytest.mark.parametrize("key", list(itertools.product(KEYS, repeat=2)), ids=repr)
def test_pairs_of_keys_read_and_differentiate_as_in_torch(key: tuple[object, ...]) -> None:
    torch = pytest.importorskip("torch")

    def read(lib):  # type: ignore[no-untyped-def]
        x = lib.tensor(np.arange(24.0).reshape(2, 3, 4))
        x.requires_grad_()
        y = x[tuple(lib.tensor(k) if isinstance(k, list) else k for k in key)]
        (y * y.detach()).sum().backward()
        return y.detach().numpy(), x.grad.numpy()

    try:
        expected = read(torch)
    except IndexError:
        with pytest.raises(IndexError):
            read(ad)
        return
    for a, b in zip(expected, read(ad), strict=True):
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b)


def test_a_repeated_index_counts_each_time_in_the_gradient() -> None:
    x = ad.tensor([1.0, 2.0], requires_grad=True)
    ad.index_select(x, 0, ad.tensor([0, 0, 1])).sum().backward()
    assert x.grad.tolist() == [2.0, 1.0]


def test_of_values_written_to_one_place_only_the_last_has_a_gradient() -> None:
    v = ad.tensor([1.0, 2.0], requires_grad=True)
    ad.zeros(2).scatter(0, ad.tensor([0, 0]), v).sum().backward()
    assert v.grad.tolist() == [0.0, 1.0]


@pytest.mark.parametrize("include_self", [True, False])
def test_a_grouped_product_with_zeros_has_exact_first_and_second_derivatives(include_self: bool) -> None:
    src = ad.tensor([0.0, 3.0, 5.0], requires_grad=True)
    base = ad.tensor([2.0, 7.0])
    y = base.scatter_reduce(0, ad.tensor([0, 0, 1]), src, "prod", include_self=include_self)
    (g,) = ad.autograd.grad(y[0], src, create_graph=True)
    factor = 2.0 if include_self else 1.0
    assert g.tolist() == [3.0 * factor, 0.0, 0.0]
    (h,) = ad.autograd.grad(g[0], src)
    assert h.tolist() == [0.0, factor, 0.0]


def test_equal_extremes_share_the_gradient() -> None:
    src = ad.tensor([4.0, 4.0, 1.0], requires_grad=True)
    ad.zeros(1).scatter_reduce(0, ad.tensor([0, 0, 0]), src, "amax").sum().backward()
    assert src.grad.tolist() == [0.5, 0.5, 0.0]


def test_where_gives_the_branch_not_taken_no_gradient_though_it_be_infinite() -> None:
    x = ad.tensor([0.0, 4.0], requires_grad=True)
    ad.where(x > 0, x.sqrt(), 0.0).sum().backward()
    assert x.grad.tolist() == [0.0, 0.25]


@pytest.mark.parametrize("value", [1j, float("nan"), 2**70])
def test_a_number_that_does_not_fit_the_dtype_is_refused(value: complex) -> None:
    x = ad.tensor([1, 2])
    with pytest.raises(errors.DtypeError):
        x.masked_fill(ad.tensor([True, False]), value)
    with pytest.raises(errors.DtypeError):
        x[0] = value
    with pytest.raises(errors.DtypeError):
        x.fill_(value)
    assert x.tolist() == [1, 2]


@pytest.mark.parametrize("function", [ad.gather, ad.take_along_dim])
def test_an_index_out_of_bounds_is_an_index_error(function: object) -> None:
    with pytest.raises(IndexError):
        function(ad.ones(2, 2), 0, ad.tensor([[5]])) if function is ad.gather else function(  # type: ignore[operator]
            ad.ones(2, 2), ad.tensor([[5]]), 0
        )


def test_many_repeated_positions_add_up_as_few_do():
    index = ad.arange(6000) % 70
    x = ad.ones(70, 3, requires_grad=True)
    (x[index] * ad.tensor([1., 2., 3.])).sum().backward()
    assert x.grad[0].tolist() == [86., 172., 258.]
    assert x.grad[-1].tolist() == [85., 170., 255.]
