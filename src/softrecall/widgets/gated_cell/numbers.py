"""The numbers of the widget ``GatedCell`` in NumPy."""

from typing import Any

import numpy as np

from softrecall.widgets._random import chances

FLOORS = {"bias": 1e-14}  # a difference of sums: it may be exactly nothing


def over_streams(forget: float, gate: float, other: float, n_steps: int) -> tuple[float, float]:
    """Give the mean of the cell's miss and of its square, over all numbers and every pair of marked steps."""
    left = forget ** np.arange(n_steps - 1, -1, -1.0)
    half = n_steps // 2
    pairs = [(i, j) for i in range(half) for j in range(half, n_steps)]
    rows = np.tile(left * other, (len(pairs), 1))  # (n_pairs, n_steps): the factors of the numbers in the miss
    for side in (0, 1):
        places = np.array([pair[side] for pair in pairs])
        rows[np.arange(len(pairs)), places] = left[places] * gate - 1
    means = rows.sum(axis=1) / 2
    return float(means.mean()), float(((rows**2).sum(axis=1) / 12 + means**2).mean())


def compute(
    forget: float, marked: float, other: float, n_steps: int, gates: str, seed: int, **_: Any
) -> dict[str, Any]:
    """Let the cell read a stream of `n_steps` numbers: see ``compute`` in the script for what each part means."""
    drawn = chances(seed, n_steps + 2)
    numbers, half = drawn[2:], n_steps // 2
    marks = [int(half * drawn[0]), half + int((n_steps - half) * drawn[1])]
    gate = other if gates == "constant" else marked
    inputs = np.zeros((3, n_steps))  # of the first marked number, of the second, of all others
    inputs[2] = other * numbers
    for row, place in enumerate(marks):
        inputs[row, place], inputs[2, place] = gate * numbers[place], 0.0
    parts = np.zeros((3, n_steps))
    for t in range(n_steps):
        parts[:, t] = inputs[:, t] + (forget * parts[:, t - 1] if t else 0)
    bias, error = over_streams(forget, gate, other, n_steps)
    return {
        "numbers": numbers,
        "marks": marks,
        "wanted": numbers[marks].sum(),
        "cell": parts.sum(axis=0),
        "first": parts[0],
        "second": parts[1],
        "others": parts[2],
        "kept": [forget ** (n_steps - 1 - place) for place in marks],
        "bias": bias,
        "error": error,
    }
