"""Attention: scaled dot products of queries and keys weigh the values, in one head or in several."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import dtypes, memory
from ..core.tensor import wrap
from ..errors import DtypeError, RangeError, ShapeError
from ..ops import arithmetic as ar
from ..ops import contraction as co
from ..ops import reduction as red
from ..ops import structure as st
from ..ops.selection import select
from ..ops.softmax import softmax
from .linear import linear
from .random_samples import dropout_mask

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["scaled_dot_product_attention", "multi_head_attention_forward"]


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None,
                                 dropout_p: float = 0.0, is_causal: bool = False, *, scale: float | None = None,
                                 enable_gqa: bool = False) -> Tensor:
    """softmax(query key^T * scale + mask) value: (..., L, E), (..., S, E) and (..., S, V) give (..., L, V).

    A bool mask says which keys a query may see, another is added to the scores; `is_causal` lets query i see the keys
    up to i. A query that may see nothing gets zeros. scale is 1 / sqrt(E) unless given. With `enable_gqa` groups of
    query heads share a head of keys and values (dimension -3).

    >>> import adjoint as ad
    >>> q, k, v = ad.zeros(1, 2), ad.ones(2, 2), ad.tensor([[1., 2.], [3., 6.]])
    >>> ad.nn.functional.scaled_dot_product_attention(q, k, v)
    tensor([[2., 4.]])
    """
    if min(query.ndim, key.ndim, value.ndim) < 2:
        raise ShapeError("scaled_dot_product_attention: query, key and value need two dimensions or more, got "
                         f"{list(query.shape)}, {list(key.shape)} and {list(value.shape)}")
    if enable_gqa:
        key, value = _shared(key, query.shape[-3]), _shared(value, query.shape[-3])
    if scale is None:
        scale = 1 / math.sqrt(query.shape[-1]) if query.shape[-1] else 1.0
    weights = _weights(ar.multiply(query, float(scale)), key, attn_mask, is_causal)
    return co.matmul(_dropped(weights, dropout_p), value)


def _shared(x: Any, heads: int) -> Any:
    """Each head of x repeated, so that there are `heads`."""
    *lead, own, rows, width = memory.peek(x).shape
    if heads % own:
        raise ShapeError(f"enable_gqa: {heads} query heads cannot share {own} heads of keys or values")
    wide = st.broadcast_to(st.expand_dims(x, axis=-3), shape=(*lead, own, heads // own, rows, width))
    return st.reshape(wide, shape=(*lead, heads, rows, width))


def _weights(query: Any, key: Any, mask: Any, is_causal: bool) -> Any:
    """The softmax of the scores over the keys that each query may see; zeros for a query that may see none."""
    scores = co.matmul(query, st.mT(key))
    if mask is None and not is_causal:
        return softmax(scores, axis=-1)
    if is_causal:
        if mask is not None:
            raise RangeError("scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True")
        rows, columns = memory.peek(scores).shape[-2:]
        allowed: Any = np.arange(rows)[:, None] >= np.arange(columns)
    elif memory.peek(mask).dtype.kind == "b":
        allowed = memory.load(mask)
    elif memory.peek(mask).dtype.kind in "fV":
        scores = ar.add(scores, mask)
        allowed = memory.load(mask) != -math.inf
    else:
        raise DtypeError(f"attn_mask must be bool or floating point, got {dtypes.of(memory.peek(mask).dtype)!r}")
    if allowed.all():
        return softmax(scores, axis=-1)
    sees = allowed.any(axis=-1, keepdims=True)
    # Scores of a query that sees nothing stay finite, so that no NaN is made which a derivative would have to avoid.
    weights = softmax(select(scores, -math.inf, condition=allowed | ~sees), axis=-1)
    return weights if sees.all() else select(weights, 0.0, condition=sees)


def _dropped(weights: Any, p: float) -> Any:
    if p == 0:
        return weights
    a = memory.peek(weights)
    return ar.multiply(weights, dropout_mask(a.shape, p, dtype=dtypes.of(a.dtype)))


def multi_head_attention_forward(
    query: Tensor, key: Tensor, value: Tensor, embed_dim_to_check: int, num_heads: int, in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None, bias_k: Tensor | None, bias_v: Tensor | None, add_zero_attn: bool, dropout_p: float,
    out_proj_weight: Tensor, out_proj_bias: Tensor | None, training: bool = True,
    key_padding_mask: Tensor | None = None, need_weights: bool = True, attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False, q_proj_weight: Tensor | None = None, k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None, static_k: Tensor | None = None, static_v: Tensor | None = None,
    average_attn_weights: bool = True, is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """(output, attention weights or None) of attention in several heads, with its projections.

    query (L, N, E), key and value (S, N, ...), or all without N. Masks are as in nn.MultiheadAttention: True (or -inf)
    is what may not be seen, in `attn_mask` (L, S) or (N heads, L, S), in `key_padding_mask` (N, S). The weights are
    (N, L, S), averaged over the heads, or (N, heads, L, S).

    >>> import adjoint as ad
    >>> x, w = ad.ones(3, 1, 2), ad.ones(6, 2)
    >>> out, weights = ad.nn.functional.multi_head_attention_forward(
    ...     x, x, x, 2, 1, w, None, None, None, False, 0., ad.eye(2), None)
    >>> out.shape, weights.shape
    (adjoint.Size([3, 1, 2]), adjoint.Size([1, 3, 3]))
    """
    batched = query.ndim == 3
    if query.ndim not in (2, 3) or key.ndim != query.ndim or value.ndim != query.ndim:
        raise ShapeError("query, key and value are all (length, batch, features) or all (length, features), got "
                         f"{list(query.shape)}, {list(key.shape)} and {list(value.shape)}")
    if not batched:
        query, key, value = [st.expand_dims(t, axis=1) for t in (query, key, value)]
        key_padding_mask = None if key_padding_mask is None else st.expand_dims(key_padding_mask, axis=0)
    length, n, width = query.shape
    if width != embed_dim_to_check:
        raise ShapeError(f"was expecting embedding dimension of {embed_dim_to_check}, but got {width}")
    if width % num_heads:
        raise ShapeError(f"embed_dim {width} not divisible by num_heads {num_heads}")
    if is_causal and attn_mask is None:
        raise RangeError("Need attn_mask if specifying the is_causal hint.")
    proj = (q_proj_weight, k_proj_weight, v_proj_weight) if use_separate_proj_weight else _thirds(in_proj_weight, width)
    biases = (None, None, None) if in_proj_bias is None else _thirds(in_proj_bias, width)
    q, k, v = [linear(t, w, b) for t, w, b in zip((query, key, value), proj, biases, strict=True)]
    if bias_k is not None and bias_v is not None:
        k, v = _appended(k, bias_k, n), _appended(v, bias_v, n)
    extra = k.shape[0] - key.shape[0]
    q = _heads(q, num_heads)
    k = _heads(k, num_heads) if static_k is None else _given(static_k, n, num_heads, width, "static_k")
    v = _heads(v, num_heads) if static_v is None else _given(static_v, n, num_heads, width, "static_v")
    if add_zero_attn:
        extra += 1
        nothing = wrap(np.zeros((n, num_heads, 1, width // num_heads), memory.peek(k).dtype))
        k, v = st.concatenate((k, nothing), axis=2), st.concatenate((v, nothing), axis=2)
    mask = _mask(attn_mask, key_padding_mask, n, num_heads, length, k.shape[2], extra)
    weights = _dropped(_weights(ar.multiply(q, 1 / math.sqrt(width // num_heads)), k, mask, False),
                       dropout_p if training else 0.0)
    out = st.transpose(co.matmul(weights, v), axes=(2, 0, 1, 3))
    out = linear(st.reshape(out, shape=(length, n, width)), out_proj_weight, out_proj_bias)
    if need_weights:
        weights = red.mean(weights, axis=1) if average_attn_weights else weights
    if not batched:
        out, weights = st.squeeze(out, axis=1), st.squeeze(weights, axis=0) if need_weights else weights
    return out, weights if need_weights else None


def _thirds(x: Any, width: int) -> tuple[Any, Any, Any]:
    if x is None:
        raise ShapeError("use_separate_proj_weight is False but in_proj_weight is None")
    a, b, c = [st.narrow(x, axis=0, start=i * width, length=width) for i in range(3)]
    return a, b, c


def _appended(x: Any, row: Any, n: int) -> Any:
    """(S, N, E) with a row (1, 1, E) after it in each sequence."""
    return st.concatenate((x, st.broadcast_to(row, shape=(1, n, x.shape[2]))), axis=0)


def _heads(x: Any, heads: int) -> Any:
    """(S, N, E) to (N, heads, S, E / heads)."""
    s, n, width = x.shape
    return st.transpose(st.reshape(x, shape=(s, n, heads, width // heads)), axes=(1, 2, 0, 3))


def _given(x: Any, n: int, heads: int, width: int, what: str) -> Any:
    """Keys or values that were projected before, (N heads, S, E / heads), by batch and head."""
    shape = memory.peek(x).shape
    if len(shape) != 3 or shape[0] != n * heads or shape[2] != width // heads:
        raise ShapeError(f"expecting {what} of shape ({n * heads}, S, {width // heads}), but got {list(shape)}")
    return st.reshape(x, shape=(n, heads, *shape[1:]))


def _mask(attn: Any, padding: Any, n: int, heads: int, length: int, keys: int, extra: int) -> Any:
    """What is added to the scores (N, heads, L, S), or None; the last `extra` keys are always seen."""
    total = None
    if attn is not None:
        shape, own = memory.peek(attn).shape, (length, keys - extra)
        if shape not in (own, (n * heads, *own)):
            raise ShapeError(f"The shape of attn_mask is {list(shape)}, but should be {list(own)} or "
                             f"{[n * heads, *own]}.")
        total = _additive(attn)
        if extra:
            total = st.zero_pad(total, axis=len(shape) - 1, before=0, after=extra)
        if len(shape) == 3:
            total = st.reshape(total, shape=(n, heads, length, keys))
    if padding is not None:
        if memory.peek(padding).shape != (n, keys - extra):
            raise ShapeError(f"expecting key_padding_mask shape of {(n, keys - extra)}, but got "
                             f"{memory.peek(padding).shape}")
        hidden = _additive(padding)
        if extra:
            hidden = st.zero_pad(hidden, axis=1, before=0, after=extra)
        hidden = st.reshape(hidden, shape=(n, 1, 1, keys))
        total = hidden if total is None else ar.add(total, hidden)
    return total


def _additive(mask: Any) -> Any:
    """A bool mask of what may not be seen as -inf there and 0 elsewhere; others as they are."""
    a = memory.peek(mask)
    if a.dtype.kind != "b":
        return mask
    return wrap(np.where(a, -math.inf, 0.0).astype(dtypes.default().numpy))
