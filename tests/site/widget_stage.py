"""A live widget on its page, and the same widget's numbers from another engine."""

import pytest
from site_pages import widget_places
from widget_engine import ENGINES

import softrecall.widgets

PLACES = widget_places() or [("intro.html", 0, "nowhere")]
FIRST = [place for i, place in enumerate(PLACES) if place[2] not in {other[2] for other in PLACES[:i]}]
"""One place of each widget: what it does there it does on other pages, since page and script are strangers."""


def places_of(widget):
    """The first place of one widget; if it is nowhere, one whose test fails and says so."""
    found = [place[:2] for place in FIRST if place[2] == widget]
    return pytest.mark.parametrize(("name", "number"), found or [(f"no page holds {widget}", 0)])


COLLISIONS = """(svg) => {
  const boxes = [...svg.querySelectorAll("text")].map((text) => [text.textContent, text.getBoundingClientRect()]);
  const frame = svg.getBoundingClientRect();
  const out = boxes.filter(([, box]) => box.left < frame.left - 1 || box.right > frame.right + 1);
  const hit = boxes.flatMap(([name, a], i) => boxes.slice(i + 1).filter(([, b]) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top + 3 < b.bottom - 3 && b.top + 3 < a.bottom - 3)
    .map(([other]) => `${name} over ${other}`));
  return [...out.map(([name]) => `${name} stands out`), ...hit];
}"""
"""Which words of a drawing stand on others or out of it."""


class Stage:
    """One live widget on its page, with time standing still."""

    def __init__(self, page, number):
        self.page, self.number = page, number
        self.mount = page.locator(".sr-mount").nth(number)
        self.body = self.mount.locator(".sr-live")

    def press(self, control, key, index=0):
        at = {"number": self.number, "control": control, "index": index}
        assert self.page.evaluate("({ number, control, index }) => probe.focus(number, control, index)", at)
        if key.startswith("type "):
            self.page.keyboard.type(key.removeprefix("type "))
        else:
            self.page.keyboard.press(key)

    def can_press(self, control):
        """Whether a control of this name is there and can be seen."""
        return self.page.evaluate("([n, control]) => probe.canPress(n, control)", [self.number, control])

    def rest(self, ms=1000):
        self.page.clock.run_for(ms)

    def read(self):
        return self.page.evaluate("(n) => probe.read(n)", self.number)

    def shown(self):
        return self.page.evaluate("(n) => probe.shown(n)", self.number)

    def slider(self):
        """The name of the first slider that is not switched off."""
        return self.page.evaluate("(n) => probe.slider(n)", self.number)

    def controls(self):
        return self.page.evaluate("(n) => probe.controls(n)", self.number)

    def traits(self):
        widget = softrecall.widgets.WIDGETS[self.mount.get_attribute("data-widget")]
        return {trait: self.get(trait) for trait in widget.state_names}

    def get(self, trait):
        return self.page.evaluate("([n, trait]) => probe.modelOf(n).get(trait)", [self.number, trait])

    def set(self, **values):
        self.page.evaluate("([n, values]) => probe.set(n, values)", [self.number, values])


def in_quickjs(widget):
    """The widget's `compute` in another engine."""
    return lambda state: ENGINES[softrecall.widgets.WIDGETS[widget]]("compute", state)
