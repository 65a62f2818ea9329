"""What the block computes, held to PyTorch's, and what the picture and the sentence make of it."""

import itertools
import json
import re
from xml.etree import ElementTree

import numpy as np
import torch
from widget_engine import ENGINES, drawing, marks, said
from widget_settings import settings

from softrecall.transformer import GPT
from softrecall.widgets import TransformerFlow
from softrecall.widgets._weights import unpack
from softrecall.widgets.transformer_flow import STEPS
from softrecall.widgets.transformer_flow.numbers import ANIMALS, ASKED, VERBS, WORDS, compute, follows

PARTS = ("positions", "residual", "network", "mask")
SENTENCES = list(itertools.product(ANIMALS, VERBS, ANIMALS, ASKED))


def flow(*words, **changes):
    return compute(**TransformerFlow(*words, **changes).state)


def answer(*words, **changes):
    return WORDS[flow(*words, **changes)["best"][-1]]


def block(state):
    """The package's own block with the stored weights, in double precision, and without what the state takes away."""
    model = GPT(11, 4, 8, 2, 1, d_ff=16, activation="relu", is_causal=state["mask"]).double()
    arrays = unpack(json.loads(state["weights"])["arrays"])
    model.load_state_dict({name: torch.tensor(array) for name, array in arrays.items()})
    layer = model.body.layers[0]
    layer.is_residual = state["residual"]
    if not state["positions"]:
        model.positions.rows.zero_()
    if not state["network"]:
        layer.feed = None
    return model


def test_chances_and_weights_are_those_of_the_package_s_block_whatever_is_taken_away():
    seen = set()
    for widget in settings(TransformerFlow, 80):
        state = widget.state
        ids = torch.tensor([[WORDS.index(state[slot]) for slot in ("first", "verb", "second", "asked")]])
        with torch.no_grad():
            model, got = block(state), ENGINES[TransformerFlow]("compute", state)
            np.testing.assert_allclose(got["logits"], model(ids)[0], rtol=1e-9, atol=1e-9)
            np.testing.assert_allclose(got["w"], model.attentions(ids)[0][0], atol=1e-12)
            np.testing.assert_allclose(got["chances"], model(ids)[0].softmax(-1), atol=1e-12)
        seen.add(tuple(state[part] for part in PARTS))
    assert len(seen) >= 12


def test_the_whole_block_follows_the_rules_in_all_sentences():
    assert len(SENTENCES) == 96
    assert [words for words in SENTENCES if answer(*words) != follows(*words)] == []
    assert follows("cat", "sees", "dog", "who") == "cat"
    assert follows("cat", "sees", "dog", "whom") == "dog"
    assert [follows("cat", "sees", second, "same") for second in ("cat", "dog")] == ["yes", "no"]


def test_what_is_lost_at_reading_time_is_what_the_file_of_weights_says():
    about = json.loads(TransformerFlow().state["weights"])["about"]
    for part in PARTS:
        right = {word: 0 for word in ASKED}
        for words in SENTENCES:
            right[words[3]] += answer(*words, **{part: False}) == follows(*words)
        assert right == about["right when taken away"][part], part
    assert all(answer(**{part: False}) != "fox" for part in PARTS if part != "mask"), "the sentence shown at first"


def test_without_the_mask_the_last_row_is_the_same_and_each_earlier_one_is_not():
    for words in SENTENCES[::5]:
        whole, open_ = (
            ENGINES[TransformerFlow]("compute", TransformerFlow(*words, mask=m).state) for m in (True, False)
        )
        assert open_["chances"][-1] == whole["chances"][-1]
        assert all(np.abs(np.subtract(a, b)).max() > 1e-6 for a, b in zip(open_["w"], whole["w"], strict=True))
        for head in whole["w"]:
            assert [w for i, row in enumerate(head) for w in row[i + 1 :]] == [0] * 6


