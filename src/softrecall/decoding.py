"""From scores for the next token to text: greedy, sampled with or without cuts, or by beam search."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from softrecall._checks import (
    as_ids,
    as_numeric,
    check_count,
    check_finite,
    check_generator,
    check_number,
    kind_of,
)
from softrecall.similarity import softmax

__all__ = ["beam", "greedy", "next_token", "sample"]

Step = Callable[[np.ndarray], ArrayLike]
ROOM = 1e-12  # a sum of probabilities that misses top_p by no more than this reaches it: 0.6 + 0.3 is below 0.9


def next_token(
    logits: ArrayLike, *, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None
) -> np.ndarray:
    r"""Turn scores into the probabilities that a token is drawn from.

    The scores are divided by the temperature and go through softmax; then `top_k` keeps the k most probable tokens,
    and `top_p` keeps, of these, the fewest whose probabilities sum to p. What is cut gets exactly 0, and the rest is
    scaled to sum to 1 after each cut.

    Parameters
    ----------
    logits : (..., n_tokens)
        One row of scores for each prediction, finite. Not modified.
    temperature : float
        Finite, >= 0: 1 / beta. At 0 the highest score gets everything, the first of several that are equal.
    top_k : int, optional
        From 1 to n_tokens: exactly so many tokens are kept. None keeps all.
    top_p : float, optional
        Above 0, at most 1: the sum that is to be reached. At least one token is kept. None or 1 keeps all.

    Returns
    -------
    (..., n_tokens) of float
        Of tokens with the same score, those with smaller ids are kept first.

    Raises
    ------
    TypeError
        If `logits` does not hold real numbers, or a setting is of the wrong kind.
    ValueError
        If a score is not finite, a setting is out of its range, or scores divided by the temperature overflow.

    References
    ----------
    Fan et al. (2018), Hierarchical neural story generation (top-k); Holtzman et al. (2020), The curious case of neural
    text degeneration (top-p).

    Examples
    --------
    >>> logits = np.log([0.5, 0.3, 0.1, 0.1])
    >>> next_token(logits, top_k=2).round(3)
    array([0.625, 0.375, 0.   , 0.   ])
    >>> next_token(logits, top_p=0.85).round(3)
    array([0.556, 0.333, 0.111, 0.   ])
    """
    scores = as_numeric("logits", logits)
    check_finite("logits", scores)
    temperature = check_number("temperature", temperature, low=0)
    n_kept = None if top_k is None else check_count("top_k", top_k, 1, scores.shape[-1], "n_tokens")
    share = None if top_p is None else _check_share(top_p)
    order = np.argsort(-scores, axis=-1, kind="stable")  # ids of (..., n_tokens) from the highest score down
    if temperature == 0:
        best = np.zeros(scores.shape, dtype=np.result_type(scores, np.float32))
        np.put_along_axis(best, order[..., :1], 1.0, axis=-1)
        return best
    sorted_ = np.take_along_axis(_tempered(scores, temperature), order, axis=-1)
    if n_kept is not None:
        sorted_[..., n_kept:] = 0
        sorted_ /= sorted_.sum(axis=-1, keepdims=True)
    if share is not None and share < 1:
        before = np.cumsum(sorted_, axis=-1) - sorted_  # what the more probable tokens sum to
        sorted_[(before >= share - ROOM) & (np.arange(scores.shape[-1]) > 0)] = 0
        sorted_ /= sorted_.sum(axis=-1, keepdims=True)
    chances = np.empty_like(sorted_)
    np.put_along_axis(chances, order, sorted_, axis=-1)
    return chances


def sample(
    step: Step,
    prompt: ArrayLike,
    n_new: int,
    rng: np.random.Generator,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
) -> np.ndarray:
    """Go on with a text, one drawn token after the other.

    Parameters
    ----------
    step : callable
        ``step(ids)`` gives the scores (n_tokens,) of what follows ids (n,), an array of int64. Any language model.
    prompt : (n,) of int
        What stands at the beginning; may be empty. Not modified.
    n_new : int
        How many tokens to write, >= 0.
    rng : numpy.random.Generator
        One number is drawn for each token.
    temperature, top_k, top_p : optional
        As `next_token` takes them.

    Returns
    -------
    (n_new,) of int64
        The new tokens alone.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described, or `step` gives no row of finite scores.

    Examples
    --------
    >>> sample(lambda ids: np.log([0.1, 0.9]), [0], 8, np.random.default_rng(0))
    array([1, 1, 0, 0, 1, 1, 1, 1])
    """
    check_generator("rng", rng)

    def draw(scores: np.ndarray) -> int:
        chances = next_token(scores, temperature=temperature, top_k=top_k, top_p=top_p)
        at = int(np.searchsorted(np.cumsum(chances), rng.random(), side="right"))
        return at if at < len(chances) else int(np.flatnonzero(chances)[-1])  # sums fall short of 1 by rounding

    return _write(step, prompt, n_new, draw)


def greedy(step: Step, prompt: ArrayLike, n_new: int) -> np.ndarray:
    """Go on with a text, always with the most probable token.

    That is not the most probable text: a first token that is a little less probable can lead to more probable ones.

    Parameters
    ----------
    step : callable
        As `sample` takes it.
    prompt : (n,) of int
        What stands at the beginning; may be empty. Not modified.
    n_new : int
        How many tokens to write, >= 0.

    Returns
    -------
    (n_new,) of int64
        The new tokens alone. Of tokens with the same score, the one with the smallest id is taken.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described, or `step` gives no row of finite scores.

    Examples
    --------
    >>> greedy(lambda ids: [0.0, 2.0, 1.0], [0], 3)
    array([1, 1, 1])
    """
    return _write(step, prompt, n_new, lambda scores: int(np.argmax(scores)))


def beam(step: Step, prompt: ArrayLike, n_new: int, width: int) -> tuple[np.ndarray, float]:
    """Look for the most probable way of going on, and keep the `width` most probable beginnings at each token.

    Parameters
    ----------
    step : callable
        As `sample` takes it.
    prompt : (n,) of int
        What stands at the beginning; may be empty. Not modified.
    n_new : int
        How many tokens to write, >= 0.
    width : int
        How many beginnings are kept, >= 1. At 1 it is `greedy`; at n_tokens ** (n_new - 1) and above nothing is missed.

    Returns
    -------
    ids : (n_new,) of int64
        The most probable text found, its new tokens alone.
    log_probability : float
        The logarithm of its probability given the prompt, in nats.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described, or `step` gives no row of finite scores.

    Examples
    --------
    >>> def step(ids):  # 0 comes first a little more often, but then nothing is certain
    ...     return np.log([[0.6, 0.4], [0.5, 0.5], [0.01, 0.99]][0 if len(ids) == 0 else 1 + ids[-1]])
    >>> greedy(step, [], 2), beam(step, [], 2, 2)[0]
    (array([0, 0]), array([1, 1]))
    """
    start, n_new = _check_writing(step, prompt, n_new)
    width = check_count("width", width, 1)
    texts, logs = start[None], np.zeros(1)  # (n_texts, n), (n_texts,)
    for _ in range(n_new):
        scores = np.stack([_scores(step, ids) for ids in texts]).astype(np.float64)  # (n_texts, n_tokens)
        high = scores.max(axis=-1, keepdims=True)
        scores = scores - high - np.log(np.exp(scores - high).sum(axis=-1, keepdims=True))
        total = (logs[:, None] + scores).ravel()
        best = np.argsort(-total, kind="stable")[:width]
        text, token = np.divmod(best, scores.shape[-1])
        texts, logs = np.concatenate([texts[text], token[:, None]], axis=1), total[best]
    return texts[0, len(start) :], float(logs[0])


def _tempered(scores: np.ndarray, temperature: float) -> np.ndarray:
    """Softmax at 1 / temperature."""
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        beta = 1 / np.float64(temperature)
        is_fine = np.isfinite(beta) and np.isfinite(scores * beta).all()
    if not is_fine:
        raise ValueError(
            f"logits, temperature: logits / temperature must be finite; got a temperature of {temperature}"
        )
    return softmax(scores, float(beta))


def _check_share(top_p: float) -> float:
    """Refuse what is no share above 0."""
    share = check_number("top_p", top_p, 0, 1)
    if share == 0:
        raise ValueError("top_p: must be above 0 (else no token is left); got 0")
    return share


def _check_writing(step: object, prompt: ArrayLike, n_new: int) -> tuple[np.ndarray, int]:
    """Refuse what is no model, no row of ids, or no number of tokens."""
    if not callable(step):
        raise TypeError(f"step: must be callable, ids -> logits; got {kind_of(step)}")
    return as_ids("prompt", prompt, can_be_empty=True), check_count("n_new", n_new)


def _scores(step: Step, ids: np.ndarray) -> np.ndarray:
    """Ask the model, and refuse what is no row of finite scores."""
    scores = as_numeric("step", step(ids))
    check_finite("step", scores)
    if scores.ndim != 1:
        raise ValueError(f"step: must give one row of scores, (n_tokens,); got shape {scores.shape}")
    return scores


def _write(step: Step, prompt: ArrayLike, n_new: int, choose: Callable[[np.ndarray], int]) -> np.ndarray:
    """Append one token after the other."""
    start, n_new = _check_writing(step, prompt, n_new)
    ids = np.concatenate([start, np.empty(n_new, dtype=np.int64)])
    for n in range(len(start), len(ids)):
        ids[n] = choose(_scores(step, ids[:n].copy()))
    return ids[len(start) :]
