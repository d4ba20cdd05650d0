"""vmap: a function of one example as a function of many, in one call; and collectives over the examples."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from .. import errors
from ..core import memory, modes
from ..core.levels import opened
from ..core.tensor import TensorBase
from ..core.trees import broadcast_prefix, flatten, tree_map
from ..ops import collectives
from ..ops import structure as st
from .batching import Batched, Batching
from .inputs import NUMBERS, called, constant_face, face_of, given_back, payload


def vmap(f: Callable[..., Any], in_axes: Any = 0, out_axes: Any = 0, axis_name: Any = None,
         axis_size: int | None = None, chunk_size: int | None = None, *, in_dims: Any = None, out_dims: Any = None,
         randomness: str = "error") -> Callable[..., Any]:
    """A function that maps `f` over an axis of its arguments; results are stacked along `out_axes`.

    `in_axes` is an axis for every argument, or a tuple of one an argument: an int, None (the same for all examples), or
    a tree of these that matches the argument from above. Keyword arguments are mapped over axis 0. `out_axes` likewise
    for results. `axis_size` gives the number of examples where no argument is mapped. `chunk_size` runs so many
    examples at a time. adjoint's random functions draw "same" or "different" numbers for the examples, as `randomness`
    says, or raise. `in_dims` and `out_dims` are PyTorch's names of the axes. Raises ShapeError where sizes differ.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> x, w = np.arange(6.0).reshape(3, 2), np.ones(2)
    >>> ad.vmap(lambda row, w: np.dot(row, w), in_axes=(0, None))(x, w)
    array([1., 5., 9.])
    >>> ad.vmap(ad.grad(lambda row: np.sum(row ** 2)))(x)
    array([[ 0.,  2.],
           [ 4.,  6.],
           [ 8., 10.]])
    """
    if not callable(f):
        raise TypeError(f"expected a function to map, got {type(f).__name__}")
    if chunk_size is not None and chunk_size < 1:
        raise ValueError(f"chunk_size must be at least 1, got {chunk_size}")
    if randomness not in ("error", "same", "different"):
        raise errors.RangeError("Only allowed values for randomness are 'error', 'different', or 'same'. Got "
                                f"{randomness}")
    in_axes = in_axes if in_dims is None else in_dims
    out_axes = out_axes if out_dims is None else out_dims

    @wraps(f, updated=())
    def mapped(*args: Any, **kwargs: Any) -> Any:
        if isinstance(in_axes, (tuple, list)) and len(in_axes) != len(args):
            raise ValueError(f"vmap: in_axes has {len(in_axes)} entries, but there are {len(args)} positional "
                             "arguments")
        axes_of = list(in_axes) if isinstance(in_axes, (tuple, list)) else [in_axes] * len(args)
        flat = [flatten(a) for a in args]
        named = flatten(kwargs)
        axes = [a for each, tree in zip(axes_of, args, strict=True)
                for a in broadcast_prefix(each, tree, "vmap: in_axes")]
        leaves = [x for part, _ in flat for x in part]
        axes += [0] * len(named[0])
        leaves += named[0]
        fronts = [_front(x, a) if a is not None else _same(x) for x, a in zip(leaves, axes, strict=True)]
        size = _size(leaves, fronts, axes, axis_size)

        def call(values: list[Any]) -> Any:
            at, made = 0, []
            for part, build in [*flat, named]:
                made.append(build(values[at:at + len(part)]))
                at += len(part)
            return called(f, *made[:-1], **made[-1])

        if chunk_size is None or size <= chunk_size:
            return _run(call, leaves, fronts, axes, Batching(size, axis_name, randomness), out_axes)
        parts = []
        for start in range(0, size, chunk_size):
            n = min(chunk_size, size - start)
            rows = [st.narrow(x, axis=0, start=start, length=n) if a is not None else x
                    for x, a in zip(fronts, axes, strict=True)]
            parts.append(_run(call, leaves, rows, axes, Batching(n, axis_name, randomness, part=True), out_axes))
        return _joined(parts, out_axes)

    return mapped


def _front(x: Any, axis: int) -> Any:
    """The argument with the mapped axis first, as a payload."""
    if not isinstance(x, (TensorBase, *NUMBERS)):
        raise errors.DtypeError(f"vmap maps tensors and arrays, got {type(x).__name__}: {x!r:.60}; give it "
                                "in_axes=None")
    ndim = memory.peek(x).ndim if isinstance(x, TensorBase) else np.ndim(x)
    if not isinstance(axis, int) or not -ndim <= axis < ndim:
        raise ValueError(f"vmap: in_axes says axis {axis}, but the argument has {ndim} dimensions; give None for an "
                         "argument "
                         "that is the same for all examples")
    x = payload(x)
    return x if axis % ndim == 0 else st.moveaxis(x, source=axis, destination=0)


def _same(x: Any) -> Any:
    """An argument that all examples share: of an ndarray an Array, which indices of the examples may index."""
    return constant_face(x, payload(x)) if type(x) is np.ndarray and x.ndim else x


def _size(leaves: list[Any], fronts: list[Any], axes: list[Any], given: int | None) -> int:
    sizes = {np.shape(memory.peek(x) if isinstance(x, TensorBase) else x)[0]: x
             for x, a in zip(fronts, axes, strict=True) if a is not None}
    if given is not None:
        sizes.setdefault(given, None)
    if len(sizes) != 1:
        raise errors.ShapeError("vmap needs at least one mapped argument (in_axes None everywhere), or axis_size" if
        not sizes else f"vmap: the mapped axes have different sizes: {sorted(sizes)}")
    return next(iter(sizes))


def _run(call: Callable[[list[Any]], Any], leaves: list[Any], fronts: list[Any], axes: list[Any], level: Batching,
         out_axes: Any) -> Any:
    with opened(level):
        faces_in = [constant_face(x, Batched(level, front, True)) if a is not None else front
                    for x, front, a in zip(leaves, fronts, axes, strict=True)]
        result = call(faces_in)
        outs, rebuild = flatten(result)
        values = [memory.load(y) if isinstance(y, TensorBase) else y for y in outs]
    axes_out = broadcast_prefix(out_axes, result, "vmap: out_axes")
    if level.part:  # joined along the first axis, which then moves
        axes_out = [None if a is None else 0 for a in axes_out]
    return rebuild([_out(level, y, value, a) for y, value, a in zip(outs, values, axes_out, strict=True)])


def _out(level: Any, y: Any, data: Any, axis: Any) -> Any:
    """A result of this data with its examples at `axis`."""
    if not isinstance(y, (TensorBase, *NUMBERS)):
        raise errors.DtypeError(f"a function under vmap must return tensors, arrays or numbers, got {type(y).__name__}")
    face = face_of(y)
    data = data if isinstance(y, TensorBase) else np.asarray(y)
    own = isinstance(data, Batched) and data.level is level
    inner = data.payload if own else (y if isinstance(y, TensorBase) else data)
    if own and data.mapped:
        if axis is None:
            raise ValueError("vmap: out_axes is None for a result that differs between examples")
        ndim = len(data.shape) + 1
        if not -ndim <= axis < ndim:
            raise ValueError(f"vmap: out_axes says axis {axis}, but the result has {ndim} dimensions")
        return given_back(inner if axis % ndim == 0 else st.moveaxis(inner, source=0, destination=axis), face)
    if axis is None:
        return given_back(inner if own or isinstance(y, TensorBase) else np.array(y), face)
    shape = tuple(memory.peek(inner).shape if isinstance(inner, TensorBase) else inner.shape)
    repeated = st.copy(st.broadcast_to(inner, shape=(level.size, *shape)))
    moved = repeated if axis % (len(shape) + 1) == 0 else st.moveaxis(repeated, source=0, destination=axis)
    return given_back(moved, face)


def _joined(parts: list[Any], out_axes: Any) -> Any:
    """Chunks, examples first, as one result; of what is the same for all examples the first."""
    flat = [flatten(p) for p in parts]
    axes = broadcast_prefix(out_axes, parts[0], "vmap: out_axes")
    outs = []
    for i, axis in enumerate(axes):
        pieces = [leaves[i] for leaves, _ in flat]
        if axis is None:
            outs.append(pieces[0])
            continue
        whole = st.concatenate(pieces, axis=0)
        whole = whole if axis == 0 else st.moveaxis(whole, source=0, destination=axis)
        outs.append(given_back(whole, face_of(pieces[0])))
    return flat[0][1](outs)


def _levels(axis_name: Any) -> list[Batching]:
    """The innermost vmaps of these names: of one, or of each in a tuple."""
    if isinstance(axis_name, (tuple, list)):
        return [level for name in axis_name for level in _levels(name)]
    for level in reversed(modes.state.levels):
        if isinstance(level, Batching) and level.axis_name == axis_name and axis_name is not None:
            if level.part:
                raise ValueError(f"axis_name={axis_name!r} is that of a vmap with chunk_size, in which a collective "
                                 "would see the examples of a chunk only: use one of the two")
            return [level]
    raise NameError(f"no vmap with axis_name={axis_name!r} is open here")


def _collective(op: Callable[..., Any], tree: Any, levels: list[Batching]) -> Any:
    """The op over the examples of these levels, on each leaf."""

    def one(x: Any) -> Any:
        x = x if isinstance(x, TensorBase) else np.asarray(x)
        for level in levels:
            x = op(x, level=level)
        return x

    return tree_map(one, tree)


def psum(x: Any, axis_name: Any) -> Any:
    """The sum of `x`, a value or a tree of them, over the examples of the enclosing vmap with this `axis_name`.

    `axis_name` may be a tuple: over the examples of several. A value that is the same for all examples counts once for
    each. Every example has the sum, so what the examples' functions derive from it adds up in reverse mode.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.vmap(lambda x: x / ad.psum(x, "i"), axis_name="i")(np.array([1.0, 3.0]))
    array([0.25, 0.75])
    """
    return _collective(collectives.psum, x, _levels(axis_name))


def pmean(x: Any, axis_name: Any) -> Any:
    """The mean of `x`, a value or a tree of them, over the examples of the enclosing vmap with this `axis_name`.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.vmap(lambda x: ad.pmean(x, "i"), axis_name="i")(np.array([1.0, 3.0]))
    array([2., 2.])
    """
    levels = _levels(axis_name)
    size = math.prod([level.size for level in levels])
    return tree_map(lambda v: v / size, _collective(collectives.psum, x, levels))


def pmax(x: Any, axis_name: Any) -> Any:
    """The largest `x` among the examples of the enclosing vmap with this `axis_name`; of a tree, of each leaf.

    Its derivative goes to the examples that have it, in equal parts.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.vmap(lambda x: ad.pmax(x, "i"), axis_name="i")(np.array([1.0, 3.0]))
    array([3., 3.])
    """
    return _collective(collectives.pmax, x, _levels(axis_name))


def pmin(x: Any, axis_name: Any) -> Any:
    """The smallest `x` among the examples of the enclosing vmap with this `axis_name`; of a tree, of each leaf.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.vmap(lambda x: ad.pmin(x, "i"), axis_name="i")(np.array([1.0, 3.0]))
    array([1., 1.])
    """
    return _collective(collectives.pmin, x, _levels(axis_name))


def axis_index(axis_name: Any) -> Any:
    """The number of the example in the enclosing vmap with this `axis_name`; of several, counted in their order.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.vmap(lambda x: x + ad.axis_index("i"), axis_name="i")(np.array([1.0, 3.0]))
    array([1., 4.])
    """
    index: Any = 0
    for level in _levels(axis_name):
        index = index * level.size + constant_face(0, Batched(level, np.arange(level.size), True))
    return index


__all__ = ["vmap", "psum", "pmean", "pmax", "pmin", "axis_index"]
