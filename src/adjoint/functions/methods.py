"""The methods of a tensor: each family of functions has a mix-in that names those with a tensor as first argument."""

from __future__ import annotations

from .activations import ActivationMethods
from .arithmetic import ArithmeticMethods
from .broadcasting import BroadcastingMethods
from .casting import CastingMethods
from .comparison import ComparisonMethods
from .contraction import ContractionMethods
from .copies import CopyMethods
from .counting import CountingMethods
from .diagonals import DiagonalMethods
from .elements import ElementMethods
from .exponential import ExponentialMethods
from .extremes import ExtremesMethods
from .filling import FillingMethods
from .index_writing import IndexWritingMethods
from .indexing import IndexingMethods
from .linalg_classic import LinalgMethods
from .logic import LogicMethods
from .magnitudes import MagnitudeMethods
from .new_filled import FilledMethods
from .operators import Operators
from .part_writing import PartWritingMethods
from .pieces import PieceMethods
from .positions import PositionMethods
from .powers import PowerMethods
from .predicates import PredicateMethods
from .random_inplace import RandomMethods
from .rearranging import RearrangingMethods
from .reduction import ReductionMethods
from .reforming import ReformingMethods
from .rounding import RoundingMethods
from .scans import ScanMethods
from .scattering import ScatteringMethods
from .shapes import ShapeMethods
from .sharing import SharingMethods
from .softmax import SoftmaxMethods
from .sorting import SortingMethods
from .special import SpecialMethods
from .spectrograms import SpectrogramMethods
from .statistics import StatisticsMethods
from .strides import StrideMethods
from .subclasses import SubclassMethods
from .transposing import TransposingMethods
from .trigonometric import TrigonometricMethods


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
    TransposingMethods,
    BroadcastingMethods,
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
    PartWritingMethods,
    DiagonalMethods,
    StrideMethods,
    RearrangingMethods,
    IndexingMethods,
    ScatteringMethods,
    IndexWritingMethods,
    ReformingMethods,
    FillingMethods,
    CopyMethods,
    ElementMethods,
    PositionMethods,
    SharingMethods,
    SpectrogramMethods,
    SubclassMethods,
    Operators,
):
    """Every family's methods."""

    __slots__ = ()


