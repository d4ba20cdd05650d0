"""Reverse mode as PyTorch's programs know it: `backward`, `grad`, `Function`, modes, hooks on the graph, checks."""

from __future__ import annotations

from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from ..transforms.gradients import backward as backward
from ..transforms.gradients import grad as grad
from . import function as function
from .anomaly_mode import detect_anomaly as detect_anomaly
from .anomaly_mode import set_detect_anomaly as set_detect_anomaly
from .function import Function as Function
from .grad_mode import enable_grad as enable_grad
from .grad_mode import inference_mode as inference_mode
from .grad_mode import no_grad as no_grad
from .grad_mode import set_grad_enabled as set_grad_enabled
from .grad_mode import set_multithreading_enabled as set_multithreading_enabled
from .gradcheck import gradcheck as gradcheck
from .gradcheck import gradgradcheck as gradgradcheck

if _TYPE_CHECKING:
    from . import forward_ad as forward_ad
    from . import functional as functional
    from . import graph as graph
    from .explanation import explain as explain
    from .variable import Variable as Variable

__all__ = [
    "Function", "Variable", "backward", "detect_anomaly", "enable_grad", "explain", "forward_ad", "function",
    "functional", "grad", "gradcheck", "gradgradcheck", "graph", "inference_mode", "no_grad", "set_detect_anomaly",
    "set_grad_enabled", "set_multithreading_enabled",
]


def __getattr__(name: str) -> _Any:
    """What few programs need is imported when it is first named."""
    if name in ("forward_ad", "functional", "graph", "variable"):
        return _import_module(f"{__name__}.{name}")
    if name == "explain":
        return _import_module(f"{__name__}.explanation").explain
    if name == "Variable":
        return _import_module(f"{__name__}.variable").Variable
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
