"""The laws that every op obeys, each a function of a sample that raises where it does not hold.

`check_op` holds an op of your own against all of them; our tests do it for every registered op. Differences are central
and of fourth order, along a random direction; a complex number counts as two real ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np

from .core import memory, modes
from .core.kinds import Op
from .core.tensor import TensorBase, wrap
from .transforms.gradients import grad

__all__ = ["LAWS", "Sample", "check_op", "samples_of"]

STEP = 1e-3  # of the differences: error terms h^4 and 1e-16 / h
Arrays = list[Any]


@dataclass
class Sample:
    """Operands (arrays, of which the floating-point ones are differentiated) and parameters for one op.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> from adjoint.ops.exponential import exp
    >>> str(ad.laws.Sample(exp.op, (np.ones(3),)))
    'exp(float64 (3,))'
    """

    op: Op
    operands: tuple[Any, ...]
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        told = [f"{x.dtype} {x.shape}" if isinstance(x, np.ndarray) else repr(x) for x in self.operands]
        return f"{self.op.op_name}({', '.join([*told, *(f'{k}={v!r:.60}' for k, v in self.params.items())])})"

    @property
    def variables(self) -> list[int]:
        """The numbers of the operands that are differentiated."""
        return [i for i, x in enumerate(self.operands) if isinstance(x, np.ndarray) and x.dtype.kind in "fcV"]

    def call(self, operands: Sequence[Any]) -> tuple[Any, ...]:
        """The op's results on these operands, tensors or not."""
        return _results(self.op.call(list(operands), **self.params) if self.op.arity is None
                        else self.op.call(*operands, **self.params))

    def function(self, operands: Sequence[Any]) -> tuple[Any, ...]:
        """The results of the op's function on these arrays."""
        with np.errstate(all="ignore"):
            return _results(self.op.fn(list(operands), **self.params) if self.op.arity is None
                            else self.op.fn(*operands, **self.params))

    def leaves(self, change: Callable[[Any], Any] = np.copy, wanted: Sequence[int] | None = None) -> Arrays:
        """The operands, those that are differentiated as leaves of their changed arrays, if they are wanted."""
        return [wrap(change(x)).requires_grad_(wanted is None or i in wanted) if i in self.variables else x
                for i, x in enumerate(self.operands)]

    def with_variables(self, arrays: Sequence[Any]) -> Arrays:
        """The operands with these in place of those that are differentiated."""
        new = iter(arrays)
        return [next(new) if i in self.variables else x for i, x in enumerate(self.operands)]


def _results(out: Any) -> tuple[Any, ...]:
    return out if isinstance(out, tuple) else (out,)


def samples_of(op: Op, domain: tuple[float, float] = (0.25, 0.85), complex: bool = False) -> Iterator[Sample]:
    """Samples of an elementwise op without parameters, operands within `domain`: of one shape, 0-d, empty, broadcast.

    >>> import adjoint as ad
    >>> from adjoint.ops.exponential import exp
    >>> [str(s) for s in ad.laws.samples_of(exp.op)]
    ['exp(float64 (2, 3))', 'exp(float64 ())', 'exp(float64 (0, 2))']
    """
    n = op.arity or 1
    for shapes in [((2, 3),) * n, ((),) * n, ((0, 2),) * n, *([((2, 3), (3,), (2, 1))[:n]] if n > 1 else [])]:
        yield Sample(op, tuple([_within(domain, shape, i, complex) for i, shape in enumerate(shapes)]))


def _within(domain: tuple[float, float], shape: tuple[int, ...], seed: int, complex: bool) -> Any:
    random = np.random.default_rng([seed, *shape])
    x = random.uniform(*domain, shape)
    return np.asarray(x + 1j * random.uniform(-0.6, 0.6, shape) if complex else x)


# What the laws compare


def _noise(like: Any, seed: int) -> Any:
    """Numbers between -1 and 1, of the shape and kind of an array."""
    random = np.random.default_rng([seed, *like.shape])
    x = random.uniform(-1, 1, like.shape)
    return np.asarray(x + 1j * random.uniform(-1, 1, like.shape) if like.dtype.kind == "c" else x, like.dtype)


def _tracked(results: Sequence[Any]) -> list[int]:
    return [i for i, t in enumerate(results) if t.requires_grad]


def _array(t: Any) -> Any:
    return memory.load(t) if isinstance(t, TensorBase) else np.asarray(t)


