"""The widgets: their numbers against NumPy, their scripts, their pictures, and their way into a page."""

import gzip
import json
import math
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import numpy as np
import pytest
import quickjs
import traitlets

import softrecall.widgets as package
from softrecall.hypercube import ball_fraction, circle_intersection, fit_beta
from softrecall.plots.pictures import _draw
from softrecall.plots.pictures._random import stream
from softrecall.plots.pictures.circle_intersection import binomial, overlap
from softrecall.plots.pictures.gated_cell import held, over_streams
from softrecall.plots.pictures.gradient_scaling import apart, gradients, network, saturate, spectral_radius
from softrecall.plots.pictures.nearest_neighbour import distances, outline
from softrecall.plots.pictures.noise_and_beta import GRID, draw_distances, read
from softrecall.plots.pictures.noisy_recall import bits_of, named_bits, recall
from softrecall.plots.pictures.soft_recall_plane import borders, read_plane
from softrecall.similarity import entropy, softmax
from softrecall.tasks import adding
from softrecall.widgets import (
    WIDGETS,
    CircleIntersection,
    GatedCell,
    GradientScaling,
    NearestNeighbour,
    NoiseAndBeta,
    NoisyRecall,
    SoftmaxBeta,
    SoftRecallPlane,
)

FOLDER = Path(package.__file__).parent
EXTENSIONS = Path(__file__).parents[2] / "theme" / "extensions"
LAST_LINE = "export default { compute, initialize, render };"
STUB = 'export default{render({el}){el.textContent="Run this cell to play."}}'
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
SCRIPTS = sorted(FOLDER.glob("[!_]*.mjs"))
STATES = [
    SoftmaxBeta(),
    SoftmaxBeta([1, 1, -3.2, 0.4], beta="max", labels=["a", "b & <c>"]),
    NearestNeighbour(),
    NearestNeighbour(100, looked=True),
    SoftRecallPlane(),
    SoftRecallPlane(20, 6.9, 3.4),
    NoisyRecall(),
    NoisyRecall(60, 104, 100, "letters", target=2, noise=7, steps=3),
    NoisyRecall(radius=90, steps=1),
    CircleIntersection(),
    CircleIntersection(1000, 451, 10**6, seed=3),
    CircleIntersection(64, 20, 2000, 30, log_axis=False),
    CircleIntersection(n_locations=10**6),  # no location can be expected
    CircleIntersection(64, 40, 100),  # the circles always overlap
    NoiseAndBeta(),
    NoiseAndBeta(0.4, 51.9, 256, 1024, seed=3),
    NoiseAndBeta(0.48, 100),  # the pattern meant is not among the nearest
    NoiseAndBeta(0.1, 1000, 16, 2),  # two patterns only
]
CIRCLES, NOISES = STATES[9:14], STATES[14:]
GRADIENTS = [
    GradientScaling(),
    GradientScaling(2, 100, "linear", clip=1),  # to 1e30
    GradientScaling(0.5, 100, drive=10, forget=0.5),  # to 1e-100
    GradientScaling(1.5, 13, forget=1, clip=1000, seed=7),
]
CELLS = [
    GatedCell(),
    GatedCell(1, 1, 0),  # exact
    GatedCell(1, 1, 1, n_steps=100, seed=3),  # flooded
    GatedCell(0.5, 0.3, 0.2, n_steps=10, gates="constant", seed=13),
    GatedCell(0.99, 0, 0, n_steps=33, seed=7),  # empty
]
STATES += GRADIENTS + CELLS
rng = np.random.default_rng(20)
OTHERS = ("spectralRadius", "saturate", "apart")


class Engine:
    """A widget's script in QuickJS, without a page."""

    def __init__(self, widget):
        self.context = quickjs.Context()
        body = widget._esm.replace(LAST_LINE, "")
        names = "compute, parseNumber, weightText, percent, digits, count, fieldText, logScale"
        extra = "".join(
            f", {name}"
            for name in (*OTHERS, "borders", "binomial", "pinning")
            if re.search(rf"^(function|const) {name}\b", body, re.M)
        )
        inner = f"'use strict'; {body} return {{ {names}{extra} }};"
        self.context.eval(f"globalThis.widget = (function () {{ {inner} }})();")

    def __call__(self, name, *arguments):
        given = ", ".join(json.dumps(argument) for argument in arguments)
        return json.loads(self.context.eval(f"JSON.stringify({{ value: widget.{name}({given}) }})"))["value"]


ENGINES = {widget: Engine(widget) for widget in WIDGETS.values()}


def state_of(widget):
    return {name: value for name, value in widget.get_state().items() if not name.startswith("_")}


# ---- compute against NumPy -------------------------------------------------------------------------------------------


def softmax_settings():
    for k in range(240):
        scores = rng.normal(scale=10 ** rng.uniform(-1, 1.5), size=rng.integers(2, 9)).round(4)
        if k % 5 == 0:
            scores[-1] = scores.max()
        yield scores, ("max" if k % 12 == 0 else 0.0 if k % 12 == 1 else float(10 ** rng.uniform(-2, 2)))


