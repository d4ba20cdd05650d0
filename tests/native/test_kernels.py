"""Rules that run on compiled kernels: what they give, when they do, and what stands in for them."""

from __future__ import annotations

import pickle
import subprocess
import sys
import textwrap
import threading
from typing import Any

import numpy as np
import pytest

import adjoint as ad
from adjoint.native import builtin, kernels
from adjoint.native.sizes import FEW, MANY

F = ad.nn.functional


def network(dtype: Any, classes: int = 10) -> tuple[Any, ...]:
    random = np.random.default_rng(0)
    sizes = ((64, 200), (200, 100), (100, classes))
    weights = [random.standard_normal((n, m)) / m**0.5 for m, n in sizes]
    biases = [random.standard_normal(n) for _, n in sizes]
    return (weights, biases, random.standard_normal((50, 64)), random.integers(0, classes, 50))


def loss(T: Any, weights: Any, biases: Any, x: Any, labels: Any) -> Any:
    h = x
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        h = T.relu(T.nn.functional.linear(h, w, b))
    return T.nn.functional.cross_entropy(T.nn.functional.linear(h, weights[-1], biases[-1]), labels)


def gradients(T: Any, dtype: Any) -> tuple[float, list[Any]]:
    weights, biases, x, labels = network(dtype)
    parameters = [T.tensor(v, dtype=getattr(T, dtype), requires_grad=True) for v in (*weights, *biases)]
    value = loss(T, parameters[:3], parameters[3:], T.tensor(x, dtype=getattr(T, dtype)), T.tensor(labels))
    value.backward()
    return value.item(), [np.asarray(p.grad) for p in parameters]


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 2e-6), ("float64", 1e-14)])
def test_a_networks_gradients_are_pytorchs(dtype: str, tolerance: float) -> None:
    torch = pytest.importorskip("torch")
    value, grads = gradients(ad, dtype)
    expected, wanted = gradients(torch, dtype)
    assert value == pytest.approx(expected, rel=tolerance)
    for got, want in zip(grads, wanted, strict=True):
        np.testing.assert_allclose(got, want, rtol=0, atol=tolerance * np.abs(want).max())


def test_a_network_on_kernels_has_derivatives_in_every_mode() -> None:
    weights, biases, x, labels = network("float64")
    t = ad.tensor(labels)

    def f(w: Any) -> Any:
        return loss(ad, [ad.tensor(weights[0]), w, ad.tensor(weights[2])], [ad.tensor(b) for b in biases],
                    ad.tensor(x), t)

    w, v = ad.tensor(weights[1]), ad.tensor(np.random.default_rng(1).standard_normal(weights[1].shape))
    slope = (ad.grad(f)(w) * v).sum().item()
    assert ad.jvp(f, (w,), (v,))[1].item() == pytest.approx(slope, rel=1e-12)
    h = 1e-6
    assert (f(w + h * v) - f(w - h * v)).item() / (2 * h) == pytest.approx(slope, rel=1e-6)
    curved = ad.hvp(f, (w,), (v,))
    near = (ad.grad(f)(w + h * v) - ad.grad(f)(w - h * v)) / (2 * h)
    np.testing.assert_allclose(np.asarray(curved), np.asarray(near), atol=1e-6 * np.abs(np.asarray(curved)).max())
    pair = ad.stack([w, w + v])
    each = [np.asarray(ad.grad(f)(one)) for one in pair]
    np.testing.assert_allclose(np.asarray(ad.vmap(ad.grad(f))(pair)), each, rtol=1e-9, atol=1e-14)


def test_whether_a_kernel_works_shows_in_no_layout_dtype_or_node() -> None:
    for n in (4, 400):  # NumPy's, the kernels'
        w, b = ad.ones(n, 80, requires_grad=True), ad.ones(n, requires_grad=True)
        y = F.linear(ad.ones(30, 80), w, b)
        assert (y.shape, y.dtype, y.is_contiguous()) == ((30, n), ad.float32, True)
        assert y.grad_fn.name() == "AddmmBackward0"
        y.sum().backward()
        assert w.grad.is_contiguous()
        assert (ad.ones(30, 80) @ w.detach().T).is_contiguous()


