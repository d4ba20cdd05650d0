"""Python functions whose body is machine code: they look into NumPy arrays themselves, 0.1 us a call.

A builtin checks what it is given (exact ndarrays of its dtype) and returns None for whatever it does not do, which its
caller then does through NumPy. The addresses that it needs lie in the table that is its `self`: none is in the code.
"""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from .engine import Code, for_ever
from .ir import Function
from .sizes import LONG

# Offsets into NumPy's array and data type and Python's float (numpy/ndarraytypes.h; 64-bit CPython with the GIL).
TYPE, DATA, NDIM, SHAPE, STRIDES, DTYPE, FLAGS = 8, 16, 24, 32, 40, 56, 64
BYTE_ORDER, TYPE_NUMBER = 26, 28
FLOAT_VALUE = 16
# Flags: contiguous in C's order; elements at multiples of their size; may be written.
IN_ORDER, ALIGNED, WRITABLE = 0x1, 0x100, 0x400

DTYPES: dict[str, np.dtype[Any]] = {
    "float": np.dtype(np.float32), "double": np.dtype(np.float64), "int64": np.dtype(np.int64)}
SWAPPED = {"little": ord(">"), "big": ord("<")}[sys.byteorder]


class _Method(ctypes.Structure):
    _fields_ = (("name", ctypes.c_char_p), ("address", ctypes.c_void_p), ("flags", ctypes.c_int),
                ("doc", ctypes.c_char_p))


FASTCALL = 0x80


@cache
def supported() -> bool:
    """Whether this is a processor whose kernels were tried, and objects lie in memory as builtins read them."""
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    if sys.implementation.name != "cpython" or sys.maxsize < 2**32 or not gil:
        return False
    if platform.machine().lower() not in ("x86_64", "amd64", "aarch64", "arm64"):
        return False
    x, half = np.arange(6.0).reshape(2, 3).T, 0.5
    swapped = x.dtype.newbyteorder()
    word, integer = ctypes.c_ssize_t.from_address, ctypes.c_int.from_address
    return bool(word(id(x) + TYPE).value == id(np.ndarray)
                and word(id(x) + DATA).value == x.ctypes.data
                and integer(id(x) + NDIM).value == 2
                and _pair(word(id(x) + SHAPE).value) == x.shape
                and _pair(word(id(x) + STRIDES).value) == x.strides
                and word(id(x) + DTYPE).value == id(x.dtype)
                and integer(id(x) + FLAGS).value & 0xFFF == x.flags.num
                and all([integer(id(t) + TYPE_NUMBER).value == t.num for t in DTYPES.values()])
                and ctypes.c_char.from_address(id(swapped) + BYTE_ORDER).value[0] == SWAPPED
                and ctypes.c_double.from_address(id(half) + FLOAT_VALUE).value == half)


def _pair(address: int) -> tuple[int, ...]:
    return tuple((ctypes.c_ssize_t * 2).from_address(address))


@cache
def _addresses() -> dict[str, int | None]:
    """What builtins call and compare with, by the names of Python's and NumPy's C interfaces."""
    from numpy._core.multiarray import _ARRAY_API

    pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
        ("PyCapsule_GetPointer", ctypes.pythonapi))
    array_new = ctypes.c_void_p.from_address(pointer(_ARRAY_API, None) + 8 * 93)  # in NumPy's table of functions
    functions = ("Py_IncRef", "PyMem_RawMalloc", "PyMem_RawFree", "PyEval_SaveThread", "PyEval_RestoreThread")
    return {
        "ndarray": id(np.ndarray), "float": id(float), "None": id(None), "True": id(True), "False": id(False),
        "PyArray_New": array_new.value,
        **{name: ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value for name in functions}}


@cache
def _table() -> Any:
    """The addresses as an array, which is every builtin's `self`."""
    return np.array(list(_addresses().values()), np.uintp)


@dataclass
class Array:
    """An argument that is an array: its data, and its lengths and strides (in bytes) by dimension."""

    object: str
    data: str
    shape: list[str]
    strides: list[str]


