"""Python's operators on tensors. Sums, products and comparisons are the ops themselves, without a function between.

What is neither a tensor, an array nor a number makes an operator return NotImplemented, so that the other operand's
class is asked, and Python says which types do not go together.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import fast
from ..core.tensor import TensorBase
from ..ops import arithmetic as ar
from ..ops import comparison as cmp
from . import arithmetic, logic, powers
from .writing import inplace

if TYPE_CHECKING:
    from .._tensor import Tensor

OPERANDS = (TensorBase, numbers.Number, np.ndarray, np.generic)


def _checked(function: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """The function of two operands as an operator."""

    def operator(self: Any, other: Any) -> Any:
        return function(self, other) if isinstance(other, OPERANDS) else NotImplemented

    return operator


def _short(op: Any) -> Callable[[Any, Any], Any]:
    """An elementwise op as an operator."""
    return fast.operator(op.op)


def _compared(op: Any) -> Callable[[Any, Any], Any]:
    """An op without derivative as an operator."""
    return fast.comparison(op.op)


def _reflected(function: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """The same with the operands exchanged."""

    def operator(self: Any, other: Any) -> Any:
        return function(other, self) if isinstance(other, OPERANDS) else NotImplemented

    return operator


class Operators:
    """The methods that Python calls for `x + y`, `-x`, `x < y`, `x += y` and so on."""

    __slots__ = ()
    __neg__ = ar.negative
    __pos__ = arithmetic.positive
    __abs__ = ar.absolute
    __invert__ = cmp.bitwise_not

    __add__ = __radd__ = _short(ar.add)
    __mul__ = __rmul__ = _short(ar.multiply)
    __sub__ = _short(ar.subtract)
    __rsub__ = _short(ar.rsub)
    __truediv__ = __div__ = _short(ar.divide)
    __rtruediv__ = __rdiv__ = _short(ar.rdivide)
    __pow__ = _checked(ar.raised)
    __rpow__ = _reflected(ar.raised)
    __floordiv__ = _checked(arithmetic.floor_divide)
    __rfloordiv__ = _reflected(arithmetic.floor_divide)
    __mod__ = _checked(arithmetic.remainder)
    __rmod__ = _reflected(arithmetic.remainder)

    def __divmod__(self, other: Any) -> tuple[Tensor, Tensor]:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> tuple[Tensor, Tensor]:
        return other // self, other % self

    __eq__ = _compared(cmp.equal)
    __ne__ = _compared(cmp.not_equal)
    __lt__ = _compared(cmp.less)
    __le__ = _compared(cmp.less_equal)
    __gt__ = _compared(cmp.greater)
    __ge__ = _compared(cmp.greater_equal)

    __and__ = __rand__ = _compared(cmp.bitwise_and)
    __or__ = __ror__ = _compared(cmp.bitwise_or)
    __xor__ = __rxor__ = _compared(cmp.bitwise_xor)
    __lshift__ = _checked(cmp.left_shift)
    __rlshift__ = _reflected(cmp.left_shift)
    __rshift__ = _checked(cmp.right_shift)
    __rrshift__ = _reflected(cmp.right_shift)

    __iadd__ = arithmetic.add_into
    __isub__ = arithmetic.sub_into
    __imul__ = arithmetic.mul_into
    __itruediv__ = __idiv__ = arithmetic.div_into
    __ipow__ = inplace(powers.pow)
    __ifloordiv__ = inplace(arithmetic.floor_divide)
    __imod__ = inplace(arithmetic.remainder)
    __iand__ = inplace(logic.bitwise_and)
    __ior__ = inplace(logic.bitwise_or)
    __ixor__ = inplace(logic.bitwise_xor)
    __ilshift__ = inplace(logic.bitwise_left_shift)
    __irshift__ = inplace(logic.bitwise_right_shift)
