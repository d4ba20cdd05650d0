"""adjoint: exact derivatives of ordinary numerical Python."""

from . import autograd as autograd
from . import testing as testing
from .autograd.anomaly_mode import is_anomaly_check_nan_enabled as is_anomaly_check_nan_enabled
from .autograd.anomaly_mode import is_anomaly_enabled as is_anomaly_enabled
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
from .functions.arithmetic import *
from .functions.contraction import *
from .functions.creation import *
from .functions.shapes import *
from .functions.legacy import *
from .functions.dtype_info import *
from .functions.placement import *
from .functions.ranges import *
from .functions.filled import *
from .functions.exponential import *
from .functions.random import *
from .functions.rounding import *
from .functions.counting import *
from .functions.extremes import *
from .functions.reduction import *
from .functions.scans import *
from .functions.softmax import *
from .functions.sorting import *
from .functions.statistics import *
from .functions.size import Size as Size
from .functions.trigonometric import *
from .functions import return_types as return_types
from ._tensor import Tensor as Tensor

half, float, double, short, int, long = float16, float32, float64, int16, int32, int64
cfloat, cdouble = complex64, complex128

__version__ = "0.1.0"
