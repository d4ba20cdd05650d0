"""The loss of classes and its derivative by compiled kernels, against their formulas in more digits."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

from adjoint.native import classes

from .conftest import ELEMENTS, compiled


def scores(m: int, n: int, element: str) -> tuple[Any, Any]:
    random = np.random.default_rng(m * n)
    return (5 * random.standard_normal((m, n))).astype(ELEMENTS[element]), random.integers(0, n, m)


def truth(x: Any, target: Any) -> tuple[float, Any]:
    """The sum of the losses, and softmax less one-hot, in 60 digits."""
    with mpmath.workdps(60):
        loss, slopes = mpmath.mpf(0), np.zeros(x.shape)
        for i, (row, c) in enumerate(zip(x.tolist(), target, strict=True)):
            shares = [mpmath.exp(v) for v in map(mpmath.mpf, row)]
            total = mpmath.fsum(shares)
            loss += mpmath.log(total) - mpmath.mpf(row[c])
            slopes[i] = [float(s / total) for s in shares]
            slopes[i, c] = -float(mpmath.fsum(shares[:c] + shares[c + 1:]) / total)
        return float(loss), slopes


@pytest.mark.parametrize(("m", "n"), [(32, 10), (16, 16), (9, 33), (256, 1), (3, 130)])
def test_losses_and_slopes_are_right_on_every_processor(m: int, n: int, element: str, cpu: str | None) -> None:
    kernels = compiled(classes, element, cpu)
    x, target = scores(m, n, element)
    eps = np.finfo(x.dtype).eps
    loss, slopes = truth(x, target)
    out = kernels["class_loss"](0.5, x, target)
    assert (out.shape, out.dtype) == ((), x.dtype)
    assert abs(out - 0.5 * loss) <= 4 * eps * abs(loss) + 1e-50
    out = kernels["class_slopes"](-2.0, x, target)
    assert (out.shape, out.dtype) == (x.shape, x.dtype)
    # the greatest error is that of x less its row's greatest, some 20 apart
    np.testing.assert_allclose(out, -2 * slopes, rtol=60 * eps, atol=0)


def test_a_loss_keeps_its_digits_near_zero(element: str, cpu: str | None) -> None:
    kernels = compiled(classes, element, cpu)
    far = 30.0 if element == "float" else 60.0
    x, target = np.full((64, 4), -far, ELEMENTS[element]), np.zeros(64, np.int64)
    x[:, 0] = 0
    share = float(3 * mpmath.exp(-far))
    np.testing.assert_allclose(kernels["class_loss"](1.0, x, target), 64 * share, rtol=1e-6)
    np.testing.assert_allclose(kernels["class_slopes"](1.0, x, target)[:, 0], -share, rtol=1e-6)
    target += 1
    np.testing.assert_allclose(kernels["class_loss"](1.0, x, target), 64 * far, rtol=1e-6)


def test_scores_that_are_not_finite_give_what_the_formula_gives(element: str, cpu: str | None) -> None:
    kernels = compiled(classes, element, cpu)
    x, target = np.zeros((64, 8), ELEMENTS[element]), np.zeros(64, np.int64)
    x[0, 1] = -np.inf  # has no share
    assert np.isclose(kernels["class_loss"](1.0, x, target), 63 * np.log(8) + np.log(7))
    assert kernels["class_slopes"](1.0, x, target)[0, 1] == 0
    x[0, 0] = -np.inf  # nor has the class itself
    assert kernels["class_loss"](1.0, x, target) == np.inf
    for value in (np.nan, np.inf):
        x[1, 5] = value
        assert np.isnan(kernels["class_loss"](1.0, x, target))
        assert np.isnan(kernels["class_slopes"](1.0, x, target)[1]).all()


def test_classes_that_are_no_columns_are_left_to_numpy(element: str) -> None:
    kernels = compiled(classes, element, None)
    x, target = scores(32, 10, element)
    for bad in (10, -1, 2**62):
        wrong = target.copy()
        wrong[31] = bad
        assert kernels["class_loss"](1.0, x, wrong) is None
        assert kernels["class_slopes"](1.0, x, wrong) is None


def test_what_lies_otherwise_is_left_to_numpy(element: str) -> None:
    class_loss = compiled(classes, element, None)["class_loss"]
    x, target = scores(32, 10, element)
    assert class_loss(1.0, x, target) is not None
    assert class_loss(1, x, target) is None
    assert class_loss(1.0, np.asfortranarray(x), target) is None
    assert class_loss(1.0, x, target.astype(np.int32)) is None
    assert class_loss(1.0, x, target[:31]) is None
