"""Losses, normalization, embedding, attention and distances: tails, ignored elements, statistics, errors."""

from __future__ import annotations

import math

import numpy as np
import pytest

import adjoint as ad

F = ad.nn.functional


def f64(values: object) -> ad.Tensor:
    return ad.tensor(values, dtype=ad.float64, requires_grad=True)


def gradient(loss: ad.Tensor, *inputs: ad.Tensor) -> list[np.ndarray]:
    return [g.detach().numpy() for g in ad.autograd.grad(loss, inputs, create_graph=True)]


# Classes


def test_a_confident_right_answer_keeps_a_small_loss_and_gradient() -> None:
    x = f64([[50.0, 0.0, 0.0]])
    loss = F.cross_entropy(x, ad.tensor([0]))
    assert loss.item() == pytest.approx(2 * math.exp(-50), rel=1e-12)
    (g,) = gradient(loss, x)
    np.testing.assert_allclose(g, np.array([[-2, 1, 1]]) * math.exp(-50), rtol=1e-12)
    loss.backward()
    np.testing.assert_allclose(x.grad.numpy(), g, rtol=1e-12)


def test_ignored_targets_contribute_nothing_though_their_scores_be_nan() -> None:
    x = f64([[1.0, 2.0], [math.nan, math.nan]])
    loss = F.cross_entropy(x, ad.tensor([0, -100]))
    assert loss.item() == pytest.approx(math.log1p(math.e))
    loss.backward()
    assert x.grad[1].tolist() == [0.0, 0.0]
    assert not x.grad.isnan().any()


def test_a_batch_of_ignored_targets_has_no_mean() -> None:
    assert math.isnan(F.cross_entropy(ad.zeros(2, 3), ad.tensor([-100, -100])).item())
    assert F.cross_entropy(ad.zeros(2, 3), ad.tensor([-100, -100]), reduction="sum").item() == 0


def test_the_mean_over_classes_is_weighted() -> None:
    logs, weight = ad.tensor([[-1.0, -2.0], [-3.0, -4.0]]), ad.tensor([1.0, 3.0])
    assert F.nll_loss(logs, ad.tensor([0, 1]), weight).item() == pytest.approx((1 + 3 * 4) / 4)


def test_probabilities_that_are_one_hot_are_classes() -> None:
    x = ad.tensor([[1.0, 2.0, 3.0]])
    a = F.cross_entropy(x, ad.tensor([[0.0, 1.0, 0.0]]), label_smoothing=0.2)
    b = F.cross_entropy(x, ad.tensor([1]), label_smoothing=0.2)
    assert a.item() == pytest.approx(b.item())


def test_a_class_of_probability_zero_may_have_a_score_of_minus_infinity() -> None:
    x = f64([[0.0, -math.inf]])
    loss = F.cross_entropy(x, ad.tensor([[1.0, 0.0]], dtype=ad.float64))
    assert loss.item() == 0
    assert gradient(loss, x)[0].tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize("bad", [3, -1])
def test_a_class_that_does_not_exist_is_an_error(bad: int) -> None:
    with pytest.raises(IndexError, match="out of bounds"):
        F.cross_entropy(ad.zeros(1, 3), ad.tensor([bad]))


def test_a_wrong_number_of_targets_is_named() -> None:
    with pytest.raises(ValueError, match=r"batch_size \(2\) to match target batch_size \(3\)"):
        F.cross_entropy(ad.zeros(2, 4), ad.tensor([0, 1, 2]))


def test_targets_may_be_overwritten_before_backward() -> None:
    x, y = ad.zeros(1, 2, requires_grad=True), ad.tensor([0])
    loss = F.cross_entropy(x, y)
    y.fill_(1)
    loss.backward()
    assert x.grad.tolist() == [[-0.5, 0.5]]


