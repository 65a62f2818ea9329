"""Let the small language model of the book write in many ways, and measure what it writes beside what people wrote.

It writes ``src/softrecall/data/sampling.json``. Run it with ``OMP_NUM_THREADS=1 python experiments/sampling.py``: about
five minutes on one core. The weights are those that the widget ``TinyGPT`` carries. Each way of decoding continues the
same held-out prompts; a table of five characters, which has nothing to do with the network, judges all texts.
"""

from __future__ import annotations

import datetime
import json
import platform
import sys
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from softrecall import decoding
from softrecall.ngrams import NGram
from softrecall.tasks import DOCUMENTATION_SHA256, Alphabet, documentation
from softrecall.widgets.tiny_gpt.numbers import load

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "data" / "sampling.json"
N_SEEDS, N_PROMPTS, N_PROMPT, N_NEW = 3, 16, 32, 160
JUDGE, N_GRAM, N_REPEAT, N_CANDIDATES, N_ORDERS, N_HELD_ORDERS = 5, 4, 16, 16, 9, 7
SAMPLED: dict[str, dict[str, Any]] = {
    "temperature 0.5": {"temperature": 0.5},
    "temperature 0.7": {"temperature": 0.7},
    "temperature 0.85": {"temperature": 0.85},
    "temperature 1": {},
    "temperature 1.3": {"temperature": 1.3},
    "temperature 2": {"temperature": 2.0},
    "top-k 5": {"top_k": 5},
    "top-p 0.9": {"top_p": 0.9},
}
Step = Callable[[np.ndarray], np.ndarray]

# ---- what is measured of a text --------------------------------------------------------------------------------------


def grams(ids: np.ndarray, n: int) -> list[bytes]:
    """All passages of n tokens, in order."""
    return [row.tobytes() for row in np.lib.stride_tricks.sliding_window_view(np.asarray(ids, dtype=np.int64), n)]


def distinct(ids: np.ndarray, n: int = N_GRAM) -> float:
    """Share of different passages of n tokens among all of them."""
    found = grams(ids, n)
    return len(set(found)) / len(found)


def repeated(ids: np.ndarray, n: int = N_REPEAT) -> float:
    """Share of passages of n tokens that stood before in the same text."""
    return 1 - distinct(ids, n)


def known_of(pieces: Iterable[Any], known: set[Any]) -> tuple[int, int]:
    """Count the pieces that are known, and all of them."""
    found = [piece in known for piece in pieces]
    return sum(found), len(found)


def words(text: str) -> list[str]:
    """Cut a text at everything that is no letter; the first and the last piece may be cut words and are left out."""
    return "".join(c if c.isalpha() else " " for c in text).split()[1:-1]


def remembered(model: Any, n_read: int = 64) -> Step:
    """Give the step of a model that keeps its latest answers: what was just written is measured at no cost."""
    answer = lru_cache(maxsize=8192)(lambda seen: model.step(np.frombuffer(seen, dtype=np.int64)))
    return lambda ids: answer(np.asarray(ids[-n_read:], dtype=np.int64).tobytes())


class Yardstick:
    """What a text is measured with: the network itself, the table that judges, and what the training text holds."""

    def __init__(self, model: Any, training: np.ndarray) -> None:
        self.step, self.alphabet = remembered(model), Alphabet(model.alphabet)
        self.judge = NGram(training, JUDGE, len(model.alphabet))
        self.words = set(words(self.alphabet.decode(training)))
        self.passages = set(grams(training, N_REPEAT))

    def model_surprise(self, prompt: np.ndarray, new: np.ndarray) -> np.ndarray:
        """Nats of each new token under the network at temperature 1, with what it can see of the text before."""
        ids, found = np.concatenate([prompt, new]), []
        for i in range(len(prompt), len(ids)):
            found.append(-np.log(decoding.next_token(self.step(ids[:i]))[ids[i]]))
        return np.array(found)

    def measure(self, prompt: np.ndarray, new: np.ndarray) -> dict[str, Any]:
        ids = np.concatenate([prompt, new])
        return {
            "model": float(self.model_surprise(prompt, new).mean()),
            "judge": float(self.judge.surprisals(ids)[len(prompt) :].mean()),
            "distinct": distinct(new),
            "repeated": repeated(new),
            "words": known_of(words(self.alphabet.decode(new)), self.words),
            "copied": known_of(grams(new, N_REPEAT), self.passages),
        }


