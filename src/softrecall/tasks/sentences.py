"""A toy language and its translation, of which it is known which word comes from which."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from softrecall._checks import check_count, check_generator
from softrecall.tasks.pairs import END, N_RESERVED, PADDING, START

__all__ = ["SOURCE_WORDS", "TARGET_WORDS", "Sentences", "sentences"]

LEXICON = {
    "noun": {"dog": "kano", "cat": "mira", "bird": "pelu", "child": "sodi", "fox": "venka", "horse": "rabo"},
    "adjective": {"big": "ula", "small": "iti", "red": "ora", "old": "ebu", "quick": "aze"},
    "verb": {"sees": "tumak", "follows": "lorik", "hears": "gesik", "finds": "nadok"},
}
SOURCE_WORDS = tuple(word for words in LEXICON.values() for word in words)
"""The words of the first language: the token of word k is k + 3, as in `reversal`."""
TARGET_WORDS = tuple(word for words in LEXICON.values() for word in words.values())
"""The words of the second: word k means word k of the first."""


class Sentences(NamedTuple):
    """Sentences in two toy languages: see `sentences`."""

    source: np.ndarray
    lengths: np.ndarray
    target: np.ndarray
    alignment: np.ndarray


def _draw(kind: str, n: int, rng: np.random.Generator) -> list[int]:
    """Draw n different words of a kind, as tokens."""
    words = [SOURCE_WORDS.index(word) + N_RESERVED for word in LEXICON[kind]]
    return [int(word) for word in rng.choice(words, n, replace=False)]


def sentences(n: int, rng: np.random.Generator, *, most_adjectives: int = 2) -> Sentences:
    """Draw sentences of a toy English, and translate them into an invented language.

    In the source adjectives stand before their noun and the verb in the middle: *big dog sees small red cat*. In the
    translation adjectives follow their noun, the nearest first, and the verb comes last: *kano ula mira ora iti
    tumak*. Each word has one translation, so where a word of the target comes from is known: it is its alignment.

    Parameters
    ----------
    n : int
        How many, >= 1.
    rng : numpy.random.Generator
        Draws everything.
    most_adjectives : int
        Each of the two nouns has from 0 to this many, 0 to 5. The two nouns differ, and so do the adjectives of one;
        an adjective may stand with both.

    Returns
    -------
    Sentences
        ``source`` (n, longest), filled up with 0; ``lengths`` (n,); ``target`` (n, longest + 2): the token that opens
        (1), the translation, and the token that ends (2), which also fills up; ``alignment`` (n, longest + 1): entry i
        is the place in the source from which ``target[:, i + 1]`` comes, -1 where that is the end. All of int64;
        longest is ``3 + 2 * most_adjectives``.

    Raises
    ------
    TypeError
        If a count is not a whole number or `rng` not a Generator.
    ValueError
        If a count is out of its range.

    Examples
    --------
    >>> drawn = sentences(1, np.random.default_rng(7), most_adjectives=1)
    >>> " ".join(SOURCE_WORDS[k - 3] for k in drawn.source[0] if k >= 3)
    'red fox sees quick child'
    >>> " ".join(TARGET_WORDS[k - 3] for k in drawn.target[0] if k >= 3)
    'venka ora sodi aze tumak'
    >>> drawn.alignment.tolist()
    [[1, 0, 4, 3, 2, -1]]
    """
    n = check_count("n", n, 1)
    most = check_count("most_adjectives", most_adjectives, 0, len(LEXICON["adjective"]), "adjectives there are")
    rng, longest = check_generator("rng", rng), 3 + 2 * most
    source, target = np.full((n, longest), PADDING), np.full((n, longest + 2), END)
    lengths, alignment = np.empty(n, dtype=np.int64), np.full((n, longest + 1), -1)
    target[:, 0] = START
    for i in range(n):
        subject, thing = (
            [*_draw("adjective", int(rng.integers(0, most + 1)), rng), noun] for noun in _draw("noun", 2, rng)
        )
        words = np.array([*subject, *_draw("verb", 1, rng), *thing])
        verb, lengths[i] = len(subject), len(words)
        places = [*range(verb)[::-1], *range(verb + 1, len(words))[::-1], verb]
        source[i, : len(words)] = words
        target[i, 1 : len(words) + 1] = words[places]  # word k of one language means word k of the other
        alignment[i, : len(words)] = places
    return Sentences(source, lengths, target, alignment)
