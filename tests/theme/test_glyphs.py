"""Every character that a built page shows must be in the font that shows it.

The fonts are subsets (tools/vendor.toml). A character outside of them would appear in whatever font the reader's
machine has. The checker reads the pages as a browser would: formulas by KaTeX's own rules, code in the code font, all
other text in the text fonts, where a character must be in the serif, its italic and the sans.
"""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, NavigableString, Tag
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
ASSETS = ROOT / "theme" / "assets"
KATEX = ASSETS / "vendor" / "katex"

UNSEEN = {"head", "script", "style", "template", "title", "desc", "metadata", "math"}
CODE = {"pre", "code", "kbd", "samp"}

# What a chapter may write; each formula must be shown with our fonts alone.
VOCABULARY = [
    r"\alpha\beta\gamma\delta\epsilon\varepsilon\zeta\eta\theta\vartheta\iota\kappa\lambda\mu\nu\xi\pi\rho\sigma",
    r"\tau\upsilon\phi\varphi\chi\psi\omega\Gamma\Delta\Theta\Lambda\Xi\Pi\Sigma\Upsilon\Phi\Psi\Omega",
    r"\mathbf{AZaz09\Gamma}\ \boldsymbol{\xi x \Sigma}\ \mathcal{LNOH}\ \mathbb{REPNZ}\ \mathit{loss}\ \text{if } x",
    r"\textbf{bold}\ \textit{slanted}\ \operatorname{softmax}\ \operatorname*{argmax}_x\ \Pr(A \mid B)",
    r"\hat x\,\tilde x\,\bar x\,\dot x\,\ddot x\,\vec x\,\widehat{abc}\,\widetilde{abc}\,\overline{ab}\,\underline{ab}",
    r"a = b \ne c \equiv d \approx e \sim f \simeq g \propto h < i \le j \ll k > l \ge m \gg n \lesssim o \gtrsim p",
    r"x \in A \notin B \subset C \subseteq D \cup E \cap F \setminus G, \emptyset\ \varnothing\ \forall\ \exists",
    r"a \pm b \mp c \times d \cdot e \div f \odot g \oplus h \otimes i \circ j \ast k \wedge l \vee m \neg n",
    r"\to \gets \mapsto \leftarrow \leftrightarrow \Rightarrow \Leftarrow \iff \uparrow \downarrow \longrightarrow",
    r"\rightleftharpoons \xrightarrow{f} \implies \leftharpoonup \rightharpoonup",
    r"\sum_{i=1}^n \prod_{j} \int_0^\infty \oint \bigoplus_i \bigcup_i \bigcap_i \partial \nabla \infty \hbar \ell",
    r"\left( \frac{\frac{a}{b}}{\frac{c}{d}} \right) \left[ \sqrt{\frac ab} \right] \left\{ \sqrt[3]{x} \right\}",
    r"\left\langle \frac ab \right\rangle \left\lVert x \right\rVert \left| \frac ab \right|",
    r"\begin{pmatrix} a & \cdots & b \\ \vdots & \ddots & \vdots \\ c & \ldots & d \\ e & f \\ h \\ i \end{pmatrix}",
    r"f(x) = \begin{cases} 1 & x \ge \theta \\ 0 & \text{otherwise} \\ 2 & x \\ 3 & x \end{cases}",
    r"\begin{bmatrix} a \\ b \\ c \\ d \\ e \end{bmatrix} \begin{vmatrix} a & b \\ c & d \end{vmatrix} \binom nk",
    r"\underbrace{a + b}_{\text{two}}\ \overbrace{a + b}^{n}\ x^\top\ x^{\ast}\ x^\dagger\ x'\ x''\ 90^\circ\ 5\,\%",
    r"\Bigl( \biggl( \Biggl( x \Biggr) \biggr) \Bigr)\ \square\ \blacksquare\ \therefore\ \because\ \star\ \checkmark",
    r"20\,\mathrm{mV}\ \tfrac12\ \dfrac12\ \boxed{x = 1}\ \lvert x \rvert\ \Re z\ \Im z\ \aleph_0\ \perp\ \angle",
    r"\lfloor x \rfloor \lceil x \rceil \triangleq \parallel",
]


def parse_ranges(text: str) -> set[int]:
    """Turn a CSS unicode-range into code points."""
    points: set[int] = set()
    for part in text.replace(" ", "").split(","):
        first, _, last = part.removeprefix("U+").partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return points


