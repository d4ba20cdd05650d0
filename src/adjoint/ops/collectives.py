"""Collectives: what the examples of one vmap have together. The parameter `level` is that vmap's.

To every other level, and to the tape, a collective is an op like any other: it is the same for each element, so it
passes through the examples, tangents and coefficients of levels outside and inside of its own. A value that does not
differ between the examples stands for `level.size` equal ones. In reverse mode the examples' cotangents meet: the sum
of a value reaches every example, so what each example wants of it adds up.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_rules import Rule, run
from ..core.kinds import custom, linear
from ..core.op import Saved
from . import structure as st


def _psum(x: Any, *, level: Any) -> Any:
    return x * level.size


def _pmax(x: Any, *, level: Any) -> Any:
    return x[...]


def _pmin(x: Any, *, level: Any) -> Any:
    return x[...]


def _over_examples(reduce: Any) -> Rule:
    """At its own level the examples become one value for all of them."""

    def rule(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
        if params["level"] is level:
            return level.lift(reduce(payloads[0], axis=0))
        return run(op, payloads, params)

    return rule


def _extreme_vjp(ct: Any, s: Saved) -> Any:
    """The examples' cotangents to the example that has the extreme, in equal parts to several; NaNs equal a NaN."""
    level = s.params["level"]
    hit = np.logical_or(np.equal(s.x, s.out), np.logical_and(np.isnan(s.x), np.isnan(s.out)))
    count = psum(st.astype(hit, dtype=s.avals[0].dtype), level=level)
    return np.where(hit, psum(ct, level=level) / count, 0)


psum = linear(_psum, lambda ct, x, level: psum(ct, level=level), batch=_over_examples(np.sum))
pmax = custom(_pmax, _extreme_vjp, saves=("x", "out"), single=True, batch=_over_examples(np.max))
pmin = custom(_pmin, _extreme_vjp, saves=("x", "out"), single=True, batch=_over_examples(np.min))
