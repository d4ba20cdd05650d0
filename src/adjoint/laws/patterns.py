"""The law of sparsity patterns: no derivative differs from zero where the pattern has no entry."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.tensor import wrap
from ..transforms.jvp import jvp
from ..transforms.sparse import jacobian_sparsity
from ..transforms.vjp import vjp
from .between_modes import _function
from .measures import array, noise, tracked
from .sample import Sample

EXACT = ("linear", "structural")  # kinds whose derivative does not depend on the operand


def the_pattern_has_every_derivative(sample: Sample) -> None:
    """jacobian_sparsity has an entry for each element of the Jacobian that is not zero; of linear maps for no other."""
    which = tracked(sample.call(sample.leaves()))
    if which:
        _compare(sample, _function(sample, which), sample.op.kind in EXACT)


def the_pattern_of_the_gradient_has_every_second_derivative(sample: Sample) -> None:
    """The same for the gradient of the op, which runs its rules on values that know on what they depend."""
    results = sample.call(sample.leaves())
    which = tracked(results)
    f = _function(sample, which)
    cts = tuple([wrap(noise(array(results[i]), 37 + i)) for i in which])
    if which:
        _compare(sample, lambda *variables: vjp(f, *variables)[1](cts), False)


def _compare(sample: Sample, f: Any, exact: bool) -> None:
    xs = [sample.operands[i] for i in sample.variables]
    found = jacobian_sparsity(f, argnums=tuple(range(len(xs))))(*[wrap(np.array(x)) for x in xs]).toarray()
    zeros = [np.zeros_like(x) for x in xs]
    at = 0
    for x, zero in zip(xs, zeros, strict=True):
        for k in range(np.size(x)):
            column = np.zeros(found.shape[0])
            for unit in (1, 1j) if np.asarray(x).dtype.kind == "c" else (1,):
                moved = np.array(zero)
                moved.reshape(-1)[k] = unit
                ts = tuple([wrap(moved if z is zero else np.array(z)) for z in zeros])
                tangents = jvp(f, tuple([wrap(np.array(v)) for v in xs]), ts)[1]
                column = np.maximum(column, np.abs(np.concatenate([np.ravel(array(t)) for t in tangents])))
            moves = ~(column <= 1e-13 * np.max(column, initial=0))  # NaN moves
            missed = np.flatnonzero(moves & ~found[:, at])
            assert not len(missed), f"{sample}: elements {missed} depend on input {at}, and the pattern has no entry"
            assert not exact or np.array_equal(moves, found[:, at]), f"{sample}: more entries than derivatives at {at}"
            at += 1
