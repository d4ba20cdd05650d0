"""The affine and bilinear maps of layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core import memory
from ..errors import DtypeError, ShapeError
from ..ops import arithmetic as ar
from ..ops import contraction as co
from ..ops import structure as st
from .einsum import einsum

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["bilinear", "linear"]


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """input @ weight.T + bias, over the last dimension.

    >>> import adjoint as ad
    >>> ad.nn.functional.linear(ad.ones(2, 3), ad.ones(1, 3), ad.ones(1))
    tensor([[4.],
            [4.]])
    """
    x, w = memory.peek(input), memory.peek(weight)
    if w.ndim > 2 or x.ndim == 0 or x.shape[-1] != w.shape[-1]:
        raise ShapeError(f"linear: input of shape {tuple(x.shape)} and weight of shape {tuple(w.shape)}: mat1 and mat2 "
                         "shapes cannot be multiplied: the last dimensions must be equal")
    if x.dtype is not w.dtype and x.dtype != w.dtype:
        raise DtypeError(f"linear: mat1 and mat2 must have the same dtype, but got an input of {input.dtype!r} and a "
                         f"weight of {weight.dtype!r}; convert one of them with .to()")
    if w.ndim == 1:
        out = co.product(input, weight)
        return out if bias is None else ar.add(out, bias)
    rows = input if x.ndim == 2 else st.reshape(input, shape=(st.size(x.shape[:-1]), x.shape[-1]))
    if bias is None:
        out = co.project(rows, weight)
    elif memory.peek(bias).ndim == 1:
        out = co.affine(rows, weight, bias)
    else:
        out = ar.add(co.project(rows, weight), bias)
    return out if x.ndim == 2 else st.reshape(out, shape=(*x.shape[:-1], w.shape[0]))


def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """out[..., k] = sum_ij input1[..., i] weight[k, i, j] input2[..., j] + bias[k].

    >>> import adjoint as ad
    >>> ad.nn.functional.bilinear(ad.ones(1, 2), ad.ones(1, 3), ad.ones(1, 2, 3))
    tensor([[6.]])
    """
    out = einsum("...i,kij,...j->...k", input1, weight, input2)
    return out if bias is None else ar.add(out, bias)
