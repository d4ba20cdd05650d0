"""Derivatives of functions of tensors, as `torch.func` has them: grad, vjp, jvp, Jacobians, Hessians, linearize."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from .. import errors
from ..core import memory
from ..core.tensor import TensorBase
from ..core.trees import flatten
from ..transforms import jacobians as _jacobians
from ..transforms import jvp as _jvp
from ..transforms import vjp as _vjp

Argnums = int | tuple[int, ...]


def _check_argnums(argnums: Any, args: tuple[Any, ...]) -> None:
    if not isinstance(argnums, (int, tuple)) or isinstance(argnums, bool):
        raise errors.DtypeError(f"argnums must be int or Tuple[int, ...], got: {type(argnums)}")
    if argnums == ():
        raise errors.RangeError("argnums must be non-empty")
    for n in (argnums,) if isinstance(argnums, int) else argnums:
        if not isinstance(n, int):
            raise errors.DtypeError(f"argnums must be int or Tuple[int, ...], got: {argnums!r}")
        if not -len(args) <= n < len(args):
            raise errors.RangeError(f"Got argnum={n}, but only {len(args)} positional inputs")


def _check_tensors(values: Any) -> None:
    for x in flatten(values)[0]:
        if not isinstance(x, TensorBase):
            raise ValueError(f"Thing passed to transform API must be Tensor, got {type(x)}")


def _chosen(args: tuple[Any, ...], argnums: Argnums) -> Any:
    return args[argnums] if isinstance(argnums, int) else tuple([args[n] for n in argnums])


def _checked_scalar(out: Any, has_aux: bool) -> None:
    if has_aux:
        if not (isinstance(out, tuple) and len(out) == 2):
            raise errors.DtypeError("grad_and_value(f)(*args): output of function f should be a tuple: (output, aux) "
                                    "if has_aux is True")
        for x in flatten(out[1])[0]:
            if not isinstance(x, TensorBase):
                raise errors.DtypeError(f"Expected tensors, got unsupported type {type(x)}")
        out = out[0]
    if not isinstance(out, TensorBase):
        raise errors.DtypeError(f"grad_and_value(f)(*args): Expected f(*args) to return a Tensor, got {type(out)}")
    ndim = memory.peek(out).ndim
    if ndim:
        raise errors.ShapeError("grad_and_value(f)(*args): Expected f(*args) to return a scalar Tensor, got tensor "
                                f"with {ndim} dims. Maybe you wanted to use the vjp or jacrev APIs instead?")


def grad_and_value(func: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """A function that returns (gradient, value) of `func`; (gradient, (value, aux)) if that returns (value, aux).

    >>> import adjoint as ad
    >>> ad.func.grad_and_value(lambda x: x ** 3)(ad.tensor(2.))
    (tensor(12.), tensor(8.))
    """

    @wraps(func, updated=())
    def transformed(*args: Any, **kwargs: Any) -> Any:
        _check_argnums(argnums, args)
        _check_tensors(_chosen(args, argnums))

        def checked(*args: Any, **kwargs: Any) -> Any:
            out = func(*args, **kwargs)
            _checked_scalar(out, has_aux)
            return out

        both = _vjp._value_and_grad(checked, argnums, has_aux, False, None, "grad", True)
        value, aux, gradient = both(args, kwargs, True)
        return gradient, (value, aux) if has_aux else value

    return transformed


def grad(func: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """A function that returns the gradient of `func`, which returns a 0-d tensor; (gradient, aux) with aux.

    `argnums` says in which positional arguments (a tuple gives a tuple). Of complex arguments it is PyTorch's gradient,
    the conjugate of `adjoint.grad`'s. Raises DtypeError and ShapeError where `func` returns something else.

    >>> import adjoint as ad
    >>> ad.func.grad(ad.func.grad(lambda x: ad.sin(x)))(ad.tensor(0.5))
    tensor(-0.4794)
    """
    both = grad_and_value(func, argnums, has_aux)

    @wraps(func, updated=())
    def transformed(*args: Any, **kwargs: Any) -> Any:
        gradient, value = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return transformed


def vjp(func: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """(func(*primals), pull), where `pull(cotangents)` gives a tuple, one gradient for each primal; aux at the end.

    Cotangents of complex results are PyTorch's gradients of them, and so is what comes back.

    >>> import adjoint as ad
    >>> y, pull = ad.func.vjp(lambda x: x * x, ad.tensor([1., 2.]))
    >>> pull(ad.tensor([1., 10.]))
    (tensor([ 2., 40.]),)
    """
    _check_tensors(primals)

    def checked(*args: Any) -> Any:
        out = func(*args)
        for y in flatten(out[0] if has_aux and isinstance(out, tuple) else out)[0]:
            if not isinstance(y, TensorBase):
                raise errors.DtypeError("vjp(f, *primals): expected f(*primals) to return only tensors, got "
                                        f"unsupported type {type(y)}")
        return out

    return _vjp._vjp(checked, primals, has_aux, True)[0]


def jvp(func: Callable[..., Any], primals: Any, tangents: Any, *, strict: bool = False, has_aux: bool = False) -> Any:
    """(func(*primals), the tangent of the result along `tangents`); with aux, (value, tangent, aux).

    With `strict` a result that does not depend on the primals is an error instead of a zero tangent.

    >>> import adjoint as ad
    >>> ad.func.jvp(lambda x: x * x, (ad.tensor([1., 2.]),), (ad.tensor([1., 10.]),))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    if not isinstance(primals, tuple):
        raise errors.DtypeError("jvp(f, primals, tangents): Expected primals to be a tuple. E.g. it should be valid to "
                                "call f(*primals).")
    if not isinstance(tangents, tuple):
        raise errors.DtypeError("jvp(f, primals, tangents): Expected tangents to be a tuple of the form of primals.")
    _check_tensors(primals)
    _check_tensors(tangents)
    return _jvp.pushed(func, primals, tangents, has_aux, strict)


