"""The numbers of the widget ``TransformerFlow`` in NumPy: the forward pass of one block, part by part."""

import json
from functools import lru_cache
from typing import Any

import numpy as np

from softrecall.similarity import softmax
from softrecall.widgets._weights import unpack

ANIMALS, VERBS, ASKED = ("cat", "dog", "fox", "owl"), ("sees", "hears"), ("who", "whom", "same")
WORDS = (*ANIMALS, *VERBS, *ASKED, "yes", "no")
N_HEADS, D_K = 2, 4
LAYER = "body.layers.0"
EPS = 1e-5  # of torch.nn.LayerNorm
FLOORS = dict.fromkeys("xnqkvsbaymhfzt", 1e-12) | {"logits": 1e-12}  # sums of numbers of either sign


def follows(first: str, verb: str, second: str, asked: str) -> str:
    """Give the word that comes next by the rules of the language, which pay no heed to the verb."""
    return {"who": first, "whom": second, "same": "yes" if first == second else "no"}[asked]


@lru_cache(maxsize=2)
def arrays(text: str) -> dict[str, np.ndarray]:
    """Read the arrays of a text of weights."""
    return unpack(json.loads(text)["arrays"])


def linear(w: dict[str, np.ndarray], name: str, x: np.ndarray) -> np.ndarray:
    """Multiply each row by the matrix of this name, and add its bias."""
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def norm(w: dict[str, np.ndarray], name: str, x: np.ndarray) -> np.ndarray:
    """Shift and scale each row to mean 0 and variance 1, then by what was learned."""
    centred = x - x.mean(axis=-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPS)
    return scaled * w[f"{name}.weight"] + w[f"{name}.bias"]


def heads(x: np.ndarray) -> np.ndarray:
    """Split (n, d_model) into heads: (n_heads, n, d_k)."""
    return x.reshape(len(x), N_HEADS, D_K).swapaxes(0, 1)


def forward(
    w: dict[str, np.ndarray], ids: list[int], positions: bool, residual: bool, network: bool, mask: bool
) -> dict[str, np.ndarray]:
    """Carry four words through the block. A part that is taken away gives 0, or is passed over."""
    n = len(ids)
    x = w["tokens.weight"][ids] * np.sqrt(N_HEADS * D_K) + positions * w["positions.rows"]  # (n, d_model)
    normed = norm(w, f"{LAYER}.own_norm", x)
    q, k, v = (heads(linear(w, f"{LAYER}.own.w_{name}", normed)) for name in "qkv")  # (n_heads, n, d_k)
    s = q @ k.swapaxes(1, 2) / np.sqrt(D_K)  # (n_heads, n, n)
    weights = softmax(s)
    if mask:
        seen = np.exp(s - np.where(np.tri(n) > 0, s, -np.inf).max(axis=-1, keepdims=True)) * np.tri(n)
        weights = seen / seen.sum(axis=-1, keepdims=True)
    b = weights @ v
    a = linear(w, f"{LAYER}.own.w_o", b.swapaxes(0, 1).reshape(n, -1))
    y = x + a if residual else a
    m = norm(w, f"{LAYER}.feed_norm", y)
    h = network * np.maximum(linear(w, f"{LAYER}.feed.0", m), 0)  # (n, d_ff)
    f = network * linear(w, f"{LAYER}.feed.2", h)
    z = (y + f if residual else f) if network else y
    t = norm(w, "body.norm", z)
    logits = linear(w, "out", t)  # (n, n_tokens)
    parts = {"x": x, "n": normed, "q": q, "k": k, "v": v, "s": s, "w": weights, "b": b, "a": a, "y": y, "m": m, "h": h}
    return parts | {"f": f, "z": z, "t": t, "logits": logits, "chances": softmax(logits)}


def compute(
    first: str,
    verb: str,
    second: str,
    asked: str,
    positions: bool,
    residual: bool,
    network: bool,
    mask: bool,
    weights: str,
    **_: Any,
) -> dict[str, Any]:
    """Every matrix on the way, a row for each word; those of the heads are stacked.

    Besides: ``whole``, the chances of the next word with nothing taken away; ``swapped``, those after the last word of
    the sentence with its animals swapped; ``best``, the likeliest word after each; ``meant``, the one that the rules
    ask for at the end. Words are numbers of `WORDS`.
    """
    w, switches = arrays(weights), (positions, residual, network, mask)
    ids = [WORDS.index(word) for word in (first, verb, second, asked)]
    found = forward(w, ids, *switches)
    return found | {
        "whole": forward(w, ids, True, True, True, True)["chances"],
        "swapped": forward(w, [ids[2], ids[1], ids[0], ids[3]], *switches)["chances"][-1],
        "best": found["chances"].argmax(axis=-1),
        "meant": WORDS.index(follows(first, verb, second, asked)),
    }
