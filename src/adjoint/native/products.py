"""Products of small matrices on one core, in half to nine tenths of OpenBLAS's time (benchmarks/kernels.py); and the
sums of a matrix's columns."""

from __future__ import annotations

from collections.abc import Iterator

from . import tiles
from .builtin import Array, Builtin
from .elementary import number
from .engine import Target
from .ir import Function, Vector
from .sizes import LEAST_LINES, LEAST_WORK, MOST_DEPTH, MOST_WORK


def functions(target: Target, element: str) -> Iterator[Function]:
    """matmul(x, y), affine(x, w, b) = x @ w.T + b and column_sums(x) for matrices of this element type."""
    vector = target.vector(element)
    yield from tiles.functions(target, element)
    yield _matmul(vector)
    yield _affine(vector)
    yield _column_sums(vector)


def _lines(f: Builtin, x: Array, size: int, along: int) -> str:
    """The distance, in elements, of an array's lines in one direction; the elements of a line must be neighbours."""
    f.require(f.test("eq", x.strides[along], size))
    other = x.strides[1 - along]
    f.require(f.test("eq", f.let(f"and i64 {other}, {size - 1}"), 0))
    return f.let(f"sdiv i64 {other}, {size}")


def _require_size(f: Builtin, m: str, n: str, depth: str) -> None:
    for length, most in ((m, MOST_WORK), (n, MOST_WORK), (depth, MOST_DEPTH)):  # whose product does not overflow
        f.require(f.test("sle", length, most))
    f.require(f.test("sge", m, LEAST_LINES))
    f.require(f.test("sge", n, LEAST_LINES))
    work = f.mul(f.mul(m, n), depth)
    f.require(f.test("sge", work, LEAST_WORK))
    f.require(f.test("sle", work, MOST_WORK))


def _give_projected(f: Builtin, vector: Vector, x: tuple[str, str], w: tuple[str, str], b: str,
                    lengths: tuple[str, str, str]) -> None:
    """x @ w.T (+ b) as the call's result, from data and the distance of lines of each, and (m, n, depth)."""
    m, n, depth = lengths
    with f.scratch(f.mul(depth, tiles.panel_bytes(vector))) as packed:
        out, z = f.new(vector.element, m, n)
        f.run("@project", ("ptr", x[0]), ("i64", x[1]), ("ptr", w[0]), ("i64", w[1]), ("ptr", b), ("ptr", z),
              ("ptr", packed), ("i64", m), ("i64", n), ("i64", depth))
    f.give(out)


def _matmul(vector: Vector) -> Function:
    """matmul(x, y): y by rows and x either way, or x by rows and y by columns."""
    f = Builtin("matmul", 2)
    element, size = vector.element, vector.size
    x, y = f.array(0, element, 2), f.array(1, element, 2)
    (m, depth), n = x.shape, y.shape[1]
    f.require(f.test("eq", depth, y.shape[0]))
    _require_size(f, m, n, depth)
    standing, lying = f.label("standing"), f.label("lying")
    f.branch(f.test("eq", y.strides[1], size), lying, standing)
    f.begin(standing)
    ldx, ldy = _lines(f, x, size, 1), _lines(f, y, size, 0)
    _give_projected(f, vector, (x.data, ldx), (y.data, ldy), "null", (m, n, depth))
    f.begin(lying)
    ldy = _lines(f, y, size, 1)
    by_row, by_column = f.label("rows"), f.label("columns")
    f.branch(f.test("eq", x.strides[1], size), by_row, by_column)
    for label, along, sweep in ((by_row, 1, "@sweep_rows"), (by_column, 0, "@sweep_columns")):
        f.begin(label)
        ldx = _lines(f, x, size, along)
        out, z = f.new(element, m, n)
        f.run(sweep, ("ptr", x.data), ("i64", ldx), ("ptr", y.data), ("i64", ldy), ("ptr", z),
              ("i64", n), ("i64", m), ("i64", n), ("i64", depth))
        f.give(out)
    f.finish()
    return f


def _affine(vector: Vector) -> Function:
    """affine(x, w, b) = x @ w.T + b."""
    f = Builtin("affine", 3)
    element, size = vector.element, vector.size
    x, w, b = f.array(0, element, 2), f.array(1, element, 2), f.array(2, element, 1)
    (m, depth), n = x.shape, w.shape[0]
    f.require(f.test("eq", depth, w.shape[1]))
    f.require(f.test("eq", n, b.shape[0]))
    f.require(f.test("eq", b.strides[0], size))
    _require_size(f, m, n, depth)
    ldx, ldw = _lines(f, x, size, 1), _lines(f, w, size, 1)
    _give_projected(f, vector, (x.data, ldx), (w.data, ldw), b.data, (m, n, depth))
    f.finish()
    return f


def _column_sums(vector: Vector) -> Function:
    """column_sums(x): of each column, blocks of 64 rows added up, then 64 of these sums, then those. One long sum of a
    million equal float32 would be wrong by 1 %."""
    f = Builtin("column_sums", 1)
    element, lanes = vector.element, vector.lanes
    x = f.array(0, element, 2)
    m, n = x.shape
    for length in (m, n):
        f.require(f.test("sle", length, 2**31))
    f.require(f.test("sge", n, LEAST_LINES))
    ldx = _lines(f, x, vector.size, 1)
    out, z = f.new(element, n)

    def total(start: str, width: int, mask: str, first: object, rows: str, block: int) -> list[str]:
        """The sums of some rows of a strip, `block` of them at a time where that is more than one."""
        with f.loop(rows, start=first, step=block, carry=[(vector, number(vector, 0.0))] * width) as down:
            if block > 1:
                last = f.least(f.add(down.i, block), rows)
                parts = total(start, width, mask, down.i, last, block // 64)
            else:
                row = f.at(element, start, f.mul(down.i, ldx))
                parts = [f.load_some(vector, f.at(vector, row, j), mask) if mask else
                         f.load(vector, f.at(vector, row, j)) for j in range(width)]
            down.next = [f.let(f"fadd {vector} {before}, {part}")
                         for before, part in zip(down.values, parts, strict=True)]
        return down.results

    def strip(first: str, width: int, mask: str) -> None:
        for j, value in enumerate(total(f.at(element, x.data, first), width, mask, 0, m, 4096)):
            at = f.at(vector, f.at(element, z, first), j)
            if mask:
                f.store_some(vector, value, at, mask)
            else:
                f.store(vector, value, at)

    with f.unlocked(f.mul(m, n)):
        full = f.let(f"and i64 {n}, {-4 * lanes}")
        with f.loop(full, step=4 * lanes) as loop:
            strip(loop.i, 4, "")
        with f.loop(n, start=full, step=lanes) as loop:
            strip(loop.i, 1, f.first_lanes(vector, f.sub(n, loop.i)))
    f.give(out)
    f.finish()
    return f