def test_softmax_beta_agrees_with_numpy_to_ten_digits():
    for scores, beta in softmax_settings():
        got = ENGINES[SoftmaxBeta]("compute", {"scores": scores.tolist(), "beta": beta})
        best = scores == scores.max()
        weights = best / best.sum() if beta == "max" else softmax(scores, beta)
        np.testing.assert_allclose(got["weights"], weights, rtol=1e-10, atol=1e-300)
        np.testing.assert_allclose(got["entropy"], entropy(weights), rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(got["effective"], math.exp(entropy(weights)), rtol=1e-10)
        assert got["largest"] == pytest.approx(weights.max(), rel=1e-10)
        assert got["winners"] == np.flatnonzero(best).tolist()


def test_softmax_beta_survives_scores_of_any_size():
    got = ENGINES[SoftmaxBeta]("compute", {"scores": [1e308, -1e308, 1e308], "beta": 100})
    assert got["weights"] == [0.5, 0, 0.5]
    assert got["entropy"] == pytest.approx(math.log(2))
    assert ENGINES[SoftmaxBeta]("compute", {"scores": [1e308, -1e308], "beta": 0})["weights"] == [0.5, 0.5]


def test_small_entropies_keep_their_digits():
    got = ENGINES[SoftmaxBeta]("compute", {"scores": [40.0, 0.0], "beta": 1.0})
    assert got["entropy"] == pytest.approx(math.exp(-40) * 41, rel=1e-12)  # ln(1 + e) + 40 e / (1 + e), e = exp(-40)


def test_plane_agrees_with_numpy_to_ten_digits():
    memory = {name: value for name, value in state_of(SoftRecallPlane()).items() if name in ("addresses", "pixels")}
    for _ in range(60):
        cue, beta = (rng.uniform(0, 10), rng.uniform(0, 5.5)), float(10 ** rng.uniform(-1.5, 1.5))
        got = ENGINES[SoftRecallPlane]("compute", {**memory, "beta": beta, "cue_x": cue[0], "cue_y": cue[1]})
        weights, recall, blend = read_plane(memory["addresses"], memory["pixels"], beta, cue)
        np.testing.assert_allclose(got["weights"], weights, rtol=1e-10)
        np.testing.assert_allclose(got["recall"], recall, rtol=1e-10)
        np.testing.assert_allclose(got["blend"], blend.ravel(), rtol=1e-10, atol=1e-300)
        np.testing.assert_allclose(got["entropy"], entropy(weights), rtol=1e-10, atol=1e-13)
        assert got["ranks"] == np.argsort(-weights, kind="stable").tolist()


def test_plane_equals_dot_product_attention_where_keys_have_one_length():
    angles = np.linspace(0, 6, 8)
    keys = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    cue = np.array([0.3, -1.1])
    got = ENGINES[SoftRecallPlane](
        "compute", {"addresses": keys.tolist(), "pixels": [["#"]] * 8, "beta": 3.0, "cue_x": 0.3, "cue_y": -1.1}
    )
    np.testing.assert_allclose(got["weights"], softmax(keys @ cue, 3.0), rtol=1e-12)


def test_borders_run_where_two_addresses_are_nearest():
    addresses, box = SoftRecallPlane().addresses, [-1, 0, 11, 5.5]
    pieces = ENGINES[SoftRecallPlane]("borders", addresses, box)
    np.testing.assert_allclose(pieces, borders(addresses, box), rtol=1e-10, atol=1e-10)
    assert len(pieces) > len(addresses)
    for x1, y1, x2, y2 in pieces:
        for t in (0.01, 0.5, 0.99):
            far = np.sort(np.hypot(*(np.array([x1 + t * (x2 - x1), y1 + t * (y2 - y1)]) - addresses).T))
            assert far[0] == pytest.approx(far[1])
            assert far[1] < far[2]


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


def recalled(widget=None, **changes):
    """The widget's script and the memory of counters in NumPy, at the same state."""
    state = {**state_of(widget or NoisyRecall()), **changes}
    named = state["sets"][state["stored"]]
    counts = {name: state[name] for name in ("load", "radius", "flips", "target", "noise", "steps")}
    return ENGINES[NoisyRecall]("compute", state), recall(named, **counts)


def test_noisy_recall_agrees_with_counters_in_numpy():
    draw = np.random.default_rng(21)
    widget = NoisyRecall()
    for k in range(40):
        limits = {"flips": (0, 129), "radius": (90, 126), "target": (0, 8), "noise": (0, 10_000), "steps": (0, 7)}
        state = {name: int(draw.integers(*limit)) for name, limit in limits.items()}
        state |= {"stored": ("pictures", "letters")[k % 2], "load": (8, 12, 24, 48, 8, 16, 32, 200)[k // 5]}
        got, own = recalled(widget, **state)
        assert (bits_of(np.array(got["states"], dtype=np.uint32).ravel()) == own.states).all()
        assert (bits_of(np.array(got["goal"], dtype=np.uint32)) == own.goal).all()
        assert got["expected"] == pytest.approx(own.expected, rel=1e-10)
        names = ("wrong", "answered", "held", "nearest", "away")
        assert [got[name] for name in names] == [getattr(own, name) for name in names]
        assert got["isSettled"] == own.is_settled


def test_the_streams_of_the_memory_are_those_of_whole_numbers():
    def mix(x):
        x = (x ^ x >> 16) * 0x21F0AAAD % 2**32
        x = (x ^ x >> 15) * 0x735A2D97 % 2**32
        return x ^ x >> 15

    for seed in (1, 2, 3, 10_002):
        expected = [mix((mix(seed) + i * 0x9E3779B9) % 2**32) for i in range(1, 2001)]
        assert stream(seed, 2000).tolist() == expected
        ones = int(bits_of(stream(seed, 16_000)).sum(dtype=int))
        assert abs(ones - 256_000) < 5 * math.sqrt(512_000) / 2


def test_the_stored_pictures_are_as_far_apart_as_random_ones_and_the_letters_are_alike():
    def apart(kind):
        bits = named_bits(NoisyRecall().sets[kind])
        assert bits.shape == (8, 256)
        gaps = (bits[:, None] != bits).sum(axis=-1)
        return bits.sum(axis=1), gaps[np.triu_indices(8, 1)]

    sizes, gaps = apart("pictures")
    assert 112 <= sizes.min() <= sizes.max() <= 144
    assert 96 <= gaps.min() <= gaps.max() <= 160
    sizes, gaps = apart("letters")
    assert sizes.max() <= 68
    assert 0 < gaps.min() <= gaps.max() <= 84


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


SEVEN = ("weight", "n_steps", "activation", "drive", "forget", "clip", "seed")


def back(widget=None, **changes):
    """The widget's script at a state of the gradients, and the same in NumPy."""
    state = {**state_of(widget or GradientScaling()), **changes}
    return ENGINES[GradientScaling]("compute", state), gradients(**{name: state[name] for name in SEVEN})


def gradient_settings():
    draw = np.random.default_rng(23)
    weights, drives = [0.5, 1, 1.2, 1.5, 2, 2], [0.01, 0.1, 0.3, 1, 3, 10, 0.1]
    for seed in (1, 3, 92):  # chaotic
        yield {"weight": 2, "n_steps": 100, "activation": "tanh", "drive": 0.1, "forget": 1, "clip": 1, "seed": seed}
    for k in range(42):
        yield {
            "weight": weights[k % 6] if k % 5 else float(draw.uniform(0.5, 2)),
            "n_steps": (5, 40, 100)[k % 3],
            "activation": "linear" if k % 4 == 1 else "tanh",
            "drive": drives[k % 7],
            "forget": (0.5, 0.9, 0.99, 0.999, 1)[k % 5],
            "clip": (None, 0.1, 1, 37.5, 1000)[k % 5],
            "seed": int(draw.integers(10_000)),
        }


def test_gradients_agree_with_numpy_to_ten_digits_also_where_a_network_is_chaotic():
    n_grown = 0
    for setting in gradient_settings():
        got, own = back(**setting)
        assert (got["clipped"] is None) == (setting["clip"] is None)
        assert set(got) == set(own._fields)
        for name, value in own._asdict().items():
            if value is None:
                assert got[name] is None
            else:
                numbers = np.array(got[name], dtype=float)
                np.testing.assert_allclose(numbers, value, rtol=1e-10, err_msg=f"{setting}: {name}")
                assert np.isfinite(numbers).all()
                assert numbers.min() > 0
        n_grown += setting["activation"] == "tanh" and own.network[-1] > 10
    assert n_grown >= 3


def test_a_network_whose_gradient_grows_under_tanh_forgets_its_last_digits():
    first, second = (network(weight, 0.1, seed=3)[1] for weight in (2, 2 * (1 + 1e-14)))
    assert gradients(2, 100, "tanh", 0.1, 1, None, 3).network[-1] > 1e9
    assert abs(first[:30] - second[:30]).max() < 1e-10
    assert abs(first[-20:] - second[-20:]).max() > 1e-5


def test_the_spectral_radius_is_that_of_the_eigenvalues():
    draw = np.random.default_rng(24)
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])  # a rotation: its eigenvalues are complex, and no power comes to rest
    matrices = [*draw.uniform(-1, 1, (40, 16, 16)), np.kron(np.eye(8), 1.3 * turn)]
    matrices.append(np.diag(np.linspace(-0.7, 0.8, 16)) + np.triu(np.full((16, 16), 3.0), 1))  # far from normal
    for k, matrix in enumerate(matrices):
        moduli = [0.8] if k == 41 else abs(np.linalg.eigvals(matrix))
        assert spectral_radius(matrix) == pytest.approx(max(moduli), rel=1e-12)
        if k % 10 == 0 or k > 39:
            assert ENGINES[GradientScaling]("spectralRadius", matrix.ravel().tolist()) == spectral_radius(matrix)
    for seed in (0, 1, 9999):
        weights, _ = network(1.25, 1.0, seed)
        assert max(abs(np.linalg.eigvals(weights))) == pytest.approx(1.25, rel=1e-12)
        assert abs(weights @ weights.T - weights.T @ weights).max() > 0.1  # not normal


def test_tanh_from_arithmetic_is_tanh_and_its_slope_is_one_over_cosh_squared():
    x = np.concatenate([np.linspace(-30, 30, 3001), 10.0 ** np.arange(-12, 1)])
    h, slope = saturate(x)
    np.testing.assert_allclose(h, np.tanh(x), rtol=1e-14)
    np.testing.assert_allclose(slope, np.cosh(x) ** -2.0, rtol=2e-11)
    assert (slope > 0).all()
    for k in range(0, len(x), 250):
        assert ENGINES[GradientScaling]("saturate", float(x[k])) == [h[k], slope[k]]


def run_on(weights, inputs, hidden):
    for given in inputs:
        hidden = np.tanh(weights @ hidden + given)
    return hidden


@pytest.mark.parametrize(("weight", "drive", "seed"), [(0.9, 0.5, 0), (1.2, 1.0, 3), (1.5, 2.0, 11)])
def test_the_gradient_is_the_derivative_of_the_last_state_with_respect_to_an_earlier_one(weight, drive, seed):
    numbers = (stream(seed, 256 + 16 * 120) + 0.5) / 2**31 - 1
    weights, inputs = numbers[:256].reshape(16, 16), drive * numbers[256:].reshape(120, 16)
    weights = weights * weight / abs(np.linalg.eigvals(weights)).max()
    got = back(weight=weight, drive=drive, seed=seed, n_steps=40)[0]["network"]
    for t in (1, 2, 7, 40):
        before = run_on(weights, inputs[:-t], np.zeros(16))
        pushed = before[:, None] + 1e-30j * np.eye(16)  # a complex step: no difference, so no digits cancel
        slopes = run_on(weights, inputs[-t:, :, None], pushed).imag / 1e-30
        assert got[t] == pytest.approx(np.linalg.norm(slopes) / 4, rel=1e-9)


def test_the_gradient_of_a_linear_network_is_the_norm_of_a_power_of_its_weights():
    weights, _ = network(1.1, 1.0, 5)
    got = back(weight=1.1, activation="linear", seed=5, n_steps=100)[0]
    for t in (0, 1, 2, 30, 100):
        norm = np.linalg.norm(np.linalg.matrix_power(weights, t)) / 4
        assert got["network"][t] == pytest.approx(norm, rel=1e-11)
    assert (got["network"][100] / got["network"][50]) ** (1 / 50) == pytest.approx(1.1, rel=0.01)
    assert (got["slope"], got["clipped"]) == (1, None)


def test_labels_keep_their_order_and_stand_apart():
    draw = np.random.default_rng(25)
    for k in range(60):
        wanted = draw.uniform(30, 316, size=3 + k % 2)
        wanted[0] = wanted[1] if k % 3 == 0 else (30, 316)[k % 2] if k % 5 == 0 else wanted[0]
        places = apart(wanted.tolist(), 30, 316)
        assert ENGINES[GradientScaling]("apart", wanted.tolist(), 30, 316) == pytest.approx(places, rel=1e-14)
        assert np.diff(np.sort(places)).min() >= 16 - 1e-9
        assert 30 <= min(places) <= max(places) <= 316
        assert (np.argsort(places, kind="stable") == np.argsort(wanted, kind="stable")).all()
    assert apart([100.0, 200.0, 300.0], 30, 316) == [100, 200, 300]


SIX = ("forget", "marked", "other", "n_steps", "gates", "seed")


def kept(widget=None, **changes):
    """The widget's script at a state of the gated cell."""
    state = {**state_of(widget or GatedCell()), **changes}
    return ENGINES[GatedCell]("compute", {name: state[name] for name in SIX})


def cell_settings():
    draw = np.random.default_rng(26)
    for k in range(240):
        yield {
            "forget": (0.5, 0.9, 0.98, 0.999, 1)[k % 5] if k % 3 else float(draw.uniform(0.5, 1)),
            "marked": (0, 0.5, 1)[k % 3] if k % 4 else float(draw.uniform()),
            "other": (0, 0.001, 0.05, 1)[k % 4] if k % 7 else float(draw.uniform()),
            "n_steps": int(draw.integers(10, 101)) if k % 6 else (10, 11, 100)[k % 3],
            "gates": ("see the marker", "constant")[k % 2],
            "seed": int(draw.integers(10_000)),
        }


def test_the_gated_cell_agrees_with_numpy_to_ten_digits():
    for setting in cell_settings():
        got, own = kept(**setting), held(**setting)
        assert set(got) == set(own._fields)
        for name, value in own._asdict().items():
            floor = 1e-14 if name == "bias" else 0  # a difference of sums: it may be exactly nothing
            np.testing.assert_allclose(got[name], value, rtol=1e-10, atol=floor, err_msg=f"{setting}: {name}")
        assert got["marks"] == own.marks
        parts = np.array([got[name] for name in ("first", "second", "others")])
        np.testing.assert_allclose(got["cell"], parts.sum(axis=0), rtol=1e-12)
        assert parts.min() >= 0


def test_the_stream_is_uniform_and_one_number_of_each_half_is_marked():
    numbers, firsts, seconds = [], [], []
    for seed in range(400):
        got = kept(seed=seed, n_steps=21)
        numbers += got["numbers"]
        firsts.append(got["marks"][0])
        seconds.append(got["marks"][1])
        assert got["wanted"] == sum(got["numbers"][place] for place in got["marks"])
    assert set(firsts) == set(range(10))
    assert set(seconds) == set(range(10, 21))
    assert 0 < min(numbers) < max(numbers) < 1
    assert abs(np.mean(numbers) - 1 / 2) < 5 / math.sqrt(12 * len(numbers))
    assert abs(np.mean(np.square(numbers)) - 1 / 3) < 5 * math.sqrt(4 / 45 / len(numbers))
    for places, count in ((firsts, 10), (seconds, 11)):
        assert abs(np.mean(places) - np.mean(sorted(set(places)))) < 5 * math.sqrt((count**2 - 1) / 12 / 400)


def misses(forget, gate, other, numbers, firsts, seconds):
    """By how much the cell ends off the sum, for each row of numbers: the recurrence as the docstring gives it."""
    rows, n_steps = numbers.shape
    cell = np.zeros(rows)
    for t in range(n_steps):
        cell = forget * cell + np.where((firsts == t) | (seconds == t), gate, other) * numbers[:, t]
    every = np.arange(rows)
    return cell - numbers[every, firsts] - numbers[every, seconds]


GATINGS = [(0.95, 1, 0.05), (0.98, 1, 0), (1, 1, 0.05), (1, 0.04, 0.04), (0.5, 0.9, 0.3), (0.9, 0, 0), (0.999, 0.7, 1)]


@pytest.mark.parametrize(("forget", "gate", "other"), GATINGS)
@pytest.mark.parametrize("n_steps", [2, 5, 8])
def test_the_error_over_all_streams_is_the_mean_over_every_stream_of_two_values(forget, gate, other, n_steps):
    # A mean square needs only the mean and the variance of a number: so the two values 1/2 -+ sqrt(1/12) stand for all.
    values = 0.5 + np.array([-1, 1]) / math.sqrt(12)
    numbers = values[(np.arange(2**n_steps)[:, None] >> np.arange(n_steps)) & 1]
    half, found = n_steps // 2, []
    for first in range(half):
        for second in range(half, n_steps):
            places = np.full(len(numbers), first), np.full(len(numbers), second)
            found.append(misses(forget, gate, other, numbers, *places))
    kind = "constant" if gate == other else "see the marker"
    got = kept(forget=forget, marked=gate, other=other, n_steps=n_steps, gates=kind)
    for bias, error in ((got["bias"], got["error"]), over_streams(forget, gate, other, n_steps)):
        assert error == pytest.approx(np.mean(np.square(found)), rel=1e-12)
        assert bias == pytest.approx(np.mean(found), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize(("forget", "gate", "other"), GATINGS)
@pytest.mark.parametrize("n_steps", [11, 50])
def test_the_error_over_all_streams_is_that_of_drawn_ones_to_within_five_standard_errors(forget, gate, other, n_steps):
    x, target = adding(20_000, n_steps, np.random.default_rng(27))
    marks = np.argsort(-x[:, :, 1], axis=1, kind="stable")[:, :2]
    off = misses(forget, gate, other, x[:, :, 0], marks[:, 0], marks[:, 1])
    assert abs(target - x[np.arange(20_000)[:, None], marks, 0].sum(axis=1)).max() < 1e-12
    kind = "constant" if gate == other else "see the marker"
    got = kept(forget=forget, marked=gate, other=other, n_steps=n_steps, gates=kind)
    for one, sample in ((got["bias"], off), (got["error"], off**2)):
        assert abs(one - sample.mean()) < 5 * sample.std() / math.sqrt(len(sample))


# ---- what each control must do ---------------------------------------------------------------------------------------


def is_rising(values, strictly=True):
    return all(a < b if strictly else a <= b for a, b in pairwise(values))


def test_more_beta_means_less_entropy_and_a_larger_winner():
    betas = [0, 0.01, 0.1, 0.5, 1, 2, 4]
    seen = [ENGINES[SoftmaxBeta]("compute", {"scores": [2, 1.4, 0.3, -0.8], "beta": beta}) for beta in [*betas, "max"]]
    assert is_rising([-x["entropy"] for x in seen])
    assert is_rising([x["largest"] for x in seen])


def test_a_higher_score_takes_weight_from_every_other_key():
    seen = [ENGINES[SoftmaxBeta]("compute", {"scores": [2, x, 0.3], "beta": 1})["weights"] for x in (-2, 0, 1.5, 4)]
    assert is_rising([w[1] for w in seen])
    assert is_rising([-w[0] for w in seen])
    assert is_rising([-w[2] for w in seen])


def test_one_more_key_takes_weight_from_every_key_and_a_shift_changes_nothing():
    less, more, moved = (
        ENGINES[SoftmaxBeta]("compute", {"scores": scores, "beta": 2})["weights"]
        for scores in ([2, 1.5, 0.25], [2, 1.5, 0.25, 0], [7, 6.5, 5.25])
    )
    assert all(b < a for a, b in zip(less, more[:3], strict=True))
    np.testing.assert_allclose(moved, less, rtol=1e-14)


def test_the_cue_pulls_the_recall_along_and_beta_narrows_it():
    memory = state_of(SoftRecallPlane())

    def read(**changes):
        return ENGINES[SoftRecallPlane]("compute", {**memory, **changes})

    assert is_rising([read(cue_x=x)["recall"][0] for x in np.linspace(0, 10, 12)])
    assert is_rising([read(cue_y=y)["recall"][1] for y in np.linspace(0, 5.5, 12)])
    assert is_rising([-read(beta=beta)["effective"] for beta in (0.03, 0.1, 0.5, 1, 3, 10, 32)])


def test_more_bits_push_the_nearest_away_and_more_strings_pull_it_near():
    def closest(**state):
        return ENGINES[NearestNeighbour]("compute", state)

    shares = [closest(n_bits=n, n_strings=10**6)["share"] for n in (10, 30, 100, 300, 1000, 3000, 10_000)]
    assert is_rising(shares)
    assert shares[-1] < 0.5
    assert is_rising([-closest(n_bits=1000, n_strings=n)["closest"] for n in (100, 10**4, 10**6, 10**9)])
    assert closest(n_bits=500, n_strings=100, guess=1) == closest(n_bits=500, n_strings=100, guess=50)


def test_flips_are_the_distance_of_the_cue_and_more_of_them_keep_the_fewer():
    seen = [recalled(flips=flips)[0] for flips in (0, 1, 20, 40, 128)]
    assert [got["wrong"][0] for got in seen] == [0, 1, 20, 40, 128]
    cues = bits_of(np.array([got["states"][0] for got in seen], dtype=np.uint32).ravel())
    flipped = cues != cues[0]
    assert all((fewer <= more).all() for fewer, more in pairwise(flipped))


def test_a_wider_radius_lets_more_locations_answer_and_more_of_them_hold_the_target():
    seen = [recalled(radius=radius)[0] for radius in range(90, 126, 5)]
    assert is_rising([got["answered"][0] for got in seen], strictly=False)
    assert is_rising([got["held"][0] for got in seen], strictly=False)
    assert is_rising([got["expected"] for got in seen])
    for got in seen:
        assert abs(got["answered"][0] - got["expected"]) < 5 * math.sqrt(got["expected"]) + 1
    assert seen[0]["answered"][0] == 0
    assert recalled(radius=109)[0]["expected"] == pytest.approx(2000 * ball_fraction(256, 109), rel=1e-10)


def test_more_reads_go_on_from_the_fewer_and_new_noise_flips_other_bits():
    longest = recalled(steps=6)[0]
    for steps in range(1, 6):
        got = recalled(steps=steps)[0]
        assert got["states"] == longest["states"][: steps + 1]
        assert got["answered"] == longest["answered"][:steps]
    assert longest["isSettled"]
    first, other = recalled(noise=0)[0], recalled(noise=1)[0]
    assert first["wrong"] == other["wrong"]
    assert first["states"] != other["states"]


def exact_share(n_draws, **changes):
    """The share of draws that come back without a wrong bit after six reads, over all eight targets."""
    widget = NoisyRecall(**changes)
    rest = {"load": widget.load, "radius": widget.radius, "flips": widget.flips, "steps": 6}
    named = widget.sets[widget.stored]
    hits = [
        recall(named, target=target, noise=noise, **rest).wrong[-1] == 0
        for target in range(8)
        for noise in range(n_draws)
    ]
    return np.mean(hits), math.sqrt(0.25 / len(hits))


def test_a_fuller_memory_and_a_worse_cue_break_the_recall_and_letters_break_it_most():
    (light, error), (full, _), (worse, _) = exact_share(3, load=8), exact_share(3, load=200), exact_share(3, flips=100)
    assert light - full > 5 * error
    assert light - worse > 5 * error
    (pictures, _), (letters, _) = (exact_share(3, flips=20, load=8, stored=kind) for kind in ("pictures", "letters"))
    assert pictures - letters > 5 * error
    for target in range(8):
        assert recalled(flips=0, load=8, target=target, steps=1)[0]["wrong"] == [0, 0]
    assert recalled(flips=0, load=8, stored="letters", target=2, steps=1)[0]["wrong"][1] > 0


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
    first, second = (circles(STATES[10], seed=seed)[0] for seed in (0, 1))
    assert first["sample"] != second["sample"]
    assert {**first, "sample": 0} == {**second, "sample": 0}
    assert circles(STATES[10], log_axis=False)[0] == circles(STATES[10])[0]


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


def ends(**changes):
    got = back(**changes)[0]
    return {name: got[name][-1] if isinstance(got[name], list) else got[name] for name in got}


def test_a_larger_spectral_radius_scales_a_linear_network_as_one_weight():
    one = back(weight=1, activation="linear")[0]["network"]
    for weight in (0.5, 0.9, 1.3, 2):
        got = back(weight=weight, activation="linear")[0]
        np.testing.assert_allclose(got["network"], one * np.array(got["scalar"]), rtol=1e-10)
    assert is_rising([ends(weight=w)["scalar"] for w in (0.5, 0.8, 1, 1.2, 2)])
    assert ends(weight=1)["scalar"] == 1
    assert is_rising([ends(weight=w)["network"] for w in (0.5, 0.7, 0.9, 1.1)])


def test_tanh_makes_vanish_what_one_weight_above_one_would_explode():
    assert ends()["scalar"] > 1e4
    assert ends()["network"] < 1e-4
    assert ends(activation="linear")["network"] > 1e4
    assert max(ends(seed=seed)["network"] for seed in range(12)) < 1e-3


def test_larger_inputs_saturate_the_units_and_small_ones_leave_tanh_linear():
    seen = [ends(weight=0.8, drive=s) for s in (0.01, 0.1, 0.3, 1, 3, 10)]
    assert is_rising([-got["slope"] for got in seen])
    assert is_rising([-got["network"] for got in seen])
    assert seen[0]["network"] == pytest.approx(ends(weight=0.8, activation="linear")["network"], rel=0.01)
    assert back(activation="linear", drive=0.01)[0] == back(activation="linear", drive=10)[0]


def test_more_steps_back_go_on_from_the_fewer():
    longest = back(n_steps=100)[0]
    for n_steps in (5, 17, 60):
        got = back(n_steps=n_steps)[0]
        for name in ("network", "scalar", "gated"):
            assert got[name] == longest[name][: n_steps + 1]
        assert 2 ** (-n_steps / got["half"]) == pytest.approx(got["network"][-1], rel=1e-9)
    doubled = ends(activation="linear", n_steps=80)
    assert 2 ** (80 / doubled["half"]) == pytest.approx(doubled["network"], rel=1e-9)


def test_a_gate_nearer_to_one_keeps_more_and_one_keeps_all():
    seen = [ends(forget=f) for f in (0.5, 0.9, 0.99, 0.999, 1)]
    assert is_rising([got["gated"] for got in seen])
    assert seen[1]["gated"] == pytest.approx(0.9**60, rel=1e-12)
    assert back(forget=1)[0]["gated"] == [1] * 61
    assert len({got["network"] for got in seen}) == 1


def test_clipping_bounds_the_norm_of_all_steps_together_and_keeps_their_proportions():
    for clip in (0.1, 1, 30, 1000):
        got = back(activation="linear", clip=clip)[0]
        raw, clipped = np.array(got["network"]), np.array(got["clipped"])
        assert np.linalg.norm(raw) == pytest.approx(got["total"], rel=1e-12)
        assert np.linalg.norm(clipped) == pytest.approx(clip, rel=1e-12)
        np.testing.assert_allclose(clipped / clipped[0], raw, rtol=1e-12)
    assert is_rising([ends(activation="linear", clip=clip)["factor"] for clip in (0.1, 1, 30, 1000)])
    tame = back(clip=2)[0]
    assert tame["total"] < 2
    assert (tame["factor"], tame["clipped"]) == (1, tame["network"])
    assert ends(clip=0.1)["clipped"] < ends()["network"] < 1e-4  # what vanished does not come back


def test_a_new_network_changes_only_the_network():
    first, second = (back(seed=seed)[0] for seed in (0, 1))
    assert first["network"] != second["network"]
    assert (first["scalar"], first["gated"]) == (second["scalar"], second["gated"])


def test_the_cell_follows_its_equation_and_the_script_its_numbers():
    got = kept(forget=0.9, marked=0.8, other=0.1, seed=2)
    cell = 0.0
    for t, x in enumerate(got["numbers"]):
        cell = 0.9 * cell + (0.8 if t in got["marks"] else 0.1) * x
        assert got["cell"][t] == pytest.approx(cell, rel=1e-12)
    assert got["kept"] == pytest.approx([0.9 ** (49 - place) for place in got["marks"]], rel=1e-12)
    assert got["first"][-1] == pytest.approx(0.8 * got["kept"][0] * got["numbers"][got["marks"][0]], rel=1e-12)


def test_perfect_gates_are_exact_at_any_length_and_any_other_is_not():
    for n_steps in range(10, 101):
        got = kept(forget=1, marked=1, other=0, n_steps=n_steps, seed=n_steps)
        assert got["cell"][-1] == got["wanted"]
        assert (got["bias"], got["error"]) == (0, 0)
    for change in ({"forget": 0.999}, {"marked": 0.99}, {"other": 0.001}):
        assert kept(**{"forget": 1, "marked": 1, "other": 0, **change})["error"] > 1e-5


def test_a_gate_that_keeps_more_keeps_more_of_both_and_more_of_the_second():
    seen = [kept(forget=f, other=0) for f in (0.5, 0.9, 0.95, 0.98, 0.99, 0.999, 1)]
    for place in (0, 1):
        assert is_rising([got["kept"][place] for got in seen])
    assert all(got["kept"][0] < got["kept"][1] for got in seen[:-1])
    assert is_rising([-got["error"] for got in seen])
    assert is_rising([got["cell"][-1] for got in seen])
    before, after = (np.array(kept(forget=0.95, other=0)["first"][t:][:-1]) for t in (2, 3))
    np.testing.assert_allclose(after, 0.95 * before[: len(after)], rtol=1e-12)


def test_keeping_98_percent_a_step_is_as_bad_as_always_answering_1_over_50_steps():
    assert kept(forget=0.98, other=0)["error"] == pytest.approx(1 / 6, abs=0.01)
    assert kept(forget=0.98, other=0, n_steps=10)["error"] < 0.02
    assert is_rising([kept(forget=0.98, other=0, n_steps=n)["error"] for n in (10, 20, 40, 60, 100)])


def test_a_little_of_the_unmarked_numbers_floods_a_cell_that_forgets_nothing_and_helps_one_that_does():
    flood = [kept(forget=1, other=i)["error"] for i in (0, 0.001, 0.01, 0.05, 0.1, 1)]
    assert is_rising(flood)
    assert flood[1] < 1e-3
    assert flood[3] > 8 / 6
    helped, plain = kept(forget=0.95, other=0.05), kept(forget=0.95, other=0)
    assert helped["error"] < 1 / 6 < 2 / 6 < plain["error"]  # they make up, on average, for what is forgotten
    assert plain["bias"] < -0.5 < -0.2 < helped["bias"] < 0


def test_a_constant_gate_is_hardly_better_than_always_answering_1():
    forgets, inputs = np.linspace(0.5, 1, 101), np.linspace(0, 0.2, 81)
    for n_steps in (25, 50, 100):
        errors = [[over_streams(f, i, i, n_steps)[1] for i in inputs[:: 1 if f > 0.95 else 10]] for f in forgets[::10]]
        least = kept(forget=1, other=2 / n_steps, n_steps=n_steps, gates="constant")
        assert least["error"] == pytest.approx((1 - 2 / n_steps) / 6, rel=1e-12)  # twice the mean of the stream
        assert least["bias"] == pytest.approx(0, abs=1e-12)
        assert least["error"] <= min(map(min, errors)) + 1e-12
        assert 0.9 / 6 < least["error"] < 1 / 6


def test_a_constant_gate_knows_nothing_of_the_marked_one():
    seen = [kept(gates="constant", marked=i) for i in (0, 0.5, 1)]
    assert seen[0] == seen[1] == seen[2]
    assert seen[0] == kept(marked=0.05)
    assert kept(marked=0)["first"] == [0] * 50


def test_more_steps_go_on_from_the_fewer_and_a_new_stream_changes_no_error():
    longest = kept(n_steps=100)
    for n_steps in (10, 37, 50):
        got = kept(n_steps=n_steps)
        assert got["numbers"] == longest["numbers"][:n_steps]
    first, second = kept(seed=0), kept(seed=1)
    assert (first["error"], first["bias"]) == (second["error"], second["bias"])
    assert first["numbers"] != second["numbers"]
    assert first["wanted"] != second["wanted"]


def test_log_sliders_come_back_to_where_they_were():
    for low, high, steps, first in ((0.01, 100, 40, 1), (10**-1.5, 10**1.5, 50, 0)):
        code = f"const scale = widget.logScale({low}, {high}, {steps}, {first});"
        code += "Array.from({ length: scale.last - scale.place(0) + 1 }, (_, i) => i + scale.place(0))"
        code += ".every((i) => scale.place(scale.read(i)) === i) && scale.read(scale.place(1)) === 1"
        assert ENGINES[SoftmaxBeta].context.eval(f"(function () {{ {code.replace('Array', 'return Array')} }})()")


# ---- numbers in words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.4", 1.4), (" -2 ", -2), ("\N{MINUS SIGN}0,5", -0.5), ("1,5", 1.5), ("1e3", 1000), (".5", 0.5), ("+3.", 3)]
    + [(bad, None) for bad in ("", "two", "1,000.5", "1.2.3", "1,2,3", "0x10", "Infinity", "1e999", "NaN", "--1")],
)
def test_fields_read_numbers_and_refuse_the_rest(text, value):
    assert ENGINES[SoftmaxBeta]("parseNumber", text) == value


def test_page_and_picture_write_numbers_alike():
    engine = ENGINES[SoftmaxBeta]
    for x in [0, 1, 0.0004, 0.0005, 0.99949, 0.99951, 0.96, 0.0996, 0.34, 0.005, *rng.uniform(size=50)]:
        for is_exact in (False, True):
            assert engine("weightText", x, is_exact) == _draw.weight_text(x, is_exact)
            assert engine("percent", x, is_exact) == _draw.percent(x, is_exact)
    for x in [0, 1, 0.125, 0.01, 100, 10, 2.5, 31.6, 0.0316, 12.3]:
        assert engine("digits", x) == _draw.digits(x)


def test_rounding_never_claims_certainty():
    engine = ENGINES[SoftmaxBeta]
    assert engine("weightText", 0.99996, False) == ">0.999"
    assert engine("weightText", 1e-9, False) == "<0.001"
    assert engine("percent", 0.99996, False) == ">99.9\N{NO-BREAK SPACE}%"
    assert engine("digits", 4.1e-5) == "4.1 × 10^−5"
    assert engine("count", 1234567) == "1,234,567"
    assert engine("fieldText", -2) == "−2.0"


# ---- scripts ---------------------------------------------------------------------------------------------------------


def test_every_script_has_its_class_and_every_class_its_script():
    names = {cls.__module__.rpartition(".")[2] for cls in WIDGETS.values()}
    assert names == {path.stem for path in SCRIPTS} == {path.stem for path in FOLDER.glob("[!_]*.py")}
    assert all(getattr(package, cls.__name__) is cls and cls.__name__ in package.__all__ for cls in WIDGETS.values())


@pytest.mark.parametrize("path", [*SCRIPTS, FOLDER / "_shared.mjs"], ids=lambda path: path.stem)
def test_scripts_keep_the_rules(path):
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    assert len(lines) <= 250
    exports = [line for line in lines if re.match(r"\s*export\b", line)]
    assert exports == ([] if path.stem == "_shared" else [LAST_LINE])
    assert path.stem == "_shared" or lines[-1] == LAST_LINE
    forbidden = r"\bimport\b|\bfetch\b|\beval\b|innerHTML|outerHTML|insertAdjacentHTML|XMLHttpRequest|new Worker|blob:"
    forbidden += r"|new Function|localStorage|\bwindow\b|globalThis|getElementById|[\"']?\bid\b[\"']?:"
    forbidden += r"|https?://(?!www\.w3\.org/2000/svg)"
    code = re.sub(r"^\s*(//|/?\*).*$", "", text, flags=re.MULTILINE)
    assert re.findall(forbidden, code) == []


@pytest.mark.parametrize("widget", WIDGETS.values(), ids=lambda widget: widget.__name__)
def test_joined_text_is_small_and_carries_no_stray_name(widget):
    assert len(gzip.compress(widget._esm.encode(), 9)) <= 12 * 1024
    assert widget._esm.count("export ") == 1
    shared = (FOLDER / "_shared.mjs").read_text(encoding="utf-8")
    assert widget._esm.startswith(shared)
    names = re.compile(r"^(?:function|const|let) (\w+)", re.MULTILINE)
    assert set(names.findall(shared)).isdisjoint(names.findall(widget._esm[len(shared) :]))


def test_pictures_fall_back_to_the_light_tokens():
    tokens = (FOLDER / "tokens.css").read_text(encoding="utf-8")
    light, dark = tokens.split("[data-theme", 1)
    values = dict(re.findall(r"--sr-([\w-]+): (#\w+)", light))
    assert {name: values[name] for name in _draw.LIGHT} == _draw.LIGHT
    assert set(dict(re.findall(r"--sr-([\w-]+): (#\w+)", dark))) == set(values)
    used = set(re.findall(r"var\(--sr-([\w-]+)", (FOLDER / "widget.css").read_text(encoding="utf-8")))
    assert used - set(values) <= {"serif", "sans", "mono", "share", "done", "h-wide", "h-narrow"}


# ---- pictures and what a notebook stores -----------------------------------------------------------------------------


def drawn(widget, kind, width=None):
    root = ElementTree.fromstring(widget.picture(width).svg)
    return [node.attrib for node in root.iter() if node.get("class") == f"sr-p-{kind}"]


def test_the_bars_of_the_picture_are_the_numbers_of_compute():
    for widget in STATES[:2]:
        result = ENGINES[SoftmaxBeta]("compute", state_of(widget))
        for width in widget.widths:
            heights = [float(bar["height"]) for bar in drawn(widget, "weight", width)]
            np.testing.assert_allclose(heights, 150 * np.array(result["weights"]), atol=0.0051)
            scores = np.array(widget.scores)
            sizes = np.array([float(bar["height"]) for bar in drawn(widget, "score", width)])
            np.testing.assert_allclose(sizes / sizes.max(), abs(scores) / abs(scores).max(), atol=1e-3)


def test_the_plane_of_the_picture_shows_the_numbers_of_compute():
    for widget in STATES[4:6]:
        result = ENGINES[SoftRecallPlane]("compute", state_of(widget))
        seen = [w for w in result["weights"] if w >= 0.0005]
        rays = [float(ray["stroke-width"]) for ray in drawn(widget, "ray")]
        np.testing.assert_allclose(rays, 0.75 + 20 * np.array(seen), atol=0.00051)
        cells = [float(cell["fill-opacity"]) for cell in drawn(widget, "cell")]
        np.testing.assert_allclose(cells, [x for x in result["blend"] if x >= 0.0005], atol=0.00051)
        (ring,), ray = drawn(widget, "recall"), drawn(widget, "ray")[0]
        scale = float(ray["x1"]) / widget.cue_x
        centre = [float(ring["cx"]), float(ring["cy"])]
        np.testing.assert_allclose(centre, scale * np.array(result["recall"]), atol=0.05)


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


def test_the_dots_of_the_picture_are_the_wrong_bits_of_compute():
    for widget in STATES[6:9]:
        result = ENGINES[NoisyRecall]("compute", state_of(widget))
        for width in widget.widths:
            rings = [float(ring["cy"]) for ring in drawn(widget, "wrong", width)]
            np.testing.assert_allclose(rings, 144 - 0.9 * np.array(result["wrong"]), atol=0.0051)
            for role, words in (("query", result["states"][0]), ("value", result["states"][-1] if widget.steps else 0)):
                if words:
                    art = "".join(path["d"] for path in drawn(widget, role, width))
                    dots = "".join(path["d"] for path in drawn(widget, f"{role}-dots", width))
                    assert art.count("h7.5") == sum(word.bit_count() for word in words)
                    assert dots.count("h.01") == result["wrong"][0 if role == "query" else -1]
    assert len(drawn(NoisyRecall(), "value")) == 0  # nothing is recalled before the reader asks
    assert "No location answers" in NoisyRecall(radius=90).picture().alt


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


def test_the_curves_of_the_picture_are_the_numbers_of_compute_on_one_axis():
    for widget in GRADIENTS:
        result = ENGINES[GradientScaling]("compute", state_of(widget))
        for width, margin in zip(widget.widths, (44 + 44 + 104, 28 + 44 + 64), strict=True):
            logs, ups = [], []
            for kind in ("network", "scalar", "gated", "clipped"):
                curves = drawn(widget, kind, width)
                assert len(curves) == (result[kind] is not None)
                for curve in curves:
                    points = np.array(re.findall(r"([\d.]+) ([\d.]+)", curve["d"]), dtype=float)
                    steps = np.arange(widget.n_steps + 1) / widget.n_steps
                    np.testing.assert_allclose(points[:, 0], 44 + (width - margin) * steps, atol=0.0051)
                    logs += [math.log10(value) for value in result[kind]]
                    ups += (26 + (290 if width > 560 else 250) - points[:, 1]).tolist()
            gain, start = np.polyfit(logs, ups, 1)
            np.testing.assert_allclose(ups, gain * np.array(logs) + start, atol=0.012)
            assert 0 <= min(ups) <= max(ups) <= 290
            dots = [(float(dot["cx"]), float(dot["cy"])) for dot in drawn(widget, "dot", width)]
            assert len(dots) >= 2
            curve = re.findall(r"([\d.]+ [\d.]+)", drawn(widget, "gated", width)[0]["d"])
            assert all(f"{x:.8g} {y:.8g}" in curve for x, y in dots)


def test_the_picture_of_the_gradients_says_what_became_of_them():
    assert "10 to the power −5.0 at 60 steps back: vanished" in GRADIENTS[0].picture().alt
    assert "although w\N{NO-BREAK SPACE}&gt;\N{NO-BREAK SPACE}1" in GRADIENTS[0].picture().svg
    assert "10 to the power 29.9 at 100 steps back: exploded" in GRADIENTS[1].picture().alt
    assert "Clipped at 1," in GRADIENTS[1].picture().alt
    assert "anished" not in GRADIENTS[3].picture().alt + GRADIENTS[3].picture().svg.partition("vanishes: below")[2]


def corners(path):
    """The places that a path of straight lines goes through."""
    x = y = 0.0
    for kind, numbers in re.findall(r"([MHVh])([-\d. ]+)", path.replace("H", " H").replace("V", " V")):
        values = [float(number) for number in numbers.split()]
        x = values[0] if kind in "MH" else x + values[0] if kind == "h" else x
        y = values[-1] if kind in "MV" else y
        yield x, y


def test_the_stairs_of_the_picture_are_the_numbers_of_compute_on_one_axis():
    for widget in CELLS:
        got = kept(widget)
        cell, first, second = (np.array(got[name]) for name in ("cell", "first", "second"))
        for width, margin in zip(widget.widths, (44 + 30 + 104, 28 + 30 + 88), strict=True):
            floor = 98 if width > 560 else 88
            stems = [(float(stem["x1"]), floor - float(stem["y2"])) for stem in drawn(widget, "stem", width)]
            steps = np.arange(widget.n_steps + 1) / widget.n_steps * (width - margin) + 30
            np.testing.assert_allclose([x for x, _ in stems], (steps[1:] + steps[:-1]) / 2, atol=0.0051)
            np.testing.assert_allclose([y for _, y in stems], (floor - 34) * np.array(got["numbers"]), atol=0.0051)
            base, high = floor + (264 if width > 560 else 224), 220 if width > 560 else 180
            ceiling = next(v for v in (1, 2, 3, 5, 10, 20, 50, 100) if v >= 1.04 * max(got["wanted"], *cell))
            for kind, sizes in (("cell", cell), ("first", first), ("second", first + second), ("others", cell)):
                (path,) = drawn(widget, kind, width)
                places = np.array(list(corners(path["d"])))[: 2 * widget.n_steps]
                assert (places[0, 0], places[-1, 0]) == pytest.approx((steps[0], steps[-1]), abs=0.0051)
                heights = (base - places[::2, 1]) / high * ceiling
                np.testing.assert_allclose(heights, sizes, atol=0.0051 / high * ceiling + 1e-12)
            miss = np.array(list(corners(drawn(widget, "miss", width)[0]["d"])))[:, 1]
            ends = (base - miss[[0, -1]]) / high * ceiling
            np.testing.assert_allclose(ends, [got["wanted"], cell[-1]], atol=0.0051 / high * ceiling + 1e-12)


def test_the_picture_of_the_gated_cell_says_by_how_much_it_misses():
    first, exact, flooded, constant, empty = (widget.picture() for widget in CELLS)
    assert "ends at 1.02 where their sum 1.53 is wanted: 0.51 short" in first.alt
    assert "over all streams is 0.126; always answering 1 has 0.167." in first.alt
    assert "wanted: exact." in exact.alt
    assert "however long" in exact.svg
    assert "lets in 0.2 of every number" in constant.alt
    assert "lets all in alike" in re.sub(r"</text>\s*<text[^>]*>", " ", constant.svg)
    assert " over. Of that," in flooded.alt
    assert "The marked numbers stay outside" in empty.svg
    gone = GatedCell(0.5, 1, 0, gates="constant").picture()
    assert "the cell stays empty" in re.sub(r"</text>\s*<text[^>]*>", " ", gone.svg)


def test_ten_bits_say_that_the_closest_is_a_copy():
    got = ENGINES[NearestNeighbour]("compute", {"n_bits": 10, "n_strings": 10**6})
    assert got["closest"] < 1e-100
    assert got["copies"] == pytest.approx(1e6 / 1024)
    assert "at 0\N{NO-BREAK SPACE}% of the bits" in NearestNeighbour(10, looked=True).picture().alt


@pytest.mark.parametrize("widget", STATES, ids=repr)
def test_pictures_are_images_with_a_sentence_and_the_same_bytes(widget):
    for width in widget.widths:
        drawn = widget.picture(width)
        root = ElementTree.fromstring(drawn.svg)
        assert root.get("role") == "img"
        assert root.get("aria-label") == drawn.alt
        assert len(drawn.alt) > 40
        assert drawn.alt.rstrip().endswith(".")
        assert not drawn.alt.startswith(("Figure", "Plot", "A graph"))
        assert not any("id" in node.attrib for node in root.iter())
        tags = {node.tag.rpartition("}")[2] for node in root.iter()}
        assert tags <= {"svg", "g", "rect", "line", "circle", "path", "text", "tspan"}
        assert float(root.get("height")) <= widget.heights[width < 560]
        assert float(root.get("width")) == width
        again = type(widget)(**{name: getattr(widget, name) for name in widget.state_names})
        assert again.picture(width).svg == drawn.svg


@pytest.mark.parametrize("widget", STATES, ids=repr)
def test_a_notebook_stores_view_picture_and_alt_text(widget):
    data, metadata = widget._repr_mimebundle_()
    assert set(data) == {"text/plain", VIEW, "image/svg+xml"}
    assert data[VIEW]["model_id"] == widget.model_id
    assert data["image/svg+xml"] == widget.picture().svg
    assert metadata["image/svg+xml"] == {"alt": widget.picture().alt}
    assert data["text/plain"] == repr(widget)
    assert eval(repr(widget), vars(package)).picture() == widget.picture()
    state = widget.get_state()
    assert state["_anywidget_id"] == f"softrecall.{type(widget).__name__}" in WIDGETS
    assert "--sr-paper" in state["_css"]
    assert state["_esm"].rstrip().endswith(LAST_LINE)
    json.dumps(state_of(widget), default=str, allow_nan=False)


# ---- bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("widget", "bad", "name"),
    [
        *((SoftmaxBeta, {"scores": x}, "scores") for x in ([], [1.0], [1.0] * 9, [1, math.nan], [1, math.inf])),
        *((SoftmaxBeta, {"scores": x}, "scores") for x in ([1, "2"], [1, True], [1, None])),
        *((SoftmaxBeta, {"beta": x}, "beta") for x in (-1, 0.001, 101, math.inf, math.nan, "min", None, True)),
        *((SoftmaxBeta, {"labels": x}, "labels") for x in (["a"] * 5, [1], ["a name too long"])),
        *((NearestNeighbour, {"n_bits": x}, "n_bits") for x in (9, 10_001, 100.0, "100", True, None)),
        *((NearestNeighbour, {"n_strings": x}, "n_strings") for x in (99, 10**10, 1e6)),
        *((NearestNeighbour, {"guess": x}, "guess") for x in (-1, 51, math.nan, "20", True)),
        *((SoftRecallPlane, {"beta": x}, "beta") for x in (0, 33, math.nan, "1", True)),
        (SoftRecallPlane, {"cue_x": 10.1}, "cue_x"),
        *((NoisyRecall, {"flips": x}, "flips") for x in (-1, 129, 4.0, "4", True, None)),
        *((NoisyRecall, {"stored": x}, "stored") for x in ("digits", "", None, 1, [])),
        *((NoisyRecall, {name: x}, name) for name, x in (("radius", 89), ("load", 7), ("target", 8), ("steps", 7))),
        (NoisyRecall, {"noise": 10_000}, "noise"),
        (SoftRecallPlane, {"cue_y": -0.1}, "cue_y"),
        *((CircleIntersection, {"n_bits": x}, "n_bits") for x in (15, 1025, 64.0, "64", True, None)),
        *((CircleIntersection, {"radius": x}, "radius") for x in (0, 1025, 11.0, True, None)),
        (CircleIntersection, {"radius": 65}, "radius"),
        *((CircleIntersection, {"n_locations": x}, "n_locations") for x in (99, 10**7 + 1, 1e6, math.inf, None, "all")),
        *((CircleIntersection, {"max_distance": x}, "max_distance") for x in (0, 1025, 2.0, "4", True)),
        *((CircleIntersection, {"seed": x}, "seed") for x in (-1, 10_000, None)),
        *((GatedCell, {"forget": x}, "forget") for x in (0.49, 1.001, math.nan, math.inf, "1", True, None, 1j)),
        *((GatedCell, {"marked": x}, "marked") for x in (-0.01, 1.01, math.nan, "1", True, None)),
        *((GatedCell, {"other": x}, "other") for x in (-0.01, 1.01, math.nan, [], False, None)),
        *((GatedCell, {"n_steps": x}, "n_steps") for x in (9, 101, 50.0, "50", True, None)),
        *((GatedCell, {"gates": x}, "gates") for x in ("", "marker", None, 1, [])),
        *((GatedCell, {"seed": x}, "seed") for x in (-1, 10_000, 0.0, None)),
        *((GradientScaling, {"weight": x}, "weight") for x in (0.49, 2.01, math.nan, math.inf, "1", True, None, 1j)),
        *((GradientScaling, {"n_steps": x}, "n_steps") for x in (4, 101, 60.0, "60", True, None)),
        *((GradientScaling, {"activation": x}, "activation") for x in ("relu", "", None, 1, [])),
        *((GradientScaling, {"drive": x}, "drive") for x in (0, 10.1, math.nan, "1", True, None)),
        *((GradientScaling, {"forget": x}, "forget") for x in (0.49, 1.001, math.nan, True, None)),
        *((GradientScaling, {"clip": x}, "clip") for x in (0, 0.09, 1001, math.nan, "1", True)),
        *((GradientScaling, {"seed": x}, "seed") for x in (-1, 10_000, 0.0, None)),
        *((NoiseAndBeta, {"noise": x}, "noise") for x in (0, 0.009, 0.481, 0.5, math.nan, "0.3", True, None)),
        *((NoiseAndBeta, {"beta": x}, "beta") for x in (0, 0.29, 1001, math.inf, math.nan, "max", True, None)),
        *((NoiseAndBeta, {"n_bits": x}, "n_bits") for x in (15, 257, 64.0, "64", True, None)),
        *((NoiseAndBeta, {"n_patterns": x}, "n_patterns") for x in (1, 1025, 2.0, "2", True, None)),
        *((NoiseAndBeta, {"seed": x}, "seed") for x in (-1, 10_000, 0.0, None)),
    ],
)
def test_bad_input_is_named(widget, bad, name):
    with pytest.raises(traitlets.TraitError, match=rf"^{name}: needed .+; got "):
        widget(**bad)


