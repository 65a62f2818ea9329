r"""Mathematics at build time: KaTeX runs in QuickJS and leaves HTML for the eye and MathML for screen readers.

A page needs no script to show its formulas, offline and in print. A formula that KaTeX does not understand is a warning
with file and line, so that a build with ``-W`` fails.

The macro table is empty on purpose. The chapters are notebooks: JupyterLab, VS Code and Colab show the same sources
with a MathJax that knows no macro of ours. Write ``\operatorname{softmax}``, and both agree.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import quickjs
from docutils import nodes
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

KATEX = Path(__file__).parent / "vendor" / "katex.min.js"
STYLE_SHEET = "vendor/katex/katex.min.css"
MACROS: dict[str, str] = {}

# The marks that must not be parted from a formula, before and after it.
OPENING = re.compile(r"[(\[“‘\"'~≈−+±-]+\Z")
CLOSING = re.compile(r"\A[)\].,;:!?”’\"'%–-]+")

# The top environments of amsmath number themselves; here Sphinx counts, so each becomes its inner twin.
INNER = {"align": "aligned", "gather": "gathered", "alignat": "alignedat", "equation": None}
TOP_ENVIRONMENT = re.compile(r"\A\\begin\{(align|gather|alignat|equation)\*?\}(.*)\\end\{\1\*?\}\Z", re.DOTALL)
TOKEN = re.compile(r"\\begin\{|\\end\{|\\\\|\\.|[{}&]", re.DOTALL)

# QuickJS hands strings over as JSON: a string that it stores in pieces cannot cross otherwise.
BRIDGE = """
function render(request) {
  const { tex, display, macros } = JSON.parse(request);
  try {
    const options = { displayMode: display, macros, throwOnError: true, strict: "error", output: "htmlAndMathml" };
    return JSON.stringify({ html: katex.renderToString(tex, options) });
  } catch (error) {
    return JSON.stringify({ error: String(error.message).replace("KaTeX parse error: ", "") });
  }
}
"""

logger = logging.getLogger(__name__)


class MathError(ValueError):
    """KaTeX does not understand a formula."""


@cache
def start_katex() -> quickjs.Context:
    """Load KaTeX once a process."""
    context = quickjs.Context()
    context.eval("globalThis.self = globalThis;")
    context.eval(KATEX.read_text("utf-8"))
    context.eval(BRIDGE)
    return context


@cache
def render(tex: str, display: bool = False) -> str:
    """Return the HTML of a formula, or raise `MathError`.

    Parameters
    ----------
    tex : str
        The formula without its dollar signs.
    display : bool
        Whether it stands on a line of its own.
    """
    request = json.dumps({"tex": tex, "display": display, "macros": MACROS})
    reply = json.loads(start_katex().get("render")(request))
    if "error" in reply:
        # KaTeX underlines the place with combining lines, which terminals show badly.
        raise MathError(reply["error"].replace("\u0332", ""))
    return reply["html"]


def has_loose_lines(tex: str) -> bool:
    r"""Say whether a line break or an alignment mark stands outside of every environment and group.

    >>> has_loose_lines(r"a &= b \\ c &= d")
    True
    >>> has_loose_lines(r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}")
    False
    """
    depth = 0
    for token in TOKEN.findall(tex):
        if token == r"\begin{":
            depth += 2  # its own brace closes at once
        elif token == r"\end{":
            continue  # the environment ends with the brace that follows
        elif token == "{":
            depth += 1
        elif token == "}":
            depth -= 1
        elif depth == 0 and token in (r"\\", "&"):
            return True
    return False


def display_source(tex: str) -> str:
    r"""Turn the text of a math block into one display formula.

    >>> display_source(r"a &= b \\ c &= d")
    '\\begin{aligned}a &= b \\\\ c &= d\\end{aligned}'
    >>> display_source(r"\begin{align*}a &= b\end{align*}")
    '\\begin{aligned}a &= b\\end{aligned}'
    >>> display_source("a = b\n\nc = d")
    '\\begin{gathered}a = b \\\\ c = d\\end{gathered}'
    """
    tex = tex.strip()
    top = TOP_ENVIRONMENT.match(tex)
    if top:
        inner = INNER[top[1]]
        if inner:
            return rf"\begin{{{inner}}}{top[2]}\end{{{inner}}}"
        tex = top[2].strip()
    parts = [part.strip() for part in tex.split("\n\n") if part.strip()]
    parts = [rf"\begin{{aligned}}{part}\end{{aligned}}" if has_loose_lines(part) else part for part in parts]
    if len(parts) > 1:
        return r"\begin{gathered}" + r" \\ ".join(parts) + r"\end{gathered}"
    return "".join(parts)


def render_node(self: HTML5Translator, node: nodes.Element, tex: str, display: bool) -> str:
    """Render a formula; where that fails, warn with file and line and show the source."""
    try:
        return render(tex, display)
    except MathError as error:
        logger.warning("KaTeX: %s; in: %s", error, tex, location=node, type="math", subtype="katex")
        return f"<code>{self.encode(tex)}</code>"


class BindPunctuation(SphinxPostTransform):
    """Keep a formula and the marks that touch it on one line.

    Browsers may break the line on both sides of a formula, even before a comma; no word joiner stops them. So the
    formula and its marks go into a span that does not wrap, in which only the formula itself may.
    """

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Wrap each inline formula that touches a mark."""
        for node in list(self.document.findall(nodes.math)):
            before, opening = marks_beside(node, -1, OPENING)
            after, closing = marks_beside(node, +1, CLOSING)
            if opening:
                node.parent[before] = nodes.Text(node.parent[before].removesuffix(opening))
            if closing:
                node.parent[after] = nodes.Text(node.parent[after].removeprefix(closing))
            if opening or closing:
                bound = nodes.inline("", "", classes=["sr-bind"])
                node.replace_self(bound)
                bound += [nodes.Text(opening), node, nodes.Text(closing)]


