"""The methods of a tensor: each family of functions has a mix-in that names those with a tensor as first argument."""

from __future__ import annotations

from .activations import ActivationMethods
from .arithmetic import ArithmeticMethods
from .comparison import ComparisonMethods
from .contraction import ContractionMethods
from .exponential import ExponentialMethods
from .magnitudes import MagnitudeMethods
from .special import SpecialMethods
from .logic import LogicMethods
from .predicates import PredicateMethods
from .operators import Operators
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
from .elements import ElementMethods
from .positions import PositionMethods
from .spectrograms import SpectrogramMethods
from .subclasses import SubclassMethods


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
    ElementMethods,
    PositionMethods,
    SpectrogramMethods,
    SubclassMethods,
    Operators,
):
    """Every family's methods."""

    __slots__ = ()


