"""Random tensors: what a seed promises, distributions against SciPy's, derivatives of samples, edges and errors."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest

import adjoint as ad
from adjoint.errors import DeviceError, DtypeError, RangeError, ShapeError

stats = pytest.importorskip("scipy.stats")
N = 20_000
SOURCE = os.path.dirname(os.path.dirname(ad.__file__))


@pytest.fixture(autouse=True)
def _seeded():
    state = ad.get_rng_state()
    ad.manual_seed(20)
    yield
    ad.set_rng_state(state)


def array(t):
    return np.asarray(t.detach())


def fits(samples, distribution):
    """Kolmogorov and Smirnov do not object to continuous samples."""
    return stats.kstest(array(samples).astype(np.float64).ravel(), distribution.cdf).pvalue > 1e-3


def counts_fit(samples, pmf):
    """Pearson does not object to counts 0, 1, ... of these probabilities; rare ones are pooled with the last."""
    seen = np.bincount(array(samples).astype(np.int64).ravel(), minlength=len(pmf))[: len(pmf)].astype(float)
    seen[-1] += array(samples).size - seen.sum()
    expected = np.asarray(pmf) * array(samples).size
    expected[-1] = array(samples).size - expected[:-1].sum()
    return stats.chisquare(seen[expected > 0], expected[expected > 0]).pvalue > 1e-3


# Seeds and states ------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_numbers():
    ad.manual_seed(3)
    first = [array(ad.rand(5)), array(ad.randn(2, 2)), array(ad.randint(9, (4,)))]
    ad.manual_seed(3)
    second = [array(ad.rand(5)), array(ad.randn(2, 2)), array(ad.randint(9, (4,)))]
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)
    ad.manual_seed(4)
    assert not np.array_equal(first[0], array(ad.rand(5)))


def test_the_numbers_of_a_seed_stay_as_they_are():
    """Philox with the seed as key and the draw's number in the counter: a documented stream, not an accident."""
    ad.manual_seed(5)
    ad.rand(3)
    bits = np.random.Philox(key=5, counter=[0, 0, 1, 0])
    np.testing.assert_array_equal(array(ad.rand(3, dtype=ad.float64)), np.random.Generator(bits).random(3))


def test_a_draw_does_not_depend_on_the_size_of_the_draws_before():
    ad.manual_seed(1)
    ad.rand(2)
    after_small = array(ad.rand(3))
    ad.manual_seed(1)
    ad.randn(1001, dtype=ad.float64)
    np.testing.assert_array_equal(array(ad.rand(3)), after_small)


def test_a_state_is_sixteen_bytes_and_brings_its_numbers_back():
    state = ad.get_rng_state()
    assert state.dtype is ad.uint8
    assert tuple(state.shape) == (16,)
    first = array(ad.rand(4))
    assert not np.array_equal(array(state), array(ad.get_rng_state()))
    ad.set_rng_state(state)
    np.testing.assert_array_equal(array(ad.rand(4)), first)


def test_a_wrong_state_is_refused():
    with pytest.raises(TypeError, match="uint8"):
        ad.set_rng_state(ad.tensor([0.0]))
    with pytest.raises(RuntimeError, match="16 bytes"):
        ad.set_rng_state(ad.get_rng_state()[:3])


def test_a_generator_is_independent_of_the_default_one():
    g = ad.Generator()
    assert g.manual_seed(8) is g
    assert g.initial_seed() == 8
    first = array(ad.rand(3, generator=g))
    ad.manual_seed(8)
    np.testing.assert_array_equal(array(ad.rand(3)), first)
    before = array(ad.get_rng_state())
    ad.rand(3, generator=g)
    np.testing.assert_array_equal(array(ad.get_rng_state()), before)


def test_new_generators_start_alike_and_seed_makes_them_differ():
    a, b = ad.Generator(), ad.Generator(device="cpu")
    assert a.initial_seed() == b.initial_seed() == 67280421310721
    assert a.seed() == a.initial_seed() != b.initial_seed()


