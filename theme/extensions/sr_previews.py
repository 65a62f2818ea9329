"""Previews: what a link leads to on another page, built into the page that holds the link.

A term, a source, an equation, a figure or a table of the same page is shown from the page itself (``previews.js``).
What stands on another page travels along in a ``<template>`` at the end of the page, which holds only the entries that
the page refers to: no request is needed, so that it also works from a disk.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinxcontrib.bibtex.transforms import BibliographyTransform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

SHOWN = (nodes.term, nodes.math_block, nodes.figure, nodes.table)
SCRIPT = "previews.js"


def is_previewed(link: nodes.reference) -> bool:
    """Whether a link is one to a term, a source, an equation, or a numbered figure or table."""
    kinds = {name for node in link.findall(nodes.inline) for name in node.get("classes", [])}
    around = link.parent.get("classes", []) if isinstance(link.parent, nodes.Element) else []
    address = link.get("refid") or link.get("refuri", "").partition("#")[2]
    return bool(kinds & {"std-term", "std-numref"}) or "bibtex-citation" in around or address.startswith("equation-")


def target_of(link: nodes.reference, pagename: str) -> tuple[str, str]:
    """Return the page and the id that an internal link leads to."""
    if "refid" in link:
        return pagename, link["refid"]
    path, _, anchor = link.get("refuri", "").partition("#")
    folder = posixpath.dirname(pagename)
    return posixpath.normpath(posixpath.join(folder, path)).removesuffix(".html"), anchor


def sources(env: BuildEnvironment, docname: str) -> dict[str, nodes.Element]:
    """Return the sources that a page lists, by id. (A list of sources must not be resolved twice: it would double.)"""
    cited = env.domaindata.get("cite", {}).get("citations", [])
    here = [source for source in cited if source.bibliography_key.docname == docname]
    return {source.citation_id: BibliographyTransform.backend.paragraph(source.formatted_entry) for source in here}


def targets(app: Sphinx, docname: str) -> dict[str, nodes.Element]:
    """Return what can be shown of a page, by id; each page is read once a build."""
    if docname not in app.sr_targets:
        app.sr_targets[docname] = sources(app.env, docname)
    if not app.sr_targets[docname]:
        doctree = app.env.get_and_resolve_doctree(docname, app.builder)
        app.sr_targets[docname] = {
            name: node for node in doctree.findall(nodes.Element) if isinstance(node, SHOWN) for name in node["ids"]
        }
    return app.sr_targets[docname]


def contents(node: nodes.Element) -> list[nodes.Node]:
    """Return copies of what a preview shows of its target."""
    if isinstance(node, nodes.term):
        name = nodes.paragraph("", "", *(child.deepcopy() for child in node.children), classes=["bk-preview-name"])
        place = node.parent.index(node)
        definition = next(n for n in node.parent.children[place:] if isinstance(n, nodes.definition))
        return [name, *(child.deepcopy() for child in definition.children)]
    if isinstance(node, nodes.figure):
        return [nodes.paragraph("", "", *c.deepcopy().children) for c in node.children if isinstance(c, nodes.caption)]
    return [node.deepcopy()]


def move_links(app: Sphinx, box: nodes.Element, docname: str, pagename: str) -> None:
    """Let the links of a copied piece lead where they led, and let it carry no id of its own."""
    for node in box.findall(nodes.Element):
        node["ids"] = []
    for link in box.findall(nodes.reference):
        if link.get("internal") or "refid" in link:
            page, anchor = target_of(link, docname)
            link["refuri"] = app.builder.get_relative_uri(pagename, page) + (f"#{anchor}" if anchor else "")
            link.attributes.pop("refid", None)
            link["internal"] = True


def entry(app: Sphinx, pagename: str, docname: str, anchor: str) -> str:
    """Render one preview for the pages of a folder."""
    key = posixpath.dirname(pagename), docname, anchor
    if key not in app.sr_entries:
        box = nodes.container("", *contents(targets(app, docname)[anchor]))
        move_links(app, box, docname, pagename)
        app.sr_entries[key] = app.builder.render_partial(nodes.compound("", *box.children))["fragment"]
    return app.sr_entries[key]


def previewed(app: Sphinx, pagename: str, doctree: nodes.document) -> Iterator[tuple[str, str]]:
    """Yield the address, as the page writes it, and the HTML of each preview from another page."""
    seen = set()
    for link in doctree.findall(nodes.reference):
        address = link.get("refuri", "")
        if address in seen or "refid" in link or not is_previewed(link):
            continue
        seen.add(address)
        docname, anchor = target_of(link, pagename)
        if docname != pagename and docname in app.env.all_docs and anchor in targets(app, docname):
            yield address, entry(app, pagename, docname, anchor)


def add_previews(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Hand the previews of a page to its template, and load the script that shows them."""
    if doctree is not None:
        context["sr_previews"] = list(previewed(app, pagename, doctree))
        app.add_js_file(SCRIPT, loading_method="defer")


def drop_tooltips(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Take the whole source out of the link's tooltip: the preview shows it, and everyone can reach that."""
    for link in doctree.findall(nodes.reference):
        if is_previewed(link):
            link.attributes.pop("reftitle", None)


def forget(app: Sphinx) -> None:
    """Begin a build with nothing read."""
    app.sr_targets, app.sr_entries = {}, {}


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the steps; the template needs the previews before the theme looks for formulas in the page."""
    app.connect("builder-inited", forget)
    app.connect("doctree-resolved", drop_tooltips)
    app.connect("html-page-context", add_previews, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
