"""Products of small matrices by compiled kernels, against products in twice the digits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint as ad
from adjoint.native import products
from adjoint.native.sizes import LEAST_LINES, LEAST_WORK, MOST_DEPTH, MOST_WORK

from .conftest import ELEMENTS, compiled

# rows, depth, columns: whole tiles; remainders of every kind; thin and flat ones; the deepest, the largest
SHAPES = [(32, 64, 32), (33, 65, 47), (31, 40, 31), (8, 256, 256), (256, 256, 8), (256, 2, 256), (9, 70, 80),
          (100, 50, 11), (17, 129, 18), (9, 1024, 10), (128, 128, 128)]


def matrices(shape: tuple[int, int, int], element: str) -> tuple[Any, Any]:
    m, k, n = shape
    random = np.random.default_rng(sum(shape))
    dtype = ELEMENTS[element]
    return random.standard_normal((m, k)).astype(dtype), random.standard_normal((k, n)).astype(dtype)


def assert_product(out: Any, x: Any, y: Any, more: Any = 0.0) -> None:
    """Within the bound of any order of summation (Higham 2002, Accuracy and Stability of Numerical Algorithms, 3.5)."""
    wide = np.longdouble if x.dtype == np.float64 else np.float64
    exact = x.astype(wide) @ y.astype(wide) + more
    size = np.abs(x).astype(wide) @ np.abs(y).astype(wide) + np.abs(more)
    assert out.dtype == x.dtype
    assert out.shape == exact.shape
    assert out.flags.c_contiguous
    assert np.all(np.abs(out - exact) <= (x.shape[1] + 2) * np.finfo(x.dtype).eps * size)


def layouts(x: Any) -> dict[str, Any]:
    wide = np.zeros((x.shape[0], x.shape[1] + 3), x.dtype)
    wide[:, 1:-2] = x
    return {"by rows": x, "by columns": np.asfortranarray(x), "within a wider one": wide[:, 1:-2],
            "upside down": np.ascontiguousarray(x[::-1])[::-1]}


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_products_are_right_in_every_layout_on_every_processor(shape: Any, element: str, cpu: str | None) -> None:
    matmul = compiled(products, element, cpu)["matmul"]
    x, y = matrices(shape, element)
    done = 0
    for p in layouts(x).values():
        for q in layouts(y).values():
            out = matmul(p, q)
            if out is not None:
                done += 1
                assert_product(out, x, y)
    assert done >= 9


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_affine_map_is_right_on_every_processor(shape: Any, element: str, cpu: str | None) -> None:
    affine = compiled(products, element, cpu)["affine"]
    x, y = matrices(shape, element)
    b = np.linspace(-3, 3, y.shape[1]).astype(x.dtype)
    assert_product(affine(x, np.ascontiguousarray(y.T), b), x, y, more=b)


def test_column_sums_are_right_on_every_processor(element: str, cpu: str | None) -> None:
    column_sums = compiled(products, element, cpu)["column_sums"]
    for m, n in ((64, 64), (600, 8), (1, 4100), (70, 83), (512, 129), (4200, 9)):
        x, _ = matrices((m, n, 1), element)
        assert_product(column_sums(x)[None], np.ones((1, m), x.dtype), x)


@pytest.mark.parametrize("columns", [1, 2, 16])
def test_a_long_column_keeps_its_digits(columns: int) -> None:
    x = ad.full((1_000_000, 1), 0.1)
    bias = ad.zeros(columns, requires_grad=True)
    ad.nn.functional.linear(x, ad.zeros(columns, 1), bias).backward(x.expand(-1, columns))
    np.testing.assert_allclose(bias.grad.numpy(), 1e5, rtol=2e-5)


def test_no_element_depends_on_how_the_matrix_is_cut(element: str, cpu: str | None) -> None:
    matmul = compiled(products, element, cpu)["matmul"]
    x, y = matrices((61, 120, 75), element)
    whole = matmul(x, y)
    np.testing.assert_array_equal(matmul(x[3:50], y), whole[3:50])
    np.testing.assert_array_equal(matmul(x, y[:, 5:60]), whole[:, 5:60])
    np.testing.assert_array_equal(matmul(x, np.asfortranarray(y)), whole)
    np.testing.assert_array_equal(matmul(np.asfortranarray(x), y), whole)


def test_infinities_and_nan_stay_in_their_rows_and_columns(element: str, cpu: str | None) -> None:
    matmul = compiled(products, element, cpu)["matmul"]
    x, y = matrices((33, 40, 41), element)
    x[32, 7], y[9, 40] = np.nan, np.inf
    for q in (y, np.asfortranarray(y)):
        out = matmul(x, q)
        assert np.isnan(out[32]).all()
        assert np.isinf(out[:32, 40]).all()
        assert np.isfinite(out[:32, :40]).all()


def test_what_is_too_small_too_large_or_lies_otherwise_is_left_to_numpy(element: str) -> None:
    matmul = compiled(products, element, None)["matmul"]
    x, y = matrices((128, 128, 128), element)
    assert matmul(x, y) is not None
    for m, k, n in ((7, 128, 128), (128, 128, 7), (8, 1025, 8)):  # flat, thin, deep
        assert m < LEAST_LINES or n < LEAST_LINES or k > MOST_DEPTH
        assert matmul(*matrices((m, k, n), element)) is None
    assert 128 * 128 * 129 > MOST_WORK
    assert matmul(x, np.ones((128, 129), x.dtype)) is None
    assert 31 * 31 * 33 < LEAST_WORK
    assert matmul(x[:31, :31].copy(), y[:31, :33].copy()) is None
    assert matmul(x[:, ::2], y[:64]) is None
    assert matmul(x.T, y.T) is None
    assert matmul(x[:, :100], y) is None
    assert matmul(x[0], y) is None
    assert matmul(x[None], y[None]) is None
    assert matmul(x, y.astype(np.float16)) is None
    assert matmul(x.astype(x.dtype.newbyteorder()), y) is None
    far = np.lib.stride_tricks.as_strided(x, (1024, 2**44 + 1), (x.itemsize, 0))
    assert matmul(far, far.T) is None  # whose number of multiplications is none in 64 bits
    unaligned = np.frombuffer(b"\0" + x.tobytes(), np.uint8)[1:].view(x.dtype).reshape(128, 128)
    assert matmul(unaligned, y) is None
    assert matmul(x.view(np.matrix), y) is None
