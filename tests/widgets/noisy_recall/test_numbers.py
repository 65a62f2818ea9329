"""The numbers of the noisy recall, and what each control must do."""

import math
from itertools import pairwise

import numpy as np
import pytest
from widget_engine import ENGINES, drawing, is_rising, marks, said

from softrecall.hypercube import ball_fraction
from softrecall.widgets import NoisyRecall
from softrecall.widgets._random import stream
from softrecall.widgets.noisy_recall.numbers import bits_of, compute, named_bits

STATES = [
    NoisyRecall(),
    NoisyRecall(60, 104, 100, "letters", target=2, noise=7, steps=3),
    NoisyRecall(radius=90, steps=1),
]


def recalled(**changes):
    """The widget's script at a state."""
    return ENGINES[NoisyRecall]("compute", NoisyRecall(**changes).state)


def test_half_of_the_bits_of_the_memory_are_set():
    for seed in (1, 2, 3, 10_002):
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
    seen = [recalled(flips=flips) for flips in (0, 1, 20, 40, 128)]
    assert [got["wrong"][0] for got in seen] == [0, 1, 20, 40, 128]
    cues = bits_of(np.array([got["states"][0] for got in seen], dtype=np.uint32).ravel())
    flipped = cues != cues[0]
    assert all((fewer <= more).all() for fewer, more in pairwise(flipped))


def test_a_wider_radius_lets_more_locations_answer_and_more_of_them_hold_the_target():
    seen = [recalled(radius=radius) for radius in range(90, 126, 5)]
    assert is_rising([got["answered"][0] for got in seen], strictly=False)
    assert is_rising([got["held"][0] for got in seen], strictly=False)
    assert is_rising([got["expected"] for got in seen])
    for got in seen:
        assert abs(got["answered"][0] - got["expected"]) < 5 * math.sqrt(got["expected"]) + 1
    assert seen[0]["answered"][0] == 0
    assert recalled(radius=109)["expected"] == pytest.approx(2000 * ball_fraction(256, 109), rel=1e-10)


def test_more_reads_go_on_from_the_fewer_and_new_noise_flips_other_bits():
    longest = recalled(steps=6)
    for steps in range(1, 6):
        got = recalled(steps=steps)
        assert got["states"] == longest["states"][: steps + 1]
        assert got["answered"] == longest["answered"][:steps]
    assert longest["settled"]
    first, other = recalled(noise=0), recalled(noise=1)
    assert first["wrong"] == other["wrong"]
    assert first["states"] != other["states"]


def exact_share(n_draws, **changes):
    """The share of draws that come back without a wrong bit after six reads, over all eight targets."""
    states = [
        {**NoisyRecall(**changes).state, "target": target, "noise": noise, "steps": 6}
        for target in range(8)
        for noise in range(n_draws)
    ]
    hits = [compute(**state)["wrong"][-1] == 0 for state in states]
    return np.mean(hits), math.sqrt(0.25 / len(hits))


def test_a_fuller_memory_and_a_worse_cue_break_the_recall_and_letters_break_it_most():
    (light, error), (full, _), (worse, _) = exact_share(3, load=8), exact_share(3, load=200), exact_share(3, flips=100)
    assert light - full > 5 * error
    assert light - worse > 5 * error
    (pictures, _), (letters, _) = (exact_share(3, flips=20, load=8, stored=kind) for kind in ("pictures", "letters"))
    assert pictures - letters > 5 * error
    for target in range(8):
        assert recalled(flips=0, load=8, target=target, steps=1)["wrong"] == [0, 0]
    assert recalled(flips=0, load=8, stored="letters", target=2, steps=1)["wrong"][1] > 0


def test_a_fuller_memory_gives_the_crowd_more_votes_and_the_target_as_many():
    seen = [recalled(load=load) for load in (8, 16, 32, 64, 128, 200)]
    assert is_rising([got["others"] for got in seen], strictly=False)
    assert seen[0]["others"] < seen[-1]["others"]
    assert len({got["held"][0] for got in seen}) == 1
    for got in seen:
        assert is_rising(got["crowd"][::-1], strictly=False)


def test_every_location_is_at_a_distance_and_the_holders_are_those_that_answer_and_hold():
    for widget in STATES:
        got = recalled(**{name: getattr(widget, name) for name in widget.state_names})
        rings = np.zeros(257, dtype=int)
        rings[got["closest"] : got["closest"] + len(got["rings"])] = got["rings"]
        assert rings.sum() == 2000
        assert rings[: widget.radius + 1].sum() == got["answered"][-1]
        assert sum(got["holders"]) == got["held"][-1]
        assert abs(rings @ np.arange(257) / 2000 - 128) < 5 * 8 / math.sqrt(2000)


def pieces(path):
    return path.get("d").count("M")


def test_the_picture_has_a_dot_for_each_location_and_each_wrong_bit():
    for widget in STATES:
        result = ENGINES[NoisyRecall]("compute", widget.state)
        for width, high in zip(widget.plots, (136, 48), strict=True):
            svg = drawing(widget, width)
            rings = marks(svg, "wrong")
            assert [n for n, _ in rings] == result["wrong"]
            ups = [float(ring.get("cy")) for _, ring in rings]
            np.testing.assert_allclose(np.diff(ups), -np.diff(result["wrong"]) * high / 160)
            (((n, light),), ((own, dark),)) = (marks(svg, name) for name in ("answer", "hold"))
            assert (pieces(light) + pieces(dark), pieces(dark)) == (n, own)
            assert (n, own) == (result["answered"][-1], result["held"][-1])
            (((vote, bar),), ((others, _),)) = (marks(svg, name) for name in ("vote", "others"))
            assert (vote, others) == (own, result["others"])
            assert (float(bar.get("height")) > 0) == (own > 0)


def test_the_sentence_says_who_answers_and_whether_it_came_back():
    assert "17 locations answer, and 4 of them hold the cat; none of the other 31 patterns" in said(STATES[0])
    assert "after one read 15 are." in said(NoisyRecall(steps=1))
    assert "No location answers, so nothing comes back. Within 90 bits of a cue, 0.00235 of" in said(STATES[2])
    lost = said(NoisyRecall(90, load=8, target=0, steps=6))
    assert "after 6 reads 114 are." in lost
    assert lost.endswith("It came back as the key. Nothing changes any more.")
    assert "It is nearer to F, 4 bits away." in said(NoisyRecall(0, 112, 8, "letters", target=1, steps=6))
