"""Slider and drawing are on the screen together: whatever control has the focus, all of the drawing is in view."""

import pytest
from site_pages import check_none
from widget_stage import FIRST, Stage

BAR = 56  # the page's own bar stays above everything


@pytest.mark.parametrize(("name", "number", "widget"), FIRST)
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (360, 740)])
def test_a_control_with_the_focus_is_on_the_screen_with_the_whole_drawing(
    new_page, server, name, number, widget, width, height
):
    page = new_page(width=width, height=height, reduced_motion="reduce")
    page.goto(server + name)
    page.awaken()
    live = Stage(page, number)
    controls = live.body.locator(".sr-tray :is(input, button)")
    assert controls.count() >= 2
    faults = []
    for way, order in (("down", range(controls.count())), ("up", range(controls.count())[::-1])):
        page.evaluate("document.activeElement.blur(), scrollTo({ top: 0, behavior: 'instant' })")
        for i in order:
            control = controls.nth(i)
            control.focus()
            drawing = live.body.locator("svg[role=img]").first.bounding_box()
            box = control.bounding_box()
            label = control.evaluate(
                "(node) => node.getAttribute('aria-label') || node.labels?.[0]?.textContent || node.textContent"
            )
            bottom = drawing["y"] + drawing["height"]
            seen = drawing["y"] >= BAR and bottom <= box["y"] and box["y"] + box["height"] <= height
            if not seen:
                faults.append(f"{label}: drawing {drawing['y']:.0f} to {bottom:.0f}, control {box['y']:.0f}, {way}")
    page.context.close()
    check_none(faults)
