"""An Array stands for an ndarray at every kind of level: methods, attributes, indices and shared memory are NumPy's."""

from __future__ import annotations

import contextlib
import copy
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adjoint as ad
from adjoint import errors

X = np.arange(6.0).reshape(2, 3) + 0.5

RUNS: dict[str, Callable[[Any], Any]] = {
    "vjp": lambda f: ad.vjp(f, X)[0],
    "jvp": lambda f: ad.jvp(f, (X,), (X,))[0],
    "vmap": lambda f: ad.vmap(f)(np.stack([X, X]))[1],
    "jet": lambda f: ad.jet(f, (X,), ((X,),))[0],
    "vmap of grad": lambda f: ad.vmap(lambda x: ad.vjp(f, x)[0])(np.stack([X, X]))[1],
}


def written(view: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def f(x: Any) -> Any:
        y = view(x)
        y[0] = 9.0
        return x

    return f


VIEWS: list[Callable[[Any], Any]] = [
    lambda x: x.ravel(),
    lambda x: x.ravel("F"),
    lambda x: x.reshape(3, 2),
    lambda x: x.reshape(3, 2, order="F"),
    lambda x: x.T.reshape(-1),
    lambda x: x.T.ravel(),
    lambda x: x.T.ravel("F"),
    lambda x: x[:, :2].reshape(-1),
    lambda x: x[:1].reshape(-1),
    lambda x: x[:, None].reshape(2, 3),
    lambda x: x[::-1].reshape(-1),
    lambda x: np.moveaxis(x, 0, 1).reshape(6),
    lambda x: x.T.T.reshape(6),
    lambda x: x.flatten(),
    lambda x: x.conj(),
    lambda x: np.conj(x),
    lambda x: x.astype(float, copy=False),
    lambda x: x.astype(float),
    lambda x: x.view(),
    lambda x: x.view(np.ndarray),
    lambda x: copy.copy(x),
    lambda x: copy.deepcopy(x),
    lambda x: x[[0, 1]],
    lambda x: x.real,
    lambda x: np.real(x)[::-1],
    lambda x: np.real(x + 1j * x),
    lambda x: np.imag(x + 1j * x),
    lambda x: x[:, 0].ravel(),
    lambda x: x[::2, 0].ravel(),
    lambda x: x[0][::-1].ravel(),
    lambda x: np.ravel(x[::-1, ::-1]),
    lambda x: x[1].ravel(),
    lambda x: x[:, :2].T.ravel("F"),
    lambda x: x.T.copy().ravel().reshape(3, 2).ravel(),
    lambda x: x.reshape(3, 2)[:, 1].reshape(-1),
    lambda x: np.unstack(x)[0],
    lambda x: np.unstack(x, axis=1)[1],
    lambda x: np.pad(x, 0),
    lambda x: np.einsum("ii->i", x[:, :2]).real,
]


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
@pytest.mark.parametrize("number", range(len(VIEWS)))
def test_a_write_reaches_the_original_where_it_does_in_numpy(number: int, run: Any) -> None:
    f = written(VIEWS[number])
    np.testing.assert_array_equal(run(f), f(X.copy()))


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
@pytest.mark.parametrize("number", range(len(VIEWS)))
def test_a_write_through_a_view_of_a_copy_changes_what_it_does_in_numpy(number: int, run: Any) -> None:
    def f(x: Any) -> Any:
        y = x.T.copy().T.copy()
        part = VIEWS[number](y)
        part[...] = 0.25
        return np.sum(y) + np.sum(np.sin(part))

    np.testing.assert_allclose(run(f), f(X))


IN_MEMORY: dict[str, Callable[[Any], Any]] = {
    "ravel K": lambda x: x.T.ravel(order="K"),
    "ravel K of a part": lambda x: x[:, 1:].T.ravel("K"),
    "ravel A": lambda x: np.ravel(x.T, "A"),
    "flatten K": lambda x: x.T.flatten("K"),
    "flatten A": lambda x: x.T.flatten("A"),
    "reshape A": lambda x: np.reshape(x.T, 6, order="A"),
}


@pytest.mark.parametrize("program", IN_MEMORY.values(), ids=IN_MEMORY)
def test_an_order_of_memory_is_that_of_numpy_and_refused_for_the_examples_of_a_map(program: Any) -> None:
    for mode in ("vjp", "jvp", "jet"):
        np.testing.assert_array_equal(RUNS[mode](program), program(X))
    with pytest.raises(errors.MissingRule, match='say order="C" or order="F"'):
        ad.vmap(program)(np.stack([X, X]))


def test_a_vector_has_one_order_in_maps_too() -> None:
    np.testing.assert_array_equal(ad.vmap(lambda x: x.ravel("K") + x.flatten("A"))(X), 2 * X)


@pytest.mark.parametrize("order", ["C", "F", "K"])
def test_a_copy_lies_in_the_order_that_is_asked_for(order: Any) -> None:
    lie: list[Any] = []
    ad.grad(lambda x: lie.append(x.T.copy(order=order).strides) or x.sum())(X)
    assert lie == [X.T.copy(order=order).strides]


PROGRAMS: list[Callable[[Any], Any]] = [
    lambda x: x.compress([True, False], axis=0),
    lambda x: x.compress([True, False, True]),
    lambda x: x[[]],
    lambda x: x[:, []],
    lambda x: x.reshape(6, copy=True),
    lambda x: divmod(2.0, x)[0],
    lambda x: divmod(2.0, x)[1],
    lambda x: 1.0 * (x == None),  # noqa: E711
    lambda x: 1.0 * (x != "mean"),
    lambda x: x * x.strides[1],
    lambda x: x * x.flags["C_CONTIGUOUS"],
    lambda x: x.to_device(x.device),
]


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
@pytest.mark.parametrize("number", range(len(PROGRAMS)))
def test_methods_and_attributes_are_numpys(number: int, run: Any) -> None:
    np.testing.assert_array_equal(run(PROGRAMS[number]), PROGRAMS[number](X))


def in_place(x: Any) -> Any:
    y = x
    y @= np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 2.0]])
    x[0].partition(1)
    x.real = 2 * x
    return x


