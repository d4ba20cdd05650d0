"""Products that sum over an axis: matmul and the affine map of a linear layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.kinds import Saved, bilinear, custom
from . import structure as st

# Operands of two or more dimensions; the face gives vectors a second one.
matmul = bilinear(np.matmul, lambda ct, x, y: matmul(ct, st.mT(y)), lambda ct, x, y: matmul(st.mT(x), ct), name="Mm")
matmul.op.node_name = lambda node: "MmBackward0" if len(node[4][0].shape) == 2 else "BmmBackward0"


def _affine(x: Any, w: Any, b: Any) -> Any:
    out = np.matmul(x, w.T)
    out += b
    return out


def _affine_vjp(ct: Any, s: Saved) -> Any:
    return (matmul(ct, s.y) if s.wanted[0] else None,
            matmul(st.mT(ct), s.x) if s.wanted[1] else None,
            np.sum(ct, axis=0) if s.wanted[2] else None)


# x @ w.T + b for a batch of rows: one node for a linear layer.
affine = custom(_affine, _affine_vjp, saves=("x", "y"), name="Addmm")
