"""Eight pictures in a sparse distributed memory: flip bits of one, read, and see what comes back."""

from softrecall.widgets._base import BookWidget
from softrecall.widgets._traits import Choice, Count, Fixed, Text

PICTURES = {
    "tree": "ff00fe80f8e0f0f0e0f8e2f8c0fcc0bcc0fce2f8e0f8f9c0fcc002bf02bf04df",
    "fish": "cccc333301e00ff03ff963fdc9edc9b7e3fb7f6f0dbd3ff91ff00180cccc3333",
    "moon": "fc0ff01fe07be0f1c1fbc1ff83ff83df838f81dfc0fbc071e003e003f80fefff",
    "house": "fffffe73fc33f813f003e001c000effd173a153a173a103a103a103affffffff",
    "boat": "008000c00160037007780f7c0f7c1f7e1f000080ffff7ffebffd5555aaaa5555",
    "cat": "6006581a4db27dbe7dbee3c7c993c993e3c7fc3f3dbce18705a0e42763c63c3c",
    "cup": "f6dfedbff6dfffff800780018d859fc59fc58f858701820fc00ff03f0000c003",
    "key": "aaa0aa8eaa9baab1aab1aa9baa1eaa38a872a8e2a1caa3ea876a8f8a9daa980a",
}
"""Sixteen rows of sixteen bits, four hexadecimal digits a row. About half the bits are set, and any two differ in about
half of their bits, as random patterns do."""

LETTERS = {
    "A": "0000000003c003c0066006600c300c301ff81ff8181818181818181800000000",
    "E": "000000001ff81ff81800180018001fe01fe01800180018001ff81ff800000000",
    "F": "000000001ff81ff81800180018001fe01fe01800180018001800180000000000",
    "H": "00000000181818181818181818181ff81ff81818181818181818181800000000",
    "L": "0000000018001800180018001800180018001800180018001ff81ff800000000",
    "O": "0000000007e00ff0181818181818181818181818181818180ff007e000000000",
    "T": "000000001ff81ff8018001800180018001800180018001800180018000000000",
    "X": "00000000181818180c300c30066003c003c006600c300c301818181800000000",
}
"""The same for letters in plain strokes: mostly background, so that they are alike."""

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
