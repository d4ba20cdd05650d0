"""Rows added into a table at given places: the derivative of a look-up, where np.add.at takes 6 times as long."""

from __future__ import annotations

from collections.abc import Iterator

from .builtin import WRITABLE, Builtin
from .engine import Target
from .ir import Function, Vector

BUILTINS = ("add_rows",)


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
    _add(f, vector, table.data, index.data, rows.data, count, width)
    f.give_truth("true")
    yield f


def _add(f: Builtin, vector: Vector, table: str, index: str, rows: str, count: str, width: str) -> None:
    element = vector.element
    whole = f.let(f"and i64 {width}, {-vector.lanes}")
    mask = f.first_lanes(vector, f.sub(width, whole))
    with f.loop(count) as loop:
        row = f.load("i64", f.at("i64", index, loop.i))
        source, to = f.at(element, rows, f.mul(loop.i, width)), f.at(element, table, f.mul(row, width))
        with f.loop(whole, step=vector.lanes) as along:
            x, y = f.at(element, source, along.i), f.at(element, to, along.i)
            f.store(vector, f.let(f"fadd {vector} {f.load(vector, y)}, {f.load(vector, x)}"), y)
        x, y = f.at(element, source, whole), f.at(element, to, whole)
        total = f.let(f"fadd {vector} {f.load_some(vector, y, mask)}, {f.load_some(vector, x, mask)}")
        f.store_some(vector, total, y, mask)
