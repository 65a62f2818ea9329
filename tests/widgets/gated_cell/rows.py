"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

KEEP = "f forget gate, kept each step"
ADMIT = "i input gate, marked numbers"
OTHERS = "i input gate, other numbers"
STREAM = "T steps of the stream"
STEP = "t step of the equation"
ROWS = (
    Row(
        KEEP,
        "ArrowRight",
        grows=(f"position of {KEEP}", "left of the first", "part 0", "part 3"),
        falls=("mean squared error",),
    ),
    Row(
        KEEP,
        "ArrowLeft",
        grows=("mean squared error",),
        falls=(f"position of {KEEP}", "left of the first", "part 0", "part 3"),
    ),
    Row(KEEP, "End", grows=("left of the first", "mean squared error", "part 2"), first=((OTHERS, "ArrowRight"),)),
    Row(
        ADMIT, "ArrowLeft", grows=("mean squared error",), falls=(f"position of {ADMIT}", "part 0", "part 1", "part 3")
    ),
    Row(
        ADMIT,
        "PageUp",
        grows=(f"position of {ADMIT}", "part 0", "part 1", "part 3"),
        falls=("mean squared error",),
        first=((ADMIT, "Home"),),
    ),
    Row(OTHERS, "ArrowRight", grows=(f"position of {OTHERS}", "part 2", "part 3"), falls=("mean squared error",)),
    Row(OTHERS, "End", grows=("part 3", "part 2", "mean squared error")),
    Row(OTHERS, "Home", grows=("mean squared error",), falls=(f"position of {OTHERS}", "part 2", "part 3")),
    Row(STREAM, "PageUp", grows=(f"position of {STREAM}",), falls=("left of the first", "part 0")),
    Row(STREAM, "Home", grows=("left of the first",), falls=(f"position of {STREAM}",)),
    Row(STEP, "ArrowRight", grows=(f"position of {STEP}", "cell 0 cx"), falls=("lets 0",)),
    Row(STEP, "Home", falls=(f"position of {STEP}", "cell 0 cx", "cell 0")),
    Row(STEP, "End", grows=(f"position of {STEP}", "cell 0 cx")),
    Row(OTHERS, "ArrowRight", grows=("lets 0", "cell 0"), first=((STEP, "Home"),)),
    Row("constant", "Enter", grows=("mean squared error",), falls=("part 0", "part 1", "part 3")),
    Row(
        "see the marker",
        "Enter",
        grows=("part 0", "part 1", "part 3"),
        falls=("mean squared error",),
        first=(("constant", "Enter"),),
    ),
    Row("New numbers", "Enter", grows=("left of the first",), falls=("cell at the end, wanted 2",)),
    Row(
        "Reset", "Enter", grows=("left of the first", "part 0"), falls=("mean squared error",), first=((KEEP, "Home"),)
    ),
    Row(
        "Reset",
        "Enter",
        falls=(f"position of {STREAM}", "mean squared error"),
        first=((STREAM, "End"), ("constant", "Enter")),
    ),
    Row(
        "Reset",
        "Enter",
        grows=("cell at the end, wanted 2",),
        falls=("left of the first",),
        first=(("New numbers", "Enter"),),
    ),
)
