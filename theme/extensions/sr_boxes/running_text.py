"""What holds for the whole text of a page: wide tables, percent signs, folded code."""

import re

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

from ._elements import el


class WrapTables(SphinxTransform):
    """Let a wide table scroll inside its column instead of widening the page."""

    default_priority = 800

    def apply(self):
        """Put every table into a box and drop a head without words."""
        for table in list(self.document.findall(nodes.table)):
            for head in list(table.findall(nodes.thead)):
                if not head.astext().strip():
                    head.parent.remove(head)
            box = el("div", classes=["bk-table"])
            table.replace_self(box)
            box += table


class KeepPercentTogether(SphinxTransform):
    """Let no line break stand between a number and its percent sign."""

    default_priority = 810

    def apply(self):
        """Replace the space in running text."""
        for text in list(self.document.findall(nodes.Text)):
            if " %" in text and not isinstance(
                text.parent, (nodes.literal, nodes.literal_block, nodes.raw, nodes.math)
            ):
                text.parent.replace(text, nodes.Text(re.sub(r"(?<=\d) %", "\u00a0%", text)))


class PlaceHiddenCode(SphinxPostTransform):
    """Put the folded code of a figure below it; a claims cell shows its table of numbers in place of its code."""

    default_priority = 205
    formats = ("html",)

    def run(self, **kwargs):
        """Move every folded input."""
        for code in list(self.document.findall(HideCodeCellNode)):
            cell = code.parent
            cell.remove(code)
            if not code.astext().lstrip().startswith("# claims"):
                cell += code


def visit_hidden_code(self, node):
    """Write folded code as a quiet details element."""
    self.body.append('<details class="bk-code"><summary>Code</summary>\n')


def depart_hidden_code(self, node):
    """Close the folded code."""
    self.body.append("</details>\n")


def setup(app):
    """Register the changes to running text."""
    app.add_transform(WrapTables)
    app.add_transform(KeepPercentTogether)
    app.add_post_transform(PlaceHiddenCode)
    app.add_node(HideCodeCellNode, override=True, html=(visit_hidden_code, depart_hidden_code))
