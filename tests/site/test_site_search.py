"""The search: sections with a line of context, chapters first, from server and disk."""

import gzip
import json
import re

import pytest
from site_pages import SITE, check_none, get, has_class, html_files, read

INDEX = SITE / "searchindex.js"
GROUPS = ["In the chapters", "Notation, glossary and other pages at the back", "In the package"]


def index():
    script = INDEX.read_text(encoding="utf-8")
    return json.loads(script.removeprefix("window.softRecallIndex = ").removesuffix(";\n"))


@pytest.fixture(scope="module", params=["server", "disk"])
def find(request, new_page):
    """A function that searches for words and gives the page, shared; it must end without a complaint."""
    page = new_page(width=360, height=740, reduced_motion="reduce")
    base = request.getfixturevalue(request.param)

    def ask(words):
        page.goto(f"{base}search.html?q={words}")
        page.locator("#bk-search-status:not(:empty)").wait_for()
        return page

    yield ask
    check_none(page.watch.complaints)


def addresses(page):
    return [link.get_attribute("href") for link in page.locator("#search-results li a").all()]


# ---- the index ------------------------------------------------------------------------------------------------------


def test_every_entry_of_the_index_leads_to_a_place_in_the_site():
    known = index()
    missing = [
        (known["pages"][page][0], anchor)
        for page, anchor, _, _ in known["entries"]
        if anchor and anchor not in read(known["pages"][page][0]).targets
    ]
    assert missing == []
    assert len(known["entries"]) > 200


def test_the_index_holds_every_section_of_every_page_and_no_code():
    known = index()
    anchors = {(known["pages"][page][0], anchor) for page, anchor, _, _ in known["entries"]}
    listed = {address for address, _ in anchors}
    assert listed == {name for name in html_files() if name.startswith("chapters/") or name == "intro.html"}
    sections = {
        (name, get(section, "id"))
        for name in listed
        for section in read(name).all("section")
        if section.find_parent("section") and not has_class(section, "bk-exercise")
    }
    assert sections <= anchors
    assert [text for *_, text in known["entries"] if "import numpy" in text or "\\operatorname" in text] == []


def test_the_index_is_light_and_only_the_search_asks_for_it():
    pages = [name for name in html_files() if name.startswith("chapters/")]  # a search looks through all of them
    assert len(gzip.compress(INDEX.read_bytes(), 9)) <= 9_000 * len(pages)
    asking = [name for name in html_files() if any("searchindex" in get(s, "src") for s in read(name).all("script"))]
    assert asking == ["search.html"]


# ---- the page -------------------------------------------------------------------------------------------------------


def test_hits_are_sections_with_a_line_in_which_the_words_are_marked(find):
    page = find("hamming+distance")
    assert page.locator("#bk-search-field").input_value() == "hamming distance"
    hits = page.locator("#search-results li")
    found = addresses(page)
    assert len(found) == len(set(found)) >= 5
    assert len([address for address in found if "#" in address]) >= 5
    assert all(hit.locator("mark").count() >= 1 for hit in hits.all())
    lines = page.locator(".context").all_inner_texts()
    assert max(map(len, lines)) <= 200
    assert min(map(len, lines)) >= 20
    marks = page.locator(".context mark").all_inner_texts()
    assert {mark.lower()[:7] for mark in marks} == {"hamming", "distanc"}
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_chapters_come_before_the_back_matter_and_the_package_comes_last(find):
    page = find("softmax")
    headings = [text.rpartition(" (")[0] for text in page.locator("#search-results h2").all_inner_texts()]
    assert headings == GROUPS
    lists = page.locator("#search-results ol").all()
    kinds = [[link.get_attribute("href") for link in one.locator("a").all()] for one in lists]
    assert [address for address in kinds[0] if re.search("glossary|notation|api|corrections", address)] == []
    assert [address for address in kinds[2] if not address.startswith("chapters/api.html")] == []
    assert "softmax" in page.locator("#search-results ol a").first.inner_text().lower()


def test_the_number_of_hits_is_said_and_the_rest_of_them_can_be_had(find):
    page = find("memory")
    status = page.locator("#bk-search-status")
    said = int(re.match(r"\d+", status.inner_text())[0])
    counted = [int(re.search(r"\((\d+)\)", text)[1]) for text in page.locator("#search-results h2").all_inner_texts()]
    assert said == sum(counted) > len(addresses(page))
    assert status.get_attribute("role") == "status"
    more = page.locator("#search-results ol + button")
    while more.count():
        more.first.click()
        assert page.evaluate("document.activeElement.matches('#search-results li a')")
    assert len(addresses(page)) == said


@pytest.mark.parametrize(
    ("words", "other"),
    [("memories", "memory"), ("HAMMING", "hamming"), ("j%C3%BCrgen", "jurgen")],
)
def test_plural_capitals_and_accents_make_no_difference(find, words, other):
    found = [addresses(find(one)) for one in (words, other)]
    assert found[0] == found[1] != []


def test_the_beginning_of_a_word_is_enough_and_its_middle_is_not(find):
    assert addresses(find("softma")) != []
    assert addresses(find("oftmax")) == []
    assert find("oftmax").locator("#bk-search-status").inner_text() == "No section holds this word."


def test_all_the_words_are_needed(find):
    assert addresses(find("softmax")) != []
    assert addresses(find("softmax+xyzzyplugh")) == []
    assert "No section holds all these words." in find("softmax+xyzzyplugh").locator("main").inner_text()


def test_a_term_and_an_object_of_the_package_are_found_by_their_names(find):
    assert "chapters/glossary.html#term-inverse-temperature" in addresses(find("inverse+temperature"))
    assert "chapters/api.html#softrecall.hypercube.ball_fraction" in addresses(find("ball_fraction"))


def test_hits_follow_what_is_typed_and_lead_to_the_section(find):
    page = find("softmax")
    before = addresses(page)
    field = page.locator("#bk-search-field")
    field.fill("")
    page.locator("#search-results li").first.wait_for(state="detached")
    field.press_sequentially("critical dist")
    page.locator("#search-results mark", has_text="critical").first.wait_for()
    after = addresses(page)
    assert after != before
    page.keyboard.press("Enter")
    page.wait_for_url("**q=critical+dist*")
    assert addresses(page) == after
    hit = next(address for address in after if "#" in address)
    page.locator(f"#search-results a[href='{hit}']").click()
    page.wait_for_url(f"**/{hit}")
    assert page.locator(f"[id='{hit.partition('#')[2]}']").bounding_box()["y"] < 740
