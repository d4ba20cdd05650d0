"""Saving to files and loading from them: pickles that are written whole or not at all, and read without running code.

`load` makes only what it knows to be harmless: containers, numbers, arrays, tensors and dtypes. A pickle that asks for
anything else is refused, unless the program vouches for the class (`add_safe_globals`) or for the file
(`weights_only=False`).
"""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ..core.tensor import TensorBase
from ..errors import DeviceError

__all__ = ["add_safe_globals", "clear_safe_globals", "get_safe_globals", "load", "safe_globals", "save"]

_SAFE = {
    "builtins": {"bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "range", "set",
                 "slice", "str", "tuple"},
    "collections": {"Counter", "OrderedDict", "defaultdict", "deque"},
    "numpy": {"dtype", "ndarray"},
    "numpy._core.multiarray": {"_reconstruct", "scalar"},
    "numpy.core.multiarray": {"_reconstruct", "scalar"},
    "numpy._core.numeric": {"_frombuffer"},
    "numpy.core.numeric": {"_frombuffer"},
    "ml_dtypes": {"bfloat16"},
    "_codecs": {"encode"},  # how protocol 2 spells bytes
    "adjoint._tensor": {"_rebuild"},
    "adjoint.core.dtypes": {"_by_name"},
    "adjoint.core.rng": {"_restore"},
    "adjoint.functions.size": {"Size"},
}
_vouched: list[Any] = []


def save(obj: Any, f: Any, pickle_module: Any = pickle, pickle_protocol: int = 4,
         _use_new_zipfile_serialization: bool = True) -> None:
    """None; the object is in the file `f`, a path or a file opened for writing bytes.

    At a path the new file replaces the old in one step when it is complete: a save that is interrupted leaves the old
    file as it was. A tensor with a history is saved without it: what is loaded is a leaf that requires grad.

    >>> import adjoint as ad, io
    >>> f = io.BytesIO()
    >>> ad.save({"weight": ad.ones(2), "epoch": 3}, f)
    >>> _ = f.seek(0)
    >>> ad.load(f)
    {'weight': tensor([1., 1.]), 'epoch': 3}
    """
    if not isinstance(f, (str, os.PathLike)):
        _write(obj, f, pickle_module, pickle_protocol)
        return
    path = os.path.realpath(f)
    if not os.path.isdir(folder := os.path.dirname(path)):
        raise FileNotFoundError(f"Parent directory {folder} does not exist; make it by os.makedirs")
    partial = f"{path}.{os.getpid()}-{os.urandom(4).hex()}.partial"
    try:
        with open(partial, "xb") as file:
            _write(obj, file, pickle_module, pickle_protocol)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except BaseException:
        if os.path.exists(partial):
            os.unlink(partial)
        raise


def _write(obj: Any, file: Any, pickle_module: Any, protocol: int) -> None:
    class Pickler(pickle_module.Pickler):
        def reducer_override(self, x: Any) -> Any:
            if isinstance(x, TensorBase) and not x.is_leaf:  # type: ignore[attr-defined]
                return x.detach().requires_grad_().__reduce_ex__(protocol)  # type: ignore[attr-defined]
            return NotImplemented

    Pickler(file, protocol=protocol).dump(obj)


def load(f: Any, map_location: Any = None, pickle_module: Any = None, *, weights_only: bool = True,
         mmap: bool | None = None, **pickle_load_args: Any) -> Any:
    """What `save` wrote to the file `f`, a path or a file opened for reading bytes.

    Unless `weights_only=False`, only containers, numbers, arrays and tensors are made, and anything else in the file
    raises UnpicklingError: a pickle from a stranger can run any code. `map_location` may name the CPU only.

    >>> import adjoint as ad, tempfile, os
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ad.save([ad.arange(3.)], os.path.join(folder, "x.pt"))
    ...     ad.load(os.path.join(folder, "x.pt"))
    [tensor([0., 1., 2.])]
    """
    if map_location is not None and not callable(map_location):
        places = map_location.values() if isinstance(map_location, dict) else (map_location,)
        for place in places:
            if str(place).partition(":")[0] != "cpu":
                raise DeviceError(f"load: there is no device {str(place)!r} here; use map_location='cpu'")
    if isinstance(f, (str, os.PathLike)):
        with open(f, "rb") as file:
            return _read(file, str(os.fspath(f)), pickle_module, weights_only, pickle_load_args)
    return _read(f, getattr(f, "name", "the file"), pickle_module, weights_only, pickle_load_args)


def _read(file: Any, name: Any, pickle_module: Any, weights_only: bool, args: dict[str, Any]) -> Any:
    start = file.read(2)
    file.seek(-len(start), io.SEEK_CUR)
    if start == b"PK":
        raise pickle.UnpicklingError(f"{name} is a zip archive, as torch.save writes; load it in PyTorch and save the "
                                     "arrays (or state_dict values as NumPy arrays) for adjoint.load")
    if not weights_only:
        return (pickle_module or pickle).load(file, **args)
    if pickle_module is not None:
        raise RuntimeError("Can not safely load weights when explicit pickle_module is specified; "
                           "pass weights_only=False if you trust the file")
    try:
        return _SafeUnpickler(file, **args).load()
    except EOFError:
        raise pickle.UnpicklingError(f"{name} ends too early: it is empty or was cut off") from None


class _SafeUnpickler(pickle.Unpickler):
    """Finds only what is harmless to call with any arguments."""

    def find_class(self, module: str, name: str) -> Any:
        """The function or class of this name; UnpicklingError if it may not be used."""
        module = {"__builtin__": "builtins"}.get(module, module)  # what protocol 2 calls it
        if name in _SAFE.get(module, ()):
            return super().find_class(module, name)
        if module.startswith("numpy.dtypes") and "." not in name:
            return super().find_class(module, name)
        for known in _vouched:
            if (known.__module__, known.__qualname__) == (module, name):
                return known
        if module.partition(".")[0] == "adjoint" and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and issubclass(found, TensorBase):
                return found
        raise pickle.UnpicklingError(
            f"Weights only load failed: the file asks for {module}.{name}, which could run code. If you trust the "
            "file, use adjoint.load(..., weights_only=False); if you trust the class, "
            f"adjoint.serialization.add_safe_globals([{name}]).")


def add_safe_globals(safe_globals: Iterable[Any]) -> None:
    """None; `load` may from now on make objects of these classes and call these functions.

    >>> import adjoint as ad, fractions
    >>> from adjoint.serialization import add_safe_globals, clear_safe_globals
    >>> add_safe_globals([fractions.Fraction])
    >>> clear_safe_globals()
    """
    _vouched.extend(safe_globals)


def get_safe_globals() -> list[Any]:
    """The classes and functions that the program vouched for.

    >>> from adjoint.serialization import get_safe_globals
    >>> get_safe_globals()
    []
    """
    return list(_vouched)


def clear_safe_globals() -> None:
    """None; nothing is vouched for any more.

    >>> from adjoint.serialization import clear_safe_globals
    >>> clear_safe_globals()
    """
    _vouched.clear()


@contextmanager
def safe_globals(safe_globals: Iterable[Any]) -> Iterator[None]:
    """A context in which `load` may make objects of these classes.

    >>> import fractions
    >>> from adjoint.serialization import safe_globals
    >>> with safe_globals([fractions.Fraction]):
    ...     pass
    """
    before = list(_vouched)
    _vouched.extend(safe_globals)
    try:
        yield
    finally:
        _vouched[:] = before
