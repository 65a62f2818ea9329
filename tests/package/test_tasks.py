"""Toy data: what each task promises, by counting."""

import datetime

import numpy as np
import pytest

from softrecall.tasks import (
    DATE_TOKENS,
    END,
    LETTERS,
    PADDING,
    SOURCE_WORDS,
    START,
    TARGET_WORDS,
    adding,
    dates,
    decode_dates,
    encode_dates,
    endings,
    names_to_copy,
    pictures,
    reversal,
    sentences,
    sines,
    sorting,
    spike_trains,
    split_days,
    split_names,
    two_sines,
    windows,
)


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


def test_a_sequence_that_may_not_end_in_the_motif_is_drawn_until_it_does_not():
    symbols, is_ending = endings(
        2000, 3, np.random.default_rng(8), share=0.0, n_symbols=2, motif=(1,)
    )  # every other one
    assert not is_ending.any()
    assert (symbols[:, -1] == 0).all()
    assert abs(symbols[:, 0].mean() - 0.5) < 5 * 0.5 / np.sqrt(2000)


def test_without_a_share_the_motif_comes_by_chance():
    symbols, is_ending = endings(40_000, 5, np.random.default_rng(3), n_symbols=3, motif=(2, 0))
    assert abs(is_ending.mean() - 1 / 9) < 5 * np.sqrt(1 / 9 * 8 / 9 / 40_000)
    assert set(np.unique(symbols)) == {0, 1, 2}


def test_a_motif_outside_the_alphabet_or_longer_than_the_sequence_is_refused():
    with pytest.raises(ValueError, match=r"motif: must be from 0 to 4 \(n_symbols is one more\); got 5"):
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
    one, other = (spike_trains(1, np.random.default_rng(seed), spread=0).rates for seed in (1, 2))
    assert abs(one - other).max() > 0.1  # left to the generator of the trials, each draws its own


DAY = datetime.date(2031, 7, 4).toordinal()


@pytest.mark.parametrize(
    ("style", "text"),
    [(0, "4 july 2031"), (1, "july 4, 2031"), (2, "fri 4 jul 2031"), (3, "4.7.2031"), (4, "7/4/2031")],
)
def test_a_day_is_written_in_five_ways_and_once_in_iso(style, text):
    assert dates(2, [DAY], np.random.default_rng(0), style=style) == ([text] * 2, ["2031-07-04"] * 2)


def test_drawn_dates_come_from_the_given_days_in_all_styles_and_weekdays_are_those_of_the_calendar():
    train, _ = split_days(np.random.default_rng(1), first_year=1999, last_year=2000)
    texts, iso = dates(500, train, np.random.default_rng(2))
    assert {datetime.date.fromisoformat(day).toordinal() for day in iso} <= set(train.tolist())
    with_weekday = [(text, day) for text, day in zip(texts, iso, strict=True) if text[0].isalpha() and "," not in text]
    assert len(with_weekday) > 50
    for text, day in with_weekday:
        assert datetime.datetime.strptime(text, "%a %d %b %Y").date().isoformat() == day
    assert sum("." in text for text in texts) > 50 < sum("/" in text for text in texts)


def test_no_day_is_on_both_sides_of_the_split_and_none_is_lost():
    train, test = split_days(np.random.default_rng(3), share=0.25, first_year=2000, last_year=2003)
    assert len(train) + len(test) == 366 + 3 * 365
    assert len(test) == 365
    assert not set(train.tolist()) & set(test.tolist())
    assert datetime.date.fromordinal(int(min(train[0], test[0]))) == datetime.date(2000, 1, 1)


@pytest.mark.parametrize("days", [[], [0], [0.5], [[DAY]], [datetime.date.max.toordinal() + 1]])
def test_days_that_are_no_row_of_ordinals_are_refused(days):
    with pytest.raises((TypeError, ValueError), match="days: "):
        dates(1, days, np.random.default_rng(0))


def test_the_last_year_is_not_before_the_first():
    with pytest.raises(ValueError, match="last_year: must be from 2000"):
        split_days(np.random.default_rng(0), first_year=2000, last_year=1999)


