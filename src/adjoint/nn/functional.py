"""The functions of neural networks without state, by the names of torch.nn.functional."""

from __future__ import annotations

from ..functions.activations import (
    celu as celu,
)
from ..functions.activations import (
    celu_ as celu_,
)
from ..functions.activations import (
    elu as elu,
)
from ..functions.activations import (
    elu_ as elu_,
)
from ..functions.activations import (
    gelu as gelu,
)
from ..functions.activations import (
    glu as glu,
)
from ..functions.activations import (
    hardshrink as hardshrink,
)
from ..functions.activations import (
    hardsigmoid as hardsigmoid,
)
from ..functions.activations import (
    hardswish as hardswish,
)
from ..functions.activations import (
    hardtanh as hardtanh,
)
from ..functions.activations import (
    hardtanh_ as hardtanh_,
)
from ..functions.activations import (
    leaky_relu as leaky_relu,
)
from ..functions.activations import (
    leaky_relu_ as leaky_relu_,
)
from ..functions.activations import (
    logsigmoid as logsigmoid,
)
from ..functions.activations import (
    mish as mish,
)
from ..functions.activations import (
    prelu as prelu,
)
from ..functions.activations import (
    relu as relu,
)
from ..functions.activations import (
    relu6 as relu6,
)
from ..functions.activations import (
    relu_ as relu_,
)
from ..functions.activations import (
    rrelu as rrelu,
)
from ..functions.activations import (
    rrelu_ as rrelu_,
)
from ..functions.activations import (
    selu as selu,
)
from ..functions.activations import (
    selu_ as selu_,
)
from ..functions.activations import (
    silu as silu,
)
from ..functions.activations import (
    softplus as softplus,
)
from ..functions.activations import (
    softshrink as softshrink,
)
from ..functions.activations import (
    softsign as softsign,
)
from ..functions.activations import (
    tanhshrink as tanhshrink,
)
from ..functions.activations import (
    threshold as threshold,
)
from ..functions.activations import (
    threshold_ as threshold_,
)
from ..functions.attention import (
    multi_head_attention_forward as multi_head_attention_forward,
)
from ..functions.attention import (
    scaled_dot_product_attention as scaled_dot_product_attention,
)
from ..functions.class_losses import (
    cross_entropy as cross_entropy,
)
from ..functions.class_losses import (
    linear_cross_entropy as linear_cross_entropy,
)
from ..functions.class_losses import (
    nll_loss as nll_loss,
)
from ..functions.convolution import (
    conv1d as conv1d,
)
from ..functions.convolution import (
    conv2d as conv2d,
)
from ..functions.convolution import (
    conv3d as conv3d,
)
from ..functions.convolution import (
    conv_tbc as conv_tbc,
)
from ..functions.convolution import (
    conv_transpose1d as conv_transpose1d,
)
from ..functions.convolution import (
    conv_transpose2d as conv_transpose2d,
)
from ..functions.convolution import (
    conv_transpose3d as conv_transpose3d,
)
from ..functions.convolution import (
    fold as fold,
)
from ..functions.convolution import (
    unfold as unfold,
)
from ..functions.ctc import (
    ctc_loss as ctc_loss,
)
from ..functions.distances import (
    cosine_similarity as cosine_similarity,
)
from ..functions.distances import (
    pairwise_distance as pairwise_distance,
)
from ..functions.distances import (
    pdist as pdist,
)
from ..functions.dropout import (
    alpha_dropout as alpha_dropout,
)
from ..functions.dropout import (
    dropout as dropout,
)
from ..functions.dropout import (
    dropout1d as dropout1d,
)
from ..functions.dropout import (
    dropout2d as dropout2d,
)
from ..functions.dropout import (
    dropout3d as dropout3d,
)
from ..functions.dropout import (
    feature_alpha_dropout as feature_alpha_dropout,
)
from ..functions.dropout import (
    gumbel_softmax as gumbel_softmax,
)
from ..functions.embedding import (
    embedding as embedding,
)
from ..functions.embedding import (
    embedding_bag as embedding_bag,
)
from ..functions.embedding import (
    one_hot as one_hot,
)
from ..functions.exponential import sigmoid as sigmoid
from ..functions.linear import (
    bilinear as bilinear,
)
from ..functions.linear import (
    linear as linear,
)
from ..functions.losses import (
    binary_cross_entropy as binary_cross_entropy,
)
from ..functions.losses import (
    binary_cross_entropy_with_logits as binary_cross_entropy_with_logits,
)
from ..functions.losses import (
    gaussian_nll_loss as gaussian_nll_loss,
)
from ..functions.losses import (
    huber_loss as huber_loss,
)
from ..functions.losses import (
    kl_div as kl_div,
)
from ..functions.losses import (
    l1_loss as l1_loss,
)
from ..functions.losses import (
    mse_loss as mse_loss,
)
from ..functions.losses import (
    poisson_nll_loss as poisson_nll_loss,
)
from ..functions.losses import (
    smooth_l1_loss as smooth_l1_loss,
)
from ..functions.margin_losses import (
    cosine_embedding_loss as cosine_embedding_loss,
)
from ..functions.margin_losses import (
    hinge_embedding_loss as hinge_embedding_loss,
)
from ..functions.margin_losses import (
    margin_ranking_loss as margin_ranking_loss,
)
from ..functions.margin_losses import (
    multi_margin_loss as multi_margin_loss,
)
from ..functions.margin_losses import (
    multilabel_margin_loss as multilabel_margin_loss,
)
from ..functions.margin_losses import (
    multilabel_soft_margin_loss as multilabel_soft_margin_loss,
)
from ..functions.margin_losses import (
    soft_margin_loss as soft_margin_loss,
)
from ..functions.margin_losses import (
    triplet_margin_loss as triplet_margin_loss,
)
from ..functions.margin_losses import (
    triplet_margin_with_distance_loss as triplet_margin_with_distance_loss,
)
from ..functions.max_pooling import (
    adaptive_max_pool1d as adaptive_max_pool1d,
)
from ..functions.max_pooling import (
    adaptive_max_pool1d_with_indices as adaptive_max_pool1d_with_indices,
)
from ..functions.max_pooling import (
    adaptive_max_pool2d as adaptive_max_pool2d,
)
from ..functions.max_pooling import (
    adaptive_max_pool2d_with_indices as adaptive_max_pool2d_with_indices,
)
from ..functions.max_pooling import (
    adaptive_max_pool3d as adaptive_max_pool3d,
)
from ..functions.max_pooling import (
    adaptive_max_pool3d_with_indices as adaptive_max_pool3d_with_indices,
)
from ..functions.max_pooling import (
    fractional_max_pool2d as fractional_max_pool2d,
)
from ..functions.max_pooling import (
    fractional_max_pool2d_with_indices as fractional_max_pool2d_with_indices,
)
from ..functions.max_pooling import (
    fractional_max_pool3d as fractional_max_pool3d,
)
from ..functions.max_pooling import (
    fractional_max_pool3d_with_indices as fractional_max_pool3d_with_indices,
)
from ..functions.max_pooling import (
    max_pool1d as max_pool1d,
)
from ..functions.max_pooling import (
    max_pool1d_with_indices as max_pool1d_with_indices,
)
from ..functions.max_pooling import (
    max_pool2d as max_pool2d,
)
from ..functions.max_pooling import (
    max_pool2d_with_indices as max_pool2d_with_indices,
)
from ..functions.max_pooling import (
    max_pool3d as max_pool3d,
)
from ..functions.max_pooling import (
    max_pool3d_with_indices as max_pool3d_with_indices,
)
from ..functions.max_pooling import (
    max_unpool1d as max_unpool1d,
)
from ..functions.max_pooling import (
    max_unpool2d as max_unpool2d,
)
from ..functions.max_pooling import (
    max_unpool3d as max_unpool3d,
)
from ..functions.normalization import (
    batch_norm as batch_norm,
)
from ..functions.normalization import (
    group_norm as group_norm,
)
from ..functions.normalization import (
    instance_norm as instance_norm,
)
from ..functions.normalization import (
    layer_norm as layer_norm,
)
from ..functions.normalization import (
    local_response_norm as local_response_norm,
)
from ..functions.normalization import (
    normalize as normalize,
)
from ..functions.normalization import (
    rms_norm as rms_norm,
)
from ..functions.padding import (
    channel_shuffle as channel_shuffle,
)
from ..functions.padding import (
    native_channel_shuffle as native_channel_shuffle,
)
from ..functions.padding import (
    pad as pad,
)
from ..functions.padding import (
    pixel_shuffle as pixel_shuffle,
)
from ..functions.padding import (
    pixel_unshuffle as pixel_unshuffle,
)
from ..functions.pooling import (
    adaptive_avg_pool1d as adaptive_avg_pool1d,
)
from ..functions.pooling import (
    adaptive_avg_pool2d as adaptive_avg_pool2d,
)
from ..functions.pooling import (
    adaptive_avg_pool3d as adaptive_avg_pool3d,
)
from ..functions.pooling import (
    avg_pool1d as avg_pool1d,
)
from ..functions.pooling import (
    avg_pool2d as avg_pool2d,
)
from ..functions.pooling import (
    avg_pool3d as avg_pool3d,
)
from ..functions.pooling import (
    lp_pool1d as lp_pool1d,
)
from ..functions.pooling import (
    lp_pool2d as lp_pool2d,
)
from ..functions.pooling import (
    lp_pool3d as lp_pool3d,
)
from ..functions.resampling import (
    affine_grid as affine_grid,
)
from ..functions.resampling import (
    grid_sample as grid_sample,
)
from ..functions.resampling import (
    interpolate as interpolate,
)
from ..functions.resampling import (
    upsample as upsample,
)
from ..functions.resampling import (
    upsample_bilinear as upsample_bilinear,
)
from ..functions.resampling import (
    upsample_nearest as upsample_nearest,
)
from ..functions.softmax_layers import (
    log_softmax as log_softmax,
)
from ..functions.softmax_layers import (
    softmax as softmax,
)
from ..functions.softmax_layers import (
    softmin as softmin,
)
from ..functions.trigonometric import tanh as tanh

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool1d_with_indices",
    "adaptive_max_pool2d",
    "adaptive_max_pool2d_with_indices",
    "adaptive_max_pool3d",
    "adaptive_max_pool3d_with_indices",
    "affine_grid",
    "alpha_dropout",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "batch_norm",
    "bilinear",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "celu",
    "celu_",
    "channel_shuffle",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_tbc",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "cosine_embedding_loss",
    "cosine_similarity",
    "cross_entropy",
    "ctc_loss",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "elu",
    "elu_",
    "embedding",
    "embedding_bag",
    "feature_alpha_dropout",
    "fold",
    "fractional_max_pool2d",
    "fractional_max_pool2d_with_indices",
    "fractional_max_pool3d",
    "fractional_max_pool3d_with_indices",
    "gaussian_nll_loss",
    "gelu",
    "glu",
    "grid_sample",
    "group_norm",
    "gumbel_softmax",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "hardtanh_",
    "hinge_embedding_loss",
    "huber_loss",
    "instance_norm",
    "interpolate",
    "kl_div",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "leaky_relu_",
    "linear",
    "linear_cross_entropy",
    "local_response_norm",
    "log_softmax",
    "logsigmoid",
    "lp_pool1d",
    "lp_pool2d",
    "lp_pool3d",
    "margin_ranking_loss",
    "max_pool1d",
    "max_pool1d_with_indices",
    "max_pool2d",
    "max_pool2d_with_indices",
    "max_pool3d",
    "max_pool3d_with_indices",
    "max_unpool1d",
    "max_unpool2d",
    "max_unpool3d",
    "mish",
    "mse_loss",
    "multi_head_attention_forward",
    "multi_margin_loss",
    "multilabel_margin_loss",
    "multilabel_soft_margin_loss",
    "native_channel_shuffle",
    "nll_loss",
    "normalize",
    "one_hot",
    "pad",
    "pairwise_distance",
    "pdist",
    "pixel_shuffle",
    "pixel_unshuffle",
    "poisson_nll_loss",
    "prelu",
    "relu",
    "relu6",
    "relu_",
    "rms_norm",
    "rrelu",
    "rrelu_",
    "scaled_dot_product_attention",
    "selu",
    "selu_",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "soft_margin_loss",
    "softmax",
    "softmin",
    "softplus",
    "softshrink",
    "softsign",
    "tanh",
    "tanhshrink",
    "threshold",
    "threshold_",
    "triplet_margin_loss",
    "triplet_margin_with_distance_loss",
    "unfold",
    "upsample",
    "upsample_bilinear",
    "upsample_nearest",
]
