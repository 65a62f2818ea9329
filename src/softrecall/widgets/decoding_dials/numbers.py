"""The numbers of the widget ``DecodingDials`` in NumPy: what the dials leave, and ten texts that are drawn from it."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np

from softrecall.decoding import next_token
from softrecall.similarity import softmax
from softrecall.widgets._random import chances as luck_of
from softrecall.widgets.tiny_gpt.numbers import ALPHABET, encode, load

PROMPTS = {
    "sentence": "For example, ",
    "word": "Changed in ver",
    "bracket": "(see section ",
    "code": "   >>> ",
}
"""What is continued. Each stands in the tenth of the documentation on which the model was not trained."""

N_SAMPLES, N_NEW, RUN = 10, 40, 8
PEOPLE = {"cost": 1.233, "repeated": 0.14}
"""The same two numbers of text that people wrote: passages of 40 characters of that tenth, each after 24 others."""


class Written(NamedTuple):
    """Texts, and their mean surprise in nats per character under the model as it is, to nine decimals."""

    samples: list[str]
    cost: float


@lru_cache(maxsize=64)
def write(prompt: str, temperature: float, top_k: int, top_p: float, seed: int, weights: str | None = None) -> Written:
    """Continue a prompt ten times, by 40 characters each.

    Parameters
    ----------
    prompt : str
        One of the names in `PROMPTS`.
    temperature, top_k, top_p
        As `softrecall.decoding.next_token` takes them.
    seed : int
        Of the random numbers: the i-th character of the s-th sample has one of its own, whatever the dials are.
    weights : str, optional
        A text of weights, None for the stored one.

    Returns
    -------
    Written
    """
    model, start = load(weights), tuple(map(int, encode(PROMPTS[prompt])))
    luck = luck_of(seed, N_SAMPLES * N_NEW).reshape(N_SAMPLES, N_NEW)

    @cache
    def read(ids: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        logits = model.step(ids)
        return next_token(logits, temperature=temperature, top_k=top_k, top_p=top_p), -np.log(softmax(logits))

    samples, costs = [], []
    for row in luck:
        ids = start
        for one in row:
            kept, surprise = read(ids)
            drawn = one_of(kept, one)
            ids = (*ids, drawn)
            costs.append(surprise[drawn])
        samples.append("".join(ALPHABET[i] for i in ids[len(start) :]))
    return Written(samples, round(float(np.mean(costs)), 9))


def one_of(chances: np.ndarray, luck: float) -> int:
    """Give the first id at which the sum of chances goes beyond a number from 0 to 1; of those with a chance."""
    ids = np.flatnonzero(chances)
    place = int(np.searchsorted(np.cumsum(chances[ids]), luck, side="right"))
    return int(ids[min(place, len(ids) - 1)])


def repeats(samples: Sequence[str]) -> tuple[list[list[list[int]]], float]:
    """Find the runs of eight characters that were there before, in the same sample or in one above it.

    Parameters
    ----------
    samples : sequence of str
        In the order in which they are read.

    Returns
    -------
    stretches : list of list of [from, to]
        For each sample the stretches that such runs cover together.
    share : float
        Of all runs; 0 if there are none.
    """
    seen: set[str] = set()
    found, n_runs, n_again = [], 0, 0
    for text in samples:
        stretches: list[list[int]] = []
        for end in range(RUN, len(text) + 1):
            run = text[end - RUN : end]
            n_runs += 1
            if run in seen:
                n_again += 1
                if stretches and end - RUN <= stretches[-1][1]:
                    stretches[-1][1] = end
                else:
                    stretches.append([end - RUN, end])
            seen.add(run)
        found.append(stretches)
    return found, n_again / n_runs if n_runs else 0.0


def compute(
    prompt: str,
    temperature: float,
    top_k: int,
    top_p: float,
    samples: Sequence[str],
    weights: str,
    **_: Any,
) -> dict[str, Any]:
    """Read the prompt, and the samples for repetitions: see ``compute`` in the script for each part."""
    logits = load(weights).step(encode(PROMPTS[prompt]))
    stretches, share = repeats(samples)
    return {
        "gave": softmax(logits),
        "chances": next_token(logits, temperature=temperature),
        "kept": next_token(logits, temperature=temperature, top_k=top_k, top_p=top_p),
        "stretches": stretches,
        "repeated": share,
    }
