"""The numbers of the widget ``DateAlignment`` in NumPy: the forward pass of the stored network."""

import datetime
import json
import re
from functools import lru_cache
from typing import Any

import numpy as np

from softrecall.similarity import softmax
from softrecall.tasks import DATE_TOKENS, encode_dates
from softrecall.tasks.dates import MONTHS
from softrecall.widgets._weights import unpack

N_WRITTEN, START = 10, 1
STYLES = (
    (r"(?:[a-z]{3} )?(\d\d?) ([a-z]+) (\d{4})", "dmy"),
    (r"([a-z]+) (\d\d?), (\d{4})", "mdy"),
    (r"(\d\d?)\.(\d\d?)\.(\d{4})", "dmy"),
    (r"(\d\d?)/(\d\d?)/(\d{4})", "mdy"),
)


@lru_cache(maxsize=2)
def arrays(text: str) -> dict[str, np.ndarray]:
    """Read the arrays of a text of weights."""
    return unpack(json.loads(text)["arrays"])


def gru(w: dict[str, np.ndarray], name: str, x: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """Take one step of a GRU: x (n_in,) and the state before, (n_hidden,), give the state after."""
    n = len(hidden)
    from_x, from_h = (w[f"{name}.w_{k}"] @ v + w[f"{name}.b_{k}"] for k, v in (("x", x), ("h", hidden)))
    r, z = np.split(1 / (1 + np.exp(-(from_x[: 2 * n] + from_h[: 2 * n]))), 2)
    return z * hidden + (1 - z) * np.tanh(from_x[2 * n :] + r * from_h[2 * n :])


def encode(w: dict[str, np.ndarray], tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Read in both directions: a key for each letter, (n_letters, 64), and the state in which writing begins."""
    ways = {}
    for way, order in (("forward", tokens), ("backward", tokens[::-1])):
        states = [np.zeros(32)]
        for token in order:
            states.append(gru(w, f"encoder.{way}_cell", w["embed.weight"][token], states[-1]))
        ways[way] = np.stack(states[1:])
    keys = np.concatenate([ways["forward"], ways["backward"][::-1]], axis=1)
    return keys, np.tanh(w["first.weight"] @ ways["backward"][-1] + w["first.bias"])


def compute(text: str, look: str, letter: int, weights: str, **_: Any) -> dict[str, Any]:
    """Write ten characters: see ``compute`` in the script for each part."""
    w = arrays(weights)
    (tokens,), _lengths = encode_dates([text])
    keys, hidden = encode(w, tokens)
    n, held = len(text), min(letter, len(text)) - 1
    from_keys = keys @ w["decoder.alignment.w_k.weight"].T + w["decoder.alignment.w_k.bias"]
    token, maps, written, chances = START, [], [], []
    for _step in range(N_WRITTEN):
        asked = np.tanh(w["decoder.alignment.w_q.weight"] @ hidden + from_keys)  # (n, n_align)
        own = softmax(asked @ w["decoder.alignment.v.weight"][0])
        alpha = {"free": own, "even": np.full(n, 1 / n), "fixed": np.eye(n)[held]}[look]
        context = alpha @ keys
        hidden = gru(w, "decoder.cell", np.concatenate([w["embed.weight"][token], context]), hidden)
        scores = w["decoder.out.weight"] @ np.concatenate([hidden, context]) + w["decoder.out.bias"]
        token = int(scores.argmax())
        maps.append(alpha)
        written.append(DATE_TOKENS[token - 2] if token > 1 else "?")
        chances.append(softmax(scores)[token])
    text_written = "".join(written)
    return {
        "written": text_written,
        "map": maps,
        "chances": chances,
        "stretches": [stretch(alpha) for alpha in maps],
        "meant": meant(text),
        "isDay": is_day(text_written),
    }


def stretch(alpha: np.ndarray) -> list[float]:
    """Find the shortest run of letters that holds 0.9 of the weight: its start, its end (excluded) and its weight."""
    sums = np.concatenate([[0.0], np.cumsum(alpha)])
    n = len(alpha)
    runs = [(b - a, a, b, sums[b] - sums[a]) for a in range(n) for b in range(a + 1, n + 1)]
    size = min(length for length, *_, held in runs if held > 0.9 - 1e-9)
    _, a, b, held = max((run for run in runs if run[0] == size), key=lambda run: round(run[3], 9))
    return [a, b, float(held)]


def meant(text: str) -> str:
    """Read a text in one of the five styles as ISO 8601, whether there is such a day or not; "" for any other text."""
    for pattern, order in STYLES:
        if found := re.fullmatch(pattern, text):
            parts = dict(zip(order, found.groups(), strict=True))
            names = [i + 1 for i, month in enumerate(MONTHS) if parts["m"] in (month, month[:3])]
            number = int(parts["m"]) if parts["m"].isdigit() else next(iter(names), 0)
            return f"{parts['y']}-{number:02d}-{int(parts['d']):02d}" if number else ""
    return ""


def is_day(written: str) -> bool:
    """Say whether ten characters are a day of the calendar."""
    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", written) and datetime.date.fromisoformat(written))
    except ValueError:
        return False
