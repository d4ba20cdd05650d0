"""The Array: a traced value with ndarray's methods, attributes and promotion, for functions written in plain NumPy.

A transform hands a function an Array where it was given an ndarray or a number. Methods are the NumPy functions of
the same name, which come back to us by NumPy's protocols. What does not depend on what is differentiated is a plain
ndarray again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

import numpy as np

from . import errors
from .core import dispatch, exposure, fast_array, memory, overrides, protocols, writes
from .core.bare import lost
from .core.keys import numpy_key
from .core.levels import Box, carries, concrete
from .core.registry import by_function
from .core.tensor import TensorBase, faces
from .functions.writing import assign_part
from .ops import arithmetic as ar
from .ops import comparison as cmp
from .ops import structure as st
from .ops.indexing import GET

if TYPE_CHECKING:
    from .numpy.updates import At

_getitem = fast_array.getitem(GET, dispatch.general)


def _numbers(x: Array, what: str) -> np.ndarray[Any, Any]:
    """The numbers of x for Python, where no derivative and no batch can follow."""
    if carries(x):
        raise lost(f"{what}() of a traced value", x)
    return concrete(x)


def _number(what: str, convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def leave(self: Array) -> Any:
        return convert(_numbers(self, what))

    return leave


def _method(function: Callable[..., Any]) -> Callable[..., Any]:
    """The NumPy function as a method."""

    def method(self: Any, *args: Any, **params: Any) -> Any:
        return function(self, *args, **params)

    method.__name__ = method.__qualname__ = function.__name__
    method.__doc__ = f"np.{function.__name__} of this array."
    return method


def _refused(name: str) -> Callable[..., Any]:
    """The method or attribute that gives away the bytes."""

    def refuse(self: Array, *args: Any, **kwargs: Any) -> NoReturn:
        raise lost(f"{name} of a traced value", self)

    refuse.__name__ = refuse.__qualname__ = name
    refuse.__doc__ = "Refused: bytes have no derivative."
    return refuse


def _inplace(op: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """x op= y, which writes into x and all that share its memory; a number cannot be written: it gets a new name."""

    def method(self: Any, other: Any) -> Any:
        if not self.shape:  # in NumPy a sum, an element, a float: y = x; y += 1 must not change x
            return op(self, other)
        self[...] = op(self, other)
        return self

    return method


class Flat:
    """The elements of an array in C order, to read and write: what x.flat is."""

    def __init__(self, of: Array) -> None:
        self.base = of

    def __len__(self) -> int:
        return self.base.size

    def __iter__(self) -> Iterator[Any]:
        return iter(np.ravel(self.base))

    def __getitem__(self, key: Any) -> Any:
        return np.copy(np.ravel(self.base)[key])

    def __setitem__(self, key: Any, values: Any) -> None:
        places = np.arange(self.base.size)[concrete(key) if isinstance(key, TensorBase) else key]
        values = np.ravel(values) if np.ndim(values) else values
        if np.ndim(values) and values.size != places.size:  # NumPy repeats them, or leaves the rest
            values = np.resize(values, places.size)
        self.base[np.unravel_index(places, self.base.shape)] = values


class Array(TensorBase):
    """A NumPy array under a transform. User code meets it as the argument of the function that is transformed.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> def f(x):
    ...     print(type(x).__name__, x.shape, x.dtype)
    ...     return (x * x).sum()
    >>> ad.grad(f)(np.array([1.0, 2.0]))
    Array (2,) float64
    array([2., 4.])
    """

    __slots__ = ()
    __array_priority__: ClassVar[float] = 1500.0
    __hash__ = None  # type: ignore[assignment]

    # Attributes ----------------------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the dimensions."""
        return memory.peek(self).shape

    @shape.setter
    def shape(self, shape: Any) -> None:
        raise AttributeError("the shape of a traced value cannot be set: write x = x.reshape(shape)")

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy's element type."""
        return memory.peek(self).dtype

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return memory.peek(self).ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return memory.peek(self).size

    @property
    def itemsize(self) -> int:
        """Bytes an element."""
        return self.dtype.itemsize

    @property
    def nbytes(self) -> int:
        """Bytes of all elements."""
        return self.dtype.itemsize * self.size

    @property
    def T(self) -> Any:
        """The array with its dimensions reversed."""
        return st.transpose(self)

    @property
    def mT(self) -> Any:
        """The array with its last two dimensions exchanged."""
        return st.mT(self)

    @property
    def real(self) -> Any:
        """The real part."""
        return np.real(self)

    @real.setter
    def real(self, values: Any) -> None:
        np.real(self)[...] = values

    @property
    def imag(self) -> Any:
        """The imaginary part."""
        return np.imag(self)

    @imag.setter
    def imag(self, values: Any) -> None:
        if self.dtype.kind != "c":
            raise TypeError("array does not have imaginary part to set")
        np.imag(self)[...] = values

    @property
    def strides(self) -> tuple[int, ...]:
        """Bytes from one element to the next along each dimension; if it lies in no memory, as if in order."""
        return self._lying().strides

    @property
    def flags(self) -> Any:
        """How the elements lie in memory; if they lie in none, as if in order. To read, not to set."""
        return self._lying().flags

    def _lying(self) -> np.ndarray[Any, Any]:
        data = memory.peek(self)
        return data if isinstance(data, np.ndarray) else np.empty(data.shape, data.dtype)

    @property
    def device(self) -> str:
        """Where the elements are: "cpu"."""
        return "cpu"

    def to_device(self, device: str, /, *, stream: Any = None) -> Any:
        """The array itself, which is on the cpu; ValueError for another device."""
        if device != "cpu" or stream is not None:
            raise ValueError(f'expected device "cpu" and no stream, got {device!r}, {stream!r}')
        return self

    @property
    def flat(self) -> Any:
        """The elements one after the other, to iterate over, read and write."""
        return Flat(self)

    @flat.setter
    def flat(self, values: Any) -> None:
        self.flat[:] = values

    @property
    def at(self) -> At:
        """x.at[key].set(value), .add(value) ...: the array as it would be after the write, x left as it is."""
        from .numpy.updates import At

        return At(self)

    @property
    def is_traced(self) -> bool:
        """Whether a derivative or a batch is carried by this array: its number alone would lose it."""
        return carries(self)

    # Items ---------------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of unsized object")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        if not self.shape:
            raise TypeError("iteration over a 0-d array")
        return iter([self[i] for i in range(self.shape[0])])

    def __getitem__(self, key: Any) -> Any:
        return _getitem(self, numpy_key(key, memory.peek(self).ndim))

    def __setitem__(self, key: Any, value: Any) -> None:
        writes.check_writable(self)
        assign_part(self, numpy_key(key), value)

    def __contains__(self, element: Any) -> bool:
        return bool(np.any(self == element))

    def item(self, *args: Any) -> Any:
        """An element as a Python number; TracedValueError if it has a derivative, which would be lost."""
        return _numbers(self, "item").item(*args)

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers; TracedValueError if they have a derivative."""
        return _numbers(self, "tolist").tolist()

    def __bool__(self) -> bool:
        return bool(memory.load(self))

    __float__ = _number("float", float)
    __int__ = _number("int", int)
    __complex__ = _number("complex", complex)

    def __index__(self) -> int:
        data = concrete(self)
        if data.dtype.kind not in "iu":
            raise TypeError("only integer scalar arrays can be converted to a scalar index")
        if isinstance(data, Box):
            raise lost("a value under vmap cannot be an index of Python's", self)
        return data.__index__()

    def __round__(self, ndigits: int | None = None) -> Any:
        rounded = np.round(self, ndigits or 0)
        return rounded.astype(int) if ndigits is None else rounded

    def __format__(self, spec: str) -> str:
        data = concrete(self)
        if isinstance(data, Box):
            return repr(self)
        if data.ndim and spec:  # as of an ndarray
            raise TypeError("unsupported format string passed to numpy.ndarray.__format__")
        return format(str(self) if data.ndim else data[()], spec)

    # Methods -------------------------------------------------------------------------------------------------------

    def astype(self, dtype: Any, order: str = "K", casting: str = "unsafe", subok: bool = True,
               copy: bool = True) -> Any:
        """The array in another dtype; integers carry no derivative."""
        return self if not copy and np.dtype(dtype) == self.dtype else st.astype(self, dtype=np.dtype(dtype))

    def copy(self, order: str = "C") -> Any:
        """An array of its own memory."""
        if order != "K" and not memory.laid(self).flags.c_contiguous:
            return st.copy(self, order=order)
        return st.copy(self)

    def __copy__(self) -> Any:
        return st.copy(self)

    def __deepcopy__(self, memo: Any) -> Any:
        return st.copy(self)

    def reshape(self, *shape: Any, order: str = "C", copy: bool | None = None) -> Any:
        """np.reshape; the shape as one tuple or as several numbers."""
        shape = shape[0] if len(shape) == 1 else shape
        return np.reshape(self, shape, order=order, copy=copy)  # type: ignore[call-overload]

    def transpose(self, *axes: Any) -> Any:
        """np.transpose; the axes as one tuple or as several numbers."""
        return np.transpose(self, None if not axes else axes[0] if len(axes) == 1 else axes)

    def flatten(self, order: str = "C") -> Any:
        """The elements in one dimension, of their own memory."""
        if order == "K":
            return st.copy(np.ravel(self, order))  # type: ignore[call-overload]
        return st.copy(np.reshape(self, (self.size,), order=order))  # type: ignore[call-overload]

    def dot(self, other: Any) -> Any:
        """np.dot."""
        return np.dot(self, other)

    def fill(self, value: Any) -> None:
        """Set all elements."""
        self[...] = value

    def sort(self, axis: int = -1, kind: Any = None, order: Any = None) -> None:
        """Sort in place."""
        self[...] = np.sort(self, axis=axis)

    def partition(self, kth: Any, axis: int = -1, kind: str = "introselect", order: Any = None) -> None:
        """Partition in place."""
        self[...] = np.partition(self, kth, axis=axis)

    def conjugate(self) -> Any:
        """The complex conjugate; of a real array that array itself, as in NumPy."""
        return np.conjugate(self) if self.dtype.kind == "c" else self

    conj = conjugate

    def compress(self, condition: Any, axis: int | None = None, out: Any = None) -> Any:
        """np.compress, whose first argument is the condition."""
        return np.compress(condition, self, axis=axis, out=out)

    def view(self, dtype: Any = None, type: Any = None) -> Any:
        """A view of the whole array; other types of the same bytes have no derivative and are refused."""
        if type in (None, np.ndarray) and (dtype in (None, np.ndarray) or np.dtype(dtype) == self.dtype):
            return self[...]
        raise lost("view() of a traced value in another type", self)

    tobytes, tofile, dump, dumps = _refused("tobytes"), _refused("tofile"), _refused("dump"), _refused("dumps")
    byteswap, getfield, setfield = _refused("byteswap"), _refused("getfield"), _refused("setfield")
    ctypes, data = property(_refused("ctypes")), property(_refused("data"))

    def resize(self, *shape: Any, refcheck: bool = True) -> NoReturn:
        """Refused: it would change the shape in place."""
        raise TypeError("a traced value keeps its shape: write x = np.resize(x, shape), which repeats the elements "
                        "where more are asked for, or x = np.pad(x, ...) for zeros")

    def setflags(self, write: Any = None, align: Any = None, uic: Any = None) -> NoReturn:
        """Refused: a traced value stays writable."""
        raise TypeError("the flags of a traced value cannot be set: make a copy() of what must not be written")

    all, any = _method(np.all), _method(np.any)
    argmax, argmin = _method(np.argmax), _method(np.argmin)
    argsort, argpartition = _method(np.argsort), _method(np.argpartition)
    choose, take = _method(np.choose), _method(np.take)
    clip, round = _method(np.clip), _method(np.round)
    cumprod, cumsum, prod, sum = _method(np.cumprod), _method(np.cumsum), _method(np.prod), _method(np.sum)
    diagonal, trace = _method(np.diagonal), _method(np.trace)
    max, min, ptp = _method(np.max), _method(np.min), _method(np.ptp)
    mean, std, var = _method(np.mean), _method(np.std), _method(np.var)
    nonzero, searchsorted = _method(np.nonzero), _method(np.searchsorted)
    put, repeat = _method(np.put), _method(np.repeat)
    ravel, squeeze, swapaxes = _method(np.ravel), _method(np.squeeze), _method(np.swapaxes)

    # Operators -----------------------------------------------------------------------------------------------------

    __add__ = __radd__ = ar.add
    __mul__ = __rmul__ = ar.multiply
    __sub__ = ar.subtract
    __rsub__ = ar.rsub
    __truediv__ = ar.divide
    __rtruediv__ = ar.rdivide
    __neg__, __pos__, __abs__ = ar.negative, ar.positive, ar.absolute
    __invert__ = cmp.bitwise_not

    def __pow__(self, other: Any) -> Any:
        return ar.raised(self, other)

    def __rpow__(self, other: Any) -> Any:
        return np.power(other, self)

    def __floordiv__(self, other: Any) -> Any:
        return np.floor_divide(self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return np.floor_divide(other, self)

    def __mod__(self, other: Any) -> Any:
        return np.remainder(self, other)

    def __rmod__(self, other: Any) -> Any:
        return np.remainder(other, self)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __lshift__(self, other: Any) -> Any:
        return np.left_shift(self, other)

    def __rlshift__(self, other: Any) -> Any:
        return np.left_shift(other, self)

    def __rshift__(self, other: Any) -> Any:
        return np.right_shift(self, other)

    def __rrshift__(self, other: Any) -> Any:
        return np.right_shift(other, self)

    def __matmul__(self, other: Any) -> Any:
        return np.matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return np.matmul(other, self)

    def __eq__(self, other: Any) -> Any:
        return np.zeros(self.shape, bool) if other is None or isinstance(other, str) else cmp.equal(self, other)

    def __ne__(self, other: Any) -> Any:
        return np.ones(self.shape, bool) if other is None or isinstance(other, str) else cmp.not_equal(self, other)

    __lt__, __le__, __gt__, __ge__ = cmp.less, cmp.less_equal, cmp.greater, cmp.greater_equal
    __and__ = __rand__ = cmp.bitwise_and
    __or__ = __ror__ = cmp.bitwise_or
    __xor__ = __rxor__ = cmp.bitwise_xor

    __iadd__, __isub__ = _inplace(np.add), _inplace(np.subtract)
    __imul__, __itruediv__ = _inplace(np.multiply), _inplace(np.divide)
    __ipow__, __ifloordiv__, __imod__ = _inplace(np.power), _inplace(np.floor_divide), _inplace(np.remainder)

    __imatmul__, __ilshift__, __irshift__ = _inplace(np.matmul), _inplace(np.left_shift), _inplace(np.right_shift)
    __iand__, __ior__, __ixor__ = _inplace(np.bitwise_and), _inplace(np.bitwise_or), _inplace(np.bitwise_xor)

    # NumPy ---------------------------------------------------------------------------------------------------------

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        if self.is_traced:
            raise lost(f"a traced value of shape {self.shape} cannot become an ndarray", self)
        data = concrete(self)
        if copy or (dtype is not None and dtype != data.dtype):
            return np.array(data, dtype=dtype)
        if type(memory.peek(self)) is np.ndarray:  # the array itself, as np.asarray gives it: writes are seen both ways
            return exposure.expose(self)
        return exposure.copied(self, np.array(data))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "__call__" and not kwargs and ufunc in by_function:
            return by_function[ufunc](*inputs)
        return protocols.array_ufunc(self, ufunc, method, *inputs, **kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return protocols.array_function(func, args, kwargs, self)

    def __repr__(self) -> str:
        data = concrete(self)
        shown = repr(data) if isinstance(data, Box) else np.array2string(data, separator=", ", prefix="Array(")
        return f"Array({shown}{', traced' if self.is_traced else ''})"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise errors.TracedValueError("a traced value cannot be pickled: it belongs to the transform that runs")


faces.array = Array
fast_array.Array = Array
overrides.plain.add(Array)
