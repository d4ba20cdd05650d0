"""The loss of classes: of each row of scores, -log softmax at the row's class; and its derivative."""

from __future__ import annotations

from collections.abc import Iterator

from .builtin import Array, Builtin
from .elementary import exp, log1p, number
from .engine import Target
from .ir import Function, Vector
from .rows import INFINITY, Rows


def functions(target: Target, element: str) -> Iterator[Function]:
    """class_loss(share, x, target): share times the sum of the rows' losses, share a float; and its derivative in x,
    class_slopes. The classes are int64, and columns of x."""
    vector = target.vector(element)
    yield _class_loss(vector)
    yield _class_slopes(vector)


class _Scores(Rows):
    """The arguments of both: share, x, target."""

    def __init__(self, f: Builtin, vector: Vector) -> None:
        self.share = f.real(0)
        self.x: Array = f.in_order(1, vector.element, 2)
        self.target = f.in_order(2, "int64", 1)
        self.m, n = self.x.shape
        f.require(f.test("eq", self.m, self.target.shape[0]))
        f.require(f.all_below(self.target, n))
        super().__init__(f, vector, n)

    def chosen(self, i: str) -> str:
        """The row's class, held below n: another thread may have written since it was checked."""
        return self.f.intrinsic("umin.i64", "i64", ("i64", self.f.load("i64", self.f.at("i64", self.target.data, i))),
                                ("i64", self.f.sub(self.n, 1)))

    def others(self, column: str, chosen: str, values: str) -> str:
        """The lanes from this column on, 0 in that of the chosen class."""
        at = self.f.splat_integer(self.vector, self.f.sub(chosen, column))
        other = self.f.let(f"icmp ne <{self.vector.lanes} x i64> {self.f.numbers(self.vector)}, {at}")
        return self.f.where(self.vector, other, values, number(self.vector, 0.0))


def _class_loss(vector: Vector) -> Function:
    """log(sum of exp(x - greatest)) - d of each row, where d is the chosen score less the greatest. The greatest's own
    share is 1: log1p of the others' keeps the digits of a loss near 0."""
    f = Builtin("class_loss", 3)
    rows, one = _Scores(f, vector), Vector("double", 1)
    out, z = f.new(vector.element)
    with f.unlocked(f.mul(rows.m, rows.n)):
        with f.loop(rows.m, carry=[("double", "0.0")]) as loop:
            row, chosen = rows.row(rows.x.data, loop.i), rows.chosen(loop.i)
            greatest = rows.greatest(row)

            def step(values: list[str], totals: list[str], column: str) -> list[str]:
                shares = rows.shares(values[0], greatest)
                return [rows.plus(totals[0], rows.others(column, chosen, shares))]

            (lanes,) = rows.along([row], step, [0.0], [-INFINITY])
            others = f.double(vector.element, rows.total(lanes))
            score = f.load(vector.element, f.at(vector.element, row, chosen))
            top = f.let(f"extractelement {vector} {greatest}, i64 0")
            d = f.double(vector.element, f.let(f"fsub {vector.element} {score}, {top}"))
            own = f.let(f"extractelement {one} {exp(f, one, f.splat(one, d))}, i64 0")
            rest = f.let(f"fadd double {f.let(f'fsub double {others}, 1.0')}, {own}")
            is_top = f.let(f"fcmp oeq double {d}, 0.0")
            beside = f.let(f"select i1 {is_top}, double {others}, double {rest}")
            loss = f.let(f"extractelement {one} {log1p(f, one, f.splat(one, beside))}, i64 0")
            loop.next = [f.let(f"fadd double {loop.values[0]}, {f.let(f'fsub double {loss}, {d}')}")]
    result = f.let(f"fmul double {loop.results[0]}, {rows.share}")
    f.store(vector.element, f.rounded(vector.element, result), z)
    f.give(out)
    f.finish()
    return f


def _class_slopes(vector: Vector) -> Function:
    """share (softmax(x) - one-hot(target)). The class's own entry is minus the sum of the others: p - 1 has no digits
    left where p is nearly 1."""
    f = Builtin("class_slopes", 3)
    element = vector.element
    rows = _Scores(f, vector)
    out, z = f.new(element, rows.m, rows.n)
    share = f.rounded(element, rows.share)
    with f.unlocked(f.mul(rows.m, rows.n)):
        with f.loop(rows.m) as loop:
            row, chosen, to = rows.row(rows.x.data, loop.i), rows.chosen(loop.i), rows.row(z, loop.i)
            greatest = rows.greatest(row)

            def step(values: list[str], totals: list[str], column: str) -> list[str]:
                shares = rows.shares(values[0], greatest)
                rows.put(to, column, shares)
                return [rows.plus(totals[0], rows.others(column, chosen, shares))]

            def scale(values: list[str], totals: list[str], column: str) -> list[str]:
                rows.put(to, column, f.let(f"fmul {vector} {values[0]}, {factors}"))
                return []

            (lanes,) = rows.along([row], step, [0.0], [-INFINITY])
            others = rows.total(lanes)
            mine = f.load(element, f.at(element, to, chosen))
            factor = f.let(f"fdiv {element} {share}, {f.let(f'fadd {element} {others}, {mine}')}")
            factors = f.splat(vector, factor)
            rows.along([to], scale)
            own = f.let(f"fneg {element} {f.let(f'fmul {element} {others}, {factor}')}")
            f.store(element, own, f.at(element, to, chosen))
    f.give(out)
    f.finish()
    return f
