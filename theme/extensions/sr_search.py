"""The search: one entry for each section, term, source and object of the package, with its words.

The index is a classic script, so that the search works from a disk as well; the search page alone loads it.
What each page adds is kept beside its doctree: a build that writes one page again still indexes all.
"""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sr_math import MathError, render
from sr_theme import BACK_MATTER, names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

INDEX = "searchindex.js"
UNSAID = (nodes.literal_block, nodes.raw, nodes.math_block, nodes.image, nodes.comment, nodes.title, nodes.label)
APART = (nodes.section, nodes.citation, addnodes.desc)
CHAPTER, BACK, PACKAGE = range(3)  # the order in which the groups are listed


def is_term(node: nodes.Node) -> bool:
    """Whether this is an entry of a glossary."""
    return isinstance(node, nodes.definition_list_item) and "glossary" in node.parent.get("classes", [])


def formula_text(node: nodes.math) -> str:
    """Return the signs of a formula as a reader sees them, for a line of plain text."""
    try:
        html = render(node.astext().strip())
    except MathError:
        return node.astext()
    seen = re.sub(r"<annotation.*?</annotation>|<span class=\"katex-html\".*", "", html, flags=re.DOTALL)
    return re.sub(r"<[^>]+>|[\u2061\u200b]", "", seen).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def pieces(node: nodes.Node) -> Iterator[str]:
    """Yield the text of a node in order, without code, pictures, and what has an entry of its own."""
    if isinstance(node, nodes.Text):
        yield node.astext()
    elif isinstance(node, nodes.math):
        yield formula_text(node)
    elif not isinstance(node, UNSAID):
        for child in node.children:
            if not isinstance(child, APART) and not is_term(child):
                yield from pieces(child)
        if not isinstance(node, nodes.Inline):
            yield " "


def text_of(*parts: nodes.Node) -> str:
    """Return the text of some nodes as one line."""
    return " ".join("".join(piece for part in parts for piece in pieces(part)).split())


def name_of(signature: addnodes.desc_signature) -> str:
    """Return the name of an object of the package with that of its class."""
    return signature.get("fullname") or signature.astext()


def entries(doctree: nodes.document) -> Iterator[tuple[str, str, str]]:
    """Yield anchor, title and text of everything on a page that a search may find."""
    for section in doctree.findall(nodes.section):
        is_first = isinstance(section.parent, nodes.document)
        yield "" if is_first else section["ids"][0], text_of(*section[0].children), text_of(section)
    for item in filter(is_term, doctree.findall(nodes.definition_list_item)):
        names = [child for child in item.children if isinstance(child, nodes.term)]
        named = ", ".join(text_of(*name.children) for name in names)
        yield names[0]["ids"][0], named, text_of(*(child for child in item.children if child not in names))
    for source in doctree.findall(nodes.citation):
        yield source["ids"][0], "", text_of(source)
    for thing in doctree.findall(addnodes.desc):
        signature = next(iter(thing.findall(addnodes.desc_signature)))
        if signature["ids"]:
            yield signature["ids"][0], name_of(signature), text_of(*thing.children[1:])


def kind_of(env: BuildEnvironment, docname: str, doctree: nodes.document) -> int:
    """Return the group that a page belongs to: chapters, back matter, the package's reference."""
    if any(True for _ in doctree.findall(addnodes.desc)):
        return PACKAGE
    back = [name for part in env.external_site_map.root.subtrees if part.caption == BACK_MATTER for name in names(part)]
    return BACK if docname in back else CHAPTER


def kept(app: Sphinx, docname: str) -> Path:
    """Return the file that keeps the entries of a page between builds."""
    return Path(app.doctreedir) / "search" / f"{docname}.json"


def note_page(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Keep the entries of a page that is written."""
    if doctree is None or pagename not in app.env.found_docs:
        return
    page = {
        "title": text_of(*next(iter(doctree.findall(nodes.title))).children),
        "kind": kind_of(app.env, pagename, doctree),
        "entries": list(entries(doctree)),
    }
    path = kept(app, pagename)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(page, ensure_ascii=False), encoding="utf-8")


def in_order(env: BuildEnvironment) -> list[str]:
    """Return the pages in the order of the contents."""
    listed = [name for part in env.external_site_map.root.subtrees for name in names(part)]
    return sorted(env.found_docs, key=lambda name: listed.index(name) if name in listed else -1)


def write_index(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Write the index, and ask for the page that uses it."""
    pages, found = [], []
    for docname in in_order(app.env):
        page = json.loads(kept(app, docname).read_text(encoding="utf-8"))
        found += [[len(pages), *entry] for entry in page["entries"]]
        pages.append([app.builder.get_target_uri(docname), page["title"], page["kind"]])
    text = json.dumps({"pages": pages, "entries": found}, ensure_ascii=False, separators=(",", ":"))
    script = f"window.softRecallIndex = {text};\n"
    (Path(app.outdir) / INDEX).write_text(script, encoding="utf-8")
    yield "search", {"sr_index": f"{INDEX}?v={zlib.crc32(script.encode()):08x}"}, "search.html"


def silence(app: Sphinx) -> None:
    """Let Sphinx write no index of its own: it knows pages, not sections, and no line of context from a disk."""
    app.builder.search = False


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the steps."""
    app.connect("builder-inited", silence)
    app.connect("html-page-context", note_page)
    app.connect("html-collect-pages", write_index)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
