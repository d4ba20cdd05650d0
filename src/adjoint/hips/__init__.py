"""HIPS autograd's names: programs written for `autograd` import from here, and `adjoint.numpy` for `autograd.numpy`.

    from autograd import grad, elementwise_grad      ->   from adjoint.hips import grad, elementwise_grad
    from autograd.extend import primitive, defvjp    ->   from adjoint.hips import primitive, defvjp
    from autograd.misc.flatten import flatten        ->   from adjoint.hips import flatten
    from autograd.misc.optimizers import adam        ->   from adjoint.hips import adam
    import autograd.numpy as np                      ->   import adjoint.numpy as np

The transforms are those of `adjoint`; only the way they are called differs: arguments are chosen by `argnum`, a number
or a tuple, and `make_vjp` and its like take the function first and its arguments later.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import errors
from ..flatten_util import ravel_pytree
from ..transforms import jacobians
from ..transforms import jvp as forward
from ..transforms import vjp as reverse
from ..utils.rematerialization import checkpoint as checkpoint
from .optimizers import adam as adam
from .optimizers import rmsprop as rmsprop
from .optimizers import sgd as sgd
from .rules import defjvp as defjvp
from .rules import defvjp as defvjp
from .rules import primitive as primitive

Function = Callable[..., Any]
Argument = int | tuple[int, ...] | list[int]

__all__ = [
    "adam", "checkpoint", "defjvp", "defvjp", "deriv", "elementwise_grad", "flatten", "grad", "grad_and_aux",
    "grad_named", "hessian", "hessian_tensor_product", "hessian_vector_product", "holomorphic_grad", "jacobian",
    "make_ggnvp", "make_hvp", "make_jvp", "make_vjp", "multigrad_dict", "primitive", "rmsprop", "sgd",
    "tensor_jacobian_product", "value_and_grad", "vector_jacobian_product",
]


def _numbers(argnum: Argument) -> Any:
    return tuple(argnum) if isinstance(argnum, list) else argnum


def _unary(fun: Function, argnum: Argument, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Function, Any]:
    """The function of the chosen argument (a tuple, if several) alone, and that argument."""
    places = [argnum] if isinstance(argnum, int) else list(argnum)

    def unary(x: Any) -> Any:
        given = list(args)
        for i, value in zip(places, [x] if isinstance(argnum, int) else x, strict=True):
            given[i] = value
        return fun(*given, **kwargs)

    chosen = [args[i] for i in places]
    return unary, chosen[0] if isinstance(argnum, int) else tuple(chosen)


def grad(fun: Function, argnum: Argument = 0) -> Function:
    """A function that returns the gradient of `fun`, whose result is a number, in the argument `argnum`.

    >>> import adjoint.numpy as np
    >>> from adjoint.hips import grad
    >>> grad(lambda x, y: np.sum(x * y), argnum=1)(np.ones(2), np.ones(2))
    array([1., 1.])
    """
    return reverse.grad(fun, _numbers(argnum))


def value_and_grad(fun: Function, argnum: Argument = 0) -> Function:
    """A function that returns the value of `fun` and its gradient.

    >>> from adjoint.hips import value_and_grad
    >>> value_and_grad(lambda x: x**2)(3.0)
    (np.float64(9.0), np.float64(6.0))
    """
    return reverse.value_and_grad(fun, _numbers(argnum))


def grad_and_aux(fun: Function, argnum: Argument = 0) -> Function:
    """A function that returns the gradient of what `fun` returns first, and what it returns second.

    >>> from adjoint.hips import grad_and_aux
    >>> grad_and_aux(lambda x: (x**2, "a note"))(3.0)
    (np.float64(6.0), 'a note')
    """
    return reverse.grad(fun, _numbers(argnum), has_aux=True)


def jacobian(fun: Function, argnum: Argument = 0) -> Function:
    """A function that returns the Jacobian of `fun`: the shape of the result, then that of the argument.

    >>> import adjoint.numpy as np
    >>> from adjoint.hips import jacobian
    >>> jacobian(lambda x: x**2)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    return jacobians.jacobian(fun, _numbers(argnum))


