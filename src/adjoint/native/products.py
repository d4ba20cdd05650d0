"""Products of small matrices on one core: 110 GFLOP/s where OpenBLAS reaches 58 to 90 (32 x 256 x 256 float32, Zen 4).

Tiles of a few rows and two vectors of columns stay in registers while their products add up, in order, as OpenBLAS
adds them: no element depends on how the matrix was cut. The wider operand is read where it lies; only x of x @ w.T is
copied, a panel at a time, so that its rows become lanes.
"""

from __future__ import annotations

from collections.abc import Iterator

from .builtin import Array, Builtin
from .elementary import number
from .engine import Target
from .ir import Function, Vector
from .sizes import LEAST_LINES, LEAST_WORK, MANY, MOST_DEPTH, MOST_WORK

BUILTINS = ("matmul", "affine", "column_sums")
WIDTH = 2  # vectors of columns in a tile


def functions(target: Target, element: str) -> Iterator[Function]:
    """matmul(x, y), affine(x, w, b) = x @ w.T + b and column_sums(x) for matrices of this element type."""
    vector = target.vector(element)
    rows = 8 if target.registers == 32 else 4
    for by_row in (True, False):
        for height in (rows, 1):
            yield _tile(vector, height, by_row, some=False)
            yield _tile(vector, height, by_row, some=True)
        yield _sweep(vector, rows, by_row)
    yield _pack(vector)
    for height in (rows, 1):
        yield _standing_tile(vector, height)
    yield _project(vector, rows)
    yield _matmul(vector)
    yield _affine(vector)
    yield _column_sums(vector)


# Rows of x times y whose rows lie one after another


def _tile(vector: Vector, height: int, by_row: bool, some: bool) -> Function:
    """z[i, :] = sum over p of x(i, p) y[p, :] for a few rows i and two vectors of columns, or for the first `valid`
    lanes of one vector. x(i, p) is x[i * ldx + p] by rows, x[p * ldx + i] by columns."""
    element, width = vector.element, 1 if some else WIDTH
    f = Function(_tile_name(height, by_row, some), "void",
                 x="ptr", ldx="i64", y="ptr", ldy="i64", z="ptr", ldz="i64", depth="i64", valid="i64")
    mask = f.first_lanes(vector, "%valid") if some else ""
    starts = [f.at(element, "%x", f.mul("%ldx", i) if by_row else i) for i in range(height)]
    sums = [(vector, "zeroinitializer")] * (height * width)
    with f.loop("%depth", carry=[("ptr", "%y"), *sums]) as loop:
        y, *sums_now = loop.values
        columns = [f.load_some(vector, y, mask)] if some else [
            f.load(vector, f.at(vector, y, j)) for j in range(width)]
        across = loop.i if by_row else f.mul(loop.i, "%ldx")
        loop.next = [f.at(element, y, "%ldy")]
        for i, start in enumerate(starts):
            factor = f.splat(vector, f.load(element, f.at(element, start, across)))
            loop.next += [f.multiply_add(vector, factor, column, sums_now[i * width + j])
                          for j, column in enumerate(columns)]
    for i in range(height):
        z = f.at(element, "%z", f.mul("%ldz", i))
        for j in range(width):
            total = loop.results[1 + i * width + j]
            if some:
                f.store_some(vector, total, z, mask)
            else:
                f.store(vector, total, f.at(vector, z, j))
    f.do("ret void")
    return f


def _sweep(vector: Vector, rows: int, by_row: bool) -> Function:
    """z[m, n] = x(m, depth) y[depth, n], tile by tile down each strip of columns."""
    element = vector.element
    f = Function(_sweep_name(by_row), "void", x="ptr", ldx="i64", y="ptr", ldy="i64", z="ptr", ldz="i64",
                 m="i64", n="i64", depth="i64")

    def strip(first: str, width: int, some: bool) -> None:
        valid = f.least(f.sub("%n", first), width) if some else str(width)
        y = f.at(element, "%y", first)

        def down(height: int, start: object, stop: str) -> None:
            with f.loop(stop, start=start, step=height) as loop:
                x = f.at(element, "%x", f.mul(loop.i, "%ldx") if by_row else loop.i)
                z = f.at(element, f.at(element, "%z", f.mul(loop.i, "%ldz")), first)
                f.run("@" + _tile_name(height, by_row, some), ("ptr", x), ("i64", "%ldx"), ("ptr", y),
                      ("i64", "%ldy"), ("ptr", z), ("i64", "%ldz"), ("i64", "%depth"), ("i64", valid))

        whole = f.let(f"and i64 %m, {-rows}")
        down(rows, 0, whole)
        down(1, whole, "%m")

    full = f.let(f"and i64 %n, {-WIDTH * vector.lanes}")
    with f.loop(full, step=WIDTH * vector.lanes) as loop:
        strip(loop.i, WIDTH * vector.lanes, some=False)
    with f.loop("%n", start=full, step=vector.lanes) as loop:
        strip(loop.i, vector.lanes, some=True)
    f.do("ret void")
    return f