def test_in_place_operators_and_methods_write_into_the_array() -> None:
    for run in RUNS.values():
        np.testing.assert_array_equal(run(in_place), in_place(X.copy()))


@pytest.mark.parametrize("key", ["a", 1.0, (0, "a")])
def test_what_is_no_index_is_an_index_error(key: Any) -> None:
    with pytest.raises(IndexError, match="valid indices"):
        ad.grad(lambda x: np.sum(x[key]))(X)


@pytest.mark.parametrize("name", ["tobytes", "dumps", "byteswap", "getfield", "data", "ctypes"])
def test_what_gives_away_the_bytes_is_refused_by_its_name(name: str) -> None:
    def f(x: Any) -> Any:
        method = getattr(x, name)
        return method()

    with pytest.raises(errors.TracedValueError, match=name):
        ad.grad(f)(X)


LEAVE = {"item": lambda x: x.item(0), "tolist": lambda x: x.tolist()[0], "float": lambda x: float(x[0]),
         "complex": lambda x: complex(x[0]).real}
MODES: dict[str, Callable[[Any], Any]] = {
    "grad": lambda f: ad.grad(f)(np.ones(2)), "hessian": lambda f: ad.hessian(f)(np.ones(2)),
    "jvp": lambda f: ad.jvp(f, (np.ones(2),), (np.ones(2),)),
    "jet": lambda f: ad.jet(f, (np.ones(2),), ((np.ones(2), np.zeros(2)),)),
}


@pytest.mark.parametrize("leave", LEAVE)
@pytest.mark.parametrize("mode", MODES)
def test_numbers_do_not_leave_with_a_derivative_and_leave_without(leave: str, mode: str) -> None:
    with pytest.raises(errors.TracedValueError, match=rf"{leave}\(\) of a traced value .*stop_gradient"):
        MODES[mode](lambda x: x[0] * LEAVE[leave](x))
    MODES[mode](lambda x: x[0] * LEAVE[leave](ad.stop_gradient(x)))
    MODES[mode](lambda x: x[0] * x[np.argmax(x).item()] * np.asarray(ad.stop_gradient(x))[0])


@pytest.mark.parametrize("leave", LEAVE)
def test_examples_of_a_map_do_not_leave_as_one_number(leave: str) -> None:
    with pytest.raises(errors.TracedValueError):
        ad.vmap(LEAVE[leave])(np.ones((3, 2)))


def test_shapes_and_flags_are_not_set_in_place() -> None:
    def reshaped(x: Any) -> None:
        x.shape = (6,)

    with pytest.raises(AttributeError, match="reshape"):
        ad.vmap(reshaped)(X)
    with pytest.raises(TypeError, match=r"np\.resize"):
        ad.vmap(lambda x: x.resize(1))(X)
    with pytest.raises(TypeError, match=r"copy\(\)"):
        ad.vmap(lambda x: x.setflags(write=False))(X)


