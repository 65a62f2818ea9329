"""The straight line through a circle intersection, its counterpart on a sphere, and the best radius by three criteria.

Golden values are those of Bricken and Pehlevan (2021) and of the code that accompanies it where it is named; the other
numbers were computed once in exact integers or with another method.
"""

import math
from statistics import NormalDist

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softrecall.hypercube import (
    ball_fraction,
    cap_intersection_fraction,
    circle_intersection,
    circle_intersection_fraction,
    critical_distance,
    fit_beta,
    optimal_fraction,
    optimal_radius,
)
from softrecall.hypercube.optima import NOISE_MODELS, _log_noise, log_intersections

# The slope


def slow_line(n_bits, radius, last):
    """Least squares in plain sums: slope and intercept on the cosine, and R squared."""
    pairs = [
        (1 - 2 * h / n_bits, math.log(oracles.intersection_by_double_sum(n_bits, radius, h))) for h in range(last + 1)
    ]
    n = len(pairs)
    mean_x, mean_y = sum(x for x, _ in pairs) / n, sum(y for _, y in pairs) / n
    slope = sum((x - mean_x) * (y - mean_y) for x, y in pairs) / sum((x - mean_x) ** 2 for x, _ in pairs)
    intercept = mean_y - slope * mean_x
    rest = sum((y - intercept - slope * x) ** 2 for x, y in pairs)
    return slope, intercept, 1 - rest / sum((y - mean_y) ** 2 for _, y in pairs)


@pytest.mark.parametrize(
    ("n_bits", "radius", "last"), [(8, 3, None), (64, 11, None), (64, 11, 22), (64, 5, 3), (65, 20, 1), (30, 20, 30)]
)
def test_a_fit_is_the_least_squares_line_through_the_logarithms_of_the_exact_counts(n_bits, radius, last):
    fit = fit_beta(n_bits, radius, max_distance=last)
    last = radius - 1 if last is None else last
    slope, intercept, r_squared = slow_line(n_bits, radius, last)
    assert fit.beta == pytest.approx(slope, rel=1e-10)
    assert fit.intercept == pytest.approx(intercept, rel=1e-10)
    assert fit.r_squared == pytest.approx(r_squared, rel=1e-10)
    assert fit.slope == pytest.approx(-2 * slope / n_bits, rel=1e-10)
    assert fit.distances.tolist() == list(range(last + 1))


LEAST_SQUARES = {
    **{(64, 5): 28.388, (64, 7): 22.235, (64, 9): 17.814, (64, 10): 16.562, (64, 11): 14.412, (64, 15): 9.436},
    **{(64, 19): 5.972, (64, 27): 1.780, (784, 290): 24.055, (784, 314): 15.095, (784, 345): 6.667},
    **{(1000, 405): 17.322, (1000, 447): 6.697, (1000, 448): 6.507, (1000, 451): 5.953, (1000, 480): 1.959},
}
PUBLISHED = {(64, 5): 35.485, (64, 9): 20.041, (64, 11): 15.853, (64, 15): 10.110, (1000, 451): 5.966}


@pytest.mark.parametrize(("setting", "beta"), LEAST_SQUARES.items())
def test_the_betas_of_the_literatures_settings(setting, beta):
    assert fit_beta(*setting).beta == pytest.approx(beta, abs=0.001)


@pytest.mark.parametrize(("setting", "beta"), PUBLISHED.items())
def test_the_published_betas_divide_a_covariance_over_k_less_one_by_a_variance_over_k(setting, beta):
    n_bits, radius = setting
    logs = np.array([math.log(count) for count in circle_intersection(n_bits, radius)[:radius]])
    cosines = 1 - 2 * np.arange(radius) / n_bits
    published = np.cov(cosines, logs)[0, 1] / np.var(cosines)
    assert published == pytest.approx(beta, abs=0.001)
    assert published / fit_beta(n_bits, radius).beta == pytest.approx(radius / (radius - 1), rel=1e-9)


def test_a_ball_that_holds_everything_gives_a_flat_line():
    fit = fit_beta(40, 40)
    assert (fit.beta, fit.slope, fit.r_squared) == (0.0, 0.0, 1.0)
    assert fit.intercept == pytest.approx(40 * math.log(2))


def test_a_flat_line_has_a_slope_of_exactly_zero_without_a_minus_sign():
    fits = [fit_beta(n, n) for n in range(2, 200)]
    assert {(fit.beta, fit.slope, fit.r_squared) for fit in fits} == {(0.0, 0.0, 1.0)}
    assert {math.copysign(1, number) for fit in fits for number in (fit.beta, fit.slope)} == {1.0}


