"""Gradients of functions that are straight pieces, as a ReLU's are: functions of what they belong to that are flat.

Where a walk is recorded, no op of such a gradient's has what it is the gradient of as an operand, so it would look
unrelated to it, and its own derivative would be an error. Here that becomes known: zero.
"""

from __future__ import annotations

from typing import Any

from ..core import memory
from ..core.annotate import bare_rule
from ..core.tensor import TensorBase
from ..ops.structure import constant_in


def bends(visited: list[Any]) -> bool:
    """Whether a walk passed an op of straight pieces."""
    return any([getattr(bare_rule(node), "straight", False) for node in visited])


def connected(gradient: Any, t: Any) -> Any:
    """The gradient of `t` by a walk that `bends`, which depends on `t` with the derivative zero besides what it has."""
    return constant_in(gradient, t) if isinstance(t, TensorBase) and memory.load_node(t) is not None else gradient
