"""Other ways to read: without JavaScript, from the disk, in the colours of one's choice."""

import pytest
from site_pages import check_none, pages_with_widgets, read, template_names, walked_names

PAGES = walked_names()
WITH_WIDGETS = pages_with_widgets()
every_page = pytest.mark.parametrize("name", PAGES)
every_kind = pytest.mark.parametrize("name", template_names())
every_width = pytest.mark.parametrize("width", [1280, 360])


# ---- without JavaScript ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bare(new_page):
    """One page a width where no script runs."""
    pages = {width: new_page(width=width, java_script_enabled=False) for width in (1280, 360)}
    return pages.__getitem__


@every_page
def test_without_javascript_text_and_mathematics_are_there(bare, server, name):
    page = bare(360)
    page.goto(server + name)
    assert page.evaluate("document.documentElement.classList.contains('has-script')") is False, "a script ran"
    assert len(page.locator("main").inner_text().split()) >= 5
    assert page.locator("h1").is_visible()
    formulas = read(name).html.count('<span class="katex"')
    sizes = page.evaluate(
        "[...document.querySelectorAll('.katex')].filter((node) => node.checkVisibility())"
        ".map((node) => node.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height))"
    )
    assert len(sizes) <= formulas
    check_none([f"a formula {size} px small" for size in sizes if size < 4])
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@every_width
@pytest.mark.parametrize("name", WITH_WIDGETS)
def test_without_javascript_every_widget_is_a_picture_with_a_sentence(bare, server, name, width):
    page = bare(width)
    page.goto(server + name)
    mounts = page.locator(".sr-mount")
    assert mounts.count() == len(read(name).mounts)
    for mount in mounts.all():
        pictures = [svg for svg in mount.locator("svg:not(svg svg)").all() if svg.is_visible()]
        assert len(pictures) == 1, "one picture, drawn for this width"
        box = pictures[0].bounding_box()
        assert box["width"] >= 0.75 * mount.bounding_box()["width"]
        assert box["height"] >= 150
        assert len((pictures[0].get_attribute("aria-label") or "").split()) >= 8
        assert mount.locator(".sr-note, .sr-live").count() == 0


@every_kind
def test_without_javascript_the_contents_are_within_reach(bare, server, name):
    for width in (1280, 360):
        page = bare(width)
        page.goto(server + name)
        contents = page.locator("#bk-contents")
        if not contents.is_visible():
            page.locator(".bk-menu-button").click()
        links = [link for link in contents.locator("a").all() if link.is_visible()]
        assert len(links) >= 2


# ---- from the disk --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def disk_page(new_page):
    """One page for all that is opened from the disk."""
    return new_page()


@every_page
def test_from_the_disk_the_page_opens_without_a_complaint(disk_page, disk, name):
    page = disk_page
    page.watch.complaints.clear()
    page.watch.requests.clear()
    page.goto(disk + name)
    page.read_through()
    refused = page.evaluate("probe.seen.refused")
    foreign = [address for address in page.watch.requests if not address.startswith((disk, "data:"))]
    fonts = page.evaluate("[...document.fonts].filter((font) => font.status === 'loaded').length")
    check_none(page.watch.complaints + refused + foreign)
    assert fonts >= 2


@pytest.mark.parametrize(("name", "where"), [(name, "disk") for name in WITH_WIDGETS] + [(WITH_WIDGETS[0], "server")])
def test_every_widget_moves_by_keyboard_from_server_and_disk(new_page, request, where, name):
    page = new_page()
    page.goto(request.getfixturevalue(where) + name)
    page.read_through()
    for number in range(len(read(name).mounts)):
        before = page.evaluate("(n) => probe.shown(n)", number)
        slider = page.locator(".sr-mount").nth(number).locator(".sr-live input[type=range]").first
        slider.focus()
        page.keyboard.press("ArrowLeft" if slider.evaluate("(s) => s.value === s.max") else "ArrowRight")
        drawn = page.evaluate("(n) => probe.shown(n)", number)["drawn"]
        assert drawn != before["drawn"], "the picture stays as it was"
        status = page.locator(".sr-mount").nth(number).locator("[role=status]")
        for _ in range(50):  # it speaks when the figure has come to rest, and one that writes texts needs a while
            page.wait_for_timeout(100)
            if status.inner_text() != before["status"]:
                break
        assert status.inner_text() != before["status"], "the status line stays as it was"
    check_none(page.watch.complaints)
    page.context.close()


# ---- colours --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["server", "disk"])
@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_button_for_colours_goes_round_and_the_choice_outlives_a_reload(new_page, request, where, system):
    page = new_page(color_scheme=system)
    page.goto(request.getfixturevalue(where) + PAGES[-1])
    button = page.locator(".bk-theme-button")
    other = {"light": "dark", "dark": "light"}[system]
    assert page.evaluate("probe.look()")["theme"] == system
    seen = [button.get_attribute("aria-label")]
    for wanted in (other, system):
        button.press("Enter")
        seen.append(button.get_attribute("aria-label"))
        look = page.evaluate("probe.look()")
        assert (look["theme"], look["paper"] < 0.02) == (wanted, wanted == "dark")
    assert len(set(seen)) == 2
    assert seen[0] == seen[2]
    button.press("Enter")
    page.reload()
    look = page.evaluate("probe.look()")
    assert (look["theme"], look["paper"] < 0.02) == (other, other == "dark")
    assert button.get_attribute("aria-label") == seen[1]
    check_none(page.watch.complaints)
    page.context.close()


def test_the_page_follows_the_system_while_nothing_is_chosen(new_page, server):
    page = new_page(color_scheme="light")
    page.goto(server + PAGES[-1])
    themes = []
    for system in ("dark", "light"):
        page.emulate_media(color_scheme=system)
        themes.append(page.evaluate("probe.look()")["theme"])
    page.locator(".bk-theme-button").click()
    page.emulate_media(color_scheme="light")
    themes.append(page.evaluate("probe.look()")["theme"])
    page.context.close()
    assert themes == ["dark", "light", "dark"]
