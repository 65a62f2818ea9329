"""Tables of what followed what."""

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softrecall.ngrams import NGram

TEXTS = st.lists(st.integers(0, 3), min_size=1, max_size=20)


@given(text=TEXTS, before=st.lists(st.integers(0, 3), max_size=6), order=st.integers(0, 4))
def test_chances_are_those_of_the_definition_and_sum_to_one(text, before, order):
    chances = np.exp(NGram(text, order, 4).step(before))
    expected = [float(oracles.witten_bell(text, order, 4, before, token)) for token in range(4)]
    np.testing.assert_allclose(chances, expected, rtol=1e-12)
    assert chances.sum() == pytest.approx(1, abs=1e-12)


@given(text=TEXTS, other=TEXTS, order=st.integers(0, 4))
def test_surprisals_are_what_step_says_of_each_token_after_those_before_it(text, other, order):
    table = NGram(text, order, 4)
    expected = [-table.step(other[:i])[token] for i, token in enumerate(other)]
    np.testing.assert_allclose(table.surprisals(other), expected, rtol=1e-12)


def test_only_the_last_tokens_count_and_what_was_never_seen_leaves_the_answer_to_shorter_runs():
    table = NGram([0, 1, 2, 0, 1, 3], 2, 4)
    np.testing.assert_array_equal(table.step([3, 3, 0, 1]), table.step([0, 1]))
    np.testing.assert_array_equal(table.step([3, 0]), table.step([0]))  # 0 came after 2 alone
    assert table.step([0]).argmax() == 1


def test_a_table_counts_its_runs_and_shows_its_sizes():
    table = NGram([0, 1, 0, 1, 0, 2], 2, 3)
    assert table.n_contexts == (1, 2, 2)  # 2 and 0, 2 stand at the end: nothing follows them
    assert repr(table) == "NGram(order=2, n_tokens=3, n_contexts=(1, 2, 2))"


def test_an_order_beyond_the_text_adds_nothing():
    assert NGram([1, 0], 5, 3).n_contexts == (1, 1, 0, 0, 0, 0)
    np.testing.assert_array_equal(NGram([1, 0], 5, 3).step([1, 0, 1]), NGram([1, 0], 1, 3).step([1]))


def test_ids_are_not_changed_and_runs_that_have_no_number_are_refused():
    ids = np.array([0, 1, 0])
    table = NGram(ids, 1, 2)
    table.surprisals(ids)
    np.testing.assert_array_equal(ids, [0, 1, 0])
    with pytest.raises(ValueError, match=r"must be below 2\*\*62 .*; got 50000\*\*5"):
        NGram([0, 1], 4, 50_000)
    assert NGram([0, 49_999], 2, 50_000).step([0]).argmax() == 49_999