def test_without_positions_the_animals_may_change_places_and_with_them_they_may_not():
    for words in SENTENCES[::5]:
        lost, kept = (flow(*words, positions=positions) for positions in (False, True))
        np.testing.assert_allclose(lost["swapped"], lost["chances"][-1], atol=1e-12)
        if words[0] != words[2] and words[3] != "same":
            assert np.abs(kept["swapped"] - kept["chances"][-1]).max() > 0.9
    for words in (("owl", "sees", "cat", "who"), ("cat", "hears", "cat", "same")):
        np.testing.assert_allclose(flow(*words)["swapped"], flow(words[2], words[1], words[0], words[3])["chances"][-1])


def test_no_word_before_sees_what_comes_after_it():
    one, other = flow("cat", "sees", "dog", "who"), flow("cat", "sees", "owl", "same")
    for key in STEPS:
        rows = (got[key][..., :2, :2] if key in "sw" else got[key][..., :2, :] for got in (one, other))
        np.testing.assert_array_equal(*rows)


def test_the_large_matrix_carries_the_numbers_of_the_step_and_the_bars_the_four_largest_chances():
    for widget in settings(TransformerFlow, 40):
        got = ENGINES[TransformerFlow]("compute", widget.state)
        key = STEPS[widget.step - 1]
        shown = [] if key in "hf" and not widget.network else np.ravel(got[key]).tolist()
        for width in widget.plots:
            svg = drawing(widget, width)
            assert sorted(value for value, _ in marks(svg, "value")) == sorted(shown)
            bars = marks(svg, "chance")
            assert [chance for chance, _ in bars] == sorted(got["chances"][widget.row - 1])[:-5:-1]
            size = [float(bar.get("width")) for _, bar in bars]
            np.testing.assert_allclose(size, np.array([chance for chance, _ in bars]) * size[0] / bars[0][0], atol=1e-6)
            high = float(svg.split('height="', 1)[1].split('"')[0])
            assert high <= (330 if width < 400 else 400)


def test_the_area_of_a_small_square_is_the_size_of_its_number_and_hollow_means_below_zero():
    root = ElementTree.fromstring(drawing(TransformerFlow(row=1), 626))
    x, n_drawn = np.array(flow()["x"]), 0
    paths = [node for node in root.iter() if node.tag.endswith("path")][:4]  # filled, hollow: the row, then the others
    for rows, (filled, hollow) in ((x[:1], paths[:2]), (x[1:], paths[2:])):
        assert (filled.get("fill") == "none", hollow.get("fill") == "none") == (False, True)
        for path, values, edge in ((filled, rows[rows > 0], 0), (hollow, -rows[rows < 0], 1)):
            drawn = np.array(re.findall(r"h(\d[\d.]*)v", path.get("d")), dtype=float)
            np.testing.assert_allclose(drawn, np.maximum(8 * np.sqrt(values / abs(x).max()) - edge, 0.4), atol=0.006)
            n_drawn += len(drawn)
    assert n_drawn == x.size


def test_the_sentence_states_what_each_state_shows():
    assert "head 1 puts 0.926 of its weight on word 3, “fox”" in said(TransformerFlow())
    assert "the answer is the same to the last digit" in said(TransformerFlow(mask=False))
    assert "“sees” also reads what comes after it, and the chance of" in said(TransformerFlow(row=2, mask=False))
    assert "“fox sees dog whom” gets the very same chances" in said(TransformerFlow(positions=False))
    assert "Without the network, the chance of “fox” falls from >99.9" in said(TransformerFlow(network=False))
    assert "The block was trained with it." in said(TransformerFlow(residual=False))
    assert "The block was trained with them." in said(TransformerFlow(residual=False, network=False))
    assert "; the rules ask for fox" in said(TransformerFlow(residual=False))
    assert "any animal may follow; together they have >99.9" in said(TransformerFlow(row=2))
    for part, step, formula in (("residual", 10, "y = a"), ("network", 14, "z = y"), ("positions", 1, "x = E,")):
        assert f"Framed: {formula}" in said(TransformerFlow(step=step, **{part: False}))
