"""What the compiler will ask of the core holds today: array types, tapes as data, writes, counters, views."""

from __future__ import annotations

import ast
import weakref
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

import adjoint as ad
from adjoint.core import modes, registry
from adjoint.core.tensor import wrap
from adjoint.ops import structure
from adjoint.transforms.reverse import Walk

SOURCE = Path(ad.__file__).parent


class Recorded(np.lib.mixins.NDArrayOperatorsMixin):
    """An array type of its own: it runs NumPy's functions on what it holds and writes down their names."""

    program: ClassVar[list[str]] = []

    def __init__(self, value):
        self.value = np.asarray(value)
        self.shape, self.dtype, self.ndim, self.size = (
            self.value.shape, self.value.dtype, self.value.ndim, self.value.size)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if any(isinstance(x, ad.Tensor) for x in inputs):
            return NotImplemented
        Recorded.program.append(ufunc.__name__)
        return Recorded(getattr(ufunc, method)(*[getattr(x, "value", x) for x in inputs], **kwargs))


def test_a_tensors_data_may_be_another_array_type():
    x = wrap(Recorded([1.0, 2.0])).requires_grad_()
    y = wrap(Recorded([3.0, 5.0])).requires_grad_()
    Recorded.program.clear()
    z = x * y + ad.sin(x)
    assert type(z._a) is Recorded
    assert Recorded.program == ["multiply", "sin", "add"]
    walk = Walk(False, set(), None)
    walk.run([(z._n, Recorded([1.0, 1.0]))])
    gradients = {node[2]() is x: ct.value for node, ct in walk.leaves}
    np.testing.assert_allclose(gradients[True], [3 + np.cos(1), 5 + np.cos(2)])
    np.testing.assert_allclose(gradients[False], [1.0, 2.0])
    assert Recorded.program[3:].count("cos") == 1


def test_one_word_says_whether_any_thread_is_out_of_the_default_modes():
    assert modes.word == 0
    with ad.no_grad():
        assert modes.word == 1
        with ad.enable_grad():
            assert modes.word == 0
    assert modes.word == 0


def test_tensors_can_be_held_weakly():
    x = ad.ones(2)
    held = weakref.ref(x)
    assert held() is x
    del x
    assert held() is None


def test_grad_data_and_requires_grad_are_properties_over_slots():
    for name in ("grad", "data", "requires_grad"):
        assert isinstance(vars(ad.Tensor)[name], property)
    assert not hasattr(ad.ones(1), "__dict__")


def test_a_tape_can_be_flattened_and_rebuilt():
    x = ad.tensor([0.5, 1.5], dtype=ad.float64, requires_grad=True)
    y = (ad.exp(x) * x).sum()
    order, numbers, stack = [], {}, [y._n]
    while stack:
        node = stack.pop()
        if node[1] not in numbers:
            numbers[node[1]] = len(order)
            order.append(node)
            stack += [p for p in dispatch_parents(node) if p is not None]
    flat = [(n[0].op_name if n[0].name != "AccumulateGrad" else "leaf", n[1:]) for n in order]
    rebuilt: dict[int, list] = {}
    for name, rest in sorted(flat, key=lambda entry: -entry[1][0]):  # parents first
        rule = order[numbers[rest[0]]][0] if name == "leaf" else registry.by_name[name]
        rebuilt[rest[0]] = [rule, *[rebuilt.get(v[1], v) if is_node(v) else
                                    tuple(rebuilt.get(p[1], p) if is_node(p) else p for p in v)
                                    if isinstance(v, tuple) else v for v in rest]]
    walk = Walk(False, set(), None)
    walk.run([(rebuilt[y._n[1]], np.ones(()))])
    ((_, ct),) = walk.leaves
    np.testing.assert_allclose(ct, np.exp([0.5, 1.5]) * np.array([1.5, 2.5]))


def dispatch_parents(node):
    from adjoint.core.rules import parents

    return parents(node)


def is_node(value):
    return isinstance(value, list) and len(value) > 2 and hasattr(value[0], "vjp")


def test_a_freed_node_is_marked_by_its_length():
    x = ad.ones(2, requires_grad=True)
    y = x * x
    assert len(y._n) == y._n[0].size
    y.sum().backward()
    assert len(y._n) == y._n[0].keep < y._n[0].size


def test_the_state_of_the_generator_is_a_tensor_that_can_be_set():
    generator = ad.Generator()
    generator.manual_seed(3)
    state = generator.get_state()
    assert isinstance(state, ad.Tensor)
    first = ad.rand(4, generator=generator)
    generator.set_state(state)
    assert ad.rand(4, generator=generator).tolist() == first.tolist()


def test_optimisers_keep_their_counts_in_tensors():
    p = ad.ones(2, requires_grad=True)
    optimiser = ad.optim.Adam([p])
    p.sum().backward()
    optimiser.step()
    assert all(isinstance(value, ad.Tensor) for value in optimiser.state[p].values())


@pytest.mark.parametrize("package", ["nn", "optim"])
def test_no_layer_or_optimiser_takes_its_state_out_of_tensors_into_math(package):
    for path in (SOURCE / package).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, (ast.Import, ast.ImportFrom)) and package == "optim":
                assert "math" not in [alias.name for alias in node.names], path.name
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and package == "optim":
                assert node.func.attr != "item", f"{path.name}:{node.lineno}"


def test_setting_a_module_or_adding_a_group_is_counted():
    before = ad.nn.Module.epoch
    layer = ad.nn.Linear(2, 2)
    assert ad.nn.Module.epoch > before
    groups = ad.optim.Optimizer.epoch
    ad.optim.SGD(layer.parameters(), lr=0.1)
    assert ad.optim.Optimizer.epoch > groups


def test_views_are_known_by_their_kind():
    for op in (structure.reshape.op, structure.transpose.op, structure.narrow.op, structure.diagonal.op):
        assert op.kind == "structural"
        assert op.view


_WRITES = {
    np.copyto: (1.0,), np.place: (np.ones((2, 2), bool), [1.0]), np.put: ([0, 1, 2, 3], [1.0]),
    np.putmask: (np.ones((2, 2), bool), 1.0), np.fill_diagonal: (1.0,),
    np.put_along_axis: (np.array([[0, 1], [1, 0]]), np.ones((2, 2)), 1),
}


@pytest.mark.parametrize("function", _WRITES, ids=lambda f: f.__name__)
def test_numpy_functions_that_write_are_writes_to_tensors(function):
    t = ad.zeros(2, 2)
    version = t._version
    function(t, *_WRITES[function])
    assert t.tolist() == ([[1.0, 0.0], [0.0, 1.0]] if function is np.fill_diagonal else [[1.0, 1.0], [1.0, 1.0]])
    assert t._version > version


def test_a_tracked_value_is_not_written_into_an_array():
    array, x = np.zeros(2), ad.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="no derivative can follow"):
        np.copyto(array, x)
    with pytest.raises(RuntimeError, match="no derivative can follow"):
        np.add.at(array, [0], x[0])
    assert array.tolist() == [0.0, 0.0]


def test_rules_make_arrays_only_from_their_arguments():
    for op in registry.by_name.values():
        for rule in (*getattr(op, "partials", ()), getattr(op, "pull", None)):
            names = getattr(getattr(rule, "__code__", None), "co_names", ())
            assert not {"zeros", "ones", "empty", "full"} & set(names), op.op_name
