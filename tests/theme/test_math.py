"""Mathematics at build time, in a small Sphinx project: what a page holds, and what makes a build fail."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXTENSIONS = ROOT / "theme" / "extensions"

CONF = f"""
import sys
sys.path.insert(0, {str(EXTENSIONS)!r})
extensions = ["myst_parser", "sr_math"]
myst_enable_extensions = ["amsmath", "dollarmath"]
html_theme = "basic"
html_math_renderer = "katex_static"
html_static_path = [{str(ROOT / "theme" / "assets")!r}]
math_eqref_format = "({{number}})"
"""

INDEX = r"""# A trial

```{toctree}
plain
other
```

A key $k_i$, a query ($q$), and $d_k$-dimensional values.

$$
\operatorname{softmax}(\beta s)_i = \frac{e^{\beta s_i}}{\sum_j e^{\beta s_j}}
$$ (eq-softmax)

By {eq}`eq-softmax` and by {eq}`eq-energy`:

$$
a &= b \\
c &= d
$$

\begin{align}
e &= f \\
g &= h
\end{align}
"""

OTHER = r"""Other
=====

Here :math:`x^2` stands, and by :eq:`eq-softmax`

.. math::
   :label: eq-energy

   E(\xi) = -\frac{1}{\beta} \ln \sum_\mu e^{\beta x_\mu^\top \xi}
"""


def load_math():
    """Import the extension from its file."""
    spec = importlib.util.spec_from_file_location("sr_math", EXTENSIONS / "sr_math.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


sr_math = load_math()


def build(folder: Path, pages: dict[str, str]) -> subprocess.CompletedProcess:
    """Run a strict build of the pages."""
    (folder / "conf.py").write_text(CONF, "utf-8")
    for name, text in pages.items():
        (folder / name).write_text(text, "utf-8")
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", ".", "out"]
    environment = os.environ | {"NO_COLOR": "1"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Build the trial project once and return its pages."""
    folder = tmp_path_factory.mktemp("trial")
    done = build(folder, {"index.md": INDEX, "other.rst": OTHER, "plain.md": "# Plain\n\nNo formula.\n"})
    if done.returncode:
        raise RuntimeError(done.stderr)
    return {name: (folder / "out" / f"{name}.html").read_text("utf-8") for name in ("index", "other", "plain")}


def test_a_formula_in_a_line_is_mathml_for_screen_readers_and_hidden_html_for_the_eye(site: dict[str, str]) -> None:
    for page, tex in (("index", "k_i"), ("other", "x^2")):
        after = site[page].split(f">{tex}</annotation>")
        assert len(after) == 2
        before = after[0][after[0].rindex('<span class="math notranslate nohighlight"') :]
        assert "<math xmlns=" in before
        assert "katex-display" not in before
        assert after[1].startswith('</semantics></math></span><span class="katex-html" aria-hidden="true">')


def test_a_display_formula_has_its_number_and_a_link_to_it(site: dict[str, str]) -> None:
    block = re.search(
        r'<div class="math sr-equation[^"]*" id="equation-eq-softmax">.*?</div>\n', site["index"], re.DOTALL
    )[0]
    assert '<span class="katex-display">' in block
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">' in block
    assert re.search(r'<span class="eqno">\(1\)<a class="headerlink" href="#equation-eq-softmax"', block)


def test_references_to_equations_resolve_on_the_page_and_across_pages(site: dict[str, str]) -> None:
    assert re.search(r'href="#equation-eq-softmax">\(1\)', site["index"])
    assert re.search(r'href="other.html#equation-eq-energy">\(1\)', site["index"])
    assert re.search(r'href="index.html#equation-eq-softmax">\(1\)', site["other"])


