"""What the template says on every page: titles, crumbs, neighbours, contents, foot, labels; each against its source."""

import json
import re
from copy import copy
from functools import cache

import pytest
import yaml
from site_pages import ROOT, get, html_files, read

TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
PARTS = [(part["caption"], [chapter["file"] for chapter in part["chapters"]]) for part in TOC["parts"]]
LISTED = [name for _, names in PARTS for name in names]
ALL = [TOC["root"], *LISTED]
CHAPTERS = [name for caption, names in PARTS[:-1] for name in names]
PROMISE = "Soft Recall: from associative memory to attention, and back to the brain"
DESCRIPTION = "Soft Recall, an interactive textbook: from associative memory to attention, and back to the brain."
every_page = pytest.mark.parametrize("name", ALL)
every_listed = pytest.mark.parametrize("name", LISTED)


def words(element):
    return " ".join(element.get_text().split()) if element is not None else None


def soup(name):
    return read(f"{name}.html").soup


@cache
def title_of(name):
    """The title of a page, as its h1 says it; formulas as their signs."""
    heading = copy(soup(name).h1)
    for hidden in heading.select(".headerlink, .katex-html, annotation"):
        hidden.decompose()
    return words(heading)


def meta(name, key):
    return [
        get(one, "content") for one in soup(name).find_all("meta") if key in (get(one, "name"), get(one, "property"))
    ]


# ---- the head -------------------------------------------------------------------------------------------------------


@every_page
def test_the_tab_names_the_page_and_the_book(name):
    wanted = PROMISE if name == TOC["root"] else f"{title_of(name)} · Soft Recall"
    assert words(soup(name).title) == wanted
    assert meta(name, "og:title") == [wanted.removesuffix(" · Soft Recall")]
    assert meta(name, "og:type") == ["website" if name == TOC["root"] else "article"]
    assert meta(name, "og:site_name") == ["Soft Recall"]
    assert meta(name, "og:image:alt") == [PROMISE]
    assert soup(name).html["lang"] == "en"


@every_page
def test_the_description_is_the_beginning_of_what_the_page_promises(name):
    said = meta(name, "description")
    assert said == meta(name, "og:description")
    promise = soup(name).select_one(".bk-lede") or soup(name).select_one("article section > p")
    assert said[0] != DESCRIPTION
    assert 20 <= len(said[0]) <= 160
    if not promise.select(".math"):
        assert words(promise).startswith(said[0].removesuffix("..."))
        assert said[0].endswith("...") == (len(words(promise.p or promise)) > 160)


@pytest.mark.parametrize(("name", "title"), [("404", "Page not found"), ("search", "Search")])
def test_a_page_without_text_of_its_own_is_named_and_kept_from_search_engines(name, title):
    assert words(soup(name).title) == f"{title} · Soft Recall"
    assert meta(name, "robots") == ["noindex"]
    assert meta(name, "description") == [DESCRIPTION]
    assert [name for name in ALL if meta(name, "robots")] == []


# ---- where one is ---------------------------------------------------------------------------------------------------


@every_listed
def test_the_crumb_tells_the_part_and_counts_its_chapters_but_not_the_back_matter(name):
    caption, names = next(part for part in PARTS if name in part[1])
    number = "" if caption == PARTS[-1][0] else f" · chapter {names.index(name) + 1} of {len(names)}"
    assert words(soup(name).select_one(".bk-crumb")) == caption + number


def test_pages_outside_of_the_parts_have_no_crumb_and_no_foot():
    for name in (TOC["root"], "search", "404"):
        assert soup(name).select(".bk-crumb, .bk-page-foot, .bk-local, .bk-sections") == []


@pytest.mark.parametrize("name", [*ALL, "search", "404"])
def test_the_contents_list_every_page_in_order_and_mark_the_one_that_is_read(name):
    contents = soup(name).find(id="bk-contents")
    assert [words(caption) for caption in contents.select(".bk-part")] == [caption for caption, _ in PARTS]
    lists = contents.find_all("ul", recursive=False)
    entries = [[item.a for item in one.find_all("li", recursive=False)] for one in lists]
    assert [len(some) for some in entries] == [len(names) for _, names in PARTS]
    links = [link for some in entries for link in some]
    current = [page for page, link in zip(LISTED, links, strict=True) if link.get("aria-current") == "page"]
    assert current == ([name] if name in LISTED else [])
    leads = [get(link, "href") for link in links]
    assert [lead.split("/")[-1] for lead in leads] == [
        "#" if page == name else f"{page.split('/')[-1]}.html" for page in LISTED
    ]
    labels = [get(one, "aria-labelledby") for one in lists]
    assert labels == [get(caption, "id") for caption in contents.select(".bk-part")]


@every_listed
def test_on_this_page_lists_its_sections_beside_it_and_below_its_entry(name):
    sections = soup(name).select("article > section > section")
    wanted = [f"#{get(section, 'id')}" for section in sections]
    beside = [get(link, "href") for link in soup(name).select(".bk-local a")]
    below = [get(link, "href") for link in soup(name).select("#bk-contents [aria-current=page] + .bk-sections a")]
    assert beside == below == wanted
    assert [words(title) for title in soup(name).select("#bk-local-title")] == (["On this page"] if wanted else [])


