"""The named tuples that functions with several results return: PyTorch's names and printing."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .._tensor import Tensor


class Named(tuple[Any, ...]):
    """A tuple with field names. (Not typing.NamedTuple, which compiles each class: 100 us of import time apiece.)"""

    __slots__ = ()
    _fields: tuple[str, ...] = ()

    def __new__(cls, *values: Any) -> Any:
        """The fields in order."""
        return tuple.__new__(cls, values)

    @classmethod
    def _make(cls, values: Any) -> Any:
        """One of these values; with `_asdict` it is what marks a named tuple, which transforms look into."""
        return cls(*values)

    def _asdict(self) -> dict[str, Any]:
        """The values by their names."""
        return dict(zip(self._fields, self, strict=True))

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)

    def __repr__(self) -> str:
        told = ",\n".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
        return f"adjoint.return_types.{type(self).__name__}(\n{told})"


class ValuesIndices(Named):
    """Values and where they stood."""

    __slots__ = ()
    _fields = ("values", "indices")
    values: Tensor = property(itemgetter(0))  # type: ignore[assignment]
    indices: Tensor = property(itemgetter(1))  # type: ignore[assignment]


class max(ValuesIndices):
    """What adjoint.max(input, dim) returns."""

    __slots__ = ()


class min(ValuesIndices):
    """What adjoint.min(input, dim) returns."""

    __slots__ = ()


class median(ValuesIndices):
    """What adjoint.median(input, dim) returns."""

    __slots__ = ()


class nanmedian(ValuesIndices):
    """What adjoint.nanmedian(input, dim) returns."""

    __slots__ = ()


class mode(ValuesIndices):
    """What adjoint.mode returns."""

    __slots__ = ()


class kthvalue(ValuesIndices):
    """What adjoint.kthvalue returns."""

    __slots__ = ()


class cummax(ValuesIndices):
    """What adjoint.cummax returns."""

    __slots__ = ()


class cummin(ValuesIndices):
    """What adjoint.cummin returns."""

    __slots__ = ()


class sort(ValuesIndices):
    """What adjoint.sort returns."""

    __slots__ = ()


class topk(ValuesIndices):
    """What adjoint.topk returns."""

    __slots__ = ()


class aminmax(Named):
    """What adjoint.aminmax returns."""

    __slots__ = ()
    _fields = ("min", "max")
    min: Tensor = property(itemgetter(0))  # type: ignore[assignment]
    max: Tensor = property(itemgetter(1))  # type: ignore[assignment]


class histogram(Named):
    """What adjoint.histogram returns."""

    __slots__ = ()
    _fields = ("hist", "bin_edges")
    hist: Tensor = property(itemgetter(0))  # type: ignore[assignment]
    bin_edges: Tensor = property(itemgetter(1))  # type: ignore[assignment]


class histogramdd(Named):
    """What adjoint.histogramdd returns."""

    __slots__ = ()
    _fields = ("hist", "bin_edges")
    hist: Tensor = property(itemgetter(0))  # type: ignore[assignment]
    bin_edges: tuple[Tensor, ...] = property(itemgetter(1))  # type: ignore[assignment]


class frexp(Named):
    """What adjoint.frexp returns."""

    __slots__ = ()
    _fields = ("mantissa", "exponent")
    mantissa: Tensor = property(itemgetter(0))  # type: ignore[assignment]
    exponent: Tensor = property(itemgetter(1))  # type: ignore[assignment]
