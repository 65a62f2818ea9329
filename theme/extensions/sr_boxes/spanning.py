"""Boxes that span code cells: predict, run, explain; and the pitfall.

``{predict}`` opens a plate that the next ``{explain}`` of its section closes, and ``{pitfall}`` one that
``{pitfall-end}`` closes; the cells between them become part of the box.
"""

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from ._elements import Box, Prose, el, icon
from .choices import Choice

LOGGER = logging.getLogger(__name__)


class box_open(nodes.General, nodes.Element):
    """Marks where a box that spans cells begins; replaced by a transform."""


class box_close(nodes.General, nodes.Element):
    """Marks where a box that spans cells ends; replaced by a transform."""


class Predict(Choice):
    """Step one of predict, run, explain; the plate ends with ``{explain}``, and opens with a choice."""

    def run(self):
        """Return the step and the marker that opens the plate."""
        question = self.answers(el("span", "Predict", classes=["bk-step-name"]))
        return [box_open(kind="predict", contents=el("div", question, classes=["bk-step", "bk-step-predict"]))]


class Explain(Box):
    """Step three: why, closed until a choice is made."""

    prose = Prose(title=False, is_counted=False)

    def run(self):
        """Return the marker that closes the plate."""
        name = el("p", "Explain", classes=["bk-step-name"])
        step = el("div", name, *self.parse(), classes=["bk-step", "bk-step-explain"])
        return [box_close(kind="predict", contents=step)]


class Pitfall(Box):
    """A mistake that many make, shown failing; with code cells it ends at ``{pitfall-end}``."""

    required_arguments = 1

    def run(self):
        """Return the head of the box and the marker that opens it."""
        kind = el("p", icon("warn"), "Pitfall", classes=["bk-kind"])
        title = el("p", *self.inline(self.arguments[0]), classes=["bk-box-title"])
        return [box_open(kind="pitfall", contents=el("div", kind, title, *self.parse(), classes=["bk-pitfall-head"]))]


class PitfallEnd(Box):
    """What to do instead; closes the pitfall."""

    def run(self):
        """Return the marker that closes the box."""
        return [box_close(kind="pitfall", contents=el("div", *self.parse(), classes=["bk-pitfall-foot"]))]


class JoinBoxes(SphinxTransform):
    """Gather the nodes between the opening and closing marker of a box into one element."""

    default_priority = 390

    def apply(self):
        """Rewrite every box of the document."""
        for start in list(self.document.findall(box_open)):
            parent, kind = start.parent, start["kind"]
            first = parent.index(start)
            end = next((i for i in range(first + 1, len(parent)) if _closes(parent[i], kind)), None)
            inner = parent.children[first + 1 : end] if end is not None else []
            if end is None and kind == "predict":
                LOGGER.warning("predict: the same section needs an {explain} after it", location=start)
            foot = [parent[end]["contents"]] if end is not None else []
            box = el("div", start["contents"], *self.steps(kind, inner), *foot, classes=[f"bk-{kind}"])
            parent.children[first : (end if end is not None else first) + 1] = []
            parent.insert(first, box)
        for stray in list(self.document.findall(box_close)):
            LOGGER.warning("%s: nothing is open here that this would close", stray["kind"], location=stray)
            stray.parent.remove(stray)

    def steps(self, kind, inner):
        """Wrap what stands between the markers."""
        if not inner:
            return []
        if kind == "predict":
            name = el("p", el("strong", "Run"), " or read the stored output", classes=["bk-step-name"])
            closed = el("div", "Choose an answer to see what comes out, and why.", classes=["bk-closed"])
            return [el("div", name, *inner, closed, classes=["bk-step", "bk-step-run"])]
        blocks = [code for node in inner for code in node.findall(nodes.literal_block)]
        longest = max((len(line) for code in blocks for line in code.astext().split("\n")), default=0)
        for node in inner:
            for cell in node.findall(nodes.container):
                if cell.get("nb_element") == "cell_code_source":
                    cell.insert(0, el("p", "In code", classes=["bk-label"]))
                elif cell.get("nb_element") == "cell_code_output":
                    cell.insert(0, el("p", "What comes out", classes=["bk-label"]))
        return [el("div", *inner, classes=["bk-pitfall-run", *(["bk-wide"] if longest > 38 else [])])]


def _closes(node, kind):
    return isinstance(node, box_close) and node["kind"] == kind


DIRECTIVES = {"predict": Predict, "explain": Explain, "pitfall": Pitfall, "pitfall-end": PitfallEnd}


def setup(app):
    """Register what gathers the parts of a box."""
    app.add_transform(JoinBoxes)
