"""The numbers of the widget ``GradientScaling`` in NumPy."""

import math
from typing import Any

import numpy as np

from softrecall.widgets._random import chances

UNITS, WARM_UP, FARTHEST = 16, 20, 100


def multiply(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Multiply matrices with sums from left to right, as the script does: the same in every digit."""
    product = np.zeros((len(a), b.shape[1]))
    for k in range(a.shape[1]):
        product += a[:, k, None] * b[k]
    return product


def spectral_radius(matrix: np.ndarray) -> float:
    """Give the largest modulus of the eigenvalues: the root of the size of a high power, by 50 squarings."""
    sizes = []
    for _ in range(50):
        sizes.append(abs(matrix).max())
        matrix = matrix / sizes[-1]
        matrix = multiply(matrix, matrix)
    root = 1.0
    for size in sizes[::-1]:
        root = size * math.sqrt(root)
    return float(root)


def saturate(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give tanh(x) and its slope by arithmetic alone, the same in every engine: a continued fraction, doubled."""
    y = x / 64
    fraction = np.full_like(y, 13.0)
    for odd in (11, 9, 7, 5, 3, 1):
        fraction = odd + y * y / fraction
    h = y / fraction
    slope = 1 - h * h
    for _ in range(6):
        h = 2 * h / (1 + h * h)
        root = slope / (2 - slope)
        slope = root * root
    return h, slope


def network(weight: float, drive: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw a network and run it forward from rest: its weights, and 1 - h^2 of its units at each step."""
    numbers = 2 * chances(seed, UNITS * (UNITS + WARM_UP + FARTHEST)) - 1
    weights = numbers[: UNITS * UNITS].reshape(UNITS, UNITS)
    weights = weights * (weight / spectral_radius(weights))
    hidden, slopes = np.zeros((UNITS, 1)), []
    for inputs in numbers[UNITS * UNITS :].reshape(-1, UNITS, 1):
        sums = drive * inputs
        for j in range(UNITS):
            sums = sums + weights[:, j, None] * hidden[j]
        hidden, slope = saturate(sums)
        slopes.append(slope[:, 0])
    return weights, np.array(slopes)


def compute(
    weight: float, n_steps: int, activation: str, drive: float, forget: float, clip: float | None, seed: int, **_: Any
) -> dict[str, Any]:
    """Carry the gradient back through time, `n_steps` steps."""
    weights, slopes = network(weight, drive, seed)
    slopes = np.ones((n_steps, UNITS)) if activation == "linear" else slopes[::-1][:n_steps]
    product, sizes = np.eye(UNITS), [1.0]
    for slope in slopes:
        product = multiply(weights.T * slope, product)
        norm = math.sqrt((product**2).sum() / UNITS)
        sizes.append(sizes[-1] * norm)
        product /= norm
    back = np.array(sizes)
    steps = np.arange(n_steps + 1.0)
    total = math.sqrt((back**2).sum())
    factor = None if clip is None else min(1.0, clip / total)
    return {
        "network": back,
        "scalar": weight**steps,
        "gated": forget**steps,
        "slope": float(slopes.mean()),
        "rate": sizes[-1] ** (1 / n_steps),
        "total": total,
        "factor": factor,
        "clipped": None if factor is None else back * factor,
    }
