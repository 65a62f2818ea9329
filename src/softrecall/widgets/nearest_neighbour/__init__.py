"""How near is the nearest of a million random strings? A guess first, then the answer."""

from softrecall.widgets._base import BookWidget
from softrecall.widgets._traits import Count, Flag, Number, Text


class NearestNeighbour(BookWidget):
    """Guess how far the nearest of many random bit strings is from one more, draw some, then look.

    The distances of random strings follow the binomial distribution with chance 1/2. The nearest is the expected
    smallest of `n_strings` of them. Until the reader looks, the answer is nowhere on the page.

    Parameters
    ----------
    n_bits : int from 10 to 10,000
        Length of a string.
    n_strings : int from 100 to 1,000,000,000
        How many strings are drawn beside yours.
    guess : number from 0 to 50
        Where the guess is at first, in per cent of the bits.
    looked : bool
        Whether the answer is shown.
    drawn : int from 0 to 200
        How many real random strings are drawn and shown where they fall.
    seed : int from 0 to 9,999
        Which ones.
    question : str, optional
        The question over the figure. Left out, it asks for the closest of `n_strings`.
    """

    n_bits = Count(1000, 10, 10_000)
    n_strings = Count(1_000_000, 100, 1_000_000_000)
    guess = Number(25, 0, 50)
    looked = Flag(False)
    drawn = Count(0, 0, 200)
    seed = Count(1, 0, 9999)
    question = Text()