class Builtin(Function):
    """A builtin of so many arguments, all positional, being written."""

    def __init__(self, name: str, count: int) -> None:
        super().__init__(name, "ptr", "", me="ptr", args="ptr", count="i64")
        self.held: list[str] = []  # scratch memory
        self.otherwise = self.label("refuse")
        self.table = self.load("ptr", self.at("i8", "%me", DATA))
        self.require(self.test("eq", "%count", count))

    def require(self, condition: str) -> None:
        """Go on if this holds; else the call returns None."""
        then = self.label("then")
        self.branch(condition, then, self.otherwise)
        self.begin(then)

    def entry_of(self, name: str) -> str:
        """What the table has under this name."""
        return self.load("ptr", self.at("ptr", self.table, list(_addresses()).index(name)))

    def array(self, i: int, dtype: str, ndim: int | None) -> Array:
        """The i-th argument, which must be an array of this dtype, "float", "double" or "int64", and so many dimensions
        (None: any)."""
        x = self._instance(i, "ndarray")
        descr = self.load("ptr", self.at("i8", x, DTYPE))  # which pickle makes anew: its identity says nothing
        self.require(self.test("eq", self.load("i32", self.at("i8", descr, TYPE_NUMBER)), DTYPES[dtype].num, "i32"))
        self.require(self.test("ne", self.load("i8", self.at("i8", descr, BYTE_ORDER)), SWAPPED, "i8"))
        self.require_flag(x, ALIGNED)
        if ndim is None:
            return Array(x, self.load("ptr", self.at("i8", x, DATA)), [], [])
        self.require(self.test("eq", self.load("i32", self.at("i8", x, NDIM)), ndim, "i32"))
        shape, strides = [self.load("ptr", self.at("i8", x, offset)) for offset in (SHAPE, STRIDES)]
        return Array(x, self.load("ptr", self.at("i8", x, DATA)),
                     [self.load("i64", self.at("i64", shape, k)) for k in range(ndim)],
                     [self.load("i64", self.at("i64", strides, k)) for k in range(ndim)])

    def in_order(self, i: int, dtype: str, ndim: int | None = None) -> Array:
        """The same, of elements that lie one after another."""
        x = self.array(i, dtype, ndim)
        self.require_flag(x.object, IN_ORDER)
        return x

    def real(self, i: int) -> str:
        """The i-th argument, which must be a Python float, as a double."""
        return self.load("double", self.at("i8", self._instance(i, "float"), FLOAT_VALUE))

    def _instance(self, i: int, of: str) -> str:
        x = self.load("ptr", self.at("ptr", "%args", i))
        self.require(self.test("eq", self.load("ptr", self.at("i8", x, TYPE)), self.entry_of(of), "ptr"))
        return x

    def require_flag(self, x: str, flag: int) -> None:
        """Go on if an array object has this flag."""
        flags = self.let(f"and i32 {self.load('i32', self.at('i8', x, FLAGS))}, {flag}")
        self.require(self.test("ne", flags, 0, "i32"))

    def same_shape(self, x: Array, y: Array) -> None:
        """Go on if two arrays have the same lengths."""
        ndim = self._ndim(x)
        self.require(self.test("eq", ndim, self._ndim(y)))
        shapes = [self.load("ptr", self.at("i8", a.object, SHAPE)) for a in (x, y)]
        with self.loop(ndim, carry=[("i64", "0")]) as loop:
            p, q = [self.load("i64", self.at("i64", shape, loop.i)) for shape in shapes]
            loop.next = [self.let(f"or i64 {loop.values[0]}, {self.let(f'xor i64 {p}, {q}')}")]
        self.require(self.test("eq", loop.results[0], 0))

    def all_below(self, index: Array, length: str) -> str:
        """Whether the integers of a vector are at least 0 and less than `length`."""
        with self.loop(index.shape[0], carry=[("i1", "true")]) as loop:
            value = self.load("i64", self.at("i64", index.data, loop.i))
            inside = self.test("ult", value, length)  # as which a negative number is large
            loop.next = [self.let(f"and i1 {loop.values[0]}, {inside}")]
        return loop.results[0]

    def size_of(self, x: Array) -> str:
        """How many elements an array has."""
        shape = self.load("ptr", self.at("i8", x.object, SHAPE))
        with self.loop(self._ndim(x), carry=[("i64", "1")]) as loop:
            loop.next = [self.mul(loop.values[0], self.load("i64", self.at("i64", shape, loop.i)))]
        return loop.results[0]

    def _ndim(self, x: Array) -> str:
        return self.let(f"zext i32 {self.load('i32', self.at('i8', x.object, NDIM))} to i64")

    def new(self, dtype: str, *shape: str) -> tuple[str, str]:
        """A new array, contiguous and not filled: the object and its data. MemoryError if there is no room."""
        dims = self.room("i64", max(1, len(shape)))
        for k, length in enumerate(shape):
            self.store("i64", length, self.at("i64", dims, k))
        return self._new(dtype, str(len(shape)), dims)

    def new_like(self, dtype: str, x: Array) -> tuple[str, str]:
        """A new array of another's shape."""
        ndim = self.load("i32", self.at("i8", x.object, NDIM))
        return self._new(dtype, ndim, self.load("ptr", self.at("i8", x.object, SHAPE)))

    def _new(self, dtype: str, ndim: str, dims: str) -> tuple[str, str]:
        out = self.call(self.entry_of("PyArray_New"), "ptr", ("ptr", self.entry_of("ndarray")), ("i32", ndim),
                        ("ptr", dims), ("i32", str(DTYPES[dtype].num)), ("ptr", "null"), ("ptr", "null"), ("i32", "0"),
                        ("i32", "0"), ("ptr", "null"))
        raised, then = self.label("raised"), self.label("then")
        self.branch(self.test("eq", out, "null", "ptr"), raised, then)
        self.begin(raised)
        for memory in self.held:
            self.run(self.entry_of("PyMem_RawFree"), ("ptr", memory))
        self.do("ret ptr null")
        self.begin(then)
        return out, self.load("ptr", self.at("i8", out, DATA))

    @contextmanager
    def scratch(self, size: str) -> Iterator[str]:
        """Memory of so many bytes, for a block; the call returns None if there is none."""
        memory = self.call(self.entry_of("PyMem_RawMalloc"), "ptr", ("i64", size))
        self.require(self.test("ne", memory, "null", "ptr"))
        self.held.append(memory)
        yield memory
        self.held.remove(memory)
        self.run(self.entry_of("PyMem_RawFree"), ("ptr", memory))

    def double(self, element: str, value: str) -> str:
        """A scalar as a double."""
        return value if element == "double" else self.let(f"fpext float {value} to double")

    def rounded(self, element: str, value: str) -> str:
        """A double as a scalar of this type."""
        return value if element == "double" else self.let(f"fptrunc double {value} to float")

    def give(self, value: str) -> None:
        """The call's result."""
        self.do(f"ret ptr {value}")

    def give_truth(self, condition: str) -> None:
        """True or False as the call's result."""
        value = self.let(f"select i1 {condition}, ptr {self.entry_of('True')}, ptr {self.entry_of('False')}")
        self.run(self.entry_of("Py_IncRef"), ("ptr", value))
        self.give(value)

    @contextmanager
    def unlocked(self, size: str) -> Iterator[None]:
        """A block in which other threads of Python may run if there are so many elements to do. It must not touch
        Python's objects."""
        long = self.test("sge", size, LONG)
        state = self.room("ptr", 1)
        with self.when(long):
            self.store("ptr", self.call(self.entry_of("PyEval_SaveThread"), "ptr"), state)
        yield
        with self.when(long):
            self.run(self.entry_of("PyEval_RestoreThread"), ("ptr", self.load("ptr", state)))

    def finish(self) -> None:
        """Writes where a call ends that is refused. Nothing may follow."""
        self.begin(self.otherwise)
        none = self.entry_of("None")
        self.run(self.entry_of("Py_IncRef"), ("ptr", none))
        self.give(none)


def bind(code: Code, name: str) -> Callable[..., Any]:
    """The Python function of a compiled builtin."""
    method = _Method(name.encode(), code.address(name), FASTCALL, None)
    for_ever(method)  # the function reads it when it is freed
    make = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.py_object, ctypes.c_void_p)(
        ("PyCFunction_NewEx", ctypes.pythonapi))
    function: Callable[..., Any] = make(ctypes.addressof(method), _table(), None)
    return function
