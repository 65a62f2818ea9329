"""The numbers of the plane of memories, and what each control must do."""

import math

import numpy as np
import pytest
import traitlets
from widget_engine import ENGINES, drawn, is_rising, state_of

from softrecall.plots.pictures.soft_recall_plane import borders, read_plane
from softrecall.similarity import entropy, softmax
from softrecall.widgets import SoftRecallPlane

rng = np.random.default_rng(20)
STATES = [SoftRecallPlane(), SoftRecallPlane(20, 6.9, 3.4)]


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


def test_the_cue_pulls_the_recall_along_and_beta_narrows_it():
    memory = state_of(SoftRecallPlane())

    def read(**changes):
        return ENGINES[SoftRecallPlane]("compute", {**memory, **changes})

    assert is_rising([read(cue_x=x)["recall"][0] for x in np.linspace(0, 10, 12)])
    assert is_rising([read(cue_y=y)["recall"][1] for y in np.linspace(0, 5.5, 12)])
    assert is_rising([-read(beta=beta)["effective"] for beta in (0.03, 0.1, 0.5, 1, 3, 10, 32)])


def test_the_plane_of_the_picture_shows_the_numbers_of_compute():
    for widget in STATES:
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


@pytest.mark.parametrize(
    ("bad", "name"),
    [
        *(({"beta": x}, "beta") for x in (0, 33, math.nan, "1", True)),
        ({"cue_x": 10.1}, "cue_x"),
        ({"cue_y": -0.1}, "cue_y"),
    ],
)
def test_bad_input_is_named(bad, name):
    with pytest.raises(traitlets.TraitError, match=rf"^{name}: needed .+; got "):
        SoftRecallPlane(**bad)
