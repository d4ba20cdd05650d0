"""Layers under their names at top level, whose arguments stand in another order than in nn.functional."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import embedding as rows
from . import normalization as norms
from .linear import bilinear as bilinear
from .normalization import rms_norm as rms_norm

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["batch_norm", "bilinear", "embedding", "group_norm", "instance_norm", "layer_norm", "rms_norm"]


def batch_norm(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    training: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool = False,
) -> Tensor:
    """`nn.functional.batch_norm`.

    >>> import adjoint as ad
    >>> ad.batch_norm(ad.tensor([[1.], [3.]]), None, None, None, None, True, 0.1, 0.)
    tensor([[-1.],
            [ 1.]])
    """
    return norms.batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)


def instance_norm(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    use_input_stats: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool = False,
) -> Tensor:
    """`nn.functional.instance_norm`.

    >>> import adjoint as ad
    >>> ad.instance_norm(ad.tensor([[[1., 3.]]]), None, None, None, None, True, 0.1, 0.)
    tensor([[[-1.,  1.]]])
    """
    return norms.instance_norm(input, running_mean, running_var, weight, bias, use_input_stats, momentum, eps)


def layer_norm(
    input: Tensor,
    normalized_shape: int | Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
    cudnn_enable: bool = True,
) -> Tensor:
    """`nn.functional.layer_norm`.

    >>> import adjoint as ad
    >>> ad.layer_norm(ad.tensor([1., 3.]), (2,), eps=0.)
    tensor([-1.,  1.])
    """
    return norms.layer_norm(input, normalized_shape, weight, bias, eps)


def group_norm(
    input: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
    cudnn_enabled: bool = True,
) -> Tensor:
    """`nn.functional.group_norm`.

    >>> import adjoint as ad
    >>> ad.group_norm(ad.tensor([[1., 3.]]), 1, eps=0.)
    tensor([[-1.,  1.]])
    """
    return norms.group_norm(input, num_groups, weight, bias, eps)


def embedding(
    weight: Tensor, indices: Tensor, padding_idx: int = -1, scale_grad_by_freq: bool = False, sparse: bool = False
) -> Tensor:
    """`nn.functional.embedding` with the weight first; a negative `padding_idx` is none.

    >>> import adjoint as ad
    >>> ad.embedding(ad.tensor([[1.], [2.]]), ad.tensor([1, 0]))
    tensor([[2.],
            [1.]])
    """
    padding = None if padding_idx < 0 else padding_idx
    return rows.embedding(indices, weight, padding, scale_grad_by_freq=scale_grad_by_freq, sparse=sparse)
