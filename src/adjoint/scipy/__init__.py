"""SciPy with derivatives: adjoint.scipy.special, linalg, optimize, integrate."""

from __future__ import annotations
