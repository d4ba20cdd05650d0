"""vmap against a loop where the generated laws do not reach: batched parameters, constant ops, decompositions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adjoint as ad
from adjoint import errors
from adjoint.core import memory, registry
from adjoint.core.tensor import wrap
from adjoint.errors import TracedValueError
from adjoint.ops import ctc, losses
from adjoint.transforms import batching

N = 3
LOADED = (ctc, losses)  # files of ops that are imported on first use


def numbers(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng([seed, *shape]).standard_normal(shape)


def _varied(value: Any) -> list[Any]:
    """The arrays in a parameter that have a row an example."""
    return [v for v in (value if isinstance(value, tuple) else (value,)) if isinstance(v, np.ndarray) and len(v) == N]


def _filled(value: Any, rows: Any) -> Any:
    """The parameter with these in their place, as ops take them: the data of tensors."""
    if isinstance(value, tuple):
        return tuple([_filled(v, rows) for v in value])
    return memory.load(next(rows)) if isinstance(value, np.ndarray) and len(value) == N else value


def _rows(value: Any, mapped: bool, i: int) -> Any:
    if not mapped:
        return value
    return tuple([_rows(v, isinstance(v, np.ndarray) and len(v) == N, i) for v in value]) if isinstance(
        value, tuple) else value[i, ...]


def agrees(name: str, operands: list[Any], mapped: list[bool], params: dict[str, Any],
           batched: tuple[str, ...] = (), gradient: bool = True) -> None:
    """The op by name under vmap is a loop over it, in value and in both gradients; it does not itself loop."""
    op = registry.by_name[name]
    fixed = {k: v for k, v in params.items() if k not in batched}

    def call(values: Any, given: Any) -> Any:
        return op.call(*values, **fixed, **{k: _filled(params[k], iter(v)) for k, v in given.items()})

    stacks = [wrap(np.array(x)) for x in operands]
    keys = {k: [wrap(v) for v in _varied(params[k])] for k in batched}
    axes = (tuple([0 if m else None for m in mapped]), 0)
    rows = [([_rows(x, m, i) for x, m in zip(operands, mapped, strict=True)],
             {k: _rows(params[k], True, i) for k in batched}) for i in range(N)]
    got = ad.vmap(call, in_axes=axes)(tuple(stacks), keys)
    single = type(got) is not tuple
    expected = [op.fn(*v, **fixed, **given) for v, given in rows]
    for i, g in enumerate((got,) if single else got):
        np.testing.assert_allclose(memory.load(g), np.stack([e if single else e[i] for e in expected]), rtol=1e-10,
                                   atol=1e-12)
    if not gradient:
        return
    ct = numbers(*memory.load(got).shape, seed=9)
    each = []
    for (values, given), c in zip(rows, ct, strict=True):
        leaves = [wrap(np.array(v)).requires_grad_(v.dtype.kind in "fc") for v in values]
        wanted = [x for x in leaves if x.requires_grad]
        each.append([memory.load(g) for g in ad.autograd.grad(
            op.call(*leaves, **fixed, **given), wanted, wrap(np.asarray(c)))])
    places = [i for i, x in enumerate(operands) if x.dtype.kind in "fc"]

    def pulled(values: Any, given: Any, c: Any) -> Any:
        def f(*v: Any) -> Any:
            every = list(values)
            for i, x in zip(places, v, strict=True):
                every[i] = x
            return call(every, given)

        return ad.vjp(f, *[values[i] for i in places])[1](c)

    found = ad.vmap(pulled, in_axes=(*axes, 0))(tuple(stacks), keys, wrap(ct))
    for k, g in enumerate(found):
        np.testing.assert_allclose(memory.load(g), np.stack([e[k] for e in each]), rtol=1e-9, atol=1e-12)
    for x in stacks:
        x.requires_grad_(memory.load(x).dtype.kind in "fc")
    out = ad.vmap(call, in_axes=axes)(tuple(stacks), keys)
    for k, g in enumerate(ad.autograd.grad(out, [stacks[i] for i in places], wrap(ct))):
        stacked = np.stack([e[k] for e in each])
        np.testing.assert_allclose(memory.load(g), stacked if mapped[places[k]] else stacked.sum(0), rtol=1e-9,
                                   atol=1e-12)


@pytest.fixture(autouse=True)
def no_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    """An op that falls back to a loop fails these tests."""

    def loop(level: Any, op: Any, *_: Any) -> Any:
        raise AssertionError(f"{op.op_name} loops over the examples")

    monkeypatch.setattr(batching, "loop", loop)


I1 = np.array([[0, 2], [1, 1], [3, 0]])  # indices, a row an example
I2 = np.array([[[0, 1], [2, 2]], [[1, 1], [0, 3]], [[3, 2], [1, 0]]])
I0 = np.array([2, 0, 1])
S = slice(None)
BATCHED_KEYS = [(I1,), (S, I1), (I0,), (S, I0), (I1, I1[:, ::-1].copy()), (I1, slice(0, 2)), (I1, S, I1), (S, I1, I1),
                (Ellipsis, I1), (None, I1), (I2, S), (I1, np.array([1, 0])), (I0, None, I1), (I0, I2), (S, S, I2),
                (I1, None, S), (slice(1, 3), I0)]
PLAIN_KEYS = [(np.array([0, 2]),), (S, np.array([0, 2])), (np.array([0, 2]), S, np.array([1, 1])), (1, ...),
              (..., None, 1), (np.array([0, 2]), None, np.array([1, 1])), (np.array([True, False, True, False]),),
              (S, None, slice(0, 3, 2)),
              (S, np.array([[True, False, False, True]] * 4)), (1, np.array([[0, 1], [2, 3]])),
              (np.array([1, 0]), slice(1, 3), 2)]


def _shown(key: Any) -> str:
    return ",".join([f"array{k.shape}" if isinstance(k, np.ndarray) else "..." if k is ... else
                     ":" if isinstance(k, slice) else str(k) for k in key])


@pytest.mark.parametrize("key", BATCHED_KEYS, ids=_shown)
@pytest.mark.parametrize("mapped", [True, False])
def test_an_index_that_differs_between_examples_picks_from_each(key: Any, mapped: bool) -> None:
    agrees("getitem", [numbers(N, 4, 4, 4) if mapped else numbers(4, 4, 4)], [mapped], {"key": key}, ("key",))


@pytest.mark.parametrize("key", PLAIN_KEYS, ids=_shown)
def test_an_index_that_all_examples_share_picks_the_same_places(key: Any) -> None:
    agrees("getitem", [numbers(N, 4, 4, 4)], [True], {"key": key})


@pytest.mark.parametrize("key", BATCHED_KEYS, ids=_shown)
@pytest.mark.parametrize("mapped", [(True, True), (False, True), (True, False), (False, False)])
def test_a_write_at_an_index_that_differs_between_examples(key: Any, mapped: tuple[bool, bool]) -> None:
    row = _rows(key, True, 0)
    part = np.zeros((4, 4, 4))[row].shape
    base, value = [numbers(*((N,) if m else ()), *s, seed=i) for i, (m, s) in enumerate(
        zip(mapped, ((4, 4, 4), part), strict=True))]
    agrees("place", [base, value], list(mapped), {"key": key, "steps": []}, ("key",))
    agrees("add_at", [base, value], list(mapped), {"key": key}, ("key",))
    agrees("extreme_at", [base, value], list(mapped), {"key": key, "largest": True}, ("key",))


@pytest.mark.parametrize("key", PLAIN_KEYS, ids=_shown)
@pytest.mark.parametrize("mapped", [(True, True), (False, True), (True, False)])
def test_a_write_at_an_index_that_all_examples_share(key: Any, mapped: tuple[bool, bool]) -> None:
    part = np.zeros((4, 4, 4))[key].shape
    base, value = [numbers(*((N,) if m else ()), *s, seed=i) for i, (m, s) in enumerate(
        zip(mapped, ((4, 4, 4), part), strict=True))]
    agrees("place", [base, value], list(mapped), {"key": key, "steps": []})
    agrees("place", [base, value[..., :1]], list(mapped), {"key": key, "steps": []})
    steps = [(registry.by_name["transpose"], {"axes": (1, 0, 2)}),
             (registry.by_name["swapaxes"], {"axis1": 0, "axis2": 1})]
    agrees("place", [base, value], list(mapped), {"key": key, "steps": steps})
    agrees("add_at", [base, value], list(mapped), {"key": key})


def test_scattering_to_indices_that_differ_between_examples() -> None:
    for key in BATCHED_KEYS:
        part = np.zeros((4, 4, 4))[_rows(key, True, 0)].shape
        agrees("scatter", [numbers(N, *part)], [True], {"key": key, "shape": (4, 4, 4)}, ("key",))
        agrees("scatter", [numbers(*part)], [False], {"key": key, "shape": (4, 4, 4)}, ("key",))


def test_choosing_by_a_condition_that_differs_between_examples() -> None:
    for shape in ((4,), (2, 4), ()):
        condition = numbers(N, *shape, seed=5) > 0
        agrees("select", [numbers(N, 4), numbers(4, seed=1)], [True, False], {"condition": condition}, ("condition",))
        agrees("select", [numbers(4), numbers(4, seed=1)], [False, False], {"condition": condition}, ("condition",))
        agrees("select", [numbers(N), numbers(N, seed=1)], [True, True], {"condition": condition[0]})


def test_classes_that_differ_between_examples() -> None:
    target = np.array([[0, 1], [3, 2], [2, 2]])
    for how in ("none", "sum", "mean"):
        params = {"target": target, "reduction": how}
        agrees("class_losses", [numbers(N, 2, 4)], [True], params, ("target",))
        agrees("class_losses", [numbers(2, 4)], [False], params, ("target",))


def test_rows_of_a_table_at_indices_that_differ_between_examples() -> None:
    for index in (I1, I2):
        params = {"index": index, "padding": None, "by_frequency": False}
        agrees("take_rows", [numbers(4, 2)], [False], params, ("index",))
        agrees("take_rows", [numbers(N, 4, 2)], [True], params, ("index",))
        values = numbers(*index.shape, 2)
        agrees("sum_rows", [values], [True], {"index": index, "length": 4}, ("index",))
        agrees("sum_rows", [values[0]], [False], {"index": index, "length": 4}, ("index",))
    agrees("take_rows", [numbers(4, 2)], [False], {"index": I1, "padding": 1, "by_frequency": False}, ("index",))


def test_bins_and_alignments_that_differ_between_examples() -> None:
    agrees("weighted_counts", [numbers(N, 2)], [True], {"index": I1, "size": 4}, ("index",))
    agrees("weighted_counts", [numbers(2)], [False], {"index": I1, "size": 4}, ("index",))
    labels = np.array([[[0, 1, 0, 2, 0]], [[0, 2, 0, 2, 0]], [[0, 1, 0, 1, 0]]])
    params = {"labels": labels, "times": np.array([[4], [3], [4]]), "sizes": np.array([[2], [1], [2]])}
    agrees("alignment_loss", [numbers(N, 4, 1, 5)], [True], params, ("labels", "times", "sizes"))


CONSTANTS: list[tuple[str, list[Any], dict[str, Any]]] = [
    *[(name, [numbers(4, 3)], {"axis": axis}) for axis in (0, -1)
      for name in ("argmax", "argmin", "nanargmax", "argsort", "any", "all", "count")],
    *[(name, [numbers(4, 3)], {}) for name in ("argmax", "any", "all", "count", "zeros_like", "ones_like", "isreal")],
    ("argmax", [numbers(4, 3)], {"axis": None, "keepdims": True}),
    ("less", [numbers(4, 3), numbers(3, seed=1)], {}),
    ("isclose", [numbers(4, 3), numbers(3)], {}),
    ("larger_share", [numbers(4, 3), numbers(3)], {}),
    ("searchsorted", [np.sort(numbers(5)), numbers(2, 3)], {}),
    ("searchsorted", [np.sort(numbers(2, 5)), numbers(2, 3)], {"side": "right"}),
    ("identity_like", [numbers(2, 3, 3)], {}),
    ("permutation_matrix", [np.array([[2, 2], [1, 2]]), numbers(2, 2, 2)], {}),
    ("svdvals", [numbers(3, 2)], {}),
    ("eigvalsh", [numbers(2, 3, 3)], {}),
    ("noise", [numbers(2, 3)], {}),
    ("vanishing", [np.array([2.0, 1.0, 0.0])], {}),
    ("max_positions", [numbers(2, 6)],
     {"kernel": (2,), "stride": (2,), "padding": (0,), "dilation": (1,), "positions": (3,)}),
    ("max_in_boxes", [numbers(2, 6)], {"starts": (np.array([0, 3]),), "stops": (np.array([3, 6]),)}),
    ("max_at_starts", [numbers(2, 1, 6), np.array([[[0, 3]], [[1, 4]]])], {"kernel": (2,), "positions": (2,)}),
    ("flat_position", [np.array([0.0, 2.0]), np.array([1.0, 3.0])], {"sizes": (3, 4)}),
    ("weighted_places", [numbers(4), np.abs(numbers(4))], {"q": np.array([0.25, 0.5]), "skip_nan": False}),
    ("cholesky", [np.eye(3) * 4 + 0.1], {}),
    ("geqrf", [numbers(3, 2)], {}),
    ("qr_complete", [numbers(3, 2)], {}),
    ("eigh", [np.diag([1.0, 2.0, 4.0])], {}),
    ("svd", [np.diag([1.0, 2.0, 4.0])], {"full": True}),
    ("shares", [numbers(4, 3) > 0, numbers(4, 3) > 0], {"key": (np.array([0, 0, 1, 3]),)}),
]


@pytest.mark.parametrize(("name", "operands", "params"), CONSTANTS, ids=[name for name, *_ in CONSTANTS])
def test_what_is_not_differentiated_runs_on_stacks_too(name: str, operands: list[Any], params: dict[str, Any]) -> None:
    stacks = [np.stack([x * k if x.dtype.kind == "f" else x for k in (1, 1.5, 2)]) for x in operands]
    choices = [[True] * len(operands), *[[i == k for i in range(len(operands))] for k in range(len(operands))]]
    for mapped in choices:
        if name == "searchsorted" and mapped == [False, True] and operands[0].ndim == 1:
            stacks[1] = numbers(N, 2, 3)
        agrees(name, [s if m else x for s, x, m in zip(stacks, operands, mapped, strict=True)], mapped, params,
               gradient=False)


def test_a_quantile_of_each_example_is_one_call() -> None:
    agrees("quantile_places", [numbers(N, 4), np.array([0.25, 0.5])], [True, False],
           {"method": "linear", "skip_nan": False}, gradient=False)


def _spectrum(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda a: f(a @ a.mT + ad.eye(3, dtype=ad.float64))


def _root(a: Any) -> Any:
    w, v = ad.linalg.eigh(a)
    return ((v * w.sqrt()) @ v.mT).pow(3).sum()


def _factors(a: Any) -> Any:
    u, s, vh = ad.linalg.svd(a)
    return (u @ (s.log()[:, None] * vh)).pow(3).sum()


def _eigenvalues(a: Any) -> Any:
    return (ad.linalg.eig(a)[0] ** 3).real.sum()


DECOMPOSITIONS: dict[str, Callable[[Any], Any]] = {
    "eigh": _spectrum(_root), "svd": _spectrum(_factors), "eig": _eigenvalues,
    "cholesky": _spectrum(lambda a: ad.linalg.cholesky(a).pow(3).sum()),
    "cholesky_solve": _spectrum(lambda a: ad.cholesky_solve(a[:, :2], ad.linalg.cholesky(a)).sum()),
    "qr": lambda a: ad.linalg.qr(a)[1].pow(3).sum(),
    "lu": lambda a: (ad.linalg.lu(a)[1] ** 3).sum(),
    "pinv": lambda a: ad.linalg.pinv(a[:, :2]).pow(3).sum(),
    "det": lambda a: ad.linalg.det(a) ** 3,
    "slogdet": lambda a: ad.linalg.slogdet(a)[1] ** 3,
    "norm": lambda a: ad.linalg.norm(a) ** 3 + ad.linalg.norm(a[0]) + ad.linalg.vector_norm(a, 3, dim=1).sum(),
    "matrix_exp": lambda a: ad.matrix_exp(a).sum(),
}


@pytest.mark.parametrize("name", DECOMPOSITIONS)
def test_first_and_second_derivatives_of_decompositions_of_each_example(name: str) -> None:
    f = DECOMPOSITIONS[name]
    a = ad.tensor(numbers(N, 3, 3, seed=2))
    np.testing.assert_allclose(ad.vmap(ad.grad(f))(a).numpy(), np.stack([ad.grad(f)(x).numpy() for x in a]), rtol=1e-8,
                               atol=1e-10)
    second = ad.grad(lambda x: (ad.grad(f)(x) ** 2).sum())
    np.testing.assert_allclose(ad.vmap(second)(a).numpy(), np.stack([second(x).numpy() for x in a]), rtol=1e-7,
                               atol=1e-8)


def test_a_mask_that_picks_a_number_of_elements_by_example_is_refused() -> None:
    with pytest.raises(TracedValueError, match="where"):
        ad.vmap(lambda x: x[x > 0])(ad.tensor(numbers(3, 4)))


def first_row_for_batching(x: Any) -> Any:
    return x[:1]


def test_a_rule_whose_result_does_not_count_the_examples_is_named() -> None:
    op = ad.extend.constant(first_row_for_batching, batch=lambda level, op, payloads, mapped, params: op.fn(*payloads))
    with pytest.raises(errors.ShapeError, match=r"first_row_for_batching: its batching rule gave .* 3 examples"):
        ad.vmap(op)(numbers(3, 2))
