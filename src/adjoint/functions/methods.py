"""The methods of a tensor: for each family of functions, a mix-in that names those with the tensor as first argument."""

from __future__ import annotations

from typing import Any

from ..ops import arithmetic, comparison
from .activations import ActivationMethods
from .arithmetic import ArithmeticMethods
from .comparison import ComparisonMethods
from .contraction import ContractionMethods
from .exponential import ExponentialMethods
from .magnitudes import MagnitudeMethods
from .special import SpecialMethods
from .logic import LogicMethods
from .predicates import PredicateMethods
from .powers import PowerMethods
from .rounding import RoundingMethods
from .trigonometric import TrigonometricMethods
from .filled import FilledMethods
from .casting import CastingMethods
from .shapes import ShapeMethods
from .counting import CountingMethods
from .extremes import ExtremesMethods
from .linalg_classic import LinalgMethods
from .random_inplace import RandomMethods
from .reduction import ReductionMethods
from .scans import ScanMethods
from .softmax import SoftmaxMethods
from .sorting import SortingMethods
from .statistics import StatisticsMethods
from .pieces import PieceMethods
from .diagonals import DiagonalMethods
from .strides import StrideMethods
from .rearranging import RearrangingMethods
from .indexing import IndexingMethods
from .scattering import ScatteringMethods
from .reforming import ReformingMethods
from .filling import FillingMethods
from .copies import CopyMethods
from .complexes import ComplexMethods
from .subclasses import SubclassMethods
from .writing import inplace


class Operators:
    """Python's operators: the ops themselves, without a function between, for speed."""

    __slots__ = ()
    __add__ = __radd__ = arithmetic.add
    __mul__ = __rmul__ = arithmetic.multiply
    __sub__ = arithmetic.subtract
    __truediv__ = arithmetic.divide
    __pow__ = arithmetic.power
    __neg__ = arithmetic.negative
    __pos__ = arithmetic.positive
    __abs__ = arithmetic.absolute
    __floordiv__ = arithmetic.floor_divide
    __mod__ = arithmetic.remainder
    __ipow__ = inplace(arithmetic.power)
    __eq__ = comparison.equal
    __ne__ = comparison.not_equal
    __lt__ = comparison.less
    __le__ = comparison.less_equal
    __gt__ = comparison.greater
    __ge__ = comparison.greater_equal
    __and__ = __rand__ = comparison.bitwise_and
    __or__ = __ror__ = comparison.bitwise_or
    __xor__ = __rxor__ = comparison.bitwise_xor
    __invert__ = comparison.bitwise_not

    def __rsub__(self, other: Any) -> Any:
        return arithmetic.subtract(other, self)

    def __rtruediv__(self, other: Any) -> Any:
        return arithmetic.divide(other, self)

    def __rpow__(self, other: Any) -> Any:
        return arithmetic.power(other, self)


class Methods(
    ActivationMethods,
    ArithmeticMethods,
    ComparisonMethods,
    ContractionMethods,
    ExponentialMethods,
    TrigonometricMethods,
    MagnitudeMethods,
    SpecialMethods,
    LogicMethods,
    PredicateMethods,
    PowerMethods,
    RoundingMethods,
    FilledMethods,
    CastingMethods,
    ShapeMethods,
    CountingMethods,
    ExtremesMethods,
    LinalgMethods,
    RandomMethods,
    ReductionMethods,
    ScanMethods,
    SoftmaxMethods,
    SortingMethods,
    StatisticsMethods,
    PieceMethods,
    DiagonalMethods,
    StrideMethods,
    RearrangingMethods,
    IndexingMethods,
    ScatteringMethods,
    ReformingMethods,
    FillingMethods,
    CopyMethods,
    ComplexMethods,
    SubclassMethods,
    Operators,
):
    """Every family's methods."""

    __slots__ = ()