def gradients(sample: Sample, leaves: Arrays, cts: Sequence[Any] | None = None, create: bool = False) -> Arrays:
    """The gradients of the leaves, None where there is none, for cotangents of the tracked results."""
    results = sample.call(leaves)
    outs = [results[i] for i in _tracked(results)]
    wanted: Arrays = [x for x in leaves if hasattr(x, "requires_grad") and x.requires_grad]
    if not outs:
        return [None] * len(wanted)
    if cts is None:
        cts = [wrap(_noise(_array(o), 7 + i)) for i, o in enumerate(outs)]
    return list(grad(outs, wanted, list(cts), create_graph=create, allow_unused=True))


def _directional(f: Callable[[Arrays], Arrays], xs: Arrays, ts: Arrays) -> Arrays:
    """The derivative of f at xs along ts."""
    near, far = ([f([x + k * STEP * t for x, t in zip(xs, ts)]) for k in (-n, n)] for n in (1, 2))
    return [(8 * (b - a) - (d - c)) / (12 * STEP) for a, b, c, d in zip(*near, *far)]


def _inner(xs: Arrays, ys: Arrays) -> tuple[float, float]:
    """Re <x, y>, and the sum of the magnitudes of its terms."""
    terms = [np.ravel(np.conj(x) * y) for x, y in zip(xs, ys) if x is not None and y is not None]
    return sum([float(t.sum().real) for t in terms]), sum([float(np.abs(t).sum()) for t in terms])


def _agree(sample: Sample, cts: Arrays, moves: Arrays, values: Arrays, grads: Arrays, ts: Arrays) -> None:
    (by_differences, a), (by_rule, b), (_, c) = _inner(cts, moves), _inner(grads, ts), _inner(cts, values)
    assert abs(by_differences - by_rule) <= 1e-7 * (a + b) + 1e-11 * c, (
        f"{sample}: the rule gives {by_rule}, differences {by_differences}")


def _equal(sample: Sample, got: Any, expected: Any, rtol: float = 0.0, what: str = "result") -> None:
    """The same dtype and shape, and values within rtol of the largest."""
    if got is None or expected is None:
        assert got is expected, f"{sample}: {what} {got} against {expected}"
        return
    a, b = _array(got), _array(expected)
    assert a.dtype == b.dtype, f"{sample}: {what} of dtype {a.dtype}, expected {b.dtype}"
    assert a.shape == b.shape, f"{sample}: {what} of shape {a.shape}, expected {b.shape}"
    _close(sample, a, b, rtol, what)


def _close(sample: Sample, a: Any, b: Any, rtol: float, what: str) -> None:
    if a.dtype.kind == "V" or b.dtype.kind == "V":  # bfloat16
        a, b = a.astype(np.float64), b.astype(np.float64)
    same = np.isfinite(b)
    scale = float(np.abs(b[same]).max(initial=0.0)) if same.any() else 0.0
    np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol * scale, equal_nan=True, err_msg=f"{sample}: {what}")


# The laws


def value_is_that_of_the_function(sample: Sample) -> None:
    """On tensors the op gives what its function gives on arrays, tracked or not."""
    expected = sample.function(sample.operands)
    nothing: list[int] = []
    for wanted in (nothing, None):
        results = sample.call(sample.leaves(wanted=wanted))
        assert len(results) == len(expected), f"{sample}: {len(results)} results, expected {len(expected)}"
        for got, e in zip(results, expected):
            _equal(sample, got, np.asarray(e))
        if wanted is nothing:
            assert not _tracked(results), f"{sample}: tracked, though no operand is"


def vjp_agrees_with_differences(sample: Sample) -> None:
    """The vector-Jacobian product is the transpose of the derivative, by differences of the function."""
    xs = [sample.operands[i] for i in sample.variables]
    ts = [_noise(x, 3 + i) for i, x in enumerate(xs)]
    results = sample.call(sample.leaves())
    which = _tracked(results)
    values = [_array(results[i]) for i in which]
    cts = [_noise(v, 5 + i) for i, v in enumerate(values)]

    def f(arrays: Arrays) -> Arrays:
        out = sample.function(sample.with_variables(arrays))
        return [np.asarray(out[i]) for i in which]

    grads = [None if g is None else _array(g) for g in gradients(sample, sample.leaves(), [wrap(ct) for ct in cts])]
    _agree(sample, cts, _directional(f, xs, ts), values, grads, ts)


