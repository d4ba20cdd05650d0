"""Tensors among Python's and NumPy's things: arrays, DLPack, pickling, copying, iteration, formatting, overrides."""
from __future__ import annotations

import copy
import io
import math
import pickle

import numpy as np
import pytest

import adjoint as ad


def leaf(*values):
    return ad.tensor(values if len(values) > 1 else values[0], requires_grad=True)


@pytest.mark.parametrize("convert", [np.asarray, np.array, lambda t: t.numpy(), lambda t: t.__array__()])
def test_a_tracked_tensor_is_not_converted_to_an_array(convert):
    message = r"Can't call numpy\(\) on Tensor that requires grad. Use tensor.detach\(\).numpy\(\) instead."
    with pytest.raises(RuntimeError, match=message):
        convert(leaf(1.0, 2.0))
    with pytest.raises(RuntimeError, match=message):
        convert(leaf(1.0, 2.0) * 2)
    assert convert(leaf(1.0, 2.0).detach()).tolist() == [1.0, 2.0]
    with ad.no_grad():
        assert convert(leaf(1.0, 2.0) * 2).tolist() == [2.0, 4.0]


def test_numpy_can_be_forced():
    x = leaf(1.0, 2.0)
    assert x.numpy(force=True).tolist() == [1.0, 2.0]


def test_arrays_keep_their_dtype_on_the_way_in_and_out():
    names = "bool uint8 int8 int16 int32 int64 float16 float32 float64 complex64 complex128"
    for dtype in names.split():
        array = np.array([0, 1], dtype)
        t = ad.from_numpy(array)
        assert t.dtype == getattr(ad, dtype)
        assert t.numpy().dtype == array.dtype
        assert np.asarray(t).tolist() == array.tolist()
    assert np.asarray(ad.ones(2), dtype=np.float64).dtype == np.float64
    with pytest.raises(TypeError):
        ad.from_numpy([1, 2])


def test_from_numpy_and_numpy_share_memory_with_writes_of_the_library():
    array = np.zeros(3, np.float32)
    t = ad.from_numpy(array)
    t += 1
    assert array.tolist() == t.tolist() == [1.0] * 3
    assert ad.tensor(array).data_ptr() != t.data_ptr()


def test_a_tensor_copies_what_it_is_made_of():
    array = np.zeros(3)
    t = ad.tensor(array)
    array[0] = 7
    assert t.tolist() == [0.0] * 3
    assert t.dtype == ad.float64


def test_dlpack_shares_memory_with_numpy():
    t = ad.arange(4.0)
    assert np.from_dlpack(t).tolist() == [0.0, 1.0, 2.0, 3.0]
    array = np.arange(3.0)
    back = ad.from_dlpack(array)
    back += 1
    assert array.tolist() == [1.0, 2.0, 3.0]
    with pytest.raises((RuntimeError, BufferError)):
        np.from_dlpack(leaf(1.0, 2.0))


def test_dlpack_shares_memory_with_torch_both_ways():
    torch = pytest.importorskip("torch")
    theirs = torch.arange(4.0)
    ours = ad.from_dlpack(theirs)
    assert ours.data_ptr() == theirs.data_ptr()
    theirs[0] = 9.0
    assert ours[0].item() == 9.0
    ours = ad.arange(6.0).reshape(2, 3).T
    theirs = torch.from_dlpack(ours)
    assert theirs.data_ptr() == ours.data_ptr()
    assert theirs.tolist() == ours.tolist()
    assert theirs.stride() == ours.stride()
    assert ours.__dlpack_device__()[0] == 1


def test_pickling_keeps_value_dtype_and_flag():
    matrix = ad.arange(6.0).reshape(2, 3)
    for t in (leaf(1.0, 2.0), ad.tensor([1, 2], dtype=ad.int8), ad.tensor(1 + 2j), ad.zeros(0, 3), matrix.T):
        back = pickle.loads(pickle.dumps(t))
        assert back.tolist() == t.tolist()
        assert back.dtype == t.dtype
        assert back.shape == t.shape
        assert back.requires_grad == t.requires_grad
        assert back.is_leaf
    nodes = pickle.loads(pickle.dumps({"a": [ad.ones(1), (ad.zeros(1),)]}))
    assert nodes["a"][1][0].item() == 0.0
    assert pickle.loads(pickle.dumps(ad.float32)) is ad.float32


def test_save_and_load_go_through_a_file():
    buffer = io.BytesIO()
    ad.save({"w": leaf(1.0, 2.0), "n": 3}, buffer)
    buffer.seek(0)
    back = ad.load(buffer)
    assert back["n"] == 3
    assert back["w"].tolist() == [1.0, 2.0]
    assert back["w"].requires_grad


def test_a_deep_copy_is_a_new_leaf_and_keeps_shared_memory_shared():
    x = leaf(1.0, 2.0)
    x.grad = ad.tensor([5.0, 6.0])
    y = copy.deepcopy(x)
    assert y is not x
    assert y.requires_grad
    assert y.tolist() == x.tolist()
    assert y.grad.tolist() == [5.0, 6.0]
    with ad.no_grad():
        y.zero_()
    assert x.tolist() == [1.0, 2.0]
    assert y.grad is not x.grad
    both = copy.deepcopy([x, x])
    assert both[0] is both[1]
    with pytest.raises(RuntimeError, match="graph leaves"):
        copy.deepcopy(x * 2)


def test_a_shallow_copy_is_another_name_for_the_same_memory():
    t = ad.zeros(3)
    u = copy.copy(t)
    u += 1
    assert u is not t
    assert t.tolist() == [1.0] * 3


