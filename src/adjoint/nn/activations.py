"""Activations as modules: each applies the function of its name."""

from __future__ import annotations

from .._tensor import Tensor
from . import functional as F
from .module import Module


class ReLU(Module):
    """max(x, 0) of each element.

    >>> import adjoint as ad
    >>> ad.nn.ReLU()(ad.tensor([-1., 1.]))
    tensor([0., 1.])
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """max(x, 0) of each element."""
        return F.relu(input, self.inplace)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class LeakyReLU(Module):
    """x where positive, negative_slope x elsewhere.

    >>> import adjoint as ad
    >>> ad.nn.LeakyReLU(0.1)(ad.tensor([-1., 1.]))
    tensor([-0.1000,  1.0000])
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope = negative_slope
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """x where positive, negative_slope x elsewhere."""
        return F.leaky_relu(input, self.negative_slope, self.inplace)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}" + (", inplace=True" if self.inplace else "")


class ELU(Module):
    """x where positive, alpha (exp(x) - 1) elsewhere.

    >>> import adjoint as ad
    >>> ad.nn.ELU()(ad.tensor([-1., 1.]))
    tensor([-0.6321,  1.0000])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """x where positive, alpha (exp(x) - 1) elsewhere."""
        return F.elu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}" + (", inplace=True" if self.inplace else "")


class GELU(Module):
    """x times the normal distribution function of x; approximate="tanh" is the usual approximation.

    >>> import adjoint as ad
    >>> ad.nn.GELU()(ad.tensor([-1., 1.]))
    tensor([-0.1587,  0.8413])
    """

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        """x times the normal distribution function of x; approximate="tanh" is the usual approximation."""
        return F.gelu(input, approximate=self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class SiLU(Module):
    """x sigmoid(x) of each element.

    >>> import adjoint as ad
    >>> ad.nn.SiLU()(ad.tensor([-1., 1.]))
    tensor([-0.2689,  0.7311])
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """x sigmoid(x) of each element."""
        return F.silu(input, self.inplace)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class Sigmoid(Module):
    """1 / (1 + exp(-x)) of each element.

    >>> import adjoint as ad
    >>> ad.nn.Sigmoid()(ad.tensor([-1., 1.]))
    tensor([0.2689, 0.7311])
    """

    def forward(self, input: Tensor) -> Tensor:
        """1 / (1 + exp(-x)) of each element."""
        return input.sigmoid()


class Tanh(Module):
    """The hyperbolic tangent of each element.

    >>> import adjoint as ad
    >>> ad.nn.Tanh()(ad.tensor([-1., 1.]))
    tensor([-0.7616,  0.7616])
    """

    def forward(self, input: Tensor) -> Tensor:
        """The hyperbolic tangent of each element."""
        return input.tanh()


class Softplus(Module):
    """log(1 + exp(beta x)) / beta, which is x above threshold / beta.

    >>> import adjoint as ad
    >>> ad.nn.Softplus()(ad.tensor([-1., 1.]))
    tensor([0.3133, 1.3133])
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def forward(self, input: Tensor) -> Tensor:
        """log(1 + exp(beta x)) / beta, which is x above threshold / beta."""
        return F.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class Softmax(Module):
    """exp(x) over its sum along dim.

    >>> import adjoint as ad
    >>> ad.nn.Softmax(dim=0)(ad.tensor([-1., 1.]))
    tensor([0.1192, 0.8808])
    """

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """exp(x) over its sum along dim."""
        return F.softmax(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """x - logsumexp(x) along dim.

    >>> import adjoint as ad
    >>> ad.nn.LogSoftmax(dim=0)(ad.tensor([-1., 1.]))
    tensor([-2.1269, -0.1269])
    """

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """x - logsumexp(x) along dim."""
        return F.log_softmax(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"
