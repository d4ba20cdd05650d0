"""`adjoint.numpy.linalg`: NumPy's linear algebra, which dispatches to us; programs import it by this name."""

from __future__ import annotations

from numpy.linalg import *  # noqa: F403
from numpy.linalg import __all__ as __all__
