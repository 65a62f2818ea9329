"""What holds for every widget: found by its folder, tried over its bounds. A new widget is tested here at once."""

import gzip
import importlib
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import traitlets
from widget_engine import ENGINES, drawing, every_widget
from widget_settings import bad_values, good_values, settings

import softrecall.widgets as package
from softrecall.widgets import WIDGETS, SoftmaxBeta, _still
from softrecall.widgets._base import SHARED
from softrecall.widgets._random import stream

FOLDER = Path(package.__file__).parent
VIEW = "application/vnd.jupyter.widget-view+json"
SVG = "image/svg+xml"
each = pytest.mark.parametrize("widget", every_widget, ids=lambda widget: widget.__name__)
each_trait = pytest.mark.parametrize(
    ("widget", "name"), [(widget, name) for widget in every_widget for name in widget.state_names]
)
SHARED_FILES = [FOLDER / "_shared" / f"{name}.mjs" for name in SHARED]


def room(widget):
    """The folder of a widget."""
    return Path(importlib.import_module(widget.__module__).__file__).parent


def flat(value, path=""):
    """Every number and word of a result, with the way to it."""
    if isinstance(value, dict):
        return {key: one for name, part in value.items() for key, one in flat(part, f"{path}.{name}").items()}
    if isinstance(value, list | tuple | np.ndarray):
        return {key: one for i, part in enumerate(value) for key, one in flat(part, f"{path}[{i}]").items()}
    return {path.lstrip("."): value}


# ---- the room --------------------------------------------------------------------------------------------------------


@each
def test_a_widget_has_a_room_of_three_files_and_one_of_tests(widget):
    assert {"__init__.py", "numbers.py", "script.mjs"} <= {path.name for path in room(widget).iterdir()}
    assert getattr(package, widget.__name__) is WIDGETS[widget.widget_id] is widget
    assert widget.__name__ in package.__all__
    tests = Path(__file__).parent / room(widget).name
    assert {"test_numbers.py", "rows.py"} <= {path.name for path in tests.iterdir()}


def test_every_folder_with_a_script_is_a_widget_and_every_shared_file_is_joined():
    assert {path.parent for path in FOLDER.glob("*/script.mjs")} == {room(widget) for widget in every_widget}
    assert set(SHARED_FILES) == set((FOLDER / "_shared").iterdir())


