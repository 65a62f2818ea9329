"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

FLIPS = "Bits flipped"
RADIUS = "d radius in bits"
LOAD = "m patterns stored"
ROWS = (
    Row(FLIPS, "ArrowRight", grows=(f"position of {FLIPS}", "cue wrong")),
    Row(FLIPS, "ArrowLeft", falls=(f"position of {FLIPS}", "cue wrong")),
    Row(RADIUS, "PageUp", grows=(f"position of {RADIUS}", "locations")),
    Row(RADIUS, "PageDown", falls=(f"position of {RADIUS}", "locations")),
    Row(LOAD, "End", grows=(f"position of {LOAD}", "wrong now"), first=(("Recall", "Enter"),)),
    Row(LOAD, "Home", falls=(f"position of {LOAD}", "wrong now"), first=(("Recall", "Enter"),)),
    Row("letters", "Enter", grows=("set",)),
    Row("pictures", "Enter", falls=("set",), first=(("letters", "Enter"),)),
    Row("tree|fish|moon|house|boat", "Enter", falls=("chosen",)),
    Row("cup|key", "Enter", grows=("chosen",)),
    Row("cat", "Enter", grows=("chosen",), first=(("tree", "Enter"),)),
    Row("Recall", "Enter", grows=("reads",), falls=("wrong now",)),
    Row("New noise", "Enter", falls=("wrong now",), first=(("Recall", "Enter"),)),
    Row("Set radius 109", "Enter", grows=(f"position of {RADIUS}",), first=((RADIUS, "Home"),)),
    Row("Reset", "Enter", falls=("cue wrong",), first=((FLIPS, "End"),)),
    Row("Reset", "Enter", grows=("wrong now",), falls=("reads",), first=(("Recall", "Enter"),)),
)

READER = """(live) => {
  const wrong = all("[data-wrong]", live).map((dot) => attribute(dot, "data-wrong"));
  const [set, chosen] = all("[role=group]", live).map((group) => all("button", group)
      .findIndex((one) => one.ariaPressed === "true"));
  const said = all("[role=status] strong", live).at(-1).textContent; // a warning has no number
  const locations = /\\d/.test(said) ? number(said) : 0;
  return { "cue wrong": wrong[0], "wrong now": wrong.at(-1), reads: wrong.length - 1, set, chosen, locations };
}"""
