"""Writes through detached aliases and under no_grad mean the same under every transform as on the tape.

A detached tensor has the numbers of its origin and a history of its own, so a write through it changes the origin's
numbers and none of its derivatives. A write under no_grad is not recorded on any tape; tangents follow it, as they do
every op there. (What PyTorch gives for all of these, eagerly and by torch.func.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adjoint as ad
from adjoint.autograd import forward_ad

from ..semantics.test_write_programs import OUT, Functional, Mutating, run

X = np.array([2.0, 3.0])
Program = Callable[[Any], Any]


def number(x: Any) -> Any:
    y = x * x
    y.detach()[0] = 10.0
    return y * y


def traced(x: Any) -> Any:
    y = x * x
    y.detach()[0] = x[0]
    return y * y


def read_back(x: Any) -> Any:
    y = x * x
    d = y.detach()
    d[0] = x[0]
    return d * d


def part(x: Any) -> Any:
    y = x * x
    d = y.detach()
    d[1:][0] = x[0]
    return y * y + d


def twice(x: Any) -> Any:
    y = x * x
    d = y.detach()
    d[0] = x[0]
    e = d.detach()
    e.mul_(2)
    return y * y + d * e


def argument(x: Any) -> Any:
    x.data.mul_(5)
    return x * x


def cut(x: Any) -> Any:
    y = x * x
    y.detach_()
    z = y * x
    y[0] = x[0]
    return y * y + z


def part_cut(x: Any) -> Any:
    y = x * x
    v = y[1:].detach_()
    y[0] = x[0]
    v.mul_(x[1])
    return y * x[0].detach() + v


def copied(x: Any) -> Any:
    y = x * x
    y.data.copy_(ad.tensor([10.0, 9.0], dtype=ad.float64))
    return y * y


# The Jacobian's diagonal (all but that of `part` are diagonal) by hand, and the diagonal of its derivative.
PROGRAMS: list[tuple[Program, list[list[float]]]] = [
    (number, [[80.0, 0.0], [0.0, 108.0]]), (traced, [[16.0, 0.0], [0.0, 108.0]]),
    (read_back, [[4.0, 0.0], [0.0, 0.0]]), (part, [[32.0, 0.0], [1.0, 24.0]]),
    (twice, [[2 * 4.0 * 4.0 + 4.0, 0.0], [0.0, 2 * 18.0 * 6.0]]), (argument, [[20.0, 0.0], [0.0, 30.0]]),
    (cut, [[4.0 + 4.0, 0.0], [0.0, 9.0]]),
    (part_cut, [[2.0, 9.0], [0.0, 2 * 6.0 + 9.0]]), (copied, [[80.0, 0.0], [0.0, 108.0]]),
]


def _columns(f: Program, level: Any = ad.jvp) -> Any:
    return np.stack([level(f, (ad.tensor(X),), (ad.tensor(t),))[1].numpy() for t in np.eye(2)], axis=1)


def _by_dual_level(f: Program, primals: Any, tangents: Any) -> Any:
    with forward_ad.dual_level():
        return forward_ad.unpack_dual(f(forward_ad.make_dual(primals[0].clone(), tangents[0])))


WAYS: dict[str, Callable[[Program], Any]] = {
    "jacrev": lambda f: ad.jacrev(f)(ad.tensor(X)).numpy(),
    "jacfwd": lambda f: ad.jacfwd(f)(ad.tensor(X)).numpy(),
    "jvp": _columns,
    "dual level": lambda f: _columns(f, _by_dual_level),
    "jet": lambda f: np.stack([ad.taylor(f, ad.tensor(X), 1, ad.tensor(t))[1].numpy() for t in np.eye(2)], axis=1),
    "vmap of jvp": lambda f: ad.vmap(lambda x: ad.jacfwd(f)(x))(ad.tensor(X[None]))[0].numpy(),
    "jvp of vmap": lambda f: ad.jacfwd(ad.vmap(f))(ad.tensor(X[None]))[0, :, 0].numpy(),
    "grad of vmap": lambda f: ad.jacrev(ad.vmap(f))(ad.tensor(X[None]))[0, :, 0].numpy(),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("program", "jacobian"), PROGRAMS, ids=[p.__name__ for p, _ in PROGRAMS])
def test_a_write_through_a_detached_tensor_changes_numbers_and_no_derivatives(
        program: Program, jacobian: list[list[float]], way: str) -> None:
    np.testing.assert_allclose(WAYS[way](program), jacobian, rtol=1e-12)


@pytest.mark.parametrize("program", [p for p, _ in PROGRAMS])
def test_second_derivatives_agree_in_all_orders_of_modes(program: Program) -> None:
    def total(x: Any) -> Any:
        return program(x).sum()

    x = ad.tensor(X)
    expected = ad.jacrev(ad.grad(total))(x)
    assert ad.allclose(ad.hessian(total)(x), expected)
    assert ad.allclose(ad.jacfwd(ad.jacfwd(total))(x), expected)
    assert ad.allclose(ad.jacrev(ad.jacfwd(total))(x), expected)


def test_a_value_with_a_tangent_is_not_given_other_memory() -> None:
    def f(x: Any) -> Any:
        y = x * x
        y.data = ad.zeros(2, dtype=ad.float64)
        return y * y

    assert ad.grad(lambda x: f(x).sum())(ad.tensor(X)).tolist() == [0.0, 0.0]
    with pytest.raises(ad.errors.WriteError, match="copy_"):
        ad.jacfwd(f)(ad.tensor(X))


def test_a_write_under_no_grad_leaves_the_tape_under_a_map() -> None:
    def f(x: Any) -> Any:
        y = x * x
        v = y[1:]
        with ad.no_grad():
            v.mul_(x[:1])
            z = x * y
        return (y * y).sum() + v.sum() + z.sum()

    rows = ad.tensor([[2.0, 3.0], [4.0, 5.0]], requires_grad=True)
    ad.vmap(f)(rows).sum().backward()
    assert rows.grad.tolist() == [[32.0, 222.0], [256.0, 2010.0]]
    assert ad.grad(lambda x: ad.vmap(f)(x).sum())(rows.detach()).tolist() == rows.grad.tolist()
    assert ad.vmap(ad.grad(f))(rows.detach()).tolist() == rows.grad.tolist()


def test_a_write_under_no_grad_leaves_the_tape_of_a_tangent() -> None:
    def f(x: Any) -> Any:
        y = x * x
        with ad.no_grad():
            y[0] = 10.0
        return (y * y).sum()

    along = ad.grad(lambda x: ad.jvp(f, (x,), (ad.ones(2, dtype=ad.float64),))[1])
    assert along(ad.tensor(X)).tolist() == [40.0, 108.0]


def test_a_value_that_was_overwritten_by_numbers_takes_traced_values_again() -> None:
    def f(x: Any) -> Any:
        y = x * x
        y.fill_(1.0)
        y[0] = x[0]
        return y

    assert ad.jacfwd(f)(ad.tensor(X)).tolist() == [[1.0, 0.0], [0.0, 0.0]]


class Recorded(Mutating):
    """Writes are all recorded: where tapes and tangents nest, no_grad stops one of them."""

    def write(self, h: Any, o: Any, in_place: Any, _: Any, silent: bool) -> None:
        in_place(self.lib, h, o)

    def out(self, h: Any, name: str, x: Any, y: Any) -> None:
        h.copy_(dict(OUT)[name](x, y))


class Followed(Functional):
    def write(self, h: Any, o: Any, _: Any, whole: Any, silent: bool) -> None:
        self.replace(h, whole(self.lib, self.read(h), o), False)

    def out(self, h: Any, name: str, x: Any, y: Any) -> None:
        self.replace(h, dict(OUT)[name](x, y), False)


START = np.concatenate([np.sin(np.arange(12.0)), np.cos(np.arange(4.0))])
ALONG = np.cos(3 * np.arange(16.0))


def _summed(f: Program) -> Program:
    return lambda x: f(x).sum()


NESTINGS: dict[str, tuple[Any, Callable[[Program, Any, Any], Any]]] = {
    "jvp": (Mutating, lambda f, x, t: ad.jvp(f, (x,), (t,))[1]),
    "jet": (Mutating, lambda f, x, t: ad.taylor(f, x, 2, t)[2]),
    "grad": (Recorded, lambda f, x, t: ad.grad(_summed(f))(x)),
    "vmap": (Recorded, lambda f, x, t: ad.vmap(f)(ad.stack([x, 0.7 * x]))),
    "grad of vmap": (Recorded, lambda f, x, t: ad.grad(lambda x: ad.vmap(f)(x).sum())(ad.stack([x, 0.7 * x]))),
    "vmap of jvp": (Mutating, lambda f, x, t: ad.vmap(lambda x: ad.jvp(f, (x,), (t,))[1])(ad.stack([x, 0.7 * x]))),
    "jvp of grad": (Recorded, lambda f, x, t: ad.jvp(ad.grad(_summed(f)), (x,), (t,))[1]),
    "grad of jvp": (Recorded, lambda f, x, t: ad.grad(lambda x: ad.jvp(f, (x,), (t,))[1].sum())(x)),
    "vmap of grad": (Recorded, lambda f, x, t: ad.vmap(ad.grad(_summed(f)))(ad.stack([x, 0.7 * x]))),
}


@pytest.mark.parametrize("nesting", NESTINGS)
@pytest.mark.parametrize("seed", range(3))
def test_random_programs_with_writes_equal_their_functional_forms_under_transforms(seed: int, nesting: str) -> None:
    machine, transform = NESTINGS[nesting]
    for case in range(4):
        rng = np.random.default_rng([seed, case, 5])
        program = [(int(rng.integers(24)), *map(int, rng.integers(0, 1 << 12, 5))) for _ in range(10)]

        def f(x: Any, of: Any, program: Any = program) -> Any:
            values, _ = run(program, of(ad, [x[:12].reshape(3, 4).clone(), x[12:].clone()]))
            return ad.stack([(v + ad.sin(v)).sum() for v in values])

        got, expected = [transform(lambda x, of=of: f(x, of), ad.tensor(START), ad.tensor(ALONG))
                         for of in (machine, Followed)]
        np.testing.assert_allclose(got.numpy(), expected.numpy(), rtol=1e-8, atol=1e-10, err_msg=str(program))


@pytest.mark.parametrize("alias", [lambda y: y.detach().numpy(), lambda y: np.asarray(y.detach())])
def test_an_ndarray_of_a_value_with_a_tangent_is_read_only_and_the_value_is_not_written_beside_it(alias: Any) -> None:
    def by_ndarray(x: Any) -> Any:
        y = x * x
        alias(y)[0] = 7.0
        return y

    def beside(x: Any) -> Any:
        y = x * x
        kept = alias(y)
        y.mul_(2)
        return y * kept[0]

    def after(x: Any) -> Any:
        y = x * x
        assert alias(y).tolist() == [4.0, 9.0]
        return y.mul_(2)

    x = ad.tensor(X)
    with pytest.raises(ValueError, match="read-only"):
        ad.jacfwd(by_ndarray)(x)
    with pytest.raises(ad.errors.WriteError, match="is still there"):
        ad.jacfwd(beside)(x)
    assert ad.jacfwd(after)(x).tolist() == [[8.0, 0.0], [0.0, 12.0]]


def test_a_value_with_a_tangent_keeps_its_size() -> None:
    with pytest.raises(ad.errors.WriteError, match="resize_"):
        ad.jacfwd(lambda x: x.detach().resize_(3))(ad.tensor(X))
