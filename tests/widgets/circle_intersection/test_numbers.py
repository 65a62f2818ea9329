"""The numbers of the circles, and what each control must do."""

import math
import re

import numpy as np
import pytest
import traitlets
from widget_engine import ENGINES, drawn, is_rising, state_of

from softrecall.hypercube import circle_intersection
from softrecall.plots.pictures.circle_intersection import binomial, overlap
from softrecall.similarity import softmax
from softrecall.widgets import CircleIntersection

rng = np.random.default_rng(20)
STATES = [
    CircleIntersection(),
    CircleIntersection(1000, 451, 10**6, seed=3),
    CircleIntersection(64, 20, 2000, 30, log_axis=False),
    CircleIntersection(n_locations=10**6),  # no location can be expected
    CircleIntersection(64, 40, 100),  # the circles always overlap
]
CIRCLES = STATES


def circles(widget=None, **changes):
    """The widget's script at a state, and the same in NumPy."""
    state = {**state_of(widget or CircleIntersection()), **changes}
    names = ("n_bits", "radius", "n_locations", "max_distance", "seed")
    return ENGINES[CircleIntersection]("compute", state), overlap(**{name: state[name] for name in names})


def circle_settings():
    draw = np.random.default_rng(22)
    counts = [100, 3000, 10**5, 10**7, "infinite"]
    for k in range(80):
        n_bits = int(draw.choice([16, 17, 24, 63, 64, 100, 255, 256, 512, 1000, 1023, 1024]))
        radius = int(draw.integers(1, n_bits + 1) if k % 4 == 0 else n_bits / 2 - n_bits**0.5 * draw.uniform(-1, 3.5))
        far = (None, None, 1, int(draw.integers(1, 1025)))[k % 4]
        seed = int(draw.integers(10_000))
        yield {
            "n_bits": n_bits,
            "radius": max(1, radius),
            "n_locations": counts[k % 5],
            "max_distance": far,
            "seed": seed,
        }


def test_circles_agree_with_numpy_to_ten_digits():
    n_fitted, n_sampled = 0, 0
    for setting in circle_settings():
        got, own = circles(**setting)
        np.testing.assert_allclose(got["curve"], own.curve, rtol=1e-10, err_msg=str(setting))
        assert got["inside"] == pytest.approx(own.inside, rel=1e-10)
        assert got["expected"] == (None if own.expected is None else pytest.approx(own.expected, rel=1e-10))
        assert (got["last"], got["dots"]) == (own.last, own.dots)
        assert got["sample"] == [list(pair) for pair in own.sample]
        n_sampled += len(own.sample) > 0
        if own.fit is None:
            assert 2 * setting["radius"] >= setting["n_bits"]
            assert [got[name] for name in ("end", "start", "slope", "r2", "beta", "parts", "over")] == [None] * 7
        else:
            n_fitted += 1
            assert (got["end"], got["parts"]) == (own.fit.end, own.fit.parts)
            for name in ("start", "slope", "r2", "beta", "over"):
                assert got[name] == pytest.approx(getattr(own.fit, name), rel=1e-10), (setting, name)
    assert min(n_fitted, n_sampled) >= 30


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
    got, _ = circles(n_bits=n_bits, radius=radius, max_distance=max_distance)
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
        assert circles(n_bits=n_bits, radius=radius)[0]["beta"] == pytest.approx(beta, abs=6e-4)
    assert circles(n_bits=1000, radius=451, n_locations=10**6)[0]["expected"] == pytest.approx(1071.85, abs=0.005)


def test_softmax_of_the_cosine_is_the_fit_without_its_intercept():
    n_bits = 64
    got, _ = circles(n_bits=n_bits)
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
    draws = [overlap(n_bits, radius, n_locations, None, seed) for seed in range(n_seeds)]
    counts = np.array([[k for _, k in one.sample] for one in draws])  # (n_seeds, distances)
    distances = [h for h, _ in draws[0].sample]
    chances = draws[0].inside * draws[0].curve[distances]
    variance = n_locations * chances * (1 - chances)
    assert (abs(counts.mean(axis=0) - n_locations * chances) <= 5 * np.sqrt(variance / n_seeds) + 1e-9).all()
    large = variance > 5
    ratio = counts.var(axis=0, ddof=1)[large] / variance[large]
    assert (abs(ratio - 1) < 5 * math.sqrt(2.2 / n_seeds)).all()  # kurtosis of a binomial count above 5: at most 0.2
    ties = np.corrcoef(counts[:, large].T)[np.triu_indices(large.sum(), 1)]
    assert (abs(ties) < 5 / math.sqrt(n_seeds)).all()  # fresh locations at each distance
    assert counts.shape[1] >= 20


def test_wider_circles_hold_more_and_fall_more_slowly():
    seen = [circles(radius=radius)[0] for radius in range(4, 32, 3)]
    assert is_rising([got["inside"] for got in seen])
    assert is_rising([-got["beta"] for got in seen])
    assert is_rising([got["parts"] for got in seen], strictly=False)
    assert is_rising([got["last"] for got in seen])