def hessian(fun: Function, argnum: Argument = 0) -> Function:
    """A function that returns the Jacobian of the Jacobian of `fun`.

    >>> import adjoint.numpy as np
    >>> from adjoint.hips import hessian
    >>> hessian(np.prod)(np.array([1.0, 2.0]))
    array([[0., 1.],
           [1., 0.]])
    """
    return jacobians.hessian(fun, _numbers(argnum))


def elementwise_grad(fun: Function, argnum: Argument = 0) -> Function:
    """A function that returns the sums of the columns of the Jacobian: of an elementwise `fun`, its derivatives.

    >>> import adjoint.numpy as np
    >>> from adjoint.hips import elementwise_grad
    >>> elementwise_grad(elementwise_grad(np.sin))(np.array([0.0, np.pi / 2])).round(6) + 0.0
    array([ 0., -1.])
    """

    def gradient(*args: Any, **kwargs: Any) -> Any:
        pull, value = make_vjp(fun, argnum)(*args, **kwargs)
        if np.iscomplexobj(value):
            raise errors.DtypeError("elementwise_grad needs a function with real results; holomorphic_grad is for "
                                    "holomorphic ones")
        return pull(np.ones_like(value))

    return gradient


def holomorphic_grad(fun: Function, argnum: int = 0) -> Function:
    """A function that returns the complex derivative of a holomorphic `fun`, element by element.

    >>> from adjoint.hips import holomorphic_grad
    >>> holomorphic_grad(lambda z: z**2)(1 + 2j)
    np.complex128(2+4j)
    """
    return elementwise_grad(lambda *args, **kwargs: np.real(fun(*args, **kwargs)), argnum)


def deriv(fun: Function, argnum: int = 0) -> Function:
    """A function that returns the derivative of `fun` in a number, by forward mode.

    >>> import adjoint.numpy as np
    >>> from adjoint.hips import deriv
    >>> deriv(lambda t: np.stack([t, t**2]))(3.0)
    array([1., 6.])
    """

    def derivative(*args: Any, **kwargs: Any) -> Any:
        unary, x = _unary(fun, argnum, args, kwargs)
        return forward.jvp(unary, (x,), (np.ones_like(x),))[1]

    return derivative


def grad_named(fun: Function, argname: str) -> Function:
    """A function that returns the gradient in the argument of that name.

    >>> from adjoint.hips import grad_named
    >>> grad_named(lambda a, b: a * b**2, "b")(2.0, 3.0)
    np.float64(12.0)
    """
    return grad(fun, list(inspect.signature(fun).parameters).index(argname))


def multigrad_dict(fun: Function) -> Function:
    """A function that returns the gradients in all arguments, by their names.

    >>> from adjoint.hips import multigrad_dict
    >>> multigrad_dict(lambda a, b: a * b**2)(2.0, b=3.0)
    {'a': np.float64(9.0), 'b': np.float64(12.0)}
    """
    signature = inspect.signature(fun)

    def called(named: dict[str, Any]) -> Any:
        bound = inspect.BoundArguments(signature, named)
        return fun(*bound.args, **bound.kwargs)

    def gradients(*args: Any, **kwargs: Any) -> dict[str, Any]:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        found: dict[str, Any] = reverse.grad(called)(dict(bound.arguments))
        return found

    return gradients


# Products ------------------------------------------------------------------------------------------------------------


def make_vjp(fun: Function, argnum: Argument = 0) -> Function:
    """A function that returns (pull, value): `pull(ct)` is the cotangent ct times the Jacobian at its arguments.

    >>> from adjoint.hips import make_vjp
    >>> pull, value = make_vjp(lambda x: x**2)(3.0)
    >>> value, pull(1.0)
    (np.float64(9.0), np.float64(6.0))
    """

    def made(*args: Any, **kwargs: Any) -> tuple[Function, Any]:
        value, pull = reverse.vjp(*_unary(fun, argnum, args, kwargs))
        return lambda ct: pull(ct)[0], value

    return made


