"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

BETA = "β inverse temperature"
ROWS = (
    Row(
        BETA,
        "PageUp",
        grows=(f"position of {BETA}", "largest weight"),
        falls=("bold 1",),
    ),
    Row(BETA, "PageDown", grows=("bold 1",), falls=(f"position of {BETA}", "largest weight")),
    Row("cue, across", "ArrowRight", grows=("cue x", "position of cue, across")),
    Row("cue, across", "ArrowLeft", falls=("cue x", "position of cue, across")),
    Row("cue, down", "ArrowRight", grows=("cue y", "position of cue, down")),
    Row("cue, down", "ArrowLeft", falls=("cue y", "position of cue, down")),
    Row("Recall again", "Enter", falls=("cue to recall",)),
    Row("Reset", "Enter", falls=("cue x", "cue y"), first=(("cue, across", "End"), ("cue, down", "End"))),
    Row("Reset", "Enter", grows=("cue x", f"position of {BETA}"), first=((BETA, "Home"), ("cue, across", "Home"))),
)

READER = """(live) => {
  const disc = live.querySelector(".sr-handle circle");
  const ring = live.querySelector("circle[r='11']");
  const [x, y] = [attribute(disc, "cx"), attribute(disc, "cy")];
  return { "cue x": x, "cue y": y, "cue to recall": Math.hypot(attribute(ring, "cx") - x, attribute(ring, "cy") - y) };
}"""
