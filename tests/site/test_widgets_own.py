"""What only one widget can do: ties and bad text, an answer that waits, a cue that is dragged."""

import math
import re

import pytest
from site_pages import check_none
from widget_rows import BETA
from widget_stage import Stage, in_quickjs, places_of

SOFTMAX, NEAREST, PLANE = "softrecall.SoftmaxBeta", "softrecall.NearestNeighbour", "softrecall.SoftRecallPlane"


# ---- softmax and beta -----------------------------------------------------------------------------------------------


def weights_of(live):
    seen = live.read()
    return [seen[f"weight {i}"] for i in range(seen["keys"])]


@places_of(SOFTMAX)
def test_softmax_position_zero_is_exactly_zero_and_all_weights_are_equal(stage, name, number):
    live = stage(name, number)
    live.press(BETA, "Home")
    live.rest()
    weights = weights_of(live)
    assert live.get("beta") == 0
    assert weights == [1 / len(weights)] * len(weights)
    assert live.read()["entropy"] == pytest.approx(math.log(len(weights)), abs=0.005)
    assert live.mount.locator("input[type=range]").first.get_attribute("aria-valuetext") == "0"


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
    box = live.mount.locator(".sr-field").first
    complaint = live.mount.locator("[role=alert]")
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
    assert "empty" in live.mount.locator("[role=alert]").inner_text()
    assert live.shown()["drawn"] == start
    live.press("Reset", "Enter")
    live.rest()
    assert live.mount.locator("[aria-invalid]").count() == 0
    assert live.mount.locator("[role=alert]").inner_text() == ""


@places_of(SOFTMAX)
def test_softmax_reset_restores_what_was_there_at_first(stage, name, number):
    live = stage(name, number)
    live.rest()
    start, state = live.shown(), [live.get("scores"), live.get("beta"), live.get("labels")]
    live.press(BETA, "End")
    live.press("Add a key", "Enter")
    live.press(next(control for control in live.controls() if control.startswith("score of")), "type 0.125")
    live.rest()
    assert live.shown()["drawn"] != start["drawn"]
    live.press("Reset", "Enter")
    live.rest()
    assert [live.get("scores"), live.get("beta"), live.get("labels")] == state
    for part in ("drawn", "labels", "status"):
        assert live.shown()[part] == start[part]


@places_of(SOFTMAX)
def test_softmax_holds_two_to_eight_keys_and_its_weights_always_sum_to_one(stage, name, number):
    live = stage(name, number)
    for control, limit in (("Add a key", 8), ("Remove the last key", 2)):
        for _ in range(8):
            live.press(control, "Enter")
            assert sum(weights_of(live)) == pytest.approx(1, rel=1e-12)
        assert live.read()["keys"] == limit
        button = live.mount.locator(f"button[aria-label='{control}']")
        assert button.get_attribute("aria-disabled") == "true"
        assert len(live.get("scores")) == limit


# ---- the nearest neighbour ------------------------------------------------------------------------------------------


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
    at = live.mount.locator(".sr-live svg").evaluate("(svg, share) => probe.marksAt(svg, share)", closest["share"])
    assert at == 0, "something stands where the answer will be"
    live.press("Look", "Enter")
    live.rest()
    assert told.search(live.shown()["status"])
    assert told.search(" ".join(live.shown()["labels"]))
    assert live.read()["closest"] == pytest.approx(closest["closest"], rel=1e-12)


@places_of(NEAREST)
def test_nearest_buttons_that_do_nothing_say_so(stage, name, number):
    live = stage(name, number)
    buttons = {text: live.mount.locator("button", has_text=text) for text in ("Look", "Guess again")}
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


# ---- the plane ------------------------------------------------------------------------------------------------------


def handle_at(live):
    box = live.mount.locator(".sr-handle").bounding_box()
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
def test_plane_a_press_beside_the_handle_moves_nothing(stage, name, number):
    live = stage(name, number)
    live.mount.scroll_into_view_if_needed()
    before, (x, y) = live.read(), handle_at(live)
    live.page.mouse.move(x + 70, y + 50)
    live.page.mouse.down()
    live.page.mouse.move(x + 120, y + 60, steps=4)
    live.page.mouse.up()
    live.rest()
    assert live.read() == before


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
    button = live.mount.locator("button", has_text="Recall again")
    gaps = []
    for _ in range(40):
        if button.get_attribute("aria-disabled") == "true":
            break
        live.press("Recall again", "Enter")
        gaps.append(live.read()["cue to recall"])
    assert button.get_attribute("aria-disabled") == "true"
    assert gaps[-1] < 1