def test_tokens_are_the_texts_again_and_padding_is_zero():
    texts, _ = dates(50, [DAY, DAY + 200], np.random.default_rng(4))
    tokens, lengths = encode_dates(texts)
    assert decode_dates(tokens) == texts
    assert lengths.tolist() == [len(text) for text in texts]
    assert ((tokens > 1) == (np.arange(tokens.shape[1]) < lengths[:, None])).all()
    assert tokens.max() < len(DATE_TOKENS) + 2


@pytest.mark.parametrize("texts", [[], [""], "4.7.2031", ["4_7_2031"], ["May 4"]])
def test_texts_that_have_no_tokens_are_refused(texts):
    with pytest.raises((TypeError, ValueError), match="texts: "):
        encode_dates(texts)


@pytest.mark.parametrize("token", [-1, len(DATE_TOKENS) + 2])
def test_a_token_outside_the_vocabulary_is_refused(token):
    with pytest.raises(ValueError, match=f"tokens: must be from 0 to {len(DATE_TOKENS) + 1}"):
        decode_dates([[2, token]])


def test_two_sines_are_their_formula_and_the_noise_has_the_size_that_is_asked_for():
    values, clean = two_sines(20_000, np.random.default_rng(5), periods=(40, 9), sizes=(1, 0.25), noise=0.2)
    steps = np.arange(20_000)
    np.testing.assert_allclose(clean, np.sin(np.pi * steps / 20) + 0.25 * np.sin(2 * np.pi * steps / 9))
    squares = (values - clean) ** 2
    assert abs(squares.mean() - 0.04) < 5 * squares.std() / np.sqrt(20_000)
    noise = values - clean
    assert abs((noise[1:] * noise[:-1]).mean()) < 5 * 0.04 / np.sqrt(20_000)


def test_windows_are_all_stretches_of_a_series_with_what_follows_them():
    series = np.arange(7.0)
    past, following = windows(series, 3)
    assert past.tolist() == [[t, t + 1, t + 2] for t in range(4)]
    assert following.tolist() == [3, 4, 5, 6]
    past[:] = -1
    assert series.tolist() == list(range(7))


def test_a_window_that_nothing_follows_is_refused():
    with pytest.raises(ValueError, match="width: must be from 1 to 4"):
        windows(np.arange(5), 5)
    with pytest.raises(ValueError, match="series: must have one axis"):
        windows(np.eye(3), 1)


@pytest.mark.parametrize(("draw", "answer"), [(reversal, lambda row: row[::-1]), (sorting, sorted)])
def test_an_answer_is_the_source_reversed_or_sorted_between_its_two_tokens(draw, answer):
    pairs = draw(300, 7, np.random.default_rng(0), n_symbols=4, shortest=2)
    assert set(pairs.lengths) == set(range(2, 8))
    assert set(pairs.source.ravel()) == {PADDING, 3, 4, 5, 6}
    for row, length, target in zip(pairs.source.tolist(), pairs.lengths, pairs.target.tolist(), strict=True):
        assert PADDING not in row[:length]
        assert row[length:] == [PADDING] * (7 - length)
        assert target == [START, *answer(row[:length]), *[END] * (8 - length)]


def test_without_a_shortest_all_sources_are_the_longest_and_symbols_are_even():
    pairs = reversal(4000, 5, np.random.default_rng(1), n_symbols=8)
    assert (pairs.lengths == 5).all()
    shares = np.bincount(pairs.source.ravel() - 3, minlength=8) / pairs.source.size
    assert abs(shares - 1 / 8).max() < 5 * np.sqrt(1 / 8 * 7 / 8 / pairs.source.size)


def test_each_word_of_a_translation_is_that_of_the_place_it_is_aligned_with():
    drawn = sentences(500, np.random.default_rng(2))
    assert drawn.source.shape == (500, 7)
    assert set(drawn.lengths) == set(range(3, 8))
    for row, n, target, places in zip(*(part.tolist() for part in drawn), strict=True):
        assert sorted(places[:n]) == list(range(n))
        assert places[n:] == [-1] * (8 - n)
        assert target == [START, *(row[place] for place in places[:n]), *[END] * (8 - n)]
        assert row[n:] == [PADDING] * (7 - n)


