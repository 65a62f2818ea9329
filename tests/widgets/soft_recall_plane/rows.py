"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

BETA = "β inverse temperature"
ROWS = (
    Row(
        BETA,
        "PageUp",
        grows=(f"position of {BETA}", "largest weight", "widest ray"),
        falls=("effective number",),
    ),
    Row(BETA, "PageDown", grows=("effective number",), falls=(f"position of {BETA}", "largest weight", "widest ray")),
    Row("cue, across", "ArrowRight", grows=("cue x", "position of cue, across")),
    Row("cue, across", "ArrowLeft", falls=("cue x", "position of cue, across")),
    Row("cue, down", "ArrowRight", grows=("cue y", "position of cue, down")),
    Row("cue, down", "ArrowLeft", falls=("cue y", "position of cue, down")),
    Row("Recall again", "Enter", falls=("cue to recall",)),
    Row("Reset", "Enter", falls=("cue x", "cue y"), first=(("cue, across", "End"), ("cue, down", "End"))),
    Row("Reset", "Enter", grows=("cue x", f"position of {BETA}"), first=((BETA, "Home"), ("cue, across", "Home"))),
)

READER = """(live) => {
  const [x, y] = live.querySelector(".sr-handle").getAttribute("transform").match(/-?[\\d.]+/g).map(Number);
  const ring = live.querySelector("circle[r='11']");
  const rays = all("[data-weight]", live);
  const status = live.querySelector("[role=status]");
  return {
    "cue x": x,
    "cue y": y,
    "cue to recall": Math.hypot(attribute(ring, "cx") - x, attribute(ring, "cy") - y),
    "effective number": number(all("strong", status)[1].textContent),
    "largest weight": Math.max(...rays.map((ray) => attribute(ray, "data-weight"))),
    "widest ray": Math.max(...rays.map((ray) => attribute(ray, "stroke-width"))),
  };
}"""