@pytest.mark.parametrize(("make", "name"), [
    (lambda x: F.cross_entropy(x, ad.tensor([0])), "NllLossBackward0"),
    (lambda x: F.mse_loss(x, ad.zeros(1, 2)), "MseLossBackward0"),
    (lambda x: F.binary_cross_entropy_with_logits(x, ad.zeros(1, 2)), "BinaryCrossEntropyWithLogitsBackward0"),
    (lambda x: F.smooth_l1_loss(x, ad.zeros(1, 2)), "SmoothL1LossBackward0"),
    (lambda x: F.layer_norm(x, (2,)), "NativeLayerNormBackward0"),
], ids=["cross_entropy", "mse", "bce", "smooth_l1", "layer_norm"])
def test_the_graph_shows_the_loss_by_name(make: object, name: str) -> None:
    assert make(ad.zeros(1, 2, requires_grad=True)).grad_fn.name() == name


# Numbers and probabilities


@pytest.mark.parametrize(("x", "y"), [(-40.0, 0.0), (40.0, 1.0)])
def test_binary_cross_entropy_of_logits_keeps_both_tails(x: float, y: float) -> None:
    score = f64([x])
    loss = F.binary_cross_entropy_with_logits(score, ad.tensor([y], dtype=ad.float64))
    assert loss.item() == pytest.approx(math.exp(-40), rel=1e-12)
    assert gradient(loss, score)[0][0] == pytest.approx(math.copysign(math.exp(-40), -x), rel=1e-12)


def test_a_probability_of_zero_for_a_target_of_zero_has_the_slope_one() -> None:
    p = f64([0.0, 1.0])
    loss = F.binary_cross_entropy(p, ad.tensor([0.0, 1.0], dtype=ad.float64), reduction="sum")
    assert loss.item() == 0
    assert gradient(loss, p)[0].tolist() == [1.0, -1.0]


def test_a_probability_outside_zero_to_one_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="between 0 and 1"):
        F.binary_cross_entropy(ad.tensor([1.5]), ad.tensor([1.0]))


def test_the_second_derivative_of_smooth_l1_at_zero_is_that_of_the_square() -> None:
    x = f64([0.0])
    (g,) = ad.autograd.grad(F.smooth_l1_loss(x, ad.zeros(1, dtype=ad.float64), beta=0.5), x, create_graph=True)
    assert ad.autograd.grad(g, x)[0].item() == 2.0


def test_kl_div_of_a_target_of_zero_is_zero_whatever_the_input() -> None:
    x = f64([-math.inf, 0.0])
    loss = F.kl_div(x, ad.tensor([0.0, 1.0], dtype=ad.float64), reduction="sum")
    assert loss.item() == 0
    assert gradient(loss, x)[0].tolist() == [0.0, -1.0]


def test_stirlings_formula_is_not_differentiated_where_it_is_not_used() -> None:
    target = f64([0.0, 3.0])
    loss = F.poisson_nll_loss(ad.zeros(2, dtype=ad.float64), target, full=True, reduction="sum")
    np.testing.assert_allclose(gradient(loss, target)[0], [0.0, math.log(3) + 0.5 / 3])


def test_deprecated_reductions_say_so() -> None:
    with pytest.warns(UserWarning, match="reduction='sum'"):
        assert F.mse_loss(ad.ones(2), ad.zeros(2), size_average=False).item() == 2


def test_targets_of_another_shape_are_broadcast_with_a_warning() -> None:
    with pytest.warns(UserWarning, match="different to the input size"):
        F.mse_loss(ad.ones(2, 1), ad.zeros(2))


# Margins and sequences


def test_the_slope_of_a_margin_that_is_exactly_met_is_zero() -> None:
    x = f64([[0.0, 1.0]])
    assert gradient(F.multi_margin_loss(x, ad.tensor([1])), x)[0].tolist() == [[0.0, 0.0]]


def test_ctc_counts_every_alignment() -> None:
    p = np.array([[0.1, 0.6, 0.3], [0.5, 0.2, 0.3], [0.3, 0.3, 0.4]])
    words = [path for path in np.ndindex(3, 3, 3) if [c for i, c in enumerate(path)
                                                      if c and (i == 0 or c != path[i - 1])] == [1, 2]]
    total = sum(p[0, a] * p[1, b] * p[2, c] for a, b, c in words)
    loss = F.ctc_loss(ad.tensor(p).log(), ad.tensor([1, 2]), ad.tensor(3), ad.tensor(2), reduction="sum")
    assert loss.item() == pytest.approx(-math.log(total))


