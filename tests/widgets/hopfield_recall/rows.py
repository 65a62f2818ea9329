"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

FLIPS = "Pixels flipped"
TIME = "Time in sweeps"
LOAD = "m patterns stored"
BETA = "β inverse temperature"
DRAW = "Draw: the arrow keys move, Space flips a pixel"
SET = "pressed Eight of them are"
RULE = "pressed Update"
CHOSEN = "pressed which one is damaged"
SWEEP, MODERN = ("Sweep", "Enter"), ("modern", "Enter")
ROWS = (
    Row(FLIPS, "ArrowRight", grows=(f"position of {FLIPS}", "bold 0"), falls=("overlap 5",)),
    Row(FLIPS, "Home", grows=("overlap 5", "overlap 5 height"), falls=("bold 0", "energy 0")),
    Row(FLIPS, "End", grows=("bold 0",), falls=("overlap 5",)),
    Row(TIME, "ArrowRight", grows=(f"position of {TIME}", "overlap 5"), falls=("energy 0",)),
    Row(TIME, "End", grows=("overlap 5", "energy 0 cx", "energy 0 cy"), falls=("energy 0",)),
    Row(TIME, "Home", grows=("energy 0",), falls=("overlap 5", f"position of {TIME}"), first=(SWEEP,)),
    Row(LOAD, "End", grows=(f"position of {LOAD}", "number of stray")),
    Row(LOAD, "Home", falls=(f"position of {LOAD}",)),
    Row(LOAD, "End", falls=("overlap 5",), first=(SWEEP, SWEEP)),
    Row(BETA, "Home", falls=(f"position of {BETA}", "overlap 5"), first=(MODERN, ("Update", "Enter"))),
    Row(BETA, "End", grows=(f"position of {BETA}",), falls=("energy 0",), first=(MODERN,)),
    Row("letters", "Enter", grows=(SET, "overlap 0")),
    Row("pictures", "Enter", falls=(SET,), first=(("letters", "Enter"),)),
    Row("modern", "Enter", grows=(RULE, "energy 0")),
    Row("classical", "Enter", falls=(RULE, "energy 0"), first=(MODERN,)),
    Row("tree|fish|moon|house|boat", "Enter", falls=(CHOSEN, "overlap 5")),
    Row("cup|key", "Enter", grows=(CHOSEN,), falls=("overlap 5",)),
    Row("cat", "Enter", grows=(CHOSEN, "overlap 5"), first=(("tree", "Enter"),)),
    Row(DRAW, "Space", falls=(CHOSEN,), grows=("drawn",)),
    Row(DRAW, "Enter", grows=("dark 0",), falls=("number of energy",), first=()),
    Row("Blank", "Enter", falls=("dark 0", CHOSEN)),
    Row("Sweep", "Enter", grows=("overlap 5", f"position of {TIME}"), falls=("energy 0",)),
    Row("New noise", "Enter", falls=("overlap 5",)),
    Row("Reset", "Enter", grows=("dark 0",), first=(("Blank", "Enter"),)),
    Row("Reset", "Enter", grows=("energy 0",), falls=("overlap 5",), first=(SWEEP,)),
)