@pytest.mark.parametrize(
    "path", [*SHARED_FILES, *FOLDER.glob("*/script.mjs")], ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_scripts_keep_the_rules(path):
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    is_shared = path.parent.name == "_shared"
    assert [line for line in lines if re.match(r"\s*export\b", line)] == ([] if is_shared else [_still.LAST_LINE])
    assert is_shared or lines[-1] == _still.LAST_LINE
    assert max(map(len, lines)) <= 120
    forbidden = r"\bimport\b|\bfetch\b|\beval\b|innerHTML|outerHTML|insertAdjacentHTML|XMLHttpRequest|new Worker|blob:"
    forbidden += r"|new Function|localStorage|\bwindow\b|globalThis|getElementById|[\"']?\bid\b[\"']?:"
    forbidden += r"|https?://(?!www\.w3\.org/2000/svg)"
    code = re.sub(r"^\s*(//|/?\*).*$", "", text, flags=re.MULTILINE)
    assert re.findall(forbidden, code) == []
    assert is_shared or "createElement" not in code, "every control comes from h(), which marks it for JupyterLab"


@each
def test_the_joined_text_is_small_and_no_name_is_given_twice(widget):
    assert len(gzip.compress(widget._esm.encode(), 9)) <= 12 * 1024
    names = re.findall(r"^(?:function|const|let) (\w+)", widget.script, re.MULTILINE)
    assert len(names) == len(set(names))
    assert set(_still.DRAWN) <= set(names)


@each
def test_what_is_published_leaves_out_what_the_widget_does_not_need_and_nothing_else(widget):
    assert len(widget._esm) < len(widget.script)
    assert _still.plate(widget._esm, widget.plots, widget().state) == widget().plate()
    defined = set(re.findall(r"^(?:function|const) (\w+)", widget._esm, re.MULTILINE))
    shared = {
        name for path in SHARED_FILES for name in re.findall(r"^(?:function|const) (\w+)", path.read_text(), re.M)
    }
    left_out = shared - defined
    assert left_out
    assert [name for name in left_out if re.search(rf"\b{name}\(", widget._esm)] == []


def test_keys_pressed_on_a_control_are_not_taken_by_the_shortcuts_of_jupyterlab():
    assert re.search(
        r"/\^\(input\|textarea\|button\|select\)\$/\.test\(tag\)\) node\.dataset\.lmSuppressShortcuts = \"true\"",
        (FOLDER / "_shared/dom.mjs").read_text(encoding="utf-8"),
    )


# ---- state -----------------------------------------------------------------------------------------------------------


@each_trait
def test_a_trait_takes_its_ends_and_refuses_what_lies_beyond_by_name(widget, name):
    trait = widget.describe()[name]
    json.dumps(trait, allow_nan=False)
    for value, kept in good_values(trait):
        got = widget.class_traits()[name].read(value)
        assert (got, type(got)) == (kept, type(kept))
    for bad in bad_values(trait):
        with pytest.raises(traitlets.TraitError, match=rf"^{name}: needed .+; got "):
            widget(**{name: bad})


@each
def test_a_bad_value_set_later_keeps_the_last_state(widget):
    instance = widget()
    name = widget.state_names[0]
    before = instance.state
    with pytest.raises(traitlets.TraitError):
        setattr(instance, name, bad_values(widget.describe()[name])[0])
    assert instance.state == before


@each
def test_arguments_are_the_traits_in_their_order_and_others_are_refused(widget):
    instance = widget()
    values = [getattr(instance, name) for name in widget.state_names]
    assert widget(*values).state == instance.state
    for wrong in ((lambda: widget(colour="red")), (lambda: widget(values[0], **{widget.state_names[0]: values[0]}))):
        with pytest.raises(TypeError, match=r"needed arguments among .+; got (colour|\w+ twice)"):
            wrong()
    with pytest.raises(TypeError, match=r"needed at most \d+ arguments"):
        widget(*values, 1)


# ---- the same numbers ------------------------------------------------------------------------------------------------


@each
def test_script_and_numpy_compute_the_same_to_ten_digits_over_the_bounds(widget):
    numbers = importlib.import_module(f"{widget.__module__}.numbers")
    floors = getattr(numbers, "FLOORS", {})
    for instance in settings(widget, 150):
        script, own = ENGINES[widget]("compute", instance.state), numbers.compute(**instance.state)
        assert script.keys() == own.keys()
        for key in own:
            a, b = flat(script[key]), flat(own[key])
            assert a.keys() == b.keys(), (instance, key)
            for place in a:
                if isinstance(b[place], str | bool | np.bool_ | None):
                    assert a[place] == b[place], (instance, key, place)
                else:
                    message = f"{instance}: {key} {place}"
                    np.testing.assert_allclose(
                        float(a[place]), b[place], rtol=1e-10, atol=floors.get(key, 1e-290), err_msg=message
                    )
                    assert np.isfinite(float(b[place])), message


# ---- pictures --------------------------------------------------------------------------------------------------------


@each
def test_drawings_are_images_with_a_sentence_at_both_widths_over_the_bounds(widget):
    for instance in settings(widget, 24):
        for width in widget.plots:
            root = ElementTree.fromstring(drawing(instance, width))
            assert float(root.get("width")) == width
            assert root.get("role") == "img"
            assert len(root.get("aria-label").split()) >= 8
            assert root.get("aria-label").endswith(".")
            assert not root.get("aria-label").startswith(("Figure", "Plot", "A graph"))
            words = ElementTree.tostring(root, encoding="unicode")
            assert re.findall(r"NaN|Infinity|undefined|null|\[object", words) == [], instance
            tags = {node.tag.rpartition("}")[2] for node in root.iter()}
            assert tags <= {"svg", "g", "rect", "line", "circle", "path", "text", "tspan"}


@each
def test_every_number_that_a_mark_carries_is_one_of_compute_or_of_the_state(widget):
    n_marks = 0
    for instance in settings(widget, 12):
        result = ENGINES[widget]("compute", instance.state)
        known = {float(x) for x in flat([result, instance.state]).values() if isinstance(x, int | float)}
        for width in widget.plots:
            root = ElementTree.fromstring(drawing(instance, width))
            carried = [value for node in root.iter() for name, value in node.attrib.items() if name.startswith("data-")]
            assert {float(value) for value in carried} <= known, instance
            n_marks += len(carried)
    assert n_marks > 0, "no mark carries the number that it shows (data-...)"


@each
def test_a_stored_picture_stands_alone_and_is_the_same_each_time(widget):
    for instance in settings(widget, 6):
        drawn = instance.picture()
        root = ElementTree.fromstring(drawn.svg)
        assert root.get("aria-label") == drawn.alt
        assert sum(node.get("role") == "img" for node in root.iter()) == 1
        looks = [(name, value) for node in root.iter() for name, value in node.attrib.items() if name != "aria-label"]
        assert not [name for name, _ in looks if name in ("class", "id", "style") or name.startswith("data-")]
        assert not [value for _, value in looks if re.search(r"var\(|\d\.\d{4,}", value)]
        assert all(node.get("font-size") and node.get("fill") for node in root.iter() if node.tag.endswith("text"))
        assert widget(**{name: getattr(instance, name) for name in widget.state_names}).picture() == drawn
        words = "".join(root.itertext()).replace(" ", "")
        told = ENGINES[widget].draw("still", 626, instance.state)
        assert told["question"].replace(" ", "") in words


@each
def test_a_page_has_the_plate_of_the_live_widget_with_a_drawing_for_each_width(widget):
    instance = widget()
    root = ElementTree.fromstring(instance.plate())
    by_class = {name: node for node in root.iter() for name in (node.get("class") or "").split()}
    told = ENGINES[widget].draw("still", widget.plots[0], instance.state)
    drawings = [node for node in root.iter() if node.get("role") == "img"]
    assert [float(node.get("width")) for node in drawings[:2]] == list(widget.plots)
    assert drawings[0].get("aria-label") == told["alt"]
    assert by_class["sr-question"].text == told["question"]
    assert "".join(by_class["sr-status"].itertext()) == re.sub(r"\*\*|\^", "", told["sentence"])
    assert {"sr-tray", "sr-still", "sr-widget"} <= set(by_class)
    assert not any(node.get("role") in ("status", "alert") for node in root.iter()), "nothing here will change"


@each
def test_a_notebook_stores_view_picture_and_alt_text(widget):
    instance = widget()
    data, metadata = instance._repr_mimebundle_()
    assert set(data) == {"text/plain", VIEW, SVG}
    assert data[VIEW]["model_id"] == instance.model_id
    assert data[SVG] == instance.picture().svg
    assert metadata[SVG] == {"alt": instance.picture().alt}
    assert eval(data["text/plain"], vars(package)).state == instance.state
    state = instance.get_state()
    assert state["_anywidget_id"] == f"softrecall.{widget.__name__}" in WIDGETS
    assert "--sr-paper" in state["_css"]
    assert state["_esm"].rstrip().endswith(_still.LAST_LINE)
    json.dumps(instance.state, allow_nan=False)


def test_a_kernel_without_the_engine_shows_the_live_widget_and_stores_no_picture(monkeypatch):
    monkeypatch.setattr(_still, "find_spec", lambda name: None)
    data, metadata = SoftmaxBeta()._repr_mimebundle_()
    assert set(data) == {"text/plain", VIEW}
    assert SVG not in metadata


def test_the_tokens_are_the_same_in_light_and_dark_and_the_style_sheet_uses_no_other():
    light, dark = (FOLDER / "tokens.css").read_text(encoding="utf-8").split("[data-theme", 1)
    values = dict(re.findall(r"--sr-([\w-]+): (#\w+)", light))
    assert set(dict(re.findall(r"--sr-([\w-]+): (#\w+)", dark))) == set(values)
    sheet = (FOLDER / "widget.css").read_text(encoding="utf-8")
    used = set(re.findall(r"var\(--sr-([\w-]+)", sheet))
    own = {"serif", "sans", "mono", "share", "done", "top"}
    assert used - set(values) <= own
    roles = {name for path in SHARED_FILES for name in re.findall(r'tone\("([\w-]+)"\)', path.read_text("utf-8"))}
    assert roles <= set(values)


# ---- numbers in words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.4", 1.4), (" -2 ", -2), ("\N{MINUS SIGN}0,5", -0.5), ("1,5", 1.5), ("1e3", 1000), (".5", 0.5), ("+3.", 3)]
    + [(bad, None) for bad in ("", "two", "1,000.5", "1.2.3", "1,2,3", "0x10", "Infinity", "1e999", "NaN", "--1")],
)
def test_fields_read_numbers_and_refuse_the_rest(text, value):
    assert ENGINES[SoftmaxBeta]("parseNumber", text) == value


