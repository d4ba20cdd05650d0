"""The state of a module by name: what state_dict gives and load_state_dict takes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .._tensor import Tensor
from ..autograd.grad_mode import no_grad
from .parameter import Parameter


class IncompatibleKeys(NamedTuple):
    """What load_state_dict(strict=False) did not find, and what it found too much."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


class Saved:
    """The part of Module that is saved and loaded."""

    _parameters: dict[str, Any]
    _buffers: dict[str, Any]
    _modules: dict[str, Any]
    _transient: set[str]

    def state_dict(self, *, destination: dict[str, Any] | None = None, prefix: str = "",
                   keep_vars: bool = False) -> Any:
        """Parameters and persistent buffers by name; untracked tensors on the same memory unless `keep_vars`.

        They are entered into `destination` if one is given, their names after `prefix` (which ends with its dot).

        >>> import adjoint as ad
        >>> list(ad.nn.Linear(2, 1).state_dict(prefix="first."))
        ['first.weight', 'first.bias']
        """
        state: dict[str, Any] = OrderedDict() if destination is None else destination
        for name, _, value in self._own_state():
            state[prefix + name] = value if keep_vars else value.detach()
        for name, child in self._modules.items():
            if child is not None:
                child.state_dict(destination=state, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
        return state

    def _own_state(self) -> Iterator[tuple[str, dict[str, Any], Tensor]]:
        """(name, the dictionary that has it, tensor) of what this module itself, without its children, saves."""
        for kind in (self._parameters, self._buffers):
            for name, value in kind.items():
                if value is not None and name not in self._transient:
                    yield name, kind, value

    def _paths(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """(name, module) under every name: a module that is shared has several."""
        yield prefix, self
        for name, child in self._modules.items():
            if child is not None:
                yield from child._paths(f"{prefix}.{name}" if prefix else name)

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True,
                        assign: bool = False) -> IncompatibleKeys:
        """The names missing and unexpected, after the values were copied in; unless all fits, nothing is changed.

        With `assign` the values themselves, in their own dtypes, become the parameters and buffers.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        own = {f"{path}.{name}" if path else name: (module, kind, name, value)
               for path, module in self._paths("") for name, kind, value in module._own_state()}
        keys = IncompatibleKeys([k for k in own if k not in state_dict], [k for k in state_dict if k not in own])
        problems = []
        if strict and keys.missing_keys:
            problems.append(f"Missing key(s) in state_dict: {_quoted(keys.missing_keys)}.")
        if strict and keys.unexpected_keys:
            problems.append(f"Unexpected key(s) in state_dict: {_quoted(keys.unexpected_keys)}.")
        for key, (_, _, _, value) in own.items():
            new = state_dict.get(key, value)
            if not hasattr(new, "shape"):
                problems.append(f'While copying the parameter named "{key}", expected a Tensor or an array from '
                                f"checkpoint but received {type(new)}")
            elif tuple(new.shape) != tuple(value.shape):
                problems.append(f"size mismatch for {key}: copying a param with shape {new.shape} from checkpoint, "
                                f"the shape in current model is {value.shape}.")
        if problems:
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}:\n\t" + "\n\t".join(problems))
        with no_grad():
            for key, (module, kind, name, value) in own.items():
                if key not in state_dict:
                    continue
                new = state_dict[key]
                if not assign:
                    value.copy_(new)
                elif kind is module._parameters and not isinstance(new, Parameter):
                    module._place(name, kind, Parameter(new, value.requires_grad))
                else:
                    module._place(name, kind, new)
        return keys


def _quoted(names: list[str]) -> str:
    return ", ".join([f'"{name}"' for name in names])
