"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

BETA = "β inverse temperature"
ROWS = (
    Row(
        BETA,
        "ArrowRight",
        grows=(f"position of {BETA}", "largest weight"),
        falls=("entropy", "effective number"),
        first=(("β = 1", "Enter"),),
    ),
    Row(BETA, "PageDown", grows=("entropy", "effective number"), falls=("largest weight",)),
    Row(
        "score of .*",
        "type 9.5",
        grows=("score {i}", "weight {i}", "weight {i} height", "largest weight"),
        falls=("entropy",),
        first=(("β = 1", "Enter"),),
    ),
    Row(
        "score of .*",
        "type -30,5",
        falls=("score {i}", "weight {i}", "weight {i} height"),
        first=(("β = 1", "Enter"),),
    ),
    Row("Add a key", "Enter", grows=("number of weight",), falls=("largest weight",), first=(("β = 1", "Enter"),)),
    Row("Remove the last key", "Enter", falls=("number of weight",)),
    Row("β = 1/8", "Enter", grows=("entropy",), falls=(f"position of {BETA}",), first=(("β = 1", "Enter"),)),
    Row("β = 1", "Enter", grows=(f"position of {BETA}",), falls=("entropy",), first=(("β = 1/8", "Enter"),)),
    Row("Reset", "Enter", grows=(f"position of {BETA}",), first=((BETA, "Home"),)),
    Row(
        "Reset",
        "Enter",
        falls=(f"position of {BETA}", "number of weight"),
        first=((BETA, "End"), ("Add a key", "Enter")),
    ),
)
