"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

ROWS = (
    Row("Your guess", "ArrowRight", grows=("guess mark", "position of Your guess")),
    Row("Your guess", "ArrowLeft", falls=("guess mark", "position of Your guess")),
    Row("Look", "Enter", grows=("closest marks",)),
    Row("Guess again", "Enter", falls=("closest marks",), first=(("Look", "Enter"),)),
    Row(
        "Bits in a string",
        "PageUp",
        grows=("position of Bits in a string", "closest", "closest mark"),
        falls=("hump width",),
        first=(("Look", "Enter"),),
    ),
    Row(
        "Bits in a string",
        "PageDown",
        grows=("hump width",),
        falls=("position of Bits in a string", "closest", "closest mark"),
        first=(("Look", "Enter"),),
    ),
)

READER = """(live) => {
  const dot = live.querySelector("[data-closest]"), hump = live.querySelector("[data-curve]");
  const guess = live.querySelector("svg line[stroke-dasharray='4 3']");
  return {
    "guess mark": attribute(guess, "x1"),
    "closest marks": all("[data-closest]", live).length,
    ...(dot ? { closest: attribute(dot, "data-closest"), "closest mark": attribute(dot, "cx") } : {}),
    ...(hump ? { "hump width": extent(hump.getAttribute("d")) } : {}),
  };
}"""
