"""A claim about the brain, with the evidence for it beside the evidence against it."""

from docutils.parsers.rst import directives

from ._elements import Box, el, html_element, icon


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


DIRECTIVES = {"brain": Brain, "evidence": BrainPart, "counter": BrainPart, "decides": BrainPart}
