"""What only this widget can do, live on its page."""

import re

import pytest
from site_pages import check_none
from widget_stage import in_quickjs, places_of

NEAREST = "softrecall.NearestNeighbour"


@places_of(NEAREST)
def test_nearest_the_answer_is_nowhere_before_the_reader_looks_and_in_the_status_after(stage, name, number):
    live = stage(name, number)
    closest = in_quickjs(NEAREST)({"n_bits": live.get("n_bits"), "n_strings": live.get("n_strings")})
    answers = {f"{closest['closest']:.0f}", f"{100 * closest['share']:.1f}", f"{closest['closest']:.1f}"}
    told = re.compile("|".join(rf"(?<![\d.]){re.escape(answer)}(?![\d])" for answer in answers))
    words = live.mount.evaluate("(mount) => probe.words(mount)")
    assert live.get("looked") is False
    check_none([text for text in words if told.search(text)])
    assert "closest marks" in live.read()
    assert live.read()["closest marks"] == 0
    at = live.body.locator("svg").evaluate("(svg, share) => probe.marksAt(svg, share)", closest["share"])
    assert at == 0, "something stands where the answer will be"
    live.press("Look", "Enter")
    live.rest()
    assert told.search(live.shown()["status"])
    assert told.search(" ".join(live.shown()["labels"]))
    assert live.read()["closest"] == pytest.approx(closest["closest"], rel=1e-12)


@places_of(NEAREST)
def test_nearest_buttons_that_do_nothing_say_so(stage, name, number):
    live = stage(name, number)
    buttons = {text: live.body.locator("button", has_text=text) for text in ("Look", "Guess again")}
    for _ in range(2):
        assert buttons["Look"].get_attribute("aria-disabled") is None
        assert buttons["Guess again"].get_attribute("aria-disabled") == "true"
        before = live.shown()["drawn"]
        live.press("Guess again", "Enter")
        assert live.shown()["drawn"] == before
        live.press("Look", "Enter")
        assert buttons["Look"].get_attribute("aria-disabled") == "true"
        assert buttons["Guess again"].get_attribute("aria-disabled") is None
        live.press("Guess again", "Enter")
