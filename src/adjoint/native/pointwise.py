"""Functions of each element of arrays of one shape that lie in order: relu, what its derivative lets pass, and
whether all are finite."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .builtin import Builtin
from .elementary import number
from .engine import Target
from .ir import Function, Vector


def functions(target: Target, element: str) -> Iterator[Function]:
    """relu(x); passed(ct, out): ct where out > 0 or is NaN, 0 elsewhere; finite(x)."""
    vector = target.vector(element)
    yield pointwise("relu", vector, 1, lambda f, x: _unless_at_most_zero(f, vector, x, x))
    yield pointwise("passed", vector, 2, lambda f, ct, out: _unless_at_most_zero(f, vector, out, ct))
    yield _finite(vector)


def _unless_at_most_zero(f: Function, vector: Vector, x: str, value: str) -> str:
    zero = number(vector, 0.0)
    return f.where(vector, f.compare(vector, "ole", x, zero), zero, value)


def pointwise(name: str, vector: Vector, count: int, compute: Callable[..., str]) -> Function:
    """The builtin `name` of so many arrays, from what it does with their vectors."""
    f = Builtin(name, count)
    arrays = [f.in_order(i, vector.element) for i in range(count)]
    for other in arrays[1:]:
        f.same_shape(arrays[0], other)
    size = f.size_of(arrays[0])
    out, z = f.new_like(vector.element, arrays[0])
    whole = f.let(f"and i64 {size}, {-vector.lanes}")
    with f.unlocked(size):
        with f.loop(whole, step=vector.lanes) as loop:
            values = [f.load(vector, f.at(vector.element, a.data, loop.i)) for a in arrays]
            f.store(vector, compute(f, *values), f.at(vector.element, z, loop.i))
        mask = f.first_lanes(vector, f.sub(size, whole))
        values = [f.load_some(vector, f.at(vector.element, a.data, whole), mask) for a in arrays]
        f.store_some(vector, compute(f, *values), f.at(vector.element, z, whole), mask)
    f.give(out)
    f.finish()
    return f


def _finite(vector: Vector) -> Function:
    """Whether every element is finite: x - x is then 0, and else NaN, which all further sums keep."""
    f = Builtin("finite", 1)
    x = f.in_order(0, vector.element)
    size = f.size_of(x)

    def less_itself(value: str) -> str:
        return f.let(f"fsub {vector} {value}, {value}")

    with f.unlocked(size):
        whole = f.let(f"and i64 {size}, {-4 * vector.lanes}")
        with f.loop(whole, step=4 * vector.lanes, carry=[(vector, number(vector, 0.0))] * 4) as loop:
            start = f.at(vector.element, x.data, loop.i)
            loop.next = [f.let(f"fadd {vector} {total}, {less_itself(f.load(vector, f.at(vector, start, j)))}")
                         for j, total in enumerate(loop.values)]
        totals = loop.results
        with f.loop(size, start=whole, step=vector.lanes, carry=[(vector, totals[0])]) as loop:
            mask = f.first_lanes(vector, f.sub(size, loop.i))
            rest = less_itself(f.load_some(vector, f.at(vector.element, x.data, loop.i), mask))
            loop.next = [f.let(f"fadd {vector} {loop.values[0]}, {rest}")]
        total = loop.results[0]
        for other in totals[1:]:
            total = f.let(f"fadd {vector} {total}, {other}")
    lanes = f"<{vector.lanes} x i1>"
    ordered = f.let(f"fcmp ord {vector} {total}, {total}")
    f.give_truth(f.let(f"call i1 @llvm.vector.reduce.and.v{vector.lanes}i1({lanes} {ordered})"))
    f.used.add(f"declare i1 @llvm.vector.reduce.and.v{vector.lanes}i1({lanes})")
    f.finish()
    return f
