"""What transforms take and give: which arguments are differentiated, and values on their way in and out.

A function gets faces: an Array where an ndarray or a number was given, a Tensor where a tensor was. What comes out is
what went in: ndarrays (NumPy scalars for 0-d) or tensors.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import memory, modes
from ..core.bare import hidden
from ..core.dispatch import ordinary
from ..core.levels import Box, depth, innermost, made
from ..core.rules import LEAF
from ..core.tensor import Lent, TensorBase, faces, leaf_node, new, wrap
from ..core.trees import Rebuild, flatten, tree_map
from ..errors import DtypeError
from ..ops import structure as st

Node = list[Any]
NUMBERS = (int, float, complex, np.ndarray, np.generic)


def face_of(x: Any) -> type[TensorBase]:
    """The class in which user code meets the value."""
    array = faces.array
    assert array is not None
    return faces.tensor if isinstance(x, TensorBase) and not isinstance(x, array) else array


def checked(x: Any, what: str) -> Any:
    """A leaf of an argument; DtypeError if it is nothing that can be differentiated."""
    if type(x) is float or (type(x) is np.ndarray and x.dtype.kind in "fc"):
        return x
    if isinstance(x, TensorBase):
        kind = memory.peek(x).dtype.kind
    elif isinstance(x, NUMBERS):
        kind = plain(x).dtype.kind
    else:
        raise DtypeError(f"{what} takes tensors, arrays and Python numbers, in any nesting; got {type(x).__name__}: "
                         f"{x!r:.80}")
    if kind not in "fcV":
        raise DtypeError(f"{what} needs real or complex floating-point values, got {_described(x)}: write 3.0 for 3, "
                         "x.astype(float) or x.double() for an array, or choose other arguments by argnums")
    return x


def plain(x: Any) -> np.ndarray[Any, Any]:
    """The number or array as an ndarray; DtypeError for arrays whose arithmetic is another than ndarray's."""
    return ordinary(x) if isinstance(x, np.ndarray) and type(x) is not np.ndarray else np.asarray(x)


def _described(x: Any) -> str:
    if isinstance(x, (TensorBase, np.ndarray, np.generic)):
        return f"{type(x).__name__} of dtype {x.dtype}"  # type: ignore[union-attr]
    return f"{type(x).__name__} {x!r:.40}"


def payload(x: Any) -> Any:
    """The value as a level's payload: a copy of an array, which its owner may write; a face that carries nothing more
    than an array as that array."""
    if not isinstance(x, TensorBase):
        return np.array(plain(x))
    data = memory.load(x)
    node = memory.load_node(x)
    return data if node is None and type(data) is np.ndarray else wrap(data, node, type(x))


def variable(x: Any) -> TensorBase:
    """A face with the value of `x` and a node of its own, from which reverse mode can be asked for a derivative.

    What `x` itself depends on stays behind that node.
    """
    level = innermost()
    v = new(face_of(x))
    if isinstance(x, TensorBase):
        data, node = memory.load(x), memory.load_node(x)
        if level is not None and depth(data) < level.depth:
            data, node = level.lift(payload(x)), None
    else:
        data, node = np.array(x), None
        if level is not None:
            data = level.lift(data)
    v._a = data
    op: Any = st.alias.op  # type: ignore[attr-defined]
    v._n = leaf_node(v) if node is None else op.node((node,), {}, (data,), None)
    return v


def lent(v: TensorBase) -> TensorBase:
    """A face as `v`, node and all, for the function that is transformed: its writes reach neither `v` nor the caller.
    """
    t = new(face_of(v))
    t._a, t._n = v._a, v._n
    if t._n[0].stop == LEAF.stop:
        t._n[2] = Lent(t)
    return t


def close(variables: list[TensorBase]) -> None:
    """After the function has run nobody but its transform asks for a derivative in these: their leaves are gone."""
    for v in variables:
        node = memory.load_node(v)
        if node is not None and node[0].stop == LEAF.stop:
            node[2] = _gone


def _gone() -> None:
    """What the reference to a leaf says when the leaf is gone."""


def constant_face(x: Any, data: Any) -> Any:
    """A face as `x` has it over data (a box or an array)."""
    v = new(face_of(x))
    v._a = data
    v._n = None
    return v


def given_back(value: Any, face: type[TensorBase]) -> Any:
    """A payload or a face as the user gets it: in the face that was given, an ndarray if it is plain, a tensor if it
    leaves the outermost transform with a graph."""
    if isinstance(value, TensorBase):
        if face_of(value) is not face:
            data, node = memory.load(value), memory.load_node(value)
            value = made(new(face))
            value._a, value._n = data, node
    else:
        data = value
        value = made(new(face))
        value._a, value._n = (data if isinstance(data, (np.ndarray, Box)) else np.asarray(data)), None
    if face is faces.array:
        data, node = memory.load(value), memory.load_node(value)
        if node is None and type(data) is np.ndarray:
            return data[()]
        if not modes.state.inside and not modes.state.levels:  # the graph is that of captured tensors, and goes on
            value = wrap(data, node)
    return value


