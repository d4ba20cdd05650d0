"""Adam, and AdamW with decoupled weight decay."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._tensor import Tensor
from ..core.dtypes import float64
from ..functions.comparison import maximum
from ..functions.creation import tensor
from ..functions.filled import zeros_like
from ..functions.strides import view_as_real
from .optimizer import Optimizer, non_negative


class Adam(Optimizer):
    """Steps by the gradient's running mean over the root of its running square, bias-corrected (Kingma and Ba 2015).

    >>> import adjoint as ad
    >>> p = ad.tensor(1., requires_grad=True)
    >>> optimiser = ad.optim.Adam([p], lr=0.1)
    >>> (p * p).backward()
    >>> optimiser.step()
    >>> p
    tensor(0.9000, requires_grad=True)
    """

    def __init__(self, params: Iterable[Any], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 0, amsgrad: bool = False, *, foreach: bool | None = None,
                 maximize: bool = False, capturable: bool = False, differentiable: bool = False,
                 fused: bool | None = None, decoupled_weight_decay: bool = False) -> None:
        non_negative(learning_rate=lr, eps=eps, weight_decay=weight_decay)
        for i, beta in enumerate(betas):
            if not 0 <= beta < 1:
                raise ValueError(f"Invalid beta parameter at index {i}: {beta}; it must be in [0, 1)")
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay,
                                  "amsgrad": amsgrad, "maximize": maximize, "foreach": foreach,
                                  "capturable": capturable, "differentiable": differentiable, "fused": fused,
                                  "decoupled_weight_decay": decoupled_weight_decay})

    def update(self, p: Tensor, grad: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        """One step for one parameter."""
        beta1, beta2 = group["betas"]
        lr, decay = group["lr"], group["weight_decay"]
        if not state:
            state["step"] = tensor(0.0, dtype=float64)
            state["exp_avg"] = zeros_like(p)
            state["exp_avg_sq"] = zeros_like(p)
            if group["amsgrad"]:
                state["max_exp_avg_sq"] = zeros_like(p)
        if p.is_complex():  # its parts are two parameters
            p, grad = view_as_real(p), view_as_real(grad)
            state = {"step": state["step"], **{k: view_as_real(v) for k, v in state.items() if k != "step"}}
        if group["maximize"]:
            grad = -grad
        if decay != 0:
            if group["decoupled_weight_decay"]:  # it shrinks the parameter itself instead of entering the gradient
                p.mul_(1 - lr * decay)
            else:
                grad = grad.add(p, alpha=decay)
        step = state["step"].add_(1)
        mean = state["exp_avg"].mul_(beta1).add_(grad * (1 - beta1))
        square = state["exp_avg_sq"].mul_(beta2).add_((grad * grad).mul_(1 - beta2))
        if group["amsgrad"]:
            square = state["max_exp_avg_sq"].copy_(maximum(state["max_exp_avg_sq"], square))
        # The step count is a 0-d float64 tensor and stays one, so that a compiled step need not be compiled anew.
        root = (square / (1 - beta2**step)).sqrt().add_(group["eps"])
        p.sub_(mean / root * (lr / (1 - beta1**step)))


class AdamW(Adam):
    """Adam with weight decay taken from the parameter itself, not through the gradient (Loshchilov and Hutter 2019).

    >>> import adjoint as ad
    >>> p = ad.tensor(1., requires_grad=True)
    >>> ad.optim.AdamW([p], lr=0.1).defaults["weight_decay"]
    0.01
    """

    def __init__(self, params: Iterable[Any], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 1e-2, amsgrad: bool = False, *, maximize: bool = False,
                 foreach: bool | None = None, capturable: bool = False, differentiable: bool = False,
                 fused: bool | None = None) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize, foreach=foreach,
                         capturable=capturable, differentiable=differentiable, fused=fused,
                         decoupled_weight_decay=True)
