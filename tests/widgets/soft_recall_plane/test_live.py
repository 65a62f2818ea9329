"""What only this widget can do, live on its page."""

import pytest
from site_pages import check_none
from widget_stage import Stage, places_of

PLANE = "softrecall.SoftRecallPlane"


def handle_at(live):
    box = live.body.locator(".sr-handle").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@places_of(PLANE)
def test_plane_the_cue_follows_the_mouse_that_drags_it_and_stops_when_let_go(stage, name, number):
    live = stage(name, number)
    live.mount.scroll_into_view_if_needed()
    before, (x, y) = live.read(), handle_at(live)
    mouse = live.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 60, y + 40, steps=6)
    live.rest()
    moved = live.read()
    assert moved["cue x"] == pytest.approx(before["cue x"] + 60, abs=1.5)
    assert moved["cue y"] == pytest.approx(before["cue y"] + 40, abs=1.5)
    mouse.move(x + 4000, y - 4000, steps=3)
    live.rest()
    assert (live.get("cue_x"), live.get("cue_y")) == (live.get("size")[0], 0)
    mouse.up()
    x, y = handle_at(live)
    mouse.move(x, y)
    mouse.move(x - 60, y + 60, steps=6)
    assert (live.get("cue_x"), live.get("cue_y")) == (live.get("size")[0], 0)


@places_of(PLANE)
def test_plane_recall_again_walks_the_cue_to_the_recall_and_at_once_without_motion(open_stage, name, number):
    positions = {}
    for motion in ("no-preference", "reduce"):
        live = open_stage(name, number, reduced_motion=motion)
        gap = live.read()["cue to recall"]
        live.press("Recall again", "Enter")
        positions[motion] = [live.read()["cue x"]]
        for _ in range(6):
            live.rest(40)
            positions[motion].append(live.read()["cue x"])
        assert live.read()["cue to recall"] < gap
    assert len(set(positions["no-preference"])) >= 4, "it walks"
    assert len(set(positions["reduce"])) == 1, "it is there at once"
    assert positions["reduce"][-1] == pytest.approx(positions["no-preference"][-1], abs=0.02)


@places_of(PLANE)
def test_plane_recall_again_and_again_comes_to_rest_and_the_button_says_so(open_stage, name, number):
    live = open_stage(name, number, reduced_motion="reduce")
    button = live.body.locator("button", has_text="Recall again")
    gaps = []
    for _ in range(40):
        if button.get_attribute("aria-disabled") == "true":
            break
        live.press("Recall again", "Enter")
        gaps.append(live.read()["cue to recall"])
    assert button.get_attribute("aria-disabled") == "true"
    assert gaps[-1] < 1


@places_of(PLANE)
def test_plane_a_finger_scrolls_the_page_beside_the_handle_and_moves_the_cue_on_it(new_page, server, name, number):
    page = new_page(width=360, height=740, has_touch=True, is_mobile=True)
    page.goto(server + name)
    page.read_through()
    live = Stage(page, number)
    session = page.context.new_cdp_session(page)

    def touch(kind, *points):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    def swipe(dx, dy):
        live.body.locator(".sr-handle").evaluate("(g) => g.scrollIntoView({ behavior: 'instant', block: 'center' })")
        x, y = handle_at(live)
        top, cue = page.evaluate("scrollY"), live.read()
        touch("touchStart", (x + dx, y + dy))
        for step in range(1, 13):
            touch("touchMove", (x + dx, y + dy - 8 * step))
            page.wait_for_timeout(16)
        touch("touchEnd")
        page.wait_for_timeout(200)
        return page.evaluate("scrollY") - top, live.read()["cue y"] - cue["cue y"]

    scrolled, moved = swipe(60, 30)
    assert scrolled > 50
    assert moved == 0
    scrolled, moved = swipe(0, 0)
    assert scrolled == 0
    assert abs(moved) > 20
    check_none(page.watch.complaints)
    page.context.close()


@places_of(PLANE)
def test_plane_a_press_anywhere_puts_the_cue_there_and_drags_it_on(stage, name, number):
    live = stage(name, number)
    live.mount.scroll_into_view_if_needed()
    before, (x, y) = live.read(), handle_at(live)
    mouse = live.page.mouse
    mouse.move(x + 70, y + 50)
    mouse.down()
    there = live.read()
    mouse.move(x + 120, y + 60, steps=4)
    mouse.up()
    live.rest()
    assert there["cue x"] - before["cue x"] == pytest.approx(70, abs=1.5)
    assert there["cue y"] - before["cue y"] == pytest.approx(50, abs=1.5)
    assert live.read()["cue x"] - before["cue x"] == pytest.approx(120, abs=1.5)
    square = live.body.locator("svg[role=img] rect[rx='7']").bounding_box()
    kept = live.read()
    mouse.click(square["x"] + 30, square["y"] + 30)  # what comes back is no part of the plane
    assert live.read() == kept


@places_of(PLANE)
def test_plane_a_tap_anywhere_puts_the_cue_there(new_page, server, name, number):
    page = new_page(width=360, height=740, has_touch=True, is_mobile=True)
    page.goto(server + name)
    page.read_through()
    live = Stage(page, number)
    live.body.locator(".sr-handle").evaluate("(g) => g.scrollIntoView({ behavior: 'instant', block: 'center' })")
    before, (x, y) = live.read(), handle_at(live)
    page.touchscreen.tap(x + 60, y + 30)
    page.wait_for_timeout(50)
    assert live.read()["cue x"] - before["cue x"] == pytest.approx(60, abs=1.5)
    assert live.read()["cue y"] - before["cue y"] == pytest.approx(30, abs=1.5)
    page.context.close()