def test_lines_are_aligned_and_an_align_environment_gets_one_number_of_sphinx(site: dict[str, str]) -> None:
    assert site["index"].count(r"\begin{aligned}") == 2
    assert site["index"].count("<mtable") == 2
    assert re.findall(r'<span class="eqno">\((\d)\)', site["index"]) == ["1", "2"]
    assert "tag" not in re.findall(r'class="(\w+)"', site["index"])


def test_only_pages_with_a_formula_load_the_style_sheet_and_no_page_loads_a_script_for_it(site: dict[str, str]) -> None:
    assert "katex.min.css" in site["index"]
    assert "katex.min.css" in site["other"]
    assert "katex.min.css" not in site["plain"]
    assert not any(re.search(r"<script[^>]*(mathjax|katex)", page, re.IGNORECASE) for page in site.values())


def test_a_mark_that_touches_a_formula_stays_on_its_line(site: dict[str, str]) -> None:
    page = site["index"]
    assert page.count('<span class="sr-bind">') == 3
    assert page.count('<span class="sr-bind">(<span class="math') == 1
    assert "</span>),</span> and " in page
    assert "</span>,</span> a query" in page
    assert "</span>-</span>dimensional" in page
    assert site["index"].count('<span class="sr-last">') == 3


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("index.md", "# A\n\nText with\n\n$$\n\\unknown x\n$$\n", 5),
        ("index.md", "# A\n\nText with $\\unknown x$.\n", 3),
        ("index.rst", "A\n=\n\nText\n\n.. math::\n\n   \\frac{1}{\n", 6),
    ],
)
def test_a_formula_that_katex_does_not_understand_fails_the_build_and_says_where(
    tmp_path: Path, name: str, text: str, line: int
) -> None:
    done = build(tmp_path, {name: text})
    assert done.returncode == 1
    assert re.search(rf"{re.escape(name)}:{line}: WARNING: KaTeX: ", done.stderr), done.stderr
    assert "combining" not in done.stderr


def test_an_unknown_macro_is_named() -> None:
    with pytest.raises(sr_math.MathError, match=r"Undefined control sequence: \\unknown at position 3"):
        sr_math.render(r"a \unknown b")


def test_a_character_that_tex_does_not_know_is_refused() -> None:
    with pytest.raises(sr_math.MathError, match="Unrecognized Unicode character"):
        sr_math.render("a – b")


def test_a_formula_is_rendered_once() -> None:
    before = sr_math.render.cache_info().hits
    assert sr_math.render("x_{once}") == sr_math.render("x_{once}")
    assert sr_math.render.cache_info().hits == before + 1


def test_a_definition_in_one_formula_does_not_reach_the_next() -> None:
    assert "katex" in sr_math.render(r"\gdef\mine{x} \mine")
    with pytest.raises(sr_math.MathError, match=r"\\mine"):
        sr_math.render(r"\mine + 1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1", "x = 1"),
        (r"a &= b \\ c &= d", r"\begin{aligned}a &= b \\ c &= d\end{aligned}"),
        (r"a \\ b", r"\begin{aligned}a \\ b\end{aligned}"),
        (r"\text{a \& b}", r"\text{a \& b}"),
        (r"\begin{cases} 1 & a \\ 0 & b \end{cases}", r"\begin{cases} 1 & a \\ 0 & b \end{cases}"),
        (r"\sum_{\substack{a \\ b}} x", r"\sum_{\substack{a \\ b}} x"),
        (r"\begin{align}a &= b\end{align}", r"\begin{aligned}a &= b\end{aligned}"),
        (r"\begin{gather*}a \\ b\end{gather*}", r"\begin{gathered}a \\ b\end{gathered}"),
        (r"\begin{equation}a = b\end{equation}", "a = b"),
        ("a\n\nb", r"\begin{gathered}a \\ b\end{gathered}"),
    ],
)
def test_loose_lines_are_wrapped_and_closed_ones_left_alone(text: str, expected: str) -> None:
    assert sr_math.display_source(text) == expected
    assert 'class="katex-display"' in sr_math.render(expected, True)
