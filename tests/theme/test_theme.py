"""The theme on a small book with a public address: lost readers, reports, descriptions, previews, the search."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://example.org/book/"
CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "theme" / "extensions")!r})
extensions = ["myst_parser", "sphinx_external_toc", "sphinxcontrib.bibtex",
              "sr_fresh", "sr_theme", "sr_math", "sr_previews", "sr_search"]
myst_enable_extensions = ["dollarmath", "colon_fence"]
html_theme = "softrecall"
myst_heading_anchors = 3
html_math_renderer = "katex_static"
html_static_path = [{str(ROOT / "theme" / "assets")!r}]
html_baseurl = "{BASE}"
html_show_sourcelink = True
bibtex_bibfiles = ["references.bib"]
bibtex_reference_style = "author_year"
numfig = True
math_numfig = False
html_context = {{"sr_zip": "notebooks.zip", "sr_wheel": "package.whl"}}
project = "Trial"
"""
LONG = "A promise, which goes on, " + "and on, " * 30 + "to its end."
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}"><path d="M0 0h9"/></svg>'
FILES = {
    "_config.yml": "repository:\n  url: https://example.org/code/\n",
    "_toc.yml": """format: jb-book
root: intro
parts:
  - caption: First
    chapters: [{file: one}, {file: two}, {file: terms}]
  - caption: Back matter
    chapters: [{file: sources}, {file: empty}]
""",
    "references.bib": "@book{one, author={Ann One}, title={A Work of Hers}, publisher={P}, year={2001}}",
    "points.svg": DRAWING.format("30pt", "15pt"),
    "pixels.svg": DRAWING.format("30", "15px"),
    "share.svg": DRAWING.format("100%", "15"),
    "intro.md": "# The book\n\nThe first words. {term}`Key`\n",
    "one.md": f"""# One

{LONG}

$$ k = q^2 $$ (eq-own)

By {{eq}}`eq-own` and {{eq}}`eq-other`, {{numref}}`fig-other`, {{term}}`key`, {{cite:t}}`one`, [two](two.md#again).

```{{figure}} points.svg
:name: fig-own
:alt: One.

Own.
```

![Two.](pixels.svg) ![Three.](share.svg)
""",
    "two.md": """# Two & more

Short. See {numref}`fig-other`.

$$ x = \\tfrac12 y $$ (eq-other)

```{figure} points.svg
:name: fig-other
:alt: Other.

A caption with $z$ and a {term}`key`.
```

## Again

Words of the second section: Zebra_crossing.

```python
not_in_the_index = 1
```

### Deeper

Deep down.
""",
    "terms.md": """# Terms

:::{glossary}
key
  What $x$ a [link](two.md) says of a {term}`lock`.

lock
  Shut.
:::
""",
    "sources.md": "# Sources\n\n```{bibliography}\n```\n",
    "empty.md": "# Empty\n",
}


