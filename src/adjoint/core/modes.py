"""All ambient state, thread-local: gradient recording, open transform levels, inference, anomaly mode, packing hooks.

`word` is what the hot path reads: it is zero while every thread is in the default state. Only when it is not zero
does an op look at its own thread's state.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

word = 0
inference_used = False  # whether inference mode was ever entered: only then can a tensor be an inference tensor
_lock = threading.Lock()


class _State(threading.local):
    grad = True
    inference = False
    anomaly = False
    anomaly_check_nan = True
    pack_hooks: tuple[tuple[Callable[..., Any], Callable[..., Any]], ...] = ()
    observer: Callable[..., None] | None = None  # told of every op: explain
    hooks_disabled: str | None = None  # why saved-tensor hooks may not be entered
    counted = False
    quiet = False  # an op on boxes runs, and with it NumPy's warnings are off
    levels: tuple[Any, ...] = ()  # the open transform levels, the outermost first
    only_levels = False  # some are open, and nothing else is out of the ordinary, but for no_grad
    inside = False  # a function runs under a reverse transform
    only_no_grad = False  # no_grad, and nothing else out of the ordinary
    otherwise = False  # something other than recording is out of the ordinary

    def __init__(self) -> None:  # in every thread: what set_mode reads is then in the thread's dictionary
        self.grad, self.inference, self.anomaly, self.pack_hooks = True, False, False, ()
        self.observer, self.levels, self.counted, self.otherwise = None, (), False, False


state = _State()


def set_mode(**changes: Any) -> dict[str, Any]:
    """The previous values of the modes that were changed, for the caller to restore."""
    global inference_used
    own = state.__dict__  # 30 ns a name less than the thread-local object's attributes
    before = {name: own[name] if name in own else getattr(state, name) for name in changes}
    own.update(changes)
    inference_used = inference_used or own["inference"]
    otherwise = bool(own["inference"] or own["anomaly"] or own["pack_hooks"] or own["observer"])
    levels = bool(own["levels"])
    own["only_levels"] = levels and not otherwise
    own["otherwise"] = otherwise or levels
    _settle(own)
    return before


def set_grad(value: bool) -> bool:
    """Whether recording was on, and set_mode(grad=value): the one mode that programs change at every step."""
    own = state.__dict__
    before: bool = own["grad"]
    own["grad"] = value
    _settle(own)
    return before


def _settle(own: dict[str, Any]) -> None:
    """What follows from the modes that were set: the short flags, and the word if this thread leaves or reaches the
    default state."""
    global word
    own["only_no_grad"] = not own["grad"] and not own["otherwise"]
    default = own["grad"] and not own["otherwise"]
    if own["counted"] is default:
        with _lock:
            word += -1 if default else 1
        own["counted"] = not default


def notice(what: Any, operands: tuple[Any, ...], result: Any = None) -> None:
    """Tell the observer, if there is one, of a step that is no op: "detach", "write", "item" ..."""
    if word and state.observer is not None:
        state.observer(what, operands, {}, result)


@contextmanager
def mode(**changes: Any) -> Iterator[None]:
    """Within the block these modes hold in this thread; on every way out the previous ones return."""
    before = set_mode(**changes)
    try:
        yield
    finally:
        set_mode(**before)


def recording() -> Any:
    """A block in which operations are recorded, whatever mode the program is in: what a derivative is taken of."""
    return mode(grad=True, inference=False)