@pytest.mark.parametrize("widget", WIDGETS.values(), ids=lambda widget: widget.__name__)
def test_an_unknown_argument_is_refused(widget):
    with pytest.raises(TypeError, match=r"needed arguments among .+; got colour"):
        widget(colour="red")


def test_a_radius_larger_than_the_address_is_refused_whichever_comes_later():
    widget = CircleIntersection(1000, 451)
    with pytest.raises(traitlets.TraitError, match=r"^n_bits: needed at least radius \(451\); got 64"):
        widget.n_bits = 64
    assert (widget.n_bits, widget.radius) == (1000, 451)
    with widget.hold_trait_notifications():
        widget.n_bits, widget.radius = 64, 11
    assert (widget.n_bits, widget.radius) == (64, 11)


def test_a_bad_value_set_later_keeps_the_last_state():
    widget = SoftmaxBeta()
    with pytest.raises(traitlets.TraitError):
        widget.scores = [1.0, math.nan]
    assert widget.scores == [2.0, 1.4, 0.3, -0.8]


# ---- into a page -----------------------------------------------------------------------------------------------------


def stored_notebook(*widgets):
    """A notebook as it is stored: stub for the script, no style."""
    cells, states = [nbformat.v4.new_markdown_cell("# A page")], {}
    for widget in widgets:
        data, metadata = widget._repr_mimebundle_()
        output = nbformat.v4.new_output("execute_result", data, metadata=metadata, execution_count=1)
        cells.append(nbformat.v4.new_code_cell("widget", outputs=[output], execution_count=1))
        state = {name: value for name, value in widget.get_state().items() if name != "layout" and value is not None}
        state |= {"_esm": STUB, "_css": ""}
        states[widget.model_id] = {"model_name": "AnyModel", "model_module": "anywidget", "state": state}
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "language_info": {"name": "python"}}
    if states:
        metadata["widgets"] = {STATE: {"state": states, "version_major": 2, "version_minor": 0}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def build(folder, pages, *options):
    (folder / "sub").mkdir()
    for name, notebook in pages.items():
        nbformat.write(notebook, folder / name)
    names = "\n".join(Path(name).with_suffix("").as_posix() for name in pages)
    (folder / "index.md").write_text(f"# Index\n\n```{{toctree}}\n{names}\n```\n")
    (folder / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(EXTENSIONS)!r})\n"
        "extensions = ['myst_nb', 'sr_widgets']\nhtml_theme = 'basic'\nnb_execution_mode = 'off'\n"
    )
    command = [sys.executable, "-m", "sphinx", "-q", "-E", "-b", "html", *options, str(folder), str(folder / "site")]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trial")
    pages = {"all.ipynb": STATES, "sub/one.ipynb": STATES[:1], "none.ipynb": []}
    done = build(folder, {name: stored_notebook(*widgets) for name, widgets in pages.items()}, "-W")
    assert done.returncode == 0, done.stderr
    return folder / "site"


