"""Inline the figures of a page: in the theme's colours, in the page's fonts, drawn for its width.

A figure of a notebook holds two drawings (``softrecall.book.figure``); a drawing made by hand lies in ``figures/``,
with one for phones beside it where it needs one: ``name.svg`` and ``name.narrow.svg``. Both are set into the page, and
the style sheet shows the one that fits. Each colour of the palette becomes the variable of its token, so that a figure
follows the theme. Without this extension the stored drawing is shown as an image.
"""

import html
import json
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

import softrecall.widgets as package
from softrecall.plots import STORED

LOG = logging.getLogger(__name__)
SVG = "image/svg+xml"
TOKENS = Path(package.__file__).parent / "tokens.css"
_HEX = re.compile(r"#[0-9a-f]{6}\b", re.IGNORECASE)


class drawing(nodes.General, nodes.Element):
    """A figure as finished HTML in its attribute ``html``; it holds no words for the search."""


def palette(css: str) -> dict[str, str]:
    """Read the colours of the light theme from the tokens: hexadecimal in capitals -> name of the variable."""
    light = re.search(r":root\s*\{(.*?)\}", css, re.DOTALL)
    return {colour.upper(): name for name, colour in re.findall(r"(--sr-[\w-]+):\s*(#[0-9A-Fa-f]{6})\b", light[1])}


def themed(svg: str, names: dict[str, str]) -> str:
    """Turn each colour of the palette into its variable, with the colour itself as what holds without a theme."""
    return _HEX.sub(lambda m: f"var({names[m[0].upper()]}, {m[0].upper()})" if m[0].upper() in names else m[0], svg)


def figure_html(drawings: list[str], alt: str, names: dict[str, str]) -> str:
    """The wide drawing and, where there is one, the narrow one, as one image with one text alternative."""
    bare = (re.sub(r"<\?xml.*?\?>|<!--.*?-->", "", svg, flags=re.DOTALL).strip() for svg in drawings)
    inline = "".join(themed(svg, names).replace("<svg ", '<svg aria-hidden="true" ', 1) for svg in bare)
    return f'<div class="sr-figure" role="img" aria-label="{html.escape(alt, quote=True)}">{inline}</div>'


def ancestor(node: nodes.Node, kind: str) -> nodes.Element | None:
    """The nearest element around a node that myst-nb marked as `kind`."""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.Element) and node.get("nb_element") == kind:
            return node
    return None


def stored_drawings(cell: nodes.Element, image: nodes.image, notebook: dict[str, Any]) -> list[str]:
    """The two drawings of the output of a cell that an image comes from; none if the output holds no such pair."""
    bundles = [node for node in cell.findall(nodes.container) if node.get("nb_element") == "mime_bundle"]
    outputs = [output for output in notebook["cells"][cell["cell_index"]]["outputs"] if "data" in output]
    shown = dict(zip(map(id, bundles), outputs, strict=True)).get(id(ancestor(image, "mime_bundle")), {})
    narrow = shown.get("metadata", {}).get(STORED, {}).get("narrow")
    return ["".join(shown["data"][SVG]), narrow] if narrow else []


def handmade_drawings(app: Sphinx, uri: str) -> list[str]:
    """The drawings of an SVG file that a page shows; none for a picture of another kind or from elsewhere."""
    if "://" in uri or not uri.endswith(".svg"):
        return []
    wide = Path(app.env.relfn2path(uri)[1])
    files = [path for path in (wide, wide.with_suffix(".narrow.svg")) if path.exists()]
    for path in files:
        app.env.note_dependency(str(path))
    drawings = [path.read_text(encoding="utf-8") for path in files]
    if any(re.search(r"\sid=", svg) for svg in drawings):
        LOG.warning("%s: a drawing must not hold ids (two of them would collide on a page)", uri, type="sr_figures")
    return drawings


def inline_figures(app: Sphinx, doctree: nodes.document) -> None:
    """Set the drawings of a page into it, in place of its images."""
    images = list(doctree.findall(nodes.image))
    if not images:
        return
    source = Path(app.env.doc2path(app.env.docname))
    notebook = json.loads(source.read_text(encoding="utf-8")) if source.suffix == ".ipynb" else {"cells": []}
    names = palette(TOKENS.read_text(encoding="utf-8"))
    for image in images:
        cell = ancestor(image, "cell_code")
        drawings = stored_drawings(cell, image, notebook) if cell else handmade_drawings(app, image["uri"])
        if drawings:
            image.replace_self(drawing("", html=figure_html(drawings, image.get("alt", ""), names)))


def write(translator: nodes.NodeVisitor, node: drawing) -> None:
    """Write the HTML of a figure."""
    translator.body.append(node["html"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the step; figures are inlined before Sphinx collects the images of a page."""
    app.add_node(drawing, html=(write, lambda translator, node: None))
    app.connect("doctree-read", inline_figures, priority=110)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
