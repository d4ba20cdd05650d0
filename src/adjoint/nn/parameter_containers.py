"""Modules that hold parameters: a list and a dictionary, whose tensors become parameters when they are put in."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import Any

from .._tensor import Tensor
from .module import Module
from .parameter import Parameter


def _parameter(value: Any) -> Any:
    """The value; a tensor as a parameter."""
    return Parameter(value) if isinstance(value, Tensor) and not isinstance(value, Parameter) else value


def _described(name: Any, value: Any, kind: Callable[[Any], Any]) -> str:
    if not isinstance(value, Tensor):
        return f"({name}): Object of type: {type(value).__name__}"
    size = "x".join(map(str, value.shape))
    return f"({name}): Parameter containing: [{kind(value)} of size {size}]"


class ParameterList(Module):
    """A list of parameters that its module finds. Tensors put in become parameters; other values stay as they are.

    >>> import adjoint as ad
    >>> weights = ad.nn.ParameterList([ad.ones(2), ad.ones(3)])
    >>> [name for name, _ in weights.named_parameters()]
    ['0', '1']
    """

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        super().__init__()
        self._size = 0
        self.extend(values or ())

    def append(self, value: Any) -> ParameterList:
        """This list with one more value."""
        self._size += 1
        self[-1] = value
        return self

    def extend(self, values: Iterable[Any]) -> ParameterList:
        """This list with more values."""
        if isinstance(values, Tensor):
            raise TypeError("ParameterList.extend takes a list of values, but got one tensor; append takes one")
        for value in list(values):
            self.append(value)
        return self

    __iadd__ = extend

    def pop(self, index: int = -1) -> Any:
        """The value at index, which the list no longer has."""
        values = list(self)
        value = values.pop(index)
        for i in range(self._size):
            delattr(self, str(i))
        self._size = 0
        self.extend(values)
        return value

    def _name(self, index: int) -> str:
        index = index.__index__()
        if not -self._size <= index < self._size:
            raise IndexError(f"index {index} is out of range: this ParameterList has {self._size} values")
        return str(index % self._size)

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return type(self)(list(self)[index])
        return getattr(self, self._name(index))

    def __setitem__(self, index: int, value: Any) -> None:
        setattr(self, self._name(index), _parameter(value))

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Any]:
        return iter([self[i] for i in range(self._size)])

    def __repr__(self) -> str:
        if not self._size:
            return "ParameterList()"
        lines = [f"    {_described(i, v, lambda p: p.dtype)}" for i, v in enumerate(self)]
        return "ParameterList(\n" + "\n".join(lines) + "\n)"


class ParameterDict(Module):
    """A dictionary of parameters that its module finds. Tensors put in become parameters; other values stay.

    >>> import adjoint as ad
    >>> weights = ad.nn.ParameterDict({"left": ad.ones(2)})
    >>> weights["left"]
    Parameter containing:
    tensor([1., 1.], requires_grad=True)
    """

    def __init__(self, parameters: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None) -> None:
        super().__init__()
        self._values: dict[str, None] = {}  # the names in order
        self.update(parameters or {})

    def update(self, parameters: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> None:
        """Enter more values by name."""
        for name, value in dict(parameters).items():
            self[name] = value

    def __getitem__(self, name: str) -> Any:
        if name not in self._values:
            raise KeyError(name)
        return getattr(self, name)

    def __setitem__(self, name: str, value: Any) -> None:
        if name not in self._values and hasattr(self, name):
            raise KeyError(f"attribute '{name}' already exists; choose another name")
        setattr(self, name, _parameter(value))
        self._values[name] = None

    def __delitem__(self, name: str) -> None:
        del self._values[name]
        delattr(self, name)

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def _dict(self) -> dict[str, Any]:
        return {name: self[name] for name in self._values}

    def get(self, name: str, default: Any = None) -> Any:
        """The value of that name, or the default."""
        return self[name] if name in self._values else default

    def setdefault(self, name: str, default: Any = None) -> Any:
        """The value of that name, which is the default if there was none."""
        if name not in self._values:
            self[name] = default
        return self[name]

    def pop(self, name: str) -> Any:
        """The value of that name, which the dictionary no longer has."""
        value = self[name]
        del self[name]
        return value

    def clear(self) -> None:
        """Forget all values."""
        for name in list(self._values):
            del self[name]

    def keys(self) -> KeysView[str]:
        """The names."""
        return self._values.keys()

    def values(self) -> ValuesView[Any]:
        """The values."""
        return self._dict().values()

    def items(self) -> ItemsView[str, Any]:
        """(name, value) pairs."""
        return self._dict().items()

    def __repr__(self) -> str:
        lines = "\n".join([f"    {_described(name, value, Tensor.type)}" for name, value in self.items()])
        return f"ParameterDict(\n{lines}\n)" if lines else "ParameterDict()"
