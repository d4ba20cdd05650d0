"""Interpolation and grid sampling: every mode against PyTorch, to second order where PyTorch has it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint as ad
import adjoint.nn.functional as F

CORNERS = ("linear", "bilinear", "bicubic", "trilinear")


def normal(*shape: int, seed: int = 0) -> np.ndarray[Any, Any]:
    return np.random.default_rng(seed).normal(size=shape)


def sample(image: Any, grid: Any, **how: Any) -> Any:
    return F.grid_sample(image, grid, align_corners=True, **how)


def agree(name: str, arrays: list[np.ndarray[Any, Any]], **kwargs: Any) -> None:
    """Value and first derivatives are PyTorch's."""
    torch = pytest.importorskip("torch")
    results = []
    for library in (torch, ad):
        leaves = [library.tensor(a, requires_grad=True) for a in arrays]
        y = getattr(library.nn.functional, name)(*leaves, **kwargs)
        gradients = library.autograd.grad((y**3).sum(), leaves, allow_unused=True)
        shown = (y, *(library.zeros(1) if g is None else g for g in gradients))
        results.append([t.detach().numpy() for t in shown])
    for theirs, ours in zip(*results, strict=True):
        np.testing.assert_allclose(ours + 0 * theirs, theirs, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize(
    ("mode", "n"),
    [
        *((m, n) for m in ("nearest", "nearest-exact", "area") for n in (1, 2, 3)),
        ("linear", 1), ("bilinear", 2), ("bicubic", 2), ("trilinear", 3),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "how",
    [{"size": 3}, {"size": 1}, {"size": 9}, {"scale_factor": 2}, {"scale_factor": 0.6}, {"scale_factor": 1.7},
     {"scale_factor": 1.7, "recompute_scale_factor": True}],
    ids=str,
)  # fmt: skip
def test_interpolation_is_torchs(mode: str, n: int, how: dict[str, Any]) -> None:
    x = normal(2, 2, *(5, 4, 3)[:n])
    for align in (False, True) if mode in CORNERS else (None,):
        agree("interpolate", [x], mode=mode, align_corners=align, **how)


@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
@pytest.mark.parametrize("size", [(3, 2), (4, 13), (1, 7)])
def test_antialiased_interpolation_is_torchs(mode: str, size: tuple[int, int]) -> None:
    agree("interpolate", [normal(1, 2, 9, 7)], mode=mode, size=size, antialias=True)


def test_interpolation_to_the_same_size_changes_nothing() -> None:
    x = ad.tensor(normal(1, 1, 4, 5))
    for mode in ("nearest", "nearest-exact", "bilinear", "area"):
        np.testing.assert_array_equal(F.interpolate(x, size=(4, 5), mode=mode).numpy(), x.numpy())


def test_the_gradient_of_interpolation_is_its_transpose() -> None:
    x = ad.tensor(normal(1, 1, 6, 5), requires_grad=True)
    ct = ad.tensor(normal(1, 1, 4, 9, seed=1))
    y = F.interpolate(x, size=(4, 9), mode="bicubic")
    (g,) = ad.autograd.grad(y, x, ct)
    assert float((g * x).sum().detach()) == pytest.approx(float((y * ct).sum().detach()))


@pytest.mark.filterwarnings("ignore:.*deprecated")
def test_the_older_names_interpolate() -> None:
    x = ad.tensor(normal(1, 1, 3, 3))
    same = np.testing.assert_array_equal
    same(F.upsample(x, scale_factor=2).numpy(), F.interpolate(x, scale_factor=2).numpy())
    same(F.upsample_nearest(x, scale_factor=2).numpy(), F.interpolate(x, scale_factor=2).numpy())
    aligned = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True)
    same(F.upsample_bilinear(x, scale_factor=2).numpy(), aligned.numpy())


@pytest.mark.parametrize("align_corners", [False, True])
@pytest.mark.parametrize("padding_mode", ["zeros", "border", "reflection"])
@pytest.mark.parametrize(
    ("mode", "n"), [("bilinear", 2), ("nearest", 2), ("bicubic", 2), ("bilinear", 3), ("nearest", 3)]
)
def test_grid_sampling_is_torchs(mode: str, n: int, padding_mode: str, align_corners: bool) -> None:
    x, grid = normal(2, 2, *(4, 1, 3)[:n]), 1.5 * normal(2, *(3, 2, 2)[:n], n, seed=1)
    agree("grid_sample", [x, grid], mode=mode, padding_mode=padding_mode, align_corners=align_corners)


def test_the_mixed_second_derivative_of_grid_sampling_is_exact() -> None:
    # Between pixels the image is bilinear in a point, so d2/dx dy is the alternating sum of the four pixels.
    image = ad.tensor([[[[1.0, 2.0], [4.0, 8.0]]]], dtype=ad.float64)
    x = ad.tensor(0.25, dtype=ad.float64, requires_grad=True)
    y = ad.tensor(-0.5, dtype=ad.float64, requires_grad=True)
    value = F.grid_sample(image, ad.stack([x, y]).reshape(1, 1, 1, 2), align_corners=True).sum()
    (g,) = ad.autograd.grad(value, x, create_graph=True)
    (gg,) = ad.autograd.grad(g, y)
    assert float(gg) == pytest.approx((1 - 2 - 4 + 8) / 4)


def test_an_infinite_pixel_that_is_not_sampled_does_not_matter() -> None:
    image = ad.tensor([[[[1.0, 2.0, float("inf")]]]], requires_grad=True)
    y = F.grid_sample(image, ad.tensor([[[[-0.5, 0.0]]]]), align_corners=True)
    y.sum().backward()
    assert y.tolist() == [[[[1.5]]]]
    assert image.grad.tolist() == [[[[0.5, 0.5, 0.0]]]]


@pytest.mark.filterwarnings("ignore:Since version 1.3.0, affine_grid:UserWarning")  # torch's own
@pytest.mark.parametrize("align_corners", [False, True])
@pytest.mark.parametrize("size", [(2, 1, 3, 4), (2, 1, 1, 4), (2, 1, 3, 1, 2)])
def test_affine_grids_are_torchs(size: tuple[int, ...], align_corners: bool) -> None:
    n = len(size) - 2
    agree("affine_grid", [normal(2, n, n + 1)], size=size, align_corners=align_corners)


def test_leaving_out_align_corners_warns() -> None:
    with pytest.warns(UserWarning, match="align_corners=False"):
        F.grid_sample(ad.ones(1, 1, 2, 2), ad.zeros(1, 1, 1, 2))
    with pytest.warns(UserWarning, match="align_corners=False"):
        F.affine_grid(ad.ones(1, 2, 3), (1, 1, 2, 2))


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: F.interpolate(ad.ones(1, 1, 2)), ValueError, "either size or scale_factor"),
        (lambda: F.interpolate(ad.ones(1, 1, 2), size=2, scale_factor=2), ValueError, "only one of"),
        (lambda: F.interpolate(ad.ones(1, 1, 2), size=2, mode="bilinear"), NotImplementedError, "Got 3D input"),
        (lambda: F.interpolate(ad.ones(1, 1, 2), size=2, align_corners=True), ValueError, "align_corners option"),
        (lambda: F.interpolate(ad.ones(1, 1, 2), size=(2, 2)), ValueError, "same number of spatial dimensions"),
        (lambda: F.interpolate(ad.ones(1, 1, 2), size=0), RuntimeError, "greater than 0"),
        (lambda: F.interpolate(ad.ones(1, 1, 2), size=2, mode="cubic"), NotImplementedError, "cubic"),
        (lambda: sample(ad.ones(1, 1, 2, 2), ad.zeros(2, 1, 1, 2)), RuntimeError, "batch size 1"),
        (lambda: sample(ad.ones(1, 1, 2), ad.zeros(1, 1, 1)), RuntimeError, "4D or 5D"),
        (lambda: sample(ad.ones(1, 1, 2, 2), ad.zeros(1, 1, 1, 2).double()), RuntimeError, "same dtype"),
        (lambda: sample(ad.ones(1, 1, 2, 2), ad.zeros(1, 1, 1, 2), mode="cubic"), ValueError, "mode"),
    ],
)
def test_wrong_arguments_are_told(call: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        call()
