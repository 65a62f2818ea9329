"""The numbers of the plane of memories, and what each control must do."""

from xml.etree import ElementTree

import numpy as np
import pytest
from widget_engine import ENGINES, drawing, is_rising, marks, said, state_of

from softrecall.similarity import softmax
from softrecall.widgets import SoftRecallPlane

rng = np.random.default_rng(20)
STATES = [SoftRecallPlane(), SoftRecallPlane(20, 6.9, 3.4)]


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


def test_every_border_is_drawn_and_no_point_off_them_has_two_nearest_addresses():
    addresses, box = np.array(SoftRecallPlane().addresses), [0, 0, 10, 5.5]
    pieces = np.array(ENGINES[SoftRecallPlane]("borders", addresses.tolist(), box))
    grid = np.stack(np.meshgrid(np.linspace(0, 10, 81), np.linspace(0, 5.5, 45)), axis=-1)
    owner = np.linalg.norm(grid[:, :, None] - addresses, axis=-1).argmin(axis=-1)
    changes = np.argwhere(owner[:, 1:] != owner[:, :-1])
    assert len(changes) > 50
    starts, ways = pieces[:, :2], pieces[:, 2:] - pieces[:, :2]
    for row, column in changes:
        middle = (grid[row, column] + grid[row, column + 1]) / 2
        along = np.clip(((middle - starts) * ways).sum(axis=1) / (ways**2).sum(axis=1), 0, 1)
        assert np.linalg.norm(starts + along[:, None] * ways - middle, axis=1).min() < 0.13


def test_the_plane_of_the_picture_shows_the_numbers_of_compute():
    for widget in STATES:
        result = ENGINES[SoftRecallPlane]("compute", widget.state)
        for width in widget.plots:
            svg = drawing(widget, width)
            rays = marks(svg, "weight")
            assert [weight for weight, _ in rays] == [w for w in result["weights"] if w >= 0.0005]
            np.testing.assert_allclose(
                [float(ray.get("stroke-width")) for _, ray in rays], [0.75 + 20 * w for w, _ in rays]
            )
            nodes = list(ElementTree.fromstring(svg).iter())
            cells = [float(node.get("fill-opacity")) for node in nodes if node.get("fill") == "var(--sr-value-ink)"]
            np.testing.assert_allclose(cells, [x for x in result["blend"] if x >= 0.0005], atol=0.00051)
            (ring,) = (node for node in nodes if node.get("r") == "11")
            ray = rays[0][1]
            scale = (float(ray.get("x1")) - 8) / widget.cue_x
            places = [(float(ring.get("cx")) - 8) / scale, (float(ring.get("cy")) - 6) / scale]
            np.testing.assert_allclose(places, result["recall"], rtol=1e-9)


def test_the_sentence_tells_a_blend_from_one_memory_all_but_alone():
    assert "The recall is a blend." in said(SoftRecallPlane())
    assert "The recall is mostly the cup." in said(SoftRecallPlane(2, 6.4, 3.3))
    assert "The recall is the cup, all but alone." in said(SoftRecallPlane(20, 6.9, 3.4))
