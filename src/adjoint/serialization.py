"""Saving and loading, under the name that PyTorch's programs know."""

from __future__ import annotations

from .functions.serialization import add_safe_globals as add_safe_globals
from .functions.serialization import clear_safe_globals as clear_safe_globals
from .functions.serialization import get_safe_globals as get_safe_globals
from .functions.serialization import load as load
from .functions.serialization import safe_globals as safe_globals
from .functions.serialization import save as save

__all__ = ["add_safe_globals", "clear_safe_globals", "get_safe_globals", "load", "safe_globals", "save"]
