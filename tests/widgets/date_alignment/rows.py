"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

STEP = "i character it writes"
LETTER = "j the one letter"
ROWS = (
    Row(STEP, "ArrowRight", grows=(f"position of {STEP}",)),
    Row(STEP, "Home", falls=(f"position of {STEP}",)),
    Row(STEP, "End", grows=(f"position of {STEP}",)),
    Row("text to read", "type 4.7.2031", falls=("number of share",)),
    Row("text to read", "type september 30, 2031", grows=("number of share", "it writes 2")),
    Row("4.7.2031", "Enter", falls=("number of share",)),
    Row("4/7/2031", "Enter", falls=("number of share", "it writes 2"), grows=("it writes 3",)),
    Row("31.2.2031", "Enter", falls=("number of share", "it writes 2"), grows=("it writes 3",)),
    Row("hello", "Enter", falls=("number of share",)),
    Row("fri 4 jul 2031", "Enter", grows=("number of share",), first=(("hello", "Enter"),)),
    Row("everywhere alike", "Enter", falls=("largest share",)),
    Row("at one letter", "Enter", grows=("largest share", "share 13"), falls=("share 10",)),
    Row("where it likes", "Enter", grows=("largest share",), first=(("everywhere alike", "Enter"),)),
    Row(
        LETTER,
        "Home",
        grows=("share 0",),
        falls=(f"position of {LETTER}", "share 13"),
        first=(("at one letter", "Enter"),),
    ),
    Row(
        LETTER, "ArrowLeft", falls=(f"position of {LETTER}",), grows=("share 12",), first=(("at one letter", "Enter"),)
    ),
    Row(
        LETTER, "End", grows=(f"position of {LETTER}", "share 13"), first=(("at one letter", "Enter"), (LETTER, "Home"))
    ),
    Row("Reset", "Enter", grows=("number of share",), first=(("hello", "Enter"),)),
    Row("Reset", "Enter", grows=("largest share",), first=(("everywhere alike", "Enter"),)),
)