def read_rules(css: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the selector and the declarations of each rule."""
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        yield selector.strip(), dict(re.findall(r"([\w-]+)\s*:\s*((?:\"[^\"]*\"|\([^)]*\)|[^;])*)", body))


@cache
def text_points() -> dict[str, frozenset[int]]:
    """Return the characters of the text role and of the code role."""
    faces: dict[tuple[str, str], set[int]] = {}
    for selector, rule in read_rules((ASSETS / "fonts.css").read_text("utf-8")):
        if selector.endswith("@font-face") and "unicode-range" in rule:
            key = (rule["font-family"].strip('"'), rule["font-style"])
            faces.setdefault(key, set()).update(parse_ranges(rule["unicode-range"]))
    text = [points for (family, _), points in faces.items() if not family.endswith("Mono")]
    return {
        "text": frozenset(set.intersection(*text)),
        "code": frozenset(faces["Soft Recall Mono", "normal"]),
    }


@cache
def katex_rules() -> tuple[list[tuple[frozenset[str], dict[str, str]]], dict[tuple[str, str, str], frozenset[int]]]:
    """Return KaTeX's rules that choose a font, by class, and the characters of each of its faces."""
    rules, faces = [], {}
    for selectors, rule in read_rules((KATEX / "katex.min.css").read_text("utf-8")):
        chosen = {name: rule[name].strip('"') for name in ("font-family", "font-style", "font-weight") if name in rule}
        if selectors.endswith("@font-face"):
            file = KATEX / re.search(r'url\("(.*?)"\)', rule["src"])[1]
            faces[tuple(chosen.values())] = frozenset(TTFont(file).getBestCmap())
        elif chosen:
            for selector in selectors.split(","):
                classes = selector.split(" ")[-1].partition(">")[0].strip(".").split(".")
                rules.append((frozenset(classes), chosen))
    return rules, faces


def gather(element: Tag, role: object, formula: tuple[frozenset[str], ...], found: list[tuple[str, object]]) -> None:
    """Gather what a page shows with the role of each text; a formula's role is its face."""
    for child in element.children:
        if type(child) is NavigableString:
            found.append((child, katex_face(formula) if formula else role))
        elif isinstance(child, Tag) and child.name not in UNSEEN:
            if child.get("placeholder"):
                found.append((child["placeholder"], "text"))
            names = frozenset(child.get("class", ()))
            inner = (*formula, names) if formula or "katex" in names else ()
            gather(child, "code" if child.name in CODE else role, inner, found)


@cache
def katex_face(classes: tuple[frozenset[str], ...]) -> tuple[str, str, str]:
    """Return family, style and weight of the innermost element, as KaTeX's style sheet sets them."""
    style = {"font-family": "Soft Recall Math Main", "font-style": "normal", "font-weight": "400"}
    for names in classes:
        for wanted, chosen in katex_rules()[0]:
            if wanted <= names:
                style |= chosen
    return tuple(style.values())


def missing_characters(html: str) -> dict[tuple[str, str], str]:
    """Return the characters that the fonts of a page lack: (character, font) -> where it stands."""
    faces = katex_rules()[1]
    problems: dict[tuple[str, str], str] = {}
    found: list[tuple[str, object]] = []
    gather(BeautifulSoup(html, "html.parser"), "text", (), found)
    for text, role in found:
        points = text_points()[role] if isinstance(role, str) else faces.get(role, frozenset())
        font = role if isinstance(role, str) else " ".join(role)
        for character in set(text):
            if ord(character) not in points and unicodedata.category(character) not in ("Cc", "Cf"):
                place = text.index(character)
                problems.setdefault((character, font), " ".join(text[max(0, place - 25) : place + 25].split()))
    return problems


def describe(page: str, problems: dict[tuple[str, str], str]) -> list[str]:
    """Return one line a problem."""
    return [
        f"{page}: U+{ord(character):04X} {character} is not in the font for {font!r}: ...{context}..."
        for (character, font), context in problems.items()
    ]


def load_math():
    """Import the extension from its file."""
    spec = importlib.util.spec_from_file_location("sr_math", ROOT / "theme" / "extensions" / "sr_math.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_character_of_the_built_site_is_in_its_font() -> None:
    pages = [path for path in sorted(SITE.rglob("*.html")) if "_static" not in path.parts]
    assert pages, f"no page in {SITE}: run make book first"
    problems = [
        line
        for path in pages
        for line in describe(path.relative_to(SITE).as_posix(), missing_characters(path.read_text("utf-8")))
    ]
    assert not problems, "\n" + "\n".join(problems)


def test_scripts_and_style_sheets_write_only_characters_that_the_text_fonts_hold() -> None:
    files = [*ASSETS.glob("*.js"), *ASSETS.glob("*.css"), *(ROOT / "src" / "softrecall" / "widgets").glob("*.mjs")]
    assert files
    problems = [
        f"{path.relative_to(ROOT)}: U+{ord(character):04X} {character}"
        for path in files
        for character in sorted(set(path.read_text("utf-8")))
        if not character.isspace() and ord(character) not in text_points()["text"]
    ]
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize("tex", VOCABULARY)
def test_the_vocabulary_of_the_book_is_in_the_subsets_of_katex(tex: str) -> None:
    html = load_math().render(tex, True)
    assert 'class="katex-html"' in html
    assert describe("formula", missing_characters(html)) == []


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>β ≤ 3, Čech → ő</p>", set()),
        ("<p>a ⊗ b</p>", {("⊗", "text")}),
        ("<p>4.1 × 10⁻⁵, 𝛽</p>", {("𝛽", "text")}),
        ("<pre>⇒ ▁▂█ ☃</pre>", {("☃", "code")}),
        ("<p>⇒</p>", {("⇒", "text")}),
        ("<script>☃</script><title>☃</title><p>a</p>", set()),
        ("<p>a<br>b<img alt='☃'></p><input placeholder='☃'>", {("☃", "text")}),
        ("<svg><title>☃</title><path d='M0 0'/><text>☂</text></svg>", {("☂", "text")}),
    ],
)
def test_the_checker_finds_a_character_that_a_font_lacks(html: str, expected: set) -> None:
    assert set(missing_characters(html)) == expected


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\mathfrak{g}", {("g", "Soft Recall Math Fraktur normal 400")}),
        (r"\mathsf{T}", {("T", "Soft Recall Math SansSerif normal 400")}),
        (r"\lhd", {("⊲", "Soft Recall Math AMS normal 400")}),
        (r"x^{\mathbb{R}}", set()),
    ],
)
def test_the_checker_reads_formulas_by_the_rules_of_katex(tex: str, expected: set) -> None:
    assert set(missing_characters(load_math().render(tex))) == expected
