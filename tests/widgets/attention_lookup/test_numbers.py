"""The numbers of the look-up, and what its picture and sentence make of them."""

import numpy as np
import pytest
import traitlets
from widget_engine import ENGINES, drawing, is_rising, marks, said
from widget_settings import settings

from softrecall.attention import attend
from softrecall.widgets import AttentionLookup

COCOA, SOUP, SORBET, CURRY, SALAD = range(5)
ON_SOUP = {"query_x": -0.7, "query_y": 0.3}


def read(**changes):
    return ENGINES[AttentionLookup]("compute", AttentionLookup(**changes).state)


def test_each_head_is_the_package_s_attention_over_the_keys_that_may_be_seen():
    for widget in settings(AttentionLookup, 60):
        if widget.score != "dot product":
            continue
        got = ENGINES[AttentionLookup]("compute", widget.state)
        mask = ~np.isin(np.arange(5), widget.masked)
        keys, values = np.array(widget.key_rows), np.array(widget.prices, dtype=float)[:, None]
        output, weights = attend(np.array(got["queries"]), keys, values, beta=widget.beta, mask=mask)
        np.testing.assert_allclose(got["weights"], weights, rtol=1e-10)
        np.testing.assert_allclose(got["reads"], output[:, 0], rtol=1e-12)
        assert all(row[i] == 0 for row in got["weights"] for i in widget.masked)


def test_the_score_of_the_second_head_is_a_rotation_between_query_and_key():
    got = read(second_head=True, turn=70, query_x=0.9, query_y=-0.6)
    angle = np.deg2rad(70)
    w = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    np.testing.assert_allclose(got["scores"][1], np.array(AttentionLookup().key_rows) @ w @ [0.9, -0.6], rtol=1e-12)


def test_with_dot_products_the_winner_is_the_nearest_key_or_a_longer_one():
    lengths, n_longer = np.hypot(*np.array(AttentionLookup().key_rows).T), 0
    for widget in settings(AttentionLookup, 200):
        got = ENGINES[AttentionLookup]("compute", widget.state)
        winner, nearest = got["winners"][0], got["nearest"]
        if widget.score == "distance":
            assert winner == nearest
        elif winner != nearest and got["scores"][0][winner] > got["scores"][0][nearest]:
            n_longer += 1
            assert lengths[winner] > lengths[nearest]
    assert n_longer >= 20


def test_a_mask_gives_exactly_zero_and_lets_all_other_weights_grow_by_one_factor():
    for widget in settings(AttentionLookup, 60):
        got = ENGINES[AttentionLookup]("compute", widget.state)
        for weights, free, growth in zip(got["weights"], got["free"], got["growth"], strict=True):
            expected = [0 if i in widget.masked else growth * w for i, w in enumerate(free)]
            np.testing.assert_allclose(weights, expected, rtol=1e-10)
            assert sum(weights) == pytest.approx(1, abs=1e-12)


def test_at_beta_zero_the_query_does_not_matter_and_beta_narrows_the_read():
    reads = [read(beta=0, query_x=x, query_y=y)["reads"][0] for x, y in ((-2.5, 1), (0, 0), (2, -1.25))]
    assert reads == pytest.approx([8, 8, 8])
    assert is_rising([-read(beta=beta)["effective"][0] for beta in (0, 0.1, 0.5, 2, 10)])


def test_the_dictionary_jumps_where_attention_glides():
    path = [read(score="distance", query_x=1.12, query_y=y) for y in np.linspace(-0.2, 0.1, 61)]
    assert {one["answer"] for one in path} == {2, 8}
    assert max(abs(np.diff([one["reads"][0] for one in path]))) < 0.06


def test_the_last_key_cannot_be_masked():
    with pytest.raises(traitlets.TraitError, match=r"^masked: needed 0 to 4 values"):
        AttentionLookup(masked=[0, 1, 2, 3, 4])


def test_the_picture_carries_the_numbers_of_compute_to_its_places():
    for widget in settings(AttentionLookup, 12):
        got = ENGINES[AttentionLookup]("compute", widget.state)
        for width in widget.plots:
            svg = drawing(widget, width)
            weights = [w for row in got["weights"] for w in row]
            bars = [(w, node) for w, node in marks(svg, "weight") if node.tag.endswith("rect")]
            assert [w for w, _ in bars] == [w for w in weights if w]
            sizes = np.array([float(node.get("width")) for _, node in bars])
            np.testing.assert_allclose(sizes / sizes.max(), np.array([w for w, _ in bars]) / max(weights), atol=1e-9)
            for price, ring in marks(svg, "read"):
                assert float(ring.get("cx")) == pytest.approx(9 + price / 17 * (width - 18))
            assert float(svg.split('height="', 1)[1].split('"')[0]) <= (330 if width < 400 else 400)


def test_the_sentence_states_what_each_state_shows():
    assert "wherever it stands, attention reads the mean price" in said(AttentionLookup(beta=0))
    assert "Soup is nearest, but curry gets 0.826 of the weight: its key is longer" in said(AttentionLookup(**ON_SOUP))
    assert "Two answers at once, one mostly from cocoa and one from curry" in said(AttentionLookup(second_head=True))
    assert "the second one adds nothing" in said(AttentionLookup(second_head=True, turn=0))
    masked = said(AttentionLookup(**ON_SOUP, masked=[CURRY]))
    assert "Without curry, which had 0.826, every other weight has grown by the same factor, 5.75." in masked
    assert "same factor, 1.003." in said(AttentionLookup(masked=[SALAD]))
    assert "Only soup may be seen" in said(AttentionLookup(masked=[COCOA, SORBET, CURRY, SALAD]))
    border = AttentionLookup(score="distance", query_x=1.12, query_y=-0.05)
    assert "the dictionary jumps from 2 to 8; attention glides" in said(border)
    assert "all weights are equal" in said(AttentionLookup(query_x=0, query_y=0))
    assert "Soft and hard agree: cocoa has" in said(AttentionLookup(query_x=2.5, query_y=1.25, beta=10))
    assert "By distance the nearest key always leads." in said(AttentionLookup(score="distance", **ON_SOUP))
