"""The cards of the landing page, one for each part of the book, made from the table of contents."""

from docutils import nodes
from docutils.parsers.rst import directives

from ._elements import Box, drawing, el


class OfPart(Box):
    """Base of what lists a part's chapters: its name is the caption of a part in the table of contents."""

    required_arguments = 1

    def pages(self):
        """Return the names of the part's pages that exist, in the order of the book."""
        caption = self.arguments[0]
        trees = [tree for tree in self.env.external_site_map.root.subtrees if tree.caption == caption]
        if not trees:
            raise self.error(f"{self.name}: no part of _toc.yml is called {caption!r}")
        names = [str(item).removesuffix(".ipynb").removesuffix(".md") for item in trees[0].items]
        return [name for name in names if name in self.env.found_docs]


class Part(OfPart):
    """A card of the landing page: one part of the book with its chapters, made from the table of contents."""

    option_spec = {"time": directives.unchanged_required, "glyph": directives.unchanged_required}  # noqa: RUF012

    def run(self):
        """Return the card; the titles of its chapters come once all are known."""
        pages = self.pages()
        count = "1 chapter" if len(pages) == 1 else f"{len(pages)} chapters"
        glyph = nodes.raw("", GLYPHS[self.options.get("glyph", "memory")], format="html")
        facts = el("span", count, el("br"), self.options.get("time", ""), classes=["bk-card-count"])
        head = el("p", glyph, facts, classes=["bk-card-head"])
        title = el("h3", self.arguments[0])
        return [el("li", head, title, *self.parse(), page_list(pages=pages), classes=["bk-card"])]


class Pages(OfPart):
    """The pages of a part in one line, after a few words."""

    def run(self):
        """Return the words and the list."""
        return [el("div", *self.parse(), page_list(pages=self.pages()), classes=["bk-pages"])]


class page_list(nodes.General, nodes.Element):
    """Links to pages by their titles, resolved when the page that shows them is written."""


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


def visit_page_list(self, node):
    """Write one link for each page."""
    here, titles = self.builder.current_docname, self.builder.env.titles
    links = [(self.builder.get_relative_uri(here, page), titles[page].astext()) for page in node["pages"]]
    items = [f'<li><a href="{self.attval(target)}">{self.encode(title)}</a></li>' for target, title in links]
    self.body.append(f'<ol class="bk-card-pages">{"".join(items)}</ol>\n')
    raise nodes.SkipNode


DIRECTIVES = {"cards": Cards, "part": Part, "pages": Pages}


def setup(app):
    """Register the list of links."""
    app.add_node(page_list, html=(visit_page_list, None))
