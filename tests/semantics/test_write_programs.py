"""Random programs that write into tensors, views and aliases agree with the same programs written functionally.

A program is a list of raw numbers, decoded while it runs, so any part of it is again a program and a failing one is
shrunk before it is shown. The *mutating* run uses views and in-place ops. The *functional* run has neither: each
memory is one flat immutable value, a view is an array of positions in it, a read takes, a write builds the next value
by a gather. Both are differentiated twice; torch, where it is installed, runs the functional one as well.
"""
from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad

LENGTH = 14


# Views: what is called on the tensor, and the same on the array of positions (which stays a NumPy view of its memory).
def view_of(shape, a, b, c):
    dim = a % len(shape)
    low = b % shape[dim]
    high = low + 1 + c % (shape[dim] - low)
    cut = (slice(None),) * dim + (slice(low, high, 1 + a % 2),)
    other = b % len(shape)
    square = len(shape) >= 2
    flat = (-1,) if c % 2 else (shape[-1], -1)
    return [
        ("slice", lambda t: t[cut], lambda p: p[cut]),
        ("select", lambda t: t.select(dim, low), lambda p: p.take_view(dim, low)),
        ("transpose", lambda t: t.transpose(dim, other), lambda p: p.swapaxes(dim, other)),
        ("reshape", lambda t: t.reshape(flat), lambda p: p.reshape(flat)),
        ("narrow", lambda t: t.narrow(dim, low, high - low), lambda p: p[(slice(None),) * dim + (slice(low, high),)]),
        ("unbind", lambda t: t.unbind(dim)[low], lambda p: p.take_view(dim, low)),
        ("split", lambda t: t.split(1, dim)[low], lambda p: p[(slice(None),) * dim + (slice(low, low + 1),)]),
        ("diagonal", lambda t: t.diagonal(b % 2), lambda p: p.diagonal(b % 2)) if square and min(shape) > 1 else None,
        ("expand", lambda t: t.unsqueeze(0).expand(2, *shape), lambda p: np.broadcast_to(p, (2, *shape), subok=True)),
        ("unsqueeze", lambda t: t.unsqueeze(dim), lambda p: np.expand_dims(p, dim)),
        ("alias", lambda t: t[...], lambda p: p[...]),
    ]


class Positions(np.ndarray):
    """Positions of a view's elements in its flat memory, itself a NumPy view wherever the tensor op makes one."""

    def take_view(self, dim, i):
        return self[(slice(None),) * dim + (i, ...)]


def positions(shape):
    return np.arange(int(np.prod(shape))).reshape(shape).view(Positions)


# Functions that make new memory (their results save operands or outputs).
FUNCTIONS = [
    lambda lib, x, y: x * y, lambda lib, x, y: lib.sin(x) + y, lambda lib, x, y: lib.exp(0.3 * lib.tanh(x)),
    lambda lib, x, y: x / (2 + y * y), lambda lib, x, y: lib.sigmoid(x) * x, lambda lib, x, y: lib.sqrt(1 + x * x),
    lambda lib, x, y: lib.tanh(x - y), lambda lib, x, y: x.softmax(0) * y, lambda lib, x, y: x.cumsum(0) * 0.5,
]


