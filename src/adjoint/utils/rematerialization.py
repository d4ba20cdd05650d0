"""checkpoint as a transform of functions: keep the arguments, compute the rest again when a derivative asks for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..core import memory
from ..core.levels import Box
from ..core.tensor import TensorBase
from ..core.trees import flatten
from .checkpoint import checkpoint as run_checkpointed


def checkpoint(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function with the values and derivatives of `f`, of which reverse mode keeps the arguments only.

    What else a derivative needs is computed again when it is asked for: less memory for one more run. Arguments may be
    of any kind; captured values are differentiated as they are in `f`. Under forward mode nothing is kept anyway; of
    values that vmap, jvp or jet map, everything is kept, as without checkpoint.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.grad(ad.checkpoint(lambda x: np.sum(np.sin(np.exp(x)))))(np.zeros(2))
    array([0.54030231, 0.54030231])
    """

    @wraps(f)
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        leaves, _ = flatten((args, kwargs))
        if any([isinstance(x, TensorBase) and isinstance(memory.peek(x), Box) for x in leaves]):
            return f(*args, **kwargs)
        return run_checkpointed(f, *args, use_reentrant=False, **kwargs)

    return checkpointed
