"""The methods of a tensor: for each family of functions, a mix-in that names those with the tensor as first argument."""

from __future__ import annotations

from typing import Any

from ..ops import arithmetic, contraction
from ..ops import reduction as red


class Operators:
    __slots__ = ()
    __add__ = __radd__ = arithmetic.add
    __mul__ = __rmul__ = arithmetic.multiply
    __sub__ = arithmetic.subtract
    __truediv__ = arithmetic.divide
    __pow__ = arithmetic.power
    __matmul__ = contraction.matmul
    __neg__ = arithmetic.negative

    def __rsub__(self, other: Any) -> Any:
        return arithmetic.subtract(other, self)

    def sum(self, dim: Any = None, keepdim: bool = False) -> Any:
        return red.sum(self, axis=dim, keepdims=keepdim)


class Methods(Operators):
    __slots__ = ()
