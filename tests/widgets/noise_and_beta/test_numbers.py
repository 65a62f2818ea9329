"""The numbers of noise and beta, and what each control must do."""

import math
import re

import numpy as np
import pytest
import traitlets
from widget_engine import ENGINES, drawn, is_rising, state_of

from softrecall.hypercube import circle_intersection, fit_beta
from softrecall.plots.pictures.noise_and_beta import GRID, draw_distances, read
from softrecall.similarity import softmax
from softrecall.widgets import NoiseAndBeta

rng = np.random.default_rng(20)
STATES = [
    NoiseAndBeta(),
    NoiseAndBeta(0.4, 51.9, 256, 1024, seed=3),
    NoiseAndBeta(0.48, 100),  # the pattern meant is not among the nearest
    NoiseAndBeta(0.1, 1000, 16, 2),  # two patterns only
]
NOISES = STATES


def noisy(**changes):
    """The widget's script at a state, and the same in NumPy."""
    state = {"noise": 0.3, "beta": 10.0, "n_bits": 64, "n_patterns": 64, "seed": 0, **changes}
    return ENGINES[NoiseAndBeta]("compute", state), read(**state)


def noisy_settings():
    draw = np.random.default_rng(23)
    for k in range(70):
        yield {
            "noise": (0.01, 0.48, 0.3, round(float(draw.uniform(0.01, 0.48)), 2))[k % 4],
            "beta": (0.3, 1000.0, float(10 ** draw.uniform(-0.5, 3)))[k % 3],
            "n_bits": (16, 17, 32, 64, 128, 255, 256)[k % 7],
            "n_patterns": (2, 3, 11, 12, 13, 64, 400, 1024)[k % 8],
            "seed": int(draw.integers(10_000)),
        }


def test_noise_and_beta_agrees_with_numpy_to_ten_digits():
    far_off = 0
    for setting in noisy_settings():
        got, own = noisy(**setting)
        for name in ("shown", "meant", "nearer", "best", "blind"):
            assert got[name] == np.asarray(getattr(own, name)).tolist(), (setting, name)
        for name in ("bayes", "weights", "posterior", "circle", "low", "high"):
            np.testing.assert_allclose(
                got[name], getattr(own, name), rtol=1e-10, atol=1e-280, err_msg=f"{setting} {name}"
            )
        for name in ("losses", "loss", "nats", "least", "circles"):  # of sums of numbers near 1
            np.testing.assert_allclose(
                got[name], getattr(own, name), rtol=1e-10, atol=1e-15, err_msg=f"{setting} {name}"
            )
        far_off += own.nearer > own.meant
    assert far_off >= 5


def test_the_best_beta_is_the_one_of_bayes_whatever_the_number_of_patterns():
    for n_bits, noise, beta in (
        (64, 0.1, 70.31),
        (64, 0.3, 27.11),
        (64, 0.4, 12.97),
        (256, 0.3, 108.45),
        (16, 0.48, 0.64),
    ):
        for n_patterns in (2, 64, 1024):
            got, _ = noisy(n_bits=n_bits, noise=noise, n_patterns=n_patterns)
            assert got["bayes"] == pytest.approx(beta, abs=0.005)
            at_best = noisy(n_bits=n_bits, noise=noise, n_patterns=n_patterns, beta=got["bayes"])[0]
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
    found = [noisy(noise=noise, n_patterns=n_patterns, seed=seed)[0] for seed in range(40)]
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
        got, own = noisy(**setting)
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
        assert scores[got["best"]] >= own.least


def test_circles_that_find_nothing_lose_as_much_as_weights_of_zero():
    got, _ = noisy(noise=0.48, n_bits=256, n_patterns=3)
    for d, _, score in got["circles"][:30]:  # no drawn distance is below 62
        assert d <= 31
        assert score == pytest.approx(1, abs=1e-12)
    assert noisy(n_bits=16, n_patterns=2)[0]["blind"] == 1


