"""The numbers of the widget ``LifNeuron`` in NumPy."""

import math
from typing import Any

import numpy as np

from softrecall.neurons import G_K_MS_CM2, G_NA_MS_CM2, V_REST_MV, hodgkin_huxley, leaky_integrate_and_fire, lif_rate_hz
from softrecall.widgets._random import chances

STEP_MS, RUN_MS, SHOWN_MS, R_MOHM = 0.5, 1000, 200, 10.0
CURRENTS_NA = np.arange(201) / 50
AXON_STEP_MS, AXON_MS = 0.05, 20

FLOORS = {"v": 1e-7, "peak": 1e-7, "variation": 1e-9}  # mV; a standard deviation that is 0 but for rounding


class _Shared(np.random.Generator):
    """The random stream of a seed that the script has as well: an exponential wait for each step."""

    def __init__(self, seed: int) -> None:
        super().__init__(np.random.PCG64(seed))
        self._waits = iter(-np.log(chances(seed, round(RUN_MS / STEP_MS))))

    def standard_exponential(self, size: int = 1) -> np.ndarray:  # type: ignore[override]
        """The next `size` waits."""
        return np.array([next(self._waits) for _ in range(size)])


def compute(view: str, **state: Any) -> dict[str, Any]:
    """Run the neuron or the axon: see ``neuron`` and ``gates`` in the script for each part."""
    return _gates(**state) if view == "gates" else _neuron(**state)


def _neuron(current: float, tau: float, threshold: float, noise: float, seed: int, **_: Any) -> dict[str, Any]:
    cell = {"tau_ms": tau, "r_mohm": R_MOHM, "v_threshold_mv": threshold}
    soft = {"escape_mv": noise, "rng": _Shared(seed)} if noise > 0 else {}
    given = np.full(round(RUN_MS / STEP_MS), current)
    trace = leaky_integrate_and_fire(given, STEP_MS, **cell, **soft)  # type: ignore[arg-type]
    spikes = np.asarray(trace.spike_times_ms)
    intervals = np.diff(spikes)
    return {
        "v": trace.v_mv[: round(SHOWN_MS / STEP_MS) + 1],
        "spikes": spikes,
        "n_spikes": len(spikes),
        "variation": intervals.std() / intervals.mean() if len(intervals) > 1 else None,
        "least": (threshold - V_REST_MV) / R_MOHM,
        "rate": float(lif_rate_hz(current, **cell)),
        "half": float(lif_rate_hz(current / 2, **cell)),
        "curve": lif_rate_hz(CURRENTS_NA, **cell),
    }


def _gates(kick: float, time: float, **_: Any) -> dict[str, Any]:
    trace = hodgkin_huxley(0.0, AXON_MS, AXON_STEP_MS, v_start_mv=V_REST_MV + kick)
    now = math.floor(time / AXON_STEP_MS + 0.5)
    n, m, h = trace.n[now], trace.m[now], trace.h[now]
    return {
        **{"v": trace.v_mv, "n": trace.n, "m": trace.m, "h": trace.h, "now": now},
        **{"sodium": G_NA_MS_CM2 * m**3 * h, "potassium": G_K_MS_CM2 * n**4},
        "peak": trace.v_mv.max(),
        "top": int(trace.v_mv.argmax()) if trace.v_mv.max() > 0 else None,
    }
