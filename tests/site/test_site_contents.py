"""The contents and "on this page": in view at every width, and the mark at the section that is being read."""

import pytest

PAGE = "chapters/sparse-distributed-memory.html"
MARKED = "[...document.querySelectorAll('#bk-contents [aria-current=true], .bk-local [aria-current]')]"


@pytest.fixture(scope="module")
def at(new_page, server):
    """A function that gives a chapter at a width, at its top; a page a width is shared."""
    pages = {}

    def give(width, name=PAGE):
        if width not in pages:
            pages[width] = new_page(width=width, height=720, reduced_motion="reduce")
        page = pages[width]
        page.goto("about:blank")
        page.goto(server + name)
        return page

    return give


def scroll(page, to):
    page.evaluate("(to) => window.scrollTo({ top: to, behavior: 'instant' })", to)
    page.evaluate("probe.twoFrames()")


def marked(page):
    return set(page.evaluate(f"{MARKED}.filter((link) => link.checkVisibility()).map((link) => link.hash)"))


@pytest.mark.parametrize("width", [1280, 1000, 960])
def test_the_contents_stay_in_view_on_a_wide_page(at, width):
    page = at(width)
    for to in (0, 3000, 9000):
        scroll(page, to)
        box = page.locator("#bk-contents").bounding_box()
        assert (box["y"], box["height"]) == (56, 664)


@pytest.mark.parametrize(("width", "place"), [(1280, ".bk-local"), (1000, ".bk-contents"), (360, ".bk-contents")])
def test_on_this_page_is_within_reach_at_every_width_and_leads_to_each_section(at, width, place):
    page = at(width)
    if width == 360:
        page.locator(".bk-menu-button").click()
    shown = [link for link in page.locator(".bk-local a, .bk-sections a").all() if link.is_visible()]
    assert len(shown) == len(page.locator(".bk-article > section > section").all()) >= 5
    assert all(link.evaluate("(link, place) => Boolean(link.closest(place))", place) for link in shown)
    for link in (shown[1], shown[-1]):
        if width == 360 and not link.is_visible():
            page.locator(".bk-menu-button").click()
        address = link.get_attribute("href")
        link.click()
        page.locator(f"{place} a[href='{address}'][aria-current]").wait_for(state="attached")
        page.evaluate("probe.twoFrames()")
        top = page.locator(f"section{address} > h2").bounding_box()["y"]
        assert 0 < top < 720
        if width == 360:
            assert not page.locator("#bk-contents").is_visible()
            page.locator(".bk-menu-button").click()
        assert marked(page) == {address}
        if width == 360:
            page.keyboard.press("Escape")


def test_the_mark_follows_the_reader_and_leaves_at_the_top(at):
    page = at(1280)
    sections = page.evaluate("[...document.querySelectorAll('.bk-local a')].map((link) => link.hash)")
    seen = []
    assert marked(page) == set()
    for section in sections:
        scroll(page, page.evaluate("(id) => document.querySelector(id).offsetTop - 60", section))
        seen.append(marked(page))
    assert seen[: len(sections) // 2] == [{section} for section in sections[: len(sections) // 2]]
    scroll(page, 1_000_000)
    assert marked(page) == {sections[-1]}
    scroll(page, 0)
    assert marked(page) == set()


def test_a_long_list_of_contents_opens_at_the_page_that_is_read(at):
    page = at(1000, "chapters/bibliography.html")
    page.set_viewport_size({"width": 1000, "height": 300})
    page.reload()
    box = page.locator("#bk-contents [aria-current=page]").bounding_box()
    assert 56 <= box["y"] <= 300
    page.set_viewport_size({"width": 1000, "height": 720})


@pytest.mark.parametrize(
    ("name", "address", "target"),
    [
        (PAGE, "#equation-", ".sr-equation"),
        (PAGE, "#fig-", "figure"),
        ("chapters/glossary.html", "#term-", "dt"),
        ("chapters/bibliography.html", "#id", "div.citation"),
    ],
)
def test_a_jump_marks_for_a_moment_where_it_has_landed(at, name, address, target):
    page = at(1280, name)
    ids = page.evaluate("[...document.querySelectorAll('.bk-article [id]')].map((node) => '#' + node.id)")
    chosen = [one for one in ids if one.startswith(address)][-1]
    page.evaluate("(hash) => { location.hash = hash; }", chosen)
    moves = page.evaluate(
        "document.getAnimations().map(({ animationName, effect }) => ({ animationName,"
        " matches: effect.target.className || effect.target.localName, ...effect.getComputedTiming() }))"
    )
    assert {move["animationName"] for move in moves} == {"bk-landed"}
    assert page.locator(f"{target}{chosen}").count() == 1
    assert max(move["duration"] for move in moves) <= 4000
    assert page.locator(f"{target}{chosen}").evaluate("(node) => getComputedStyle(node).animationTimingFunction") == (
        "steps(1)"
    ), "a reader who wants no motion sees it come and go at once"
