"""Model neurons: exact steps, exact spike times, rates in closed form, and the gates of the squid's axon."""

import math

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softrecall import neurons
from softrecall.neurons import (
    escape_rate_per_ms,
    gates,
    hodgkin_huxley,
    leaky_integrate_and_fire,
    lif_rate_hz,
    membrane_step_response,
    rates,
)

# The passive membrane


def test_a_step_of_current_is_met_by_63_percent_after_one_time_constant_and_lost_as_fast():
    t_ms = np.array([-5.0, 0.0, 10.0, 20.0, 400.0])
    v = membrane_step_response(t_ms, 2.0)
    assert v[:2].tolist() == [-65.0, -65.0]
    np.testing.assert_allclose(v[2:], -65 + 20 * (1 - np.exp([-1.0, -2.0, -40.0])), rtol=1e-14)
    after = membrane_step_response(np.array([400.0, 410.0, 420.0]), 2.0, duration_ms=400.0)
    np.testing.assert_allclose(after + 65, 20 * np.exp([0.0, -1.0, -2.0]), rtol=1e-12)
    assert membrane_step_response(10, -2.0).shape == ()
    assert membrane_step_response(10, -2.0) + 65 == pytest.approx(-(v[2] + 65), rel=1e-14)


def test_without_enough_current_the_neuron_is_the_passive_membrane():
    cell = {"tau_ms": 7.0, "r_mohm": 12.0, "v_rest_mv": -70.0}
    trace = leaky_integrate_and_fire(np.full(300, 1.5), 0.7, **cell)
    assert trace.spike_times_ms.shape == (0,)
    np.testing.assert_allclose(trace.v_mv, membrane_step_response(trace.t_ms, 1.5, **cell), rtol=0, atol=1e-12)


# Leak, add, fire

CELLS = st.fixed_dictionaries(
    {
        "tau_ms": st.floats(2, 40),
        "r_mohm": st.floats(1, 20),
        "v_rest_mv": st.floats(-80, -60),
        "v_threshold_mv": st.floats(-55, -40),
        "v_reset_mv": st.floats(-90, -60),
        "refractory_ms": st.floats(0, 5),
    }
)


@given(CELLS, st.floats(0.05, 2), st.integers(0, 2**32 - 1))
def test_a_neuron_does_what_the_exact_solution_does_in_any_current(cell, dt_ms, seed):
    current_na = np.random.default_rng(seed).uniform(-1, 3, 80) * 15 / cell["r_mohm"]
    cell["refractory_ms"] += dt_ms
    trace = leaky_integrate_and_fire(current_na, dt_ms, **cell)
    voltages, spikes = oracles.leaky_neuron(current_na, dt_ms, **cell)
    np.testing.assert_allclose(trace.v_mv, voltages, rtol=0, atol=1e-8)
    np.testing.assert_allclose(trace.spike_times_ms, spikes, rtol=0, atol=1e-8)


@given(CELLS, st.floats(1.001, 10), st.sampled_from([0.1, 0.2, 0.37]))
def test_a_constant_current_is_answered_at_the_rate_of_the_closed_form_whatever_the_step(cell, drive, dt_ms):
    current_na = drive * (cell["v_threshold_mv"] - cell["v_rest_mv"]) / cell["r_mohm"]
    cell = cell | {"refractory_ms": cell["refractory_ms"] + 0.5}
    trace = leaky_integrate_and_fire(np.full(round(300 / dt_ms), current_na), dt_ms, **cell)
    rate_hz = float(lif_rate_hz(current_na, **cell))
    after_the_first_s = (trace.t_ms[-1] - trace.spike_times_ms[0]) / 1000
    assert abs(len(trace.spike_times_ms) - 1 - rate_hz * after_the_first_s) <= 1
    np.testing.assert_allclose(np.diff(trace.spike_times_ms), 1000 / rate_hz, rtol=1e-9)


def test_at_the_threshold_current_itself_a_neuron_is_silent_and_just_above_it_is_not():
    assert lif_rate_hz([-1.0, 0.0, 1.5]).tolist() == [0.0, 0.0, 0.0]
    assert 0 < lif_rate_hz(1.5 + 1e-12) < 10
    assert lif_rate_hz(1.5).shape == ()
    assert lif_rate_hz(1e12) == pytest.approx(1000 / 2.0, rel=1e-9)  # the refractory time alone


def test_after_a_spike_the_voltage_is_held_at_the_reset_for_the_refractory_time():
    trace = leaky_integrate_and_fire(np.full(1000, 3.0), 0.1, v_reset_mv=-70.0, refractory_ms=4.0)
    assert len(trace.spike_times_ms) > 5
    for spike in trace.spike_times_ms[:-1]:
        held = (trace.t_ms >= spike) & (trace.t_ms <= spike + 4.0)
        assert set(trace.v_mv[held]) == {-70.0}
        assert trace.v_mv[np.argmax(trace.t_ms > spike + 4.0)] > -70.0
    assert -51 < trace.v_mv.max() < -50


