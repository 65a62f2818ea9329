"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

WEIGHT = "w spectral radius"
BACK = "T steps back"
INPUTS = "s size of the inputs"
GATE = "f forget gate"
NORM = "c largest norm"
CLIP = ("clip the norm", "Space")
ROWS = (
    Row(WEIGHT, "PageUp", grows=(f"position of {WEIGHT}", "one weight", "network"), falls=("mean slope",)),
    Row(WEIGHT, "PageDown", grows=("mean slope",), falls=(f"position of {WEIGHT}", "one weight", "network")),
    Row(WEIGHT, "End", grows=("one weight", "network", "axis"), first=(("linear", "Enter"),)),
    Row(BACK, "PageUp", grows=(f"position of {BACK}", "one weight"), falls=("network", "gated")),
    Row(BACK, "Home", grows=("network", "gated"), falls=(f"position of {BACK}", "one weight")),
    Row(INPUTS, "PageUp", grows=(f"position of {INPUTS}",), falls=("network", "mean slope", "halves every")),
    Row(INPUTS, "PageDown", grows=("network", "mean slope", "halves every"), falls=(f"position of {INPUTS}",)),
    Row(GATE, "ArrowRight", grows=(f"position of {GATE}", "gated"), falls=("gated end down",)),
    Row(GATE, "ArrowLeft", grows=("gated end down",), falls=(f"position of {GATE}", "gated")),
    Row("tanh", "Enter", falls=("network", "mean slope"), first=(("linear", "Enter"),)),
    Row("linear", "Enter", grows=("network", "mean slope")),
    Row("clip the norm", "Space", grows=("curves",)),
    Row("clip the norm", "Space", falls=("curves",), first=(CLIP,)),
    Row(NORM, "ArrowRight", grows=(f"position of {NORM}", "clipped"), first=(CLIP,)),
    Row(NORM, "ArrowLeft", falls=(f"position of {NORM}", "clipped"), first=(CLIP,)),
    Row("New network", "Enter", falls=("network", "halves every")),
    Row("Reset", "Enter", grows=("network",), first=(("New network", "Enter"),)),
    Row("Reset", "Enter", falls=("network", f"position of {WEIGHT}"), first=((WEIGHT, "End"),)),
)

READER = """(live) => {
  const curves = all("path[data-end]", live);
  const values = curves.map((curve) => attribute(curve, "data-end")); // one weight, gated, network, clipped
  const [slope, half] = all("dd", live).slice(2).map((dd) => number(dd.textContent));
  const powers = all("svg[role=img] text", live).filter((text) => /^10[\\u2212\\d]/.test(text.textContent));
  return {
    "one weight": values[0], gated: values[1], network: values[2],
    ...(curves.length > 3 ? { clipped: values[3] } : {}),
    "gated end down": Number(curves[1].getAttribute("d").split(" ").at(-1)),
    "mean slope": slope, "halves every": half, curves: curves.length,
    axis: Math.max(...powers.map((text) => number(text.textContent.slice(2)))),
  };
}"""
