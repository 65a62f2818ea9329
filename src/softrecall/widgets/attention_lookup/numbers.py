"""The numbers of the widget ``AttentionLookup`` in NumPy."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from softrecall.similarity import entropy, softmax

FLOORS = {  # a score near 0 is a difference, and near certainty NumPy's sum of w ln w loses the script's digits
    "scores": 1e-13,
    "queries": 1e-13,
    "effective": 1e-13,
}


def compute(
    key_rows: Sequence[Sequence[float]],
    prices: Sequence[float],
    query_x: float,
    query_y: float,
    beta: float,
    score: str,
    second_head: bool,
    turn: int,
    masked: Sequence[int],
    **_: Any,
) -> dict[str, Any]:
    """Read the menu with one head or two, and look the nearest key up.

    For each head: its query, scores, weights, `free`, the weights without the mask, the `growth` of each weight that
    the mask leaves, the number of keys that the read is spread over, the key with the largest weight, and the read.
    """
    places, values = np.asarray(key_rows, dtype=float), np.asarray(prices, dtype=float)
    is_seen = ~np.isin(np.arange(len(places)), masked)
    turns = [0, turn] if second_head else [0]
    cos, sin = np.cos(np.deg2rad(turns)), np.sin(np.deg2rad(turns))
    queries = np.stack([cos * query_x - sin * query_y, sin * query_x + cos * query_y], axis=-1)  # (n_heads, 2)
    squares = ((queries[:, None] - places) ** 2).sum(axis=-1)  # (n_heads, n_keys)
    dots = queries[:, :1] * places[:, 0] + queries[:, 1:] * places[:, 1]
    scores = -squares / 2 if score == "distance" else dots
    weights = np.zeros_like(scores)
    weights[:, is_seen] = softmax(scores[:, is_seen], beta)
    free = softmax(scores, beta)
    order = np.argsort(np.where(is_seen, squares[0], np.inf), kind="stable")
    return {
        "queries": queries,
        "scores": scores,
        "weights": weights,
        "free": free,
        "growth": 1 / free[:, is_seen].sum(axis=-1),
        "effective": [math.exp(nats) for nats in entropy(weights)],
        "winners": np.where(is_seen, scores, -np.inf).argmax(axis=-1),
        "reads": weights @ values,
        "distances": np.sqrt(squares[0]),
        "nearest": int(order[0]),
        "runner": int(order[1]) if is_seen.sum() > 1 else None,
        "answer": float(values[order[0]]),
    }
