"""Forward mode by the names of `torch.autograd.forward_ad`, which come with the transforms: until then each raises."""

from __future__ import annotations

from typing import Any, NamedTuple, NoReturn

__all__ = ["UnpackedDualTensor", "dual_level", "enter_dual_level", "exit_dual_level", "make_dual", "unpack_dual"]


def _later(name: str) -> NoReturn:
    raise NotImplementedError(f"forward_ad.{name}: forward mode comes with the transforms; "
                              "adjoint.autograd.functional.jvp computes Jacobian-vector products by reverse mode")


class UnpackedDualTensor(NamedTuple):
    """What unpack_dual returns: a primal and its tangent (None if it has none).

    >>> import adjoint as ad
    >>> ad.autograd.forward_ad.UnpackedDualTensor(ad.tensor(1.), None).primal
    tensor(1.)
    """

    primal: Any
    tangent: Any


class dual_level:
    """The context of forward mode; NotImplementedError until the transforms are there.

    >>> import adjoint as ad
    >>> with ad.autograd.forward_ad.dual_level():
    ...     pass  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    NotImplementedError: forward_ad.dual_level: forward mode comes with the transforms; ...
    """

    def __enter__(self) -> NoReturn:
        _later("dual_level")

    def __exit__(self, *exc: object) -> None:
        return None


def enter_dual_level() -> NoReturn:
    """NotImplementedError until the transforms are there.

    >>> import adjoint as ad
    >>> ad.autograd.forward_ad.enter_dual_level()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    NotImplementedError: forward_ad.enter_dual_level: ...
    """
    _later("enter_dual_level")


def exit_dual_level(*, level: int | None = None) -> NoReturn:
    """NotImplementedError until the transforms are there.

    >>> import adjoint as ad
    >>> ad.autograd.forward_ad.exit_dual_level()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    NotImplementedError: forward_ad.exit_dual_level: ...
    """
    _later("exit_dual_level")


def make_dual(tensor: Any, tangent: Any, *, level: int | None = None) -> NoReturn:
    """NotImplementedError until the transforms are there.

    >>> import adjoint as ad
    >>> ad.autograd.forward_ad.make_dual(ad.tensor(1.), ad.tensor(1.))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    NotImplementedError: forward_ad.make_dual: ...
    """
    _later("make_dual")


def unpack_dual(tensor: Any, *, level: int | None = None) -> NoReturn:
    """NotImplementedError until the transforms are there.

    >>> import adjoint as ad
    >>> ad.autograd.forward_ad.unpack_dual(ad.tensor(1.))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    NotImplementedError: forward_ad.unpack_dual: ...
    """
    _later("unpack_dual")
