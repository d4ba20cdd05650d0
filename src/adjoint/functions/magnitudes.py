"""Magnitude, sign and bounds of each element by PyTorch's names; angle and conjugate of complex ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import dtypes, memory
from ..core.dispatch import result_dtype
from ..core.fast import at_once
from ..core.tensor import TensorBase
from ..errors import DtypeError, RangeError
from ..ops import arithmetic as ar
from ..ops import structure as st
from . import dtype_info
from .writing import deliver, inplace, inplaces

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["abs", "abs_", "absolute", "angle", "clamp", "clamp_", "clamp_max", "clamp_max_", "clamp_min",
           "clamp_min_", "clip", "clip_", "conj", "conj_physical", "conj_physical_", "copysign", "heaviside",
           "nan_to_num", "nan_to_num_", "sgn", "sign", "signbit"]


def _is_complex(x: Any) -> bool:
    return memory.peek(x).dtype.kind == "c"


def _meeting(input: Any, *bounds: Any) -> Any:
    """The input in the dtype in which it meets these numbers: floating-point bounds make floats of integers."""
    if memory.peek(input).dtype.kind == "f":
        return input
    common = result_dtype((input, *[b for b in bounds if b is not None])).numpy
    return input if memory.peek(input).dtype == common else st.astype(input, dtype=common)


@at_once(ar.absolute)
def abs(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The absolute value of each element; real for complex input. Its derivative at 0 is 0.

    >>> import adjoint as ad
    >>> ad.abs(ad.tensor([1., -2.]))
    tensor([1., 2.])
    """
    return deliver(ar.absolute(input), out)


