"""The numbers of the widget ``CircleIntersection`` in NumPy."""

import math
from typing import Any

import numpy as np

from softrecall.hypercube import circle_intersection_fraction
from softrecall.widgets._random import chances

ENDLESS = "infinite"


def fit_exponential(curve: np.ndarray, end: int) -> tuple[float, float, float]:
    """Fit ln(curve) at the distances 0 to `end` by least squares: start, slope and R squared."""
    distances, logs = np.arange(end + 1.0), np.log(curve[: end + 1])
    centred, rises = distances - distances.mean(), logs - logs.mean()
    slope = -(centred @ rises) / (centred @ centred)
    r2 = (centred @ rises) ** 2 / ((centred @ centred) * (rises @ rises))
    return math.exp(logs.mean() + slope * distances.mean()), float(slope), float(r2)


def binomial(u: float, n: int, p: float) -> int:
    """Draw from the binomial distribution by its inverse: the smallest k not exceeded with a chance of at least `u`."""
    if p >= 1:
        return n
    odds = p / (1 - p)
    most = min(n, math.floor((n + 1) * p))
    k, weight, total = most, 1.0, 0.0  # weights are relative to that of the most likely k
    while k < n and weight > 1e-17:
        weight *= (n - k) / (k + 1) * odds
        total += weight
        k += 1
    k, weight, total = most, 1.0, total + 1
    while k > 0 and weight > 1e-17:
        weight *= k / ((n - k + 1) * odds)
        total += weight
        k -= 1
    rest = u * total - weight
    while rest > 0 and k < n:
        weight *= (n - k) / (k + 1) * odds
        rest -= weight
        k += 1
    return k


def lens(share: float) -> float:
    """Give what two discs in a plane have in common, as a share of one; 1 is the distance at which they touch."""
    if share >= 1:
        return 0.0
    return 2 / math.pi * (math.acos(share) - share * math.sqrt(1 - share * share))


def every(last: int, most: int) -> list[int]:
    """Give the distances from 0 to `last` that are drawn if at most `most` of them fit."""
    return list(range(0, last + 1, math.ceil((last + 1) / most)))


def compute(
    n_bits: int,
    radius: int,
    n_locations: int | str,
    max_distance: int | None,
    seed: int,
    distance: int | None,
    **_: Any,
) -> dict[str, Any]:
    """Count what two circles share at each distance, fit it, and draw a sample: see ``compute`` in the script."""
    shared = circle_intersection_fraction(n_bits, radius)
    inside = float(shared[0])
    curve = shared / inside
    last = min(n_bits, 2 * radius)
    expected = None if isinstance(n_locations, str) else n_locations * inside
    fit: dict[str, Any] = dict.fromkeys(("end", "start", "slope", "r2", "beta", "parts", "over"))
    if 2 * radius < n_bits:
        end = min(last, max(1, radius - 1) if max_distance is None else max_distance)
        start, slope, r2 = fit_exponential(curve, end)
        ahead = -slope * np.arange(last + 1) - np.log(curve[: last + 1])
        off = np.flatnonzero(abs(ahead) > math.log(2))
        parts = int(off[0]) if off.size else last + 1
        over, beta = math.exp(ahead[last]), slope * n_bits / 2
        fit = {"end": end, "start": start, "slope": slope, "r2": r2, "beta": beta, "parts": parts, "over": over}
    sample: list[list[int]] = []
    if not isinstance(n_locations, str) and n_locations * inside >= 1:
        luck = chances(seed, n_bits + 1)
        sample = [[h, binomial(float(luck[h]), n_locations, float(shared[h]))] for h in every(last, 25)]
    at = min(n_bits, radius // 2 if distance is None else distance)
    dots = every(last, 60 if n_bits > 90 else n_bits + 1)
    return {
        "curve": curve,
        "inside": inside,
        "expected": expected,
        "last": last,
        **fit,
        "dots": dots,
        "sample": sample,
        "at": at,
        "shared": float(curve[at]),
        "flat": lens(at / (2 * radius)),
    }
