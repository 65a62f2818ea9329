"""The numbers of the widget ``SoftmaxBeta`` in NumPy."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from softrecall.similarity import entropy, softmax

FLOORS = {"entropy": 1e-13}  # near certainty, NumPy's sum of w ln w loses the digits that the script keeps


def compute(scores: Sequence[float], beta: float | str, **_: Any) -> dict[str, Any]:
    """Weights of ``softmax(beta * scores)``, how widely they are spread, and which scores are the largest."""
    given = np.asarray(scores, dtype=float)
    best = given == given.max()
    weights = best / best.sum() if isinstance(beta, str) else softmax(given, beta)
    nats = float(entropy(weights))
    return {
        "weights": weights,
        "entropy": nats,
        "effective": math.exp(nats),
        "largest": float(weights.max()),
        "winners": np.flatnonzero(best),
    }
