"""Random programs in which NumPy arrays alias tensors: a gradient always belongs to the numbers that the op has seen.

An alias may share memory, hold its own snapshot, or be read-only, and a write may be detected and refused in backward;
what may not happen is a derivative taken at numbers that were not there when the op ran.
"""
from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad

ALIASES = [
    lambda t: t.detach().numpy(),
    lambda t: np.asarray(t.detach()),
    lambda t: t.data[1:].numpy(),
    lambda t: t.detach().T.numpy(),
    lambda t: np.from_dlpack(t.detach()),
    lambda t: memoryview(t.detach().numpy()).cast("B").cast("d"),
]


def write(alias, rng):
    """Put new numbers into part of an alias; one that is read-only says so and stays."""
    try:
        if isinstance(alias, memoryview):
            alias[0] = rng.normal()
        else:
            alias[rng.integers(len(alias))] = rng.normal()
    except (ValueError, TypeError) as refused:
        if "read-only" not in str(refused):
            raise


@pytest.mark.parametrize("seed", range(60))
def test_gradients_belong_to_the_numbers_that_were_seen(seed):
    rng = np.random.default_rng(seed)
    x = ad.tensor(rng.normal(size=(3, 4)), requires_grad=True)
    outside = rng.normal(size=(3, 4))
    tensors = [x * 2.0, ad.tensor(rng.normal(size=(3, 4))), ad.from_numpy(outside), x]
    slopes = [2.0, 0.0, 0.0, 1.0]  # d tensor / d x as history has it
    aliases, loss, expected = [outside], 0.0, np.zeros((3, 4))
    for _ in range(16):
        i, action = int(rng.integers(4)), int(rng.integers(6))
        t, slope = tensors[i], slopes[i]
        seen, now = np.array(t.tolist()), np.array(x.tolist())
        if action == 0:
            aliases.append(ALIASES[rng.integers(len(ALIASES))](t))
        elif action == 1:
            write(aliases[rng.integers(len(aliases))], rng)
        elif action == 2 and aliases:
            aliases.pop(int(rng.integers(len(aliases)))) if len(aliases) > 1 else None
        elif action == 3:
            with ad.no_grad():
                t[int(rng.integers(3))].mul_(1.5)
        elif action == 4:
            loss = loss + (t * x).sum() + t.exp().sum() + (t.mT @ t).sum()
            expected += seen + slope * now + slope * np.exp(seen) + 2 * slope * seen.sum(1, keepdims=True)
        else:
            view = t[1:, ::2]
            loss = loss + (view * view * view).sum()
            expected[1:, ::2] += 3 * slope * seen[1:, ::2] ** 2
        write(aliases[0], rng)
    if isinstance(loss, float) or not loss.requires_grad:
        return
    try:
        (g,) = ad.autograd.grad(loss, x)
    except RuntimeError as detected:
        if "modified" in str(detected):
            return
        raise
    np.testing.assert_allclose(g.numpy(), expected, rtol=1e-12, atol=1e-12)