def test_a_target_written_after_the_forward_pass_is_never_out_of_bounds() -> None:
    x, labels = ad.zeros(64, 10, requires_grad=True), ad.zeros(64, dtype=ad.int64)
    value = F.cross_entropy(x, labels)
    labels.fill_(10**6)
    value.backward()
    assert x.grad[0, 0].item() == pytest.approx(-0.9 / 64)


@pytest.mark.parametrize("program", [
    """
    import sys, adjoint as ad
    x = ad.ones(8, 8, requires_grad=True)
    (ad.relu(x @ x) + ad.nn.functional.linear(x, x)).sum().backward()
    assert "llvmlite" not in sys.modules, "small arrays brought LLVM in"
    """,
    """
    import sys, warnings
    import llvmlite.binding
    del llvmlite.binding.create_mcjit_compiler  # another LLVM
    import adjoint as ad
    warnings.simplefilter("error")
    for _ in range(2):
        try:
            y = ad.relu(ad.ones(64, 64))
        except RuntimeWarning:
            continue
    assert y.sum().item() == 4096
    """,
    """
    import sys, warnings
    sys.modules["llvmlite"] = None  # not to be had
    import numpy as np, adjoint as ad
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for _ in range(2):
            x = ad.ones(64, 64, requires_grad=True)
            ad.nn.functional.cross_entropy(ad.relu(x @ x), ad.zeros(64, dtype=ad.int64)).backward()
    assert np.allclose(x.grad.sum().item(), 0, atol=1e-4)
    assert {str(w.message)[:42] for w in said} == {"adjoint's kernels cannot be compiled here,"}
    assert len(said) == 3  # once for each group: products, pointwise, classes
    """,
    """
    import gc, adjoint as ad
    from adjoint.native.builtin import Builtin
    from adjoint.native.engine import Code, host
    for _ in range(3):  # code that nobody holds
        f = Builtin("nothing", 0)
        f.give("null")
        f.finish()
        Code([f], host())
        gc.collect()
    x = ad.ones(64, 64)
    assert (x @ x)[0, 0].item() == 64
    """,
    """
    import os, adjoint as ad
    if "MALLOC_PERTURB_" not in os.environ:  # freed memory is overwritten, and read at exit no more
        import sys
        for byte in ("90", "255"):
            os.environ.update(PYTHONMALLOC="malloc", MALLOC_PERTURB_=byte)
            code = os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c",
                "import adjoint as ad; x = ad.ones(64, 64); ad.relu(x @ x)"])
            assert code == 0, (byte, code)
    """,
], ids=["small arrays do not import LLVM", "an LLVM of another kind is said once",
        "without LLVM NumPy does the work and says so", "code that nobody holds harms none",
        "nothing that was freed is read at exit"])
def test_llvm_is_used_where_it_is_worth_it_and_not_needed(program: str) -> None:
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True)


@pytest.mark.parametrize("dtype", [ad.float32, ad.float64], ids=str)
def test_arrays_that_come_from_elsewhere_give_the_same_digits(dtype: Any) -> None:
    x, w = ad.rand(40, 100, dtype=dtype), ad.rand(50, 100, dtype=dtype)
    labels = ad.randint(0, 50, (40,))
    here = F.cross_entropy(ad.relu(F.linear(x, w, w[:, 0].contiguous())), labels)
    x, w, labels = pickle.loads(pickle.dumps((x, w, labels)))
    there = F.cross_entropy(ad.relu(F.linear(x, w, w[:, 0].contiguous())), labels)
    assert here.item() == there.item()


def test_relus_zero_has_one_sign_in_every_layout() -> None:
    x = ad.tensor(np.full((100, 200), -0.0))
    for part in (x, x[:, ::2], x.T, x[:3, :3], x[::2, ::2]):
        assert not np.signbit(ad.relu(part).numpy()).any()