def survey(roots: list[Node], targets: set[int]) -> tuple[bool, bool]:
    """Whether a target can be reached from the roots; and whether what they depend on goes beyond the targets."""
    seen: set[int] = set()
    stack: list[Any] = list(roots)
    found = beyond = False
    while stack:
        node = stack.pop()
        if node is None or node[1] in seen:
            continue
        seen.add(node[1])
        stop = node[0].stop
        if node[1] in targets:
            found = True
            beyond = beyond or stop != LEAF.stop
        elif stop == LEAF.stop:
            beyond = beyond or node[2]() is not None  # of a leaf that is gone nobody asks a derivative
        else:
            stack += node[2:stop] if stop else node[2]
    return found, beyond


def settled(tree: Any, targets: set[int], kept: bool = False) -> Any:
    """Results as the user gets them: what depends on nothing but the targets is cut from them.

    `kept` says that the tape is walked later: ndarrays are then copies, since whoever gets them may write into them.
    """

    def settle(y: Any) -> Any:
        if not isinstance(y, TensorBase):
            return y.copy() if kept and type(y) is np.ndarray else y
        node = memory.load_node(y)
        if node is not None and not survey([node], targets)[1]:
            y = given_back(memory.load(y), face_of(y))
        else:
            y = given_back(y, face_of(y))
        return y.copy() if kept and type(y) is np.ndarray else y

    return tree_map(settle, tree)


def called(f: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """f(*args, **kwargs); where NumPy hides behind a ValueError why an array does not take a value, that reason; where
    an ndarray is asked for what only traced arrays have, a note."""
    try:
        return f(*args, **kwargs)
    except ValueError as e:
        reason = hidden(e)
        if reason is None:
            raise
        raise reason from None
    except AttributeError as e:
        if e.name == "at" and isinstance(e.obj, (np.ndarray, np.generic)) and not hasattr(e, "__notes__"):
            e.add_note("x.at is there for traced arrays and tensors, adjoint.numpy.at(x)[i].set(y) for all arrays")
        raise


class Chosen:
    """The arguments that a transform differentiates, taken out of a call and put back."""

    def __init__(self, f: Callable[..., Any], argnums: Any, argnames: Any) -> None:
        if not callable(f):
            raise TypeError(f"expected a function to transform, got {type(f).__name__}: {f!r:.60}")
        if argnums is None and argnames is None:
            argnums = 0
        self.f = f
        self.single = (argnames is None and isinstance(argnums, int)) or (argnums is None and isinstance(argnames, str))
        if isinstance(argnums, np.integer):
            argnums, self.single = int(argnums), argnames is None
        positions = [] if argnums is None else [argnums] if isinstance(argnums, int) else [
            int(i) if isinstance(i, np.integer) else i for i in argnums]
        if not all([isinstance(i, int) and not isinstance(i, bool) for i in positions]):
            raise TypeError(f"argnums must be an int or a tuple of ints, got {argnums!r}")
        names = [] if argnames is None else [argnames] if isinstance(argnames, str) else list(argnames)
        self.slots: list[int | str] = [*positions, *names]
        self.only = argnums if self.single and isinstance(argnums, int) and argnums >= 0 else None

    def places(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[int | str]:
        """Positions (not negative) and keywords in this call."""
        places: list[int | str] = []
        for slot in self.slots:
            if isinstance(slot, str):
                if slot not in kwargs:
                    names = list(inspect.signature(self.f).parameters)
                    if slot not in names or names.index(slot) >= len(args):
                        raise TypeError(f"argnames: {_name(self.f)} was called without {slot!r}")
                    slot = names.index(slot)
            elif not -len(args) <= slot < len(args):
                raise ValueError(f"argnums: {_name(self.f)} was called with {len(args)} positional arguments, so there "
                                 f"is none numbered {slot}")
            places.append(slot % len(args) if isinstance(slot, int) else slot)
        if len(set(places)) != len(places):
            raise ValueError(f"argnums and argnames of {_name(self.f)} name one argument twice: {self.slots}")
        return places

    def take(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[list[Any], Rebuild, Any]:
        """The leaves, what makes trees of them again, and what calls the function with others."""
        if self.only is not None and self.only < len(args) and isinstance(args[self.only], (TensorBase, *NUMBERS)):
            before, after = args[:self.only], args[self.only + 1:]
            return [args[self.only]], _first, lambda values: called(self.f, *before, *values, *after, **kwargs)
        places = self.places(args, kwargs)
        trees = tuple([kwargs[p] if isinstance(p, str) else args[p] for p in places])
        parts = [flatten(tree) for tree in trees]
        leaves = [x for part, _ in parts for x in part]

        def rebuild(values: list[Any]) -> Any:
            made, at = [], 0
            for part, build in parts:
                made.append(build(values[at:at + len(part)]))
                at += len(part)
            return made[0] if self.single else tuple(made)

        def call(values: list[Any]) -> Any:
            made = rebuild(values)
            own_args, own_kwargs = list(args), dict(kwargs)
            for p, tree in zip(places, (made,) if self.single else made, strict=True):
                if isinstance(p, str):
                    own_kwargs[p] = tree
                else:
                    own_args[p] = tree
            return called(self.f, *own_args, **own_kwargs)

        return leaves, rebuild, call


def _first(values: list[Any]) -> Any:
    return values[0]


def _name(f: Any) -> str:
    return getattr(f, "__name__", type(f).__name__)



def aux_of(out: Any, has_aux: bool) -> tuple[Any, Any]:
    """(result, aux) of what a function returned."""
    if not has_aux:
        return out, None
    if not isinstance(out, tuple) or len(out) != 2:
        raise TypeError("with has_aux=True the function must return a pair (result, aux), got "
                        f"{type(out).__name__}")
    return out


