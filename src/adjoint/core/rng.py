"""Where random numbers come from: generators whose whole state is two numbers, a seed and a count of draws.

A draw is a pure function of its *position*, the uint64 array [seed, count]: Philox with the seed as key and the
count in the third word of its 256-bit counter, so that every draw has a stream of 2**128 blocks to itself. What a
sampler rejects, the dtype and the size of one draw never shift the next; a program that is recorded needs only to
carry the position along, and a state is read, set, copied and compared as 16 bytes.

The samplers themselves are in ops/random. NumPy's generators are imported by the first draw (30 ms).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np

from ..errors import DeviceError, DtypeError, ShapeError
from .memory import load
from .tensor import TensorBase, wrap

P = ParamSpec("P")
R = TypeVar("R")

DEFAULT_SEED = 67280421310721  # what a new PyTorch Generator starts from
STATE_BYTES = 16

as_device: Callable[[str], Any] = str  # functions/random sets the class of devices here, which core does not know

_lock = threading.RLock()  # guards every generator's position for the moment of reading and advancing it
# A child process must not inherit a lock that a thread of its parent held.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release)


class Generator:
    """A source of random numbers with its own seed, PyTorch's `torch.Generator` in all but the numbers.

    A new one always starts from the same seed; `seed()` takes one from the operating system.

    >>> import adjoint as ad
    >>> g = ad.Generator().manual_seed(7)
    >>> g.initial_seed()
    7
    >>> bool((ad.rand(3, generator=g) == ad.rand(3, generator=ad.Generator().manual_seed(7))).all())
    True
    """

    __slots__ = ("__weakref__", "_device", "_position")

    def __init__(self, device: Any = "cpu") -> None:
        if str(device).partition(":")[0] != "cpu":
            raise DeviceError(f"Generator: there is no device {str(device)!r} here; random numbers are drawn on 'cpu'")
        self._device = str(device)
        self._position = np.array([DEFAULT_SEED, 0], np.uint64)

    @property
    def device(self) -> Any:
        """The device on which numbers are drawn."""
        return as_device(self._device)

    def manual_seed(self, seed: int) -> Generator:
        """This generator, at the first number of `seed`, any integer in [-2**63, 2**64)."""
        seed = as_seed(seed)
        with _lock:
            self._position[:] = seed, 0
        return self

    def seed(self) -> int:
        """A new seed from the operating system, which this generator starts from."""
        seed = int.from_bytes(os.urandom(8), "little")
        self.manual_seed(seed)
        return seed

    def initial_seed(self) -> int:
        """The seed that this generator started from."""
        return int(self._position[0])

    def get_state(self) -> Any:
        """The state as a tensor of 16 bytes (uint8) that shares no memory with this generator."""
        with _lock:
            return wrap(self._position.view(np.uint8).copy())

    def set_state(self, new_state: Any) -> None:
        """Continue from a state that `get_state` gave; None comes back."""
        state = np.asarray(load(new_state) if isinstance(new_state, TensorBase) else new_state)
        if state.dtype != np.uint8:
            raise DtypeError(f"set_state: expected the uint8 tensor that get_state gives, not {state.dtype}")
        if state.shape != (STATE_BYTES,):
            raise ShapeError(f"set_state: expected {STATE_BYTES} bytes as get_state gives, not shape {state.shape}")
        with _lock:
            self._position[:] = np.ascontiguousarray(state).view(np.uint64)

    def clone_state(self) -> Generator:
        """A new generator that will draw the same numbers from here on."""
        clone = Generator(self._device)
        with _lock:
            clone._position[:] = self._position
        return clone

    def advance(self) -> np.ndarray:
        """The position of the next draw, for that draw alone: [seed, count] as uint64."""
        with _lock:
            position = self._position.copy()
            self._position[1] += 1
        return position

    def __deepcopy__(self, memo: dict[int, Any]) -> Generator:
        return self.clone_state()

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self._device, self._position.tobytes())

    def __repr__(self) -> str:
        return f"<adjoint.Generator device={self._device} seed={self.initial_seed()} draws={self._position[1]}>"


def _restore(device: str, position: bytes) -> Generator:
    generator = Generator(device)
    generator._position[:] = np.frombuffer(position, np.uint64)
    return generator


def as_seed(seed: Any) -> int:
    """The seed in [0, 2**64) that this integer means: a negative one counts from the end, as in PyTorch."""
    if isinstance(seed, TensorBase):
        seed = load(seed).item()
    number = int(seed)
    if not -(1 << 63) <= number < 1 << 64:
        raise DtypeError(f"a seed is an integer in [-2**63, 2**64), not {seed}")
    return number % (1 << 64)


default_generator = Generator()
default_generator.seed()  # a program that sets no seed gets other numbers each time

_machines: list[Any] = []  # idle NumPy generators; pop and append are atomic, so each is in one thread's hands
_NO_BUFFER = (0, 0, 0, 0)


def draw(
    position: np.ndarray, sampler: Callable[Concatenate[Any, P], R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """What sampler(numpy_generator, ...) gives at this position: a pure function of its arguments.

    Positioning a used machine takes 0.6 us, making one 7; drawing itself holds no lock of ours.
    """
    try:
        machine = _machines.pop()
    except IndexError:
        machine = np.random.Generator(np.random.Philox(key=0))
    seed, count = position.tolist()
    machine.bit_generator.state = {
        "bit_generator": "Philox",
        "state": {"counter": (0, 0, count, 0), "key": (seed, 0)},
        "buffer": _NO_BUFFER, "buffer_pos": 4, "has_uint32": 0, "uinteger": 0,
    }
    try:
        return sampler(machine, *args, **kwargs)
    finally:
        _machines.append(machine)
