"""numpy.random under this package's name, so that `import adjoint.numpy.random as npr` works; samples are plain."""

from __future__ import annotations

from typing import Any

import numpy as np


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(np.random, name)


def __dir__() -> list[str]:
    return dir(np.random)
