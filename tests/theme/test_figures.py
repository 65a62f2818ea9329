"""Figures on the page: stored twice, inlined in the theme's colours, with no id or colour of their own."""

import gzip
import importlib.util
import json
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from softrecall.plots import STORED

ROOT = Path(__file__).resolve().parents[2]
SVG, VIEW = "image/svg+xml", "application/vnd.jupyter.widget-view+json"
HAND = [path for path in sorted((ROOT / "figures").glob("*.svg")) if path.stem != "mark"]  # the mark is an icon
HEX = re.compile(r"#[0-9a-f]{6}\b", re.IGNORECASE)


def load(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "theme" / "extensions" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


sr_figures = load("sr_figures")
CSS = sr_figures.TOKENS.read_text(encoding="utf-8")
NAMES = sr_figures.palette(CSS)
DARK = dict(re.findall(r"(--sr-[\w-]+):\s*(#\w{6})", CSS[CSS.index('[data-theme="dark"]') :]))


def figures():
    """Every output of the book that stores a figure, named by notebook and cell."""
    for path in (ROOT / "intro.ipynb", *sorted((ROOT / "chapters").glob("*.ipynb"))):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                if SVG in data and VIEW not in data:
                    yield pytest.param(output, id=f"{path.stem}-{cell['id']}")


def drawings(output):
    return ["".join(output["data"][SVG]), output["metadata"][STORED]["narrow"]]


def elements(svg):
    return list(ElementTree.fromstring(svg).iter())


def colours(svg):
    return Counter(colour.upper() for colour in HEX.findall(re.sub(r'"data:[^"]*"', "", svg)))


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(colour, ground):
    light, dark = sorted([luminance(colour), luminance(ground)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_book_has_figures_of_both_kinds():
    assert len(list(figures())) >= 20
    assert len(HAND) >= 3


@pytest.mark.parametrize("output", [*figures()])
def test_a_stored_figure_has_a_drawing_for_a_column_and_one_for_a_phone(output):
    assert STORED in output["metadata"], "end the cell with book.figure(...)"
    sizes = [ElementTree.fromstring(svg).get("width") for svg in drawings(output)]
    assert sizes == ["672", "328"]
    assert len(gzip.compress("".join(drawings(output)).encode(), 9)) <= 60 * 1024


@pytest.mark.parametrize("output", [*figures()])
def test_a_stored_figure_brings_no_style_sheet_and_its_own_ids(output):
    wide, narrow = ([one.get("id") for one in elements(svg) if one.get("id")] for svg in drawings(output))
    assert not {*wide} & {*narrow}
    assert len({*wide, *narrow}) == len(wide + narrow)
    assert not any(
        one.tag.endswith(("style", "script", "metadata")) for svg in drawings(output) for one in elements(svg)
    )


def test_no_two_figures_of_the_book_share_an_id():
    ids = Counter(
        one.get("id")
        for case in figures()
        for svg in drawings(case.values[0])
        for one in elements(svg)
        if one.get("id")
    )
    assert ids
    assert [name for name, count in ids.items() if count > 1] == []


def all_drawings():
    for case in figures():
        for kind, svg in zip(("wide", "narrow"), drawings(case.values[0]), strict=True):
            yield pytest.param(svg, id=f"{case.id}-{kind}")
    for path in HAND:
        yield pytest.param(path.read_text(encoding="utf-8"), id=path.stem)


@pytest.mark.parametrize("svg", [*all_drawings()])
def test_every_colour_of_a_drawing_becomes_a_variable_of_the_theme(svg):
    assert colours(svg)
    assert [colour for colour in colours(svg) if colour not in NAMES] == []
    inlined = sr_figures.figure_html([svg], "It rises.", NAMES)
    assert colours(re.sub(r"var\([^)]*\)", "", inlined)) == Counter()


@pytest.mark.parametrize("svg", [*all_drawings()])
def test_words_can_be_read_on_both_plates(svg):
    root = ElementTree.fromstring(svg)
    parents = {child: parent for parent in root.iter() for child in parent}
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        node, fill = text, None
        while fill is None:
            found = re.search(r"(?:^|;)\s*fill:\s*(#\w{6})", node.get("style", ""))
            fill = found[1] if found else node.get("fill")
            node = parents.get(node)
        words = "".join(text.itertext())
        assert contrast(fill, "#FFFFFF") >= 4.5, words
        assert contrast(DARK[NAMES[fill.upper()]], DARK["--sr-plate"]) >= 4.5, words


@pytest.mark.parametrize("path", HAND, ids=lambda path: path.stem)
def test_a_drawing_made_by_hand_holds_no_ids(path):
    assert not any(one.get("id") for one in elements(path.read_text(encoding="utf-8")))


def test_the_palette_is_read_from_the_light_theme():
    assert NAMES["#0072B2"] == "--sr-query"
    assert NAMES["#9A3F72"] == "--sr-memory-ink"
    assert NAMES["#FFFFFF"] == "--sr-plate"
    assert "#15171B" not in NAMES


def test_a_colour_becomes_a_variable_with_itself_for_readers_without_a_theme():
    svg = '<path style="fill:#cc79a7;stroke:#123456"/><use href="#f00cc79a7"/>'
    assert sr_figures.themed(svg, NAMES) == (
        '<path style="fill:var(--sr-memory, #CC79A7);stroke:#123456"/><use href="#f00cc79a7"/>'
    )


def test_two_drawings_are_one_picture_with_one_text():
    shown = sr_figures.figure_html(
        ['<?xml version="1.0"?>\n<svg width="1"/>', '<svg width="2"/><!-- b -->'], 'a "b" <c>', NAMES
    )
    assert shown.count('role="img"') == 1
    assert 'aria-label="a &quot;b&quot; &lt;c&gt;"' in shown
    assert shown.count("<svg aria-hidden") == 2
    assert "<!--" not in shown
    assert "<?xml" not in shown
