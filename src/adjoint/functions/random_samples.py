"""Samples from distributions whose parameters are tensors: normal, Bernoulli, multinomial, Poisson, gamma, Dirichlet.

Normal, gamma, beta and Dirichlet samples are differentiable in their parameters (reparametrised).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import dtypes, memory
from ..core.rng import Generator
from ..core.tensor import TensorBase, wrap
from ..errors import RangeError, ShapeError
from ..ops import arithmetic
from ..ops import random as ops
from ..ops import structure as st
from ..ops.exponential import log
from .arguments import size_of
from .creation import require
from .placement import check_place
from .random_arguments import as_face, inexact, next_position, parameters, probability
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["bernoulli", "binomial", "multinomial", "normal", "poisson",
           "_dirichlet_grad", "_sample_dirichlet", "_standard_gamma", "_standard_gamma_grad"]

Size = int | Sequence[int]


def normal(
    mean: Tensor | float = 0.0, std: Tensor | float = 1.0, size: Size | None = None, *,
    generator: Generator | None = None, out: Tensor | None = None, dtype: Any = None, layout: Any = None,
    device: Any = None, requires_grad: bool = False, pin_memory: bool = False,
) -> Tensor:
    """Normal samples: normal(mean, std) of their broadcast shape if one is a tensor, else normal(mean, std, size).

    The sample is mean + std * z and so differentiable in both, where PyTorch's gradients are zero.

    >>> import adjoint as ad
    >>> mean = ad.zeros(3, requires_grad=True)
    >>> ad.normal(mean, 2.0).sum().backward()
    >>> mean.grad
    tensor([1., 1., 1.])
    """
    check_place("normal", layout, device, pin_memory)
    if not isinstance(std, TensorBase):
        if std < 0:
            raise RangeError(f"normal expects std >= 0.0, but found std {std}")
    elif bool((memory.everything(std) < 0).any()):
        raise RangeError("normal expects all elements of std >= 0.0")
    given = [p for p in (mean, std) if isinstance(p, TensorBase)]
    if not given:
        if size is None:
            raise TypeError("normal() of two numbers needs a size: normal(mean, std, size)")
        shape, drawn = size_of("normal", (), size), inexact("normal", dtype, out)
        array = ops.normal(next_position(generator), shape=shape, dtype=drawn)
        return require(deliver(wrap((mean + std * array).astype(array.dtype)), out), requires_grad)
    if size is not None:
        raise TypeError("normal() takes a size only if mean and std are numbers; their shape is the size")
    arrays = [memory.peek(p) for p in given]
    try:
        shape = np.broadcast_shapes(*[a.shape for a in arrays])
    except ValueError:
        raise ShapeError(f"normal: mean {arrays[0].shape} and std {arrays[1].shape} do not broadcast") from None
    own = dtypes.of(arrays[0].dtype)
    d = own if len(arrays) == 1 else dtypes.promote(own, dtypes.of(arrays[1].dtype))
    z = ops.normal(next_position(generator), shape=shape, dtype=inexact("normal", d))
    return deliver(arithmetic.add(mean, arithmetic.multiply(std, wrap(z))), out)


def bernoulli(
    input: Tensor, p: float | None = None, *, generator: Generator | None = None, out: Tensor | None = None
) -> Tensor:
    """A tensor like the input, each element 1 with the probability that it holds (or `p`), else 0.

    >>> import adjoint as ad
    >>> ad.bernoulli(ad.tensor([0.0, 1.0, 1.0]))
    tensor([0., 1., 1.])
    """
    if p is not None:
        input = wrap(np.full_like(memory.peek(input), probability("bernoulli", p), np.float64))
        return deliver(st.astype(draw_bernoulli(input, generator), dtype=memory.peek(input).dtype), out)
    return deliver(draw_bernoulli(input, generator), out)


def draw_bernoulli(p: Tensor, generator: Generator | None) -> Tensor:
    """Bernoulli samples with the probabilities `p`, after a look at them."""
    a = parameters("bernoulli", p)
    if not bool(((a >= 0) & (a <= 1)).all()):
        raise RangeError("bernoulli: expected probabilities in [0, 1]; is the input already a sample or a logit?")
    return as_face(ops.bernoulli(p, next_position(generator)))


def multinomial(
    input: Tensor, num_samples: int, replacement: bool = False, *, generator: Generator | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """Indices drawn with probabilities proportional to the weights of the input's last dimension; int64.

    The input has one or two dimensions, and each row gets `num_samples` draws; without replacement, all different.

    >>> import adjoint as ad
    >>> ad.multinomial(ad.tensor([0.0, 3.0, 0.0, 1.0]), 2).sort().values
    tensor([1, 3])
    """
    w = parameters("multinomial", input)
    if input.ndim not in (1, 2):
        raise ShapeError(f"multinomial: expected weights of 1 or 2 dimensions, got shape {list(input.shape)}")
    if num_samples <= 0:
        raise RangeError(f"multinomial: cannot sample n_sample <= 0 samples, got {num_samples}")
    if not replacement and num_samples > w.shape[-1]:
        raise RangeError(f"multinomial: cannot sample {num_samples} of {w.shape[-1]} without replacement; "
                         "did you mean replacement=True?")
    if not bool((np.isfinite(w) & (w >= 0)).all()):
        raise RangeError("multinomial: expected finite weights >= 0; found a negative, infinite or NaN one")
    positive = (w > 0).sum(axis=-1)
    if not bool((positive >= (1 if replacement else num_samples)).all()):
        raise RangeError("multinomial: too few weights are positive to draw from: their sum is zero" if replacement else
                         f"multinomial: fewer than {num_samples} weights are positive, too few without replacement")
    indices = ops.multinomial(input, next_position(generator), samples=int(num_samples), replacement=bool(replacement))
    return deliver(as_face(indices), out)


def poisson(input: Tensor, generator: Generator | None = None) -> Tensor:
    """A tensor like the input, of Poisson counts with the rates that it holds.

    >>> import adjoint as ad
    >>> ad.poisson(ad.zeros(3))
    tensor([0., 0., 0.])
    """
    a = parameters("poisson", input)
    if not bool((a >= 0).all()):
        raise RangeError("poisson: invalid Poisson rate, expected rate to be non-negative")
    return as_face(ops.poisson(input, next_position(generator)))


def binomial(count: Tensor, prob: Tensor, generator: Generator | None = None) -> Tensor:
    """The successes among `count` trials, each of probability `prob`; their shapes broadcast.

    >>> import adjoint as ad
    >>> ad.binomial(ad.tensor([3.0, 5.0]), ad.tensor(1.0))
    tensor([3., 5.])
    """
    n, p = parameters("binomial", count), parameters("binomial", prob)
    if not bool((n >= 0).all()):
        raise RangeError("binomial: expected counts >= 0")
    if not bool(((p >= 0) & (p <= 1)).all()):
        raise RangeError("binomial: expected probabilities in [0, 1]")
    return as_face(ops.binomial(count, prob, next_position(generator)))


def dropout_mask(
    size: Size, p: float, *, generator: Generator | None = None, dtype: Any = None
) -> Tensor:
    """A tensor of this size that is 0 with probability p and 1 / (1 - p) elsewhere, so that its mean is 1.

    >>> import adjoint as ad
    >>> ad.functions.random_samples.dropout_mask((2, 2), 0.0)
    tensor([[1., 1.],
            [1., 1.]])
    """
    p = probability("dropout", p)
    d = inexact("dropout", dtype)
    u = ops.uniform(next_position(generator), shape=size_of("dropout", (), size), dtype=np.dtype(np.float32))
    kept = (u >= p).astype(d)
    return wrap(kept if p in (0.0, 1.0) else kept * d.type(1 / (1 - p)))


def _standard_gamma(input: Tensor, generator: Generator | None = None) -> Tensor:
    """Gamma samples with the concentrations that the input holds and rate 1, differentiable in them (implicitly).

    >>> import adjoint as ad
    >>> a = ad.full((1000,), 3.0, requires_grad=True)
    >>> ad._standard_gamma(a).mean().backward()
    >>> bool(abs(a.grad.sum() - 1) < 0.1)  # the mean is the concentration
    True
    """
    return as_face(ops.standard_gamma(_concentrations("_standard_gamma", input), next_position(generator)))


def _sample_dirichlet(input: Tensor, generator: Generator | None = None) -> Tensor:
    """Dirichlet samples along the last dimension, differentiable in the concentrations that the input holds.

    >>> import adjoint as ad
    >>> x = ad._sample_dirichlet(ad.ones(4, 3))
    >>> bool((abs(x.sum(-1) - 1) < 1e-6).all())
    True
    """
    concentrations = _concentrations("_sample_dirichlet", input)
    if memory.peek(concentrations).ndim == 0:
        raise ShapeError("_sample_dirichlet: expected concentrations along a last dimension, got a 0-d tensor")
    return as_face(ops.dirichlet(concentrations, next_position(generator)))


def _sample_beta(concentration1: Tensor, concentration0: Tensor, generator: Generator | None = None) -> Tensor:
    """Beta samples, differentiable in both concentrations; their shapes broadcast.

    >>> import adjoint as ad
    >>> x = ad.functions.random_samples._sample_beta(ad.full((5,), 2.0), ad.tensor(3.0))
    >>> x.shape, bool(((x > 0) & (x < 1)).all())
    (adjoint.Size([5]), True)
    """
    shape = np.broadcast_shapes(memory.peek(concentration1).shape, memory.peek(concentration0).shape)
    pair = [st.broadcast_to(c, shape=shape) for c in (concentration1, concentration0)]
    return _sample_dirichlet(st.stack(pair, axis=-1), generator)[..., 0]


def _standard_gamma_grad(input: Tensor, output: Tensor) -> Tensor:
    """How far a gamma sample `output` moves with its concentration `input`.

    >>> import adjoint as ad
    >>> ad._standard_gamma_grad(ad.tensor(1.0), ad.tensor(1.0))
    tensor(1.1736)
    """
    return arithmetic.multiply(output, ops.log_gamma_slope(input, log(output), order=0))


def _dirichlet_grad(x: Tensor, alpha: Tensor, total: Tensor) -> Tensor:
    """How far a Dirichlet sample's element moves with its concentration `alpha` of `total`, divided by 1 - x.

    >>> import adjoint as ad
    >>> ad._dirichlet_grad(ad.tensor(0.5), ad.tensor(1.0), ad.tensor(2.0))  # uniform: x^a at a = 1
    tensor(0.6931)
    """
    rest = arithmetic.subtract(total, alpha)
    return arithmetic.multiply(x, ops.logit_beta_slope(alpha, rest, x, orders=(0, 0)))


def _concentrations(name: str, parameter: Tensor) -> Tensor:
    if not bool((parameters(name, parameter) > 0).all()):
        raise RangeError(f"{name}: expected concentrations > 0")
    return parameter
