"""Time the Sparse Distributed Memory against the usual way and against the memory bus; write ``benchmarks/sdm.md``.

Run it with ``python benchmarks/sdm.py``: half a minute, 0.5 GB. The columns take turns, three calls each after one to
warm up, so that what disturbs the machine disturbs all; times are medians of process time on one thread. No test
asserts them.
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
from softrecall.hypercube import random_bits
from softrecall.sdm import SparseDistributedMemory, _counters

N_BITS, RADIUS = 1000, 451


def milliseconds(calls: dict[str, Callable[[], object]], n_rounds: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(n_rounds):
        for name, call in calls.items():
            call()  # brings its data back into the cache, as in a run of writes or reads
            for _ in range(3):
                start = time.process_time_ns()
                call()
                times[name].append((time.process_time_ns() - start) / 1e6)
    return {name: statistics.median(values) for name, values in times.items()}


def activation(n_locations: int, n_rounds: int, rng: np.random.Generator) -> dict[str, float]:
    """Time one activation, 64 at once, a pass over the packed addresses and, up to 100,000 locations, the usual way."""
    memory = SparseDistributedMemory(N_BITS, n_locations, RADIUS, n_data_bits=1, rng=rng, counter_dtype=np.int8)
    words = memory._locations.words
    cues = random_bits(64, N_BITS, rng)
    calls = {
        "stream": lambda: np.add.reduce(words, axis=None),
        "single": lambda: memory.activate(cues[0]),
        "batch": lambda: memory.activate(cues),
    }
    if n_locations <= 100_000:
        unpacked = memory.addresses()
        if not np.array_equal(np.flatnonzero((unpacked != cues[0]).sum(1) <= RADIUS), memory.activate(cues[0])[0]):
            raise RuntimeError("the two ways disagree: nothing to compare")
        calls["usual"] = lambda: (unpacked != cues[0]).sum(1) <= RADIUS
    times = milliseconds(calls, n_rounds)
    return times | {"batch": times["batch"] / 64}


def writing(dtype: type, rng: np.random.Generator) -> dict[str, float]:
    """Time what a write and a read do after the activation, against adding without saturation and ``np.add.at``."""
    memory = SparseDistributedMemory(N_BITS, 100_000, RADIUS, rng=rng, counter_dtype=dtype)
    counters, bits = memory._counters, random_bits(1, N_BITS, rng)[0]
    [active], step, sums = memory.activate(bits), 2 * bits.astype(dtype) - 1, np.empty(N_BITS, dtype=np.int64)

    def plain() -> None:
        counters[active] += step

    calls = {
        "plain": plain,
        "saturating": lambda: _counters.add(counters, active, bits),
        "add.at": lambda: np.add.at(counters, active, step),
        "pool": lambda: _counters.pool(counters, active, sums),
    }
    return milliseconds(calls, 21)


def processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def table() -> str:
    rng = np.random.default_rng(7)
    lines = [
        "# Sparse Distributed Memory: measured\n",
        "Written by `benchmarks/sdm.py`; do not edit.\n",
        f"{processor()}, {os.cpu_count()} cores, {platform.system()}; {datetime.date.today()}.",
        f"Python {platform.python_version()}, NumPy {np.__version__}, softrecall {softrecall.__version__}.",
        f"{N_BITS} bits, radius {RADIUS}; medians of process time, one thread, in ms.\n",
        "## Activation\n",
        "*usual* is `(A != q).sum(1) <= d` on uint8; *stream* adds up the packed addresses, once.\n",
        "| locations | usual | stream | one address | usual / one | one / stream | of a batch of 64, each |",
        "|---|---|---|---|---|---|---|",
    ]
    for n_locations, n_rounds in ((10_000, 21), (100_000, 9), (1_000_000, 3)):
        t = activation(n_locations, n_rounds, rng)
        usual, gain = (f"{t['usual']:.2f}", f"{t['usual'] / t['single']:.0f}") if "usual" in t else ("-", "-")
        ratios = f"{t['single']:.3f} | {gain} | {t['single'] / t['stream']:.1f}"
        lines.append(f"| {n_locations:,} | {usual} | {t['stream']:.3f} | {ratios} | {t['batch']:.3f} |")
    lines += [
        "\n## Counters: one pattern, 100,000 locations, after the activation\n",
        "| dtype | `C[idx] += x` | the same, saturating | `np.add.at` | pooled for a read |",
        "|---|---|---|---|---|",
    ]
    for dtype in (np.int8, np.int16, np.int32, np.int64):
        t = writing(dtype, rng)
        lines.append(f"| {dtype.__name__} | {' | '.join(f'{t[name]:.3f}' for name in t)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    text = table()
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