def mean_of(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Average over texts; shares of words and passages are taken of all texts together, since some hold hardly any."""
    found = {key: np.array([row[key] for row in rows], dtype=float) for key in rows[0]}
    return {
        key: float(value.mean() if value.ndim == 1 else value[:, 0].sum() / value[:, 1].sum())
        for key, value in found.items()
    }


# ---- the ways of writing ---------------------------------------------------------------------------------------------


def prompts(ids: np.ndarray, n: int = N_PROMPTS) -> list[tuple[np.ndarray, np.ndarray]]:
    """Cut n passages from all over the last tenth: a prompt, and what people wrote after it."""
    rest = ids[len(ids) * 9 // 10 :]
    starts = np.linspace(0, len(rest) - N_PROMPT - N_NEW, n).astype(int)
    return [(rest[i : i + N_PROMPT], rest[i + N_PROMPT : i + N_PROMPT + N_NEW]) for i in starts]


def entropy_by_temperature(step: Step, cut: list[tuple[np.ndarray, np.ndarray]]) -> dict[str, float]:
    """Mean entropy of what the network says of the next token, all along the texts that people wrote."""
    found: dict[str, list[float]] = {str(t): [] for t in (0.5, 0.7, 1.0, 1.3, 2.0)}
    for prompt, human in cut:
        ids = np.concatenate([prompt, human])
        for i in range(N_PROMPT, len(ids), 4):
            logits = step(ids[:i])
            for t, row in found.items():
                p = decoding.next_token(logits, temperature=float(t))
                row.append(-float(p @ np.log(np.maximum(p, 1e-300))))
    return {t: float(np.mean(row)) for t, row in found.items()}


def candidates(stick: Yardstick, drawn: list[list[dict[str, Any]]]) -> dict[str, list[dict]]:
    """Of the first 1, 2, 4 ... candidates for each prompt keep the most probable, or the one that repeats least."""
    found: dict[str, list[dict]] = {}
    for rule, sign, key in (("most probable", 1, "model"), ("least repeated", -1, "distinct")):
        found[rule] = []
        for n in [2**i for i in range(20) if 2**i <= len(drawn[0])]:
            kept = [min(row[:n], key=lambda text: sign * text[key]) for row in drawn]
            found[rule].append({"of": n} | mean_of(kept))
    return found


# ---- how true the probabilities are ----------------------------------------------------------------------------------


def calibration(model: Any, rest: np.ndarray, n: int = 150, length: int = 64) -> dict[str, Any]:
    """Compare with what people wrote: how often it lay outside a share of probability, and which temperature fits it.

    Of each window of `length` tokens the second half is looked at, where the network sees enough.
    """
    starts = np.linspace(0, len(rest) - length - 1, n).astype(int)
    half = length // 2
    scores = np.concatenate([model.logits(rest[i : i + length])[half:] for i in starts])
    wrote = np.concatenate([rest[i + half + 1 : i + length + 1] for i in starts])
    rows, p = np.arange(len(wrote)), decoding.next_token(scores)
    outside = {}
    for share in (0.5, 0.8, 0.9, 0.95, 0.99):
        is_out = decoding.next_token(scores, top_p=share) == 0
        outside[str(share)] = {"said": float((p * is_out).sum(1).mean()), "seen": float(is_out[rows, wrote].mean())}
    surprises = {
        str(t): float(-np.log(decoding.next_token(scores, temperature=t)[rows, wrote]).mean())
        for t in (0.5, 0.7, 0.85, 1.0, 1.15, 1.3, 1.5, 2.0)
    }
    entropy = float(-(p * np.log(np.maximum(p, 1e-300))).sum(1).mean())
    return {"tokens": len(wrote), "entropy": entropy, "outside": outside, "surprise by temperature": surprises}


# ---- entropy of the text itself --------------------------------------------------------------------------------------


def plug_in(ids: np.ndarray, order: int) -> float:
    """Entropy in nats of a token given `order` before it, from the counts of the same text."""
    _, after = np.unique(grams(ids, order + 1), return_counts=True)
    joint = -(after / after.sum() * np.log(after / after.sum())).sum()
    if order == 0:
        return float(joint)
    _, before = np.unique(grams(ids[:-1], order), return_counts=True)
    return float(joint + (before / before.sum() * np.log(before / before.sum())).sum())


def entropies(training: np.ndarray, held_out: np.ndarray, n_tokens: int, n_orders: int = N_ORDERS) -> dict:
    shuffled = np.random.default_rng(0).permutation(training)
    n_held = min(n_orders, N_HELD_ORDERS)
    return {
        "plug-in": [plug_in(training, order) for order in range(n_orders)],
        "shuffled": [plug_in(shuffled, order) for order in range(n_orders)],
        "held out": [float(NGram(training, order, n_tokens).surprisals(held_out).mean()) for order in range(n_held)],
        "by size": {str(n): plug_in(training[:n], 4) for n in (10_000, 40_000, 160_000) if n < len(training)},
    }


# ---- all of it -------------------------------------------------------------------------------------------------------


def measure(
    model: Any, ids: np.ndarray, n_prompts: int = N_PROMPTS, n_seeds: int = N_SEEDS, n_new: int = N_NEW
) -> dict:
    stick, cut = Yardstick(model, ids[: len(ids) * 9 // 10]), prompts(ids, n_prompts)
    rows = {"human": [mean_of([stick.measure(p, human[:n_new]) for p, human in cut])]}
    fixed = {
        "greedy": lambda prompt: decoding.greedy(stick.step, prompt, n_new),
        "beam 4": lambda prompt: decoding.beam(stick.step, prompt, n_new, 4)[0],
    }
    for name, write in fixed.items():
        rows[name] = [mean_of([stick.measure(p, write(p)) for p, _ in cut])]
        print(name, rows[name])
    for name, options in SAMPLED.items():
        rows[name] = []
        for seed in range(n_seeds):
            rng = np.random.default_rng(seed)
            rows[name].append(
                mean_of([stick.measure(p, decoding.sample(stick.step, p, n_new, rng, **options)) for p, _ in cut])
            )
        print(name, rows[name])
    return {"rows": rows, "entropy by temperature": entropy_by_temperature(stick.step, cut)}


def measure_candidates(model: Any, ids: np.ndarray, n_prompts: int = N_PROMPTS, n: int = N_CANDIDATES) -> dict:
    stick, rng, drawn = Yardstick(model, ids[: len(ids) * 9 // 10]), np.random.default_rng(100), []
    for prompt, _ in prompts(ids, n_prompts):
        texts = [decoding.sample(stick.step, prompt, N_NEW, rng, temperature=0.7) for _ in range(n)]
        drawn.append([stick.measure(prompt, new) for new in texts])
    return candidates(stick, drawn)


def main() -> int:
    text, model = documentation(), load()
    ids = Alphabet(text).encode(text)
    n = len(ids) * 9 // 10
    found = measure(model, ids)
    found["calibration"], found["calibration, training"] = calibration(model, ids[n:]), calibration(model, ids[:n])
    found["candidates"] = measure_candidates(model, ids)
    found["entropies"] = entropies(ids[:n], ids[n:], len(model.alphabet))
    about = {
        "command": "python experiments/sampling.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "text": DOCUMENTATION_SHA256,
        "weights": model.about["sha256"],
        "seeds": N_SEEDS,
        "prompts": N_PROMPTS,
        "prompt": N_PROMPT,
        "new": N_NEW,
    }
    OUT.write_text(json.dumps({"about": about} | found, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
