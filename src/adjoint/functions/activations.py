"""The pointwise activations by PyTorch's names, with torch's choice of slope at every kink.

Each takes `inplace=`; the forms with an underscore always write into the tensor. Dropout is in functions/dropout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core import memory
from ..errors import RangeError, ShapeError
from ..ops import activations as ac
from ..ops import arithmetic as ar
from ..ops import exponential as ex
from ..ops import random as rnd
from ..ops import structure as st
from .arguments import dimension
from .random_arguments import next_position
from .writing import deliver, inplaces, overwritten

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["celu", "celu_", "elu", "elu_", "gelu", "glu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh",
           "hardtanh_", "leaky_relu", "leaky_relu_", "logsigmoid", "mish", "prelu", "relu", "relu6", "relu_", "rrelu",
           "rrelu_", "selu", "selu_", "silu", "softplus", "softshrink", "softsign", "tanhshrink", "threshold",
           "threshold_"]

# Klambauer and others, Self-normalizing neural networks, 2017
SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """max(x, 0) of each element. Its derivative at 0 is 0.

    >>> import adjoint as ad
    >>> ad.nn.functional.relu(ad.tensor([-2., 0., 3.]))
    tensor([0., 0., 3.])
    """
    result = ac.relu(input)
    return overwritten(input, result) if inplace else result


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """min(max(x, 0), 6) of each element.

    >>> import adjoint as ad
    >>> ad.nn.functional.relu6(ad.tensor([-2., 3., 8.]))
    tensor([0., 3., 6.])
    """
    result = ac.hardtanh(input, min_val=0, max_val=6)
    return overwritten(input, result) if inplace else result


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """x above 0 and negative_slope * x below, for each element.

    >>> import adjoint as ad
    >>> ad.nn.functional.leaky_relu(ad.tensor([-2., 0., 3.]), 0.1)
    tensor([-0.2000,  0.0000,  3.0000])
    """
    result = ac.leaky_relu(input, negative_slope=negative_slope)
    return overwritten(input, result) if inplace else result


def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """x above 0 and weight * x below; weight has one element, or one for each channel (dimension 1).

    ShapeError if weight has another number of elements.

    >>> import adjoint as ad
    >>> ad.nn.functional.prelu(ad.tensor([-2., 0., 3.]), ad.tensor([0.5]))
    tensor([-1.,  0.,  3.])
    """
    slopes = memory.peek(weight)
    x = memory.peek(input)
    if slopes.ndim > 1:
        raise ShapeError(f"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {slopes.ndim}")
    if slopes.size != 1:
        channels = x.shape[1] if x.ndim > 1 else 1
        if x.ndim == 0 or slopes.size != channels:
            raise ShapeError("Mismatch of parameter numbers and input channel size. Found parameter numbers = "
                             f"{slopes.size} and channel size = {channels}.")
    shape = (slopes.size,) + (1,) * (x.ndim - 2) if x.ndim > 1 else (1,) * x.ndim
    return ac.prelu(input, st.reshape(weight, shape=shape))


def rrelu(input: Tensor, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False,
      inplace: bool = False) -> Tensor:
    """x above 0 and a * x below: a is random in [lower, upper] for each element in training, else their mean.

    >>> import adjoint as ad
    >>> ad.nn.functional.rrelu(ad.tensor([-2., 3.]), 0.5, 0.5)
    tensor([-1.,  3.])
    """
    if lower > upper:
        raise RangeError(f"Lower bound should be less than or equal to the upper bound, but got {lower} > {upper}")
    if training:
        x = memory.peek(input)
        slopes = rnd.uniform(next_position(None), shape=x.shape, dtype=x.dtype) * (upper - lower) + lower
        slopes = st.astype(slopes, dtype=x.dtype)
    else:
        slopes = (lower + upper) / 2
    result = ac.prelu(input, slopes)
    return overwritten(input, result) if inplace else result


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x above 0 and alpha * (exp(x) - 1) below, for each element.

    >>> import adjoint as ad
    >>> ad.nn.functional.elu(ad.tensor([-2., 0., 3.]))
    tensor([-0.8647,  0.0000,  3.0000])
    """
    result = ac.elu(input, alpha=float(alpha), scale=1.0)
    return overwritten(input, result) if inplace else result


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """scale * elu(x, alpha) with the alpha and scale that keep mean 0 and variance 1 (Klambauer and others, 2017).

    >>> import adjoint as ad
    >>> ad.nn.functional.selu(ad.tensor([-2., 0., 3.]))
    tensor([-1.5202,  0.0000,  3.1521])
    """
    result = ac.elu(input, alpha=SELU_ALPHA, scale=SELU_SCALE)
    return overwritten(input, result) if inplace else result


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """max(0, x) + min(0, alpha * (exp(x / alpha) - 1)) of each element.

    >>> import adjoint as ad
    >>> ad.nn.functional.celu(ad.tensor([-2., 0., 3.]))
    tensor([-0.8647,  0.0000,  3.0000])
    """
    if alpha == 0:
        raise ZeroDivisionError("celu: alpha cannot be 0")
    result = ac.celu(input, alpha=float(alpha))
    return overwritten(input, result) if inplace else result


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """x held between min_val and max_val, for each element.

    >>> import adjoint as ad
    >>> ad.nn.functional.hardtanh(ad.tensor([-2., 0., 3.]))
    tensor([-1.,  0.,  1.])
    """
    if min_val > max_val:
        raise RangeError(f"min_val cannot be greater than max_val, but got {min_val} > {max_val}")
    if memory.peek(input).dtype.kind in "iu":
        min_val, max_val = int(min_val), int(max_val)
    result = ac.hardtanh(input, min_val=min_val, max_val=max_val)
    return overwritten(input, result) if inplace else result


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """min(max(x + 3, 0), 6) / 6 of each element.

    >>> import adjoint as ad
    >>> ad.nn.functional.hardsigmoid(ad.tensor([-2., 0., 3.]))
    tensor([0.1667, 0.5000, 1.0000])
    """
    result = ac.hardsigmoid(input)
    return overwritten(input, result) if inplace else result


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """x * hardsigmoid(x) of each element.

    >>> import adjoint as ad
    >>> ad.nn.functional.hardswish(ad.tensor([-2., 0., 3.]))
    tensor([-0.3333,  0.0000,  3.0000])
    """
    result = ac.hardswish(input)
    return overwritten(input, result) if inplace else result


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """x * sigmoid(x) of each element, also called swish.

    >>> import adjoint as ad
    >>> ad.nn.functional.silu(ad.tensor([-2., 0., 3.]))
    tensor([-0.2384,  0.0000,  2.8577])
    """
    result = ac.silu(input)
    return overwritten(input, result) if inplace else result


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """x * tanh(softplus(x)) of each element.

    >>> import adjoint as ad
    >>> ad.nn.functional.mish(ad.tensor([-2., 0., 3.]))
    tensor([-0.2525,  0.0000,  2.9865])
    """
    result = ac.mish(input)
    return overwritten(input, result) if inplace else result


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """x above the threshold and `value` elsewhere, for each element.

    >>> import adjoint as ad
    >>> ad.nn.functional.threshold(ad.tensor([-2., 0., 3.]), 1, 20)
    tensor([20., 20.,  3.])
    """
    result = ac.threshold(input, threshold=threshold, value=value)
    return overwritten(input, result) if inplace else result


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """x * Phi(x) of each element, Phi the normal distribution function; approximate="tanh" is the cheaper formula.

    >>> import adjoint as ad
    >>> ad.nn.functional.gelu(ad.tensor([-2., 0., 1.]))
    tensor([-0.0455,  0.0000,  0.8413])
    """
    if approximate not in ("none", "tanh"):
        raise RangeError(f"approximate argument must be either none or tanh, but got {approximate!r}")
    return ac.gelu(input) if approximate == "none" else ac.gelu_tanh(input)


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """a * sigmoid(b), where a and b are the two halves of the input along `dim`. ShapeError if its length is odd.

    >>> import adjoint as ad
    >>> ad.nn.functional.glu(ad.tensor([1., 2., 0., 0.]))
    tensor([0.5000, 1.0000])
    """
    shape = memory.peek(input).shape
    if not shape:
        raise ShapeError("glu does not support 0-dimensional tensors")
    axis = dimension(dim, len(shape))
    if shape[axis] % 2:
        raise ShapeError(f"Halving dimension must be even, but dimension {axis} is size {shape[axis]}")
    half = shape[axis] // 2
    first = st.narrow(input, axis=axis, start=0, length=half)
    second = st.narrow(input, axis=axis, start=half, length=half)
    return ar.multiply(first, ex.sigmoid(second))


