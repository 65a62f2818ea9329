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
def test_circles_too_few_locations_are_said_to_show_nothing(stage, name, number):
    live = stage(name, number)
    live.press(PLACES, "Home")
    live.rest()
    assert "a sample shows nothing" in live.shown()["status"]
    assert off(live, "New sample")
    live.press("1 %", "Enter")
    live.rest()
    assert "a sample shows nothing" not in live.shown()["status"]
    assert not off(live, "New sample")


@places_of(CIRCLES)
def test_circles_a_press_on_the_plot_moves_the_discs_there(stage, name, number):
    live = stage(name, number)
    drawing = live.body.locator(".sr-drawing")
    box = drawing.bounding_box()
    seen = []
    for share in (0.95, 0.5, 0.1):
        live.page.mouse.click(box["x"] + 40 + share * (box["width"] - 54), box["y"] + 300)
        seen.append(live.get("distance"))
    assert seen[0] > seen[1] > seen[2] >= 0
    live.page.mouse.click(box["x"] + 5, box["y"] + 300)
    assert live.get("distance") == seen[2], "beside the plot nothing happens"


@places_of(CIRCLES)
def test_circles_that_always_overlap_have_no_fit_and_say_so(stage, name, number):
    live = stage(name, number)
    live.press(RADIUS, "End")
    live.rest()
    fit = live.body.locator("input[type=range]").nth(4)
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
