"""Rows added into a table at given places, the derivative of a look-up: np.add.at is slow (benchmarks/kernels.py)."""

from __future__ import annotations

from collections.abc import Iterator

from .builtin import WRITABLE, Array, Builtin
from .engine import Target
from .ir import Function, Vector


def functions(target: Target, element: str) -> Iterator[Function]:
    """add_rows(table, index, rows): table[index[i]] += rows[i] for each i in turn, as np.add.at; True when done. The
    index is int64. Nothing is written if a number in it is negative or beyond the table."""
    vector = target.vector(element)
    f = Builtin("add_rows", 3)
    table, index, rows = f.in_order(0, element, 2), f.in_order(1, "int64", 1), f.in_order(2, element, 2)
    f.require_flag(table.object, WRITABLE)
    (length, width), count = table.shape, index.shape[0]
    f.require(f.test("eq", rows.shape[0], count))
    f.require(f.test("eq", rows.shape[1], width))
    f.require(f.all_below(index, length))
    with f.unlocked(f.mul(count, width)):
        _add(f, vector, table, index, rows, width)
    f.give_truth("true")
    f.finish()
    yield f


def _add(f: Builtin, vector: Vector, table: Array, index: Array, rows: Array, width: str) -> None:
    element = vector.element
    whole = f.let(f"and i64 {width}, {-vector.lanes}")
    mask = f.first_lanes(vector, f.sub(width, whole))
    last = f.sub(table.shape[0], 1)
    with f.loop(index.shape[0]) as loop:
        row = f.load("i64", f.at("i64", index.data, loop.i))
        row = f.intrinsic("umin.i64", "i64", ("i64", row), ("i64", last))  # another thread may have written since
        source = f.at(element, rows.data, f.mul(loop.i, width))
        to = f.at(element, table.data, f.mul(row, width))
        with f.loop(whole, step=vector.lanes) as along:
            x, y = f.at(element, source, along.i), f.at(element, to, along.i)
            f.store(vector, f.let(f"fadd {vector} {f.load(vector, y)}, {f.load(vector, x)}"), y)
        x, y = f.at(element, source, whole), f.at(element, to, whole)
        total = f.let(f"fadd {vector} {f.load_some(vector, y, mask)}, {f.load_some(vector, x, mask)}")
        f.store_some(vector, total, y, mask)
