"""Builtins as Python sees them: what they refuse, what they hold, and how a new one is written."""

from __future__ import annotations

import sys
import threading

import numpy as np
import pytest

from adjoint.native import builtin, engine, pointwise, products
from adjoint.native.builtin import Builtin
from adjoint.native.ir import Vector

from .conftest import ELEMENTS, compiled


def test_this_python_and_numpy_are_supported() -> None:
    builtin.supported.cache_clear()
    assert builtin.supported()


def test_pointwise_builtins_take_every_shape_in_order(element: str, cpu: str | None) -> None:
    kernels = compiled(pointwise, element, cpu)
    random = np.random.default_rng(0)
    for shape in ((), (0,), (1,), (17,), (5, 0, 3), (4, 5, 6), (2, 1, 3, 1, 5)):
        x, ct = (random.standard_normal(shape).astype(ELEMENTS[element]) for _ in range(2))
        for got, want in ((kernels["relu"](x), np.maximum(x, 0)), (kernels["passed"](ct, x), np.where(x > 0, ct, 0))):
            np.testing.assert_array_equal(got, want)
            assert (got.shape, got.dtype) == (x.shape, x.dtype)


def test_relu_passes_nan_and_the_cotangent_of_nan_and_drops_what_was_cut(element: str) -> None:
    kernels = compiled(pointwise, element, None)
    x = np.array([np.nan, -np.inf, np.inf, -0.0, 1], ELEMENTS[element])
    np.testing.assert_array_equal(kernels["relu"](x), [np.nan, 0, np.inf, 0, 1])
    ct = np.array([2, np.inf, 3, np.nan, np.nan], ELEMENTS[element])
    np.testing.assert_array_equal(kernels["passed"](ct, kernels["relu"](x)), [2, 0, 3, 0, np.nan])


def test_one_element_that_is_not_finite_is_found_wherever_it_stands(element: str, cpu: str | None) -> None:
    finite = compiled(pointwise, element, cpu)["finite"]
    largest = np.finfo(ELEMENTS[element]).max
    for n in (0, 1, 15, 16, 63, 64, 65, 300):
        x = np.full(n, largest, ELEMENTS[element])
        assert finite(x) is True
        for i in range(n):
            for value in (np.nan, np.inf, -np.inf):
                x[i] = value
                assert finite(x) is False
            x[i] = -largest
    assert finite(np.zeros((4, 4), ELEMENTS[element])[:, ::2]) is None


def test_a_builtin_refuses_what_it_does_not_take(element: str) -> None:
    kernels = compiled(pointwise, element, None)
    x = np.ones((3, 4), ELEMENTS[element])
    for wrong in (x.T, x[:, ::2], x.astype(np.int64), x.view(np.matrix), x[0, 0], 1.0, "x", None, [1.0]):
        assert kernels["relu"](wrong) is None
    for count in ((), (x, x)):
        assert kernels["relu"](*count) is None
    assert kernels["passed"](x, x[:2]) is None
    assert kernels["passed"](x, x.reshape(4, 3)) is None
    assert kernels["passed"](x, x[0]) is None
    with pytest.raises(TypeError, match="keyword"):
        kernels["relu"](x=x)


def test_a_builtin_holds_nothing_when_it_has_returned() -> None:
    kernels = {**compiled(products, "float", None), **compiled(pointwise, "float", None)}
    x, y = np.ones((64, 64), np.float32), np.ones((64, 64), np.float32)
    counts = [sys.getrefcount(v) for v in (x, y, x.dtype)]
    none = sys.getrefcount(None)
    for _ in range(1000):
        for z in (kernels["matmul"](x, y), kernels["matmul"](x, y.T), kernels["relu"](x)):
            assert sys.getrefcount(z) == 3  # z, the tuple, the call
        kernels["relu"](x.T)
    del z
    assert [sys.getrefcount(v) for v in (x, y, x.dtype)] == counts
    assert abs(sys.getrefcount(None) - none) < 100


def test_results_are_arrays_that_own_writable_memory() -> None:
    z = compiled(products, "float", None)["matmul"](np.ones((64, 64), np.float32), np.ones((64, 64), np.float32))
    assert z.flags.owndata
    assert z.flags.writeable
    assert z.flags.aligned


def test_builtins_may_run_in_several_threads() -> None:
    matmul = compiled(products, "double", None)["matmul"]
    random = np.random.default_rng(0)
    pairs = [(random.standard_normal((40, 50)), random.standard_normal((50, 60))) for _ in range(8)]
    wrong = []

    def work(x: np.ndarray, y: np.ndarray) -> None:
        for _ in range(200):
            if not np.allclose(matmul(x, y), x @ y):
                wrong.append(x)

    threads = [threading.Thread(target=work, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_builtin_can_raise_for_want_of_memory() -> None:
    f = Builtin("much", 0)
    out, _ = f.new("double", str(2**58))
    f.give(out)
    f.finish()
    much = builtin.bind(engine.Code([f], engine.host()), "much")
    with pytest.raises((MemoryError, ValueError)):
        much()


def test_a_loop_carries_values_and_runs_not_at_all_for_an_empty_range() -> None:
    f = Builtin("power", 2)
    base, x = f.real(0), f.in_order(1, "double", 1)
    out, z = f.new("double")
    with f.loop(x.shape[0], carry=[("double", "1.0")]) as loop:
        loop.next = [f.let(f"fmul double {loop.values[0]}, {base}")]
    f.store("double", loop.results[0], z)
    f.give(out)
    f.finish()
    power = builtin.bind(engine.Code([f], engine.host()), "power")
    assert [float(power(3.0, np.zeros(n))) for n in range(4)] == [1, 3, 9, 27]


def test_vectors_say_how_llvm_names_them() -> None:
    assert str(Vector("float", 16)) == "<16 x float>"
    assert Vector("double", 8).suffix == "v8f64"
