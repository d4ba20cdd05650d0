"""Every NumPy function of the cases_*.py files: value and dtype as NumPy's, derivatives as finite differences.

On both faces, tensors and arrays; first and second derivative; in reverse mode, and in forward mode and the mixtures.
The reference is plain NumPy: fourth-order central differences of the function itself for the first derivative, of the
checked first derivative for the second.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import adjoint as ad

HERE = Path(__file__).parent
STEP = 2e-3
FIRST, SECOND = 2e-7, 1e-6  # relative errors allowed


def _cases() -> Iterator[Any]:
    for path in sorted(HERE.glob("cases_*.py")):
        for function, cases in importlib.import_module("." + path.stem, __package__).CASES.items():
            for i, case in enumerate(cases):
                yield pytest.param(case, id=f"{function}-{case.note or i}")


ALL = list(_cases())


@pytest.fixture(autouse=True)
def _silence() -> Iterator[None]:
    """NumPy functions warn on arrays as they do in NumPy, by np.seterr; here it is the numbers that count."""
    with np.errstate(all="ignore"):
        yield


# Reading results


def leaves(result: Any) -> list[Any]:
    """The arrays in a result, which may be a tuple, a named tuple or a list of them."""
    if isinstance(result, (tuple, list)):
        return [leaf for part in result for leaf in leaves(part)]
    return [result]


def plain(x: Any) -> Any:
    """The ndarray in an array of any face."""
    return np.asarray(x.detach().numpy() if isinstance(x, ad.Tensor) else x)


def total(result: Any) -> Any:
    """A number that depends on every floating-point element of the result, each with a weight of its own."""
    out = 0.0
    for i, leaf in enumerate(leaves(result)):
        kind = getattr(leaf, "dtype", np.dtype(type(leaf)))
        kind = getattr(kind, "numpy", kind)
        if kind.kind not in "fc":
            continue
        shape = tuple(getattr(leaf, "shape", ()))
        weights = np.random.default_rng([i, len(shape)]).uniform(0.5, 1.5, (2, *shape))
        if kind.kind == "c":
            out = out + np.sum(np.real(leaf) * weights[0]) + np.sum(np.imag(leaf) * weights[1])
        else:
            out = out + np.sum(leaf * weights[0])
    return out


def directions(args: Any) -> list[Any]:
    """A direction to walk from the arguments."""
    rng = np.random.default_rng(7)
    return [rng.uniform(0.5, 1.0, a.shape) * rng.choice([-1.0, 1.0], a.shape)
            + (1j * rng.uniform(-1.0, 1.0, a.shape) if a.dtype.kind == "c" else 0) for a in args]


def slope(f: Callable[..., Any], args: Any, along: Any) -> Any:
    """The derivative of a list-valued f along a direction, by fourth-order central differences."""
    def at(t: float) -> list[Any]:
        with np.errstate(all="ignore"):
            return [np.array(v) for v in f(*[a + t * d for a, d in zip(args, along, strict=True)])]

    h = STEP
    return [(8 * (p - m) - (pp - mm)) / (12 * h)
            for pp, p, m, mm in zip(at(2 * h), at(h), at(-h), at(-2 * h), strict=True)]


def agree(got: Any, wanted: Any, tolerance: float, what: str) -> None:
    """Fail unless the two arrays are equal to the tolerance, relative to the larger of their size and 1."""
    got, wanted = np.asarray(got), np.asarray(wanted)
    assert got.shape == wanted.shape, f"{what}: shape {got.shape}, expected {wanted.shape}"
    scale = max(1.0, float(np.max(np.abs(wanted), initial=0)))
    error = float(np.max(np.abs(got - wanted), initial=0))
    assert error <= tolerance * scale, f"{what}: got {got}, expected {wanted}, error {error:.3g} of {scale:.3g}"


# The gradient of total(fn(*args)) on each face, and its derivative along a direction


def tensor_leaves(args: Any) -> list[Any]:
    """Tracked tensors of the arguments, in their own precision."""
    return [ad.tensor(a, requires_grad=True) for a in args]


def tensor_gradient(fn: Callable[..., Any], xs: Any, create_graph: bool = False) -> list[Any]:
    """d total(fn(*xs)) / d xs for tracked tensors; zeros where there is no dependence."""
    y = total(fn(*xs))
    if not isinstance(y, ad.Tensor) or not y.requires_grad:
        return [ad.zeros_like(x) for x in xs]
    grads = ad.autograd.grad(y, xs, create_graph=create_graph, allow_unused=True)
    return [ad.zeros_like(x) if g is None else g for x, g in zip(xs, grads, strict=True)]


def inner(grads: Any, along: Any) -> Any:
    """Re sum(conj(d) g): the change along d, by PyTorch's convention for complex gradients."""
    out = 0.0
    for g, d in zip(grads, along, strict=True):
        out = out + (np.sum(np.real(g) * d.real) + np.sum(np.imag(g) * d.imag) if d.dtype.kind == "c"
                     else np.sum(g * d))
    return out


def flat(grads: Any) -> list[Any]:
    """Gradients as plain arrays."""
    return [plain(g) for g in grads]


@pytest.mark.parametrize("case", ALL)
def test_a_tensor_gives_numpys_value(case: Any) -> None:
    _same(case.fn(*tensor_leaves(case.args)), case)


