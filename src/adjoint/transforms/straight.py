"""Gradients of functions that are straight pieces, as a ReLU's are: constant, and yet functions of what they belong to.

Where a walk is recorded, no op of such a gradient's has what it is the gradient of as an operand, so it would look
unrelated to it. Here its derivative becomes known: zero.
"""

from __future__ import annotations

from typing import Any

from ..core import memory
from ..core.annotate import bare_rule
from ..core.tensor import TensorBase
from ..ops.structure import constant_in


def connected(gradient: Any, t: Any, visited: list[Any]) -> Any:
    """The gradient of `t`, which depends on it (with the derivative zero) if it passed an op of straight pieces."""
    if isinstance(t, TensorBase) and memory.load_node(gradient) is None and memory.load_node(t) is not None and any(
            [getattr(bare_rule(node), "straight", False) for node in visited]):
        return constant_in(gradient, t)
    return gradient
