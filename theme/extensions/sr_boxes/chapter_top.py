"""What stands at the top of a chapter: its lede, its objectives, and a memory's three slots."""

from docutils import nodes
from docutils.parsers.rst import directives

from ._elements import Box, Prose, el


class Lede(Box):
    """The one-sentence promise under a title; also the page's description."""

    def run(self):
        """Return the container."""
        return [nodes.container("", *self.parse(), classes=["bk-lede"])]


class Objectives(Box):
    """What the reader will be able to do, beside time, prerequisites and the notebook."""

    prose = Prose(title=False, is_counted=False)
    option_spec = {"time": directives.unchanged_required, "before": directives.unchanged_required}  # noqa: RUF012

    def run(self):
        """Return the two columns."""
        facts = el("div", classes=["bk-facts"])
        rows = [("Time", self.options.get("time", "")), ("Before this", self.options.get("before", ""))]
        for name, text in rows:
            if text:
                facts += el("p", el("strong", name), el("span", *self.inline(text)))
        docname = self.env.docname
        if str(self.env.doc2path(docname)).endswith(".ipynb"):
            depth = "../" * docname.count("/")
            link = el("a", "Notebook", href=f"{depth}_sources/{docname}.ipynb", download="")
            facts += el("p", el("strong", "Run it yourself"), el("span", link, ", with its outputs stored"))
        goals = el("div", el("p", "You will be able to", classes=["bk-label"]), *self.parse(), classes=["bk-goals"])
        return [el("div", goals, facts, classes=["bk-objectives"])]


class Slots(Box):
    """The three slots of a memory: address, store, read."""

    prose = Prose(title=False, options=("address", "store", "read"), is_counted=False)
    option_spec = {name: directives.unchanged_required for name in ("address", "store", "read")}  # noqa: RUF012

    def run(self):
        """Return a definition list of three."""
        rows = []
        for name, role in (("address", "query"), ("store", "memory"), ("read", "value")):
            if name not in self.options:
                raise self.error(f"slots: all three of address, store, read are needed; {name} is missing")
            term = el("dt", el("span", classes=["bk-dot", f"bk-dot-{role}"], aria_hidden="true"), name)
            rows.append(el("div", term, el("dd", *self.inline(self.options[name]))))
        return [el("dl", *rows, classes=["bk-slots"])]


DIRECTIVES = {"lede": Lede, "objectives": Objectives, "slots": Slots}