# Writes: the in-place form, and the value of the whole region afterwards. `o` is an operand of the region's shape.
def write_of(shape, a, b):
    rng = np.random.default_rng([a, b])
    low, mask = rng.normal(), rng.random(shape) < 0.5
    dim = a % len(shape)
    rows = rng.permutation(shape[dim])[: 1 + b % shape[dim]]
    key = (slice(None),) * dim + (rows,)
    place = np.full(shape[dim], -1)
    place[rows] = np.arange(len(rows))
    hit = np.moveaxis(np.broadcast_to(place >= 0, (*(s for i, s in enumerate(shape) if i != dim), shape[dim])), -1, dim)

    def tens(lib, v):
        return lib.tensor(np.array(v))

    def rows_of(lib, o):
        return o.index_select(dim, tens(lib, rows))

    return [
        ("add_", lambda lib, v, o: v.add_(o), lambda lib, v, o: v + o),
        ("+=", lambda lib, v, o: v.__iadd__(o), lambda lib, v, o: v + o),
        ("sub_", lambda lib, v, o: v.sub_(o, alpha=0.5), lambda lib, v, o: v - 0.5 * o),
        ("mul_", lambda lib, v, o: v.mul_(o), lambda lib, v, o: v * o),
        ("div_", lambda lib, v, o: v.div_(2 + o * o), lambda lib, v, o: v / (2 + o * o)),
        ("zero_", lambda lib, v, o: v.zero_(), lambda lib, v, o: lib.zeros_like(v)),
        ("fill_", lambda lib, v, o: v.fill_(low), lambda lib, v, o: lib.full_like(v, low)),
        ("copy_", lambda lib, v, o: v.copy_(o), lambda lib, v, o: o),
        ("clamp_", lambda lib, v, o: v.clamp_(low, low + 0.7), lambda lib, v, o: v.clamp(low, low + 0.7)),
        ("sin_", lambda lib, v, o: v.sin_(), lambda lib, v, o: lib.sin(v)),
        ("tanh_", lambda lib, v, o: v.tanh_(), lambda lib, v, o: lib.tanh(v)),
        ("masked_fill_", lambda lib, v, o: v.masked_fill_(tens(lib, mask), low),
         lambda lib, v, o: lib.where(tens(lib, mask), lib.full_like(v, low), v)),
        ("[mask]=", lambda lib, v, o: v.__setitem__(tens(lib, mask), low),
         lambda lib, v, o: lib.where(tens(lib, mask), lib.full_like(v, low), v)),
        ("[rows]=", lambda lib, v, o: v.__setitem__(tuple(tens(lib, k) if k is rows else k for k in key), o[key]),
         lambda lib, v, o: lib.where(tens(lib, hit), o, v)),
        ("[...]=", lambda lib, v, o: v.__setitem__(..., o * 2), lambda lib, v, o: o * 2),
        ("index_add_", lambda lib, v, o: v.index_add_(dim, tens(lib, rows), rows_of(lib, o)),
         lambda lib, v, o: lib.where(tens(lib, hit), v + o, v)),
        ("addcmul_", lambda lib, v, o: v.addcmul_(o, o, value=0.1), lambda lib, v, o: v + 0.1 * o * o),
        ("lerp_", lambda lib, v, o: v.lerp_(o, 0.4), lambda lib, v, o: v + 0.4 * (o - v)),
    ]


OUT = [("mul", lambda x, y: x * y), ("add", lambda x, y: x + y), ("sub", lambda x, y: x - y)]


class Mutating:
    """Handles are tensors; writes are in-place."""

    def __init__(self, lib, leaves):
        self.lib = lib
        self.made = [*leaves, *(x * 1.5 for x in leaves), lib.tensor(np.linspace(-1, 1, 12).reshape(3, 4))]

    def start(self):
        return self.made

    def read(self, h):
        return h

    def new(self, value):
        return value

    def view(self, h, on_tensor, _):
        return on_tensor(h)

    def detach(self, h, data):
        return h.data if data else h.detach()

    def write(self, h, o, in_place, _, silent):
        if silent:
            with self.lib.no_grad():
                in_place(self.lib, h, o)
        else:
            in_place(self.lib, h, o)

    def out(self, h, name, x, y):
        with self.lib.no_grad():
            getattr(self.lib, name)(x, y, out=h)


class History:
    """One tape's view of a memory. A detached alias has the memory's numbers and a history of its own."""

    def __init__(self, value, family):
        self.value, self.family = value, family
        family.append(self)

    def set(self, value):
        self.value = value
        for other in self.family:
            if other is not self:
                other.follow(value)

    def follow(self, value):
        self.value = self.value + (value - self.value).detach()


class Functional:
    """Handles are (history, positions); nothing is ever written."""

    def __init__(self, lib, leaves):
        self.lib = lib
        made = [*leaves, *(x * 1.5 for x in leaves), lib.tensor(np.linspace(-1, 1, 12).reshape(3, 4))]
        self.made = [self.new(value) for value in made]

    def start(self):
        return self.made

    def read(self, h):
        return h[0].value[self.lib.tensor(np.asarray(h[1]).reshape(-1))].reshape(h[1].shape)

    def new(self, value):
        return History(value.reshape(-1), []), positions(tuple(value.shape))

    def view(self, h, _, on_positions):
        return h[0], on_positions(h[1])

    def detach(self, h, _):
        return History(h[0].value.detach(), h[0].family), h[1]

    def write(self, h, o, _, whole, silent):
        self.replace(h, whole(self.lib, self.read(h), o), silent)

    def out(self, h, name, x, y):
        self.replace(h, dict(OUT)[name](x, y), True)

    def replace(self, h, value, silent):
        history, where = h[0], np.asarray(h[1]).reshape(-1)
        take = np.arange(len(history.value))
        take[where] = len(take) + np.arange(len(where))
        value = self.lib.cat([history.value, value.reshape(-1)])[self.lib.tensor(take)]
        if silent:
            history.follow(value.detach())
        history.set(history.value if silent else value)


