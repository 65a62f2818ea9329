"""A second build does what is needed and no less: in a small book, with the theme and widgets of this one."""

import re
import shutil
from pathlib import Path

import build
import pytest

ROOT = Path(__file__).resolve().parents[2]
BEFORE = {"(Python)": "3.11", "_config.yml": "a", "chapters/one.ipynb": "b", "notes.md": "c"}


@pytest.mark.parametrize(
    ("changes", "planned"),
    [
        ({}, []),
        ({"chapters/one.ipynb": "x"}, ["chapters/one.ipynb"]),
        ({"chapters/one.ipynb": "x", "notes.md": "x"}, ["chapters/one.ipynb", "notes.md"]),
        ({"chapters/one.ipynb": "x", "_config.yml": "x"}, None),
        ({"(Python)": "3.12"}, None),
        ({"chapters/two.ipynb": "x"}, None),
    ],
)
def test_only_changes_of_pages_leave_the_other_pages_as_they_are(changes, planned):
    assert build.plan(BEFORE, BEFORE | changes) == planned


def test_a_file_that_is_gone_builds_everything():
    assert build.plan(BEFORE, {name: BEFORE[name] for name in BEFORE if name != "notes.md"}) is None


def test_every_kind_of_source_is_watched_and_nothing_that_is_made():
    watched = set(build.digests(ROOT))
    for name in (
        "_config.yml",
        "_toc.yml",
        "references.bib",
        "intro.ipynb",
        "chapters/glossary.md",
        "figures/recurrent-cells.svg",
        "src/softrecall/data/learned-beta.json",
        "src/softrecall/similarity.py",
        "src/softrecall/widgets/widget.css",
        "theme/assets/book.css",
        "theme/extensions/sr_theme.py",
        "theme/templates/layout.html",
        "requirements.txt",
    ):
        assert name in watched
    assert not [name for name in watched if re.match(r"tests/|_build/|\.|.*(__pycache__|\.egg-info)", name)]


# ---- a small book ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The folder of a book with three pages and this book's theme and package."""
    folder = tmp_path_factory.mktemp("book")
    ours = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("theme", "src", "figures"):
        shutil.copytree(ROOT / name, folder / name, ignore=ours)
    for name in ("_config.yml", "references.bib", "pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT"):
        shutil.copy(ROOT / name, folder)
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: intro\nparts:\n"
        "  - {caption: One, chapters: [{file: chapters/first}]}\n"
        "  - {caption: Back matter, chapters: [{file: chapters/last}]}\n"
    )
    (folder / "chapters").mkdir()
    (folder / "intro.md").write_text("# Front\n\nTo the [](chapters/first.md).\n")
    (folder / "chapters" / "first.md").write_text("# First page\n\nOld words.\n\n```{math}\n:label: sum\n1 + 1\n```\n")
    (folder / "chapters" / "last.md").write_text("# Last page\n\nEquation {eq}`sum` is a sum.\n")
    return folder


@pytest.fixture
def make(book, monkeypatch):
    """A function that changes a file of the small book, builds, and returns the pages that were written, by name."""
    monkeypatch.setenv("PYTHONPATH", str(book / "src"))
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")
    html = book / "_build" / "html"

    def written():
        return {path.name: path.stat().st_mtime_ns for path in html.rglob("*.html")} if html.exists() else {}

    def change(*changes, fails=False):
        for name, old, new in changes:
            text = (book / name).read_text("utf-8")
            assert old in text
            (book / name).write_text(text.replace(old, new, 1), "utf-8")
        before = written()
        assert (build.build(book) != 0) is fails
        return {name for name, time in written().items() if before.get(name) != time}

    return change


def read(book, name):
    return (book / "_build" / "html" / name).read_text("utf-8")


def test_what_is_changed_arrives_and_what_is_not_concerned_stays(book, make):
    first, last = "chapters/first.html", "chapters/last.html"
    assert {"intro.html", "first.html", "last.html"} <= make()
    assert make() == set()

    # words of one page: that page
    pages = make(("chapters/first.md", "Old words", "New words"))
    assert "New words" in read(book, first)
    assert "first.html" in pages
    assert "last.html" not in pages

    # a title: every page, since all show it
    assert "last.html" in make(("chapters/first.md", "First page", "Opening page"))
    assert all("Opening page" in read(book, name) for name in ("intro.html", first, last))

    # a page with a fault: refused, and refused again although nothing has changed since
    make(("chapters/last.md", "is a sum", "is a {term}`summand`"), fails=True)
    make(fails=True)

    # the fault mended; and an asset, an extension, a widget
    news = 'const news = "a new line";\n'
    make(
        ("chapters/last.md", "is a {term}`summand`", "is a sum"),
        ("theme/assets/book.css", "", "/* new */"),
        ("theme/extensions/sr_theme.py", "base-uri 'none'", "base-uri 'self'"),
        ("src/softrecall/widgets/softmax_beta/script.mjs", "export default", f"{news}export default"),
    )
    assert "/* new */" in read(book, "_static/book.css")
    assert "base-uri 'self'" in read(book, first)
    assert "a new line" in read(book, "_static/widgets/softrecall.SoftmaxBeta.js")
