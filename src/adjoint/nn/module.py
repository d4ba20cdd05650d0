"""Module: parameters, buffers and sub-modules under the names they were assigned to, found again by walking them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Self

from .._tensor import Tensor
from ..autograd.grad_mode import no_grad
from ..core.dtypes import DType, bfloat16, float16, float32, float64
from ..core.tensor import attributes
from ..errors import DtypeError
from .calling import Called
from .parameter import Buffer, Parameter
from .state import Saved


class Module(Called, Saved):
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
        if isinstance(value, (Parameter, Module)):
            _check_name(self, name)
            self._place(name, kinds[0] if isinstance(value, Parameter) else kinds[2], value)
        elif name in kinds[0] or name in kinds[2]:
            if value is not None:
                what = "parameter" if name in kinds[0] else "module"
                raise TypeError(f"cannot assign '{type(value).__name__}' as {what} '{name}' (adjoint.nn."
                                f"{what.capitalize()} or None expected)")
            self._place(name, kinds[0] if name in kinds[0] else kinds[2], None)
        elif isinstance(value, Buffer):
            _check_name(self, name)
            self._place(name, kinds[1], value)
            (self._transient.discard if attributes(value)["persistent"] else self._transient.add)(name)
        elif name in kinds[1]:
            _check_buffer(name, value)
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
        _check_new(self, name, "_parameters")
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(f"cannot assign '{type(param).__name__}' object to parameter '{name}' "
                            "(adjoint.nn.Parameter or None required)")
        self._place(name, self._parameters, param)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Make `tensor` a part of the state that is no parameter; a non-persistent one is not in state_dict."""
        _check_new(self, name, "_buffers")
        _check_buffer(name, tensor)
        self._place(name, self._buffers, tensor)
        (self._transient.discard if persistent else self._transient.add)(name)

    def register_module(self, name: str, module: Module | None) -> None:
        """Make `module` a child of this one."""
        _check_new(self, name, "_modules")
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{type(module).__name__} is not a Module subclass: '{name}' takes a Module or None")
        self._place(name, self._modules, module)

    add_module = register_module

    # Walking ---------------------------------------------------------------------------------------------------------

    def named_modules(self, memo: set[Any] | None = None, prefix: str = "",
                      remove_duplicate: bool = True) -> Iterator[tuple[str, Module]]:
        """(name, module) for this module and all below it, each once; or under each of its names."""
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, child in self._modules.items():
            if child is not None:
                yield from child.named_modules(memo, f"{prefix}.{name}" if prefix else name, remove_duplicate)

    def modules(self, remove_duplicate: bool = True) -> Iterator[Module]:
        """This module and all below it."""
        return (m for _, m in self.named_modules(remove_duplicate=remove_duplicate))

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """(name, module) for the direct children, each once."""
        seen: dict[Module, str] = {}
        for name, module in self._modules.items():
            if module is not None:
                seen.setdefault(module, name)
        return iter([(name, module) for module, name in seen.items()])

    def children(self) -> Iterator[Module]:
        """The direct children."""
        return (m for _, m in self.named_children())

    def _named(self, kind: str, prefix: str, recurse: bool, remove_duplicate: bool) -> Iterator[tuple[str, Any]]:
        seen: set[int] = set()
        modules = self.named_modules(None, prefix, remove_duplicate) if recurse else [(prefix, self)]
        for path, module in modules:
            for name, value in module.__dict__[kind].items():
                if value is not None and id(value) not in seen:
                    if remove_duplicate:
                        seen.add(id(value))
                    yield (f"{path}.{name}" if path else name), value

    def named_parameters(self, prefix: str = "", recurse: bool = True,
                         remove_duplicate: bool = True) -> Iterator[tuple[str, Parameter]]:
        """(name, parameter) of this module and those below, each once; or under each of its names."""
        return self._named("_parameters", prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """The parameters of this module and those below."""
        return (p for _, p in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix: str = "", recurse: bool = True,
                      remove_duplicate: bool = True) -> Iterator[tuple[str, Tensor]]:
        """(name, buffer) of this module and those below, each once; or under each of its names."""
        return self._named("_buffers", prefix, recurse, remove_duplicate)

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
        if not isinstance(mode, bool):
            raise ValueError(f"training mode is expected to be boolean, not {mode!r}")
        self.training = mode
        for child in self.children():
            child.train(mode)
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
        for dtype in [*args, *kwargs.values()]:
            if isinstance(dtype, DType) and not (dtype.is_floating_point or dtype.is_complex):
                raise DtypeError(f"Module.to takes floating-point and complex dtypes, but got {dtype!r}; Module.type "
                                 "takes any")
        return self._converted(lambda t: t.to(*args, **kwargs) if t.is_floating_point() or t.is_complex() else t)

    def type(self, dst_type: Any) -> Self:
        """This module, all its parameters and buffers in another dtype."""
        return self._converted(lambda t: t.type(dst_type))

    def _converted(self, fn: Callable[[Any], Any]) -> Self:
        """This module, its tensors and their gradients replaced by what fn makes of them."""
        with no_grad():
            for t in [*self.parameters(), *self.buffers()]:
                grad, t.grad = t.grad, None
                t.data = fn(t.data)
                if grad is not None:
                    t.grad = fn(grad)
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

    def _get_name(self) -> str:
        """The class as the module's line names it."""
        return type(self).__name__

    def extra_repr(self) -> str:
        """What the module's line says between the brackets."""
        return ""

    def __repr__(self) -> str:
        lines = [f"({name}): " + repr(m).replace("\n", "\n  ") for name, m in self._modules.items()]
        extra = self.extra_repr()
        if not lines:
            return f"{self._get_name()}({extra})"
        return f"{self._get_name()}(\n  " + "\n  ".join(([extra] if extra else []) + lines) + "\n)"


def _check_name(module: Module, name: str) -> None:
    if "_parameters" not in module.__dict__:
        raise AttributeError(f"call {type(module).__name__}'s super().__init__() before assigning {name}")
    if not isinstance(name, str) or not name or "." in name:
        raise KeyError(f"a name of a parameter, buffer or module is a non-empty string without dots, not {name!r}")
    if hasattr(type(module), name):  # it would hide what is registered
        raise KeyError(f"attribute '{name}' already exists: class {type(module).__name__} has one")


def _check_new(module: Module, name: str, kind: str) -> None:
    _check_name(module, name)
    if name not in module.__dict__[kind] and hasattr(module, name):
        raise KeyError(f"attribute '{name}' already exists; delete it first, or choose another name")


def _check_buffer(name: str, tensor: Any) -> None:
    if tensor is not None and not isinstance(tensor, Tensor):
        raise TypeError(f"cannot assign '{type(tensor).__name__}' as buffer '{name}' (a tensor or None expected)")
