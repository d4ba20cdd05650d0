"""The reductions that pass over NaNs: nansum, nanmean, nanvar, nanmax and their like."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.registry import speaks
from ..ops import reduction as red
from . import reductions
from .arguments import cast, deliver, dtype_of, floating, operand
from .reductions import NOT_GIVEN, _bound, _dropped, _freedom, _masked_var, _root, given, kept, reduced


def there(x: Any, where: Any = NOT_GIVEN) -> Any:
    """The mask of the elements that are no NaN, among those of the mask `where`."""
    present = np.logical_not(np.isnan(x))
    return present if where is NOT_GIVEN or where is True else np.logical_and(present, where)


def without(x: Any, fill: float) -> Any:
    """x with `fill` for NaNs."""
    return np.where(np.isnan(x), fill, x) if dtype_of(x).kind in "fc" else x


@speaks(np.nansum)
def nansum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = NOT_GIVEN,
           initial: Any = NOT_GIVEN, where: Any = NOT_GIVEN) -> Any:
    """np.nansum."""
    return reductions.sum(without(operand(a), 0), axis, dtype, out, kept(keepdims), initial, _mask(where))


def _mask(where: Any) -> Any:
    return True if where is NOT_GIVEN else where


@speaks(np.nanprod)
def nanprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = NOT_GIVEN,
            initial: Any = NOT_GIVEN, where: Any = NOT_GIVEN) -> Any:
    """np.nanprod."""
    return reductions.prod(without(operand(a), 1), axis, dtype, out, kept(keepdims), initial, _mask(where))


@speaks(np.nancumsum)
def nancumsum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """np.nancumsum."""
    return np.cumsum(without(operand(a), 0), axis, dtype, out)


@speaks(np.nancumprod)
def nancumprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """np.nancumprod."""
    return np.cumprod(without(operand(a), 1), axis, dtype, out)


@speaks(np.nanmean)
def nanmean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = NOT_GIVEN, *,
            where: Any = NOT_GIVEN) -> Any:
    """np.nanmean."""
    x = cast(floating(a), dtype)
    return np.mean(x, axis, None, out, kept(keepdims), where=there(x, where))


def _nanvar(a: Any, axis: Any, dtype: Any, ddof: Any, keepdims: Any, where: Any, mean: Any, correction: Any) -> Any:
    x = cast(floating(a), dtype)
    present = there(x, where)
    freedom = _freedom(correction, ddof)
    variance = _masked_var(x, axis, freedom, present, mean)
    n = np.sum(np.broadcast_to(present, tuple(x.shape)), axis=axis, keepdims=True)
    variance = np.where(np.less_equal(n, freedom), np.nan, variance)
    return _dropped(variance, x, axis, keepdims)


@speaks(np.nanvar)
def nanvar(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0, keepdims: Any = NOT_GIVEN, *,
           where: Any = NOT_GIVEN, mean: Any = NOT_GIVEN, correction: Any = NOT_GIVEN) -> Any:
    """np.nanvar."""
    return deliver(_nanvar(a, axis, dtype, ddof, keepdims, where, mean, correction), out)


@speaks(np.nanstd)
def nanstd(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0, keepdims: Any = NOT_GIVEN, *,
           where: Any = NOT_GIVEN, mean: Any = NOT_GIVEN, correction: Any = NOT_GIVEN) -> Any:
    """np.nanstd."""
    return deliver(_root(_nanvar(a, axis, dtype, ddof, keepdims, where, mean, correction)), out)


def _nan_extreme(extreme: Any, low: bool, a: Any, axis: Any, out: Any, keepdims: Any, initial: Any,
                 where: Any) -> Any:
    x = operand(a)
    options = {} if where is NOT_GIVEN else {"where": where}
    if given(initial):
        options["initial"] = initial
    result = extreme(without(x, _bound(x, low)), axis, keepdims=kept(keepdims), **options)
    if dtype_of(x).kind in "fc" and not options:  # a group of nothing but NaNs
        absent = red.all(np.isnan(x), axis=reduced(axis, x.ndim), keepdims=kept(keepdims))
        result = np.where(absent, np.nan, result)
    return deliver(result, out)


@speaks(np.nanmax)
def nanmax(a: Any, axis: Any = None, out: Any = None, keepdims: Any = NOT_GIVEN, initial: Any = NOT_GIVEN,
           where: Any = NOT_GIVEN) -> Any:
    """np.nanmax."""
    return _nan_extreme(reductions.max, False, a, axis, out, keepdims, initial, where)


@speaks(np.nanmin)
def nanmin(a: Any, axis: Any = None, out: Any = None, keepdims: Any = NOT_GIVEN, initial: Any = NOT_GIVEN,
           where: Any = NOT_GIVEN) -> Any:
    """np.nanmin."""
    return _nan_extreme(reductions.min, True, a, axis, out, keepdims, initial, where)
