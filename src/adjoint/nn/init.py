"""Filling parameters at the start of training, in place and untracked, by the names of torch.nn.init."""

from __future__ import annotations

from .._tensor import Tensor
from ..autograd.grad_mode import no_grad


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0) -> Tensor:
    """The tensor, filled from the uniform distribution on [a, b).

    >>> import adjoint as ad
    >>> bool((ad.nn.init.uniform_(ad.empty(3)) < 1).all())
    True
    """
    with no_grad():
        return tensor.uniform_(a, b)


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0) -> Tensor:
    """The tensor, filled from a normal distribution.

    >>> import adjoint as ad
    >>> ad.nn.init.normal_(ad.empty(3)).shape
    adjoint.Size([3])
    """
    with no_grad():
        return tensor.normal_(mean, std)


def zeros_(tensor: Tensor) -> Tensor:
    """The tensor, filled with zeros.

    >>> import adjoint as ad
    >>> ad.nn.init.zeros_(ad.empty(2))
    tensor([0., 0.])
    """
    with no_grad():
        return tensor.zero_()


def ones_(tensor: Tensor) -> Tensor:
    """The tensor, filled with ones.

    >>> import adjoint as ad
    >>> ad.nn.init.ones_(ad.empty(2))
    tensor([1., 1.])
    """
    with no_grad():
        return tensor.fill_(1.0)


def fans(tensor: Tensor) -> tuple[int, int]:
    """(fan_in, fan_out) of a weight: inputs and outputs of a unit, times the size of the kernel."""
    if tensor.ndim < 2:
        raise ValueError(f"fan in and fan out need a weight of two dimensions or more, not {tuple(tensor.shape)}")
    kernel = 1
    for n in tensor.shape[2:]:
        kernel *= n
    return tensor.shape[1] * kernel, tensor.shape[0] * kernel


def kaiming_uniform_(tensor: Tensor, a: float = 0.0) -> Tensor:
    """The tensor, filled uniformly with the variance that keeps activations' scale (He et al. 2015, leaky slope a).

    >>> import adjoint as ad
    >>> ad.nn.init.kaiming_uniform_(ad.empty(2, 3)).shape
    adjoint.Size([2, 3])
    """
    bound = (6.0 / ((1 + a * a) * fans(tensor)[0])) ** 0.5
    return uniform_(tensor, -bound, bound)


def xavier_uniform_(tensor: Tensor, gain: float = 1.0) -> Tensor:
    """The tensor, filled uniformly with the variance 2 / (fan_in + fan_out) (Glorot and Bengio 2010).

    >>> import adjoint as ad
    >>> ad.nn.init.xavier_uniform_(ad.empty(2, 3)).shape
    adjoint.Size([2, 3])
    """
    bound = gain * (6.0 / sum(fans(tensor))) ** 0.5
    return uniform_(tensor, -bound, bound)
