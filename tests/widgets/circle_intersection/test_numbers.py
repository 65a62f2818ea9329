"""The numbers of the circles: whole numbers, betas, samples, and the two discs."""

import math

import numpy as np
import pytest
import traitlets
from widget_engine import ENGINES, drawing, is_rising, marks, said

from softrecall.hypercube import circle_intersection
from softrecall.similarity import softmax
from softrecall.widgets import CircleIntersection
from softrecall.widgets.circle_intersection.numbers import binomial, compute

KANERVA = CircleIntersection(1000, 451, 10**6, seed=3)


def circles(widget=None, **changes):
    """What the widget's script computes at a state."""
    return ENGINES[CircleIntersection]("compute", {**(widget or CircleIntersection()).state, **changes})


@pytest.mark.parametrize(
    ("n_bits", "radius", "max_distance"),
    [
        (16, 1, None),
        (16, 3, 6),
        (64, 5, None),
        (64, 11, 22),
        (64, 31, None),
        (64, 45, None),
        (1000, 451, None),
        (1024, 380, None),
        (1024, 462, 924),
        (1024, 511, 1),
        (1024, 1024, None),
    ],
)
def test_circles_agree_with_whole_numbers(n_bits, radius, max_distance):
    got = circles(n_bits=n_bits, radius=radius, max_distance=max_distance)
    counts = circle_intersection(n_bits, radius)
    np.testing.assert_allclose(got["curve"], [count / counts[0] for count in counts], rtol=1e-10)
    assert got["inside"] == pytest.approx(counts[0] / 2**n_bits, rel=1e-10)
    if 2 * radius < n_bits:
        distances = np.arange(got["end"] + 1)
        logs = np.array([math.log(count) for count in counts[: got["end"] + 1]])
        slope, start = np.polyfit(distances, logs - math.log(counts[0]), 1)
        assert got["slope"] == pytest.approx(-slope, rel=1e-9)
        assert math.log(got["start"]) == pytest.approx(start, abs=1e-9 * abs(logs[0]))
        assert got["r2"] == pytest.approx(np.corrcoef(distances, logs)[0, 1] ** 2, rel=1e-9)
        soft = [math.exp(-got["slope"] * h) * counts[0] for h in range(got["parts"])]
        assert all(0.5 <= s / count <= 2 for s, count in zip(soft, counts, strict=False))
        ahead = math.exp(-got["slope"] * got["parts"]) * counts[0]
        assert ahead > 2 * counts[got["parts"]] or 2 * ahead < counts[got["parts"]]


def test_circles_give_the_betas_of_least_squares():
    # slopes of ln I on cos, to three decimals; see balls.circle_intersection for the counts
    for n_bits, radius, beta in ((64, 5, 28.388), (64, 11, 14.412), (64, 15, 9.436), (1000, 451, 5.953)):
        assert circles(n_bits=n_bits, radius=radius)["beta"] == pytest.approx(beta, abs=6e-4)
    assert circles(n_bits=1000, radius=451, n_locations=10**6)["expected"] == pytest.approx(1071.85, abs=0.005)


def test_softmax_of_the_cosine_is_the_fit_without_its_intercept():
    n_bits = 64
    got = circles(n_bits=n_bits)
    cos = 1 - 2 * np.arange(n_bits + 1) / n_bits
    weights = softmax(cos, got["beta"])
    np.testing.assert_allclose(weights / weights[0], np.exp(-got["slope"] * np.arange(n_bits + 1)), rtol=1e-12)
    assert got["start"] < 0.8


@pytest.mark.parametrize(("n", "p"), [(100, 0.3), (100, 0.999), (250, 0.01), (20, 1e-9), (500, 0.5)])
def test_a_binomial_count_is_the_first_whose_chance_of_no_more_reaches_the_draw(n, p):
    below, reached = 0.0, []
    for k in range(n + 1):
        below += math.comb(n, k) * p**k * (1 - p) ** (n - k)
        reached.append(below)
    for u in np.linspace(0.0013, 0.9987, 97):
        expected = int(np.searchsorted(reached, u))
        assert ENGINES[CircleIntersection]("binomial", float(u), n, p) == binomial(float(u), n, p) == expected


def test_samples_of_locations_have_the_mean_and_the_spread_of_a_binomial_count():
    n_bits, radius, n_locations, n_seeds = 256, 109, 20_000, 400
    fixed = {"n_bits": n_bits, "radius": radius, "n_locations": n_locations, "max_distance": None, "distance": None}
    draws = [compute(**fixed, seed=seed) for seed in range(n_seeds)]
    counts = np.array([[k for _, k in one["sample"]] for one in draws])  # (n_seeds, distances)
    distances = [h for h, _ in draws[0]["sample"]]
    chances = draws[0]["inside"] * draws[0]["curve"][distances]
    variance = n_locations * chances * (1 - chances)
    assert (abs(counts.mean(axis=0) - n_locations * chances) <= 5 * np.sqrt(variance / n_seeds) + 1e-9).all()
    large = variance > 5
    ratio = counts.var(axis=0, ddof=1)[large] / variance[large]
    assert (abs(ratio - 1) < 5 * math.sqrt(2.2 / n_seeds)).all()  # kurtosis of a binomial count above 5: at most 0.2
    ties = np.corrcoef(counts[:, large].T)[np.triu_indices(large.sum(), 1)]
    assert (abs(ties) < 5 / math.sqrt(n_seeds)).all()  # fresh locations at each distance
    assert counts.shape[1] >= 20