def test_a_generator_survives_copying_and_pickling():
    g = ad.Generator().manual_seed(2)
    ad.rand(1, generator=g)
    copies = [copy.deepcopy(g), pickle.loads(pickle.dumps(g)), g.clone_state()]
    expected = array(ad.rand(3, generator=g))
    for c in copies:
        np.testing.assert_array_equal(array(ad.rand(3, generator=c)), expected)


def test_seeds_are_64_bit_and_negative_ones_count_from_the_end():
    assert ad.manual_seed(-1) is ad.default_generator
    assert ad.initial_seed() == 2**64 - 1 == ad.random.initial_seed()
    with pytest.raises(RuntimeError, match="seed"):
        ad.manual_seed(2**64)


def test_a_generators_device_is_the_cpu():
    assert ad.Generator().device == ad.device("cpu") == ad.Generator(ad.device("cpu")).device


def test_a_generator_elsewhere_than_on_the_cpu_is_refused():
    with pytest.raises(DeviceError, match="cuda"):
        ad.Generator("cuda")
    with pytest.raises(DeviceError, match="cuda"):
        ad.rand(2, device="cuda:0")
    with pytest.raises(TypeError, match="Generator"):
        ad.rand(2, generator=5)


def test_fork_rng_undoes_the_draws_of_its_block_even_after_an_error():
    state = array(ad.get_rng_state())

    def draw_and_fail():
        with ad.random.fork_rng():
            ad.rand(3)
            raise KeyError

    with pytest.raises(KeyError):
        draw_and_fail()
    np.testing.assert_array_equal(array(ad.get_rng_state()), state)
    with ad.random.fork_rng(enabled=False):
        ad.rand(3)
    assert not np.array_equal(array(ad.get_rng_state()), state)