def test_no_distance_is_larger_than_the_number_of_bits():
    assert fit_beta(8, 7, max_distance=8).distances[-1] == 8
    with pytest.raises(ValueError, match=r"^max_distance: must be from 1 to 8 \(.*\); got 9$"):
        fit_beta(8, 7, max_distance=9)


def test_counts_that_fit_no_float_can_be_fitted():
    fit = fit_beta(3000, 1400)
    assert 0 < fit.beta < 100
    assert fit.r_squared > 0.98


# The sphere


@pytest.mark.parametrize(("angle", "fraction"), [(0, 0.21654), (0.4, 0.16879), (1.0, 0.09983), (1.8, 0.02412)], ids=str)
def test_caps_overlap_as_two_million_random_directions_say(angle, fraction):
    assert cap_intersection_fraction(8, 0.3, [angle])[0] == pytest.approx(fraction, abs=0.001)


@pytest.mark.parametrize("n_dims", [2, 3, 5, 8])
@pytest.mark.parametrize("threshold", [-0.4, 0.0, 0.3])
def test_caps_overlap_as_random_directions_do(n_dims, threshold):
    rng, n = np.random.default_rng(5), 100_000
    directions = rng.standard_normal((n, n_dims))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    angles = np.array([0.0, 0.5, 1.3, 2.6, math.pi])
    centres = np.stack([np.cos(angles), np.sin(angles)])  # (2, n_angles), in the plane of the first two axes
    is_near = directions[:, :2] @ centres >= threshold
    counted = (is_near & is_near[:, :1]).mean(axis=0)
    exact = cap_intersection_fraction(n_dims, threshold, angles)
    deviation = np.sqrt(exact * (1 - exact) / n)
    assert (abs(counted - exact) <= 5 * deviation + 1e-12).all()


