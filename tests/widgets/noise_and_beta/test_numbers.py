"""The numbers of noise and beta, and what each control must do."""

import math
import re

import numpy as np
import pytest
from widget_engine import ENGINES, drawing, is_rising, marks, said

from softrecall.hypercube import circle_intersection, fit_beta
from softrecall.similarity import softmax
from softrecall.widgets import NoiseAndBeta
from softrecall.widgets.noise_and_beta.numbers import GRID, compute, draw_distances

STATES = [
    NoiseAndBeta(layers="circles"),
    NoiseAndBeta(0.4, 51.9, 256, 1024, seed=3, layers="circles", view="loss"),
    NoiseAndBeta(0.48, 100, layers="posterior"),  # the pattern meant is not among the nearest
    NoiseAndBeta(0.1, 1000, 16, 2, view="loss"),  # two patterns only
]


def noisy(**changes):
    """The widget's script at a state."""
    return ENGINES[NoiseAndBeta]("compute", NoiseAndBeta(**changes).state)


def test_the_best_beta_is_the_one_of_bayes_whatever_the_number_of_patterns():
    for n_bits, noise, beta in (
        (64, 0.1, 70.31),
        (64, 0.3, 27.11),
        (64, 0.4, 12.97),
        (256, 0.3, 108.45),
        (16, 0.48, 0.64),
    ):
        for n_patterns in (2, 64, 1024):
            got = noisy(n_bits=n_bits, noise=noise, n_patterns=n_patterns)
            assert got["bayes"] == pytest.approx(beta, abs=0.005)
            at_best = noisy(n_bits=n_bits, noise=noise, n_patterns=n_patterns, beta=got["bayes"])
            assert at_best["weights"] == at_best["posterior"]
            assert at_best["loss"] == at_best["least"] <= min(got["losses"])
            chances = [noise**h * (1 - noise) ** (n_bits - h) for h in got["shown"]]
            ratios = np.array(got["posterior"]) / got["posterior"][0]
            np.testing.assert_allclose(ratios, np.array(chances) / chances[0], rtol=1e-9)
            assert got["low"] <= got["bayes"] <= got["high"]


@pytest.mark.parametrize(("n_bits", "n_patterns"), [(16, 2), (32, 8), (32, 256), (64, 64), (64, 1024)])
def test_the_drawn_error_is_least_at_the_beta_of_bayes_to_within_its_own_noise(n_bits, n_patterns):
    bayes, n_seeds = n_bits / 2 * math.log(7 / 3), 60 if n_bits == 64 else 400
    betas = [bayes, bayes / 2, 2 * bayes, *GRID[::4]]
    errors = []
    for seed in range(n_seeds):  # the pattern meant is the first: no chance of Bayes takes part
        far = draw_distances(n_bits, n_patterns, 0.3, seed)
        errors.append([])
        for beta in betas:
            weights = softmax(1 - 2 * far / n_bits, beta)
            weights[:, 0] -= 1
            errors[-1].append((weights**2).sum(axis=1).mean())
    worse = np.array(errors)[:, 1:] - np.array(errors)[:, :1]  # (n_seeds, betas), paired
    bound = 5 * worse.std(axis=0, ddof=1) / math.sqrt(n_seeds)
    assert (worse.mean(axis=0) > -bound - 1e-12).all()
    assert (worse.mean(axis=0) > bound)[:2].all(), "half and twice that beta are worse"


def test_the_loss_is_the_error_of_real_reads_of_real_patterns():
    draw, n_bits, n_patterns, noise, n_queries = np.random.default_rng(24), 64, 32, 0.35, 3000
    found = [noisy(noise=noise, n_patterns=n_patterns, seed=seed) for seed in range(40)]
    patterns = draw.choice([-1.0, 1.0], (n_queries, n_patterns, n_bits))
    queries = patterns[:, 0] * np.where(draw.uniform(size=(n_queries, n_bits)) < noise, -1, 1)
    cos = np.einsum("qmn,qn->qm", patterns, queries) / n_bits
    shares = np.array(circle_intersection(n_bits, 14), dtype=float)[np.rint(n_bits * (1 - cos) / 2).astype(int)]
    sums = shares.sum(axis=1, keepdims=True)
    reads = [softmax(cos, GRID[i]) for i in (10, 26, 34, 50)] + [np.where(sums > 0, shares / np.maximum(sums, 1), 0)]
    for k, weights in enumerate(reads):
        wrong = ((weights - (np.arange(n_patterns) == 0)) ** 2).sum(axis=1)
        told = np.array([one["losses"][(10, 26, 34, 50)[k]] if k < 4 else one["circles"][12][2] for one in found])
        error = math.hypot(wrong.std(ddof=1) / math.sqrt(n_queries), told.std(ddof=1) / math.sqrt(len(told)))
        assert abs(wrong.mean() - told.mean()) < 5 * error
        assert error < 0.02
    assert found[0]["circles"][12][0] == 14


