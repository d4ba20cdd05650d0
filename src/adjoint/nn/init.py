"""Filling parameters at the start of training, in place and untracked, by the names of torch.nn.init."""

from __future__ import annotations

import math
from typing import Any

from .._tensor import Tensor
from ..autograd.grad_mode import no_grad
from ..core.rng import Generator
from ..functions.creation import tensor as tensor_of
from ..functions.filled import eye
from ..functions.linalg_factoring import qr
from ..functions.random import randperm

__all__ = [
    "calculate_gain",
    "constant_",
    "dirac_",
    "eye_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "sparse_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]

_GAINS = {"sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 0.75, "linear": 1.0}
_GAINS |= dict.fromkeys([f"conv{transposed}{n}d" for transposed in ("", "_transpose") for n in (1, 2, 3)], 1.0)


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator | None = None) -> Tensor:
    """The tensor, filled from the uniform distribution on [a, b).

    >>> import adjoint as ad
    >>> bool((ad.nn.init.uniform_(ad.empty(3)) < 1).all())
    True
    """
    with no_grad():
        return tensor.uniform_(a, b, generator=generator)


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None) -> Tensor:
    """The tensor, filled from a normal distribution.

    >>> import adjoint as ad
    >>> ad.nn.init.normal_(ad.empty(3)).shape
    adjoint.Size([3])
    """
    with no_grad():
        return tensor.normal_(mean, std, generator=generator)


def trunc_normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0,
                  generator: Generator | None = None) -> Tensor:
    """The tensor, filled from the part of a normal distribution that lies in [a, b], by inverting its distribution.

    >>> import adjoint as ad
    >>> bool((ad.nn.init.trunc_normal_(ad.empty(9)).abs() <= 2).all())
    True
    """
    low, high = [math.erf((limit - mean) / (std * math.sqrt(2))) for limit in (a, b)]
    with no_grad():
        tensor.uniform_(low, high, generator=generator)
        return tensor.erfinv_().mul_(std * math.sqrt(2)).add_(mean).clamp_(a, b)


def constant_(tensor: Tensor, val: float) -> Tensor:
    """The tensor, filled with the number.

    >>> import adjoint as ad
    >>> ad.nn.init.constant_(ad.empty(2), 0.5)
    tensor([0.5000, 0.5000])
    """
    with no_grad():
        return tensor.fill_(val)


def zeros_(tensor: Tensor) -> Tensor:
    """The tensor, filled with zeros.

    >>> import adjoint as ad
    >>> ad.nn.init.zeros_(ad.empty(2))
    tensor([0., 0.])
    """
    return constant_(tensor, 0.0)


def ones_(tensor: Tensor) -> Tensor:
    """The tensor, filled with ones.

    >>> import adjoint as ad
    >>> ad.nn.init.ones_(ad.empty(2))
    tensor([1., 1.])
    """
    return constant_(tensor, 1.0)


