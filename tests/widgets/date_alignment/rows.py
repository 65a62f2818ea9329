"""What each control must do: a key pressed on it, and the numbers that then grow and fall."""

from widget_rows import Row

STEP = "i character it writes"
LETTER = "j the one letter"
JULY = ("fri 4 jul 2031", "Enter")
FIXED = (JULY, ("at one letter", "Enter"))
ROWS = (
    Row(STEP, "ArrowRight", grows=(f"position of {STEP}",)),
    Row(STEP, "Home", falls=(f"position of {STEP}",)),
    Row(STEP, "End", grows=(f"position of {STEP}",)),
    Row("text to read", "type 4.7.2031", falls=("number of share",), first=(JULY,)),
    Row("text to read", "type september 30, 2031", grows=("number of share",), first=(JULY,)),
    Row("4.7.2031", "Enter", falls=("number of share",), first=(JULY,)),
    Row("4/7/2031", "Enter", falls=("number of share",), first=(JULY,)),
    Row("31.2.2031", "Enter", falls=("number of share",), first=(JULY,)),
    Row("hello", "Enter", falls=("number of share",), first=(JULY,)),
    Row(JULY[0], "Enter", grows=("number of share",), first=(("hello", "Enter"),)),
    Row("evenly", "Enter", falls=("largest share",), first=(JULY,)),
    Row("at one letter", "Enter", grows=("largest share", "share 13"), falls=("share 10",), first=(JULY,)),
    Row("freely", "Enter", grows=("largest share",), first=(("evenly", "Enter"),)),
    Row(LETTER, "Home", grows=("share 0",), falls=(f"position of {LETTER}", "share 13"), first=FIXED),
    Row(LETTER, "ArrowLeft", falls=(f"position of {LETTER}",), grows=("share 12",), first=FIXED),
    Row(LETTER, "End", grows=(f"position of {LETTER}", "share 13"), first=(*FIXED, (LETTER, "Home"))),
    Row("Reset", "Enter", grows=("number of share",), first=(("text to read", "type a"),)),
    Row("Reset", "Enter", grows=("largest share",), first=(("evenly", "Enter"),)),
)