@places_of(PLANE)
def test_plane_reset_restores_what_was_there_at_first(stage, name, number):
    live = stage(name, number)
    start = live.shown()
    for control, key in ((BETA, "Home"), ("cue, across", "End"), ("cue, down", "Home")):
        live.press(control, key)
    live.rest()
    assert live.shown()["drawn"] != start["drawn"]
    live.press("Reset", "Enter")
    live.rest()
    assert {part: live.shown()[part] for part in ("drawn", "labels", "status")} == {
        part: start[part] for part in ("drawn", "labels", "status")
    }


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
        live.mount.locator(".sr-handle").evaluate("(g) => g.scrollIntoView({ behavior: 'instant', block: 'center' })")
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


# ---- the circles ----------------------------------------------------------------------------------------------------

CIRCLES, RADIUS, BITS, PLACES, FIT = (
    "softrecall.CircleIntersection", "d radius in bits", "n address bits", "r hard locations", "Fit up to distance"
)  # fmt: skip


def off(live, text):
    return live.mount.locator("button", has_text=text).get_attribute("aria-disabled") == "true"


@places_of(CIRCLES)
def test_circles_too_few_locations_are_a_warning_with_a_button_that_mends_it(stage, name, number):
    live = stage(name, number)
    repair = live.mount.locator(".sr-foot > button")
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
    fit = live.mount.locator("input[type=range]").nth(3)
    before = live.shown()
    assert "overlap at any distance" in before["status"]
    assert fit.get_attribute("aria-disabled") == "true"
    assert live.mount.locator(".sr-live svg[role=img] path[stroke-dasharray]").count() == 0
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


@places_of(CIRCLES)
def test_circles_reset_restores_what_was_there_at_first(stage, name, number):
    live = stage(name, number)
    live.rest()
    start = live.shown()
    for control, key in ((BITS, "End"), ("1 %", "Enter"), (PLACES, "ArrowLeft"), ("log axis", "Space"), (FIT, "Home")):
        live.press(control, key)
    live.press("New sample", "Enter")
    live.rest()
    assert live.shown()["drawn"] != start["drawn"]
    live.press("Reset", "Enter")
    live.rest()
    assert [live.shown()[part] for part in ("drawn", "labels", "status")] == [
        start[part] for part in ("drawn", "labels", "status")
    ]


# ---- noise and beta -------------------------------------------------------------------------------------------------

NOISY, NOISE = "softrecall.NoiseAndBeta", "p bits of the query flipped"


@places_of(NOISY)
def test_noise_set_to_the_beta_of_bayes_the_read_is_the_posterior_and_the_button_says_so(stage, name, number):
    live = stage(name, number)
    assert not off(live, "Set β = β*")
    live.press("Set β = β*", "Enter")
    live.rest()
    seen = live.read()
    assert seen["loss"] == seen["least"]
    result = in_quickjs(NOISY)(live.traits())
    assert result["weights"] == result["posterior"]
    assert off(live, "Set β = β*")
    before = live.shown()["drawn"]
    live.press("Set β = β*", "Enter")
    assert live.shown()["drawn"] == before
    live.press(BETA, "ArrowRight")
    assert not off(live, "Set β = β*")
    live.press(NOISE, "ArrowLeft")
    live.rest()
    assert live.read()["best beta"] > seen["best beta"]
    assert not off(live, "Set β = β*")


@places_of(NOISY)
@pytest.mark.parametrize(("key", "why"), [("Home", "any sharp read"), ("End", "from any read")])
def test_noise_at_which_the_loss_is_flat_is_a_warning_with_a_button_that_mends_it(stage, name, number, key, why):
    live = stage(name, number)
    repair = live.mount.locator(".sr-foot > button")
    assert not repair.is_visible()
    narrow = live.read()["band width"]
    live.press(NOISE, key)
    live.rest()
    seen = live.read()
    assert seen["band width"] > 3 * narrow
    assert "hardly pins" in live.shown()["status"]
    assert why in live.shown()["status"]
    assert repair.is_visible()
    live.press(repair.inner_text().replace("\N{NO-BREAK SPACE}", " "), "Enter")
    live.rest()
    assert not repair.is_visible()
    assert live.read()["band width"] < 2 * narrow
    assert live.page.evaluate("document.activeElement.type") == "range", "the focus does not get lost with the button"


