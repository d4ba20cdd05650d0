"""Forward mode by the names of `torch.autograd.forward_ad`: tensors that carry a tangent through ordinary code.

Inside a `dual_level()`, `make_dual(x, t)` is x with the tangent t; whatever is computed from it, in place and through
views too, has the derivative along t, which `unpack_dual` shows. It goes together with reverse mode: primals and
tangents are recorded as other tensors are, and `autograd.grad` of a dual gives gradients with their tangents (a
Hessian-vector product). `adjoint.jvp` does the same for a function, and nests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .. import errors
from ..core import memory, modes
from ..core.levels import Level
from ..core.tensor import TensorBase
from ..transforms import duals
from ..transforms.duals import DualLevel

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["UnpackedDualTensor", "dual_level", "enter_dual_level", "exit_dual_level", "make_dual",
           "set_forward_ad_enabled", "unpack_dual"]


class UnpackedDualTensor(NamedTuple):
    """What unpack_dual returns: a primal and its tangent (None if it has none).

    >>> import adjoint as ad
    >>> ad.autograd.forward_ad.UnpackedDualTensor(ad.tensor(1.), None).primal
    tensor(1.)
    """

    primal: Tensor
    tangent: Tensor | None


def enter_dual_level() -> int:
    """0, the number of the level, which stands open from now on; GradientError if one is open in this thread.

    >>> import adjoint as ad
    >>> ad.autograd.forward_ad.enter_dual_level()
    0
    >>> ad.autograd.forward_ad.exit_dual_level()
    """
    if duals.current() is not None:
        raise errors.GradientError("Nested forward mode AD is not supported at the moment: a dual level is open; "
                                   "adjoint.jvp nests")
    _enter(DualLevel())
    return 0


def _enter(level: Level) -> None:
    stack = modes.state.levels
    level.depth = 1 + max([each.depth for each in stack], default=0)
    level.open = True
    modes.set_mode(levels=(*stack, level))


def exit_dual_level(*, level: int | None = None) -> None:
    """None; the dual level of this thread is closed, and every dual loses its tangent.

    >>> import adjoint as ad
    >>> fw = ad.autograd.forward_ad
    >>> _ = fw.enter_dual_level()
    >>> x = fw.make_dual(ad.tensor(1.), ad.tensor(2.))
    >>> fw.exit_dual_level()
    >>> x
    tensor(1.)
    """
    _check_level(level)
    opened = duals.current()
    if opened is None:
        raise errors.GradientError("Dual level must be a positive number: no dual level is open in this thread")
    if modes.state.levels[-1] is not opened:
        raise errors.GradientError("the dual level cannot be closed inside of a transform that was entered after it")
    opened.open = False
    modes.set_mode(levels=tuple([each for each in modes.state.levels if each is not opened]))
    opened.end()


class dual_level:
    """A context in which tensors may have tangents. At its end they lose them.

    One such level can be open in a thread; GradientError for a second.

    >>> import adjoint as ad
    >>> fw = ad.autograd.forward_ad
    >>> with fw.dual_level():
    ...     x = fw.make_dual(ad.tensor([1., 2.]), ad.tensor([1., 0.]))
    ...     y = x ** 3
    ...     print(fw.unpack_dual(y).tangent)
    tensor([3., 0.])
    """

    def __enter__(self) -> int:
        return enter_dual_level()

    def __exit__(self, *exc: object) -> None:
        exit_dual_level()


def make_dual(tensor: Tensor, tangent: Tensor, *, level: int | None = None) -> Tensor:
    """The tensor with a tangent: what is computed from it has the derivative along that tangent.

    It is connected to the history of `tensor`, and `tangent` to its own. Raises GradientError outside of a dual level
    and for a tensor that has a tangent, ShapeError where the shapes differ, ValueError for integers.

    >>> import adjoint as ad
    >>> fw = ad.autograd.forward_ad
    >>> with fw.dual_level():
    ...     ad.sin(fw.make_dual(ad.tensor(0.), ad.tensor(2.)))
    tensor(0., tangent=2.0)
    """
    _check_level(level)
    opened = duals.current()
    if opened is None:
        raise errors.GradientError("Trying to create a dual Tensor for forward AD but no level exists, make sure to "
                                   "enter_dual_level() first.")
    for value, what in ((tensor, "primal"), (tangent, "tangent")):
        if not isinstance(value, TensorBase):
            raise TypeError(f"make_dual: expected {what} to be a tensor, got {type(value).__name__}")
        if memory.peek(value).dtype.kind not in "fcV":
            raise ValueError(f"Expected {what} to be floating point or complex, but got: {value.dtype!r}")
    return duals.make(opened, tensor, tangent) if opened.enabled else tensor


def unpack_dual(tensor: Tensor, *, level: int | None = None) -> UnpackedDualTensor:
    """(primal, tangent) of a tensor; the tangent is None where it has none, and outside of a dual level.

    Neither has a tangent itself; both are connected to the recorded graph.

    >>> import adjoint as ad
    >>> fw = ad.autograd.forward_ad
    >>> with fw.dual_level():
    ...     fw.unpack_dual(2 * fw.make_dual(ad.tensor(1.), ad.tensor(3.)))
    UnpackedDualTensor(primal=tensor(2.), tangent=tensor(6.))
    """
    _check_level(level)
    if not isinstance(tensor, TensorBase):
        raise TypeError(f"unpack_dual: expected a tensor, got {type(tensor).__name__}")
    return UnpackedDualTensor(*duals.unpack(duals.current(), tensor))


def _check_level(level: int | None) -> None:
    if level not in (None, 0):
        raise errors.GradientError(f"there is one dual level at a time, number 0; got level={level!r}")


class set_forward_ad_enabled:
    """Whether tangents are computed from now on, or, as a context, within a block; without them a dual is its primal.

    >>> import adjoint as ad
    >>> fw = ad.autograd.forward_ad
    >>> with fw.dual_level():
    ...     x = fw.make_dual(ad.tensor(1.), ad.tensor(3.))
    ...     with fw.set_forward_ad_enabled(False):
    ...         print(x * 2)
    tensor(2.)
    """

    def __init__(self, mode: bool) -> None:
        self.level = duals.current()
        self.before = self.level is None or self.level.enabled
        if self.level is not None:
            self.level.enabled = mode

    def __enter__(self) -> None:
        return None

    def __exit__(self, *exc: object) -> None:
        if self.level is not None:
            self.level.enabled = self.before


_set_fwd_grad_enabled = set_forward_ad_enabled
