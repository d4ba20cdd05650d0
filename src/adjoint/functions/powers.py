"""Powers and roots by PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import memory
from ..core.fast import at_once
from ..core.tensor import TensorBase
from ..ops import arithmetic as ar
from ..ops import structure as st
from .writing import deliver, inplaces

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["float_power", "hypot", "ldexp", "ldexp_", "pow", "rsqrt", "rsqrt_", "sqrt", "sqrt_", "square", "square_"]


def _double(x: Any) -> Any:
    """The value in double precision, real or complex."""
    if not isinstance(x, TensorBase):
        return x
    wanted = np.dtype(np.complex128 if memory.peek(x).dtype.kind == "c" else np.float64)
    return x if memory.peek(x).dtype == wanted else st.astype(x, dtype=wanted)


def pow(input: Any, exponent: Any, *, out: Tensor | None = None) -> Tensor:
    """input to the power of exponent, broadcast and promoted; one of them may be a number.

    RangeError if an integer tensor is raised to a negative integer.

    >>> import adjoint as ad
    >>> ad.pow(ad.tensor([1., 2.]), 3)
    tensor([1., 8.])
    """
    result = ar.raised(input, exponent)
    return result if out is None else deliver(result, out)


def float_power(input: Any, exponent: Any, *, out: Tensor | None = None) -> Tensor:
    """input to the power of exponent, in double precision.

    >>> import adjoint as ad
    >>> ad.float_power(ad.tensor([4.], dtype=ad.float64), 0.5)
    tensor([2.], dtype=adjoint.float64)
    >>> ad.float_power(ad.tensor([1, 4]), 0.5)
    tensor([1., 2.], dtype=adjoint.float64)
    """
    result = ar.raised(_double(input), _double(exponent))
    return result if out is None else deliver(result, out)


def square(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The square of each element.

    >>> import adjoint as ad
    >>> ad.square(ad.tensor([1., -2.]))
    tensor([1., 4.])
    """
    return ar.raised(input, 2) if out is None else deliver(ar.raised(input, 2), out)


@at_once(ar.sqrt)
def sqrt(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The square root of each element; NaN below 0.

    >>> import adjoint as ad
    >>> ad.sqrt(ad.tensor([1., 4.]))
    tensor([1., 2.])
    """
    return deliver(ar.sqrt(input), out)


@at_once(ar.rsqrt)
def rsqrt(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """1 / sqrt(x) of each element.

    >>> import adjoint as ad
    >>> ad.rsqrt(ad.tensor([1., 4.]))
    tensor([1.0000, 0.5000])
    """
    return deliver(ar.rsqrt(input), out)


def hypot(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """sqrt(input**2 + other**2) without overflow on the way.

    >>> import adjoint as ad
    >>> ad.hypot(ad.tensor([3.]), ad.tensor([4.]))
    tensor([5.])
    """
    result = ar.hypot(input, other)
    return result if out is None else deliver(result, out)


def ldexp(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """input * 2**other.

    >>> import adjoint as ad
    >>> ad.ldexp(ad.tensor([1., 3.]), ad.tensor([4, 1]))
    tensor([16.,  6.])
    """
    if memory.peek(input).dtype.kind == "f" and memory.peek(other).dtype.kind in "iu":
        result = ar.ldexp(input, other)
    else:
        result = ar.multiply(input, ar.power(2.0, other))
    return result if out is None else deliver(result, out)


square_, sqrt_, rsqrt_, ldexp_ = inplaces(square, sqrt, rsqrt, ldexp)


class PowerMethods:
    """Those of this file that are methods of a tensor, and their in-place forms."""

    __slots__ = ()
    pow, float_power, square, sqrt, rsqrt, hypot, ldexp = pow, float_power, square, sqrt, rsqrt, hypot, ldexp
    pow_, float_power_, hypot_ = inplaces(pow, float_power, hypot)
    square_, sqrt_, rsqrt_, ldexp_ = square_, sqrt_, rsqrt_, ldexp_