def softplus(input: Tensor, beta: float = 1, threshold: float = 20) -> Tensor:
    """log(1 + exp(beta * x)) / beta of each element, and x itself where beta * x > threshold.

    >>> import adjoint as ad
    >>> ad.nn.functional.softplus(ad.tensor([-2., 0., 3.]))
    tensor([0.1269, 0.6931, 3.0486])
    """
    return ex.softplus(input, beta=float(beta), threshold=float(threshold))


def logsigmoid(input: Tensor) -> Tensor:
    """log(sigmoid(x)) of each element.

    >>> import adjoint as ad
    >>> ad.nn.functional.logsigmoid(ad.tensor([-2., 0., 3.]))
    tensor([-2.1269, -0.6931, -0.0486])
    """
    return ex.log_sigmoid(input)


def softsign(input: Tensor) -> Tensor:
    """x / (1 + |x|) of each element.

    >>> import adjoint as ad
    >>> ad.nn.functional.softsign(ad.tensor([-2., 0., 3.]))
    tensor([-0.6667,  0.0000,  0.7500])
    """
    if memory.peek(input).dtype.kind == "c":
        return ar.divide(input, ar.add(ar.absolute(input), 1))
    return ac.softsign(input)


def tanhshrink(input: Tensor) -> Tensor:
    """x - tanh(x) of each element.

    >>> import adjoint as ad
    >>> ad.nn.functional.tanhshrink(ad.tensor([-2., 0., 3.]))
    tensor([-1.0360,  0.0000,  2.0049])
    """
    return ac.tanhshrink(input)


