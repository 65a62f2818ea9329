"""The role that makes a phrase set a widget, in a small Sphinx project: what it writes, and what it refuses."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat import v4
from sr_play import read_settings

from softrecall.widgets import GatedCell, SoftmaxBeta

ROOT = Path(__file__).resolve().parents[2]
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "theme" / "extensions")!r})
extensions = ["myst_nb", "sphinx_exercise", "sr_boxes", "sr_play"]
nb_execution_mode = "off"
nb_ipywidgets_js = {{}}
html_theme = "basic"
"""
GOOD = {
    "one": ("{play}`leak <forget=0.9>`", "m0", {"forget": 0.9}),
    "two": ("{play}`shut  the\ngate <gates=constant, other=0>`", "m0", {"gates": "constant", "other": 0}),
    "quoted": ('{play}`see <gates="see the marker">`', "m0", {"gates": "see the marker"}),
    "later": ("{play}`tie <scores=[2, 2], beta=3>`", "m1", {"scores": [2, 2], "beta": 3}),
    "named": ("{play}`ask <SoftmaxBeta: question=Why?>`", "m1", {"question": "Why?"}),
    "shared": ("{play}`ask <question=Why?>`", "m0", {"question": "Why?"}),
}
BAD = {
    "name": ("{play}`leak <forgets=0.9>`", "a widget with forgets is needed"),
    "value": ("{play}`leak <forget=2>`", "'leak': forget: "),
    "kind": ("{play}`leak <forget=much>`", "'leak': forget: "),
    "widget": ("{play}`leak <NoisyRecall: forget=0.9>`", "a widget NoisyRecall with forget is needed"),
    "apart": ("{play}`leak <forget=0.9, beta=3>`", "a widget with forget, beta is needed"),
    "bare": ("{play}`leak`", "words and settings are needed"),
    "twice": ("{play}`leak <forget=0.9, forget=1>`", "each setting must be written once"),
    "unset": ("{play}`leak <forget>`", "each setting must be written once"),
}


def notebook(text: str, *widgets) -> str:
    """A stored notebook that shows some widgets, in their order."""
    cells, models = [v4.new_markdown_cell(f"# A page\n\nNow {text} and look.")], {}
    for number, widget in enumerate(widgets):
        name = f"m{number}"
        state = {trait: getattr(widget, trait) for trait in widget.state_names}
        models[name] = {"state": state | {"_anywidget_id": widget.widget_id}}
        shown = v4.new_output("display_data", {VIEW: {"model_id": name}, "text/plain": "a widget"})
        cells.append(v4.new_code_cell("show()", outputs=[shown]))
    language = {"name": "python", "pygments_lexer": "ipython3"}
    metadata = {
        "language_info": language,
        "widgets": {STATE: {"state": models, "version_major": 2, "version_minor": 0}},
    }
    return json.dumps(v4.new_notebook(cells=cells, metadata=metadata))


def build(folder: Path, texts: dict[str, str]) -> tuple[str, int]:
    (folder / "conf.py").write_text(CONF)
    (folder / "index.md").write_text("# Pages\n\n```{toctree}\nbare\n" + "\n".join(texts) + "\n```\n")
    (folder / "bare.md").write_text("# No widget\n")
    for name, text in texts.items():
        (folder / f"{name}.ipynb").write_text(notebook(text, GatedCell(), SoftmaxBeta(scores=[1.0, 2.0])))
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", str(folder)]
    quiet = os.environ | {"PYTHONWARNINGS": "ignore"}
    ran = subprocess.run([*command, str(folder / "out")], capture_output=True, text=True, env=quiet, check=False)
    return ran.stderr, ran.returncode


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    folder = tmp_path_factory.mktemp("good")
    said, code = build(folder, {name: text for name, (text, _, _) in GOOD.items()})
    assert (code, said) == (0, "")
    return folder / "out"


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    text, code = build(tmp_path_factory.mktemp("bad"), {name: text for name, (text, _) in BAD.items()})
    assert code != 0
    return text


@pytest.mark.parametrize("name", list(GOOD))
def test_a_phrase_is_a_button_that_knows_its_widget_and_values(good, name):
    _, model, values = GOOD[name]
    page = (good / f"{name}.html").read_text()
    [(attrs, words)] = re.findall(r"Now <button ([^>]*)>([^<]*)</button> and look\.", page)
    given = dict(re.findall(r'([\w-]+)="([^"]*)"', attrs))
    assert given.pop("data-model") == model
    assert json.loads(html.unescape(given.pop("data-set"))) == values
    assert given == {"type": "button", "class": "sr-play"}
    assert words == " ".join(GOOD[name][0].split("`")[1].split(" <")[0].split())


@pytest.mark.parametrize("name", list(BAD))
def test_a_phrase_that_would_do_nothing_fails_the_build_and_says_why(said, name):
    lines = [line for line in said.splitlines() if re.search(rf"/{name}\.ipynb:.*WARNING: play: ", line)]
    assert len(lines) == 1, said
    assert BAD[name][1] in lines[0]


def test_a_phrase_on_a_page_without_widgets_is_refused(tmp_path):
    (tmp_path / "conf.py").write_text(CONF)
    (tmp_path / "index.md").write_text("# Pages\n\n{play}`leak <forget=0.9>`\n")
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-b", "html", str(tmp_path), str(tmp_path / "out")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode != 0
    assert "it has no widget" in ran.stderr


def test_settings_are_numbers_lists_words_and_nothing():
    text = "a=1, b=-0.5 ,c=[1, 2], d=true,e=none, f=see, g = 'x'"
    assert read_settings(text) == {"a": 1, "b": -0.5, "c": [1, 2], "d": True, "e": None, "f": "see", "g": "'x'"}