def test_ctc_has_first_and_second_derivatives() -> None:
    logs = f64(np.log(np.random.default_rng(0).dirichlet(np.ones(4), (5, 2))))
    targets, lengths, sizes = ad.tensor([[1, 1], [2, 3]]), ad.tensor([5, 4]), ad.tensor([2, 1])

    def loss(x: ad.Tensor) -> ad.Tensor:
        return F.ctc_loss(x, targets, lengths, sizes)

    assert ad.autograd.gradcheck(loss, (logs,))
    assert ad.autograd.gradgradcheck(loss, (logs,))


def test_a_target_too_long_for_its_input_can_count_as_zero() -> None:
    logs = f64(np.log([[[0.5, 0.5]], [[0.5, 0.5]]]))
    args = (ad.tensor([[1, 1]]), ad.tensor([2]), ad.tensor([2]))
    assert F.ctc_loss(logs, *args).item() == math.inf
    loss = F.ctc_loss(logs, *args, zero_infinity=True)
    assert loss.item() == 0
    loss.backward()
    assert not logs.grad.any()


# Normalization


def test_layer_norm_of_equal_elements_is_the_bias_and_has_finite_derivatives() -> None:
    x = f64([[3.0, 3.0, 3.0]])
    out = F.layer_norm(x, (3,), bias=ad.ones(3, dtype=ad.float64))
    assert out.tolist() == [[1.0, 1.0, 1.0]]
    assert ad.autograd.gradgradcheck(lambda t: F.layer_norm(t, (3,)), (f64([[1.0, 3.0, 4.0]]),))
    assert np.isfinite(gradient(out[0, 0], x)[0]).all()


def test_batch_norm_moves_its_running_statistics() -> None:
    mean, var = ad.zeros(1), ad.ones(1)
    F.batch_norm(ad.tensor([[1.0], [3.0]], requires_grad=True), mean, var, training=True, momentum=0.5)
    assert (mean.item(), var.item()) == (1.0, 1.5)  # halfway to 2, and to the unbiased 2
    assert not mean.requires_grad
    out = F.batch_norm(ad.tensor([[1.0]]), mean, var, eps=0.0)
    assert out.item() == 0


def test_batch_norm_of_one_value_a_channel_is_an_error() -> None:
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        F.batch_norm(ad.ones(1, 2), None, None, training=True)


def test_normalize_leaves_zero_at_zero_with_a_finite_slope() -> None:
    x = f64([[0.0, 0.0]])
    out = F.normalize(x)
    assert out.tolist() == [[0.0, 0.0]]
    assert np.isfinite(gradient(out.sum(), x)[0]).all()


@pytest.mark.parametrize("dtype", [ad.float16, ad.bfloat16])
def test_rms_norm_of_short_floats_is_rounded_once(dtype: ad.dtype) -> None:
    x = ad.tensor([[0.1, 0.05]], dtype=dtype)
    assert F.rms_norm(x, (2,)).tolist() == F.rms_norm(x.float(), (2,)).to(dtype).tolist()


# Embedding


def test_rows_taken_twice_get_both_gradients_and_padding_none() -> None:
    table = ad.ones(4, 2, requires_grad=True)
    F.embedding(ad.tensor([[1, 3], [1, 0]]), table, padding_idx=3).sum().backward()
    assert table.grad.tolist() == [[1, 1], [2, 2], [0, 0], [0, 0]]


def test_gradients_can_be_divided_by_frequency() -> None:
    table = ad.ones(2, 1, requires_grad=True)
    F.embedding(ad.tensor([1, 1, 0]), table, scale_grad_by_freq=True).sum().backward()
    assert table.grad.tolist() == [[1], [1]]


def test_long_rows_that_are_used_are_shortened_in_place() -> None:
    table = ad.tensor([[3.0, 4.0], [6.0, 8.0]], requires_grad=True)
    F.embedding(ad.tensor([0]), table, max_norm=1.0)
    np.testing.assert_allclose(table.detach().numpy(), [[0.6, 0.8], [6.0, 8.0]], rtol=1e-6)


