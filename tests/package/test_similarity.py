"""Hamming distance, cosine, softmax and entropy against slow oracles, by property, and at the edges of floats."""

import math
import re
from itertools import product

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softrecall.similarity import cosine_similarity, entropy, hamming_distance, softmax

EPS = np.finfo(np.float64).eps
bits = st.integers(0, 1)
finite = st.floats(allow_nan=False, allow_infinity=False)
betas = st.floats(0, allow_nan=False, allow_infinity=False)


# Hamming distance


@given(st.lists(st.tuples(bits, bits), min_size=1, max_size=200))
def test_hamming_distance_counts_the_places_that_differ(pairs):
    a, b = zip(*pairs, strict=True)
    assert hamming_distance(a, b) == oracles.hamming(a, b)


@given(st.lists(st.tuples(bits, bits, bits), min_size=1, max_size=40))
def test_hamming_distance_is_a_metric(triples):
    a, b, c = zip(*triples, strict=True)
    assert hamming_distance(a, a) == 0
    assert hamming_distance(a, b) == hamming_distance(b, a)
    assert hamming_distance(a, c) <= hamming_distance(a, b) + hamming_distance(b, c)


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int64])
def test_hamming_distance_does_not_wrap_in_a_narrow_dtype(dtype):
    ones, zeros = np.ones(1000, dtype=dtype), np.zeros(1000, dtype=bool)
    distance = hamming_distance(ones, zeros)
    assert distance == 1000
    assert distance.dtype == np.int64


def test_leading_axes_of_hamming_distance_broadcast():
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 2, (4, 1, 6)), rng.integers(0, 2, (3, 6))
    expected = [[oracles.hamming(x[0], y) for y in b] for x in a]
    np.testing.assert_array_equal(hamming_distance(a, b), expected)


# Cosine similarity


@given(st.lists(st.tuples(st.integers(-99, 99), st.integers(-99, 99)), min_size=1, max_size=30))
def test_cosine_agrees_with_the_oracle(pairs):
    a, b = zip(*pairs, strict=True)
    if any(a) and any(b):
        assert abs(cosine_similarity(a, b) - oracles.cosine(a, b)) <= 4 * EPS
    else:
        with pytest.raises(ValueError, match="a zero vector has no direction"):
            cosine_similarity(a, b)


@pytest.mark.parametrize(("size_a", "size_b"), list(product([5e-324, 1e-310, 1e-200, 1.0, 1e200, 1.7e308], repeat=2)))
def test_cosine_does_not_care_how_long_the_vectors_are(size_a, size_b):
    a, b = size_a * np.array([1.0, 0.0, 1.0]), size_b * np.array([0.0, 1.0, 1.0])
    with np.errstate(all="raise"):
        assert abs(cosine_similarity(a, b) - 0.5) <= 2 * EPS


def test_entries_of_very_different_size_agree_with_the_oracle():
    a, b = [1.1e-200, 1e200, 3e-100, 0.7e-308], [1e200, 1.3e-200, 1e199, 1e-9]
    with np.errstate(all="raise"):
        assert math.isclose(cosine_similarity(a, b), oracles.cosine(a, b), rel_tol=4 * EPS)


def test_cosine_of_a_vector_with_itself_is_one_and_with_its_negative_minus_one():
    x = np.random.default_rng(2).normal(size=(500, 37))
    np.testing.assert_allclose(cosine_similarity(x, x), 1, rtol=0, atol=2 * EPS)
    np.testing.assert_allclose(cosine_similarity(x, -x), -1, rtol=0, atol=2 * EPS)


def test_cosine_of_bipolar_codes_is_the_rounded_value_of_one_minus_twice_the_distance_over_the_width():
    rng = np.random.default_rng(3)
    for n_bits in (1, 3, 7, 64, 1000):
        a, b = rng.integers(0, 2, (2, 50, n_bits))
        expected = [float((n_bits - 2 * d) / n_bits) for d in hamming_distance(a, b).tolist()]
        np.testing.assert_array_equal(cosine_similarity(2 * a - 1, 2 * b - 1), expected)


def test_leading_axes_of_cosine_broadcast():
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=(4, 1, 6)), rng.normal(size=(3, 6))
    expected = [[oracles.cosine(x[0], y) for y in b] for x in a]
    np.testing.assert_allclose(cosine_similarity(a, b), expected, rtol=0, atol=4 * EPS)


def test_small_integers_are_widened_before_they_are_multiplied():
    a = np.full(100, 100, dtype=np.int8)
    assert cosine_similarity(a, a) == 1


@pytest.mark.parametrize(("place", "vectors"), [(" at index (1,)", [[1.0, 2.0], [0.0, -0.0]]), ("", [0.0, 0.0])])
def test_a_zero_vector_is_named_with_its_row(place, vectors):
    for name, args in {"a": (vectors, [1.0, 1.0]), "b": ([1.0, 1.0], vectors)}.items():
        needed = f"{name}: every vector needs a length above 0 (a zero vector has no direction); got zeros{place}"
        with pytest.raises(ValueError, match=f"^{re.escape(needed)}$"):
            cosine_similarity(*args)


