"""The giant axon of the squid as Hodgkin and Huxley wrote it down: a voltage and three gates that follow it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from softrecall._checks import check_choice, check_number
from softrecall.neurons._inputs import V_REST_MV, number_or_array, whole_steps

__all__ = [
    "C_UF_CM2",
    "E_K_MV",
    "E_LEAK_MV",
    "E_NA_MV",
    "G_K_MS_CM2",
    "G_LEAK_MS_CM2",
    "G_NA_MS_CM2",
    "V_REST_MV",
    "AxonTrace",
    "Gates",
    "Rates",
    "gates",
    "hodgkin_huxley",
    "rates",
]

C_UF_CM2 = 1.0
G_NA_MS_CM2, G_K_MS_CM2, G_LEAK_MS_CM2 = 120.0, 36.0, 0.3
E_NA_MV, E_K_MV, E_LEAK_MV = V_REST_MV + 115.0, V_REST_MV - 12.0, V_REST_MV + 10.613


class Rates(NamedTuple):
    """How fast the closed gates open (alpha) and the open ones close (beta), each per ms and of shape (...)."""

    alpha_n: np.ndarray
    beta_n: np.ndarray
    alpha_m: np.ndarray
    beta_m: np.ndarray
    alpha_h: np.ndarray
    beta_h: np.ndarray


class Gates(NamedTuple):
    """Where the gates settle at a voltage (a share of 1), and with which time constants in ms; each (...)."""

    n_inf: np.ndarray
    m_inf: np.ndarray
    h_inf: np.ndarray
    tau_n_ms: np.ndarray
    tau_m_ms: np.ndarray
    tau_h_ms: np.ndarray


@dataclass(frozen=True, eq=False)
class AxonTrace:
    """What `hodgkin_huxley` saw.

    - ``t_ms``, (n_steps + 1,): the ends of the steps, from 0.
    - ``v_mv``, ``n``, ``m``, ``h``, (n_steps + 1,) or (n_neurons, n_steps + 1): the voltage and the shares of open
      gates then: n of potassium, m (fast) and h (blocking) of sodium.
    - ``spike_times_ms``, (n_spikes,), or a list with one such array per neuron: when the voltage rose through 0 mV, by
      a cubic within the step.
    """

    t_ms: np.ndarray
    v_mv: np.ndarray
    n: np.ndarray
    m: np.ndarray
    h: np.ndarray
    spike_times_ms: np.ndarray | list[np.ndarray]


def rates(v_mv: ArrayLike) -> Rates:
    r"""Give the six rates at which the gates open and close, per ms.

    .. math:: \alpha_n = \frac{0.01 (V + 55)}{1 - e^{-(V + 55)/10}}, \quad \beta_n = 0.125 \, e^{-(V + 65)/80}

    .. math:: \alpha_m = \frac{0.1 (V + 40)}{1 - e^{-(V + 40)/10}}, \quad \beta_m = 4 \, e^{-(V + 65)/18}

    .. math:: \alpha_h = 0.07 \, e^{-(V + 65)/20}, \quad \beta_h = \frac{1}{1 + e^{-(V + 35)/10}}

    At -55 mV the first, and at -40 mV the third, is 0 / 0 as written; both take their limits, 0.1 and 1 per ms.

    Parameters
    ----------
    v_mv : (...) or float
        Voltages in mV, inside against outside; at rest -65. Not modified.

    Returns
    -------
    Rates
        `alpha_n`, `beta_n`, `alpha_m`, `beta_m`, `alpha_h`, `beta_h`, each (...) and per ms.

    Raises
    ------
    TypeError
        If `v_mv` holds no real numbers.
    ValueError
        If an entry is not finite, or so far below rest that a rate overflows.

    References
    ----------
    Hodgkin and Huxley (1952), J. Physiol. 117, 500-544, eqs. 12, 13, 20, 21, 23, 24. Their V is the depolarisation from
    rest with its sign reversed; here it is the voltage inside, V + 65 mV being minus theirs.

    Examples
    --------
    >>> [round(float(rate), 4) for rate in rates(-55)]
    [0.1, 0.1103, 0.4308, 2.295, 0.0425, 0.1192]
    """
    v = number_or_array("v_mv", v_mv)
    with np.errstate(over="ignore", under="ignore"):
        result = _rates(v)
    if not all(np.isfinite(rate).all() for rate in result):
        raise ValueError(f"v_mv: must be nearer to rest (a rate overflows); got {v.min()}")
    return result


def gates(v_mv: ArrayLike) -> Gates:
    r"""Give where each gate settles if the voltage is held, and how fast.

    .. math:: \frac{dx}{dt} = \alpha_x (1 - x) - \beta_x x = \frac{x_\infty - x}{\tau_x}, \qquad
        x_\infty = \frac{\alpha_x}{\alpha_x + \beta_x}, \quad \tau_x = \frac{1}{\alpha_x + \beta_x}

    Parameters
    ----------
    v_mv : (...) or float
        Voltages in mV. Not modified.

    Returns
    -------
    Gates
        `n_inf`, `m_inf`, `h_inf` from 0 to 1, and `tau_n_ms`, `tau_m_ms`, `tau_h_ms`, each (...).

    Raises
    ------
    TypeError
        If `v_mv` holds no real numbers.
    ValueError
        If an entry is not finite, or so far below rest that a rate overflows.

    References
    ----------
    Hodgkin and Huxley (1952), J. Physiol. 117, 500-544, eqs. 7 to 12.

    Examples
    --------
    >>> [round(float(value), 3) for value in gates(-65)]
    [0.318, 0.053, 0.596, 5.459, 0.237, 8.516]
    """
    return Gates(*_settled(rates(v_mv)))


def hodgkin_huxley(
    current_ua_cm2: ArrayLike,
    duration_ms: float,
    dt_ms: float,
    method: str = "rk4",
    *,
    v_start_mv: ArrayLike = V_REST_MV,
    g_na_ms_cm2: float = G_NA_MS_CM2,
    g_k_ms_cm2: float = G_K_MS_CM2,
    g_leak_ms_cm2: float = G_LEAK_MS_CM2,
) -> AxonTrace:
    r"""Run the four equations of a patch of the squid's giant axon.

    .. math:: C \frac{dV}{dt} = I - \bar g_{Na} m^3 h (V - E_{Na}) - \bar g_K n^4 (V - E_K) - \bar g_L (V - E_L)

    with the gates of `gates`. The voltage starts at `v_start_mv`, the gates where they are at rest: a start above -65
    mV is a kick so short that no gate has moved.

    Parameters
    ----------
    current_ua_cm2 : float, (n_neurons,) or (n_neurons, n_steps)
        Injected current in uA/cm2, positive inwards: constant, or one value a step. Not modified.
    duration_ms : float
        How long to run: a whole number of steps.
    dt_ms : float
        Length of a step, above 0.
    method : str
        "rk4" (fourth order), "euler" (first order) or "exponential_euler" (first order: each equation is solved exactly
        with all others held for the step; never blows up, but its spikes come late).
    v_start_mv : float or (n_neurons,)
        Voltage at the start. Not modified.
    g_na_ms_cm2, g_k_ms_cm2, g_leak_ms_cm2 : float
        Conductances in mS/cm2 with all gates open, >= 0; 0 takes a current away, as a poison does.

    Returns
    -------
    AxonTrace
        `t_ms`, `v_mv`, `n`, `m`, `h`, `spike_times_ms`; with a row, or a list entry, per neuron unless the current and
        the start are single numbers.

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If a number is not finite or out of its range, the shapes do not fit, or the steps are too long for the method,
        so that the numbers blow up.

    References
    ----------
    Hodgkin and Huxley (1952), J. Physiol. 117, 500-544, table 3 and eq. 26; modern signs, rest at -65 mV.

    Examples
    --------
    >>> trace = hodgkin_huxley(10.0, duration_ms=50, dt_ms=0.05)
    >>> trace.spike_times_ms.round(2)
    array([ 1.9 , 16.82, 31.47, 46.11])
    >>> hodgkin_huxley([0.0, 10.0], 50, 0.05).v_mv.shape
    (2, 1001)
    """
    n_steps, dt = whole_steps(duration_ms, dt_ms)
    step = _METHODS[check_choice("method", method, tuple(_METHODS))]
    conductances = {"g_na_ms_cm2": g_na_ms_cm2, "g_k_ms_cm2": g_k_ms_cm2, "g_leak_ms_cm2": g_leak_ms_cm2}
    g = tuple(check_number(name, value, low=0) for name, value in conductances.items())
    current, v, is_single = _inputs(current_ua_cm2, v_start_mv, n_steps)
    states = np.empty((n_steps + 1, 4, v.size))
    states[0, 0] = v
    states[0, 1:] = np.reshape(_settled(_rates(np.asarray(V_REST_MV)))[:3], (3, 1))  # n, m, h
    with np.errstate(all="ignore"):
        for i in range(n_steps):
            states[i + 1] = step(states[i], current[:, i], dt, g)
    if not np.isfinite(states).all():
        raise ValueError(f"dt_ms: must be smaller ({method} blew up; did a voltage start far from rest?); got {dt}")
    v_mv, n, m, h = np.ascontiguousarray(states.transpose(1, 2, 0))  # (4, n_neurons, n_steps + 1)
    spikes = _crossings(states, current, dt, g)
    t_ms = dt * np.arange(n_steps + 1)
    if is_single:
        return AxonTrace(t_ms, v_mv[0], n[0], m[0], h[0], spikes[0])
    return AxonTrace(t_ms, v_mv, n, m, h, spikes)


Conductances = tuple[float, ...]  # with all gates open: sodium, potassium, leak


def _inputs(current_ua_cm2: object, v_start_mv: object, n_steps: int) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return the current as (n_neurons, n_steps), the start as (n_neurons,), and whether both were single numbers."""
    current, v = number_or_array("current_ua_cm2", current_ua_cm2), number_or_array("v_start_mv", v_start_mv)
    if current.ndim > 2 or (current.ndim == 2 and current.shape[1] != n_steps):
        needed = f"must be one number, (n_neurons,) or (n_neurons, n_steps) with {n_steps} steps"
        raise ValueError(f"current_ua_cm2: {needed}; got shape {current.shape}")
    n_neurons = len(current) if current.ndim else v.size
    if v.ndim > 1 or v.size not in (1, n_neurons):
        raise ValueError(f"v_start_mv: must be one number or one for each of {n_neurons} neurons; got shape {v.shape}")
    by_step = current if current.ndim == 2 else current[..., None]
    return np.broadcast_to(by_step, (n_neurons, n_steps)), np.broadcast_to(v, n_neurons), not (current.ndim or v.ndim)


