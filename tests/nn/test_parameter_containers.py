"""Lists and dictionaries of parameters: what they hold is found, renamed, copied and shown."""

from __future__ import annotations

import copy

import pytest

import adjoint as ad
from adjoint import nn


def test_tensors_in_a_list_become_parameters_of_the_module() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weights = nn.ParameterList([ad.ones(i) for i in (1, 2)])

    net = Net()
    net.weights.append(nn.Parameter(ad.ones(3)))
    assert [n for n, _ in net.named_parameters()] == ["weights.0", "weights.1", "weights.2"]
    assert [p.numel() for p in net.weights] == [1, 2, 3]
    assert [p.numel() for p in net.weights[1:]] == [2, 3]
    assert net.weights[-1] is net.weights[2]
    copied = copy.deepcopy(net)
    assert len(copied.weights) == 3
    assert copied.weights[0] is not net.weights[0]


def test_a_list_is_changed_in_place() -> None:
    weights = nn.ParameterList([ad.ones(1), ad.ones(2)])
    weights[0] = ad.zeros(3)
    weights += [ad.ones(4)]
    assert weights.pop(1).numel() == 2
    assert [(n, p.numel()) for n, p in weights.named_parameters()] == [("0", 3), ("1", 4)]
    with pytest.raises(IndexError, match="2 values"):
        weights[2]
    with pytest.raises(TypeError, match="append"):
        weights.extend(ad.ones(2))


def test_a_dictionary_of_parameters_is_one() -> None:
    weights = nn.ParameterDict({"left": ad.ones(1)})
    weights["right"] = ad.ones(2)
    weights.update({"names": "abc"})
    assert list(weights) == ["left", "right", "names"]
    assert [n for n, _ in weights.named_parameters()] == ["left", "right"]
    assert weights.get("none", 3) == 3
    assert weights.setdefault("right", 3) is weights["right"]
    assert weights.pop("left").numel() == 1
    assert "left" not in weights
    assert len(weights) == 2
    with pytest.raises(KeyError):
        weights["left"]
    with pytest.raises(KeyError, match="already exists"):
        weights["forward"] = ad.ones(1)
    weights.clear()
    assert not list(weights.parameters())


def test_they_show_what_they_hold() -> None:
    assert repr(nn.ParameterList([ad.ones(1, 2), 3])) == (
        "ParameterList(\n    (0): Parameter containing: [adjoint.float32 of size 1x2]\n"
        "    (1): Object of type: int\n)")
    assert repr(nn.ParameterDict({"a": ad.ones(2)})) == (
        "ParameterDict(\n    (a): Parameter containing: [adjoint.FloatTensor of size 2]\n)")
