"""The way of the widgets into a page: places, scripts, loader."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import quickjs
from ipywidgets import HBox
from widget_engine import every_widget

import softrecall.widgets as package
from softrecall.widgets import WIDGETS, SoftmaxBeta
from softrecall.widgets._weights import is_carried

FOLDER = Path(package.__file__).parent
EXTENSIONS = Path(__file__).parents[2] / "theme" / "extensions"
STUB = 'export default{render({el}){el.textContent="Run this cell to play."}}'
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
STATES = [widget() for widget in every_widget]


def stored_notebook(*widgets):
    """A notebook as it is stored: stub for the script, no style."""
    cells, states = [nbformat.v4.new_markdown_cell("# A page")], {}
    for widget in widgets:
        bundle = widget._repr_mimebundle_()
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})  # a row of ipywidgets has no picture
        output = nbformat.v4.new_output("execute_result", data, metadata=metadata, execution_count=1)
        cells.append(nbformat.v4.new_code_cell("widget", outputs=[output], execution_count=1))
        state = {name: value for name, value in widget.get_state().items() if name != "layout" and value is not None}
        state |= {"_esm": STUB, "_css": ""} | {name: "" for name in state if is_carried(name)}
        states[widget.model_id] = {"model_name": "AnyModel", "model_module": "anywidget", "state": state}
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "language_info": {"name": "python"}}
    if states:
        metadata["widgets"] = {STATE: {"state": states, "version_major": 2, "version_minor": 0}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def build(folder, pages, *options):
    (folder / "sub").mkdir()
    for name, notebook in pages.items():
        nbformat.write(notebook, folder / name)
    names = "\n".join(Path(name).with_suffix("").as_posix() for name in pages)
    (folder / "index.md").write_text(f"# Index\n\n```{{toctree}}\n{names}\n```\n")
    (folder / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(EXTENSIONS)!r})\n"
        "extensions = ['myst_nb', 'sr_widgets']\nhtml_theme = 'basic'\nnb_execution_mode = 'off'\n"
    )
    command = [sys.executable, "-m", "sphinx", "-q", "-E", "-b", "html", *options, str(folder), str(folder / "site")]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trial")
    pages = {
        "all.ipynb": STATES,
        "sub/one.ipynb": STATES[:1],
        "row.ipynb": [*STATES[:2], HBox(STATES[:2])],
        "none.ipynb": [],
    }
    done = build(folder, {name: stored_notebook(*widgets) for name, widgets in pages.items()}, "-W")
    assert done.returncode == 0, done.stderr
    return folder / "site"


def test_the_view_stays_and_its_picture_stands_beside_it(site):
    page = (site / "all.html").read_text(encoding="utf-8")
    assert page.count(f'<script type="{VIEW}">') == page.count('<div class="sr-mount"') == len(STATES)
    for widget in STATES:
        start = page.index(f'data-model-id="{widget.model_id}"')
        mount = page[start : page.index(f'<script type="{VIEW}">', start)]
        assert f'data-widget="{widget.widget_id}"' in mount
        assert widget.plate() in mount
    assert not list(site.glob("_images/*.svg"))  # the picture is inlined, not published a second time


def test_figures_in_a_row_stand_side_by_side_each_in_its_own_place(site):
    page = (site / "row.html").read_text(encoding="utf-8")
    assert page.count('<div class="sr-mount"') == 4
    ((first, second),) = re.findall(
        r'<div class="sr-row">(<div class="sr-mount".*?)(<div class="sr-mount".*)</div>', page
    )
    for part, widget in zip((first, second), STATES, strict=False):
        assert f'data-model-id="{widget.model_id}"' in part
        assert widget.plate() in part


def test_the_state_is_in_the_page_and_no_foreign_script(site):
    page = (site / "all.html").read_text(encoding="utf-8")
    (state,) = re.findall(rf'<script type="{re.escape(STATE)}">(.*?)</script>', page, re.DOTALL)
    entries = json.loads(state)["state"]
    assert {entry["state"]["_anywidget_id"] for entry in entries.values()} == set(WIDGETS)
    assert not re.findall(r'(?:src|href)="https?://', page.partition("<body")[0])
    assert "require.js" not in page
    assert "html-manager" not in page


def test_the_loader_comes_only_where_a_widget_is(site):
    loader = r'<script defer="defer" src="((?:\.\./)?_static/widget-loader\.js)\?v=\w+"></script>'
    assert re.findall(loader, (site / "all.html").read_text()) == ["_static/widget-loader.js"]
    assert re.findall(loader, (site / "sub/one.html").read_text()) == ["../_static/widget-loader.js"]
    assert "widget-loader" not in (site / "none.html").read_text() + (site / "index.html").read_text()


def test_every_widget_is_published_as_a_script_that_registers_itself(site):
    static = site / "_static"
    assert {path.name for path in (static / "widgets").glob("*.js")} == {f"{name}.js" for name in WIDGETS}
    carried = {f"{stored.file_id}.js" for widget in WIDGETS.values() for stored in widget.files().values()}
    assert {path.name for path in (static / "widgets" / "data").iterdir()} == carried
    for name in WIDGETS:
        context = quickjs.Context()
        context.eval("globalThis.window = { softRecall: { register(...all) { globalThis.seen = all; } } };")
        before = set(json.loads(context.eval("JSON.stringify(Object.keys(globalThis))")))
        context.eval((static / "widgets" / f"{name}.js").read_text(encoding="utf-8"))
        after = set(json.loads(context.eval("JSON.stringify(Object.keys(globalThis))")))
        assert after - before == {"seen"}
        assert context.eval("seen[0]") == name
        assert json.loads(context.eval("JSON.stringify(Object.keys(seen[1]))")) == ["compute", "initialize", "render"]
        assert json.loads(context.eval("JSON.stringify(seen[2])")) == WIDGETS[name].describe()
    for sheet in ("tokens.css", "widget.css"):
        assert (static / sheet).read_bytes() == (FOLDER / sheet).read_bytes()
    loader = (static / "widget-loader.js").read_text()
    assert re.findall(r"\bfetch\b|\bimport\b|\beval\b|innerHTML|blob:|new Worker|new Function", loader) == []
    assert len(gzip.compress(loader.encode())) <= 5000


def test_a_view_without_a_stored_state_is_reported(tmp_path):
    notebook = stored_notebook(SoftmaxBeta())
    del notebook.metadata["widgets"]
    done = build(tmp_path, {"page.ipynb": notebook}, "-W")
    assert done.returncode != 0
    assert "its state is not stored; execute the notebook again" in done.stderr


def test_a_page_draws_its_plates_itself_and_needs_no_stored_picture(tmp_path):
    notebook = stored_notebook(SoftmaxBeta())
    del notebook.cells[1].outputs[0].data["image/svg+xml"]
    done = build(tmp_path, {"page.ipynb": notebook}, "-W")
    assert done.returncode == 0, done.stderr
    assert SoftmaxBeta().plate() in (tmp_path / "site" / "page.html").read_text(encoding="utf-8")
