"""What is peculiar in the activations and in dropout."""

from __future__ import annotations

import pytest

import adjoint as ad
from adjoint import errors

F = ad.nn.functional


@pytest.mark.parametrize("name", ["relu", "relu6", "leaky_relu", "elu", "selu", "celu", "hardtanh", "hardsigmoid",
                                  "hardswish", "silu", "mish", "rrelu"])
def test_inplace_writes_the_input(name):
    x = ad.tensor([-1., 0.5, 4.])
    expected = getattr(F, name)(x)
    assert getattr(F, name)(x, inplace=True) is x
    assert x.tolist() == expected.tolist()


@pytest.mark.parametrize(("function", "at", "slope"), [
    (F.relu, 0., 0.), (F.relu6, 0., 0.), (F.relu6, 6., 0.), (F.hardtanh, -1., 0.), (F.hardtanh, 1., 0.),
    (F.leaky_relu, 0., 0.01), (F.elu, 0., 1.), (F.softshrink, 0.5, 0.), (F.hardshrink, 0.5, 0.), (F.hardswish, -3., 0.),
    (F.hardswish, 3., 1.), (F.hardsigmoid, 3., 0.), (F.softsign, 0., 1.)])
def test_the_slope_at_a_kink_is_pytorchs(function, at, slope):
    x = ad.tensor(at, requires_grad=True)
    function(x).backward()
    assert x.grad.item() == pytest.approx(slope)


def test_prelu_has_one_slope_or_one_for_each_channel():
    x = ad.tensor([[-1., -2., 3.]], requires_grad=True)
    w = ad.tensor([0.1, 0.2, 0.3], requires_grad=True)
    F.prelu(x, w).sum().backward()
    assert w.grad.tolist() == [-1., -2., 0.]
    assert x.grad.tolist() == [[pytest.approx(0.1), pytest.approx(0.2), 1.]]
    with pytest.raises(RuntimeError, match="channel size"):
        F.prelu(x, ad.ones(2))


def test_rrelu_draws_slopes_between_its_bounds_in_training_only():
    x = ad.full((1000,), -1.)
    slopes = -F.rrelu(x, 0.2, 0.4, training=True)
    assert 0.2 <= slopes.min().item() < slopes.max().item() <= 0.4
    assert F.rrelu(x, 0.2, 0.4).unique().tolist() == [pytest.approx(-0.3)]


def test_gelu_in_both_forms_and_no_other():
    x = ad.tensor([1.])
    assert F.gelu(x).item() == pytest.approx(0.8413447, abs=1e-6)
    assert F.gelu(x, approximate="tanh").item() == pytest.approx(0.8411920, abs=1e-6)
    with pytest.raises(RuntimeError, match="none or tanh"):
        F.gelu(x, approximate="sigmoid")


def test_glu_halves_an_even_dimension():
    assert F.glu(ad.ones(2, 4)).shape == (2, 2)
    with pytest.raises(RuntimeError, match="must be even"):
        F.glu(ad.ones(3))


def test_dropout_drops_a_share_and_scales_the_rest():
    ad.manual_seed(0)
    x = ad.ones(10_000, requires_grad=True)
    y = F.dropout(x, 0.3)
    assert y.unique().tolist() == [0., pytest.approx(1 / 0.7)]
    assert abs((y == 0).float().mean().item() - 0.3) < 0.02
    y.sum().backward()
    assert (x.grad == y).all()


def test_dropout_outside_training_is_the_input_and_full_dropout_is_zero():
    x = ad.ones(3)
    assert F.dropout(x, training=False) is x
    assert F.dropout(x, p=1.).tolist() == [0., 0., 0.]
    with pytest.raises(ValueError, match="between 0 and 1"):
        F.dropout(x, p=1.5)


def test_dropout_of_channels_keeps_or_drops_each_whole():
    ad.manual_seed(1)
    for function, shape in ((F.dropout1d, (8, 5, 3)), (F.dropout2d, (8, 5, 2, 3)), (F.dropout3d, (8, 5, 2, 2, 2))):
        y = function(ad.ones(*shape)).reshape(40, -1)
        assert ((y == 0).all(dim=1) | (y == 2).all(dim=1)).all()
        assert 0 < (y[:, 0] == 0).sum().item() < 40


def test_alpha_dropout_keeps_mean_and_variance():
    ad.manual_seed(2)
    y = F.alpha_dropout(ad.randn(100_000), 0.4, training=True)
    assert abs(y.mean().item()) < 0.02
    assert abs(y.var().item() - 1) < 0.03


def test_a_hard_gumbel_sample_is_one_hot_and_moves_as_the_soft_one():
    ad.manual_seed(3)
    logits = ad.randn(6, 4, requires_grad=True)
    y = F.gumbel_softmax(logits, hard=True)
    assert y.sum(dim=-1).tolist() == [pytest.approx(1.)] * 6
    assert ((y - y.round()).abs() < 1e-6).all()
    (y * ad.arange(4.)).sum().backward()
    assert (logits.grad != 0).any()


def test_negative_widths_and_crossed_bounds_are_errors():
    for f in (lambda: F.softshrink(ad.ones(1), -1.), lambda: F.rrelu(ad.ones(1), 0.5, 0.1),
              lambda: F.hardtanh(ad.ones(1), 1., -1.)):
        with pytest.raises(errors.RangeError):
            f()


def test_integers_stay_integers_where_only_bounds_act():
    for f in (F.relu, F.relu6, F.hardtanh):
        y = f(ad.tensor([-9, 9]))
        assert y.dtype is ad.int64
