"""Toy data: what each task promises, by counting."""

import numpy as np
import pytest

from softrecall.tasks import adding, endings, spike_trains


def test_two_numbers_are_marked_one_in_each_half_and_the_target_is_their_sum():
    x, target = adding(3000, 11, np.random.default_rng(0))
    marks = x[:, :, 1]
    assert set(np.unique(marks)) == {0, 1}
    assert (marks[:, :5].sum(axis=1) == 1).all()
    assert (marks[:, 5:].sum(axis=1) == 1).all()
    assert (marks.sum(axis=0) > 0).all(), "every place is marked at some time"
    np.testing.assert_allclose((x[:, :, 0] * marks).sum(axis=1), target)
    assert ((x[:, :, 0] >= 0) & (x[:, :, 0] < 1)).all()


def test_the_best_constant_of_the_adding_problem_has_a_squared_error_of_a_sixth():
    _, target = adding(20_000, 4, np.random.default_rng(1))
    errors = (target - 1) ** 2
    assert abs(errors.mean() - 1 / 6) < 5 * errors.std() / np.sqrt(len(errors))


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_share_of_the_sequences_ends_in_the_motif_and_the_others_do_not(share):
    symbols, is_ending = endings(2000, 6, np.random.default_rng(2), share=share)
    assert ((symbols[:, -3:] == (0, 1, 2)).all(axis=1) == is_ending).all()
    assert abs(is_ending.mean() - share) <= 5 * np.sqrt(share * (1 - share) / 2000)


def test_without_a_share_the_motif_comes_by_chance():
    symbols, is_ending = endings(40_000, 5, np.random.default_rng(3), n_symbols=3, motif=(2, 0))
    assert abs(is_ending.mean() - 1 / 9) < 5 * np.sqrt(1 / 9 * 8 / 9 / 40_000)
    assert set(np.unique(symbols)) == {0, 1, 2}


def test_a_motif_outside_the_alphabet_or_longer_than_the_sequence_is_refused():
    with pytest.raises(ValueError, match="motif: must be from 0 to 4; got 5"):
        endings(3, 6, np.random.default_rng(0), motif=(0, 5))
    with pytest.raises(ValueError, match="n_steps: must be at least 3"):
        endings(3, 2, np.random.default_rng(0))


def test_spikes_are_counts_of_the_rates_that_come_with_them():
    trains = spike_trains(400, np.random.default_rng(4), n_neurons=5, n_steps=30)
    assert trains.counts.shape == trains.rates.shape == (400, 30, 5)
    score = (trains.counts - trains.rates).sum() / np.sqrt(trains.rates.sum())
    assert abs(score) < 5
    assert np.exp(-2) <= trains.rates.min() < trains.rates.max() <= 1 + 1e-12


def test_the_state_turns_once_in_a_period_and_the_phase_differs_only_with_a_spread():
    same = spike_trains(5, np.random.default_rng(5), n_steps=51, period=25, spread=0).rates
    np.testing.assert_allclose(same[0], same[4])
    np.testing.assert_allclose(same[0, 0], same[0, 25])
    assert abs(same[0, 0] - same[0, 12]).max() > 0.3
    other = spike_trains(5, np.random.default_rng(5), n_steps=51, period=25).rates
    assert abs(other[0] - other[4]).max() > 0.1


def test_the_same_readout_gives_the_same_neurons_on_other_trials():
    first, second = (
        spike_trains(1, np.random.default_rng(seed), spread=0, readout=np.random.default_rng(6)).rates
        for seed in (1, 2)
    )
    np.testing.assert_allclose(first, second)
    assert abs(first - spike_trains(1, np.random.default_rng(1), spread=0).rates).max() > 0.1