def _same(got: Any, case: Any) -> None:
    """Values, shapes and dtypes are those of NumPy."""
    with np.errstate(all="ignore"):
        wanted = case.fn(*[a.copy() for a in case.args])
    got, wanted = leaves(got), leaves(wanted)
    assert len(got) == len(wanted)
    for g, w in zip(got, wanted, strict=True):
        g, w = plain(g), np.asarray(w)
        assert g.dtype == w.dtype, f"dtype {g.dtype}, expected {w.dtype}"
        assert g.shape == w.shape, f"shape {g.shape}, expected {w.shape}"
        if w.dtype.kind in "fc":
            np.testing.assert_allclose(g, w, rtol=1e-11, atol=1e-12)
        else:
            np.testing.assert_array_equal(g, w)


@pytest.mark.parametrize("case", ALL)
def test_reverse_mode_on_tensors_is_the_finite_difference(case: Any) -> None:
    if case.order == 0:
        assert not any([np.any(g) for g in flat(tensor_gradient(case.fn, tensor_leaves(case.args)))])
        return
    along = directions(case.args)
    (wanted,) = slope(lambda *xs: [total(case.fn(*xs))], case.args, along)
    xs = tensor_leaves(case.args)
    agree(inner(flat(tensor_gradient(case.fn, xs)), along), wanted, FIRST, "gradient along a direction")
    _elementwise(case)
    if case.order < 2:
        return
    (wanted,) = slope(lambda *xs: [inner(flat(tensor_gradient(case.fn, tensor_leaves(xs))), along)], case.args, along)
    ys = tensor_gradient(case.fn, xs, create_graph=True)
    got = tensor_gradient(lambda *_: inner(ys, along), xs)
    weight = total(np.float64(1))  # total() of a number weighs it once more
    agree(inner(flat(got), along) / weight, wanted, SECOND, "second derivative along a direction")


def _elementwise(case: Any) -> None:
    """Each element of the gradient of small real cases, one by one."""
    if sum(a.size for a in case.args) > 16 or any([a.dtype.kind == "c" for a in case.args]):
        return
    grads = flat(tensor_gradient(case.fn, tensor_leaves(case.args)))
    for i, a in enumerate(case.args):
        for at in np.ndindex(a.shape):
            one = [np.zeros(b.shape) for b in case.args]
            one[i][at] = 1.0
            (wanted,) = slope(lambda *xs: [total(case.fn(*xs))], case.args, one)
            agree(grads[i][at], wanted, FIRST, f"gradient in argument {i} at {at}")


# Function transforms on arrays, forward mode and the mixtures

needs_transforms = pytest.mark.skipif(not hasattr(ad, "jvp"), reason="function transforms are not there yet")


def _real(case: Any) -> bool:
    return not any([a.dtype.kind == "c" for a in case.args])


@needs_transforms
@pytest.mark.parametrize("case", ALL)
def test_forward_mode_on_arrays_is_the_finite_difference(case: Any) -> None:
    if not _real(case):
        pytest.skip("tangents of complex arrays are the transforms' own tests")
    along = directions(case.args)
    out, tangent = ad.jvp(case.fn, case.args, tuple(along))
    _same(out, case)
    if case.order == 0:
        assert all([not np.any(plain(t)) for t in leaves(tangent) if plain(t).dtype.kind in "fc"])
        return
    wanted = slope(lambda *xs: [v for v in leaves(case.fn(*xs)) if np.asarray(v).dtype.kind in "fc"], case.args, along)
    got = [t for v, t in zip(leaves(out), leaves(tangent), strict=True) if plain(v).dtype.kind in "fc"]
    for g, w in zip(got, wanted, strict=True):
        agree(plain(g), w, FIRST, "tangent")


@needs_transforms
@pytest.mark.parametrize("case", ALL)
def test_reverse_mode_on_arrays_and_the_mixtures_agree(case: Any) -> None:
    if case.order == 0 or not _real(case):
        return
    args, along = case.args, directions(case.args)
    places = tuple(range(len(args)))

    def loss(*xs: Any) -> Any:
        return total(case.fn(*xs))

    gradient = ad.grad(loss, argnums=places)
    (wanted,) = slope(lambda *xs: [loss(*xs)], args, along)
    agree(inner([np.asarray(g) for g in gradient(*args)], along), wanted, FIRST, "gradient of arrays")
    if case.order < 2:
        return
    wanted = slope(gradient, args, along)
    _, forward_over_reverse = ad.jvp(gradient, args, tuple(along))
    for g, w in zip(forward_over_reverse, wanted, strict=True):
        agree(plain(g), w, SECOND, "forward over reverse")
    reverse_over_forward = ad.grad(lambda *xs: ad.jvp(loss, xs, tuple(along))[1], argnums=places)(*args)
    for g, w in zip(reverse_over_forward, wanted, strict=True):
        agree(plain(g), w, SECOND, "reverse over forward")


# How elements lie in memory, a batch need not have in common with one example; and where a polynomial begins, under
# vmap nobody can look.
NOT_MAPPED = ("any order", "as it lies", "leading zeros")


@needs_transforms
@pytest.mark.parametrize("case", [p for p in ALL if p.values[0].note not in NOT_MAPPED])
def test_vmap_is_the_loop_over_the_examples_or_says_that_it_cannot_be(case: Any) -> None:
    if not _real(case):
        return
    batches = [np.stack([a, a + 1e-3, a - 1e-3]) for a in case.args]
    try:
        mapped = leaves(ad.vmap(case.fn)(*batches))
    except ad.errors.TracedValueError:
        return
    examples = [leaves(case.fn(*[b[i] for b in batches])) for i in range(3)]
    for got, *wanted in zip(mapped, *examples, strict=True):
        np.testing.assert_allclose(plain(got), np.stack([np.asarray(w) for w in wanted]), rtol=1e-9, atol=1e-11)