@every_page
def test_the_neighbours_are_those_of_the_contents(name):
    place = ALL.index(name)
    wanted = {}
    if place:
        wanted["prev"] = ALL[place - 1], "Before"
    if place + 1 < len(ALL):
        wanted["next"] = ALL[place + 1], "Next"
    links = {get(link, "rel"): link for link in soup(name).select(".bk-next a")}
    heads = {
        get(link, "rel"): link for link in soup(name).head.find_all("link") if get(link, "rel") in ("prev", "next")
    }
    assert links.keys() == heads.keys() == wanted.keys()
    for side, (page, label) in wanted.items():
        assert get(links[side], "href") == get(heads[side], "href")
        assert get(links[side], "href").endswith(f"{page.split('/')[-1]}.html")
        assert words(links[side].span) == label
        assert words(links[side]).startswith(f"{label} {title_of(page)[:12]}")


# ---- the foot of the page -------------------------------------------------------------------------------------------


@every_listed
def test_the_foot_of_a_page_offers_its_source(name):
    foot = soup(name).select_one(".bk-page-foot")
    path = next(path for path in (ROOT / f"{name}.ipynb", ROOT / f"{name}.md") if path.exists())
    links = foot.select("a")
    assert get(links[0], "href") == f"../_sources/{name}{path.suffix}"
    assert (path.suffix == ".md") == (words(foot) == "Source of this page")


@pytest.mark.parametrize("name", [name for name in LISTED if (ROOT / f"{name}.ipynb").exists()])
def test_the_foot_of_a_notebooks_page_says_what_it_was_run_with(name):
    foot, path = soup(name).select_one(".bk-page-foot"), ROOT / f"{name}.ipynb"
    tested = json.loads(path.read_text(encoding="utf-8"))["metadata"]["softrecall"]["tested_with"]
    first, *others = sorted(tested, key=lambda package: (package != "Python", package))
    assert first == "Python"
    versions = ", ".join(f"{package} {tested[package]}" for package in (first, *others))
    assert words(foot) == f"Download this notebook · All notebooks · last run with {versions}"
    assert "download" in foot.select("a")[0].attrs


@pytest.mark.parametrize("name", [name.removesuffix(".html") for name in html_files() if name != "index.html"])
def test_the_last_line_gives_licences_sources_and_what_is_kept(name):
    line = soup(name).select_one("footer.bk-foot")
    assert words(line) == (
        "Text CC BY 4.0 · code MIT · Sources · All notebooks · The package. Nothing on these pages is tracked; "
        "the choice of colours is kept in your browser."
    )
    here = name == "chapters/bibliography"
    assert get(line.a, "href").split("/")[-1] == ("#" if here else "bibliography.html")


def test_what_is_said_about_the_browser_is_true():
    scripts = [path.read_text("utf-8") for path in (ROOT / "theme" / "assets").glob("*.js")]
    kept = {key for script in scripts for key in re.findall(r"localStorage\.\w+Item\(\"([\w-]+)\"", script)}
    assert kept == {"softrecall-colours"}
    assert [
        word for word in ("cookie", "sessionStorage", "sendBeacon", "indexedDB") for s in scripts if word in s
    ] == []


# ---- bar, labels, lost readers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*ALL, "search", "404"])
def test_everything_without_words_has_a_name(name):
    page = soup(name)
    labels = {
        ".bk-menu-button": "Contents",
        ".bk-theme-button": "Colours: as the system",
        "header a.bk-icon": "Search",
        ".bk-bar-links": "Book",
        "#bk-contents": "Contents of the book",
        ".bk-close": "Close the contents",
        ".bk-page-foot": "About this page",
        ".bk-next": "Previous and next page",
    }
    found = {selector: [get(one, "aria-label") for one in page.select(selector)] for selector in labels}
    always = {selector: [label] for selector, label in labels.items() if selector not in (".bk-page-foot", ".bk-next")}
    assert {selector: found[selector] for selector in always} == always
    assert found[".bk-page-foot"] == (["About this page"] if name in LISTED else [])
    assert found[".bk-next"] == (["Previous and next page"] if name in ALL else [])
    assert words(page.select_one(".bk-skip")) == "Skip to the text"
    assert get(page.select_one(".bk-skip"), "href") == f"#{get(page.main, 'id')}"
    assert words(page.select_one(".bk-brand")) == "Soft Recall"
    assert [words(link) for link in page.select(".bk-bar-links a")] == ["Contents", "Notation", "Glossary"]
    leads = [get(link, "href").split("/")[-1] for link in page.select(".bk-bar-links a")]
    assert leads == [
        "#contents" if name == TOC["root"] else "intro.html#contents",
        *("#" if name.endswith(page_) else f"{page_}.html" for page_ in ("notation", "glossary")),
    ]


def test_a_lost_reader_is_told_so_and_led_on():
    page = soup("404")
    assert words(page.h1) == "Nothing is stored at this address"
    leads = [get(link, "href") for link in page.select("article li a")]
    assert leads == ["intro.html", "search.html"]
    assert words(page.select_one(".bk-lede")) == "The page may have moved. The nearest memories:"


# ---- the top of a chapter -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_top_of_a_chapter_tells_time_what_comes_before_and_how_to_run_it(name):
    cells = json.loads((ROOT / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    source = "\n".join("".join(cell["source"]) for cell in cells)
    options = dict(re.findall(r"^:(time|before): (.+)$", source, re.MULTILINE))
    facts = {words(row.strong): words(row) for row in soup(name).select(".bk-facts p")}
    assert list(facts) == ["Time", "Before this", "Run it yourself"]
    assert facts["Time"] == f"Time{options['time']}"
    plain = re.sub(r"\[([^]]*)\]\([^)]*\)|[`*]", r"\1", options["before"])
    assert facts["Before this"].removeprefix("Before this")[:30] == plain[:30]
    assert len(soup(name).select(".bk-facts p:nth-of-type(2) a")) == options["before"].count("](")
