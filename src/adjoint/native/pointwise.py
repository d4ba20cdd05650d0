"""Functions of each element of arrays of one shape that lie in order: relu, and what its derivative lets pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .builtin import Builtin
from .elementary import number
from .engine import Target
from .ir import Function, Vector

BUILTINS = ("relu", "passed")


def functions(target: Target, element: str) -> Iterator[Function]:
    """relu(x) and passed(ct, out): ct where out > 0 or is NaN, 0 elsewhere."""
    vector = target.vector(element)
    yield pointwise("relu", vector, 1, lambda f, x: _unless_at_most_zero(f, vector, x, x))
    yield pointwise("passed", vector, 2, lambda f, ct, out: _unless_at_most_zero(f, vector, out, ct))


def _unless_at_most_zero(f: Function, vector: Vector, x: str, value: str) -> str:
    zero = number(vector, 0.0)
    return f.let(f"select <{vector.lanes} x i1> {f.let(f'fcmp ole {vector} {x}, {zero}')}, {vector} {zero}, "
                 f"{vector} {value}")


def pointwise(name: str, vector: Vector, count: int, compute: Callable[..., str]) -> Function:
    f = Builtin(name, count)
    arrays = [f.in_order(i, vector.element) for i in range(count)]
    for other in arrays[1:]:
        f.same_shape(arrays[0], other)
    size = f.size_of(arrays[0])
    out, z = f.new_like(vector.element, arrays[0])
    whole = f.let(f"and i64 {size}, {-vector.lanes}")
    with f.loop(whole, step=vector.lanes) as loop:
        values = [f.load(vector, f.at(vector.element, a.data, loop.i)) for a in arrays]
        f.store(vector, compute(f, *values), f.at(vector.element, z, loop.i))
    mask = f.first_lanes(vector, f.sub(size, whole))
    values = [f.load_some(vector, f.at(vector.element, a.data, whole), mask) for a in arrays]
    f.store_some(vector, compute(f, *values), f.at(vector.element, z, whole), mask)
    f.give(out)
    return f
