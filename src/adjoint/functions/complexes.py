"""Complex tensors from real ones, by parts or by magnitude and angle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core import dtypes, memory
from ..errors import DtypeError
from ..ops.complexes import from_parts
from ..ops.trigonometric import polar as polar_op
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["complex", "polar"]


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
