"""A language of small random array programs: data that runs as NumPy code on any face, and under jax.numpy.

A program is decoded from a list of raw numbers, so any part of such a list is again a program. It is a function of an
array x and a number c. Decoding runs it once on ordinary ndarrays, which tells each step's shape and keeps the values
in a range in which they can be compared: a step whose result is large is followed by arcsinh.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

LARGEST = 12  # elements of an intermediate value: JAX compiles every shape, and Jacobians multiply them
TOO_LARGE = 6.0


class Key:
    """A step's own numbers, read for the shape of its first operand: an axis, a set of axes, places, constants."""

    def __init__(self, shape: tuple[int, ...], a: int, b: int, c: int) -> None:
        n = len(shape)
        self.shape, self.a, self.b, self.c = shape, a, b, c
        self.keep = bool(c % 2)
        self.axis = (a % n) - (n if b % 2 else 0) if n else None
        self.other = b % n if n else None
        self.axes = [None, self.axis, tuple(range(a % n, n)) if n else None][b % 3]
        self.place = b % shape[self.axis] if n and shape[self.axis] else 0

    def cut(self, *along: Any) -> tuple[Any, ...]:
        """An index of everything, with `along` at the axis."""
        return (slice(None),) * (self.axis % len(self.shape)) + along

    def constant(self, shape: tuple[int, ...] | None = None) -> np.ndarray[Any, Any]:
        """The same array for the same numbers: what a function captures."""
        draws = np.random.default_rng([self.a, self.b, self.c])
        return draws.uniform(-1.5, 1.5, self.shape if shape is None else shape)


Run = Callable[..., Any]  # (xp, x, y, key) -> array
Fits = Callable[[tuple[int, ...], tuple[int, ...]], bool]


def always(x: tuple[int, ...], y: tuple[int, ...]) -> bool:
    return True


def some_axis(x: tuple[int, ...], y: tuple[int, ...]) -> bool:
    return len(x) > 0


def matrices(x: tuple[int, ...], y: tuple[int, ...]) -> bool:
    return len(x) >= 2


def square(x: tuple[int, ...], y: tuple[int, ...]) -> bool:
    return len(x) >= 2 and x[-1] == x[-2]


def same(x: tuple[int, ...], y: tuple[int, ...]) -> bool:
    return x == y and len(x) > 0


def assigned(xp: Any, x: Any, key: Key) -> Any:
    """A copy of x in which one slice is written: in place in NumPy, as jax.numpy spells it there."""
    value = xp.sin(x[key.cut(-1 - key.place)])
    if xp is not np:
        return x.at[key.cut(key.place)].set(value)
    out = np.copy(x)
    out[key.cut(key.place)] = value
    return out


def halves(xp: Any, x: Any, axis: int) -> Any:
    first, second = xp.split(x, 2, axis)
    return first * second


def positive(xp: Any, x: Any) -> Any:
    """A well-conditioned matrix made of x."""
    return xp.matmul(x, xp.swapaxes(x, -1, -2)) + 2.0 * np.eye(x.shape[-2])


