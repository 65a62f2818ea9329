"""Choices on the built pages: a prediction stays closed until one is made, and each answer says what it was worth."""

import pytest
from site_pages import SITE

PAGES = [path.relative_to(SITE).as_posix() for path in sorted(SITE.glob("chapters/*.html"))]
PREDICTIONS = [name for name in PAGES if 'class="bk-predict"' in (SITE / name).read_text("utf-8")]
TOPS = "(box) => [...box.querySelectorAll('input')].map((radio) => radio.getBoundingClientRect().top + scrollY)"
HEIGHT = "(why) => why.getBoundingClientRect().top - why.closest('fieldset').getBoundingClientRect().top"
RESULTS = ".bk-step-run .cell_output, .bk-step-explain"


@pytest.fixture(scope="module")
def page(new_page):
    return new_page()


def shown(place):
    return [one.is_visible() for one in place.all()]


def test_there_are_predictions():
    assert PREDICTIONS


@pytest.mark.parametrize("name", PREDICTIONS)
def test_a_prediction_opens_with_a_choice_and_says_what_it_was_worth(page, server, name):
    page.goto(server + name)
    for box in page.locator(".bk-predict").all():
        results, radios, whys = box.locator(RESULTS), box.locator("input"), box.locator(".bk-why")
        assert results.count() >= 2
        assert not any(shown(results) + shown(whys))
        assert box.locator(".bk-closed").is_visible()
        places = box.evaluate(TOPS)
        radios.first.focus()
        page.keyboard.press("Space")
        for number in range(radios.count()):
            if number:
                page.keyboard.press("ArrowDown")
            assert all(shown(results))
            assert shown(whys) == [number == other for other in range(radios.count())]
            assert not box.locator(".bk-closed").is_visible()
            assert box.evaluate(TOPS) == pytest.approx(places, abs=0.5), "an answer moved under the reader"
        tops = []
        for radio, why in zip(radios.all(), whys.all(), strict=True):
            radio.check()
            tops.append(why.evaluate(HEIGHT))
        assert tops == pytest.approx([tops[0]] * len(tops), abs=0.5), "each answer's worth shows in the same place"


@pytest.mark.parametrize("name", PREDICTIONS[:2])
def test_a_prediction_is_readable_on_paper_and_without_scripts(page, new_page, server, name):
    still = new_page(java_script_enabled=False)
    still.goto(server + name)
    page.goto(server + name)
    page.emulate_media(media="print")
    for view in (page, still):
        whys, results = view.locator(".bk-predict .bk-why"), view.locator(RESULTS)
        assert whys.count() >= 3
        assert all(shown(whys) + shown(results))
        assert not any(shown(view.locator(".bk-closed")))
    page.emulate_media(media="screen")


def test_a_link_into_a_closed_prediction_opens_it(page, server):
    name = next(name for name in PREDICTIONS if "bk-step-run" in (SITE / name).read_text("utf-8"))
    page.goto(server + name)
    box = page.locator(".bk-predict").first
    output = box.locator(".cell_output").first
    assert not output.is_visible()
    output.evaluate("(output) => (output.id = 'inside')")
    page.evaluate("location.hash = '#inside'")
    assert output.is_visible()
