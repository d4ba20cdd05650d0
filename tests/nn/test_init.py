"""Parameters at the start of training."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

import adjoint as ad
from adjoint.nn import init


@pytest.fixture(autouse=True)
def seeded() -> None:
    ad.manual_seed(0)


HE = math.sqrt(2 / (1 + 0.25) / 200)
XAVIER = math.sqrt(2 / (200 + 300))


@pytest.mark.parametrize(
    ("fill", "deviation"),
    [
        (lambda w: init.kaiming_uniform_(w, a=0.5), HE),
        (lambda w: init.kaiming_normal_(w, a=0.5), HE),
        (lambda w: init.kaiming_normal_(w, mode="fan_out", nonlinearity="relu"), math.sqrt(2 / 300)),
        (init.xavier_uniform_, XAVIER),
        (init.xavier_normal_, XAVIER),
        (lambda w: init.trunc_normal_(w, std=0.1, a=-10, b=10), 0.1),
    ],
)
def test_a_weight_is_filled_with_the_deviation_of_its_paper(
    fill: Callable[[ad.Tensor], ad.Tensor], deviation: float
) -> None:
    w = ad.nn.Parameter(ad.empty(300, 200))
    assert fill(w) is w
    assert abs(w.std().item() / deviation - 1) < 0.02
    assert abs(w.mean().item()) < 3 * deviation / math.sqrt(w.numel())
    assert w.is_leaf
    assert w.requires_grad


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 2, 3)])
def test_an_orthogonal_weight_has_orthonormal_rows_or_columns(shape: tuple[int, ...]) -> None:
    w = init.orthogonal_(ad.empty(*shape, dtype=ad.float64)).reshape(shape[0], -1)
    gram = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    assert ad.allclose(gram, ad.eye(len(gram), dtype=ad.float64))


def test_truncated_normal_numbers_stay_within_their_bounds() -> None:
    w = init.trunc_normal_(ad.empty(1000), mean=1.0, std=2.0, a=0.0, b=1.5)
    assert 0 <= w.min().item() < 0.05
    assert 1.45 < w.max().item() <= 1.5


def test_a_dirac_convolution_gives_back_its_channels() -> None:
    x = ad.randn(1, 4, 5)
    w = init.dirac_(ad.empty(4, 2, 3), groups=2)
    assert ad.equal(ad.nn.functional.conv1d(x, w, padding=1, groups=2), x)


def test_gains_are_those_of_torch() -> None:
    torch = pytest.importorskip("torch")
    for name in ("linear", "conv2d", "sigmoid", "tanh", "relu", "selu", "leaky_relu"):
        assert init.calculate_gain(name) == pytest.approx(torch.nn.init.calculate_gain(name))
    assert init.calculate_gain("leaky_relu", 0.3) == pytest.approx(torch.nn.init.calculate_gain("leaky_relu", 0.3))


def test_an_unknown_nonlinearity_is_refused() -> None:
    with pytest.raises(ValueError, match="Unsupported nonlinearity"):
        init.calculate_gain("rellu")
