"""Every widget of the built site, live: what each control must change, and what must never happen.

A page's clock stands still until a test moves it, so that nothing depends on the speed of the machine.
"""

import json
import math
import re
from xml.etree import ElementTree

import pytest
from site_pages import check_none, page_names, read
from widget_engine import ENGINES
from widget_rows import rows_of
from widget_settings import settings
from widget_stage import COLLISIONS, FIRST, Stage

import softrecall.widgets

CLASSES = sorted({widget for _, _, widget in FIRST})
every_widget = pytest.mark.parametrize(("name", "number", "widget"), FIRST)
every_row = pytest.mark.parametrize(
    ("name", "number", "widget", "row"),
    [(*place, row) for place in FIRST for row in rows_of(place[2]).ROWS],
    ids=lambda value: f"{value.control} {value.key}" if hasattr(value, "control") else None,
)


# ---- every control does what it says --------------------------------------------------------------------------------


@every_widget
def test_every_control_has_a_row_and_every_row_its_control(stage, name, number, widget):
    controls = stage(name, number).controls()
    rows = rows_of(widget).ROWS
    assert len(controls) >= 2
    assert all(controls), "a control without a name"
    check_none([f"no row for the control {c!r}" for c in controls if not any(re.fullmatch(r.control, c) for r in rows)])
    check_none([f"no control for {r}" for r in rows if not any(re.fullmatch(r.control, c) for c in controls)])


@every_row
def test_a_key_on_a_control_moves_the_numbers_the_right_way(stage, name, number, widget, row):
    fitting = [control for control in stage(name, number).controls() if re.fullmatch(row.control, control)]
    assert fitting
    for i, control in enumerate(fitting):
        live = stage(name, number)
        for other, key in row.first:
            live.press(other, key)
        live.rest()
        before, shown = live.read(), live.shown()
        live.press(control, row.key, index=fitting[:i].count(control))
        live.rest()
        after, now = live.read(), live.shown()
        wrong = [
            (what.format(i=i), "grow") for what in row.grows if not after[what.format(i=i)] > before[what.format(i=i)]
        ]
        wrong += [
            (what.format(i=i), "fall") for what in row.falls if not after[what.format(i=i)] < before[what.format(i=i)]
        ]
        check_none([f"{control}: {what} must {how}: {before[what]} -> {after[what]}" for what, how in wrong])
        assert row.grows or row.falls
        assert now["drawn"] != shown["drawn"]
        assert now["labels"] != shown["labels"], "the sentence for those who do not see the picture"
        assert now["status"] != shown["status"]


@every_widget
def test_pictures_are_named_by_sentences_and_controls_are_large_enough(stage, open_stage, name, number, widget):
    for live in (stage(name, number), open_stage(name, number, width=360)):
        labels = live.shown()["labels"]
        assert labels
        check_none([f"no sentence: {label!r}" for label in labels if len(label.split()) < 6 or label[-1] != "."])
        boxes = live.body.locator(":is(button, input)").evaluate_all(
            "(nodes) => nodes.map((node) => [node.className || node.type, node.clientWidth, node.clientHeight])"
        )
        check_none([f"{what} is {wide} x {high}" for what, wide, high in boxes if min(wide, high) < 22])


# ---- status line ----------------------------------------------------------------------------------------------------


@every_widget
def test_the_status_line_speaks_at_rest_and_not_at_every_step(stage, name, number, widget):
    live = stage(name, number)
    status = live.body.locator("[role=status]")
    assert status.count() == 1
    status.evaluate("(node) => probe.listen(node)")
    before, drawn = status.inner_text(), set()
    slider, key = live.slider(), "ArrowRight"
    at = live.read()[f"position of {slider}"]
    for _ in range(15):
        live.press(slider, key)
        live.rest(20)
        drawn.add(live.shown()["drawn"])
        last, at = at, live.read()[f"position of {slider}"]
        key = "ArrowLeft" if at == last else key  # a short slider turns round at its end
    assert len(drawn) >= 10, "the picture follows each step"
    assert status.evaluate("(node) => node.said") == 0
    assert status.inner_text() == before
    live.rest(1000)
    assert status.evaluate("(node) => node.said") == 1
    assert status.inner_text() != before


