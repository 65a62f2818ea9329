"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

CURRENT, TAU, THRESHOLD, NOISE = "I current", "τ time constant", "threshold", "Δ noise, a soft threshold"
KICK, TIME = "size of the kick", "t time after the kick"
AXON = ("gates of an axon", "Enter")
LOUD, MUTE, SOFT = (CURRENT, "End"), (CURRENT, "Home"), (NOISE, "End")
START = (TIME, "Home")
ROWS = (
    Row(CURRENT, "End", grows=(f"position of {CURRENT}", "count 0", "number of spike", "count 0 cx")),
    Row(CURRENT, "Home", falls=(f"position of {CURRENT}", "count 0", "number of spike", "count 0 cx"), first=(LOUD,)),
    Row(CURRENT, "PageDown", grows=("count 0 cy",), falls=(f"position of {CURRENT}", "count 0"), first=(LOUD,)),
    Row(TAU, "PageUp", grows=(f"position of {TAU}",), falls=("count 0", "number of spike"), first=(LOUD,)),
    Row(TAU, "PageDown", grows=("count 0", "number of spike"), falls=(f"position of {TAU}",), first=(LOUD,)),
    Row(THRESHOLD, "PageUp", grows=(f"position of {THRESHOLD}",), falls=("count 0", "spike 0 y1"), first=(LOUD,)),
    Row(THRESHOLD, "PageDown", grows=("count 0", "spike 0 y1"), falls=(f"position of {THRESHOLD}",), first=(LOUD,)),
    Row(NOISE, "End", grows=(f"position of {NOISE}", "number of noise", "count 0"), first=(MUTE,)),
    Row(NOISE, "PageDown", falls=("noise 0", "noise 0 height", "count 0"), first=(MUTE, SOFT)),
    Row(NOISE, "Home", falls=(f"position of {NOISE}", "number of noise", "count 0"), first=(MUTE, SOFT)),
    Row(KICK, "End", grows=(f"position of {KICK}", "v 0"), first=(AXON, START)),
    Row(KICK, "Home", falls=(f"position of {KICK}", "m 0"), first=(AXON,)),
    Row(TIME, "PageUp", grows=(f"position of {TIME}", "n 0", "m 0", "v 0 cx"), falls=("h 0",), first=(AXON, START)),
    Row(TIME, "Home", grows=("h 0",), falls=(f"position of {TIME}", "n 0", "v 0 cx", "m 0"), first=(AXON,)),
    Row("gates of an axon", "Enter", grows=("pressed Look at", "number of m"), falls=("number of count",)),
    Row("leak and fire", "Enter", grows=("number of count",), falls=("pressed Look at", "number of m"), first=(AXON,)),
    Row("New noise", "Enter", falls=("count 0",), first=(MUTE, SOFT)),
    Row("Reset", "Enter", falls=("count 0", f"position of {CURRENT}"), first=(LOUD,)),
    Row("Reset", "Enter", grows=("number of count",), falls=("pressed Look at",), first=(AXON,)),
)

# What is not drawn has no numbers yet.
READER = """(live) => Object.fromEntries(["noise", "spike", "count", "m"].map((name) => [
  `number of ${name}`, all(`[data-${name}]`, live).length,
]))"""
