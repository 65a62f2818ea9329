"""Reads the Markdown of a chapter the way a reader does: running text, sentences, the numbers they state.

What counts as prose. Everything a reader reads: paragraphs, headings, lists, tables, boxes, captions, alt texts, inline
mathematics, and displayed mathematics without a label (a labelled equation is a definition). An inline code span counts
only if it is a bare number. Left out: code, link targets, URLs, DOIs, arXiv ids, labels, roles that point elsewhere,
options of directives (but for those that are read), subscripts, the signs of footnotes.

The Markdown is parsed by the book's own parser. What of a box is prose, the box itself says (``sr_boxes``); what of the
directives of others, ``FOREIGN`` below. A directive that neither knows raises.
"""

import ast
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from bs4 import BeautifulSoup
from docutils.parsers.rst.directives.misc import TestDirective
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.directives import parse_directive_text
from myst_parser.parsers.mdit import create_md_parser
from sr_boxes import DIRECTIVES, Prose

CITED, NAMED = "\ue000", "\ue002"
"""Stand in plain text where a citation stood: in parentheses, or by name as a part of the sentence (``cite:t``)."""

CONFIG = yaml.safe_load((Path(__file__).resolve().parents[2] / "_config.yml").read_text("utf-8"))

_NOTHING = Prose(title=False, body=False)
_APART = Prose(title=False, is_counted=False)
_CAPTIONED = Prose(is_counted=False)
FOREIGN = {
    **dict.fromkeys(("bibliography", "code", "code-block", "literalinclude", "raw", "toctree"), _NOTHING),
    **dict.fromkeys(("solution-start", "solution-end"), _NOTHING),
    **dict.fromkeys(("exercise", "glossary", "math", "solution"), _APART),
    **dict.fromkeys(("csv-table", "list-table", "table"), _CAPTIONED),
    **dict.fromkeys(("admonition", "attention", "caution", "important", "note", "seealso", "tip"), Prose()),
    **dict.fromkeys(("container", "div"), Prose(title=False)),
    "figure": Prose(title=False, options=("alt",), is_counted=False),
    "image": Prose(title=False, body=False, options=("alt",)),
}
"""What is prose in the directives that are not ours."""

_SECTIONS = re.compile(r"exercises|self-checks?|check yourself|sources|references|objectives", re.IGNORECASE)
_DIRECTIVE = re.compile(r"\{([\w:-]+)\}\s*(.*?)\s*")
_RAISED = str.maketrans("0123456789-−+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁺")


@cache
def _markdown():
    """The book's Markdown."""
    return create_md_parser(
        MdParserConfig(enable_extensions=set(CONFIG["parse"]["myst_enable_extensions"])), RendererHTML
    )


class _AnyDirective(TestDirective):
    """Takes a title and all options, so that a directive's text can be parsed before anyone knows the directive."""

    optional_arguments, final_argument_whitespace = 1, True


@dataclass
class Unit:
    """A paragraph, list item, table row, heading, caption or alt text: Markdown, its cell, whether its words count."""

    text: str
    cell: int
    counted: bool


def units(nb):
    """Return the prose of a notebook, in order."""
    return _read(nb)[0]


def _read(nb):
    """Return the units of a notebook, and its images: (cell, alt text, caption)."""
    found, images, in_solution, section = [], [], False, 0
    for number, cell in enumerate(nb["cells"], 1):
        if cell["cell_type"] == "markdown":
            reader = _Reader(number, in_solution, section)
            reader.walk(_markdown().parse(cell["source"]), is_counted=True)
            found += reader.units
            images += reader.images
            in_solution, section = reader.in_solution, reader.section
        elif cell["cell_type"] == "code":
            shown = cell["metadata"].get("mystnb", {})
            caption, alt = shown.get("figure", {}).get("caption", ""), shown.get("image", {}).get("alt")
            found += [Unit(text, number, False) for text in (caption, alt) if text]
            images += [(number, alt, caption)] if alt is not None else []
    return found, images


