"""How many threads matrix products use: the setting of the OpenBLAS that NumPy's wheels carry."""

from __future__ import annotations

import ctypes
import os
import warnings
from functools import cache
from typing import Any

import numpy as np

from ..errors import RangeError

__all__ = ["get_num_threads", "set_num_threads"]


@cache
def _openblas() -> Any:
    """The library that NumPy has loaded, or None where NumPy was built on another one."""
    package = os.path.dirname(np.__file__)
    for folder in (package + ".libs", os.path.join(package, ".dylibs")):
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            if "scipy_openblas64" in name:
                return ctypes.CDLL(os.path.join(folder, name))
    return None


def get_num_threads() -> int:
    """The number of threads that matrix products may use; the number of processors where NumPy does not tell.

    >>> import adjoint as ad
    >>> ad.get_num_threads() >= 1
    True
    """
    library = _openblas()
    return (os.cpu_count() or 1) if library is None else int(library.scipy_openblas_get_num_threads64_())


def set_num_threads(threads: int) -> None:
    """Nothing; from now on matrix products use so many threads. A UserWarning where NumPy's library cannot be told.

    >>> import adjoint as ad
    >>> ad.set_num_threads(ad.get_num_threads())
    """
    if not isinstance(threads, int) or threads < 1:
        raise RangeError(f"set_num_threads expects a positive integer, but got {threads!r}")
    library = _openblas()
    if library is None:
        warnings.warn("set_num_threads has no effect: NumPy was not built on the OpenBLAS of its wheels; set the "
                      "environment variable of its library, such as OMP_NUM_THREADS, before Python starts",
                      UserWarning, stacklevel=2)
    else:
        library.scipy_openblas_set_num_threads64_(threads)
