"""Every registered op under Taylor mode: coefficients are repeated derivatives, and cost no more than they must."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from adjoint import jet
from adjoint.core import modes
from adjoint.core.tensor import wrap
from adjoint.laws import between_orders
from adjoint.laws.measures import array, noise

from . import samples
from .test_ops import every_op

# Ops that are held to fewer orders: nested forward mode, the other side of the law, ends there, or takes seconds.
ORDERS = {"det": 3, "cofactor": 2, "cofactor_change": 2, "cofactor_change2": 2,
          "class_losses": 2, "logm": 2, "matrix_exp": 3, "betainc": 2,
          "betainc_parameters": 2, "gammainc": 3, "gammaincc": 3, "gammainc_parameter": 2, "log_gamma_slope": 3,
          "logit_beta_slope": 2}
# Each order of derivative is computed by quadrature, or from as many inverses: slow, though no slower than it must be.
SLOW = {"betainc", "betainc_parameters", "gammainc", "gammaincc", "gammainc_parameter", "gamma_density", "beta_density",
        "logit_beta_slope", "log_gamma_slope", "cofactor", "cofactor_change", "cofactor_change2"}


@every_op
def test_taylor_coefficients_are_repeated_derivatives(op: Any) -> None:
    for sample in samples.of(op):
        if sample.operands[0] is None or 0 in np.shape(sample.operands[0]):
            continue
        between_orders.series_is_repeated_differentiation(sample, ORDERS.get(op.op_name, 4))


def _ops_run(sample: Any, order: int) -> int:
    """How many ops on coefficients a jet of this order runs."""
    xs = [wrap(np.copy(sample.operands[i])).requires_grad_() for i in sample.variables]
    ts = [[wrap(noise(array(x), 3 + k) * 0.1).requires_grad_() for k in range(order)] for x in xs]
    counted = [0]

    def count(*told: Any) -> None:
        counted[0] += 1

    with modes.mode(observer=count):
        jet(lambda *a: sample.call(sample.with_variables(a)), tuple(xs), tuple(ts))
    return counted[0]


@every_op
def test_the_cost_grows_with_at_most_the_cube_of_the_order(op: Any) -> None:
    if op.op_name in SLOW:
        pytest.skip("slow by itself")
    sample = next(iter(samples.of(op)))
    few, many = _ops_run(sample, 4), _ops_run(sample, 8)
    assert many <= 8 * few + 50, f"{few} ops for order 4, {many} for order 8"


# Ops with partials among themselves, or with a recurrence: the square.
CLOSED = (
    "exp", "exp2", "expm1", "log", "log1p", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sqrt", "rsqrt", "cbrt",
    "power", "power_constant", "square", "multiply", "divide", "reciprocal", "arcsin", "arctan", "arctanh", "hypot",
    "erf", "ndtr", "airy_ai", "sigmoid", "softplus", "softmax", "logsumexp", "matmul", "inv", "solve", "det", "prod",
    "cumprod", "qr")


@pytest.mark.parametrize("name", CLOSED)
def test_a_closed_family_costs_the_square_of_the_order(name: str) -> None:
    (op,) = [op for op in samples.differentiable() if op.op_name == name]
    counts = [_ops_run(next(iter(samples.of(op))), n) for n in (8, 16, 32)]
    assert counts[1] <= 4.8 * counts[0], f"{counts} ops for orders 8, 16, 32"
    assert counts[2] <= 4.4 * counts[1], f"{counts} ops for orders 8, 16, 32"
