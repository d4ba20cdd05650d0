"""Parameters of a model laid out as one vector."""

from __future__ import annotations

from collections.abc import Iterable

from ..._tensor import Tensor
from ...functions.joining import cat

__all__ = ["parameters_to_vector", "vector_to_parameters"]


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """The elements of all parameters one after the other; gradients flow through it.

    >>> import adjoint as ad
    >>> ad.nn.utils.parameters_to_vector([ad.ones(1, 2), ad.zeros(1)])
    tensor([1., 1., 0.])
    """
    return cat([p.reshape(-1) for p in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Nothing; the parameters' data become the pieces of the vector, in their order.

    >>> import adjoint as ad
    >>> p = ad.zeros(1, 2)
    >>> ad.nn.utils.vector_to_parameters(ad.tensor([1., 2.]), [p])
    >>> p
    tensor([[1., 2.]])
    """
    if not isinstance(vec, Tensor):
        raise TypeError(f"expected Tensor, but got: {type(vec).__name__}")
    start = 0
    for p in parameters:
        stop = start + p.numel()
        p.data = vec[start:stop].view_as(p).data
        start = stop
