"""A language model that runs in the page, beside a table of four characters: type, look, let both write."""

from pathlib import Path

from softrecall.widgets._base import BookWidget
from softrecall.widgets._traits import Choice, Count, Fixed, Number, Text
from softrecall.widgets._weights import Weights
from softrecall.widgets.tiny_gpt.numbers import ALPHABET, N_READ, READERS

LONGEST = 400

EXAMPLES = {
    "a bracket": "Return the name of the method (if any",
    "two brackets": "  >>> print([1, 2, 3",
    "a tale": "Once upon a time there was a frog that ",
}
"""Texts to begin with, and what the buttons call them."""

ABOUT = (
    "The GPT has 113,383 weights and knows nothing but Python’s documentation, character by character: its words, "
    "quotes and layout mostly look right, and it means nothing by them."
)


class TinyGPT(BookWidget):
    r"""Type a text and see what a small GPT looks at, what it expects next, and what it writes.

    The model is :class:`softrecall.transformer.GPT` with two layers of four heads, width 64, 64 positions and a
    network of 256 units, trained on the first nine tenths of the documentation that comes with Python
    (`pydoc_data.topics`), character by character. Its weights are stored in 8 bits with a scale for each row. Beside
    it stands a table of that same text: how often each character followed each run of up to four characters, the
    orders interpolated as Witten and Bell (1991) do.

    Both read the last 64 characters of the text, the table of these the last four.

    Parameters
    ----------
    text : str of 1 to 400 characters
        What is read: the 103 characters of the documentation.
    back : int from 0 to 63
        How many characters before the last one the chosen place is. Beyond the start of what is read it is the first.
    reader : "GPT" or "4-gram"
        Which of the two the picture shows, and which one writes.
    temperature : 0, or a number from 0.1 to 2
        What the scores are divided by; at 0 the likeliest character has all the chance.
    top_k : int from 1 to 103
        How many characters stay, the likeliest ones.
    top_p : number from 0.05 to 1
        Of these, the fewest stay whose share of the chance reaches it.
    question : str, optional
        The question over the figure.

    Examples
    --------
    >>> TinyGPT("A list is (", temperature=0.7, top_k=10).reader
    'GPT'
    """

    text = Text(EXAMPLES["a bracket"], shortest=1, longest=LONGEST, characters=ALPHABET)
    back = Count(0, 0, N_READ - 1)
    reader = Choice("GPT", READERS)
    temperature = Number(1.0, 0.1, 2, also=(0,))
    top_k = Count(len(ALPHABET), 1, len(ALPHABET))
    top_p = Number(1.0, 0.05, 1)
    question = Text()

    alphabet = Fixed(ALPHABET)
    about = Fixed(ABOUT)
    examples = Fixed([list(pair) for pair in EXAMPLES.items()])
    weights = Weights(Path(__file__).with_name("weights.json"))
    data_text = Weights(Path(__file__).with_name("text.json"))
