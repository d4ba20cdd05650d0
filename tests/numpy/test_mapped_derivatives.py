"""vmap of the derivatives of every NumPy function of the cases_*.py files is the loop over the examples.

Of one point and many directions or cotangents, as jacfwd, jacrev and hessian have it, and of many points. What comes
out has the face that went in, and no graph.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adjoint as ad

from .test_numpy_functions import ALL, NOT_MAPPED, directions, leaves, plain, total

SMOOTH = [p for p in ALL if p.values[0].order > 0]
FACES = {"arrays": (lambda x: x, 3), "tensors": (ad.tensor, 2)}  # and the number of examples
on_both_faces = pytest.mark.parametrize("face", FACES)


def kind(leaf: Any) -> str:
    """The letter of NumPy for the dtype of a result, traced or not."""
    dtype = getattr(leaf, "dtype", np.dtype(type(leaf)))
    return getattr(dtype, "numpy", dtype).kind


def differentiable(case: Any) -> Callable[..., tuple[Any, ...]]:
    """The floating-point results of the case as a function of all its arguments."""
    return lambda *xs: tuple([leaf for leaf in leaves(case.fn(*xs)) if kind(leaf) in "fc"])


def several(arrays: Any, n: int) -> tuple[Any, ...]:
    """For each array n of numbers like it, stacked."""
    rng = np.random.default_rng([n, len(arrays)])
    made = [rng.uniform(-1, 1, (n, *a.shape)) for a in arrays]
    return tuple([x + 1j * rng.uniform(-1, 1, x.shape) if kind(a) == "c" else x
                  for x, a in zip(made, arrays, strict=True)])


def same(mapped: Any, one: Callable[[int], Any], n: int) -> None:
    """The mapped results are those of the examples, in their face."""
    looped = [leaves(one(i)) for i in range(n)]
    got = leaves(mapped)
    assert len(got) == len(looped[0])
    for m, *each in zip(got, *looped, strict=True):
        face = ad.Tensor if isinstance(each[0], ad.Tensor) else np.ndarray
        assert type(m) is face, f"a result is a {type(m).__name__}, expected {face.__name__}"
        assert not any([getattr(x, "requires_grad", False) for x in (m, *each)])
        wanted = np.stack([plain(e) for e in each])
        scale = max(1.0, float(np.max(np.abs(wanted), initial=0, where=np.isfinite(wanted))))
        np.testing.assert_allclose(plain(m), wanted, rtol=1e-8, atol=1e-9 * scale)


@on_both_faces
@pytest.mark.parametrize("case", SMOOTH)
def test_derivatives_along_many_directions_are_mapped(case: Any, face: str) -> None:
    make, n = FACES[face]
    f, args = differentiable(case), tuple([make(a) for a in case.args])

    def push(*ts: Any) -> Any:
        return ad.jvp(f, args, ts)[1]

    ts = [make(t) for t in several(case.args, n)]
    with np.errstate(all="ignore"):
        same(ad.vmap(push)(*ts), lambda i: push(*[t[i] for t in ts]), n)


@on_both_faces
@pytest.mark.parametrize("case", SMOOTH)
def test_many_cotangents_are_mapped(case: Any, face: str) -> None:
    make, n = FACES[face]
    with np.errstate(all="ignore"):
        out, pull = ad.vjp(differentiable(case), *[make(a) for a in case.args])
        cts = tuple([make(ct) for ct in several([plain(y) for y in out], n)])
        same(ad.vmap(pull)(cts), lambda i: pull(tuple([ct[i] for ct in cts])), n)


@pytest.mark.parametrize("case", [p for p in SMOOTH if p.values[0].order > 1 and p.values[0].args[0].size <= 12])
def test_second_derivatives_along_many_directions_are_mapped(case: Any) -> None:
    first, *rest = case.args
    gradient = ad.grad(lambda x: total(case.fn(x, *rest)))

    def forward(t: Any) -> Any:
        return ad.jvp(gradient, (first,), (t,))[1]

    def reverse(t: Any) -> Any:
        return ad.vjp(gradient, first)[1](t)

    (ts,) = several([first], 2)
    with np.errstate(all="ignore"):
        for rows in (forward, reverse):
            same(ad.vmap(rows)(ts), lambda i: rows(ts[i]), 2)  # noqa: B023


@pytest.mark.parametrize("case", [p for p in SMOOTH if p.values[0].note not in NOT_MAPPED])
def test_gradients_at_many_points_are_mapped(case: Any) -> None:
    first, *rest = case.args
    gradient = ad.grad(lambda x: total(case.fn(x, *rest)))
    points = first + np.multiply.outer(1e-4 * np.arange(3), directions([first])[0])
    with np.errstate(all="ignore"):
        try:
            got = ad.vmap(gradient)(points)
        except ad.errors.TracedValueError:
            return
        same(got, lambda i: gradient(points[i]), 3)
