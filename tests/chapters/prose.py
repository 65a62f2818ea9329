"""Reads the Markdown of a chapter the way a reader does: running text, sentences, the numbers they state.

What counts as prose. Everything a reader reads: paragraphs, headings, lists, tables, boxes, captions, alt texts, inline
mathematics, and displayed mathematics without a label (a labelled equation is a definition). An inline code span counts
only if it is a bare number. Left out: code, link targets, URLs, DOIs, arXiv ids, labels, roles that point elsewhere,
options of directives (but for the slots of a memory and alt texts), subscripts, the signs of footnotes.
"""

import ast
import re
from collections import Counter
from dataclasses import dataclass

CITED, NAMED = "\ue000", "\ue002"
"""Stand in plain text where a citation stood: in parentheses, or by name as a part of the sentence (``cite:t``)."""

_NO_PROSE = {"bibliography", "code", "code-block", "code-cell", "literalinclude", "mermaid", "raw", "toctree", "image"}
_NOT_COUNTED = {
    *("objectives", "slots", "selfcheck", "predict", "explain", "hint", "dropdown", "exercise", "solution"),
    *("figure", "table", "list-table", "csv-table", "glossary", "math"),
}
_NO_TITLE = _NO_PROSE | {
    "exercise",
    "figure",
    "solution",
    "solution-start",
    "solution-end",
    "math",
    "explain",
    "hint",
    "objectives",
}
_READ_OPTIONS = {("slots", "address"), ("slots", "store"), ("slots", "read"), ("figure", "alt"), ("image", "alt")}
_SECTIONS = re.compile(r"exercises|self-checks?|check yourself|sources|references|objectives", re.IGNORECASE)
_FENCE = re.compile(r"\s*(`{3,}|~{3,}|:{3,})\s*(?:\{([\w:-]+)\})?\s*(.*?)\s*$")
_RAISED = str.maketrans("0123456789-−+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁺")


@dataclass
class Unit:
    """A paragraph, list item, table row, heading, caption or alt text: Markdown, its cell, whether its words count."""

    text: str
    cell: int
    counted: bool


def units(nb):
    """Return the prose of a notebook, in order."""
    found, in_solution, section = [], False, 0
    for number, cell in enumerate(nb["cells"], 1):
        if cell["cell_type"] == "markdown":
            reader = _Reader(number, in_solution, section)
            reader.read(cell["source"])
            found += reader.units
            in_solution, section = reader.in_solution, reader.section
        elif cell["cell_type"] == "code":
            shown = cell["metadata"].get("mystnb", {})
            texts = [shown.get("figure", {}).get("caption", ""), shown.get("image", {}).get("alt", "")]
            found += [Unit(text, number, False) for text in texts if text]
    return found


class _Reader:
    """Splits one cell of MyST Markdown into units, line by line."""

    def __init__(self, cell, in_solution, section):
        self.cell, self.in_solution, self.section = cell, in_solution, section
        self.units, self.lines, self.stack, self.details = [], [], [], 0

    def read(self, source):
        lines = iter(re.sub(r"<!--.*?-->", "", source, flags=re.DOTALL).split("\n"))
        for line in lines:
            fence = _FENCE.match(line)
            if fence:
                self.flush()
                self.fence(*fence.groups(), lines)
            elif re.match(r"\s*(\$\$|\\begin\{(equation|align|gather))", line):
                self.flush()
                self.display_math(line, lines)
            else:
                self.line(line)
        self.flush()

    def flush(self, counted=True):
        text = " ".join(self.lines).strip()
        free = not (
            self.in_solution or self.section or self.details or any(kind in _NOT_COUNTED for _, kind in self.stack)
        )
        if text:
            self.units.append(Unit(text, self.cell, counted and free))
        self.lines = []

    def add(self, text, counted=True):
        self.flush()
        self.lines = [text]
        self.flush(counted)

    def fence(self, mark, kind, title, lines):
        if (
            self.stack
            and not kind
            and not title
            and mark[0] == self.stack[-1][0][0]
            and len(mark) >= len(self.stack[-1][0])
        ):
            self.stack.pop()
            return
        if kind in ("solution-start", "solution-end"):
            self.in_solution = kind == "solution-start"
        self.stack.append((mark, kind or "code"))
        if kind is None and mark[0] != ":":  # a plain code block, shown as it is
            list(_until_closed(lines, mark))
            self.stack.pop()
            return
        if title and kind not in _NO_TITLE:
            self.add(title)
        self.options(kind, lines)

    def options(self, kind, lines):
        """Read the options under a directive's head, and the whole body of one that holds no paragraphs."""
        mark, body, is_labelled = self.stack[-1][0], "", False
        for body in lines:
            option = re.match(r"\s*:([\w-]+):\s*(.*)", body)
            if not option:
                break
            name, value = option.groups()
            is_labelled |= name == "label"
            if name == "class" and "dropdown" in value:
                self.stack[-1] = (mark, "dropdown")
            if (kind, name) in _READ_OPTIONS:
                self.add(value, counted=False)
        if kind != "math" and kind not in _NO_PROSE:
            self.read_line(body, lines)
            return
        block = [] if _closes(body, mark) else [body, *_until_closed(lines, mark)]
        if kind == "math" and not is_labelled:
            self.add(f"${' '.join(block)}$", counted=False)
        self.stack.pop()

    def read_line(self, line, lines):
        fence = _FENCE.match(line)
        if fence:
            self.fence(*fence.groups(), lines)
        else:
            self.line(line)

    def display_math(self, line, lines):
        """Read displayed mathematics; with a label it is a definition and leaves nothing behind."""
        block = line.strip()
        if block.startswith("$$"):
            while not re.search(r"\S.*\$\$\s*(\([\w:.-]+\))?\s*$", block, re.DOTALL):
                block += "\n" + next(lines)
            if not block.endswith("$$"):
                return
        else:
            while r"\end{" not in block:
                block += "\n" + next(lines)
            if r"\label" in block:
                return
        self.add("$" + " ".join(block.strip("$").split()) + "$", counted=False)

    def line(self, line):
        text = line.strip()
        heading = re.match(r"(#+)\s+(.*)", text)
        if heading:
            level = len(heading[1])
            if self.section and level <= self.section:
                self.section = 0
            self.add(heading[2], counted=False)
            if not self.section and _SECTIONS.match(heading[2]):
                self.section = level
        elif re.match(r"<(/?)details", text):
            self.flush()
            self.details += -1 if text.startswith("</") else 1
        elif text.startswith("|"):
            for cell in re.split(r"(?<!\\)\|", text.strip("|")) if not CITE.search(text) else [text]:
                self.add(cell, counted=False)
        elif not text or text.startswith(("% ", "+++")) or re.fullmatch(r"\([\w:.-]+\)=|\{[^}`]*\}|-{3,}", text):
            self.flush()
        else:
            item = re.match(r"(?:[-*+]|\d+[.)]|:|\[\^[^\]]+\]:)\s+(?:\[[ x]\]\s+)?(.*)", text)
            if item:
                self.flush()
            self.lines.append(item[1] if item else text.lstrip("> "))


