"""The numbers of the widget ``TinyGPT`` in NumPy: the stored language model, and the table of four characters."""

import json
import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from softrecall.decoding import next_token
from softrecall.similarity import softmax
from softrecall.widgets._weights import unpack
from softrecall.widgets.transformer_flow.numbers import linear, norm

ALPHABET = (
    "\n !\"#%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_abcdefghijklmnopqrstuvwxyz{|}~"
    "\xb0\xdf\u2013\u2014\u2018\u2019\u201c\u201d\u2026"  # degree, sharp s, dashes, quotation marks, ellipsis
)
"""The 103 characters of the documentation, in the order of their ids."""

READERS = ("GPT", "4-gram")
N_READ, N_HEADS, ORDER = 64, 4, 4
WEIGHTS, READ = (Path(__file__).with_name(f"{name}.json") for name in ("weights", "text"))
_ID = {sign: i for i, sign in enumerate(ALPHABET)}
_erf = np.vectorize(math.erf, otypes=[np.float64])


def encode(text: str) -> np.ndarray:
    """Give the ids of a text, (n,) of int; a KeyError names a character outside the alphabet."""
    return np.array([_ID[sign] for sign in text], dtype=np.int64)


class Model:
    """The stored language model: `softrecall.transformer.GPT` with its weights rounded to 8 bits, in float64.

    Parameters
    ----------
    text : str, optional
        A text of weights, as the file beside this module holds it. None means that file.

    Attributes
    ----------
    alphabet : str
        The character of each id.

    Examples
    --------
    >>> model = Model()
    >>> model.step(encode("The list")).shape
    (103,)
    """

    alphabet = ALPHABET

    def __init__(self, text: str | None = None) -> None:
        stored = json.loads(WEIGHTS.read_text(encoding="utf-8") if text is None else text)
        self.about: dict[str, Any] = stored["about"]
        self.weights = unpack(stored["arrays"])
        self.n_layers = sum(name.endswith(".own_norm.weight") for name in self.weights)

    def read(self, ids: Sequence[int] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Read at most 64 ids.

        Parameters
        ----------
        ids : (n,) of int
            Not modified.

        Returns
        -------
        logits : (n, n_tokens)
            Scores of what follows each.
        weights : (n_layers * n_heads, n, n)
            What each head puts on each id, layer after layer.

        Raises
        ------
        ValueError
            If there is no id, or there are more than 64.
        """
        logits, seen = self._read(ids)
        return logits, np.concatenate(seen)

    def _read(self, ids: Sequence[int] | np.ndarray, is_last: bool = False) -> tuple[np.ndarray, list[np.ndarray]]:
        """Read ids, all of them or only as far as the last one needs: (1, n_tokens), and the weights of each layer."""
        w, n = self.weights, len(ids)
        if not 1 <= n <= N_READ:
            raise ValueError(f"ids: needed 1 to {N_READ} (the positions of the model); got {n}")
        x = w["tokens.weight"][np.asarray(ids)]  # (n, d_model)
        x = x * math.sqrt(x.shape[1]) + w["positions.rows"][:n]
        mask, seen = np.where(np.tri(n) > 0, 0.0, -np.inf), []
        for i in range(self.n_layers):
            name = f"body.layers.{i}"
            y = norm(w, f"{name}.own_norm", x)
            k, v = (_heads(linear(w, f"{name}.own.w_{one}", y)) for one in "kv")  # (n_heads, n, d_k)
            if is_last and i == self.n_layers - 1:
                x, y, mask = x[-1:], y[-1:], mask[-1:]
            q = _heads(linear(w, f"{name}.own.w_q", y))
            scores = q @ k.swapaxes(1, 2) / math.sqrt(q.shape[-1]) + mask  # (n_heads, n, n)
            alpha = np.exp(scores - scores.max(axis=-1, keepdims=True))
            alpha /= alpha.sum(axis=-1, keepdims=True)
            x = x + linear(w, f"{name}.own.w_o", (alpha @ v).swapaxes(0, 1).reshape(len(x), -1))
            x = x + linear(w, f"{name}.feed.2", gelu(linear(w, f"{name}.feed.0", norm(w, f"{name}.feed_norm", x))))
            seen.append(alpha)
        return linear(w, "out", norm(w, "body.norm", x)), seen

    def logits(self, ids: Sequence[int] | np.ndarray) -> np.ndarray:
        """Score what follows each of at most 64 ids, (n, n_tokens): see `read`."""
        return self.read(ids)[0]

    def step(self, ids: Sequence[int] | np.ndarray) -> np.ndarray:
        """Score what follows the last id, (n_tokens,); of a longer text the last 64 ids are read."""
        return self._read(ids[-N_READ:], is_last=True)[0][-1]


def _heads(x: np.ndarray) -> np.ndarray:
    """Split (n, d_model) into heads: (n_heads, n, d_k)."""
    return x.reshape(len(x), N_HEADS, -1).swapaxes(0, 1)


def gelu(x: np.ndarray) -> np.ndarray:
    """Let each number through by the chance that a normal one is smaller."""
    return x / 2 * (1 + _erf(x / math.sqrt(2)))


@lru_cache(maxsize=2)
def load(text: str | None = None) -> Model:
    """Give the model of a text of weights, None for the one stored beside this module; made once."""
    return Model(text)


class Table:
    """What a table of four characters knows of a text: how often each character followed each run of up to four.

    Parameters
    ----------
    text : str
        What it has read, in characters of `ALPHABET`.

    Notes
    -----
    Orders are interpolated as Witten and Bell (1991) do: a run that was seen n times, before t different characters,
    leaves t / (n + t) of the chance to the shorter run. `softrecall.ngrams.NGram` counts the same in another way.
    """

    def __init__(self, text: str) -> None:
        self.ids = encode(text)
        self._ends = {sign: np.flatnonzero(self.ids[:-1] == sign) for sign in range(len(ALPHABET))}
        self.after = lru_cache(maxsize=4096)(self._after)

    def _after(self, context: tuple[int, ...]) -> tuple[np.ndarray, list[float], int]:
        """Read at most four ids: chances (n_tokens,), the share of each order in them, how often all were seen."""
        chances, shares = np.full(len(ALPHABET), 1 / len(ALPHABET)), [1.0]
        ends, n_seen = np.arange(-1, len(self.ids) - 1), 0
        for order in range(len(context) + 1):
            if order:
                sign = context[-order]
                ends = self._ends[sign] if order == 1 else ends[ends >= order - 1]
                ends = ends[self.ids[ends - order + 1] == sign]
            counts = np.bincount(self.ids[ends + 1], minlength=len(ALPHABET))
            n_seen, n_kinds = len(ends), np.count_nonzero(counts)
            left = n_kinds / (n_seen + n_kinds) if n_seen else 1.0
            chances = counts / (n_seen + n_kinds) + left * chances if n_seen else chances
            shares = [left * share for share in shares] + [n_seen / (n_seen + n_kinds) if n_seen else 0.0]
        return chances, shares, n_seen


@lru_cache(maxsize=2)
def table(text: str) -> Table:
    """Give the table of a stored text; made once."""
    return Table(json.loads(text)["text"])


@lru_cache(maxsize=64)
def reads(text: str, weights: str, data_text: str) -> tuple[np.ndarray, np.ndarray, list[Any]]:
    """Give what both make of a text of at most 64 characters: logits, weights of the heads, and `Table.after` each."""
    ids, counts = encode(text), table(data_text)
    after = [counts.after(tuple(ids[max(0, i + 1 - ORDER) : i + 1].tolist())) for i in range(len(ids))]
    return *load(weights).read(ids), after


def compute(
    text: str,
    back: int,
    reader: str,
    temperature: float,
    top_k: int,
    top_p: float,
    weights: str,
    data_text: str,
    **_: Any,
) -> dict[str, Any]:
    """Read the text with both: see ``compute`` in the script for each part."""
    read = text[-N_READ:]
    ids, at = encode(read), max(0, len(read) - 1 - back)
    logits, heads, after = reads(read, weights, data_text)
    plain = [softmax(logits), np.stack([chances for chances, *_ in after])]  # (n, n_tokens) each
    chances, shares, n_seen = after[at]
    scores = logits[at] if reader == READERS[0] else np.log(chances)
    places = np.arange(len(ids) - 1)
    costs = [-np.log(one[places, ids[1:]]) for one in plain]  # (n - 1,) each
    return {
        "heads": heads[:, at, : at + 1],
        "shares": shares,
        "seen": n_seen,
        "chances": next_token(scores, temperature=temperature),
        "kept": next_token(scores, temperature=temperature, top_k=top_k, top_p=top_p),
        "plain": [one[at] for one in plain],
        "surprises": np.mean(costs, axis=1) if len(ids) > 1 else None,
        "came": ids[at + 1] if at + 1 < len(ids) else None,
    }