def _tile_name(height: int, by_row: bool, some: bool) -> str:
    return f"tile_{height}_{'rows' if by_row else 'columns'}{'_masked' if some else ''}"


def _sweep_name(by_row: bool) -> str:
    return f"sweep_{'rows' if by_row else 'columns'}"


# x @ w.T: the rows of x become lanes, so that w is read along its rows


def _pack(vector: Vector) -> Function:
    """packed[p, i] = x[i, p] for the `valid` rows of a panel, 0 in its other lanes."""
    element, lanes = vector.element, vector.lanes
    f = Function("pack", "void", x="ptr", ldx="i64", packed="ptr", depth="i64", valid="i64")
    whole = f.let(f"and i64 %depth, {-lanes}")
    full = f.let(f"and i64 %valid, {-lanes}")
    with f.loop(full, step=lanes) as group:  # squares, transposed in registers
        with f.loop(whole, step=lanes) as along:
            at = f.at(element, f.at(element, "%x", f.mul(group.i, "%ldx")), along.i)
            square = [f.load(vector, f.at(element, at, f.mul("%ldx", i))) for i in range(lanes)]
            to = f.at(element, f.at(element, "%packed", f.mul(along.i, WIDTH * lanes)), group.i)
            for p, row in enumerate(_transposed(f, vector, square)):
                f.store(vector, row, f.at(element, to, p * WIDTH * lanes))
        _copy_column_by_column(f, vector, group.i, f.add(group.i, lanes), whole)
    _copy_column_by_column(f, vector, full, "%valid", "0")
    with f.loop(str(WIDTH * lanes), start="%valid") as lane, f.loop("%depth") as along:
        f.store(element, "0.0", f.at(element, "%packed", f.add(f.mul(along.i, WIDTH * lanes), lane.i)))
    f.do("ret void")
    return f


def _copy_column_by_column(f: Function, vector: Vector, first: str, last: str, start: str) -> None:
    with f.loop(last, start=first) as row:
        x = f.at(vector.element, "%x", f.mul(row.i, "%ldx"))
        with f.loop("%depth", start=start) as along:
            to = f.at(vector.element, "%packed", f.add(f.mul(along.i, WIDTH * vector.lanes), row.i))
            f.store(vector.element, f.load(vector.element, f.at(vector.element, x, along.i)), to)