def test_the_drawn_distances_have_the_mean_and_the_spread_of_binomial_counts():
    draws = np.concatenate([draw_distances(64, 100, 0.3, seed) for seed in range(60)])
    for counts, p in ((draws[:, 0], 0.3), (draws[:, 1:].ravel(), 0.5)):
        variance = 64 * p * (1 - p)
        assert abs(counts.mean() - 64 * p) < 5 * math.sqrt(variance / counts.size)
        assert abs(counts.var() / variance - 1) < 5 * math.sqrt(2.1 / counts.size)  # excess kurtosis below 0
    ties = np.corrcoef(draws[:, :12].T)[np.triu_indices(12, 1)]
    assert (abs(ties) < 5 / math.sqrt(len(draws))).all()
    few = draw_distances(64, 7, 0.2, 5)
    assert (few[:, 1:] == draw_distances(64, 100, 0.3, 5)[:, 1:7]).all(), "more patterns join, and noise moves only one"


def test_the_circles_weigh_by_whole_numbers_and_stand_at_their_fitted_betas():
    for setting in ({}, {"n_bits": 16, "n_patterns": 2, "seed": 3}, {"n_bits": 37, "noise": 0.45, "n_patterns": 200}):
        got = noisy(**setting)
        n_bits = setting.get("n_bits", 64)
        assert [d for d, *_ in got["circles"]] == [d for d in range(2, n_bits) if 2 * d < n_bits]
        for d, beta, _ in got["circles"]:
            assert beta == pytest.approx(fit_beta(n_bits, d).beta, rel=1e-10)
        best, scores = got["circles"][got["best"]][0], [score for *_, score in got["circles"]]
        counts = circle_intersection(n_bits, best)
        far = draw_distances(n_bits, setting.get("n_patterns", 64), setting.get("noise", 0.3), setting.get("seed", 0))
        total = sum(counts[h] for h in far[0])
        np.testing.assert_allclose(got["circle"], [counts[h] / max(total, 1) for h in got["shown"]], rtol=1e-10)
        assert scores[got["best"]] <= min(scores) + 1e-6
        assert got["blind"] == sum(all(counts[h] == 0 for h in row) for row in far)
        assert scores[got["best"]] >= compute(**NoiseAndBeta(**setting).state)["least"]


def test_circles_that_find_nothing_lose_as_much_as_weights_of_zero():
    got = noisy(noise=0.48, n_bits=256, n_patterns=3)
    for d, _, score in got["circles"][:30]:  # no drawn distance is below 62
        assert d <= 31
        assert score == pytest.approx(1, abs=1e-12)
    assert noisy(n_bits=16, n_patterns=2)["blind"] == 1


def test_the_range_of_good_betas_ends_where_the_loss_leaves_its_room():
    for setting in (
        {},
        {"noise": 0.1},
        {"noise": 0.48},
        {"n_bits": 256, "n_patterns": 1024, "noise": 0.4},
        {"noise": 0.2},
    ):
        got = noisy(**setting)
        room = max(0.01 * got["least"], 0.001)

        def excess(beta, setting=setting, least=got["least"]):
            return noisy(**setting, beta=beta)["loss"] - least

        for end, limit, out in ((got["low"], 0.3, 1 / 1.1), (got["high"], 1000, 1.1)):
            if end == limit:
                assert excess(end) <= room
            else:
                assert excess(end) == pytest.approx(room, rel=0.1)  # between two betas of the grid
                assert excess(end * out) > room
    assert noisy(noise=0.1)["high"] == 1000
    assert noisy(noise=0.48)["low"] == 0.3


def test_more_noise_wants_a_blunter_read_and_a_wider_circle():
    seen = [noisy(noise=noise) for noise in (0.01, 0.05, 0.15, 0.25, 0.35, 0.45)]
    assert is_rising([-got["bayes"] for got in seen])
    assert is_rising([got["least"] for got in seen])
    assert is_rising([got["circles"][got["best"]][0] for got in seen])
    betas = [got["circles"][got["best"]][1] for got in seen]
    assert is_rising([-beta for beta in betas])
    assert all(0.2 < beta / got["bayes"] < 0.8 for beta, got in zip(betas, seen, strict=True)), "beside it, not equal"


def test_more_bits_want_a_sharper_read_and_lose_less_and_more_patterns_lose_more():
    seen = [noisy(n_bits=n) for n in (16, 32, 64, 128, 256)]
    assert is_rising([got["bayes"] for got in seen])
    assert is_rising([-got["least"] for got in seen])
    seen = [noisy(n_patterns=m) for m in (2, 8, 64, 512, 1024)]
    assert len({got["bayes"] for got in seen}) == 1
    assert is_rising([got["least"] for got in seen])
    assert [len(got["shown"]) for got in seen] == [2, 8, 12, 12, 12]
    widths = [got["circles"][got["best"]][0] for got in seen]
    assert is_rising([-d for d in widths], strictly=False)
    assert widths[0] > widths[-1], "the best radius is one of the number of patterns, too"


