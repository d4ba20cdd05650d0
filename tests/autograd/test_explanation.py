"""explain names the step that made a gradient None or zero, and its line."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import adjoint as ad

X = ad.tensor([1.0, 2.0])


def only(report):
    (finding,) = report.findings
    return finding


def line_of(f, text):
    lines, start = inspect.getsourcelines(f)
    return start + next(i for i, line in enumerate(lines) if text in line)


def test_a_detach_is_found_with_file_and_line():
    def f(x):
        y = x * 2
        z = y.detach()
        return (z * 3).sum()

    report = ad.explain(f, X)
    found = only(report)
    assert report.states == ["None"]
    assert found.step == "detach"
    assert found.file == __file__
    assert found.line == line_of(f, "detach()")
    assert "detach()" in str(report)
    assert f":{found.line}" in str(report)


def test_no_grad_is_found():
    def f(x):
        with ad.no_grad():
            y = x * 2
        return y + 1

    found = only(ad.explain(f, X))
    assert found.step == "multiply"
    assert "no_grad" in found.reason
    assert found.line == line_of(f, "x * 2")


def test_piecewise_constant_operations_and_integer_casts_are_found():
    assert "piecewise constant" in only(ad.explain(lambda x: np.floor(x) * 1.0, X)).reason
    assert "int64" in only(ad.explain(lambda x: x.long() * 1.0, X)).reason


def test_values_that_leave_are_found():
    w = ad.ones(1, requires_grad=True)
    assert only(ad.explain(lambda x: w * x[0].item(), X)).step == "item"
    assert only(ad.explain(lambda x: w * ad.tensor(x), X)).step == "tensor"


def test_a_factor_of_zero_and_an_unselected_branch_explain_an_exact_zero():
    report = ad.explain(lambda x, y: x * 0 + y, X, X)
    assert report.states == ["zero", "ok"]
    assert "exactly zero" in only(report).reason
    report = ad.explain(lambda x: np.maximum(x, ad.ones(2, requires_grad=True) * 9), X)
    assert "did not select" in only(report).reason


def test_cancelling_contributions_are_told_from_a_cut():
    report = ad.explain(lambda x: (x * 2) - (x + x), X)
    assert report.states == ["zero"]
    assert report.findings == []
    assert "cancel" in report.notes[0]


def test_an_input_that_is_not_used_is_said_to_be_unused():
    report = ad.explain(lambda x, y: x * 2, X, X)
    assert report.states == ["ok", "None"]
    assert "does not use" in report.notes[1]


def test_a_write_is_followed_to_what_it_changes():
    def f(x):
        out = ad.zeros(2)
        out[:1] = x.detach()[:1]
        return out * 2

    assert only(ad.explain(f, X)).step == "detach"

    def g(x):
        out = ad.zeros(2)
        out[:1] = x[:1]
        return out * 2

    assert ad.explain(g, X).states == ["ok"]


def test_nothing_is_observed_afterwards_even_after_an_error():
    with pytest.raises(ZeroDivisionError):
        ad.explain(lambda x: 1 / 0, X)
    assert ad.explain(lambda x: x * 2, X).states == ["ok"]


def test_a_function_without_a_tensor_is_refused():
    with pytest.raises(RuntimeError, match="no tensor"):
        ad.explain(lambda x: 3.0, X)
