"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

T, K, P, PLACE = "T temperature", "k top-k: likeliest that stay", "p top-p: share that stays", "i chosen character"
LENGTH, WRITE = "length of the text", "Write 40 characters"
COSTS = tuple(f"Surprise of {name}, nats a character" for name in ("GPT", "4-gram"))
ROWS = (
    Row(T, "ArrowLeft", grows=("largest kept",), falls=(f"position of {T}",)),
    Row(T, "End", grows=(f"position of {T}",), falls=("largest kept",)),
    Row(T, "Home", grows=("largest kept",), falls=("number of kept", f"position of {T}")),
    Row(K, "ArrowLeft", grows=("largest kept",), falls=(f"position of {K}",)),
    Row(K, "Home", grows=("largest kept",), falls=("number of kept", f"position of {K}")),
    Row(K, "End", grows=("number of kept",), falls=("largest kept",), first=((K, "Home"),)),
    Row(P, "Home", grows=("largest kept",), falls=("number of kept", f"position of {P}")),
    Row(P, "End", grows=("number of kept", f"position of {P}"), falls=("largest kept",), first=((P, "Home"),)),
    Row(PLACE, "Home", falls=("number of weight", f"position of {PLACE}")),
    Row(PLACE, "ArrowLeft", falls=(f"position of {PLACE}",)),
    Row(PLACE, "End", grows=("number of weight", f"position of {PLACE}"), first=((PLACE, "Home"),)),
    Row("GPT", "Enter", falls=("pressed Under",), first=(("4-gram", "Enter"),)),
    Row("4-gram", "Enter", grows=("pressed Under",)),
    Row("text to read", "type (a", falls=(LENGTH, "number of weight", f"position of {PLACE}")),
    Row("text to read", "type zqzqzqzqzqzqzq", grows=COSTS),
    Row("One more character", "Enter", grows=(LENGTH, f"position of {PLACE}")),
    Row(WRITE, "Enter", grows=(LENGTH, f"position of {PLACE}")),
    Row("two brackets", "Enter", grows=COSTS, falls=(LENGTH,)),
    Row("a tale", "Enter", grows=COSTS),
    Row("a bracket", "Enter", falls=COSTS, first=(("a tale", "Enter"),)),
    Row("Reset", "Enter", falls=(LENGTH,), first=((WRITE, "Enter"),)),
    Row("Reset", "Enter", grows=(f"position of {T}",), falls=("largest kept",), first=((T, "Home"),)),
)

READER = """(live) => ({ "length of the text": live.querySelector("textarea").value.length })"""
