"""Every page by keyboard alone: Tab, the link to the text, the contents on a phone."""

import pytest
from site_pages import check_none, template_names, walked_names

PAGES = walked_names()
every_page = pytest.mark.parametrize("name", PAGES)
every_kind = pytest.mark.parametrize("name", template_names())


@pytest.fixture(scope="module")
def at(new_page):
    """One page a width for all tests of this file."""
    pages = {width: new_page(width=width) for width in (1280, 360)}
    return pages.__getitem__


@every_page
def test_tab_reaches_everything_in_order_and_leaves_again(at, server, name):
    page = at(1280)
    page.goto(server + name)
    page.awaken()
    wanted = page.evaluate("probe.expectTabs()")
    walked = {}
    for _ in range(wanted // 20 + 5):
        for _ in range(20):
            page.keyboard.press("Tab")
        walked = page.evaluate("probe.tabbed()")
        if walked["isDone"]:
            break
    assert wanted >= 5
    assert walked["stuck"] is None
    check_none([f"Tab does not reach {one}" for one in walked["missed"]])
    assert walked["isDone"], "Tab does not come to an end"
    check_none([f"Tab does not come here in the order of the page: {one}" for one in walked["astray"]])


@every_kind
def test_the_first_tab_offers_to_skip_to_the_text(at, server, name):
    page = at(1280)
    page.goto(server + name)
    page.keyboard.press("Tab")
    skip = page.locator(".bk-skip")
    assert skip.evaluate("(link) => link === document.activeElement")
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate(
        "document.activeElement === document.body || Boolean(document.activeElement.closest('main, footer'))"
    )


@every_kind
def test_the_contents_of_a_phone_open_and_close_by_keyboard(at, server, name):
    page = at(360)
    page.goto(server + name)
    button, contents = page.locator(".bk-menu-button"), page.locator("#bk-contents")
    assert not contents.is_visible()
    button.focus()
    page.keyboard.press("Enter")
    assert contents.is_visible()
    links = contents.locator("a").count()
    assert links >= 2
    page.keyboard.press("Tab")
    assert contents.evaluate("(nav) => nav.contains(document.activeElement)")
    page.keyboard.press("Escape")
    assert not contents.is_visible()
    assert button.evaluate("(button) => button === document.activeElement")