def eye_(tensor: Tensor) -> Tensor:
    """The matrix, which has become the identity.

    >>> import adjoint as ad
    >>> ad.nn.init.eye_(ad.empty(2, 2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    if tensor.ndim != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    with no_grad():
        return tensor.copy_(eye(*tensor.shape))


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """The weight of a convolution, which has become the one that keeps as many channels as it can as they are.

    >>> import adjoint as ad
    >>> ad.nn.init.dirac_(ad.empty(1, 1, 3))
    tensor([[[0., 1., 0.]]])
    """
    if tensor.ndim not in (3, 4, 5):
        raise ValueError("Only tensors with 3, 4, or 5 dimensions are supported")
    filters, channels = tensor.shape[:2]
    if filters % groups:
        raise ValueError("dim 0 must be divisible by groups")
    per_group = filters // groups
    middle = tuple([n // 2 for n in tensor.shape[2:]])
    with no_grad():
        tensor.zero_()
        for group in range(groups):
            for channel in range(min(per_group, channels)):
                tensor[(group * per_group + channel, channel, *middle)] = 1
    return tensor


def fans(tensor: Tensor) -> tuple[int, int]:
    """(fan_in, fan_out) of a weight: inputs and outputs of a unit, times the size of the kernel."""
    if tensor.ndim < 2:
        raise ValueError(f"fan in and fan out need a weight of two dimensions or more, not {tuple(tensor.shape)}")
    kernel = math.prod(tensor.shape[2:])
    return tensor.shape[1] * kernel, tensor.shape[0] * kernel


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much a nonlinearity shrinks the deviation of its input; `param` is leaky_relu's slope (0.01).

    >>> import adjoint as ad
    >>> round(ad.nn.init.calculate_gain("relu"), 4)
    1.4142
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        if isinstance(slope, bool) or not isinstance(slope, (int, float)):
            raise ValueError(f"negative_slope {param} not a valid number")
        return math.sqrt(2.0 / (1 + slope**2))
    if nonlinearity not in _GAINS:
        raise ValueError(f"Unsupported nonlinearity {nonlinearity}")
    return _GAINS[nonlinearity]


def kaiming_uniform_(tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu",
                     generator: Generator | None = None) -> Tensor:
    """The tensor, filled uniformly with the variance that keeps the scale of activations (He et al. 2015), or with
    mode="fan_out" that of gradients; `a` is the slope of leaky_relu.

    >>> import adjoint as ad
    >>> ad.nn.init.kaiming_uniform_(ad.empty(2, 3)).shape
    adjoint.Size([2, 3])
    """
    bound = math.sqrt(3.0) * _he(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu",
                    generator: Generator | None = None) -> Tensor:
    """The tensor, filled from a normal distribution of the variance of `kaiming_uniform_`.

    >>> import adjoint as ad
    >>> ad.nn.init.kaiming_normal_(ad.empty(2, 3)).shape
    adjoint.Size([2, 3])
    """
    return normal_(tensor, 0.0, _he(tensor, a, mode, nonlinearity), generator)


def _he(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    """The deviation of He et al.; 0 for a weight without elements."""
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"Mode {mode} not supported, please use one of ['fan_in', 'fan_out']")
    if 0 in tensor.shape:
        return 0.0
    return calculate_gain(nonlinearity, a) / math.sqrt(fans(tensor)[mode == "fan_out"])


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """The tensor, filled uniformly with the variance 2 / (fan_in + fan_out) (Glorot and Bengio 2010).

    >>> import adjoint as ad
    >>> ad.nn.init.xavier_uniform_(ad.empty(2, 3)).shape
    adjoint.Size([2, 3])
    """
    bound = gain * math.sqrt(6.0 / sum(fans(tensor)))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """The tensor, filled from a normal distribution of the variance of `xavier_uniform_`.

    >>> import adjoint as ad
    >>> ad.nn.init.xavier_normal_(ad.empty(2, 3)).shape
    adjoint.Size([2, 3])
    """
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / sum(fans(tensor))), generator)


def orthogonal_(tensor: Tensor, gain: float = 1, generator: Generator | None = None) -> Tensor:
    """The tensor, whose rows (all but the first dimension) have become orthonormal, or its columns if they are fewer.

    >>> import adjoint as ad
    >>> w = ad.nn.init.orthogonal_(ad.empty(2, 3, dtype=ad.float64))
    >>> ad.allclose(w @ w.T, ad.eye(2, dtype=ad.float64))
    True
    """
    if tensor.ndim < 2:
        raise ValueError("Only tensors with 2 or more dimensions are supported")
    if tensor.numel() == 0:
        return tensor
    rows = tensor.shape[0]
    columns = tensor.numel() // rows
    with no_grad():
        flat = tensor.new_empty(rows, columns).normal_(0, 1, generator=generator)
        factors: Any = qr(flat.T if rows < columns else flat)
        q = factors[0] * factors[1].diagonal().sign()  # uniform among orthogonal matrices (Mezzadri 2007)
        return tensor.copy_((q.T if rows < columns else q).reshape(tensor.shape)).mul_(gain)


def sparse_(tensor: Tensor, sparsity: float, std: float = 0.01, generator: Generator | None = None) -> Tensor:
    """The matrix, filled from a normal distribution but for a share `sparsity` of each column, which is zero.

    >>> import adjoint as ad
    >>> (ad.nn.init.sparse_(ad.empty(4, 3), 0.5) == 0).sum(0)
    tensor([2, 2, 2])
    """
    if tensor.ndim != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    rows, columns = tensor.shape
    zeros = math.ceil(sparsity * rows)
    with no_grad():
        tensor.normal_(0, std, generator=generator)
        for column in range(columns):
            tensor[tensor_of(randperm(rows, generator=generator)[:zeros].tolist()).long(), column] = 0
    return tensor
