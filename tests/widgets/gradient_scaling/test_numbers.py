"""The numbers of the scaling of gradients, and what each control must do."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from widget_engine import ENGINES, drawing, is_rising, marks, said

from softrecall.widgets import GradientScaling
from softrecall.widgets._random import chances
from softrecall.widgets.gradient_scaling.numbers import compute, network, saturate, spectral_radius

GRADIENTS = [
    GradientScaling(),
    GradientScaling(2, 100, "linear", clip=1),  # to 1e30
    GradientScaling(0.5, 100, drive=10, forget=0.5),  # to 1e-100
    GradientScaling(1.5, 13, forget=1, clip=1000, seed=7),
]


def back(**changes):
    """The widget's script at a state."""
    return ENGINES[GradientScaling]("compute", GradientScaling(**changes).state)


@pytest.mark.parametrize("seed", [1, 3, 92])
def test_script_and_numpy_agree_even_where_a_network_is_chaotic(seed):
    state = GradientScaling(2, 100, drive=0.1, seed=seed).state
    got, own = ENGINES[GradientScaling]("compute", state), compute(**state)
    assert own["network"][-1] > 10
    np.testing.assert_allclose(got["network"], own["network"], rtol=1e-10)


def test_a_network_whose_gradient_grows_under_tanh_forgets_its_last_digits():
    first, second = (network(weight, 0.1, seed=3)[1] for weight in (2, 2 * (1 + 1e-14)))
    assert back(weight=2, n_steps=100, drive=0.1, seed=3)["network"][-1] > 1e9
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
    numbers = 2 * chances(seed, 256 + 16 * 120) - 1
    weights, inputs = numbers[:256].reshape(16, 16), drive * numbers[256:].reshape(120, 16)
    weights = weights * weight / abs(np.linalg.eigvals(weights)).max()
    got = back(weight=weight, drive=drive, seed=seed, n_steps=40)["network"]
    for t in (1, 2, 7, 40):
        before = run_on(weights, inputs[:-t], np.zeros(16))
        pushed = before[:, None] + 1e-30j * np.eye(16)  # a complex step: no difference, so no digits cancel
        slopes = run_on(weights, inputs[-t:, :, None], pushed).imag / 1e-30
        assert got[t] == pytest.approx(np.linalg.norm(slopes) / 4, rel=1e-9)


def test_the_gradient_of_a_linear_network_is_the_norm_of_a_power_of_its_weights():
    weights, _ = network(1.1, 1.0, 5)
    got = back(weight=1.1, activation="linear", seed=5, n_steps=100)
    for t in (0, 1, 2, 30, 100):
        norm = np.linalg.norm(np.linalg.matrix_power(weights, t)) / 4
        assert got["network"][t] == pytest.approx(norm, rel=1e-11)
    assert (got["network"][100] / got["network"][50]) ** (1 / 50) == pytest.approx(1.1, rel=0.01)
    assert (got["slope"], got["clipped"]) == (1, None)


def ends(**changes):
    got = back(**changes)
    return {name: got[name][-1] if isinstance(got[name], list) else got[name] for name in got}


def test_a_larger_spectral_radius_scales_a_linear_network_as_one_weight():
    one = back(weight=1, activation="linear")["network"]
    for weight in (0.5, 0.9, 1.3, 2):
        got = back(weight=weight, activation="linear")
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
    assert back(activation="linear", drive=0.01) == back(activation="linear", drive=10)


def test_more_steps_back_go_on_from_the_fewer():
    longest = back(n_steps=100)
    for n_steps in (5, 17, 60):
        got = back(n_steps=n_steps)
        for name in ("network", "scalar", "gated"):
            assert got[name] == longest[name][: n_steps + 1]
        assert got["rate"] ** n_steps == pytest.approx(got["network"][-1], rel=1e-9)


def test_a_gate_nearer_to_one_keeps_more_and_one_keeps_all():
    seen = [ends(forget=f) for f in (0.5, 0.9, 0.99, 0.999, 1)]
    assert is_rising([got["gated"] for got in seen])
    assert seen[1]["gated"] == pytest.approx(0.9**60, rel=1e-12)
    assert back(forget=1)["gated"] == [1] * 61
    assert len({got["network"] for got in seen}) == 1


def test_clipping_bounds_the_norm_of_all_steps_together_and_keeps_their_proportions():
    for clip in (0.1, 1, 30, 1000):
        got = back(activation="linear", clip=clip)
        raw, clipped = np.array(got["network"]), np.array(got["clipped"])
        assert np.linalg.norm(raw) == pytest.approx(got["total"], rel=1e-12)
        assert np.linalg.norm(clipped) == pytest.approx(clip, rel=1e-12)
        np.testing.assert_allclose(clipped / clipped[0], raw, rtol=1e-12)
    assert is_rising([ends(activation="linear", clip=clip)["factor"] for clip in (0.1, 1, 30, 1000)])
    tame = back(clip=2)
    assert tame["total"] < 2
    assert (tame["factor"], tame["clipped"]) == (1, tame["network"])
    assert ends(clip=0.1)["clipped"] < ends()["network"] < 1e-4  # what vanished does not come back


