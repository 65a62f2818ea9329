"""The numbers of the widget ``SoftRecallPlane`` in NumPy."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from softrecall.similarity import entropy, softmax

FLOORS = {"entropy": 1e-13}  # near certainty, NumPy's sum of w ln w loses the digits that the script keeps


def compute(
    addresses: Sequence[Sequence[float]],
    pixels: Sequence[Sequence[str]],
    beta: float,
    cue_x: float,
    cue_y: float,
    **_: Any,
) -> dict[str, Any]:
    """Read the memory at a cue: weights, the recalled address, the blended picture, and who comes first."""
    keys = np.asarray(addresses, dtype=float)
    bits = np.array([[[mark == "#" for mark in row] for row in rows] for rows in pixels], dtype=float)
    weights = softmax(-((keys - (cue_x, cue_y)) ** 2).sum(axis=-1) / 2, beta)
    nats = float(entropy(weights))
    return {
        "weights": weights,
        "recall": weights @ keys,
        "blend": np.tensordot(weights, bits, axes=1).ravel(),
        "entropy": nats,
        "effective": math.exp(nats),
        "ranks": np.argsort(-weights, kind="stable"),
    }
