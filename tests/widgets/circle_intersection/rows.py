"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

RADIUS = "d radius in bits"
BITS = "n address bits"
PLACES = "r hard locations"
FIT = "Fit up to distance"
ROWS = (
    Row(RADIUS, "PageUp", grows=(f"position of {RADIUS}", "held", "second dot", "end"), falls=("beta",)),
    Row(RADIUS, "PageDown", grows=("beta",), falls=(f"position of {RADIUS}", "held", "second dot", "end")),
    Row(BITS, "PageUp", grows=(f"position of {BITS}", "end", "second dot")),
    Row(BITS, "PageDown", falls=(f"position of {BITS}", "end")),
    Row(PLACES, "ArrowLeft", grows=("crosses",), falls=(f"position of {PLACES}",), first=(("0.1 %", "Enter"),)),
    Row(
        PLACES,
        "ArrowRight",
        grows=(f"position of {PLACES}", "held", "in the sample"),
        first=(("0.1 %", "Enter"), (PLACES, "ArrowLeft"), (PLACES, "ArrowLeft")),
    ),
    Row(FIT, "End", grows=(f"position of {FIT}", "beta", "fit tick"), falls=("R squared", "off at")),
    Row(FIT, "Home", grows=("beta", "R squared"), falls=(f"position of {FIT}", "fit tick", "off at")),
    Row("0.1 %|1 %|10 %", "Enter", grows=(f"position of {RADIUS}", "held", "off at"), falls=("beta",)),
    Row("log axis", "Space", grows=("second dot down",)),
    Row("log axis", "Space", falls=("second dot down",), first=(("log axis", "Space"),)),
    Row("New sample", "Enter", grows=("in the sample",), first=(("0.1 %", "Enter"), (PLACES, "ArrowLeft"))),
    Row(r"Set d = \d+", "Enter", grows=("beta",), falls=(f"position of {RADIUS}",), first=((RADIUS, "End"),)),
    Row("Reset", "Enter", grows=("beta",), falls=(f"position of {RADIUS}",), first=((RADIUS, "End"),)),
    Row("Reset", "Enter", falls=("beta", "fit tick"), first=((FIT, "End"),)),
)

READER = """(live) => {
  const size = (text) => { // "5.0 × 10−8", "1,072 locations", "none"
    const [, digits, power] = text.replace(/\\u2212/g, "-").replace(/,/g, "")
      .match(/([\\d.]+)(?: × 10(-?\\d+))?/) || [0, 0, 0];
    return digits * 10 ** (power || 0);
  };
  const picture = live.querySelector("svg[role=img]");
  const [beta, r2, held, off] = all("dd", live).map((dd) => size(dd.textContent));
  const dot = all("[data-share]", picture)[1];
  const crosses = all("[data-count]", picture);
  const tick = picture.querySelector("line[stroke-width='2.5']");
  const end = all("text", picture).find((text) => text.textContent.startsWith("2d = "));
  return {
    beta, "R squared": r2, held, "off at": off, crosses: crosses.length,
    "second dot": attribute(dot, "data-share"),
    "second dot down": attribute(dot, "cy"),
    ...(crosses.length ? { "in the sample": attribute(crosses[0], "data-count") } : {}),
    ...(end ? { "fit tick": attribute(tick, "x1"), end: number(end.textContent.slice(4)) } : {}),
  };
}"""
