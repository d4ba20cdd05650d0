"""Random NumPy programs under random nestings of transforms, three deep, give JAX's numbers.

A program (programs.py) is a function f(x, c). Every *layer* makes another such function of it: a gradient, a
directional derivative, a map over a batch, a Jacobian. Layers close over values of the layers around them: c is mixed
with the outer x, so a perturbation that is taken for another's shows. What goes in is an ndarray, a tensor, or an
ndarray beside a captured tensor whose own gradient is taken afterwards through everything.

JAX runs the same data. It runs it twice more with small noise added to every step's value: where that changes the
result noticeably, a kink or a singularity is near, and the sample says nothing. Such samples are counted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import adjoint as ad

from .programs import Program, decode

jax = pytest.importorskip("jax")
jnp = jax.numpy
jax.config.update("jax_enable_x64", True)
jax.config.update("jax_disable_most_optimizations", True)  # compiling is what this file waits for

EXAMPLES = 120
NOISE = 1e-9
ILL = 1e-6  # noise may change the result by this much of its norm
EXACT = 1e-9  # and we differ from JAX by this much
LARGEST = 48  # elements of a result

Function = Callable[[Any, Any], Any]


class Layer(NamedTuple):
    """A transform around f(x, c), with the numbers that say how."""

    name: str
    closes: bool  # the inner c depends on the outer x
    a: int
    b: int

    def around(self, lib: Any, xp: Any, f: Function) -> Function:
        """The function g(x, c) that transforms f with the library lib over the array module xp."""

        def g(x: Any, c: Any) -> Any:
            inner = c + 0.25 * xp.mean(x) if self.closes else c
            return LAYERS[self.name](self, lib, xp, lambda y: f(y, inner), x, lambda s: f(x, inner * s))

        return g

    def shapes(self, x: tuple[int, ...], out: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The shapes of g's argument and result where f has these."""
        match self.name:
            case "grad" | "value_and_grad" | "vjp":
                return x, x
            case "jacfwd" | "jacrev":
                return x, out + x
            case "rows":
                k = self.a % (len(x) + 1)
                return (*x[:k], 2, *x[k:]), self.mapped(out)
            case "scales" | "contexts":
                return x, self.mapped(out)
        return x, out

    def mapped(self, out: tuple[int, ...]) -> tuple[int, ...]:
        return (*out, 2) if self.b % 2 else (2, *out)

    @property
    def out_axes(self) -> int:
        return -1 if self.b % 2 else 0


SCALES = np.array([0.9, -1.1])


