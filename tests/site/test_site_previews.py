"""Previews of terms, sources, equations and figures: on hover, on focus, on tap, from server and disk."""

import re

import pytest
from bs4 import BeautifulSoup
from site_pages import ROOT, SITE, check_none, html_files, read

PAGE = "chapters/sparse-distributed-memory.html"
TERM, SOURCE = ".bk-article a.internal[href*='#term-']", ".bibtex-citation a.internal"
EQUATION, FIGURE = "p a.internal[href^='#equation-']", "p a.internal[href^='#fig-']"
PREVIEW = "#bk-preview"
AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=["server", "disk"])
def opened(request, new_page):
    """A chapter from the server and from the disk, shared; every test leaves it without a preview."""
    page = new_page(width=1280, height=720, bypass_csp=True)
    page.goto(request.getfixturevalue(request.param) + PAGE)
    page.read_through()
    return page


@pytest.fixture
def page(opened):
    yield opened
    opened.keyboard.press("Escape")
    opened.mouse.move(1, 1)
    assert not opened.locator(PREVIEW).is_visible()


def words(text):
    return " ".join(text.split())


def wanted_text(address):
    """What stands where a link from a chapter to another page leads: the definition of a term, or a source."""
    name, _, anchor = address.partition("#")
    target = read(f"chapters/{name}").soup.find(id=anchor)
    return words((target.find_next("dd") if target.name == "dt" else target.find("p")).get_text())


def hover(page, selector, number=0):
    link = page.locator(selector).nth(number)
    link.scroll_into_view_if_needed()
    link.hover()
    page.locator(PREVIEW).wait_for(state="visible")
    return link


# ---- as files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", html_files())
def test_every_term_and_source_of_a_page_has_its_preview_and_nothing_is_carried_in_vain(name):
    soup = read(name).soup
    template = soup.find(id="bk-previews")
    inside = template.decode_contents() if template else ""  # a parser keeps what is in a template apart
    entries = BeautifulSoup(inside, "html.parser").find_all("div", recursive=False)
    carried = [entry["data-for"] for entry in entries]
    links = [link["href"] for link in soup.select(".bk-article a:has(> .std-term), .bk-article .bibtex-citation a")]
    assert sorted(carried) == sorted({address for address in links if not address.startswith("#")})
    assert [entry for entry in entries if len(entry.get_text().split()) < 4] == []
    assert [node for entry in entries for node in entry.find_all(id=True)] == []
    assert [link for link in soup.select(".bk-article a[title]") if ". " in link["title"]] == [], "a tooltip holds it"


def test_the_chapters_use_previews():
    carried = [(SITE / name).read_text("utf-8").count("<div data-for=") for name in html_files()]
    assert sum(carried) > 100


# ---- in the browser -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("selector", [TERM, SOURCE])
def test_the_pointer_shows_what_stands_on_another_page_and_asks_for_nothing(page, selector):
    asked = len(page.watch.requests)
    link = hover(page, selector)
    shown = page.locator(PREVIEW)
    assert wanted_text(link.get_attribute("href")) in words(shown.inner_text())
    assert shown.get_attribute("aria-label") == f"Preview: {words(link.inner_text())}"
    assert len(page.watch.requests) == asked
    check_none(page.watch.complaints)


def test_the_pointer_may_enter_the_preview_and_takes_it_away_when_it_leaves(page):
    hover(page, TERM)
    box = page.locator(PREVIEW).bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 30, steps=4)
    page.wait_for_timeout(400)
    assert page.locator(PREVIEW).is_visible()
    page.mouse.move(5, 300)
    page.locator(PREVIEW).wait_for(state="hidden")


def test_escape_takes_the_preview_away_while_the_pointer_rests(page):
    hover(page, TERM)
    page.keyboard.press("Escape")
    assert not page.locator(PREVIEW).is_visible()


@pytest.mark.parametrize(("selector", "part"), [(EQUATION, ".katex-html"), (FIGURE, "svg, img")])
def test_an_equation_or_figure_of_the_page_is_copied_without_its_ids(page, selector, part):
    link = hover(page, selector)
    target = page.locator(link.get_attribute("href"))
    shown = page.locator(PREVIEW)
    drawn = shown.locator(part).first.bounding_box()
    assert min(drawn["width"], drawn["height"]) > 10
    assert drawn["width"] <= 400
    number = re.search(r"\(\d+\)|Figure\s\d+", target.inner_text())[0]
    assert number in shown.inner_text()
    assert shown.locator("[id], .headerlink").count() == 0
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((node) => node.id)")
    assert len(ids) == len(set(ids))


def test_the_keyboard_shows_a_preview_that_describes_its_link_and_takes_no_stop_of_its_own(page):
    link = page.locator(TERM).nth(1)
    page.locator(TERM).first.focus()
    page.keyboard.press("Shift+Tab")
    while not link.evaluate("(link) => link === document.activeElement"):
        page.keyboard.press("Tab")
    assert link.get_attribute("aria-describedby") == "bk-preview"
    page.locator(PREVIEW).wait_for(state="visible")
    described = words(page.locator(PREVIEW).inner_text())
    assert wanted_text(link.get_attribute("href")) in described
    page.keyboard.press("Escape")
    assert not page.locator(PREVIEW).is_visible()
    assert link.evaluate("(link) => link === document.activeElement")
    assert link.get_attribute("aria-describedby") is None
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.locator(PREVIEW).wait_for(state="visible")
    page.keyboard.press("Tab")
    assert not page.evaluate("document.getElementById('bk-preview').contains(document.activeElement)")


def test_axe_finds_nothing_in_an_open_preview(page):
    page.evaluate(AXE)
    hover(page, FIGURE)
    found = page.evaluate("axe.run('#bk-preview').then(({ violations }) => violations.map(({ id }) => id))")
    assert found == []


def test_a_click_with_the_mouse_follows_the_link(new_page, server):
    page = new_page()
    page.goto(server + PAGE)
    link = page.locator(TERM).first
    address = link.get_attribute("href")
    link.click()
    page.wait_for_url(f"**/{address}")
    assert page.url.endswith(f"/{address}")
    page.context.close()


@pytest.mark.parametrize("selector", [TERM, SOURCE, EQUATION, FIGURE])
def test_a_tap_on_a_phone_shows_the_preview_with_a_link_that_goes_there(new_page, server, selector):
    page = new_page(width=360, height=740, has_touch=True, reduced_motion="reduce")
    page.goto(server + PAGE)
    link = page.locator(selector).nth(1)
    link.scroll_into_view_if_needed()
    link.tap()
    shown = page.locator(PREVIEW)
    box = shown.bounding_box()
    assert page.url == server + PAGE
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert box["y"] >= 56
    assert box["y"] + box["height"] <= 740
    assert page.evaluate("document.activeElement.id") == "bk-preview"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.keyboard.press("Escape")
    assert not shown.is_visible()
    assert link.evaluate("(link) => link === document.activeElement")
    link.tap()
    go = shown.get_by_text("Go there")
    assert go.bounding_box()["height"] >= 24
    address = link.get_attribute("href")
    go.tap()
    page.wait_for_url(f"**{address}")
    assert not page.locator(PREVIEW).is_visible()
    page.context.close()
