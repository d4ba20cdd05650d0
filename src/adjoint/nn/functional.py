"""The functions of neural networks without state, by the names of torch.nn.functional."""

from __future__ import annotations

from ..functions.convolution import *
from ..functions.linear import *
from ..functions.max_pooling import *
from ..functions.padding import *
from ..functions.pooling import *
from ..functions.resampling import *
from ..functions.losses import *
from ..functions.softmax_layers import *
