"""The kinds of ops, for adding an op from outside: each makes recording and derivatives from one thing stated.

docs/adding_an_op.md walks through one. A second op for a function replaces the first, so a rule can be overridden; the
name of the function is the op's, and must be its alone.

>>> import numpy as np
>>> import adjoint as ad
>>> def softer(x):
...     return x / np.sqrt(1 + x * x)
>>> softer = ad.extend.elementwise(softer, lambda x: (1 + x * x) ** -1.5)
>>> x = ad.tensor(0.0, requires_grad=True)
>>> softer(x).backward()
>>> x.grad
tensor(1.)
"""

from __future__ import annotations

from .core.kinds import bilinear as bilinear
from .core.kinds import constant as constant
from .core.kinds import custom as custom
from .core.kinds import elementwise as elementwise
from .core.kinds import linear as linear
from .core.kinds import reduction as reduction
from .core.kinds import structural as structural

__all__ = ["bilinear", "constant", "custom", "elementwise", "linear", "reduction", "structural"]