# Softmax


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=20), st.floats(0, 20))
def test_softmax_agrees_with_the_oracle(scores, beta):
    expected = oracles.softmax(scores, beta)
    # exp turns an absolute error of its argument, some eps * |beta * difference| <= 2000 eps, into a relative one
    np.testing.assert_allclose(softmax(scores, beta), expected, rtol=1e-12, atol=1e-320)


@given(st.lists(finite, min_size=1, max_size=8), betas)
def test_softmax_is_a_probability_or_names_the_product_that_overflows(scores, beta):
    with np.errstate(all="raise"):
        if any(math.isinf(beta * score) for score in scores):
            with pytest.raises(ValueError, match=r"^scores, beta: their products must be finite in float64; got one"):
                softmax(scores, beta)
        else:
            weights = softmax(scores, beta)
            assert (weights >= 0).all()
            assert abs(weights.sum() - 1) <= 4 * EPS


@pytest.mark.parametrize(
    ("scores", "beta"),
    [
        ([1e308, -1e308], 1e-308),  # the difference of the scores overflows, the answer is softmax([2, 0])
        ([1.7e308, -1.7e308, 0.0], 3e-309),
        ([1e308, 1e308, -1e308], 1.0),  # the difference of the products overflows: that weight is 0
        ([5e-324, 0.0], 1.7e308),
        ([1e-300, -1e-300], 1e300),
        ([3.0, 3.0, 2.0], 1e307),
        ([1e16, 1e16 + 2], 0.5),
        ([700.0, -700.0], 1.0),
        ([0.0], 0.0),
        ([1e308, -1e308], 0.0),
    ],
)
def test_softmax_is_right_for_scores_of_any_size_whose_products_are_finite(scores, beta):
    with np.errstate(all="raise"):
        weights = softmax(scores, beta)
    np.testing.assert_allclose(weights, oracles.softmax(scores, beta), rtol=1e-14, atol=1e-320)


@pytest.mark.parametrize("scores", [[1.0, 1e38], [-1e38, 0.0], [1e38, 1.0]])
def test_one_product_that_overflows_is_refused_also_in_float32(scores):
    scores = np.array(scores, dtype=np.float32)
    needed = "scores, beta: their products must be finite in float32; got one that overflows"
    with np.errstate(all="raise"), pytest.raises(ValueError, match=f"^{needed}$"):
        softmax(scores, 10.0)
    with np.errstate(all="raise"), pytest.raises(ValueError, match=f"^{needed}$"):
        softmax(np.float32([0.0, 0.0]), 1e300)  # a beta that float32 cannot hold
    assert softmax(scores.astype(np.float64), 10.0).sum() == 1


@pytest.mark.parametrize("beta", [1e30, 1e-300, 3.0])
def test_scores_of_float32_give_the_right_float32_weights(beta):
    scores = np.array([1.0, 1.0, 1 - 2**-20], dtype=np.float32)
    with np.errstate(all="raise"):
        weights = softmax(scores, beta)
    assert weights.dtype == np.float32
    np.testing.assert_allclose(weights, oracles.softmax(scores, beta), rtol=1e-6)


@given(st.lists(finite, min_size=1, max_size=8))
def test_at_beta_zero_all_weights_are_equal(scores):
    assert softmax(scores, beta=0).tolist() == [1 / len(scores)] * len(scores)


@given(st.lists(st.integers(-30, 30), min_size=2, max_size=8), st.integers(-(2**40), 2**40), st.floats(0, 5))
def test_adding_the_same_to_every_score_changes_no_weight(scores, shift, beta):
    shifted = softmax(np.array(scores) + shift, beta)
    error = 2 * EPS * beta * (abs(shift) + 30)  # half a digit of each of two products, and as much of their difference
    np.testing.assert_allclose(shifted, softmax(scores, beta), rtol=4 * error + 8 * EPS, atol=1e-300)
    np.testing.assert_array_equal(
        softmax(np.array(scores) + shift, 0.5), softmax(scores, 0.5)
    )  # these have no rounding


@given(st.lists(st.floats(-10, 10), min_size=2, max_size=8), st.floats(0, 5), st.floats(0, 5))
def test_a_higher_beta_gives_the_best_score_no_less_and_spreads_the_weights_no_wider(scores, beta_1, beta_2):
    low, high = softmax(scores, min(beta_1, beta_2)), softmax(scores, max(beta_1, beta_2))
    assert high.max() >= low.max() - 1e-14
    assert entropy(high) <= entropy(low) + 1e-13


@given(st.permutations(list(range(6))))
def test_reordering_the_scores_reorders_the_weights(order):
    scores = np.array([0.3, -1.0, 2.5, 2.5, 7.0, -40.0])
    np.testing.assert_allclose(softmax(scores[order]), softmax(scores)[order], rtol=4 * EPS)


