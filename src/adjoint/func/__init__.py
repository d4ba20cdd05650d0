"""Function transforms by the names and in the conventions of `torch.func`.

The same transforms as `adjoint.grad`, `adjoint.vmap` ..., which have JAX's: here complex gradients are PyTorch's
(conjugated), errors are worded as PyTorch words them, and `grad_and_value` gives the gradient first.
"""

from __future__ import annotations

from .derivatives import grad as grad
from .derivatives import grad_and_value as grad_and_value
from .derivatives import hessian as hessian
from .derivatives import jacfwd as jacfwd
from .derivatives import jacrev as jacrev
from .derivatives import jvp as jvp
from .derivatives import linearize as linearize
from .derivatives import vjp as vjp
from .mapping import functionalize as functionalize
from .mapping import vmap as vmap
from .modules import functional_call as functional_call
from .modules import stack_module_state as stack_module_state

__all__ = [
    "functional_call", "functionalize", "grad", "grad_and_value", "hessian", "jacfwd", "jacrev", "jvp", "linearize",
    "stack_module_state", "vjp", "vmap",
]
