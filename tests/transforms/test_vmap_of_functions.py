"""PyTorch's functions of integers, masks and layers under vmap: each example as a loop gives it, in one call an op."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adjoint as ad
from adjoint.transforms import batching

F = ad.nn.functional
N = 4


@pytest.fixture(autouse=True)
def no_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function of which an op falls back to a loop fails these tests."""

    def loop(level: Any, op: Any, *_: Any) -> Any:
        raise AssertionError(f"{op.op_name} loops over the examples")

    monkeypatch.setattr(batching, "loop", loop)


def real(*shape: int) -> Any:
    return ad.tensor(np.random.default_rng(shape).standard_normal(shape))


def below(high: int, *shape: int) -> Any:
    return ad.tensor(np.random.default_rng([high, *shape]).integers(0, high, shape))


def written(x: Any, i: Any) -> Any:
    x = x.clone()
    x[i] = x[0] * 2
    x[1:, 0].mul_(3.0)
    return x


def _recurrent(x: Any, w: Any) -> Any:
    h = ad.zeros(3, dtype=ad.float64)
    for row in x:
        h = ad.tanh(w @ h + row[:3])
    return h.pow(2).sum()


CASES: dict[str, tuple[Any, ...]] = {
    "cross_entropy of one row": (F.cross_entropy, real(N, 5), below(5, N)),
    "cross_entropy": (F.cross_entropy, real(N, 3, 5), below(5, N, 3)),
    "cross_entropy of an image": (F.cross_entropy, real(N, 3, 5, 2), below(5, N, 3, 2)),
    "cross_entropy with weights": (
        lambda x, y, w: F.cross_entropy(x, y, weight=w, label_smoothing=0.1, ignore_index=1),
        real(N, 3, 5), below(5, N, 3), real(N, 5)),
    "nll_loss": (F.nll_loss, real(N, 3, 5), below(5, N, 3)),
    "multi_margin_loss": (F.multi_margin_loss, real(N, 3, 5), below(5, N, 3)),
    "multilabel_margin_loss": (F.multilabel_margin_loss, real(N, 3, 5), below(6, N, 3, 5) - 1),
    "gaussian_nll_loss": (lambda x, y: F.gaussian_nll_loss(x, y, x.exp()), real(N, 3), real(N, 3)),
    "ctc_loss": (lambda x, y, n: F.ctc_loss(x.log_softmax(-1), y + 1, ad.tensor([6, 5]), n + 1),
                 real(N, 6, 2, 5), below(4, N, 2, 2), below(2, N, 2)),
    "embedding": (lambda i, w: F.embedding(i, w).pow(2).sum(), below(5, N, 3), real(N, 5, 2)),
    "embedding_bag": (lambda i, w: F.embedding_bag(i, w, mode="sum").pow(2).sum(), below(5, N, 2, 3), real(N, 5, 2)),
    "one_hot": (lambda i, x: (F.one_hot(i, 5) * x).sum(), below(5, N, 3), real(N, 3, 5)),
    "bincount": (lambda i, x: (ad.bincount(i, minlength=6) * x).sum(), below(5, N, 3), real(N, 6)),
    "gather": (lambda x, i: ad.gather(x, 1, i).pow(2).sum(), real(N, 3, 5), below(5, N, 3, 2)),
    "take": (lambda x, i: ad.take(x, i).pow(2).sum(), real(N, 3, 5), below(15, N, 2)),
    "take_along_dim": (lambda x, i: ad.take_along_dim(x, i, 1).pow(2).sum(), real(N, 3, 5), below(5, N, 3, 2)),
    "index_select": (lambda x, i: ad.index_select(x, 1, i).pow(2).sum(), real(N, 3, 5), below(5, N, 2)),
    "index_add": (lambda x, i, s: ad.index_add(x, 1, i, s).pow(2).sum(), real(N, 3, 5), below(5, N, 2), real(N, 3, 2)),
    "index_fill": (lambda x, i: ad.index_fill(x, 1, i, 2.0).pow(2).sum(), real(N, 3, 5), below(5, N, 2)),
    "index_put": (lambda x, i, v: ad.index_put(x, (i,), v).pow(2).sum(), real(N, 5), below(5, N, 2), real(N, 2)),
    "put": (lambda x, i, v: ad.put(x, i, v).pow(2).sum(), real(N, 5), below(5, N, 2), real(N, 2)),
    "scatter": (lambda x, i, s: ad.scatter(x, 1, i, s).pow(2).sum(), real(N, 3, 5), below(5, N, 3, 2), real(N, 3, 2)),
    "scatter_add": (lambda x, i, s: ad.scatter_add(x, 1, i, s).pow(2).sum(),
                    real(N, 3, 5), below(5, N, 3, 2), real(N, 3, 2)),
    "a written index": (lambda x, i: written(x, i).pow(2).sum(), real(N, 3, 5), below(3, N)),
    "masked_fill": (lambda x, m: ad.masked_fill(x, m > 1, 3.0).pow(2).sum(), real(N, 3, 5), below(3, N, 3, 5)),
    "where": (lambda x, m: ad.where(m > 1, x, x * 3).pow(2).sum(), real(N, 3, 5), below(3, N, 5)),
    "linear": (lambda x, w, b: F.linear(x, w, b).pow(2).sum(), real(N, 3, 5), real(N, 2, 5), real(N, 2)),
    "conv2d": (lambda x, w: F.conv2d(x, w, padding=1).pow(2).sum(), real(N, 2, 3, 5, 5), real(N, 4, 3, 3, 3)),
    "conv_transpose2d": (lambda x, w: F.conv_transpose2d(x, w).pow(2).sum(), real(N, 2, 3, 5, 5), real(N, 3, 2, 3, 3)),
    "conv1d in groups": (lambda x, w: F.conv1d(x, w, stride=2, groups=2).pow(2).sum(),
                         real(N, 2, 4, 7), real(N, 6, 2, 3)),
    "max_pool2d": (lambda x: F.max_pool2d(x, 2).pow(2).sum(), real(N, 2, 3, 6, 6)),
    "avg_pool2d": (lambda x: F.avg_pool2d(x, 2).pow(2).sum(), real(N, 2, 3, 6, 6)),
    "interpolate": (lambda x: F.interpolate(x, scale_factor=2, mode="bilinear").pow(2).sum(), real(N, 2, 3, 4, 4)),
    "grid_sample": (lambda x, g: F.grid_sample(x, g, align_corners=False).pow(2).sum(),
                    real(N, 2, 3, 6, 6), real(N, 2, 3, 3, 2)),
    "layer_norm": (lambda x, w: F.layer_norm(x, (5,), w).pow(3).sum(), real(N, 3, 5), real(N, 5)),
    "batch_norm": (lambda x, w: F.batch_norm(x, None, None, w, training=True).pow(3).sum(), real(N, 3, 5), real(N, 5)),
    "attention": (lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True).pow(2).sum(),
                  real(N, 2, 3, 4), real(N, 2, 3, 4), real(N, 2, 3, 4)),
    "einsum": (lambda x, y: ad.einsum("ij,jk->ik", x, y).pow(2).sum(), real(N, 3, 5), real(N, 5, 2)),
    "sort and quantile": (lambda x: (ad.sort(x, 0)[0] * ad.arange(5)).sum() + ad.quantile(x, 0.3), real(N, 3, 5)),
    "split and unbind": (lambda x: sum([(k + 1) * p.pow(2).sum() for k, p in enumerate((*ad.split(x, 2, 1), *x))]),
                         real(N, 3, 5)),
    "a recurrent network": (_recurrent, real(N, 4, 5), real(N, 3, 3)),
}


