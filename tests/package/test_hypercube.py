"""Random addresses, packed bits, balls and circle intersections: against counting and exact sums, and by property."""

import math
from fractions import Fraction

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softrecall.hypercube import (
    ball_fraction,
    circle_intersection,
    circle_intersection_fraction,
    pack_bits,
    radius_for_fraction,
    random_bits,
    random_words,
    unpack_bits,
)
from softrecall.similarity import hamming_distance

ULP = 2.0**-53  # the largest relative error of one rounding
WIDTHS = [1, 2, 7, 8, 63, 64, 65, 100, 128, 1000]
balls = st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
SMALL_BALLS = [(n, d) for n in range(1, 11) for d in range(n + 1)]
LARGE_BALLS = [
    *[(256, d) for d in (0, 1, 50, 109, 127, 128, 129, 200, 255, 256)],
    *[(1000, d) for d in (0, 1, 2, 100, 451, 499, 500, 501, 700, 999, 1000)],
    *[(1024, 462), (1075, 4), (1101, 3), (1101, 550), (1101, 551), (4096, 1500), (4096, 1950), (4096, 2049)],
]


# Random addresses


@pytest.mark.parametrize("n_bits", WIDTHS)
def test_the_same_seed_gives_the_same_bits_and_another_seed_gives_others(n_bits):
    bits = random_bits(64, n_bits, np.random.default_rng(7))
    assert bits.shape == (64, n_bits)
    assert bits.dtype == np.uint8
    assert set(np.unique(bits)) == {0, 1}
    np.testing.assert_array_equal(bits, random_bits(64, n_bits, np.random.default_rng(7)))
    assert (bits != random_bits(64, n_bits, np.random.default_rng(8))).any()


@pytest.mark.parametrize("n_bits", [1, 64, 70])
@pytest.mark.parametrize("bit_generator", [np.random.PCG64, np.random.MT19937, np.random.Philox])
def test_drawing_in_blocks_or_packed_gives_the_same_bits_as_drawing_at_once(n_bits, bit_generator):
    at_once = random_bits(11, n_bits, np.random.Generator(bit_generator(7)))
    rng = np.random.Generator(bit_generator(7))
    np.testing.assert_array_equal(np.concatenate([random_bits(n, n_bits, rng) for n in (1, 3, 7)]), at_once)
    rng = np.random.Generator(bit_generator(7))
    words = np.concatenate([random_words(n, n_bits, rng) for n in (5, 6)])
    np.testing.assert_array_equal(words, pack_bits(at_once))


def test_random_words_are_the_raw_draws_of_the_generator_with_pad_bits_cleared():
    raw = [int(word) for word in np.random.PCG64(7).random_raw(6)]
    expected = [[raw[0], raw[1] % 2**6], [raw[2], raw[3] % 2**6], [raw[4], raw[5] % 2**6]]
    assert random_words(3, 70, np.random.default_rng(7)).tolist() == expected


def test_each_bit_is_one_half_of_the_time_and_neighbours_are_independent():
    n, n_bits = 20_000, 70
    bits = random_bits(n, n_bits, np.random.default_rng(9)).astype(np.int64)
    five_standard_errors = 5 * 0.5 / math.sqrt(n)
    assert np.abs(bits.mean(axis=0) - 0.5).max() < five_standard_errors
    differs = bits[:, 1:] != bits[:, :-1]
    assert np.abs(differs.mean(axis=0) - 0.5).max() < five_standard_errors


# Packing


@given(st.lists(st.integers(0, 1), min_size=1, max_size=200))
def test_packing_agrees_with_the_oracle_and_unpacking_undoes_it(bits):
    words = pack_bits(bits)
    assert words.dtype == np.uint64
    assert words.tolist() == oracles.pack(bits)
    assert unpack_bits(words, len(bits)).tolist() == bits


@pytest.mark.parametrize("n_bits", WIDTHS)
def test_packed_addresses_differ_in_as_many_bits_as_the_addresses(n_bits):
    a, b = random_bits(2 * 3 * 5, n_bits, np.random.default_rng(1)).reshape(2, 3, 5, n_bits)
    words = pack_bits(a) ^ pack_bits(b)
    assert words.shape == (3, 5, math.ceil(n_bits / 64))
    np.testing.assert_array_equal(np.bitwise_count(words).sum(axis=-1), hamming_distance(a, b))