def _ramp(x: np.ndarray) -> np.ndarray:
    """Return x / (1 - exp(-x)), and its limit 1 at 0."""
    return np.divide(x, -np.expm1(-x), out=np.ones_like(x), where=x != 0)


def _rates(v: np.ndarray) -> Rates:
    return Rates(
        alpha_n=0.1 * _ramp((v + 55) / 10),
        beta_n=0.125 * np.exp(-(v + 65) / 80),
        alpha_m=_ramp((v + 40) / 10),
        beta_m=4 * np.exp(-(v + 65) / 18),
        alpha_h=0.07 * np.exp(-(v + 65) / 20),
        beta_h=1 / (1 + np.exp(-(v + 35) / 10)),
    )


def _settled(rate: Rates) -> tuple[np.ndarray, ...]:
    """Return where n, m and h settle, then their time constants."""
    pairs = (rate.alpha_n, rate.beta_n), (rate.alpha_m, rate.beta_m), (rate.alpha_h, rate.beta_h)
    return *(alpha / (alpha + beta) for alpha, beta in pairs), *(1 / (alpha + beta) for alpha, beta in pairs)


def _open_conductances(n: np.ndarray, m: np.ndarray, h: np.ndarray, g: Conductances) -> tuple[np.ndarray, np.ndarray]:
    """Return those of sodium and potassium; products, because a power takes NumPy ten times as long."""
    n_squared = n * n
    return g[0] * (m * m * m * h), g[1] * (n_squared * n_squared)


