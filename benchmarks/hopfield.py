"""Time the recall of a Hopfield network against the plain way; write ``benchmarks/hopfield.md``.

Run it with ``OMP_NUM_THREADS=1 python benchmarks/hopfield.py``: half a minute. The columns take turns, so that what
disturbs the machine disturbs all; times are medians of process time on one thread. No test asserts them.
"""

from __future__ import annotations

import datetime
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import softrecall
from softrecall.hopfield import HopfieldNetwork


def plain(weights: np.ndarray, state: np.ndarray, seed: int) -> np.ndarray:
    """Recall with the field of each unit computed when its turn comes."""
    state, rng = state.copy(), np.random.default_rng(seed)
    changed = True
    while changed:
        changed = False
        for unit in rng.permutation(len(state)):
            if (weights[unit] @ state) * state[unit] < 0:
                state[unit] *= -1
                changed = True
    return state


def milliseconds(calls: dict[str, Callable[[], object]], n_rounds: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(n_rounds):
        for name, call in calls.items():
            start = time.process_time_ns()
            call()
            times[name].append((time.process_time_ns() - start) / 1e6)
    return {name: statistics.median(values) for name, values in times.items()}


def row(d: int, n_patterns: int, n_rounds: int) -> str:
    rng = np.random.default_rng(7)
    patterns = rng.choice([-1.0, 1.0], (n_patterns, d))
    cue = patterns[0] * rng.permuted(np.where(np.arange(d) < d // 10, -1, 1))
    dense, lean = HopfieldNetwork(patterns), HopfieldNetwork(patterns, is_dense=False)
    weights, single = dense.weights.astype(np.float32), cue.astype(np.float32)
    calls: dict[str, Callable[[], object]] = {
        "plain": lambda: plain(weights, single, 1),
        "dense": lambda: dense.recall(cue, rng=np.random.default_rng(1)),
        "lean": lambda: lean.recall(cue, rng=np.random.default_rng(1)),
    }
    ends = plain(weights, single, 1), calls["dense"]().state, calls["lean"]().state  # type: ignore[attr-defined]
    if not all(np.array_equal(ends[0], end) for end in ends):
        raise RuntimeError("the ways disagree: nothing to compare")
    t = milliseconds(calls, n_rounds)
    sweeps = dense.recall(cue, rng=np.random.default_rng(1)).n_sweeps
    times = f"{t['plain']:.2f} | {t['dense']:.2f} | {t['plain'] / t['dense']:.1f} | {t['lean']:.2f}"
    return f"| {d:,} | {n_patterns} | {sweeps} | {times} |"


def processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def table() -> str:
    lines = [
        "# Hopfield networks: measured\n",
        "Written by `benchmarks/hopfield.py`; do not edit.\n",
        f"{processor()}, {os.cpu_count()} cores, {platform.system()}; {datetime.date.today()}.",
        f"Python {platform.python_version()}, NumPy {np.__version__}, softrecall {softrecall.__version__}.",
        "Recall from a cue with a tenth of its units flipped, until nothing changes; medians of process time, one",
        "thread, in ms. *plain* computes each field anew, in float32; *recall* adds a column where a unit flips;",
        "*lean* does so without stored weights. All three end in the same state.\n",
        "| units | patterns | sweeps that change something | plain | recall | plain / recall | lean |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [row(d, n, rounds) for d, n, rounds in ((256, 16, 41), (1000, 100, 21), (1000, 130, 21), (4000, 400, 7))]
    return "\n".join(lines) + "\n"


def main() -> None:
    text = table()
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
