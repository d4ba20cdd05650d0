"""Switches of CUDA's libraries, which are not here: products are as precise as their dtype whatever they say.

>>> import adjoint as ad
>>> ad.backends.cuda.matmul.allow_tf32 = True
"""

from __future__ import annotations


class Matmul:
    """The switches of matrix products."""

    allow_tf32 = False
    allow_fp16_reduced_precision_reduction = True
    allow_bf16_reduced_precision_reduction = True


matmul = Matmul()


def is_built() -> bool:
    """False: this library is without CUDA.

    >>> import adjoint as ad
    >>> ad.backends.cuda.is_built()
    False
    """
    return False