def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """x drawn towards 0 by lambd, 0 within lambd of it, for each element.

    >>> import adjoint as ad
    >>> ad.nn.functional.softshrink(ad.tensor([-2., 0., 3.]))
    tensor([-1.5000,  0.0000,  2.5000])
    """
    if not lambd >= 0:
        raise RangeError(f"lambda must be greater or equal to 0, but found to be {lambd}.")
    return ac.softshrink(input, lambd=lambd)


def hardshrink(input: Tensor, lambd: float = 0.5, *, out: Tensor | None = None) -> Tensor:
    """x, but 0 where |x| <= lambd, for each element.

    >>> import adjoint as ad
    >>> ad.hardshrink(ad.tensor([-2., 0.4, 3.]))
    tensor([-2.,  0.,  3.])
    """
    result = ac.hardshrink(input, lambd=lambd)
    return result if out is None else deliver(result, out)


relu_, rrelu_, leaky_relu_ = inplaces(relu, rrelu, leaky_relu, example="function")
hardtanh_, threshold_ = inplaces(hardtanh, threshold, example="function")
elu_, selu_, celu_ = inplaces(elu, selu, celu, example="function")


class ActivationMethods:
    """Those of this file that are methods of a tensor, and their in-place forms."""

    __slots__ = ()

    def relu(self: Any) -> Tensor:
        """max(x, 0) of each element. Its derivative at 0 is 0.

        >>> import adjoint as ad
        >>> ad.tensor([-1., 2.]).relu()
        tensor([0., 2.])
        """
        return ac.relu(self)

    relu_, prelu, hardshrink = relu_, prelu, hardshrink
