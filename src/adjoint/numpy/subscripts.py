"""np.einsum in all its forms, contracted pair by pair, and np.einsum_path."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from ..core.levels import concrete
from ..core.registry import speaks
from ..functions.einsum import read, sum_of_products
from .arguments import cast, deliver, operand


@speaks(np.einsum)
def einsum(*operands: Any, out: Any = None, optimize: Any = False, dtype: Any = None, **rest: Any) -> Any:
    for key in rest:
        if key not in ("order", "casting"):  # how to compute, not what
            raise TypeError(f"einsum() got an unexpected keyword argument '{key}'")
    equation, xs = _equation(operands)
    xs = [cast(x, dtype) for x in xs]
    plan = tuple(optimize) if isinstance(optimize, list) else optimize
    terms, target, path = _plan(equation, tuple([tuple(x.shape) for x in xs]), plan)
    return deliver(sum_of_products(xs, list(terms), target, path), out)


def _equation(operands: tuple[Any, ...]) -> tuple[str, list[Any]]:
    """The subscripts as one string, and the operands: einsum("ij,jk", x, y) or einsum(x, [0, 1], y, [1, 2], [0, 2])."""
    if isinstance(operands[0], str):
        return operands[0].replace(" ", ""), [operand(x) for x in operands[1:]]
    n = len(operands) // 2
    lists = [*operands[1:2 * n:2], *operands[2 * n:]]
    order = sorted({int(k) for part in lists for k in part if k is not Ellipsis})
    names = {k: chr(65 + i) if i < 26 else chr(71 + i) for i, k in enumerate(order)}
    texts = ["".join(["..." if k is Ellipsis else names[int(k)] for k in part]) for part in lists]
    equation = ",".join(texts[:n]) + ("->" + texts[n] if len(texts) > n else "")
    return equation, [operand(x) for x in operands[0:2 * n:2]]


@lru_cache(maxsize=1024)
def _plan(equation: str, shapes: Any, optimize: Any) -> tuple[tuple[str, ...], str, Any]:
    """The letters of each operand and of the result, and the order of contraction. NumPy finds what is wrong."""
    shadows = [np.broadcast_to(np.float64(0), shape) for shape in shapes]
    if optimize is False or optimize is True:
        optimize = "greedy"
    path = np.einsum_path(equation, *shadows, optimize=list(optimize) if isinstance(optimize, tuple) else optimize)[0]
    terms, target = read(equation, tuple(shadows))
    return tuple(terms), target, tuple(path[1:])


@speaks(np.einsum_path)
def einsum_path(*operands: Any, optimize: Any = "greedy", **rest: Any) -> Any:
    return np.einsum_path(*[concrete(x) for x in operands], optimize=optimize, **rest)
