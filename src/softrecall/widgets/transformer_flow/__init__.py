"""Four words through one trained block: every matrix on the way, and four parts that can be taken away."""

from pathlib import Path

from softrecall.widgets._base import BookWidget
from softrecall.widgets._traits import Choice, Count, Flag, Text
from softrecall.widgets._weights import Weights
from softrecall.widgets.transformer_flow.numbers import ANIMALS, ASKED, VERBS

STEPS = ("x", "n", "q", "k", "v", "s", "w", "b", "a", "y", "m", "h", "f", "z", "t", "logits", "chances")
"""The matrices in the order in which they are computed: keys of what ``compute`` gives."""


class TransformerFlow(BookWidget):
    r"""Follow a sentence of four words through one trained block, and take parts of the block away.

    The block is :class:`softrecall.transformer.GPT` with one layer: width 8, two heads of width 4, a network of 16
    units, norms first, a causal mask, and a vocabulary of 11 words. It has learned all 96 sentences of a language with
    three rules: after *who* comes the first animal, after *whom* the second, and after *same* comes *yes* if both
    animals are the same and *no* if not. Its weights are stored in 8 bits with a scale for each row.

    A part that is taken away here was there in training. That is not the same as a block that was trained without it:
    such a block may find another way. What each kind loses stands in the file of weights, under ``about``.

    Parameters
    ----------
    first, verb, second, asked : str
        The words: an animal (cat, dog, fox or owl), a verb (sees or hears), an animal, and who, whom or same.
    positions, residual, network, mask : bool
        Whether the block has its positions, its ways around attention and network, its network, and its causal mask.
    step : int from 1 to 17
        The matrix that is shown with its numbers, by its place in `STEPS`.
    row : int from 1 to 4
        The word that is followed: its rows stand out, and what comes next is predicted from it.
    question : str, optional
        The question over the figure.

    Examples
    --------
    >>> TransformerFlow("owl", asked="same", positions=False).step
    7
    """

    first = Choice("dog", ANIMALS)
    verb = Choice("sees", VERBS)
    second = Choice("fox", ANIMALS)
    asked = Choice("whom", ASKED)
    positions = Flag(True)
    residual = Flag(True)
    network = Flag(True)
    mask = Flag(True)
    step = Count(7, 1, len(STEPS))
    row = Count(4, 1, 4)
    question = Text()
    weights = Weights(Path(__file__).with_name("weights.json"))