def test_softmax_works_along_any_axis():
    scores = np.random.default_rng(5).normal(size=(2, 3, 4))
    for axis in (-3, -2, -1, 0, 1, 2):
        weights = np.moveaxis(softmax(scores, 2.0, axis=axis), axis, -1)
        np.testing.assert_array_equal(weights, softmax(np.moveaxis(scores, axis, -1), 2.0))


def test_a_row_far_below_another_keeps_its_own_weights():
    weights = softmax([[1e6, 1e6 + 1], [-1e6, -1e6 + 1]])
    np.testing.assert_allclose(weights, [oracles.softmax([0.0, 1.0], 1.0)] * 2, rtol=1e-14)


# Entropy


@given(st.lists(st.integers(0, 50), min_size=1, max_size=20))
def test_entropy_agrees_with_the_oracle(counts):
    total = sum(counts)
    if total:
        weights = [c / total for c in counts]
        assert math.isclose(entropy(weights), oracles.entropy(weights), rel_tol=1e-14, abs_tol=1e-15)
        assert -1e-15 <= entropy(weights) <= math.log(len(weights)) + 1e-14
    else:
        with pytest.raises(ValueError, match="must sum to 1"):
            entropy(counts)


def test_one_certain_outcome_has_entropy_zero_without_a_minus_sign():
    result = entropy([0.0, 1.0, 0.0])
    assert result == 0
    assert math.copysign(1, result) == 1


@pytest.mark.parametrize("tiny", [5e-324, 1e-323, 3e-310, 1e-300])
def test_entropy_of_the_smallest_weights_is_not_nan(tiny):
    with np.errstate(all="raise"):
        assert math.isclose(entropy([1.0, tiny]), -tiny * math.log(tiny), rel_tol=1e-14, abs_tol=5e-324)


def test_sums_over_many_float32_weights_are_exact_to_float32_along_every_axis():
    n = 300_000  # added one after the other in float32, equal weights would sum to 1.001
    weights = softmax(np.full((n, 2), 0.1, dtype=np.float32), axis=0)
    assert weights.dtype == np.float32
    np.testing.assert_allclose(weights.sum(axis=0, dtype=np.float64), 1, rtol=1e-7)
    np.testing.assert_allclose(entropy(weights, axis=0), math.log(n), rtol=2e-7)


def test_entropy_works_along_any_axis():
    weights = softmax(np.random.default_rng(6).normal(size=(2, 3, 4)), axis=1)
    expected = [[oracles.entropy(weights[i, :, k] / weights[i, :, k].sum()) for k in range(4)] for i in range(2)]
    np.testing.assert_allclose(entropy(weights, axis=1), expected, rtol=1e-13)
    np.testing.assert_array_equal(entropy(weights, axis=-2), entropy(weights, axis=1))


@pytest.mark.parametrize("size", [1 - 9e-6, 1 + 9e-6])
def test_weights_that_sum_to_one_within_the_tolerance_are_used_as_they_are(size):
    assert math.isclose(entropy([size / 2, size / 2]), -size * math.log(size / 2), rel_tol=1e-14)


@pytest.mark.parametrize("size", [0.0, 1 - 1.1e-5, 1 + 1.1e-5, 1e308])
def test_weights_that_do_not_sum_to_one_are_refused_with_the_sum(size):
    with pytest.raises(ValueError, match=r"^weights: must sum to 1 within 1e-05 .*; got a sum of .* at index \(1,\)$"):
        entropy([[0.5, 0.5], [size, 0.0]])
    with pytest.raises(ValueError, match=r"got a sum of (?!.* at index)"):
        entropy([size, size])


# Dtypes


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [(np.float16, np.float32), (np.float32, np.float32), (np.float64, np.float64), (np.int8, np.float64)],
)
def test_results_keep_float32_and_turn_integers_into_float64(dtype, expected):
    x = np.array([[1, 0], [0, 1]], dtype=dtype)
    for result in (softmax(x, 2.0), softmax(x[0], 0), cosine_similarity(x, x[0]), entropy(x), entropy(x[0])):
        assert result.dtype == expected


def test_a_float32_vector_beside_a_float64_vector_gives_float64():
    assert cosine_similarity(np.ones(2, np.float32), np.ones(2)).dtype == np.float64


@pytest.mark.parametrize("size", [1e-44, 1e-30, 1.0, 1e38])
def test_float32_stays_stable_at_the_edges_of_its_range(size):
    a, b = np.float32([size, 0, size]), np.float32([0, size, size])
    assert cosine_similarity(a, b) == pytest.approx(0.5, abs=1e-6)
    beta = min(0.5 / size, 1e38)  # what float32 can hold
    assert softmax(a, beta).tolist() == pytest.approx(oracles.softmax(a, beta), rel=1e-6)
