"""The theme of the book: what its templates need to know of each page.

The theme is our own and small (it inherits Sphinx's ``basic``): no framework, no icon script, no inline script. That is
what lets every page carry a strict content security policy and pass the accessibility checks without exceptions.
"""

import json
import os
import posixpath
import re
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import yaml
from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.environment.adapters.toctree import TocTree
from sphinx.transforms import SphinxTransform

TEMPLATES = Path(__file__).parent.parent / "templates"
ASSETS = Path(__file__).parent.parent / "assets"
CSP = (
    "default-src 'none'; base-uri 'none'; form-action 'self'; img-src 'self' data:; font-src 'self'; "
    "script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'"
)
PRELOAD = ("vendor/fonts/serif.woff2", "vendor/fonts/sans.woff2")
BAR = (("chapters/notation", "Notation"), ("chapters/glossary", "Glossary"))
BACK_MATTER = "Back matter"
DESCRIPTION = "Soft Recall, an interactive textbook: from associative memory to attention, and back to the brain."
DROPPED_SCRIPTS = ("doctools.js", "sphinx_highlight.js")  # keys and marks for a search that is not ours
DROPPED_CSS = ("mystnb.", "exercise.css", "pygments.css", "basic.css")


def names(part):
    """Return the names of the pages in a part of ``_toc.yml``."""
    return [re.sub(r"\.(ipynb|md)$", "", str(item)) for item in part.items]


def _parts(app, pagename, pathto):
    """List the parts of ``_toc.yml`` with the pages in each, as the templates want them."""
    site_map = app.env.external_site_map
    parts = []
    for tree in site_map.root.subtrees:
        pages = [
            {
                "name": name,
                "title": app.env.titles[name].astext(),
                "href": pathto(name) if name != pagename else "#",
                "current": name == pagename,
            }
            for name in names(tree)
            if name in app.env.titles
        ]
        parts.append({"caption": tree.caption, "pages": pages})
    return parts


def _crumb(parts, pagename):
    for part in parts:
        for number, page in enumerate(part["pages"], 1):
            if page["name"] == pagename:
                of = 0 if part["caption"] == BACK_MATTER else len(part["pages"])
                return {"part": part["caption"], "number": number, "of": of}
    return None


def _local_toc(app, pagename):
    """Render the second-level sections of the page as a flat list of links."""
    if pagename not in app.env.tocs:
        return ""
    toc = TocTree(app.env).get_toc_for(pagename, app.builder)
    top = next(iter(toc.findall(nodes.list_item)), None)
    lists = [child for child in (top.children if top is not None else []) if isinstance(child, nodes.bullet_list)]
    flat = nodes.bullet_list()
    for item in lists[0].children if lists else []:
        link = next(iter(item.findall(nodes.reference)), None)
        if link is not None:
            flat += nodes.list_item("", nodes.paragraph("", "", link.deepcopy()))
    return app.builder.render_partial(flat)["fragment"] if flat.children else ""


def _description(doctree):
    """Take the page's lede, else its first paragraph, as its description; at most 160 characters."""
    if doctree is None:
        return DESCRIPTION
    ledes = [n for n in doctree.findall(nodes.container) if "bk-lede" in n.get("classes", [])]
    where = ledes[0] if ledes else doctree
    first = next(iter(where.findall(nodes.paragraph)), None)
    text = " ".join(first.astext().split()) if first is not None else DESCRIPTION
    if len(text) <= 160:
        return text
    return text[:157].rsplit(" ", 1)[0].rstrip(",;:") + "..."


def _tested_with(app, pagename):
    """Read the versions that `make execute` stored in the notebook."""
    path = Path(app.env.doc2path(pagename))
    if path.suffix != ".ipynb" or not path.exists():
        return ""
    stored = json.loads(path.read_text(encoding="utf-8"))["metadata"].get("softrecall", {}).get("tested_with", {})
    return ", ".join(f"{name} {stored[name]}" for name in sorted(stored, key=lambda name: (name != "Python", name)))


def _report(app, pagename):
    url = app.sr_repository
    return f"{url}/issues/new?title=Error%20on%20the%20page%20{pagename}" if url else ""


def _svg_size(path):
    """Read the size of a drawing in CSS pixels; nothing where it does not say."""
    root = ElementTree.parse(path).getroot()
    sizes = [re.fullmatch(r"([\d.]+)(pt|px)?", root.get(side, "")) for side in ("width", "height")]
    if not all(sizes):
        return {}
    width, height = (round(float(size[1]) * (4 / 3 if size[2] == "pt" else 1)) for size in sizes)
    return {"width": width, "height": height}


