"""The numbers of the small GPT and of its table: those of two other programs, and what the widget says of them."""

import json

import numpy as np
import pytest
import torch
from widget_engine import ENGINES, drawing, marks, said

from softrecall.decoding import next_token
from softrecall.ngrams import NGram
from softrecall.transformer import GPT
from softrecall.widgets import TinyGPT
from softrecall.widgets.tiny_gpt import ABOUT
from softrecall.widgets.tiny_gpt.numbers import ALPHABET, N_READ, compute, encode, load, table

READ = json.loads(TinyGPT().data_text)["text"]
TEXTS = ("The built-in function (see the section ", "  * The number of\n\n", "zqzq", "x", READ[1000:1064], READ[7:400])
OPEN, SHUT = "Return the name of the method (if any", encode(")")[0]


def script(*given, **changes):
    return ENGINES[TinyGPT]("compute", TinyGPT(*given, **changes).state)


@pytest.fixture(scope="module")
def network():
    sizes = {
        "d_model": 64,
        "n_heads": 4,
        "n_layers": 2,
        "d_ff": 256,
        "positions": load().about.get("positions", "sinusoidal"),
    }
    model = GPT(len(ALPHABET), N_READ, **sizes).double()
    model.load_state_dict({name: torch.tensor(array) for name, array in load().weights.items()})
    return model.requires_grad_(False)


@pytest.fixture(scope="module")
def counts():
    return NGram(encode(READ), order=4, n_tokens=len(ALPHABET))


def test_the_network_of_pytorch_scores_and_looks_the_same(network):
    for text in TEXTS:
        ids = torch.tensor(encode(text[-N_READ:]))[None]
        logits, weights = network(ids)[0].numpy(), torch.cat([w[0] for w in network.attentions(ids)])
        got, heads = load().read(ids[0].numpy())
        np.testing.assert_allclose(got, logits, rtol=0, atol=1e-9)
        np.testing.assert_allclose(heads, weights, rtol=0, atol=1e-9)
        np.testing.assert_allclose(load().step(encode(text)), logits[-1], rtol=0, atol=1e-9)
        own = script(text)
        np.testing.assert_allclose(own["plain"][0], torch.tensor(logits[-1]).softmax(-1), rtol=1e-9)
        np.testing.assert_allclose(own["heads"], weights[:, -1], rtol=0, atol=1e-9)
    with pytest.raises(ValueError, match=r"^ids: needed 1 to 64 \(the positions of the model\); got 0$"):
        load().read([])


def test_the_table_says_what_the_ngram_of_the_package_says(counts):
    for text in TEXTS:
        for back in (0, 1, 5, 40):
            n = min(len(text), N_READ)
            place = max(0, n - 1 - back)
            wanted = np.exp(counts.step(encode(text[-N_READ:])[: place + 1]))
            got = script(text, back=back)
            np.testing.assert_allclose(got["plain"][1], wanted, rtol=1e-10)
            assert sum(got["shares"]) == pytest.approx(1, abs=1e-12)
            assert len(got["shares"]) == min(4, place + 1) + 2


def test_how_often_a_run_was_seen_is_counted_in_the_text():
    for run in ("the ", "tion", "(see", "zqzq", "e"):
        starts = (i for i in range(len(READ) - len(run)) if READ.startswith(run, i))
        assert script(run)["seen"] == sum(1 for _ in starts), run


def test_the_cost_of_a_text_is_the_mean_surprise_of_all_its_characters_but_the_first(network, counts):
    for text in (TEXTS[0], TEXTS[4], TEXTS[5]):
        ids = encode(text[-N_READ:])
        mine = torch.nn.functional.cross_entropy(network(torch.tensor(ids)[None])[0, :-1], torch.tensor(ids[1:]))
        wanted = [float(mine), counts.surprisals(ids)[1:].mean()]
        assert script(text)["surprises"] == pytest.approx(wanted, rel=1e-9)
    assert script("x")["surprises"] is None