def _slope(state: np.ndarray, current: np.ndarray, g: Conductances) -> np.ndarray:
    """Return d(v, n, m, h)/dt, shape (4, n_neurons)."""
    v, n, m, h = state
    rate = _rates(v)
    sodium, potassium = _open_conductances(n, m, h, g)
    ionic = sodium * (v - E_NA_MV) + potassium * (v - E_K_MV) + g[2] * (v - E_LEAK_MV)
    slope = np.empty_like(state)
    slope[0] = (current - ionic) / C_UF_CM2
    slope[1] = rate.alpha_n * (1 - n) - rate.beta_n * n
    slope[2] = rate.alpha_m * (1 - m) - rate.beta_m * m
    slope[3] = rate.alpha_h * (1 - h) - rate.beta_h * h
    return slope


def _euler(state: np.ndarray, current: np.ndarray, dt: float, g: Conductances) -> np.ndarray:
    return state + dt * _slope(state, current, g)


def _rk4(state: np.ndarray, current: np.ndarray, dt: float, g: Conductances) -> np.ndarray:
    k1 = _slope(state, current, g)
    k2 = _slope(state + dt / 2 * k1, current, g)
    k3 = _slope(state + dt / 2 * k2, current, g)
    k4 = _slope(state + dt * k3, current, g)
    return state + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def _exponential_euler(state: np.ndarray, current: np.ndarray, dt: float, g: Conductances) -> np.ndarray:
    v, n, m, h = state
    settled = np.array(_settled(_rates(v)))  # (6, n_neurons)
    sodium, potassium = _open_conductances(n, m, h, g)
    total = sodium + potassium + g[2]
    v_end = (current + sodium * E_NA_MV + potassium * E_K_MV + g[2] * E_LEAK_MV) / total
    end = np.concatenate((v_end[None], settled[:3]))
    tau = np.concatenate((C_UF_CM2 / total[None], settled[3:]))
    return end + (state - end) * np.exp(-dt / tau)