def sign(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """-1, 0 or 1 for each element. DtypeError for complex tensors, which have sgn.

    >>> import adjoint as ad
    >>> ad.sign(ad.tensor([-3., 0., 2.]))
    tensor([-1.,  0.,  1.])
    """
    kind = memory.peek(input).dtype.kind
    if kind == "c":
        raise DtypeError("Unlike NumPy, adjoint.sign is not intended to support complex numbers. Please use "
                         "adjoint.sgn instead.")
    result = st.copy(input) if kind == "b" else ar.sign(input)
    return result if out is None else deliver(result, out)


def sgn(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """x / |x| of each element, 0 at 0: the sign, or the direction of a complex number.

    >>> import adjoint as ad
    >>> ad.sgn(ad.tensor([3.+4.j, 0.j]))
    tensor([0.6000+0.8000j, 0.0000+0.0000j])
    """
    result = st.copy(input) if memory.peek(input).dtype.kind == "b" else ar.sgn(input)
    return result if out is None else deliver(result, out)


def signbit(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether the sign bit is set: also for -0.

    >>> import adjoint as ad
    >>> ad.signbit(ad.tensor([-0., 0., -2.]))
    tensor([ True, False,  True])
    """
    return ar.signbit(input) if out is None else deliver(ar.signbit(input), out)


def copysign(input: Tensor, other: Any, *, out: Tensor | None = None) -> Tensor:
    """The magnitude of input with the sign of other.

    >>> import adjoint as ad
    >>> ad.copysign(ad.tensor([1., 2.]), -1)
    tensor([-1., -2.])
    """
    result = ar.copysign(input, other)
    return result if out is None else deliver(result, out)


def clamp(input: Tensor, min: Any = None, max: Any = None, *, out: Tensor | None = None) -> Tensor:
    """input held between min and max: numbers or tensors, of which one may be left out. max wins if they cross.

    An element at a bound has derivative 1. RangeError if both are left out.

    >>> import adjoint as ad
    >>> ad.clamp(ad.tensor([-2., 0.5, 3.]), 0, 1)
    tensor([0.0000, 0.5000, 1.0000])
    """
    if isinstance(min, (TensorBase, np.ndarray)) or isinstance(max, (TensorBase, np.ndarray)):
        if min is None:
            result = ar.clamp_max(input, max)
        elif max is None:
            result = ar.clamp_min(input, min)
        else:
            result = ar.clip(input, min, max)
    elif min is None and max is None:
        raise RangeError("adjoint.clamp: At least one of 'min' or 'max' must not be None")
    else:
        result = ar.clamp(_meeting(input, min, max), min=min, max=max)
    return result if out is None else deliver(result, out)


def clamp_min(input: Tensor, min: Any, *, out: Tensor | None = None) -> Tensor:
    """The larger of each element and min, a number or a tensor.

    >>> import adjoint as ad
    >>> ad.clamp_min(ad.tensor([-2., 3.]), 0)
    tensor([0., 3.])
    """
    return clamp(input, min, out=out)


def clamp_max(input: Tensor, max: Any, *, out: Tensor | None = None) -> Tensor:
    """The smaller of each element and max, a number or a tensor.

    >>> import adjoint as ad
    >>> ad.clamp_max(ad.tensor([-2., 3.]), 0)
    tensor([-2.,  0.])
    """
    return clamp(input, None, max, out=out)


def nan_to_num(input: Tensor, nan: float | None = 0.0, posinf: float | None = None, neginf: float | None = None, *,
           out: Tensor | None = None) -> Tensor:
    """The elements, with these numbers for NaN and the infinities; None means 0 and the largest finite numbers.

    >>> import adjoint as ad
    >>> ad.nan_to_num(ad.tensor([float("nan"), 1.]), nan=7.)
    tensor([7., 1.])
    """
    if memory.peek(input).dtype.kind in "biu":
        result = st.copy(input)
    else:
        if memory.peek(input).dtype.itemsize == 2:  # the op computes these in float32, whose largest number is another
            largest = dtype_info.finfo(dtypes.of(memory.peek(input).dtype)).max
            posinf, neginf = largest if posinf is None else posinf, -largest if neginf is None else neginf
        result = ar.nan_to_num(input, nan=0.0 if nan is None else nan, posinf=posinf, neginf=neginf)
    return result if out is None else deliver(result, out)


def heaviside(input: Tensor, values: Tensor, *, out: Tensor | None = None) -> Tensor:
    """0 below 0, 1 above, and `values` at 0. DtypeError if their dtypes differ.

    >>> import adjoint as ad
    >>> ad.heaviside(ad.tensor([-2., 0., 3.]), ad.tensor(0.5))
    tensor([0.0000, 0.5000, 1.0000])
    """
    x, y = memory.peek(input).dtype, memory.peek(values).dtype
    if x != y:
        raise DtypeError(f"heaviside is not yet implemented for tensors with different dtypes: {dtypes.of(x)!r} and "
                         f"{dtypes.of(y)!r}")
    result = ar.heaviside(input, values)
    return result if out is None else deliver(result, out)


def conj(input: Tensor) -> Tensor:
    """The complex conjugate of each element; a real tensor itself.

    >>> import adjoint as ad
    >>> ad.conj(ad.tensor([1.+2.j]))
    tensor([1.-2.j])
    """
    return ar.conjugate(input) if _is_complex(input) else input


def conj_physical(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The complex conjugate of each element; a real tensor itself.

    >>> import adjoint as ad
    >>> ad.conj_physical(ad.tensor([1.+2.j]))
    tensor([1.-2.j])
    """
    result = conj(input)
    return result if out is None else deliver(result, out)


def angle(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The angle of each element in radians: for real ones 0, or pi below 0.

    >>> import adjoint as ad
    >>> ad.angle(ad.tensor([1.+1.j, -1.]))
    tensor([0.7854, 3.1416])
    """
    return ar.phase(input) if out is None else deliver(ar.phase(input), out)


absolute, clip = abs, clamp
abs_, absolute_, clamp_, clip_ = inplace(abs), inplace(abs), inplace(clamp), inplace(clamp)
clamp_min_, clamp_max_, nan_to_num_, conj_physical_ = inplaces(clamp_min, clamp_max, nan_to_num, conj_physical)


class MagnitudeMethods:
    """Those of this file that are methods of a tensor, and their in-place forms."""

    __slots__ = ()
    abs, absolute, sign, sgn, signbit, copysign = abs, absolute, sign, sgn, signbit, copysign
    clamp, clip, clamp_min, clamp_max, nan_to_num, heaviside = clamp, clip, clamp_min, clamp_max, nan_to_num, heaviside
    conj, conj_physical, angle = conj, conj_physical, angle
    abs_, absolute_, clamp_, clip_, clamp_min_, clamp_max_ = abs_, absolute_, clamp_, clip_, clamp_min_, clamp_max_
    nan_to_num_, conj_physical_ = nan_to_num_, conj_physical_
    sign_, sgn_, copysign_, heaviside_ = inplaces(sign, sgn, copysign, heaviside)
