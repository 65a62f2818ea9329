"""Time 1000 neurons over 100 ms; print a table with machine, date and versions.

Run it with ``OMP_NUM_THREADS=1 python benchmarks/neurons.py``. Times are medians of process time, so that other work on
the machine disturbs them little. No test asserts any of these numbers.
"""

from __future__ import annotations

import datetime
import os
import platform
import statistics
import time
from collections.abc import Callable

import numpy as np

from softrecall.neurons import hodgkin_huxley, leaky_integrate_and_fire

N_NEURONS, DURATION_MS = 1000, 100.0


def seconds(call: Callable[[], object], n_runs: int = 5) -> float:
    call()
    times = []
    for _ in range(n_runs):
        start = time.process_time_ns()
        call()
        times.append((time.process_time_ns() - start) / 1e9)
    return statistics.median(times)


def main() -> None:
    print(
        f"{os.cpu_count()} x {platform.machine()}, {datetime.date.today()}, Python {platform.python_version()}, ",
        end="",
    )
    print(f"NumPy {np.__version__}: CPU-s for {N_NEURONS} neurons over {DURATION_MS:.0f} ms\n")
    print("| neuron | method | dt in ms | CPU-s | ns per neuron and step |\n|---|---|---|---|---|")
    patch, cell = np.linspace(0, 20, N_NEURONS), np.linspace(0, 6, N_NEURONS)
    for method, dt_ms in (("rk4", 0.05), ("rk4", 0.01), ("exponential_euler", 0.05), ("exponential_euler", 0.01)):
        time_s = seconds(lambda m=method, dt=dt_ms: hodgkin_huxley(patch, DURATION_MS, dt, m))
        report("Hodgkin-Huxley", method, dt_ms, time_s)
    for dt_ms in (0.1, 0.01):
        current_na = np.repeat(cell[:, None], round(DURATION_MS / dt_ms), axis=1)
        time_s = seconds(lambda now=current_na, dt=dt_ms: leaky_integrate_and_fire(now, dt))
        report("leaky integrate-and-fire", "exact", dt_ms, time_s)


def report(neuron: str, method: str, dt_ms: float, time_s: float) -> None:
    print(f"| {neuron} | {method} | {dt_ms} | {time_s:.2f} | {1e9 * time_s * dt_ms / N_NEURONS / DURATION_MS:.0f} |")


if __name__ == "__main__":
    main()
