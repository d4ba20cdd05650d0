"""Every exception that adjoint raises on purpose, one small tree.

    AdjointError
    +-- ShapeError          (RuntimeError, ValueError)   operands or gradients whose shapes do not fit
    +-- DimensionError      (IndexError)                 a dimension that the tensor does not have
    |   +-- PositionError   (IndexError, RuntimeError)   an index outside of its dimension
    +-- DtypeError          (RuntimeError, TypeError)    a dtype that the operation cannot take or give
    +-- RangeError          (RuntimeError, ValueError)   an argument outside the range in which it means something
    +-- GradientError       (RuntimeError)               backward cannot run, or a flag may not change
    +-- WriteError          (RuntimeError)               an in-place write that would lose a derivative
    |   +-- ReadOnlyError   (RuntimeError, ValueError)   a write into what NumPy lets nobody write
    +-- MissingRule         (NotImplementedError)        an op on an active path has no derivative
    +-- TracedValueError    (RuntimeError)               a value under a transform where its number is needed
    +-- EscapedValueError   (RuntimeError)               a value is used after the transform that it belongs to
    +-- NonFiniteError      (RuntimeError)               anomaly mode found the op that made a NaN
    +-- GradcheckError      (RuntimeError)               a gradient is not what finite differences give
    +-- LinAlgError         (RuntimeError, numpy.linalg.LinAlgError)   a matrix without the wanted factor
    +-- DeviceError         (RuntimeError)               a device that is not there
    +-- MissingDependency   (ImportError)                an optional package; the message names the extra

Each is also the builtin in brackets, so that programs written for PyTorch or NumPy catch what they always caught.
"""

from __future__ import annotations

from numpy.linalg import LinAlgError as _NumpyLinAlgError

__all__ = [
    "AdjointError", "ShapeError", "DimensionError", "DtypeError", "RangeError", "GradientError", "WriteError",
    "ReadOnlyError", "MissingRule", "TracedValueError", "EscapedValueError", "NonFiniteError", "GradcheckError",
    "LinAlgError", "DeviceError", "MissingDependency",
]


class AdjointError(Exception):
    """Base of every error that adjoint raises on purpose."""


class ShapeError(AdjointError, RuntimeError, ValueError):
    """Shapes do not fit."""


class DimensionError(AdjointError, IndexError):
    """The tensor has no such dimension."""


class PositionError(DimensionError, RuntimeError):
    """An index lies outside of its dimension."""


class DtypeError(AdjointError, RuntimeError, TypeError):
    """The operation cannot take or give this dtype."""


class RangeError(AdjointError, RuntimeError, ValueError):
    """An argument lies outside the range in which it means something."""


class GradientError(AdjointError, RuntimeError):
    """Backward cannot run, or a gradient flag may not change here."""


class WriteError(AdjointError, RuntimeError):
    """An in-place write that would lose a derivative."""


class ReadOnlyError(WriteError, ValueError):
    """A write into a view that is read-only in NumPy."""


class MissingRule(AdjointError, NotImplementedError):
    """An op on an active path has no derivative rule."""


class TracedValueError(AdjointError, RuntimeError):
    """A value under a transform stands where its number is needed, and would lose its derivative or its batch."""


class EscapedValueError(AdjointError, RuntimeError):
    """A value is used after the transform that it belongs to has ended."""


class NonFiniteError(AdjointError, RuntimeError):
    """Anomaly mode found the op whose derivative produced a NaN."""


class GradcheckError(AdjointError, RuntimeError):
    """A gradient is not what finite differences give."""


class LinAlgError(AdjointError, RuntimeError, _NumpyLinAlgError):
    """The matrix has no such factor."""


class DeviceError(AdjointError, RuntimeError):
    """The device is not there."""


class MissingDependency(AdjointError, ImportError):
    """An optional package is not installed."""
