"""What only this widget can do, live on its page."""

import pytest
from widget_stage import places_of

LOOKUP = "softrecall.AttentionLookup"


def click(live, circle, dx=0, dy=0):
    live.mount.scroll_into_view_if_needed()
    box = live.body.locator(circle).bounding_box()
    live.page.mouse.click(box["x"] + box["width"] / 2 + dx, box["y"] + box["height"] / 2 + dy)
    live.rest()


@places_of(LOOKUP)
def test_lookup_the_query_is_dragged_onto_soup_and_its_neighbours_masked_by_clicks(stage, name, number):
    live = stage(name, number)
    live.mount.scroll_into_view_if_needed()
    soup = live.body.locator("circle[r='5.5']").nth(1).bounding_box()
    handle = live.body.locator(".sr-handle").bounding_box()
    mouse = live.page.mouse
    mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    mouse.down()
    mouse.move(soup["x"] + soup["width"] / 2, soup["y"] + soup["height"] / 2, steps=5)
    mouse.up()
    live.rest()
    assert (live.get("query_x"), live.get("query_y")) == pytest.approx((-0.7, 0.3), abs=0.02)
    assert live.get("masked") == []
    assert live.read()["read 0"] > 10 > live.read()["answer 0"] == 5
    click(live, "circle[r='5.5'] >> nth=3")
    assert live.get("masked") == [3]
    assert live.read()["weight 3"] == 0
    click(live, "circle[r='5.5'] >> nth=3")
    assert live.get("masked") == []


@places_of(LOOKUP)
def test_lookup_the_last_key_stays_and_a_sentence_beside_it_says_why(stage, name, number):
    live = stage(name, number)
    for key in ("cocoa", "soup", "sorbet", "curry"):
        live.press(key, "Space")
    live.rest()
    complaint, drawn = live.body.locator("[role=alert]"), live.shown()["drawn"]
    assert complaint.inner_text() == ""
    live.press("salad", "Space")
    live.rest()
    assert complaint.inner_text() == "One key must stay: weights sum to 1."
    assert live.body.get_by_role("checkbox", name="salad").is_checked()
    assert live.shown()["drawn"] == drawn
    live.press("curry", "Space")
    assert complaint.inner_text() == ""
    assert live.get("masked") == [0, 1, 2]
