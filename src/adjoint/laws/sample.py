"""A sample: one op with operands and parameters, and how it is run on tensors and on arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..core.op import Op
from ..core.tensor import wrap

Arrays = list[Any]


@dataclass
class Sample:
    """Operands (arrays, of which the floating-point ones are differentiated) and parameters for one op.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> from adjoint.ops.exponential import exp
    >>> str(ad.laws.Sample(exp.op, (np.ones(3),)))
    'exp(float64 (3,))'
    """

    op: Op
    operands: tuple[Any, ...]
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        told = [f"{x.dtype} {x.shape}" if isinstance(x, np.ndarray) else repr(x) for x in self.operands]
        return f"{self.op.op_name}({', '.join([*told, *(f'{k}={v!r:.60}' for k, v in self.params.items())])})"

    @property
    def variables(self) -> list[int]:
        """The numbers of the operands that are differentiated."""
        return [i for i, x in enumerate(self.operands) if isinstance(x, np.ndarray) and x.dtype.kind in "fcV"]

    def call(self, operands: Sequence[Any]) -> tuple[Any, ...]:
        """The op's results on these operands, tensors or not."""
        return _results(self.op.call(list(operands), **self.params) if self.op.arity is None
                        else self.op.call(*operands, **self.params))

    def function(self, operands: Sequence[Any]) -> tuple[Any, ...]:
        """The results of the op's function on these arrays."""
        with np.errstate(all="ignore"):
            return _results(self.op.fn(list(operands), **self.params) if self.op.arity is None
                            else self.op.fn(*operands, **self.params))

    def leaves(self, change: Callable[[Any], Any] = np.copy, wanted: Sequence[int] | None = None) -> Arrays:
        """The operands, those that are differentiated as leaves of their changed arrays, if they are wanted."""
        return [wrap(change(x)).requires_grad_(wanted is None or i in wanted) if i in self.variables else x
                for i, x in enumerate(self.operands)]

    def with_variables(self, arrays: Sequence[Any]) -> Arrays:
        """The operands with these in place of those that are differentiated."""
        new = iter(arrays)
        return [next(new) if i in self.variables else x for i, x in enumerate(self.operands)]


def _results(out: Any) -> tuple[Any, ...]:
    return out if isinstance(out, tuple) else (out,)


def samples_of(op: Op, domain: tuple[float, float] = (0.25, 0.85), complex: bool = False) -> Iterator[Sample]:
    """Samples of an elementwise op without parameters, operands within `domain`: of one shape, 0-d, empty, broadcast.

    >>> import adjoint as ad
    >>> from adjoint.ops.exponential import exp
    >>> [str(s) for s in ad.laws.samples_of(exp.op)]
    ['exp(float64 (2, 3))', 'exp(float64 ())', 'exp(float64 (0, 2))']
    """
    n = op.arity or 1
    for shapes in [((2, 3),) * n, ((),) * n, ((0, 2),) * n, *([((2, 3), (3,), (2, 1))[:n]] if n > 1 else [])]:
        yield Sample(op, tuple([_within(domain, shape, i, complex) for i, shape in enumerate(shapes)]))


def _within(domain: tuple[float, float], shape: tuple[int, ...], seed: int, complex: bool) -> Any:
    random = np.random.default_rng([seed, *shape])
    x = random.uniform(*domain, shape)
    return np.asarray(x + 1j * random.uniform(-0.6, 0.6, shape) if complex else x)
