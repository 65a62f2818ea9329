"""The numbers of the widget ``NoiseAndBeta`` in NumPy."""

import math
from functools import lru_cache
from typing import Any

import numpy as np

from softrecall.hypercube import circle_intersection_fraction, fit_beta
from softrecall.widgets._random import chances

QUERIES, MOST, SHOWN = 48, 1024, 12  # drawn; patterns a query has room for in the random stream; bars
LOW, HIGH, STEPS = 0.3, 1000.0, 60
GRID = LOW * (HIGH / LOW) ** (np.arange(STEPS + 1) / STEPS)

FLOORS = dict.fromkeys(("losses", "loss", "least", "circles"), 1e-15)  # of sums of numbers near 1


def draw_distances(n_bits: int, n_patterns: int, noise: float, seed: int) -> np.ndarray:
    """Draw how far each pattern lies from each query, the one meant first: (48, n_patterns) bits."""
    drawn = chances(seed, QUERIES * MOST).reshape(QUERIES, MOST)[:, :n_patterns]
    far = np.searchsorted(_within(n_bits, 0.5), drawn)
    far[:, 0] = np.searchsorted(_within(n_bits, noise), drawn[:, 0])
    return np.minimum(far, n_bits)


def _within(n_bits: int, p: float) -> np.ndarray:
    """Give the chance of at most 0, 1, ... flips."""
    at = [(1 - p) ** n_bits]
    for k in range(1, n_bits + 1):
        at.append(at[-1] * ((n_bits - k + 1) / k) * (p / (1 - p)))
    return np.cumsum(at)


@lru_cache(maxsize=8)
def _all_circles(n_bits: int) -> list[tuple[int, float, np.ndarray]]:
    """Each radius from 2 to less than half of the bits, its fitted beta, and the overlap at each distance."""
    radii = range(2, (n_bits + 1) // 2)
    return [(d, fit_beta(n_bits, d).beta, circle_intersection_fraction(n_bits, d)) for d in radii]


def compute(noise: float, beta: float, n_bits: int, n_patterns: int, seed: int, **_: Any) -> dict[str, Any]:
    """Weigh 48 noisy queries by softmax, as Bayes would and by circles: see ``compute`` in the script for each part."""
    far = draw_distances(n_bits, n_patterns, noise, seed)  # (48, m)
    counts = np.stack([np.bincount(row, minlength=n_bits + 1) for row in far])  # (48, n_bits + 1): at each distance
    beyond = np.maximum(np.arange(n_bits + 1) - far.min(axis=1, keepdims=True), 0)

    def read(raw: np.ndarray) -> np.ndarray:
        """The weight of one pattern at each distance, 0 where nothing is found."""
        sums = (counts * raw).sum(axis=1, keepdims=True)
        return raw / np.where(sums > 0, sums, 1.0) * (sums > 0)

    def soft(b: float) -> np.ndarray:
        return read(np.exp(-2 * b * beyond / n_bits))

    bayes = n_bits / 2 * math.log((1 - noise) / noise)
    posterior, mine = soft(bayes), soft(beta)
    least = float((counts * posterior * (1 - posterior)).sum(axis=1).mean())

    def astray(weights: np.ndarray) -> float:
        return float((counts * (weights - posterior) ** 2).sum(axis=1).mean())

    excess = np.array([astray(soft(b)) for b in GRID])
    circles = [(d, b, least + astray(read(shared))) for d, b, shared in _all_circles(n_bits)]
    scores = np.array([score for *_, score in circles])
    best = int(np.argmax(scores <= scores.min() + 1e-6))
    order = np.lexsort((np.arange(n_patterns) > 0, far[0]))  # by distance, the pattern meant before its equals
    nearer = int(np.flatnonzero(order == 0)[0])
    meant = min(nearer, SHOWN - 1)
    shown = far[0][order[:SHOWN] if nearer < SHOWN else np.append(order[:meant], 0)]
    low, high = (_edge(bayes, excess, least, way) for way in (-1, 1))
    return {
        "bayes": bayes,
        "shown": shown,
        "meant": meant,
        "nearer": nearer,
        "weights": mine[0][shown],
        "posterior": posterior[0][shown],
        "circle": read(_all_circles(n_bits)[best][2])[0][shown],
        "losses": least + excess,
        "loss": least + astray(mine),
        "least": least,
        "low": low,
        "high": high,
        "circles": circles,
        "best": best,
        "blind": int((far.min(axis=1) > 2 * circles[best][0]).sum()),
    }


def _edge(bayes: float, excess: np.ndarray, least: float, way: int) -> float:
    """Find where the loss leaves the room above the least, from beta* up or down; its root is taken as straight."""
    room = math.sqrt(max(0.01 * least, 0.001))
    place = STEPS * math.log(bayes / LOW) / math.log(HIGH / LOW)
    before, gap = bayes, 0.0
    for i in range(math.floor(place) + 1, STEPS + 1) if way > 0 else range(math.ceil(place) - 1, -1, -1):
        after = math.sqrt(excess[i])
        if after > room:
            return float(before * (GRID[i] / before) ** ((room - gap) / (after - gap)))
        before, gap = GRID[i], after
    return HIGH if way > 0 else LOW
