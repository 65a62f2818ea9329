"""The numbers of the neuron and its axon, and what the picture says of them."""

import numpy as np
import pytest
from widget_engine import ENGINES, drawing, is_rising, marks, said

from softrecall.neurons import hodgkin_huxley, lif_rate_hz
from softrecall.widgets import LifNeuron

SPACE, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"


def numbers(**state):
    return ENGINES[LifNeuron]("compute", LifNeuron(**state).state)


@pytest.mark.parametrize("current", [1.52, 1.6, 2.0, 3.0, 4.0])
@pytest.mark.parametrize(("tau", "threshold"), [(10.0, -50.0), (2.0, -60.0), (40.0, -45.0)])
def test_the_counted_point_lies_on_the_closed_form_to_within_one_spike_and_the_first_wait(current, tau, threshold):
    found = numbers(current=current, tau=tau, threshold=threshold)
    rate = float(lif_rate_hz(current, tau_ms=tau, v_threshold_mv=threshold))
    assert found["rate"] == pytest.approx(rate, rel=1e-12)
    assert found["curve"][round(50 * current)] == pytest.approx(rate, rel=1e-12)
    first = found["spikes"][0] if found["spikes"] else 1000
    assert abs(found["n_spikes"] - rate * (1000 - first) / 1000) <= 1
    assert (found["variation"] or 0) < 1e-9


def test_just_below_the_threshold_current_only_noise_makes_clicks():
    assert numbers(current=1.5)["n_spikes"] == 0
    assert numbers(current=1.5)["least"] == 1.5
    assert numbers(current=1.52)["n_spikes"] > 10
    counts = [numbers(current=1.2, noise=noise)["n_spikes"] for noise in (0, 1, 2, 4)]
    assert counts[0] == 0
    assert is_rising(counts)
    assert numbers(current=1.2, noise=2)["variation"] > 0.3
    assert numbers(current=1.2, noise=2)["spikes"] != numbers(current=1.2, noise=2, seed=1)["spikes"]


def test_twice_the_current_is_far_more_than_twice_the_rate_near_the_threshold_and_less_far_above_it():
    assert numbers(current=3.04)["rate"] > 3 * numbers(current=1.52)["rate"]
    assert numbers(current=4)["rate"] < 2.4 * numbers(current=2)["rate"]
    assert numbers(current=4)["half"] == numbers(current=2)["rate"]


def test_an_axon_fires_in_full_or_not_at_all_and_its_gates_open_and_shut_in_turn():
    small, large, larger = (numbers(view="gates", kick=kick) for kick in (6, 8, 16))
    assert small["top"] is None
    assert small["peak"] == -59
    assert 25 < large["peak"] < larger["peak"] < 1.5 * large["peak"]
    assert large["top"] > larger["top"]
    turns = [int(np.argmax(large[gate])) for gate in "mn"] + [int(np.argmin(large["h"]))]
    assert turns[0] < turns[1]
    assert turns[0] < turns[2]
    early, late = (numbers(view="gates", time=time) for time in (2.3, 4))
    assert early["sodium"] > early["potassium"]
    assert late["sodium"] < late["potassium"]
    fine = hodgkin_huxley(0.0, 20, 0.01, v_start_mv=-57.0)
    np.testing.assert_allclose(large["v"], fine.v_mv[::5], rtol=0, atol=0.2)


@pytest.mark.parametrize("width", [626, 314])
def test_marks_stand_where_their_numbers_say(width):
    widget = LifNeuron(2.0)
    shown = [t for t in numbers(current=2.0)["spikes"] if t <= 200]
    strokes = marks(drawing(widget, width), "spike")
    assert [t for t, _ in strokes] == shown
    x = np.array([float(node.get("x1")) for _, node in strokes])
    np.testing.assert_allclose(np.diff(x) / np.diff(shown), (x[-1] - x[0]) / (shown[-1] - shown[0]), rtol=1e-9)
    ((_, dot),) = marks(drawing(widget, width), "count")
    ((_, cursor),) = marks(drawing(widget, width), "current")
    assert dot.get("cx") == cursor.get("x1")
    ((_, m),) = marks(drawing(LifNeuron(view="gates"), width), "m")
    ((_, h),) = marks(drawing(LifNeuron(view="gates"), width), "h")
    assert float(m.get("cy")) < float(h.get("cy")), "m is open, and h has begun to shut"


def test_sentences_say_what_was_found():
    assert f"settles 1.0{SPACE}mV below the threshold" in said(LifNeuron(1.4))
    assert f"0 spikes in 1{SPACE}s" in said(LifNeuron(1.4))
    assert "Noise alone makes the clicks" in said(LifNeuron(1.4, noise=1.0))
    assert "rises steeply from 0" in said(LifNeuron(1.6))
    assert "would give none, not half as many" in said(LifNeuron(2.0))
    assert "Their intervals vary by" in said(LifNeuron(2.0, noise=1.0))
    assert "fades" in said(LifNeuron(view="gates", kick=6.0))
    assert "No gate has moved yet" in said(LifNeuron(view="gates", time=0.0))
    assert "On the way up, m is far ahead" in said(LifNeuron(view="gates"))
    assert "m opens first" in said(LifNeuron(view="gates", time=0.5))
    assert "On the way down, h has shut" in said(LifNeuron(view="gates", time=4.0))
    assert "Below rest" in said(LifNeuron(view="gates", time=6.0))
    assert "it fades without a spike" in LifNeuron(view="gates", kick=2.0).picture().alt
