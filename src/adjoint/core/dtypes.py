"""Dtypes by PyTorch's names, and its promotion: category first, Python scalars weak, 0-d tensors weaker than n-d."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from ..errors import DtypeError

BOOL, INT, FLOAT, COMPLEX = range(4)


class DType:
    """An element type: `adjoint.float32` and its siblings. `.numpy` is NumPy's dtype for it.

    >>> import adjoint as ad
    >>> ad.float32.is_floating_point, ad.float32.itemsize, ad.float32.numpy
    (True, 4, dtype('float32'))
    """

    __slots__ = ("name", "category", "_numpy")

    def __init__(self, name: str, category: int) -> None:
        self.name = name
        self.category = category
        self._numpy: np.dtype[Any] | None = None

    @property
    def numpy(self) -> np.dtype[Any]:
        """NumPy's dtype; bfloat16 comes from ml_dtypes, imported on first use."""
        return self.resolve() if self._numpy is None else self._numpy

    def resolve(self) -> np.dtype[Any]:
        """The same, found anew and noted, so that `of` knows it."""
        if self.name == "bfloat16":
            import ml_dtypes

            found = np.dtype(ml_dtypes.bfloat16)
        else:
            found = np.dtype(self.name)
        self._numpy = found
        _BY_NUMPY[found] = self
        return found

    @property
    def is_floating_point(self) -> bool:
        """True for the real floating-point types."""
        return self.category == FLOAT

    @property
    def is_complex(self) -> bool:
        """True for complex64 and complex128."""
        return self.category == COMPLEX

    @property
    def is_signed(self) -> bool:
        """True when the type has negative values."""
        return self.name[0] not in "ub" or self.name == "bfloat16"

    @property
    def itemsize(self) -> int:
        """Bytes per element."""
        return 2 if self.name == "bfloat16" else self.numpy.itemsize

    def to_complex(self) -> DType:
        """The complex type of this precision."""
        return complex128 if self.name in ("float64", "complex128") else complex64

    def to_real(self) -> DType:
        """The real type of this precision."""
        return {"complex64": float32, "complex128": float64}.get(self.name, self)

    def __repr__(self) -> str:
        return f"adjoint.{self.name}"

    def __reduce__(self) -> tuple[Any, ...]:
        return _by_name, (self.name,)


def _by_name(name: str) -> DType:
    return _BY_NAME[name]


_BY_NUMPY: dict[np.dtype[Any], DType] = {}
bool_ = DType("bool", BOOL)
uint8, uint16, uint32, uint64 = (DType(f"uint{n}", INT) for n in (8, 16, 32, 64))
int8, int16, int32, int64 = (DType(f"int{n}", INT) for n in (8, 16, 32, 64))
float16, bfloat16, float32, float64 = (DType(n, FLOAT) for n in ("float16", "bfloat16", "float32", "float64"))
complex64, complex128 = DType("complex64", COMPLEX), DType("complex128", COMPLEX)
_ALL = (bool_, uint8, uint16, uint32, uint64, int8, int16, int32, int64, float16, bfloat16, float32, float64, complex64,
        complex128)
_BY_NAME = {d.name: d for d in _ALL} | {
    "half": float16, "float": float32, "double": float64, "short": int16, "int": int32, "long": int64,
    "cfloat": complex64, "cdouble": complex128,
}
for _d in _ALL:
    if _d is not bfloat16:
        _d.resolve()


class _Default(threading.local):
    dtype = float32


_default = _Default()


def default() -> DType:
    """The dtype that Python floats and creation functions get: float32 unless it was set."""
    return _default.dtype


def set_default(dtype: Any) -> None:
    """Make this floating-point dtype the default of the calling thread."""
    dtype = as_dtype(dtype)
    if dtype.category != FLOAT:
        raise DtypeError(f"the default dtype must be a floating-point dtype, not {dtype!r}; try adjoint.float64")
    _default.dtype = dtype


def of(dtype: np.dtype[Any]) -> DType:
    """The DType of NumPy's dtype; DtypeError when there is none (strings, objects, dates)."""
    found = _BY_NUMPY.get(dtype)
    if found is None:
        if dtype.name == "bfloat16":
            bfloat16.resolve()
            return bfloat16
        raise DtypeError(f"can't make a tensor of NumPy dtype {dtype}; the types are bool, integers, floats, complex")
    return found


def as_dtype(dtype: Any) -> DType:
    """The DType meant by a DType, a NumPy dtype or type, a Python type or a name."""
    if isinstance(dtype, DType):
        return dtype
    if isinstance(dtype, str) and dtype in _BY_NAME:
        return _BY_NAME[dtype]
    try:
        return of(np.dtype(dtype))
    except TypeError:
        raise DtypeError(f"{dtype!r} is not a dtype; give adjoint.float32, a NumPy dtype or a name") from None


def scalar_category(value: Any) -> int:
    """The category of a Python scalar."""
    if isinstance(value, (bool, np.bool_)):
        return BOOL
    if isinstance(value, (int, np.integer)):
        return INT
    return COMPLEX if isinstance(value, complex) else FLOAT


def of_category(category: int) -> DType:
    """The dtype that a Python scalar of this category has when nothing else decides."""
    return (bool_, int64, default(), default().to_complex())[category]


_FLOATS = {"float16": 0, "bfloat16": 0, "float32": 1, "float64": 2}


def promote(a: DType, b: DType) -> DType:
    """The smallest dtype that both can become, as torch.promote_types has it."""
    if a is b:
        return a
    if a.category < b.category:
        a, b = b, a
    if a.category == COMPLEX:
        return complex128 if complex128 in (a, b) or b is float64 else complex64
    if b.category < a.category:
        return a
    if a.category == FLOAT:
        if _FLOATS[a.name] == _FLOATS[b.name]:
            return float32
        return a if _FLOATS[a.name] > _FLOATS[b.name] else b
    common = np.promote_types(a.numpy, b.numpy)
    if common.kind == "f":
        raise DtypeError(f"{a!r} and {b!r} have no common integer type; cast one of them first")
    return of(common)


def _combine(higher: DType | None, lower: DType | None) -> DType | None:
    if higher is None or lower is None:
        return higher if lower is None else lower
    if higher.category == COMPLEX:
        return higher
    if higher.category == FLOAT:
        return higher.to_complex() if lower.category == COMPLEX else higher
    return promote(higher, lower) if higher is bool_ or lower.category >= FLOAT else higher


def result_dtype(dims: DType | None, zeros: DType | None, scalars: int) -> DType:
    """Torch's result type from the promoted n-d tensors, the promoted 0-d ones, the highest scalar category or -1."""
    scalar = None if scalars < 0 else of_category(scalars)
    result = _combine(dims, _combine(zeros, scalar))
    assert result is not None
    return result


def can_cast(source: DType, target: DType) -> bool:
    """Whether a value of `source` may be written into `target`: the category may not fall."""
    return source.category <= target.category


def canonical(a: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The array, or a copy whose dtype is NumPy's own object where it only equals that, as pickle makes it: short ways
    compare dtypes by identity."""
    own = np.dtype(a.dtype.char) if a.dtype.kind in "biufc" else a.dtype
    return a if own is a.dtype or own != a.dtype else a.astype(own)