def test_numbers_are_written_with_two_or_three_digits_and_never_claim_certainty():
    space, minus = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"
    written = {
        "weightText": {
            (0.99996, False): ">0.999",
            (1e-9, False): "<0.001",
            (1, True): "1.000",
            (0.0005, False): "0.001",
        },
        "percent": {
            (0.99996, False): f">99.9{space}%",
            (1, True): f"100{space}%",
            (0.0004, False): f"<0.1{space}%",
            (0.0996, False): f"10{space}%",
            (0.0994, False): f"9.9{space}%",
            (0.5, False): f"50{space}%",
            (0.96, False): f"96.0{space}%",
        },
        "digits": {(0,): "0", (1,): "1.0", (0.125,): "0.125", (12.34,): "12.3", (-0.8,): f"{minus}0.80", (100,): "100"}
        | {(4.1e-5,): f"4.1 × 10^{minus}5", (31.6,): "31.6", (1234.5,): "1,235"},
        "count": {(1234567,): "1,234,567", (999.6,): "1,000"},
        "fieldText": {(-2,): f"{minus}2.0", (0.125,): "0.125"},
    }
    for name, cases in written.items():
        assert {given: ENGINES[SoftmaxBeta](name, *given) for given in cases} == cases


def test_log_sliders_come_back_to_where_they_were():
    for low, high, steps, first in ((0.01, 100, 40, 1), (10**-1.5, 10**1.5, 50, 0)):
        code = f"const scale = widget.logScale({low}, {high}, {steps}, {first});"
        code += "return Array.from({ length: scale.last - scale.place(0) + 1 }, (_, i) => i + scale.place(0))"
        code += ".every((i) => scale.place(scale.read(i)) === i) && scale.read(scale.place(1)) === 1"
        assert ENGINES[SoftmaxBeta].evaluate(f"(function () {{ {code} }})()")


