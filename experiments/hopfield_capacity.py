"""Measure how much Hopfield networks hold: the classical one by size and load, and beside others on equal terms.

It writes ``src/softrecall/data/hopfield-capacity.json``. Run it with ``OMP_NUM_THREADS=1 python
experiments/hopfield_capacity.py``: about four minutes on one core.

First question, ``load``: random patterns are stored, and the network starts at one of them, or at one with a tenth of
its units flipped. What is the overlap, the mean of state times pattern, where it settles? ``fixed`` is the share of
patterns that no unit wants to leave.

Second question, ``memories``: five ways to get a pattern of 256 units back from a cue with 40 of them flipped, and how
many patterns each can take. ``right`` counts what came back exactly, ``close`` what came back in all but 5 units. The
projection rule has the same weights to store as Hebb's and makes the stored patterns fixed points even where they are
alike; ``search`` compares the cue with each stored pattern. Whoever is asked gets up to 20 updates; Hebb's rule and the
projection are asked one unit at a time, the others all at once.
"""

from __future__ import annotations

import datetime
import json
import platform
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from softrecall.hopfield import HopfieldNetwork, modern_update

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "data" / "hopfield-capacity.json"
N_SEEDS, N_CUES, MAX_UPDATES = 5, 20, 20
SIZES = (250, 1000, 4000)
LOADS = (0.05, 0.08, 0.1, 0.11, 0.12, 0.125, 0.13, 0.135, 0.138, 0.14, 0.145, 0.15, 0.155, 0.16, 0.17, 0.18, 0.2)
D, FLIPS = 256, 40
COUNTS = (4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048, 4096, 16384, 65536)


def signs(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    return 2 * rng.integers(0, 2, (n, d), dtype=np.int8) - 1


def damaged(patterns: np.ndarray, n_flips: int, rng: np.random.Generator) -> np.ndarray:
    """Flip `n_flips` units of each row, others in each."""
    flips = np.where(np.arange(patterns.shape[1]) < n_flips, -1, 1)
    return patterns * rng.permuted(np.tile(flips, (len(patterns), 1)), axis=1)


def settle(d: int, load: float, seed: int) -> dict:
    """Store `load` times `d` random patterns; ask for some of them, whole and with a tenth of the units flipped."""
    rng = np.random.default_rng([seed, d, round(1000 * load)])
    patterns = signs(rng, round(load * d), d)
    network, goals = HopfieldNetwork(patterns), patterns[:N_CUES]
    found: dict = {"seed": seed}
    for name, n_flips in (("whole", 0), ("damaged", d // 10)):
        runs = [network.recall(cue, rng=rng, max_sweeps=200) for cue in damaged(goals, n_flips, rng)]
        found[name] = [round(float(run.state @ goal) / d, 4) for run, goal in zip(runs, goals, strict=True)]
        found[f"{name}_unsettled"] = sum(not run.is_settled for run in runs)
    found["fixed"] = round(float((network.field(patterns) * patterns >= 0).all(axis=1).mean()), 4)
    return found


def hebb(patterns: np.ndarray, cues: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    network = HopfieldNetwork(patterns)
    return np.stack([network.recall(cue, rng=rng, max_sweeps=MAX_UPDATES).state for cue in cues])


def projection(patterns: np.ndarray, cues: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Weights that project onto the space of the patterns, their diagonal taken away."""
    weights = np.linalg.pinv(patterns.astype(float)) @ patterns
    weights = (weights + weights.T) / 2
    np.fill_diagonal(weights, 0)
    network = HopfieldNetwork.from_weights(weights)
    return np.stack([network.recall(cue, rng=rng, max_sweeps=MAX_UPDATES).state for cue in cues])


def all_at_once(update: Callable[[np.ndarray], np.ndarray], cues: np.ndarray) -> np.ndarray:
    state = cues.astype(np.float32)
    for _ in range(MAX_UPDATES):
        new = np.where(update(state) < 0, -1, 1).astype(np.float32)
        if (new == state).all():
            break
        state = new
    return state


def dense(patterns: np.ndarray, cues: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Votes of the patterns by the square of the dot product: the energy of third order."""
    stored = patterns.astype(np.float32)
    return all_at_once(lambda state: (state @ stored.T / D) ** 2 @ stored, cues)


def softmax(beta: float) -> Callable:
    def recall(patterns: np.ndarray, cues: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        stored = patterns.astype(np.float32)
        return all_at_once(lambda state: modern_update(state, stored, beta), cues)

    return recall


def search(patterns: np.ndarray, cues: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return patterns[(cues.astype(np.float32) @ patterns.T.astype(np.float32)).argmax(axis=1)]


MEMORIES: dict[str, tuple[Callable, int]] = {  # with the largest count it is asked about
    "Hebb": (hebb, 128),
    "projection": (projection, 256),
    "cubic": (dense, 4096),
    "softmax, beta 1/64": (softmax(1 / 64), 4096),
    "softmax, beta 1/16": (softmax(1 / 16), COUNTS[-1]),
    "search": (search, COUNTS[-1]),
}


def compare(name: str, n_patterns: int, seed: int) -> list[int]:
    """Ask one memory for some of its patterns: how many came back exactly, how many closely, how many were asked."""
    rng = np.random.default_rng([seed, n_patterns])  # the same patterns and cues for each memory
    patterns = signs(rng, n_patterns, D)
    goals = patterns[:N_CUES]
    n_wrong = (MEMORIES[name][0](patterns, damaged(goals, FLIPS, rng), rng) != goals).sum(axis=1)
    return [int((n_wrong == 0).sum()), int((n_wrong <= 5).sum()), len(goals)]


def measure() -> dict:
    measured: dict = {"load": {}, "memories": {}}
    for d in SIZES:
        measured["load"][d] = {
            load: [settle(d, load, seed) for seed in range(N_SEEDS if d < 4000 else 3)] for load in LOADS
        }
        print(d, flush=True)
    for name, (_, most) in MEMORIES.items():
        counts = [n for n in COUNTS if n <= most]
        measured["memories"][name] = {n: [compare(name, n, seed) for seed in range(N_SEEDS)] for n in counts}
        print(name, flush=True)
    return measured


def main() -> int:
    about = {
        "command": "python experiments/hopfield_capacity.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "n_cues": N_CUES,
        "damage_of_load": 0.1,
        "d_of_memories": D,
        "flips_of_memories": FLIPS,
    }
    OUT.write_text(json.dumps({"about": about} | measure()) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
