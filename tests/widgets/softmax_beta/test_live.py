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


def drag(live, key, up):
    """Drag the bar of a key by so many pixels, with the mouse; give its score after each of four steps."""
    knob = live.body.locator(".sr-handle rect[rx]").nth(key).bounding_box()
    x, y = knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2
    mouse, seen = live.page.mouse, []
    mouse.move(x, y)
    mouse.down()
    for step in range(1, 5):
        mouse.move(x, y - up * step / 4)
        seen.append(live.read()[f"score {key}"])
    mouse.up()
    mouse.move(x, y - 3 * up)
    assert live.read()[f"score {key}"] == seen[-1], "it was let go"
    return seen


@places_of(SOFTMAX)
def test_softmax_a_bar_follows_the_mouse_up_and_down_and_its_field_with_it(stage, name, number):
    live = stage(name, number)
    live.mount.scroll_into_view_if_needed()
    before = live.read()
    rising = drag(live, 2, 60)
    assert before["score 2"] < rising[0] < rising[1] < rising[2] < rising[3]
    assert live.body.locator(".sr-field").nth(2).input_value() == str(rising[3])
    assert live.read()["weight 2"] > before["weight 2"]
    falling = drag(live, 2, -110)
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] < 0


@places_of(SOFTMAX)
def test_softmax_a_bar_dragged_far_out_stops_at_the_end_of_its_axis(stage, name, number):
    live = stage(name, number)
    live.mount.scroll_into_view_if_needed()
    assert drag(live, 0, 500)[-1] == 3
    assert drag(live, 3, -500)[-1] == -1


@places_of(SOFTMAX)
def test_softmax_the_arrows_change_a_score_by_a_tenth(stage, name, number):
    live = stage(name, number)
    live.press("score of key 3", "ArrowUp")
    assert live.get("scores")[2] == 0.4
    for _ in range(8):
        live.press("score of key 3", "ArrowDown")
    assert live.get("scores")[2] == -0.4
    assert live.body.locator(".sr-field").nth(2).input_value() == "\N{MINUS SIGN}0.4"
