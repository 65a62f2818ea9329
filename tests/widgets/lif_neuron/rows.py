"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

CURRENT, TAU, THRESHOLD, NOISE = "I current", "τ time constant", "θ threshold", "Δ noise, softness of θ"
KICK, TIME = "size of the kick", "t time after the kick"
AXON, NEURON = ("gates of an axon", "Enter"), ("leak and fire", "Enter")
MORE = (NOISE, "PageUp")
ROWS = (
    Row(CURRENT, "PageUp", grows=(f"position of {CURRENT}", "count 0", "number of spike", "count 0 cx")),
    Row(CURRENT, "Home", falls=(f"position of {CURRENT}", "count 0", "number of spike", "count 0 cx")),
    Row(CURRENT, "PageDown", grows=("count 0 cy",), falls=(f"position of {CURRENT}", "count 0")),
    Row(TAU, "PageUp", grows=(f"position of {TAU}",), falls=("count 0", "number of spike")),
    Row(TAU, "PageDown", grows=("count 0", "number of spike"), falls=(f"position of {TAU}",)),
    Row(THRESHOLD, "ArrowRight", grows=(f"position of {THRESHOLD}",), falls=("count 0", "spike 0 y1")),
    Row(THRESHOLD, "PageDown", grows=("count 0", "spike 0 y1"), falls=(f"position of {THRESHOLD}",)),
    Row(NOISE, "PageUp", grows=(f"position of {NOISE}", "number of noise", "count 0"), first=((CURRENT, "Home"), MORE)),
    Row(NOISE, "End", grows=("noise 0", "noise 0 height", "count 0"), first=(MORE,)),
    Row(NOISE, "Home", falls=(f"position of {NOISE}", "number of noise"), first=(MORE,)),
    Row(KICK, "End", grows=(f"position of {KICK}", "v 0"), first=(AXON, (TIME, "Home"))),
    Row(KICK, "Home", falls=(f"position of {KICK}", "m 0"), first=(AXON,)),
    Row(
        TIME,
        "PageUp",
        grows=(f"position of {TIME}", "n 0", "v 0 cx"),
        falls=("h 0", "m 0"),
        first=(AXON, (TIME, "PageUp")),
    ),
    Row(TIME, "Home", grows=("h 0",), falls=(f"position of {TIME}", "n 0", "v 0 cx", "m 0"), first=(AXON,)),
    Row("gates of an axon", "Enter", grows=("pressed Look at", "number of m"), falls=("number of count",)),
    Row("leak and fire", "Enter", grows=("number of count",), falls=("pressed Look at", "number of m"), first=(AXON,)),
    Row("New noise", "Enter", falls=("count 0",), first=(MORE,)),
    Row("Reset", "Enter", falls=("count 0", f"position of {CURRENT}"), first=((CURRENT, "End"),)),
    Row("Reset", "Enter", grows=("number of count",), falls=("pressed Look at",), first=(AXON,)),
)

# What is not drawn has no numbers yet.
READER = """(live) => Object.fromEntries(["noise", "spike", "count", "m"].map((name) => [
  `number of ${name}`, all(`[data-${name}]`, live).length,
]))"""
