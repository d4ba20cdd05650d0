"""Padding and shuffles: against NumPy's pad and PyTorch, first and second order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint as ad
import adjoint.nn.functional as F


def values(*shape: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(0).normal(size=shape)


@pytest.mark.parametrize(
    ("mode", "numpys"), [("constant", "constant"), ("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap")]
)
def test_each_mode_is_numpys(mode: str, numpys: str) -> None:
    x = values(2, 3, 4, 5)
    y = F.pad(ad.tensor(x), (3, 1, 0, 2), mode=mode)
    np.testing.assert_array_equal(y.numpy(), np.pad(x, [(0, 0), (0, 0), (0, 2), (3, 1)], mode=numpys))


@pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
@pytest.mark.parametrize(
    "widths", [(1, 2), (-1, 2), (2, -1), (-1, -2), (2, 0, 1, 3), (0, 0, -2, 1), (1, 1, 1, 1, 1, 1)]
)
def test_padding_and_cropping_and_their_gradients_are_torchs(mode: str, widths: tuple[int, ...]) -> None:
    torch = pytest.importorskip("torch")
    x = values(2, 3, *(4, 5, 4)[: len(widths) // 2])
    results = []
    for library in (torch, ad):
        leaf = library.tensor(x, requires_grad=True)
        y = library.nn.functional.pad(leaf, widths, mode=mode)
        (g,) = library.autograd.grad((y**3).sum(), leaf, create_graph=True)
        (gg,) = library.autograd.grad((g**2).sum(), leaf)
        results.append([t.detach().numpy() for t in (y, g, gg)])
    for theirs, ours in zip(*results, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_the_constant_fills_only_what_was_added() -> None:
    y = F.pad(ad.tensor([1.0, float("inf")]), (1, 1), value=float("nan"))
    assert np.isnan(y.numpy()).tolist() == [True, False, False, True]


def test_the_constant_takes_the_dtype_of_the_input() -> None:
    assert F.pad(ad.tensor([1, 2]), (1, 0), value=7.9).tolist() == [7, 1, 2]
    assert F.pad(ad.tensor([False]), (1, 0), value=1).tolist() == [True, False]


def test_cropping_shares_no_memory_with_its_input() -> None:
    x = ad.zeros(3)
    F.pad(x, (-1, 0))[0] = 5
    assert x.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: F.pad(ad.ones(1, 3), (3, 0), mode="reflect"), RuntimeError, "less than the corresponding input"),
        (lambda: F.pad(ad.ones(1, 3), (4, 0), mode="circular"), RuntimeError, "wrapping around more than once"),
        (lambda: F.pad(ad.ones(3), (1,)), RuntimeError, "divisible by 2"),
        (lambda: F.pad(ad.ones(3), (1, 1, 1, 1)), RuntimeError, "two times the input dimension"),
        (lambda: F.pad(ad.ones(3), (-2, -2)), RuntimeError, "negative output size"),
        (lambda: F.pad(ad.ones(1, 3), (1, 1), mode="mirror"), NotImplementedError, "mirror"),
        (lambda: F.pad(ad.ones(3), (1, 1), mode="reflect"), NotImplementedError, "2 or 3 dimensions"),
        (lambda: F.pad(ad.ones(1, 3), (1, 1), mode="reflect", value=1.0), ValueError, "value argument"),
        (lambda: F.pixel_shuffle(ad.ones(1, 3, 2, 2), 2), RuntimeError, "divisible by the square"),
        (lambda: F.pixel_unshuffle(ad.ones(1, 3, 2, 3), 2), RuntimeError, "width to be divisible"),
        (lambda: F.channel_shuffle(ad.ones(1, 3, 2), 2), RuntimeError, "divisible by groups"),
    ],
)
def test_wrong_arguments_are_told(call: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        call()


def test_pixel_unshuffle_undoes_pixel_shuffle() -> None:
    x = ad.tensor(values(2, 8, 3, 5))
    y = F.pixel_shuffle(x, 2)
    assert y.shape == (2, 2, 6, 10)
    assert float(y[1, 1, 3, 4]) == float(x[1, 1 * 4 + 1 * 2 + 0, 1, 2])
    np.testing.assert_array_equal(F.pixel_unshuffle(y, 2).numpy(), x.numpy())


def test_channel_shuffle_interleaves_its_groups() -> None:
    y = F.channel_shuffle(ad.arange(6.0).reshape(1, 6, 1), 3)
    assert y.flatten().tolist() == [0, 2, 4, 1, 3, 5]
