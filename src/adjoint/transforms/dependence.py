"""On which inputs the results of one op depend, from what the op states.

    elementwise                 the elements at its place
    linear, structural          the map itself: where it moves elements, into which sums it puts them, or its matrix
    bilinear                    the matrix in one operand, the other being what it is, or anything if it depends too
    a batching rule by axes     everything along the axes, nothing across the others
    all else                    everything
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np

from ..core import memory
from ..core.batch_rules import run
from ..core.payloads import dtype_of, shape_of
from ..ops import structure as st
from .rows import Rows, joined, take, union
from .vjp import vjp
from .vmap import vmap

Shapes = list[tuple[int, ...]]
CHUNK = 1 << 20  # numbers at a time where a matrix is found by unit vectors


class Dependence:
    """One op on operands of which some depend on inputs: the rows of its results."""

    def __init__(self, op: Any, primals: list[Any], rows: list[Rows], params: dict[str, Any], outs: list[Any]) -> None:
        self.op, self.primals, self.rows, self.params = op, primals, rows, params
        self.shapes = [shape_of(o) for o in outs]
        self.complex_results = any([dtype_of(o).kind == "c" for o in outs])
        self.given: Shapes = [shape_of(x) for x in primals]
        self.tracked = [i for i, r in enumerate(rows) if r is not None]

    def rows_of_results(self) -> list[Rows]:
        op, rule = self.op, self.op.batch
        sizes = [prod(s) for s in self.shapes]
        if 0 in sizes or not all([prod(self.given[i]) for i in self.tracked]):
            return [None] * len(sizes)
        alike = op.kind != "structural" or self.shapes == self.given
        if op.elementwise and alike and all([np.broadcast_shapes(s, *self.given) == s for s in self.shapes]):
            partials = getattr(op, "partials", None)
            users = [i for i in self.tracked if partials is None or partials[i] != 0]
            return [union([take(self.rows[i], _spread(self.given[i], s)) for i in users]) for s in self.shapes]
        found = None
        if op.linear and (alike or not op.elementwise):
            found = self._moved() or self._summed()
            if found is None and not self._drops():
                found = self._by_matrix(self.tracked)
        elif op.kind == "bilinear":
            parts = [self._by_matrix([i]) for i in self.tracked]
            found = [union(list(each)) for each in zip(*parts, strict=True)]
        if found is None and hasattr(rule, "counted"):
            found = self._along_axes()
        if found is None and hasattr(rule, "own"):
            found = self._by_blocks(rule.own)
        if found is None and op.elementwise:  # a number as two, or two as one
            found = self._by_blocks([0 if len(s) <= len(self.shapes[0]) else len(s) - len(self.shapes[0])
                                     for s in self.given])
        return self._grouped([np.zeros(prod(s), int) for s in self.given], [np.zeros(n, int) for n in sizes],
                             1) if found is None else found

    # Maps that are linear in their tracked operands, the others being zero: what they do is asked of themselves.

    def _call(self, values: list[Any]) -> list[Any]:
        """The flattened results for these arrays in the places of the tracked operands."""
        out = run(self.op, self._operands(self.tracked, values), self.params)
        return [np.ravel(o) for o in (out if isinstance(out, tuple) else (out,))]

    def _operands(self, places: list[int], values: list[Any]) -> list[Any]:
        made = [x if dtype_of(x).kind in "biu" else np.zeros(shape_of(x)) for x in self.primals]
        for i, v in zip(places, values, strict=True):
            made[i] = v
        return made

    def _shaped(self, flat: Any) -> list[Any]:
        """A vector of all tracked elements as arrays of the operands' shapes."""
        parts, at = [], 0
        for i in self.tracked:
            parts.append(np.reshape(flat[at:at + prod(self.given[i])], self.given[i]))
            at += parts[-1].size
        return parts

    def _all(self) -> Rows:
        """The rows of all tracked elements, one operand after the other."""
        from scipy.sparse import vstack

        return vstack([self.rows[i] for i in self.tracked], format="csr")

    def _moved(self) -> list[Rows] | None:
        """Rows where each element of the result is one of the operands' or zero; None if it is not so."""
        n = sum([prod(self.given[i]) for i in self.tracked])
        sample = _sample(n)
        numbers, values = self._call(self._shaped(np.arange(1.0, n + 1))), self._call(self._shaped(sample[1:]))
        for o, v in zip(numbers, values, strict=True):
            if o.dtype.kind != "f" or not _whole(o, n) or not np.array_equal(sample[o.astype(int)], v):
                return None
        every = self._all()
        return [take(every, o.astype(int) - 1) for o in numbers]

    def _summed(self) -> list[Rows] | None:
        """Rows where each element of the operands goes into one sum; None if it is not so."""
        if len(self.shapes) > 1:
            return None
        from scipy.sparse import csr_array

        n, size = sum([prod(self.given[i]) for i in self.tracked]), prod(self.shapes[0])
        sample = _sample(n)[1:]
        _, pull = vjp(lambda *vs: run(self.op, self._operands(self.tracked, list(vs)), self.params),
                      *self._shaped(sample))
        places = np.concatenate([np.ravel(ct) for ct in pull(np.arange(1.0, size + 1).reshape(self.shapes[0]))])
        if places.dtype.kind != "f" or not _whole(places, size):
            return None
        to = places.astype(int)
        (values,) = self._call(self._shaped(sample))
        if not np.allclose(np.bincount(to, sample, size + 1)[1:], values, rtol=1e-9, atol=1e-9):
            return None
        used = np.flatnonzero(to)
        sums = csr_array((np.ones(len(used), bool), (to[used] - 1, used)), shape=(size, n))
        return [joined(sums, self._all())]

    def _by_matrix(self, places: list[int]) -> list[Rows]:
        """Rows by the map's matrix in the operands at `places`: columns, or rows if those are fewer."""
        shapes = [self.given[i] for i in places]
        total, sizes = sum([prod(s) for s in shapes]), [prod(s) for s in self.shapes]
        kinds = [dtype_of(self.primals[i]).kind == "c" for i in places]
        unit: Any = 1 + 0.618j if any(kinds) else 1.0  # neither the real nor the imaginary part is lost
        others = [self._other(i) if i not in places else None for i in range(len(self.given))]

        def f(flat: Any) -> Any:
            made, at = list(others), 0
            for i, s, is_complex in zip(places, shapes, kinds, strict=True):
                part = st.reshape(flat[at:at + prod(s)], shape=s)
                made[i], at = part if is_complex or not any(kinds) else np.real(part), at + prod(s)
            out = run(self.op, made, self.params)
            return st.concatenate([st.reshape(o, shape=(prod(shape_of(o)),))
                                   for o in (out if isinstance(out, tuple) else (out,))], axis=0)

        if sum(sizes) < total and not (any(kinds) or self.complex_results):
            matrix = _matrix(vmap(vjp(f, np.ones(total))[1]), sum(sizes), total, 1.0)
        else:
            matrix = _matrix(vmap(f), total, sum(sizes), unit).T.tocsr()
        every, ends = self._rows_at(places), np.cumsum([0, *sizes])
        return [joined(matrix[a:b], every) for a, b in pairwise(ends)]

    def _rows_at(self, places: list[int]) -> Rows:
        return self._all() if places == self.tracked else self.rows[places[0]]

    def _other(self, i: int) -> Any:
        """What an operand is while the map in another one is looked at."""
        x = memory.concrete(self.primals[i])
        if self.op.linear and dtype_of(x).kind not in "biu":
            return np.zeros(self.given[i])
        if self.rows[i] is None and type(x) is np.ndarray:
            return x
        return _sample(prod(self.given[i]))[1:].reshape(self.given[i])

    # Ops that say by their batching rule what they keep apart.

    def _axes(self) -> set[int]:
        """The axes of the first operand along which the op works."""
        ndim, taken = len(self.given[0]), set[int]()
        for name, default in self.op.batch.counted.items():
            axis = self.params.get(name, default)
            taken |= {a % ndim for a in (range(ndim) if axis is None else axis if isinstance(axis, (tuple, list))
                                         else (axis,))} if ndim else set()
        return taken

    def _drops(self) -> bool:
        """Whether the op works along axes that its only result does not have, or has with length 1."""
        if not hasattr(self.op.batch, "counted") or self.op.arity is None or len(self.given) > 1:
            return False
        axes = self._axes()
        kept = tuple([n for i, n in enumerate(self.given[0]) if i not in axes])
        ones = tuple([1 if i in axes else n for i, n in enumerate(self.given[0])])
        return bool(axes) and self.shapes in ([kept], [ones])

    def _along_axes(self) -> list[Rows] | None:
        """Rows where results depend on all elements along the axes; None where the shapes say that it is otherwise."""
        axes, ndim = self._axes(), len(self.given[0])
        rest = [i for i in range(ndim) if i not in axes]
        kept = tuple([self.given[0][i] for i in rest])
        groups = []
        for shape in [*[self.given[i] for i in self.tracked], *self.shapes]:
            if len(shape) == ndim and tuple([shape[i] for i in rest]) == kept:
                groups.append(_numbered(shape, rest))
            elif shape == kept:
                groups.append(np.arange(prod(kept)))
            else:
                return None
        inputs: list[Any] = [None] * len(self.given)
        for i in self.tracked:
            inputs[i] = groups.pop(0)
        return self._grouped(inputs, groups, prod(kept))

    def _by_blocks(self, own: Any) -> list[Rows] | None:
        """Rows where the last `own` dimensions of each operand are a block and those before count blocks."""
        if len(own) != len(self.given):
            return None
        leads = [s[:len(s) - k] for s, k in zip(self.given, own, strict=True) if k is not None and len(s) >= k]
        if len(leads) < len([k for k in own if k is not None]):
            return None
        lead = np.broadcast_shapes(*leads)
        if any([s[:len(lead)] != lead for s in self.shapes]):
            return None
        inputs: list[Any] = [None] * len(self.given)
        spread = []
        for i in self.tracked:
            if own[i] is None:
                return None
            front = self.given[i][:len(self.given[i]) - own[i]]
            # An operand that is shared by blocks: its rows are repeated for each of them.
            block = prod(self.given[i]) // prod(front)
            numbers = np.arange(prod(self.given[i])).reshape(*front, block)
            order = np.broadcast_to(numbers, (*lead, block)).reshape(-1)
            spread.append((i, take(self.rows[i], order)))
            inputs[i] = np.repeat(np.arange(prod(lead)), block)
        rows = list(self.rows)
        for i, r in spread:
            rows[i] = r
        outputs = [np.repeat(np.arange(prod(lead)), prod(s[len(lead):])) for s in self.shapes]
        return self._grouped(inputs, outputs, prod(lead), rows)

    def _grouped(self, inputs: list[Any], outputs: list[Any], n: int, rows: list[Rows] | None = None) -> list[Rows]:
        """Rows where each element depends on all elements of its group."""
        from scipy.sparse import csr_array

        parts = []
        for i in self.tracked:
            members = len(inputs[i])
            sums = csr_array((np.ones(members, bool), (inputs[i], np.arange(members))), shape=(n, members))
            parts.append(joined(sums, (rows or self.rows)[i]))
        groups = union(parts)
        return [take(groups, group) for group in outputs]


