"""Switches of cuDNN, which is not here: what is computed is deterministic whatever they say.

>>> import adjoint as ad
>>> ad.backends.cudnn.benchmark = True
>>> ad.backends.cudnn.is_available()
False
"""

from __future__ import annotations

enabled = True
benchmark = False
deterministic = False
allow_tf32 = True


def is_available() -> bool:
    """False: cuDNN is not used here.

    >>> import adjoint as ad
    >>> ad.backends.cudnn.is_available()
    False
    """
    return False


def version() -> None:
    """None: there is no cuDNN.

    >>> import adjoint as ad
    >>> ad.backends.cudnn.version()
    """
