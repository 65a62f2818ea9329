"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

FLIPS = "Bits flipped"
RADIUS = "d radius in bits"
LOAD = "m patterns stored"
SET = "pressed Eight of them are"
CHOSEN = "pressed which one is damaged"
READ = ("Recall", "Enter")
ROWS = (
    Row(FLIPS, "ArrowRight", grows=(f"position of {FLIPS}", "wrong 0"), falls=("wrong 0 cy",)),
    Row(FLIPS, "ArrowLeft", grows=("wrong 0 cy",), falls=(f"position of {FLIPS}", "wrong 0")),
    Row(FLIPS, "Home", grows=("hold 0", "vote 0"), falls=("wrong 0",)),
    Row(RADIUS, "PageUp", grows=(f"position of {RADIUS}", "radius 0", "answer 0", "hold 0", "edge")),
    Row(RADIUS, "PageDown", falls=(f"position of {RADIUS}", "radius 0", "answer 0", "hold 0", "edge")),
    Row(LOAD, "End", grows=(f"position of {LOAD}", "others 0")),
    Row(LOAD, "Home", falls=(f"position of {LOAD}", "others 0")),
    Row(LOAD, "End", grows=("wrong 1", "others 0"), first=(READ,)),
    Row("letters", "Enter", grows=(SET,)),
    Row("pictures", "Enter", falls=(SET,), first=(("letters", "Enter"),)),
    Row("tree|fish|moon|house|boat", "Enter", falls=(CHOSEN,)),
    Row("cup|key", "Enter", grows=(CHOSEN,)),
    Row("cat", "Enter", grows=(CHOSEN,), first=(("tree", "Enter"),)),
    Row("Recall", "Enter", grows=("number of wrong",), falls=("wrong last",)),
    Row("New noise", "Enter", falls=("wrong 1",), first=(READ,)),
    Row("Reset", "Enter", falls=("wrong 0",), first=((FLIPS, "End"),)),
    Row("Reset", "Enter", grows=("wrong last",), falls=("number of wrong",), first=(READ,)),
)

READER = """(live) => ({
  "wrong last": all("[data-wrong]", live).map((dot) => attribute(dot, "data-wrong")).at(-1),
  edge: number(live.querySelector("[data-radius]").getAttribute("d").split("L")[1]),
})"""
