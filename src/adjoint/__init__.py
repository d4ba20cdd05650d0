"""adjoint: exact derivatives of ordinary numerical Python."""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from . import autograd as autograd
from . import errors as errors
from . import random as random
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
from .functions.einsum import *
from .functions.creation import *
from .functions.constants import *
from .functions.reforming import *
from .functions.filling import *
from .functions.complexes import *
from .functions.copies import *
from .functions.scattering import *
from .functions.index_writing import *
from .functions.indexing import *
from .functions.rearranging import *
from .functions.joining import *
from .functions.strides import *
from .functions.diagonals import *
from .functions.distances import *
from .functions.pieces import *
from .functions.part_writing import *
from .functions.shapes import *
from .functions.transposing import *
from .functions.broadcasting import *
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
from .functions.autocast import *
from .functions.printing import *
from .functions.settings import *
from .functions.threads import *
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
from ._array import Array as Array
from .transforms.jacobians import *
from .autograd.custom_rules import *
from .transforms.jet import *
from .transforms.jvp import jvp as jvp
from .transforms.sparse import *
from .transforms.vjp import *
from .transforms.vmap import *

half, float, double, short, int, long = float16, float32, float64, int16, int32, int64
cfloat, cdouble = complex64, complex128

__version__ = "0.1.0"

if _TYPE_CHECKING:
    from . import accelerator as accelerator
    from . import backends as backends
    from . import cuda as cuda
    from . import extend as extend
    from . import flatten_util as flatten_util
    from . import func as func
    from . import hips as hips
    from . import laws as laws
    from . import masked as masked
    from . import nn as nn
    from . import numerical as numerical
    from . import numpy as numpy
    from . import optim as optim
    from . import overrides as overrides
    from . import scipy as scipy
    from . import serialization as serialization
    from . import signal as signal
    from . import special as special
    from . import tree as tree
    from . import tree_util as tree_util
    from . import utils as utils
    from . import viz as viz
    from ._symbolic import symbolic as symbolic
    from .autograd.explanation import explain as explain
    from .extend import op as op
    from .utils.rematerialization import checkpoint as checkpoint
    from .viz.program import make_graph as make_graph
    from .viz.trace import trace_table as trace_table

