"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

STEP, ROW = "step on the way", "row that is followed"
CHANCE = "its chance"
ROWS = (
    Row(STEP, "ArrowRight", grows=(f"position of {STEP}", "pressed formula")),
    Row(STEP, "Home", falls=(f"position of {STEP}", "pressed formula")),
    Row(STEP, "End", grows=(f"position of {STEP}", "number of value")),
    Row(ROW, "ArrowLeft", falls=(f"position of {ROW}", CHANCE)),
    Row(ROW, "Home", falls=(f"position of {ROW}", "largest chance")),
    Row(ROW, "End", grows=(f"position of {ROW}", CHANCE), first=((ROW, "Home"),)),
    Row("positions|residual|network", "Space", falls=(CHANCE, "largest chance")),
    Row("mask", "Space", grows=("value 1",)),
    Row("mask", "Space", falls=("value 1",), first=(("mask", "Space"),)),
    Row("cat, word 1", "Enter", falls=("pressed word 1",)),
    Row("dog, word 1", "Enter", falls=("pressed word 1",), first=(("owl, word 1", "Enter"),)),
    Row("(fox|owl), word 1", "Enter", grows=("pressed word 1",)),
    Row("hears, word 2", "Enter", grows=("pressed word 2",)),
    Row("sees, word 2", "Enter", falls=("pressed word 2",), first=(("hears, word 2", "Enter"),)),
    Row("(cat|dog), word 3", "Enter", falls=("pressed word 3",)),
    Row("fox, word 3", "Enter", grows=("pressed word 3",), first=(("cat, word 3", "Enter"),)),
    Row("owl, word 3", "Enter", grows=("pressed word 3",)),
    Row("who, word 4", "Enter", falls=("pressed word 4",)),
    Row("whom, word 4", "Enter", grows=("pressed word 4",), first=(("who, word 4", "Enter"),)),
    Row("same, word 4", "Enter", grows=("pressed word 4",)),
    Row("[xnqkvs] = .+", "Enter", falls=("pressed formula", f"position of {STEP}")),
    Row("w = .+", "Enter", grows=("pressed formula",), first=((STEP, "Home"),)),
    Row("(b|a|y|m|h|f|z|t|logits|p) = .+", "Enter", grows=("pressed formula", f"position of {STEP}")),
    Row("Reset", "Enter", grows=(CHANCE,), first=(("network", "Space"), (ROW, "Home"))),
    Row("Reset", "Enter", falls=("pressed word 3",), first=(("owl, word 3", "Enter"),)),
)
