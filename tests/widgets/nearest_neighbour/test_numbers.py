"""The numbers of the nearest neighbour, and what each control must do."""

import json
import math
import re

import numpy as np
import pytest
from widget_engine import ENGINES, drawing, is_rising, marks, said

from softrecall.hypercube import ball_fraction
from softrecall.widgets import NearestNeighbour
from softrecall.widgets.nearest_neighbour.numbers import draw

rng = np.random.default_rng(20)
NONE = {"drawn": 0, "seed": 1}


@pytest.mark.parametrize("n_bits", [10, 37, 1000])
def test_nearest_neighbour_agrees_with_the_ball_fractions_of_the_package(n_bits):
    closest = sum(math.exp(1e6 * math.log1p(-ball_fraction(n_bits, d))) for d in range(n_bits * 6 // 10))
    got = ENGINES[NearestNeighbour]("compute", {"n_bits": n_bits, "n_strings": 10**6, **NONE})
    assert got["closest"] == pytest.approx(closest, rel=1e-10, abs=1e-280)
    assert ball_fraction(n_bits, got["low"]) >= 0.25 > ball_fraction(n_bits, got["low"] - 1)
    assert ball_fraction(n_bits, got["high"]) >= 0.75 > ball_fraction(n_bits, got["high"] - 1)


def test_a_drawn_sample_has_its_nearest_where_it_is_expected():
    n_bits, n_strings, n_trials = 64, 500, 300
    mine = rng.integers(0, 2, (n_trials, 1, n_bits), dtype=np.uint8)
    others = rng.integers(0, 2, (n_trials, n_strings, n_bits), dtype=np.uint8)
    nearest = (mine != others).sum(axis=-1).min(axis=-1)
    bound = 5 * nearest.std(ddof=1) / math.sqrt(n_trials)
    got = ENGINES[NearestNeighbour]("compute", {"n_bits": n_bits, "n_strings": n_strings, **NONE})
    assert abs(nearest.mean() - got["closest"]) < bound


def test_more_bits_push_the_nearest_away_and_more_strings_pull_it_near():
    def closest(**state):
        return ENGINES[NearestNeighbour]("compute", {**NONE, **state})

    shares = [closest(n_bits=n, n_strings=10**6)["share"] for n in (10, 30, 100, 300, 1000, 3000, 10_000)]
    assert is_rising(shares)
    assert shares[-1] < 0.5
    assert is_rising([-closest(n_bits=1000, n_strings=n)["closest"] for n in (100, 10**4, 10**6, 10**9)])
    assert closest(n_bits=500, n_strings=100, guess=1) == closest(n_bits=500, n_strings=100, guess=50)


def test_the_strings_drawn_are_random_bit_by_bit_and_their_distances_binomial():
    for n_bits in (10, 33, 64, 1000):
        samples = [
            ENGINES[NearestNeighbour]("draw", {"n_bits": n_bits, "drawn": 200, "seed": seed}) for seed in range(40)
        ]
        found = np.array(samples).ravel()
        assert found.min() >= 0
        assert found.max() <= n_bits
        assert abs(found.mean() - n_bits / 2) < 5 * math.sqrt(n_bits / 4 / found.size)
        assert abs(found.var() / (n_bits / 4) - 1) < 5 * math.sqrt(2 / found.size)
        assert len({tuple(sample) for sample in samples}) == 40
    more, fewer = (draw(1000, n, 7).tolist() for n in (200, 50))
    assert more[:50] == fewer


def test_ones_are_counted_in_all_32_bits():
    for x in [0, 1, 2**31, 2**32 - 1, *rng.integers(0, 2**32, 50).tolist()]:
        assert ENGINES[NearestNeighbour]("ones", x) == x.bit_count()


def test_the_heap_shows_each_string_once_and_the_ring_is_at_the_nearest():
    for n_bits in (10, 100, 1000, 10_000):
        for width in NearestNeighbour.plots:
            widget = NearestNeighbour(n_bits, drawn=200)
            dots = marks(drawing(widget, width), "distance")
            sample = draw(n_bits, 200, 1).tolist()
            assert [distance for distance, _ in dots] == sample
            places = [(dot.get("cx"), dot.get("cy")) for _, dot in dots]
            assert len(set(places)) == 200
            at = [9 + distance / n_bits * (width - 18) for distance in sample]
            assert max(abs(float(x) - wanted) for (x, _), wanted in zip(places, at, strict=True)) < max(
                2.6, 31 / n_bits
            )
            assert 30 < min(float(y) for _, y in places) < max(float(y) for _, y in places) < 178


def test_the_curve_of_the_picture_is_the_binomial_and_its_dot_the_expected_nearest():
    widget = NearestNeighbour(100, looked=True)
    svg = drawing(widget, 626)
    result = ENGINES[NearestNeighbour]("compute", widget.state)
    ((closest, dot),) = marks(svg, "closest")
    assert closest == result["closest"]
    assert float(dot.get("cx")) == pytest.approx(9 + result["share"] * 608, rel=1e-12)
    ((_, curve),) = marks(svg, "curve")
    points = np.array(re.findall(r"([\d.]+) ([\d.]+)", curve.get("d")), dtype=float)
    bits = np.rint((points[:, 0] - 9) / 608 * 100).astype(int)
    heights = [math.comb(100, d) / math.comb(100, 50) for d in bits]
    np.testing.assert_allclose((178 - points[:, 1]) / 142, heights, atol=1e-4)
    assert ENGINES[NearestNeighbour]("outline", 10_000)[-1][1] < 2e-4


def test_the_answer_is_nowhere_before_the_reader_looks():
    for drawn in (0, 200):
        widget = NearestNeighbour(drawn=drawn)
        data, metadata = widget._repr_mimebundle_()
        hidden = json.dumps([data["text/plain"], data["image/svg+xml"], metadata, widget.plate()])
        assert re.findall(r"42\.3|\b423\b|closest,|data-curve", hidden) == []
    assert "42.3" in NearestNeighbour(looked=True).picture().svg


def test_the_sentence_follows_the_reader_from_the_guess_to_the_answer():
    assert "Your guess: the closest differs in 25\N{NO-BREAK SPACE}%" in said(NearestNeighbour())
    drawn = said(NearestNeighbour(drawn=50))
    assert re.match(r"Of 50 real random strings, the nearest differs in 4\d\d of 1,000 bits \(4\d(\.\d)?.%\)", drawn)
    assert "Of the 200 drawn, the nearest differs in 44.9" in said(NearestNeighbour(drawn=200, looked=True))
    assert "expected at 423 of 1,000 bits (42.3\N{NO-BREAK SPACE}%)" in said(NearestNeighbour(looked=True))
    assert "about 977 of a million equal yours, so the closest differs in 0 bits" in said(
        NearestNeighbour(10, looked=True)
    )
