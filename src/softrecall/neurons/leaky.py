"""A membrane that leaks and adds, alone and with a threshold: the leaky integrate-and-fire neuron."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from softrecall._checks import as_numeric, check_finite, check_generator, check_number, check_positive, refuse_overflow
from softrecall.neurons._inputs import V_REST_MV, number_or_array

__all__ = [
    "LeakyTrace",
    "escape_rate_per_ms",
    "leaky_integrate_and_fire",
    "lif_rate_hz",
    "membrane_step_response",
]


@dataclass(frozen=True, eq=False)
class LeakyTrace:
    """What `leaky_integrate_and_fire` saw.

    - ``t_ms``, (n_steps + 1,): the ends of the steps, from 0.
    - ``v_mv``, (n_steps + 1,) or (n_neurons, n_steps + 1): the voltage then. A spike has no shape of its own: the
      voltage jumps from the threshold to the reset.
    - ``spike_times_ms``, (n_spikes,), or a list with one such array per neuron: when it fired; not bound to the grid of
      steps.
    """

    t_ms: np.ndarray
    v_mv: np.ndarray
    spike_times_ms: np.ndarray | list[np.ndarray]


class _Cell(NamedTuple):
    """The checked constants of a leaky integrate-and-fire neuron."""

    tau: float
    r: float
    rest: float
    threshold: float
    reset: float
    refractory: float


def _check_cell(tau: float, r: float, rest: float, threshold: float, reset: float, refractory: float) -> _Cell:
    cell = _Cell(
        check_positive("tau_ms", tau),
        check_positive("r_mohm", r),
        check_number("v_rest_mv", rest),
        check_number("v_threshold_mv", threshold),
        check_number("v_reset_mv", reset),
        check_number("refractory_ms", refractory, low=0),
    )
    if not cell.rest < cell.threshold:
        raise ValueError(f"v_rest_mv: must be below v_threshold_mv, {threshold} (a resting cell is silent); got {rest}")
    if not cell.reset < cell.threshold:
        raise ValueError(f"v_reset_mv: must be below v_threshold_mv, {threshold} (it would not stop); got {reset}")
    return cell


def membrane_step_response(
    t_ms: ArrayLike,
    current_na: float,
    *,
    tau_ms: float = 10.0,
    r_mohm: float = 10.0,
    v_rest_mv: float = V_REST_MV,
    duration_ms: float | None = None,
) -> np.ndarray:
    r"""Give the voltage of a passive membrane whose current is switched on at 0 ms.

    .. math:: \tau_m \frac{dV}{dt} = -(V - V_{rest}) + R I, \qquad
        V(t) = V_{rest} + R I \left(1 - e^{-t / \tau_m}\right)

    Parameters
    ----------
    t_ms : (...) or float
        When to look, in ms; before 0 the membrane rests. Not modified.
    current_na : float
        The current in nA; below 0 it lowers the voltage.
    tau_ms : float
        Membrane time constant, resistance times capacitance, above 0.
    r_mohm : float
        Membrane resistance in MOhm, above 0.
    v_rest_mv : float
        Voltage without any current.
    duration_ms : float or None
        When the current is switched off again, in ms, >= 0; None leaves it on.

    Returns
    -------
    (...)
        The voltage in mV, float64.

    Raises
    ------
    TypeError
        If an argument is no number.
    ValueError
        If a number is not finite or out of its range.

    References
    ----------
    Gerstner et al. (2014), Neuronal Dynamics, section 1.3.

    Examples
    --------
    >>> membrane_step_response([0, 10, 1000], 2.0).round(2)
    array([-65.  , -52.36, -45.  ])
    >>> membrane_step_response([10, 1000], 2.0, duration_ms=10).round(2)
    array([-52.36, -65.  ])
    """
    times, current = number_or_array("t_ms", t_ms), check_number("current_na", current_na)
    tau, r = check_positive("tau_ms", tau_ms), check_positive("r_mohm", r_mohm)
    rise = -np.expm1(-np.maximum(times, 0) / tau)
    if duration_ms is not None:  # switching off is switching on the opposite current as well
        rise += np.expm1(-np.maximum(times - check_number("duration_ms", duration_ms, low=0), 0) / tau)
    return check_number("v_rest_mv", v_rest_mv) + r * current * rise


def lif_rate_hz(
    current_na: ArrayLike,
    *,
    tau_ms: float = 10.0,
    r_mohm: float = 10.0,
    v_rest_mv: float = V_REST_MV,
    v_threshold_mv: float = -50.0,
    v_reset_mv: float = -65.0,
    refractory_ms: float = 2.0,
) -> np.ndarray:
    r"""Give the firing rate of a leaky integrate-and-fire neuron for a constant current, in closed form.

    .. math:: f = \left[ t_{ref} + \tau_m \ln \frac{V_{rest} + R I - V_{reset}}{V_{rest} + R I - V_{th}} \right]^{-1}

    It is 0 where the current alone cannot lift the voltage above the threshold.

    Parameters
    ----------
    current_na : (...) or float
        Constant currents in nA. Not modified.
    tau_ms, r_mohm, v_rest_mv, v_threshold_mv, v_reset_mv, refractory_ms : float
        The cell, as in `leaky_integrate_and_fire`.

    Returns
    -------
    (...)
        Spikes per second, float64.

    Raises
    ------
    TypeError
        If an argument is no number.
    ValueError
        If a number is not finite or out of its range, or the rest or the reset is not below the threshold.

    References
    ----------
    Gerstner et al. (2014), Neuronal Dynamics, section 1.3.

    Examples
    --------
    >>> lif_rate_hz([1.5, 1.6, 2.0, 4.0]).round(2)
    array([  0.  ,  33.64,  63.04, 149.25])
    """
    current = number_or_array("current_na", current_na)
    cell = _check_cell(tau_ms, r_mohm, v_rest_mv, v_threshold_mv, v_reset_mv, refractory_ms)
    v_end = cell.rest + cell.r * current
    fires = v_end > cell.threshold
    above = np.where(fires, v_end - cell.threshold, 1.0)
    interval_ms = cell.refractory + cell.tau * np.log1p((cell.threshold - cell.reset) / above)
    return np.where(fires, 1000.0 / interval_ms, 0.0)


def escape_rate_per_ms(
    v_mv: ArrayLike,
    *,
    escape_mv: float,
    v_threshold_mv: float = -50.0,
    escape_per_ms: float = 1.0,
) -> np.ndarray:
    r"""Give the chance per ms that a neuron with a soft threshold fires (its hazard).

    .. math:: \rho(V) = \rho_0 \, e^{(V - V_{th}) / \Delta}

    Parameters
    ----------
    v_mv : (...) or float
        Voltages in mV. Not modified.
    escape_mv : float
        How soft the threshold is: so many mV change the chance by a factor e. Above 0.
    v_threshold_mv : float
        Where the chance is `escape_per_ms`.
    escape_per_ms : float
        The chance at the threshold, per ms, above 0.

    Returns
    -------
    (...)
        Spikes per ms, float64.

    Raises
    ------
    TypeError
        If an argument is no number.
    ValueError
        If a number is not finite or out of its range, or the result overflows.

    References
    ----------
    Gerstner et al. (2014), Neuronal Dynamics, section 9.1.

    Examples
    --------
    >>> escape_rate_per_ms([-55, -50, -45], escape_mv=2.5).round(3)
    array([0.135, 1.   , 7.389])
    """
    v, width = number_or_array("v_mv", v_mv), check_positive("escape_mv", escape_mv)
    threshold = check_number("v_threshold_mv", v_threshold_mv)
    with np.errstate(over="ignore", under="ignore"):
        rate = check_positive("escape_per_ms", escape_per_ms) * np.exp((v - threshold) / width)
    if not np.isfinite(rate).all():
        raise ValueError(f"escape_mv: must be larger (the chance to fire overflows); got {escape_mv}")
    return rate


def leaky_integrate_and_fire(
    current_na: ArrayLike,
    dt_ms: float,
    *,
    tau_ms: float = 10.0,
    r_mohm: float = 10.0,
    v_rest_mv: float = V_REST_MV,
    v_threshold_mv: float = -50.0,
    v_reset_mv: float = -65.0,
    refractory_ms: float = 2.0,
    escape_mv: float | None = None,
    escape_per_ms: float = 1.0,
    rng: np.random.Generator | None = None,
) -> LeakyTrace:
    r"""Run a membrane that leaks, adds up its current, and is reset when it reaches the threshold.

    .. math:: \tau_m \frac{dV}{dt} = -(V - V_{rest}) + R I(t)

    The current is constant during a step, so that the exponential update is exact for any step, and so is the moment
    at which the voltage meets the threshold. The voltage then jumps to the reset, stays there for the refractory time
    and sets off again, in the middle of a step where need be.

    With `escape_mv` the threshold is soft: the neuron fires by chance, with the hazard that `escape_rate_per_ms` gives
    for the voltage in the middle of each step, at most once per step.

    Parameters
    ----------
    current_na : (n_steps,) or (n_neurons, n_steps)
        The current in nA, one value a step. Not modified.
    dt_ms : float
        Length of a step, above 0 and shorter than any interval between two spikes.
    tau_ms : float
        Membrane time constant, above 0.
    r_mohm : float
        Membrane resistance in MOhm, above 0.
    v_rest_mv : float
        Where the voltage starts, and where it leaks to; below the threshold.
    v_threshold_mv : float
        Where the neuron fires.
    v_reset_mv : float
        Where the voltage is after a spike; below the threshold.
    refractory_ms : float
        For how long the voltage is held there, >= 0.
    escape_mv : float or None
        How soft the threshold is, above 0; None fires exactly at the threshold.
    escape_per_ms : float
        With `escape_mv`, the chance per ms to fire while at the threshold, above 0.
    rng : numpy.random.Generator or None
        Needed with `escape_mv`, unused without: one exponential draw for each neuron and step.

    Returns
    -------
    LeakyTrace
        `t_ms`, `v_mv` and `spike_times_ms`; one row, or one list entry, per neuron if `current_na` has rows.

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If a number is not finite or out of its range, `current_na` has more than two axes, the rest or the reset is
        not below the threshold, or a neuron fires twice within a step.

    References
    ----------
    Lapicque (1907), J. Physiol. Pathol. Gen. 9, 620-635; Gerstner et al. (2014), Neuronal Dynamics, sections 1.3
    and 9.1.

    Examples
    --------
    >>> trace = leaky_integrate_and_fire(np.full(500, 2.0), dt_ms=0.1)
    >>> trace.spike_times_ms.round(3)
    array([13.863, 29.726, 45.589])
    >>> trace.t_ms.shape, trace.v_mv.shape
    ((501,), (501,))
    """
    current = as_numeric("current_na", current_na).astype(np.float64)
    check_finite("current_na", current)
    if current.ndim > 2:
        raise ValueError(f"current_na: must be (n_steps,) or (n_neurons, n_steps); got shape {current.shape}")
    dt = check_positive("dt_ms", dt_ms)
    cell = _check_cell(tau_ms, r_mohm, v_rest_mv, v_threshold_mv, v_reset_mv, refractory_ms)
    at_threshold = check_positive("escape_per_ms", escape_per_ms)
    soft = None if escape_mv is None else (check_positive("escape_mv", escape_mv), at_threshold)
    generator = None if soft is None and rng is None else check_generator("rng", rng)
    with np.errstate(all="ignore"):  # times to a threshold that is out of reach are NaN or infinite, and not used
        refuse_overflow("current_na, r_mohm", "products", current * cell.r)
        v_mv, neurons, times = _run(cell, np.atleast_2d(current), dt, soft, generator)
    order = np.argsort(neurons, kind="stable")  # the spikes come step by step
    spikes = np.split(times[order], np.searchsorted(neurons[order], np.arange(1, len(v_mv))))
    t_ms = dt * np.arange(current.shape[-1] + 1)
    return LeakyTrace(t_ms, v_mv, spikes) if current.ndim == 2 else LeakyTrace(t_ms, v_mv[0], spikes[0])


def _run(
    cell: _Cell, current: np.ndarray, dt: float, soft: tuple[float, float] | None, rng: np.random.Generator | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Step through (n_neurons, n_steps); give voltages, and for each spike its neuron and its time."""
    n_neurons, n_steps = current.shape
    trace = np.empty((n_neurons, n_steps + 1))
    v = trace[:, 0] = np.full(n_neurons, cell.rest)
    free = np.zeros(n_neurons)  # when the voltage may move again
    spikes = [(np.zeros(0, np.int64), np.zeros(0))]
    for step in range(n_steps):
        v_end = cell.rest + cell.r * current[:, step]
        start, stop = np.maximum(step * dt, free), (step + 1) * dt
        span = np.maximum(stop - start, 0)
        wait = _wait(cell, v, v_end, span) if soft is None or rng is None else _chance(cell, v, v_end, span, soft, rng)
        v = v_end + (v - v_end) * np.exp(-span / cell.tau)
        fires = np.flatnonzero(wait <= span)
        if fires.size:
            times = start[fires] + wait[fires]
            spikes.append((fires, times))
            free[fires] = times + cell.refractory
            rest_of_step = np.maximum(stop - free[fires], 0)
            v[fires] = v_end[fires] + (cell.reset - v_end[fires]) * np.exp(-rest_of_step / cell.tau)
            if soft is None and (v[fires] >= cell.threshold).any():
                raise ValueError(f"dt_ms: must be shorter (a neuron fires twice within a step); got {dt}")
        trace[:, step + 1] = v
    neurons, times = (np.concatenate(part) for part in zip(*spikes, strict=True))
    return trace, neurons, times


def _wait(cell: _Cell, v: np.ndarray, v_end: np.ndarray, span: np.ndarray) -> np.ndarray:
    """Give the ms until the voltage meets the threshold; infinite where it never does."""
    wait = cell.tau * np.log1p((cell.threshold - v) / (v_end - cell.threshold))
    return np.where((span > 0) & (v_end > cell.threshold), wait, np.inf)


def _chance(
    cell: _Cell,
    v: np.ndarray,
    v_end: np.ndarray,
    span: np.ndarray,
    soft: tuple[float, float],
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw the ms until a neuron fires whose hazard is that of the voltage in the middle of the span."""
    width, at_threshold = soft
    middle = v_end + (v - v_end) * np.exp(-span / (2 * cell.tau))
    wait = rng.standard_exponential(len(v)) / at_threshold * np.exp((cell.threshold - middle) / width)
    return np.where(span > 0, wait, np.inf)
