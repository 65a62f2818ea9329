"""What only this widget can do, live on its page."""

import math

import pytest
from widget_stage import places_of

BETA = "β inverse temperature"
SOFTMAX = "softrecall.SoftmaxBeta"


def weights_of(live):
    seen = live.read()
    return [seen[f"weight {i}"] for i in range(seen["number of weight"])]


@places_of(SOFTMAX)
def test_softmax_position_zero_is_exactly_zero_and_all_weights_are_equal(stage, name, number):
    live = stage(name, number)
    live.press(BETA, "Home")
    live.rest()
    weights = weights_of(live)
    assert live.get("beta") == 0
    assert weights == [1 / len(weights)] * len(weights)
    assert live.read()["entropy"] == pytest.approx(math.log(len(weights)), abs=0.005)
    assert live.body.locator("input[type=range]").first.get_attribute("aria-valuetext") == "0"


@places_of(SOFTMAX)
def test_softmax_last_position_is_the_limit_where_ties_share_everything(stage, name, number):
    live = stage(name, number)
    fields = [control for control in live.controls() if control.startswith("score of")]
    for field in (0, len(fields) - 1):
        live.press(fields[field], "type 7", index=fields[:field].count(fields[field]))
    live.press(BETA, "End")
    live.rest()
    assert live.get("beta") == "max"
    weights = weights_of(live)
    assert weights == [0.5, *[0] * (len(weights) - 2), 0.5]
    assert "50" in live.shown()["status"]
    assert live.read()["effective number"] == 2
    live.press(fields[0], "type 8")
    live.rest()
    assert weights_of(live) == [1, *[0] * (len(weights) - 1)]


@places_of(SOFTMAX)
@pytest.mark.parametrize("text", ["one", "1,000,5", "1e999", "--2", "NaN", "Infinity"])
def test_softmax_bad_text_brings_a_message_and_keeps_the_picture(stage, name, number, text):
    live = stage(name, number)
    before = live.shown()
    field = next(control for control in live.controls() if control.startswith("score of"))
    live.press(field, "type 3.25")
    good = live.shown()["drawn"]
    live.press(field, "Delete")
    live.page.keyboard.type(text)
    live.rest()
    box = live.body.locator(".sr-field").first
    complaint = live.body.locator("[role=alert]")
    assert live.shown()["drawn"] != before["drawn"]
    assert box.get_attribute("aria-invalid") == "true"
    assert complaint.is_visible()
    assert field.removeprefix("score of ") in complaint.inner_text()
    gap = complaint.bounding_box()["y"] - box.bounding_box()["y"]
    assert 0 < gap < 60, "the message stands beside the field"
    assert all(isinstance(score, int | float) for score in live.get("scores"))
    if text[0].isdigit() or text[0] == "-":
        live.press(field, "type 3.25")
    else:
        assert live.shown()["drawn"] == good
        live.press(field, "type 3.25")
    live.rest()
    assert live.shown()["drawn"] == good
    assert box.get_attribute("aria-invalid") is None
    assert complaint.inner_text() == ""


@places_of(SOFTMAX)
def test_softmax_an_empty_field_is_a_message_and_reset_mends_it(stage, name, number):
    live = stage(name, number)
    start = live.shown()["drawn"]
    field = next(control for control in live.controls() if control.startswith("score of"))
    live.press(field, "Delete")
    live.rest()
    assert "empty" in live.body.locator("[role=alert]").inner_text()
    assert live.shown()["drawn"] == start
    live.press("Reset", "Enter")
    live.rest()
    assert live.body.locator("[aria-invalid]").count() == 0
    assert live.body.locator("[role=alert]").inner_text() == ""


@places_of(SOFTMAX)
def test_softmax_holds_two_to_eight_keys_and_its_weights_always_sum_to_one(stage, name, number):
    live = stage(name, number)
    for control, limit in (("Add a key", 8), ("Remove the last key", 2)):
        for _ in range(8):
            live.press(control, "Enter")
            assert sum(weights_of(live)) == pytest.approx(1, rel=1e-12)
        assert live.read()["number of weight"] == limit
        button = live.body.locator(f"button[aria-label='{control}']")
        assert button.get_attribute("aria-disabled") == "true"
        assert len(live.get("scores")) == limit
