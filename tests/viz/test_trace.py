"""The tables of the surveys: each intermediate with its value, and its tangent or its adjoint."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad
from adjoint import errors

numpy_form = lambda x1, x2: np.log(x1) + x1 * x2 - np.sin(x2)
tensor_form = lambda x1, x2: x1.log() + x1 * x2 - x2.sin()


@pytest.mark.parametrize("args", [(2.0, 5.0), (np.array(2.0), np.array(5.0))])
def test_a_forward_table_is_that_of_the_surveys(args):
    table = ad.trace_table(numpy_form, *args)
    assert [r.name for r in table.rows] == ["x1", "x2", "v1", "v2", "v3", "v4", "v5", "y"]
    assert [r.formula for r in table.rows[2:]] == ["log(x1)", "x1 * x2", "sin(x2)", "v1 + v2", "v4 - v3", "v5"]
    values = [float(r.value) for r in table.rows[2:-1]]
    np.testing.assert_allclose(values, [0.6931, 10, -0.9589, 10.6931, 11.6521], atol=1e-4)
    np.testing.assert_allclose([r.derivative for r in table.rows[2:-1]], [0.5, 5, 0, 5.5, 5.5])


def test_another_direction_gives_another_column():
    table = ad.trace_table(numpy_form, 2.0, 5.0, tangents=(0, 1))
    np.testing.assert_allclose([r.derivative for r in table.rows[2:-1]], [0, 2, 0.2837, 2, 1.7163], atol=1e-4)


def test_a_reverse_table_has_every_adjoint():
    table = ad.trace_table(numpy_form, 2.0, 5.0, mode="reverse")
    found = {r.name: float(r.derivative) for r in table.rows}
    expected = {"x1": 5.5, "x2": 1.7163, "v1": 1, "v2": 1, "v3": -1, "v4": 1, "v5": 1, "y": 1}
    assert found == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_tensors_are_traced_through_their_methods(mode):
    x1, x2 = ad.tensor(2.0, dtype=ad.float64), ad.tensor(5.0, dtype=ad.float64, requires_grad=True)
    ours = ad.trace_table(tensor_form, x1, x2, mode=mode)
    theirs = ad.trace_table(numpy_form, 2.0, 5.0, mode=mode)
    assert str(ours) == str(theirs)
    assert x2.grad is None


def test_rows_stand_by_depth_or_as_they_ran():
    formulas = [r.formula for r in ad.trace_table(numpy_form, 2.0, 5.0, order="run").rows[2:]]
    assert formulas == ["log(x1)", "x1 * x2", "v1 + v2", "sin(x2)", "v3 - v4", "v5"]


def test_arrays_have_their_derivatives_element_by_element():
    table = ad.trace_table(lambda x: np.sum(x[1:] ** 2), np.array([1.0, 2.0, 3.0]), mode="reverse")
    np.testing.assert_allclose(table.rows[0].derivative, [0, 4, 6])
    assert [r.formula for r in table.rows[1:]] == ["x[1:]", "v1 ** 2", "sum(v2)", "v3"]
    weighed = ad.trace_table(lambda x: x * x, np.ones(2), mode="reverse", cotangent=[1.0, 10.0])
    np.testing.assert_allclose(weighed.rows[0].derivative, [2, 20])


def test_inputs_inside_of_a_tree_are_named_by_their_place():
    rows = ad.trace_table(lambda p, n: p["w"] * p["b"] ** n, {"w": 2.0, "b": 3.0}, 2).rows
    assert [r.name for r in rows[:2]] == ["p['b']", "p['w']"]
    assert float(rows[-1].derivative) == 12


def test_a_value_that_does_not_count_has_a_zero_derivative():
    def f(x):
        np.exp(x)
        return x * 2

    assert [float(r.derivative) for r in ad.trace_table(f, 1.0, mode="reverse").rows] == [2, 0, 1, 1]


def test_a_stopped_value_passes_no_derivative():
    for mode in ("forward", "reverse"):
        table = ad.trace_table(lambda x: ad.stop_gradient(x) * x, 3.0, mode=mode)
        assert table.rows[1].formula == "stop_gradient(x)"
        assert float(table.rows[0 if mode == "reverse" else -1].derivative) == 3


def test_the_table_prints_in_three_ways():
    table = ad.trace_table(numpy_form, 2.0, 5.0)
    assert str(table).splitlines()[0].split() == ["formula", "value", "tangent"]
    assert table.markdown().splitlines()[1].startswith("|----|")
    assert "<code>log(x1)</code>" in table._repr_html_()
    assert "11.65" in str(ad.trace_table(numpy_form, 2.0, 5.0, precision=2))


@pytest.mark.parametrize(("call", "error"), [
    (lambda: ad.trace_table(np.sin, 1.0, mode="sideways"), errors.RangeError),
    (lambda: ad.trace_table(lambda n: n, 3), errors.RangeError),
    (lambda: ad.trace_table(lambda x: 3.0, 1.0), errors.GradientError),
    (lambda: ad.trace_table(lambda x: x * 2, np.ones(2), mode="reverse"), errors.GradientError),
    (lambda: ad.trace_table(lambda x: (x, x * 2), 1.0, mode="reverse"), errors.GradientError),
    (lambda: ad.trace_table(np.sin, 1.0, tangents=(1, 2)), errors.RangeError),
    (lambda: ad.trace_table(np.sin, 1.0, tangents=(np.ones(2),)), errors.ShapeError),
])
def test_a_mistake_is_named(call, error):
    with pytest.raises(error, match="trace_table"):
        call()
