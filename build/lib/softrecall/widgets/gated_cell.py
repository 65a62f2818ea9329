"""A memory cell with two gates, set by hand, and the sum of two marked numbers that it should end with."""

import math
from numbers import Integral, Real
from typing import Any

import traitlets

from softrecall.plots.pictures import Picture
from softrecall.plots.pictures.gated_cell import GATES, gated_cell

from ._base import BookWidget, needed

LIMITS = {"forget": (0.5, 1), "marked": (0, 1), "other": (0, 1)}
COUNTS = {"n_steps": (10, 100), "seed": (0, 9999)}


class GatedCell(BookWidget):
    r"""Set the gates of one memory cell by hand, and watch what it still holds at the end of a stream.

    The task is the adding problem: a stream of T numbers, uniform from 0 to 1, one of them marked in each half (steps
    1 to T // 2, and the rest). At the end the cell should hold the sum of the two marked numbers. It starts empty, and
    at each step

    .. math:: c_t = f\,c_{t-1} + i_t\,x_t ,

    with the forget gate f, the share that is kept, and the input gate :math:`i_t`: `marked` at the two marked steps and
    `other` at all others. No squashing, no learning: the reader sets the gates.

    The curve is the cell after each step. Under it stand its parts: what the cell has of each marked number (green),
    and of all the others (grey). The **mean squared error** is not that of the stream drawn: it is exact, over all
    numbers and all places of the marks. The miss is a sum of :math:`a_t x_t` with :math:`a_t = f^{T-t} i_t -
    [t\text{ is marked}]`, so that the mean of its square is that of

    .. math:: \tfrac{1}{12} \sum_t a_t^2 + \Bigl(\tfrac12 \sum_t a_t\Bigr)^2

    over the places of the marks. Always answering 1, the mean of the sum, has a mean squared error of 1/6.

    Parameters
    ----------
    forget : number from 0.5 to 1
        f, the share of the cell that is kept at each step. At 1 nothing is forgotten.
    marked : number from 0 to 1
        i at the two marked steps.
    other : number from 0 to 1
        i at all other steps; if the gates are constant, at every step.
    n_steps : int from 10 to 100
        T, the length of the stream.
    gates : "see the marker" or "constant"
        Whether the input gate knows which numbers are marked. A constant one makes the cell a leaky unit, and `marked`
        has no effect.
    seed : int from 0 to 9,999
        Which numbers are drawn, and which of them are marked.
    question : str, optional
        The question over the figure. Left out, it asks which gates keep the sum.

    References
    ----------
    Hochreiter and Schmidhuber (1997) for the task and the constant flow of error at f = 1; Gers, Schmidhuber and
    Cummins (2000) for the forget gate.

    Examples
    --------
    >>> GatedCell(1, 1, 0).forget
    1.0
    """

    heights = (911, 1278)

    forget = traitlets.Any(0.95).tag(sync=True)
    marked = traitlets.Any(1.0).tag(sync=True)
    other = traitlets.Any(0.05).tag(sync=True)
    n_steps = traitlets.Any(50).tag(sync=True)
    gates = traitlets.Any(GATES[0]).tag(sync=True)
    seed = traitlets.Any(5).tag(sync=True)
    question = traitlets.Unicode("").tag(sync=True)

    def __init__(self, forget: float = 0.95, marked: float = 1.0, other: float = 0.05, **state: Any) -> None:
        super().__init__(forget=forget, marked=marked, other=other, **state)

    @traitlets.validate(*LIMITS)
    def _check_number(self, proposal: dict) -> float:
        name, value = proposal["trait"].name, proposal["value"]
        low, high = LIMITS[name]
        if isinstance(value, bool) or not isinstance(value, Real) or math.isnan(value) or not low <= value <= high:
            raise needed(name, f"a number from {low:g} to {high:g}", value)
        return float(value)

    @traitlets.validate(*COUNTS)
    def _check_count(self, proposal: dict) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        low, high = COUNTS[name]
        if isinstance(value, bool) or not isinstance(value, Integral) or not low <= value <= high:
            raise needed(name, f"a whole number from {low:,} to {high:,}", value)
        return int(value)

    @traitlets.validate("gates")
    def _check_gates(self, proposal: dict) -> str:
        if not isinstance(proposal["value"], str) or proposal["value"] not in GATES:
            raise needed("gates", " or ".join(f'"{name}"' for name in GATES), proposal["value"])
        return proposal["value"]

    def picture(self, width: int | None = None) -> Picture:
        """The stream, the cell and what it holds of the marked numbers and of the others, and by how much it misses."""
        state = {name: getattr(self, name) for name in self.state_names}
        return gated_cell(**state, width=width or self.widths[0])
