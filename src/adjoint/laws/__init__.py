"""The laws that every op obeys, each a function of a sample that raises where it does not hold.

`check_op` holds an op of your own against all of them; our tests do it for every registered op. Differences are central
and of fourth order, along a random direction; a complex number counts as two real ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import modes
from ..core.op import Op
from . import between_modes, between_orders, statements
from .sample import Sample as Sample
from .sample import samples_of as samples_of

LAWS = statements.LAWS + between_modes.LAWS + between_orders.LAWS

__all__ = ["LAWS", "Sample", "check_op", "samples_of"]


def check_op(op: Callable[..., Any], *operands: Any, domain: tuple[float, float] = (0.25, 0.85),
             **params: Any) -> None:
    """None if the op obeys every law, on these operands and parameters or, without any, on samples within `domain`.

    AssertionError says which sample failed, and how. Samples are made for elementwise ops without parameters only.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> from adjoint.ops.exponential import log
    >>> ad.laws.check_op(log)
    >>> ad.laws.check_op(log, np.array([0.5, 3.0]))
    """
    entry: Op = op.op  # type: ignore[attr-defined]
    if not operands and (entry.kind != "elementwise" or getattr(entry, "has_params", False)):
        raise TypeError(f"check_op makes operands for elementwise ops without parameters only; "
                        f"give {entry.op_name} operands: check_op(op, x, ..., name=value)")
    samples = [Sample(entry, tuple([np.asarray(x, np.result_type(x, np.float64)) if np.asarray(x).dtype.kind == "f"
                                    else np.asarray(x) for x in operands]), params)]
    for sample in samples if operands else samples_of(entry, domain):
        for law in LAWS:
            with modes.mode(grad=True):
                law(sample)
