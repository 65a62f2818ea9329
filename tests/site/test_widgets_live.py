"""The widgets of the built site, live: what each control must change, and what must never happen.

A page's clock stands still until a test moves it, so that nothing depends on the speed of the machine.
"""

import json
import math
import re

import pytest
import quickjs
from site_pages import check_none, page_names, read, widget_places
from widget_rows import BETA, DRAWN, ROWS, settings

import softrecall.widgets

PLACES = widget_places() or [("intro.html", 0, "nowhere")]
CLASSES = sorted({widget for _, _, widget in PLACES})
LAST_LINE = "export default { compute, initialize, render };"
SOFTMAX, NEAREST, PLANE = "softrecall.SoftmaxBeta", "softrecall.NearestNeighbour", "softrecall.SoftRecallPlane"
every_place = pytest.mark.parametrize(("name", "number", "widget"), PLACES)
every_row = pytest.mark.parametrize(
    ("name", "number", "widget", "row"),
    [(*place, row) for place in PLACES for row in ROWS.get(place[2], (None,))],
    ids=lambda value: f"{value.control} {value.key}" if hasattr(value, "control") else None,
)


def places_of(widget):
    """Every place of one widget; if it is nowhere, one whose test fails and says so."""
    found = [place[:2] for place in PLACES if place[2] == widget]
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


@pytest.fixture(scope="module")
def open_stage(new_page, server):
    """A function that opens a page, lets its widgets come to life, stops its clock, and gives one of them."""

    def make(name, number=0, **options):
        page = new_page(**options)
        page.clock.install()
        page.goto(server + name)
        page.read_through()
        page.clock.pause_at(page.evaluate("Date.now()") + 60_000)
        return Stage(page, number)

    return make


@pytest.fixture(scope="module")
def stages(open_stage):
    """The pages that tests share, each with its widgets as they looked at first."""
    known = {}

    def fetch(name):
        count = max(1, len(read(name).mounts))
        page = open_stage(name).page
        live = [Stage(page, number) for number in range(count)]
        known[name] = live, [one.traits() for one in live], [one.shown()["drawn"] for one in live]
        return live

    def give(name, number=0):
        live, traits, drawn = known.get(name, ([], [], []))
        for one, values in zip(live, traits, strict=True):
            one.set(**values)
            one.rest()
        if (
            not live or [one.shown()["drawn"] for one in live] != drawn
        ):  # a test that failed may have left it in disorder
            live = fetch(name)
        return live[number]

    yield give
    for live, _, _ in known.values():
        check_none(live[0].page.watch.complaints + live[0].page.evaluate("probe.seen.refused"))


@pytest.fixture
def stage(stages):
    """A function that gives a widget as it stands at first; the page is shared with other tests."""
    return stages


# ---- every control does what it says ---------------------------------------------------------------------------------


@every_place
def test_every_control_has_a_row_and_every_row_its_control(stage, name, number, widget):
    controls = stage(name, number).controls()
    rows = ROWS.get(widget, ())
    assert len(controls) >= 2
    assert all(controls), "a control without a name"
    check_none([f"no row for the control {c!r}" for c in controls if not any(re.fullmatch(r.control, c) for r in rows)])
    check_none([f"no control for {r}" for r in rows if not any(re.fullmatch(r.control, c) for c in controls)])


@every_row
def test_a_key_on_a_control_moves_the_numbers_the_right_way(stage, name, number, widget, row):
    assert row is not None, f"no rows for {widget} in widget_rows.py"
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


@every_place
def test_pictures_are_named_by_sentences_and_controls_are_large_enough(open_stage, name, number, widget):
    for width in (1280, 360):
        live = open_stage(name, number, width=width)
        labels = live.shown()["labels"]
        assert labels
        check_none([f"no sentence: {label!r}" for label in labels if len(label.split()) < 6 or label[-1] != "."])
        boxes = live.mount.locator(".sr-live :is(button, input)").evaluate_all(
            "(nodes) => nodes.map((node) => [node.className || node.type, node.clientWidth, node.clientHeight])"
        )
        check_none([f"{what} is {wide} x {high}" for what, wide, high in boxes if min(wide, high) < 22])


# ---- status line ----------------------------------------------------------------------------------------------------


@every_place
def test_the_status_line_speaks_at_rest_and_not_at_every_step(stage, name, number, widget):
    live = stage(name, number)
    status = live.mount.locator("[role=status]")
    assert status.count() == 1
    status.evaluate("(node) => probe.listen(node)")
    before, drawn = status.inner_text(), set()
    slider = next(control for control in live.controls() if control not in ("Look", "Guess again"))
    slider = BETA if widget == SOFTMAX else slider
    for _ in range(15):
        live.press(slider, "ArrowRight")
        live.rest(20)
        drawn.add(live.shown()["drawn"])
    assert len(drawn) >= 10, "the picture follows each step"
    assert status.evaluate("(node) => node.said") == 0
    assert status.inner_text() == before
    live.rest(1000)
    assert status.evaluate("(node) => node.said") == 1
    assert status.inner_text() != before


# ---- the same numbers ------------------------------------------------------------------------------------------------


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