def test_each_row_is_a_neuron_of_its_own():
    current_na = np.random.default_rng(3).uniform(0, 5, (4, 400))
    current_na[2] = 0
    together = leaky_integrate_and_fire(current_na, 0.5)
    assert together.v_mv.shape == (4, 401)
    assert together.spike_times_ms[2].shape == (0,)
    for row, v_mv, spikes in zip(current_na, together.v_mv, together.spike_times_ms, strict=True):
        alone = leaky_integrate_and_fire(row, 0.5)
        np.testing.assert_array_equal(alone.v_mv, v_mv)
        np.testing.assert_array_equal(alone.spike_times_ms, spikes)


# A soft threshold


def test_the_hazard_grows_by_a_factor_e_for_every_width_of_the_threshold():
    hazard = escape_rate_per_ms(np.arange(-60.0, -40), escape_mv=2.5, escape_per_ms=0.5)
    assert hazard[10] == 0.5
    np.testing.assert_allclose(hazard[1:] / hazard[:-1], math.exp(1 / 2.5), rtol=1e-13)


def test_at_a_constant_voltage_the_waits_of_a_soft_threshold_are_exponential():
    hazard, refractory_ms = float(escape_rate_per_ms(-65.0, escape_mv=5.0, escape_per_ms=2.0)), 3.0
    trace = leaky_integrate_and_fire(
        np.zeros((40, 20_000)),
        1.0,
        **{"escape_mv": 5.0, "escape_per_ms": 2.0, "refractory_ms": refractory_ms, "rng": np.random.default_rng(1)},
    )
    waits = np.concatenate([np.diff(row) for row in trace.spike_times_ms]) - refractory_ms
    assert len(waits) > 10_000
    assert waits.min() >= 0
    standard_error = 1 / hazard / math.sqrt(len(waits))
    assert abs(waits.mean() - 1 / hazard) < 5 * standard_error + 0.002 / hazard  # long waits are cut off at the end
    for share in (0.1, 0.5, 0.9):
        below = np.mean(waits < -math.log(1 - share) / hazard)
        assert abs(below - share) < 5 * math.sqrt(share * (1 - share) / len(waits)) + 0.002


def test_below_the_threshold_current_only_a_soft_threshold_fires_and_a_sharp_one_is_its_limit():
    current_na = np.repeat([[1.3], [2.5]], 5000, axis=1)
    sharp = leaky_integrate_and_fire(current_na, 0.1)
    soft = leaky_integrate_and_fire(current_na, 0.1, escape_mv=2.0, rng=np.random.default_rng(2))
    assert len(sharp.spike_times_ms[0]) == 0 < len(soft.spike_times_ms[0])
    assert np.diff(sharp.spike_times_ms[1]).std() < 1e-9 < 0.5 < np.diff(soft.spike_times_ms[1]).std()
    limit = leaky_integrate_and_fire(current_na, 0.1, escape_mv=1e-3, escape_per_ms=100.0, rng=np.random.default_rng(2))
    assert len(limit.spike_times_ms[0]) == 0
    np.testing.assert_allclose(
        np.diff(limit.spike_times_ms[1]), np.diff(sharp.spike_times_ms[1])[: len(limit.spike_times_ms[1]) - 1], atol=0.2
    )


# The gates


@pytest.mark.parametrize("v_mv", [-120.0, -77, -65, -55.0001, -55 + 1e-9, -55, -40 - 1e-12, -40, -39.99, 0.0, 50, 90])
def test_the_six_rates_are_those_of_the_paper_also_where_the_formula_reads_0_over_0(v_mv):
    found = [float(rate) for rate in rates(v_mv)]
    np.testing.assert_allclose(found, oracles.squid_rates(v_mv), rtol=1e-13)


def test_the_limits_are_taken_exactly_where_both_parts_of_a_rate_vanish():
    found = rates([-55.0, -40.0])
    assert found.alpha_n[0] == 0.1
    assert found.alpha_m[1] == 1.0
    assert found.beta_n.shape == (2,)


def test_gates_settle_where_as_many_open_as_close():
    v_mv = np.linspace(-100, 60, 33)
    rate, gate = rates(v_mv), gates(v_mv)
    for name in "nmh":
        alpha, beta = getattr(rate, f"alpha_{name}"), getattr(rate, f"beta_{name}")
        settled, tau = getattr(gate, f"{name}_inf"), getattr(gate, f"tau_{name}_ms")
        np.testing.assert_allclose(alpha * (1 - settled), beta * settled, rtol=1e-12)
        np.testing.assert_allclose(tau * (alpha + beta), 1, rtol=1e-14)
    assert np.all(np.diff(gate.n_inf) > 0)
    assert np.all(np.diff(gate.m_inf) > 0)
    assert np.all(np.diff(gate.h_inf) < 0)
    assert np.all(gate.tau_m_ms < np.minimum(gate.tau_n_ms, gate.tau_h_ms))


