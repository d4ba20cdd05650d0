"""Pools: windows, ties and indices against PyTorch in many geometries, and what is ours to promise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint as ad
import adjoint.nn.functional as F


def both(name: str, x: np.ndarray[Any, Any], *args: Any, second: bool = True, **kwargs: Any) -> None:
    """The pool's value, indices if any, gradient and second derivative are PyTorch's."""
    torch = pytest.importorskip("torch")
    results = []
    for library in (torch, ad):
        leaf = library.tensor(x, requires_grad=True)
        y = getattr(library.nn.functional, name)(leaf, *args, **kwargs)
        outputs = y if isinstance(y, tuple) else (y,)
        (g,) = library.autograd.grad((outputs[0] ** 3).sum(), leaf, create_graph=True)
        found = [*outputs, g]
        if second:
            found.append(library.autograd.grad((g**2).sum(), leaf)[0])
        results.append([t.detach().numpy() for t in found])
    for theirs, ours in zip(*results, strict=True):
        assert ours.dtype == theirs.dtype
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)


def windows(n: int, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    kernel = rng.integers(1, 4, n)
    return {
        "kernel_size": tuple(kernel.tolist()),
        "stride": tuple(rng.integers(1, 4, n).tolist()),
        "padding": tuple((rng.integers(0, 2, n) * (kernel // 2)).tolist()),
        "ceil_mode": bool(rng.integers(2)),
    }


def few_values(*shape: int) -> np.ndarray[Any, Any]:
    """Full of ties."""
    return np.random.default_rng(0).integers(0, 4, shape).astype(np.float64)


def normal(*shape: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(0).normal(size=shape)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("seed", range(6))
def test_max_pools_are_torchs_with_ties(n: int, seed: int) -> None:
    both(f"max_pool{n}d", few_values(2, 2, *(7, 6, 5)[:n]), **windows(n, seed), return_indices=True)


def test_a_dilated_max_pool_is_torchs() -> None:
    both("max_pool2d", few_values(2, 2, 9, 8), 3, 2, 1, (2, 1), ceil_mode=True, return_indices=True)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("count_include_pad", [True, False])
def test_average_pools_are_torchs(n: int, seed: int, count_include_pad: bool) -> None:
    both(f"avg_pool{n}d", normal(2, 2, *(7, 6, 5)[:n]), **windows(n, seed), count_include_pad=count_include_pad)


def test_a_divisor_replaces_the_count() -> None:
    both("avg_pool2d", normal(2, 2, 5, 6), 3, 2, 1, divisor_override=-2)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("target", [1, 3, 11])
def test_adaptive_pools_are_torchs(n: int, target: int) -> None:
    both(f"adaptive_avg_pool{n}d", normal(2, 2, *(7, 6, 25)[:n]), target)
    both(f"adaptive_max_pool{n}d", few_values(2, 2, *(7, 6, 5)[:n]), target, return_indices=True)


def test_an_adaptive_pool_keeps_an_axis_given_as_none() -> None:
    both("adaptive_avg_pool2d", normal(2, 7, 6), (3, None))
    both("adaptive_max_pool3d", normal(2, 7, 6, 5), (None, 2, None))


@pytest.mark.parametrize(("name", "p"), [("lp_pool1d", 2), ("lp_pool2d", 3.5), ("lp_pool3d", 1)])
def test_power_average_pools_are_torchs(name: str, p: float) -> None:
    n = int(name[-2])
    both(name, np.abs(normal(2, 2, *(7, 6, 5)[:n])) + 0.1, p, 2, ceil_mode=True)


def test_the_gradient_of_a_power_average_pool_at_zero_is_zero() -> None:
    x = ad.zeros(1, 1, 4, requires_grad=True)
    F.lp_pool1d(x, 2, 2).sum().backward()
    assert x.grad.tolist() == [[[0, 0, 0, 0]]]


@pytest.mark.parametrize("n", [2, 3])
def test_fractional_pools_are_torchs_on_the_same_samples(n: int) -> None:
    torch = pytest.importorskip("torch")
    x, samples = normal(2, 3, *(9, 8, 7)[:n]), np.random.default_rng(1).random((2, 3, n))
    name, target = f"fractional_max_pool{n}d", (4, 3, 5)[:n]
    results = []
    for library in (torch, ad):
        leaf = library.tensor(x, requires_grad=True)
        pool = getattr(library.nn.functional, name)
        y, i = pool(leaf, 2, target, return_indices=True, _random_samples=library.tensor(samples))
        results.append([t.detach().numpy() for t in (y, i, *library.autograd.grad((y**2).sum(), leaf))])
    for theirs, ours in zip(*results, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_fractional_windows_are_drawn_from_the_seed() -> None:
    x = ad.tensor(normal(1, 2, 12, 12))
    ad.manual_seed(0)
    y = F.fractional_max_pool2d(x, 2, output_ratio=0.5)
    ad.manual_seed(0)
    assert bool((F.fractional_max_pool2d(x, 2, output_ratio=0.5) == y).all())


@pytest.mark.parametrize("n", [1, 2, 3])
def test_unpooling_puts_the_maxima_back(n: int) -> None:
    x = ad.tensor(normal(2, 2, *(6, 4, 8)[:n]))
    y, indices = getattr(F, f"max_pool{n}d")(x, 2, return_indices=True)
    back = getattr(F, f"max_unpool{n}d")(y, indices, 2)
    kept = back != 0
    assert int(kept.sum()) == y.numel()
    np.testing.assert_array_equal(back.numpy()[kept.numpy()], x.numpy()[kept.numpy()])


def test_unpooling_to_a_given_size_and_its_gradient_are_torchs() -> None:
    torch = pytest.importorskip("torch")
    results = []
    for library in (torch, ad):
        y, i = library.nn.functional.max_pool2d(library.tensor(normal(1, 2, 5, 7)), 2, return_indices=True)
        y.requires_grad_()
        z = library.nn.functional.max_unpool2d(y, i, 2, output_size=(1, 2, 5, 7))
        results.append([t.detach().numpy() for t in (z, *library.autograd.grad((z**3).sum(), y))])
    for theirs, ours in zip(*results, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_nan_wins_and_infinity_does_not_spread() -> None:
    x = np.arange(8.0).reshape(1, 8)
    x[0, 1] = np.nan
    assert np.isnan(F.max_pool1d(ad.tensor(x), 2).numpy()).tolist() == [[True, False, False, False]]
    assert np.isnan(F.adaptive_avg_pool1d(ad.tensor(x), 4).numpy()).tolist() == [[True, False, False, False]]
    x[0, 1] = -np.inf
    assert np.isinf(F.avg_pool1d(ad.tensor(x), 2).numpy()).tolist() == [[True, False, False, False]]


def test_a_window_of_minus_infinity_points_into_the_input() -> None:
    y, i = F.max_pool1d(ad.full((1, 4), -float("inf")), 2, padding=1, return_indices=True)
    assert i.tolist() == [[0, 1, 3]]
    assert y.tolist() == [[-float("inf")] * 3]


def test_integers_pool() -> None:
    x = ad.tensor([[-3, 2, 5, 4]])
    assert F.max_pool2d(x.reshape(1, 2, 2), 2).tolist() == [[[5]]]
    assert F.avg_pool1d(x, 2).tolist() == [[0, 4]]


def test_an_empty_batch_pools() -> None:
    x = ad.ones(0, 2, 6, 6)
    for y in (F.max_pool2d(x, 2), F.avg_pool2d(x, 2), F.adaptive_avg_pool2d(x, 3), F.adaptive_max_pool2d(x, 3)):
        assert y.shape == (0, 2, 3, 3)
    assert F.fractional_max_pool2d(x, 2, 3).shape == (0, 2, 3, 3)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: F.max_pool1d(ad.ones(1, 4), 2, padding=2), RuntimeError, "at most half of effective kernel size"),
        (lambda: F.max_pool2d(ad.ones(1, 2, 2), 3), RuntimeError, "Output size is too small"),
        (lambda: F.avg_pool1d(ad.ones(1, 4), 2, stride=0), RuntimeError, "greater than zero"),
        (lambda: F.avg_pool2d(ad.ones(4), 2), RuntimeError, "Expected 3D .unbatched. or 4D"),
        (lambda: F.avg_pool2d(ad.ones(1, 4, 4), 2, divisor_override=0), RuntimeError, "divisor must be not zero"),
        (lambda: F.lp_pool1d(ad.ones(1, 4), float("inf"), 2), ValueError, "use max_pool1d"),
        (lambda: F.fractional_max_pool2d(ad.ones(1, 4, 4), 2), ValueError, "output_size or an output_ratio"),
        (lambda: F.fractional_max_pool2d(ad.ones(1, 4, 4), 3, 3), RuntimeError, "do not fit"),
        (lambda: F.max_unpool1d(ad.ones(1, 1), ad.tensor([[9]]), 2), RuntimeError, "invalid max index: 9"),
        (lambda: F.max_unpool1d(ad.ones(1, 1), ad.tensor([[0]]), 2, output_size=(5,)), ValueError, "invalid output"),
    ],
)
def test_wrong_arguments_are_told(call: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        call()
