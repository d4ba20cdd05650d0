"""autograd.graph: nodes and their edges, hooks on what is saved, gradient edges, hooks on several gradients."""
from __future__ import annotations

import gc
import weakref

import pytest

import adjoint as ad
from adjoint import autograd

graph = autograd.graph


def leaf(*values):
    return ad.tensor(values if len(values) > 1 else values[0], requires_grad=True)


def test_next_functions_walk_to_the_leaves():
    x, y = leaf(2.0), leaf(3.0)
    z = (x * y).exp() + 1
    assert z.grad_fn.name() == "AddBackward0"
    ((exp, index), (nothing, _)) = z.grad_fn.next_functions
    assert (exp.name(), index, nothing) == ("ExpBackward0", 0, None)
    ((mul, _),) = exp.next_functions
    assert mul.name() == "MulBackward0"
    (ax, _), (ay, _) = mul.next_functions
    assert type(ax).__name__ == type(ay).__name__ == "AccumulateGrad"
    assert ax.variable is x
    assert ay.variable is y
    assert ax.next_functions == ()


def test_a_node_is_the_same_object_each_time_it_is_reached():
    x = leaf(2.0)
    m = x * x
    z = m + m.exp()
    assert m.grad_fn is m.grad_fn
    first, second = (node for node, _ in z.grad_fn.next_functions)
    assert first is m.grad_fn
    assert second.next_functions[0][0] is m.grad_fn
    assert isinstance(m.grad_fn, graph.Node)
    m.grad_fn.metadata["note"] = "kept"
    assert first.metadata["note"] == "kept"


def test_an_operand_that_needs_no_gradient_has_no_edge():
    x = leaf(2.0)
    (first, _), (second, _) = (x * ad.tensor(3.0)).grad_fn.next_functions
    assert first is not None
    assert second is None


def test_outputs_of_one_operation_share_a_node_and_differ_by_number():
    x = leaf(3.0, 1.0, 2.0)
    low, high = x.split([1, 2])
    (a, i), (b, j) = (low.sum() + high.sum()).grad_fn.next_functions
    (node_a, i), (node_b, j) = a.next_functions[0], b.next_functions[0]
    assert node_a is node_b
    assert (i, j) == (0, 1)
    assert low.output_nr == 0
    assert high.output_nr == 1


def test_saved_values_can_be_read_from_a_node():
    x, y = leaf(2.0), leaf(3.0)
    node = (x * y).grad_fn
    assert node._saved_self.item() == 2.0
    assert node._saved_other.item() == 3.0
    out = x.exp()
    assert out.grad_fn._saved_result.item() == out.item()


def test_hooks_on_saved_values_see_each_once_and_give_back_what_backward_uses():
    x, y = leaf(2.0), leaf(5.0)
    packed, unpacked = [], []

    def pack(t):
        packed.append(t.item())
        return len(packed) - 1

    def unpack(k):
        unpacked.append(k)
        return ad.tensor(packed[k] * 10)

    with graph.saved_tensors_hooks(pack, unpack):
        z = x * y
    assert sorted(packed) == [2.0, 5.0]
    assert unpacked == []
    z.backward()
    assert sorted(unpacked) == [0, 1]
    assert (x.grad.item(), y.grad.item()) == (50.0, 20.0)


def test_hooks_on_saved_values_nest_and_end_with_their_block():
    x, seen = leaf(2.0), []
    outer = graph.saved_tensors_hooks(lambda t: seen.append("outer") or t, lambda t: t)
    inner = graph.saved_tensors_hooks(lambda t: seen.append("inner") or t, lambda t: t)
    with outer:
        x.exp()
        with inner:
            x.exp()
        x.exp()
    x.exp()
    assert seen == ["outer", "inner", "outer"]


def test_nothing_is_packed_for_an_operation_that_saves_nothing_or_is_not_recorded():
    x, seen = leaf(2.0), []
    with graph.saved_tensors_hooks(lambda t: seen.append(t) or t, lambda t: t):
        x + 1
        with ad.no_grad():
            x * x
        ad.tensor(1.0) * 2
    assert seen == []


def test_hooks_on_saved_values_serve_a_function_of_one_s_own():
    class Square(autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, g):
            return 2 * ctx.saved_tensors[0] * g

    x = leaf(3.0)
    with graph.saved_tensors_hooks(lambda t: t.item(), lambda v: ad.tensor(v + 1)):
        y = Square.apply(x)
    y.backward()
    assert x.grad.item() == 8.0


def test_packed_values_are_freed_with_the_graph():
    class Box:
        def __init__(self, value):
            self.value = value

    boxes = []

    def pack(t):
        box = Box(t.detach().clone())
        boxes.append(weakref.ref(box))
        return box

    x = leaf(1.0)
    with graph.saved_tensors_hooks(pack, lambda box: box.value):
        y = x.exp()
    assert boxes[0]() is not None
    y.backward()
    gc.collect()
    assert boxes[0]() is None


def test_a_pack_hook_that_writes_into_its_argument_or_an_unpack_that_gives_no_tensor_is_refused():
    x = leaf(1.0)
    with pytest.raises((RuntimeError, TypeError)), graph.saved_tensors_hooks(lambda t: t, lambda t: 3.0):
        x.exp().backward()


def test_saving_on_the_cpu_changes_nothing_here():
    x = leaf(2.0, 3.0)
    with graph.save_on_cpu(pin_memory=False):
        y = (x.exp() * x).sum()
    y.backward()
    assert x.grad.tolist() == pytest.approx([3 * 7.389056, 4 * 20.085537], rel=1e-5)


def test_saved_tensor_hooks_can_be_forbidden_with_a_reason():
    x = leaf(1.0)
    with graph.disable_saved_tensors_hooks("not in here"), pytest.raises(RuntimeError, match="not in here"):
        with graph.saved_tensors_hooks(lambda t: t, lambda t: t):
            x.exp()


def test_a_gradient_edge_stands_for_a_tensor():
    x = leaf(3.0)
    m = x * x
    z = m * 2
    edge = graph.get_gradient_edge(m)
    assert edge.node is m.grad_fn
    assert edge.output_nr == 0
    del m
    (g,) = autograd.grad(z, edge, retain_graph=True)
    assert g.item() == 2.0
    (g,) = autograd.grad(graph.get_gradient_edge(z), x)
    assert g.item() == 12.0
    assert graph.get_gradient_edge(x).node.variable is x
    with pytest.raises(RuntimeError):
        graph.get_gradient_edge(ad.tensor(1.0))


def test_a_hook_on_all_of_several_gradients_runs_once_with_all():
    a, b, c = leaf(1.0), leaf(2.0), leaf(3.0)
    seen = []
    handle = graph.register_multi_grad_hook((a, b, c), lambda gs: seen.append([g and g.item() for g in gs]))
    (a * b).backward()
    (a * b + c).backward()
    handle.remove()
    (a * b * c).backward()
    assert seen == [[2.0, 1.0, None], [2.0, 1.0, 1.0]]


def test_a_hook_on_any_of_several_gradients_runs_once_with_the_first():
    a, b = leaf(1.0), leaf(2.0)
    seen = []
    graph.register_multi_grad_hook((a, b), lambda g: seen.append(g.item()), mode="any")
    (a * 3 + b * 3).backward()
    assert seen == [3.0]
