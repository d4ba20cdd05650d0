"""The laws between the modes: forward mode is the transpose of reverse mode, and vmap is a loop over examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from ..core.tensor import TensorBase, wrap
from ..transforms.gradients import grad
from ..transforms.jvp import jvp
from ..transforms.vjp import vjp
from ..transforms.vmap import vmap
from .measures import array, equal, gradients, inner, noise, tracked
from .sample import Arrays, Sample

SIZES = (2, 3)  # of batches: an axis of an operand's own that is as long hides a missing one


def _function(sample: Sample, which: list[int]) -> Callable[..., tuple[Any, ...]]:
    """The results `which` as a function of the operands that are differentiated."""

    def f(*variables: Any) -> tuple[Any, ...]:
        results = sample.call(sample.with_variables(variables))
        return tuple([results[i] for i in which])

    return f


def _pulled(f: Callable[..., Any], variables: Sequence[Any], cts: Sequence[Any]) -> Any:
    """The gradients as PyTorch has them: vjp gives their conjugates."""
    grads = vjp(f, *variables)[1](tuple([np.conjugate(ct) for ct in cts]))
    return tuple([np.conjugate(g) for g in grads])


def jvp_is_the_transpose_of_the_vjp(sample: Sample) -> None:
    """<ct, jvp(t)> = <vjp(ct), t>, and the jvp's value is the op's."""
    results = sample.call(sample.leaves())
    which = tracked(results)
    xs = [sample.operands[i] for i in sample.variables]
    if not which:
        return
    ts = [noise(x, 29 + i) for i, x in enumerate(xs)]
    cts = [noise(array(results[i]), 31 + i) for i in which]
    values, tangents = jvp(_function(sample, which), tuple([wrap(np.array(x)) for x in xs]),
                           tuple([wrap(t) for t in ts]))
    for value, move, i in zip(values, tangents, which):
        equal(sample, value, results[i], 1e-13, "value of the jvp")
        given, expected = (array(move).shape, array(move).dtype), (array(value).shape, array(value).dtype)
        assert given == expected, f"{sample}: a tangent of shape and dtype {given}, expected {expected}"
    grads = [None if g is None else array(g) for g in gradients(sample, sample.leaves(), [wrap(ct) for ct in cts])]
    (pushed, a), (pulled, b) = inner(cts, [array(t) for t in tangents]), inner(grads, ts)
    assert abs(pushed - pulled) <= 1e-10 * (a + b), f"{sample}: <ct, jvp(t)> is {pushed}, <vjp(ct), t> is {pulled}"


def second_derivatives_agree(sample: Sample) -> None:
    """Forward over reverse and reverse over forward give the second derivative that reverse over reverse does."""
    results = sample.call(sample.leaves())
    which = tracked(results)
    points = tuple([wrap(np.array(sample.operands[i])) for i in sample.variables])
    if not which:
        return
    f = _function(sample, which)
    cts = [wrap(noise(array(results[i]), 37 + i)) for i in which]
    ts = tuple([wrap(noise(array(x), 41 + i)) for i, x in enumerate(points)])
    by_reverse = _pulled(lambda *v: _pulled(f, v, cts), points, ts)
    by_forward = jvp(lambda *v: _pulled(f, v, cts), points, ts)[1]
    mixed = _pulled(lambda *v: jvp(f, v, ts)[1], points, cts)
    for name, found in (("forward over reverse", by_forward), ("reverse over forward", mixed)):
        for i, (got, expected) in enumerate(zip(found, by_reverse)):
            equal(sample, got, expected, 1e-9, f"{name}, operand {i}", floor=1e-4)


def vmap_is_a_loop(sample: Sample) -> None:
    """vmap over any of the operands is what a loop over examples gives; so are its derivatives."""
    for mapped, size in _ways(sample):
        _over(sample, mapped, size)


def vmap_of_values_is_a_loop(sample: Sample) -> None:
    """The same of the results alone."""
    for mapped, size in _ways(sample):
        _over(sample, mapped, size, derivatives=False)


def _ways(sample: Sample) -> Iterator[tuple[Sequence[int], int]]:
    """Which operands are mapped, and over how many examples: each alone over both numbers of them."""
    arrays = [i for i, x in enumerate(sample.operands) if isinstance(x, np.ndarray)]
    for n in range(1, len(arrays) + 1):
        for mapped in combinations(arrays, n):
            for size in SIZES if n == 1 else SIZES[-1:]:
                yield mapped, size


def _over(sample: Sample, mapped: Sequence[int], size: int, derivatives: bool = True) -> None:
    what = f"vmap over {mapped}, {size} examples"
    operands = [_examples(x, i in sample.variables, size) if i in mapped else x
                for i, x in enumerate(sample.operands)]
    axes = tuple([0 if i in mapped else None for i in range(len(operands))])
    rows = [Sample(sample.op, tuple([x[k, ...] if i in mapped else x for i, x in enumerate(operands)]), sample.params)
            for k in range(size)]
    by_loop = [row.call(row.leaves()) for row in rows]
    stacked = Sample(sample.op, tuple(operands), sample.params)
    leaves = [wrap(x) if isinstance(x, np.ndarray) and i not in sample.variables else x
              for i, x in enumerate(stacked.leaves())]
    results = vmap(lambda *values: sample.call(values), in_axes=axes)(*leaves)
    for i, (got, *expected) in enumerate(zip(results, *by_loop)):
        equal(sample, got, np.stack([array(e) for e in expected]), 1e-12, f"{what}: result {i}")
    which = tracked(by_loop[0]) if derivatives else []
    if which:
        cts = [noise(array(results[i]), 43 + i) for i in which]
        each = [gradients(row, row.leaves(), [wrap(ct[k, ...]) for ct in cts]) for k, row in enumerate(rows)]
        expected = [None if g[0] is None else np.stack([array(v) for v in g]) for g in zip(*each)]
        _gradient_of_vmap(sample, mapped, leaves, [results[i] for i in which], cts, expected)
        _vmap_of_gradient(sample, axes, leaves, which, cts, expected)


def _examples(x: Any, changes: bool, size: int) -> Any:
    """Copies of an array, a little different if it is differentiated."""
    return np.stack([np.asarray(x * (1 + 0.004 * k) if changes else x, x.dtype) for k in range(size)])


def _gradient_of_vmap(sample: Sample, mapped: Sequence[int], leaves: Arrays, results: Arrays, cts: Arrays,
                      expected: Arrays) -> None:
    wanted = [x for x in leaves if isinstance(x, TensorBase) and x.requires_grad]  # type: ignore[attr-defined]
    grads = grad(results, wanted, [wrap(ct) for ct in cts], allow_unused=True)
    for i, g, e in zip(sample.variables, grads, expected):
        if e is not None:
            equal(sample, g, e if i in mapped else e.sum(0), 1e-9, f"gradient of vmap over {mapped} in operand {i}")


def _vmap_of_gradient(sample: Sample, axes: tuple[Any, ...], leaves: Arrays, which: list[int], cts: Arrays,
                      expected: Arrays) -> None:
    def of_one(operands: Any, cts: Any) -> Any:
        row = Sample(sample.op, sample.operands, sample.params)
        others = {i: x for i, x in enumerate(operands) if i not in sample.variables}

        def f(*variables: Any) -> Any:
            given = iter(variables)
            out = row.call([others[i] if i in others else next(given) for i in range(len(operands))])
            return tuple([out[i] for i in which])

        return _pulled(f, [operands[i] for i in sample.variables], cts)

    plain = [x.detach() if isinstance(x, TensorBase) else x for x in leaves]  # type: ignore[attr-defined]
    grads = vmap(of_one, in_axes=(axes, 0))(tuple(plain), tuple([wrap(ct) for ct in cts]))
    for i, g, e in zip(sample.variables, grads, expected):
        if e is not None:
            equal(sample, g, e, 1e-9, f"vmap {axes} of the gradient in operand {i}")


LAWS: tuple[Callable[[Sample], None], ...] = (jvp_is_the_transpose_of_the_vjp, second_derivatives_agree,
                                              vmap_is_a_loop)
