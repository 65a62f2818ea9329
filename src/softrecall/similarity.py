"""How alike are two things, and what share of the recall does each get?

Two measures of likeness (Hamming distance for bits, cosine for real vectors), the softmax that turns scores into
weights, and the entropy that says how widely those weights are spread.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from softrecall._checks import (
    as_bits,
    as_numeric,
    check_axis,
    check_beta,
    check_finite,
    check_last_axis,
    check_leading_axes,
    first_place,
    refuse_overflow,
)

__all__ = ["cosine_similarity", "entropy", "hamming_distance", "softmax"]

SUM_TOLERANCE = 1e-5  # how far from 1 the weights of `entropy` may sum: room for float32, not for a mistake


def hamming_distance(a: ArrayLike, b: ArrayLike) -> np.ndarray:
    """Count the bits in which two addresses differ.

    Parameters
    ----------
    a : (..., n_bits) of 0/1, integer or bool dtype
        One address a row. Not modified.
    b : (..., n_bits) of 0/1, integer or bool dtype
        Leading axes broadcast with those of `a`; `n_bits` must be the same. Not modified.

    Returns
    -------
    (...) of int64
        The distance in bits, 0 to `n_bits`.

    Raises
    ------
    TypeError
        If `a` or `b` is not of an integer or bool dtype (0.0 and 1.0 are refused too).
    ValueError
        If an entry is neither 0 nor 1, an axis is empty, the widths differ or the leading axes do not broadcast.

    References
    ----------
    Hamming (1950), Error detecting and error correcting codes.

    Examples
    --------
    >>> stored = np.array([[0, 1, 1, 0], [1, 1, 1, 1]])
    >>> hamming_distance(stored, [0, 1, 0, 0])
    array([1, 3])
    """
    a, b = as_bits("a", a), as_bits("b", b)
    check_last_axis("b", b, a.shape[-1], "n_bits, the width of a")
    check_leading_axes("b", b, "a", a)
    return (a != b).sum(axis=-1, dtype=np.int64)


def _scaled(name: str, x: np.ndarray) -> np.ndarray:
    """Scale each vector by a power of two, which costs no digit, so that its largest entry lies in [0.5, 1)."""
    check_finite(name, x)
    largest = np.abs(x).max(axis=-1, keepdims=True)
    is_zero = largest[..., 0] == 0
    if is_zero.any():
        needed = "every vector needs a length above 0 (a zero vector has no direction)"
        raise ValueError(f"{name}: {needed}; got zeros{first_place(is_zero)}")
    return np.ldexp(x, -np.frexp(largest)[1])


def cosine_similarity(a: ArrayLike, b: ArrayLike) -> np.ndarray:
    r"""Compare the directions of two vectors: 1 for the same, 0 for a right angle, -1 for opposite.

    .. math:: \cos(a, b) = \frac{a \cdot b}{\lVert a \rVert \, \lVert b \rVert}

    The vectors may be as long as 1e300 or as short as 1e-300. The result is not clipped: rounding can carry it past 1
    in the last digit (1.0000000000000002), so clip it before you take an arc cosine. A vector of -1/+1 has no
    rounding in its products: there the result is the rounded value of ``1 - 2 * distance / n_bits``.

    Parameters
    ----------
    a : (..., n_dims)
        One vector a row, none of them zero. Not modified.
    b : (..., n_dims)
        Leading axes broadcast with those of `a`; `n_dims` must be the same. Not modified.

    Returns
    -------
    (...)
        float32 if both inputs are float32 or float16, otherwise float64 (integers are widened first).

    Raises
    ------
    TypeError
        If `a` or `b` does not hold real numbers.
    ValueError
        If a vector is zero, an entry is NaN or infinite, an axis is empty, the widths differ or the leading axes do
        not broadcast.

    Examples
    --------
    >>> cosine_similarity([[1.0, 0.0], [3.0, 4.0]], [0.0, 2.0]).round(3)
    array([0. , 0.8])
    """
    a, b = as_numeric("a", a), as_numeric("b", b)
    check_last_axis("b", b, a.shape[-1], "n_dims, the width of a")
    check_leading_axes("b", b, "a", a)
    with np.errstate(under="ignore"):  # an entry 1e300 times smaller than its neighbour counts as 0
        a, b = _scaled("a", a), _scaled("b", b)
        dot = np.vecdot(a, b)
        return dot / np.sqrt(np.vecdot(a, a) * np.vecdot(b, b))


def _total(x: np.ndarray, axis: int, *, keepdims: bool = False) -> np.ndarray:
    """Add up in float64 or wider, then go back: NumPy adds float32 one by one along an axis that is not the last."""
    return x.sum(axis=axis, dtype=np.result_type(x, np.float64), keepdims=keepdims).astype(x.dtype)


def softmax(scores: ArrayLike, beta: float = 1.0, *, axis: int = -1) -> np.ndarray:
    r"""Turn scores into weights that are positive and sum to 1; the higher `beta`, the more the best score takes.

    .. math:: w_i = \frac{e^{\beta s_i}}{\sum_j e^{\beta s_j}}

    The largest product is subtracted before anything is exponentiated. That changes no weight, since numerator and
    denominator shrink by the same factor, and keeps every exponent at or below 0: no power overflows, and a weight too
    small for its dtype is 0.

    Parameters
    ----------
    scores : (..., n, ...)
        Finite real numbers; `n` is the length of `axis`. Not modified.
    beta : float
        Inverse temperature in 1 / (unit of the scores), finite, >= 0. At 0 all weights are 1 / n.
    axis : int
        The axis along which the weights sum to 1.

    Returns
    -------
    (..., n, ...), the shape of `scores`
        float32 stays float32, float16 becomes float32, integers become float64.

    Raises
    ------
    TypeError
        If `scores` does not hold real numbers, `beta` is not a real number or `axis` not a whole one.
    ValueError
        If a score is NaN or infinite, an axis is empty, `beta` is negative or not finite, a product ``beta * score``
        overflows in the dtype of the result, or there is no such axis.

    References
    ----------
    Bridle (1990), Probabilistic interpretation of feedforward classification network outputs.

    Examples
    --------
    >>> softmax([2.0, 1.0, 0.0]).round(3)
    array([0.665, 0.245, 0.09 ])
    >>> softmax([2.0, 1.0, 0.0], beta=4.0).round(3)
    array([0.982, 0.018, 0.   ])
    """
    scores, beta = as_numeric("scores", scores), check_beta("beta", beta)
    axis = check_axis("axis", axis, scores.ndim)
    check_finite("scores", scores)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        scaled = beta * scores
        refuse_overflow("scores, beta", "products", scaled)
        powers = np.exp(scaled - scaled.max(axis=axis, keepdims=True))
        return powers / _total(powers, axis, keepdims=True)


def _check_probabilities(weights: np.ndarray, axis: int) -> None:
    check_finite("weights", weights)
    is_bad = weights < 0
    if is_bad.any():
        raise ValueError(
            f"weights: must be >= 0 (they are probabilities); got {weights[is_bad][0]}{first_place(is_bad)}"
        )
    with np.errstate(over="ignore"):
        sums = _total(weights, axis)
    is_bad = ~(np.abs(sums - 1) <= SUM_TOLERANCE)
    if is_bad.any():
        needed = f"must sum to 1 within {SUM_TOLERANCE} (they are probabilities)"
        raise ValueError(f"weights: {needed}; got a sum of {sums[is_bad][0]}{first_place(is_bad)}")


def entropy(weights: ArrayLike, *, axis: int = -1) -> np.ndarray:
    r"""Say how widely weights are spread: 0 when one takes all, ln n when n share alike.

    .. math:: H = -\sum_i w_i \ln w_i, \qquad 0 \ln 0 = 0

    Parameters
    ----------
    weights : (..., n, ...)
        Probabilities: >= 0, summing to 1 along `axis` within 1e-5. They are used as they are, never rescaled, so a sum
        that is off by 1e-5 puts the result off by about as much. Not modified.
    axis : int
        The axis along which the weights sum to 1.

    Returns
    -------
    (..., ...), the shape of `weights` without `axis`
        Entropy in nats (divide by ln 2 for bits). float32 stays float32, integers become float64.

    Raises
    ------
    TypeError
        If `weights` does not hold real numbers or `axis` is not a whole one.
    ValueError
        If a weight is negative, NaN or infinite, a sum is not 1, an axis is empty or there is no such axis.

    References
    ----------
    Shannon (1948), A mathematical theory of communication, section 6.

    Examples
    --------
    >>> entropy([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]]).round(4)
    array([0.6931, 0.    ])
    """
    weights = as_numeric("weights", weights)
    axis = check_axis("axis", axis, weights.ndim)
    _check_probabilities(weights, axis)
    logs = np.log(weights, out=np.zeros_like(weights), where=weights > 0)
    with np.errstate(under="ignore"):
        return 0.0 - _total(weights * logs, axis)  # 0.0 - x, not -x: a single weight of 1 has entropy 0, not -0
