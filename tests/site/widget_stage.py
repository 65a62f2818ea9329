"""A live widget on its page, and the same widget's numbers from another engine."""

import json

import pytest
import quickjs
from site_pages import widget_places

import softrecall.widgets

PLACES = widget_places() or [("intro.html", 0, "nowhere")]
FIRST = [place for i, place in enumerate(PLACES) if place[2] not in {other[2] for other in PLACES[:i]}]
"""One place of each widget: what it does there it does on other pages, since page and script are strangers."""

LAST_LINE = "export default { compute, initialize, render };"


def places_of(widget):
    """The first place of one widget; if it is nowhere, one whose test fails and says so."""
    found = [place[:2] for place in FIRST if place[2] == widget]
    return pytest.mark.parametrize(("name", "number"), found or [(f"no page holds {widget}", 0)])


class Stage:
    """One live widget on its page, with time standing still."""

    def __init__(self, page, number):
        self.page, self.number = page, number
        self.mount = page.locator(".sr-mount").nth(number)

    def press(self, control, key, index=0):
        at = {"number": self.number, "control": control, "index": index}
        assert self.page.evaluate("({ number, control, index }) => probe.focus(number, control, index)", at)
        if key.startswith("type "):
            self.page.keyboard.type(key.removeprefix("type "))
        else:
            self.page.keyboard.press(key)

    def rest(self, ms=1000):
        self.page.clock.run_for(ms)

    def read(self):
        return self.page.evaluate("(n) => probe.read(n)", self.number)

    def shown(self):
        return self.page.evaluate("(n) => probe.shown(n)", self.number)

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
    text = softrecall.widgets.WIDGETS[widget]._esm
    body, found, rest = text.rpartition(LAST_LINE)
    assert found
    assert not rest.strip()
    context = quickjs.Context()
    context.eval(
        f"(function () {{ {body}\nglobalThis.run = (state) => JSON.stringify(compute(JSON.parse(state))); }})()"
    )
    return lambda state: json.loads(context.get("run")(json.dumps(state)))
