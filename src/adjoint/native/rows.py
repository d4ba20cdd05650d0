"""Walks along the rows of a matrix, a vector of lanes at a time: what softmax and the loss of classes are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .builtin import Builtin
from .elementary import exp, number
from .ir import Vector

INFINITY = float("inf")


class Rows:
    """Rows of n elements, one after another, being walked along."""

    def __init__(self, f: Builtin, vector: Vector, n: str) -> None:
        self.f, self.vector, self.n = f, vector, n
        self.whole = f.let(f"and i64 {n}, {-vector.lanes}")
        self.mask = f.first_lanes(vector, f.sub(n, self.whole))

    def row(self, data: str, i: str) -> str:
        """Where row i begins."""
        return self.f.at(self.vector.element, data, self.f.mul(i, self.n))

    def along(self, rows: Sequence[str], body: Callable[[list[str], list[str], str], list[str]],
              totals: Sequence[float] = (), beyond: Sequence[float] = ()) -> list[str]:
        """body(lanes of each row, totals so far, their first column) -> the totals with these lanes, over the rows.

        Lanes behind the rows' end hold `beyond`, 0 if nothing is said; totals are vectors.
        """
        f, vector = self.f, self.vector
        with f.loop(self.whole, step=vector.lanes, carry=[(vector, number(vector, x)) for x in totals]) as loop:
            loop.next = body([f.load(vector, f.at(vector.element, row, loop.i)) for row in rows], loop.values, loop.i)
        rest = [f.load_some(vector, f.at(vector.element, row, self.whole), self.mask) for row in rows]
        for k, value in enumerate(beyond):
            rest[k] = f.where(vector, self.mask, rest[k], number(vector, value))
        return body(rest, loop.results, self.whole)

    def put(self, row: str, column: str, lanes: str) -> None:
        """Writes lanes into a row, as many as it has from this column on."""
        at = self.f.at(self.vector.element, row, column)
        if column == self.whole:
            self.f.store_some(self.vector, lanes, at, self.mask)
        else:
            self.f.store(self.vector, lanes, at)

    def greatest(self, row: str) -> str:
        """The greatest element of the row, in every lane."""
        f, vector = self.f, self.vector

        def step(values: list[str], totals: list[str], column: str) -> list[str]:
            return [f.where(vector, f.compare(vector, "ogt", values[0], totals[0]), values[0], totals[0])]

        (lanes,) = self.along([row], step, [-INFINITY], [-INFINITY])
        return f.splat(vector, f.intrinsic(f"vector.reduce.fmax.{vector.suffix}", vector.element, (vector, lanes)))

    def shares(self, values: str, greatest: str) -> str:
        """exp of the elements less the greatest."""
        return exp(self.f, self.vector, self.f.let(f"fsub {self.vector} {values}, {greatest}"))

    def plus(self, x: str, y: str) -> str:
        return self.f.let(f"fadd {self.vector} {x}, {y}")

    def total(self, lanes: str) -> str:
        """The sum of a vector's lanes."""
        vector = self.vector
        return self.f.intrinsic(f"vector.reduce.fadd.{vector.suffix}", vector.element,
                                (vector.element, number(vector.element, -0.0)), (vector, lanes))
