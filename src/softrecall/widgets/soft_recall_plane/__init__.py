"""The landing page's figure: eight pictures in a plane, a cue, and the blend that comes back."""

from typing import ClassVar

from softrecall.widgets._base import BookWidget
from softrecall.widgets._traits import Fixed, Number, Text

SIZE = (10.0, 5.5)

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
    """Put a cue among eight stored pictures and see what comes back: one of them, or a blend.

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
    question : str, optional
        The question over the figure.
    """

    plots: ClassVar[tuple[int, int]] = (1074, 298)

    beta = Number(1.0, 0.03, 32)
    cue_x = Number(4.3, 0, SIZE[0])
    cue_y = Number(2.1, 0, SIZE[1])
    question = Text()

    size = Fixed(list(SIZE))
    names = Fixed(list(MEMORIES))
    addresses = Fixed([list(address) for address, _ in MEMORIES.values()])
    pixels = Fixed([rows.split() for _, rows in MEMORIES.values()])
