"""The landing page leads to every page of the book, by part, and to none that does not exist."""

import yaml
from bs4 import BeautifulSoup
from site_pages import ROOT, SITE

PARTS = {part["caption"]: part["chapters"] for part in yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"]}


def links(place):
    return [link["href"] for link in place.select(".bk-card-pages a")]


def test_every_part_lists_its_chapters_as_links_in_the_order_of_the_book():
    page = BeautifulSoup((SITE / "intro.html").read_text("utf-8"), "html.parser")
    cards = {card.h3.get_text(): card for card in page.select(".bk-card")}
    [rest] = page.select(".bk-pages")
    assert [*cards, "Back matter"] == list(PARTS)
    for name, chapters in PARTS.items():
        assert links(cards.get(name, rest)) == [f"{chapter['file']}.html" for chapter in chapters]
    for name, card in cards.items():
        number = len(PARTS[name])
        assert card.select_one(".bk-card-count").get_text().startswith(f"{number} chapter{'s' * (number > 1)}")
    for target in links(page):
        title = BeautifulSoup((SITE / target).read_text("utf-8"), "html.parser").h1
        assert title.get_text().strip("#") == page.select_one(f'.bk-card-pages a[href="{target}"]').get_text()
