"""Sums, products, quotients and remainders by PyTorch's names. Powers are in functions/powers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import dtypes, fast_untracked, memory
from ..core.dispatch import result_dtype
from ..core.fast import at_once
from ..core.tensor import TensorBase
from ..errors import DtypeError, RangeError
from ..ops import arithmetic as ar
from .writing import deliver, inplace, inplaces

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["add", "addcdiv", "addcmul", "div", "divide", "floor_divide", "fmod", "lerp", "mul", "multiply", "neg",
           "neg_", "negative", "negative_", "positive", "reciprocal", "reciprocal_", "remainder", "rsub", "sub",
           "subtract", "true_divide"]


def _scaled(other: Any, alpha: Any, input: Any) -> Any:
    """alpha * other."""
    if isinstance(alpha, (float, complex)):
        if result_dtype((input, other)).category < dtypes.FLOAT:
            raise DtypeError("For integral input tensors, argument alpha must not be a floating point number.")
    return ar.multiply(other, alpha)


def check_divisor(input: Any, other: Any) -> None:
    """ZeroDivisionError where integers would be divided by zero."""
    y = memory.peek(other) if isinstance(other, TensorBase) else np.asarray(other)
    if y.dtype.kind in "biu" and not y.all() and not _inexact(input):
        raise RangeError("ZeroDivisionError: division of integers by zero; divide floating-point tensors")


def _inexact(x: Any) -> bool:
    """Whether a tensor or number is floating-point or complex."""
    return memory.peek(x).dtype.kind in "fcV" if isinstance(x, TensorBase) else isinstance(x, (float, complex))


def add(input: Tensor, other: Any, *, alpha: Any = 1, out: Tensor | None = None) -> Tensor:
    """input + alpha * other, broadcast and promoted.

    >>> import adjoint as ad
    >>> ad.add(ad.tensor([1., 2.]), 1, alpha=10)
    tensor([11., 12.])
    """
    result = ar.add(input, other if alpha == 1 else _scaled(other, alpha, input))
    return result if out is None else deliver(result, out)


def sub(input: Tensor, other: Any, *, alpha: Any = 1, out: Tensor | None = None) -> Tensor:
    """input - alpha * other, broadcast and promoted. DtypeError for two bool tensors.

    >>> import adjoint as ad
    >>> ad.sub(ad.tensor([1., 2.]), 1)
    tensor([0., 1.])
    """
    result = ar.subtract(input, other if alpha == 1 else _scaled(other, alpha, input))
    return result if out is None else deliver(result, out)


def rsub(input: Tensor, other: Any, *, alpha: Any = 1) -> Tensor:
    """other - alpha * input.

    >>> import adjoint as ad
    >>> ad.rsub(ad.tensor([1., 2.]), 1)
    tensor([ 0., -1.])
    """
    return ar.rsub(input if alpha == 1 else _scaled(input, alpha, other), other)


def mul(input: Tensor, other: Any, *, out: Tensor | None = None) -> Tensor:
    """input * other, broadcast and promoted.

    >>> import adjoint as ad
    >>> ad.mul(ad.tensor([1., 2.]), 3)
    tensor([3., 6.])
    """
    result = ar.multiply(input, other)
    return result if out is None else deliver(result, out)


def div(input: Tensor, other: Any, *, rounding_mode: str | None = None, out: Tensor | None = None) -> Tensor:
    """input / other, broadcast and promoted; "floor" or "trunc" round the quotient.

    Integers give the default floating-point dtype, except when the quotient is rounded.

    >>> import adjoint as ad
    >>> ad.div(ad.tensor([7, -7]), 2, rounding_mode="trunc")
    tensor([ 3, -3])
    """
    if rounding_mode is None:
        result = ar.divide(input, other)
    elif rounding_mode == "floor":
        check_divisor(input, other)
        result = ar.floor_quotient(input, other)
    elif rounding_mode == "trunc":
        check_divisor(input, other)
        result = ar.trunc_quotient(input, other)
    else:
        raise RangeError("div expected rounding_mode to be one of None, 'trunc', or 'floor' but found "
                         f"'{rounding_mode}'")
    return result if out is None else deliver(result, out)


def floor_divide(input: Tensor, other: Any, *, out: Tensor | None = None) -> Tensor:
    """floor(input / other); RangeError where integers are divided by zero.

    >>> import adjoint as ad
    >>> ad.floor_divide(ad.tensor([7, -7]), 2)
    tensor([ 3, -4])
    """
    check_divisor(input, other)
    result = ar.floor_divide(input, other)
    return result if out is None else deliver(result, out)


def remainder(input: Any, other: Any, *, out: Tensor | None = None) -> Tensor:
    """What is left of input after division by other, with the sign of other: Python's %.

    >>> import adjoint as ad
    >>> ad.remainder(ad.tensor([7, -7]), 3)
    tensor([1, 2])
    """
    check_divisor(input, other)
    result = ar.remainder(input, other)
    return result if out is None else deliver(result, out)


def fmod(input: Tensor, other: Any, *, out: Tensor | None = None) -> Tensor:
    """What is left of input after division by other, with the sign of input: C's fmod.

    >>> import adjoint as ad
    >>> ad.fmod(ad.tensor([7, -7]), 3)
    tensor([ 1, -1])
    """
    check_divisor(input, other)
    result = ar.fmod(input, other)
    return result if out is None else deliver(result, out)


@at_once(ar.negative)
def neg(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """-input. DtypeError for bool.

    >>> import adjoint as ad
    >>> ad.neg(ad.tensor([1., -2.]))
    tensor([-1.,  2.])
    """
    return deliver(ar.negative(input), out)


def positive(input: Tensor) -> Tensor:
    """The input itself. DtypeError for bool.

    >>> import adjoint as ad
    >>> ad.positive(ad.tensor([1., -2.]))
    tensor([ 1., -2.])
    """
    if memory.peek(input).dtype.kind == "b":
        raise DtypeError("The `+` operator, on a bool tensor is not supported.")
    return input


@at_once(ar.reciprocal)
def reciprocal(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """1 / input; integers give the default floating-point dtype.

    >>> import adjoint as ad
    >>> ad.reciprocal(ad.tensor([1., 4.]))
    tensor([1.0000, 0.2500])
    """
    return deliver(ar.reciprocal(input), out)


def addcmul(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Any = 1, out: Tensor | None = None) -> Tensor:
    """input + value * tensor1 * tensor2.

    >>> import adjoint as ad
    >>> ad.addcmul(ad.tensor([1., 2.]), ad.tensor([1., 2.]), ad.tensor([1., 2.]), value=0.5)
    tensor([1.5000, 4.0000])
    """
    result = ar.addcmul(input, tensor1, tensor2, value=value)
    return result if out is None else deliver(result, out)


def addcdiv(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Any = 1, out: Tensor | None = None) -> Tensor:
    """input + value * tensor1 / tensor2. DtypeError if both tensors are integers.

    >>> import adjoint as ad
    >>> ad.addcdiv(ad.tensor([1., 2.]), ad.tensor([1., 2.]), ad.tensor([1., 2.]), value=0.5)
    tensor([1.5000, 2.5000])
    """
    if not _inexact(tensor1) and not _inexact(tensor2):
        raise DtypeError("Integer division with addcdiv is no longer supported; use "
                         "input + value * (tensor1 / tensor2) on floating-point tensors")
    result = ar.addcdiv(input, tensor1, tensor2, value=value)
    return result if out is None else deliver(result, out)


def lerp(input: Tensor, end: Tensor, weight: Any, *, out: Tensor | None = None) -> Tensor:
    """input + weight * (end - input): the point at `weight` on the way from input to end.

    DtypeError if input and end (and weight, if a tensor) have different dtypes.

    >>> import adjoint as ad
    >>> ad.lerp(ad.tensor([1., 2.]), ad.tensor([3., 6.]), 0.5)
    tensor([2., 4.])
    """
    x, y = memory.peek(input).dtype, memory.peek(end).dtype
    if x != y:
        raise DtypeError(f"expected dtype {dtypes.of(x)!r} for `end` but got dtype {dtypes.of(y)!r}")
    if isinstance(weight, TensorBase) and memory.peek(weight).dtype != x:
        raise DtypeError(f"expected dtype {dtypes.of(x)!r} for `weight` but got dtype "
                         f"{dtypes.of(memory.peek(weight).dtype)!r}")
    result = ar.lerp(input, end, weight)
    return result if out is None else deliver(result, out)


subtract, multiply, negative, divide, true_divide = sub, mul, neg, div, div
neg_, negative_, reciprocal_ = inplace(neg), inplace(neg), inplace(reciprocal)

# x += y and its kin: in the array itself where nothing is recorded and nobody else holds it.
add_into = fast_untracked.inplace(ar.add.op, inplace(ar.add))  # type: ignore[attr-defined]
sub_into = fast_untracked.inplace(ar.subtract.op, inplace(ar.subtract))  # type: ignore[attr-defined]
mul_into = fast_untracked.inplace(ar.multiply.op, inplace(ar.multiply))  # type: ignore[attr-defined]
div_into = fast_untracked.inplace(ar.divide.op, inplace(ar.divide))  # type: ignore[attr-defined]


def add_(input: Tensor, other: Any, *, alpha: Any = 1) -> Tensor:
    """This tensor, in place: input + alpha * other.

    >>> import adjoint as ad
    >>> ad.tensor([1., 2.]).add_(1)
    tensor([2., 3.])
    """
    return add_into(input, other if alpha == 1 else _scaled(other, alpha, input))


def sub_(input: Tensor, other: Any, *, alpha: Any = 1) -> Tensor:
    """This tensor, in place: input - alpha * other.

    >>> import adjoint as ad
    >>> ad.tensor([1., 2.]).sub_(1)
    tensor([0., 1.])
    """
    return sub_into(input, other if alpha == 1 else _scaled(other, alpha, input))


def mul_(input: Tensor, other: Any) -> Tensor:
    """This tensor, in place: input * other.

    >>> import adjoint as ad
    >>> ad.tensor([1., 2.]).mul_(2)
    tensor([2., 4.])
    """
    return mul_into(input, other)


class ArithmeticMethods:
    """Those of this file that are methods of a tensor, and their in-place forms."""

    __slots__ = ()
    add, sub, mul, div, neg, positive, reciprocal = add, sub, mul, div, neg, positive, reciprocal
    subtract, multiply, divide, true_divide, negative = sub, mul, div, div, neg
    floor_divide, remainder, fmod, addcmul, addcdiv, lerp = floor_divide, remainder, fmod, addcmul, addcdiv, lerp
    add_, sub_, mul_, div_, subtract_, multiply_ = add_, sub_, mul_, inplace(div), sub_, mul_
    divide_, true_divide_ = div_, div_
    neg_, negative_, reciprocal_ = neg_, negative_, reciprocal_
    floor_divide_, remainder_, fmod_ = inplaces(floor_divide, remainder, fmod)
    addcmul_, addcdiv_, lerp_ = inplaces(addcmul, addcdiv, lerp)
