"""What only this widget can do, live on its page."""

from site_pages import check_none
from widget_stage import COLLISIONS, places_of

GRADIENTS = "softrecall.GradientScaling"
WEIGHT = "w spectral radius"
BACK = "T steps back"
INPUTS = "s size of the inputs"
NORM = "c largest norm"
CLIP = "clip the norm"


@places_of(GRADIENTS)
def test_gradients_an_input_without_effect_says_so_and_does_nothing(stage, name, number):
    live = stage(name, number)
    sliders = {trait: live.body.get_by_label(label, exact=True) for trait, label in (("drive", INPUTS), ("clip", NORM))}

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
    assert live.read()["end 3"] <= live.read()["end 2"]
    live.press("linear", "Enter")
    live.rest()
    assert "exploded" in live.shown()["status"]
    assert live.read()["end 3"] <= live.get("clip")
    live.press(WEIGHT, "Home")
    live.press(NORM, "End")
    live.rest()
    assert "changes nothing" in live.shown()["status"]


@places_of(GRADIENTS)
def test_gradients_the_phrases_of_the_caption_set_the_figure(stage, name, number):
    live = stage(name, number)
    live.page.get_by_role("button", name="make the units linear").first.click()
    assert live.get("activation") == "linear"
    live.rest()
    assert "exploded" in live.shown()["status"]


@places_of(GRADIENTS)
def test_gradients_no_word_stands_on_another_at_any_corner_of_the_sliders(open_stage, name, number):
    for width in (1280, 360):
        live = open_stage(name, number, width=width)
        drawing, faults = live.body.locator("svg[role=img]").last, []
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
