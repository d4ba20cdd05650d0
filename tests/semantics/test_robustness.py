"""When something goes wrong, or runs elsewhere: exceptions, interrupts, threads, processes, the user's warnings."""

from __future__ import annotations

import multiprocessing
import operator
import os
import pickle
import threading
import warnings

import numpy as np
import pytest

import adjoint as ad


def leaf(*values):
    return ad.tensor(values if len(values) > 1 else values[0], requires_grad=True)


class Flaky(ad.autograd.Function):
    """The identity, whose backward raises what it is told to once."""

    error: BaseException | None = None

    @staticmethod
    def forward(ctx, x):
        return x * 1

    @staticmethod
    def backward(ctx, g):
        error, Flaky.error = Flaky.error, None
        if error:
            raise error
        return g


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt(), MemoryError()], ids=repr)
@pytest.mark.parametrize("create_graph", [False, True])
def test_an_error_in_a_rule_leaves_grad_and_modes_and_the_next_pass_is_whole(error, create_graph):
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    (x * w).sum().backward()
    before = x.grad.tolist(), w.grad.tolist()
    out = (Flaky.apply(x.exp()) * w).sum()
    Flaky.error = error
    with ad.enable_grad(), pytest.raises(type(error)):
        ad.autograd.grad(out, (x, w), create_graph=create_graph, retain_graph=True)
    Flaky.error = error
    with pytest.raises(type(error)):
        out.backward(retain_graph=True, inputs=[x])
    assert (x.grad.tolist(), w.grad.tolist()) == before
    assert ad.is_grad_enabled()
    assert (x * w).requires_grad
    x.grad = w.grad = None
    out.backward()
    np.testing.assert_allclose(x.grad.numpy(), np.exp([1, 2]) * [3, 4], rtol=1e-6)
    np.testing.assert_allclose(w.grad.numpy(), np.exp([1, 2]), rtol=1e-6)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_pass_that_fails_frees_nothing_and_gives_no_leaf_a_part_of_its_gradient(error):
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    out = (Flaky.apply(x.exp()) * w).exp().sum()
    Flaky.error = error()
    with pytest.raises(error):
        out.backward()
    assert x.grad is None
    assert w.grad is None
    out.backward()
    assert x.grad is not None
    assert w.grad is not None


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_in_a_hook_leaves_the_graph_as_it_was(error):
    x = leaf(2.0)
    m = x * x

    def hook(g):
        raise error

    handle = m.register_hook(hook)
    with pytest.raises(error):
        (3 * m).backward(retain_graph=True)
    assert x.grad is None
    assert ad.is_grad_enabled()
    handle.remove()
    (3 * m).backward()
    assert x.grad.item() == 12.0


def test_an_error_in_forward_records_nothing():
    x = leaf(1.0, 2.0)
    y = x * 1
    with pytest.raises((RuntimeError, ValueError)):
        y += ad.ones(5)
    with pytest.raises((RuntimeError, ValueError)):
        y @ ad.ones(5, 5)
    assert y._version == 0
    assert y.tolist() == [1.0, 2.0]
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]


def test_backward_inside_backward_is_allowed():
    class Inner(ad.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x.detach() ** 3

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            with ad.enable_grad():
                t = x.detach().requires_grad_()
                (d,) = ad.autograd.grad(t**3, t)
            return g * d

    x = leaf(2.0)
    (Inner.apply(x) * 2).backward()
    assert x.grad.item() == 24.0


def in_threads(work, count=6):
    errors = []

    def guarded(i):
        try:
            work(i)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(i,)) for i in range(count)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert errors == []


def test_threads_differentiate_their_own_graphs():
    def work(i):
        for k in range(50):
            x = leaf(float(i + 1))
            y = (x.exp().log() * x).sin()
            y.backward()
            assert x.grad.item() == pytest.approx(2 * (i + 1) * np.cos((i + 1.0) ** 2), rel=1e-4, abs=1e-4), k

    in_threads(work)


def test_threads_accumulate_into_one_leaf_and_lose_nothing():
    w = ad.ones(50, requires_grad=True)

    def work(_):
        for _ in range(40):
            (w * 2).sum().backward()

    in_threads(work)
    assert w.grad.tolist() == [480.0] * 50


