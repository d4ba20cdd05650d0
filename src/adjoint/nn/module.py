"""Module: parameters, buffers and sub-modules under the names they were assigned to, found again by walking them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Self

from .._tensor import Tensor
from ..autograd.grad_mode import no_grad
from ..core.dtypes import bfloat16, float16, float32, float64
from .calling import Called
from .parameter import Parameter


class IncompatibleKeys(NamedTuple):
    """What load_state_dict(strict=False) did not find, and what it found too much."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


class Module(Called):
    """Base of layers and models: define `forward`, assign parameters and modules to attributes, call the module.

    >>> import adjoint as ad
    >>> class Scale(ad.nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.factor = ad.nn.Parameter(ad.tensor(2.))
    ...     def forward(self, x):
    ...         return self.factor * x
    >>> Scale()(ad.tensor(3.))
    tensor(6., grad_fn=<MulBackward0>)
    """

    training: bool
    epoch = 0  # rises whenever a parameter, buffer or module of any Module is set: what is compiled may depend on it

    def __init__(self) -> None:
        names: dict[str, Any] = {
            "training": True, "_parameters": {}, "_buffers": {}, "_modules": {}, "_transient": set(),
            "_forward_pre_hooks": {}, "_forward_hooks": {}, "_backward_pre_hooks": {}, "_backward_hooks": {},
        }
        self.__dict__.update(names)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes: every subclass defines it."""
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    # Attributes ------------------------------------------------------------------------------------------------------

    def __setattr__(self, name: str, value: Any) -> None:
        d = self.__dict__
        if "_parameters" not in d:
            if isinstance(value, (Parameter, Module)):
                raise AttributeError(f"call {type(self).__name__}'s super().__init__() before assigning {name}")
            object.__setattr__(self, name, value)
            return
        kinds = d["_parameters"], d["_buffers"], d["_modules"]
        if isinstance(value, Parameter):
            self.register_parameter(name, value)
        elif isinstance(value, Module):
            self.register_module(name, value)
        elif name in kinds[0] or name in kinds[2]:
            if value is not None:
                what = "parameter" if name in kinds[0] else "module"
                raise TypeError(f"cannot assign '{type(value).__name__}' as {what} '{name}' (an adjoint.nn."
                                f"{what.capitalize()} or None expected)")
            self._place(name, kinds[0] if name in kinds[0] else kinds[2], None)
        elif name in kinds[1]:
            self._place(name, kinds[1], value)
        else:
            object.__setattr__(self, name, value)

    def _place(self, name: str, kind: dict[str, Any], value: Any) -> None:
        for other in (self._parameters, self._buffers, self._modules):
            if other is not kind:
                other.pop(name, None)
        self.__dict__.pop(name, None)
        kind[name] = value
        Module.epoch += 1

    def __getattr__(self, name: str) -> Any:
        for kind in ("_parameters", "_buffers", "_modules"):
            found = self.__dict__.get(kind)
            if found is not None and name in found:
                return found[name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __delattr__(self, name: str) -> None:
        for kind in (self._parameters, self._buffers, self._modules):
            if name in kind:
                del kind[name]
                Module.epoch += 1
                return
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *self._parameters, *self._buffers, *self._modules})

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Make `param` the parameter `name` of this module."""
        _check_name(self, name)
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(f"cannot assign '{type(param).__name__}' object to parameter '{name}' "
                            "(adjoint.nn.Parameter or None required)")
        self._place(name, self._parameters, param)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Make `tensor` a part of the state that is no parameter; a non-persistent one is not in state_dict."""
        _check_name(self, name)
        self._place(name, self._buffers, tensor)
        (self._transient.discard if persistent else self._transient.add)(name)

    def register_module(self, name: str, module: Module | None) -> None:
        """Make `module` a child of this one."""
        _check_name(self, name)
        self._place(name, self._modules, module)

    add_module = register_module

    # Walking ---------------------------------------------------------------------------------------------------------

    def named_modules(self, memo: set[int] | None = None, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """(name, module) for this module and all below it, each once."""
        memo = set() if memo is None else memo
        if id(self) in memo:
            return
        memo.add(id(self))
        yield prefix, self
        for name, child in self._modules.items():
            if child is not None:
                yield from child.named_modules(memo, f"{prefix}.{name}" if prefix else name)

    def modules(self) -> Iterator[Module]:
        """This module and all below it."""
        return (m for _, m in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """(name, module) for the direct children."""
        return ((n, m) for n, m in self._modules.items() if m is not None)

    def children(self) -> Iterator[Module]:
        """The direct children."""
        return (m for _, m in self.named_children())

    def _named(self, kind: str, prefix: str, recurse: bool) -> Iterator[tuple[str, Any]]:
        seen: set[int] = set()
        for path, module in self.named_modules(prefix=prefix) if recurse else [(prefix, self)]:
            for name, value in module.__dict__[kind].items():
                if value is not None and id(value) not in seen:
                    seen.add(id(value))
                    yield (f"{path}.{name}" if path else name), value

    def named_parameters(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Parameter]]:
        """(name, parameter) of this module and those below, each once."""
        return self._named("_parameters", prefix, recurse)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """The parameters of this module and those below."""
        return (p for _, p in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Tensor]]:
        """(name, buffer) of this module and those below."""
        return self._named("_buffers", prefix, recurse)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """The buffers of this module and those below."""
        return (b for _, b in self.named_buffers(recurse=recurse))

    def get_submodule(self, target: str) -> Module:
        """The module under a dotted name; this one for the empty name."""
        found: Any = self
        for name in target.split(".") if target else ():
            found = getattr(found, name, None)
            if not isinstance(found, Module):
                raise AttributeError(f"{type(self).__name__} has no module {target!r}")
        return found

    def get_parameter(self, target: str) -> Parameter:
        """The parameter under a dotted name."""
        return self._at(target, "_parameters", "parameter")

    def get_buffer(self, target: str) -> Tensor:
        """The buffer under a dotted name."""
        return self._at(target, "_buffers", "buffer")

    def _at(self, target: str, kind: str, what: str) -> Any:
        path, _, name = target.rpartition(".")
        found = self.get_submodule(path).__dict__[kind].get(name)
        if found is None:
            raise AttributeError(f"{type(self).__name__} has no {what} {target!r}")
        return found

    # State -----------------------------------------------------------------------------------------------------------

    def train(self, mode: bool = True) -> Self:
        """This module, set (with all below it) to training or, with False, to evaluation."""
        for m in self.modules():
            m.training = mode
        return self

    def eval(self) -> Self:
        """This module, set to evaluation."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """This module, whose parameters now require grad, or do not."""
        for p in self.parameters():
            p.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the parameters' gradients, or set them to zero."""
        for p in self.parameters():
            if p.grad is not None:
                if set_to_none:
                    p.grad = None
                else:
                    p.grad = p.grad.detach() * 0

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """This module, after fn was called with each module below it and itself."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def to(self, *args: Any, **kwargs: Any) -> Self:
        """This module, its floating-point parameters and buffers converted as Tensor.to does."""
        with no_grad():
            for t in [*self.parameters(), *self.buffers()]:
                if t.dtype.is_floating_point or t.dtype.is_complex:
                    t.data = t.data.to(*args, **kwargs)
                    if t.grad is not None:
                        t.grad = t.grad.to(*args, **kwargs)
        return self

    def double(self) -> Self:
        """This module in float64."""
        return self.to(float64)

    def float(self) -> Self:
        """This module in float32."""
        return self.to(float32)

    def half(self) -> Self:
        """This module in float16."""
        return self.to(float16)

    def bfloat16(self) -> Self:
        """This module in bfloat16."""
        return self.to(bfloat16)

    def cpu(self) -> Self:
        """This module, which is on the CPU."""
        return self

    def cuda(self, device: Any = None) -> Self:
        """DeviceError: there is no CUDA device here."""
        return self.to("cuda" if device is None else device)

    def state_dict(self, *, prefix: str = "", keep_vars: bool = False) -> OrderedDict[str, Any]:
        """Parameters and persistent buffers by name; untracked tensors on the same memory unless `keep_vars`."""
        state: OrderedDict[str, Any] = OrderedDict()
        for path, m in self._paths(prefix.rstrip(".")):
            for name, value in [*m._parameters.items(), *m._buffers.items()]:
                if value is not None and name not in m._transient:
                    state[f"{path}.{name}" if path else name] = value if keep_vars else value.detach()
        return state

    def _paths(self, prefix: str) -> Iterator[tuple[str, Module]]:
        """(name, module) under every name: a module that is shared has several."""
        yield prefix, self
        for name, child in self.named_children():
            yield from child._paths(f"{prefix}.{name}" if prefix else name)

    def load_state_dict(self, state_dict: dict[str, Any], strict: bool = True) -> IncompatibleKeys:
        """The names missing and unexpected, after the values were copied in; unless all fits, nothing is changed."""
        own = self.state_dict(keep_vars=True)
        keys = IncompatibleKeys([k for k in own if k not in state_dict], [k for k in state_dict if k not in own])
        problems = []
        if strict and keys.missing_keys:
            problems.append(f"Missing key(s) in state_dict: {_quoted(keys.missing_keys)}.")
        if strict and keys.unexpected_keys:
            problems.append(f"Unexpected key(s) in state_dict: {_quoted(keys.unexpected_keys)}.")
        problems += [f"size mismatch for {k}: copying a param with shape {state_dict[k].shape} from checkpoint, the "
                     f"shape in current model is {own[k].shape}." for k in own
                     if k in state_dict and tuple(state_dict[k].shape) != tuple(own[k].shape)]
        if problems:
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}:\n\t" + "\n\t".join(problems))
        with no_grad():
            for k in own:
                if k in state_dict:
                    own[k].copy_(state_dict[k])
        return keys

    def extra_repr(self) -> str:
        """What the module's line says between the brackets."""
        return ""

    def __repr__(self) -> str:
        lines = [f"({name}): " + repr(m).replace("\n", "\n  ") for name, m in self._modules.items()]
        extra = self.extra_repr()
        if not lines:
            return f"{type(self).__name__}({extra})"
        return f"{type(self).__name__}(\n  " + "\n  ".join(([extra] if extra else []) + lines) + "\n)"


def _quoted(names: list[str]) -> str:
    return ", ".join([f'"{name}"' for name in names])


def _check_name(module: Module, name: str) -> None:
    if "_parameters" not in module.__dict__:
        raise AttributeError(f"call {type(module).__name__}'s super().__init__() before assigning {name}")
    if not isinstance(name, str) or not name or "." in name:
        raise KeyError(f"a name of a parameter, buffer or module is a non-empty string without dots, not {name!r}")
