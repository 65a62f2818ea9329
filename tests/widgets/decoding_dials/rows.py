"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

T, K, P = "T temperature", "k top-k: likeliest that stay", "p top-p: share that stays"
COST, AGAIN, PROMPT = "surprise of these", "repeated in these", "pressed Continue"
HALF = ((P, "PageUp"),) * 4
ROWS = (
    Row(T, "ArrowLeft", grows=("largest kept",), falls=(f"position of {T}",)),
    Row(T, "End", grows=(COST,), falls=("largest kept",)),
    Row(T, "Home", grows=("largest kept", AGAIN), falls=(COST, "number of kept")),
    Row(K, "Home", grows=("largest kept", AGAIN), falls=("number of kept", COST)),
    Row(K, "ArrowLeft", falls=(f"position of {K}", COST), first=((K, "Home"), (K, "PageUp"), (T, "End"))),
    Row(K, "End", grows=("number of kept", COST), falls=("largest kept", AGAIN), first=((K, "Home"),)),
    Row(P, "Home", grows=("largest kept", AGAIN), falls=("number of kept", COST)),
    Row(P, "ArrowRight", grows=("number of kept",), falls=("number of cut",), first=((P, "Home"), *HALF)),
    Row("word", "Enter", grows=(PROMPT, "largest kept")),
    Row("bracket", "Enter", grows=(PROMPT,), falls=("largest kept",), first=(("word", "Enter"),)),
    Row("code", "Enter", grows=(PROMPT,)),
    Row("sentence", "Enter", falls=(PROMPT,), first=(("code", "Enter"),)),
    Row("Draw again", "Enter", falls=(COST,), first=((T, "Home"), (T, "PageUp"))),
    Row("Reset", "Enter", grows=(f"position of {T}", COST), falls=(AGAIN,), first=((T, "Home"),)),
)