def test_the_view_stays_and_its_picture_stands_beside_it(site):
    page = (site / "all.html").read_text(encoding="utf-8")
    assert page.count(f'<script type="{VIEW}">') == page.count('<div class="sr-mount"') == len(STATES)
    for widget in STATES:
        start = page.index(f'data-model-id="{widget.model_id}"')
        mount = page[start : page.index(f'<script type="{VIEW}">', start)]
        wide, narrow = widget.heights
        assert f'data-widget="{widget.widget_id}"' in mount
        assert f"--sr-h-wide:{wide}px;--sr-h-narrow:{narrow}px" in mount
        assert widget.picture().svg in mount
        assert widget.picture(widget.widths[1]).svg in mount
    assert not list(site.glob("_images/*.svg"))  # the picture is inlined, not published a second time


def test_the_state_is_in_the_page_and_no_foreign_script(site):
    page = (site / "all.html").read_text(encoding="utf-8")
    (state,) = re.findall(rf'<script type="{re.escape(STATE)}">(.*?)</script>', page, re.DOTALL)
    entries = json.loads(state)["state"]
    assert {entry["state"]["_anywidget_id"] for entry in entries.values()} == set(WIDGETS)
    assert not re.findall(r'(?:src|href)="https?://', page.partition("<body")[0])
    assert "require.js" not in page
    assert "html-manager" not in page


