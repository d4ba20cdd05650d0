"""Convolutions, their transposes and windows as columns: against PyTorch in many geometries and their definitions."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import adjoint as ad
import adjoint.nn.functional as F

RNG = np.random.default_rng(0)


def normal(*shape: int, dtype: str = "float64") -> np.ndarray[Any, Any]:
    a = RNG.normal(size=shape)
    return (a + 1j * RNG.normal(size=shape) if dtype.startswith("complex") else a).astype(dtype)


def geometries(n: int) -> list[dict[str, Any]]:
    """Some strides, paddings and dilations, the same in every run."""
    rng = np.random.default_rng(n)
    return [
        {
            "stride": tuple(rng.integers(1, 4, n).tolist()),
            "padding": tuple(rng.integers(0, 3, n).tolist()),
            "dilation": tuple(rng.integers(1, 3, n).tolist()),
            "groups": int(rng.integers(1, 3)),
        }
        for _ in range(6)
    ]


def gradients_agree(name: str, arrays: list[np.ndarray[Any, Any]], **kwargs: Any) -> None:
    """The value, the gradient of its square and the gradient of that are PyTorch's."""
    torch = pytest.importorskip("torch")
    seed = None
    results = []
    for library in (torch, ad):
        leaves = [library.tensor(a, requires_grad=True) for a in arrays]
        y = getattr(library.nn.functional, name)(*leaves, **kwargs)
        seed = np.random.default_rng(1).normal(size=tuple(y.shape)).astype(arrays[0].dtype)
        first = library.autograd.grad(y * y, leaves, library.tensor(seed), create_graph=True)
        loss = sum((g * g).sum() for g in first)
        second = library.autograd.grad(loss, leaves, library.ones_like(loss), allow_unused=True)
        found = (y, *first, *(s for s in second if s is not None))
        results.append([(t.detach() + 0).numpy() for t in found])  # torch's conj is lazy, and numpy() refuses it
    assert len(results[0]) == len(results[1])
    for theirs, ours in zip(*results, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(("n", "case"), [(n, i) for n in (1, 2, 3) for i in range(6)])
def test_a_convolution_and_its_gradients_are_torchs(n: int, case: int) -> None:
    geometry = geometries(n)[case]
    g = geometry["groups"]
    x, w, b = normal(2, 2 * g, *(6, 5, 7)[:n]), normal(3 * g, 2, *(2, 3, 1)[:n]), normal(3 * g)
    gradients_agree(f"conv{n}d", [x, w, b], **geometry)


@pytest.mark.parametrize(("n", "case"), [(n, i) for n in (1, 2, 3) for i in range(6)])
def test_a_transposed_convolution_and_its_gradients_are_torchs(n: int, case: int) -> None:
    geometry = geometries(n)[case]
    g = geometry["groups"]
    geometry["output_padding"] = tuple(max(s, d) - 1 for s, d in zip(geometry["stride"], geometry["dilation"]))
    x, w, b = normal(2, 2 * g, *(4, 5, 3)[:n]), normal(2 * g, 3, *(4, 3, 3)[:n]), normal(3 * g)
    gradients_agree(f"conv_transpose{n}d", [x, w, b], **geometry)


@pytest.mark.parametrize("name", ["conv1d", "conv_transpose1d"])
def test_complex_convolutions_are_torchs(name: str) -> None:
    gradients_agree(name, [normal(2, 3, 6, dtype="complex128"), normal(3, 3, 2, dtype="complex128")], stride=2)


@pytest.mark.filterwarnings("ignore:Using padding='same':UserWarning")  # torch's own
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_padding_by_name_is_torchs(padding: str) -> None:
    gradients_agree("conv2d", [normal(1, 2, 5, 6), normal(3, 2, 2, 3)], padding=padding, dilation=(3, 2))


def test_fold_and_unfold_are_torchs() -> None:
    how = {"kernel_size": (2, 3), "dilation": (2, 1), "padding": (1, 0), "stride": (2, 1)}
    gradients_agree("unfold", [normal(2, 3, 6, 5)], **how)
    gradients_agree("fold", [normal(2, 3 * 6, 9)], output_size=(6, 5), **how)


def test_a_convolution_sums_products_over_the_window() -> None:
    x, w = normal(1, 2, 5, 6), normal(3, 2, 2, 3)
    y = F.conv2d(ad.tensor(x), ad.tensor(w), stride=(1, 2)).numpy()
    for o, i, j in itertools.product(range(3), range(4), range(2)):
        assert y[0, o, i, j] == pytest.approx((w[o] * x[0, :, i : i + 2, 2 * j : 2 * j + 3]).sum())


def test_a_transposed_convolution_is_the_gradient_of_a_convolution() -> None:
    x, w, ct = normal(2, 3, 7, 5), ad.tensor(normal(4, 3, 3, 2)), ad.tensor(normal(2, 4, 3, 4))
    leaf = ad.tensor(x, requires_grad=True)
    (gradient,) = ad.autograd.grad(F.conv2d(leaf, w, stride=(2, 1)), leaf, ct)
    np.testing.assert_allclose(F.conv_transpose2d(ct, w, stride=(2, 1)).numpy(), gradient.numpy(), atol=1e-12)


def test_third_derivatives_of_a_convolution_are_exact() -> None:
    # y = sum conv(x, w)^3 is cubic in w, so its third derivative along v is 6 sum conv(x, v)^3.
    x, w = ad.tensor(normal(1, 1, 5)), ad.tensor(normal(1, 1, 2), requires_grad=True)
    v = ad.tensor(normal(1, 1, 2))
    along = (F.conv1d(x, w) ** 3).sum()
    for _ in range(3):
        (g,) = ad.autograd.grad(along, w, create_graph=True)
        along = (g * v).sum()
    assert float(along.detach()) == pytest.approx(6 * float((F.conv1d(x, v) ** 3).sum()))


def test_unfold_times_the_weights_is_the_convolution() -> None:
    x, w = ad.tensor(normal(2, 3, 5, 6)), ad.tensor(normal(4, 3, 2, 2))
    columns = F.unfold(x, 2, stride=2)
    product = (w.reshape(4, 12) @ columns).reshape(2, 4, 2, 3)
    np.testing.assert_allclose(product.numpy(), F.conv2d(x, w, stride=2).numpy(), atol=1e-12)


def test_the_batch_dimension_may_be_left_out() -> None:
    x, w = ad.tensor(normal(3, 6)), ad.tensor(normal(2, 3, 2))
    assert F.conv1d(x, w).shape == (2, 5)
    assert F.conv_transpose1d(x, ad.tensor(normal(3, 2, 2))).shape == (2, 7)
    assert F.fold(F.unfold(ad.ones(3, 4, 4), 2), 4, 2).shape == (3, 4, 4)


def test_an_empty_batch_gives_an_empty_result_and_a_zero_gradient() -> None:
    w = ad.ones(2, 3, 2, 2, requires_grad=True)
    y = F.conv2d(ad.ones(0, 3, 4, 4), w)
    assert y.shape == (0, 2, 3, 3)
    y.sum().backward()
    assert not w.grad.numpy().any()


def test_float32_stays_float32_and_integers_convolve() -> None:
    assert F.conv1d(ad.ones(1, 1, 4), ad.ones(1, 1, 2)).dtype is ad.float32
    y = F.conv1d(ad.tensor([[1, 2, 4]]), ad.tensor([[[-1, 1]]]))
    assert y.tolist() == [[1, 2]]
    assert y.dtype is ad.int64


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: F.conv2d(ad.ones(1, 2, 4, 4), ad.ones(3, 3, 2, 2)), "to have 3 channels, but got 2 channels instead"),
        (lambda: F.conv2d(ad.ones(4, 4), ad.ones(3, 3, 2, 2)), "Expected 3D .unbatched. or 4D .batched. input"),
        (lambda: F.conv1d(ad.ones(1, 1, 2), ad.ones(1, 1, 3)), "Kernel size can't be greater than actual input size"),
        (lambda: F.conv1d(ad.ones(1, 1, 2), ad.ones(1, 1, 1), stride=0), "non-positive stride"),
        (lambda: F.conv1d(ad.ones(1, 1, 2), ad.ones(1, 1, 1), padding=-1), "negative padding"),
        (lambda: F.conv1d(ad.ones(1, 1, 2), ad.ones(1, 1, 1), padding="sama"), "Invalid padding string"),
        (lambda: F.conv1d(ad.ones(1, 1, 2), ad.ones(1, 1, 1), padding="same", stride=2), "strided"),
        (lambda: F.conv1d(ad.ones(1, 1, 2), ad.ones(2, 1, 1), ad.ones(3)), "bias to be 1-dimensional with 2 elements"),
        (lambda: F.conv1d(ad.ones(1, 1, 2), ad.ones(1, 1, 1).double()), "should be the same"),
        (lambda: F.conv_transpose1d(ad.ones(1, 1, 2), ad.ones(1, 1, 1), output_padding=1), "output padding must be"),
        (lambda: F.fold(ad.ones(1, 4, 5), 3, 2), "calculated number of sliding blocks 2 \\* 2 = 4"),
        (lambda: F.unfold(ad.ones(1, 1, 2, 2), 3), "must be at least one"),
    ],
)
def test_wrong_arguments_are_told_in_torchs_words(call: Any, said: str) -> None:
    with pytest.raises(RuntimeError, match=said):
        call()
