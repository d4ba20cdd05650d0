"""Stochastic gradient descent with momentum."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._tensor import Tensor
from .optimizer import Optimizer, non_negative


class SGD(Optimizer):
    """p <- p - lr v with v = momentum v + (1 - dampening) g, g the gradient plus weight_decay p; Nesterov's look-ahead
    takes g + momentum v for v (Sutskever et al. 2013).

    >>> import adjoint as ad
    >>> p = ad.tensor(1., requires_grad=True)
    >>> optimiser = ad.optim.SGD([p], lr=0.1)
    >>> (p * p).backward()
    >>> optimiser.step()
    >>> p
    tensor(0.8000, requires_grad=True)
    """

    def __init__(self, params: Iterable[Any], lr: float = 1e-3, momentum: float = 0, dampening: float = 0,
                 weight_decay: float = 0, nesterov: bool = False, *, maximize: bool = False,
                 foreach: bool | None = None, differentiable: bool = False, fused: bool | None = None) -> None:
        non_negative(learning_rate=lr, momentum=momentum, weight_decay=weight_decay)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        super().__init__(params, {"lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay,
                                  "nesterov": nesterov, "maximize": maximize, "foreach": foreach,
                                  "differentiable": differentiable, "fused": fused})

    def update(self, p: Tensor, grad: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        """One step for one parameter."""
        momentum = group["momentum"]
        if group["maximize"]:
            grad = -grad
        if group["weight_decay"] != 0:
            grad = grad.add(p, alpha=group["weight_decay"])
        if momentum != 0:
            velocity = state.get("momentum_buffer")
            if velocity is None:
                velocity = state["momentum_buffer"] = grad.clone()
            else:
                velocity.mul_(momentum).add_(grad if group["dampening"] == 0 else grad * (1 - group["dampening"]))
            grad = grad.add(velocity, alpha=momentum) if group["nesterov"] else velocity
        p.sub_(grad * group["lr"])
