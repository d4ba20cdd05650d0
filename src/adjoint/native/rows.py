"""The loss of classes: of each row of scores, -log softmax at the row's class; and its derivative."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .builtin import Array, Builtin
from .elementary import exp, log1p, number
from .engine import Target
from .ir import Function, Vector
from .sizes import SCORES

BUILTINS = ("class_loss", "class_slopes")


def functions(target: Target, element: str) -> Iterator[Function]:
    """class_loss(share, x, target): share times the sum of the rows' losses, share a float; and its derivative in x,
    class_slopes. The classes are int64, and columns of x."""
    vector = target.vector(element)
    yield _class_loss(vector)
    yield _class_slopes(vector)


class _Rows:
    """The arguments of both, and walks along a row."""

    def __init__(self, f: Builtin, vector: Vector) -> None:
        self.f, self.vector = f, vector
        self.share = f.real(0)
        self.x: Array = f.in_order(1, vector.element, 2)
        self.target = f.in_order(2, "int64", 1)
        self.m, self.n = self.x.shape
        f.require(f.test("eq", self.m, self.target.shape[0]))
        f.require(f.test("sge", f.mul(self.m, self.n), SCORES))
        f.require(f.all_below(self.target, self.n))
        self.whole = f.let(f"and i64 {self.n}, {-vector.lanes}")
        self.mask = f.first_lanes(vector, f.sub(self.n, self.whole))

    def fold(self, row: str, first: float, step: Callable[[str, str, str], str]) -> str:
        """step(total, lanes of the row, their first column) over the row; lanes beyond its end hold -inf."""
        f, vector = self.f, self.vector
        with f.loop(self.whole, step=vector.lanes, carry=[(vector, number(vector, first))]) as loop:
            values = f.load(vector, f.at(vector.element, row, loop.i))
            loop.next = [step(loop.values[0], values, loop.i)]
        rest = f.load_some(vector, f.at(vector.element, row, self.whole), self.mask)
        rest = f.let(f"select <{vector.lanes} x i1> {self.mask}, {vector} {rest}, "
                     f"{vector} {number(vector, float('-inf'))}")
        return step(loop.results[0], rest, self.whole)

    def greatest(self, row: str) -> str:
        """The greatest score of the row, in every lane."""
        f, vector = self.f, self.vector

        def step(total: str, values: str, column: str) -> str:
            greater = f.let(f"fcmp ogt {vector} {values}, {total}")
            return f.let(f"select <{vector.lanes} x i1> {greater}, {vector} {values}, {vector} {total}")

        lanes = self.fold(row, float("-inf"), step)
        return f.splat(vector, f.intrinsic(f"vector.reduce.fmax.{vector.suffix}", vector.element, (vector, lanes)))

    def others(self, column: str, chosen: str) -> str:
        """The mask of the lanes from this column on that are not the chosen class."""
        at = self.f.splat_integer(self.vector, self.f.sub(chosen, column))
        return self.f.let(f"icmp ne <{self.vector.lanes} x i64> {self.f.numbers(self.vector)}, {at}")

    def shares(self, values: str, greatest: str) -> str:
        """exp of the scores above the greatest."""
        return exp(self.f, self.vector, self.f.let(f"fsub {self.vector} {values}, {greatest}"))

    def total(self, lanes: str) -> str:
        """The sum of a vector's lanes."""
        vector = self.vector
        return self.f.intrinsic(f"vector.reduce.fadd.{vector.suffix}", vector.element,
                                (vector.element, number(vector.element, -0.0)), (vector, lanes))

    def only(self, mask: str, values: str) -> str:
        vector = self.vector
        return self.f.let(f"select <{vector.lanes} x i1> {mask}, {vector} {values}, {vector} {number(vector, 0.0)}")

    def chosen(self, i: str) -> str:
        """The row's class, held below n: another thread may have written since it was checked."""
        return self.f.intrinsic("umin.i64", "i64", ("i64", self.f.load("i64", self.f.at("i64", self.target.data, i))),
                                ("i64", self.f.sub(self.n, 1)))

    def row(self, data: str, i: str) -> str:
        return self.f.at(self.vector.element, data, self.f.mul(i, self.n))


def _class_loss(vector: Vector) -> Function:
    """log(sum of exp(x - greatest)) - d of each row, where d is the chosen score less the greatest. The greatest's own
    share is 1: log1p of the others' keeps the digits of a loss near 0."""
    f = Builtin("class_loss", 3)
    rows, one = _Rows(f, vector), Vector("double", 1)
    out, z = f.new(vector.element)
    with f.unlocked(f.mul(rows.m, rows.n)):
        with f.loop(rows.m, carry=[("double", "0.0")]) as loop:
            row, chosen = rows.row(rows.x.data, loop.i), rows.chosen(loop.i)
            greatest = rows.greatest(row)

            def step(total: str, values: str, column: str) -> str:
                shares = rows.only(rows.others(column, chosen), rows.shares(values, greatest))
                return f.let(f"fadd {vector} {total}, {shares}")

            others = f.double(vector.element, rows.total(rows.fold(row, 0.0, step)))
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
    rows = _Rows(f, vector)
    out, z = f.new(element, rows.m, rows.n)
    share = f.rounded(element, rows.share)
    with f.unlocked(f.mul(rows.m, rows.n)):
        with f.loop(rows.m) as loop:
            row, chosen, to = rows.row(rows.x.data, loop.i), rows.chosen(loop.i), rows.row(z, loop.i)
            greatest = rows.greatest(row)

            def step(total: str, values: str, column: str) -> str:
                shares = rows.shares(values, greatest)
                at = f.at(element, to, column)
                if column == rows.whole:
                    f.store_some(vector, shares, at, rows.mask)
                else:
                    f.store(vector, shares, at)
                return f.let(f"fadd {vector} {total}, {rows.only(rows.others(column, chosen), shares)}")

            others = rows.total(rows.fold(row, 0.0, step))
            mine = f.load(element, f.at(element, to, chosen))
            factor = f.let(f"fdiv {element} {share}, {f.let(f'fadd {element} {others}, {mine}')}")
            factors = f.splat(vector, factor)
            with f.loop(rows.whole, step=vector.lanes) as along:
                at = f.at(element, to, along.i)
                f.store(vector, f.let(f"fmul {vector} {f.load(vector, at)}, {factors}"), at)
            at = f.at(element, to, rows.whole)
            f.store_some(vector, f.let(f"fmul {vector} {f.load_some(vector, at, rows.mask)}, {factors}"), at, rows.mask)
            own = f.let(f"fneg {element} {f.let(f'fmul {element} {others}, {factor}')}")
            f.store(element, own, f.at(element, to, chosen))
    f.give(out)
    f.finish()
    return f
