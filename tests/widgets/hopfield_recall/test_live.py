"""What only this widget can do, live on its page: a picture is drawn with the pointer, and with the keyboard."""

import pytest
from widget_stage import places_of

RECALL = "softrecall.HopfieldRecall"
DRAW = "Draw: the arrow keys move, Space flips a pixel"


def rows_of(live):
    """The sixteen rows of what is drawn, as numbers of sixteen bits."""
    digits = live.get("drawn").ljust(64, "0")
    return [int(digits[4 * row : 4 * row + 4], 16) for row in range(16)]


@places_of(RECALL)
@pytest.mark.parametrize("width", [1280, 360])
def test_a_pointer_draws_a_line_without_gaps_and_wipes_what_it_began_on(open_stage, name, number, width):
    live = open_stage(name, number, width=width)
    live.press("Blank", "Enter")
    assert live.read()["dark 0"] == 0
    box = live.body.locator(".sr-paper rect").first.bounding_box()
    cell = (box["width"] - 16) / 16

    def stroke(row, *columns):
        mouse = live.page.mouse
        places = [(box["x"] + 8 + (x + 0.5) * cell, box["y"] + 8 + (row + 0.5) * cell) for x in columns]
        mouse.move(*places[0])
        mouse.down()
        for place in places[1:]:
            mouse.move(*place)
        mouse.up()

    stroke(3, 2, 13)
    assert rows_of(live) == [0, 0, 0, 0b0011_1111_1111_1100, *[0] * 12]
    stroke(3, 5, 6)
    assert rows_of(live)[3] == 0b0011_1001_1111_1100
    assert live.read()["dark 0"] == 10
    stroke(15, 15)
    assert rows_of(live)[15] == 1
    live.page.context.close()


@places_of(RECALL)
def test_arrow_keys_move_the_pencil_round_the_edges_and_space_flips(stage, name, number):
    live = stage(name, number)
    live.press("Blank", "Enter")
    live.set(pixel=15)
    cursor = live.body.locator(".sr-cursor")
    assert not cursor.is_visible()
    live.press(DRAW, "Space")
    assert cursor.is_visible()
    for key in ("ArrowRight", "ArrowUp", "Space"):
        live.press(DRAW, key)
    assert live.get("pixel") == 240
    assert rows_of(live) == [1, *[0] * 14, 0x8000]
    live.press(DRAW, "Space")
    assert live.get("drawn") == "0001"
    assert "The drawing has overlap" in (live.rest() or live.shown()["status"])


@places_of(RECALL)
def test_what_is_drawn_under_noise_changes_the_pixel_that_is_seen(stage, name, number):
    live = stage(name, number)
    before = live.read()["dark 0"]
    live.press(DRAW, "Space")
    first = live.read()["dark 0"]
    assert abs(first - before) == 1
    live.press(DRAW, "Space")
    assert live.read()["dark 0"] == before
    assert live.get("flips") == 80


@places_of(RECALL)
def test_beta_is_off_while_the_update_is_classical_and_a_drawing_lets_go_of_the_shelf(stage, name, number):
    live = stage(name, number)
    assert live.body.locator("input[aria-disabled]").count() == 1
    live.press("β inverse temperature", "End")
    assert live.get("beta") == 0.1
    live.press("modern", "Enter")
    assert live.body.locator("input[aria-disabled]").count() == 0
    live.press("Blank", "Enter")
    assert live.body.locator(".sr-thumb[aria-pressed=true]").count() == 0
    live.press("moon", "Enter")
    assert (live.get("drawn"), live.get("target")) == ("", 2)