def build(folder: Path) -> None:
    quiet = os.environ | {"PYTHONWARNINGS": "ignore"}
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-b",
        "html",
        str(folder),
        str(folder / "out"),
    ]
    ran = subprocess.run(command, capture_output=True, text=True, env=quiet, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The folder of the book, built once."""
    folder = tmp_path_factory.mktemp("book")
    for name, text in (FILES | {"conf.py": CONF}).items():
        (folder / name).write_text(text, encoding="utf-8")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def page(book):
    """A function that reads a page of the book."""
    return lambda name: BeautifulSoup((book / "out" / f"{name}.html").read_text("utf-8"), "html.parser")


def words(element):
    return " ".join(element.get_text().split())


def description(soup):
    return soup.find("meta", attrs={"name": "description"})["content"]


def previews(soup):
    """The entries that a page carries, by the address that they are for."""
    inside = soup.find(id="bk-previews").decode_contents()
    found = BeautifulSoup(inside, "html.parser").find_all("div", recursive=False)
    return {entry["data-for"]: entry for entry in found}


# ---- the template ---------------------------------------------------------------------------------------------------


def test_a_long_promise_is_cut_at_a_word_a_short_one_is_whole_and_none_becomes_that_of_the_book(page):
    long = description(page("one"))
    assert len(long) <= 160
    assert long.endswith("and on...")
    assert LONG.startswith(long.removesuffix("..."))
    assert description(page("two")) == "Short. See Fig. 1."
    assert description(page("empty")).startswith("Soft Recall, an interactive textbook")


def test_a_reader_who_is_lost_in_a_folder_of_the_site_finds_home(page):
    leads = [link["href"] for link in page("404").select("article li a, .bk-brand, .bk-bar-links a[href*=contents]")]
    assert leads == [f"{BASE}intro.html", f"{BASE}intro.html#contents", f"{BASE}intro.html", f"{BASE}search.html"]


def test_addresses_for_other_sites_are_whole(page):
    soup = page("two")
    assert soup.find("link", rel="canonical")["href"] == f"{BASE}two.html"
    assert soup.find("meta", property="og:image")["content"] == f"{BASE}_static/social-card.png"
    assert soup.find("meta", property="og:url")["content"] == f"{BASE}two.html"


def test_an_error_is_reported_with_the_name_of_its_page(page):
    report = page("two").select_one(".bk-page-foot").find("a", string="Report an error")
    assert report["href"] == "https://example.org/code/issues/new?title=Error%20on%20the%20page%20two"


def test_the_crumb_counts_the_chapters_of_a_part_but_not_the_back_matter(page):
    assert words(page("two").select_one(".bk-crumb")) == "First · chapter 2 of 3"
    assert words(page("empty").select_one(".bk-crumb")) == "Back matter"


def test_a_title_with_signs_stays_text(page):
    assert page("two").title.string == "Two & more · Soft Recall"
    assert words(page("one").select_one(".bk-next [rel=next]")) == "Next Two & more"


def test_a_book_without_a_bibliography_at_the_usual_place_links_to_none(page):
    line = words(page("one").select_one(".bk-foot"))
    assert line.startswith("Text CC BY 4.0 · code MIT · All notebooks · The package.")


def test_a_drawing_keeps_its_place_by_its_own_size_in_points_or_pixels(page):
    sizes = [(img.get("width"), img.get("height")) for img in page("one").select("article img")]
    assert sizes == [("40", "20"), ("30", "15"), (None, None)]
    assert [img["alt"] for img in page("one").select("article img")] == ["One.", "Two.", "Three."]


def test_a_source_has_no_roles_that_its_list_would_have_to_share(page):
    source = page("sources").select_one(".citation-list > .citation")
    assert source.get("role") is None
    assert "A Work of Hers" in words(source)


# ---- previews -------------------------------------------------------------------------------------------------------


def test_a_page_carries_what_it_refers_to_on_other_pages_and_nothing_else(page):
    source = page("sources").select_one(".citation")["id"]
    wanted = {"two.html#equation-eq-other", "two.html#fig-other", "terms.html#term-key", f"sources.html#{source}"}
    assert set(previews(page("one"))) == wanted
    assert page("two").find(id="bk-previews") is not None
    assert page("empty").find(id="bk-previews") is None


def test_each_kind_of_preview_shows_its_contents_without_ids(page):
    shown = {address.split("#")[1].split("-")[0]: entry for address, entry in previews(page("one")).items()}
    assert shown["equation"].select_one(".katex-display")
    assert "(1)" in words(shown["equation"])
    assert words(shown["fig"]).startswith("A caption with")
    assert words(shown["term"].select_one(".bk-preview-name")) == "key"
    assert "What" in words(shown["term"])
    assert [node for entry in shown.values() for node in entry.find_all(id=True)] == []


def test_links_inside_a_preview_lead_from_where_it_is_shown(page):
    links = [link["href"] for link in previews(page("one"))["terms.html#term-key"].find_all("a")]
    assert links == ["two.html", "terms.html#term-lock"]


def test_a_formula_in_a_preview_brings_its_style_sheet(page):
    sheets = [link["href"] for link in page("intro").find_all("link", rel="stylesheet")]
    assert "katex" not in str(page("intro").find("article"))
    assert len([sheet for sheet in sheets if "katex" in sheet]) == 1
    assert [link for link in page("empty").find_all("link", rel="stylesheet") if "katex" in link["href"]] == []


# ---- the search, and a second build ---------------------------------------------------------------------------------


def index(book):
    script = (book / "out" / "searchindex.js").read_text("utf-8")
    return json.loads(script.removeprefix("window.softRecallIndex = ").removesuffix(";\n"))


def found(book):
    known = index(book)
    return {(known["pages"][page][0], anchor): (title, text) for page, anchor, title, text in known["entries"]}


def test_the_index_holds_sections_terms_and_sources_in_the_order_of_the_book(book):
    known = index(book)
    assert [page[0] for page in known["pages"]] == [
        f"{name}.html" for name in ("intro", "one", "two", "terms", "sources", "empty")
    ]
    assert [page[2] for page in known["pages"]] == [0, 0, 0, 0, 1, 1]
    entries = found(book)
    assert entries["two.html", "again"] == ("Again", "Words of the second section: Zebra_crossing.")
    assert entries["two.html", "deeper"] == ("Deeper", "Deep down.")
    assert entries["terms.html", "term-lock"] == ("lock", "Shut.")
    assert entries["terms.html", "term-key"] == ("key", "What x a link says of a lock.")
    assert entries["two.html", ""][1] == "Short. See Fig. 1. A caption with z and a key."
    assert "Ann One" in next(text for (page, anchor), (_, text) in entries.items() if page == "sources.html" and anchor)


def test_a_second_build_keeps_what_it_does_not_write_and_renews_what_others_show(book, page):
    untouched = (book / "out" / "empty.html").stat().st_mtime_ns
    (book / "terms.md").write_text(FILES["terms.md"].replace("Shut.", "Locked.").replace("What", "Whatever"), "utf-8")
    build(book)
    assert "Whatever" in words(previews(page("one"))["terms.html#term-key"])
    entries = found(book)
    assert entries["terms.html", "term-lock"] == ("lock", "Locked.")
    assert entries["two.html", "deeper"] == ("Deeper", "Deep down.")
    (book / "two.md").write_text(FILES["two.md"].replace("Deep down", "Deep below"), encoding="utf-8")
    renewed = (book / "out" / "empty.html").stat().st_mtime_ns
    build(book)
    assert found(book)["two.html", "deeper"] == ("Deeper", "Deep below.")
    assert found(book)["terms.html", "term-lock"] == ("lock", "Locked.")
    assert untouched < renewed == (book / "out" / "empty.html").stat().st_mtime_ns
