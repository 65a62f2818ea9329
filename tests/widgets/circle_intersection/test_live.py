"""What only this widget can do, live on its page."""

from widget_stage import in_quickjs, places_of

CIRCLES = "softrecall.CircleIntersection"
RADIUS = "d radius in bits"
BITS = "n address bits"
PLACES = "r hard locations"
FIT = "Fit up to distance"


def off(live, text):
    return live.body.locator("button", has_text=text).get_attribute("aria-disabled") == "true"


@places_of(CIRCLES)
def test_circles_too_few_locations_are_a_warning_with_a_button_that_mends_it(stage, name, number):
    live = stage(name, number)
    repair = live.body.locator(".sr-foot > button")
    assert not repair.is_visible()
    live.press(PLACES, "Home")
    live.rest()
    assert "no sample can be seen" in live.shown()["status"]
    assert live.read()["crosses"] == 0
    assert off(live, "New sample")
    assert repair.is_visible()
    live.press(repair.inner_text(), "Enter")
    live.rest()
    assert not repair.is_visible()
    seen = live.read()
    assert seen["crosses"] > 0
    assert seen["held"] >= 10
    assert live.get("n_locations") == 100
    assert live.page.evaluate("document.activeElement.type") == "range", "the focus does not get lost with the button"
    assert not off(live, "New sample")


@places_of(CIRCLES)
def test_circles_that_always_overlap_have_no_fit_and_say_so(stage, name, number):
    live = stage(name, number)
    live.press(RADIUS, "End")
    live.rest()
    fit = live.body.locator("input[type=range]").nth(3)
    before = live.shown()
    assert "overlap at any distance" in before["status"]
    assert fit.get_attribute("aria-disabled") == "true"
    assert live.body.locator("svg[role=img] path[stroke-dasharray]").count() == 0
    live.press(FIT, "ArrowRight")
    live.rest()
    assert live.shown()["drawn"] == before["drawn"]
    assert live.get("max_distance") is None


@places_of(CIRCLES)
def test_circles_keep_their_share_of_the_space_while_the_bits_change(stage, name, number):
    live = stage(name, number)
    live.press("1 %", "Enter")
    shares = {}
    for key in ("End", "ArrowLeft", "ArrowLeft", "Home", "PageUp", "End"):
        live.press(BITS, key)
        shares[live.get("n_bits")] = in_quickjs(CIRCLES)(live.traits())["inside"]
    assert len(shares) == 5
    assert all(0.005 < share < 0.02 for share in shares.values()), shares


@places_of(CIRCLES)
def test_circles_fit_follows_the_radius_until_it_is_set_and_again_at_its_own_place(stage, name, number):
    live = stage(name, number)
    start = live.get("radius")
    live.press(RADIUS, "ArrowRight")
    assert live.read()[f"position of {FIT}"] == start
    live.press(FIT, "ArrowRight")
    assert live.get("max_distance") == start + 1
    live.press(RADIUS, "ArrowRight")
    assert live.read()[f"position of {FIT}"] == start + 1
    assert live.get("max_distance") == start + 1
    live.press(FIT, "ArrowLeft")
    live.press(FIT, "ArrowRight")
    assert live.get("max_distance") is None
    live.press(RADIUS, "ArrowRight")
    assert live.read()[f"position of {FIT}"] == live.get("radius") - 1
