"""The numbers of the scaling of gradients, and what each control must do."""

import math
import re

import numpy as np
import pytest
import traitlets
from widget_engine import ENGINES, drawn, is_rising, state_of

from softrecall.plots.pictures._random import stream
from softrecall.plots.pictures.gradient_scaling import apart, gradients, network, saturate, spectral_radius
from softrecall.widgets import GradientScaling

rng = np.random.default_rng(20)
GRADIENTS = [
    GradientScaling(),
    GradientScaling(2, 100, "linear", clip=1),  # to 1e30
    GradientScaling(0.5, 100, drive=10, forget=0.5),  # to 1e-100
    GradientScaling(1.5, 13, forget=1, clip=1000, seed=7),
]
STATES = GRADIENTS


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


@pytest.mark.parametrize(
    ("bad", "name"),
    [
        *(({"weight": x}, "weight") for x in (0.49, 2.01, math.nan, math.inf, "1", True, None, 1j)),
        *(({"n_steps": x}, "n_steps") for x in (4, 101, 60.0, "60", True, None)),
        *(({"activation": x}, "activation") for x in ("relu", "", None, 1, [])),
        *(({"drive": x}, "drive") for x in (0, 10.1, math.nan, "1", True, None)),
        *(({"forget": x}, "forget") for x in (0.49, 1.001, math.nan, True, None)),
        *(({"clip": x}, "clip") for x in (0, 0.09, 1001, math.nan, "1", True)),
        *(({"seed": x}, "seed") for x in (-1, 10_000, 0.0, None)),
    ],
)
def test_bad_input_is_named(bad, name):
    with pytest.raises(traitlets.TraitError, match=rf"^{name}: needed .+; got "):
        GradientScaling(**bad)
