"""Every registered op obeys the laws (adjoint.laws), on its samples: an op is tested by being registered."""

from __future__ import annotations

from typing import Any

import pytest

from adjoint.laws import between_modes
from adjoint.laws import statements as laws

from . import linalg_samples, mapped_samples, samples

OPS = [op for op in samples.differentiable() if op.op_name not in samples.EXEMPT]
every_op = pytest.mark.parametrize("op", OPS, ids=[op.op_name for op in OPS])
# Ops of which a law is not true, and why.
DOUBLE = {"astype": "gives the dtype that it is told", "float_power": "computes in double precision, as in PyTorch"}
NO_HALF = {
    **dict.fromkeys(("solve", "solve_triangular", "lstsq", "det", "cofactor", "cofactor_change", "cofactor_change2",
                     "slogdet", "lu_factor", "qr",
                     "in_eigenbasis", "of_eigenvalues"), "in half precision its derivative raises"),
    "as_complex": "there are no complex numbers of half precision",
}
FINITE = {"affine", "poisson", "binomial", *linalg_samples.SAMPLES}  # contractions, samplers, linear algebra


@every_op
def test_a_differentiable_op_has_samples(op: Any) -> None:
    assert list(samples.of(op)), f"write samples for {op.op_name} in tests/laws, or give its DOMAIN"


@every_op
def test_an_op_gives_on_tensors_what_its_function_gives_on_arrays(op: Any) -> None:
    for sample in samples.of(op):
        laws.value_is_that_of_the_function(sample)


@every_op
def test_the_vjp_agrees_with_differences(op: Any) -> None:
    for sample in samples.of(op):
        laws.vjp_agrees_with_differences(sample)


@every_op
def test_the_vjp_of_the_vjp_agrees_with_differences_of_the_vjp(op: Any) -> None:
    for sample in samples.of(op):
        laws.vjp_of_the_vjp_agrees_with_differences(sample)


@every_op
def test_a_rule_gives_the_same_on_tensors_as_on_arrays(op: Any) -> None:
    for sample in samples.of(op):
        laws.rule_is_the_same_recorded(sample)


@every_op
def test_single_precision_stays_single(op: Any) -> None:
    if op.op_name in DOUBLE:
        pytest.skip(DOUBLE[op.op_name])
    for sample in samples.of(op):
        laws.single_precision_stays(sample)


@every_op
def test_half_precision_stays_half(op: Any) -> None:
    if op.op_name in {**DOUBLE, **NO_HALF}:
        pytest.skip({**DOUBLE, **NO_HALF}[op.op_name])
    for sample in samples.of(op):
        laws.half_precision_stays(sample)


@every_op
def test_the_layout_of_operands_does_not_matter(op: Any) -> None:
    for sample in samples.of(op):
        laws.layout_does_not_matter(sample)



@every_op
def test_an_operand_alone_gets_the_same_gradient(op: Any) -> None:
    for sample in samples.of(op):
        laws.an_operand_alone_gets_the_same(sample)


@every_op
def test_results_are_differentiated_one_by_one(op: Any) -> None:
    for sample in samples.of(op):
        laws.results_are_differentiated_one_by_one(sample)


@every_op
def test_neither_operands_nor_cotangents_nor_results_are_written_to(op: Any) -> None:
    for sample in samples.of(op):
        laws.nothing_is_modified(sample)


@every_op
def test_a_zero_cotangent_gives_exactly_zero(op: Any) -> None:
    if op.kind == "bilinear" or op.op_name in FINITE:
        pytest.skip("promised for finite operands only")
    for sample in samples.of(op):
        laws.a_zero_cotangent_gives_zero(sample)


@every_op
def test_forward_mode_is_the_transpose_of_reverse_mode(op: Any) -> None:
    for sample in samples.of(op):
        between_modes.jvp_is_the_transpose_of_the_vjp(sample)


@every_op
def test_second_derivatives_agree_in_every_order_of_modes(op: Any) -> None:
    for sample in samples.of(op):
        between_modes.second_derivatives_agree(sample)


@every_op
def test_vmap_is_a_loop_over_examples(op: Any) -> None:
    for sample in samples.of(op):
        between_modes.vmap_is_a_loop(sample)


# Ops that the other laws do not take: constants, and what differences cannot check. Samplers draw from one stream.
REST = [op for op in samples.ops() if (op not in OPS or not list(samples.of(op))) and op.batch is not None]


@pytest.mark.parametrize("op", REST, ids=[op.op_name for op in REST])
def test_vmap_of_any_other_op_is_a_loop_over_examples(op: Any) -> None:
    derived = op.op_name in mapped_samples.DERIVED
    made = list(mapped_samples.of(op))
    assert made, f"write samples for {op.op_name} in tests/laws/mapped_samples.py"
    for sample in made:
        (between_modes.vmap_is_a_loop if derived else between_modes.vmap_of_values_is_a_loop)(sample)