def visit_image(self, node):
    """Write a picture; a stored drawing with its size, so that nothing moves when it comes."""
    uri = node["uri"]
    stored = self.builder.images.get(uri)
    source = posixpath.join(self.builder.imgpath, quote(stored)) if stored else uri
    size = _svg_size(Path(self.builder.srcdir) / uri) if stored and uri.endswith(".svg") else {}
    size |= {side: node[side] for side in ("width", "height") if side in node}
    self.body.append(self.emptytag(node, "img", "\n", src=source, alt=node.get("alt", ""), **size))


def depart_image(self, node):
    """Nothing is left to close."""


def visit_citation(self, node):
    """Open a source; without the roles that ARIA 1.3 gives up, since the plain elements say as much."""
    if not isinstance(node.previous_sibling(), nodes.citation):
        self.body.append('<div class="citation-list">\n')
    self.body.append(self.starttag(node, "div", classes=["citation"]))


def depart_citation(self, node):
    """Close a source, and the list after the last."""
    self.body.append("</div>\n")
    if not isinstance(node.next_node(descend=False, siblings=True), nodes.citation):
        self.body.append("</div>\n")


def _lists_within_items(html):
    """Set a list that stands in a list into the item before it: the list of sources leaves it between the items."""
    soup = BeautifulSoup(html, "html.parser")
    for inner in soup.select("ul > ul"):
        inner.find_previous_sibling("li").append(inner)
    return str(soup)


def _page(app, pagename, templatename, context, doctree):
    base = app.config.html_baseurl
    pathto = context["pathto"]
    is_404 = pagename == "404"

    def href(target):
        if is_404 and base:
            return base.rstrip("/") + "/" + target
        return pathto(target, True)

    parts = _parts(app, pagename, pathto)
    context.update(
        sr_csp=CSP,
        sr_href=href,
        sr_root=app.config.root_doc + ".html",
        sr_contents="#contents"
        if pagename == app.config.root_doc
        else href(app.config.root_doc + ".html") + "#contents",
        sr_absolute=lambda target: (base.rstrip("/") + "/" + target) if base else pathto(target, True),
        sr_preload=PRELOAD,
        sr_parts=parts,
        sr_crumb=_crumb(parts, pagename),
        sr_bar=[entry for entry in BAR if entry[0] in app.env.titles],
        sr_mark=app.sr_mark,
        sr_local_toc=_local_toc(app, pagename),
        sr_description=_description(doctree),
        sr_tested=_tested_with(app, pagename) if pagename in app.env.found_docs else "",
        sr_report=_report(app, pagename),
        sr_notebook=pagename in app.env.found_docs and str(app.env.doc2path(pagename)).endswith(".ipynb"),
    )
    if pagename == "_modules/index":
        context["body"] = _lists_within_items(context["body"])
    context["css_files"] = [c for c in context["css_files"] if not any(d in str(c.filename) for d in DROPPED_CSS)]
    context["script_files"] = [s for s in context["script_files"] if Path(str(s.filename)).name not in DROPPED_SCRIPTS]


class FiguresLast(SphinxTransform):
    """Let a cell's figure follow what the cell prints: output, figure, caption, and then the folded code."""

    default_priority = 500

    def apply(self):
        """Move the figures of every cell to the end of its outputs."""
        for output in self.document.findall(nodes.container):
            if output.get("nb_element") == "cell_code_output":
                output.children.sort(key=lambda child: isinstance(child, nodes.figure))  # else in the order they came


def _number_figures_per_page(app, env):
    """Let every page count its own figures from 1; runs after Sphinx has numbered them through the whole book."""
    for figures in env.toc_fignumbers.values():
        for numbers in figures.values():
            for number, target in enumerate(numbers, 1):
                numbers[target] = (number,)
    return []


def _inline_mark():
    """Return the mark for the bar, coloured by the page's tokens."""
    svg = (ASSETS / "mark-inline.svg").read_text(encoding="utf-8")
    return svg.strip()


def _init(app):
    app.sr_mark = _inline_mark()
    settings = yaml.safe_load((Path(app.srcdir) / "_config.yml").read_text(encoding="utf-8"))
    app.sr_repository = ((settings.get("repository") or {}).get("url") or "").rstrip("/")
    if os.environ.get("SOFTRECALL_BASEURL"):
        app.config.html_baseurl = os.environ["SOFTRECALL_BASEURL"]


def setup(app):
    """Register the theme; called by Sphinx."""
    app.add_html_theme("softrecall", str(TEMPLATES))
    app.add_node(nodes.image, override=True, html=(visit_image, depart_image))
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    app.add_transform(FiguresLast)
    app.connect("builder-inited", _init)
    app.connect("env-get-updated", _number_figures_per_page, priority=900)
    app.connect("html-page-context", _page, priority=900)
    app.config.html_additional_pages = {"404": "404.html", "index": "index.html"}
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
