"""Gradients and parameters of a model as a whole."""

from __future__ import annotations

import pytest

import adjoint as ad
from adjoint.nn import utils


def with_gradients() -> list[ad.Tensor]:
    parameters = [ad.zeros(2, requires_grad=True), ad.zeros(1, 2, requires_grad=True), ad.zeros(1, requires_grad=True)]
    parameters[0].grad = ad.tensor([3.0, 0.0])
    parameters[1].grad = ad.tensor([[0.0, 4.0]])
    return parameters


def test_gradients_are_clipped_by_their_common_norm() -> None:
    parameters = with_gradients()
    assert utils.clip_grad_norm_(iter(parameters), 1.0).item() == 5
    assert ad.allclose(parameters[0].grad, ad.tensor([0.6, 0.0]))
    assert ad.allclose(parameters[1].grad, ad.tensor([[0.0, 0.8]]))
    assert parameters[2].grad is None


def test_gradients_within_the_norm_stay_as_they_are() -> None:
    parameters = with_gradients()
    utils.clip_grad_norm_(parameters, 10.0)
    assert parameters[0].grad.tolist() == [3.0, 0.0]


def test_the_largest_gradient_is_the_norm_of_order_infinity() -> None:
    assert utils.clip_grad_norm_(with_gradients(), 1.0, norm_type=float("inf")).item() == 4


def test_a_gradient_that_is_not_finite_is_an_error_if_asked_for() -> None:
    parameters = with_gradients()
    parameters[0].grad[0] = float("nan")
    with pytest.raises(RuntimeError, match="non-finite"):
        utils.clip_grad_norm_(parameters, 1.0, error_if_nonfinite=True)


def test_gradients_are_clipped_by_value() -> None:
    parameters = with_gradients()
    utils.clip_grad_value_(parameters, 3.5)
    assert parameters[1].grad.tolist() == [[0.0, 3.5]]


def test_a_vector_goes_into_parameters_and_comes_back() -> None:
    parameters = with_gradients()
    utils.vector_to_parameters(ad.arange(5.0), parameters)
    assert parameters[1].tolist() == [[2.0, 3.0]]
    vector = utils.parameters_to_vector(parameters)
    vector.sum().backward()
    assert vector.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert parameters[2].grad.tolist() == [1.0]


def test_sequences_are_padded_to_the_longest_and_taken_apart_again() -> None:
    rows = [ad.arange(2.0 * n).reshape(n, 2).requires_grad_() for n in (3, 1, 2)]
    padded = utils.rnn.pad_sequence(rows, padding_value=-1.0)
    assert padded.shape == (3, 3, 2)
    assert padded[1:, 1].tolist() == [[-1.0, -1.0]] * 2
    padded.sum().backward()
    assert rows[1].grad.tolist() == [[1.0, 1.0]]
    left = utils.rnn.pad_sequence(rows, batch_first=True, padding_side="left")
    assert left[1].tolist() == [[0.0, 0.0], [0.0, 0.0], [0.0, 1.0]]
    back = utils.rnn.unpad_sequence(padded, ad.tensor([3, 1, 2]))
    assert all(ad.equal(a, b) for a, b in zip(back, rows, strict=True))
    with pytest.raises(RuntimeError, match="non-empty"):
        utils.rnn.pad_sequence([])
