"""Chapters in a browser: words of drawings have full size and room, lines of code end before the edge."""

import pytest
from site_pages import check_none, page_names, read

FAULTS = """() => {
  const faults = [];
  let count = 0;
  for (const svg of document.querySelectorAll(".sr-figure > svg")) {
    const frame = svg.getBoundingClientRect();
    if (!frame.width) continue; // the drawing for another width
    count += 1;
    const scale = frame.width / svg.viewBox.baseVal.width;
    const words = [...svg.querySelectorAll("text")].map((text) => {
      const box = text.getBoundingClientRect();
      const air = 0.15 * box.height; // a box is as high as a line of text, with room above and below the letters
      const sizes = [text, ...text.querySelectorAll("tspan")].map((one) => parseFloat(getComputedStyle(one).fontSize));
      return { text: text.textContent, size: scale * Math.min(...sizes), left: box.left - frame.left,
        right: box.right - frame.left, top: box.top - frame.top + air, bottom: box.bottom - frame.top - air };
    });
    const where = svg.parentElement.getAttribute("aria-label").slice(0, 40) + `... at ${Math.round(frame.width)} px: `;
    for (const [i, a] of words.entries()) {
      if (a.size < 12.49) faults.push(where + `"${a.text}" is ${a.size.toFixed(1)} px high`);
      if (a.left < -0.5 || a.top < -0.5 || a.right > frame.width + 0.5 || a.bottom > frame.height + 0.5)
        faults.push(where + `"${a.text}" leaves the drawing`);
      for (const b of words.slice(i + 1)) {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 2 && down > 2) faults.push(where + `"${a.text}" runs into "${b.text}"`);
      }
    }
  }
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) faults.push(`the page scrolls sideways by ${wide} px`);
  return { count, faults };
}"""
OPEN = """() => {
  document.querySelectorAll("details").forEach((one) => (one.open = true));
  document.querySelectorAll(".bk-predict").forEach((box) => box.querySelector("input").click());
}"""
CUT = """() => [...document.querySelectorAll(".cell pre")]
  .filter((pre) => !pre.closest(".sr-source") && pre.clientWidth && pre.scrollWidth > pre.clientWidth + 1)
  .map((pre) => "runs over the edge: " + pre.innerText.split("\\n").sort((a, b) => b.length - a.length)[0])"""
PLATES = """() => [...document.querySelectorAll(".sr-figure > svg")].filter((svg) => svg.getBoundingClientRect().width)
  .map((svg) => getComputedStyle(svg.querySelector("path, rect")).fill)"""
WITH_FIGURES = [name for name in page_names() if 'class="sr-figure"' in read(name).html]


def figures_of(name):
    return [element for element in read(name).all("div") if element.get("class") == "sr-figure"]


def test_the_site_has_figures():
    assert sum(len(figures_of(name)) for name in WITH_FIGURES) >= 25


@pytest.mark.parametrize("name", WITH_FIGURES)
def test_words_of_figures_and_lines_of_code_have_room(new_page, server, name):
    page = new_page()
    page.goto(server + name)
    faults = []
    for width in (1280, 700, 360):
        page.set_viewport_size({"width": width, "height": 740})
        page.evaluate("document.fonts.ready")
        page.evaluate(OPEN)
        seen = page.evaluate(FAULTS)
        assert seen["count"] == len(figures_of(name))
        faults += [f"{width}: {fault}" for fault in seen["faults"]]
        faults += page.evaluate(CUT) if width == 1280 else []
    check_none(faults + page.watch.complaints)


def test_a_figure_takes_the_theme_and_prints_in_the_light_one(new_page, server):
    page = new_page()
    page.goto(server + "chapters/recurrent-networks.html")
    page.evaluate(OPEN)
    light, ask = page.evaluate(PLATES), "document.documentElement.dataset.theme = 'dark'"
    assert {*light} == {"rgb(255, 255, 255)"}
    page.evaluate(ask)
    assert {*page.evaluate(PLATES)} == {"rgb(28, 31, 36)"}
    page.emulate_media(media="print")
    assert page.evaluate(PLATES) == light
