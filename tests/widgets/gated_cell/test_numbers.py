"""The numbers of the gated cell, and what each control must do."""

import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from widget_engine import ENGINES, drawing, is_rising, marks, said, state_of

from softrecall.tasks import adding
from softrecall.widgets import GatedCell
from softrecall.widgets.gated_cell.numbers import over_streams

rng = np.random.default_rng(20)
CELLS = [
    GatedCell(),
    GatedCell(1, 1, 0),  # exact
    GatedCell(1, 1, 1, n_steps=100, seed=3),  # flooded
    GatedCell(0.5, 0.3, 0.2, n_steps=10, gates="constant", seed=13),
    GatedCell(0.99, 0, 0, n_steps=33, seed=7),  # empty
]
STATES = CELLS


SIX = ("forget", "marked", "other", "n_steps", "gates", "seed")


def kept(widget=None, **changes):
    """The widget's script at a state of the gated cell."""
    state = {**state_of(widget or GatedCell()), **changes}
    return ENGINES[GatedCell]("compute", {name: state[name] for name in SIX})


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


def test_the_cell_is_the_sum_of_its_parts_at_every_step():
    for widget in STATES:
        got = kept(widget)
        parts = np.array([got[name] for name in ("first", "second", "others")])
        np.testing.assert_allclose(got["cell"], parts.sum(axis=0), rtol=1e-12)
        assert parts.min() >= 0


def test_the_stairs_of_the_picture_are_the_numbers_of_compute_on_one_axis():
    for widget in STATES:
        got = kept(widget)
        for width in widget.plots:
            svg = drawing(widget, width)
            first, second, others, miss = (node for _, node in marks(svg, "part"))
            nodes = list(ElementTree.fromstring(svg).iter())
            base = float(re.search(r"V([\d.]+)H30Z", first.get("d"))[1])
            levels = {node.text: float(node.get("y")) - 4.5 for node in nodes if node.get("text-anchor") == "end"}
            top = max((float(text), y) for text, y in levels.items() if re.fullmatch(r"[\d.]+", text) and y > 100)
            unit = (base - top[1]) / top[0]
            start, end = (float(y) for y in re.findall(r"[ V]([\d.]+)", miss.get("d")))
            assert (base - start) / unit == pytest.approx(got["wanted"], abs=0.02 / unit)
            assert (base - end) / unit == pytest.approx(got["cell"][-1], abs=0.02 / unit)
            both = np.add(got["first"], got["second"])
            for node, sizes in ((first, got["first"]), (second, both), (others, got["cell"])):
                heights = [float(y) for y in re.findall(r"([\d.]+)H", node.get("d"))][: len(sizes)]
                np.testing.assert_allclose((base - np.array(heights)) / unit, sizes, atol=0.02 / unit)


def test_the_words_of_the_gated_cell_say_by_how_much_it_misses_and_on_which_side():
    first, exact, flooded, constant, empty = STATES
    alts = [widget.picture().alt for widget in STATES]
    assert "where the sum 1.53 is wanted: 0.51 short" in alts[0]
    assert alts[0].endswith("The mean squared error over all streams is 0.126.")
    assert "wanted: exact." in alts[1]
    assert " over. Of that," in alts[2]
    assert "lets in 0.2 of every number" in alts[3]
    assert "ends 0.19 too low on average" in said(first)
    assert said(first).endswith("is 0.126, less than that of always answering 1.")
    assert said(first).startswith("Step 3: 0.95 × 0.04 + 1 × 0.80 = 0.83. ")
    assert said(GatedCell(step=100)).startswith("Step 50: 0.95 × 1.06 + 0.05 × 0.38 = 1.02. ")
    assert "however long" in said(exact)
    assert re.search(r"ends \d+(\.\d+)? too high on average.* more than that of always", said(flooded))
    assert "lets all in alike" in said(constant)
    assert "The marked numbers stay outside" in said(empty)
    assert "the cell stays empty" in said(GatedCell(0.5, 1, 0, gates="constant"))


def test_the_equation_over_the_plot_is_that_of_the_chosen_step():
    for widget in (*STATES, GatedCell(step=1), GatedCell(step=42), GatedCell(0.9, 1, 0.3, 30, step=100)):
        got = kept(widget)
        t = min(widget.step, widget.n_steps) - 1 if widget.step else got["marks"][0]
        is_marked = t in got["marks"] and widget.gates == "see the marker"
        gate = widget.marked if is_marked else widget.other
        before = got["cell"][t - 1] if t else 0
        assert widget.forget * before + gate * got["numbers"][t] == pytest.approx(got["cell"][t], rel=1e-12)
        for width in widget.plots:
            svg = drawing(widget, width)
            ((held, _),) = marks(svg, "cell")
            assert held == got["cell"][t]
            equation = {
                name: [value for value, _ in marks(svg, name)] for name in ("now", "before", "keeps", "lets", "x")
            }
            assert equation == {
                "now": [got["cell"][t]],
                "before": [before],
                "keeps": [widget.forget],
                "lets": [gate],
                "x": [got["numbers"][t]],
            }
