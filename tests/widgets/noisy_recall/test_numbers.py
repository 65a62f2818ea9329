"""The numbers of the noisy recall, and what each control must do."""

import math
from itertools import pairwise

import numpy as np
import pytest
import traitlets
from widget_engine import ENGINES, drawn, is_rising, state_of

from softrecall.hypercube import ball_fraction
from softrecall.plots.pictures._random import stream
from softrecall.plots.pictures.noisy_recall import bits_of, named_bits, recall
from softrecall.widgets import NoisyRecall

rng = np.random.default_rng(20)
STATES = [
    NoisyRecall(),
    NoisyRecall(60, 104, 100, "letters", target=2, noise=7, steps=3),
    NoisyRecall(radius=90, steps=1),
]


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


def test_the_dots_of_the_picture_are_the_wrong_bits_of_compute():
    for widget in STATES:
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


@pytest.mark.parametrize(
    ("bad", "name"),
    [
        *(({"flips": x}, "flips") for x in (-1, 129, 4.0, "4", True, None)),
        *(({"stored": x}, "stored") for x in ("digits", "", None, 1, [])),
        *(({name: x}, name) for name, x in (("radius", 89), ("load", 7), ("target", 8), ("steps", 7))),
        ({"noise": 10_000}, "noise"),
    ],
)
def test_bad_input_is_named(bad, name):
    with pytest.raises(traitlets.TraitError, match=rf"^{name}: needed .+; got "):
        NoisyRecall(**bad)