def test_wider_circles_hold_more_and_fall_more_slowly():
    seen = [circles(radius=radius) for radius in range(4, 32, 3)]
    assert is_rising([got["inside"] for got in seen])
    assert is_rising([-got["beta"] for got in seen])
    assert is_rising([got["parts"] for got in seen], strictly=False)
    assert is_rising([got["last"] for got in seen])


def test_more_bits_at_one_share_of_the_space_fall_more_slowly_a_bit():
    seen = [circles(n_bits=n, radius=radius) for n, radius in ((64, 20), (256, 104), (1000, 451))]
    assert all(0.0005 < got["inside"] < 0.002 for got in seen)
    assert is_rising([-got["slope"] for got in seen])
    assert is_rising([got["beta"] for got in seen])


def test_more_locations_are_more_expected_ones_and_a_finer_sample():
    seen = [circles(n_bits=256, radius=109, n_locations=n) for n in (100, 1000, 10**4, 10**5, 10**6, 10**7)]
    assert is_rising([got["expected"] for got in seen])
    errors = [abs(got["sample"][4][1] / got["expected"] - got["curve"][got["sample"][4][0]]) for got in seen]
    assert errors[-1] < errors[0] / 10
    assert circles(n_bits=256, radius=109)["sample"] == []


def test_less_than_one_expected_location_draws_no_sample_and_one_does():
    for n_locations, is_drawn in ((10**6, False), (10**7, True)):
        got = circles(radius=13, n_locations=n_locations)
        assert (got["expected"] >= 1) == is_drawn == (got["sample"] != [])


def test_a_longer_fit_of_the_circles_falls_faster_and_stops_where_they_share_nothing():
    seen = [circles(max_distance=far) for far in (10, 13, 16, 19, 22)]
    assert is_rising([got["beta"] for got in seen])
    assert [got["end"] for got in seen] == [10, 13, 16, 19, 22]
    assert circles() == seen[0]
    assert circles(max_distance=1000) == seen[-1]
    assert circles(n_bits=16, radius=1)["end"] == 1


def test_a_new_seed_draws_other_counts_and_the_axis_changes_no_number():
    first, second = (circles(KANERVA, seed=seed) for seed in (0, 1))
    assert first["sample"] != second["sample"]
    assert {**first, "sample": 0} == {**second, "sample": 0}
    assert circles(KANERVA, log_axis=False) == circles(KANERVA)


def test_the_discs_touch_where_the_circles_share_nothing_and_overlap_as_discs_do():
    seen = [circles(distance=h) for h in range(24)]
    assert [got["at"] for got in seen] == list(range(24))
    assert is_rising([-got["flat"] for got in seen[:23]])
    assert (seen[0]["flat"], seen[0]["shared"], seen[22]["flat"], seen[23]["flat"]) == (1, 1, 0, 0)
    assert seen[22]["shared"] > 0 == seen[23]["shared"]
    side = np.linspace(-1, 1, 2001)
    x, y = np.meshgrid(side, side)
    inside = x**2 + y**2 <= 1
    for got in seen[2:22:4]:
        both = inside & ((x - got["at"] / 11) ** 2 + y**2 <= 1)
        assert got["flat"] == pytest.approx(both.sum() / inside.sum(), abs=2e-3)
    assert circles()["at"] == 5
    assert circles(distance=1000)["at"] == 64


def test_a_ring_marks_the_distance_of_the_discs_at_both_widths():
    for width in CircleIntersection.plots:
        places = []
        for h in (0, 4, 11, 20):
            svg = drawing(CircleIntersection(distance=h), width)
            [(shared, ring)] = marks(svg, "shared")
            assert shared == circles()["curve"][h]
            dots = {share: node for share, node in marks(svg, "share")}
            assert ring.get("cy") == dots[shared].get("cy")
            places.append(float(ring.get("cx")))
        assert is_rising(places)


def test_the_status_line_says_what_the_circles_share_and_where_nothing_is_to_be_seen():
    assert "share everything" in said(CircleIntersection(distance=0))
    assert "1 bit apart the circles share 34\xa0%, where discs in a plane share 94\xa0%" in said(
        CircleIntersection(distance=1)
    )
    assert "23 bits apart the circles share nothing, as discs in a plane do" in said(CircleIntersection(distance=23))
    assert "expected to hold 0.0503: a sample shows nothing" in said(CircleIntersection(n_locations=10**6))
    assert "overlap at any distance, so there is nothing to fit" in said(CircleIntersection(64, 40, 100))
    assert "locations in a circle" in said(KANERVA)


@pytest.mark.parametrize(("max_distance", "ratio"), [(None, "37.3"), (140, "0.957")])
def test_the_status_says_how_much_softmax_gives_where_the_discs_are_once_it_is_off(max_distance, ratio):
    told = said(CircleIntersection(256, 90, max_distance=max_distance, distance=128))
    assert f"and at 128 it gives {ratio} times what they share" in told, told
    near, end = (said(CircleIntersection(256, 90, distance=h)) for h in (20, 181))
    assert "and at 180 it gives" in near, "where the fit still holds, the status names the end of the circles"
    assert "and at 180 it gives" in end, "where they share nothing as well"


def test_a_radius_larger_than_the_address_is_refused_whichever_comes_later():
    with pytest.raises(traitlets.TraitError, match=r"^n_bits: needed at least radius \(451\); got 64"):
        KANERVA.n_bits = 64
    assert (KANERVA.n_bits, KANERVA.radius) == (1000, 451)
    with pytest.raises(traitlets.TraitError, match=r"^radius: needed at most n_bits \(64\); got 65"):
        CircleIntersection(radius=65)
    widget = CircleIntersection(1000, 451)
    with widget.hold_trait_notifications():
        widget.n_bits, widget.radius = 64, 11
    assert (widget.n_bits, widget.radius) == (64, 11)
