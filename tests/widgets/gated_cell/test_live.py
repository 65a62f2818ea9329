"""What only this widget can do, live on its page."""

import pytest
from site_pages import check_none
from widget_stage import COLLISIONS, places_of

CELL = "softrecall.GatedCell"
KEEP = "f forget gate, kept each step"
ADMIT = "i input gate, marked numbers"
OTHERS = "i input gate, other numbers"
EVERY = "i input gate, all numbers"
STREAM = "T steps of the stream"


@places_of(CELL)
def test_cell_a_constant_gate_switches_off_the_slider_of_the_marked_numbers(stage, name, number):
    live = stage(name, number)
    admit = live.body.get_by_label(ADMIT, exact=True)
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
        assert seen["mean squared error"] == seen["part 2"] == 0
        assert seen["part 3"] == pytest.approx(seen["cell at the end, wanted 2"], abs=0.005)
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
            errors[live.get("forget"), live.get("other")] = live.read()["mean squared error"]
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
        drawing, faults = live.body.locator("svg[role=img]").last, []
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
def test_cell_the_equation_shows_the_gate_that_moves_and_the_step_under_the_pointer(stage, name, number):
    live = stage(name, number)
    drawing = live.body.locator(".sr-drawing")
    assert live.read()["lets 0"] == 1
    for control, term, what, value in ((OTHERS, "i", "lets 0", 0.07), (KEEP, "f", "keeps 0", 0.96)):
        live.press(control, "ArrowRight")
        assert drawing.get_attribute("data-changed") == term
        assert live.read()[what] == value
    live.press(ADMIT, "ArrowLeft")
    assert live.read()["lets 0"] == 0.99, "back at a marked step"
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    for x, step in ((31, 1), (box["width"] - 106, 50)):
        live.page.mouse.move(box["x"] + x, box["y"] + 200)
        assert live.get("step") == step
    live.press("Reset", "Enter")
    assert (live.get("step"), drawing.get_attribute("data-changed")) == (None, "")


@places_of(CELL)
def test_cell_a_gate_that_is_shut_leaves_nothing_of_the_first(stage, name, number):
    live = stage(name, number)
    live.press(ADMIT, "Home")
    assert "nothing in" in live.body.locator("dd").all_inner_texts()


@places_of(CELL)
def test_cell_its_height_is_the_same_in_every_wide_place(stage, name, number):
    live = stage(name, number)
    heights = live.mount.evaluate("""async (mount) => {
      const plate = mount.querySelector(".sr-live .sr-plate");
      const found = {};
      for (let width = 560; width <= 690; width += 10) {
        mount.style.width = `${width}px`;
        await probe.twoFrames();
        found[width] = Math.round(plate.getBoundingClientRect().height);
      }
      mount.style.width = "";
      return found;
    }""")
    assert len(set(heights.values())) == 1, str(heights)
