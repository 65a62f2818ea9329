"""Train small language models on words and on characters: windows, GRUs and GPTs, under the same rules.

It writes ``src/softrecall/data/language-models.json``. Run it with ``OMP_NUM_THREADS=1 python
experiments/language_models.py``: about twenty minutes on one core. What the file already holds is not repeated. Each
network has its own best of three learning rates, chosen with another seed than those that are reported, and on other
text: of the documentation, the last tenth of what is otherwise trained on. The last tenth of all is read when a network
is finished, and to draw its curve. Steps, batches and schedule of the long runs are those of ``tiny_gpt.py``, whose GPT
has the rate 0.003; it is the one that the widget ``TinyGPT`` carries, and here it is asked what it reads.
"""

from __future__ import annotations

import datetime
import json
import math
import platform
import re
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tiny_gpt import LENGTH, N_BATCH, N_STEPS, Text, by_position, late, network, next_token_loss, train
from torch import nn
from torch.nn import functional

from softrecall.ngrams import NGram
from softrecall.tasks import (
    DOCUMENTATION_SHA256,
    SOURCE_WORDS,
    documentation,
    is_known_documentation,
    passages,
    sentences,
)
from softrecall.training import fit
from softrecall.transformer import GPT
from softrecall.widgets.tiny_gpt.numbers import load

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "data" / "language-models.json"
N_SEEDS, CHOOSER = 3, 100  # the chooser is the seed of the runs that choose a rate
RATES = {"words": (1e-3, 3e-3, 1e-2), "short": (3e-3, 1e-2, 3e-2), "long": (1e-3, 3e-3, 1e-2)}
SHORT = 400  # steps; a long run has those of ``tiny_gpt.py``
STAGES = ((0.7, 1), (0.15, 1 / 3), (0.15, 1 / 10))  # of a short run: share of the steps, share of the rate
N_HIDDEN, N_EMBED = 145, 64  # so that the GRU has as many weights as the GPT, but for 32


class Reader(nn.Module):
    """A layer of GRU cells reads a text; at each character it scores the next."""

    def __init__(self, n_tokens: int, n_embed: int = N_EMBED, n_hidden: int = N_HIDDEN) -> None:
        super().__init__()
        self.tokens, self.cells = nn.Embedding(n_tokens, n_embed), nn.GRU(n_embed, n_hidden, batch_first=True)
        self.out = nn.Linear(n_hidden, n_tokens)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:  # (n_batch, n) -> (n_batch, n, n_tokens)
        return self.out(self.cells(self.tokens(ids))[0])


