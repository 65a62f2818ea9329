"""The modern Hopfield network."""

import numpy as np
import oracles
import pytest

from softrecall.hopfield import modern_update


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
