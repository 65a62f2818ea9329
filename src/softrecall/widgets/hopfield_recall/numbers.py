"""The numbers of the widget ``HopfieldRecall`` in NumPy: the package's own networks, visited in the widget's order."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from softrecall.hopfield import HopfieldNetwork, modern_update
from softrecall.widgets._random import stream
from softrecall.widgets.noisy_recall.numbers import N_BITS, N_WORDS, bits_of, named_bits, words_of

MOST, SWEEPS, STEP = 40, 6, 16  # patterns, sweeps, and visits from one point of the energy's curve to the next
DARK = 1e-9  # a pixel above it is dark: 0 is what a tie leaves, up to its last digit
STILL = 1e-6  # a pixel that moves less than this has settled
FLOORS = {
    "state": 1e-12,
    "overlaps": 1e-12,
    "stray": 1e-12,
    "energies": 1e-9,
    "goal_energy": 1e-9,
    "lowest": 1e-9,
    "deepest": 1e-9,
}


def modern_energy(state: np.ndarray, patterns: np.ndarray, beta: float) -> float:
    """Compute the energy that the modern update never raises: 0 for a single pattern at the pattern itself."""
    scores = beta * patterns @ state  # (n_patterns,)
    top = scores.max()
    most = (top + np.log(np.exp(scores - top).mean())) / beta
    return float((state @ state + patterns.shape[1]) / 2 - most)


def fall(cue: np.ndarray, patterns: np.ndarray, noise: int, visits: int) -> tuple[np.ndarray, list[float]]:
    """Visit units in the widget's order: the state, and its energy at the cue and after every few visits."""
    network = HopfieldNetwork(patterns, is_dense=False)
    orders = [np.argsort(stream(20_000 + SWEEPS * noise + t, N_BITS), kind="stable") for t in range(SWEEPS)]
    order = np.concatenate(orders)[:visits]
    state, energies = cue, [float(network.energy(cue))]
    for start in range(0, visits, STEP):
        state = network.sweep(state, order[start : start + STEP])
        energies.append(float(network.energy(state)))
    return state, energies


def leap(cue: np.ndarray, patterns: np.ndarray, beta: float, updates: int) -> tuple[np.ndarray, list[float]]:
    """Move all units at once, a few times: the state, and its energy at the cue and after each update."""
    state, energies = cue, [modern_energy(cue, patterns, beta)]
    for _update in range(updates):
        state = modern_update(state, patterns, beta)
        energies.append(modern_energy(state, patterns, beta))
    return state, energies


def compute(
    sets: Mapping[str, Sequence[Sequence[str]]], flips: int, load: int, stored: str, target: int, drawn: str,
    noise: int, update: str, beta: float, visits: int, **_: Any,
) -> dict[str, Any]:  # fmt: skip
    """Store patterns, flip pixels of a picture, and let the state move for so many visits."""
    eight = named_bits(sets[stored])
    patterns = np.concatenate([eight, bits_of(stream(2, (MOST - len(eight)) * N_WORDS))])[:load] * 2.0 - 1
    cue = named_bits([("drawn", drawn.ljust(64, "0"))])[0] if drawn else eight[target].copy()
    cue[np.argsort(stream(3 + noise, N_BITS), kind="stable")[:flips]] ^= 1
    first = cue * 2.0 - 1
    if update == "classical":
        network = HopfieldNetwork(patterns, is_dense=False)
        state, energies = fall(first, patterns, noise, visits)
        lowest = fall(first, patterns, noise, SWEEPS * N_BITS)[1][-1]
        restless = int((state * network.field(state) < 0).sum())
        levels = [float(network.energy(one)) for one in patterns]
        goal_energy = float(network.energy(eight[target] * 2.0 - 1))
    else:
        state, energies = leap(first, patterns, beta, visits // N_BITS)
        lowest = leap(first, patterns, beta, SWEEPS)[1][-1]
        restless = int((np.abs(modern_update(state, patterns, beta) - state) > STILL).sum())
        levels = [modern_energy(one, patterns, beta) for one in patterns]
        goal_energy = modern_energy(eight[target] * 2.0 - 1, patterns, beta)
    overlaps = (eight * 2.0 - 1) @ state / N_BITS
    strays = patterns[8:] @ state / N_BITS
    known = np.abs(overlaps[:load]).round(9)
    nearest = int(known.argmax())
    return {
        "cue": words_of(cue),
        "dark": int(cue.sum()),
        "wrong": int((cue != eight[target]).sum()),
        "state": state,
        "energies": energies,
        "lowest": lowest,
        "goal_energy": goal_energy,
        "deepest": min(levels),
        "restless": restless,
        "overlaps": overlaps,
        "stray": float(strays[np.abs(strays).round(9).argmax()]) if len(strays) else 0.0,
        "nearest": nearest,
        "away": int(((state > DARK) != eight[nearest]).sum()),
    }
