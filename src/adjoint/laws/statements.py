"""The laws themselves: each takes a sample and raises AssertionError where it does not hold."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from ..core import dtypes, modes
from ..core.tensor import TensorBase, wrap
from ..transforms.gradients import grad
from .measures import agree, array, directional, equal, gradients, noise, tracked
from .sample import Arrays, Sample


def value_is_that_of_the_function(sample: Sample) -> None:
    """On tensors the op gives what its function gives on arrays, tracked or not, in every mode."""
    expected = sample.function(sample.operands)
    none: list[int] = []
    for wanted, mode in product((none, None), ({"grad": True}, {"grad": False}, {"grad": True, "anomaly": True})):
        with modes.mode(**mode):
            results = sample.call(sample.leaves(wanted=wanted))
        assert len(results) == len(expected), f"{sample}: {len(results)} results, expected {len(expected)}"
        for got, e in zip(results, expected):
            equal(sample, got, np.asarray(e))
        if wanted is not None or not mode["grad"]:
            assert not tracked(results), f"{sample}: tracked, though no operand is or nothing is recorded"


def vjp_agrees_with_differences(sample: Sample) -> None:
    """The vector-Jacobian product is the transpose of the derivative, by differences of the function."""
    xs = [sample.operands[i] for i in sample.variables]
    ts = [noise(x, 3 + i) for i, x in enumerate(xs)]
    results = sample.call(sample.leaves())
    which = tracked(results)
    values = [array(results[i]) for i in which]
    cts = [noise(v, 5 + i) for i, v in enumerate(values)]

    def f(arrays: Arrays) -> Arrays:
        out = sample.function(sample.with_variables(arrays))
        return [np.asarray(out[i]) for i in which]

    grads = [None if g is None else array(g) for g in gradients(sample, sample.leaves(), [wrap(ct) for ct in cts])]
    agree(sample, cts, directional(f, xs, ts), values, grads, ts)


def vjp_of_the_vjp_agrees_with_differences(sample: Sample) -> None:
    """The vector-Jacobian product is differentiable, in the operands and in the cotangent."""
    xs = [sample.operands[i] for i in sample.variables]
    results = sample.call(sample.leaves())
    cts = [noise(array(results[i]), 11 + i) for i in tracked(results)]
    n = len(xs)
    points = [*xs, *cts]
    ts = [noise(x, 13 + i) for i, x in enumerate(points)]

    def pull(arrays: Arrays, create: bool) -> tuple[Arrays, Arrays]:
        ts = [wrap(np.array(a)).requires_grad_(True) for a in arrays]
        return ts, gradients(sample, sample.with_variables(ts[:n]), ts[n:], create)

    leaves, grads = pull(points, True)
    smooth = [i for i, g in enumerate(grads) if g is not None]
    values = [array(grads[i]) for i in smooth]
    weights = [noise(v, 17 + i) for i, v in enumerate(values)]
    moves = directional(lambda arrays: [array(pull(arrays, False)[1][i]) for i in smooth], points, ts)
    on = [(grads[i], w) for i, w in zip(smooth, weights) if grads[i].requires_grad]
    second = grad([g for g, _ in on], leaves, [wrap(w) for _, w in on], allow_unused=True) if on else []
    agree(sample, weights, moves, values, [None if g is None else array(g) for g in second], ts)


def rule_is_the_same_recorded(sample: Sample) -> None:
    """A rule gives the same on tensors, when the walk is recorded, as on bare arrays."""
    bare = gradients(sample, sample.leaves())
    recorded = gradients(sample, sample.leaves(), create=True)
    for i, (a, b) in enumerate(zip(recorded, bare)):
        equal(sample, a, b, 1e-13, f"gradient {i}")
        if b is not None:
            assert array(b).dtype == sample.operands[sample.variables[i]].dtype, f"{sample}: dtype of gradient {i}"


_SINGLE = {np.dtype(np.float64): np.float32, np.dtype(np.complex128): np.complex64}


def single_precision_stays(sample: Sample) -> None:
    """float32 operands give float32 results and gradients, close to those of float64."""

    def narrow(x: Any) -> Any:
        return np.asarray(x, _SINGLE.get(x.dtype, x.dtype))

    for got, e in zip(sample.call(sample.leaves(narrow)), sample.function(sample.operands)):
        equal(sample, got, narrow(np.asarray(e)), 1e-4)
    wide = sample.call(sample.leaves())
    cts = [noise(array(wide[i]), 19 + i) for i in tracked(wide)]
    expected = gradients(sample, sample.leaves(), [wrap(ct) for ct in cts])
    for create in (False, True):
        got = gradients(sample, sample.leaves(narrow), [wrap(narrow(ct)) for ct in cts], create)
        for i, (g, e) in enumerate(zip(got, expected)):
            equal(sample, g, None if e is None else narrow(array(e)), 1e-3, f"gradient {i}")


def half_precision_stays(sample: Sample) -> None:
    """float16 and bfloat16 operands give results and gradients of their dtype, as close as that allows."""
    if any([sample.operands[i].dtype.kind == "c" for i in sample.variables]):
        return
    values = sample.function(sample.operands)
    expected = gradients(sample, sample.leaves())
    for dtype in (dtypes.float16.numpy, dtypes.bfloat16.numpy):
        narrow = partial(np.asarray, dtype=dtype)
        for got, e in zip(sample.call(sample.leaves(narrow)), map(np.asarray, values)):
            equal(sample, got, e.astype({"f": dtype, "c": np.dtype(np.complex64)}.get(e.dtype.kind, e.dtype)), 0.05)
        for create in (False, True):
            for i, (g, e) in enumerate(zip(gradients(sample, sample.leaves(narrow), create=create), expected)):
                equal(sample, g, None if e is None else narrow(array(e)), 0.1, f"gradient {i}")


def layout_does_not_matter(sample: Sample) -> None:
    """Operands and cotangents with other strides give the same."""
    results, grads = sample.call(sample.leaves()), gradients(sample, sample.leaves())
    for change in (_reversed_layout, _spaced):
        for got, e in zip(sample.call(sample.leaves(change)), results):
            equal(sample, got, e, 1e-13)
        for i, (g, e) in enumerate(zip(gradients(sample, sample.leaves(change)), grads)):
            equal(sample, g, e, 1e-12, f"gradient {i}")
    ones = [np.ones_like(array(t)) for t in results if t.requires_grad]
    for create in (False, True):
        by = [gradients(sample, sample.leaves(), [wrap(ct) for ct in cts], create)
              for cts in (ones, [np.broadcast_to(np.ones((), o.dtype), o.shape) for o in ones],
                          [_spaced(o) for o in ones])]
        for i, (e, *others) in enumerate(zip(*by)):
            for g in others:
                equal(sample, g, e, 1e-12, f"gradient {i}")


def _reversed_layout(x: Any) -> Any:
    return np.array(x, order="F")


def _spaced(x: Any) -> Any:
    """A copy of x of which every second element along the last axis is something else's."""
    wide = np.full((*x.shape, 2), np.nan, x.dtype)
    wide[..., 0] = x
    return wide[..., 0]


