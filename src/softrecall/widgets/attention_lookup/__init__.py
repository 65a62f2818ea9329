"""Look up a price by what one fancies: a query among five keys, read by attention and by a dictionary."""

from typing import ClassVar

from softrecall.widgets._base import BookWidget
from softrecall.widgets._traits import Choice, Count, Fixed, Flag, Items, Number, Text

SIZE = (2.5, 1.25)

MENU: dict[str, tuple[tuple[float, float], float]] = {
    "cocoa": ((1.15, 0.6), 2),
    "soup": ((-0.7, 0.3), 5),
    "sorbet": ((1.1, -0.75), 8),
    "curry": ((-2.0, 0.95), 11),
    "salad": ((-1.0, -0.8), 14),
}
"""Name, key (from salty to sweet, from cold to hot) and value: the price of the dish. All three are made up."""


class AttentionLookup(BookWidget):
    """Move a query among the keys of a menu and compare what attention reads with what a dictionary answers.

    The weights of a head are ``softmax(beta * scores)`` over the keys that may be seen; a masked key gets exactly 0.
    The read is the weighted mean of the prices. The dictionary answers with the price of the nearest key that may be
    seen. The second head turns the query by an angle before it compares it with the keys, that is, its scores are
    ``q @ w @ k`` with a rotation ``w``.

    Where the score is the dot product, the key with the largest weight in the first head is the nearest key or a
    longer one, never a shorter one.

    Parameters
    ----------
    query_x, query_y : numbers from -2.5 to 2.5 and from -1.25 to 1.25
        What is asked for: from salty to sweet, from cold to hot.
    beta : 0, or a number from 0.1 to 10
        Inverse temperature.
    score : "dot product" or "distance"
        What is compared: the dot product of query and key, or minus half their squared distance.
    second_head : bool
        Whether a second head reads as well.
    turn : whole number from -180 to 180
        By how many degrees the second head turns the query, counterclockwise.
    masked : list of at most 4 of the numbers 0 to 4
        The keys that may not be seen, by their place on the menu.
    question : str, optional
        The question over the figure.

    Examples
    --------
    >>> AttentionLookup(0.5, 0.5, beta=1, masked=[0]).masked
    [0]
    """

    plots: ClassVar[tuple[int, int]] = (626, 298)  # its height goes by its width: that of a phone of 360 px

    query_x = Number(1.2, -SIZE[0], SIZE[0])
    query_y = Number(0.1, -SIZE[1], SIZE[1])
    beta = Number(2.0, 0.1, 10, also=(0,))
    score = Choice("dot product", ("dot product", "distance"))
    second_head = Flag(False)
    turn = Count(180, -180, 180)
    masked = Items([], Count(0, 0, len(MENU) - 1), 0, len(MENU) - 1)
    question = Text()

    size = Fixed(list(SIZE))
    names = Fixed(list(MENU))
    key_rows = Fixed([list(key) for key, _ in MENU.values()])
    prices = Fixed([price for _, price in MENU.values()])
