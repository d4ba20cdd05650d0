"""From some size on, ops take another way than on few elements: the results are the same."""

from typing import Any

import numpy as np
import pytest

import adjoint as ad
from adjoint.core.choose import MANY, either

RANDOM = np.random.default_rng(0)
SPECIAL = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 1e-30])
F = ad.nn.functional


def many(dtype: Any) -> np.ndarray:
    """More than MANY numbers, among them the special ones in both halves of every selection."""
    return np.concatenate([RANDOM.standard_normal(MANY), np.repeat(SPECIAL, 2)]).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64, np.complex128])
def test_either_is_where(dtype: Any) -> None:
    with np.errstate(invalid="ignore"):
        x, y = many(dtype), many(dtype)[::-1]
    mask = RANDOM.random(x.size) < 0.5
    for a, b in ((x, y), (x, np.array(3, dtype)), (np.array(2, dtype), y), (np.array(2, dtype), np.array(3, dtype)),
                 (x, 1.5), (np.arange(x.size), y)):
        np.testing.assert_array_equal(either(mask, a, b), np.where(mask, a, b), strict=True)
    square = x[:4096].reshape(64, 64)
    np.testing.assert_array_equal(either(square.T > 0, square.T, square), np.where(square.T > 0, square.T, square))


def test_a_selection_of_many_is_exact() -> None:
    x = ad.tensor(many(np.float64), requires_grad=True)
    chosen = ad.where(x > 0, ad.log(x), 0.0)
    ct = ad.tensor(np.where(x.detach().numpy() > 0, 1.0, np.nan))
    chosen.backward(ct)
    positive = x.detach().numpy() > 0
    assert (x.grad.numpy()[~positive] == 0).all()
    np.testing.assert_allclose(x.grad.numpy()[positive], 1 / x.detach().numpy()[positive])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("name", "function"), [
    ("relu", F.relu), ("leaky_relu", F.leaky_relu), ("a steep leaky_relu", lambda x: F.leaky_relu(x, 2.0)),
    ("elu", F.elu), ("celu", F.celu), ("silu", F.silu), ("sigmoid", ad.sigmoid), ("softplus", F.softplus),
    ("clamp", lambda x: x.clamp(-0.5, 0.7)), ("clamp from below", lambda x: x.clamp(min=0.1)),
    ("lerp", lambda x: ad.lerp(x, 2 * x, 0.3)), ("hardtanh", F.hardtanh)])
def test_many_elements_get_what_few_get(name: str, function: Any, dtype: Any) -> None:
    data = many(dtype)

    def both(part: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x = ad.tensor(part, requires_grad=True)
        y = function(x)
        y.backward(ad.ones_like(y))
        return y.detach().numpy(), x.grad.numpy()

    value, slope = both(data)
    few = [both(part) for part in np.array_split(data, 4)]
    np.testing.assert_allclose(value, np.concatenate([v for v, _ in few]), rtol=1e-6)
    np.testing.assert_allclose(slope, np.concatenate([g for _, g in few]), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("largest", [True, False])
@pytest.mark.parametrize("dim", [0, 1, -1])
def test_the_top_of_long_rows_is_the_begin_of_the_sorted_rows(largest: bool, dim: int) -> None:
    x = ad.tensor(RANDOM.permutation(100 * 90).reshape(100, 90).astype(np.float64))
    x[3, 4] = float("nan")
    values, places = ad.topk(x, 5, dim=dim, largest=largest)
    wanted, order = ad.sort(x, dim=dim, descending=largest)
    assert places.tolist() == order.narrow(dim, 0, 5).tolist()
    np.testing.assert_array_equal(values.numpy(), wanted.narrow(dim, 0, 5).numpy())


@pytest.mark.parametrize("equation", ["bij,bjk->bik", "jbi,bjk->bik", "ij,jk->ik", "ij,kj->ik", "ij,kj->ki", "i,i->",
                                      "bhid,bhjd->bhij", "ab,cb->ac", "ij,j", "ibj,jb->ib"])
def test_a_product_of_two_is_numpys_for_every_layout(equation: str) -> None:
    terms = equation.partition("->")[0].split(",")
    sizes = dict(zip(sorted(set(equation) - set(",->")), (7, 8, 9, 10, 11, 12), strict=False))
    x, y = [RANDOM.standard_normal([sizes[c] for c in t]) for t in terms]
    wanted = np.einsum(equation, x, y)
    for a in (x, x.T.copy().T):
        for b in (y, y.T.copy().T):
            np.testing.assert_allclose(ad.einsum(equation, ad.tensor(a), ad.tensor(b)).numpy(), wanted, rtol=1e-12)


@pytest.mark.parametrize("shift", [0, -1])
def test_many_elements_that_several_arrays_name_are_scattered_back(shift: int) -> None:
    x = ad.zeros(60, 100, dtype=ad.float64, requires_grad=True)
    rows, columns = RANDOM.integers(0, 60, (60, 1)) + shift, RANDOM.integers(0, 100, (60, 90)) + shift
    ct = RANDOM.standard_normal((60, 90))
    x[ad.tensor(rows), ad.tensor(columns)].backward(ad.tensor(ct))
    expected = np.zeros((60, 100))
    np.add.at(expected, (rows, columns), ct)
    np.testing.assert_allclose(x.grad.numpy(), expected, rtol=0, atol=1e-12)