def test_iteration_gives_rows_and_len_their_number():
    x = ad.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    rows = list(x)
    assert len(x) == 2
    assert [r.tolist() for r in rows] == [[1.0, 2.0], [3.0, 4.0]]
    a, b = x
    (a * b).sum().backward()
    assert x.grad.tolist() == [[3.0, 4.0], [1.0, 2.0]]
    assert [r.tolist() for r in reversed(x)] == [[3.0, 4.0], [1.0, 2.0]]
    with pytest.raises(TypeError, match="0-d"):
        iter(ad.tensor(1.0))
    with pytest.raises(TypeError, match="0-d"):
        len(ad.tensor(1.0))


def test_in_asks_whether_any_element_is_equal():
    t = ad.tensor([1.0, 2.0])
    assert 2 in t
    assert 3.0 not in t
    assert ad.tensor(1.0) in t
    with pytest.raises(RuntimeError):
        t.__contains__("a")


def test_formatting_a_zero_dimensional_tensor_formats_its_number():
    assert f"{ad.tensor(3.14159):.2f}" == "3.14"
    assert f"{ad.tensor(7)}" == "7"
    assert f"{ad.tensor(5):>3d}" == "  5"
    assert f"{ad.tensor(0.5)}" == "0.5"
    assert f"{leaf(2.0) * 1}" == "2.0"
    assert f"{ad.tensor([1.0])}" == "tensor([1.])"
    with pytest.raises(TypeError):
        f"{ad.tensor([1.0, 2.0]):.2f}"


def test_hashing_and_dictionaries_go_by_identity():
    a, b = ad.tensor(1.0), ad.tensor(1.0)
    assert hash(a) != hash(b)
    assert {a: 1, b: 2}[a] == 1
    assert len({a, b, a}) == 2
    before = hash(a)
    a += 1
    assert hash(a) == before


def test_python_numbers_come_out_of_one_element():
    assert float(ad.tensor([2.5])) == 2.5
    assert int(ad.tensor(3.9)) == 3
    assert complex(ad.tensor(1j)) == 1j
    assert ad.tensor([[4]]).item() == 4
    assert type(ad.tensor(True).item()) is bool
    assert [10, 20, 30][ad.tensor(1)] == 20
    assert list(range(ad.tensor(3))) == [0, 1, 2]
    assert math.sqrt(ad.tensor(4.0)) == 2.0
    with pytest.raises((RuntimeError, ValueError)):
        ad.ones(2).item()
    with pytest.raises((RuntimeError, ValueError, TypeError)):
        float(ad.ones(2))
    with pytest.raises(TypeError):
        [1, 2][ad.tensor(0.0)]


def test_arrays_and_numpy_scalars_are_operands():
    x = leaf(1.0, 2.0)
    out = np.float32(2.0) * x + np.array([1.0, 1.0], np.float32)
    assert isinstance(out, ad.Tensor)
    assert out.tolist() == [3.0, 5.0]
    out = np.array([3.0, 4.0], np.float32) * x
    assert isinstance(out, ad.Tensor)
    out.sum().backward()
    assert x.grad.tolist() == [3.0, 4.0]


def test_a_numpy_function_of_a_tracked_tensor_differentiates():
    x, plain = leaf(0.5, 1.0), np.array([0.5, 1.0])
    out = np.sum(np.sin(x) * x)
    out.backward()
    np.testing.assert_allclose(x.grad.numpy(), np.sin(plain) + plain * np.cos(plain), rtol=1e-6)


def test_nothing_tracked_slips_into_an_array():
    x, array = leaf(1.0), np.zeros(2)
    for write in (lambda: array.__setitem__(0, x), lambda: np.copyto(array, x), lambda: np.add(array, x, out=array),
                  lambda: iadd(array, x)):
        with pytest.raises((RuntimeError, TypeError, UserWarning, ValueError)):  # float(x) warns, and NumPy wraps that
            write()
    assert array.tolist() == [0.0, 0.0]


def iadd(array, x):
    array += x
    return array


class Logged:
    """Something that is no tensor but answers to the library's functions."""

    def __init__(self, value):
        self.value, self.calls = value, []

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        me = next(a for a in args if isinstance(a, cls))
        me.calls.append(func.__name__)
        plain = [a.value if isinstance(a, cls) else a for a in args]
        return func(*plain, **(kwargs or {}))


def test_torch_function_overrides_the_public_functions():
    t = Logged(ad.tensor([1.0, 4.0]))
    assert ad.sqrt(t).tolist() == [1.0, 2.0]
    assert ad.add(ad.ones(2), t, alpha=2).tolist() == [3.0, 9.0]
    assert (ad.ones(2) * t).tolist() == [1.0, 4.0]
    assert t.calls[:2] == ["sqrt", "add"]
    assert len(t.calls) == 3


def test_a_subclass_keeps_its_type_through_operations():
    class Named(ad.Tensor):
        pass

    x = ad.tensor([1.0, 2.0]).as_subclass(Named)
    assert type(x) is Named
    assert type(x * 2) is Named
    assert type(ad.ones(2) + x) is Named
    assert type(x.sum()) is Named

    class Counting(ad.Tensor):
        count = 0

        @classmethod
        def __torch_function__(cls, func, types, args=(), kwargs=None):
            Counting.count += 1
            return super().__torch_function__(func, types, args, kwargs or {})

    y = ad.tensor([1.0, 2.0]).as_subclass(Counting)
    assert type(ad.exp(y)) is Counting
    assert Counting.count == 1
