"""The modern Hopfield network: patterns in rows, recalled by a softmax over all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from softrecall._checks import as_numeric, check_finite, check_last_axis, refuse_overflow
from softrecall.similarity import softmax

__all__ = ["modern_update"]


def modern_update(state: ArrayLike, patterns: ArrayLike, beta: float) -> np.ndarray:
    r"""Move a state toward the stored patterns that it most resembles.

    .. math:: \xi \leftarrow X^\top \operatorname{softmax}(\beta X \xi)

    Parameters
    ----------
    state : (..., d)
        One state a row. Finite real numbers; not modified.
    patterns : (n_patterns, d)
        One stored pattern a row. Not modified.
    beta : float
        Inverse temperature in 1 / (dot product), finite, >= 0. At 0 the result is the mean of all patterns.

    Returns
    -------
    (..., d)
        float32 if both are, float64 otherwise.

    Raises
    ------
    TypeError
        If an input does not hold real numbers or `beta` is no number.
    ValueError
        If the widths differ, `patterns` has not two axes, an entry is not finite, `beta` is negative, or dot products
        overflow.

    References
    ----------
    Ramsauer et al. (2021), Hopfield networks is all you need, eq. 3 (there a pattern is a column).

    Examples
    --------
    >>> modern_update(np.array([0.9, 0.2]), np.eye(2), beta=8.0).round(3)
    array([0.996, 0.004])
    """
    state, patterns = as_numeric("state", state), as_numeric("patterns", patterns)
    if patterns.ndim != 2:
        raise ValueError(f"patterns: needs two axes, (n_patterns, d); got shape {patterns.shape}")
    check_finite("state", state)
    check_finite("patterns", patterns)
    check_last_axis("state", state, patterns.shape[1], "d, the width of patterns")
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        scores = state @ patterns.T  # (..., n_patterns)
        refuse_overflow("state, patterns", "dot products", scores)
        return softmax(scores, beta) @ patterns  # (..., n_patterns) @ (n_patterns, d)
