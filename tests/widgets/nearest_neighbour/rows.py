"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

GUESS, BITS, DRAW = "Your guess", "Bits in a string", "Draw 50 strings"
ROWS = (
    Row(GUESS, "ArrowRight", grows=(f"position of {GUESS}", "guess 0", "guess 0 x1")),
    Row(GUESS, "ArrowLeft", falls=(f"position of {GUESS}", "guess 0", "guess 0 x1")),
    Row("Look", "Enter", grows=("marks of the closest", "marks of the hump")),
    Row(DRAW, "Enter", grows=("strings",)),
    Row(DRAW, "Enter", falls=("strings",), first=((DRAW, "Enter"),) * 4),
    Row(BITS, "PageUp", grows=(f"position of {BITS}", "closest 0", "closest 0 cx"), first=(("Look", "Enter"),)),
    Row(BITS, "PageDown", falls=(f"position of {BITS}", "closest 0", "closest 0 cx"), first=(("Look", "Enter"),)),
    Row(BITS, "PageUp", grows=(f"position of {BITS}", "distance 0"), first=((DRAW, "Enter"),)),
    Row("Reset", "Enter", falls=("marks of the closest", "strings"), first=(("Look", "Enter"), (DRAW, "Enter"))),
    Row("Reset", "Enter", grows=(f"position of {GUESS}",), first=((GUESS, "Home"),)),
)

READER = """(live) => {
  const number = (name) => all(`[data-${name}]`, live).length;
  const [closest, hump] = [number("closest"), number("curve")];
  return { strings: number("distance"), "marks of the closest": closest, "marks of the hump": hump };
}"""
