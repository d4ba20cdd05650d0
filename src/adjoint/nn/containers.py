"""Modules that hold modules."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .module import Module


class Sequential(Module):
    """Modules applied one after the other; also takes an OrderedDict of named modules.

    >>> import adjoint as ad
    >>> ad.nn.Sequential(ad.nn.ReLU(), ad.nn.Tanh())(ad.tensor([-1., 1.]))
    tensor([0.0000, 0.7616])
    """

    def __init__(self, *modules: Any) -> None:
        super().__init__()
        named = modules[0].items() if len(modules) == 1 and isinstance(modules[0], OrderedDict) else enumerate(modules)
        for name, module in named:
            self.add_module(str(name), module)

    def forward(self, input: Any) -> Any:
        """The input through each module in turn."""
        for module in self._modules.values():
            input = module(input)
        return input

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return type(self)(OrderedDict(list(self._modules.items())[index]))
        return list(self._modules.values())[index]

    def append(self, module: Module) -> Sequential:
        """This container with one more module at its end."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Sequential:
        """This container with more modules at its end."""
        for module in modules:
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Sequential:
        """This container with a module before the one at index."""
        modules = list(self)
        modules.insert(index, module)
        _refill(self, modules)
        return self

    def pop(self, index: int = -1) -> Module:
        """The module at index, which the container no longer has."""
        module: Module = self[index]
        del self[index]
        return module

    def __add__(self, other: Iterable[Module]) -> Sequential:
        return Sequential(*self, *other)

    __iadd__ = extend

    def __setitem__(self, index: int, module: Module) -> None:
        self.add_module(list(self._modules)[index], module)

    def __delitem__(self, index: int | slice) -> None:
        _refill(self, _without(self, index))


class ModuleList(Module):
    """A list of modules whose parameters are found.

    >>> import adjoint as ad
    >>> len(ad.nn.ModuleList([ad.nn.ReLU(), ad.nn.Tanh()]))
    2
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        super().__init__()
        self.extend(modules)

    def append(self, module: Module) -> ModuleList:
        """This list with one more module."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> ModuleList:
        """This list with more modules."""
        if not isinstance(modules, Iterable):
            raise TypeError(f"ModuleList takes an iterable of modules, but got {type(modules).__name__}; append() "
                            "takes one")
        for module in modules:
            self.append(module)
        return self

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def __getitem__(self, index: int | slice) -> Any:
        found = list(self._modules.values())[index]
        return ModuleList(found) if isinstance(found, list) else found

    def __setitem__(self, index: int, module: Module) -> None:
        self.add_module(str(range(len(self))[index]), module)

    def __delitem__(self, index: int | slice) -> None:
        _refill(self, _without(self, index))

    def __iadd__(self, modules: Iterable[Module]) -> ModuleList:
        return self.extend(modules)

    def insert(self, index: int, module: Module) -> None:
        """Put a module before the one at index."""
        modules = list(self)
        modules.insert(index, module)
        _refill(self, modules)

    def pop(self, index: int = -1) -> Module:
        """The module at index, which the list no longer has."""
        module: Module = self[index]
        del self[index]
        return module

    def __repr__(self) -> str:
        """As every module, with equal neighbours in one line."""
        groups: list[list[Any]] = []  # first index, last index, text
        for i, text in enumerate([repr(m) for m in self]):
            if groups and groups[-1][2] == text:
                groups[-1][1] = i
            else:
                groups.append([i, i, text])
        if not groups:
            return "ModuleList()"
        lines = [f"({i}): {text}" if i == j else f"({i}-{j}): {j - i + 1} x {text}" for i, j, text in groups]
        return "ModuleList(\n  " + "\n".join(lines).replace("\n", "\n  ") + "\n)"


def _without(container: Sequential | ModuleList, index: int | slice) -> list[Module]:
    modules = list(container)
    del modules[index]
    return modules


def _refill(container: Sequential | ModuleList, modules: list[Module]) -> None:
    """Give the container these modules, numbered anew."""
    for name in list(container._modules):
        delattr(container, name)
    for i, module in enumerate(modules):
        container.add_module(str(i), module)


class ModuleDict(Module):
    """A dictionary of modules whose parameters are found.

    >>> import adjoint as ad
    >>> list(ad.nn.ModuleDict({"act": ad.nn.ReLU()}).keys())
    ['act']
    """

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] | None = None) -> None:
        super().__init__()
        self.update(modules or {})

    def __getitem__(self, name: str) -> Any:
        return self._modules[name]

    def __setitem__(self, name: str, module: Module) -> None:
        self.add_module(name, module)

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, name: str) -> bool:
        return name in self._modules

    def __delitem__(self, name: str) -> None:
        del self._modules[name]

    def update(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]]) -> None:
        """Enter more modules by name."""
        pairs = modules.items() if isinstance(modules, (Mapping, ModuleDict)) else modules
        for pair in pairs:
            if not isinstance(pair, (tuple, list)) or len(pair) != 2:
                raise TypeError("ModuleDict takes a mapping from names to modules, or (name, module) pairs, but got "
                                f"{type(pair).__name__}")
            self[pair[0]] = pair[1]

    def pop(self, name: str) -> Module:
        """The module of that name, which the dictionary no longer has."""
        module: Module = self[name]
        del self[name]
        return module

    def clear(self) -> None:
        """Forget all modules."""
        for name in list(self._modules):
            del self[name]

    def keys(self) -> Iterable[str]:
        """The names."""
        return self._modules.keys()

    def values(self) -> Iterable[Module]:
        """The modules."""
        return self._modules.values()

    def items(self) -> Iterable[tuple[str, Module]]:
        """(name, module) pairs."""
        return self._modules.items()
