"""NumPy's namespace for traced values: `import adjoint.numpy as np` in place of `autograd.numpy` or `jax.numpy`.

NumPy itself dispatches to us, so nearly every name here is NumPy's own object. Importing this package enters what
NumPy's functions do with traced values; the first one that is called on one imports it. Where NumPy does not dispatch
(`array` of lists, `full`, `r_`, `vectorize`), the name stands for a form of ours, which keeps derivatives.

>>> import adjoint as ad
>>> import adjoint.numpy as np
>>> ad.grad(lambda x: np.sum(np.sin(np.array([x, 2 * x]))))(0.0)
np.float64(3.0)
"""

from __future__ import annotations

from typing import Any

import numpy as _np  # noqa: ICN001  # `np` is a name that the package must not have

from ..core import registry as _registry

# Each family enters its functions with `registry.speaks`.
from . import (
    calculus,
    constants,
    counting,
    creation,
    factorizations,
    fft,
    fourier,
    functional,
    indexing,
    inspection,
    joining,
    linalg,
    linear_systems,
    manipulation,
    missing,
    mutation,
    norms,
    polynomials,
    products,
    random,
    reductions,
    scimath,
    selection,
    sorting,
    statistics,
    subscripts,
    ufuncs,
    updates,
)
from .functional import vectorize
from .jax_keywords import (
    argsort,
    argwhere,
    bincount,
    fill_diagonal,
    flatnonzero,
    nonzero,
    place,
    put,
    put_along_axis,
    repeat,
    sort,
    where,
)
from .lists import (
    amax,
    amin,
    array,
    asanyarray,
    asarray,
    ascontiguousarray,
    c_,
    full,
    full_like,
    interp,
    max,
    min,
    nan_to_num,
    nanmax,
    nanmin,
    nanprod,
    nansum,
    ndarray,
    pad,
    prod,
    r_,
    roll,
    select,
    sum,
    take,
)
from .updates import at

__all__ = sorted(["at", *[name for name in _np.__all__ if name != "test"]])


def __getattr__(name: str) -> Any:
    return getattr(_np, name)


def __dir__() -> list[str]:
    return sorted({*__all__, *globals()})


_registry.complete = True
