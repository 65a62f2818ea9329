"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

BETA = "β inverse temperature"
LOAD = "m patterns stored"
NOISE = "p bits of the query flipped"
LENGTH = "n bits of a pattern"
LOSS, BEST = "loss at β", "least loss, its β*"
BAYES, CIRCLES, PLAIN = ("+ posterior", "Enter"), ("+ circles", "Enter"), ("softmax", "Enter")
ONE = ("one query", "Enter")
ROWS = (
    Row(BETA, "PageUp", grows=(f"position of {BETA}", "largest weight", "loss 0 cx"), falls=(LOSS,)),
    Row(BETA, "PageDown", grows=(LOSS,), falls=(f"position of {BETA}", "largest weight")),
    Row(NOISE, "PageUp", grows=(f"position of {NOISE}", LOSS), falls=("largest weight",)),
    Row(NOISE, "PageUp", grows=(BEST, "best circles"), falls=(f"{BEST} 2", "best circles 2"), first=(CIRCLES,)),
    Row(NOISE, "PageDown", grows=(f"{BEST} 2", "best circles 2"), falls=(BEST, "best circles"), first=(CIRCLES,)),
    Row(LENGTH, "ArrowRight", grows=(f"position of {LENGTH}", f"{BEST} 2"), falls=(BEST,), first=(BAYES,)),
    Row(LENGTH, "ArrowLeft", grows=(BEST,), falls=(f"position of {LENGTH}", f"{BEST} 2"), first=(BAYES,)),
    Row(LOAD, "ArrowRight", grows=(f"position of {LOAD}", LOSS)),
    Row(LOAD, "Home", falls=(f"position of {LOAD}", LOSS, "number of weight")),
    Row(r"\+ posterior", "Enter", grows=("pressed Drawn", "number of posterior", "number of bayes"), first=(PLAIN,)),
    Row(r"\+ circles", "Enter", grows=("pressed Drawn", "number of circle", "number of score")),
    Row("softmax", "Enter", falls=("pressed Drawn", "number of circle", "number of posterior"), first=(CIRCLES,)),
    Row("all 48", "Enter", grows=("pressed Look at",), falls=("weight 0 width",), first=(ONE,)),
    Row("one query", "Enter", grows=("weight 0 width",), falls=("pressed Look at",), first=(("all 48", "Enter"),)),
    Row("New queries", "Enter", falls=(BEST,), first=(BAYES,)),
    Row("Reset", "Enter", grows=("largest weight",), falls=(LOSS,), first=((NOISE, "End"), (BETA, "Home"))),
    Row("Reset", "Enter", grows=("number of weight",), falls=("number of circle",), first=(CIRCLES, (LOAD, "Home"))),
)

# Layers that are not drawn have no numbers yet.
READER = """(live) => ({
  ...Object.fromEntries(["posterior", "bayes", "circle", "score"].map((name) => [
    `number of ${name}`, all(`[data-${name}]`, live).length,
  ])),
})"""