def test_an_index_outside_the_table_is_an_error() -> None:
    with pytest.raises(IndexError, match="out of"):
        F.embedding(ad.tensor([2]), ad.ones(2, 2))


@pytest.mark.parametrize(("mode", "expected"), [("sum", [[3.0], [0.0], [3.0]]), ("mean", [[1.5], [0.0], [3.0]]),
                                                ("max", [[2.0], [0.0], [3.0]])])
def test_an_empty_bag_is_zero(mode: str, expected: list[list[float]]) -> None:
    table = ad.tensor([[1.0], [2.0], [3.0]])
    assert F.embedding_bag(ad.tensor([0, 1, 2]), table, ad.tensor([0, 2, 2]), mode=mode).tolist() == expected


def test_one_hot_checks_its_classes() -> None:
    assert F.one_hot(ad.tensor([1]), 3).tolist() == [[0, 1, 0]]
    with pytest.raises(RuntimeError, match="smaller than num_classes"):
        F.one_hot(ad.tensor([3]), 3)


# Attention and distances


def test_a_query_that_sees_nothing_gets_zeros_and_finite_gradients() -> None:
    q, k, v = [f64(np.random.default_rng(i).standard_normal((2, 3))) for i in range(3)]
    mask = ad.tensor([[True, False], [False, False]])
    out = F.scaled_dot_product_attention(q, k, v, mask)
    assert out[1].tolist() == [0.0, 0.0, 0.0]
    np.testing.assert_allclose(out[0].detach().numpy(), v[0].detach().numpy())
    for g in gradient(out.sum(), q, k, v):
        assert np.isfinite(g).all()


def test_causal_attention_does_not_see_later_keys() -> None:
    q, k, v = [f64(np.random.default_rng(i).standard_normal((3, 4))) for i in range(3)]
    out = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    gk, gv = gradient(out[1].sum(), k, v)
    assert not gk[2].any()
    assert not gv[2].any()


def test_query_heads_can_share_keys_and_values() -> None:
    rng = np.random.default_rng(0)
    q, k, v = [ad.tensor(rng.standard_normal((n, 3, 2))) for n in (4, 2, 2)]
    whole = F.scaled_dot_product_attention(q, k, v, enable_gqa=True)
    part = F.scaled_dot_product_attention(q[3], k[1], v[1])
    np.testing.assert_allclose(whole[3].numpy(), part.numpy())


def test_dropout_in_attention_is_drawn_from_the_generator() -> None:
    q = ad.ones(1, 2)
    v = ad.ones(1000, 1)
    ad.manual_seed(0)
    out = F.scaled_dot_product_attention(q, ad.ones(1000, 2), v, dropout_p=0.5)
    assert 0.8 < out.item() < 1.2
    assert out.item() != 1.0


@pytest.mark.parametrize("p", [1.0, 2.0, 3.0, math.inf])
def test_the_distance_of_a_point_from_itself_has_the_gradient_zero(p: float) -> None:
    x = f64([[1.0, 2.0]])
    out = ad.cdist(x, x.detach(), p=p)
    assert out.item() == 0
    assert gradient(out.sum(), x)[0].tolist() == [[0.0, 0.0]]


def test_many_distances_come_from_one_product_and_agree_with_the_few() -> None:
    rng = np.random.default_rng(0)
    x, y = f64(rng.standard_normal((30, 3)) + 1e3), f64(rng.standard_normal((4, 3)) + 1e3)
    fast, exact = ad.cdist(x, y), ad.cdist(x, y, compute_mode="donot_use_mm_for_euclid_dist")
    np.testing.assert_allclose(fast.detach().numpy(), exact.detach().numpy(), rtol=1e-12)
    for a, b in zip(gradient(fast.square().sum(), x, y), gradient(exact.square().sum(), x, y), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-8)


def test_cosine_similarity_of_a_zero_vector_is_zero_with_a_finite_slope() -> None:
    x = f64([[0.0, 0.0]])
    out = ad.cosine_similarity(x, ad.tensor([[1.0, 2.0]], dtype=ad.float64))
    assert out.item() == 0
    assert np.isfinite(gradient(out.sum(), x)[0]).all()
