"""The functions of neural networks without state, by the names of torch.nn.functional."""

from __future__ import annotations

from ..functions.activations import *
from ..functions.convolution import *
from ..functions.linear import *
from ..functions.max_pooling import *
from ..functions.padding import *
from ..functions.pooling import *
from ..functions.resampling import *
from ..functions.attention import *
from ..functions.class_losses import *
from ..functions.ctc import *
from ..functions.distances import *
from ..functions.margin_losses import *
from ..functions.embedding import *
from ..functions.normalization import *
from ..functions.losses import *
from ..functions.softmax_layers import *
from ..functions.exponential import sigmoid as sigmoid
from ..functions.trigonometric import tanh as tanh
