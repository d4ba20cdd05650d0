"""Losses as modules: each applies the function of nn.functional that is named in its forward."""

from __future__ import annotations

from .._tensor import Tensor
from ..functions.losses import legacy
from . import functional as F
from .module import Module


class Loss(Module):
    """A loss with a reduction: "mean", "sum" or "none" (or what its deprecated predecessors say)."""

    def __init__(self, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean") -> None:
        super().__init__()
        self.reduction = legacy(size_average, reduce, reduction)


class MSELoss(Loss):
    """The squared differences, reduced.

    >>> import adjoint as ad
    >>> ad.nn.MSELoss()(ad.tensor([0.5, 0.5]), ad.tensor([1., 0.]))
    tensor(0.2500)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of the input beside the target."""
        return F.mse_loss(input, target, reduction=self.reduction)


class L1Loss(Loss):
    """The absolute differences, reduced.

    >>> import adjoint as ad
    >>> ad.nn.L1Loss()(ad.tensor([0.5, 0.5]), ad.tensor([1., 0.]))
    tensor(0.5000)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of the input beside the target."""
        return F.l1_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(Loss):
    """Squared differences below beta, absolute ones above, reduced.

    >>> import adjoint as ad
    >>> ad.nn.SmoothL1Loss()(ad.tensor([0.5, 0.5]), ad.tensor([1., 0.]))
    tensor(0.1250)
    """

    def __init__(self, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean",
                 beta: float = 1.0) -> None:
        super().__init__(size_average, reduce, reduction)
        self.beta = beta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of the input beside the target."""
        return F.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(Loss):
    """Squared differences below delta, absolute ones above, reduced.

    >>> import adjoint as ad
    >>> ad.nn.HuberLoss()(ad.tensor([0.5, 0.5]), ad.tensor([1., 0.]))
    tensor(0.1250)
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.delta = delta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of the input beside the target."""
        return F.huber_loss(input, target, reduction=self.reduction, delta=self.delta)


class CrossEntropyLoss(Loss):
    """The negative log-likelihood of classes under softmax of scores, reduced.

    >>> import adjoint as ad
    >>> ad.nn.CrossEntropyLoss()(ad.tensor([[0., 0.]]), ad.tensor([1]))
    tensor(0.6931)
    """

    def __init__(self, weight: Tensor | None = None, size_average: bool | None = None, ignore_index: int = -100,
                 reduce: bool | None = None, reduction: str = "mean", label_smoothing: float = 0.0) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of the input beside the target."""
        return F.cross_entropy(input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction,
                               label_smoothing=self.label_smoothing)


class NLLLoss(Loss):
    """The negative log-likelihood of classes from log-probabilities, reduced.

    >>> import adjoint as ad
    >>> ad.nn.NLLLoss()(ad.tensor([[-1., -2.]]), ad.tensor([1]))
    tensor(2.)
    """

    def __init__(self, weight: Tensor | None = None, size_average: bool | None = None, ignore_index: int = -100,
                 reduce: bool | None = None, reduction: str = "mean") -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of the input beside the target."""
        return F.nll_loss(input, target, weight=self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


class BCELoss(Loss):
    """The negative log-likelihood of 0 or 1 from probabilities, reduced.

    >>> import adjoint as ad
    >>> ad.nn.BCELoss()(ad.tensor([0.5, 0.5]), ad.tensor([1., 0.]))
    tensor(0.6931)
    """

    def __init__(self, weight: Tensor | None = None, size_average: bool | None = None, reduce: bool | None = None,
                 reduction: str = "mean") -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of the input beside the target."""
        return F.binary_cross_entropy(input, target, weight=self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(Loss):
    """The negative log-likelihood of 0 or 1 from scores, reduced.

    >>> import adjoint as ad
    >>> ad.nn.BCEWithLogitsLoss()(ad.tensor([0., 0.]), ad.tensor([1., 0.]))
    tensor(0.6931)
    """

    def __init__(self, weight: Tensor | None = None, size_average: bool | None = None, reduce: bool | None = None,
                 reduction: str = "mean", pos_weight: Tensor | None = None) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of the input beside the target."""
        return F.binary_cross_entropy_with_logits(input, target, self.weight, reduction=self.reduction,
                                                  pos_weight=self.pos_weight)


class KLDivLoss(Loss):
    """target (log target - input), reduced; the input holds log-probabilities.

    >>> import adjoint as ad
    >>> ad.nn.KLDivLoss(reduction="sum")(ad.tensor([0.5, 0.5]).log(), ad.tensor([0.5, 0.5]))
    tensor(0.)
    """

    def __init__(self, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean",
                 log_target: bool = False) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_target = log_target

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss of the input beside the target."""
        return F.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)
