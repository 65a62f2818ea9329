"""What only this widget can do, live on its page."""

import re

import pytest
from widget_stage import in_quickjs, places_of

BETA = "β inverse temperature"
NOISY = "softrecall.NoiseAndBeta"
NOISE = "p bits of the query flipped"


def off(live, text):
    return live.body.locator("button", has_text=text).get_attribute("aria-disabled") == "true"


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
    repair = live.body.locator(".sr-foot > button")
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
    last = live.body.locator("svg[role=img] .sr-t-key").last
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
    picture = live.body.locator("svg[role=img]")
    for noise in (0.01, 0.1, 0.3, 0.4, 0.48):
        for n_bits in (16, 64, 256):
            for beta in (0.3, 1, 3, 10, 30, 100, 300, 1000):
                live.set(noise=noise, n_bits=n_bits, beta=beta)
                assert not picture.evaluate(crossed), (noise, n_bits, beta)
