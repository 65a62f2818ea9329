"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

APART = "h distance of the centres"
RADIUS = "d radius in bits"
BITS = "n address bits"
PLACES = "r hard locations"
FIT = "Fit up to distance"
BETA, R2, HELD, OFF = "β of the fit", "R² of the fit", "a circle holds", "a factor 2 off at"
SAMPLED = (("0.1 %", "Enter"), (PLACES, "ArrowLeft"))
ROWS = (
    Row(APART, "PageUp", grows=(f"position of {APART}", "shared 0 cx", "shared 0 cy"), falls=("shared 0",)),
    Row(APART, "Home", grows=("shared 0",), falls=(f"position of {APART}", "shared 0 cx")),
    Row(RADIUS, "PageUp", grows=(f"position of {RADIUS}", "share 1", OFF), falls=(BETA,)),
    Row(RADIUS, "PageDown", grows=(BETA,), falls=(f"position of {RADIUS}", "share 1", OFF)),
    Row(BITS, "PageUp", grows=(f"position of {BITS}", f"position of {RADIUS}", "share 1")),
    Row(BITS, "PageDown", falls=(f"position of {BITS}", f"position of {RADIUS}")),
    Row(PLACES, "ArrowLeft", falls=(f"position of {PLACES}", HELD), first=SAMPLED),
    Row(PLACES, "ArrowRight", grows=(f"position of {PLACES}", HELD), first=(*SAMPLED, (PLACES, "ArrowLeft"))),
    Row(FIT, "End", grows=(f"position of {FIT}", BETA), falls=(R2, OFF)),
    Row(FIT, "Home", grows=(BETA, R2), falls=(f"position of {FIT}", OFF)),
    Row("0.1 %|1 %|10 %", "Enter", grows=(f"position of {RADIUS}", OFF), falls=(BETA,)),
    Row("log axis", "Space", grows=("share 10 cy",)),
    Row("log axis", "Space", falls=("share 10 cy",), first=(("log axis", "Space"),)),
    Row("New sample", "Enter", grows=("count 0",), first=SAMPLED),
    Row("Reset", "Enter", grows=(BETA,), falls=(f"position of {RADIUS}",), first=((RADIUS, "PageUp"),)),
    Row("Reset", "Enter", falls=(BETA, f"position of {FIT}"), first=((FIT, "End"),)),
)
