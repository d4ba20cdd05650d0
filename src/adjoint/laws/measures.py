"""What the laws compare: gradients, differences along a random direction, and values within a tolerance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core import memory
from ..core.tensor import TensorBase, wrap
from ..transforms.gradients import grad
from .sample import Arrays, Sample

STEP = 1e-3  # of the differences: error terms h^4 and 1e-16 / h


def noise(like: Any, seed: int) -> Any:
    """Numbers between -1 and 1, of the shape and kind of an array."""
    random = np.random.default_rng([seed, *like.shape])
    x = random.uniform(-1, 1, like.shape)
    return np.asarray(x + 1j * random.uniform(-1, 1, like.shape) if like.dtype.kind == "c" else x, like.dtype)


def tracked(results: Sequence[Any]) -> list[int]:
    return [i for i, t in enumerate(results) if t.requires_grad]


def array(t: Any) -> Any:
    return memory.load(t) if isinstance(t, TensorBase) else np.asarray(t)


def gradients(sample: Sample, leaves: Arrays, cts: Sequence[Any] | None = None, create: bool = False) -> Arrays:
    """The gradients of the leaves, None where there is none, for cotangents of the tracked results."""
    results = sample.call(leaves)
    outs = [results[i] for i in tracked(results)]
    wanted: Arrays = [x for x in leaves if hasattr(x, "requires_grad") and x.requires_grad]
    if not outs:
        return [None] * len(wanted)
    if cts is None:
        cts = [wrap(noise(array(o), 7 + i)) for i, o in enumerate(outs)]
    return list(grad(outs, wanted, list(cts), create_graph=create, allow_unused=True))


def directional(f: Callable[[Arrays], Arrays], xs: Arrays, ts: Arrays) -> Arrays:
    """The derivative of f at xs along ts."""
    near, far = ([f([x + k * STEP * t for x, t in zip(xs, ts)]) for k in (-n, n)] for n in (1, 2))
    return [(8 * (b - a) - (d - c)) / (12 * STEP) for a, b, c, d in zip(*near, *far)]


def inner(xs: Arrays, ys: Arrays) -> tuple[float, float]:
    """Re <x, y>, and the sum of the magnitudes of its terms."""
    terms = [np.ravel(np.conj(x) * y) for x, y in zip(xs, ys) if x is not None and y is not None]
    return sum([float(t.sum().real) for t in terms]), sum([float(np.abs(t).sum()) for t in terms])


def agree(sample: Sample, cts: Arrays, moves: Arrays, values: Arrays, grads: Arrays, ts: Arrays) -> None:
    (by_differences, a), (by_rule, b), (_, c) = inner(cts, moves), inner(grads, ts), inner(cts, values)
    assert abs(by_differences - by_rule) <= 1e-7 * (a + b) + 1e-11 * c, (
        f"{sample}: the rule gives {by_rule}, differences {by_differences}")


def equal(sample: Sample, got: Any, expected: Any, rtol: float = 0.0, what: str = "result", floor: float = 0.0) -> None:
    """The same dtype and shape, and values within rtol of the largest, or of `floor` if that is larger."""
    if got is None or expected is None:
        assert got is expected, f"{sample}: {what} {got} against {expected}"
        return
    a, b = array(got), array(expected)
    assert a.dtype == b.dtype, f"{sample}: {what} of dtype {a.dtype}, expected {b.dtype}"
    assert a.shape == b.shape, f"{sample}: {what} of shape {a.shape}, expected {b.shape}"
    close(sample, a, b, rtol, what, floor)


def close(sample: Sample, a: Any, b: Any, rtol: float, what: str, floor: float = 0.0) -> None:
    if a.dtype.kind == "V" or b.dtype.kind == "V":  # bfloat16
        a, b = a.astype(np.float64), b.astype(np.float64)
    same = np.isfinite(b)
    scale = float(np.abs(b[same]).max(initial=floor)) if same.any() else floor
    np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol * scale, equal_nan=True, err_msg=f"{sample}: {what}")