class _Reader:
    """Sorts the tokens of one cell of MyST Markdown into units."""

    def __init__(self, cell, in_solution, section):
        self.cell, self.in_solution, self.section = cell, in_solution, section
        self.units, self.images, self.details, self.heading, self.row = [], [], 0, 0, None

    def add(self, text, counted):
        text = " ".join(text.split())
        is_free = not (self.in_solution or self.section or self.details)
        if text:
            self.units.append(Unit(text, self.cell, counted and is_free))

    def walk(self, tokens, is_counted):
        for token in tokens:
            if token.type in ("fence", "colon_fence"):
                self.directive(token, is_counted)
            elif token.type == "inline":
                self.inline(token, is_counted)
            elif token.type == "heading_open":
                self.heading = int(token.tag[1:])
            elif token.type == "tr_open":
                self.row = []
            elif token.type == "tr_close":
                self.end_row()
            elif token.type == "math_block" or (token.type == "amsmath" and r"\label" not in token.content):
                self.add(f"${token.content.strip()}$", counted=False)
            elif token.type == "html_block":
                self.html(token.content, is_counted)

    def inline(self, token, is_counted):
        text = re.sub(r"^\[[ x]\]\s+", "", token.content)
        self.images += [(self.cell, child.content, "") for child in token.children if child.type == "image"]
        if any(child.type == "text" and "$$" in child.content for child in token.children):
            raise ValueError(f"cell {self.cell}: a $$ is not closed: {text[:60]!r}")
        if self.row is not None:
            self.row.append(text)
        elif self.heading:
            self.title(text)
        else:
            self.add(text, is_counted)

    def title(self, text):
        """Take a heading, which may begin or end a section whose words do not count."""
        level, self.heading = self.heading, 0
        if self.section and level <= self.section:
            self.section = 0
        self.add(text, counted=False)
        if not self.section and _SECTIONS.match(text):
            self.section = level

    def end_row(self):
        """Take a row of a table: cell by cell, or as a whole if it holds a citation, which backs all of its numbers."""
        cells, self.row = self.row, None
        for text in [" | ".join(cells)] if any(CITE.search(text) for text in cells) else cells:
            self.add(text, counted=False)

    def html(self, content, is_counted):
        self.details += len(re.findall(r"<details\b", content)) - content.count("</details>")
        self.add(BeautifulSoup(content, "html.parser").get_text(" "), is_counted)

    def directive(self, token, is_counted):
        found = _DIRECTIVE.fullmatch(token.info.strip())
        if not found:
            return  # a plain code block, shown as it is
        name, title = found.groups()
        prose = DIRECTIVES[name].prose if name in DIRECTIVES else FOREIGN.get(name)
        if prose is None:
            raise ValueError(f"cell {self.cell}: what of the directive {name!r} is prose? Say it in FOREIGN")
        parts = parse_directive_text(_AnyDirective, title, token.content)
        body, options = "\n".join(parts.body), parts.options
        if name in ("solution-start", "solution-end"):
            self.in_solution = name == "solution-start"
        if name in ("figure", "image"):
            self.images.append((self.cell, options.get("alt", ""), " ".join(body.split())))
        if prose.title:
            self.add(title, is_counted and prose.is_counted)
        for option in prose.options:
            self.add(options.get(option, ""), counted=False)
        if name == "math":
            self.add("" if "label" in options else f"${body.strip()}$", counted=False)
        elif prose.body:
            is_hidden = "dropdown" in (options.get("class") or "")
            self.walk(_markdown().parse(body), is_counted and prose.is_counted and not is_hidden)


# Plain text

CITE = re.compile(r"\{cite(?::\w+)?\}`[^`]*`")
_NUMERIC = re.compile(r"[−-]?[\d.,]*\d")
_UNREAD = re.compile(r"\[\^[^\]]+\]|https?://[^\s>)]+|\b(?:doi:\s*)?10\.\d{4,9}/\S+|\barXiv:\s*\S+", re.IGNORECASE)
_PRINTED = ("abbr", "play", "sub", "sup", "term")  # roles that print their own words