__all__ = [
    # modules
    "accelerator", "autograd", "backends", "cuda", "errors", "extend", "fft", "flatten_util", "func", "hips", "laws",
    "linalg", "masked", "nn", "numerical", "optim", "overrides", "random", "return_types", "serialization", "signal",
    "special", "testing", "tree", "tree_util", "utils", "viz",
    # the faces
    "Tensor", "Array",
    # transforms
    "grad", "value_and_grad", "vjp", "jvp", "linearize", "linear_transpose", "jacfwd", "jacrev", "jacobian", "hessian",
    "hvp", "vhp", "laplacian", "jet", "taylor", "vmap", "stop_gradient", "custom_vjp", "custom_jvp",
    "sparse_jacobian", "sparse_hessian", "jacobian_sparsity", "hessian_sparsity",
    "checkpoint", "op", "psum", "pmean", "pmax", "pmin", "axis_index",
    # dtypes
    "bfloat16", "bool", "complex64", "complex128", "float16", "float32", "float64", "int8", "int16", "int32", "int64",
    "uint8", "uint16", "uint32", "uint64", "dtype", "half", "float", "double", "short", "int", "long", "cfloat",
    "cdouble",
    # anomaly mode
    "is_anomaly_check_nan_enabled", "is_anomaly_enabled",
    # grad mode
    "enable_grad", "inference_mode", "is_grad_enabled", "is_inference_mode_enabled", "no_grad", "set_grad_enabled",
    # activations
    "celu", "celu_", "hardshrink", "prelu", "relu", "relu_", "rrelu", "rrelu_", "selu", "selu_", "threshold",
    "threshold_",
    # arithmetic
    "add", "addcdiv", "addcmul", "div", "divide", "floor_divide", "fmod", "lerp", "mul", "multiply", "neg", "neg_",
    "negative", "negative_", "positive", "reciprocal", "reciprocal_", "remainder", "rsub", "sub", "subtract",
    "true_divide",
    # comparison
    "eq", "fmax", "fmin", "ge", "greater", "greater_equal", "gt", "le", "less", "less_equal", "lt", "maximum",
    "minimum", "ne", "not_equal",
    # contraction
    "addbmm", "addmm", "addmv", "addr", "baddbmm", "bmm", "chain_matmul", "dot", "ger", "inner", "kron", "matmul",
    "mm", "mv", "outer", "vdot",
    # einsum
    "einsum", "tensordot",
    # creation
    "tensor", "as_tensor", "asarray", "from_numpy", "frombuffer", "from_dlpack", "to_dlpack",
    # constants
    "pi", "e", "inf", "nan", "newaxis",
    # reforming
    "resize_as_", "as_strided_",
    # filling
    "fill", "fill_", "zero_",
    # complexes
    "complex", "polar",
    # copies
    "view_copy", "expand_copy", "permute_copy", "transpose_copy", "t_copy", "squeeze_copy", "unsqueeze_copy",
    "select_copy", "slice_copy", "narrow_copy", "unbind_copy", "split_copy", "split_with_sizes_copy", "diagonal_copy",
    "as_strided_copy", "unfold_copy", "alias_copy", "detach_copy", "view_as_real_copy", "view_as_complex_copy",
    # scattering
    "scatter", "scatter_add", "scatter_reduce",
    # index writing
    "index_add", "index_copy", "index_fill", "index_put", "index_put_", "index_reduce", "masked_fill",
    "masked_scatter", "put",
    # indexing
    "gather", "index_select", "take", "take_along_dim", "masked_select", "argwhere", "where",
    # rearranging
    "tile", "repeat_interleave", "flip", "fliplr", "flipud", "roll", "rot90", "vander",
    # joining
    "cat", "concat", "concatenate", "stack", "hstack", "vstack", "row_stack", "dstack", "column_stack", "block_diag",
    "meshgrid", "cartesian_prod", "combinations",
    # strides
    "clone", "as_strided", "as_strided_scatter", "view_as_real", "view_as_complex", "real", "imag", "resolve_conj",
    "resolve_neg", "detach",
    # diagonals
    "diagonal", "diag", "diag_embed", "diagflat", "diagonal_scatter", "tril", "triu", "tril_indices", "triu_indices",
    "trace",
    # distances
    "cdist", "pdist", "pairwise_distance", "cosine_similarity",
    # pieces
    "narrow", "select", "unbind", "split", "split_with_sizes", "unsafe_split", "unsafe_split_with_sizes", "chunk",
    "unsafe_chunk", "tensor_split", "hsplit", "vsplit", "dsplit",
    # part writing
    "select_scatter", "slice_scatter",
    # shapes
    "reshape", "squeeze", "unsqueeze", "flatten", "unflatten", "ravel", "atleast_1d", "atleast_2d", "atleast_3d",
    # transposing
    "permute", "transpose", "swapaxes", "swapdims", "t", "movedim", "moveaxis", "adjoint",
    # broadcasting
    "broadcast_to", "broadcast_tensors", "broadcast_shapes",
    # legacy
    "FloatTensor", "DoubleTensor", "HalfTensor", "BFloat16Tensor", "LongTensor", "IntTensor", "ShortTensor",
    "CharTensor", "ByteTensor", "BoolTensor",
    # root dropout
    "alpha_dropout", "alpha_dropout_", "dropout", "dropout_", "feature_alpha_dropout", "feature_alpha_dropout_",
    "feature_dropout", "feature_dropout_",
    # dtype info
    "finfo", "iinfo", "result_type", "promote_types", "can_cast", "get_default_dtype", "set_default_dtype",
    "is_tensor", "is_floating_point", "is_complex", "is_signed", "is_conj", "is_neg", "is_nonzero", "numel", "equal",
    "is_storage", "is_same_size", "set_default_tensor_type", "typename", "get_device", "is_inference",
    # placement
    "device", "layout", "memory_format", "strided", "sparse_coo", "sparse_csr", "preserve_format", "contiguous_format",
    "channels_last", "channels_last_3d", "set_default_device", "get_default_device",
    # ranges
    "arange", "range", "linspace", "logspace",
    # filled
    "zeros", "ones", "empty", "full", "eye", "empty_strided", "empty_permuted", "scalar_tensor", "zeros_like",
    "ones_like", "empty_like", "full_like",
    # exponential
    "exp", "exp2", "exp2_", "exp_", "expm1", "expm1_", "log", "log10", "log10_", "log1p", "log1p_", "log2", "log2_",
    "log_", "logaddexp", "logaddexp2", "logit", "logit_", "sigmoid", "sigmoid_", "xlogy", "xlogy_",
    # random
    "Generator", "default_generator", "get_rng_state", "initial_seed", "manual_seed", "rand", "rand_like", "randint",
    "randint_like", "randn", "randn_like", "randperm", "seed", "set_rng_state",
    # random samples
    "bernoulli", "binomial", "multinomial", "normal", "poisson",
    # magnitudes
    "abs", "abs_", "absolute", "angle", "clamp", "clamp_", "clamp_max", "clamp_max_", "clamp_min", "clamp_min_",
    "clip", "clip_", "conj", "conj_physical", "conj_physical_", "copysign", "heaviside", "nan_to_num", "nan_to_num_",
    "sgn", "sign", "signbit",
    # special
    "digamma", "erf", "erf_", "erfc", "erfc_", "erfinv", "i0", "i0_", "igamma", "igammac", "lgamma", "mvlgamma",
    "polygamma",
    # logic
    "bitwise_and", "bitwise_left_shift", "bitwise_not", "bitwise_or", "bitwise_right_shift", "bitwise_xor", "gcd",
    "gcd_", "lcm", "lcm_", "logical_and", "logical_not", "logical_or", "logical_xor",
    # predicates
    "allclose", "isclose", "isfinite", "isinf", "isnan", "isneginf", "isposinf", "isreal",
    # positions
    "nonzero_static", "unravel_index",
    # autocast
    "autocast", "is_autocast_enabled",
    # printing
    "get_printoptions", "printoptions", "set_printoptions",
    # settings
    "are_deterministic_algorithms_enabled", "get_deterministic_debug_mode", "get_float32_matmul_precision",
    "is_deterministic_algorithms_warn_only_enabled", "set_deterministic_debug_mode", "set_float32_matmul_precision",
    "set_flush_denormal", "use_deterministic_algorithms", "get_num_threads", "set_num_threads",
    # root layers
    "batch_norm", "bilinear", "embedding", "group_norm", "instance_norm", "layer_norm", "rms_norm",
    # spectrograms
    "istft", "stft",
    # window functions
    "bartlett_window", "blackman_window", "hamming_window", "hann_window", "kaiser_window",
    # powers
    "float_power", "hypot", "ldexp", "ldexp_", "pow", "rsqrt", "rsqrt_", "sqrt", "sqrt_", "square", "square_",
    # rounding
    "ceil", "ceil_", "fix", "fix_", "floor", "floor_", "frac", "frac_", "frexp", "nextafter", "round", "round_",
    "trunc", "trunc_",
    # counting
    "bincount", "bucketize", "histc", "histogram", "histogramdd", "isin", "nonzero", "searchsorted",
    # linalg classic
    "cholesky", "cholesky_inverse", "cholesky_solve", "cross", "det", "frobenius_norm", "geqrf", "inverse", "logdet",
    "lu", "lu_solve", "lu_unpack", "matrix_exp", "matrix_power", "norm", "nuclear_norm", "orgqr", "ormqr", "pinverse",
    "qr", "slogdet", "svd", "triangular_solve",
    # linalg lowrank
    "pca_lowrank", "svd_lowrank",
    # extremes
    "amax", "amin", "aminmax", "argmax", "argmin", "kthvalue", "max", "median", "min", "mode", "nanmedian",
    # reduction
    "all", "any", "count_nonzero", "mean", "nanmean", "nansum", "prod", "std", "std_mean", "sum", "var", "var_mean",
    # scans
    "cummax", "cummin", "cumprod", "cumsum", "cumulative_trapezoid", "diff", "gradient", "logcumsumexp", "trapezoid",
    "trapz",
    # serialization
    "load", "save",
    # softmax
    "log_softmax", "logsumexp", "softmax",
    # sorting
    "argsort", "msort", "sort", "topk", "unique", "unique_consecutive",
    # statistics
    "corrcoef", "cov", "dist", "nanquantile", "quantile", "renorm",
    # size
    "Size",
    # trigonometric
    "acos", "acos_", "acosh", "acosh_", "arccos", "arccos_", "arccosh", "arccosh_", "arcsin", "arcsin_", "arcsinh",
    "arcsinh_", "arctan", "arctan2", "arctan_", "arctanh", "arctanh_", "asin", "asin_", "asinh", "asinh_", "atan",
    "atan2", "atan_", "atanh", "atanh_", "cos", "cos_", "cosh", "cosh_", "deg2rad", "deg2rad_", "rad2deg", "rad2deg_",
    "sin", "sin_", "sinc", "sinc_", "sinh", "sinh_", "tan", "tan_", "tanh", "tanh_",
    # convolution
    "conv1d", "conv2d", "conv3d", "conv_tbc", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
    # max pooling
    "adaptive_max_pool1d", "max_pool1d", "max_pool1d_with_indices", "max_pool2d", "max_pool3d",
    # padding
    "channel_shuffle", "constant_pad_nd", "native_channel_shuffle", "pixel_shuffle", "pixel_unshuffle",
    # pooling
    "adaptive_avg_pool1d", "avg_pool1d",
    # resampling
    "grid_sampler", "grid_sampler_2d", "grid_sampler_3d",
    # explanation
    "explain", "make_graph", "symbolic", "trace_table",
]


def __getattr__(name: str) -> _Any:
    """What few programs need is imported when it is first named."""
    if name in _LATER:
        return _import_module(f"adjoint.{name}")
    if name in _FROM:
        return getattr(_import_module(f"adjoint.{_FROM[name]}"), name)
    raise AttributeError(f"module 'adjoint' has no attribute {name!r}")


_LATER = {
    "accelerator", "backends", "cuda", "extend", "flatten_util", "func", "hips", "laws", "masked", "nn", "numerical",
    "numpy", "optim", "overrides", "scipy", "serialization", "signal", "special", "tree", "tree_util", "utils", "viz",
}
_FROM = {  # name -> the module that defines it
    "checkpoint": "utils.rematerialization",
    "explain": "autograd.explanation",
    "make_graph": "viz.program",
    "op": "extend",
    "symbolic": "_symbolic",
    "trace_table": "viz.trace",
}