# ---- the same numbers -----------------------------------------------------------------------------------------------


def flat(value, path=""):
    """Every number and word of a result, with the way to it."""
    if isinstance(value, dict):
        return {key: one for name, part in value.items() for key, one in flat(part, f"{path}.{name}").items()}
    if isinstance(value, list):
        return {key: one for i, part in enumerate(value) for key, one in flat(part, f"{path}[{i}]").items()}
    return {path: value}


def differ(a, b):
    if isinstance(a, int | float) and isinstance(b, int | float):
        return not math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-300)
    return a != b


def unlike(seen, own):
    """Where two drawings differ by more than the last digits of a number."""
    (tag, looks, text, inside), node = seen, own
    number = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
    pairs = [(tag, node.tag.rpartition("}")[2]), (text, "" if len(node) else node.text or "")]
    pairs += [(looks.get(name, ""), node.get(name, "")) for name in {*looks, *node.attrib}]
    for a, b in pairs:
        sizes = [[float(size) for size in re.findall(number, words)] for words in (a, b)]
        same = re.sub(number, "#", a) == re.sub(number, "#", b)
        if not (same and all(math.isclose(x, y, abs_tol=0.011) for x, y in zip(*sizes, strict=True))):
            yield f"{a!r} in the browser, {b!r} in QuickJS"
    assert len(inside) == len(node)
    for one, other in zip(inside, node, strict=True):
        yield from unlike(one, other)


@every_widget
def test_browser_and_quickjs_compute_and_draw_the_same_numbers_on_ten_settings(stage, name, number, widget):
    live, cls = stage(name, number), softrecall.widgets.WIDGETS[widget]
    for instance in settings(cls, 10):
        state = instance.state
        expected = ENGINES[cls]("compute", state)
        a, b = flat(live.page.evaluate("([id, state]) => probe.compute(id, state)", [widget, state])), flat(expected)
        assert a.keys() == b.keys()
        check_none([f"{instance}: {key}: {a[key]!r}, in QuickJS {b[key]!r}" for key in a if differ(a[key], b[key])])
        live.set(**{trait: state[trait] for trait in cls.state_names})
        svg = live.body.locator(".sr-drawing svg[role=img]")
        own = ElementTree.fromstring(ENGINES[cls].draw("still", int(svg.get_attribute("width")), state)["svg"])
        check_none([f"{instance}: {fault}" for fault in unlike(svg.evaluate("probe.tree"), own)])


@every_widget
def test_no_word_stands_on_another_over_the_bounds_of_the_traits(stage, open_stage, name, number, widget):
    cls = softrecall.widgets.WIDGETS[widget]
    for live in (stage(name, number), open_stage(name, number, width=360)):
        faults = []
        for instance in settings(cls, 25):
            live.set(**{trait: instance.state[trait] for trait in cls.state_names})
            svg = live.body.locator(".sr-drawing svg[role=img]")
            faults += [f"{svg.get_attribute('width')} px, {instance}: {fault}" for fault in svg.evaluate(COLLISIONS)]
        check_none(faults)


@every_widget
def test_reset_restores_what_was_there_at_first(stage, name, number, widget):
    live = stage(name, number)
    live.rest()
    start, traits = live.shown(), live.traits()
    for key in ("Enter", "End", "Space"):  # buttons, sliders, boxes with a tick
        for control in live.controls():
            if control != "Reset" and live.can_press(control):
                live.press(control, key)
    live.rest()
    assert live.shown()["drawn"] != start["drawn"]
    if "Reset" not in live.controls():
        live.set(**traits)
    else:
        live.press("Reset", "Enter")
    live.rest()
    assert live.traits() == traits
    assert [live.shown()[part] for part in ("drawn", "labels", "status")] == [
        start[part] for part in ("drawn", "labels", "status")
    ]


# ---- neighbours, copies, removal ------------------------------------------------------------------------------------


