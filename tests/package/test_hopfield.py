"""Hopfield networks, the classical one and the modern one."""

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softrecall.hopfield import HopfieldNetwork, modern_update


def signs(rng, *shape):
    return rng.choice([-1.0, 1.0], shape)


def test_the_weights_fields_energies_and_sweeps_are_those_of_the_definition_unit_by_unit():
    rng = np.random.default_rng(1)
    for n_patterns, d in ((1, 1), (3, 7), (20, 12)):
        patterns, state, order = signs(rng, n_patterns, d), signs(rng, d), rng.integers(0, d, 3 * d)
        slow = oracles.Hopfield(patterns.astype(int).tolist())
        for is_dense in (True, False):
            network = HopfieldNetwork(patterns, is_dense=is_dense)
            np.testing.assert_array_equal(network.weights, np.array(slow.weights, dtype=float))
            np.testing.assert_array_equal(network.field(state), [float(x) for x in slow.field(state.tolist())])
            assert network.energy(state) == float(slow.energy(state.tolist()))
            np.testing.assert_array_equal(network.sweep(state, order), slow.sweep(state.tolist(), order.tolist()))


@given(st.integers(1, 12), st.integers(1, 24), st.integers(0, 10**6))
def test_a_recall_never_raises_the_energy_and_ends_where_no_unit_wants_to_change(n_patterns, d, seed):
    rng = np.random.default_rng(seed)
    network, cue = HopfieldNetwork(signs(rng, n_patterns, d)), signs(rng, d)
    found = network.recall(cue, rng=rng, max_sweeps=500)
    assert found.is_settled
    assert len(found.energies) == found.n_sweeps + 1
    assert (np.diff(found.energies) < 0).all()  # a sweep is counted when it changed something
    np.testing.assert_array_equal(found.energies[[0, -1]], network.energy([cue, found.state]))
    assert (network.field(found.state) * found.state >= 0).all()


@given(st.integers(1, 12), st.integers(0, 10**6))
def test_given_weights_and_thresholds_fall_down_their_own_energy(d, seed):
    rng = np.random.default_rng(seed)
    weights, thresholds, cue = rng.standard_normal((d, d)), rng.standard_normal(d), signs(rng, d)
    weights = np.triu(weights, 1) + np.triu(weights, 1).T
    network = HopfieldNetwork.from_weights(weights, thresholds)
    assert network.energy(cue) == pytest.approx(-cue @ weights @ cue / 2 + thresholds @ cue)
    np.testing.assert_allclose(network.field(cue), weights @ cue - thresholds)
    found = network.recall(cue, rng=rng, max_sweeps=500)
    assert found.is_settled
    assert (np.diff(found.energies) < 0).all()


def test_patterns_alone_give_the_same_recall_as_their_weights():
    rng = np.random.default_rng(3)
    for n_patterns in (5, 60, 300):  # the last is made more of than the other way of adding allows for
        patterns = signs(rng, n_patterns, 200)
        cue = patterns[0] * np.where(np.arange(200) < 30, -1, 1)
        dense, lean = (
            HopfieldNetwork(patterns, is_dense=is_dense).recall(cue, rng=np.random.default_rng(4))
            for is_dense in (True, False)
        )
        np.testing.assert_array_equal(dense.state, lean.state)
        np.testing.assert_allclose(dense.energies, lean.energies, rtol=1e-10)


def test_sums_of_whole_numbers_stay_exact_where_float32_would_not_hold_them():
    patterns = np.ones((5000, 4000), dtype=np.int8)  # fields of 5000 * 3999, above 2**24
    network = HopfieldNetwork(patterns, is_dense=False)
    np.testing.assert_array_equal(network.field(patterns[0]), np.full(4000, 5000 * 3999 / 4000))


def test_few_patterns_come_back_from_cues_with_a_fifth_of_the_units_flipped():
    rng = np.random.default_rng(5)
    patterns = signs(rng, 10, 400)
    network = HopfieldNetwork(patterns)
    for pattern in patterns:
        found = network.recall(pattern * rng.permuted(np.where(np.arange(400) < 80, -1, 1)), rng=rng)
        assert found.is_settled
        np.testing.assert_array_equal(found.state, pattern)


