"""What takes a shorter way than the general door gives what the door gives."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adjoint as ad
from adjoint.core.dispatch import general
from adjoint.ops import arithmetic as ar
from adjoint.ops import selection
from adjoint.ops import structure as st


def t(*values: Any, dtype: Any = np.float32, tracked: bool = False) -> Any:
    return ad.tensor(np.array(values, dtype), requires_grad=tracked)


INTEGERS = t(7, -3, 0, dtype=np.int64)
OPERANDS = {
    "integers": (INTEGERS, t(2, 5, -1, dtype=np.int64)),
    "an integer": (INTEGERS, 3),
    "a fraction with integers": (INTEGERS, 2.5),
    "small integers": (t(250, 7, dtype=np.uint8), t(10, 3, dtype=np.uint8)),
    "integers of two sizes": (INTEGERS, t(2, 5, 1, dtype=np.int32)),
    "a bool": (INTEGERS, True),
    "a row and a column": (t([1.0, 2.0, 3.0], tracked=True), t([4.0], [5.0], tracked=True)),
    "a number and a row": (t(1.0, 2.0, tracked=True), ad.tensor(2.0, requires_grad=True)),
    "an empty row": (t(tracked=True), t(2.0)),
    "two dtypes": (t(1.0, 2.0, tracked=True), t(3.0, 4.0, dtype=np.float64, tracked=True)),
    "halves": (t(1.0, 2.0, dtype=np.float16, tracked=True), t([3.0], [4.0], dtype=np.float16)),
    "complex numbers": (t(1 + 2j, 3, dtype=np.complex64, tracked=True), t(2, dtype=np.complex64)),
}


def same(short: Callable[[], Any], long: Callable[[], Any], operands: tuple[Any, ...]) -> None:
    try:
        wanted = long()
    except Exception as e:
        with pytest.raises(type(e)):
            short()
        return
    got = short()
    assert got.dtype == wanted.dtype
    assert got.shape == wanted.shape
    assert got.requires_grad == wanted.requires_grad
    np.testing.assert_array_equal(got.detach().numpy(), wanted.detach().numpy())
    if got.requires_grad:
        tracked = [x for x in operands if isinstance(x, ad.Tensor) and x.requires_grad]
        ct = ad.ones_like(wanted).detach()
        for a, b in zip(ad.autograd.grad(got, tracked, ct), ad.autograd.grad(wanted, tracked, ct), strict=True):
            assert a.dtype == b.dtype
            np.testing.assert_array_equal(a.numpy(), b.numpy())


@pytest.mark.parametrize("op", ["add", "subtract", "multiply", "divide", "floor_divide", "power", "remainder"])
@pytest.mark.parametrize("operands", OPERANDS.values(), ids=OPERANDS)
def test_operators_of_two(op: str, operands: tuple[Any, ...]) -> None:
    call = getattr(ar, op)
    for pair in (operands, operands[::-1]):
        same(lambda pair=pair: call(*pair), lambda pair=pair: general(call.op, pair, {}), pair)
        with ad.no_grad():
            same(lambda pair=pair: call(*pair), lambda pair=pair: general(call.op, pair, {}), pair)


def test_an_integer_that_does_not_fit_is_an_error_on_both_ways() -> None:
    with pytest.raises(OverflowError):
        general(ar.add.op, (INTEGERS, 2**70), {})
    with pytest.raises(OverflowError):
        ar.add(INTEGERS, 2**70)


@pytest.mark.parametrize("operands", OPERANDS.values(), ids=OPERANDS)
def test_selections(operands: tuple[Any, ...]) -> None:
    condition = np.array([[True], [False]])
    same(lambda: selection.select(*operands, condition=condition),
         lambda: general(selection.select.op, operands, {"condition": condition}), operands)


@pytest.mark.parametrize("operands", OPERANDS.values(), ids=OPERANDS)
@pytest.mark.parametrize("op", ["concatenate", "stack"])
def test_sequences(op: str, operands: tuple[Any, ...]) -> None:
    call = getattr(st, op)
    both = [x if isinstance(x, ad.Tensor) else ad.tensor(x) for x in operands]
    same(lambda: call(both, axis=0), lambda: general(call.op, tuple(both), {"axis": 0}), operands)


def test_a_slope_of_three_operands_is_summed_where_they_were_broadcast() -> None:
    x, y, w = t([1.0, 2.0], tracked=True), t([3.0], [4.0], tracked=True), ad.tensor(0.25, requires_grad=True)
    ad.lerp(x, y, w).sum().backward()
    assert x.grad.tolist() == [[1.5, 1.5]]
    assert y.grad.tolist() == [[0.5], [0.5]]
    assert w.grad.item() == 2 * (3 + 4) - 2 * (1 + 2)
