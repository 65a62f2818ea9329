"""What only this widget can do, live on its page: writing that can be stopped, and a text that nobody has read."""

from widget_stage import places_of

GPT = "softrecall.TinyGPT"


@places_of(GPT)
def test_tiny_gpt_writes_forty_characters_one_after_the_other_and_stops_when_asked(stage, name, number):
    live = stage(name, number)
    start = live.get("text")
    live.press("Write 40 characters", "Enter")
    assert len(live.get("text")) == len(start) + 1, "one at a time"
    live.press("Stop", "Enter")
    live.rest()
    assert len(live.get("text")) == len(start) + 1
    live.press("Write 40 characters", "Enter")
    live.rest()
    assert len(live.get("text")) == len(start) + 41
    assert live.get("text").startswith(start)
    assert live.body.locator("textarea").input_value() == live.get("text")


@places_of(GPT)
def test_tiny_gpt_a_click_on_a_character_looks_from_there(stage, name, number):
    live = stage(name, number)
    live.mount.scroll_into_view_if_needed()
    cell = live.body.locator("[data-weight]").first.bounding_box()
    live.page.mouse.click(cell["x"] + cell["width"] / 2, cell["y"] + 2)
    live.rest()
    assert 0 < live.get("back") < len(live.get("text"))
    assert "What came next is" in live.shown()["status"]


@places_of(GPT)
def test_tiny_gpt_a_character_that_neither_knows_is_named_and_the_picture_stays(stage, name, number):
    live = stage(name, number)
    drawn, complaint = live.shown()["drawn"], live.body.locator("[role=alert]")
    for typed, told in (("naïve", "Neither of the two has ever read a “ï”"), ("x" * 401, "Too long: at most 400")):
        live.body.locator("textarea").fill(typed)
        live.rest()
        assert complaint.inner_text().startswith(told)
        assert live.shown()["drawn"] == drawn
    live.body.locator("textarea").fill("x")
    live.rest()
    assert complaint.inner_text() == ""
    assert live.get("text") == "x"