def test_the_cuts_are_those_of_the_package(network):
    for cut in ({"temperature": 0.3}, {"top_k": 7}, {"top_p": 0.6}, {"temperature": 1.7, "top_k": 30, "top_p": 0.9}):
        for reader in ("GPT", "4-gram"):
            got = script(OPEN, reader=reader, **cut)
            plain = np.log(got["plain"][reader == "4-gram"])
            np.testing.assert_allclose(got["kept"], next_token(plain, **cut), rtol=1e-9)
    assert max(script(OPEN, temperature=0)["kept"]) == 1


def test_one_number_from_zero_to_one_draws_the_first_id_beyond_which_the_chances_sum():
    chances = [0.2, 0.0, 0.5, 0.3, 0.0]
    drawn = [ENGINES[TinyGPT]("oneOf", chances, luck) for luck in (1e-9, 0.1999, 0.2001, 0.6999, 0.7001, 1 - 1e-12)]
    assert drawn == [0, 0, 2, 2, 3, 3]


def test_a_longer_text_is_read_from_its_last_64_characters_and_says_so():
    long = READ[:300]
    assert script(long) == script(long[-N_READ:])
    assert "Only the last 64 characters are read." in said(TinyGPT(long))
    assert "Only the last" not in said(TinyGPT(long[-N_READ:]))


def test_the_gpt_closes_a_bracket_that_the_table_no_longer_sees_and_may_mistake_the_inner_one():
    mine, theirs = compute(**TinyGPT(OPEN).state)["plain"]
    plain_mine, plain_theirs = compute(**TinyGPT(OPEN.replace("(", "")).state)["plain"]
    assert mine[SHUT] > 0.5 > 10 * theirs[SHUT]
    assert plain_mine[SHUT] < 0.1
    assert plain_theirs[SHUT] == theirs[SHUT], "the bracket makes no difference to what it sees"
    told = said(TinyGPT(OPEN))
    assert "“(” was opened 6 characters before, out of the 4-gram’s sight: GPT gives “)”" in told
    assert "Head 4 of layer 2 puts" in told
    mine, theirs = compute(**TinyGPT("  >>> print([1, 2, 3").state)["plain"]
    assert mine[SHUT] > mine[encode("]")[0]]
    assert theirs[SHUT] < theirs[encode("]")[0]]


def test_the_sentence_says_what_each_state_shows():
    assert "was opened" not in said(TinyGPT(OPEN + ")"))
    assert "was opened" not in said(TinyGPT("called (if")), "a bracket that both see"
    assert "was opened" in said(TinyGPT("called (()if an"))
    assert "a text without these last four characters" in said(TinyGPT("zqzq"))
    assert "What came next is “n”" in said(TinyGPT(OPEN, back=2))
    assert "It saw this ending 3,810 times" in said(TinyGPT("list of the", reader="4-gram"))
    assert "of its weight on what the 4-gram cannot see" in said(TinyGPT("list of the"))


def test_the_drawn_cells_and_bars_are_the_numbers():
    for widget in (TinyGPT(), TinyGPT(TEXTS[5], back=9, top_k=5), TinyGPT(reader="4-gram", top_p=0.5)):
        got = compute(**widget.state)
        for width in widget.plots:
            svg = drawing(widget, width)
            if widget.reader == "GPT":
                drawn = [weight for weight, _ in marks(svg, "weight")]
                assert drawn == pytest.approx([w for head in got["heads"] for w in head if w >= 0.004], rel=1e-9)
            for weight, cell in [*marks(svg, "weight"), *marks(svg, "share")]:
                assert float(cell.get("fill-opacity")) == pytest.approx(weight**0.5, abs=0.0006)
            bars = np.array(
                [[value, float(bar.get("height"))] for value, bar in marks(svg, "kept") + marks(svg, "cut")]
            )
            np.testing.assert_allclose(bars[:, 1] / bars[0, 1], bars[:, 0] / bars[0, 0], rtol=1e-9)
            assert float(svg.split('height="', 1)[1].split('"')[0]) <= (330 if width < 400 else 400)


def test_the_number_of_weights_is_the_one_that_is_told(network):
    assert f"{sum(p.numel() for p in network.parameters()):,} weights" in ABOUT
    assert len(table(TinyGPT().data_text).ids) == len(READ)