def test_in_the_translation_nouns_come_before_their_adjectives_and_the_verb_at_the_end():
    drawn, kinds = sentences(200, np.random.default_rng(3)), "n" * 6 + "a" * 5 + "v" * 4
    assert len(SOURCE_WORDS) == len(TARGET_WORDS) == len(kinds) == len({*SOURCE_WORDS, *TARGET_WORDS}) / 2
    for row, n, target, _ in zip(*(part.tolist() for part in drawn), strict=True):
        read = "".join(kinds[token - 3] for token in row[:n])
        before, after = read.split("v")
        assert {before.strip("a"), after.strip("a")} == {"n"} == {before[-1], after[-1]}
        written = "".join(kinds[token - 3] for token in target[1 : n + 1])
        assert written == before[::-1] + after[::-1] + "v"
        nouns = [token for token in row[:n] if kinds[token - 3] == "n"]
        assert nouns[0] != nouns[1]
        for part in (row[: len(before)], row[len(before) + 1 : n]):
            assert len(part) == len(set(part)) <= 3


def test_without_adjectives_the_verb_alone_changes_its_place():
    drawn = sentences(20, np.random.default_rng(4), most_adjectives=0)
    assert (drawn.alignment == [0, 2, 1, -1]).all()


def test_no_token_of_a_name_is_on_both_sides_of_the_split_and_none_is_lost():
    train, test = split_names(20, np.random.default_rng(5), share=0.25, n_words=6)
    assert len(test) == 5
    assert sorted([*train, *test]) == list(range(8, 28))


@pytest.mark.parametrize("places", [None, (2, 4)])
def test_a_name_stands_after_its_cue_and_nowhere_else(places):
    drawn = names_to_copy(2000, 9, [20, 22, 25], np.random.default_rng(6), n_letters=2, places=places)
    assert set(drawn.places) == set(range(7) if places is None else range(2, 5))
    assert set(drawn.names.ravel()) == {20, 22, 25}
    for tokens, place, name in zip(*(part.tolist() for part in drawn), strict=True):
        assert tokens[place : place + 3] == [1, *name]
        assert set(tokens[:place] + tokens[place + 3 :]) <= set(range(2, 10))
    assert set(drawn.tokens.ravel()) == {1, *range(2, 10), 20, 22, 25}


def test_sines_are_their_formula_within_the_ranges_asked_for():
    drawn = sines(400, 50, np.random.default_rng(7), sizes=(1, 3), periods=(8, 20), noise=0.3)
    steps = np.arange(50)
    for i in range(400):
        angle = 2 * np.pi * steps / drawn.periods[i] + drawn.phases[i]
        np.testing.assert_allclose(drawn.clean[i], drawn.sizes[i] * np.sin(angle), atol=1e-12)
    for values, (low, high) in ((drawn.sizes, (1, 3)), (drawn.periods, (8, 20)), (drawn.phases, (0, 2 * np.pi))):
        assert low <= values.min() < values.max() <= high
        assert abs(values.mean() - (low + high) / 2) < 5 * (high - low) / np.sqrt(12 * 400)
    noise = drawn.values - drawn.clean
    assert abs((noise**2).mean() - 0.09) < 5 * 0.09 * np.sqrt(2 / noise.size)


def test_a_range_whose_ends_are_exchanged_is_refused():
    for name in ("sizes", "periods"):
        with pytest.raises(ValueError, match=rf"^{name}: must be \(low, high\); got \(3\.0, 2\.0\)"):
            sines(2, 5, np.random.default_rng(0), **{name: (3, 2)})


def test_pictures_are_rows_of_the_digits_that_name_their_bits():
    names, bits = pictures("letters")
    assert names == tuple(LETTERS)
    for name, row in zip(names, bits, strict=True):
        assert f"{int(''.join(map(str, row.tolist())), 2):064x}" == LETTERS[name]


def test_pictures_are_nearly_as_unlike_as_random_patterns_and_letters_are_alike():
    chance = 5 * 0.5 * 256**0.5  # five standard errors of the distance between random patterns
    for kind, is_like_chance in (("pictures", True), ("letters", False)):
        bits = pictures(kind).bits
        distances = (bits[:, None] != bits).sum(-1)[np.triu_indices(8, 1)]
        assert (abs(distances - 128) < chance).all() == is_like_chance
        assert (distances < 128).all() != is_like_chance