def vjp_of_the_vjp_agrees_with_differences(sample: Sample) -> None:
    """The vector-Jacobian product is differentiable, in the operands and in the cotangent."""
    xs = [sample.operands[i] for i in sample.variables]
    results = sample.call(sample.leaves())
    cts = [_noise(_array(results[i]), 11 + i) for i in _tracked(results)]
    n = len(xs)
    points = [*xs, *cts]
    ts = [_noise(x, 13 + i) for i, x in enumerate(points)]

    def pull(arrays: Arrays, create: bool) -> tuple[Arrays, Arrays]:
        ts = [wrap(np.array(a)).requires_grad_(True) for a in arrays]
        return ts, gradients(sample, sample.with_variables(ts[:n]), ts[n:], create)

    leaves, grads = pull(points, True)
    smooth = [i for i, g in enumerate(grads) if g is not None]
    values = [_array(grads[i]) for i in smooth]
    weights = [_noise(v, 17 + i) for i, v in enumerate(values)]
    moves = _directional(lambda arrays: [_array(pull(arrays, False)[1][i]) for i in smooth], points, ts)
    on = [(grads[i], w) for i, w in zip(smooth, weights) if grads[i].requires_grad]
    second = grad([g for g, _ in on], leaves, [wrap(w) for _, w in on], allow_unused=True) if on else []
    _agree(sample, weights, moves, values, [None if g is None else _array(g) for g in second], ts)


def rule_is_the_same_recorded(sample: Sample) -> None:
    """A rule gives the same on tensors, when the walk is recorded, as on bare arrays."""
    bare = gradients(sample, sample.leaves())
    recorded = gradients(sample, sample.leaves(), create=True)
    for i, (a, b) in enumerate(zip(recorded, bare)):
        _equal(sample, a, b, 1e-13, f"gradient {i}")
        if b is not None:
            assert _array(b).dtype == sample.operands[sample.variables[i]].dtype, f"{sample}: dtype of gradient {i}"


_SINGLE = {np.dtype(np.float64): np.float32, np.dtype(np.complex128): np.complex64}


def single_precision_stays(sample: Sample) -> None:
    """float32 operands give float32 results and gradients, close to those of float64."""

    def narrow(x: Any) -> Any:
        return np.asarray(x, _SINGLE.get(x.dtype, x.dtype))

    for got, e in zip(sample.call(sample.leaves(narrow)), sample.function(sample.operands)):
        _equal(sample, got, narrow(np.asarray(e)), 1e-4)
    wide = sample.call(sample.leaves())
    cts = [_noise(_array(wide[i]), 19 + i) for i in _tracked(wide)]
    expected = gradients(sample, sample.leaves(), [wrap(ct) for ct in cts])
    for create in (False, True):
        got = gradients(sample, sample.leaves(narrow), [wrap(narrow(ct)) for ct in cts], create)
        for i, (g, e) in enumerate(zip(got, expected)):
            _equal(sample, g, None if e is None else narrow(_array(e)), 1e-3, f"gradient {i}")


def layout_does_not_matter(sample: Sample) -> None:
    """Operands and cotangents with other strides give the same."""
    results, grads = sample.call(sample.leaves()), gradients(sample, sample.leaves())
    for change in (_reversed_layout, _spaced):
        for got, e in zip(sample.call(sample.leaves(change)), results):
            _equal(sample, got, e, 1e-13)
        for i, (g, e) in enumerate(zip(gradients(sample, sample.leaves(change)), grads)):
            _equal(sample, g, e, 1e-12, f"gradient {i}")
    ones = [np.ones_like(_array(t)) for t in results if t.requires_grad]
    for create in (False, True):
        by = [gradients(sample, sample.leaves(), [wrap(ct) for ct in cts], create)
              for cts in (ones, [np.broadcast_to(np.ones((), o.dtype), o.shape) for o in ones],
                          [_spaced(o) for o in ones])]
        for i, (e, *others) in enumerate(zip(*by)):
            for g in others:
                _equal(sample, g, e, 1e-12, f"gradient {i}")


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
        _equal(sample, gradients(sample, alone)[0] if _tracked(results) else None, together[place], 1e-13,
               f"gradient of operand {i} alone")