def test_there_are_no_kernels_for_few_elements_other_dtypes_and_what_is_no_array() -> None:
    x = np.ones(MANY, np.float32)
    assert kernels.of(x) is kernels.single
    assert kernels.of(x.astype(float)) is kernels.double
    assert kernels.of(x[:FEW], FEW) is kernels.single
    for other in (x[1:], x.astype(np.float16), x.astype(int), x.astype(complex), x.view(np.matrix), [1.0], 1.0,
                  ad.tensor(x)):
        assert kernels.of(other) is kernels.nothing
        assert kernels.of(other).gelu(other) is None
    assert kernels.of(x[1:FEW], FEW) is kernels.nothing


@pytest.mark.parametrize("dtype", [ad.float32, ad.float64], ids=str)
@pytest.mark.parametrize(("f", "reach"), [
    (ad.erf, 6), (ad.special.ndtr, 6), (F.gelu, 6), (ad.sigmoid, 30), (F.silu, 30), (F.softplus, 30),
    (F.logsigmoid, 30)], ids=lambda v: getattr(v, "__name__", None))
def test_few_and_many_elements_have_the_same_derivatives_up_to_the_third(f: Any, reach: int, dtype: Any) -> None:
    few = ad.linspace(-reach, reach, 64, dtype=dtype)
    many = few.repeat(MANY // 64)
    eps = ad.finfo(dtype).eps
    for _ in range(4):
        one, all_ = np.asarray(f(few)), np.asarray(f(many)).reshape(-1, 64)
        np.testing.assert_allclose(all_, np.broadcast_to(one, all_.shape), rtol=30 * eps, atol=30 * eps)
        f = ad.grad(lambda x, g=f: g(x).sum())


def test_targets_that_another_thread_writes_do_no_harm() -> None:
    x, good, bad = np.zeros((64, 8), np.float32), np.zeros(64, np.int64), np.full(64, 2**40)
    target, stop = good.copy(), threading.Event()

    def disturb() -> None:
        while not stop.is_set():
            np.copyto(target, bad)
            np.copyto(target, good)

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        for _ in range(20_000):
            kernels.single.class_slopes(1.0, x, target)
    finally:
        stop.set()
        thread.join()


def test_an_interrupted_compilation_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh, x = kernels.Kernels("double"), np.ones((64, 64))

    def interrupt(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(builtin, "bind", interrupt)
        with pytest.raises(KeyboardInterrupt):
            fresh.relu(x)
    np.testing.assert_array_equal(fresh.relu(x), x)


def test_threads_compile_one_after_another() -> None:
    fresh = kernels.Kernels("double")
    x, made = np.ones((64, 64)), []
    threads = [threading.Thread(target=lambda: (fresh.relu(x), made.append(vars(fresh)["relu"]))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(f) for f in made}) == 1


def test_every_kernel_is_a_builtin_from_its_first_use_on() -> None:
    fresh = kernels.Kernels("float")
    x, labels = np.ones((64, 64), np.float32), np.zeros(64, np.int64)
    calls: dict[str, tuple[Any, ...]] = {
        "matmul": (x, x), "affine": (x, x, x[0]), "column_sums": (x,), "relu": (x,), "passed": (x, x), "finite": (x,),
        "ndtr": (x,), "erf": (x,), "gelu": (x,), "gelu_slope": (x,),
        "sigmoid": (x,), "bell": (x,), "silu": (x,), "silu_slope": (x,), "softplus": (x,),
        "softmax": (x,), "softmax_pulled": (x, x), "log_softmax": (x,), "log_softmax_pulled": (x, x - 4),
        "add_rows": (np.zeros_like(x), labels, x), "class_loss": (1.0, x, labels), "class_slopes": (1.0, x, labels)}
    assert set(calls) == {name for names in kernels.GROUPS.values() for name in names}
    assert fresh.finite(x) is None  # it is there once relu is
    with pytest.raises(AttributeError):
        fresh.no_kernel(x)
    for name, operands in calls.items():
        first = getattr(fresh, name)(*operands)
        assert first is not None
        assert type(vars(fresh)[name]).__name__ == "builtin_function_or_method"
        assert np.array_equal(first, getattr(fresh, name)(*operands))
