"""A choice between answers, each of them explained: the self-check."""

from docutils import nodes
from sphinx.transforms import SphinxTransform

from ._elements import Box, Prose, el, html_element


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

    prose = Prose(is_counted=False)
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


class CountQuestions(SphinxTransform):
    """Number the self-checks of a page: question 1 of 3."""

    default_priority = 12

    def apply(self):
        """Write the numbers."""
        kinds = [n for n in self.document.findall(html_element) if "bk-count" in n.get("classes", [])]
        for number, kind in enumerate(kinds, 1):
            kind += nodes.Text(f" {number}")
            kind += el("span", f" of {len(kinds)}", classes=["bk-of"])


DIRECTIVES = {"selfcheck": SelfCheck}


def setup(app):
    """Register what numbers the questions."""
    app.add_transform(CountQuestions)
