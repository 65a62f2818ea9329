"""A trained translator of dates, letter by letter: what does it look at while it writes?"""

from pathlib import Path

from softrecall.tasks import DATE_TOKENS
from softrecall.widgets._base import BookWidget
from softrecall.widgets._traits import Choice, Count, Text
from softrecall.widgets._weights import Weights


class DateAlignment(BookWidget):
    r"""Type a date and watch a small network write it as ISO 8601, looking back at your letters.

    The network is :class:`softrecall.recurrent.EncoderDecoder`, 27,575 weights, trained on the days from 1900 to 2099
    that :func:`softrecall.tasks.split_days` gives for training, in the five styles of :func:`softrecall.tasks.dates`.
    An encoder reads the letters in both directions and leaves a key :math:`k_j` at each. Before character i is written,
    the state :math:`h_{i-1}` of the decoder asks,

    .. math:: \alpha_{ij} = \operatorname{softmax}_j\big(v^\top \tanh(W_q h_{i-1} + W_k k_j + b)\big), \qquad
        c_i = \textstyle\sum_j \alpha_{ij} k_j,

    and the character follows from the state, the one before and :math:`c_i`. It always writes ten characters, the best
    one each time. Its weights are stored in 8 bits with a scale for each row, which cost it none of the days on which
    it was tested.

    Parameters
    ----------
    text : str of 1 to 20 characters
        What is read: digits, spaces, ``,-./`` and the small letters that dates have (all but k, q, x and z).
    step : int from 1 to 10
        The character whose look is drawn as lines.
    look : "free", "even" or "fixed"
        Where the weights come from: the alignment's own; alike at all letters, so that the mean of the keys is read; or
        all at one letter.
    letter : int from 1 to 20
        That letter. Beyond the end of `text` it is the last one.
    question : str, optional
        The question over the figure.

    Examples
    --------
    >>> DateAlignment("4/7/2031", look="fixed", letter=2).step
    7
    """

    text = Text("fri 4 jul 2031", shortest=1, longest=20, characters=DATE_TOKENS)
    step = Count(7, 1, 10)
    look = Choice("free", ("free", "even", "fixed"))
    letter = Count(20, 1, 20)
    question = Text()
    weights = Weights(Path(__file__).with_name("weights.json"))
