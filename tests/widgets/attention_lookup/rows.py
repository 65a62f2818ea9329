"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

ACROSS, UP, BETA = "query, across", "query, up", "β inverse temperature"
TURN = "Head 2 turns the query by"
TWO = ("second head", "Space")
ROWS = (
    Row(ACROSS, "ArrowRight", grows=(f"position of {ACROSS}", "weight 0", "score 0"), falls=("score 3", "weight 3")),
    Row(ACROSS, "PageDown", grows=("weight 3",), falls=(f"position of {ACROSS}", "score 0")),
    Row(UP, "ArrowRight", grows=(f"position of {UP}", "weight 0", "weight 0 width"), falls=("weight 2", "read 0")),
    Row(UP, "Home", grows=("weight 2", "read 0", "answer 0"), falls=(f"position of {UP}", "weight 0")),
    Row(BETA, "PageUp", grows=(f"position of {BETA}", "largest weight"), falls=("read 0",)),
    Row(BETA, "Home", grows=("weight 4", "read 0"), falls=(f"position of {BETA}", "largest weight")),
    Row(TURN, "PageDown", grows=("weight 8",), falls=(f"position of {TURN}", "weight 9"), first=(TWO,)),
    Row(TURN, "End", grows=(f"position of {TURN}",), falls=("read 1",), first=(TWO, (TURN, "Home"), (TURN, "PageUp"))),
    Row("cocoa|soup|sorbet|curry|salad", "Space", grows=("largest weight",), falls=("weight {i}", "number of shown")),
    Row("cocoa", "Space", grows=("weight 0", "number of shown"), falls=("weight 2",), first=(("cocoa", "Space"),)),
    Row("distance", "Enter", grows=("pressed Score", "weight 1"), falls=("score 0",)),
    Row("dot product", "Enter", grows=("score 0",), falls=("pressed Score",), first=(("distance", "Enter"),)),
    Row("second head", "Space", grows=("number of read", "number of score")),
    Row("second head", "Space", falls=("number of read", "number of score"), first=(TWO,)),
    Row("Reset", "Enter", grows=("weight 0",), falls=("read 0",), first=((BETA, "Home"), (UP, "Home"))),
    Row("Reset", "Enter", grows=("number of shown",), falls=("number of read",), first=(("soup", "Space"), TWO)),
)

READER = """(live) => {
  const boxes = all("[role=group] input[type=checkbox]", live);
  return { "number of shown": boxes.filter((box) => box.checked).length };
}"""
