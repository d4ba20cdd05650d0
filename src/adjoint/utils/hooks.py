"""The handle that registering a hook gives back, under PyTorch's name for its place."""

from __future__ import annotations

from ..core.hooks import RemovableHandle as RemovableHandle

__all__ = ["RemovableHandle"]
