"""Arithmetic by PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core import fast
from ..ops import arithmetic as ar
from .writing import deliver, inplace

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["abs", "absolute", "add", "div", "divide", "mul", "multiply", "neg", "negative", "pow", "reciprocal", "rsqrt",
           "sqrt", "square", "sub", "subtract", "true_divide"]


def add(input: Tensor, other: Any, *, alpha: Any = 1, out: Tensor | None = None) -> Tensor:
    """input + alpha * other, broadcast and promoted.

    >>> import adjoint as ad
    >>> ad.add(ad.tensor([1., 2.]), 1, alpha=10)
    tensor([11., 12.])
    """
    result = ar.add(input, other if alpha == 1 else ar.multiply(other, alpha))
    return result if out is None else deliver(result, out)


def sub(input: Tensor, other: Any, *, alpha: Any = 1, out: Tensor | None = None) -> Tensor:
    """input - alpha * other, broadcast and promoted.

    >>> import adjoint as ad
    >>> ad.sub(ad.tensor([1., 2.]), 1)
    tensor([0., 1.])
    """
    result = ar.subtract(input, other if alpha == 1 else ar.multiply(other, alpha))
    return result if out is None else deliver(result, out)


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

    >>> import adjoint as ad
    >>> ad.div(ad.tensor([1., 2.]), 4)
    tensor([0.2500, 0.5000])
    """
    if rounding_mode is None:
        result = ar.divide(input, other)
    elif rounding_mode == "floor":
        result = ar.floor_divide(input, other)
    elif rounding_mode == "trunc":
        result = ar.trunc(ar.divide(input, other))
    else:
        raise RuntimeError(f"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{rounding_mode}'")
    return result if out is None else deliver(result, out)


def pow(input: Any, exponent: Any, *, out: Tensor | None = None) -> Tensor:
    """input to the power of exponent, broadcast and promoted.

    >>> import adjoint as ad
    >>> ad.pow(ad.tensor([1., 2.]), 3)
    tensor([1., 8.])
    """
    result = ar.power(input, exponent)
    return result if out is None else deliver(result, out)


def neg(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """-input.

    >>> import adjoint as ad
    >>> ad.neg(ad.tensor([1., -2.]))
    tensor([-1.,  2.])
    """
    return ar.negative(input) if out is None else deliver(ar.negative(input), out)


def abs(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The absolute value of each element; real for complex input. Its derivative at 0 is 0.

    >>> import adjoint as ad
    >>> ad.abs(ad.tensor([1., -2.]))
    tensor([1., 2.])
    """
    return ar.absolute(input) if out is None else deliver(ar.absolute(input), out)


def square(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The square of each element.

    >>> import adjoint as ad
    >>> ad.square(ad.tensor([1., -2.]))
    tensor([1., 4.])
    """
    return ar.square(input) if out is None else deliver(ar.square(input), out)


def sqrt(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The square root of each element; NaN below 0.

    >>> import adjoint as ad
    >>> ad.sqrt(ad.tensor([1., 4.]))
    tensor([1., 2.])
    """
    return ar.sqrt(input) if out is None else deliver(ar.sqrt(input), out)


def rsqrt(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """1 / sqrt(input).

    >>> import adjoint as ad
    >>> ad.rsqrt(ad.tensor([1., 4.]))
    tensor([1.0000, 0.5000])
    """
    return ar.rsqrt(input) if out is None else deliver(ar.rsqrt(input), out)


def reciprocal(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """1 / input.

    >>> import adjoint as ad
    >>> ad.reciprocal(ad.tensor([1., 4.]))
    tensor([1.0000, 0.2500])
    """
    return ar.reciprocal(input) if out is None else deliver(ar.reciprocal(input), out)


subtract, multiply, negative, absolute, divide, true_divide = sub, mul, neg, abs, div, div


# x += y and its kin: in the array itself where nothing is recorded and nobody else holds it.
add_into = fast.inplace(ar.add.op, inplace(ar.add))  # type: ignore[attr-defined]
sub_into = fast.inplace(ar.subtract.op, inplace(ar.subtract))  # type: ignore[attr-defined]
mul_into = fast.inplace(ar.multiply.op, inplace(ar.multiply))  # type: ignore[attr-defined]
div_into = fast.inplace(ar.divide.op, inplace(ar.divide))  # type: ignore[attr-defined]


def add_(input: Tensor, other: Any, *, alpha: Any = 1) -> Tensor:
    """This tensor, in place: input + alpha * other.

    >>> import adjoint as ad
    >>> ad.tensor([1., 2.]).add_(1)
    tensor([2., 3.])
    """
    return add_into(input, other if alpha == 1 else ar.multiply(other, alpha))  # type: ignore[no-any-return]


def sub_(input: Tensor, other: Any, *, alpha: Any = 1) -> Tensor:
    """This tensor, in place: input - alpha * other.

    >>> import adjoint as ad
    >>> ad.tensor([1., 2.]).sub_(1)
    tensor([0., 1.])
    """
    return sub_into(input, other if alpha == 1 else ar.multiply(other, alpha))  # type: ignore[no-any-return]


def mul_(input: Tensor, other: Any) -> Tensor:
    """This tensor, in place: input * other.

    >>> import adjoint as ad
    >>> ad.tensor([1., 2.]).mul_(2)
    tensor([2., 4.])
    """
    return mul_into(input, other)  # type: ignore[no-any-return]


class ArithmeticMethods:
    """Those of this file that are methods of a tensor, and their in-place forms."""

    __slots__ = ()
    add, sub, mul, div, pow, neg, abs = add, sub, mul, div, pow, neg, abs
    subtract, multiply, divide, true_divide, negative, absolute = sub, mul, div, div, neg, abs
    square, sqrt, rsqrt, reciprocal = square, sqrt, rsqrt, reciprocal
    add_, sub_, mul_, div_, pow_ = add_, sub_, mul_, inplace(div), inplace(pow)
    __iadd__, __isub__, __imul__, __itruediv__ = add_into, sub_into, mul_into, div_into
    subtract_, multiply_, divide_, true_divide_ = sub_, mul_, div_, div_
    neg_, negative_, abs_, absolute_ = inplace(neg), inplace(neg), inplace(abs), inplace(abs)
    square_, sqrt_, rsqrt_, reciprocal_ = inplace(square), inplace(sqrt), inplace(rsqrt), inplace(reciprocal)
