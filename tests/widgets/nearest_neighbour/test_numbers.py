"""The numbers of the nearest neighbour, and what each control must do."""

import json
import math
import re

import numpy as np
import pytest
import traitlets
from widget_engine import ENGINES, drawn, is_rising, state_of

from softrecall.hypercube import ball_fraction
from softrecall.plots.pictures.nearest_neighbour import distances, outline
from softrecall.widgets import NearestNeighbour

rng = np.random.default_rng(20)
STATES = [NearestNeighbour(), NearestNeighbour(100, looked=True)]


def test_nearest_neighbour_agrees_with_exact_counts_to_ten_digits():
    for n_bits in (10, 11, 12, 1000, 9999, 10_000, *rng.integers(13, 3000, size=50).tolist()):
        n_strings = int(10 ** rng.uniform(2, 9))
        got = ENGINES[NearestNeighbour]("compute", {"n_bits": n_bits, "n_strings": n_strings})
        exact = distances(n_bits, n_strings)
        assert got["closest"] == pytest.approx(exact.closest, rel=1e-10, abs=1e-280)
        assert (got["low"], got["high"]) == (exact.low, exact.high)
        assert got["share"] == got["closest"] / n_bits
        assert got["peak"] == pytest.approx(math.comb(n_bits, n_bits // 2) / 2**n_bits, rel=1e-10)


@pytest.mark.parametrize("n_bits", [10, 37, 1000])
def test_nearest_neighbour_agrees_with_the_ball_fractions_of_the_package(n_bits):
    closest = sum(math.exp(1e6 * math.log1p(-ball_fraction(n_bits, d))) for d in range(n_bits * 6 // 10))
    got = ENGINES[NearestNeighbour]("compute", {"n_bits": n_bits, "n_strings": 10**6})
    assert got["closest"] == pytest.approx(closest, rel=1e-10, abs=1e-280)
    assert ball_fraction(n_bits, got["low"]) >= 0.25 > ball_fraction(n_bits, got["low"] - 1)
    assert ball_fraction(n_bits, got["high"]) >= 0.75 > ball_fraction(n_bits, got["high"] - 1)


def test_a_drawn_sample_has_its_nearest_where_it_is_expected():
    n_bits, n_strings, n_trials = 64, 500, 300
    mine = rng.integers(0, 2, (n_trials, 1, n_bits), dtype=np.uint8)
    others = rng.integers(0, 2, (n_trials, n_strings, n_bits), dtype=np.uint8)
    nearest = (mine != others).sum(axis=-1).min(axis=-1)
    bound = 5 * nearest.std(ddof=1) / math.sqrt(n_trials)
    got = ENGINES[NearestNeighbour]("compute", {"n_bits": n_bits, "n_strings": n_strings})
    assert abs(nearest.mean() - got["closest"]) < bound


def test_more_bits_push_the_nearest_away_and_more_strings_pull_it_near():
    def closest(**state):
        return ENGINES[NearestNeighbour]("compute", state)

    shares = [closest(n_bits=n, n_strings=10**6)["share"] for n in (10, 30, 100, 300, 1000, 3000, 10_000)]
    assert is_rising(shares)
    assert shares[-1] < 0.5
    assert is_rising([-closest(n_bits=1000, n_strings=n)["closest"] for n in (100, 10**4, 10**6, 10**9)])
    assert closest(n_bits=500, n_strings=100, guess=1) == closest(n_bits=500, n_strings=100, guess=50)


def test_the_curve_of_the_picture_is_the_binomial_and_its_dot_the_expected_nearest():
    widget = NearestNeighbour(100, looked=True)
    result = ENGINES[NearestNeighbour]("compute", state_of(widget))
    (dot,) = drawn(widget, "closest")
    assert float(dot["cx"]) == pytest.approx(9 + result["share"] * (672 - 44 - 18), abs=0.006)
    (curve,) = drawn(widget, "curve")
    points = np.array(re.findall(r"([\d.]+) ([\d.]+)", curve["d"]), dtype=float)
    bits = np.rint((points[:, 0] - 9) / (672 - 44 - 18) * 100).astype(int)
    heights = [math.comb(100, d) / math.comb(100, 50) for d in bits]
    np.testing.assert_allclose((178 - points[:, 1]) / 142, heights, atol=1e-4)
    assert outline(10_000)[-1][1] < 2e-4


def test_the_answer_is_nowhere_before_the_reader_looks():
    data, metadata = NearestNeighbour()._repr_mimebundle_()
    hidden = json.dumps([data["text/plain"], data["image/svg+xml"], metadata])
    assert re.findall(r"42\.3|423\b|closest,|sr-p-curve", hidden) == []
    assert "42.3" in NearestNeighbour(looked=True).picture().svg


def test_ten_bits_say_that_the_closest_is_a_copy():
    got = ENGINES[NearestNeighbour]("compute", {"n_bits": 10, "n_strings": 10**6})
    assert got["closest"] < 1e-100
    assert got["copies"] == pytest.approx(1e6 / 1024)
    assert "at 0\N{NO-BREAK SPACE}% of the bits" in NearestNeighbour(10, looked=True).picture().alt


@pytest.mark.parametrize(
    ("bad", "name"),
    [
        *(({"n_bits": x}, "n_bits") for x in (9, 10_001, 100.0, "100", True, None)),
        *(({"n_strings": x}, "n_strings") for x in (99, 10**10, 1e6)),
        *(({"guess": x}, "guess") for x in (-1, 51, math.nan, "20", True)),
    ],
)
def test_bad_input_is_named(bad, name):
    with pytest.raises(traitlets.TraitError, match=rf"^{name}: needed .+; got "):
        NearestNeighbour(**bad)