def test_a_unit_whose_field_is_zero_stays_as_it_is():
    network = HopfieldNetwork([[1, 1, 1], [1, -1, -1]])
    assert network.field([-1, 1, 1])[0] == 0
    for first in (-1, 1):
        assert network.sweep([first, 1, 1], [0])[0] == first


def test_a_recall_that_is_cut_short_says_so():
    rng = np.random.default_rng(6)
    patterns, cue = signs(rng, 30, 100), signs(rng, 100)
    cut = HopfieldNetwork(patterns).recall(cue, rng=np.random.default_rng(8), max_sweeps=1)
    assert (cut.n_sweeps, cut.is_settled, len(cut.energies)) == (1, False, 2)
    there = HopfieldNetwork(patterns[:1]).recall(patterns[0], rng=np.random.default_rng(8))
    assert (there.n_sweeps, there.is_settled) == (0, True)


def test_the_order_of_each_sweep_is_a_permutation_that_the_generator_draws():
    rng = np.random.default_rng(9)
    network, cue = HopfieldNetwork(signs(rng, 12, 60)), signs(rng, 60)
    found, orders, state = network.recall(cue, rng=np.random.default_rng(2)), np.random.default_rng(2), cue
    for _ in range(found.n_sweeps):
        state = network.sweep(state, orders.permutation(60))
    assert found.n_sweeps > 1
    np.testing.assert_array_equal(state, found.state)


def test_weights_are_handed_out_as_a_copy_and_given_ones_are_copied():
    given_weights = np.array([[0.0, 2.0], [2.0, 0.0]])
    network = HopfieldNetwork.from_weights(given_weights)
    given_weights[:] = 0
    network.weights[:] = 5
    np.testing.assert_array_equal(network.weights, [[0, 2], [2, 0]])


def test_the_repr_says_how_many_patterns_and_units_there_are():
    assert repr(HopfieldNetwork(np.ones((2, 3)))) == "HopfieldNetwork(n_patterns=2, d=3)"
    assert repr(HopfieldNetwork.from_weights(np.zeros((3, 3)))) == "HopfieldNetwork(weights given, d=3)"


def test_an_update_is_the_mean_of_the_patterns_weighted_by_a_softmax_of_their_dot_products():
    rng = np.random.default_rng(1)
    patterns, states = rng.standard_normal((6, 4)), rng.standard_normal((2, 3, 4))
    updated = modern_update(states, patterns, 1.7)
    for place in np.ndindex(2, 3):
        scores = [1.7 * sum(a * b for a, b in zip(states[place], row, strict=True)) for row in patterns]
        weights = oracles.softmax(scores, 1.0)
        expected = [sum(w * row[c] for w, row in zip(weights, patterns, strict=True)) for c in range(4)]
        np.testing.assert_allclose(updated[place], expected)


def test_at_zero_it_returns_the_mean_and_at_a_large_beta_the_nearest_pattern():
    patterns = np.array([[1.0, 1.0, -1.0], [-1.0, 1.0, 1.0]])
    np.testing.assert_allclose(modern_update(patterns[0], patterns, 0), patterns.mean(axis=0))
    np.testing.assert_allclose(modern_update([0.9, 0.2, -0.4], patterns, 50.0), patterns[0], atol=1e-12)


def test_well_separated_patterns_are_fixed_points_and_one_update_repairs_a_damaged_one():
    rng = np.random.default_rng(2)
    patterns = np.sign(rng.standard_normal((20, 256)))
    damaged = patterns.copy()
    damaged[:, :60] *= -1
    np.testing.assert_allclose(modern_update(patterns, patterns, 1.0), patterns, atol=1e-9)
    np.testing.assert_allclose(modern_update(damaged, patterns, 1.0), patterns, atol=1e-3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_stays(dtype):
    assert modern_update(np.ones(3, dtype), np.eye(3, dtype=dtype), 1.0).dtype == dtype


def test_dot_products_that_overflow_are_refused_by_name():
    needed = "state, patterns: their dot products must be finite in float64; got one that overflows"
    with np.errstate(all="raise"), pytest.raises(ValueError, match=f"^{needed}$"):
        modern_update([1e200, 0.0], [[1.0, 0.0], [1e200, 0.0]], 1.0)