def test_packing_takes_views_of_any_memory_order_and_unpacking_too():
    bits = random_bits(70, 130, np.random.default_rng(2))
    np.testing.assert_array_equal(pack_bits(bits.T[::-1]), pack_bits(bits.T[::-1].copy()))
    words = np.asfortranarray(pack_bits(bits))
    np.testing.assert_array_equal(unpack_bits(words, 130), bits)
    np.testing.assert_array_equal(unpack_bits(words[::2].astype(">u8"), 130), bits[::2])


@pytest.mark.parametrize("n_bits", [1, 63, 65, 127])
def test_a_one_among_the_pad_bits_is_refused(n_bits):
    words = pack_bits(np.ones((3, n_bits), dtype=bool))
    words[1, -1] |= np.uint64(2 ** (n_bits % 64))
    with pytest.raises(ValueError, match=rf"^words: bits from {n_bits} on are padding .*; got a 1 at index \(1,\)$"):
        unpack_bits(words, n_bits)


# Balls


@pytest.mark.parametrize(("n_bits", "radius"), SMALL_BALLS)
def test_ball_fraction_is_the_share_of_points_counted_one_by_one(n_bits, radius):
    assert ball_fraction(n_bits, radius) == oracles.ball_by_counting(n_bits, radius) / 2**n_bits


@pytest.mark.parametrize(("n_bits", "radius"), [*LARGE_BALLS, (5000, 1200), (5000, 2400), (5000, 2600)])
def test_ball_fraction_is_the_float_nearest_to_the_exact_sum_in_both_tails(n_bits, radius):
    assert ball_fraction(n_bits, radius) == float(oracles.ball_fraction(n_bits, radius))


@given(balls)
def test_a_ball_and_the_ball_around_the_opposite_point_fill_the_space(ball):
    n_bits, radius = ball
    rest = ball_fraction(n_bits, n_bits - 1 - radius) if radius < n_bits else 0.0
    assert ball_fraction(n_bits, radius) + rest == pytest.approx(1, abs=2 * ULP)


def test_ball_fractions_at_the_edges():
    assert ball_fraction(1, 0) == 0.5
    assert ball_fraction(1001, 500) == 0.5
    assert ball_fraction(1074, 0) == 5e-324
    assert ball_fraction(1076, 0) == 0.0
    assert ball_fraction(5000, 5000) == 1.0


@pytest.mark.parametrize(
    ("n_bits", "radius", "fraction", "digits"),
    [
        (1000, 451, 1.07185e-3, 6),  # Kanerva (1988) takes radius 451 for "about a thousandth" of the space
        (64, 5, 4.501e-13, 4),  # the three radii of Bricken and Pehlevan (2021) at 64 bits
        (64, 11, 5.029e-8, 4),
        (64, 15, 1.218e-5, 4),
    ],
)
def test_ball_fractions_of_the_literature_agree_in_every_printed_digit(n_bits, radius, fraction, digits):
    assert float(f"{ball_fraction(n_bits, radius):.{digits - 1}e}") == fraction


@given(balls)
def test_radius_for_fraction_undoes_ball_fraction(ball):
    n_bits, radius = ball
    fraction = ball_fraction(n_bits, radius)
    smallest = radius_for_fraction(n_bits, fraction)
    assert ball_fraction(n_bits, smallest) == fraction
    assert smallest <= radius
    above = math.nextafter(fraction, 2)
    if above <= 1:
        assert ball_fraction(n_bits, radius_for_fraction(n_bits, above)) >= above


@given(st.integers(1, 60), st.floats(0, 1, exclude_min=True))
def test_radius_for_fraction_is_the_smallest_that_suffices(n_bits, fraction):
    radius = radius_for_fraction(n_bits, fraction)
    assert ball_fraction(n_bits, radius) >= fraction
    assert radius == 0 or ball_fraction(n_bits, radius - 1) < fraction


def test_radii_at_the_edges():
    assert radius_for_fraction(1000, 0.001) == 451
    assert radius_for_fraction(1000, 5e-324) == 0
    assert radius_for_fraction(8, 1) == 8
    radius = radius_for_fraction(1000, 1.0)  # the first whose exact fraction rounds to 1
    assert 1 - oracles.ball_fraction(1000, radius) <= Fraction(1, 2**54) < 1 - oracles.ball_fraction(1000, radius - 1)


# Two circles