def results_are_differentiated_one_by_one(sample: Sample) -> None:
    """The gradients of several results, each alone, add up to the gradient of all."""
    results = sample.call(sample.leaves())
    which = _tracked(results)
    if len(which) < 2:
        return
    cts = [_noise(_array(results[i]), 7 + k) for k, i in enumerate(which)]
    together = gradients(sample, sample.leaves(), [wrap(ct) for ct in cts])
    for create in (False, True):
        sums: Arrays = [0.0] * len(together)
        for i, ct in zip(which, cts):
            leaves = sample.leaves()
            parts = grad([sample.call(leaves)[i]], [x for x in leaves if isinstance(x, TensorBase)], [wrap(ct)],
                         create_graph=create, allow_unused=True)
            sums = [s if g is None else s + _array(g) for s, g in zip(sums, parts)]
        for i, (s, e) in enumerate(zip(sums, together)):
            if e is not None:
                _equal(sample, s, e, 1e-12, f"gradient {i}")


def nothing_is_modified(sample: Sample) -> None:
    """Neither running the op nor its derivatives writes to operands, cotangents or results."""
    leaves = sample.leaves()
    arrays = [_array(x) for x in leaves]
    before = [a.copy() for a in arrays]
    results = sample.call(leaves)
    outs = [_array(results[i]) for i in _tracked(results)]
    cts = [_noise(o, 23 + i) for i, o in enumerate(outs)]
    watched = [*outs, *cts]
    kept = [a.copy() for a in watched]
    for create in (False, True):
        wanted = [x for x in leaves if isinstance(x, TensorBase)]
        if outs:
            grad([results[i] for i in _tracked(results)], wanted, [wrap(ct) for ct in cts], retain_graph=True,
                 create_graph=create, allow_unused=True)
    for now, then in zip([*arrays, *watched], [*before, *kept]):
        np.testing.assert_array_equal(now, then, err_msg=f"{sample}: something was written to")


SINGULAR = (0.0, -0.0, 1.0, -1.0, 2.0, np.inf, -np.inf, np.nan)


def a_zero_cotangent_gives_zero(sample: Sample) -> None:
    """At singular points too, an elementwise op sends back exactly zero for zero."""
    if sample.op.kind != "elementwise" or len(sample.variables) != len(sample.operands):
        return
    points = np.array(list(product(SINGULAR, repeat=len(sample.operands)))).T
    for create in (False, True):
        leaves = [wrap(np.array(p)).requires_grad_(True) for p in points]
        (out,) = sample.call(leaves)
        if not out.requires_grad:
            return
        for i, g in enumerate(grad([out], leaves, [wrap(np.zeros_like(_array(out)))], create_graph=create,
                                   allow_unused=True)):
            bad = [] if g is None else [tuple(points[:, k].tolist()) for k in np.flatnonzero(_array(g) != 0)]
            assert not bad, f"{sample}: the gradient of operand {i} for a zero cotangent is not zero at {bad}"


LAWS: tuple[Callable[[Sample], None], ...] = (
    value_is_that_of_the_function, vjp_agrees_with_differences, vjp_of_the_vjp_agrees_with_differences,
    rule_is_the_same_recorded, single_precision_stays, layout_does_not_matter, an_operand_alone_gets_the_same,
    results_are_differentiated_one_by_one, nothing_is_modified, a_zero_cotangent_gives_zero,
)


def check_op(op: Callable[..., Any], *operands: Any, domain: tuple[float, float] = (0.25, 0.85),
             **params: Any) -> None:
    """None if the op obeys every law, on these operands and parameters or, without any, on samples within `domain`.

    AssertionError says which sample failed, and how. Samples are made for elementwise ops without parameters only.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> from adjoint.ops.exponential import log
    >>> ad.laws.check_op(log)
    >>> ad.laws.check_op(log, np.array([0.5, 3.0]))
    """
    entry: Op = op.op  # type: ignore[attr-defined]
    if not operands and (entry.kind != "elementwise" or getattr(entry, "has_params", False)):
        raise TypeError(f"check_op makes operands for elementwise ops without parameters only; "
                        f"give {entry.op_name} operands: check_op(op, x, ..., name=value)")
    samples = [Sample(entry, tuple([np.asarray(x, np.result_type(x, np.float64)) if np.asarray(x).dtype.kind == "f"
                                    else np.asarray(x) for x in operands]), params)]
    for sample in samples if operands else samples_of(entry, domain):
        for law in LAWS:
            with modes.mode(grad=True):
                law(sample)
