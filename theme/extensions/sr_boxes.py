"""The boxes of a chapter: lede, objectives, slots, predict-run-explain, pitfall, in the brain, self-check, hint.

Each is a directive in MyST. Two kinds span code cells: ``{predict}`` opens a plate that the next ``{explain}`` closes,
and ``{pitfall}`` one that ``{pitfall-end}`` closes; the cells between them become part of the box. None needs a script.
"""

import re

from docutils import nodes
from docutils.parsers.rst import directives
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx_exercise.nodes import (
    exercise_enumerable_node,
    exercise_node,
    solution_node,
    solution_title,
)

LOGGER = logging.getLogger(__name__)


class html_element(nodes.General, nodes.TextElement):
    """An element written to HTML as it is: ``tag``, ``classes`` and ``attrs``."""


def visit_element(self, node):
    """Open the element."""
    attrs = dict(node.get("attrs", {}))
    if node.get("ids"):
        attrs["id"] = node["ids"][0]
    if node.get("classes"):
        attrs["class"] = " ".join(node["classes"])
    text = "".join(f' {key}="{self.attval(str(value))}"' if value != "" else f" {key}" for key, value in attrs.items())
    self.body.append(f"<{node['tag']}{text}>")


VOID, INLINE = ("input", "br"), ("a", "span", "strong")


def depart_element(self, node):
    """Close the element."""
    if node["tag"] not in VOID:
        self.body.append(f"</{node['tag']}>" + ("" if node["tag"] in INLINE else "\n"))


def pass_element(self, node):
    """Write only the contents, for builders other than HTML."""


def el(tag, *children, classes=(), **attrs):
    """Build an ``html_element``; underscores in attribute names become hyphens."""
    node = html_element(
        tag=tag, classes=list(classes), attrs={k.rstrip("_").replace("_", "-"): v for k, v in attrs.items()}
    )
    node.extend(nodes.Text(child) if isinstance(child, str) else child for child in children)
    return node


def drawing(classes, width, height, shapes):
    """Return a small line drawing as SVG text."""
    opening = (
        f'<svg class="{classes}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-hidden="true">'
    )
    return f"{opening}{shapes}</svg>"


WARN = '<path d="M10 2.5 18.5 17h-17z"/><path d="M10 8v4.2M10 14.2v.6"/>'
BRAIN = '<path d="M11 18V9M11 9C9 7 6 7 4 3M11 9c2-2 5-2 7-6M11 9V2M1 11.5h20M1 6.5h20"/>'
ICONS = {"warn": drawing("bk-glyph", 20, 20, WARN), "brain": drawing("bk-glyph", 22, 20, BRAIN)}


def icon(name):
    """Return an inline drawing as a raw node."""
    return nodes.raw("", ICONS[name], format="html")


class Box(SphinxDirective):
    """Base: parse a title line as inline text and the content as Markdown."""

    has_content = True
    final_argument_whitespace = True

    def inline(self, text):
        """Parse one line of Markdown and return its inline nodes."""
        children, messages = self.state.inline_text(text, self.lineno)
        return children + messages

    def parse(self):
        """Parse the content into block nodes."""
        holder = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, holder)
        return holder.children


class Lede(Box):
    """The one-sentence promise under a title; also the page's description."""

    def run(self):
        """Return the container."""
        return [nodes.container("", *self.parse(), classes=["bk-lede"])]


class Objectives(Box):
    """What the reader will be able to do, beside time, prerequisites and the notebook."""

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


class box_open(nodes.General, nodes.Element):
    """Marks where a box that spans cells begins; replaced by a transform."""


class box_close(nodes.General, nodes.Element):
    """Marks where a box that spans cells ends; replaced by a transform."""


def split_options(items):
    """Split list items ``[x] option`` + explanation; return (is_right, option nodes, explanation nodes) each."""
    found = []
    for item in items:
        head, *rest = item.children
        text = head.children[0]
        mark, body = text.astext()[:3], text.astext()[3:].lstrip()
        if mark not in ("[ ]", "[x]"):
            raise ValueError(f"an option must begin with [ ] or [x]; got {text.astext()[:20]!r}")
        found.append((mark == "[x]", [nodes.Text(body), *head.children[1:]], rest))
    return found


