"""One distribution of a language model under temperature, top-k and top-p, and ten texts drawn from the model."""

from pathlib import Path

import traitlets

from softrecall.widgets import tiny_gpt
from softrecall.widgets._base import BookWidget
from softrecall.widgets._traits import Choice, Count, Fixed, Items, Number, Text
from softrecall.widgets._weights import Weights
from softrecall.widgets.decoding_dials.numbers import N_NEW, N_SAMPLES, PEOPLE, PROMPTS, Written, write
from softrecall.widgets.tiny_gpt.numbers import ALPHABET

ABOUT = (
    "Surprise is what the model as it is, without dials, pays for a text. “People” is text from the tenth of the "
    "documentation that it was not trained on. Repeated: the share of runs of eight characters that were there before, "
    "in the same text or in one above it, also marked in the texts."
)


class DecodingDials(BookWidget):
    r"""Turn temperature, top-k and top-p, and see what they leave of one distribution and make of ten texts.

    The model is that of `TinyGPT`. Its chances for the first character after the prompt are drawn as bars; the ten
    texts continue the prompt by 40 characters each, with the same dials at each character.

    Parameters
    ----------
    prompt : "sentence", "word", "bracket" or "code"
        Which text is continued.
    temperature : 0, or a number from 0.1 to 2
        What the scores are divided by; at 0 the likeliest character has all the chance.
    top_k : int from 1 to 103
        How many characters stay, the likeliest ones.
    top_p : number from 0.05 to 1
        Of these, the fewest stay whose share of the chance reaches it.
    seed : int from 0 to 9999
        Of the random numbers.
    samples : list of 1 to 10 str, optional
        The texts so far. Left out, they are written when the widget is made; where a dial is turned later, the figure
        on the screen writes them anew.
    cost : number from 0 to 99, optional
        Their mean surprise in nats per character. Left out with `samples`, it is computed.
    question : str, optional
        The question over the figure.

    Examples
    --------
    >>> set(DecodingDials(temperature=0).samples)
    {'the same as a string the same as a strin'}
    """

    prompt = Choice(next(iter(PROMPTS)), tuple(PROMPTS))
    temperature = Number(1.0, 0.1, 2, also=(0,))
    top_k = Count(len(ALPHABET), 1, len(ALPHABET))
    top_p = Number(1.0, 0.05, 1)
    seed = Count(0, 0, 9999)
    samples = Items([], Text(characters=ALPHABET, shortest=1, longest=N_NEW), 1, N_SAMPLES)
    cost = Number(None, 0, 99, optional=True)
    question = Text()

    alphabet = Fixed(ALPHABET)
    about = Fixed(ABOUT)
    people = Fixed(PEOPLE)
    prompts = Fixed([list(pair) for pair in PROMPTS.items()])
    weights = Weights(Path(tiny_gpt.__file__).with_name("weights.json"))

    def _write(self) -> Written:
        return write(self.prompt, self.temperature, self.top_k, self.top_p, self.seed)

    @traitlets.default("samples")
    def _samples(self) -> list[str]:
        return self._write().samples

    @traitlets.default("cost")
    def _cost(self) -> float | None:
        is_full = [len(text) for text in self.samples] == [N_NEW] * N_SAMPLES
        return self._write().cost if is_full and self.samples == self._write().samples else None

    def __repr__(self) -> str:
        """The call that makes this widget, without the texts: it writes them again."""
        names = [name for name in self.state_names if name not in ("samples", "cost")]
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"
