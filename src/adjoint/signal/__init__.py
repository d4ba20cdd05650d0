"""`adjoint.signal`: window functions, by the names of torch.signal."""

from __future__ import annotations

from . import windows as windows

__all__ = ["windows"]
