"""Every op's sparsity pattern has all of its derivatives, first and second."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from adjoint.laws import patterns

from . import samples

every_op = pytest.mark.parametrize("op", samples.differentiable(), ids=lambda op: op.op_name)


@every_op
@pytest.mark.filterwarnings("ignore")
def test_the_pattern_has_every_derivative(op: Any) -> None:
    for sample in samples.of(op):
        if sample.operands[0] is not None and sum(map(np.size, sample.operands)) <= 40:
            patterns.the_pattern_has_every_derivative(sample)


@every_op
@pytest.mark.filterwarnings("ignore")
def test_the_pattern_of_the_gradient_has_every_second_derivative(op: Any) -> None:
    for sample in list(samples.of(op))[:2]:
        if sample.operands[0] is not None and sum(map(np.size, sample.operands)) <= 20:
            patterns.the_pattern_of_the_gradient_has_every_second_derivative(sample)
