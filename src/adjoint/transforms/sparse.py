"""Sparse Jacobians and Hessians: their patterns, and their entries from as few derivatives as the pattern allows.

Columns that share no row can be added up and still be told apart; so one forward pass gives as many columns as a colour
has, and the colours are few where the pattern is sparse (Curtis, Powell and Reid, J. Inst. Maths Applics 13, 1974,
117-119). The same for rows, by reverse passes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np

from .. import errors
from ..core import memory
from ..core.levels import opened
from ..core.payloads import dtype_of, shape_of
from ..core.tensor import TensorBase
from ..core.trees import flatten
from ..ops import structure as st
from .inputs import Chosen, checked, constant_face, face_of, given_back, payload
from .jvp import jvp
from .sparsity import Dependent, Sparsity
from .vjp import grad, vjp
from .vmap import vmap

__all__ = ["hessian_sparsity", "jacobian_sparsity", "sparse_hessian", "sparse_jacobian"]


def jacobian_sparsity(f: Callable[..., Any], argnums: int | tuple[int, ...] | None = None,
                      argnames: str | tuple[str, ...] | None = None) -> Callable[..., Any]:
    """A function that returns which entries of the Jacobian of `f` may differ from zero, as a scipy.sparse.csr_array
    of bool: a row for each element of the result, a column for each element of the argument, both in C order.

    One run of `f` finds it, at the cost of the pattern's size. It holds wherever the program takes the same branches
    and the same integer positions; `where`, `maximum`, `sort` and their like count with all that they may choose.
    Arguments and results may be trees of arrays, whose elements follow one another. `argnums` and `argnames` are those
    of `grad`. Raises MemoryError where a pattern has more than 100 million entries.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.jacobian_sparsity(lambda x: x[1:] * x[:-1])(np.ones(4)).toarray().astype(int)
    array([[1, 1, 0, 0],
           [0, 1, 1, 0],
           [0, 0, 1, 1]])
    """
    chosen = Chosen(f, argnums, argnames)

    @wraps(f, updated=())
    def pattern(*args: Any, **kwargs: Any) -> Any:
        leaves, _, call = chosen.take(args, kwargs)
        return _pattern(leaves, call, "jacobian_sparsity")

    return pattern


def hessian_sparsity(f: Callable[..., Any], argnums: int | tuple[int, ...] | None = None,
                     argnames: str | tuple[str, ...] | None = None) -> Callable[..., Any]:
    """A function that returns which second derivatives of the scalar function `f` may differ from zero, as a
    scipy.sparse.csr_array of bool.

    It is the pattern of the gradient's Jacobian; see `jacobian_sparsity`.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.hessian_sparsity(lambda x: x[0] * x[1] + x[2] ** 3)(np.ones(3)).toarray().astype(int)
    array([[0, 1, 0],
           [1, 0, 0],
           [0, 0, 1]])
    """
    return jacobian_sparsity(grad(f, argnums, argnames=argnames), argnums, argnames)


def sparse_jacobian(f: Callable[..., Any], argnums: int | tuple[int, ...] | None = None,
                    argnames: str | tuple[str, ...] | None = None, *, sparsity: Any = None,
                    chunk_size: int | None = None) -> Callable[..., Any]:
    """A function that returns the Jacobian of `f` as a scipy.sparse.csr_array, whose pattern it finds by itself.

    It takes as many forward passes as columns that share rows, or reverse passes for rows where those are fewer, all at
    once by vmap (`chunk_size` at a time). `sparsity` is the pattern where it is known, so that it is not found at every
    call; it must have all entries that can differ from zero. Rows and columns are those of `jacobian_sparsity`. Raises
    ShapeError where `sparsity` does not fit, DtypeError for integers and complex numbers.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.sparse_jacobian(lambda x: x[1:] * x[:-1])(np.array([1.0, 2.0, 3.0])).toarray()
    array([[2., 1., 0.],
           [0., 3., 2.]])
    """
    chosen = Chosen(f, argnums, argnames)

    @wraps(f, updated=())
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        leaves, _, call = chosen.take(args, kwargs)
        return _jacobian(leaves, call, sparsity, chunk_size, False)

    return jacobian


def sparse_hessian(f: Callable[..., Any], argnums: int | tuple[int, ...] | None = None,
                   argnames: str | tuple[str, ...] | None = None, *, sparsity: Any = None,
                   chunk_size: int | None = None) -> Callable[..., Any]:
    """A function that returns the Hessian of the scalar function `f` as a scipy.sparse.csr_array.

    It is the Jacobian of the gradient, by forward passes over the reverse one; see `sparse_jacobian`.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.sparse_hessian(lambda x: x[0] * x[1] + x[2] ** 3)(np.array([1.0, 2.0, 3.0])).toarray()
    array([[ 0.,  1.,  0.],
           [ 1.,  0.,  0.],
           [ 0.,  0., 18.]])
    """
    gradient = grad(f, argnums, argnames=argnames)
    chosen = Chosen(gradient, argnums, argnames)

    @wraps(f, updated=())
    def hessian(*args: Any, **kwargs: Any) -> Any:
        leaves, _, call = chosen.take(args, kwargs)
        return _jacobian(leaves, call, sparsity, chunk_size, True)

    return hessian


def _pattern(leaves: list[Any], call: Callable[[list[Any]], Any], what: str) -> Any:
    from scipy.sparse import csr_array, eye_array, vstack

    sizes = [prod(shape_of(checked(x, what))) for x in leaves]
    inputs, at = eye_array(sum(sizes), dtype=bool, format="csr"), 0
    with opened(Sparsity()) as level:
        faces = []
        for x, n in zip(leaves, sizes, strict=True):
            faces.append(constant_face(x, Dependent(level, payload(x), inputs[at:at + n] if n else None)))
            at += n
        results = [y for y in flatten(call(faces))[0] if isinstance(y, (TensorBase, np.ndarray, np.generic, float))]
        data = [memory.load(y) if isinstance(y, TensorBase) else np.asarray(y) for y in results]
    rows = [d.rows if isinstance(d, Dependent) and d.level is level else None for d in data]
    blocks = [csr_array((prod(d.shape), sum(sizes)), dtype=bool) if r is None else r
              for d, r in zip(data, rows, strict=True)]
    if not blocks:
        raise errors.DtypeError(f"{what} needs a function that returns arrays, tensors or numbers")
    found = vstack(blocks, format="csr")
    found.sort_indices()
    return found


def _jacobian(leaves: list[Any], call: Callable[[list[Any]], Any], sparsity: Any, chunk_size: int | None,
              forward: bool) -> Any:
    from scipy.sparse import csr_array

    what = "sparse_hessian" if forward else "sparse_jacobian"
    for x in leaves:
        if dtype_of(checked(x, what)).kind == "c":
            raise errors.DtypeError(f"{what} takes real arguments; differentiate in the real and imaginary parts")
    shapes = [shape_of(x) for x in leaves]
    ends = np.cumsum([0, *[prod(s) for s in shapes]])
    pattern = _pattern(leaves, call, what) if sparsity is None else csr_array(sparsity, dtype=bool)

    def flat(*values: Any) -> Any:
        """All elements of all results in one row."""
        return st.concatenate([st.reshape(y, shape=(prod(shape_of(y)),)) for y in flatten(call(list(values)))[0]],
                              axis=0)

    def split(rows: Any) -> list[Any]:
        """Columns as the leaves have them."""
        return [given_back(rows[:, a:b].reshape(len(rows), *s).astype(dtype_of(x)), face_of(x))
                for x, s, (a, b) in zip(leaves, shapes, pairwise(ends), strict=True)]

    value, pull = vjp(flat, *leaves)
    if pattern.shape != (prod(shape_of(value)), ends[-1]):
        raise errors.ShapeError(f"{what}: a pattern of shape {pattern.shape} was given for a Jacobian of shape "
                                f"{(prod(shape_of(value)), int(ends[-1]))}")
    pattern.sum_duplicates()
    rows, cols = np.repeat(np.arange(pattern.shape[0]), np.diff(pattern.indptr)), pattern.indices
    by_column, by_row = coloured(pattern.T.tocsr(), pattern), coloured(pattern, pattern.T.tocsr())
    if forward or by_column.max(initial=-1) <= by_row.max(initial=-1):
        seeds = _seeds(by_column)
        got = vmap(lambda *ts: jvp(flat, tuple(leaves), ts)[1], chunk_size=chunk_size)(*split(seeds)) if len(
            seeds) else np.zeros((0, pattern.shape[0]))
        entries = _numbers(got, what)[by_column[cols], rows]
    else:
        seeds = given_back(_seeds(by_row).astype(dtype_of(value)), face_of(value))
        parts = vmap(pull, chunk_size=chunk_size)(seeds)
        got = np.concatenate([_numbers(p, what).reshape(len(seeds), -1) for p in parts], axis=1)
        entries = got[by_row[rows], cols]
    return csr_array((entries, cols.copy(), pattern.indptr.copy()), shape=pattern.shape)


def _numbers(value: Any, what: str) -> Any:
    """The ndarray of a result, which must not depend on what an outer transform or a graph differentiates."""
    if isinstance(value, TensorBase):
        if memory.load_node(value) is not None:
            raise errors.TracedValueError(f"{what} returns a SciPy array, which cannot carry on the graph of captured "
                                          "tensors: detach() them, or use jacobian")
        value = memory.load(value)
    if type(value) is not np.ndarray:
        raise errors.TracedValueError(f"{what} returns a SciPy array, which cannot be differentiated or mapped: use "
                                      "jacobian inside of other transforms")
    return value


def _seeds(colours: Any) -> Any:
    """For each colour the sum of the unit vectors that have it."""
    seeds = np.zeros((colours.max(initial=-1) + 1, len(colours)))
    used = np.flatnonzero(colours >= 0)
    seeds[colours[used], used] = 1
    return seeds


def coloured(lines: Any, across: Any) -> Any:
    """A colour for each row of `lines`, none shared by two that have an entry in one column; -1 for empty rows.

    `across` is the transpose. Each row in turn gets the lowest colour that is free: as few as can be for bands.
    """
    taken: list[set[int]] = [set() for _ in range(across.shape[0])]
    colours = np.full(lines.shape[0], -1)
    starts, indices = lines.indptr.tolist(), lines.indices.tolist()
    for i in range(lines.shape[0]):
        met = [taken[j] for j in indices[starts[i]:starts[i + 1]]]
        if not met:
            continue
        used = set().union(*met)
        colour = next(c for c in range(len(used) + 1) if c not in used)
        colours[i] = colour
        for t in met:
            t.add(colour)
    return colours
