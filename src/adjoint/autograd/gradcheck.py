"""gradcheck: the gradients of a function against finite differences, and gradgradcheck for those of its gradients.

Complex values are compared as pairs of reals: seeding an output with 1 (or 1j) gives the gradient of its real (or
imaginary) part, whose own two parts are the derivatives by the input's parts.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import errors
from ..core import dtypes, memory, modes
from ..core.tensor import TensorBase, wrap
from ..testing import as_reals, difference, from_reals, numerical_jacobian
from ..transforms import gradients
from .gradcheck_modes import check_batched_backward, check_batched_forward, check_forward

__all__ = ["GradcheckError", "gradcheck", "gradgradcheck"]

GradcheckError = errors.GradcheckError


def gradcheck(func: Callable[..., Any], inputs: Any, *, eps: float = 1e-6, atol: float = 1e-5, rtol: float = 1e-3,
              raise_exception: bool = True, nondet_tol: float = 0.0, check_undefined_grad: bool = True,
              check_grad_dtypes: bool = False, check_batched_grad: bool = False,
              check_batched_forward_grad: bool = False, check_forward_ad: bool = False, check_backward_ad: bool = True,
              fast_mode: bool = False, masked: bool | None = None) -> bool:
    """True if the gradients of func at the inputs are those that finite differences give.

    Checked are the inputs that require grad, which should be float64 or complex128. Otherwise GradcheckError says
    which output, which input and what numbers (False, if not `raise_exception`). `fast_mode` compares one random
    combination of the derivatives instead of all. Two backward passes must agree within `nondet_tol`. With
    `check_forward_ad` the tangents of forward mode are compared too, with `check_batched_grad` and
    `check_batched_forward_grad` passes mapped by vmap with single ones.

    >>> import adjoint as ad
    >>> x = ad.tensor([0.5, 2.], dtype=ad.float64, requires_grad=True)
    >>> ad.autograd.gradcheck(lambda x: x * x, x)
    True
    """
    if not (check_forward_ad or check_backward_ad):
        raise ValueError("Expected at least one of check_forward_ad and check_backward_ad to be True")
    if check_batched_grad and not check_backward_ad:
        raise ValueError("Setting check_batched_grad=True requires check_backward_ad to be True")
    if check_batched_forward_grad and not check_forward_ad:
        raise ValueError("Setting check_batched_forward_grad=True requires check_forward_ad to be True")
    xs = _tuple(inputs)
    try:
        places, outputs = _prepare(func, xs)
        if check_forward_ad:
            check_forward(func, xs, places, eps, atol, rtol, fast_mode, _mismatch)
            if check_batched_forward_grad:
                check_batched_forward(func, xs, places)
        if check_backward_ad:
            _check_backward(func, xs, places, outputs, eps, atol, rtol, nondet_tol, check_undefined_grad,
                            check_grad_dtypes, fast_mode)
            if check_batched_grad:
                check_batched_backward(outputs, [xs[i] for i in places])
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(func: Callable[..., Any], inputs: Any, grad_outputs: Any = None, *, eps: float = 1e-6,
                  atol: float = 1e-5, rtol: float = 1e-3, gen_non_contig_grad_outputs: bool = False,
                  raise_exception: bool = True, nondet_tol: float = 0.0, check_undefined_grad: bool = True,
                  check_grad_dtypes: bool = False, check_batched_grad: bool = False, check_fwd_over_rev: bool = False,
                  check_rev_over_rev: bool = True, fast_mode: bool = False, masked: bool = False) -> bool:
    """True if the second derivatives of func, too, are those that finite differences give.

    The function checked maps the inputs and the cotangents (`grad_outputs`, random if not given) to the gradients; its
    derivatives are taken by reverse mode, and with `check_fwd_over_rev` by forward mode.

    >>> import adjoint as ad
    >>> x = ad.tensor([0.5, 2.], dtype=ad.float64, requires_grad=True)
    >>> ad.autograd.gradgradcheck(lambda x: x ** 3, x)
    True
    """
    xs = _tuple(inputs)
    if grad_outputs is None:
        rng = np.random.default_rng(0)
        seeds = []
        for y in _differentiable(func(*xs)):
            a = memory.peek(y)
            seed = from_reals(rng.uniform(-1, 1, as_reals(a).size), a).astype(a.dtype)
            if gen_non_contig_grad_outputs and seed.ndim:
                seed = np.repeat(seed, 2, axis=-1)[..., ::2]
            seeds.append(wrap(seed).requires_grad_())
    else:
        seeds = [t if t.requires_grad else t.detach().requires_grad_() for t in _tuple(grad_outputs)]
    n = len(xs)

    def gradient(*args: Any) -> Any:
        args_in = args[:n]
        if not modes.state.grad:  # finite differences: the moved inputs are leaves of their own
            args_in = tuple([_leaf_like(x, old) for x, old in zip(args_in, xs, strict=True)])
        with modes.mode(grad=True):
            ys = _differentiable(func(*args_in))
            wanted = [x for x in args_in if isinstance(x, TensorBase) and memory.load_node(x) is not None]
            return gradients.grad(ys, wanted, args[n:], create_graph=True, allow_unused=True)

    def given(*args: Any) -> Any:
        return tuple([g for g in gradient(*args) if g is not None])

    return gradcheck(given, (*xs, *seeds), eps=eps, atol=atol, rtol=rtol, raise_exception=raise_exception,
                     nondet_tol=nondet_tol, check_undefined_grad=check_undefined_grad,
                     check_grad_dtypes=check_grad_dtypes, check_batched_grad=check_batched_grad, fast_mode=fast_mode,
                     check_forward_ad=check_fwd_over_rev, check_backward_ad=check_rev_over_rev)


def _leaf_like(x: Any, old: Any) -> Any:
    """The input, requiring grad as `old` does."""
    if not isinstance(old, TensorBase) or memory.load_node(old) is None or memory.load_node(x) is not None:
        return x
    return x.detach().requires_grad_()


def _tuple(x: Any) -> tuple[Any, ...]:
    return tuple(x) if isinstance(x, (tuple, list)) else (x,)


def _differentiable(result: Any) -> tuple[Any, ...]:
    return tuple([t for t in _tuple(result) if isinstance(t, TensorBase) and t.requires_grad])  # type: ignore[attr-defined]


def _prepare(func: Callable[..., Any], inputs: tuple[Any, ...]) -> tuple[list[int], list[Any]]:
    """Which inputs are checked, and the floating-point outputs."""
    places = [i for i, x in enumerate(inputs) if isinstance(x, TensorBase) and x.requires_grad]  # type: ignore[attr-defined]
    if not places:
        raise ValueError("gradcheck expects at least one input tensor to require gradient, but none of the them have "
                         "requires_grad=True.")
    for i in places:
        if memory.peek(inputs[i]).dtype.name not in ("float64", "complex128"):
            warnings.warn(f"Input #{i} requires gradient and is not a double precision floating point or complex. This "
                          "check will likely fail if all the inputs are not of double precision floating point or "
                          "complex.", stacklevel=4)
        if not inputs[i].is_leaf:
            inputs[i].retain_grad()
    result = func(*inputs)
    for k, y in enumerate(_tuple(result)):
        if not isinstance(y, TensorBase):
            raise TypeError(f"gradcheck expects a function of tensors; its output {k} is a {type(y).__name__}")
    return places, [y for y in _tuple(result) if memory.peek(y).dtype.kind in "fcV"]


def _check_backward(func: Callable[..., Any], inputs: tuple[Any, ...], places: list[int], outputs: list[Any],
                    eps: float, atol: float, rtol: float, nondet_tol: float, undefined: bool, grad_dtypes: bool,
                    fast: bool) -> None:
    if not any([y.requires_grad for y in outputs]):
        for i in places:
            if any([np.any(j != 0) for j in numerical_jacobian(func, inputs, i, eps)]):
                raise GradcheckError("Numerical gradient for function expected to be zero: no output requires grad, "
                                     f"but finite differences by input {i} are not zero")
        return
    compare = _compare_fast if fast else _compare_all
    compare(func, inputs, places, outputs, eps, atol, rtol, nondet_tol, grad_dtypes)
    if undefined:
        _check_undefined(outputs, [inputs[i] for i in places])


def _pull(y: Any, xs: list[Any], seed: Any) -> list[Any]:
    """The gradients of one output for a seed given as reals, as vectors of reals."""
    a = memory.peek(y)
    if not y.requires_grad:
        return [np.zeros_like(as_reals(memory.peek(x))) for x in xs]
    ct = wrap(np.array(from_reals(seed, a).astype(a.dtype)))
    gs = gradients.grad(y, xs, ct, retain_graph=True, allow_unused=True)
    return [np.zeros_like(as_reals(memory.peek(x))) if g is None else _grad_fits(g, x)
            for g, x in zip(gs, xs, strict=True)]


def _grad_fits(g: Any, x: Any) -> Any:
    if memory.peek(g).shape != memory.peek(x).shape:
        raise GradcheckError(f"grad is incorrect size: {list(memory.peek(g).shape)} for an input of "
                             f"{list(memory.peek(x).shape)}")
    return as_reals(memory.load(g))


def _compare_all(func: Callable[..., Any], inputs: tuple[Any, ...], places: list[int], outputs: list[Any], eps: float,
                 atol: float, rtol: float, nondet_tol: float, grad_dtypes: bool) -> None:
    xs = [inputs[i] for i in places]
    numerical = [numerical_jacobian(func, inputs, i, eps) for i in places]
    for k, y in enumerate(outputs):
        n = as_reals(memory.peek(y)).size
        rows = []
        for j in range(n):
            seed = np.zeros(n)
            seed[j] = 1
            rows.append(_pull(y, xs, seed))
            if j in (0, n - 1):
                _check_deterministic(rows[-1], _pull(y, xs, seed), nondet_tol)
                _check_dtypes(y, xs, seed, grad_dtypes)
        for m, i in enumerate(places):
            analytical = np.stack([r[m] for r in rows]) if rows else numerical[m][k]
            if not np.allclose(analytical, numerical[m][k], rtol=rtol, atol=atol, equal_nan=True):
                raise GradcheckError(_mismatch(k, i, numerical[m][k], analytical, inputs[i]))


def _compare_fast(func: Callable[..., Any], inputs: tuple[Any, ...], places: list[int], outputs: list[Any], eps: float,
                  atol: float, rtol: float, nondet_tol: float, grad_dtypes: bool) -> None:
    xs = [inputs[i] for i in places]
    rng = np.random.default_rng(0)
    for m, i in enumerate(places):
        a = memory.peek(inputs[i])
        u = rng.standard_normal(as_reals(a).size)
        u /= np.sqrt((u * u).sum()) or 1.0
        forward = difference(func, list(inputs), {i: from_reals(u * eps, a)}, eps)
        for k, y in enumerate(outputs):
            v = rng.uniform(0.5, 1.5, as_reals(memory.peek(y)).size)
            pulled = _pull(y, xs, v)
            _check_deterministic(pulled, _pull(y, xs, v), nondet_tol)
            _check_dtypes(y, xs, v, grad_dtypes)
            analytical, numerical = float(pulled[m] @ u), float(v @ forward[k])
            # An entry's error may be atol: v.J.u sums them with these weights.
            room = atol * max(1.0, float(np.abs(v).sum() * np.abs(u).sum())) + rtol * abs(numerical)
            if not (abs(analytical - numerical) <= room or (np.isnan(analytical) and np.isnan(numerical))):
                raise GradcheckError(_mismatch(k, i, numerical, analytical, inputs[i])
                                     + "\nThe numbers are one random combination of the derivatives (fast_mode).")


def _check_deterministic(first: list[Any], second: list[Any], nondet_tol: float) -> None:
    if any([a.size and np.abs(np.nan_to_num(a) - np.nan_to_num(b)).max() > nondet_tol
            for a, b in zip(first, second, strict=True)]):
        raise GradcheckError("Backward is not reentrant, i.e., running backward with same input and grad_output "
                             f"multiple times gives different values (tolerance nondet_tol={nondet_tol}).")


def _check_dtypes(y: Any, xs: list[Any], seed: Any, wanted: bool) -> None:
    if not wanted or not y.requires_grad:
        return
    a = memory.peek(y)
    ct = wrap(np.array(from_reals(seed, a).astype(a.dtype)))
    gs = gradients.grad(y, xs, ct, retain_graph=True, allow_unused=True)
    for g, x in zip(gs, xs, strict=True):
        if g is not None and memory.peek(g).dtype != memory.peek(x).dtype:
            raise GradcheckError(f"Gradient has dtype mismatch: {dtypes.of(memory.peek(g).dtype)!r} for an input of "
                                 f"{dtypes.of(memory.peek(x).dtype)!r}")


def _check_undefined(outputs: list[Any], xs: list[Any]) -> None:
    """Backward from each output alone works: a rule copes with outputs whose gradient is undefined."""
    tracked = [y for y in outputs if y.requires_grad]
    for y in tracked if len(tracked) > 1 else ():
        try:
            gradients.grad(y, xs, wrap(np.zeros_like(memory.peek(y))), retain_graph=True, allow_unused=True)
        except (TypeError, AttributeError) as e:
            raise GradcheckError("Expected backward function to handle undefined output grads: with a gradient for one "
                                 f"output only it raised {type(e).__name__}: {e}") from e


def _mismatch(k: int, i: int, numerical: Any, analytical: Any, x: Any) -> str:
    pairs = " (complex values as pairs of reals)" if memory.peek(x).dtype.kind == "c" else ""
    return (f"Jacobian mismatch for output {k} with respect to input {i}{pairs},\n"
            f"numerical:{numerical}\nanalytical:{analytical}\n")
