"""Sparsity: a level whose values know on which inputs each of their elements may depend.

The pattern of a result holds at every point at which the program takes the same branches: a partial derivative that
happens to be zero here counts as one that may not be. What an op ties together is found in dependence.py.
"""

from __future__ import annotations

from typing import Any

from ..core import memory
from ..core.batch_rules import run
from ..core.levels import Box, Level, below, finite, replaced, revalued, stopped
from ..core.payloads import as_payload, dtype_of
from ..core.tensor import TensorBase
from .dependence import Dependence
from .rows import Rows


class Dependent(Box):
    """A value and, in `rows`, the inputs on which each element may depend; None where none does."""

    __slots__ = ("primal", "rows")

    def __init__(self, level: Level, primal: Any, rows: Rows = None) -> None:
        data = memory.peek(primal) if isinstance(primal, TensorBase) else primal
        self.level, self.primal, self.rows = level, primal, rows
        self.shape, self.dtype = data.shape, data.dtype

    def plain(self) -> Any:
        return self.primal

    def payloads(self) -> tuple[Any, ...]:
        return (self.primal,)

    @property
    def moves(self) -> bool:
        """Whether it depends on an input."""
        return self.rows is not None

    def stopped(self) -> Dependent:
        return Dependent(self.level, stopped(self.primal))

    def revalued(self, new: Any, tape: bool) -> Dependent:
        return Dependent(self.level, revalued(self.primal, new.primal, tape), new.rows if tape else self.rows)

    def finite(self) -> bool:
        return finite(self.primal)


class Sparsity(Level):
    """A level of dependent values."""

    name = "sparsity"

    def lift(self, payload: Any) -> Dependent:
        return Dependent(self, as_payload(payload))

    def apply(self, op: Any, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
        primals: list[Any] = []
        rows: list[Rows] = []
        for x in operands:
            own = isinstance(x, Dependent) and x.level is self
            primals.append(x.primal if own else x)
            rows.append(x.rows if own else None)
        params = replaced(params, self, lambda d: d.primal)
        if op.runs_user_code:
            with below(self):
                out = run(op, primals, params)
        else:
            out = run(op, primals, params)
        outs = [as_payload(o) for o in (out if isinstance(out, tuple) else (out,))]
        if op.differentiable and any([r is not None for r in rows]):
            found = Dependence(op, primals, rows, params, outs).rows_of_results()
        else:
            found = [None] * len(outs)
        boxes = tuple([Dependent(self, o, None if i in op.constant_outputs or dtype_of(o).kind in "biu" else r)
                       for i, (o, r) in enumerate(zip(outs, found, strict=True))])
        return boxes if isinstance(out, tuple) else boxes[0]
