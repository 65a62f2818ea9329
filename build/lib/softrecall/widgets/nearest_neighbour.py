"""How near is the nearest of a million random strings? A guess first, then the answer."""

from numbers import Integral, Real
from typing import Any

import traitlets

from softrecall.plots.pictures import Picture
from softrecall.plots.pictures.nearest_neighbour import nearest_neighbour

from ._base import BookWidget, needed


class NearestNeighbour(BookWidget):
    """Guess how far the nearest of many random bit strings is from one more, then look.

    The distances of random strings follow the binomial distribution with chance 1/2. The nearest is the expected
    smallest of `n_strings` of them. Until the reader looks, the answer is nowhere on the page.

    Parameters
    ----------
    n_bits : int from 10 to 10,000
        Length of a string.
    n_strings : int from 100 to 1,000,000,000
        How many strings are drawn beside yours.
    guess : number from 0 to 50
        Where the guess stands at first, in per cent of the bits.
    looked : bool
        Whether the answer is shown.
    """

    heights = (558, 729)

    n_bits = traitlets.Any(1000).tag(sync=True)
    n_strings = traitlets.Any(1_000_000).tag(sync=True)
    guess = traitlets.Any(25).tag(sync=True)
    looked = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self, n_bits: int = 1000, n_strings: int = 1_000_000, guess: float = 25, looked: bool = False, **state: Any
    ) -> None:
        super().__init__(n_bits=n_bits, n_strings=n_strings, guess=guess, looked=looked, **state)

    @traitlets.validate("n_bits", "n_strings")
    def _check_count(self, proposal: dict) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        low, high = (10, 10_000) if name == "n_bits" else (100, 1_000_000_000)
        if isinstance(value, bool) or not isinstance(value, Integral) or not low <= value <= high:
            raise needed(name, f"a whole number from {low:,} to {high:,}", value)
        return int(value)

    @traitlets.validate("guess")
    def _check_guess(self, proposal: dict) -> float:
        value = proposal["value"]
        if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= value <= 50:
            raise needed("guess", "a number from 0 to 50 (per cent of the bits)", value)
        return int(value) if isinstance(value, Integral) else float(value)

    def picture(self, width: int | None = None) -> Picture:
        """The guess on its axis and, once looked, the distances and the expected nearest."""
        return nearest_neighbour(self.n_bits, self.n_strings, self.guess, self.looked, width or self.widths[0])
