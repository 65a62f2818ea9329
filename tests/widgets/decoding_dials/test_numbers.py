"""The numbers of the dials and of the ten texts: those of other programs, and what the widget says of them."""

from itertools import pairwise

import numpy as np
import pytest
import traitlets
from widget_engine import ENGINES, drawing, marks, said

from softrecall.decoding import next_token, sample
from softrecall.tasks import documentation
from softrecall.widgets import DecodingDials, TinyGPT
from softrecall.widgets.decoding_dials.numbers import PEOPLE, PROMPTS, RUN, compute, one_of, repeats, write
from softrecall.widgets.tiny_gpt.numbers import ALPHABET, encode, load

ALL = len(ALPHABET)
DEFAULT = ("sentence", 1.0, ALL, 1.0, 0)
HELD = documentation()[len(documentation()) * 9 // 10 :]


def nats(ids, n_before):
    """What the model pays for each id but the first `n_before`, by reading all of them at once."""
    logits = load().logits(ids)
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -logs[np.arange(n_before - 1, len(ids) - 1), ids[n_before:]]


def again(samples):
    """The share of runs that were there before: a list of all runs, searched from its start."""
    runs = [text[i : i + RUN] for text in samples for i in range(len(text) - RUN + 1)]
    return np.mean([run in runs[:i] for i, run in enumerate(runs)])


@pytest.mark.parametrize(
    "dials", [("sentence", 0, ALL, 1.0, 0), ("code", 0.7, 12, 0.9, 3), ("bracket", 2.0, ALL, 0.95, 9999)]
)
def test_the_script_writes_the_same_texts_at_the_same_price(dials):
    widget, own = DecodingDials(*dials), write(*dials)
    assert widget.samples == own.samples
    assert len(own.samples) == 10
    assert {len(text) for text in own.samples} == {40}
    got = ENGINES[DecodingDials]("write", widget.state)
    assert got["samples"] == own.samples
    assert got["cost"] == own.cost
    assert widget.cost == own.cost


def test_the_price_is_the_mean_surprise_of_the_undialled_model():
    for dials in (DEFAULT, ("code", 0.5, 20, 1.0, 1)):
        prompt = encode(PROMPTS[dials[0]])
        paid = [nats(np.concatenate([prompt, encode(text)]), len(prompt)) for text in write(*dials).samples]
        assert write(*dials).cost == pytest.approx(np.mean(paid), abs=1e-8)


def test_without_chance_all_texts_are_what_the_greedy_package_writes():
    for dials in ({"temperature": 0}, {"top_k": 1}, {"top_p": 0.05}):
        ids = sample(load().step, encode(PROMPTS["sentence"]), 40, np.random.default_rng(0), **dials)
        text = "".join(ALPHABET[i] for i in ids)
        assert DecodingDials(**dials).samples == [text] * 10


def test_each_character_is_drawn_from_what_the_cuts_leave():
    dials = ("bracket", 1.5, 8, 0.7, 5)
    for text in write(*dials).samples[:3]:
        ids = encode(PROMPTS["bracket"] + text)
        for n in range(len(ids) - 40, len(ids)):
            assert next_token(load().step(ids[:n]), temperature=1.5, top_k=8, top_p=0.7)[ids[n]] > 0


def test_one_number_draws_the_id_that_the_script_draws():
    chances = np.array([0.2, 0.0, 0.5, 0.3, 0.0])
    for luck in (1e-9, 0.1999, 0.2001, 0.6999, 0.7001, 1 - 1e-12):
        assert one_of(chances, luck) == ENGINES[DecodingDials]("oneOf", chances.tolist(), luck)
    drawn = [one_of(chances, luck) for luck in np.random.default_rng(0).random(4000)]
    for i, chance in enumerate(chances):
        assert abs(drawn.count(i) / 4000 - chance) <= 5 * np.sqrt(chance * (1 - chance) / 4000)


def test_runs_that_were_there_before_are_found_in_a_text_and_above_it():
    assert repeats(["abcdefgh", "abcdefgh"]) == ([[], [[0, 8]]], 0.5)
    assert repeats(["ababababab"]) == ([[[2, 10]]], pytest.approx(1 / 3))
    assert repeats(["abcdefghij", "xabcdefghix"]) == ([[], [[1, 10]]], pytest.approx(2 / 7))
    assert repeats(["short", "short"]) == ([[], []], 0.0)
    for dials in (DEFAULT, ("code", 0.5, 20, 1.0, 1)):
        samples = write(*dials).samples
        stretches, share = repeats(samples)
        assert share == pytest.approx(again(samples), abs=1e-12)
        for text, found in zip(samples, stretches, strict=True):
            assert all(a >= 0 and b - a >= RUN and b <= len(text) for a, b in found)
            assert all(one[1] < other[0] for one, other in pairwise(found))


def test_people_are_measured_on_the_text_that_the_model_was_not_trained_on():
    windows = [HELD[i : i + 64] for i in range(0, len(HELD) - 64, 64)]
    assert all(prompt in HELD for prompt in PROMPTS.values())
    assert PEOPLE["cost"] == round(np.mean([nats(encode(window), 24) for window in windows]), 3)
    n = len(windows) // 10
    tens = [[window[24:] for window in windows[k::n][:10]] for k in range(n)]
    assert PEOPLE["repeated"] == round(np.mean([again(ten) for ten in tens]), 2)


def test_the_prompts_are_a_sharp_distribution_and_flat_ones():
    top = {name: max(compute(**DecodingDials(name, samples=["x"]).state)["gave"]) for name in PROMPTS}
    assert top["word"] > 0.95
    assert max(top[name] for name in ("sentence", "bracket", "code")) < 0.5


def test_the_sentence_says_what_the_setting_is_good_for():
    same = said(DecodingDials(temperature=0))
    assert "Ten times the same text: 0.67 nats per character against 1.23 for people" in same
    assert same.endswith("The more probable text is not the better one.")
    assert (
        "Next character: “t” leads with 100\N{NO-BREAK SPACE}%; 1 of 103 kept, 100\N{NO-BREAK SPACE}% of the chance."
        in same
    )
    assert "Safer than people: 0.65 nats" in said(DecodingDials(temperature=0.5))
    assert "They write what is unlikely more often." in said(DecodingDials(temperature=0.5))
    assert "of it was there before, against" in said(DecodingDials("code", temperature=0.5))
    assert "About as surprising as people: 1.21" in said(DecodingDials())
    babble = said(DecodingDials(temperature=2))
    assert "It babbles: 3.44 nats per character against 1.23 for people" in babble
    got = compute(**DecodingDials(temperature=2).state)
    rare = 100 * got["kept"][got["gave"] < 0.01].sum()
    assert f"less than 1\N{NO-BREAK SPACE}% each now share {rare:.0f}\N{NO-BREAK SPACE}% of the chance" in babble
    half = DecodingDials(samples=["it is", "and"], cost=1.0)
    assert "The texts have 5 of 40 characters." in said(half)


def test_the_drawn_bars_strokes_and_patches_are_the_numbers():
    for widget in (DecodingDials(), DecodingDials(temperature=0.5), DecodingDials(top_k=6, top_p=0.6)):
        got = compute(**widget.state)
        for width, bars in zip(widget.plots, (24, 12), strict=True):
            svg = drawing(widget, width)
            drawn = np.array(
                [[value, float(bar.get("height"))] for value, bar in marks(svg, "kept") + marks(svg, "cut")]
            )
            assert len(drawn) == bars
            np.testing.assert_allclose(drawn[:, 1] / drawn[0, 1], drawn[:, 0] / drawn[0, 0], rtol=1e-9)
            order = np.argsort(-got["gave"], kind="stable")[:bars]
            kept = [value for value, _ in marks(svg, "kept")]
            np.testing.assert_allclose(kept, got["kept"][order][got["kept"][order] > 0], rtol=1e-9)
            assert svg.count('fill="var(--sr-key)"') == sum(map(len, got["stretches"])) + 1  # one in the key
            assert float(svg.split('height="', 1)[1].split('"')[0]) <= (330 if width < 400 else 400)
            assert (f"k = {widget.top_k}" in svg) == (widget.top_k < bars)
            assert (f"p = {widget.top_p:.2f}" in svg) == (widget.top_p < 1)


def test_texts_are_written_when_they_are_left_out_and_not_printed():
    widget = DecodingDials(seed=4)
    assert "samples" not in repr(widget)
    assert "cost" not in repr(widget)
    assert widget.samples == write("sentence", 1.0, ALL, 1.0, 4).samples
    own = DecodingDials(samples=["mine"])
    assert (own.samples, own.cost) == (["mine"], None)
    with pytest.raises(traitlets.TraitError, match=r"^samples: needed 1 to 10 values, each a text of 1 to 40 "):
        DecodingDials(samples=[])


def test_both_widgets_of_the_model_share_one_file():
    assert DecodingDials.files()["weights"].file_id == TinyGPT.files()["weights"].file_id
