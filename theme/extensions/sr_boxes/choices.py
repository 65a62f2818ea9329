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
    """Base of boxes with radio buttons; what a choice was worth shows below the answers, without any script."""

    prose = Prose(is_counted=False)
    required_arguments = 1

    def answers(self, kind):
        """Return the question as a fieldset: ``kind`` and the title, what stands before the answers, the answers."""
        blocks = self.parse()
        options = self.options_of(blocks)
        group = f"bk-choice-{self.env.new_serialno('bk-choice')}"
        rows = [answer(group, f"{group}-{number}", *option) for number, option in enumerate(options)]
        legend = el("legend", kind, el("span", *self.inline(self.arguments[0])))
        before = [block for block in blocks if not isinstance(block, nodes.bullet_list)]
        return el("fieldset", legend, *before, *rows, classes=["bk-answers"])

    def options_of(self, blocks):
        """Return the parsed options of the only bullet list among ``blocks``; one is right, all are explained."""
        lists = [block for block in blocks if isinstance(block, nodes.bullet_list)]
        if len(lists) != 1:
            raise self.error(f"{self.name}: exactly one list of options is needed; got {len(lists)}")
        try:
            options = split_options(lists[0].children)
        except ValueError as error:
            raise self.error(f"{self.name}: {error}") from error
        if sum(is_right for is_right, _, _ in options) != 1:
            raise self.error(f"{self.name}: exactly one option must be marked [x]")
        if not all(why for _, _, why in options):
            raise self.error(f"{self.name}: every option needs an explanation below it")
        return options


def answer(group, name, is_right, text, why):
    """Return one answer: its button, and the place where a screen reader hears what the choice was worth."""
    why[0].insert(0, el("strong", "Yes. " if is_right else "No. ", classes=["bk-yes" if is_right else "bk-no"]))
    pick = el("div", el("input", type="radio", name=group, id=name), el("label", *text, for_=name), classes=["bk-pick"])
    said = el("div", el("div", *why, classes=["bk-why"]), classes=["bk-said"], role="status")
    return el("div", pick, said, classes=["bk-option"])


class SelfCheck(Choice):
    """A question whose every answer is explained."""

    def run(self):
        """Return the question."""
        return [
            el("div", self.answers(el("span", "Question", classes=["bk-kind", "bk-count"])), classes=["bk-selfcheck"])
        ]


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