@places_of(NOISY)
def test_noise_that_hides_the_pattern_meant_draws_it_last_and_says_how_many_are_nearer(stage, name, number):
    live = stage(name, number)
    last = live.mount.locator("svg[role=img] .sr-t-key").last
    assert last.text_content() == "meant, nearest"
    live.press(NOISE, "End")
    nearer = in_quickjs(NOISY)(live.traits())["nearer"]
    assert nearer >= 12
    assert re.fullmatch(rf"meant, {nearer + 1}(st|nd|rd|th) nearest", last.text_content())
    assert live.read()["bars"] == 12


@places_of(NOISY)
def test_noise_names_of_the_upright_lines_never_touch_each_other_or_a_line(stage, name, number):
    live = stage(name, number)
    crossed = """(svg) => {
      const boxes = (selector) => [...svg.querySelectorAll(selector)].map((node) => node.getBoundingClientRect());
      const names = boxes("g .sr-t-halo");
      const lines = boxes("g line").filter(({ width, height }) => width < 1 && height > 40);
      const across = (a, b) => a.left < b.right - 1 && b.left < a.right - 1;
      const touch = (a, b) => across(a, b) && a.top < b.bottom - 3 && b.top < a.bottom - 3;
      return names.some((a, i) => [...names.slice(i + 1), ...lines].some((b) => touch(a, b)));
    }"""
    picture = live.mount.locator(".sr-live svg[role=img]")
    for noise in (0.01, 0.1, 0.3, 0.4, 0.48):
        for n_bits in (16, 64, 256):
            for beta in (0.3, 1, 3, 10, 30, 100, 300, 1000):
                live.set(noise=noise, n_bits=n_bits, beta=beta)
                assert not picture.evaluate(crossed), (noise, n_bits, beta)


@places_of(NOISY)
def test_noise_reset_restores_what_was_there_at_first(stage, name, number):
    live = stage(name, number)
    live.rest()
    start = live.shown()
    for control, key in ((NOISE, "End"), (BETA, "Home"), ("n bits of a pattern", "End"), ("m patterns stored", "Home")):
        live.press(control, key)
    live.press("New queries", "Enter")
    live.rest()
    assert live.shown()["drawn"] != start["drawn"]
    live.press("Reset", "Enter")
    live.rest()
    assert [live.shown()[part] for part in ("drawn", "labels", "status")] == [
        start[part] for part in ("drawn", "labels", "status")
    ]


# ---- the gradients --------------------------------------------------------------------------------------------------

GRADIENTS, WEIGHT, BACK, INPUTS, GATE, NORM, CLIP = (
    "softrecall.GradientScaling", "w spectral radius", "T steps back", "s size of the inputs", "f forget gate",
    "c largest norm", "clip the norm",
)  # fmt: skip
COLLISIONS = """(svg) => {
  const boxes = [...svg.querySelectorAll("text")].map((text) => [text.textContent, text.getBoundingClientRect()]);
  const frame = svg.getBoundingClientRect();
  const out = boxes.filter(([, box]) => box.left < frame.left - 1 || box.right > frame.right + 1);
  const hit = boxes.flatMap(([name, a], i) => boxes.slice(i + 1).filter(([, b]) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top + 3 < b.bottom - 3 && b.top + 3 < a.bottom - 3)
    .map(([other]) => `${name} over ${other}`));
  return [...out.map(([name]) => `${name} stands out`), ...hit];
}"""


