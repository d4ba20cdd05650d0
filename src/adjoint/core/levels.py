"""Levels: every open transform but reverse mode is one, and its values are boxes that interpret the ops on them.

A face (Tensor, Array) has for its data an ndarray or a Box. A box belongs to a level; what it holds, its payload, are
ndarrays and faces of lower levels. Among the operands of an op, the box of the highest level interprets it and takes
the others for constants:

    ndarray  <  face over ndarrays  <  Box of level 1  <  face over level 1  <  Box of level 2  <  ...

So reverse mode (a tape of nodes on faces) stands between any two levels, and one tape serves all nested reverse
transforms at one height. A box speaks NumPy: rules and NumPy functions run on it as on an array.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, NoReturn

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from .. import errors
from . import modes
from .memory import concrete as concrete
from .memory import load, load_node
from .tensor import TensorBase, faces, new, wrap

_ESCAPED = ("a value is used outside of the {} that it belongs to; return what you need from the function instead of "
            "keeping it in a variable")


class Level:
    """One open transform. `depth` counts from 1, the outermost."""

    name = "transform"
    depth = 0
    open = False
    ambient = False  # whether it stands around define-by-run code, which may leave its values behind: dual_level()

    def lift(self, payload: Any) -> Box:
        """The payload as a constant of this level."""
        raise NotImplementedError

    def lift_face(self, t: TensorBase, value: Any) -> bool:
        """Whether `value`, of this level, may be written into `t`, which then holds one: if it was made inside."""
        if self not in getattr(t, "_l", ()):
            return False
        t._a, t._n = self.lift(t._a if t._n is None else wrap(t._a, t._n, type(t))), None
        return True

    def check_open(self, what: str) -> None:
        """EscapedValueError if this level is over, and its values with it."""
        if not (self.open or self.ambient):
            raise errors.EscapedValueError(f"{what}: {_ESCAPED.format(self.name)}")

    def apply(self, op: Any, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
        """The op's result, a box of this level (a tuple of them), where some operand or parameter is one."""
        raise NotImplementedError


