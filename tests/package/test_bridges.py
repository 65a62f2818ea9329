"""What the book claims to be the same, by two routes that share no code; and by how much they differ where they do."""

import numpy as np
import pytest

from softrecall.attention import attend
from softrecall.hopfield import HopfieldNetwork, modern_update
from softrecall.hypercube import circle_intersection, fit_beta, random_bits
from softrecall.sdm import SparseDistributedMemory


def test_attention_to_the_patterns_themselves_is_one_update_of_a_modern_hopfield_network():
    rng = np.random.default_rng(1)
    patterns, states = rng.standard_normal((30, 16)), rng.standard_normal((5, 16))
    for beta in (0.0, 0.25, 3.0):
        output, _ = attend(states, patterns, patterns, beta=beta)
        np.testing.assert_allclose(output, modern_update(states, patterns, beta), atol=1e-12)


def test_the_field_of_a_classical_hopfield_network_is_attention_to_the_patterns_without_a_softmax():
    rng = np.random.default_rng(5)
    patterns, states = rng.choice([-1.0, 1.0], (30, 64)), rng.choice([-1.0, 1.0], (5, 64))
    scores = states @ patterns.T / 64  # as many for a query as there are keys, and no softmax over them
    field = HopfieldNetwork(patterns).field(states)
    np.testing.assert_allclose(field + 30 / 64 * states, scores @ patterns, atol=1e-12)


def test_at_a_large_beta_all_three_give_back_the_pattern_that_a_damaged_cue_is_nearest_to():
    rng = np.random.default_rng(6)
    patterns = rng.choice([-1.0, 1.0], (8, 256))
    cues = patterns * rng.permuted(np.tile(np.where(np.arange(256) < 40, -1, 1), (8, 1)), axis=1)
    np.testing.assert_allclose(modern_update(cues, patterns, 1.0), patterns, atol=1e-9)
    np.testing.assert_allclose(attend(cues, patterns, patterns, beta=1.0)[0], patterns, atol=1e-9)
    for cue, pattern in zip(cues, patterns, strict=True):
        np.testing.assert_array_equal(HopfieldNetwork(patterns).recall(cue, rng=rng).state, pattern)


def test_the_counters_of_a_memory_add_up_to_a_vote_of_the_patterns_by_shared_locations():
    rng = np.random.default_rng(2)
    memory = SparseDistributedMemory(100, 3000, 40, n_data_bits=12, rng=rng)
    addresses, data, cues = random_bits(40, 100, rng), random_bits(40, 12, rng), random_bits(6, 100, rng)
    memory.write(addresses, data)
    written = [set(found.tolist()) for found in memory.activate(addresses)]
    for cue, near in zip(cues, memory.activate(cues), strict=True):
        votes = np.array([len(where & set(near.tolist())) for where in written])
        assert votes.any()
        np.testing.assert_array_equal(memory.read(cue).sums, votes @ (2 * data.astype(int) - 1))


def both_weights(radius, beta, flips, n_trials, rng):
    """Weights of 1,024 random patterns of 64 bits for damaged cues: by circles, and by attention."""
    shared = np.array([count / 2**64 for count in circle_intersection(64, radius)])
    for _ in range(n_trials):
        patterns = random_bits(1024, 64, rng)
        cue = patterns[0] ^ rng.permuted(np.arange(64) < flips)
        circles = shared[(patterns != cue).sum(axis=1)]
        signs, q = (2.0 * patterns - 1) / 8, (2.0 * cue - 1) / 8  # of length one
        yield circles / circles.sum(), attend(q[None], signs, signs, beta=beta)[1][0]


@pytest.mark.parametrize(
    ("radius", "is_published", "expected"),
    [
        (11, True, {0: 0.001, 4: 0.006, 8: 0.045, 12: 0.24}),
        (11, False, {0: 0.003, 4: 0.016, 8: 0.093, 12: 0.37}),
        (15, True, {0: 0.07, 4: 0.20, 8: 0.41, 12: 0.54}),
    ],
)
def test_the_weights_of_circles_and_of_attention_agree_near_a_pattern_and_part_with_damage(
    radius, is_published, expected
):
    rng = np.random.default_rng(3)
    beta = fit_beta(64, radius).beta * (radius / (radius - 1) if is_published else 1)
    for flips, distance in expected.items():
        gaps = [abs(a - b).sum() / 2 for a, b in both_weights(radius, beta, flips, 60, rng)]
        assert np.mean(gaps) == pytest.approx(distance, abs=0.03)


def recovered(radius, flips, n_trials, rng):
    """How often up to 10 reads with exact weights bring a pattern back, out of 1,024 of 64 bits."""
    shared = np.array([count / 2**64 for count in circle_intersection(64, radius)])
    n_right = 0
    for _ in range(n_trials):
        patterns = random_bits(1024, 64, rng)
        signs = 2.0 * patterns - 1
        cue = patterns[0] ^ rng.permuted(np.arange(64) < flips)
        for _ in range(10):
            weights = shared[(patterns != cue).sum(axis=1)]
            read = (weights @ signs > 0).astype(np.uint8)
            if (read == cue).all():
                break
            cue = read
        n_right += (cue == patterns[0]).all()
    return n_right / n_trials


@pytest.mark.parametrize(
    ("radius", "expected"),
    [
        (15, {16: 1.0, 18: 0.80, 20: 0.22, 22: 0.02}),
        (11, {16: 0.96, 18: 0.87, 20: 0.31}),
        (9, {16: 0.98, 18: 0.78, 20: 0.0}),
        (5, {10: 1.0, 12: 0.0}),
        (19, {12: 0.69, 16: 0.03}),
        (21, {6: 0.03}),
    ],
)
def test_with_endless_locations_a_pattern_comes_back_as_often_as_the_literatures_settings_say(radius, expected):
    rng = np.random.default_rng(4)
    for flips, share in expected.items():
        margin = max(0.04, 5 * (2 * share * (1 - share) / 120) ** 0.5)  # both shares are counts of 120
        assert recovered(radius, flips, 120, rng) == pytest.approx(share, abs=margin)
