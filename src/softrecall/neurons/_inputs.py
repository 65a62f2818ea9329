"""What both kinds of neuron take: one number or an array of them, and a whole number of steps."""

from __future__ import annotations

import math
import numbers

import numpy as np

from softrecall._checks import as_numeric, check_finite, check_number, check_positive

V_REST_MV = -65.0


def number_or_array(name: str, x: object) -> np.ndarray:
    """Turn one finite number into an array without axes, an array of them into float64.

    Examples
    --------
    >>> number_or_array("v_mv", -65).shape, number_or_array("v_mv", [-65, -40]).shape
    ((), (2,))
    """
    if x is None or isinstance(x, (numbers.Complex, str)):
        return np.asarray(check_number(name, x))
    array = as_numeric(name, x).astype(np.float64)
    check_finite(name, array)
    return array


def whole_steps(duration_ms: object, dt_ms: object) -> tuple[int, float]:
    """Return how many steps of `dt_ms` fill `duration_ms`, and the step. A rest of a step is refused.

    Examples
    --------
    >>> whole_steps(100, 0.05)
    (2000, 0.05)
    >>> whole_steps(100, 0.03)
    Traceback (most recent call last):
    ValueError: duration_ms: must be a whole number of steps of dt_ms = 0.03; got 100.0
    """
    duration, dt = check_positive("duration_ms", duration_ms), check_positive("dt_ms", dt_ms)
    n_steps = round(duration / dt) if duration / dt < 1e9 else 0
    if n_steps < 1 or not math.isclose(n_steps * dt, duration, rel_tol=1e-9):
        raise ValueError(f"duration_ms: must be a whole number of steps of dt_ms = {dt}; got {duration}")
    return n_steps, dt
