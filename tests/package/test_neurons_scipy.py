"""The simulators against an integrator that shares nothing with them: ``scipy.integrate.solve_ivp``."""

import functools
import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from softrecall.neurons import hodgkin_huxley, leaky_integrate_and_fire

TIGHT = {"method": "DOP853", "rtol": 1e-11, "atol": 1e-11}


def squid(t, y, current):
    """The equations as printed in the textbooks, written down once more."""
    v, n, m, h = y
    alpha_n, beta_n = 0.01 * (v + 55) / (1 - math.exp(-(v + 55) / 10)), 0.125 * math.exp(-(v + 65) / 80)
    alpha_m, beta_m = 0.1 * (v + 40) / (1 - math.exp(-(v + 40) / 10)), 4 * math.exp(-(v + 65) / 18)
    alpha_h, beta_h = 0.07 * math.exp(-(v + 65) / 20), 1 / (1 + math.exp(-(v + 35) / 10))
    ionic = 120 * m**3 * h * (v - 50) + 36 * n**4 * (v + 77) + 0.3 * (v + 54.387)
    gates = (alpha_n * (1 - n) - beta_n * n, alpha_m * (1 - m) - beta_m * m, alpha_h * (1 - h) - beta_h * h)
    return [current - ionic, *gates]


@functools.cache
def reference(current, duration_ms=100):
    """Spike times, and the state as a function of time."""

    def zero(t, y, current):
        return y[0]

    zero.direction = 1
    trace = hodgkin_huxley(current, 1, 0.05)
    start = [trace.v_mv[0], trace.n[0], trace.m[0], trace.h[0]]
    solution = solve_ivp(squid, (0, duration_ms), start, events=zero, dense_output=True, args=(current,), **TIGHT)
    assert solution.success
    return solution.t_events[0], solution.sol


def last_spike_error(dt_ms, method="rk4"):
    expected, _ = reference(10.0)
    found = hodgkin_huxley(10.0, 100, dt_ms, method).spike_times_ms
    assert len(found) == len(expected) == 7
    return found[-1] - expected[-1]


def test_the_last_of_7_spikes_is_right_to_a_microsecond_and_with_short_steps_to_a_nanosecond():
    assert abs(last_spike_error(0.05)) < 1e-3
    assert abs(last_spike_error(0.01)) < 1e-6


def test_rk4_is_of_fourth_order_and_both_eulers_are_of_first():
    assert 12 < last_spike_error(0.025) / last_spike_error(0.0125) < 20
    for method in ("euler", "exponential_euler"):
        assert 1.8 < last_spike_error(0.02, method) / last_spike_error(0.01, method) < 2.2


def test_exponential_euler_drifts_in_phase_where_euler_and_rk4_do_not():
    assert last_spike_error(0.01, "exponential_euler") > 0.4
    assert -0.02 < last_spike_error(0.01, "euler") < 0


@pytest.mark.parametrize("current", [0.0, 5.0, 10.0, 30.0])
def test_voltage_and_gates_follow_the_reference(current):
    trace = hodgkin_huxley(current, 100, 0.01)
    v, n, m, h = reference(current)[1](trace.t_ms)
    np.testing.assert_allclose(trace.v_mv, v, rtol=0, atol=1e-3)
    for found, expected in ((trace.n, n), (trace.m, m), (trace.h, h)):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)
    np.testing.assert_allclose(trace.spike_times_ms, reference(current)[0], rtol=0, atol=1e-6)


def test_a_leaky_neuron_in_a_current_of_steps_fires_when_the_integrator_says():
    current_na = np.array([3.0, 0.5, 2.5, 4.0])
    trace = leaky_integrate_and_fire(np.repeat(current_na, 25), 1.0)

    def slope(t, v, current):
        return (-(v + 65) + 10 * current) / 10

    def threshold(t, v, current):
        return v[0] + 50

    threshold.direction, threshold.terminal = 1, True
    t, v, expected = 0.0, -65.0, []
    for block, current in enumerate(current_na):
        while t < 25 * (block + 1):
            run = solve_ivp(slope, (t, 25 * (block + 1)), [v], events=threshold, args=(current,), **TIGHT)
            t, v = run.t[-1], run.y[0, -1]
            if run.status == 1:
                expected.append(t)
                t, v = t + 2.0, -65.0
    assert len(expected) > 5
    np.testing.assert_allclose(trace.spike_times_ms, expected, rtol=0, atol=1e-8)