def test_two_widgets_of_a_page_do_not_disturb_each_other(stage):
    crowded = [name for name in page_names() if len(read(name).mounts) >= 2]
    assert crowded, "no page holds two widgets"
    for name in crowded:
        page = stage(name).page
        live = [Stage(page, number) for number in range(len(read(name).mounts))]
        for mover in live:
            before = [one.shown()["html"] for one in live]
            mover.press(mover.slider(), "ArrowRight")
            mover.rest()
            after = [one.shown()["html"] for one in live]
            changed = [number for number, one in enumerate(live) if before[number] != after[number]]
            assert changed == [mover.number]


def markup_of_mount(html, number):
    """The n-th mount of a page as it is written there, up to the end tag that closes it."""
    start, depth = [match.start() for match in re.finditer('<div class="sr-mount"', html)][number], 0
    for tag in re.finditer(r"<(/?)div\b", html[start:]):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return html[start : start + tag.end() + 1]
    raise AssertionError("a mount that does not end")


@pytest.mark.parametrize("widget", CLASSES)
def test_a_second_copy_of_a_widget_on_a_page_has_a_life_of_its_own(new_page, server, widget):
    name, number = next(place[:2] for place in FIRST if place[2] == widget)
    mount = markup_of_mount(read(name).html, number)
    own = re.search(r'data-model-id="(\w+)"', mount)[1]
    html = read(name).html.replace(mount, mount + mount.replace(own, "copy"))
    states = re.search(r'widget-state\+json">(.*?)</script>', html, re.DOTALL)[1]
    state = json.loads(states)
    state["state"]["copy"] = state["state"][own]
    html = html.replace(states, json.dumps(state))
    page = new_page()
    page.route("**/" + name, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto(server + name)
    page.awaken()
    first, copy = Stage(page, number), Stage(page, number + 1)
    before, twin = first.shown()["html"], copy.shown()["drawn"]
    copy.press(copy.slider(), "ArrowRight")
    assert copy.shown()["drawn"] != twin
    assert first.shown()["html"] == before
    check_none(page.watch.complaints)
    page.context.close()


@every_widget
def test_a_widget_that_leaves_the_page_cleans_up_behind_it(open_stage, name, number, widget):
    live = open_stage(name, number)
    live.press(live.slider(), "ArrowRight")
    model = live.page.evaluate_handle("(n) => probe.modelOf(n)", number)
    live.mount.evaluate("(mount) => { window.gone = mount; window.kept = mount.innerHTML; mount.remove(); }")
    live.rest()
    assert live.page.evaluate("probe.stage.cleanups") == 1
    kept = live.page.evaluate("gone.innerHTML")
    assert kept == live.page.evaluate("kept"), "the status line spoke after the end"
    for trait in softrecall.widgets.WIDGETS[widget].state_names:
        live.page.evaluate("([model, trait]) => model.set(trait, 0.5)", [model, trait])
    live.page.set_viewport_size({"width": 700, "height": 700})
    live.rest()
    assert live.page.evaluate("gone.innerHTML") == kept, "it still listens"
    check_none(live.page.watch.complaints)
    live.page.context.close()


@every_widget
def test_a_widget_whose_script_does_not_come_stays_a_picture_and_says_so(new_page, server, name, number, widget):
    page = new_page()
    page.route(f"**/widgets/{widget}.js*", lambda route: route.abort())
    page.goto(server + name)
    page.awaken()
    mount = page.locator(".sr-mount").nth(number)
    assert mount.locator(".sr-picture svg").first.is_visible()
    assert mount.locator(".sr-note").inner_text() == "This figure stays a picture: its script did not arrive."
    assert mount.locator(".sr-live").count() == 0
    page.context.close()


@every_widget
def test_the_time_from_input_to_picture_is_measured(new_page, server, report, name, number, widget):
    page = new_page()
    page.goto(server + name)
    page.awaken()
    before = page.evaluate("probe.seen.tasks.length")
    times = page.evaluate("(n) => probe.time(n)", number)
    page.wait_for_timeout(100)
    tasks = page.evaluate("probe.seen.tasks")[before:]
    page.context.close()
    report["widgets"][f"{widget} in {name}"] = {
        "median_ms_to_changed_dom": round(times["median"], 2),
        "median_ms_with_layout": round(times["medianWithLayout"], 2),
        "worst_ms_with_layout": round(times["worst"], 2),
        "tasks_over_50_ms": len(tasks),
    }
    assert times["changes"] >= 100