def make_jvp(fun: Function, argnum: Argument = 0) -> Function:
    """A function that returns `push`: `push(t)` is the value at its arguments and the Jacobian times the tangent t.

    >>> from adjoint.hips import make_jvp
    >>> make_jvp(lambda x: x**2)(3.0)(1.0)
    (np.float64(9.0), np.float64(6.0))
    """

    def made(*args: Any, **kwargs: Any) -> Function:
        unary, x = _unary(fun, argnum, args, kwargs)
        return lambda t: forward.jvp(unary, (x,), (t,))

    return made


def make_hvp(fun: Function, argnum: Argument = 0) -> Function:
    """A function that returns (product, gradient): `product(v)` is the Hessian at its arguments times v.

    >>> from adjoint.hips import make_hvp
    >>> product, gradient = make_hvp(lambda x: x**3)(2.0)
    >>> gradient, product(1.0)
    (np.float64(12.0), np.float64(12.0))
    """

    def made(*args: Any, **kwargs: Any) -> Any:
        unary, x = _unary(fun, argnum, args, kwargs)
        return make_vjp(reverse.grad(unary))(x)

    return made


def hessian_tensor_product(fun: Function, argnum: int = 0) -> Function:
    """A function of the arguments and, last, a tensor: the Hessian times that.

    >>> import adjoint.numpy as np
    >>> from adjoint.hips import hessian_vector_product
    >>> hessian_vector_product(np.prod)(np.array([1.0, 2.0]), np.array([0.0, 1.0]))
    array([1., 0.])
    """

    def product(*args: Any, **kwargs: Any) -> Any:
        unary, x = _unary(fun, argnum, args[:-1], kwargs)
        return jacobians.hvp(unary, (x,), (args[-1],))

    return product


def tensor_jacobian_product(fun: Function, argnum: int = 0) -> Function:
    """A function of the arguments and, last, a tensor of the shape of the result: that times the Jacobian.

    >>> import adjoint.numpy as np
    >>> from adjoint.hips import vector_jacobian_product
    >>> vector_jacobian_product(np.square)(np.array([1.0, 2.0]), np.ones(2))
    array([2., 4.])
    """

    def product(*args: Any, **kwargs: Any) -> Any:
        return make_vjp(fun, argnum)(*args[:-1], **kwargs)[0](args[-1])

    return product


hessian_vector_product = hessian_tensor_product
vector_jacobian_product = tensor_jacobian_product


def make_ggnvp(f: Function, g: Function = lambda x: 0.5 * np.sum(x**2), f_argnum: Argument = 0) -> Function:
    """A function that returns the product with the generalised Gauss-Newton matrix J' H J, H the Hessian of g at f.

    >>> import adjoint.numpy as np
    >>> from adjoint.hips import make_ggnvp
    >>> make_ggnvp(np.square)(np.array([1.0, 3.0]))(np.ones(2))
    array([ 4., 36.])
    """

    def made(*args: Any, **kwargs: Any) -> Function:
        unary, x = _unary(f, f_argnum, args, kwargs)

        def product(v: Any) -> Any:
            value, t = forward.jvp(unary, (x,), (v,))
            return make_vjp(unary)(x)[0](jacobians.hvp(g, (value,), (t,)))

        return product

    return made


def flatten(value: Any) -> tuple[Any, Function]:
    """All numbers in a tree as one vector, and the function that makes such a tree of a vector.

    >>> import adjoint.numpy as np
    >>> from adjoint.hips import flatten
    >>> vector, unflatten = flatten({"a": 1.0, "b": np.ones(2)})
    >>> vector, unflatten(2 * vector)
    (array([1., 1., 1.]), {'a': np.float64(2.0), 'b': array([2., 2.])})
    """
    return ravel_pytree(value)
