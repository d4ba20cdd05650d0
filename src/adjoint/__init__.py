"""adjoint: exact derivatives of ordinary numerical Python."""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from . import autograd as autograd
from . import random as random
from . import testing as testing
from .autograd.anomaly_mode import is_anomaly_check_nan_enabled as is_anomaly_check_nan_enabled
from .autograd.anomaly_mode import is_anomaly_enabled as is_anomaly_enabled
from .autograd.explanation import explain as explain
from .autograd.grad_mode import *
from .core.dtypes import (
    bfloat16 as bfloat16,
    bool_ as bool,
    complex64 as complex64,
    complex128 as complex128,
    float16 as float16,
    float32 as float32,
    float64 as float64,
    int8 as int8,
    int16 as int16,
    int32 as int32,
    int64 as int64,
    uint8 as uint8,
    uint16 as uint16,
    uint32 as uint32,
    uint64 as uint64,
)
from .core.dtypes import DType as dtype
from .functions.activations import (
    celu as celu,
    celu_ as celu_,
    hardshrink as hardshrink,
    prelu as prelu,
    relu as relu,
    relu_ as relu_,
    rrelu as rrelu,
    rrelu_ as rrelu_,
    selu as selu,
    selu_ as selu_,
    threshold as threshold,
    threshold_ as threshold_,
)
from .functions.arithmetic import *
from .functions.comparison import *
from .functions.contraction import *
from .functions.creation import *
from .functions.constants import *
from .functions.reforming import *
from .functions.filling import *
from .functions.complexes import *
from .functions.copies import *
from .functions.scattering import *
from .functions.indexing import *
from .functions.rearranging import *
from .functions.joining import *
from .functions.strides import *
from .functions.diagonals import *
from .functions.distances import *
from .functions.pieces import *
from .functions.shapes import *
from .functions.legacy import *
from .functions.root_dropout import *
from .functions.dtype_info import *
from .functions.placement import *
from .functions.ranges import *
from .functions.filled import *
from .functions.exponential import *
from .functions.random import *
from .functions.random_samples import *
from .functions.magnitudes import *
from .functions.special import *
from .functions.logic import *
from .functions.predicates import *
from .functions.positions import *
from .functions.printing import *
from .functions.settings import *
from .functions.root_layers import *
from .functions.spectrograms import *
from .functions.window_functions import *
from .functions.powers import *
from .functions.rounding import *
from .functions.counting import *
from .functions.linalg_classic import *
from .functions.linalg_lowrank import *
from .functions.extremes import *
from .functions.reduction import *
from .functions.scans import *
from .functions.serialization import load as load
from .functions.serialization import save as save
from .functions.softmax import *
from .functions.sorting import *
from .functions.statistics import *
from .functions import fft as fft
from .functions import fft_numpy as _fft_numpy  # np.fft and np.linalg take tensors
from .functions import linalg_numpy as _linalg_numpy
from .functions import linalg as linalg
from .functions.size import Size as Size
from .functions.trigonometric import *
from .functions import return_types as return_types
from .functions.convolution import (
    conv1d as conv1d,
    conv2d as conv2d,
    conv3d as conv3d,
    conv_tbc as conv_tbc,
    conv_transpose1d as conv_transpose1d,
    conv_transpose2d as conv_transpose2d,
    conv_transpose3d as conv_transpose3d,
)
from .functions.max_pooling import (
    adaptive_max_pool1d as adaptive_max_pool1d,
    max_pool1d as max_pool1d,
    max_pool1d_with_indices as max_pool1d_with_indices,
    max_pool2d as max_pool2d,
    max_pool3d as max_pool3d,
)
from .functions.padding import (
    channel_shuffle as channel_shuffle,
    constant_pad_nd as constant_pad_nd,
    native_channel_shuffle as native_channel_shuffle,
    pixel_shuffle as pixel_shuffle,
    pixel_unshuffle as pixel_unshuffle,
)
from .functions.pooling import (
    adaptive_avg_pool1d as adaptive_avg_pool1d,
    avg_pool1d as avg_pool1d,
)
from .functions.resampling import (
    grid_sampler as grid_sampler,
    grid_sampler_2d as grid_sampler_2d,
    grid_sampler_3d as grid_sampler_3d,
)
from ._tensor import Tensor as Tensor

half, float, double, short, int, long = float16, float32, float64, int16, int32, int64
cfloat, cdouble = complex64, complex128

__version__ = "0.1.0"

if _TYPE_CHECKING:
    from . import cuda as cuda
    from . import extend as extend
    from . import laws as laws
    from . import nn as nn
    from . import optim as optim
    from . import overrides as overrides
    from . import serialization as serialization
    from . import signal as signal
    from . import special as special
    from . import utils as utils
    from . import viz as viz


def __getattr__(name: str) -> _Any:
    """Sub-packages that few programs need are imported when they are first named."""
    if name in ("cuda", "extend", "laws", "nn", "optim", "overrides", "serialization", "signal", "special", "utils", "viz"):
        return _import_module(f"adjoint.{name}")
    raise AttributeError(f"module 'adjoint' has no attribute {name!r}")