@places_of(GRADIENTS)
def test_gradients_an_input_without_effect_says_so_and_does_nothing(stage, name, number):
    live = stage(name, number)
    sliders = {
        trait: live.mount.get_by_label(label, exact=True) for trait, label in (("drive", INPUTS), ("clip", NORM))
    }

    def is_off(trait):
        return sliders[trait].get_attribute("aria-disabled") == "true"

    assert (is_off("drive"), is_off("clip")) == (False, True)
    before = live.shown()
    live.press(NORM, "End")
    live.rest()
    assert live.get("clip") is None
    assert [live.shown()[part] for part in ("drawn", "status")] == [before[part] for part in ("drawn", "status")]
    live.press("linear", "Enter")
    assert is_off("drive")
    before, drive = live.shown()["drawn"], live.get("drive")
    live.press(INPUTS, "End")
    assert (live.shown()["drawn"], live.get("drive")) == (before, drive)
    live.press("tanh", "Enter")
    assert not is_off("drive")


@places_of(GRADIENTS)
def test_gradients_the_threshold_comes_back_with_the_tick(stage, name, number):
    live = stage(name, number)
    live.press(CLIP, "Space")
    live.press(NORM, "ArrowRight")
    chosen, seen = live.get("clip"), live.read()
    live.press(CLIP, "Space")
    assert live.get("clip") is None
    assert live.read()[f"position of {NORM}"] == seen[f"position of {NORM}"]
    live.press(CLIP, "Space")
    assert live.get("clip") == chosen
    assert live.read() == seen


@places_of(GRADIENTS)
def test_gradients_tanh_makes_vanish_what_explodes_in_a_linear_network_and_clipping_brings_nothing_back(
    stage, name, number
):
    live = stage(name, number)
    live.press(BACK, "End")
    live.rest()
    assert "vanished" in live.shown()["status"]
    live.press(CLIP, "Space")
    live.rest()
    assert "brings nothing back" in live.shown()["status"]
    assert live.read()["clipped"] <= live.read()["network"]
    live.press("linear", "Enter")
    live.rest()
    assert "exploded" in live.shown()["status"]
    assert live.read()["clipped"] <= live.get("clip")
    live.press(WEIGHT, "Home")
    live.press(NORM, "End")
    live.rest()
    assert "changes nothing" in live.shown()["status"]