@every_place
def test_browser_and_quickjs_compute_and_draw_the_same_numbers_on_ten_settings(stage, name, number, widget):
    live, compute = stage(name, number), in_quickjs(widget)
    names = softrecall.widgets.WIDGETS[widget].class_traits(sync=True)
    state = {trait: live.get(trait) for trait in names if not trait.startswith("_")}
    tried = settings(widget)
    assert len(tried) >= 10, f"no settings for {widget} in widget_rows.py"
    selector, attribute, numbers = DRAWN[widget]
    for setting in tried:
        expected = compute({**state, **setting})
        seen = live.page.evaluate("([id, state]) => probe.compute(id, state)", [widget, {**state, **setting}])
        a, b = flat(seen), flat(expected)
        assert a.keys() == b.keys()
        check_none([f"{setting}: {key}: {a[key]!r}, in QuickJS {b[key]!r}" for key in a if differ(a[key], b[key])])
        live.set(**setting)
        drawn = live.mount.locator(f".sr-live {selector}").evaluate_all(
            f"(all) => all.map((n) => n.getAttribute('{attribute}'))"
        )
        wanted = numbers(expected)
        assert len(drawn) == len(wanted)
        assert not any(differ(float(one), other) for one, other in zip(drawn, wanted, strict=True)), setting


# ---- neighbours, copies, removal ---------------------------------------------------------------------------------------


def test_two_widgets_of_a_page_do_not_disturb_each_other(stage):
    crowded = [name for name in page_names() if len(read(name).mounts) >= 2]
    assert crowded, "no page holds two widgets"
    for name in crowded:
        page = stage(name).page
        live = [Stage(page, number) for number in range(len(read(name).mounts))]
        for mover in live:
            before = [one.shown()["html"] for one in live]
            mover.press(next(c for c in mover.controls() if c in (BETA, "Your guess", "cue, across")), "ArrowRight")
            mover.rest()
            after = [one.shown()["html"] for one in live]
            changed = [number for number, one in enumerate(live) if before[number] != after[number]]
            assert changed == [mover.number]


@pytest.mark.parametrize("widget", CLASSES)
def test_a_second_copy_of_a_widget_on_a_page_has_a_life_of_its_own(new_page, server, widget):
    name, number = next(place[:2] for place in PLACES if place[2] == widget)
    mount = re.findall(r'<div class="sr-mount".*?</div></div>', read(name).html, re.DOTALL)[number]
    own = re.search(r'data-model-id="(\w+)"', mount)[1]
    html = read(name).html.replace(mount, mount + mount.replace(own, "copy"))
    states = re.search(r'widget-state\+json">(.*?)</script>', html, re.DOTALL)[1]
    state = json.loads(states)
    state["state"]["copy"] = state["state"][own]
    html = html.replace(states, json.dumps(state))
    page = new_page()
    page.route("**/" + name, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto(server + name)
    page.read_through()
    first, copy = Stage(page, number), Stage(page, number + 1)
    before, twin = first.shown()["html"], copy.shown()["drawn"]
    slider = next(control for control in copy.controls() if control in (BETA, "Your guess"))
    copy.press(slider, "ArrowRight")
    assert copy.shown()["drawn"] != twin
    assert first.shown()["html"] == before
    check_none(page.watch.complaints)
    page.context.close()


@every_place
def test_a_widget_that_leaves_the_page_cleans_up_behind_it(open_stage, name, number, widget):
    live = open_stage(name, number)
    live.press(next(c for c in live.controls() if c in (BETA, "Your guess")), "ArrowRight")
    model = live.page.evaluate_handle("(n) => probe.modelOf(n)", number)
    live.mount.evaluate("(mount) => { window.gone = mount; window.kept = mount.innerHTML; mount.remove(); }")
    live.rest()
    assert live.page.evaluate("probe.stage.cleanups") == 1
    kept = live.page.evaluate("gone.innerHTML")
    assert kept == live.page.evaluate("kept"), "the status line spoke after the end"
    for trait in ("beta", "guess", "cue_x"):
        live.page.evaluate("([model, trait]) => model.set(trait, 0.5)", [model, trait])
    live.page.set_viewport_size({"width": 700, "height": 700})
    live.rest()
    assert live.page.evaluate("gone.innerHTML") == kept, "it still listens"
    check_none(live.page.watch.complaints)
    live.page.context.close()


@every_place
def test_a_widget_whose_script_does_not_come_stays_a_picture_and_says_so(new_page, server, name, number, widget):
    page = new_page()
    page.route(f"**/widgets/{widget}.js*", lambda route: route.abort())
    page.goto(server + name)
    page.read_through()
    mount = page.locator(".sr-mount").nth(number)
    assert mount.locator(".sr-picture svg").first.is_visible()
    assert mount.locator(".sr-note").inner_text() == "This figure stays a picture: its script did not arrive."
    assert mount.locator(".sr-live").count() == 0
    page.context.close()


@every_place
def test_the_time_from_input_to_picture_is_measured(new_page, server, report, name, number, widget):
    page = new_page()
    page.goto(server + name)
    page.read_through()
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


# ---- softmax and beta --------------------------------------------------------------------------------------------------


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


# ---- the nearest neighbour ---------------------------------------------------------------------------------------------


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


# ---- the plane ---------------------------------------------------------------------------------------------------------


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
    mouse.move(x, y, steps=3)
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