def test_a_ufunc_of_ones_own_has_no_rule_under_a_level() -> None:
    double = np.frompyfunc(lambda a: 2 * a, 1, 1)
    for run in RUNS.values():
        with pytest.raises(errors.MissingRule):
            run(double)
    assert ad.jvp(lambda x: x * float(double(np.array(2.0))), (1.0,), (1.0,))[1] == 4.0


class Measured(np.ndarray):
    """An ndarray of another class, as np.memmap is one."""


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_a_captured_array_of_a_subclass_is_an_array(run: Any) -> None:
    c = np.ones((2, 3)).view(Measured)
    for f in (lambda x: x * c, lambda x: c / x, lambda x: np.stack([x, c]), lambda x: np.where(c > 0, x, c) @ c.T):
        result = run(f)
        assert type(result) is np.ndarray
        np.testing.assert_array_equal(result, f(X))


def test_a_captured_array_of_a_subclass_may_be_written_before_the_pull() -> None:
    c = np.ones((2, 3)).view(Measured)
    _, pull = ad.vjp(lambda x: x * c, X)
    c[:] = 7
    gradient = pull(np.ones((2, 3)))[0]
    assert type(gradient) is np.ndarray
    np.testing.assert_array_equal(gradient, np.ones((2, 3)))


def test_captured_matrices_and_masked_arrays_are_refused() -> None:
    for c in (np.ma.masked_array(X, X > 2), X.view(np.matrix)):
        with pytest.raises(errors.DtypeError, match=r"np\.asarray"):
            ad.grad(lambda x, c=c: np.sum(x * c))(X)


WRITES: list[Callable[[Any, Any], Any]] = [
    lambda a, x: operator.setitem(a, 0, x[0]),
    lambda a, x: operator.setitem(a.flat, 0, x[0]),
    lambda a, x: operator.setitem(a.flat, slice(None), x),
    lambda a, x: a.fill(x[0]),
]


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("mode", ["grad", "jvp", "vmap"])
def test_a_write_into_a_plain_array_says_what_would_be_lost(write: Any, mode: str) -> None:
    def f(x: Any) -> Any:
        a = np.zeros(2)
        write(a, x)
        return np.sum(a)

    x = np.ones(2)
    calls = {"grad": lambda: ad.grad(f)(x), "jvp": lambda: ad.jvp(f, (x,), (x,)), "vmap": lambda: ad.vmap(f)(x[None])}
    with pytest.raises(ad.errors.TracedValueError, match=r"np.zeros_like\(x\) for an array to write into"):
        calls[mode]()


def test_an_error_of_the_programs_own_stays_what_it_is() -> None:
    def f(x: Any) -> Any:
        a = np.zeros(2)
        with contextlib.suppress(ad.errors.TracedValueError, ValueError):
            a.flat[0] = x[0]
        a.flat[0] = "no number"
        return np.sum(a)

    with pytest.raises(ValueError, match=r"single item|could not convert") as caught:
        ad.grad(f)(np.ones(2))
    assert not isinstance(caught.value, ad.errors.AdjointError)


@pytest.mark.parametrize("leave", [
    np.asarray, lambda x: x.tolist(), lambda x: operator.setitem(np.zeros(2), ..., x),
    lambda x: np.copyto(np.zeros(2), x), lambda x: np.add(x, 0, out=np.zeros(2)),
])
@pytest.mark.parametrize("mode", ["grad", "jvp", "jet", "vmap", "vmap of tensors"])
def test_a_value_of_a_finished_transform_says_that_it_escaped(leave: Any, mode: str) -> None:
    kept: list[Any] = []

    def f(x: Any) -> Any:
        kept.append(2 * x)
        return np.sum(x)

    x = np.ones(2)
    {"grad": lambda: ad.grad(f)(x), "jvp": lambda: ad.jvp(f, (x,), (x,)), "jet": lambda: ad.taylor(f, x, 1),
     "vmap": lambda: ad.vmap(f)(x[None]), "vmap of tensors": lambda: ad.vmap(f)(ad.tensor(x)[None])}[mode]()
    with pytest.raises(ad.errors.EscapedValueError, match="outside of the"):
        leave(kept[0])