@places_of(GRADIENTS)
def test_gradients_no_word_stands_on_another_at_any_corner_of_the_sliders(open_stage, name, number):
    for width in (1280, 360):
        live = open_stage(name, number, width=width)
        drawing, faults = live.mount.locator("svg[role=img]").last, []
        for k in range(64):
            corner = {
                "weight": (0.5, 2, 1, 1.2)[k % 4],
                "n_steps": (5, 100, 13, 60)[k // 4 % 4],
                "forget": (0.5, 1)[k // 16 % 2],
                "activation": ("tanh", "linear")[k // 32],
                "clip": (None, 0.1, 1000)[k % 3],
                "drive": (0.01, 1, 10)[k // 3 % 3],
                "seed": k,
            }
            live.set(**corner)
            faults += [f"{width} px, {corner}: {fault}" for fault in drawing.evaluate(COLLISIONS)]
            html = live.shown()["drawn"]
            faults += [f"{corner}: {word}" for word in ("NaN", "Infinity", "undefined") if word in html]
        check_none(faults)
        live.page.context.close()


@places_of(GRADIENTS)
def test_gradients_reset_restores_what_was_there_at_first(stage, name, number):
    live = stage(name, number)
    live.rest()
    start, traits = live.shown(), live.traits()
    for control, key in ((WEIGHT, "End"), (BACK, "Home"), (INPUTS, "Home"), (GATE, "Home"), (CLIP, "Space")):
        live.press(control, key)
    for control, key in ((NORM, "End"), ("linear", "Enter"), ("New network", "Enter")):
        live.press(control, key)
    live.rest()
    assert live.shown()["drawn"] != start["drawn"]
    live.press("Reset", "Enter")
    live.rest()
    assert live.traits() == traits
    assert [live.shown()[part] for part in ("drawn", "labels", "status")] == [
        start[part] for part in ("drawn", "labels", "status")
    ]
    assert live.mount.get_by_label(NORM, exact=True).get_attribute("aria-valuetext") == "1.0"


# ---- the gated cell -------------------------------------------------------------------------------------------------

CELL, KEEP, ADMIT, OTHERS, EVERY, STREAM = (
    "softrecall.GatedCell", "f forget gate, kept each step", "i input gate, marked numbers",
    "i input gate, other numbers", "i input gate, all numbers", "T steps of the stream",
)  # fmt: skip


@places_of(CELL)
def test_cell_a_constant_gate_switches_off_the_slider_of_the_marked_numbers(stage, name, number):
    live = stage(name, number)
    admit = live.mount.get_by_label(ADMIT, exact=True)
    assert admit.get_attribute("aria-disabled") is None
    live.press("constant", "Enter")
    live.rest()
    assert admit.get_attribute("aria-disabled") == "true"
    assert (EVERY in live.controls(), OTHERS in live.controls()) == (True, False)
    before, seen = live.shown(), live.read()
    live.press(ADMIT, "Home")
    live.rest()
    assert live.get("marked") == 1
    assert live.read() == seen
    assert [live.shown()[part] for part in ("drawn", "status")] == [before[part] for part in ("drawn", "status")]
    live.press(EVERY, "End")
    assert live.get("other") == 1
    live.press("see the marker", "Enter")
    assert admit.get_attribute("aria-disabled") is None
    assert (EVERY in live.controls(), OTHERS in live.controls()) == (False, True)


@places_of(CELL)
def test_cell_perfect_gates_are_found_by_hand_and_said_to_be_exact(stage, name, number):
    live = stage(name, number)
    for control, key in ((KEEP, "End"), (ADMIT, "End"), (OTHERS, "Home")):
        live.press(control, key)
    live.rest()
    for steps in ("Home", "PageUp", "End"):
        live.press(STREAM, steps)
        live.press("New numbers", "Enter")
        live.rest()
        seen = live.read()
        assert seen["error"] == seen["others"] == 0
        assert seen["cell"] == pytest.approx(seen["wanted"], abs=0.005)
        assert "exactly the sum wanted" in live.shown()["status"]
        assert live.shown()["labels"][0].count("wanted: exact.") == 1


@places_of(CELL)
def test_cell_no_constant_gate_on_the_sliders_beats_always_answering_1_by_a_tenth(stage, name, number):
    live = stage(name, number)
    live.set(gates="constant", n_steps=50)
    errors = {}
    for key in ("End", *["ArrowLeft"] * 7):
        live.press(KEEP, key)
        live.press(EVERY, "Home")
        for _ in range(17):
            errors[live.get("forget"), live.get("other")] = live.read()["error"]
            live.press(EVERY, "ArrowRight")
    assert len(errors) == 8 * 17
    best = min(errors, key=errors.get)
    assert best == (1, 0.04)
    assert 0.9 / 6 < errors[best] < 1 / 6
    live.set(forget=best[0], other=best[1])
    live.rest()
    assert "hardly less than" in live.shown()["status"]


@places_of(CELL)
def test_cell_no_word_stands_on_another_at_any_corner_of_the_sliders(open_stage, name, number):
    for width in (1280, 360):
        live = open_stage(name, number, width=width)
        drawing, faults = live.mount.locator("svg[role=img]").last, []
        for k in range(72):
            corner = {
                "forget": (0.5, 1, 0.97, 0.999)[k % 4],
                "marked": (1, 0, 0.5)[k % 3],
                "other": (0, 1, 0.04, 0.2, 0.001)[k % 5],
                "n_steps": (10, 100, 33, 11)[k // 4 % 4],
                "gates": ("see the marker", "constant")[k // 3 % 2],
                "seed": k,
            }
            live.set(**corner)
            faults += [f"{width} px, {corner}: {fault}" for fault in drawing.evaluate(COLLISIONS)]
            html = live.shown()["drawn"]
            faults += [f"{corner}: {word}" for word in ("NaN", "Infinity", "undefined") if word in html]
        check_none(faults)
        live.page.context.close()


@places_of(CELL)
def test_cell_reset_restores_what_was_there_at_first(stage, name, number):
    live = stage(name, number)
    live.rest()
    start, traits = live.shown(), live.traits()
    for control, key in ((KEEP, "End"), (ADMIT, "Home"), (OTHERS, "End"), (STREAM, "Home")):
        live.press(control, key)
    for control in ("New numbers", "constant"):
        live.press(control, "Enter")
    live.rest()
    assert live.shown()["drawn"] != start["drawn"]
    live.press("Reset", "Enter")
    live.rest()
    assert live.traits() == traits
    assert [live.shown()[part] for part in ("drawn", "labels", "status")] == [
        start[part] for part in ("drawn", "labels", "status")
    ]
