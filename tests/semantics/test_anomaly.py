"""Anomaly mode: a NaN that a derivative produced is reported with the line of the forward operation."""
from __future__ import annotations

import inspect
import pathlib
import warnings

import pytest

import adjoint as ad


def leaf(*values):
    return ad.tensor(values if len(values) > 1 else values[0], requires_grad=True)


def report(f):
    """The text of the error and of every warning that f raises."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        with pytest.raises(RuntimeError) as error:
            f()
    return "\n".join([str(error.value), *getattr(error.value, "__notes__", []), *(str(w.message) for w in seen)])


def test_a_nan_names_the_operation_and_its_forward_line():
    lines = []

    def run():
        with ad.autograd.detect_anomaly():
            x = leaf(-1.0, 4.0)
            lines.append(inspect.currentframe().f_lineno + 1)
            y = (x + 0).sqrt()
            z = y * 2
            z.sum().backward()

    text = report(run)
    assert "Function 'SqrtBackward0' returned nan values in its 0th output" in text
    assert pathlib.Path(__file__).name in text
    assert f"line {lines[0]}" in text
    assert "y = (x + 0).sqrt()" in text


def test_nothing_is_said_outside_the_mode():
    x = leaf(-1.0)
    x.sqrt().backward()
    assert x.grad.isnan()


@pytest.mark.filterwarnings("ignore:Anomaly Detection has been enabled")
def test_a_healthy_graph_passes():
    x = leaf(1.0, 4.0)
    with ad.autograd.detect_anomaly():
        (x.sqrt() * x.log()).sum().backward()
    assert x.grad.isfinite().all()


@pytest.mark.filterwarnings("ignore:Anomaly Detection has been enabled")
def test_the_mode_is_a_context_a_switch_and_restores_itself():
    assert not ad.is_anomaly_enabled()
    with ad.autograd.detect_anomaly():
        assert ad.is_anomaly_enabled()
        assert ad.is_anomaly_check_nan_enabled()
        with ad.autograd.set_detect_anomaly(False):
            assert not ad.is_anomaly_enabled()
        assert ad.is_anomaly_enabled()
    with ad.autograd.detect_anomaly(check_nan=False):
        assert not ad.is_anomaly_check_nan_enabled()
    with pytest.raises(ZeroDivisionError), ad.autograd.detect_anomaly():
        raise ZeroDivisionError
    assert not ad.is_anomaly_enabled()
    ad.autograd.set_detect_anomaly(True)
    try:
        assert ad.is_anomaly_enabled()
    finally:
        ad.autograd.set_detect_anomaly(False)


@pytest.mark.filterwarnings("ignore:Anomaly Detection has been enabled")
def test_nan_need_not_be_checked():
    x = leaf(-1.0)
    with ad.autograd.detect_anomaly(check_nan=False):
        x.sqrt().backward()
    assert x.grad.isnan()


def test_an_error_in_a_user_s_rule_names_the_line_of_apply():
    class Bad(ad.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            raise RuntimeError("a broken rule")

    lines = []

    def run():
        with ad.autograd.detect_anomaly():
            x = leaf(1.0)
            lines.append(inspect.currentframe().f_lineno + 1)
            y = Bad.apply(x * 1)
            y.backward()

    text = report(run)
    assert "a broken rule" in text
    assert f"line {lines[0]}" in text


def test_a_nan_under_create_graph_is_found_too():
    def run():
        with ad.autograd.detect_anomaly():
            x = leaf(0.0)
            (g,) = ad.autograd.grad(x**1.5, x, create_graph=True)
            (h,) = ad.autograd.grad(g, x, create_graph=True)
            ad.autograd.grad(h * 0 * float("inf"), x)

    assert "returned nan values" in report(run)
