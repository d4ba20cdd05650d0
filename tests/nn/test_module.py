"""Modules and parameters: what is registered, found, saved, loaded, copied and hooked."""

from __future__ import annotations

import copy
import pickle

import pytest

import adjoint as ad
from adjoint import nn


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(3, 4)
        self.second = nn.Linear(4, 2, bias=False)
        self.register_buffer("scale", ad.tensor(2.0))
        self.register_buffer("scratch", ad.zeros(1), persistent=False)

    def forward(self, x: ad.Tensor) -> ad.Tensor:
        return self.second(ad.relu(self.first(x))) * self.scale


def test_a_parameter_is_a_tensor_and_a_tensor_is_no_parameter() -> None:
    p = nn.Parameter(ad.zeros(2))
    assert isinstance(p, nn.Parameter)
    assert isinstance(p, ad.Tensor)
    assert type(p) is ad.Tensor  # an op's fast path asks for exactly this
    assert p.requires_grad
    assert p.is_leaf
    assert not isinstance(ad.zeros(2, requires_grad=True), nn.Parameter)
    assert not isinstance(p * 1, nn.Parameter)


def test_a_parameter_shares_the_memory_of_its_data_both_ways() -> None:
    data = ad.zeros(2)
    view = data[:1]
    p = nn.Parameter(data)
    with ad.no_grad():
        p.add_(1)
    assert data.tolist() == view.tolist() * 2 == [1.0, 1.0]
    data[1] = 5.0
    assert p.tolist() == [1.0, 5.0]
    assert not data.requires_grad


def test_a_parameter_of_a_view_writes_into_the_whole() -> None:
    whole = ad.zeros(3)
    p = nn.Parameter(whole[1:])
    with ad.no_grad():
        p.fill_(2.0)
    assert whole.tolist() == [0.0, 2.0, 2.0]


def test_a_graph_that_saved_a_parameter_survives_its_update() -> None:
    p = nn.Parameter(ad.tensor([3.0]))
    loss = (p * p).sum()
    with ad.no_grad():
        p.sub_(1.0)
    loss.backward()
    assert p.grad.item() == 6.0


def test_parameters_buffers_and_modules_are_found_by_name() -> None:
    net = Net()
    assert [n for n, _ in net.named_parameters()] == ["first.weight", "first.bias", "second.weight"]
    assert [n for n, _ in net.named_buffers()] == ["scale", "scratch"]
    assert [n for n, _ in net.named_modules()] == ["", "first", "second"]
    assert [n for n, _ in net.named_children()] == ["first", "second"]


def test_a_module_used_twice_has_its_parameters_once_and_its_state_under_both_names() -> None:
    layer = nn.Linear(2, 2)
    net = nn.Sequential(layer, nn.ReLU(), layer)
    assert len(list(net.parameters())) == 2
    assert list(net.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]


def test_a_state_dict_loads_into_another_module() -> None:
    a, b = Net(), Net()
    x = ad.ones(1, 3)
    assert list(a.state_dict()) == ["scale", "first.weight", "first.bias", "second.weight"]
    assert str(b.load_state_dict(a.state_dict())) == "<All keys matched successfully>"
    assert a(x).tolist() == b(x).tolist()


def test_a_state_that_does_not_fit_changes_nothing() -> None:
    net = Net()
    before = net.first.weight.tolist()
    state = {k: v + 1 for k, v in net.state_dict().items()}
    state["second.weight"] = ad.zeros(9, 9)
    state["extra"] = state.pop("scale")
    with pytest.raises(RuntimeError, match=r"Missing key.*\n.*Unexpected key.*\n.*size mismatch for second.weight"):
        net.load_state_dict(state)
    assert net.first.weight.tolist() == before


def test_loading_loosely_tells_what_was_missing() -> None:
    keys = Net().load_state_dict({"scale": ad.tensor(1.0), "other": ad.tensor(1.0)}, strict=False)
    assert keys.missing_keys == ["first.weight", "first.bias", "second.weight"]
    assert keys.unexpected_keys == ["other"]


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))], ids=["copy", "pickle"])
def test_a_copy_of_a_module_computes_the_same_on_parameters_of_its_own(duplicate: object) -> None:
    net = Net()
    twin = duplicate(net)
    x = ad.ones(1, 3)
    assert twin(x).tolist() == net(x).tolist()
    assert isinstance(twin.first.weight, nn.Parameter)
    with ad.no_grad():
        twin.first.weight.zero_()
    assert net.first.weight.any()