def test_labels_that_want_one_place_keep_their_order_and_stand_apart():
    rng = np.random.default_rng(25)
    for k in range(60):
        wanted = rng.uniform(30, 316, size=3 + k % 2)
        wanted[0] = wanted[1] if k % 3 == 0 else (30, 316)[k % 2] if k % 5 == 0 else wanted[0]
        places = ENGINES[SoftmaxBeta]("apart", wanted.tolist(), 30, 316)
        assert np.diff(np.sort(places)).min() >= 16 - 1e-9
        assert 30 <= min(places) <= max(places) <= 316
        assert (np.argsort(places, kind="stable") == np.argsort(wanted, kind="stable")).all()
    assert ENGINES[SoftmaxBeta]("apart", [100.0, 200.0, 300.0], 30, 316) == [100, 200, 300]


def test_random_streams_are_those_of_whole_numbers_in_script_and_numpy():
    def mix(x):
        x = (x ^ x >> 16) * 0x21F0AAAD % 2**32
        x = (x ^ x >> 15) * 0x735A2D97 % 2**32
        return x ^ x >> 15

    for seed in (0, 1, 9999, 10_002):
        expected = [mix((mix(seed) + i * 0x9E3779B9) % 2**32) for i in range(1, 301)]
        script = f"JSON.stringify(Array.from({{ length: 300 }}, (_, i) => widget.stream({seed})(i)))"
        assert stream(seed, 300).tolist() == expected == json.loads(ENGINES[SoftmaxBeta].evaluate(script))
