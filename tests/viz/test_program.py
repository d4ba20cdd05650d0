"""make_graph prints what ran: forward, reverse, writes, and branches as they were taken."""

from __future__ import annotations

import numpy as np

import adjoint as ad


def ops(f, *args):
    return [e.op for e in ad.make_graph(f)(*args).equations]


def test_a_program_is_in_single_assignment_form():
    program = ad.make_graph(lambda x, y: np.log(x) + x * y)(np.ones(3), 2.0)
    assert str(program).splitlines() == [
        "input %1:float64[3]", "input %2:float64[]", "%3:float64[3] = log %1", "%4:float64[3] = multiply %1 %2",
        "%5:float64[3] = add %3 %4", "return %5",
    ]
    made = [v for e in program.equations for v in e.outputs]
    assert len(set(made)) == len(made)


def test_a_gradient_shows_the_ops_of_its_rules():
    assert ops(ad.grad(lambda x: np.sum(np.sin(x))), np.ones(2))[:2] == ["sin", "total"]
    assert "cos" in ops(ad.grad(lambda x: np.sum(np.sin(x))), np.ones(2))

    def backward(x):
        x = x.detach().requires_grad_()
        x.sin().sum().backward()
        return x.grad

    assert "cos" in ops(backward, ad.ones(2))


def test_a_program_computes_what_its_equations_say():
    def f(x, w):
        return ((x @ w).tanh() ** 2).sum()

    program = ad.make_graph(f)(ad.ones(2, 3), ad.ones(3, 2))
    assert program.equations[0].op == "matmul"
    assert program.equations[0].inputs == tuple(program.inputs)
    assert program.outputs == program.equations[-1].outputs[0]
    assert (program.outputs.shape, program.outputs.dtype) == ((), "float32")


def test_a_loop_is_what_it_was_for_these_values():
    def f(x):
        while x.sum() < 10:
            x = x * 2
        return x

    assert ops(f, np.ones(3)).count("multiply") == 2
    assert ops(f, np.ones(30)).count("multiply") == 0


def test_a_write_makes_a_new_value():
    def f(x):
        y = x * 1
        y[0] = 5.0
        return y.sum()

    program = ad.make_graph(f)(ad.ones(3))
    place = next(e for e in program.equations if e.op == "place")
    assert place.outputs[0] in program.equations[-1].inputs


def test_trees_go_in_and_come_out_and_integers_are_constants():
    program = ad.make_graph(lambda p, n: {"a": p["w"] * n, "n": n})({"w": np.ones(2)}, 3)
    assert len(program.inputs) == 1
    assert set(program.outputs) == {"a", "n"}
    assert program.outputs["n"] == 3


def test_captured_arrays_show_their_shape_and_tracked_tensors_keep_their_graph():
    w = ad.ones(3, 3, requires_grad=True)
    assert "float32[3,3]" in str(ad.make_graph(lambda x: ad.ones(3, 3) @ x)(ad.ones(3)))
    program = ad.make_graph(lambda x: w @ x)(ad.ones(3))
    assert program.constants or "float32[3,3]" in str(program)
    assert w.grad is None


def test_a_notebook_gets_html():
    assert "%3:bool[2] = less %2 3.0" in ad.make_graph(lambda x: x * 2.0 < 3)(np.ones(2))._repr_html_()
