"""The numbers of the widget ``NearestNeighbour``, from exact counts."""

import math
from typing import Any

import numpy as np

from softrecall.widgets._random import stream

FLOORS = {"closest": 1e-280, "share": 1e-280, "copies": 1e-280}


def compute(n_bits: int, n_strings: int, drawn: int, seed: int, **_: Any) -> dict[str, Any]:
    """The expected smallest of `n_strings` distances, the quartiles of one distance, and a sample of real strings."""
    closest, low, high = 0.0, None, n_bits
    circle, ball = 1, 0  # strings at distance d and within it
    for d in range(n_bits):
        ball += circle
        below = ball / 2**n_bits
        low = d if low is None and below >= 0.25 else low
        if below < 1:
            closest += math.exp(n_strings * math.log1p(-below))
        if below >= 0.75:
            high = d
            break
        circle = circle * (n_bits - d) // (d + 1)
    sample = draw(n_bits, drawn, seed)
    return {
        "closest": closest,
        "share": closest / n_bits,
        "low": low,
        "high": high,
        "copies": n_strings / 2**n_bits,
        "peak": math.comb(n_bits, n_bits // 2) / 2**n_bits,
        "sample": sample,
        "nearest": int(sample.min()) if drawn else None,
    }


def draw(n_bits: int, n_strings: int, seed: int) -> np.ndarray:
    """The distances of `n_strings` random strings, bit for bit, from one more: the bits that differ are random bits."""
    n_words = -(-n_bits // 32)
    words = stream(seed, n_strings * n_words).reshape(n_strings, n_words)
    if n_bits % 32:
        words[:, -1] &= np.uint32(2 ** (n_bits % 32) - 1)
    return np.unpackbits(words.view(np.uint8), axis=1).sum(axis=1, dtype=np.int64)