def test_the_range_of_good_betas_ends_where_the_loss_leaves_its_room():
    for setting in (
        {},
        {"noise": 0.1},
        {"noise": 0.48},
        {"n_bits": 256, "n_patterns": 1024, "noise": 0.4},
        {"noise": 0.2},
    ):
        got, _ = noisy(**setting)
        room = max(0.01 * got["least"], 0.001)

        def excess(beta, setting=setting, least=got["least"]):
            return noisy(**setting, beta=beta)[0]["loss"] - least

        for end, limit, out in ((got["low"], 0.3, 1 / 1.1), (got["high"], 1000, 1.1)):
            if end == limit:
                assert excess(end) <= room
            else:
                assert excess(end) == pytest.approx(room, rel=0.1)  # between two betas of the grid
                assert excess(end * out) > room
    assert noisy(noise=0.1)[0]["high"] == 1000
    assert noisy(noise=0.48)[0]["low"] == 0.3


def test_more_noise_wants_a_blunter_read_and_a_wider_circle():
    seen = [noisy(noise=noise)[0] for noise in (0.01, 0.05, 0.15, 0.25, 0.35, 0.45)]
    assert is_rising([-got["bayes"] for got in seen])
    assert is_rising([got["least"] for got in seen])
    assert is_rising([got["circles"][got["best"]][0] for got in seen])
    betas = [got["circles"][got["best"]][1] for got in seen]
    assert is_rising([-beta for beta in betas])
    assert all(0.2 < beta / got["bayes"] < 0.8 for beta, got in zip(betas, seen, strict=True)), "beside it, not equal"


def test_more_bits_want_a_sharper_read_and_lose_less_and_more_patterns_lose_more():
    seen = [noisy(n_bits=n)[0] for n in (16, 32, 64, 128, 256)]
    assert is_rising([got["bayes"] for got in seen])
    assert is_rising([-got["least"] for got in seen])
    seen = [noisy(n_patterns=m)[0] for m in (2, 8, 64, 512, 1024)]
    assert len({got["bayes"] for got in seen}) == 1
    assert is_rising([got["least"] for got in seen])
    assert [len(got["shown"]) for got in seen] == [2, 8, 12, 12, 12]
    widths = [got["circles"][got["best"]][0] for got in seen]
    assert is_rising([-d for d in widths], strictly=False)
    assert widths[0] > widths[-1], "the best radius is one of the number of patterns, too"


def test_more_beta_sharpens_the_read_and_the_loss_falls_to_the_best_and_rises_again():
    first = noisy()[0]
    seen = [noisy(beta=beta)[0] for beta in (0.3, 3, 10, first["bayes"], 60, 200, 1000)]
    assert is_rising([got["weights"][0] for got in seen])
    assert is_rising([-got["loss"] for got in seen[:4]])
    assert is_rising([got["loss"] for got in seen[3:]])
    assert is_rising([-got["nats"] for got in seen[:4]])
    assert is_rising([got["nats"] for got in seen[3:]])
    mine = ("weights", "loss", "nats")
    assert all({**got, **{name: first[name] for name in mine}} == first for got in seen)


def test_new_queries_change_the_draw_and_not_the_beta_of_bayes():
    first, second = (noisy(seed=seed)[0] for seed in (0, 1))
    assert first["shown"] != second["shown"]
    assert first["losses"] != second["losses"]
    assert first["bayes"] == second["bayes"]
    assert [one[:2] for one in first["circles"]] == [one[:2] for one in second["circles"]]


def test_the_offered_noise_pins_beta():
    for n_bits in (16, 32, 64, 128, 256):
        for n_patterns in (2, 12, 64, 384, 1024):
            setting = {"n_bits": n_bits, "n_patterns": n_patterns}
            got, _ = noisy(**setting, noise=ENGINES[NoiseAndBeta]("pinning", setting))
            assert got["high"] < 3 * got["low"], setting


