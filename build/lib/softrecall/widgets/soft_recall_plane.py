"""The landing page's figure: eight pictures in a plane, a cue, and the blend that comes back."""

import math
from numbers import Real
from typing import Any

import traitlets

from softrecall.plots.pictures import Picture
from softrecall.plots.pictures.soft_recall_plane import soft_recall_plane

from ._base import BookWidget, needed

SIZE = (10.0, 5.5)
QUESTION = "Drag the cue between two memories. What comes back: one of them, or both?"

MEMORIES: dict[str, tuple[tuple[float, float], str]] = {
    "house": ((1.0, 1.45), "...##... ..####.. .######. ######## .######. .#.##.#. .###.##. .###.##."),
    "tree": ((3.7, 0.8), "...##... ..####.. .######. ..####.. .######. ######## ...##... ..####.."),
    "fish": ((6.15, 1.35), "........ ..###..# .#####.# ##.##### ######## .#####.# ..###..# ........"),
    "moon": ((9.0, 1.05), "..####.. .##..... ##...... ##...... ##...... ##...... .##..... ..####.."),
    "bell": ((1.8, 4.0), "...##... ..####.. ..####.. .######. .######. .######. ######## ...##..."),
    "boat": ((4.6, 4.7), "....#... ....##.. ....###. ....#### ....#... ######## .######. ..####.."),
    "cup": ((7.0, 3.5), "........ ######.. ######## ######.# ######.# ######## ######.. .####..."),
    "heart": ((8.9, 4.55), ".##..##. ######## ######## ######## .######. ..####.. ...##... ........"),
}
"""Name, address (across, down) and picture: eight rows of eight, # is set."""


class SoftRecallPlane(BookWidget):
    """Drag a cue among eight stored pictures and see what comes back: one of them, or a blend.

    The score of a memory is minus half the squared distance between its address and the cue, and its weight is
    ``softmax(beta * score)``. Attention takes the dot product as the score. The two agree where all addresses have the
    same length, because then the terms by which they differ are the same for each and cancel; in this plane lengths
    differ, and distance is what one sees.

    Parameters
    ----------
    beta : number from 0.03 to 32
        Inverse temperature, per squared unit of the plane.
    cue_x, cue_y : numbers from 0 to 10 and from 0 to 5.5
        Where the cue stands: units across from the left and down from the top.
    question : str
        The question over the figure.
    """

    heights = (503, 764)
    widths = (1120, 344)

    beta = traitlets.Any(1.0).tag(sync=True)
    cue_x = traitlets.Any(4.3).tag(sync=True)
    cue_y = traitlets.Any(2.1).tag(sync=True)
    question = traitlets.Unicode(QUESTION).tag(sync=True)

    size = traitlets.List(list(SIZE)).tag(sync=True)
    names = traitlets.List(list(MEMORIES)).tag(sync=True)
    addresses = traitlets.List([list(address) for address, _ in MEMORIES.values()]).tag(sync=True)
    pixels = traitlets.List([rows.split() for _, rows in MEMORIES.values()]).tag(sync=True)

    state_names = ("beta", "cue_x", "cue_y", "question")

    def __init__(self, beta: float = 1.0, cue_x: float = 4.3, cue_y: float = 2.1, **state: Any) -> None:
        super().__init__(beta=beta, cue_x=cue_x, cue_y=cue_y, **state)

    @traitlets.validate("beta", "cue_x", "cue_y")
    def _check_number(self, proposal: dict) -> float:
        name, value = proposal["trait"].name, proposal["value"]
        low, high = {"beta": (0.03, 32), "cue_x": (0, SIZE[0]), "cue_y": (0, SIZE[1])}[name]
        if isinstance(value, bool) or not isinstance(value, Real) or math.isnan(value) or not low <= value <= high:
            raise needed(name, f"a number from {low:g} to {high:g}", value)
        return float(value)

    def picture(self, width: int | None = None) -> Picture:
        """The plane with its rays, and the blend that comes back."""
        memory = self.names, self.addresses, self.pixels, self.size
        return soft_recall_plane(self.beta, (self.cue_x, self.cue_y), *memory, self.question, width or self.widths[0])
