"""Tiles of a matrix product: a few rows and two vectors of columns stay in registers while their products add up.

They add up in order, as OpenBLAS adds them, so no element depends on how the matrix was cut. The wider operand is read
where it lies; only x of x @ w.T is copied, a panel at a time, so that its rows become lanes.
"""

from __future__ import annotations

from collections.abc import Iterator

from .engine import Target
from .ir import Function, Vector

WIDTH = 2  # vectors of columns in a tile


def functions(target: Target, element: str) -> Iterator[Function]:
    """What products are made of: sweep_rows, sweep_columns (x y, x by rows or by columns), project (x w.T + b)."""
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


def panel_bytes(vector: Vector) -> int:
    """What `project` wants of `packed` for each term of a sum."""
    return WIDTH * vector.lanes * vector.size


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
    f = Function(f"sweep_{'rows' if by_row else 'columns'}", "void",
                 x="ptr", ldx="i64", y="ptr", ldy="i64", z="ptr", ldz="i64", m="i64", n="i64", depth="i64")

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