def test_training_and_evaluation_reach_every_module() -> None:
    net = nn.Sequential(nn.Linear(2, 2), nn.Dropout(1.0))
    assert not net(ad.ones(1, 2)).any()
    assert net.eval()(ad.ones(1, 2)).any()
    assert not net[1].training
    assert net.train()[1].training


def test_hooks_may_change_what_goes_in_and_out() -> None:
    net = nn.Identity()
    before = net.register_forward_pre_hook(lambda module, args: args[0] + 1)
    after = net.register_forward_hook(lambda module, args, out: out * 10)
    assert net(ad.tensor(1.0)).item() == 20
    before.remove()
    assert net(ad.tensor(1.0)).item() == 10
    after.remove()
    assert net(ad.tensor(1.0)).item() == 1


def test_a_module_converts_to_another_dtype_with_its_buffers() -> None:
    net = Net().double()
    assert {t.dtype for t in [*net.parameters(), *net.buffers()]} == {ad.float64}
    net(ad.ones(1, 3, dtype=ad.float64)).sum().backward()
    assert net.first.weight.grad.dtype == ad.float64


def test_assigning_before_init_says_what_to_do() -> None:
    class Forgetful(nn.Module):
        def __init__(self) -> None:
            self.layer = nn.Linear(1, 1)

    with pytest.raises(AttributeError, match=r"super\(\).__init__\(\)"):
        Forgetful()


def test_a_tensor_cannot_take_the_place_of_a_parameter() -> None:
    net = Net()
    with pytest.raises(TypeError, match="cannot assign 'Tensor' as parameter 'weight'"):
        net.first.weight = ad.zeros(4, 3)
    net.first.weight = None
    assert "first.weight" not in dict(net.named_parameters())


def test_gradients_are_forgotten_or_zeroed() -> None:
    net = Net()
    net(ad.ones(1, 3)).sum().backward()
    net.zero_grad(set_to_none=False)
    assert not net.first.bias.grad.any()
    net.zero_grad()
    assert net.first.bias.grad is None


def test_a_module_prints_as_a_tree() -> None:
    assert repr(nn.Sequential(nn.Linear(2, 3), nn.ReLU())) == (
        "Sequential(\n  (0): Linear(in_features=2, out_features=3, bias=True)\n  (1): ReLU()\n)")


def test_lists_and_dictionaries_of_modules_are_registered() -> None:
    layers = nn.ModuleList([nn.Linear(1, 1)])
    layers.append(nn.Linear(1, 1))
    table = nn.ModuleDict({"a": nn.Linear(1, 1)})
    assert [n for n, _ in layers.named_parameters()] == ["0.weight", "0.bias", "1.weight", "1.bias"]
    assert [n for n, _ in table.named_parameters()] == ["a.weight", "a.bias"]
    assert len(layers[:1]) == 1


def test_backward_hooks_see_and_replace_the_gradients_of_arguments_and_outputs() -> None:
    layer, seen = nn.Linear(2, 1, bias=False), []
    x = ad.ones(3, 2, requires_grad=True)
    before = layer.register_full_backward_pre_hook(lambda module, grads: (grads[0] * 10,))
    after = layer.register_full_backward_hook(lambda module, gi, go: seen.append((gi[0].shape, go[0].tolist())))
    layer(x).sum().backward()
    assert seen == [((3, 2), [[10.0]] * 3)]
    assert ad.equal(x.grad, 10 * layer.weight.detach().expand(3, 2))
    assert layer.weight.grad.tolist() == [[30.0, 30.0]]
    before.remove()
    after.remove()
    with layer.register_full_backward_hook(lambda module, gi, go: (gi[0] * 0,)):
        layer(x).sum().backward()
    assert ad.equal(x.grad, 10 * layer.weight.detach().expand(3, 2))  # nothing was added
    assert layer.weight.grad.tolist() == [[33.0, 33.0]]


def test_a_backward_hook_runs_though_no_argument_requires_grad() -> None:
    layer, seen = nn.Linear(2, 1), []
    layer.register_full_backward_hook(lambda module, gi, go: seen.append((gi, go[0].item())))
    layer(ad.ones(2)).backward()
    assert seen == [((None,), 1.0)]