class Choice(Box):
    """Base of boxes with radio buttons."""

    required_arguments = 1

    def options_of(self, blocks):
        """Return the parsed options of the only bullet list among ``blocks`` and the blocks before it."""
        lists = [block for block in blocks if isinstance(block, nodes.bullet_list)]
        if len(lists) != 1:
            raise self.error(f"{self.name}: exactly one list of options is needed; got {len(lists)}")
        try:
            return split_options(lists[0].children), [block for block in blocks if block is not lists[0]]
        except ValueError as error:
            raise self.error(f"{self.name}: {error}") from error

    def group(self):
        """Return a name for the radio group, unique on the page."""
        return f"bk-choice-{self.env.new_serialno('bk-choice')}"


class SelfCheck(Choice):
    """A question whose every answer is explained."""

    def run(self):
        """Return a fieldset; the explanation of the chosen answer shows without any script."""
        options, before = self.options_of(self.parse())
        if sum(right for right, _, _ in options) != 1:
            raise self.error("selfcheck: exactly one option must be marked [x]")
        if not all(why for _, _, why in options):
            raise self.error("selfcheck: every option needs an explanation below it")
        group, rows = self.group(), []
        for number, (right, text, why) in enumerate(options):
            name = f"{group}-{number}"
            verdict = el("strong", "Yes. " if right else "No. ", classes=["bk-yes" if right else "bk-no"])
            first = why[0]
            first.insert(0, verdict)
            rows.append(
                el(
                    "div",
                    el("input", type="radio", name=group, id=name),
                    el("label", *text, for_=name),
                    el("div", *why, classes=["bk-why"]),
                    classes=["bk-option"],
                )
            )
        kind = el("span", "Question", classes=["bk-kind", "bk-count"])
        legend = el("legend", kind, el("span", *self.inline(self.arguments[0])))
        return [el("fieldset", legend, *before, *rows, classes=["bk-selfcheck"])]


class Predict(Choice):
    """Step one of predict, run, explain; the plate ends with ``{explain}``."""

    def run(self):
        """Return the step and the marker that opens the plate."""
        options, before = self.options_of(self.parse())
        group, rows = self.group(), []
        for number, (_, text, _) in enumerate(options):
            name = f"{group}-{number}"
            radio = el("input", type="radio", name=group, id=name)
            rows.append(el("div", radio, el("label", *text, for_=name), classes=["bk-option"]))
        legend = el(
            "legend", el("span", "Predict", classes=["bk-step-name"]), el("span", *self.inline(self.arguments[0]))
        )
        step = el("div", el("fieldset", legend, *before, *rows), classes=["bk-step", "bk-step-predict"])
        return [box_open(kind="predict", contents=step)]


class Explain(Box):
    """Step three: why, closed until asked for."""

    def run(self):
        """Return the marker that closes the plate."""
        details = el("details", el("summary", "Explain"), *self.parse())
        return [box_close(kind="predict", contents=el("div", details, classes=["bk-step", "bk-step-explain"]))]


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


class Brain(Box):
    """A claim about the brain with its standing; evidence and counter-evidence inside."""

    required_arguments = 1
    option_spec = {"standing": directives.unchanged_required}  # noqa: RUF012

    def run(self):
        """Return the box; it needs a standing and all three of evidence, counter, decides."""
        if "standing" not in self.options:
            raise self.error("brain: a :standing: is needed, such as 'a hypothesis, not consensus'")
        standing = el("span", self.options["standing"], classes=["bk-standing"])
        kind = el("p", icon("brain"), el("strong", "Claim"), standing, classes=["bk-kind"])
        claim = el("p", *self.inline(self.arguments[0]), classes=["bk-claim"])
        parts = self.parse()
        names = [part.get("sr_part") for part in parts if isinstance(part, html_element)]
        if names != ["evidence", "counter", "decides"]:
            raise self.error(f"brain: evidence, counter and decides are needed in this order; got {names}")
        sides = el("div", parts[0], parts[1], classes=["bk-sides"])
        # A landmark's name must be its own, and a page may hold several claims: the first words tell them apart.
        label = "In the brain: " + " ".join(claim.astext().split()[:8])
        return [el("section", kind, claim, sides, parts[2], classes=["bk-brain"], aria_label=label)]


class BrainPart(Box):
    """Evidence, counter-evidence, or what would decide it."""

    def run(self):
        """Return the part, named for its parent."""
        label = {"evidence": "Evidence", "counter": "Counter-evidence", "decides": "Would decide it"}[self.name]
        part = el("div", el("p", label, classes=["bk-label"]), *self.parse(), classes=[f"bk-{self.name}"])
        part["sr_part"] = self.name
        return [part]


class Hint(Box):
    """A hint, closed until asked for."""

    def run(self):
        """Return a details element."""
        return [el("details", el("summary", "Hint"), *self.parse(), classes=["bk-hint"])]


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


