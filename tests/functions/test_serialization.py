"""Files are written whole or not at all, and reading one runs no code unless the program says so."""

from __future__ import annotations

import fractions
import io
import pickle
from collections import OrderedDict

import numpy as np
import pytest

import adjoint as ad
from adjoint import serialization


def through(obj, **how):
    buffer = io.BytesIO()
    ad.save(obj, buffer, **how)
    buffer.seek(0)
    return ad.load(buffer)


@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_state_comes_back(protocol):
    x = ad.ones(2, requires_grad=True)
    state = OrderedDict(x=x, twice=x, n=3, s=[(1.5, "a", None)], a=np.arange(3), d=ad.float64, h=ad.ones(1).shape)
    back = through(state, pickle_protocol=protocol)
    assert list(back) == list(state)
    assert back["x"].requires_grad
    assert back["x"] is back["twice"]
    assert back["a"].tolist() == [0, 1, 2]
    assert back["d"] is ad.float64


class Opens:
    def __reduce__(self):
        return open, ("/nonexistent/file", "w")


def test_a_foreign_class_is_refused_with_both_remedies():
    for obj in (Opens(), fractions.Fraction(1, 2), [len]):
        with pytest.raises(pickle.UnpicklingError, match=r"weights_only=False.*add_safe_globals"):
            through(obj)


def test_a_class_can_be_vouched_for():
    half = fractions.Fraction(1, 2)
    with serialization.safe_globals([fractions.Fraction]):
        assert through(half) == half
    with pytest.raises(pickle.UnpicklingError):
        through(half)
    buffer = io.BytesIO(pickle.dumps(half))
    assert ad.load(buffer, weights_only=False) == half


class Fails:
    def __init__(self, error):
        self.error = error

    def __reduce__(self):
        raise self.error


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_interrupted_save_leaves_the_old_file(tmp_path, error):
    path = tmp_path / "model.pt"
    ad.save(ad.ones(2), path)
    with pytest.raises(error):
        ad.save([ad.zeros(1000), Fails(error())], path)
    assert ad.load(path).tolist() == [1.0, 1.0]
    assert [p.name for p in tmp_path.iterdir()] == ["model.pt"]


def test_a_cut_off_or_foreign_file_is_named(tmp_path):
    path = tmp_path / "x.pt"
    ad.save(ad.ones(100), path)
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises((pickle.UnpicklingError, EOFError)):
        ad.load(path)
    path.write_bytes(b"")
    with pytest.raises(pickle.UnpicklingError, match="too early"):
        ad.load(path)
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(pickle.UnpicklingError, match="PyTorch"):
        ad.load(path)


def test_there_is_only_the_cpu(tmp_path):
    path = tmp_path / "x.pt"
    ad.save(ad.ones(1), path)
    assert ad.load(path, map_location="cpu").tolist() == [1.0]
    with pytest.raises(RuntimeError, match="cuda"):
        ad.load(path, map_location="cuda:0")


def test_a_loss_is_saved_without_its_history() -> None:
    w = ad.tensor([2.0], requires_grad=True)
    loss = (w * w).sum()
    back = through({"loss": loss})["loss"]
    assert back.item() == 4.0
    assert back.is_leaf
    assert back.requires_grad


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"directory .*none does not exist"):
        ad.save(ad.ones(1), tmp_path / "none" / "x.pt")


def test_a_mapped_value_is_not_saved():
    with pytest.raises(ad.errors.TracedValueError, match="cannot be pickled"):
        ad.vmap(lambda x: (pickle.dumps(x), x)[1])(ad.ones(3))


@pytest.mark.parametrize("dtype", ["bool", "int64", "float16", "bfloat16", "float32", "float64", "complex64"])
def test_what_comes_from_a_pickle_has_numpys_own_dtype_as_short_ways_want_it(dtype):
    x = ad.ones(3, dtype=getattr(ad, dtype))
    own = x.detach().numpy().dtype
    assert pickle.loads(pickle.dumps(x)).numpy().dtype is own
    assert through(x).numpy().dtype is own
    assert ad.tensor(pickle.loads(pickle.dumps(x.numpy()))).numpy().dtype is own
