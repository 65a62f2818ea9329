"""The cards of the landing page, one for each part of the book, made from the table of contents."""

from docutils import nodes
from docutils.parsers.rst import directives

from ._elements import Box, drawing, el


class Part(Box):
    """A card of the landing page: one part of the book, made from the table of contents."""

    required_arguments = 1
    option_spec = {"time": directives.unchanged_required, "glyph": directives.unchanged_required}  # noqa: RUF012

    def run(self):
        """Return a placeholder that ``fill_cards`` fills once all titles are known."""
        caption = self.arguments[0]
        trees = [tree for tree in self.env.external_site_map.root.subtrees if tree.caption == caption]
        if not trees:
            raise self.error(f"part: no part of _toc.yml is called {caption!r}")
        pages = [str(item).rsplit(".", 1)[0] if "." in str(item) else str(item) for item in trees[0].items]
        count = "1 chapter" if len(pages) == 1 else f"{len(pages)} chapters"
        glyph = nodes.raw("", GLYPHS[self.options.get("glyph", "memory")], format="html")
        head = el(
            "p",
            glyph,
            el("span", count, el("br"), self.options.get("time", ""), classes=["bk-card-count"]),
            classes=["bk-card-head"],
        )
        first = pages[0]
        link = el("a", caption, href=f"{first}.html")
        card = el("li", head, el("h3", link), *self.parse(), part_list(pages=pages), classes=["bk-card"])
        return [card]


class part_list(nodes.General, nodes.Element):
    """The titles of a part's chapters, resolved when the page is written."""


MEMORY = (
    '<path d="M11 37 22 14M11 37l25-17M11 37l26-2"/><circle class="m" cx="22.5" cy="13" r="4"/>'
    '<circle class="m" cx="37" cy="19" r="5.5"/><circle class="m" cx="38" cy="35" r="3.5"/>'
    '<circle class="q" cx="10.5" cy="37.5" r="5"/>'
)
CHAIN = (
    '<path d="M8 30h8M25 30h5M39 30h5M20.5 34v8M34.5 34v8M34.5 26C34.5 9 20.5 9 20.5 23"/>'
    '<circle class="m" cx="20.5" cy="30" r="4.5"/><circle class="m" cx="34.5" cy="30" r="4.5"/>'
    '<circle class="q" cx="6" cy="30" r="4"/>'
)
CIRCLES = (
    '<circle cx="17.5" cy="24" r="14"/><circle cx="30.5" cy="24" r="14"/>'
    '<circle class="q" cx="17.5" cy="24" r="4"/><circle class="m" cx="30.5" cy="24" r="4"/>'
)
GLYPHS = {
    "memory": drawing("bk-part-glyph", 48, 48, MEMORY),
    "circles": drawing("bk-part-glyph", 48, 48, CIRCLES),
    "chain": drawing("bk-part-glyph", 48, 48, CHAIN),
}


class Cards(Box):
    """A list of part cards."""

    def run(self):
        """Return the list."""
        return [el("ul", *self.parse(), classes=["bk-cards"])]


def visit_part_list(self, node):
    """Write the titles of the chapters that exist."""
    titles = self.builder.env.titles
    names = [titles[page].astext() for page in node["pages"] if page in titles]
    self.body.append(f'<p class="bk-card-pages">{self.encode(", ".join(names))}')
    self.body.append("</p>")
    raise nodes.SkipNode


DIRECTIVES = {"cards": Cards, "part": Part}


def setup(app):
    """Register the list of a part's chapters."""
    app.add_node(part_list, html=(visit_part_list, None))
