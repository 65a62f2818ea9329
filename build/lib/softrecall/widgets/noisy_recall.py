"""Eight pictures in a sparse distributed memory: flip bits of one, read, and see what comes back."""

from numbers import Integral
from typing import Any

import traitlets

from softrecall.plots.pictures import Picture
from softrecall.plots.pictures.noisy_recall import noisy_recall

from ._base import BookWidget, needed

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
LIMITS = {"flips": (0, 128), "radius": (90, 125), "load": (8, 200), "target": (0, 7)}
LIMITS |= {"noise": (0, 9999), "steps": (0, 6)}


class NoisyRecall(BookWidget):
    """Flip bits of a stored picture and let a sparse distributed memory read it back, step by step.

    The memory has 2,000 locations at random addresses of 256 bits. A pattern is written into the counters (+1 and -1)
    of all locations within `radius` bits of it; a read sums the counters of all locations within `radius` of the cue,
    and a bit comes back as 1 where the sum is above 0. What comes back is the next cue.

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
    """

    heights = (560, 1046)

    flips = traitlets.Any(40).tag(sync=True)
    radius = traitlets.Any(109).tag(sync=True)
    load = traitlets.Any(32).tag(sync=True)
    stored = traitlets.Any("pictures").tag(sync=True)
    target = traitlets.Any(5).tag(sync=True)
    noise = traitlets.Any(0).tag(sync=True)
    steps = traitlets.Any(0).tag(sync=True)
    question = traitlets.Unicode("").tag(sync=True)

    sets = traitlets.Dict({kind: [list(one) for one in named.items()] for kind, named in SETS.items()}).tag(sync=True)

    state_names = ("flips", "radius", "load", "stored", "target", "noise", "steps", "question")

    def __init__(
        self, flips: int = 40, radius: int = 109, load: int = 32, stored: str = "pictures", **state: Any
    ) -> None:
        super().__init__(flips=flips, radius=radius, load=load, stored=stored, **state)

    @traitlets.validate(*LIMITS)
    def _check_count(self, proposal: dict) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        low, high = LIMITS[name]
        if isinstance(value, bool) or not isinstance(value, Integral) or not low <= value <= high:
            raise needed(name, f"a whole number from {low:,} to {high:,}", value)
        return int(value)

    @traitlets.validate("stored")
    def _check_stored(self, proposal: dict) -> str:
        if not isinstance(proposal["value"], str) or proposal["value"] not in SETS:
            raise needed("stored", '"pictures" or "letters"', proposal["value"])
        return proposal["value"]

    def picture(self, width: int | None = None) -> Picture:
        """The cue, what came back, the stored picture, and how many bits were wrong after each read."""
        state = {name: getattr(self, name) for name in self.state_names}
        return noisy_recall(self.sets, width=width or self.widths[0], **state)
