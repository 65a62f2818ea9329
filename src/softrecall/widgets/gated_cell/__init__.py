"""A memory cell with two gates, set by hand, and the sum of two marked numbers that it should end with."""

from softrecall.widgets._base import BookWidget
from softrecall.widgets._traits import Choice, Count, Number, Text

GATES = ("see the marker", "constant")


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
    step : int from 1 to 100, optional
        The step whose equation is written over the plot, at most the last. Left out, it is the first marked one.
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

    forget = Number(0.95, 0.5, 1)
    marked = Number(1.0, 0, 1)
    other = Number(0.05, 0, 1)
    n_steps = Count(50, 10, 100)
    gates = Choice(GATES[0], GATES)
    seed = Count(5, 0, 9999)
    step = Count(None, 1, 100, optional=True)
    question = Text()
