"""The numbers of the translator of dates: those of the trained network, whichever of three programs computes them."""

import datetime
import json

import numpy as np
import pytest
import torch
from widget_engine import ENGINES, drawing, marks, said

from softrecall.recurrent import EncoderDecoder
from softrecall.tasks import DATE_TOKENS, dates, decode_dates, encode_dates, split_days
from softrecall.widgets import DateAlignment
from softrecall.widgets._weights import unpack
from softrecall.widgets.date_alignment.numbers import compute, meant, stretch

STORED = json.loads(DateAlignment.weights_text())
TEST_DAYS = split_days(np.random.default_rng(0))[1]


def written(text, **changes):
    return compute(**DateAlignment(text, **changes).state)


@pytest.fixture(scope="module")
def network():
    model = EncoderDecoder(len(DATE_TOKENS) + 2, 1, n_embed=16, n_hidden=32, n_align=16).double()
    model.load_state_dict({name: torch.tensor(array) for name, array in unpack(STORED["arrays"]).items()})
    return model


def test_the_script_has_the_characters_of_the_task():
    assert ENGINES[DateAlignment].evaluate("widget.TOKENS") == DATE_TOKENS


def test_the_network_of_pytorch_writes_and_looks_the_same(network):
    drawn = dates(40, TEST_DAYS, np.random.default_rng(1)).texts
    texts = [text for text in drawn if len(text) <= 20] + ["hello", "a", "31.2.2031", "2031-07-04"]
    for text in texts:
        source, lengths = map(torch.tensor, encode_dates([text]))
        tokens, weights = network.decode(source, lengths, 10)
        scores, _ = network(source, lengths, tokens)
        got = ENGINES[DateAlignment]("compute", DateAlignment(text).state)
        assert got["written"] == decode_dates(tokens.numpy())[0]
        np.testing.assert_allclose(got["map"], weights[0], atol=1e-9)
        chances = scores.softmax(-1)[0].gather(1, tokens[0, :, None])[:, 0].detach()
        np.testing.assert_allclose(got["chances"], chances, atol=1e-9)


def test_every_style_of_unseen_days_is_written_without_a_fault():
    for style in range(5):
        texts, iso = dates(40, TEST_DAYS, np.random.default_rng(style), style=style)
        assert [written(text)["written"] for text in texts] == iso == [meant(text) for text in texts]
    assert STORED["about"]["exact when rounded"] == [len(TEST_DAYS)] * 5


def test_one_separator_turns_day_and_month_round_and_a_day_that_does_not_exist_is_written_too():
    assert written("4.7.2031")["written"] == "2031-07-04"
    assert written("4/7/2031")["written"] == "2031-04-07"
    got = written("31.2.2031")
    assert (got["written"], got["meant"], got["isDay"]) == ("2031-02-31", "2031-02-31", False)
    assert "though no calendar has that day" in said(DateAlignment("31.2.2031"))


def test_what_is_no_date_still_gets_ten_characters():
    for text in ("hello", "monday", " ", "-" * 20, "2031"):
        got = written(text)
        assert len(got["written"]) == len(got["map"]) == 10
        assert got["meant"] == ""
        assert "for a text that is no date" in said(DateAlignment(text))


def test_without_its_alignment_the_same_network_writes_something_else():
    for text in ("fri 4 jul 2031", "4.7.2031", "september 30, 2031"):
        even, fixed = written(text, look="even"), written(text, look="fixed", letter=2)
        assert {even["written"], fixed["written"]}.isdisjoint({meant(text)})
        assert np.ptp(even["map"]) == 0
        assert [list(alpha).index(1) for alpha in fixed["map"]] == [1] * 10
        assert "where the text says" in said(DateAlignment(text, look="even"))
    last = [written("4.7.2031", look="fixed", letter=letter) for letter in (8, 20)]
    assert last[0]["written"] == last[1]["written"], "beyond the end of the text it is the last letter"


def test_the_calendar_has_every_day_that_python_has_and_no_other():
    is_day = ENGINES[DateAlignment]
    for year in (1900, 2000, 2023, 2024):
        for month in range(14):
            for day in (0, 1, 28, 29, 30, 31, 32):
                try:
                    wanted = bool(datetime.date(year, month, day))
                except ValueError:
                    wanted = False
                assert is_day("isDay", f"{year}-{month:02d}-{day:02d}") == wanted
    assert not any(is_day("isDay", text) for text in ("0000-01-01", "2031-7-041", "77777-07-0"))


def test_the_stretch_is_the_shortest_that_holds_nine_tenths():
    assert stretch(np.array([0.05, 0.45, 0.46, 0.04])) == [1, 3, pytest.approx(0.91)]
    assert stretch(np.array([0.3, 0.3, 0.4])) == [0, 3, pytest.approx(1)]
    assert stretch(np.array([0.0, 1.0])) == [1, 2, 1.0]


def test_the_drawn_cells_and_lines_are_the_weights():
    for widget in (DateAlignment(), DateAlignment("hello", step=1, look="even")):
        got = ENGINES[DateAlignment]("compute", widget.state)
        for width in widget.plots:
            svg = drawing(widget, width)
            assert [share for share, _ in marks(svg, "share")] == [alpha for alphas in got["map"] for alpha in alphas]
            for share, cell in marks(svg, "share"):
                assert float(cell.get("fill-opacity")) == pytest.approx(0.05 + 0.95 * share, abs=0.0006)
            lines = [alpha for alpha in got["map"][widget.step - 1] if alpha >= 0.01]
            assert [weight for weight, _ in marks(svg, "weight")] == lines
            for weight, ray in marks(svg, "weight"):
                assert float(ray.get("stroke-width")) == pytest.approx(0.75 + 20 * weight)
