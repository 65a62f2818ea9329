"""The numbers of the Hopfield recall, and what it says of them."""

from itertools import pairwise

import numpy as np
import pytest
from widget_engine import ENGINES, drawing, is_rising, marks, said

from softrecall.attention import attend
from softrecall.tasks import pictures
from softrecall.widgets import HopfieldRecall
from softrecall.widgets.hopfield_recall.numbers import compute
from softrecall.widgets.noisy_recall.numbers import bits_of

END = 1536
LETTER = {"load": 3, "stored": "letters", "target": 0, "flips": 0}


def recalled(**changes):
    """The widget's script at a state."""
    return ENGINES[HopfieldRecall]("compute", HopfieldRecall(**changes).state)


def test_the_energy_never_rises_and_each_flip_of_a_unit_lowers_it():
    for changes in ({}, {"load": 40}, LETTER, {"drawn": "0ff0", "flips": 0}, {"update": "modern", "beta": 0.01}):
        for noise in range(4):
            energies = recalled(**{**changes, "noise": noise, "visits": END})["energies"]
            assert is_rising(np.negative(energies).round(9), strictly=False)
            assert energies[-1] < energies[0]
    states = [recalled(visits=visits) for visits in range(0, 257, 16)]
    for before, after in pairwise(states):
        assert (before["state"] != after["state"]) == (after["energies"][-1] < before["energies"][-1])


def test_a_longer_way_goes_on_from_the_shorter_and_a_part_of_a_step_ends_where_it_says():
    whole = recalled(visits=END)
    for visits in (0, 16, 256, 400):
        some = recalled(visits=visits)
        assert some["energies"] == whole["energies"][: visits // 16 + 1]
        assert some["lowest"] == whole["energies"][-1]
    assert len(recalled(visits=17)["energies"]) == 3
    cue = np.where(bits_of(np.array(recalled()["cue"], dtype=np.uint32))[0], 1, -1)
    assert recalled()["state"] == cue.tolist()
    moved = np.flatnonzero(np.array(recalled(visits=256)["state"]) != cue)
    for visits in (1, 2, 3, 5):
        assert np.count_nonzero(np.array(recalled(visits=visits)["state"]) != cue) <= visits
    assert len(moved) > 60


def test_eight_pictures_come_back_and_so_do_their_inverses_while_letters_do_not_stay():
    for target in range(8):
        found = recalled(target=target, flips=40, visits=END)
        assert (found["nearest"], found["away"], found["restless"]) == (target, 0, 0)
        turned = recalled(target=target, flips=216, visits=END)
        assert (turned["nearest"], turned["away"]) == (target, 256)
        assert turned["energies"][-1] == pytest.approx(found["energies"][-1], rel=1e-12)
    for target in range(3):
        lost = recalled(**{**LETTER, "target": target}, visits=END)
        assert (lost["wrong"], lost["restless"]) == (0, 0)
        assert 0 < lost["away"] < 256
        assert lost["energies"][-1] < lost["deepest"]


def test_too_many_patterns_let_no_cue_come_back_whole():
    for load, least, most in ((8, 24, 24), (40, 0, 6)):
        given = [{"target": t, "noise": n, "flips": 40} for t in range(8) for n in range(3)]
        hits = [compute(**HopfieldRecall(load=load, visits=END, **one).state)["away"] == 0 for one in given]
        assert least <= sum(hits) <= most


def test_a_modern_update_is_attention_with_the_patterns_as_keys_and_values():
    patterns = 2.0 * pictures("letters").bits - 1
    for beta in (0.005, 0.02, 0.5):
        got = recalled(stored="letters", flips=60, update="modern", beta=beta, visits=256)
        cue = 2.0 * bits_of(np.array(got["cue"], dtype=np.uint32)) - 1
        np.testing.assert_allclose([got["state"]], attend(cue, patterns, patterns, beta=beta)[0], rtol=0, atol=1e-12)
    for target in range(8):
        assert recalled(stored="letters", target=target, flips=60, update="modern", beta=0.5, visits=256)["away"] == 0
    early, whole = (recalled(update="modern", visits=visits) for visits in (255, 256))
    assert early["state"] == recalled(update="modern")["state"] != whole["state"]


def test_a_drawing_is_read_row_by_row_and_what_is_left_out_is_blank():
    got = recalled(drawn="8001f", flips=0)
    bits = bits_of(np.array(got["cue"], dtype=np.uint32))[0]
    assert np.flatnonzero(bits).tolist() == [0, 15, 16, 17, 18, 19]
    assert got["dark"] == 6
    assert recalled(drawn="0", flips=0)["dark"] == 0
    assert recalled(drawn="0", flips=30)["dark"] == 30


def test_bars_are_as_high_as_overlaps_and_squares_as_large_as_their_share_of_dark():
    for widget in (HopfieldRecall(visits=256), HopfieldRecall(load=40, update="modern", beta=0.01, visits=256)):
        result = ENGINES[HopfieldRecall]("compute", widget.state)
        for width, high in zip(widget.plots, (44, 35), strict=True):
            svg = drawing(widget, width)
            bars = marks(svg, "overlap")
            assert [value for value, _ in bars] == result["overlaps"]
            heights = [float(bar.get("height")) for _, bar in bars]
            np.testing.assert_allclose(heights, high * np.abs(result["overlaps"]), atol=1e-9)
            assert len(marks(svg, "stray")) == (widget.load > 8)


def test_the_sentence_says_what_this_state_shows():
    assert said(HopfieldRecall()) == "80 of 256 pixels are wrong, and 84 units would change sides if asked."
    assert said(HopfieldRecall(visits=END)).endswith("every unit rests: this is the cat, pixel for pixel.")
    inverse = said(HopfieldRecall(flips=256, visits=END))
    assert inverse.startswith("Nothing has moved, and every unit rests on the inverse of the cat.")
    mixed = said(HopfieldRecall(**LETTER, visits=END))
    assert "a state that nobody stored: it has overlap 0.97 with F. Its energy is lower" in mixed
    assert mixed.endswith("The cue was A itself, and it did not stay.")
    assert "more would change sides if asked. So far" in said(HopfieldRecall(visits=96))
    assert said(HopfieldRecall(load=5)).endswith("The network has never seen the cat.")
    assert "The cue was made from the cat" in said(HopfieldRecall(drawn="", load=8, flips=120, visits=END, noise=3))
    assert "It is a blend of patterns" in said(HopfieldRecall(update="modern", beta=0.005, visits=256))
    whole = said(HopfieldRecall(update="modern", visits=512))
    assert whole.startswith("After 2 updates the state has overlap 1.00 with the cat, all 256 pixels on its side")
    assert "an inverse is no memory here" in said(HopfieldRecall(update="modern", flips=256, visits=256))
    assert "Flip all of the cat" in ENGINES[HopfieldRecall]("question", HopfieldRecall(flips=256).state)