def test_on_a_circle_the_overlap_is_an_arc():
    angles = np.array([0.0, 0.3, 1.0, 1.9, 2.5])
    arc = np.maximum(0, 2 * 1.0 - angles) / (2 * math.pi)  # a cap of half-angle 1
    np.testing.assert_allclose(cap_intersection_fraction(2, math.cos(1.0), angles), arc, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("n_dims", [2, 3, 64])
@pytest.mark.parametrize("gap", [1.0, 1e-3, 1e-10])
def test_half_spheres_overlap_in_a_wedge_and_small_wedges_keep_their_digits(n_dims, gap):
    angle = math.pi - gap
    wedge = (math.pi - angle) / (2 * math.pi)
    assert cap_intersection_fraction(n_dims, 0.0, [angle])[0] == pytest.approx(wedge, rel=1e-9, abs=0)


@pytest.mark.parametrize(("n", "d", "beta"), [(64, 5, 57.37), (64, 9, 26.46), (64, 11, 19.58), (64, 15, 11.41)])
def test_the_betas_of_caps_of_the_same_angle(n, d, beta):
    cosines = 1 - 2 * np.arange(d) / n
    caps = cap_intersection_fraction(n, 1 - 2 * d / n, np.arccos(cosines))
    assert np.polyfit(cosines, np.log(caps), 1)[0] == pytest.approx(beta, abs=0.05)


# The best radius

TABLE = [  # n, m, r, criterion, fraction, radius
    (64, 1024, 2**64, "snr", 2.0**-25, 11),
    (64, 60_000, 2**64, "snr", 7.673e-9, 10),
    (1000, 10_000, 10**6, "snr", 3.684e-4, 447),
    (64, 1024, 2**64, "capacity", 1.980e-13, 5),
    (1000, 10_000, 10**6, "capacity", 1.775e-4, 444),
]


@pytest.mark.parametrize(("n", "m", "r", "criterion", "fraction", "radius"), TABLE)
def test_the_best_fractions_and_radii_of_the_literatures_settings(n, m, r, criterion, fraction, radius):
    assert optimal_fraction(n, m, r, criterion) == pytest.approx(fraction, rel=2e-3)
    assert optimal_radius(n, m, r, criterion) == radius


def test_a_surer_recall_wants_a_larger_fraction():
    assert optimal_fraction(1000, 10_000, 10**6, "capacity", recall_probability=0.99) == pytest.approx(
        2.182e-4, rel=2e-3
    )


@given(st.integers(20, 300), st.integers(1, 10**6), st.integers(100, 10**5), st.floats(0.3, 0.999))
def test_the_fraction_for_capacity_solves_its_cubic(n, m, r, probability):
    z = NormalDist().inv_cdf(probability ** (1 / n))
    p = optimal_fraction(n, m, min(r, 2**n), "capacity", recall_probability=probability)
    terms = [-2 * r**2 * p**3, 3 * r * p**2 * z**2, z**2]
    assert abs(sum(terms)) <= 1e-6 * max(map(abs, terms))


@pytest.mark.parametrize(("m", "r"), [(10, 1000), (1024, 2**64), (10**4, 10**6)])
def test_the_fraction_for_the_signal_to_noise_ratio_beats_its_neighbours(m, r):
    best = optimal_fraction(64, m, r, "snr")

    def ratio(p):
        return (p * r) ** 2 / (p * r + m * p**2 * r + m * (p**2 * r) ** 2)

    assert ratio(best) > max(ratio(best * 1.01), ratio(best / 1.01))


def test_the_critical_distances_of_the_published_figures():
    assert [critical_distance(64, 1024, 2**64, d) for d in range(15, 23)] == [30, 30, 30, 28, 26, 24, 20, 12]
    assert [critical_distance(64, 1024, 2**64, d) for d in (5, 11, 23)] == [10, 22, 0]
    expected = {433: 56, 437: 112, 440: 136, 445: 166, 447: 174, 448: 176, 449: 176, 451: 164, 453: 134}
    assert {d: critical_distance(1000, 10_000, 10**6, d) for d in expected} == expected
    assert critical_distance(1000, 10_000, 10**6, 456) == 0  # one wrong bit already leaves more than one


def test_the_radius_with_the_largest_critical_distance_is_the_smallest_of_equals():
    assert optimal_radius(64, 1024, 2**64, "critical_distance") == 15
    assert optimal_radius(1000, 10_000, 10**6, "critical_distance") == 448


@pytest.mark.parametrize(("radius", "expected"), [(15, 24), (16, 24)])
def test_with_noise_averaged_over_all_strangers_the_critical_distance_is_smaller(radius, expected):
    assert critical_distance(64, 1024, 2**64, radius, noise="average") == expected


def test_with_the_noise_of_every_distance_the_critical_distance_is_that_of_a_simulated_memory():
    reach = [critical_distance(64, 1024, 2**64, radius, noise="every_distance") for radius in (9, 11, 13, 15, 17)]
    assert reach == [16, 16, 18, 18, 18]


@pytest.mark.parametrize("noise", NOISE_MODELS)
@pytest.mark.parametrize(("n", "m", "r"), [(13, 2, 1000), (13, 4, 1000), (20, 20, 10**5), (33, 50, 2**33), (40, 1, 10)])
def test_critical_distances_are_those_of_exact_counts_in_fractions(noise, n, m, r):
    reach = [oracles.critical_distance(n, m, r, radius, noise) for radius in range(n + 1)]
    assert [critical_distance(n, m, r, radius, noise=noise) for radius in range(n + 1)] == reach
    assert max(reach) >= 2


def test_a_random_stranger_adds_the_noise_of_the_model_of_every_distance():
    """Drawn: strangers by coin throws, and for each the locations that it shares with the cue, as Poisson counts."""
    n, radius, n_locations = 64, 15, 10**9
    rng = np.random.default_rng(3)
    shared = n_locations * circle_intersection_fraction(n, radius)
    added = rng.poisson(shared[rng.binomial(n, 0.5, 400_000)]).astype(float) ** 2
    model = math.exp(_log_noise(np.log(shared, out=np.full(n + 1, -np.inf), where=shared > 0), 0.0, "every_distance"))
    assert abs(added.mean() - model) < 5 * added.std() / math.sqrt(len(added))


@given(st.integers(1, 80).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_logarithms_of_intersections_are_those_of_the_exact_counts(ball):
    logs = log_intersections(*ball)
    exact = [math.log(count) if count else -math.inf for count in circle_intersection(*ball)]
    np.testing.assert_allclose(logs, exact, atol=1e-9)


def test_a_ball_of_exactly_the_best_size_is_large_enough():
    assert optimal_fraction(3, 1, 4, "snr") == 0.5
    assert ball_fraction(3, 1) == 0.5
    assert optimal_radius(3, 1, 4, "snr") == 1


def test_a_larger_memory_wants_smaller_circles():
    radii = [optimal_radius(256, 1000, r, "snr") for r in (10**4, 10**6, 10**9)]
    assert radii == sorted(radii, reverse=True)
    assert radii[0] > radii[-1]
    assert ball_fraction(256, radii[0]) > ball_fraction(256, radii[-1])