def an_operand_alone_gets_the_same(sample: Sample) -> None:
    """The gradient of an operand does not depend on whether the others require one, and these get none."""
    together = gradients(sample, sample.leaves())
    for place, i in enumerate(sample.variables):
        alone = sample.leaves(wanted=[i])
        results = sample.call(alone)
        equal(sample, gradients(sample, alone)[0] if tracked(results) else None, together[place], 1e-13,
               f"gradient of operand {i} alone")


def results_are_differentiated_one_by_one(sample: Sample) -> None:
    """The gradients of several results, each alone, add up to the gradient of all."""
    results = sample.call(sample.leaves())
    which = tracked(results)
    if len(which) < 2:
        return
    cts = [noise(array(results[i]), 7 + k) for k, i in enumerate(which)]
    together = gradients(sample, sample.leaves(), [wrap(ct) for ct in cts])
    for create in (False, True):
        sums: Arrays = [0.0] * len(together)
        for i, ct in zip(which, cts):
            leaves = sample.leaves()
            parts = grad([sample.call(leaves)[i]], [x for x in leaves if isinstance(x, TensorBase)], [wrap(ct)],
                         create_graph=create, allow_unused=True)
            sums = [s if g is None else s + array(g) for s, g in zip(sums, parts)]
        for i, (s, e) in enumerate(zip(sums, together)):
            if e is not None:
                equal(sample, s, e, 1e-12, f"gradient {i}")


def nothing_is_modified(sample: Sample) -> None:
    """Neither running the op nor its derivatives writes to operands, cotangents or results."""
    leaves = sample.leaves()
    arrays = [array(x) for x in leaves]
    before = [a.copy() for a in arrays]
    results = sample.call(leaves)
    outs = [array(results[i]) for i in tracked(results)]
    cts = [noise(o, 23 + i) for i, o in enumerate(outs)]
    watched = [*outs, *cts]
    kept = [a.copy() for a in watched]
    for create in (False, True):
        wanted = [x for x in leaves if isinstance(x, TensorBase)]
        if outs:
            grad([results[i] for i in tracked(results)], wanted, [wrap(ct) for ct in cts], retain_graph=True,
                 create_graph=create, allow_unused=True)
    for now, then in zip([*arrays, *watched], [*before, *kept]):
        np.testing.assert_array_equal(now, then, err_msg=f"{sample}: something was written to")


SINGULAR = (0.0, -0.0, 1.0, -1.0, 2.0, np.inf, -np.inf, np.nan)


def a_zero_cotangent_gives_zero(sample: Sample) -> None:
    """A cotangent of zeros goes back as zeros, though the operands be 0, infinite or NaN: selection is exact."""
    numbers = [i for i in sample.variables if sample.operands[i].dtype.kind == "f"]
    if sample.op.kind == "elementwise" and len(numbers) == len(sample.operands):
        points = [np.array(p) for p in zip(*product(SINGULAR, repeat=len(numbers)))]  # every combination
        _zeros_stay_zeros(Sample(sample.op, tuple(points), sample.params))
        return
    for k in range(len(SINGULAR)):
        operands = list(sample.operands)
        for i in numbers:
            operands[i] = np.resize(np.roll(SINGULAR, k), operands[i].shape)
        _zeros_stay_zeros(Sample(sample.op, tuple(operands), sample.params))


def _zeros_stay_zeros(sample: Sample) -> None:
    for create in (False, True):
        results = sample.call(sample.leaves())
        zeros = [wrap(np.zeros_like(array(results[i]))) for i in tracked(results)]
        for i, g in enumerate(gradients(sample, sample.leaves(), zeros, create)):
            wrong = [] if g is None else np.argwhere(array(g) != 0).tolist()
            assert not wrong, (f"{sample}: the gradient of operand {sample.variables[i]} for a zero cotangent is "
                               f"{array(g)[tuple(wrong[0])]} at {wrong[0]}, at {sample.operands}")


LAWS: tuple[Callable[[Sample], None], ...] = (
    value_is_that_of_the_function, vjp_agrees_with_differences, vjp_of_the_vjp_agrees_with_differences,
    rule_is_the_same_recorded, single_precision_stays, half_precision_stays, layout_does_not_matter,
    an_operand_alone_gets_the_same, results_are_differentiated_one_by_one, nothing_is_modified,
    a_zero_cotangent_gives_zero,
)
