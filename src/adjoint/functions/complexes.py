"""Complex tensors from real ones, by parts or by magnitude and angle; conjugates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core import dtypes, memory
from ..errors import DtypeError
from ..ops import arithmetic
from ..ops.complexes import from_parts
from ..ops.trigonometric import polar as polar_op
from .writing import deliver, inplace

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["complex", "polar", "conj", "conj_physical", "conj_physical_", "positive"]


def _check(first: Any, second: Any) -> None:
    a, b = memory.peek(first).dtype, memory.peek(second).dtype
    if a != b or a.kind != "f":
        raise DtypeError(
            f"Expected both inputs to be Half, Float or Double tensors of one dtype, but got "
            f"{dtypes.of(a)!r} and {dtypes.of(b)!r}"
        )


def complex(real: Tensor, imag: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The complex tensor with these real and imaginary parts.

    >>> import adjoint as ad
    >>> ad.complex(ad.tensor(1.), ad.tensor(2.))
    tensor(1.+2.j)
    """
    _check(real, imag)
    return deliver(from_parts(real, imag), out)


def polar(abs: Tensor, angle: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The complex tensor with these magnitudes and angles.

    >>> import adjoint as ad
    >>> ad.polar(ad.tensor(2.), ad.tensor(0.))
    tensor(2.+0.j)
    """
    _check(abs, angle)
    return deliver(polar_op(abs, angle), out)


def conj(input: Tensor) -> Tensor:
    """The complex conjugate; a real tensor itself.

    >>> import adjoint as ad
    >>> ad.conj(ad.tensor([1 + 2j]))
    tensor([1.-2.j])
    """
    return arithmetic.conjugate(input) if memory.peek(input).dtype.kind == "c" else input


def conj_physical(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The complex conjugate; a real tensor itself.

    >>> import adjoint as ad
    >>> ad.conj_physical(ad.tensor([1 + 2j]))
    tensor([1.-2.j])
    """
    return deliver(conj(input), out)


def conj_physical_(input: Tensor) -> Tensor:
    """`input`, in place: its elements have become their conjugates.

    >>> import adjoint as ad
    >>> ad.conj_physical_(ad.tensor([1 + 2j]))
    tensor([1.-2.j])
    """
    return _conjugate_here(input) if memory.peek(input).dtype.kind == "c" else input


_conjugate_here = inplace(conj)


def positive(input: Tensor) -> Tensor:
    """The tensor itself; DtypeError for bool.

    >>> import adjoint as ad
    >>> ad.positive(ad.tensor([-1.]))
    tensor([-1.])
    """
    if memory.peek(input).dtype.kind == "b":
        raise DtypeError("The `+` operator, on a bool tensor is not supported.")
    return input


class ComplexMethods:
    """The functions above as methods."""

    __slots__ = ()
    conj = conj
    conj_physical = conj_physical
    conj_physical_ = conj_physical_
    positive = positive