def marks_beside(node: nodes.Element, step: int, marks: re.Pattern) -> tuple[int, str]:
    """Return the place of the node before (-1) or after (+1) a formula, and the marks in it that touch the formula."""
    place = node.parent.index(node) + step
    sibling = node.parent[place] if 0 <= place < len(node.parent) else None
    found = marks.search(sibling) if isinstance(sibling, nodes.Text) else None
    return place, found[0] if found else ""


def wrap_last_part(html: str) -> str:
    """Put the last part of an inline formula, its last "base", into a span: a line may break before it, not after."""
    start = html.rindex('<span class="base">')
    end = html.rindex("</span></span>")
    return f'{html[:start]}<span class="sr-last">{html[start:end]}</span>{html[end:]}'


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula in a line of text."""
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    html = render_node(self, node, node.astext().strip(), display=False)
    is_bound = "sr-bind" in node.parent.get("classes", []) and 'class="base"' in html
    self.body.append((wrap_last_part(html) if is_bound else html) + "</span>")
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a display formula, its number and the link to it."""
    self.body.append(self.starttag(node, "div", CLASS="math sr-equation notranslate nohighlight"))
    html = render_node(self, node, display_source(node.astext()), display=True)
    self.body.append(f'<div class="sr-equation-body">{html}</div>')
    if node.get("number"):
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, _("Link to this equation"))
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def add_style_sheet(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Let a page load KaTeX's style sheet if it, or a title that it repeats, holds a formula."""
    neighbours = [(context.get(name) or {}).get("title", "") for name in ("prev", "next")]
    previews = [html for _, html in context.get("sr_previews", [])]
    texts = [context.get(name) or "" for name in ("body", "title", "toc")] + neighbours + previews
    if any('class="katex' in text for text in texts if isinstance(text, str)):
        app.add_css_file(STYLE_SHEET, priority=150)  # before the theme's own sheets, which refine it


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer ``katex_static``."""
    app.add_html_math_renderer("katex_static", (visit_inline, None), (visit_block, None))
    app.add_post_transform(BindPunctuation)
    app.connect("html-page-context", add_style_sheet)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
