"""The order and the measure of what a cell shows."""

import pytest
from site_pages import check_none, describe, has_class, html_files, read

CHAPTERS = [name for name in html_files() if name.startswith("chapters/")]
WITH_CODE = [name for name in CHAPTERS if "cell_input" in read(name).html]
WIDEST = 66  # characters in a line of code
ROOM = """[...document.querySelectorAll('.cell_input pre')].map((pre) => {
  const { paddingLeft, paddingRight, font } = getComputedStyle(pre);
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = font;
  const room = pre.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  const isBeside = getComputedStyle(pre.closest('.cell')).gridTemplateColumns.split(' ').length > 1;
  const longest = Math.max(...pre.textContent.split('\\n').map((line) => line.length));
  return { room: room / pen.measureText('x').width, isBeside, longest, text: pre.textContent.slice(0, 60) };
})"""


def cells(page):
    return [div for div in page.all("div") if has_class(div, "cell")]


def parts(element):
    return element.find_all(True, recursive=False)


def test_a_cell_shows_what_it_prints_then_its_figure_then_its_folded_code():
    faults, n_figures, n_folds = [], 0, 0
    for name in CHAPTERS:
        for cell in cells(read(name)):
            outputs = [part for part in parts(cell) if has_class(part, "cell_output")]
            tags = [part.name for output in outputs for part in parts(output)]
            folds = [place for place, part in enumerate(parts(cell)) if part.name == "details"]
            n_figures += "figure" in tags
            n_folds += len(folds)
            if "figure" in tags and set(tags[tags.index("figure") :]) != {"figure"}:
                faults.append(f"{name}: {tags} in {describe(cell)}")
            if folds not in ([], [len(parts(cell)) - 1]):
                faults.append(f"{name}: folded code that is not last in {describe(cell)}")
    check_none(faults)
    assert n_figures > 20
    assert n_folds > 10


@pytest.mark.parametrize("name", WITH_CODE)
def test_a_line_of_code_of_full_length_has_room_on_a_laptop(new_page, server, name):
    page = new_page(width=1280, height=720)
    page.goto(server + name)
    page.evaluate("probe.fold(true)")
    page.evaluate("probe.choose()")
    page.evaluate("document.fonts.ready.then(() => true)")
    boxes = page.evaluate(ROOM)
    page.context.close()
    assert boxes != []
    wanted = [(box["longest"] if box["isBeside"] else WIDEST, box) for box in boxes]
    check_none([box for room, box in wanted if box["room"] < room])
