"""From scores to tokens."""

import itertools
import math

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softrecall.decoding import beam, greedy, next_token, sample
from softrecall.similarity import softmax

SCORES = st.lists(st.floats(-5, 5), min_size=1, max_size=8)
TABLE = np.random.default_rng(3).normal(0, 2, (4, 4, 3))  # scores of 3 tokens after the last two; 3 means none


def step(ids):
    """A model that looks at the last two tokens."""
    last = [3, 3, *ids][-2:]
    return TABLE[last[0], last[1]]


@given(logits=SCORES, temperature=st.floats(0.2, 4), cuts=st.tuples(st.integers(1, 8), st.integers(1, 100)))
def test_probabilities_are_cut_as_by_hand(logits, temperature, cuts):
    k, p = min(cuts[0], len(logits)), cuts[1] / 100
    found = next_token(logits, temperature=temperature, top_k=k, top_p=p)
    expected = oracles.cut_probabilities(logits, temperature, k, p)
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    assert found.sum() == pytest.approx(1, abs=1e-12)
    assert np.count_nonzero(next_token(logits, temperature=temperature, top_k=k)) == k


def test_without_cuts_it_is_softmax_at_the_inverse_temperature():
    logits = np.random.default_rng(0).standard_normal((2, 3, 7))
    for temperature in (0.3, 1.0, 2.5):
        found = next_token(logits, temperature=temperature, top_k=7, top_p=1.0)
        np.testing.assert_allclose(found, softmax(logits, 1 / temperature), rtol=1e-12)
    assert next_token(logits.astype(np.float32), top_k=2).dtype == np.float32
    assert next_token([3, 1]).dtype == np.float64


def test_ties_at_the_cut_are_kept_in_the_order_of_the_ids():
    np.testing.assert_allclose(next_token([1.0, 2.0, 1.0, 1.0], top_k=2).nonzero()[0], [0, 1])
    np.testing.assert_allclose(next_token([0.0, 0.0, 0.0, 0.0], top_k=3), [1 / 3, 1 / 3, 1 / 3, 0])
    np.testing.assert_allclose(next_token([0.0, 0.0, 0.0, 0.0], top_p=0.5), [0.5, 0.5, 0, 0])


def test_the_smallest_set_whose_sum_reaches_p_stays_also_where_the_sum_is_rounded():
    logits = np.log([0.6, 0.3, 0.1])
    assert 0.6 + 0.3 < 0.9
    assert np.count_nonzero(next_token(logits, top_p=0.9)) == 2
    assert np.count_nonzero(next_token(logits, top_p=0.901)) == 3
    assert np.count_nonzero(next_token(logits, top_p=0.1)) == 1


def test_top_p_comes_after_top_k():
    chances = np.log([0.4, 0.3, 0.2, 0.1])
    assert np.count_nonzero(next_token(chances, top_p=0.65)) == 2
    assert np.count_nonzero(next_token(chances, top_k=2, top_p=0.65)) == 2  # 4/7 of what is left is not enough
    assert np.count_nonzero(next_token(chances, top_k=2, top_p=0.55)) == 1
    assert np.count_nonzero(next_token(chances, top_p=0.55)) == 2


def test_at_temperature_zero_the_first_of_the_best_gets_everything():
    np.testing.assert_array_equal(next_token([1.0, 3.0, 3.0], temperature=0), [0, 1, 0])
    np.testing.assert_array_equal(next_token([[1, 2], [2, 1]], temperature=0, top_k=1, top_p=0.5), [[0, 1], [1, 0]])
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(sample(step, [0], 9, rng, temperature=0), greedy(step, [0], 9))


@pytest.mark.parametrize("temperature", [1e-305, 5e-324])
def test_a_temperature_too_near_to_zero_is_refused_by_name(temperature):
    with pytest.raises(ValueError, match="logits, temperature: logits / temperature must be finite; got a"):
        next_token([0.0, -2e10], temperature=temperature)


def test_tokens_come_as_often_as_they_should_and_cut_ones_never():
    logits, n = np.log([0.5, 0.25, 0.15, 0.1]), 20_000
    drawn = sample(lambda ids: logits, [], n, np.random.default_rng(5), temperature=0.7, top_k=3, top_p=0.99)
    expected = next_token(logits, temperature=0.7, top_k=3, top_p=0.99)
    counts = np.bincount(drawn, minlength=4)
    assert counts[3] == 0
    room = 5 * np.sqrt(n * expected * (1 - expected))
    assert (np.abs(counts - n * expected)[:3] <= room[:3]).all()


def test_a_sample_uses_what_was_written_before_and_gives_the_new_ids_alone():
    seen = []

    def model(ids):
        seen.append(ids.tolist())
        ids += 1  # its own copy
        return [0.0, 50.0] if len(seen) == 2 else [50.0, 0.0]

    prompt = np.array([1, 1])
    np.testing.assert_array_equal(sample(model, prompt, 3, np.random.default_rng(0)), [0, 1, 0])
    assert seen == [[1, 1], [1, 1, 0], [1, 1, 0, 1]]
    np.testing.assert_array_equal(prompt, [1, 1])
    assert sample(model, prompt, 0, np.random.default_rng(0)).shape == (0,)


def test_the_same_seed_writes_the_same_text():
    first, second = (sample(step, [0, 1], 30, np.random.default_rng(8)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert first.dtype == np.int64


def log_probability(prompt, new):
    ids, total = list(prompt), 0.0
    for token in new:
        total += math.log(oracles.softmax(step(ids), 1.0)[token])
        ids.append(token)
    return total


def test_a_beam_that_is_wide_enough_finds_the_most_probable_of_all_texts():
    everything = {new: log_probability([1], new) for new in itertools.product(range(3), repeat=4)}
    best = max(everything, key=everything.__getitem__)
    ids, log = beam(step, [1], 4, 3**3)
    assert tuple(ids) == best
    assert log == pytest.approx(everything[best], rel=1e-12)


@given(width=st.integers(1, 6), start=st.integers(0, 2))
def test_a_beam_says_how_probable_its_text_is_and_at_width_one_it_is_greedy(width, start):
    ids, log = beam(step, [start], 5, width)
    assert log == pytest.approx(log_probability([start], ids), rel=1e-12)
    assert ids.shape == (5,)
    np.testing.assert_array_equal(beam(step, [start], 5, 1)[0], greedy(step, [start], 5))


def test_a_beam_of_nothing_is_certain():
    ids, log = beam(step, [0], 0, 3)
    assert (ids.shape, log) == ((0,), 0.0)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda ids: [0.0, math.nan], "step: every entry must be finite; got nan at index"),
        (lambda ids: [[0.0, 1.0]], r"step: must give one row of scores, \(n_tokens,\); got shape \(1, 2\)"),
    ],
)
def test_what_is_no_row_of_finite_scores_is_refused(wrong, message):
    for write in (lambda: sample(wrong, [0], 1, np.random.default_rng(0)), lambda: greedy(wrong, [0], 1)):
        with pytest.raises(ValueError, match=message):
            write()
    with pytest.raises(ValueError, match=message):
        beam(wrong, [0], 1, 2)
