"""Time the circle intersection and the import of the NumPy floors; print a table with machine, date and versions.

Run it with ``python benchmarks/hypercube.py``. Times are medians of process time, so that other work on the machine
disturbs them little. No test asserts any of these numbers.
"""

from __future__ import annotations

import datetime
import math
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import softrecall
from softrecall.hypercube import ball_fraction, circle_intersection, circle_intersection_fraction, radius_for_fraction


def per_distance_log_space(n_bits: int, radius: int) -> np.ndarray:
    """The usual way: for each distance a double sum of binomials, from logarithms of factorials."""
    log_factorial = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1.0, n_bits + 1)))))

    def log_binomials(n: int) -> np.ndarray:
        return log_factorial[n] - log_factorial[: n + 1] - log_factorial[n::-1]

    fractions = np.zeros(n_bits + 1)
    for distance in range(n_bits + 1):
        rest = np.cumsum(np.exp(log_binomials(n_bits - distance) - n_bits * math.log(2)))
        i = np.arange(distance + 1)  # of the bits in which the centres differ, those that differ from the first
        k_max = radius - np.maximum(i, distance - i)
        is_inside = k_max >= 0
        within = rest[np.minimum(k_max[is_inside], n_bits - distance)]
        fractions[distance] = (np.exp(log_binomials(distance)[is_inside]) * within).sum()
    return fractions


def milliseconds(call: Callable[[], object], n_runs: int) -> float:
    call()
    times = []
    for _ in range(n_runs):
        start = time.process_time_ns()
        call()
        times.append((time.process_time_ns() - start) / 1e6)
    return statistics.median(times)


def import_seconds(modules: str, n_runs: int = 11) -> float:
    times = []
    for _ in range(n_runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", f"import {modules}"], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(times)


def processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def main() -> None:
    print(f"{processor()}, {os.cpu_count()} cores, {platform.system()}; {datetime.date.today()}")
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, softrecall {softrecall.__version__}\n")
    print("| n_bits | radius | exact counts, ms | fractions, ms | per-distance sum, ms | ratio | largest rel. error |")
    print("|---|---|---|---|---|---|---|")
    for n_bits, radius in ((256, 109), (1000, 451), (1024, 462)):
        exact = np.array([count / 2**n_bits for count in circle_intersection(n_bits, radius)])
        seen, slow = circle_intersection_fraction(n_bits, radius), per_distance_log_space(n_bits, radius)
        if not np.allclose(slow, exact, rtol=1e-9):
            raise RuntimeError("the per-distance sum is wrong: nothing to compare with")
        error = (np.abs(seen - exact)[exact > 1e-300] / exact[exact > 1e-300]).max()
        t_exact = milliseconds(lambda n=n_bits, d=radius: circle_intersection(n, d), 5)
        t_fast = milliseconds(lambda n=n_bits, d=radius: circle_intersection_fraction(n, d), 501)
        t_slow = milliseconds(lambda n=n_bits, d=radius: per_distance_log_space(n, d), 9)
        times = f"{t_exact:.2f} | {t_fast:.3f} | {t_slow:.1f} | {t_slow / t_fast:.0f}"
        print(f"| {n_bits} | {radius} | {times} | {error:.0e} |")
    print(f"\nball_fraction(1000, 451): {milliseconds(lambda: ball_fraction(1000, 451), 101):.3f} ms")
    print(f"radius_for_fraction(1000, 0.001): {milliseconds(lambda: radius_for_fraction(1000, 0.001), 101):.3f} ms")
    alone, floors = import_seconds("numpy"), import_seconds("softrecall.similarity, softrecall.hypercube")
    print(f"import: numpy {alone:.3f} s, softrecall.similarity and softrecall.hypercube {floors:.3f} s", end=" ")
    print(f"({floors / alone:.2f} times)")


if __name__ == "__main__":
    main()
