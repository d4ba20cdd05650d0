"""What ufuncs do beside giving a value: writes, refusals, warnings, NumPy's dtypes; and adjoint.numpy's own names."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import adjoint as ad
import adjoint.numpy as anp


def leaf(*values: float) -> Any:
    """A tracked tensor in double precision."""
    return ad.tensor(values, requires_grad=True, dtype=ad.float64)


def test_a_traced_value_is_not_written_into_a_plain_array() -> None:
    x, plain = leaf(1.0, 2.0), np.zeros(2)
    for write in (lambda: np.add(x, 1.0, out=plain), lambda: np.add.at(plain, [0], x[0]),
                  lambda: np.sum(x, axis=0, out=plain[0, ...]), lambda: np.add.reduce(x, out=plain[0, ...])):
        with pytest.raises(ad.errors.WriteError, match="plain"):
            write()
    with pytest.raises(ad.errors.WriteError):
        plain += x
    assert plain.tolist() == [0.0, 0.0]


def test_an_untracked_tensor_is_written_into_a_plain_array() -> None:
    plain = np.zeros(2)
    assert np.add(ad.tensor([1.0, 2.0]), 1.0, out=plain) is plain
    assert plain.tolist() == [2.0, 3.0]


def test_out_is_a_write_that_is_differentiated() -> None:
    x = leaf(1.0, 2.0)
    target = ad.zeros(2, dtype=ad.float64)
    assert np.multiply(x, x, out=target) is target
    np.sum(target * x).backward()
    assert x.grad.tolist() == [3.0, 12.0]


def test_out_is_not_cast_to_a_lesser_kind() -> None:
    with pytest.raises(TypeError, match="same_kind"):
        np.add(leaf(1.0), 1.0, out=np.zeros(1, int))


def test_what_a_where_mask_leaves_out_does_not_warn() -> None:
    with np.errstate(all="raise"):
        slope = ad.grad(lambda x: np.sum(np.log(x, where=x > 0, out=np.zeros_like(x))))(np.array([-1.0, 0.0, 2.0]))
    assert slope.tolist() == [0.0, 0.0, 0.5]


def test_at_applies_a_repeated_index_again() -> None:
    x = leaf(2.0, 3.0)
    target = x * 1
    np.multiply.at(target, [0, 0, 1], np.array([5.0, 7.0, 1.0]))
    assert target.tolist() == [70.0, 3.0]
    target.sum().backward()
    assert x.grad.tolist() == [35.0, 1.0]


def test_integers_become_what_numpy_makes_of_them() -> None:
    kinds = []

    def f(x: Any) -> Any:
        n = np.argsort(x)
        kinds.extend([np.mean(n).dtype, np.sum(n > 0).dtype, np.add.reduce(n).dtype, np.median(n).dtype])
        return np.sum(x * [1, 2, 3])

    assert ad.grad(f)(np.array([3.0, 1.0, 2.0])).tolist() == [1.0, 2.0, 3.0]
    assert kinds == [np.dtype(float), np.dtype(np.int64), np.dtype(np.int64), np.dtype(float)]


def test_a_nan_is_not_passed_over_by_plain_reductions() -> None:
    x = leaf(1.0, float("nan"))
    assert all([np.isnan(f(x).item()) for f in (np.sum, np.max, np.median, lambda v: np.quantile(v, 0.2), np.ptp)])
    assert np.isnan(np.nanmax(leaf(float("nan"))).item())


def test_infinite_neighbours_do_not_spoil_a_quantile() -> None:
    x = leaf(1.0, 2.0, float("inf"))
    y = np.quantile(x, 0.5)
    y.backward()
    assert y.item() == 2.0
    assert x.grad.tolist() == [0.0, 1.0, 0.0]


def test_a_standard_deviation_of_equals_has_slope_zero() -> None:
    for f in (np.std, np.nanstd, lambda x: np.std(x, where=[True, True, False])):
        assert ad.grad(f)(np.ones(3)).tolist() == [0.0, 0.0, 0.0]


def test_wrong_arguments_are_refused_as_numpy_refuses_them() -> None:
    x = leaf(1.0, 2.0)
    for call, error in ((lambda: np.sum(x, axis=3), np.exceptions.AxisError),
                        (lambda: np.quantile(x, 1.5), ValueError),
                        (lambda: np.max(x, where=[True, False]), ValueError),
                        (lambda: np.average(x, weights=[1.0, -1.0]), ZeroDivisionError),
                        (lambda: np.subtract.reduce(ad.ones(2, 2), axis=(0, 1)), ValueError),
                        (lambda: np.choose([2, 0], [x, x]), ValueError),
                        (lambda: np.sort(x, order="name"), ValueError)):
        with pytest.raises(error):
            call()


def test_a_programs_own_rule_for_a_numpy_function_stays() -> None:
    code = ("import numpy as np, adjoint as ad; ad.extend.custom(np.ptp, lambda ct, s: 7 * np.ones_like(s.x) * ct, "
            "saves=('x',), single=True); x = ad.ones(2, requires_grad=True); np.ptp(x).backward(); "
            "np.median(x); print(x.grad.tolist())")
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                         env={"PYTHONPATH": ":".join(sys.path)}).stdout
    assert out.strip() == "[7.0, 7.0]"


def test_the_namespace_has_numpys_names() -> None:
    assert anp.sin is np.sin
    assert anp.pi == np.pi
    assert set(np.__all__) - {"test"} <= set(dir(anp))
    assert anp.asarray([1.0, 2.0]).tolist() == [1.0, 2.0]
    assert anp.array([leaf(1.0)[0], 2.0], ndmin=2).shape == (1, 2)