def test_a_new_network_changes_only_the_network():
    first, second = (back(seed=seed) for seed in (0, 1))
    assert first["network"] != second["network"]
    assert (first["scalar"], first["gated"]) == (second["scalar"], second["gated"])


def curves_of(widget, width):
    """The drawn curves as (number at the end, pieces of points)."""
    for end, node in marks(drawing(widget, width), "end"):
        pieces = [re.findall(r"([\d.]+) ([\d.]+)", piece) for piece in node.get("d").split("M")[1:]]
        yield end, [np.array(piece, dtype=float) for piece in pieces]


def test_the_curves_are_the_numbers_of_compute_on_axes_that_stand_still():
    for widget in GRADIENTS:
        result = ENGINES[GradientScaling]("compute", widget.state)
        for width, right, high in ((626, 522, 290), (314, 250, 232)):
            values = [result[name] for name in ("scalar", "gated", "network", "clipped") if result[name]]
            for given, (end, pieces) in zip(values, curves_of(widget, width), strict=True):
                assert end == given[-1]
                steps, logs = np.arange(len(given)), np.log10(np.array(given, dtype=float))
                for piece in pieces:
                    t, v = (piece[:, 0] - 44) / (right - 44) * 100, 10 - (piece[:, 1] - 26) / high * 20
                    np.testing.assert_allclose(
                        v, np.interp(t, steps, logs), atol=0.02 + 2 * abs(np.diff(logs)).max() / 100
                    )
                    assert -10.001 <= v.min() <= v.max() <= 10.001
                n_inside = sum(len(piece) for piece in pieces)
                assert n_inside >= (abs(logs) <= 10).sum()


def test_the_axes_are_the_same_whatever_is_drawn():
    for width in (626, 314):
        seen = set()
        for widget in GRADIENTS:
            texts = [
                node for node in ElementTree.fromstring(drawing(widget, width)).iter() if node.tag.endswith("}text")
            ]
            axis = [("".join(node.itertext()), node.get("x"), node.get("y")) for node in texts]
            seen.add(tuple(one for one, node in zip(axis, texts, strict=True) if node.get("text-anchor") != "start"))
        assert len(seen) == 1
        assert {"10\N{MINUS SIGN}10", "1010", "1", "100"} <= {text for text, *_ in seen.pop()}


@pytest.mark.parametrize(
    ("k", "up", "down", "number"), [(1, 2, 0, "7.9 × 1029"), (2, 0, 3, "6.5 × 10\N{MINUS SIGN}112")]
)
def test_a_curve_that_leaves_the_axis_ends_in_an_arrowhead_and_has_its_number_at_the_edge(k, up, down, number):
    root = ElementTree.fromstring(drawing(GRADIENTS[k], 626))
    heads = [node.get("d") for node in root.iter() if re.fullmatch(r"M[\d.]+ [\d.]+h10L[\d. ]+z", node.get("d", ""))]
    tips = [float(d.rstrip("z").split(" ")[-1]) for d in heads]
    assert (tips.count(18), tips.count(324)) == (up, down)
    assert number in ["".join(node.itertext()) for node in root.iter() if node.tag.endswith("}text")]


def test_a_steeper_weight_is_a_steeper_line():
    slopes = []
    for weight in (0.8, 1, 1.2, 1.5, 2):
        _, (points,) = next(curves_of(GradientScaling(weight), 626))
        slopes.append((points[0, 1] - points[-1, 1]) / (points[-1, 0] - points[0, 0]))
    assert is_rising(slopes)
    np.testing.assert_allclose(slopes, np.log10([0.8, 1, 1.2, 1.5, 2]) * 100 * 290 / 20 / 478, atol=1e-3)


def test_the_sentences_say_what_became_of_the_gradients():
    assert "10 to the power −5.0 at 60 steps back: vanished" in GRADIENTS[0].picture().alt
    assert "although w\N{NO-BREAK SPACE}>\N{NO-BREAK SPACE}1" in said(GRADIENTS[0])
    assert "10 to the power 29.9 at 100 steps back: exploded" in GRADIENTS[1].picture().alt
    assert "Clipped at 1.0," in GRADIENTS[1].picture().alt
    assert "now the last step is lost" in said(GRADIENTS[1])
    assert "anished" not in GRADIENTS[3].picture().alt
    assert "what it was (neither vanished nor exploded)" in said(GRADIENTS[3])
    assert "neither" not in said(GRADIENTS[0]) + said(GRADIENTS[1])
