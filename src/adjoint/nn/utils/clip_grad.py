"""Gradients of a model as a whole, clipped together."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..._tensor import Tensor
from ...autograd.grad_mode import no_grad
from ...errors import NonFiniteError
from ...functions.creation import tensor as tensor_of
from ...functions.joining import stack
from ...functions.linalg_norms import vector_norm

__all__ = ["clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_", "get_total_norm"]


def _listed(tensors: Tensor | Iterable[Tensor]) -> list[Tensor]:
    return [tensors] if isinstance(tensors, Tensor) else list(tensors)


def _gradients(parameters: Tensor | Iterable[Tensor]) -> list[Tensor]:
    return [p.grad for p in _listed(parameters) if p.grad is not None]


def get_total_norm(tensors: Tensor | Iterable[Tensor], norm_type: float = 2.0, error_if_nonfinite: bool = False,
                   foreach: bool | None = None) -> Tensor:
    """The norm of the vector of all elements of the tensors; 0 of none. NonFiniteError if asked for.

    >>> import adjoint as ad
    >>> ad.nn.utils.get_total_norm([ad.tensor([3.]), ad.tensor([4.])])
    tensor(5.)
    """
    found = _listed(tensors)
    if not found:
        return tensor_of(0.0)
    with no_grad():
        total = vector_norm(stack([vector_norm(t, norm_type) for t in found]), norm_type)
    if error_if_nonfinite and not math.isfinite(total.item()):
        raise NonFiniteError(f"The total norm of order {norm_type} for gradients from `parameters` is non-finite, so "
                             "it cannot be clipped. To disable this error and scale the gradients by the non-finite "
                             "norm anyway, set `error_if_nonfinite=False`")
    return total


def clip_grads_with_norm_(parameters: Tensor | Iterable[Tensor], max_norm: float, total_norm: Tensor,
                          foreach: bool | None = None) -> None:
    """Nothing; gradients are scaled down, in place, by max_norm / total_norm if that is below 1.

    >>> import adjoint as ad
    >>> p = ad.ones(1, requires_grad=True); p.grad = ad.tensor([5.])
    >>> ad.nn.utils.clip_grads_with_norm_(p, 1., ad.tensor(10.))
    >>> p.grad
    tensor([0.5000])
    """
    with no_grad():
        scale = (max_norm / (total_norm + 1e-6)).clamp(max=1.0)
        for gradient in _gradients(parameters):
            gradient.mul_(scale)


def clip_grad_norm_(parameters: Tensor | Iterable[Tensor], max_norm: float, norm_type: float = 2.0,
                    error_if_nonfinite: bool = False, foreach: bool | None = None) -> Tensor:
    """The norm of all gradients together, as it was before they were scaled, in place, to have at most `max_norm`.

    >>> import adjoint as ad
    >>> p = ad.ones(2, requires_grad=True); p.grad = ad.tensor([3., 4.])
    >>> ad.nn.utils.clip_grad_norm_([p], 1.)
    tensor(5.)
    >>> p.grad
    tensor([0.6000, 0.8000])
    """
    parameters = _listed(parameters)
    total = get_total_norm(_gradients(parameters), norm_type, error_if_nonfinite)
    clip_grads_with_norm_(parameters, max_norm, total)
    return total


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float, foreach: bool | None = None) -> None:
    """Nothing; every element of the gradients is brought into [-clip_value, clip_value], in place.

    >>> import adjoint as ad
    >>> p = ad.ones(2, requires_grad=True); p.grad = ad.tensor([3., -0.5])
    >>> ad.nn.utils.clip_grad_value_(p, 1.)
    >>> p.grad
    tensor([ 1.0000, -0.5000])
    """
    with no_grad():
        for gradient in _gradients(parameters):
            gradient.clamp_(-float(clip_value), float(clip_value))
