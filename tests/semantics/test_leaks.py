"""Memory: long graphs are walked and freed without recursion, training leaks nothing, no cycle outlives its names."""
from __future__ import annotations

import gc
import sys
import threading
import tracemalloc
import weakref
from contextlib import contextmanager

import pytest

import adjoint as ad


@contextmanager
def collector_off():
    """Reference counts alone must free everything."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def traced():
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def chain(x, length):
    y = x
    for _ in range(length):
        y = y * 1.0000001
    return y


def test_a_million_operations_go_backward_and_are_freed():
    x = ad.tensor([1.0, 2.0], dtype=ad.float64, requires_grad=True)
    y = chain(x, 1_000_000)
    y.sum().backward()
    assert x.grad.tolist() == pytest.approx([1.0000001**1_000_000] * 2)
    first = weakref.ref(y)
    del y
    assert first() is None


def test_a_deep_graph_needs_no_deep_stack():
    x = ad.tensor(1.0, requires_grad=True)
    results = []

    def work():
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(200)
        try:
            y = chain(x, 20_000)
            (g,) = ad.autograd.grad(y, x, create_graph=True)
            (h,) = ad.autograd.grad(g * y, x)
            results.append(h.item())
        finally:
            sys.setrecursionlimit(limit)

    small = threading.stack_size(1 << 19)  # in half of that, CPython 3.13 cannot free nested lists of its own
    try:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(small)
    assert results == [pytest.approx(1.0, rel=1e-2)]


def test_an_unused_long_graph_is_freed_without_recursion():
    with collector_off(), traced() as memory:
        x = ad.tensor(1.0, requires_grad=True)
        chain(x, 10)
        start = memory()
        chain(x, 50_000)
        assert memory() - start < 50_000


def test_memory_grows_linearly_with_the_chain_and_returns():
    x = ad.tensor([1.0, 2.0], requires_grad=True)
    sizes = []
    with collector_off(), traced() as memory:
        for length in (10, 10_000, 20_000, 40_000):
            start = memory()
            y = chain(x, length)
            sizes.append(memory() - start)
            y.sum().backward()
            del y
            assert memory() - start < 60_000
    assert sizes[2] == pytest.approx(2 * sizes[1], rel=0.1)
    assert sizes[3] == pytest.approx(4 * sizes[1], rel=0.1)


def test_backward_frees_the_saved_values():
    x = ad.ones(1000, dtype=ad.float64, requires_grad=True)
    with collector_off(), traced() as memory:
        start = memory()
        y = x
        for _ in range(100):
            y = y.sin().exp() * 0.5
        kept = memory() - start
        y.sum().backward()
        assert kept > 150 * 8000
        assert memory() - start < kept / 10  # the nodes themselves live as long as y


def test_training_for_ten_thousand_steps_leaks_nothing():
    w, b = ad.zeros(3, 2, requires_grad=True), ad.zeros(2, requires_grad=True)
    inputs = ad.linspace(-1, 1, 12).reshape(4, 3)
    targets = inputs @ ad.tensor([[1.0, 2.0], [3.0, -4.0], [0.5, 0.0]]) + 1

    def step():
        loss = ((inputs @ w + b).tanh() - targets.tanh()).square().mean()
        loss.backward()
        with ad.no_grad():
            for p in (w, b):
                p -= 0.1 * p.grad
                p.grad.zero_()
        return loss.item()

    with collector_off():
        first = step()
        for _ in range(7_000):
            step()
        with traced() as memory:
            for _ in range(500):
                step()
            start = memory()
            for _ in range(2_500):
                last = step()
            assert memory() - start < 10_000
    assert last < first / 10


@pytest.mark.filterwarnings("ignore:Using backward")
def test_a_graph_held_by_its_own_gradient_dies_with_its_names():
    with collector_off():
        x = ad.tensor([1.0, 2.0], requires_grad=True)
        y = (x.exp() * x).sum()
        y.backward(create_graph=True)
        z = (x.grad * x).sum()
        names = [weakref.ref(t) for t in (x, y, z, x.grad)]
        del x, y, z
        assert [r() for r in names] == [None] * 4


@pytest.mark.filterwarnings("ignore:Using backward")
def test_all_memory_of_such_graphs_returns():
    def once():
        x = ad.ones(10_000, requires_grad=True)
        m = x * 2
        m.retain_grad()
        values = m.detach() * 1  # a hook that held m itself would be the program's own cycle, in torch as here
        m.register_hook(lambda g: g * values)
        y = (m.exp() * x).sum()
        y.backward(create_graph=True)
        (x.grad * m.grad).sum().backward()

    with collector_off():
        once()
        with traced() as memory:
            once()
            start = memory()
            for _ in range(20):
                once()
            assert memory() - start < 20_000


def cycle_by_views():
    base = ad.zeros(100, requires_grad=False)
    w = ad.ones(100, requires_grad=True)
    views = [base[i:] for i in range(5)]
    views[2] += w[2:]
    base.mul_(2)
    (views[0].sum() + base.square().sum()).backward()
    return base, w, *views


def cycle_by_function():
    class Square(ad.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            out = x * x
            ctx.save_for_backward(x, out)
            return out

        @staticmethod
        def backward(ctx, g):
            x, _ = ctx.saved_tensors
            return 2 * x * g

    x = ad.ones(100, requires_grad=True)
    y = Square.apply(x)
    z = y.sum()
    return x, y, z


def cycle_by_data():
    x = ad.ones(100, requires_grad=True)
    y = x * 3
    d, e = y.detach(), y.data
    d.mul_(2)
    y += 1
    y.sum().backward()
    return x, y, d, e


def cycle_by_exp():
    x = ad.ones(100, requires_grad=True)
    y = x.exp()  # saves its own result
    y.grad_fn.register_hook(lambda gi, go: None)
    return x, y, y.grad_fn


def cycle_by_error():
    x = ad.ones(3, requires_grad=True)
    y = x.exp()
    y.register_hook(lambda g: 1 / 0)
    try:
        y.sum().backward()
    except ZeroDivisionError as error:
        error.__traceback__ = None
    return x, y


@pytest.mark.parametrize("make", [cycle_by_views, cycle_by_function, cycle_by_data, cycle_by_exp, cycle_by_error])
def test_no_reference_cycle_survives(make):
    with collector_off():
        things = make()
        refs = [weakref.ref(t) for t in things if isinstance(t, ad.Tensor)]
        assert len(refs) >= 2
        del things
        assert [r() for r in refs] == [None] * len(refs)


def test_a_dead_leaf_does_not_live_in_its_graph_but_its_consumers_still_differentiate():
    x = ad.ones(3, requires_grad=True)
    w = ad.ones(3, requires_grad=True)
    y = (x * w).sum()
    del x
    y.backward()
    assert w.grad.tolist() == [1.0, 1.0, 1.0]
