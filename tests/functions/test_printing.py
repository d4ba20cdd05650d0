"""Printing: literal cases that need nothing but NumPy, then a fuzz that compares with PyTorch where it is installed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import adjoint as ad
from adjoint.errors import DtypeError
from adjoint.functions.printing import (
    format_scalar,
    format_tensor,
    get_printoptions,
    printoptions,
    set_printoptions,
)

INF, NAN = float("inf"), float("nan")


@pytest.fixture(autouse=True)
def default_options() -> Iterator[None]:
    with printoptions(profile="default"):
        yield


def text(values: object, dtype: str = "float32", **how: object) -> str:
    return format_tensor(np.array(values, dtype), **how)


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        (1.5, "float32", "tensor(1.5000)"),
        (-0.0, "float32", "tensor(-0.)"),
        (12345.678, "float32", "tensor(12345.6777)"),
        (1e-5, "float32", "tensor(1.0000e-05)"),
        (True, "bool", "tensor(True)"),
        (3, "int64", "tensor(3)"),
        (1 + 2j, "complex64", "tensor(1.+2.j)"),
        ([1, 2], "float32", "tensor([1., 2.])"),
        ([1, -100], "int64", "tensor([   1, -100])"),
        ([True, False], "bool", "tensor([ True, False])"),
        ([255, 3], "uint64", "tensor([255,   3], dtype=adjoint.uint64)"),
        ([2**63 - 1, -(2**63)], "int64", "tensor([ 9223372036854775807, -9223372036854775808])"),
        ([1, 2], "float64", "tensor([1., 2.], dtype=adjoint.float64)"),
        ([1j], "complex128", "tensor([0.+1.j], dtype=adjoint.complex128)"),
        ([[[0, 1]], [[2, 3]]], "float32", "tensor([[[0., 1.]],\n\n        [[2., 3.]]])"),
    ],
)
def test_values_share_one_column_width_and_unusual_dtypes_are_named(values: object, dtype: str, expected: str) -> None:
    assert text(values, dtype) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([102.4, 1024, 0.1024], "tensor([1.0240e+02, 1.0240e+03, 1.0240e-01])"),
        ([1000, 1], "tensor([1000.,    1.])"),
        ([1001, 1], "tensor([1.0010e+03, 1.0000e+00])"),
        ([1e8], "tensor([100000000.])"),
        ([2e8], "tensor([2.0000e+08])"),
        ([9e-5, 0], "tensor([9.0000e-05, 0.0000e+00])"),
        ([0, 0], "tensor([0., 0.])"),
    ],
)
def test_scientific_notation_starts_where_pytorchs_does(values: list[float], expected: str) -> None:
    assert text(values) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, NAN], "tensor([1., nan])"),
        ([NAN, 0], "tensor([nan, 0.])"),
        ([1.5, -INF], "tensor([1.5000,   -inf])"),
        ([INF, 1e6], "tensor([     inf, 1000000.])"),
        ([-0.0, 1], "tensor([-0., 1.])"),
    ],
)
def test_infinities_nan_and_zeros_follow_the_width_of_the_rest(values: list[float], expected: str) -> None:
    assert text(values) == expected


def test_real_and_imaginary_parts_choose_their_notation_apart() -> None:
    assert text([1.5 + 2j, -3 - 4e5j], "complex64") == "tensor([ 1.5000+2.0000e+00j, -3.0000-4.0000e+05j])"
    assert text([complex(NAN, 1), complex(1, -INF)], "complex64") == "tensor([nan+1.j, 1.-infj])"


def test_an_empty_tensor_names_its_size_unless_one_dimensional_and_its_dtype_unless_the_default() -> None:
    assert text([]) == "tensor([])"
    assert text(np.zeros((0, 3))) == "tensor([], size=(0, 3))"
    assert text(np.zeros((0, 3)), "bool", suffixes=["x"]) == "tensor([], size=(0, 3), dtype=adjoint.bool, x)"


def test_the_default_dtype_and_its_complex_type_go_unnamed() -> None:
    assert text([1], "float64", default_dtype="float64") == "tensor([1.])"
    assert text([1], "complex128", default_dtype="float64") == "tensor([1.+0.j])"
    assert text([1], "float32", default_dtype="float64") == "tensor([1.], dtype=adjoint.float32)"
    assert text([1], "complex64", default_dtype="float16") == "tensor([1.+0.j])"


def test_suffixes_follow_on_the_last_line_while_there_is_room() -> None:
    add = ["grad_fn=<AddBackward0>"]
    assert text(np.full((2, 2), 3), suffixes=add) == "tensor([[3., 3.],\n        [3., 3.]], grad_fn=<AddBackward0>)"
    assert text([2] * 11, suffixes=add) == "tensor([" + "2., " * 10 + "2.], grad_fn=<AddBackward0>)"
    assert text([2] * 17, suffixes=add) == "tensor([" + "2., " * 16 + "2.],\n       grad_fn=<AddBackward0>)"


def test_a_subclass_prints_its_own_name_and_indents_by_it() -> None:
    assert text([[1], [2]], name="Mine") == "Mine([[1.],\n      [2.]])"


def test_long_rows_wrap_at_the_line_width() -> None:
    assert text(range(14)) == ("tensor([ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12., 13.])")
    with printoptions(linewidth=20):
        assert text(range(4)) == "tensor([0., 1., 2.,\n        3.])"


def test_more_than_a_thousand_elements_are_summarised() -> None:
    assert text(range(1000), "int64").count(",") == 999
    assert text(range(1001), "int64") == "tensor([   0,    1,    2,  ...,  998,  999, 1000])"
    rows = ["tensor([[0.],", "[0.],", "[0.],", "...,", "[0.],", "[0.],", "[0.]])"]
    assert text(np.zeros((1001, 1))) == "\n        ".join(rows)


def test_the_width_and_notation_come_from_the_elements_that_are_shown() -> None:
    values = np.ones(1001)
    values[500] = 1e-9
    assert text(values) == "tensor([1., 1., 1.,  ..., 1., 1., 1.])"


def test_no_edge_items_leave_only_dots_and_the_size() -> None:
    with printoptions(edgeitems=0, threshold=5):
        assert text(np.zeros((2, 8))) == "tensor([...], size=(2, 8))"
        assert text([1]) == "tensor([1.], size=(1,))"


def test_options_stay_until_changed_but_sci_mode_goes_back_to_automatic() -> None:
    set_printoptions(precision=2, sci_mode=True)
    assert text([1.5]) == "tensor([1.50e+00])"
    set_printoptions(edgeitems=1)
    assert text([1.5]) == "tensor([1.50])"
    assert get_printoptions() == {
        "precision": 2, "threshold": 1000, "edgeitems": 1, "linewidth": 80, "sci_mode": None,
    }  # fmt: skip


def test_a_profile_sets_all_options_and_the_named_ones_win() -> None:
    set_printoptions(profile="short", precision=7)
    assert (get_printoptions()["edgeitems"], get_printoptions()["precision"]) == (2, 7)
    set_printoptions(profile="full")
    assert get_printoptions()["threshold"] == INF


def test_the_context_restores_the_options_after_an_error() -> None:
    before = get_printoptions()
    with pytest.raises(ZeroDivisionError), printoptions(precision=1):
        1 / 0
    assert get_printoptions() == before


@pytest.mark.parametrize("wrong", [{"precision": -1}, {"linewidth": 2.5}, {"edgeitems": "3"}, {"profile": "long"}])
def test_a_wrong_option_is_refused_and_changes_nothing(wrong: dict[str, object]) -> None:
    before = get_printoptions()
    with pytest.raises(ValueError, match="set_printoptions"):
        set_printoptions(**wrong)
    assert get_printoptions() == before


def test_elements_that_no_tensor_has_are_refused() -> None:
    with pytest.raises(DtypeError, match="object"):
        format_tensor(np.array([None]))


class Tensor:
    """Stands for the tensor whose `__format__` asks."""

    def __str__(self) -> str:
        return "its text"


def test_a_zero_dimensional_tensor_is_formatted_as_its_python_number() -> None:
    loss = np.array(227.5833282470703, "float32")
    assert format_scalar(loss, "", Tensor()) == "227.5833282470703"
    assert format_scalar(loss, ".3f", Tensor()) == "227.583"
    assert format_scalar(np.array(3), "5d", Tensor()) == "    3"
    assert format_scalar(np.array(1 + 2j), "", Tensor()) == "(1+2j)"


def test_an_n_dimensional_tensor_is_formatted_as_its_text_and_takes_no_spec() -> None:
    assert format_scalar(np.ones(1), "", Tensor()) == "its text"
    with pytest.raises(TypeError, match=r"unsupported format string passed to Tensor\.__format__"):
        format_scalar(np.ones(1), ".3f", Tensor())


def test_bfloat16_prints_its_values_in_double() -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    x = np.array([1.1], ml_dtypes.bfloat16)
    assert format_tensor(x) == "tensor([1.1016], dtype=adjoint.bfloat16)"
    assert format_scalar(x[0:1].reshape(()), "", Tensor()) == "1.1015625"


DTYPES = (
    "bool uint8 int8 int16 int32 int64 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128"
).split()
SHAPES = [
    (), (0,), (1,), (5,), (40,), (999,), (1001,), (0, 3), (2, 0, 2), (7, 9), (3, 30), (8, 200), (200, 6), (1, 1, 1),
    (2, 3, 4), (7, 8, 40), (2, 1, 2, 2), (2, 7, 9, 9),
]  # fmt: skip
OPTIONS = [
    {}, {}, {"profile": "short"}, {"profile": "full", "linewidth": 120}, {"precision": 0}, {"precision": 8},
    {"sci_mode": True}, {"sci_mode": False}, {"threshold": 5, "edgeitems": 1}, {"edgeitems": 0, "threshold": 50},
    {"linewidth": 1}, {"linewidth": 33, "threshold": 0},
]  # fmt: skip
SPECIAL = [0.0, -0.0, NAN, INF, -INF, 1.0, 1000.0, 1001.0, 1e8, 1e8 + 8, 1e-4, 9.9e-5, 999.99996, 0.5]


def random_floats(rng: np.random.Generator, n: int) -> np.ndarray:
    """Numbers of one or of many magnitudes, whole or not, with or without special values."""
    x = rng.standard_normal(n) * 10.0 ** rng.choice([0, 0, 2, -6, 9])
    how = rng.integers(4)
    if how == 1:
        x *= 10.0 ** rng.integers(-3, 3, n)
    if how >= 2:
        x = np.round(x)
    return np.where(rng.random(n) < rng.choice([0, 0.3, 1]), rng.choice(SPECIAL, n), x)


def random_array(rng: np.random.Generator, dtype: str, shape: tuple[int, ...]) -> np.ndarray:
    n = int(np.prod(shape))
    if dtype == "bool":
        x = rng.random(n) < 0.5
    elif "int" in dtype:
        x = rng.integers(np.iinfo(dtype).min >> rng.integers(60), np.iinfo(dtype).max, n, dtype=dtype)
        x >>= np.array(rng.integers(np.iinfo(dtype).bits), dtype)
    elif dtype.startswith("complex"):
        x = np.empty(n, dtype)
        x.real, x.imag = random_floats(rng, n), random_floats(rng, n)
    else:
        x = random_floats(rng, n)
    return x.reshape(shape)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # float16 overflows to inf
def test_random_arrays_print_as_pytorch_prints_them(dtype: str) -> None:
    torch = pytest.importorskip("torch")
    if dtype == "bfloat16":
        pytest.importorskip("ml_dtypes")
    rng = np.random.default_rng(DTYPES.index(dtype))
    try:
        for shape in SHAPES:
            for options in OPTIONS:
                array = random_array(rng, dtype, shape)
                if dtype == "bfloat16":
                    tensor = torch.tensor(array).to(torch.bfloat16)
                    array = tensor.double().numpy().astype("bfloat16")
                else:
                    array = array.astype(dtype)
                    tensor = torch.tensor(array)
                suffixes = []
                if tensor.is_floating_point() and rng.random() < 0.5:
                    tensor, suffixes = (tensor.requires_grad_().clone(), ["grad_fn=<CloneBackward0>"])
                torch.set_printoptions(profile="default")
                torch.set_printoptions(**options)
                with printoptions(**options):
                    printed = format_tensor(array, suffixes=suffixes)
                assert printed == repr(tensor).replace("torch.", "adjoint."), (shape, options)
    finally:
        torch.set_printoptions(profile="default")


def test_the_class_of_a_tensor_prints_where_programs_know_it():
    assert str(type(ad.ones(1))) == "<class 'adjoint.Tensor'>"