OPS: dict[str, tuple[Fits, Run]] = {
    # Elementwise
    "sin": (always, lambda xp, x, y, k: xp.sin(x)),
    "cos": (always, lambda xp, x, y, k: xp.cos(x)),
    "tanh": (always, lambda xp, x, y, k: xp.tanh(x)),
    "arctan": (always, lambda xp, x, y, k: xp.arctan(x)),
    "arcsinh": (always, lambda xp, x, y, k: xp.arcsinh(x)),
    "expm1": (always, lambda xp, x, y, k: xp.expm1(0.5 * x)),
    "bell": (always, lambda xp, x, y, k: xp.exp(-x * x)),
    "log1p": (always, lambda xp, x, y, k: xp.log1p(x * x)),
    "sqrt": (always, lambda xp, x, y, k: xp.sqrt(1.0 + xp.square(x))),
    "reciprocal": (always, lambda xp, x, y, k: 1.0 / (2.5 + xp.cos(x))),
    "cube": (always, lambda xp, x, y, k: x**3 / 4),
    "scale": (always, lambda xp, x, y, k: 0.75 - 1.5 * x),
    "abs": (always, lambda xp, x, y, k: xp.abs(x - 0.31)),
    "clip": (always, lambda xp, x, y, k: xp.clip(x, -1.03, 0.87)),
    # Two operands, broadcast
    "add": (always, lambda xp, x, y, k: x + y),
    "subtract": (always, lambda xp, x, y, k: y - x),
    "multiply": (always, lambda xp, x, y, k: x * y),
    "divide": (always, lambda xp, x, y, k: x / (1.5 + y * y)),
    "power": (always, lambda xp, x, y, k: (1.2 + x * x) ** xp.tanh(y)),
    "logaddexp": (always, lambda xp, x, y, k: xp.logaddexp(x, y)),
    "arctan2": (always, lambda xp, x, y, k: xp.arctan2(x, 2.0 + y * y)),
    "hypot": (always, lambda xp, x, y, k: xp.hypot(x, 1.0 + y * y)),
    "maximum": (always, lambda xp, x, y, k: xp.maximum(x, 0.3 - y)),
    "minimum": (always, lambda xp, x, y, k: xp.minimum(0.7 * x, y + 0.2)),
    "where": (always, lambda xp, x, y, k: xp.where(x > 0.7 * y + 0.1, xp.sin(x), x * y)),
    "masked": (always, lambda xp, x, y, k: xp.where(k.constant() > 0, x, xp.cos(x))),
    "constant": (always, lambda xp, x, y, k: x * k.constant() + k.constant()[..., :1] if k.shape else x * 0.4),
    # Reductions and scans
    "sum": (always, lambda xp, x, y, k: xp.sum(x, axis=k.axes, keepdims=k.keep)),
    "mean": (always, lambda xp, x, y, k: xp.mean(x, axis=k.axes, keepdims=k.keep)),
    "prod": (always, lambda xp, x, y, k: xp.prod(x, axis=k.axes, keepdims=k.keep)),
    "max": (always, lambda xp, x, y, k: xp.max(x, axis=k.axes, keepdims=k.keep)),
    "min": (always, lambda xp, x, y, k: xp.min(x, axis=k.axes, keepdims=k.keep)),
    "var": (some_axis, lambda xp, x, y, k: xp.var(x, axis=k.axes, keepdims=k.keep)),
    "std": (some_axis, lambda xp, x, y, k: xp.std(xp.concatenate([x, x + 1.0], k.axis), axis=k.axis, keepdims=k.keep)),
    "logsumexp": (some_axis, lambda xp, x, y, k: xp.log(xp.sum(xp.exp(x), axis=k.axes, keepdims=k.keep))),
    "cumsum": (some_axis, lambda xp, x, y, k: xp.cumsum(x, axis=k.axis)),
    "cumprod": (some_axis, lambda xp, x, y, k: xp.cumprod(x + 0.5, axis=k.axis)),
    "sort": (some_axis, lambda xp, x, y, k: xp.sort(x, axis=k.axis)),
    "diff": (some_axis, lambda xp, x, y, k: xp.diff(xp.concatenate([x, 2.0 * x], k.axis), axis=k.axis)),
    # Contractions
    "matmul": (matrices, lambda xp, x, y, k: xp.matmul(x, k.constant((x.shape[-1], 2)))),
    "gram": (matrices, lambda xp, x, y, k: x @ xp.swapaxes(x, -1, -2)),
    "dot": (some_axis, lambda xp, x, y, k: xp.dot(x, k.constant((x.shape[-1],)))),
    "einsum": (matrices, lambda xp, x, y, k: xp.einsum("...ij,...kj->...ik", x, xp.sin(x))),
    "contract": (same, lambda xp, x, y, k: xp.einsum("...i,...i->...", x, y)),
    "outer": (same, lambda xp, x, y, k: xp.einsum("...i,...j->...ij", x, y)),
    "tensordot": (same, lambda xp, x, y, k: xp.tensordot(x, y, axes=([k.axis], [k.axis]))),
    "inner": (same, lambda xp, x, y, k: xp.inner(x, y)),
    "solve": (matrices, lambda xp, x, y, k: xp.linalg.solve(positive(xp, x), x)),
    "det": (square, lambda xp, x, y, k: xp.linalg.det(positive(xp, x)) / 4),
    "inv": (matrices, lambda xp, x, y, k: xp.linalg.inv(positive(xp, x))),
    "norm": (some_axis, lambda xp, x, y, k: xp.sqrt(1.0 + xp.linalg.norm(x + 2.0, axis=k.axis))),
    # Shapes
    "ravel": (always, lambda xp, x, y, k: xp.ravel(x)),
    "transpose": (some_axis, lambda xp, x, y, k: xp.transpose(x)),
    "swapaxes": (some_axis, lambda xp, x, y, k: xp.swapaxes(x, k.axis, k.other)),
    "moveaxis": (some_axis, lambda xp, x, y, k: xp.moveaxis(x, k.other, 0)),
    "expand": (always, lambda xp, x, y, k: x[None] if k.keep else x[..., None]),
    "broadcast": (always, lambda xp, x, y, k: xp.broadcast_to(x, (2, *k.shape))),
    "reshape": (some_axis, lambda xp, x, y, k: xp.reshape(x, (k.shape[-1], -1))),
    "flip": (some_axis, lambda xp, x, y, k: xp.flip(x, k.axis)),
    "roll": (some_axis, lambda xp, x, y, k: xp.roll(x, 1, axis=k.axis)),
    "repeat": (some_axis, lambda xp, x, y, k: xp.repeat(x, 2, axis=k.axis)),
    "tile": (some_axis, lambda xp, x, y, k: xp.tile(x, 2)),
    "pad": (some_axis, lambda xp, x, y, k: xp.pad(x, [(0, 1)] + [(0, 0)] * (len(k.shape) - 1))),
    "tril": (matrices, lambda xp, x, y, k: xp.tril(x) + xp.cos(xp.triu(x, 1))),
    "diagonal": (matrices, lambda xp, x, y, k: xp.diagonal(x, axis1=-2, axis2=-1)),
    # Indexing and assignment
    "element": (some_axis, lambda xp, x, y, k: x[k.cut(k.place)]),
    "ends": (some_axis, lambda xp, x, y, k: x[0] - x[..., -1] if len(k.shape) == 1 else x[..., -1]),
    "slice": (some_axis, lambda xp, x, y, k: x[k.cut(slice(k.place, None) if k.keep else slice(None, None, 2))]),
    "rows": (some_axis, lambda xp, x, y, k: x[k.cut(np.array([k.place, 0]))]),
    "take": (some_axis, lambda xp, x, y, k: xp.take(x, np.array([0, k.place, 0]), axis=k.axis)),
    "along": (some_axis, lambda xp, x, y, k: xp.take_along_axis(x, np.full((1,) * len(k.shape), k.place), axis=k.axis)),
    "assign": (some_axis, lambda xp, x, y, k: assigned(xp, x, k)),
    # Joining and splitting
    "stack": (same, lambda xp, x, y, k: xp.stack([x, xp.sin(y)], axis=k.axis)),
    "concatenate": (same, lambda xp, x, y, k: xp.concatenate([y, x], axis=k.axis)),
    "halves": (some_axis, lambda xp, x, y, k: halves(xp, xp.concatenate([x, x + 1.0], k.axis), k.axis)),
}  # fmt: skip


