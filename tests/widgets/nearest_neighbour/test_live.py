"""What only this widget can do, live on its page."""

import re

import pytest
from site_pages import check_none
from widget_stage import in_quickjs, places_of

NEAREST = "softrecall.NearestNeighbour"


@places_of(NEAREST)
def test_nearest_the_answer_is_nowhere_before_the_reader_looks_and_in_the_status_after(stage, name, number):
    live = stage(name, number)
    closest = in_quickjs(NEAREST)(live.traits())
    answers = {f"{closest['closest']:.0f}", f"{100 * closest['share']:.1f}", f"{closest['closest']:.1f}"}
    told = re.compile("|".join(rf"(?<![\d.]){re.escape(answer)}(?![\d])" for answer in answers))
    words = live.mount.evaluate("(mount) => probe.words(mount)")
    assert live.get("looked") is False
    check_none([text for text in words if told.search(text)])
    assert live.read()["marks of the closest"] == 0
    at = live.body.locator("svg").evaluate("(svg, share) => probe.marksAt(svg, share)", closest["share"])
    assert at == 0, "something stands where the answer will be"
    live.press("Look", "Enter")
    live.rest()
    assert told.search(live.shown()["status"])
    assert told.search(" ".join(live.shown()["labels"]))
    assert live.read()["closest 0"] == pytest.approx(closest["closest"], rel=1e-12)


@places_of(NEAREST)
def test_nearest_controls_without_effect_say_so(stage, name, number):
    live = stage(name, number)
    bits, look = live.body.get_by_label("Bits in a string"), live.body.locator("button", has_text="Look")
    assert bits.get_attribute("aria-disabled") == "true", "nothing that it changes can be seen"
    before = live.get("n_bits")
    live.press("Bits in a string", "End")
    assert live.get("n_bits") == before
    live.press("Draw 50 strings", "Enter")
    live.rest()
    assert bits.get_attribute("aria-disabled") is None
    live.press("Reset", "Enter")
    assert bits.get_attribute("aria-disabled") == "true"
    live.press("Look", "Enter")
    assert bits.get_attribute("aria-disabled") is None
    assert look.get_attribute("aria-disabled") == "true"


@places_of(NEAREST)
def test_nearest_strings_rain_down_one_after_another_and_at_once_without_motion(open_stage, name, number):
    counts = {}
    for motion in ("no-preference", "reduce"):
        live = open_stage(name, number, reduced_motion=motion)
        live.press("Draw 50 strings", "Enter")
        counts[motion] = [live.read()["strings"]]
        for _ in range(8):
            live.rest(80)
            counts[motion].append(live.read()["strings"])
    assert counts["reduce"] == [50] * 9
    assert counts["no-preference"] == sorted(counts["no-preference"])
    assert len(set(counts["no-preference"])) >= 4
    assert counts["no-preference"][-1] == 50