def linearize(func: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """(func(*primals), push), where `push(*tangents)` gives the tangent of the result without running `func` again.

    >>> import adjoint as ad
    >>> y, push = ad.func.linearize(lambda x: x ** 2, ad.tensor([1., 2.]))
    >>> push(ad.tensor([1., 1.]))
    tensor([2., 4.])
    """
    _check_tensors(primals)
    return _vjp.linearize(func, *primals)


def _real_only(what: str, values: Any) -> None:
    for i, x in enumerate(flatten(values)[0]):
        if memory.peek(x).dtype.kind == "c":
            raise errors.DtypeError(f"{what}: Expected all inputs to be real but received complex tensor at flattened "
                                    f"input idx: {i}")


def _jacobian(what: str, func: Callable[..., Any], argnums: Argnums, options: dict[str, Any]) -> Callable[..., Any]:
    transform = getattr(_jacobians, what)(func, argnums, **options)

    @wraps(func, updated=())
    def transformed(*args: Any, **kwargs: Any) -> Any:
        _check_argnums(argnums, args)
        chosen = _chosen(args, argnums)
        _check_tensors(chosen)
        _real_only(what, chosen)
        return transform(*args, **kwargs)

    return transformed


def jacrev(func: Callable[..., Any], argnums: Argnums = 0, *, has_aux: bool = False,
           chunk_size: int | None = None) -> Callable[..., Any]:
    """A function that returns the Jacobian of `func` by reverse mode, `chunk_size` rows at a time; with aux a pair.

    Its shape is that of the result followed by that of the argument; complex arguments are refused, as in PyTorch.

    >>> import adjoint as ad
    >>> ad.func.jacrev(ad.sin)(ad.tensor([0., 0.]))
    tensor([[1., 0.],
            [0., 1.]])
    """
    return _jacobian("jacrev", func, argnums, {"has_aux": has_aux, "chunk_size": chunk_size})


def jacfwd(func: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False, *,
           randomness: str = "error") -> Callable[..., Any]:
    """A function that returns the Jacobian of `func` by forward mode; with aux a pair.

    `randomness` is that of the `vmap` over its columns.

    >>> import adjoint as ad
    >>> ad.func.jacfwd(ad.sin)(ad.tensor([0., 0.]))
    tensor([[1., 0.],
            [0., 1.]])
    """
    return _jacobian("jacfwd", func, argnums, {"has_aux": has_aux, "randomness": randomness})


def hessian(func: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """A function that returns the Hessian of `func`, by forward mode over reverse mode.

    >>> import adjoint as ad
    >>> ad.func.hessian(lambda x: (x ** 3).sum())(ad.tensor([1., 2.]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    return jacfwd(jacrev(func, argnums), argnums)


__all__ = ["grad", "grad_and_value", "vjp", "jvp", "linearize", "jacrev", "jacfwd", "hessian"]