class Box(NDArrayOperatorsMixin):
    """A value of an open level: an array by `shape`, `dtype`, `ndim`, `size`, operators and NumPy's protocols."""

    __slots__ = ("level", "shape", "dtype")
    __array_priority__: ClassVar[float] = 2000.0

    level: Level
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        n = 1
        for k in self.shape:
            n *= k
        return n

    @property
    def itemsize(self) -> int:
        """Bytes an element."""
        return self.dtype.itemsize

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of unsized object")
        return self.shape[0]

    def __getitem__(self, key: Any) -> Any:
        from . import registry

        return registry.by_name["getitem"].call(self, key=key)

    def __iter__(self) -> Iterator[Any]:
        return iter([self[i, ...] for i in range(len(self))])

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        """The value in another dtype."""
        from .rules import astype

        return self if np.dtype(dtype) == self.dtype and not copy else astype(self, dtype=np.dtype(dtype))

    def copy(self, order: str = "K") -> Any:
        """The box itself: nothing writes into a box."""
        return self

    @property
    def moves(self) -> bool:
        """Whether more is in it than the payload that has its numbers."""
        return any([p is not None for p in self.payloads()[1:]])

    def plain(self) -> Any:
        """The payload that has the value's numbers; the box itself if it has several values, one an example."""
        raise NotImplementedError

    def numbers(self) -> Any:
        """The ndarray with the value's numbers, where there is one."""
        self.level.check_open("a number")
        found = concrete(self)
        if isinstance(found, Box):
            raise errors.TracedValueError(found.several())
        return found

    def several(self) -> str:
        """Why this value has no number of its own."""
        return f"a value under {self.level.name} has no number of its own"

    def finite(self) -> bool:
        """Whether every number in it is finite."""
        raise NotImplementedError

    def payloads(self) -> tuple[Any, ...]:
        """What the box holds: arrays, and faces of lower levels."""
        raise NotImplementedError

    def stopped(self) -> Box:
        """The value as a constant: of this level, and of all below and outside of it."""
        raise NotImplementedError

    def revalued(self, new: Any, tape: bool) -> Box:
        """The numbers of `new`, a box of this level, with the derivatives of this one; with its nodes alone if `tape`.
        """
        raise NotImplementedError

    def item(self) -> Any:
        """The only element as a number, where the level lets it leave."""
        return self.numbers().item()

    def tolist(self) -> Any:
        """The elements as nested lists."""
        return self.numbers().tolist()

    def __bool__(self) -> bool:
        return bool(self.numbers())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NoReturn:
        self.level.check_open("an ndarray")
        raise errors.TracedValueError(f"a value under {self.level.name} cannot become an ndarray: its derivative or "
                                      "its "
                                      "batch would be lost; stay with NumPy functions on it, or stack several by "
                                      "np.stack")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        from . import protocols

        return protocols.array_ufunc(self, ufunc, method, *inputs, **kwargs)

    def __array_function__(self, func: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        from . import protocols

        return protocols.array_function(func, args, kwargs)

    def __repr__(self) -> str:
        return f"<{self.level.name} value of shape {self.shape} and dtype {self.dtype}>"


@contextmanager
def opened(level: Level) -> Iterator[Level]:
    """A block in which `level` is the innermost level of this thread."""
    stack = modes.state.levels
    level.depth = 1 + max([each.depth for each in stack], default=0)
    level.open = True
    before = modes.set_mode(levels=(*stack, level))
    try:
        yield level
    finally:
        level.open = False
        modes.set_mode(**before)


@contextmanager
def below(level: Level) -> Iterator[None]:
    """A block in which only the levels outside of `level` are open: where its payloads are computed by user code."""
    stack = modes.state.levels
    before = modes.set_mode(levels=tuple([each for each in stack if each.depth < level.depth]))
    try:
        yield
    finally:
        modes.set_mode(**before)


def innermost() -> Level | None:
    """The innermost open level of this thread that a function transform opened."""
    for level in reversed(modes.state.levels):
        if not level.ambient:
            return level
    return None


def made(t: Any) -> Any:
    """`t`, a new tensor or a tuple of them, which values of the levels that are open now may be written into."""
    for each in t if isinstance(t, tuple) else (t,):
        if isinstance(each, TensorBase):
            each._l = modes.state.levels
    return t


def depth(data: Any) -> int:
    """The level at which this data (not a face) lives: 0 for plain arrays and numbers."""
    return data.level.depth if isinstance(data, Box) else 0


_NO_BOX = {int, bool, str, float, type(Ellipsis), slice, np.ndarray, np.dtype}


def boxes(values: Any) -> list[Box]:
    """The boxes among these values and in the tuples, lists and dictionaries among them."""
    found: list[Box] = []
    for v in values:
        if v is None or type(v) in _NO_BOX:
            continue
        if isinstance(v, Box):
            found.append(v)
        elif isinstance(v, (tuple, list)):
            found += boxes(v)
        elif type(v) is dict:
            found += boxes(v.values())
    return found


def replaced(value: Any, level: Level, change: Callable[[Any], Any]) -> Any:
    """`value` with `change(box)` for every box of `level` in it, through tuples, lists and dictionaries."""
    if isinstance(value, Box):
        return change(value) if value.level is level else value
    if isinstance(value, (tuple, list)):
        made = type(value)([replaced(v, level, change) for v in value])
        if hasattr(value, "__dict__"):  # an index key with a name
            vars(made).update(vars(value))
        return made
    if type(value) is dict:
        return {k: replaced(v, level, change) for k, v in value.items()}
    return value


def interpret(op: Any, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """The op on data among which there are boxes: the highest level interprets it."""
    top: Any = None
    for x in operands:
        if isinstance(x, Box) and (top is None or x.level.depth > top.depth):
            top = x.level
    for x in boxes(params.values()) if params else ():
        if top is None or x.level.depth > top.depth:
            top = x.level
    if not top.open and top.ambient:  # what it left behind are its primals
        return _rerun(op, [replaced(x, top, _plain) for x in operands], replaced(params, top, _plain))
    top.check_open(op.op_name)
    return interpret_at(top, op, operands, params)


def interpret_at(level: Level, op: Any, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """The op as this level interprets it, without NumPy's warnings."""
    if modes.state.quiet:  # within another op
        return level.apply(op, operands, params)
    modes.state.quiet = True
    try:
        with np.errstate(all="ignore"):
            return level.apply(op, operands, params)
    finally:
        modes.state.quiet = False


def _plain(box: Box) -> Any:
    return box.plain()


def _rerun(op: Any, operands: list[Any], params: dict[str, Any]) -> Any:
    return op.call(tuple(operands), **params) if op.arity is None else op.call(*operands, **params)


def stopped(value: Any) -> Any:
    """The value, data or face, as a constant to every transform."""
    if isinstance(value, TensorBase):
        array = faces.array
        t = new(array if array is not None and isinstance(value, array) else faces.tensor)
        t._a, t._n = stopped(load(value)), None
        return t
    return value.stopped() if isinstance(value, Box) else value


def revalued(old: Any, new: Any, tape: bool = False) -> Any:
    """The numbers of `new`, data or face, with the derivatives that `old` has, tangents and nodes: what a write does of
    which `old` knows nothing. With `tape`, what a write does that is not recorded: the tangents are those of `new`."""
    if isinstance(old, TensorBase):
        node = load_node(old)
        data = revalued(load(old), new, tape)
        return data if node is None and type(data) is np.ndarray else wrap(data, node, type(old))
    if isinstance(new, TensorBase):
        new = load(new)
    if not isinstance(old, Box) and not isinstance(new, Box):
        return new
    level = old.level if depth(old) > depth(new) else new.level
    old, new = [x if isinstance(x, Box) and x.level is level else level.lift(x) for x in (old, new)]
    return old.revalued(new, tape)


def finite(value: Any) -> bool:
    """Whether every number in this data or face is finite."""
    if isinstance(value, TensorBase):
        value = load(value)
    if isinstance(value, Box):
        return value.finite()
    return bool(np.isfinite(value).all()) if isinstance(value, (np.ndarray, np.generic)) else True


def carries(value: Any) -> bool:
    """Whether a derivative or a batch is lost if only the numbers of this data or face are taken."""
    while True:
        if isinstance(value, TensorBase):
            if load_node(value) is not None:
                return True
            value = load(value)
        if not isinstance(value, Box):
            return False
        if value.moves:
            return True
        value = value.plain()


def check_alive(value: Any, what: str) -> None:
    """EscapedValueError if this data or face belongs to a transform that is over."""
    while isinstance(value, (TensorBase, Box)):
        if isinstance(value, Box):
            value.level.check_open(what)
            value = value.plain() if value.plain() is not value else value.payloads()[0]
        elif (node := load_node(value)) is not None and _of_the_past(node):
            raise errors.EscapedValueError(f"{what}: {_ESCAPED.format('transform')}")
        else:
            value = load(value)


def _of_the_past(node: Any) -> bool:
    """Whether all leaves on which a node depends are gone."""
    from .rules import LEAF, parents

    seen: set[int] = set()
    stack = [node]
    while stack:
        node = stack.pop()
        if node is None or node[1] in seen:
            continue
        seen.add(node[1])
        if node[0].stop != LEAF.stop:
            stack += parents(node)
        elif node[2]() is not None:
            return False
    return True


def enter(t: TensorBase) -> None:
    """Before `t` becomes a leaf: under an open level its data becomes a value of that level, so that its derivative
    can be one too (one for each example, one with a tangent)."""
    level = innermost()
    if level is not None and not hasattr(t, "_v") and depth(t._a) < level.depth:
        t._a = level.lift(t._a)


def lifted(value: Any, level: Level) -> Any:
    """The value, data or face, as data of `level`; plain arrays stay what they are."""
    if isinstance(value, TensorBase):
        data = load(value)
        if load_node(value) is None and (not isinstance(data, Box) or data.level is level):
            return data
        return level.lift(wrap(data, load_node(value), type(value)))  # what `value` becomes by writes is not the box's
    return level.lift(value) if isinstance(value, Box) and value.level is not level else value
