"""softmax, log_softmax and their derivatives by compiled kernels, against their formulas in long doubles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint as ad
from adjoint.native import softmax
from adjoint.native.sizes import MANY

from .conftest import ELEMENTS, compiled

F = ad.nn.functional


def scores(n: int, element: str, spread: float = 3.0) -> Any:
    random = np.random.default_rng(n)
    return (spread * random.standard_normal((-(-MANY // n), n))).astype(ELEMENTS[element])


def shares(x: Any) -> Any:
    e = np.exp(x.astype(np.longdouble) - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("n", [1, 5, 16, 33, 200, 4096])
def test_values_and_pulled_cotangents_are_right_for_rows_of_every_length(n: int, element: str, cpu: str | None) -> None:
    kernels = compiled(softmax, element, cpu)
    x, ct = scores(n, element), scores(n, element, 1.0)
    eps = np.finfo(x.dtype).eps
    p, wide = shares(x), ct.astype(np.longdouble)
    np.testing.assert_allclose(kernels["softmax"](x), p, rtol=40 * eps)
    np.testing.assert_allclose(kernels["log_softmax"](x), np.log(p), rtol=8 * eps, atol=20 * eps)
    size = np.abs(p * wide).sum(axis=1, keepdims=True)
    pulled = kernels["softmax_pulled"](ct, p.astype(x.dtype))
    assert np.all(np.abs(pulled - p * (wide - (p * wide).sum(axis=1, keepdims=True))) <= 40 * eps * (size + np.abs(ct)))
    pulled = kernels["log_softmax_pulled"](ct, np.log(p).astype(x.dtype))
    size = np.abs(wide).sum(axis=1, keepdims=True)
    assert np.all(np.abs(pulled - (wide - p * wide.sum(axis=1, keepdims=True))) <= 40 * eps * (size + 1))


def test_digits_are_kept_where_one_entry_has_nearly_all_the_weight(element: str, cpu: str | None) -> None:
    kernels = compiled(softmax, element, cpu)
    far = 30.0 if element == "float" else 60.0
    x = np.full((MANY // 4, 4), -far, ELEMENTS[element])
    x[:, 1] = 0
    small = np.exp(-far)
    out = kernels["log_softmax"](x)
    np.testing.assert_allclose(out[:, 1], -3 * small, rtol=1e-6)
    ct = np.resize(np.array([1, 2, 3, 5], x.dtype), x.shape)
    p = kernels["softmax"](x)
    np.testing.assert_allclose(kernels["softmax_pulled"](ct, p)[0], small * np.array([-1, -3, 1, 3]), rtol=1e-6)
    np.testing.assert_allclose(kernels["log_softmax_pulled"](ct, out)[0], [1, -9, 3, 5], rtol=1e-6)
    np.testing.assert_allclose(kernels["log_softmax_pulled"](x + far, out)[0, 1], 3 * far * small, rtol=1e-6)


def test_entries_that_are_not_finite_and_ties_give_what_the_formula_gives(element: str, cpu: str | None) -> None:
    kernels = compiled(softmax, element, cpu)
    x = np.zeros((MANY // 4, 4), ELEMENTS[element])
    x[0, :3], x[1], x[2, 0], x[3, 0] = -np.inf, -np.inf, np.inf, np.nan
    with np.errstate(invalid="ignore"):
        expected = np.exp(x - x.max(axis=1, keepdims=True))
        expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(kernels["softmax"](x), expected)
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(kernels["log_softmax"](x), np.log(expected), rtol=1e-6)
    ct = np.ones_like(x)
    np.testing.assert_array_equal(kernels["softmax_pulled"](ct, expected.astype(x.dtype))[[0, 4]], 0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_gradients_of_many_are_pytorchs_to_second_order(name: str, dtype: str) -> None:
    torch = pytest.importorskip("torch")
    random = np.random.default_rng(0)
    data, weights = random.standard_normal((2, 40, 120)), random.standard_normal((2, 40, 120))

    def derivatives(T: Any) -> list[Any]:
        x = T.tensor(data, dtype=getattr(T, dtype), requires_grad=True)
        y = getattr(T.nn.functional, name)(x, -1)
        (g,) = T.autograd.grad((y * T.tensor(weights, dtype=y.dtype)).sum(), x, create_graph=True)
        (h,) = T.autograd.grad((g * g).sum(), x)
        return [v.detach().numpy() for v in (y, g, h)]

    tolerance = 2e-5 if dtype == "float32" else 1e-13
    for got, want in zip(derivatives(ad), derivatives(torch), strict=True):
        np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)


def test_a_masked_row_of_many_has_no_gradient_where_it_is_masked() -> None:
    x = ad.randn(64, 128, requires_grad=True)
    mask = ad.arange(128) < ad.arange(1, 65)[:, None]
    p = F.softmax(x.masked_fill(~mask, -np.inf), -1)
    (p * p).sum().backward()
    assert (x.grad[~mask] == 0).all()
    assert x.grad.isfinite().all()
