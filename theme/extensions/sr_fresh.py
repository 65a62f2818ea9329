"""Which pages to write again when some have changed: those, the front page, and all if others show pieces of them.

Every page shows the titles of all; a link shows the name or number of its target, and a preview its contents. What a
page lends to others in this way is its face. Pages whose text has changed are written again; if a face has changed,
every page is. (A change of anything but pages builds the whole site afresh: ``tools/build.py``.)
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

LENT = (nodes.term, nodes.definition, nodes.math_block, nodes.figure, nodes.table, nodes.citation)
LEDE = "bk-lede"


def is_lent(node: nodes.Node) -> bool:
    """Whether other pages may show this part of a page: a definition, an equation, a figure, the page's promise."""
    return isinstance(node, LENT) or (isinstance(node, nodes.Element) and LEDE in node.get("classes", []))


def face(env: BuildEnvironment, docname: str) -> str:
    """Return a digest of what other pages may show of a page: its name, its parts, what can be referred to by name."""
    parts = [node.pformat() for node in env.get_doctree(docname).findall(is_lent)]
    headings = env.metadata[docname].get("myst_slugs", {})
    parts += [repr(env.titles[docname]), *(f"{slug} {text}" for slug, (_, _, text) in headings.items())]
    for name, tables in sorted(env.domaindata.items()):
        entries = [entry for table in tables.values() for entry in _entries(table)]
        parts += [name, *sorted(entry for entry in entries if docname in entry)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _entries(table: Any) -> list[str]:
    """Return what a table of a domain holds (labels, terms, equations, citations), each entry as text."""
    if isinstance(table, dict):
        table = table.items()
    return [repr(entry) for entry in table] if isinstance(table, Iterable) and not isinstance(table, str) else []


def note_read(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Keep the names of the pages that are read in this build."""
    app.sr_fresh = list(docnames)


def pages_concerned(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages to write besides those that were read."""
    faces = getattr(env, "sr_faces", {})
    now = {docname: face(env, docname) for docname in app.sr_fresh if docname in env.found_docs}
    has_changed = any(faces.get(docname) != digest for docname, digest in now.items())
    env.sr_faces = faces | now
    if has_changed:
        return sorted(env.found_docs)
    return [app.config.root_doc] if now else []


def restore_numbers(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Put back the numbers of figures as Sphinx gave them; it would find those by page changed everywhere."""
    env.toc_fignumbers = getattr(env, "sr_numbers", env.toc_fignumbers)
    return []


def keep_numbers(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Keep the numbers as Sphinx gives them, before the theme counts by page; return all pages if any has changed."""
    before, env.sr_numbers = getattr(env, "sr_numbers", None), copy.deepcopy(env.toc_fignumbers)
    return [] if env.sr_numbers == before else sorted(env.found_docs)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the steps."""
    app.connect("env-before-read-docs", note_read)
    app.connect("env-updated", pages_concerned)
    app.connect("env-get-updated", restore_numbers, priority=100)
    app.connect("env-get-updated", keep_numbers, priority=800)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