def plain(text, *, math=None):
    """Return what a reader reads of a piece of Markdown; mathematics becomes text, a citation a sign."""
    [inline] = _markdown().parseInline(text)
    read = "".join(_printed(token, math or _math) for token in inline.children)
    return " ".join(_UNREAD.sub("", read).split())  # split() knows every kind of space


def _printed(token, math):
    """Return the text of one token."""
    if token.type == "text":
        return token.content
    if token.type == "code_inline":
        return token.content if _NUMERIC.fullmatch(token.content.strip()) else ""
    if token.type.startswith("math_inline"):
        return math(token.content)
    if token.type == "myst_role":
        return _role(token.meta["name"], token.content, math)
    return " " if token.type in ("softbreak", "hardbreak", "html_inline") else ""


def _role(name, content, math):
    if name == "math":
        return math(content)
    if name.split(":")[0] == "cite":
        return NAMED if name == "cite:t" else CITED
    titled = re.match(r"(.*?)\s*<[^>]*>$", content, re.DOTALL)
    return titled[1] if titled else content if name in _PRINTED else ""


def _math(tex):
    """Return TeX as the text it prints, as far as numbers go; without a digit it becomes one word."""
    if not re.search(r"\d", tex):
        return f" {re.sub(r'[^a-zA-Z]', '', tex) or 'x'} "
    tex = re.sub(r"\\[td]?frac\s*\{(\d+)\}\s*\{(\d+)\}", r" \1/\2 ", tex)
    tex = re.sub(r"\\(text|mathrm|operatorname|mathbf)\s*\{([^{}]*)\}", r" \2 ", tex)
    tex = tex.replace("{,}", ",").replace(r"\%", "%").replace(r"\times", "×").replace(r"\cdot", "×")
    tex = re.sub(r"_(\{[^{}]*\}|\\?\w)", "", tex)
    tex = re.sub(r"(?<=\d)\s*\^\s*(?:\{([−+-]?\d+)\}|(\d))", lambda m: (m[1] or m[2]).translate(_RAISED), tex)
    tex = re.sub(r"\\[,;:! ]|~", " ", tex)
    tex = re.sub(r"\\[a-zA-Z]+", " ", tex)
    tex = re.sub(r"(^|[=<>≈≤≥(\[{,\s])-(?=\d)", r"\1−", tex)
    tex = re.sub(r"[{}\\^&]", " ", tex)
    return f" {tex} "


_SHORT = re.compile(r"\b(al|e\.g|i\.e|cf|eqs?|vs|pp?|sec|no|figs?|approx|ca)\.\s", re.IGNORECASE)


def sentences(text):
    """Split plain text into sentences; a citation after the full stop belongs to the sentence before it."""
    text = _SHORT.sub(lambda match: f"{match[1]}.\ue001", text)
    text = re.sub(rf"([.?!])((?:\s*{CITED})+)", r"\2\1", text)
    parts = re.split(r"(?<=[.?!])[\"”)]*\s+(?![a-z])", text)
    return [part.replace("\ue001", " ") for part in parts]


# Numbers