def test_threads_draw_every_number_once():
    ad.manual_seed(6)
    expected = sorted(float(ad.rand(1).item()) for _ in range(400))
    ad.manual_seed(6)
    drawn: list[float] = []
    threads = [threading.Thread(target=lambda: drawn.extend(float(ad.rand(1).item()) for _ in range(100)))
               for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(drawn) == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_continues_where_its_parent_was():
    program = """
import os
import adjoint as ad
ad.manual_seed(1)
ad.rand(2)
r, w = os.pipe()
if os.fork() == 0:
    os.write(w, repr(ad.rand(3).tolist()).encode())
    os._exit(0)
os.wait()
assert os.read(r, 1000).decode() == repr(ad.rand(3).tolist())
"""
    subprocess.run([sys.executable, "-c", program], check=True, env={**os.environ, "PYTHONPATH": SOURCE}, timeout=60)


# Distributions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_samples_have_the_distributions_of_their_names(dtype):
    d = getattr(ad, dtype)
    empty = ad.zeros(N, dtype=d)
    assert fits(ad.rand(N, dtype=d), stats.uniform())
    assert fits(ad.randn(N, dtype=d), stats.norm())
    assert fits(ad.rand_like(empty), stats.uniform())
    assert fits(ad.randn_like(empty), stats.norm())
    assert fits(ad.normal(2.0, 3.0, (N,), dtype=d), stats.norm(2, 3))
    assert fits(empty.uniform_(-1, 3), stats.uniform(-1, 4))
    assert fits(empty.normal_(1, 2), stats.norm(1, 2))
    assert fits(empty.exponential_(2.5), stats.expon(scale=1 / 2.5))
    assert fits(empty.cauchy_(1, 2), stats.cauchy(1, 2))
    assert fits(empty.log_normal_(0.5, 0.7), stats.lognorm(0.7, scale=np.exp(0.5)))
    assert counts_fit(empty.geometric_(0.3) - 1, stats.geom(0.3).pmf(np.arange(1, 20)))
    assert counts_fit(empty.bernoulli_(0.3), [0.7, 0.3])
    assert counts_fit(empty.random_(2, 6) - 2, [0.25] * 4)


@pytest.mark.parametrize("alpha", [0.02, 0.7, 1.0, 30.0])
def test_gamma_samples_are_gamma_distributed(alpha):
    assert fits(ad._standard_gamma(ad.full((N,), alpha, dtype=ad.float64)), stats.gamma(alpha))


@pytest.mark.parametrize(("a", "b"), [(0.01, 0.02), (0.5, 0.5), (3.0, 1.0), (20.0, 400.0)])
def test_dirichlet_samples_of_two_are_beta_distributed(a, b):
    x = ad._sample_dirichlet(ad.tensor([[a, b]], dtype=ad.float64).expand(N, 2))
    inner = array(x)[:, 0]
    # at 0.01 a quarter of the samples lies below the smallest double; there only the middle can be compared
    grid = np.array([1e-200, 1e-20, 1e-3, 0.3, 0.5, 0.9, 0.999])
    seen = (inner[:, None] <= grid).mean(0)
    np.testing.assert_allclose(seen, stats.beta(a, b).cdf(grid), atol=0.015)
    np.testing.assert_allclose(array(x).sum(-1), 1, rtol=1e-12)


def test_counts_have_the_distributions_of_their_names():
    assert counts_fit(ad.randint(3, 7, (N,)) - 3, [0.25] * 4)
    assert counts_fit(ad.bernoulli(ad.full((N,), 0.2)), [0.8, 0.2])
    assert counts_fit(ad.bernoulli(ad.zeros(N), 0.2), [0.8, 0.2])
    assert counts_fit(ad.poisson(ad.full((N,), 3.5)), stats.poisson(3.5).pmf(np.arange(11)))
    assert counts_fit(ad.binomial(ad.full((N,), 6.0), ad.tensor(0.3)), stats.binom(6, 0.3).pmf(np.arange(7)))
    assert counts_fit(ad.multinomial(ad.tensor([1.0, 0.0, 3.0]), N, replacement=True), [0.25, 0, 0.75])


def test_multinomial_without_replacement_draws_in_proportion_and_never_twice():
    rows = array(ad.multinomial(ad.tensor([[1.0, 2.0, 7.0]]).expand(N, 3), 2))
    assert (rows[:, 0] != rows[:, 1]).all()
    assert counts_fit(ad.tensor(rows[:, 0].copy()), [0.1, 0.2, 0.7])
    second = 0.1 * 2 / 9 + 0.7 * 2 / 3  # probability that index 1 comes second
    assert abs((rows[:, 1] == 1).mean() - second) < 0.015


def test_complex_numbers_have_variance_one():
    z = array(ad.randn(N, dtype=ad.complex128))
    assert abs(np.mean(np.abs(z) ** 2) - 1) < 0.03
    assert abs(np.mean(z * z)) < 0.03
    u = array(ad.rand(N, dtype=ad.complex64))
    assert u.dtype == np.complex64
    assert 0 <= u.imag.min()
    assert u.real.max() < 1


def test_sixteen_bit_uniform_numbers_stay_below_one():
    for d in (ad.float16, ad.bfloat16):
        x = ad.rand(N, dtype=d)
        assert x.dtype is d
        assert array(x.float()).max() < 1
        assert abs(array(x.float()).mean() - 0.5) < 0.02


def test_a_permutation_holds_every_number_once():
    np.testing.assert_array_equal(np.sort(array(ad.randperm(100))), np.arange(100))
    assert ad.randperm(5).dtype is ad.int64
    assert ad.randperm(0).shape[0] == 0
    firsts = [int(ad.randperm(4)[0]) for _ in range(400)]
    assert counts_fit(ad.tensor(firsts), [0.25] * 4)


# Derivatives -----------------------------------------------------------------------------------------------------


def test_normal_samples_move_with_mean_and_deviation():
    mean = ad.zeros(3, dtype=ad.float64, requires_grad=True)
    std = ad.ones(2, 1, dtype=ad.float64, requires_grad=True)
    x = ad.normal(mean, std)
    assert tuple(x.shape) == (2, 3)
    x.sum().backward()
    np.testing.assert_array_equal(array(mean.grad), [2, 2, 2])
    np.testing.assert_allclose(array(std.grad)[:, 0], array(x).sum(1))


def test_a_gamma_samples_derivative_is_its_quantiles():
    from scipy.special import gammainc, gammaincinv

    a = ad.tensor([0.05, 0.5, 1.0, 4.0, 300.0], dtype=ad.float64, requires_grad=True)
    x = ad._standard_gamma(a)
    (slope,) = ad.autograd.grad(x.sum(), a, create_graph=True)
    (second,) = ad.autograd.grad(slope.sum(), a)
    value, u = array(a), gammainc(array(a), array(x))
    h = value * 1e-3
    up, mid, down = (gammaincinv(value + d, u) for d in (h, 0 * h, -h))
    np.testing.assert_allclose(array(slope), (up - down) / (2 * h), rtol=1e-4)
    np.testing.assert_allclose(array(second), (up - 2 * mid + down) / h**2, rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(array(ad._standard_gamma_grad(a, x)), array(slope), rtol=1e-12)


def test_a_beta_samples_derivatives_are_its_quantiles():
    from scipy.special import betainc, betaincinv

    sample_beta = ad.functions.random_samples._sample_beta
    a = ad.tensor([0.4, 2.0, 7.0], dtype=ad.float64, requires_grad=True)
    b = ad.tensor([0.8, 5.0, 0.3], dtype=ad.float64, requires_grad=True)
    x = sample_beta(a, b)
    in_a, in_b = ad.autograd.grad(x.sum(), (a, b))
    va, vb, u = array(a), array(b), betainc(array(a), array(b), array(x))
    h = 1e-4
    expected_a = (betaincinv(va + h, vb, u) - betaincinv(va - h, vb, u)) / (2 * h)
    expected_b = (betaincinv(va, vb + h, u) - betaincinv(va, vb - h, u)) / (2 * h)
    np.testing.assert_allclose(array(in_a), expected_a, rtol=1e-5)
    np.testing.assert_allclose(array(in_b), expected_b, rtol=1e-5)


def test_the_expected_gradient_of_dirichlet_samples_is_that_of_the_expectation():
    a = ad.tensor([0.6, 2.0, 4.0], dtype=ad.float64, requires_grad=True)
    x = ad._sample_dirichlet(a.expand(N, 3))
    f = (x[:, 0] * x[:, 0] + x[:, 1] * x[:, 2]).mean()
    (first,) = ad.autograd.grad(f, a, create_graph=True)
    (second,) = ad.autograd.grad(first[0], a)

    def expected(a):  # E[x0^2 + x1 x2]
        s = a.sum()
        return (a[0] * (a[0] + 1) + a[1] * a[2]) / (s * (s + 1))

    v, h, e = np.array([0.6, 2.0, 4.0]), 1e-4, np.eye(3)
    slopes = [(expected(v + h * d) - expected(v - h * d)) / (2 * h) for d in e]
    twice = [(expected(v + h * (d + e[0])) - expected(v + h * (d - e[0])) - expected(v - h * (d - e[0]))
              + expected(v - h * (d + e[0]))) / (4 * h * h) for d in e]
    np.testing.assert_allclose(array(first), slopes, atol=2e-3)
    np.testing.assert_allclose(array(second), twice, atol=4e-3)


def test_tiny_concentrations_give_finite_derivatives():
    a = ad.full((200,), 1e-4, requires_grad=True)
    x = ad._standard_gamma(a)
    (slope,) = ad.autograd.grad(x.log().sum(), a)
    assert np.isfinite(array(slope)).all()
    assert array(x).min() > 0
    c = ad.full((100, 3), 1e-4, requires_grad=True)
    y = ad._sample_dirichlet(c)
    (slope,) = ad.autograd.grad((y * y).sum(), c)
    assert np.isfinite(array(slope)).all()
    assert np.mean(array(y).max(-1) > 0.99) > 0.9  # nearly all the weight is in one corner


def test_counts_are_tracked_with_derivative_zero():
    p = ad.tensor([0.3, 0.6], requires_grad=True)
    for x in (ad.bernoulli(p), ad.poisson(p), ad.binomial(ad.tensor([4.0, 4.0]), p)):
        assert x.requires_grad
        (g,) = ad.autograd.grad(x.sum(), p)
        np.testing.assert_array_equal(array(g), [0, 0])


def test_gamma_slopes_agree_with_torch():
    torch = pytest.importorskip("torch")
    a = np.array([0.3, 1.0, 2.5, 20.0])
    x = np.array([0.1, 1.3, 2.0, 22.0])
    ours = array(ad._standard_gamma_grad(ad.tensor(a), ad.tensor(x)))
    np.testing.assert_allclose(ours, torch._standard_gamma_grad(torch.tensor(a), torch.tensor(x)), rtol=2e-3)
    p, total = np.array([0.2, 0.5, 0.9]), np.array([5.0, 2.0, 9.0])
    q = np.array([1.0, 1.5, 6.0])
    ours = array(ad._dirichlet_grad(ad.tensor(p), ad.tensor(q), ad.tensor(total)))
    theirs = torch._dirichlet_grad(torch.tensor(p), torch.tensor(q), torch.tensor(total))
    np.testing.assert_allclose(ours, theirs, rtol=2e-2)


# Sizes, dtypes, in place -----------------------------------------------------------------------------------------


def test_sizes_come_as_numbers_sequences_or_by_keyword():
    for x in (ad.rand(2, 3), ad.rand((2, 3)), ad.randn([2, 3]), ad.rand(size=(2, 3)), ad.randint(5, (2, 3)),
              ad.randint(low=1, high=5, size=(2, 3)), ad.normal(0.0, 1.0, (2, 3)), ad.randn(ad.zeros(2, 3).shape)):
        assert tuple(x.shape) == (2, 3)
    assert tuple(ad.rand(()).shape) == ()
    assert tuple(ad.rand(0, 3).shape) == (0, 3)
    for wrong in (lambda: ad.rand(2.0), lambda: ad.rand(2, size=(2,)), lambda: ad.randint(5),
                  lambda: ad.normal(0.0, 1.0)):
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(ShapeError):
        ad.rand(-1)


def test_dtypes_are_torchs():
    assert ad.rand(2).dtype is ad.float32
    assert ad.randint(3, (2,)).dtype is ad.int64
    assert ad.randint(3, (2,), dtype=ad.float64).dtype is ad.float64
    assert ad.randint_like(ad.zeros(2, dtype=ad.int32), 3).dtype is ad.int32
    assert ad.rand_like(ad.zeros(2, dtype=ad.int64), dtype=ad.float64).dtype is ad.float64
    assert ad.bernoulli(ad.zeros(2, dtype=ad.float64)).dtype is ad.float64
    assert ad.multinomial(ad.ones(3), 2).dtype is ad.int64
    for wrong in (lambda: ad.rand(2, dtype=ad.int32), lambda: ad.rand_like(ad.zeros(2, dtype=ad.int64)),
                  lambda: ad.bernoulli(ad.tensor([1])), lambda: ad.zeros(2, dtype=ad.int64).normal_()):
        with pytest.raises(DtypeError):
            wrong()


def test_requires_grad_makes_leaves_of_inexact_dtype_only():
    x = ad.rand(2, requires_grad=True)
    assert x.requires_grad
    assert x.is_leaf
    with pytest.raises(RuntimeError, match="floating point"):
        ad.randint(3, (2,), requires_grad=True)


def test_out_receives_the_numbers():
    out = ad.zeros(3)
    assert ad.rand(3, out=out) is out
    assert (array(out) > 0).all()
    assert tuple(ad.randn(2, 2, out=ad.empty(0)).shape) == (2, 2)


def test_integer_bounds_are_those_of_the_dtype():
    assert array(ad.randint(0, 256, (N,), dtype=ad.uint8)).max() == 255
    assert int(array(ad.zeros(50, dtype=ad.int64).random_()).max()) > 2**32
    assert set(array(ad.zeros(50, dtype=ad.bool).random_()).tolist()) == {False, True}
    x = array(ad.zeros(50).random_())
    assert x.max() <= 2**24
    assert (x == np.round(x)).all()
    for wrong in (lambda: ad.randint(0, 257, (2,), dtype=ad.uint8), lambda: ad.randint(5, 5, (2,)),
                  lambda: ad.zeros(3).random_(-5), lambda: ad.randperm(300, dtype=ad.uint8)):
        with pytest.raises(RangeError):
            wrong()


def test_probabilities_of_zero_and_one_are_certain():
    p = ad.tensor([0.0, 1.0]).expand(1000, 2)
    assert (array(ad.bernoulli(p)) == array(p)).all()
    assert (array(ad.binomial(ad.full((1000, 2), 5.0), p)) == 5 * array(p)).all()
    assert (array(ad.poisson(ad.zeros(5))) == 0).all()
    assert array(ad.functions.random_samples.dropout_mask((5,), 1.0)).tolist() == [0] * 5


def test_a_dropout_mask_has_mean_one():
    mask = array(ad.functions.random_samples.dropout_mask((N,), 0.25))
    assert set(mask.tolist()) == {0.0, float(np.float32(1 / 0.75))}
    assert abs(mask.mean() - 1) < 0.02


def test_empty_parameters_give_empty_samples():
    empty = ad.zeros(0, 3)
    for x in (ad.bernoulli(empty), ad.poisson(empty), ad.binomial(empty, empty), ad._standard_gamma(empty),
              ad._sample_dirichlet(empty), ad.normal(empty, 1.0), ad.rand_like(empty)):
        assert tuple(x.shape) == (0, 3)


@pytest.mark.parametrize("wrong", [
    lambda: ad.normal(ad.zeros(2), -1.0),
    lambda: ad.normal(ad.zeros(2), ad.tensor([1.0, -1.0])),
    lambda: ad.normal(0.0, -1.0, (2,)),
    lambda: ad.normal(ad.zeros(2), ad.ones(3)),
    lambda: ad.bernoulli(ad.tensor([1.5])),
    lambda: ad.bernoulli(ad.tensor([float("nan")])),
    lambda: ad.bernoulli(ad.zeros(2), 1.5),
    lambda: ad.poisson(ad.tensor([-1.0])),
    lambda: ad.binomial(ad.tensor([-1.0]), ad.tensor([0.5])),
    lambda: ad.binomial(ad.tensor([1.0]), ad.tensor([1.5])),
    lambda: ad.multinomial(ad.tensor([0.0, 1.0]), 2),
    lambda: ad.multinomial(ad.tensor([0.0, 0.0]), 1, True),
    lambda: ad.multinomial(ad.tensor([-1.0, 2.0]), 1, True),
    lambda: ad.multinomial(ad.ones(2, 2, 2), 1),
    lambda: ad.multinomial(ad.ones(2), 3),
    lambda: ad.multinomial(ad.ones(2), 0),
    lambda: ad._standard_gamma(ad.tensor([-1.0])),
    lambda: ad._sample_dirichlet(ad.tensor(1.0)),
    lambda: ad.zeros(2).uniform_(2, 1),
    lambda: ad.zeros(2).normal_(0, -1),
    lambda: ad.zeros(2).exponential_(0),
    lambda: ad.zeros(2).geometric_(1),
    lambda: ad.zeros(2).cauchy_(0, 0),
    lambda: ad.zeros(2).log_normal_(0, 0),
    lambda: ad.zeros(2).bernoulli_(2),
])
def test_parameters_out_of_range_are_refused(wrong):
    with pytest.raises(RuntimeError):
        wrong()


def test_in_place_numbers_are_seen_through_views_and_cut_the_past():
    x = ad.zeros(2, 3)
    assert x[0].normal_() is not x
    x[0].uniform_(1, 2)
    assert (array(x)[0] >= 1).all()
    assert (array(x)[1] == 0).all()
    w = ad.ones(3, requires_grad=True)
    y = w * 2
    y.normal_()
    (g,) = ad.autograd.grad((y * w).sum(), w)
    np.testing.assert_allclose(array(g), array(y))
    with pytest.raises(RuntimeError, match="leaf"):
        w.normal_()
    with ad.no_grad():
        w.normal_()


def test_importing_adjoint_does_not_import_numpys_generators():
    program = "import sys, adjoint; sys.exit('numpy.random' in sys.modules or 'scipy' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True, env={**os.environ, "PYTHONPATH": SOURCE}, timeout=60)
