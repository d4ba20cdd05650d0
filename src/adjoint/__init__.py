"""adjoint: exact derivatives of ordinary numerical Python."""

from .tensor import Tensor
from .functions.creation import tensor, from_numpy
from .transforms import gradients as autograd
from .core.dtypes import float32, float64
