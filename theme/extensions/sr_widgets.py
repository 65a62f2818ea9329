"""Publish the widgets of the book: live on the page, a picture where nothing runs.

For every class in ``softrecall.widgets`` the extension writes a classic script that registers itself and tells its
traits (no module, so that it also runs from a disk), and the two style sheets. Beside each widget view that myst-nb
leaves in a page it sets the plate that the widget's own script draws from the stored state: question, drawings for wide
and narrow places, figures, sentence, and the empty room of the controls, so that nothing moves when the live one comes.
"""

import json
import re
import zlib
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

import softrecall.widgets as package
from softrecall.widgets import WIDGETS, BookWidget
from softrecall.widgets._weights import Weights

LOG = logging.getLogger(__name__)
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
SVG = "image/svg+xml"
LAST_LINE = "export default { compute, initialize, render };"
LOADER = "widget-loader.js"


def classic_script(widget: type[BookWidget]) -> str:
    """The widget's joined text as a script that registers itself and leaves no global name."""
    body, found, rest = widget._esm.rpartition(LAST_LINE)
    if not found or rest.strip():
        raise ValueError(f"{widget.__name__}: its script needs the last line {LAST_LINE!r}")
    traits = json.dumps(widget.describe(), ensure_ascii=False)
    asked = {name: [one.file_id, _mark(data_script(one))] for name, one in widget.files().items()}
    told = f"{traits}, {json.dumps(asked)}" if asked else traits  # the loader asks for these files, by their marks
    call = f'window.softRecall.register("{widget.widget_id}", {{ compute, initialize, render }}, {told});'
    return f'(function () {{\n"use strict";\n{body}{call}\n}})();\n'


def data_script(stored: Weights) -> str:
    """The text of a widget's file as a script that provides it to the loader, also from a disk."""
    return f'window.softRecall.provide("{stored.file_id}", {json.dumps(stored.default(), ensure_ascii=False)});\n'


def _mark(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"


def version(widget: type[BookWidget]) -> str:
    """A short mark that changes with the script, against stale caches."""
    return _mark(classic_script(widget))


def set_defaults(app: Sphinx, config: Config) -> None:
    """Keep myst-nb from adding the scripts of a content network."""
    config.nb_ipywidgets_js = {}


def write_assets(app: Sphinx) -> None:
    """Write scripts and style sheets into the built site, before the pages (they carry check sums)."""
    if app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    (static / "widgets" / "data").mkdir(parents=True, exist_ok=True)
    for name, widget in WIDGETS.items():
        (static / "widgets" / f"{name}.js").write_text(classic_script(widget), encoding="utf-8")
        for stored in widget.files().values():
            (static / "widgets" / "data" / f"{stored.file_id}.js").write_text(data_script(stored), encoding="utf-8")
    here = Path(package.__file__).parent
    loader = Path(__file__).parents[1] / "assets" / LOADER
    for source in (here / "tokens.css", here / "widget.css", loader):
        (static / source.name).write_bytes(source.read_bytes())


def _plate(widget: type[BookWidget], state: dict[str, Any]) -> str:
    """The widget at its stored state as the page shows it before, or without, its script."""
    instance = widget(**{name: state[name] for name in widget.state_names if name in state})
    instance.close()
    return instance.plate()


def mount_html(model_id: str, notebook: dict[str, Any]) -> str:
    """The place of one widget: its plate before it lives, and what the loader needs to know; of a row, those in it."""
    states = notebook.get("metadata", {}).get("widgets", {}).get(STATE, {}).get("state", {})
    entry = states.get(model_id)
    if entry is None:
        raise LookupError(f"widget {model_id}: its state is not stored; execute the notebook again")
    children = entry["state"].get("children")
    if children is not None:  # an HBox or VBox of ipywidgets
        inside = [mount_html(child.removeprefix("IPY_MODEL_"), notebook) for child in children]
        return f'<div class="sr-row">{"".join(inside)}</div>'
    name = entry["state"].get("_anywidget_id")
    if name not in WIDGETS:
        raise LookupError(f"widget {model_id}: needed one of {', '.join(WIDGETS)}; got {name!r}")
    widget = WIDGETS[name]
    place = f'<div class="sr-mount" data-model-id="{model_id}" data-widget="{name}" data-version="{version(widget)}"'
    return f'{place}><div class="sr-picture">{_plate(widget, entry["state"])}</div></div>'


def place_pictures(app: Sphinx, doctree: nodes.document) -> None:
    """Set a mount before every widget view of a page; the view itself stays."""
    views = [node for node in doctree.findall(nodes.raw) if f'type="{VIEW}"' in node.astext()]
    if not views:
        return
    source = Path(app.env.doc2path(app.env.docname))
    notebook = json.loads(source.read_text(encoding="utf-8")) if source.suffix == ".ipynb" else {}
    for node in views:
        view = re.search(r">(.*)</script>", node.astext(), re.DOTALL)
        model_id = json.loads(view.group(1))["model_id"] if view else "?"
        try:
            mount = mount_html(model_id, notebook)
        except LookupError as error:
            LOG.warning("%s", error, location=app.env.docname, type="sr_widgets")
            continue
        node.parent.insert(node.parent.index(node), nodes.raw("", mount, format="html"))
        _drop_stored_image(node)


def _drop_stored_image(node: nodes.Node) -> None:
    """Take the picture's file out of the output bundle: it is inlined, so it need not be published as well."""
    bundle = node.parent.parent
    for other in list(bundle.children) if isinstance(bundle, nodes.Element) else []:
        if isinstance(other, nodes.Element) and other.get("mime_type") == SVG:
            bundle.remove(other)


def add_loader(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None) -> None:
    """Load the loader on pages that hold a widget, and only there."""
    if doctree is not None and any('class="sr-mount"' in raw.astext() for raw in doctree.findall(nodes.raw)):
        app.add_js_file(LOADER, loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the steps; pictures are placed before Sphinx collects the images of a page."""
    app.connect("config-inited", set_defaults)
    app.connect("builder-inited", write_assets)
    app.connect("doctree-read", place_pictures, priority=100)
    app.connect("html-page-context", add_loader)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