def test_the_loader_comes_only_where_a_widget_is(site):
    loader = r'<script defer="defer" src="((?:\.\./)?_static/widget-loader\.js)\?v=\w+"></script>'
    assert re.findall(loader, (site / "all.html").read_text()) == ["_static/widget-loader.js"]
    assert re.findall(loader, (site / "sub/one.html").read_text()) == ["../_static/widget-loader.js"]
    assert "widget-loader" not in (site / "none.html").read_text() + (site / "index.html").read_text()


def test_every_widget_is_published_as_a_script_that_registers_itself(site):
    static = site / "_static"
    assert {path.name for path in (static / "widgets").iterdir()} == {f"{name}.js" for name in WIDGETS}
    for name in WIDGETS:
        context = quickjs.Context()
        context.eval("globalThis.window = { softRecall: { register(...all) { globalThis.seen = all; } } };")
        before = set(json.loads(context.eval("JSON.stringify(Object.keys(globalThis))")))
        context.eval((static / "widgets" / f"{name}.js").read_text(encoding="utf-8"))
        after = set(json.loads(context.eval("JSON.stringify(Object.keys(globalThis))")))
        assert after - before == {"seen"}
        assert context.eval("seen[0]") == name
        assert json.loads(context.eval("JSON.stringify(Object.keys(seen[1]))")) == ["compute", "initialize", "render"]
    for sheet in ("tokens.css", "widget.css"):
        assert (static / sheet).read_bytes() == (FOLDER / sheet).read_bytes()
    loader = (static / "widget-loader.js").read_text()
    assert re.findall(r"\bfetch\b|\bimport\b|\beval\b|innerHTML|blob:|new Worker|new Function", loader) == []
    assert len(gzip.compress(loader.encode())) <= 5000


def test_a_view_without_a_stored_picture_is_reported(tmp_path):
    notebook = stored_notebook(SoftmaxBeta())
    del notebook.cells[1].outputs[0].data["image/svg+xml"]
    done = build(tmp_path, {"page.ipynb": notebook}, "-W")
    assert done.returncode != 0
    assert "with a stored picture" in done.stderr


def test_keys_pressed_on_a_control_are_not_taken_by_the_shortcuts_of_jupyterlab():
    shared = (FOLDER / "_shared.mjs").read_text(encoding="utf-8")
    assert re.search(
        r"/\^\(input\|button\|select\)\$/\.test\(tag\)\) node\.dataset\.lmSuppressShortcuts = \"true\"", shared
    )
    for path in SCRIPTS:  # every control comes from h(), which marks it
        assert "createElement" not in path.read_text(encoding="utf-8"), path.name
