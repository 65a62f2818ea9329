"""Eight pictures in a sparse distributed memory: flip bits of one, read, and see what comes back."""

from softrecall.tasks import LETTERS, PICTURES
from softrecall.widgets._base import BookWidget
from softrecall.widgets._traits import Choice, Count, Fixed, Text

SETS = {"pictures": PICTURES, "letters": LETTERS}


class NoisyRecall(BookWidget):
    """Flip bits of a stored picture and let a sparse distributed memory read it back, step by step.

    The memory has 2,000 locations at random addresses of 256 bits. A pattern is written into the counters (+1 and -1)
    of all locations within `radius` bits of it; a read sums the counters of all locations within `radius` of the cue,
    and a bit comes back as 1 where the sum is above 0. What comes back is the next cue.

    Below the pictures each location is a dot, as far from the cue as it is in bits; its height means nothing. Those
    inside the circle answer, and the filled ones among them hold the picture that is asked for. A pattern has one vote
    for each answering location that holds it: beside the dots are the votes of all patterns.

    Parameters
    ----------
    flips : int from 0 to 128
        How many bits of the cue are flipped.
    radius : int from 90 to 125
        Hamming radius of a circle, in bits, inclusive; 109 holds one per cent of the space.
    load : int from 8 to 200
        How many patterns are stored: the eight pictures and then random ones.
    stored : "pictures" or "letters"
        Which eight.
    target : int from 0 to 7
        Which of the eight is damaged and asked for.
    noise : int from 0 to 9,999
        Which bits are flipped; with one number, more flips keep those of fewer.
    steps : int from 0 to 6
        How often the memory has been read. At 0 the answer is nowhere on the page.
    question : str, optional
        The question over the figure. Left out, it counts the flipped bits.

    Examples
    --------
    >>> NoisyRecall(radius=112).radius
    112
    """

    flips = Count(40, 0, 128)
    radius = Count(109, 90, 125)
    load = Count(32, 8, 200)
    stored = Choice("pictures", tuple(SETS))
    target = Count(5, 0, 7)
    noise = Count(0, 0, 9999)
    steps = Count(0, 0, 6)
    question = Text()

    sets = Fixed({kind: [list(one) for one in named.items()] for kind, named in SETS.items()})