class OpenSolutions(SphinxTransform):
    """Take exercises and solutions out of the inner sections of sphinx-exercise: their ids would repeat."""

    default_priority = 11

    def apply(self):
        """Flatten every exercise and solution of the document."""
        boxes = (exercise_node, exercise_enumerable_node, solution_node)
        for solution in [node for kind in boxes for node in self.document.findall(kind)]:
            for section in [
                c for c in solution.children if {"solution-content", "exercise-content"} & set(c.get("ids", []))
            ]:
                at = solution.index(section)
                solution.remove(section)
                for offset, child in enumerate(section.children):
                    solution.insert(at + offset, child)


class CountQuestions(SphinxTransform):
    """Number the self-checks of a page: question 1 of 3."""

    default_priority = 12

    def apply(self):
        """Write the numbers."""
        kinds = [n for n in self.document.findall(html_element) if "bk-count" in n.get("classes", [])]
        for number, kind in enumerate(kinds, 1):
            kind += nodes.Text(f" {number}")
            kind += el("span", f" of {len(kinds)}", classes=["bk-of"])


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
            return [el("div", name, *inner, classes=["bk-step", "bk-step-run"])]
        blocks = [code for node in inner for code in node.findall(nodes.literal_block)]
        longest = max((len(line) for code in blocks for line in code.astext().split("\n")), default=0)
        for node in inner:
            for cell in node.findall(nodes.container):
                if cell.get("nb_element") == "cell_code_source":
                    cell.insert(0, el("p", "Many write", classes=["bk-label"]))
                elif cell.get("nb_element") == "cell_code_output":
                    cell.insert(0, el("p", "What comes out", classes=["bk-label"]))
        return [el("div", *inner, classes=["bk-pitfall-run", *(["bk-wide"] if longest > 38 else [])])]


def _closes(node, kind):
    return isinstance(node, box_close) and node["kind"] == kind


def visit_part_list(self, node):
    """Write the titles of the chapters that exist."""
    titles = self.builder.env.titles
    names = [titles[page].astext() for page in node["pages"] if page in titles]
    self.body.append(f'<p class="bk-card-pages">{self.encode(", ".join(names))}')
    self.body.append("</p>")
    raise nodes.SkipNode


def skip_node(self, node):
    """Write nothing."""
    raise nodes.SkipNode


def visit_hidden_code(self, node):
    """Write folded code as a quiet details element."""
    self.body.append('<details class="bk-code"><summary>Code</summary>\n')


def depart_hidden_code(self, node):
    """Close the folded code."""
    self.body.append("</details>\n")


def visit_exercise(self, node):
    """Write an exercise: its number and kind on one line, then the task."""
    self.body.append(self.starttag(node, "section", CLASS="bk-exercise"))


def depart_exercise(self, node):
    """Close the exercise."""
    self.body.append("</section>\n")


def visit_solution(self, node):
    """Write a solution as a closed details element."""
    self.body.append(self.starttag(node, "details", CLASS="bk-solution"))
    self.body.append("<summary>Solution</summary>\n")


def depart_solution(self, node):
    """Close the solution."""
    self.body.append("</details>\n")


DIRECTIVES = {
    "lede": Lede,
    "objectives": Objectives,
    "slots": Slots,
    "selfcheck": SelfCheck,
    "predict": Predict,
    "explain": Explain,
    "pitfall": Pitfall,
    "pitfall-end": PitfallEnd,
    "brain": Brain,
    "evidence": BrainPart,
    "counter": BrainPart,
    "decides": BrainPart,
    "hint": Hint,
    "cards": Cards,
    "part": Part,
}


def setup(app):
    """Register directives, nodes and the transform; called by Sphinx."""
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    others = {name: (pass_element, pass_element) for name in ("latex", "text")}
    app.add_node(html_element, html=(visit_element, depart_element), **others)
    app.add_node(part_list, html=(visit_part_list, None))
    app.add_transform(OpenSolutions)
    app.add_transform(CountQuestions)
    app.add_transform(WrapTables)
    app.add_transform(KeepPercentTogether)
    app.add_post_transform(PlaceHiddenCode)
    app.add_transform(JoinBoxes)
    for node in (exercise_node, exercise_enumerable_node):
        app.add_node(node, override=True, html=(visit_exercise, depart_exercise))
    app.add_node(solution_node, override=True, html=(visit_solution, depart_solution))
    app.add_node(HideCodeCellNode, override=True, html=(visit_hidden_code, depart_hidden_code))
    app.add_node(solution_title, override=True, html=(skip_node, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