def _closes(line, mark):
    text = line.strip()
    return len(text) >= len(mark) and set(text) == {mark[0]}


def _until_closed(lines, mark):
    """Yield the lines before the closing fence, which is taken too."""
    for line in lines:
        if _closes(line, mark):
            return
        yield line


# Plain text

CITE = re.compile(r"\{cite(?::\w+)?\}`[^`]*`")
_ROLE = re.compile(r"\{([\w:-]+)\}`([^`]*)`")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")


def plain(text):
    """Return what a reader reads of a piece of Markdown; mathematics becomes text, a citation a sign."""
    text = CITE.sub(lambda cite: NAMED if cite[0].startswith("{cite:t}") else CITED, text)
    text = _ROLE.sub(_role, text)
    text = _CODE.sub(lambda code: code[2] if re.fullmatch(r"[−-]?[\d.,]*\d", code[2].strip()) else "", text)
    text = re.sub(r"\$([^$]+)\$", lambda m: _math(m[1]), text)
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)|\[\^[^\]]+\]", "", text)
    text = re.sub(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\]|\{[^}]*\})", r"\1", text)
    text = re.sub(r"<?https?://[^\s>)]+>?|\b(?:doi:\s*)?10\.\d{4,9}/\S+|\barXiv:\s*\S+", "", text, flags=re.IGNORECASE)
    text = re.sub(r"</?[a-zA-Z][^<>]*>", " ", text)
    text = re.sub(r"\*|(?<!\w)_|_(?!\w)", "", text).replace("\\", "")
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2009", " ").split())


def _role(match):
    name, content = match.groups()
    titled = re.match(r"(.*?)\s*<[^>]*>$", content)
    if name == "math":
        return f"${content}$"
    if titled:
        return titled[1]
    return content if name in ("term", "abbr", "sub", "sup") else ""


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
        text = plain(re.sub(r"\$[^$]*\$", " m ", unit.text))
        found += [f"cell {unit.cell}: {match[0]!r} in: {text[:90]}" for match in BANNED.finditer(text)]
    return found


def word_count(nb):
    """Return the number of words of running text."""
    words = [word for unit in units(nb) if unit.counted for word in plain(unit.text).split()]
    return sum(any(char.isalnum() for char in word) for word in words)


def image_faults(nb):
    """Return what is wrong with alt texts and captions, in Markdown and in the metadata of code cells."""
    faults = []
    for number, cell in enumerate(nb["cells"], 1):
        if cell["cell_type"] == "markdown":
            pairs = [(match[1], "") for match in re.finditer(r"!\[([^\]]*)\]\(", cell["source"])]
            pairs += [_directive_image(match[0]) for match in _IMAGE.finditer(cell["source"])]
        else:
            shown = cell["metadata"].get("mystnb", {})
            pairs = [(shown.get("image", {}).get("alt"), shown.get("figure", {}).get("caption", ""))]
            pairs = [pair for pair in pairs if pair[0] is not None]
        for alt, caption in pairs:
            if len(alt.split()) < 5:
                faults.append(f"cell {number}: alt text must state the finding in a sentence; got {alt!r}")
            if re.match(r"(figure|plot|a graph)\b", alt.strip(), re.IGNORECASE):
                faults.append(f"cell {number}: alt text begins with {alt.split()[0]!r}")
            if alt.strip(" .") == caption.strip(" ."):
                faults.append(f"cell {number}: alt text repeats the caption")
    return faults


_IMAGE = re.compile(r"^\s*(`{3,}|:{3,})\{(?:figure|image)\}.*?^\s*\1\s*$", re.MULTILINE | re.DOTALL)


def _directive_image(block):
    alt = re.search(r"^\s*:alt:\s*(.*)$", block, re.MULTILINE)
    body = [line for line in block.strip().split("\n")[1:-1] if not re.match(r"\s*:[\w-]+:", line)]
    return (alt[1] if alt else "", " ".join(" ".join(body).split()))
