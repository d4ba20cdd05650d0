"""`adjoint.numpy.fft`: NumPy's Fourier transforms, which dispatch to us; programs import them by this name."""

from __future__ import annotations

from numpy.fft import *  # noqa: F403
from numpy.fft import __all__ as __all__
