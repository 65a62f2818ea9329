"""Eight pictures in a Hopfield network: draw or damage one, and watch it fall down the energy."""

from softrecall.tasks import LETTERS, PICTURES
from softrecall.widgets._base import BookWidget
from softrecall.widgets._traits import Choice, Count, Fixed, Number, Text


class HopfieldRecall(BookWidget):
    """Draw or damage a picture and let a Hopfield network find its way from there to a memory.

    The network has 256 units, one for each pixel, and stores patterns in its weights. The classical update visits the
    units one at a time, in an order that is drawn anew for each sweep, and each takes the sign of its field. The modern
    update moves all units at once: the next state is the mean of the patterns, weighted by a softmax of beta times
    their dot products with the state. A pixel of such a state may be anything from light to dark, and is drawn as large
    as it is dark.

    Below the pictures are their overlaps with the state: 1 for the same, 0 for what chance gives, -1 for the inverse.

    Parameters
    ----------
    flips : int from 0 to 256
        How many pixels of the picture are flipped; all of them give its inverse.
    load : int from 1 to 40
        How many patterns are stored: the eight pictures in their order, and then random ones.
    stored : "pictures" or "letters"
        Which eight. Letters are mostly background, and so alike.
    target : int from 0 to 7
        Which of the eight is damaged.
    drawn : str
        A picture to damage in place of one of the eight: its 16 rows of 16 pixels as hexadecimal digits, four to a row;
        what is left out is blank. "" means that nothing is drawn.
    noise : int from 0 to 9,999
        Which pixels are flipped, and in which order units are visited; with one number, more flips keep those of fewer.
    update : "classical" or "modern"
        How the state moves.
    beta : float from 0.005 to 0.5
        Inverse temperature of the modern update, in 1 / (dot product).
    visits : int from 0 to 1536
        How many units have been visited, 256 to a sweep. The modern update moves once for each whole sweep.
    pixel : int from 0 to 255
        Where the pencil of the keyboard is, row by row.
    question : str, optional
        The question over the figure. Left out, it asks where the cue will end.

    Examples
    --------
    >>> HopfieldRecall(load=3, stored="letters", target=0, flips=0).load
    3
    """

    flips = Count(80, 0, 256)
    load = Count(8, 1, 40)
    stored = Choice("pictures", ("pictures", "letters"))
    target = Count(5, 0, 7)
    drawn = Text(longest=64, characters="0123456789abcdef")
    noise = Count(0, 0, 9999)
    update = Choice("classical", ("classical", "modern"))
    beta = Number(0.1, 0.005, 0.5)
    visits = Count(0, 0, 1536)
    pixel = Count(119, 0, 255)
    question = Text()

    sets = Fixed(
        {kind: [list(one) for one in named.items()] for kind, named in (("pictures", PICTURES), ("letters", LETTERS))}
    )