def _transposed(f: Function, vector: Vector, rows: list[str]) -> list[str]:
    """The matrix of these rows transposed, as vectors of its elements in order.

    Each round interleaves the halves, which moves the highest bit of an element's place to the lowest: there is one
    round for each bit of a row's number.
    """
    lanes = vector.lanes
    low = [k for i in range(lanes // 2) for k in (i, lanes + i)]
    high = [k + lanes // 2 for k in low]
    half = len(rows) // 2
    for _ in range(half.bit_length()):
        rows = [f.shuffle(vector, rows[i], rows[half + i], order) for i in range(half) for order in (low, high)]
    return rows


def _standing_tile(vector: Vector, height: int) -> Function:
    """z[j, i] = sum over p of w[i, p] packed[p, j] (+ b[i]) for a few rows i of w and the `valid` rows j of a panel."""
    element, lanes = vector.element, vector.lanes
    f = Function(f"standing_tile_{height}", "void", w="ptr", ldw="i64", packed="ptr", z="ptr", ldz="i64", b="ptr",
                 depth="i64", valid="i64")
    starts = [f.at(element, "%w", f.mul("%ldw", i)) for i in range(height)]
    with f.loop("%depth", carry=[(vector, "zeroinitializer")] * (height * WIDTH)) as loop:
        at = f.at(element, "%packed", f.mul(loop.i, WIDTH * lanes))
        columns = [f.load(vector, f.at(vector, at, j)) for j in range(WIDTH)]
        for i, start in enumerate(starts):
            factor = f.splat(vector, f.load(element, f.at(element, start, loop.i)))
            loop.next += [f.multiply_add(vector, factor, column, loop.values[i * WIDTH + j])
                          for j, column in enumerate(columns)]
    turned = f.room(vector, height * WIDTH)
    for j in range(WIDTH):
        group = [loop.results[i * WIDTH + j] for i in range(height)]
        for k, part in enumerate(_transposed(f, vector, group)):
            f.store(vector, part, f.at(vector, turned, j * height + k))
    # `height` elements of each row of z, a vector's lanes at a time where they are as many
    piece = Vector(element, height)
    with f.loop("%valid") as row:
        line = f.load(piece, f.at(piece, turned, row.i))
        to = f.at(element, "%z", f.mul(row.i, "%ldz"))
        biased, end = f.label("biased"), f.label("end")
        before = f.block
        f.branch(f.test("ne", "%b", "null", "ptr"), biased, end)
        f.begin(biased)
        total = f.let(f"fadd {piece} {line}, {f.load(piece, '%b')}")
        f.goto(end)
        f.begin(end)
        f.store(piece, f.let(f"phi {piece} [{line}, %{before}], [{total}, %{biased}]"), to)
    f.do("ret void")
    return f


def _project(vector: Vector, rows: int) -> Function:
    """z[m, n] = x[m, depth] @ w[n, depth].T (+ b), by way of `packed`: WIDTH vectors for each p < depth."""
    element, panel = vector.element, WIDTH * vector.lanes
    f = Function("project", "void", x="ptr", ldx="i64", w="ptr", ldw="i64", b="ptr", z="ptr", packed="ptr",
                 m="i64", n="i64", depth="i64")
    with f.loop("%m", step=panel) as across:
        valid = f.least(f.sub("%m", across.i), panel)
        f.run("@pack", ("ptr", f.at(element, "%x", f.mul(across.i, "%ldx"))), ("i64", "%ldx"), ("ptr", "%packed"),
              ("i64", "%depth"), ("i64", valid))
        z = f.at(element, "%z", f.mul(across.i, "%n"))

        def down(height: int, start: object, stop: str) -> None:
            with f.loop(stop, start=start, step=height) as loop:
                some = f.test("ne", "%b", "null", "ptr")
                b = f.let(f"select i1 {some}, ptr {f.at(element, '%b', loop.i)}, ptr null")
                f.run(f"@standing_tile_{height}", ("ptr", f.at(element, "%w", f.mul(loop.i, "%ldw"))),
                      ("i64", "%ldw"), ("ptr", "%packed"), ("ptr", f.at(element, z, loop.i)), ("i64", "%n"), ("ptr", b),
                      ("i64", "%depth"), ("i64", valid))

        whole = f.let(f"and i64 %n, {-rows}")
        down(rows, 0, whole)
        down(1, whole, "%n")
    f.do("ret void")
    return f


# What Python calls


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
    with f.scratch(f.mul(depth, WIDTH * vector.lanes * size)) as packed:
        out, z = f.new(element, m, n)
        f.run("@project", ("ptr", x.data), ("i64", ldx), ("ptr", y.data), ("i64", ldy), ("ptr", "null"), ("ptr", z),
              ("ptr", packed), ("i64", m), ("i64", n), ("i64", depth))
    f.give(out)
    f.begin(lying)
    ldy = _lines(f, y, size, 1)
    by_row, by_column = f.label("rows"), f.label("columns")
    f.branch(f.test("eq", x.strides[1], size), by_row, by_column)
    for label, along in ((by_row, 1), (by_column, 0)):
        f.begin(label)
        ldx = _lines(f, x, size, along)
        out, z = f.new(element, m, n)
        f.run("@" + _sweep_name(along == 1), ("ptr", x.data), ("i64", ldx), ("ptr", y.data), ("i64", ldy), ("ptr", z),
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
    with f.scratch(f.mul(depth, WIDTH * vector.lanes * size)) as packed:
        out, z = f.new(element, m, n)
        f.run("@project", ("ptr", x.data), ("i64", ldx), ("ptr", w.data), ("i64", ldw), ("ptr", b.data), ("ptr", z),
              ("ptr", packed), ("i64", m), ("i64", n), ("i64", depth))
    f.give(out)
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
    f.require(f.test("sge", f.mul(m, n), MANY))
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
