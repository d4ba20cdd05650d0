"""Small services: checkpointing, hook handles."""

from __future__ import annotations

from . import checkpoint as checkpoint
from . import hooks as hooks

__all__ = ["checkpoint", "hooks"]
