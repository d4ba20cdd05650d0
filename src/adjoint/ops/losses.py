"""The negative log-likelihood of a class under softmax: one node, since it ends nearly every classifier."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.kinds import Saved, custom
from . import structure as st
from .softmax import softmax


def _class_losses(x: Any, *, target: Any) -> Any:
    shifted = x - np.maximum.reduce(x, axis=1, keepdims=True)
    picked = shifted[np.arange(len(x)), target]
    np.exp(shifted, out=shifted)
    out = np.log(np.add.reduce(shifted, axis=1))
    out -= picked
    return out


def _class_losses_vjp(ct: Any, s: Saved) -> Any:
    target = s.params["target"]
    p = softmax(s.x, axis=1)
    if type(p) is np.ndarray:  # the same, without a one-hot matrix
        p[np.arange(len(p)), target] -= 1
    else:
        p = p - np.equal(np.arange(s.avals[0].shape[1]), target[:, None]).astype(s.avals[0].dtype)
    return p * st.expand_dims(ct, axis=1)


# Rows of scores and the row's class to -log softmax(row)[class].
class_losses = custom(_class_losses, _class_losses_vjp, saves=("x",), name="NllLoss")
