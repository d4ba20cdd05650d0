"""NumPy's namespace for traced values: `import adjoint.numpy as np` in place of `autograd.numpy` or `jax.numpy`.

NumPy itself dispatches to us, so nearly every name here is NumPy's own object. Importing this package enters what
NumPy's functions do with traced values; the first one that is called on one imports it.
"""

from __future__ import annotations

from typing import Any

import numpy as _np

# Each family enters its functions with `registry.speaks`.

__all__ = [name for name in _np.__all__ if name != "test"]


def __getattr__(name: str) -> Any:
    return getattr(_np, name)


def __dir__() -> list[str]:
    return sorted({*__all__, *globals()})