def test_a_backward_hook_sees_every_output_and_second_derivatives_pass_it() -> None:
    class Two(nn.Module):
        def forward(self, x: ad.Tensor, k: int) -> tuple[ad.Tensor, ad.Tensor]:
            return x**3, x * k

    module, seen = Two(), []
    module.register_full_backward_hook(lambda module, gi, go: seen.append((len(gi), gi[1], go[1])))
    x = ad.tensor(2.0, requires_grad=True)
    cube, _ = module(x, 3)
    (slope,) = ad.autograd.grad(cube, x, create_graph=True)
    slope.backward()
    assert (slope.item(), x.grad.item()) == (12.0, 12.0)
    assert seen[0] == (2, None, None)


def test_hooks_take_keywords_and_their_place_in_the_row() -> None:
    class Scaled(nn.Module):
        def forward(self, x: ad.Tensor, *, by: float) -> ad.Tensor:
            return x * by

    module, order = Scaled(), []
    module.register_forward_pre_hook(lambda m, args, kwargs: (args, {"by": 5.0}), with_kwargs=True)
    module.register_forward_hook(lambda m, args, out: order.append("last"))
    module.register_forward_hook(lambda m, args, kwargs, out: order.append(kwargs), with_kwargs=True, prepend=True)
    assert module(ad.ones(1), by=2.0).item() == 5.0
    assert order == [{"by": 5.0}, "last"]


def test_equal_neighbours_of_a_list_are_printed_once() -> None:
    layers = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2), nn.LeakyReLU(inplace=True)])
    assert repr(layers) == (
        "ModuleList(\n  (0-1): 2 x Linear(in_features=2, out_features=2, bias=True)\n"
        "  (2): LeakyReLU(negative_slope=0.01, inplace=True)\n)"
    )
    assert repr(nn.ModuleList()) == "ModuleList()"


def test_containers_are_changed_in_place_and_numbered_anew() -> None:
    a, b, c = nn.ReLU(), nn.Tanh(), nn.Sigmoid()
    for container in (nn.Sequential(a, b), nn.ModuleList([a, b])):
        container.insert(1, c)
        assert list(container) == [a, c, b]
        assert [name for name, _ in container.named_children()] == ["0", "1", "2"]
        del container[0]
        assert container.pop() is b
        container[0] = a
        container.extend([b, c])
        assert list(container) == [a, b, c]
    names = nn.ModuleDict({"a": a, "b": b})
    names.update({"c": c})
    assert names.pop("a") is a
    del names["b"]
    assert list(names.keys()) == ["c"]
    names.clear()
    assert len(names) == 0


def test_parts_are_found_by_dotted_names() -> None:
    net = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Tanh(), Net()))
    assert net.get_submodule("1.0") is net[1][0]
    assert net.get_parameter("1.1.first.weight") is net[1][1].first.weight
    assert net.get_buffer("1.1.scale") is net[1][1].scale
    assert net.get_submodule("") is net
    for get, name in ((net.get_submodule, "1.5"), (net.get_parameter, "0.nothing"), (net.get_buffer, "1.1.first")):
        with pytest.raises(AttributeError, match=f"has no (module|parameter|buffer) '{name}'"):
            get(name)


def test_what_was_not_loaded_is_told() -> None:
    layer = nn.Linear(2, 1)
    result = layer.load_state_dict({"weight": ad.zeros(1, 2)}, strict=False)
    assert repr(result) == "_IncompatibleKeys(missing_keys=['bias'], unexpected_keys=[])"
    with pytest.raises(RuntimeError, match=r'Missing key\(s\) in state_dict: "bias".'):
        layer.load_state_dict({"weight": ad.zeros(1, 2)})


