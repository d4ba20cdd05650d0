"""softmax and log_softmax of rows, and their derivatives' transposes.

Where one entry has nearly all the weight, 1 - p has no digits left. So the logarithm of a total is log1p of what is
beside its greatest share, and the cotangent of an entry with more than half of the weight is minus the sum of the
others' (ops/softmax.py has the mathematics).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from .builtin import Builtin
from .elementary import exp, log1p, number
from .engine import Target
from .ir import Function, Vector
from .rows import INFINITY, Rows


def functions(target: Target, element: str) -> Iterator[Function]:
    """softmax(x), log_softmax(x), and each with _pulled(ct, out): the cotangent of x. All are matrices."""
    vector = target.vector(element)
    yield _softmax(vector)
    yield _log_softmax(vector)
    yield _pulled(vector, log=False)
    yield _pulled(vector, log=True)


def _begin(name: str, vector: Vector, count: int) -> tuple[Builtin, list[str], Rows, str]:
    f = Builtin(name, count)
    arrays = [f.in_order(i, vector.element, 2) for i in range(count)]
    m, n = arrays[0].shape
    for other in arrays[1:]:
        f.same_shape(arrays[0], other)
    return f, [a.data for a in arrays], Rows(f, vector, n), m


def _softmax(vector: Vector) -> Function:
    f, (x,), rows, m = _begin("softmax", vector, 1)
    out, z = f.new(vector.element, m, rows.n)
    with f.unlocked(f.mul(m, rows.n)), f.loop(m) as loop:
        row, to = rows.row(x, loop.i), rows.row(z, loop.i)
        greatest = rows.greatest(row)

        def share(values: list[str], totals: list[str], column: str) -> list[str]:
            shares = rows.shares(values[0], greatest)
            rows.put(to, column, shares)
            return [rows.plus(totals[0], shares)]

        def divide(values: list[str], totals: list[str], column: str) -> list[str]:
            rows.put(to, column, f.let(f"fdiv {vector} {values[0]}, {total}"))
            return []

        (lanes,) = rows.along([row], share, [0.0], [-INFINITY])
        total = f.splat(vector, rows.total(lanes))
        rows.along([to], divide)
    f.give(out)
    f.finish()
    return f


def _log_softmax(vector: Vector) -> Function:
    f, (x,), rows, m = _begin("log_softmax", vector, 1)
    one, zero = number(vector, 1.0), number(vector, 0.0)
    scalar = Vector("double", 1)
    out, z = f.new(vector.element, m, rows.n)
    with f.unlocked(f.mul(m, rows.n)), f.loop(m) as loop:
        row, to = rows.row(x, loop.i), rows.row(z, loop.i)
        greatest = rows.greatest(row)

        def count(values: list[str], totals: list[str], column: str) -> list[str]:
            shifted = f.let(f"fsub {vector} {values[0]}, {greatest}")
            top = f.compare(vector, "oeq", shifted, zero)
            return [rows.plus(totals[0], f.where(vector, top, one, zero)),
                    rows.plus(totals[1], f.where(vector, top, zero, exp(f, vector, shifted)))]

        def subtract(values: list[str], totals: list[str], column: str) -> list[str]:
            shifted = f.let(f"fsub {vector} {values[0]}, {greatest}")
            rows.put(to, column, f.let(f"fsub {vector} {shifted}, {logs}"))
            return []

        tops, rest = [f.double(vector.element, rows.total(lanes))
                      for lanes in rows.along([row], count, [0.0, 0.0], [-INFINITY])]
        beside = f.let(f"fadd double {f.let(f'fsub double {tops}, 1.0')}, {rest}")
        log = f.let(f"extractelement {scalar} {log1p(f, scalar, f.splat(scalar, beside))}, i64 0")
        logs = f.splat(vector, f.rounded(vector.element, log))
        rows.along([row], subtract)
    f.give(out)
    f.finish()
    return f


def _pulled(vector: Vector, log: bool) -> Function:
    """p (ct - sum(p ct)) of softmax, ct - p sum(ct) of its logarithm."""
    f, (ct, out), rows, m = _begin("log_softmax_pulled" if log else "softmax_pulled", vector, 2)
    half = number(vector, math.log(0.5) if log else 0.5)
    zero = number(vector, 0.0)
    result, z = f.new(vector.element, m, rows.n)

    def heavy(weights: str) -> str:
        return f.compare(vector, "ogt", weights, half)

    with f.unlocked(f.mul(m, rows.n)), f.loop(m) as loop:
        given, weighed, to = rows.row(ct, loop.i), rows.row(out, loop.i), rows.row(z, loop.i)

        def add(values: list[str], totals: list[str], column: str) -> list[str]:
            part = values[0] if log else f.let(f"fmul {vector} {values[0]}, {values[1]}")
            return [rows.plus(totals[0], part)]

        def pull(values: list[str], totals: list[str], column: str) -> list[str]:
            if log:
                moved = f.let(f"fmul {vector} {exp(f, vector, values[1])}, {sums}")
                part = f.let(f"fsub {vector} {values[0]}, {moved}")
            else:
                part = f.let(f"fmul {vector} {values[1]}, {f.let(f'fsub {vector} {values[0]}, {sums}')}")
            rows.put(to, column, part)
            mask = heavy(values[1])
            return [rows.plus(totals[0], f.where(vector, mask, zero, part)),
                    rows.plus(totals[1], f.where(vector, mask, number(vector, 1.0), zero))]

        def mend(values: list[str], totals: list[str], column: str) -> list[str]:
            rows.put(to, column, f.where(vector, heavy(values[1]), rest, values[0]))
            return []

        end = [0.0, -INFINITY if log else 0.0]
        sums = f.splat(vector, rows.total(rows.along([given, weighed], add, [0.0], end)[0]))
        light, found = [rows.total(lanes) for lanes in rows.along([given, weighed], pull, [0.0, 0.0], end)]
        some = f.let(f"fcmp ogt {vector.element} {found}, {number(vector.element, 0.0)}")
        with f.when(some):
            rest = f.splat(vector, f.let(f"fneg {vector.element} {light}"))
            rows.along([to, weighed], mend)
    f.give(result)
    f.finish()
    return f
