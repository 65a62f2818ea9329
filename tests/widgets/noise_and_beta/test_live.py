"""What only this widget can do, live on its page."""

import re

import pytest
from widget_stage import COLLISIONS, in_quickjs, places_of

BETA = "β inverse temperature"
NOISY = "softrecall.NoiseAndBeta"
NOISE = "p bits of the query flipped"
CIRCLES = ("+ circles", "Enter")
CROSSED = """(svg) => {
  const boxes = (selector) => [...svg.querySelectorAll(selector)].map((node) => node.getBoundingClientRect());
  const names = boxes("g .sr-t-halo");
  const lines = boxes("g line").filter(({ width, height }) => width < 1 && height > 40);
  const across = (a, b) => a.left < b.right - 1 && b.left < a.right - 1;
  return names.some((a) => lines.some((b) => across(a, b) && a.top < b.bottom - 3 && b.top < a.bottom - 3));
}"""


@places_of(NOISY)
def test_noise_what_comes_next_is_nowhere_before_the_reader_asks_for_it(stage, name, number):
    live = stage(name, number)
    for layer, hidden in (("softmax", ("27.1", "0.258", "11.7")), ("+ posterior", ("11.7", "0.275"))):
        live.press(layer, "Enter")
        live.rest()
        text = live.shown()["labels"][0] + live.body.inner_text() + live.shown()["drawn"]
        told = re.sub(r'(\w+)="[\d. -]*"', "", text)  # places of marks are no answers
        assert not [number for number in hidden if number in told]
    live.press(*CIRCLES)
    live.rest()
    assert all(number in live.body.inner_text() for number in ("27.1", "0.258", "11.7", "0.275"))


@places_of(NOISY)
@pytest.mark.parametrize(("key", "why"), [("Home", "any sharp read"), ("End", "So much noise")])
def test_noise_at_which_the_loss_is_flat_is_a_discovery_and_no_alarm(stage, name, number, key, why):
    live = stage(name, number)
    live.press("+ posterior", "Enter")
    live.press(NOISE, key)
    live.rest()
    assert live.shown()["status"].endswith("the loss hardly pins β.")
    assert why in live.shown()["status"]
    assert not any(control.startswith("Set ") for control in live.controls())
    live.press("softmax", "Enter")
    live.rest()
    assert "hardly pins" not in live.shown()["status"]


@places_of(NOISY)
def test_noise_that_hides_the_pattern_meant_draws_it_last_and_says_how_many_are_nearer(stage, name, number):
    live = stage(name, number)
    last = live.body.locator("svg[role=img] .sr-t-key").last
    assert last.text_content() == "meant, nearest"
    live.press(NOISE, "End")
    nearer = in_quickjs(NOISY)(live.traits())["nearer"]
    assert nearer >= 12
    assert re.fullmatch(rf"meant, {nearer + 1}(st|nd|rd|th) nearest", last.text_content())
    assert live.read()["number of weight"] == 12


@places_of(NOISY)
def test_noise_a_phone_has_room_for_the_panel_that_is_looked_at(open_stage, name, number):
    live = open_stage(name, number, width=360)
    live.press(*CIRCLES)
    live.press("one query", "Enter")
    seen = live.read()
    assert (seen["number of circle"], seen["number of score"]) == (12, 0)
    live.press("all 48", "Enter")
    seen = live.read()
    assert seen["number of circle"] == 0 < seen["number of score"]
    live.page.context.close()


@places_of(NOISY)
def test_noise_names_of_the_upright_lines_never_touch_each_other_or_a_line(open_stage, name, number):
    for width in (1280, 360):
        live = open_stage(name, number, width=width)
        picture = live.body.locator("svg[role=img]")
        for noise in (0.01, 0.1, 0.3, 0.48):
            for n_bits in (16, 64, 256):
                for beta in (0.3, 3, 10, 30, 100, 1000):
                    for view in ("weights", "loss"):
                        live.set(noise=noise, n_bits=n_bits, beta=beta, layers="circles", view=view)
                        assert not picture.evaluate(CROSSED), (width, noise, n_bits, beta, view)
                        assert picture.evaluate(COLLISIONS) == [], (width, noise, n_bits, beta, view)
        live.page.context.close()
