"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

WEIGHT = "w spectral radius"
BACK = "T steps back"
INPUTS = "s size of the inputs"
GATE = "f forget gate"
NORM = "c largest norm"
CLIP = ("clip the norm", "Space")
NETWORK, ONE, SLOPE, PACE = (
    "network at the end",
    "one weight",
    "mean of 1\N{NO-BREAK SPACE}\N{MINUS SIGN}\N{NO-BREAK SPACE}h²",
    "network, each step",
)
ROWS = (
    Row(WEIGHT, "PageUp", grows=(f"position of {WEIGHT}", ONE, NETWORK, PACE), falls=(SLOPE, "end 0 down")),
    Row(WEIGHT, "PageDown", grows=(SLOPE, "end 0 down"), falls=(f"position of {WEIGHT}", ONE, NETWORK, PACE)),
    Row(WEIGHT, "End", grows=(ONE, NETWORK, "arrows"), first=(("linear", "Enter"),)),
    Row(BACK, "PageUp", grows=(f"position of {BACK}", ONE, "end 1 across"), falls=(NETWORK, "end 1")),
    Row(BACK, "Home", grows=(NETWORK, "end 1"), falls=(f"position of {BACK}", ONE, "end 1 across")),
    Row(INPUTS, "PageUp", grows=(f"position of {INPUTS}", "end 2 down"), falls=(NETWORK, SLOPE, PACE)),
    Row(INPUTS, "PageDown", grows=(NETWORK, SLOPE, PACE), falls=(f"position of {INPUTS}", "end 2 down")),
    Row(GATE, "ArrowRight", grows=(f"position of {GATE}", "end 1"), falls=("end 1 down",)),
    Row(GATE, "ArrowLeft", grows=("end 1 down",), falls=(f"position of {GATE}", "end 1")),
    Row("tanh", "Enter", grows=("end 2 down",), falls=(NETWORK, SLOPE), first=(("linear", "Enter"),)),
    Row("linear", "Enter", grows=(NETWORK, SLOPE), falls=("end 2 down",)),
    Row("clip the norm", "Space", grows=("number of end",)),
    Row("clip the norm", "Space", falls=("number of end",), first=(CLIP,)),
    Row(NORM, "ArrowRight", grows=(f"position of {NORM}", "end 3"), falls=("end 3 down",), first=(CLIP,)),
    Row(NORM, "ArrowLeft", grows=("end 3 down",), falls=(f"position of {NORM}", "end 3"), first=(CLIP,)),
    Row("New network", "Enter", falls=(NETWORK, PACE)),
    Row("Reset", "Enter", grows=(NETWORK,), first=(("New network", "Enter"),)),
    Row("Reset", "Enter", falls=(NETWORK, f"position of {WEIGHT}"), first=((WEIGHT, "End"),)),
)

READER = """(live) => {
  const curves = all("path[data-end]", live); // one weight, gated, network, clipped
  const ends = curves.map((curve) => curve.getAttribute("d").match(/[\\d.]+/g).slice(-2).map(Number));
  const named = ends.flatMap(([x, y], i) => [[`end ${i} across`, x], [`end ${i} down`, y]]);
  return { ...Object.fromEntries(named), arrows: all("svg[role=img] path[fill^=var]", live).length };
}"""