def run(program, machine):
    """Every value the program ends with, and its story. Positions are tracked beside both kinds of handle."""
    handles = machine.start()
    spots = [positions(tuple(machine.read(h).shape)) for h in handles]
    bare = [True, True, False, False, False]  # a leaf, or a view of one: written only under no_grad
    story = []

    def keep(handle, spot, is_leaf):
        handles.append(handle), spots.append(spot), bare.append(is_leaf)

    def operand(i, shape):
        o = machine.read(handles[i])
        return o if tuple(o.shape) == tuple(shape) else machine.lib.sin(o.sum()).expand(tuple(shape))

    for op, i, j, a, b, c in program:
        i, j = i % len(handles), j % len(handles)
        spot, shape = spots[i], spots[i].shape
        free = len(np.unique(spot)) == spot.size
        if op < 8 and spot.ndim:
            choice = view_of(shape, a, b, c)[(a // 8 + op) % 11]
            if choice is None or spot.size > 60:
                continue
            name, on_tensor, on_positions = choice
            seen = on_positions(spot)
            if np.may_share_memory(seen, spot):
                keep(machine.view(handles[i], on_tensor, on_positions), seen, bare[i])
            else:  # a reshape that must copy
                keep(machine.new(on_tensor(machine.read(handles[i]))), positions(seen.shape), False)
        elif op < 10:
            name = "detach"
            keep(machine.detach(handles[i], c % 2), spot, False)
        elif op < 13:
            name = f"function {a % len(FUNCTIONS)} of {j}"
            f = FUNCTIONS[a % len(FUNCTIONS)]
            if not spot.ndim:
                continue
            keep(machine.new(f(machine.lib, machine.read(handles[i]), operand(j, shape))), positions(shape), False)
        elif op < 14 and len(handles) > 5:
            name = "delete"
            del handles[i], spots[i], bare[i]
        elif op < 15 and free:
            name, _ = OUT[a % 3]
            machine.out(handles[i], name, operand(j, shape), operand(i, shape))
        elif free and spot.ndim:
            name, in_place, whole = write_of(shape, a, b)[c % 18]
            machine.write(handles[i], operand(j, shape), in_place, whole, silent := bare[i] or a % 5 == 0)
            name += f" by {j}" + " under no_grad" * silent
        else:
            continue
        story.append(f"{name} on {i}")
    return [machine.read(h) for h in handles], story


def derivatives(machine, program, lib):
    """The numbers of a program: final values, gradient, and the gradient of a functional of the gradient."""
    leaves = [lib.tensor(np.sin(np.arange(12.0)).reshape(3, 4)), lib.tensor(np.cos(np.arange(4.0)))]
    for x in leaves:
        x.requires_grad_()
    values, _ = run(program, machine(lib, leaves))

    def weigh(t):
        return (t * lib.tensor(np.linspace(0.5, 2, t.numel()).reshape(tuple(t.shape)))).sum()

    loss = sum(weigh(x) for x in leaves) + sum(weigh(lib.sin(v)) for v in values)
    first = lib.autograd.grad(loss, leaves, create_graph=True)
    total = sum(weigh(g * g) for g in first)
    second = [lib.zeros_like(x) for x in leaves]
    if total.requires_grad:
        second = lib.autograd.grad(total, leaves, materialize_grads=True)
    return [t.detach().numpy().copy() for t in (*values, *first, *second)]


def difference(program, lib):
    """None, or how the two runs of a program differ."""
    try:
        got = derivatives(Mutating, program, ad)
        for g, e in zip(got, derivatives(Functional, program, lib), strict=True):
            np.testing.assert_allclose(g, e, rtol=1e-7, atol=1e-9)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def shrunk(program, lib):
    """A failing program from which no single step can be left out."""
    for k in reversed(range(len(program))):
        smaller = program[:k] + program[k + 1:]
        if difference(smaller, lib):
            return shrunk(smaller, lib)
    return program


@pytest.mark.parametrize("truth", ["adjoint", "torch"])
@pytest.mark.parametrize("seed", range(40))
def test_a_program_with_writes_equals_its_functional_form_to_second_order(seed, truth):
    lib = ad if truth == "adjoint" else pytest.importorskip("torch")
    for case in range(5):
        rng = np.random.default_rng([seed, case])
        program = [(int(rng.integers(24)), *map(int, rng.integers(0, 1 << 12, 5))) for _ in range(LENGTH)]
        if difference(program, lib):
            smallest = shrunk(program, lib)
            leaves = [lib.ones(*shape, dtype=lib.float64) for shape in ((3, 4), (4,))]
            _, story = run(smallest, Functional(lib, leaves))
            pytest.fail(f"{smallest}\n" + "\n".join(story) + f"\n{difference(smallest, lib)}")
