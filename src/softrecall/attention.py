"""Scaled dot-product attention in NumPy: a soft look-up whose scores are dot products."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from softrecall._checks import (
    as_array,
    as_numeric,
    check_beta,
    check_count,
    check_finite,
    check_last_axis,
    check_leading_axes,
    first_place,
    refuse_empty_row,
    refuse_overflow,
)

__all__ = ["attend", "attend_online", "causal_mask", "padding_mask"]

QUERIES = 256  # rows of scores that `attend_online` holds at a time
LARGE = 2**14  # scores of one head from which on heads are taken one by one, so that each stays in the cache


def _matrix(name: str, x: object, axes: str) -> np.ndarray:
    array = as_numeric(name, x)
    if array.ndim < 2:
        raise ValueError(f"{name}: needs two axes, {axes}; got shape {array.shape}")
    check_finite(name, array)
    return array


def _inputs(q: ArrayLike, k: ArrayLike, v: ArrayLike) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[int, ...]]:
    """Check the three and bring them to one dtype; the last is their common leading shape."""
    q, k, v = _matrix("q", q, "(n_q, d_k)"), _matrix("k", k, "(n_k, d_k)"), _matrix("v", v, "(n_k, d_v)")
    check_last_axis("k", k, q.shape[-1], "d_k, the width of q; did you pass k.T?")
    if v.shape[-2] != k.shape[-2]:
        raise ValueError(f"v: must have {k.shape[-2]} rows (n_k, one value a key); got shape {v.shape}")
    check_leading_axes("k", k[..., 0], "q", q[..., 0])
    leading = np.broadcast_shapes(q.shape[:-2], k.shape[:-2])
    check_leading_axes("v", v[..., 0], "q and k", np.empty((*leading, 0)))
    dtype = np.result_type(q, k, v)
    leading = np.broadcast_shapes(leading, v.shape[:-2])
    q, k, v = (x.astype(dtype, copy=False) for x in (q, k, v))
    return q, k, v, leading


def _scaled(q: np.ndarray, beta: object, leading: tuple[int, ...]) -> np.ndarray:
    """Multiply the queries by beta, which is far less work than multiplying the scores."""
    if beta is None:
        return q * q.dtype.type(1 / math.sqrt(q.shape[-1]))
    if not isinstance(beta, np.ndarray | list | tuple):
        return q * q.dtype.type(check_beta("beta", beta))
    array = as_numeric("beta", beta)
    is_bad = ~((array >= 0) & (array < np.inf))
    if is_bad.any():
        raise ValueError(f"beta: every entry must be a finite number >= 0; got {array[is_bad][0]}{first_place(is_bad)}")
    return q * _broadcast("beta", array, (*leading, 1, 1), "one for each head").astype(q.dtype)


def _broadcast(name: str, array: np.ndarray, shape: tuple[int, ...], why: str) -> np.ndarray:
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        raise ValueError(f"{name}: must broadcast to {shape} ({why}); got shape {array.shape}") from None


def _mask(mask: object, shape: tuple[int, ...]) -> np.ndarray | None:
    """Check a mask against the shape of the scores. It is not copied."""
    if mask is None:
        return None
    array = as_array("mask", mask, "b", "bool (True = may be seen)")
    array = _broadcast("mask", array, shape, "the shape of the scores, (..., n_q, n_k)")
    is_bad = ~array.any(axis=-1)
    if is_bad.any():
        refuse_empty_row("mask", tuple(int(i) for i in np.argwhere(is_bad)[0]))
    return array


def _heads(leading: tuple[int, ...], is_large: bool) -> Iterator[tuple[int, ...]]:
    """Where to work: head by head if one is large, at once if not."""
    return iter(np.ndindex(leading)) if is_large else iter([()])


def _top(scores: np.ndarray) -> np.ndarray:
    top = scores.max(axis=-1, keepdims=True)
    refuse_overflow("q, k", "dot products", top)
    return top


def attend(
    q: ArrayLike,
    k: ArrayLike,
    v: ArrayLike,
    *,
    beta: float | ArrayLike | None = None,
    mask: ArrayLike | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    r"""Look up values by how well their keys fit a query: a mean of the values, weighted by a softmax of dot products.

    .. math:: \operatorname{attend}(Q, K, V) = W V, \qquad W = \operatorname{softmax}(\beta\, Q K^\top)

    Parameters
    ----------
    q : (..., n_q, d_k)
        Queries, one a row. Finite real numbers; not modified.
    k : (..., n_k, d_k)
        Keys, one a row. Not modified.
    v : (..., n_k, d_v)
        Values, one for each key. Not modified.
    beta : float or (..., 1, 1), optional
        Inverse temperature in 1 / (dot product), finite, >= 0; an array gives every head its own. None means
        ``1 / sqrt(d_k)``.
    mask : (..., n_q, n_k) of bool, optional
        True where a query may see a key. It broadcasts to the scores; every row needs at least one True.

    Returns
    -------
    output : (..., n_q, d_v)
    weights : (..., n_q, n_k)
        Each row sums to 1; a hidden key has exactly 0. Leading axes are those of the inputs, broadcast. float32 is
        computed in float32, integers become float64.

    Raises
    ------
    TypeError
        If an input does not hold real numbers, `beta` is no number or `mask` not bool.
    ValueError
        If shapes do not fit, an entry is not finite, `beta` is negative, a row of `mask` is all False, or dot products
        overflow.

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, eq. 1.

    Examples
    --------
    >>> q, k, v = np.array([[2.0, 0.0]]), np.eye(2), np.array([[10.0], [20.0]])
    >>> output, weights = attend(q, k, v, beta=1.0)
    >>> weights.round(3), output.round(2)
    (array([[0.881, 0.119]]), array([[11.19]]))
    >>> attend(q, k, v, mask=np.array([False, True]))[1]
    array([[0., 1.]])
    """
    q, k, v, leading = _inputs(q, k, v)
    n_q, n_k = q.shape[-2], k.shape[-2]
    mask = _mask(mask, (*leading, n_q, n_k))
    weights, output = np.empty((*leading, n_q, n_k), q.dtype), np.empty((*leading, n_q, v.shape[-1]), q.dtype)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        q = _scaled(q, beta, leading)
        q, k, v = (np.broadcast_to(x, (*leading, *x.shape[-2:])) for x in (q, k, v))
        is_large = n_q * n_k >= LARGE
        scores = np.empty((n_q, n_k) if is_large else weights.shape, q.dtype)  # stays in the cache from head to head
        for head in _heads(leading, is_large):
            np.matmul(q[head], np.swapaxes(k[head], -1, -2), out=scores)  # (..., n_q, n_k)
            if mask is not None:
                np.copyto(scores, -np.inf, where=~mask[head])
            scores -= _top(scores)
            np.exp(scores, out=scores)
            scores *= 1 / scores.sum(axis=-1, keepdims=True)
            weights[head] = scores
            np.matmul(scores, v[head], out=output[head])
    return output, weights


def attend_online(
    q: ArrayLike,
    k: ArrayLike,
    v: ArrayLike,
    *,
    beta: float | ArrayLike | None = None,
    mask: ArrayLike | None = None,
    block: int = 256,
) -> np.ndarray:
    r"""Compute the output of `attend` without ever holding all weights: one block of keys at a time.

    Each row keeps the largest score so far, the sum of its exponentials and the weighted sum of values. A new block
    with a larger score shrinks what was summed before by :math:`e^{\text{old} - \text{new}}`.

    Parameters
    ----------
    q : (..., n_q, d_k)
        Queries, one a row. Finite real numbers; not modified.
    k : (..., n_k, d_k)
        Keys, one a row. Not modified.
    v : (..., n_k, d_v)
        Values, one for each key. Not modified.
    beta : float or (..., 1, 1), optional
        Inverse temperature, as in `attend`.
    mask : (..., n_q, n_k) of bool, optional
        True where a query may see a key, as in `attend`.
    block : int
        Keys at a time, >= 1. It changes the memory used, and the result by rounding alone.

    Returns
    -------
    (..., n_q, d_v)
        The first result of `attend`.

    Raises
    ------
    TypeError
        As `attend`, or if `block` is not a whole number.
    ValueError
        As `attend`, or if `block` is below 1.

    References
    ----------
    Milakov and Gimelshein (2018), Online normalizer calculation for softmax, arXiv:1805.02867.

    Examples
    --------
    >>> q, k, v = np.array([[2.0, 0.0]]), np.eye(2), np.array([[10.0], [20.0]])
    >>> attend_online(q, k, v, beta=1.0, block=1).round(2)
    array([[11.19]])
    """
    q, k, v, leading = _inputs(q, k, v)
    block, n_q = check_count("block", block, 1), q.shape[-2]
    mask = _mask(mask, (*leading, n_q, k.shape[-2]))
    output = np.empty((*leading, n_q, v.shape[-1]), q.dtype)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        q = _scaled(q, beta, leading)
        q, k, v = (np.broadcast_to(x, (*leading, *x.shape[-2:])) for x in (q, k, v))
        for head in np.ndindex(leading):
            for start in range(0, n_q, QUERIES):
                rows = slice(start, start + QUERIES)
                seen = None if mask is None else mask[head][rows]
                _online(q[head][rows], k[head], v[head], seen, block, output[head][rows])
    return output


def _online(q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None, block: int, out: np.ndarray) -> None:
    """Work through the keys of one head, block by block, for some of its queries."""
    out[...] = 0
    top, total = np.full((len(q), 1), -np.inf, q.dtype), np.zeros((len(q), 1), q.dtype)
    for start in range(0, len(k), block):
        part = slice(start, start + block)
        scores = q @ k[part].T  # (n_rows, block)
        if mask is not None:
            np.copyto(scores, -np.inf, where=~mask[:, part])
        higher = np.maximum(top, scores.max(axis=-1, keepdims=True))
        base = np.where(higher == -np.inf, 0, higher)  # nothing seen so far: any base will do
        shrink = np.exp(top - base)
        np.exp(np.subtract(scores, base, out=scores), out=scores)
        total = total * shrink + scores.sum(axis=-1, keepdims=True)
        out *= shrink
        out += scores @ v[part]
        top = higher
    refuse_overflow("q, k", "dot products", top)
    out /= total


def causal_mask(n: int) -> np.ndarray:
    """Let each position see itself and what comes before it.

    Parameters
    ----------
    n : int
        Positions, >= 1.

    Returns
    -------
    (n, n) of bool
        Row i is True up to column i.

    Raises
    ------
    TypeError
        If `n` is not a whole number.
    ValueError
        If `n` is below 1.

    Examples
    --------
    >>> causal_mask(3).astype(int)
    array([[1, 0, 0],
           [1, 1, 0],
           [1, 1, 1]])
    """
    return np.tri(check_count("n", n, 1), dtype=bool)


def padding_mask(lengths: ArrayLike, n: int) -> np.ndarray:
    """Let queries see the first positions of each sequence and none of its padding.

    The axis of length 1 is that of the queries, so the mask fits scores of shape (batch, n_q, n) as it is, and with
    ``mask[:, None]`` those of shape (batch, n_heads, n_q, n).

    Parameters
    ----------
    lengths : (...) of integers
        How many positions of each sequence are no padding, 1 to `n`.
    n : int
        Positions, >= 1.

    Returns
    -------
    (..., 1, n) of bool

    Raises
    ------
    TypeError
        If `lengths` does not hold integers or `n` is not a whole number.
    ValueError
        If a length is below 1 or above `n`, or there is none.

    Examples
    --------
    >>> padding_mask([1, 3], 3).astype(int).tolist()
    [[[1, 0, 0]], [[1, 1, 1]]]
    """
    lengths, n = as_array("lengths", lengths, "iu", "whole numbers"), check_count("n", n, 1)
    is_bad = (lengths < 1) | (lengths > n)
    if is_bad.any():
        needed = f"must be from 1 to {n} (n; a sequence without a position has no softmax)"
        raise ValueError(f"lengths: {needed}; got {lengths[is_bad][0]}{first_place(is_bad)}")
    return np.arange(n) < lengths[..., None, None]
