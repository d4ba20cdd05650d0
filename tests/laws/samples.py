"""Samples for every registered op: made from its kind where that suffices, written in the files beside this one else.

`of(op)` yields an op's samples; a test fails if a differentiable op has none and is not in EXEMPT.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import adjoint.ops
from adjoint.laws import Sample, samples_of

from . import linalg_samples, pointwise_samples, reduction_samples, structure_samples

MODULES = [importlib.import_module(f"adjoint.ops.{m.name}") for m in pkgutil.iter_modules(adjoint.ops.__path__)]

WRITTEN = {**pointwise_samples.WRITTEN, **structure_samples.WRITTEN, **linalg_samples.SAMPLES,
           **reduction_samples.WRITTEN}
# Ops whose derivative differences of their own function do not give; each file says why, and where they are tested.
EXEMPT = frozenset({*pointwise_samples.ELSEWHERE, *linalg_samples.ELSEWHERE, *reduction_samples.ELSEWHERE})


def of(op: Any) -> Iterator[Sample]:
    """The samples of one op."""
    name = op.op_name
    if name in WRITTEN:
        for operands, params in WRITTEN[name]():
            yield Sample(op, operands, params)
    elif op.kind == "elementwise" and not op.has_params:
        for i, domain in enumerate(pointwise_samples.DOMAINS.get(name, ((0.25, 0.85),))):
            for sample in samples_of(op, domain):
                if i and 0 in sample.operands[0].shape + (sample.operands[0].ndim,):
                    continue  # empty and 0-d operands once
                yield fixed(sample)
            if name in pointwise_samples.COMPLEX:
                yield fixed(next(samples_of(op, domain, complex=True)))


def fixed(sample: Sample) -> Sample:
    """The sample with a number for each operand that the op does not differentiate."""
    places = pointwise_samples.FIXED.get(sample.op.op_name, ())
    operands = tuple([float(x.flat[0]) if i in places and x.size else 2.5 if i in places else x
                      for i, x in enumerate(sample.operands)])
    return Sample(sample.op, operands, sample.params)


def ops() -> list[Any]:
    """Every op of the package; those that a program or another test has registered are not among them."""
    found = {call.op.op_name: call.op for m in MODULES for call in vars(m).values() if hasattr(call, "op")}
    return [found[name] for name in sorted(found)]


def differentiable() -> list[Any]:
    """Every registered op that has a derivative."""
    return [op for op in ops() if op.differentiable]