def test_threads_walk_one_graph_at_once():
    x = leaf(0.5, 0.25)
    m = x
    for _ in range(30):
        m = (m * 1.01).sin()
    out = m.sum()
    (expected,) = ad.autograd.grad(out, x, retain_graph=True)
    found = [None] * 6

    def work(i):
        for _ in range(10):
            (found[i],) = ad.autograd.grad(out, x, retain_graph=True)

    in_threads(work)
    assert all(f.tolist() == expected.tolist() for f in found)


def test_modes_belong_to_their_thread():
    x, seen = leaf(1.0), []
    inside, done = threading.Event(), threading.Event()

    def other():
        inside.wait(10)
        seen.append((ad.is_grad_enabled(), (x * 2).requires_grad))
        with ad.no_grad():
            seen.append((x * 2).requires_grad)
        done.set()

    thread = threading.Thread(target=other)
    thread.start()
    with ad.no_grad():
        inside.set()
        done.wait(10)
        assert not ad.is_grad_enabled()
    thread.join()
    assert seen == [(True, True), False]
    assert ad.is_grad_enabled()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore:os.fork:RuntimeWarning")
def test_a_forked_child_differentiates():
    x = leaf(3.0)
    y = x * x
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            y.backward()
            os.write(write, repr((x.grad.item(), (x**3).item())).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        assert pipe.read() == "(6.0, 27.0)"
    assert os.waitpid(pid, 0)[1] == 0
    y.backward()
    assert x.grad.item() == 6.0


@pytest.mark.parametrize("method", [m for m in ("fork", "spawn") if m in multiprocessing.get_all_start_methods()])
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore:os.fork:RuntimeWarning")
def test_tensors_travel_between_processes(method):
    with multiprocessing.get_context(method).Pool(1) as pool:
        assert pool.apply(operator.mul, (ad.tensor([2.0, 3.0]), 2)).tolist() == [4.0, 6.0]


def test_a_nonleaf_is_not_picklable_and_says_why():
    x = leaf(1.0, 2.0)
    with pytest.raises((RuntimeError, TypeError, pickle.PicklingError), match="detach"):
        pickle.dumps(x * 2)
    back = pickle.loads(pickle.dumps(x))
    assert back.tolist() == [1.0, 2.0]
    assert back.requires_grad
    assert back.is_leaf


QUIET = {
    "log of zero": lambda x: (x * 0).log(),
    "division by zero": lambda x: x / (x * 0),
    "zero by zero": lambda x: (x * 0) / (x * 0),
    "sqrt of a negative": lambda x: (-x).sqrt(),
    "exp overflow": lambda x: (x * 1000).exp(),
    "exp underflow": lambda x: (x * -1000).exp(),
    "power": lambda x: (x * 1e30) ** 10,
    "asin": lambda x: (x * 5).asin(),
    "reciprocal": lambda x: (x * 0).reciprocal(),
    "rsqrt": lambda x: (x * 0).rsqrt(),
    "softmax": lambda x: (x * ad.tensor([-float("inf"), 1.0])).softmax(0),
    "logsumexp": lambda x: (x * -float("inf")).logsumexp(0),
    "mean of nothing": lambda x: x[:0].mean(),
    "norm": lambda x: (x * 0).norm(),
    "tiny squares": lambda x: (x * 1e-30).square(),
    "matmul overflow": lambda x: (x * 1e30) @ (x * 1e30),
    "cast": lambda x: (x.double() * 1e300).float(),
    "tanh": lambda x: (x * 1e4).tanh(),
    "where": lambda x: ad.where(x > 0, (-x).log(), x),
    "in place": lambda x: (x * 1).div_(0),
    "prod": lambda x: (x * 1e30).prod(),
    "cumsum": lambda x: (x * 3e38).cumsum(0),
}


@pytest.mark.parametrize("name", QUIET)
def test_operations_are_silent_whatever_the_user_set(name):
    x = leaf(1.0, 2.0)
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        before = np.geterr()
        out = QUIET[name](x)
        (g,) = ad.autograd.grad(out.sum(), x, create_graph=True)
        if g.requires_grad:
            ad.autograd.grad(g.sum(), x, allow_unused=True)
        assert np.geterr() == before
        with pytest.raises(FloatingPointError):
            np.ones(1) / np.zeros(1)


def test_integer_overflow_wraps_in_silence():
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        assert (ad.tensor([200], dtype=ad.uint8) + 100).tolist() == [44]
        assert (ad.tensor([1 << 62]) * 4).tolist() == [0]
        assert ad.tensor(255, dtype=ad.uint8).add(1).item() == 0
        ad.tensor([float("nan"), 1e30]).int()