def test_more_bits_at_one_share_of_the_space_fall_more_slowly_a_bit():
    seen = [circles(n_bits=n, radius=radius)[0] for n, radius in ((64, 20), (256, 104), (1000, 451))]
    assert all(0.0005 < got["inside"] < 0.002 for got in seen)
    assert is_rising([-got["slope"] for got in seen])
    assert is_rising([got["beta"] for got in seen])


def test_more_locations_are_more_expected_ones_and_a_finer_sample():
    seen = [circles(n_bits=256, radius=109, n_locations=n)[0] for n in (100, 1000, 10**4, 10**5, 10**6, 10**7)]
    assert is_rising([got["expected"] for got in seen])
    errors = [abs(got["sample"][4][1] / got["expected"] - got["curve"][got["sample"][4][0]]) for got in seen]
    assert errors[-1] < errors[0] / 10
    assert circles(n_bits=256, radius=109)[0]["sample"] == []


def test_less_than_one_expected_location_draws_no_sample_and_one_does():
    for n_locations, is_drawn in ((10**6, False), (10**7, True)):
        got, _ = circles(radius=13, n_locations=n_locations)
        assert (got["expected"] >= 1) == is_drawn == (got["sample"] != [])


def test_a_longer_fit_of_the_circles_falls_faster_and_stops_where_they_share_nothing():
    seen = [circles(max_distance=far)[0] for far in (10, 13, 16, 19, 22)]
    assert is_rising([got["beta"] for got in seen])
    assert [got["end"] for got in seen] == [10, 13, 16, 19, 22]
    assert circles()[0] == seen[0]
    assert circles(max_distance=1000)[0] == seen[-1]
    assert circles(n_bits=16, radius=1)[0]["end"] == 1


def test_a_new_seed_draws_other_counts_and_the_axis_changes_no_number():
    first, second = (circles(STATES[1], seed=seed)[0] for seed in (0, 1))
    assert first["sample"] != second["sample"]
    assert {**first, "sample": 0} == {**second, "sample": 0}
    assert circles(STATES[1], log_axis=False)[0] == circles(STATES[1])[0]


def test_the_dots_and_crosses_of_the_picture_are_the_numbers_of_compute():
    for widget in CIRCLES:
        result = ENGINES[CircleIntersection]("compute", state_of(widget))
        for width, high in zip(widget.widths, (290, 250), strict=True):
            dots = [(float(dot["cx"]), float(dot["cy"])) for dot in drawn(widget, "dot", width)]
            shares = np.array([result["curve"][h] for h in result["dots"]])
            left, top = 40, 26 + high
            slopes = np.diff([x for x, _ in dots]) / np.diff(result["dots"])
            np.testing.assert_allclose(slopes, slopes.mean(), rtol=0.02)
            assert dots[0][0] == left
            ups = top - np.array([y for _, y in dots])
            values = np.log10(shares) if widget.log_axis else shares
            gain = (ups[0] - ups[-1]) / (values[0] - values[-1])
            np.testing.assert_allclose(ups, ups[-1] + gain * (values - values[-1]), atol=0.03)
            crosses = [path["d"] for path in drawn(widget, "cross", width)]
            heights = [top - 4 - float(re.match(r"M[\d.]+ ([\d.]+)", d)[1]) for d in crosses]
            assert len(crosses) == len(result["sample"])
            for (_, k), up in zip(result["sample"], heights, strict=True):
                share = k / result["expected"]
                value = (math.log10(share) if k else None) if widget.log_axis else share
                assert up == pytest.approx(0 if value is None else ups[-1] + gain * (value - values[-1]), abs=0.05)
            assert (
                len(drawn(widget, "softmax", width)) == len(drawn(widget, "fit", width)) == (result["end"] is not None)
            )


def test_the_picture_of_the_circles_says_where_nothing_can_be_seen():
    few, wide = CIRCLES[3].picture(), CIRCLES[4].picture()
    assert "No sample can be seen" in few.alt
    assert "sr-p-cross" not in few.svg
    assert "overlap at any distance" in wide.alt
    assert "sr-p-cross" in wide.svg
    assert "14.4" in CIRCLES[0].picture().alt


def test_a_radius_larger_than_the_address_is_refused_whichever_comes_later():
    widget = CircleIntersection(1000, 451)
    with pytest.raises(traitlets.TraitError, match=r"^n_bits: needed at least radius \(451\); got 64"):
        widget.n_bits = 64
    assert (widget.n_bits, widget.radius) == (1000, 451)
    with widget.hold_trait_notifications():
        widget.n_bits, widget.radius = 64, 11
    assert (widget.n_bits, widget.radius) == (64, 11)


@pytest.mark.parametrize(
    ("bad", "name"),
    [
        *(({"n_bits": x}, "n_bits") for x in (15, 1025, 64.0, "64", True, None)),
        *(({"radius": x}, "radius") for x in (0, 1025, 11.0, True, None)),
        ({"radius": 65}, "radius"),
        *(({"n_locations": x}, "n_locations") for x in (99, 10**7 + 1, 1e6, math.inf, None, "all")),
        *(({"max_distance": x}, "max_distance") for x in (0, 1025, 2.0, "4", True)),
        *(({"seed": x}, "seed") for x in (-1, 10_000, None)),
    ],
)
def test_bad_input_is_named(bad, name):
    with pytest.raises(traitlets.TraitError, match=rf"^{name}: needed .+; got "):
        CircleIntersection(**bad)