@pytest.mark.parametrize("name", CASES)
def test_values_and_gradients_of_each_example_are_those_of_a_loop(name: str) -> None:
    f: Callable[..., Any]
    f, *args = CASES[name]
    real_ones = tuple([i for i, x in enumerate(args) if x.dtype.is_floating_point])
    grad = ad.grad(f, argnums=real_ones)
    rows = [[x[k] for x in args] for k in range(N)]
    np.testing.assert_allclose(ad.vmap(f)(*args).numpy(), np.stack([f(*row).numpy() for row in rows]), rtol=1e-10)
    expected = [grad(*row) for row in rows]
    for i, got in enumerate(ad.vmap(grad)(*args)):
        np.testing.assert_allclose(got.numpy(), np.stack([e[i].numpy() for e in expected]), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_gradients_through_vmap_of_shared_and_mapped_arguments(name: str) -> None:
    f: Callable[..., Any]
    f, *args = CASES[name]
    for shared in range(len(args)):
        values = [x[0] if i == shared else x for i, x in enumerate(args)]
        leaves = [x.clone().requires_grad_(x.dtype.is_floating_point) for x in values]
        wanted = [x for x in leaves if x.requires_grad]
        if len(args) == 1:
            continue
        axes = tuple([None if i == shared else 0 for i in range(len(args))])
        found = ad.autograd.grad(ad.vmap(f, in_axes=axes)(*leaves).sum(), wanted)
        by_loop = sum([f(*[x if i == shared else x[k] for i, x in enumerate(leaves)]) for k in range(N)])
        for got, expected in zip(found, ad.autograd.grad(by_loop, wanted), strict=True):
            np.testing.assert_allclose(got.numpy(), expected.numpy(), rtol=1e-9, atol=1e-12)