@pytest.mark.parametrize(("n_bits", "radius"), SMALL_BALLS)
def test_circle_intersection_is_the_number_of_points_counted_one_by_one(n_bits, radius):
    expected = [oracles.intersection_by_counting(n_bits, radius, h) for h in range(n_bits + 1)]
    counts = circle_intersection(n_bits, radius)
    assert counts == expected
    assert {type(count) for count in counts} == {int}


@pytest.mark.parametrize(("n_bits", "radius"), [(15, 6), (24, 11), (33, 17), (64, 11), (256, 109)])
def test_circle_intersection_is_the_double_sum_over_bits_where_the_centres_differ_and_agree(n_bits, radius):
    distances = range(0, n_bits + 1, max(1, n_bits // 32))
    counts = circle_intersection(n_bits, radius)
    assert [counts[h] for h in distances] == [oracles.intersection_by_double_sum(n_bits, radius, h) for h in distances]


@given(balls)
def test_circle_intersection_never_rises_and_moves_in_steps_of_two(ball):
    n_bits, radius = ball
    counts = circle_intersection(n_bits, radius)
    assert len(counts) == n_bits + 1
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == sum(math.comb(n_bits, k) for k in range(radius + 1))
    assert all(counts[h] == counts[h + 1] for h in range(1, n_bits, 2))
    assert [h for h, count in enumerate(counts) if count == 0] == list(range(2 * radius + 1, n_bits + 1))


@given(balls)
def test_the_intersections_around_all_centres_count_every_pair_of_points_of_the_ball(ball):
    n_bits, radius = ball
    pairs = sum(math.comb(n_bits, h) * count for h, count in enumerate(circle_intersection(n_bits, radius)))
    assert pairs == sum(math.comb(n_bits, k) for k in range(radius + 1)) ** 2


@pytest.mark.parametrize(("n_bits", "radius"), [*SMALL_BALLS, *LARGE_BALLS])
def test_intersection_fractions_agree_with_the_exact_counts(n_bits, radius):
    fractions = circle_intersection_fraction(n_bits, radius)
    expected = np.array([count / 2**n_bits for count in circle_intersection(n_bits, radius)])
    assert fractions.dtype == np.float64
    assert fractions.shape == (n_bits + 1,)
    np.testing.assert_allclose(fractions, expected, rtol=1e-12, atol=1e-312)  # seen: 1e-14; promised: 1e-9
    assert (fractions[2 * radius + 1 :] == 0).all()
    assert (np.diff(fractions) <= 0).all()
    assert math.isclose(fractions[0], ball_fraction(n_bits, radius), rel_tol=1e-12, abs_tol=1e-312)


def test_the_intersections_of_kanervas_example_are_these_many_locations_in_a_million():
    # 1000 bits, radius 451, a million hard locations: Kanerva (1988). Exact values, rounded to the digits shown.
    expected = {0: 1071.85, 1: 958.44, 10: 795.87, 50: 476.87, 100: 285.83, 150: 173.63, 200: 103.46, 300: 32.32}
    fractions = circle_intersection_fraction(1000, 451)
    assert {h: round(1e6 * fractions[h], 2) for h in expected} == expected


def test_what_is_handed_out_can_be_changed_without_changing_the_next_answer():
    first, exact = circle_intersection_fraction(64, 11), circle_intersection(64, 11)
    kept, kept_exact = first.copy(), exact.copy()
    first[:] = -1
    exact.clear()
    np.testing.assert_array_equal(circle_intersection_fraction(64, 11), kept)
    assert circle_intersection(64, 11) == kept_exact


def test_tiny_fractions_underflow_without_a_floating_point_error():
    with np.errstate(all="raise"):
        fractions = circle_intersection_fraction(2000, 300)
    assert fractions[0] < 1e-200
    assert fractions[600] == 0.0


@pytest.mark.parametrize("integer", [np.int8, np.uint8, np.int32])
def test_narrow_numpy_integers_do_not_wrap(integer):
    assert ball_fraction(integer(100), integer(50)) == ball_fraction(100, 50)
    assert circle_intersection(integer(100), integer(50)) == circle_intersection(100, 50)
    np.testing.assert_array_equal(
        circle_intersection_fraction(integer(100), integer(50)), circle_intersection_fraction(100, 50)
    )
    assert radius_for_fraction(integer(100), np.float32(0.5)) == 50