def made(name: str, text: Text, seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return Reader(len(text.alphabet)) if name == "GRU" else network(text)


@torch.no_grad()
def carried(model: Reader, ids: np.ndarray) -> float:
    """Mean surprise, in nats, of a GRU that reads a text from end to end and never starts afresh."""
    logits = model(torch.tensor(ids[None, :-1]))
    return functional.cross_entropy(logits.mT, torch.tensor(ids[None, 1:])).item()


def judged(model: nn.Module, text: Text) -> dict[str, Any]:
    places = by_position(model, text.test)
    found = {"nats": places.mean(), "nats, 32 before": late(places)}
    if isinstance(model, Reader):
        found["nats, carried on"] = carried(model, text.test)
    found = {name: round(float(value), 4) for name, value in found.items()}
    return found | {"by position": [round(x, 4) for x in places.tolist()]}


def short_run(name: str, seed: int, rate: float, text: Text, n_steps: int = SHORT) -> tuple[nn.Module, float]:
    """Train at a rate that falls in three stages; also give the loss in training, over the last tenth of the steps."""
    model, batches, losses = made(name, text, seed), text.batches(seed), []
    for share, slower in STAGES:
        steps = round(share * n_steps)
        losses += fit(model, batches, next_token_loss, n_steps=steps, learning_rate=rate * slower, clip=1.0).losses
    return model, float(np.mean(losses[-n_steps // 10 :]))


def compared(name: str, text: Text, choosing: Text, n_steps: int = SHORT, n_seeds: int = N_SEEDS) -> dict[str, Any]:
    """Choose the rate with one seed and other text, then train with other seeds."""
    tried = {
        rate: judged(short_run(name, CHOOSER, rate, choosing, n_steps)[0], choosing)["nats"] for rate in RATES["short"]
    }
    best, runs = min(tried, key=tried.__getitem__), []
    for seed in range(n_seeds):
        model, loss = short_run(name, seed, best, text, n_steps)
        runs.append(judged(model, text) | {"loss": round(loss, 4)})
    n_weights = sum(p.numel() for p in model.parameters())
    return {"n_weights": n_weights, "tried": {str(k): v for k, v in tried.items()}, "rate": best, "runs": runs}


def long_run(name: str, text: Text, seed: int, rate: float, n_steps: int = N_STEPS) -> tuple[nn.Module, list[dict]]:
    model = made(name, text, seed)
    curve = train(model, text, seed, rate, n_steps)
    return model, [{"step": point["step"], "nats": point["nats"]} for point in curve]


def longer(name: str, text: Text, choosing: Text, n_steps: int = N_STEPS, n_seeds: int = N_SEEDS) -> dict[str, Any]:
    """Choose the rate in runs of half the length, then train with other seeds."""
    tried = {rate: long_run(name, choosing, CHOOSER, rate, n_steps // 2)[1][-1]["nats"] for rate in RATES["long"]}
    best, runs = min(tried, key=tried.__getitem__), []
    for seed in range(n_seeds):
        model, curve = long_run(name, text, seed, best, n_steps)
        runs.append(judged(model, text) | {"curve": curve})
    return {"n_steps": n_steps, "tried": {str(k): v for k, v in tried.items()}, "rate": best, "runs": runs}


# ---- tables that are smoothed better ---------------------------------------------------------------------------------

ORDERS = (4, 6, 8, 10)  # of tables smoothed as Kneser and Ney do; the best of them is chosen without the last tenth


class KneserNey:
    """A table of n-grams with interpolated Kneser-Ney smoothing, and one discount for each length of run.

    The longest runs are counted; below them, a token counts once for each different token that stood before the run.
    Each count gives up its discount, n1 / (n1 + 2 n2) of how many counts are 1 and 2, and the shorter run shares out
    what was given up (Chen and Goodman 1999). Nothing is tuned.
    """

    def __init__(self, ids: np.ndarray, order: int, n_tokens: int) -> None:
        self.order, self.n_tokens = order, n_tokens
        text = "".join(map(chr, ids))
        runs = [{text[i : i + n] for i in range(len(text) - n + 1)} for n in range(2, order + 2)]
        whole = Counter(text[i : i + order + 1] for i in range(len(text) - order))
        self.levels = [self._level(Counter(run[1:] for run in longer)) for longer in runs] + [self._level(whole)]

    @staticmethod
    def _level(counts: Counter[str]) -> tuple[Counter[str], float, Counter[str], Counter[str]]:
        n_of, totals, n_kinds = Counter(counts.values()), Counter(), Counter()
        for run, count in counts.items():
            totals[run[:-1]] += count
            n_kinds[run[:-1]] += 1
        return counts, n_of[1] / max(n_of[1] + 2 * n_of[2], 1), totals, n_kinds

    def chance(self, before: str, token: str) -> float:
        """Chance of a token after a text; both are written as characters of these numbers."""
        p = 1 / self.n_tokens
        for length, (counts, discount, totals, n_kinds) in enumerate(self.levels[: len(before) + 1]):
            run = before[len(before) - length :]
            if run not in totals:
                break
            p = (max(counts[run + token] - discount, 0) + discount * n_kinds[run] * p) / totals[run]
        return p

    def surprisals(self, ids: np.ndarray) -> np.ndarray:
        """Surprise, in nats, of each token of a text after those before it."""
        text = "".join(map(chr, ids))
        return -np.log([self.chance(text[max(0, i - self.order) : i], text[i]) for i in range(len(text))])


def afresh(table: NGram | KneserNey, ids: np.ndarray) -> float:
    """Mean surprise of a table that begins anew where the networks do, every `LENGTH` characters."""
    starts = range(0, (len(ids) - 1) // LENGTH * LENGTH, LENGTH)
    return float(np.mean([table.surprisals(ids[i : i + LENGTH + 1])[1:] for i in starts]))


def smoothed(text: Text, choosing: Text) -> dict[str, Any]:
    """Judge tables with Kneser-Ney smoothing, and choose their order as the rates of the networks are chosen."""
    tables = {n: KneserNey(text.train, n, len(text.alphabet)) for n in ORDERS}
    tried = {n: mean(KneserNey(choosing.train, n, len(text.alphabet)).surprisals(choosing.test)) for n in ORDERS}
    best, found = min(tried, key=tried.__getitem__), {n: table.surprisals(text.test) for n, table in tables.items()}
    n = (len(text.test) - 1) // LENGTH * LENGTH
    sorts = kinds(text.alphabet.decode(text.test))
    words = {seed: stream(N_SENTENCES, np.random.default_rng(seed)) for seed in (1, 99)}  # those of the page
    every = np.arange(LENGTH, len(text.test))
    few = last_surprises(shipped(text), text.test[every[:, None] - np.arange(FEW, 0, -1)], text.test[every])
    lost = few - found[best][every]
    of_words = {k: mean(KneserNey(words[1], k, len(WORDS)).surprisals(words[99])[BEFORE:]) for k in range(1, 6)}
    return {
        "tried": {str(k): x for k, x in tried.items()},
        "order": best,
        "nats": {str(k): mean(x) for k, x in found.items()},
        "nats, 32 before": mean(found[best][1 : n + 1].reshape(-1, LENGTH)[:, 32:]),
        "nats, afresh": round(afresh(tables[best], text.test), 4),
        "Witten-Bell, afresh": round(afresh(NGram(text.train, 4, len(text.alphabet)), text.test), 4),
        "kinds": {
            str(k): {name: mean(found[k][LENGTH:][chosen[LENGTH:]]) for name, chosen in sorts.items()}
            for k in (4, best)
        },
        "ahead of the GPT": {
            name: {"nats": mean(lost[chosen[every]]), "error": error(lost[chosen[every]])}
            for name, chosen in sorts.items()
        },
        "words": {str(k): x for k, x in of_words.items()},
    }


# ---- what the GPT that is shipped makes of its context ---------------------------------------------------------------

CUTS, KEPT = (1, 2, 4, 8, 16, 32, 48, 63, 64), (4, 8, 16, 32)
STRIDE = 8  # every so many characters of the test text, one is judged
FEW = 16  # characters read where kinds of characters are compared; all of the test text is judged


def shipped(text: Text) -> nn.Module:
    """The GPT of the widget ``TinyGPT``, with the weights that it carries."""
    model = network(text)
    model.load_state_dict({name: torch.tensor(array) for name, array in load().weights.items()})
    return model


@torch.no_grad()
def last_surprises(model: nn.Module, read: np.ndarray, following: np.ndarray) -> np.ndarray:
    """Surprise, in nats, of what follows each row of ids (n_rows, n), in float64."""
    rows = zip(torch.tensor(read).split(512), torch.tensor(following).split(512), strict=True)
    found = [functional.cross_entropy(model(x)[:, -1], y, reduction="none") for x, y in rows]
    return torch.cat(found).double().numpy()


def disturbed(rows: np.ndarray, n_kept: int, how: str, rng: np.random.Generator) -> np.ndarray:
    """Leave the last `n_kept` ids of each row, and shuffle those before them or take them from another row."""
    far, rows = rows[:, :-n_kept], rows.copy()
    rows[:, :-n_kept] = rng.permuted(far, axis=1) if how == "shuffled" else np.roll(far, len(far) // 2, axis=0)
    return rows


def word_places(text: str) -> np.ndarray:
    """For each character its place in its word, counted from 1; 0 is no letter."""
    place = np.zeros(len(text), dtype=np.int64)
    for word in re.finditer(r"[A-Za-z_]+", text):
        place[slice(*word.span())] = np.arange(1, len(word[0]) + 1)
    return place


def open_brackets(text: str, nearest: int = 5, farthest: int = FEW) -> np.ndarray:
    """Say for each character if, before it, a bracket is open that was opened that many characters back."""
    pairs, found = {")": "(", "]": "[", "}": "{"}, np.zeros(len(text), dtype=bool)
    for i in range(len(text)):
        stack: list[tuple[str, int]] = []
        for j in range(max(0, i - farthest), i):
            if text[j] in "([{":
                stack.append((text[j], j))
            elif stack and pairs.get(text[j]) == stack[-1][0]:
                stack.pop()
        found[i] = bool(stack) and i - stack[-1][1] >= nearest
    return found


def kinds(text: str) -> dict[str, np.ndarray]:
    """Sort the characters of a text by what was read before them: three kinds that cover it, then parts of these."""
    place, is_open = word_places(text), open_brackets(text)
    before = np.r_[0, place[:-1]]
    return {
        "after 1 to 3 letters of a word": (before >= 1) & (before <= 3),
        "after 4 or more": before >= 4,
        "after a sign": before == 0,
        "after 4 or more, and it goes on": (before >= 4) & (place > 0),
        "after 4 or more, and it ends": (before >= 4) & (place == 0),
        "a bracket is open": is_open,
    }


def reach(model: nn.Module, text: Text) -> dict[str, Any]:
    """Judge a GPT when what it reads is cut short or disturbed far back, and tell where it gains over the table."""
    ids, rng = text.test, np.random.default_rng(0)
    surprises = NGram(text.train, 4, len(text.alphabet)).surprisals(ids)
    every = np.arange(LENGTH, len(ids))
    at = every[::STRIDE]
    rows, following = ids[at[:, None] - np.arange(LENGTH, 0, -1)], ids[at]
    table, cut = surprises[at], {n: last_surprises(model, rows[:, -n:], following) for n in CUTS}
    whole = cut[LENGTH]
    found: dict[str, Any] = {"n": len(at), "table": mean(table), "cut": {str(n): mean(x) for n, x in cut.items()}}
    for how in ("shuffled", "swapped"):
        rows_of = {n: disturbed(rows, n, how, rng) for n in KEPT}
        found[how] = {str(n): mean(last_surprises(model, x, following)) for n, x in rows_of.items()}
    found["errors"] = {str(n): error(x - whole) for n, x in cut.items()} | {"table": error(table - whole)}
    few = last_surprises(model, ids[every[:, None] - np.arange(FEW, 0, -1)], ids[every])
    gain = surprises[every] - few
    found["few"] = {"n": len(every), "read": FEW, "table": mean(surprises[every]), "GPT": mean(few)}
    found["kinds"] = {
        name: {
            "n": int(chosen[every].sum()),
            "table": mean(surprises[every][chosen[every]]),
            "GPT": mean(few[chosen[every]]),
            "gain": mean(gain[chosen[every]]),
            "error": error(gain[chosen[every]]),
            "share": round(float(gain[chosen[every]].sum() / gain.sum()), 3),
        }
        for name, chosen in kinds(text.alphabet.decode(ids)).items()
    }
    return found


def mean(x: np.ndarray) -> float:
    return round(float(x.mean()), 4)


def error(x: np.ndarray) -> float:
    """Standard error of a mean."""
    return round(float(x.std() / math.sqrt(len(x))), 4)


# ---- words of a toy language -----------------------------------------------------------------------------------------

WORDS = (*SOURCE_WORDS, ".")
N_SENTENCES, N_TEST, WORD_STEPS, WORD_LENGTH, BEFORE = 2000, 2000, 400, 24, 8  # no sentence is longer than 8 tokens
WORD_SEEDS = 5


def stream(n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw sentences of the toy language and write them one after the other, each with its full stop."""
    drawn = sentences(n, rng)
    rows = [[*(row[:length] - 3), len(WORDS) - 1] for row, length in zip(drawn.source, drawn.lengths, strict=True)]
    return np.concatenate(rows)


class Window(nn.Module):
    """A feed-forward network that reads the last `n_words` words; where there are fewer, it says nothing."""

    def __init__(self, n_tokens: int, n_words: int = 3, n_embed: int = 32, n_hidden: int = 64) -> None:
        super().__init__()
        self.n_words, self.tokens = n_words, nn.Embedding(n_tokens, n_embed)
        self.read = nn.Sequential(nn.Linear(n_words * n_embed, n_hidden), nn.ReLU(), nn.Linear(n_hidden, n_tokens))

    def forward(self, ids: torch.Tensor) -> torch.Tensor:  # (n_batch, n) -> (n_batch, n - n_words + 1, n_tokens)
        words = self.tokens(ids).unfold(1, self.n_words, 1)  # (n_batch, n - n_words + 1, n_embed, n_words)
        return self.read(words.flatten(2))


WORD_MODELS = {
    "window": lambda: Window(len(WORDS)),
    "GRU": lambda: Reader(len(WORDS), 32, 64),
    "GPT": lambda: GPT(len(WORDS), WORD_LENGTH, d_model=32, n_heads=4, n_layers=2),
}


def word_loss(model: nn.Module, inputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    logits = model(inputs)
    return functional.cross_entropy(logits.mT, targets[:, -logits.shape[1] :])


@torch.no_grad()
def word_surprise(model: nn.Module, ids: np.ndarray) -> float:
    """Mean surprise, in nats, of words that have at least `BEFORE` before them: the sentence so far, and more."""
    n = WORD_LENGTH - BEFORE  # places of a window that count
    starts = np.arange(0, len(ids) - WORD_LENGTH, n)
    rows = torch.tensor(ids[starts[:, None] + np.arange(WORD_LENGTH + 1)])
    return functional.cross_entropy(model(rows[:, :-1])[:, -n:].mT, rows[:, -n:]).item()


def word_run(name: str, seed: int, rate: float, n_steps: int = WORD_STEPS) -> float:
    """Train on a stream of its own and judge on another."""
    rng = np.random.default_rng(seed)
    train, test = stream(N_SENTENCES, rng), stream(N_TEST, np.random.default_rng(10_000 + seed))
    torch.manual_seed(seed)
    model = WORD_MODELS[name]()

    def batches():
        while True:
            inputs, targets = passages(train, N_BATCH, WORD_LENGTH, rng)
            yield torch.tensor(inputs), torch.tensor(targets)

    drawn = batches()
    for share, slower in STAGES:
        fit(model, drawn, word_loss, n_steps=round(share * n_steps), learning_rate=rate * slower, clip=1.0)
    return round(word_surprise(model, test), 4)


def words_compared(name: str, n_seeds: int = WORD_SEEDS) -> dict[str, Any]:
    tried = {rate: word_run(name, CHOOSER, rate) for rate in RATES["words"]}
    best = min(tried, key=tried.__getitem__)
    n_weights = sum(p.numel() for p in WORD_MODELS[name]().parameters())
    runs = [word_run(name, seed, best) for seed in range(n_seeds)]
    return {"n_weights": n_weights, "tried": {str(k): v for k, v in tried.items()}, "rate": best, "runs": runs}


# ---- all of it -------------------------------------------------------------------------------------------------------


def about() -> dict[str, Any]:
    return {
        "command": "python experiments/language_models.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "text sha256": DOCUMENTATION_SHA256,
        "rates": RATES,
        "steps": {"short": SHORT, "long": N_STEPS, "words": WORD_STEPS},
        "batch": N_BATCH,
        "length": {"characters": LENGTH, "words": WORD_LENGTH},
        "sentences": N_SENTENCES,
    }


def main() -> int:
    """Measure what the file does not hold yet, and store each part as soon as it is done."""
    torch.set_num_threads(1)
    measured: dict[str, Any] = json.loads(OUT.read_text(encoding="utf-8")) if OUT.exists() else {}
    if not is_known_documentation():
        print("This Python has another documentation: see softrecall.tasks.documentation.", file=sys.stderr)
        return 1
    text, choosing = Text(documentation()), Text(documentation(), is_choosing=True)
    parts = [(("words", name), partial(words_compared, name)) for name in WORD_MODELS]
    parts += [(("short", name), partial(compared, name, text, choosing)) for name in ("GPT", "GRU")]
    parts += [(("long", name), partial(longer, name, text, choosing)) for name in ("GPT", "GRU")]
    parts += [(("tables", "Kneser-Ney"), partial(smoothed, text, choosing))]
    parts += [(("reach", "GPT"), lambda: reach(shipped(text), text))]
    for (group, name), measure in parts:
        if name in measured.setdefault(group, {}):
            continue
        measured[group][name] = found = measure()
        print(group, name, {key: value for key, value in found.items() if key != "runs"}, flush=True)
        OUT.write_text(json.dumps(measured | {"about": about()}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