def test_more_beta_sharpens_the_read_and_the_loss_falls_to_the_best_and_rises_again():
    first = noisy()
    seen = [noisy(beta=beta) for beta in (0.3, 3, 10, first["bayes"], 60, 200, 1000)]
    assert is_rising([got["weights"][0] for got in seen])
    assert is_rising([-got["loss"] for got in seen[:4]])
    assert is_rising([got["loss"] for got in seen[3:]])
    mine = ("weights", "loss")
    assert all({**got, **{name: first[name] for name in mine}} == first for got in seen)


def test_new_queries_change_the_draw_and_not_the_beta_of_bayes():
    first, second = (noisy(seed=seed) for seed in (0, 1))
    assert first["shown"] != second["shown"]
    assert first["losses"] != second["losses"]
    assert first["bayes"] == second["bayes"]
    assert [one[:2] for one in first["circles"]] == [one[:2] for one in second["circles"]]


def test_the_bars_curves_and_dots_of_the_picture_are_the_numbers_of_compute():
    for widget in STATES:
        got = noisy(**{name: getattr(widget, name) for name in widget.state_names})
        depth = ("softmax", "posterior", "circles").index(widget.layers)
        most = math.ceil(2 * max(1, *got["losses"], *(loss for *_, loss in got["circles"]))) / 2
        for width, base in zip(widget.plots, (252, 208), strict=True):
            svg = drawing(widget, width)
            drawn = {view: width > 480 or widget.view == view for view in ("weights", "loss")}
            spots = [loss for *_, loss in got["circles"]]
            for name, view, layer, numbers, attribute, unit in (
                ("weight", "weights", 0, got["weights"], "y", base - 36),
                ("posterior", "weights", 1, got["posterior"], "y1", base - 36),
                ("circle", "weights", 2, got["circle"], "cy", base - 36),
                ("loss", "loss", 0, [got["loss"]], "cy", (base - 72) / most),
                ("score", "loss", 2, spots, "cy", (base - 72) / most),
            ):
                found = marks(svg, name)
                assert bool(found) == (drawn[view] and depth >= layer)
                assert {number for number, _ in found} <= set(numbers)
                assert name == "score" or len(found) in (0, len(numbers))
                for number, node in found:
                    assert base - float(node.get(attribute)) == pytest.approx(unit * number, abs=0.0051)
            assert len(marks(svg, "bayes")) == (drawn["loss"] and depth > 0)
            for _, curve in marks(svg, "bayes"):
                points = np.array(re.findall(r"([\d.]+) ([\d.]+)", curve.get("d")), dtype=float)
                left, span = points[0, 0], points[-1, 0] - points[0, 0]
                np.testing.assert_allclose(
                    points[:, 1], base - (base - 72) / most * np.array(got["losses"]), atol=0.0051
                )
                ((_, yours),), ((high, band),) = marks(svg, "loss"), marks(svg, "high")
                across = [
                    left + span * math.log(beta / 0.3) / math.log(1000 / 0.3)
                    for beta in (widget.beta, got["low"], high)
                ]
                ends = [float(band.get("x")), float(band.get("x")) + float(band.get("width"))]
                assert [float(yours.get("cx")), *ends] == pytest.approx(across, abs=0.02)
            for radius, ring in marks(svg, "radius"):
                at = {number: dot.get("cy") for number, dot in marks(svg, "score")}
                best = got["circles"][got["best"]]
                assert (radius, ring.get("cy")) == (best[0], at[best[2]])


def test_the_status_line_says_what_the_drawn_layers_found():
    assert said(NoiseAndBeta()).endswith("gets 0.373 of the weight at β = 10.")
    for depth, layers in enumerate(("softmax", "posterior", "circles")):
        text = said(NoiseAndBeta(layers=layers))
        assert ("by Bayes’ rule it was the one meant with probability 0.954" in text) == (depth > 0)
        assert ("Circles of radius 13 give it 0.933" in text) == (depth > 1)
    assert "every β up to 7.34 comes within" in said(NoiseAndBeta(0.48, layers="posterior", view="loss"))
    plain = said(NoiseAndBeta(0.1, layers="posterior", view="loss"))
    assert "every β from 14.2 up comes within 0.001" in plain
    assert plain.endswith("so near that any sharp read finds it: the loss hardly pins β.")
    assert "hardly pins" not in said(NoiseAndBeta(0.3, layers="circles", view="loss"))