NUMBER = re.compile(
    r"""(?<![\w.⁰¹²³⁴⁵⁶⁷⁸⁹⁻]) (?<![A-Za-z]-) (?P<sign>[−-]?)
        (?: (?P<top>\d+)/(?P<bottom>\d+)
          | (?P<base>\d+)(?P<power>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)
          | (?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)
            (?:\s*×\s*10(?P<exponent>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))?
            (?:\s*(?P<unit>%|\b(?:thousand|million|billion)\b))? )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Number:
    """A number of the prose: its text in one canonical spelling, and how many significant digits it states."""

    text: str
    digits: int


def numbers(text):
    """Return the numbers of plain text."""
    text = re.sub(r"(?<=\d)[–—](?=\d)", " – ", text)  # a range is two numbers
    return [_number(match) for match in NUMBER.finditer(text)]


def canonical(text):
    """Return the one spelling of a printed number: a true minus, no commas, one space before a unit."""
    found = numbers(text)
    return found[0].text if len(found) == 1 else text


def _number(match):
    part = match.groupdict()
    sign = "−" if part["sign"] else ""
    if part["top"]:
        return Number(f"{sign}{part['top']}/{part['bottom']}", max(_digits(part["top"]), _digits(part["bottom"])))
    if part["base"]:
        raised = part["power"].translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", "⁻⁺"))
        return Number(sign + part["base"] + part["power"], max(_digits(part["base"]), _digits(raised)))
    text = sign + part["number"].replace(",", "")
    if part["exponent"]:
        text += " × 10" + part["exponent"]
    if part["unit"]:
        text += " " + part["unit"]
    return Number(text, _digits(part["number"]))


def _digits(text):
    bare = text.replace(",", "")
    return len(bare.replace(".", "").lstrip("0") if "." in bare else bare.strip("0"))


# The rules


def claim_keys(nb):
    """Return the keys of every ``claims({...})`` of a notebook; raise unless they are written out and differ."""
    keys = []
    for number, cell in enumerate(nb["cells"], 1):
        if cell["cell_type"] != "code" or "claims(" not in cell["source"]:
            continue
        for node in ast.walk(ast.parse(re.sub(r"^[%!].*$", "", cell["source"], flags=re.MULTILINE))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "claims":
                keys += _written_keys(node, number)
    return keys


def _written_keys(call, cell):
    table = call.args[0] if call.args else None
    if not isinstance(table, ast.Dict) or not all(isinstance(key, ast.Constant) for key in table.keys):
        raise ValueError(f"cell {cell}: claims needs a dictionary whose keys are written out")
    keys = [key.value for key in table.keys]
    twice = [key for key, count in Counter(keys).items() if count > 1]
    if twice:
        raise ValueError(f"cell {cell}: claims checks only the last of two equal keys: {', '.join(twice)}")
    return keys


def missing_keys(nb):
    """Return the claims that the prose does not state."""
    stated = {number.text for unit in units(nb) for number in numbers(plain(unit.text))}
    return [key for key in claim_keys(nb) if canonical(key) not in stated]


def unbacked_numbers(nb, allowed=()):
    """Return the numbers of two or more digits that no claim, citation or allowed row backs, and the rows in use."""
    keys = {canonical(key) for key in claim_keys(nb)}
    faults, used = [], set()
    for unit in units(nb):
        for sentence in sentences(plain(unit.text)):
            rest = sentence
            for text in allowed:
                pattern = rf"(?<![\d.,/−])(?<!\w){re.escape(text)}(?!\d|[.,/]\d)"
                if re.search(pattern, rest):
                    used.add(text)
                    rest = re.sub(pattern, " ", rest)
            if CITED in sentence or NAMED in sentence:
                continue
            bad = [n.text for n in numbers(rest) if n.digits >= 2 and n.text not in keys]
            faults += [f"cell {unit.cell}: {number} in: {sentence[:90]}" for number in bad]
    return faults, used


BANNED = re.compile(r"!(?!=)|\bsimply\b|\bit is easy to see\b|\bobviously\b", re.IGNORECASE)


def banned_words(nb):
    """Return the exclamation marks and phrases that the book does not use, with their sentences."""
    found = []
    for unit in units(nb):
        text = plain(unit.text, math=lambda _: " m ")
        found += [f"cell {unit.cell}: {match[0]!r} in: {text[:90]}" for match in BANNED.finditer(text)]
    return found


def word_count(nb):
    """Return the number of words of running text."""
    words = [word for unit in units(nb) if unit.counted for word in plain(unit.text).split()]
    return sum(any(char.isalnum() for char in word) for word in words)


def image_faults(nb):
    """Return what is wrong with alt texts and captions, in Markdown and in the metadata of code cells."""
    faults = []
    for number, alt, caption in _read(nb)[1]:
        if len(alt.split()) < 5:
            faults.append(f"cell {number}: alt text must state the finding in a sentence; got {alt!r}")
        if re.match(r"(figure|plot|a graph)\b", alt.strip(), re.IGNORECASE):
            faults.append(f"cell {number}: alt text begins with {alt.split()[0]!r}")
        if alt.strip(" .") == caption.strip(" ."):
            faults.append(f"cell {number}: alt text repeats the caption")
    return faults
