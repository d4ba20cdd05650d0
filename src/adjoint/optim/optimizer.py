"""What every optimiser has: groups of parameters with options, state by parameter, step, zero_grad, state_dict."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any, ClassVar

from .._tensor import Tensor
from ..autograd.grad_mode import enable_grad, set_grad_enabled


class Optimizer:
    """Base of the optimisers: a subclass sets `defaults` and defines `update(p, grad, state, group)`.

    `params` are tensors, (name, tensor) pairs, or dictionaries of tensors and options that differ from the defaults.
    The options `foreach`, `fused` and `capturable`, which in PyTorch choose among equal implementations, change
    nothing; with `differentiable` the step itself is recorded.

    >>> import adjoint as ad
    >>> class Sign(ad.optim.Optimizer):
    ...     def update(self, p, grad, state, group):
    ...         p.sub_(group["lr"] * grad.sign())
    >>> w = ad.tensor([1.0, -1.0], requires_grad=True)
    >>> (w**2).sum().backward()
    >>> Sign([w], {"lr": 0.25}).step()
    >>> w
    tensor([ 0.7500, -0.7500], requires_grad=True)
    """

    epoch: ClassVar[int] = 0  # rises when a group is added to any optimiser: what is compiled may depend on it

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor) or not isinstance(params, Iterable):
            raise TypeError("params argument given to the optimizer should be an iterable of Tensors or dicts, as "
                            f"[tensor] or module.parameters() are, but got a {type(params).__name__}")
        self.defaults = defaults
        self.state: defaultdict[Tensor, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Take on more parameters, with their options; all are checked before any is taken."""
        params = param_group["params"]
        params = [params] if isinstance(params, Tensor) else list(params)
        params = [p[1] if isinstance(p, tuple) else p for p in params]
        if len({id(p) for p in params}) < len(params):
            warnings.warn("optimizer contains a parameter group with duplicate parameters; in future, this will cause "
                          "an error", stacklevel=3)
        known = {id(p) for g in self.param_groups for p in g["params"]}
        for p in params:
            if not isinstance(p, Tensor):
                raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {type(p).__name__}")
            if not p.is_leaf:
                raise ValueError("can't optimize a non-leaf Tensor")
            if id(p) in known:
                raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append({"params": params, **self.defaults, **{k: v for k, v in param_group.items()
                                                                         if k != "params"}})
        Optimizer.epoch += 1

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, or set them to zero."""
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none:
                    p.grad = None
                elif p.grad is not None:
                    p.grad = p.grad.detach() * 0

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """The closure's loss, if there is one, after each parameter with a gradient was updated."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        with set_grad_enabled(self.defaults.get("differentiable", False)):
            for group in self.param_groups:
                for p in group["params"]:
                    grad = p.grad
                    if grad is not None:
                        self.update(p, grad, self.state[p], group)
        return loss

    def update(self, p: Tensor, grad: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Change the parameter `p` in place: every optimiser defines it."""
        raise NotImplementedError(f"{type(self).__name__} does not define update()")

    def state_dict(self) -> dict[str, Any]:
        """The state and the groups' options, with numbers for parameters."""
        numbers = {id(p): i for i, p in enumerate(p for g in self.param_groups for p in g["params"])}
        return {
            "state": {numbers[id(p)]: s for p, s in self.state.items() if s},
            "param_groups": [{**g, "params": [numbers[id(p)] for p in g["params"]]} for g in self.param_groups],
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take on the state and options of a state_dict() of an optimiser with groups of the same sizes."""
        groups = state_dict["param_groups"]
        if [len(g["params"]) for g in groups] != [len(g["params"]) for g in self.param_groups]:
            raise ValueError("loaded state dict contains a parameter group that doesn't match the size of optimizer's "
                             "group")
        params = [p for g in self.param_groups for p in g["params"]]
        order = [n for g in groups for n in g["params"]]
        self.state = defaultdict(dict, {p: deepcopy(state_dict["state"][n]) for p, n in zip(params, order, strict=True)
                                        if n in state_dict["state"]})
        self.param_groups = [{**deepcopy({k: v for k, v in new.items() if k != "params"}), "params": old["params"]}
                             for new, old in zip(groups, self.param_groups, strict=True)]

    def __repr__(self) -> str:
        groups = ["\n".join([f"Parameter Group {i}", *[f"    {k}: {group[k]}" for k in sorted(group) if k != "params"]])
                  for i, group in enumerate(self.param_groups)]
        return f"{type(self).__name__} (\n" + "\n\n".join(groups) + "\n)"


def non_negative(**values: Any) -> None:
    """ValueError unless every value is at least 0."""
    for name, value in values.items():
        if not value >= 0:
            raise ValueError(f"Invalid {name} value: {value}; it must be at least 0")