class Tied(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.left = nn.Linear(2, 2, bias=False)
        self.right = self.left
        self.again = nn.Linear(2, 2, bias=False)
        self.again.weight = self.left.weight


def test_names_are_given_once_a_thing_or_all_of_them() -> None:
    net = Tied()
    assert [n for n, _ in net.named_parameters()] == ["left.weight"]
    names = ["left.weight", "right.weight", "again.weight"]
    assert [n for n, _ in net.named_parameters(remove_duplicate=False)] == names
    assert [n for n, _ in net.named_modules(remove_duplicate=False)] == ["", "left", "right", "again"]
    assert [n for n, _ in net.named_children()] == ["left", "again"]


def test_a_state_dict_enters_a_dictionary_after_a_prefix() -> None:
    state: dict[str, object] = {"epoch": 3}
    assert nn.Linear(2, 1).state_dict(destination=state, prefix="model.") is state
    assert list(state) == ["epoch", "model.weight", "model.bias"]


def test_a_child_that_saves_in_its_own_way_is_asked() -> None:
    class Silent(nn.Linear):
        def state_dict(self, **options: object) -> object:
            return options["destination"]

    assert list(nn.Sequential(nn.Linear(1, 1), Silent(1, 1)).state_dict()) == ["0.weight", "0.bias"]


def test_assigned_values_become_the_parameters() -> None:
    layer = nn.Linear(2, 1)
    weight = ad.zeros(1, 2, dtype=ad.float64)
    layer.load_state_dict({"weight": weight, "bias": nn.Parameter(ad.ones(1))}, assign=True)
    assert layer.weight.dtype is ad.float64
    assert isinstance(layer.weight, nn.Parameter)
    weight.fill_(2.0)
    assert layer.weight.tolist() == [[2.0, 2.0]]


@pytest.mark.parametrize(("state", "error", "message"), [
    ([1], TypeError, "dict-like"),
    ({"weight": 1, "bias": ad.zeros(1)}, RuntimeError, "expected a Tensor or an array"),
    ({"weight": ad.zeros(1), "bias": ad.zeros(1)}, RuntimeError, "size mismatch for weight"),
])
def test_what_is_no_state_is_told_from_one(state: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        nn.Linear(2, 1).load_state_dict(state)


@pytest.mark.parametrize("assign", [
    lambda m: m.register_buffer("weight", ad.ones(1)),
    lambda m: m.register_parameter("forward", None),
    lambda m: setattr(m, "in_channels", nn.Parameter(ad.ones(1))),
])
def test_a_name_that_is_taken_is_refused(assign: object) -> None:
    class Layer(nn.Linear):
        in_channels = 3

    with pytest.raises(KeyError, match="already exists"):
        assign(Layer(2, 1))


def test_a_buffer_is_a_tensor() -> None:
    m = nn.Module()
    m.mean = nn.Buffer(ad.zeros(2))
    m.scratch = nn.Buffer(ad.zeros(2), persistent=False)
    assert [n for n, _ in m.named_buffers()] == ["mean", "scratch"]
    assert list(m.state_dict()) == ["mean"]
    for wrong in (1, "x"):
        with pytest.raises(TypeError, match="as buffer 'mean'"):
            m.mean = wrong
    with pytest.raises(TypeError, match="as buffer 'count'"):
        m.register_buffer("count", 3)
    with pytest.raises(TypeError, match="not a Module"):
        m.add_module("layer", ad.relu)


def test_a_buffer_becomes_a_parameter_when_one_is_assigned() -> None:
    m = nn.Module()
    m.register_buffer("scale", ad.ones(1))
    m.scale = nn.Parameter(ad.zeros(1))
    assert [n for n, _ in m.named_parameters()] == ["scale"]
    assert not list(m.buffers())


def test_training_may_be_overridden_below() -> None:
    class Frozen(nn.Linear):
        def train(self, mode: bool = True) -> Frozen:
            return super().train(False)

    net = nn.Sequential(Frozen(1, 1), nn.ReLU()).train()
    assert [m.training for m in net] == [False, True]
    with pytest.raises(ValueError, match="boolean"):
        net.train(1)


def test_a_module_is_not_made_integer_unless_asked_by_type() -> None:
    layer = nn.Linear(1, 1)
    with pytest.raises(TypeError, match="floating-point"):
        layer.to(ad.int64)
    assert layer.type(ad.float64).weight.dtype is ad.float64


def test_a_converted_module_keeps_its_gradients() -> None:
    layer = nn.Linear(1, 1)
    layer(ad.ones(1, 1)).sum().backward()
    layer.double()
    assert layer.weight.grad.dtype is ad.float64
    assert layer.weight.grad.tolist() == [[1.0]]
