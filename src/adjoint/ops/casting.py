"""Casts that cut the derivative: to integers and booleans, and the bits of an array read as another dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_rules import leading, pointwise
from ..core.kinds import constant


def _to_integer(x: Any, *, dtype: Any) -> Any:
    return np.asarray(x).astype(dtype)


to_integer = constant(_to_integer, batch=pointwise)


def _reinterpret(x: Any, *, dtype: Any) -> Any:
    return x.view(dtype)


reinterpret = constant(_reinterpret, batch=leading(1))