def test_the_bars_curves_and_dots_of_the_picture_are_the_numbers_of_compute():
    for widget in NOISES:
        got = ENGINES[NoiseAndBeta]("compute", state_of(widget))
        for width, base in zip(widget.widths, (252, 214), strict=True):
            bars = [float(bar["height"]) for bar in drawn(widget, "bar", width)]
            np.testing.assert_allclose(bars, (base - 36) * np.array(got["weights"]), atol=0.0051)
            circle = [float(dot["cy"]) for dot in drawn(widget, "circle", width)]
            np.testing.assert_allclose(circle, base - (base - 36) * np.array(got["circle"]), atol=0.0051)
            most = math.ceil(2 * max(1, *got["losses"], *(loss for *_, loss in got["circles"]))) / 2
            (curve,), (path,), (ring,), (yours,) = (
                drawn(widget, kind, width) for kind in ("curve", "path", "ring", "yours")
            )
            points, spots = (np.array(re.findall(r"([\d.]+) ([\d.]+)", one["d"]), dtype=float) for one in (curve, path))
            ends, gain = points[[0, -1], 0], (base - 72) / most

            def place(beta, ends=ends):
                return ends[0] + (ends[1] - ends[0]) * np.log(np.array(beta) / 0.3) / math.log(1000 / 0.3)

            np.testing.assert_allclose(points[:, 0], place(GRID), atol=0.011)
            np.testing.assert_allclose(points[:, 1], base - gain * np.array(got["losses"]), atol=0.0051)
            _, betas, losses = np.array(got["circles"]).T
            np.testing.assert_allclose(spots[:, 0], place(betas), atol=0.011)
            np.testing.assert_allclose(spots[:, 1], base - gain * losses, atol=0.0051)
            assert [float(ring["cx"]), float(ring["cy"])] == spots[got["best"]].tolist()
            assert float(yours["cx"]) == pytest.approx(place(widget.beta), abs=0.011)
            assert float(yours["cy"]) == pytest.approx(base - gain * got["loss"], abs=0.0051)
            kept = [(float(dot["cx"]), float(dot["cy"])) for dot in drawn(widget, "dot", width)]
            assert set(kept) <= set(map(tuple, spots.tolist()))
            assert tuple(spots[got["best"]].tolist()) in kept
            (band,) = drawn(widget, "band", width)[1:]
            low, high = place(got["low"]), place(got["high"])
            assert [float(band["x"]), float(band["width"])] == pytest.approx([low, high - low], abs=0.011)


def test_the_picture_of_noise_and_beta_says_what_it_shows():
    assert "β\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}10 the loss is 0.478" in NOISES[0].picture().alt
    assert "meant, nearest" in NOISES[0].picture().svg
    assert "meant, 19th nearest" in NOISES[2].picture().svg
    assert "every β up to 7.34 comes within" in NOISES[2].picture().alt
    assert "every β from 14.2 up comes within 0.001" in NoiseAndBeta(0.1).picture().alt


@pytest.mark.parametrize(
    ("bad", "name"),
    [
        *(({"noise": x}, "noise") for x in (0, 0.009, 0.481, 0.5, math.nan, "0.3", True, None)),
        *(({"beta": x}, "beta") for x in (0, 0.29, 1001, math.inf, math.nan, "max", True, None)),
        *(({"n_bits": x}, "n_bits") for x in (15, 257, 64.0, "64", True, None)),
        *(({"n_patterns": x}, "n_patterns") for x in (1, 1025, 2.0, "2", True, None)),
        *(({"seed": x}, "seed") for x in (-1, 10_000, 0.0, None)),
    ],
)
def test_bad_input_is_named(bad, name):
    with pytest.raises(traitlets.TraitError, match=rf"^{name}: needed .+; got "):
        NoiseAndBeta(**bad)