def _sample(n: int) -> Any:
    """Zero, then n positive numbers that no sum of a few confuses; the same in every call."""
    return np.concatenate([[0.0], np.random.default_rng(n).uniform(1.0, 2.0, n)])


def _whole(numbers: Any, n: int) -> bool:
    """Whether these are numbers from 0 to n without a fraction."""
    return bool(np.all((numbers >= 0) & (numbers <= n) & (numbers == np.floor(numbers))))


def _spread(shape: tuple[int, ...], result: tuple[int, ...]) -> Any:
    """For each element of a result, the element of an operand of this shape that broadcasting puts there."""
    return np.broadcast_to(np.arange(prod(shape)).reshape(shape), result).reshape(-1)


def _numbered(shape: tuple[int, ...], axes: list[int]) -> Any:
    """For each element its number among the elements along these axes only."""
    step, strides = 1, [0] * len(shape)
    for a in reversed(axes):
        strides[a], step = step, step * shape[a]
    out = np.zeros(shape, int)
    for a, s in enumerate(strides):
        out += s * np.arange(shape[a]).reshape([-1 if i == a else 1 for i in range(len(shape))])
    return out.reshape(-1)


def _matrix(f: Callable[[Any], Any], n: int, m: int, unit: Any) -> Any:
    """The pattern of the n rows that `f` gives for stacked unit vectors of length n, as a sparse matrix (n, m)."""
    from scipy.sparse import csr_array, vstack

    step, parts = max(1, CHUNK // max(n, m)), []
    for a in range(0, n, step):
        rows = min(step, n - a)
        units = np.zeros((rows, n), type(unit))
        units[np.arange(rows), np.arange(a, a + rows)] = unit
        out = f(units)
        parts.append(csr_array(np.asarray(out[0] if isinstance(out, tuple) else out) != 0))
    return vstack(parts, format="csr") if len(parts) > 1 else parts[0]
