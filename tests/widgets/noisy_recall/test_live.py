"""What only this widget can do, live on its page."""

from widget_stage import COLLISIONS, places_of

RECALL = "softrecall.NoisyRecall"
RADIUS = "d radius in bits"


@places_of(RECALL)
def test_recall_goes_on_until_nothing_changes_and_then_says_that_it_is_off(stage, name, number):
    live = stage(name, number)
    live.press("Recall", "Enter")
    while live.get("steps") < 6 and not live.body.locator(".sr-primary[aria-disabled]").count():
        live.press("Recall again", "Enter")
    seen = live.read()
    assert live.get("steps") == 3
    assert [seen[f"wrong {t}"] for t in range(4)] == [40, 15, 0, 0]
    live.press("Recall again", "Enter")
    assert live.get("steps") == 3


@places_of(RECALL)
def test_a_circle_without_a_location_is_a_finding_and_no_alarm(stage, name, number):
    live = stage(name, number)
    live.press(RADIUS, "Home")
    live.rest()
    assert live.read()["answer 0"] == 0
    assert live.shown()["status"].startswith("No location answers, so nothing comes back. Within 90 bits")
    assert not any(control.startswith("Set ") for control in live.controls())


@places_of(RECALL)
def test_the_sentence_of_the_page_sets_the_letters(stage, name, number):
    live = stage(name, number)
    before = live.read()
    live.page.get_by_role("button", name="Then try the letters").click()
    assert live.get("stored") == "letters"
    assert live.read()["hold 0"] != before["hold 0"]
    assert "the letter " in live.shown()["labels"][0]


@places_of(RECALL)
def test_chance_and_the_last_count_stand_apart_however_near_they_are(open_stage, name, number):
    for width in (1280, 360):
        live = open_stage(name, number, width=width)
        for noise in range(12):
            live.set(flips=128, load=200, noise=noise, steps=6)
            assert abs(live.read()["wrong last"] - 128) < 24
            assert live.body.locator("svg[role=img]").evaluate(COLLISIONS) == []
        live.page.context.close()