# The axon


def test_at_10_ua_cm2_the_axon_fires_7_times_in_100_ms():
    trace = hodgkin_huxley(10.0, 100, 0.05)
    assert len(trace.spike_times_ms) == 7
    assert trace.t_ms[[0, -1]].tolist() == [0.0, 100.0]
    assert 35 < trace.v_mv.max() < 45
    assert -80 < trace.v_mv.min() < -70
    for gate in (trace.n, trace.m, trace.h):
        assert gate.shape == trace.v_mv.shape == (2001,)
        assert 0 < gate.min() < gate.max() < 1


def test_without_current_the_axon_rests_near_minus_65_mv_and_without_sodium_it_never_fires():
    rest = hodgkin_huxley(0.0, 100, 0.05)
    assert np.abs(rest.v_mv + 65).max() < 0.01
    assert rest.spike_times_ms.shape == (0,)
    assert hodgkin_huxley(10.0, 100, 0.05, g_na_ms_cm2=0.0).spike_times_ms.shape == (0,)
    no_potassium = hodgkin_huxley(10.0, 100, 0.05, g_k_ms_cm2=0.0)
    assert len(no_potassium.spike_times_ms) == 1  # up, and never back
    assert hodgkin_huxley(0.0, 100, 0.05, g_leak_ms_cm2=0.0).v_mv[-1] < -65.5  # the leak pulls towards -54 mV


def test_two_kicks_that_differ_by_one_millivolt_end_in_a_spike_and_in_none():
    trace = hodgkin_huxley(0.0, 20, 0.05, v_start_mv=np.array([-59.0, -58.0]))
    assert [len(times) for times in trace.spike_times_ms] == [0, 1]
    assert trace.v_mv[0].max() == -59.0
    assert trace.v_mv[1].max() > 20


def test_a_constant_current_is_the_same_as_one_value_a_step_and_rows_are_patches_of_their_own():
    currents = np.array([3.0, 7.0, 12.0])
    together = hodgkin_huxley(currents, 30, 0.05, v_start_mv=[-65.0, -70.0, -60.0])
    by_step = hodgkin_huxley(np.repeat(currents[:, None], 600, axis=1), 30, 0.05, v_start_mv=[-65.0, -70.0, -60.0])
    np.testing.assert_array_equal(together.v_mv, by_step.v_mv)
    for i, (current, start) in enumerate(zip(currents, [-65.0, -70.0, -60.0], strict=True)):
        alone = hodgkin_huxley(current, 30, 0.05, v_start_mv=start)
        np.testing.assert_allclose(alone.v_mv, together.v_mv[i], rtol=0, atol=1e-9)
        np.testing.assert_allclose(alone.spike_times_ms, together.spike_times_ms[i], rtol=0, atol=1e-9)
    one_current = hodgkin_huxley(7.0, 30, 0.05, v_start_mv=[-65.0, -70.0])
    np.testing.assert_allclose(one_current.v_mv[1], together.v_mv[1], rtol=0, atol=1e-9)


def test_a_current_that_comes_late_is_felt_late():
    pulse = np.zeros((1, 1000))
    pulse[0, 400:] = 10.0
    late, early = hodgkin_huxley(pulse, 50, 0.05), hodgkin_huxley(10.0, 30, 0.05)
    assert len(early.spike_times_ms) == 2
    np.testing.assert_allclose(late.spike_times_ms[0] - 20, early.spike_times_ms, atol=1e-3)


@pytest.mark.parametrize("method", ["rk4", "euler"])
def test_steps_that_are_too_long_blow_up_with_an_error_and_exponential_euler_stands_them(method):
    with pytest.raises(ValueError, match=f"^dt_ms: must be smaller \\({method} blew up"):
        hodgkin_huxley(10.0, 100, 0.1, method)
    assert len(hodgkin_huxley(10.0, 100, 0.1, "exponential_euler").spike_times_ms) == 7
    assert np.abs(hodgkin_huxley(10.0, 100, 1.0, "exponential_euler").v_mv).max() < 100


def test_the_constants_are_those_of_the_squid_in_modern_signs():
    assert (neurons.C_UF_CM2, neurons.G_NA_MS_CM2, neurons.G_K_MS_CM2, neurons.G_LEAK_MS_CM2) == (1.0, 120.0, 36.0, 0.3)
    assert (neurons.V_REST_MV, neurons.E_NA_MV, neurons.E_K_MV) == (-65.0, 50.0, -77.0)
    assert abs(neurons.E_LEAK_MV + 54.387) < 1e-12