def scalar(xp: Any, f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda y: xp.sum(xp.sin(f(y)))


def by_value_and_grad(xp: Any, pair: tuple[Any, Any]) -> Any:
    return pair[1] * xp.cos(pair[0])


# layer, library, array module, f(y) with c captured, x, and f(x) as a function of a factor of c.
LAYERS: dict[str, Callable[..., Any]] = {
    "grad": lambda l, lib, xp, f, x, h: lib.grad(scalar(xp, f))(x),
    "value_and_grad": lambda l, lib, xp, f, x, h: by_value_and_grad(xp, lib.value_and_grad(scalar(xp, f))(x)),
    "vjp": lambda l, lib, xp, f, x, h: (lambda out, pull: pull(xp.cos(out))[0])(*lib.vjp(f, x)),
    "jvp": lambda l, lib, xp, f, x, h: lib.jvp(f, (x,), (xp.cos(x),))[1],
    "linearize": lambda l, lib, xp, f, x, h: lib.linearize(f, x)[1](xp.sin(x) + 1.0),
    "jacfwd": lambda l, lib, xp, f, x, h: lib.jacfwd(f)(x),
    "jacrev": lambda l, lib, xp, f, x, h: lib.jacrev(f)(x),
    "rows": lambda l, lib, xp, f, x, h: lib.vmap(f, in_axes=l.a % x.ndim, out_axes=l.out_axes)(x),
    "scales": lambda l, lib, xp, f, x, h: lib.vmap(lambda s, y: f(s * y), (0, None), l.out_axes)(SCALES, x),
    "contexts": lambda l, lib, xp, f, x, h: lib.vmap(h, out_axes=l.out_axes)(SCALES),
}  # fmt: skip

number = st.integers(0, 2**16)
step = st.integers(0, 2**32 - 1).map(lambda seed: tuple(np.random.default_rng(seed).integers(0, 2**16, 6).tolist()))
layer = st.builds(Layer, st.sampled_from(list(LAYERS)), st.booleans(), number, number)
sample = st.fixed_dictionaries(
    {
        "raw": st.integers(1, 20).flatmap(lambda n: st.lists(step, min_size=n, max_size=n)),
        "shape": st.sampled_from([(), (2,), (3,), (2, 2), (2, 3), (3, 2), (2, 1, 2)]),
        "layers": st.lists(layer, min_size=1, max_size=3),
        "kind": st.sampled_from(["ndarray", "tensor", "captured"]),
        "seed": number,
    }
)  # fmt: skip


class Sample:
    """A program, its layers and its inputs."""

    def __init__(self, raw: Any, shape: tuple[int, ...], layers: list[Layer], kind: str, seed: int) -> None:
        draws = np.random.default_rng(seed)
        self.kind = kind
        self.c = np.float64(draws.uniform(-1, 1))
        self.program: Program = decode(raw, draws.uniform(-1.5, 1.5, shape), self.c)
        self.noise = [draws.standard_normal(step.shape) for step in self.program.steps]
        self.layers: list[Layer] = []
        result = self.program.result
        for layer in layers:
            if np.prod(layer.shapes(shape, result)[1]) > LARGEST:
                layer = layer._replace(name="grad")
            shape, result = layer.shapes(shape, result)
            self.layers.append(layer)
        self.x = draws.uniform(-1.5, 1.5, shape)
        self.weight = draws.uniform(0.5, 1.0, result)

    def __repr__(self) -> str:
        nest = " of ".join(f"{l.name}{' with closure' * l.closes}" for l in reversed(self.layers))
        return f"{nest} on {self.kind}, x {self.x.tolist()}, c {self.c}\n{self.program}"

    def under(self, lib: Any, xp: Any, *disturb: Any) -> Function:
        f: Function = lambda x, c: self.program(xp, x, c, *disturb)
        for layer in self.layers:
            f = layer.around(lib, xp, f)
        return f

    def expected(self) -> list[Any] | None:
        """What JAX says (value, and the gradient of a captured number), or None where noise changes it."""

        def results(x: Any, c: Any, size: Any) -> Any:
            def disturb(i: int, v: Any) -> Any:
                return v + size * np.resize(self.noise[i], v.shape)

            g = self.under(jax, jnp, disturb)
            if self.kind != "captured":
                return [g(x, c)]
            total = lambda c: (lambda out: (jnp.sum(jnp.sin(out) * self.weight), out))(g(x, c))
            slope, out = jax.grad(total, has_aux=True)(c)
            return [out, slope]

        run = jax.jit(results)
        exact, *others = [[np.asarray(r) for r in run(self.x, self.c, size)] for size in (0.0, NOISE, -NOISE)]
        for other in others:
            if not all(far(a, b) <= ILL * max(np.linalg.norm(a), 1e-3) for a, b in zip(exact, other)):
                return None
        return exact

    def ours(self) -> list[Any]:
        """The same from us, checked to be of the kind that went in."""
        g = self.under(ad, np)
        if self.kind == "ndarray":
            out = g(self.x, self.c)
            assert isinstance(out, np.ndarray | np.float64), type(out)
            return [out]
        if self.kind == "tensor":
            out = g(ad.tensor(self.x), self.c)
            assert isinstance(out, ad.Tensor), type(out)
            assert not out.requires_grad
            return [out.numpy()]
        c = ad.tensor(self.c, requires_grad=True)
        out = g(self.x, c)
        if isinstance(out, np.ndarray | np.float64):  # no operand of it was the tensor
            return [out, 0.0]
        assert isinstance(out, ad.Tensor), type(out)
        if not out.requires_grad:
            return [out.numpy(), 0.0]
        slope = ad.autograd.grad(ad.sum(ad.sin(out) * ad.tensor(self.weight)), c, allow_unused=True)[0]
        return [out.detach().numpy(), 0.0 if slope is None else slope.numpy()]


def far(a: Any, b: Any) -> float:
    """The distance, infinite where either is not finite."""
    distance = np.linalg.norm(a - b)
    return distance if np.isfinite(distance) else np.inf


def test_random_programs_under_nested_transforms_agree_with_jax():
    counts = {"compared": 0, "rejected": 0}

    @settings(max_examples=EXAMPLES)
    @given(sample)
    def agree(numbers):
        case = Sample(**numbers)
        expected = case.expected()
        counts["rejected" if expected is None else "compared"] += 1
        if expected is None:
            return
        try:
            got = case.ours()
        except Exception as error:
            error.add_note(repr(case))
            raise
        for a, b in zip(got, expected):
            assert np.shape(a) == np.shape(b), case
            assert far(a, b) <= EXACT * max(np.linalg.norm(b), 1e-3), (case, a, b)

    agree()
    assert counts["rejected"] < 0.05 * sum(counts.values()), counts