class Step(NamedTuple):
    """One line of a program: the op's name, the places of its operands among the values so far, and its numbers."""

    name: str
    x: int
    y: int
    numbers: tuple[int, int, int]
    shape: tuple[int, ...]  # of operand x

    def run(self, xp: Any, values: Sequence[Any]) -> Any:
        return OPS[self.name][1](xp, values[self.x], values[self.y], Key(self.shape, *self.numbers))


class Program(NamedTuple):
    """Steps over the values x and c; the last value is the result."""

    steps: list[Step]
    shape: tuple[int, ...]  # of x
    result: tuple[int, ...]

    def __call__(self, xp: Any, x: Any, c: Any, disturb: Callable[[int, Any], Any] = lambda i, v: v) -> Any:
        """The result under the array module xp; `disturb` may change the value of the step of that number."""
        values = [x, c]
        for i, step in enumerate(self.steps):
            values.append(disturb(i, step.run(xp, values)))
        return values[-1]

    def __str__(self) -> str:
        lines = [f"  v{i} = {s.name}(v{s.x}, v{s.y}) {s.numbers}" for i, s in enumerate(self.steps, 2)]
        return "\n".join([f"v0: {self.shape}, v1: ()", *lines])


def decode(raw: Sequence[tuple[int, int, int, int, int, int]], x: np.ndarray[Any, Any], c: float) -> Program:
    """The program that these numbers say, for inputs like x and c; steps that would be too large are left out."""
    values: list[Any] = [x, np.float64(c)]
    steps: list[Step] = []
    traced = [0]  # the values that depend on x
    names = list(OPS)
    for op, first, second, *numbers in raw:
        i = traced[-1 - first % min(3, len(traced))]
        j = second % len(values)
        shape, other = np.shape(values[i]), np.shape(values[j])
        if not broadcastable(shape, other):
            j, other = i, shape
        fitting = [name for name in names if OPS[name][0](shape, other)]
        step = Step(fitting[op % len(fitting)], i, j, (numbers[0], numbers[1], numbers[2]), shape)
        value = step.run(np, values)
        if np.size(value) > LARGEST or np.ndim(value) > 3:
            continue
        for _ in range(2):
            steps.append(step)
            values.append(value)
            traced.append(len(values) - 1)
            if np.max(np.abs(value)) <= TOO_LARGE:
                break
            step = Step("arcsinh", len(values) - 1, 1, (0, 0, 0), np.shape(value))
            value = step.run(np, values)
    if not steps:
        steps.append(Step("sin", 0, 0, (0, 0, 0), np.shape(x)))
        values.append(np.sin(x))
    return Program(steps, np.shape(x), np.shape(values[-1]))


def broadcastable(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return all(m == n or 1 in (m, n) for m, n in zip(reversed(a), reversed(b)))