def _crossings(states: np.ndarray, current: np.ndarray, dt: float, g: Conductances) -> list[np.ndarray]:
    """Return when the voltage of each neuron rises through 0 mV.

    Between two steps time is a cubic of the voltage, which takes the slopes at both ends (Hermite), so that spike times
    are as good as the fourth-order method.
    """
    v = states[:, 0]  # (n_steps + 1, n_neurons)
    step, neuron = np.nonzero((v[:-1] < 0) & (v[1:] >= 0))
    starts, ends = states[step, :, neuron].T, states[step + 1, :, neuron].T  # (4, n_spikes)
    now = current[neuron, step]
    rise = ends[0] - starts[0]
    u = -starts[0] / rise
    first, last = (rise / (dt * _slope(state, now, g)[0]) for state in (starts, ends))
    cubic = u * (1 - u) * ((1 - u) * first - u * last) + u * u * (3 - 2 * u)
    share = np.where((first > 0) & (last > 0) & (cubic >= 0) & (cubic <= 1), cubic, u)
    times = dt * (step + share)
    return [times[neuron == i] for i in range(v.shape[1])]


_METHODS: dict[str, Callable[[np.ndarray, np.ndarray, float, Conductances], np.ndarray]]
_METHODS = {"rk4": _rk4, "euler": _euler, "exponential_euler": _exponential_euler}
