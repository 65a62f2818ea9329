"""Every page against axe-core, in light and dark, at 1280 and 360, with everything open."""

import pytest
from site_pages import ROOT, check_none, template_names, walked_names
from widget_stage import FIRST

NARROW = dict.fromkeys([*template_names(), *(name for name, _, _ in FIRST)])  # each kind of page, and each widget
PAGES = [(name, 1280) for name in walked_names()] + [(name, 360) for name in NARROW]
AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text(encoding="utf-8")
every_page = pytest.mark.parametrize(("name", "width"), PAGES)

COLOURS = ["color-contrast", "link-in-text-block"]  # nothing else differs between light and dark
ON_A_PHONE = ("intro.html", "chapters/glossary.html")  # colours do not differ by width, but for the bar and the menu


@pytest.fixture(scope="module")
def axe_page(new_page):
    """One page a width for all tests: the policy would refuse axe, so this context does without it."""
    pages = {width: new_page(width=width, reduced_motion="reduce", bypass_csp=True) for width in (1280, 360)}
    return pages.__getitem__


@every_page
def test_axe_finds_nothing_in_light_and_dark_with_everything_open(axe_page, server, name, width):
    page = axe_page(width)
    page.emulate_media(color_scheme="light")
    page.goto(server + name)
    page.awaken()
    page.evaluate("probe.fold(true)")
    page.evaluate("probe.choose()")
    page.evaluate(AXE)
    has_own_colours = width == 1280 or name in ON_A_PHONE
    light = page.evaluate("(without) => probe.audit(null, without)", [] if has_own_colours else COLOURS)
    assert light["theme"] == "light"
    assert light["passed"] > 10
    check_none([f"light: {fault}" for fault in light["faults"]])
    if has_own_colours:
        page.emulate_media(color_scheme="dark")
        dark = page.evaluate("(rules) => probe.audit(rules)", COLOURS)
        assert dark["theme"] == "dark"
        assert dark["passed"] >= 1
        check_none([f"dark: {fault}" for fault in dark["faults"]])


def test_axe_sees_a_planted_fault(axe_page, server):
    page = axe_page(1280)
    page.goto(server + "intro.html")
    page.evaluate(AXE)
    bad = '<img src="x"><button style="color: #999; background: #888">go</button>'
    page.evaluate("(html) => (document.querySelector('h1').innerHTML += html)", bad)
    faults = page.evaluate("probe.audit()")["faults"]
    assert [fault for fault in faults if fault.startswith("image-alt")] != []
    assert [fault for fault in faults if fault.startswith("color-contrast")] != []
