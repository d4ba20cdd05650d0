"""The named tuples that functions of linear algebra return, under torch's names for them."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from .return_types import Named

if TYPE_CHECKING:
    from .._tensor import Tensor


class Result(Named):
    """A named tuple whose fields are those that its class annotates."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        cls._fields = tuple(cls.__annotations__)
        for i, name in enumerate(cls._fields):
            setattr(cls, name, property(itemgetter(i)))


class linalg_slogdet(Result):
    """The result of `linalg.slogdet`."""

    __slots__ = ()
    sign: Tensor
    logabsdet: Tensor


class slogdet(Result):
    """The result of `slogdet`."""

    __slots__ = ()
    sign: Tensor
    logabsdet: Tensor


class linalg_qr(Result):
    """The result of `linalg.qr`."""

    __slots__ = ()
    Q: Tensor
    R: Tensor


class linalg_eig(Result):
    """The result of `linalg.eig`."""

    __slots__ = ()
    eigenvalues: Tensor
    eigenvectors: Tensor


class linalg_eigh(Result):
    """The result of `linalg.eigh`."""

    __slots__ = ()
    eigenvalues: Tensor
    eigenvectors: Tensor


class linalg_svd(Result):
    """The result of `linalg.svd`."""

    __slots__ = ()
    U: Tensor
    S: Tensor
    Vh: Tensor


class linalg_cholesky_ex(Result):
    """The result of `linalg.cholesky_ex`."""

    __slots__ = ()
    L: Tensor
    info: Tensor


class linalg_inv_ex(Result):
    """The result of `linalg.inv_ex`."""

    __slots__ = ()
    inverse: Tensor
    info: Tensor


class linalg_solve_ex(Result):
    """The result of `linalg.solve_ex`."""

    __slots__ = ()
    result: Tensor
    info: Tensor


class linalg_lstsq(Result):
    """The result of `linalg.lstsq`."""

    __slots__ = ()
    solution: Tensor
    residuals: Tensor
    rank: Tensor
    singular_values: Tensor


class linalg_lu(Result):
    """The result of `linalg.lu`."""

    __slots__ = ()
    P: Tensor
    L: Tensor
    U: Tensor


class linalg_lu_factor(Result):
    """The result of `linalg.lu_factor`."""

    __slots__ = ()
    LU: Tensor
    pivots: Tensor


class linalg_lu_factor_ex(Result):
    """The result of `linalg.lu_factor_ex`."""

    __slots__ = ()
    LU: Tensor
    pivots: Tensor
    info: Tensor


class linalg_ldl_factor(Result):
    """The result of `linalg.ldl_factor`."""

    __slots__ = ()
    LD: Tensor
    pivots: Tensor


class linalg_ldl_factor_ex(Result):
    """The result of `linalg.ldl_factor_ex`."""

    __slots__ = ()
    LD: Tensor
    pivots: Tensor
    info: Tensor


class triangular_solve(Result):
    """The result of `triangular_solve`."""

    __slots__ = ()
    solution: Tensor
    cloned_coefficient: Tensor


class qr(Result):
    """The result of `qr`."""

    __slots__ = ()
    Q: Tensor
    R: Tensor


class svd(Result):
    """The result of `svd`."""

    __slots__ = ()
    U: Tensor
    S: Tensor
    V: Tensor


class lu_unpack(Result):
    """The result of `lu_unpack`."""

    __slots__ = ()
    P: Tensor
    L: Tensor
    U: Tensor


class geqrf(Result):
    """The result of `geqrf`."""

    __slots__ = ()
    a: Tensor
    tau: Tensor
