"""Train small language models on words and on characters: windows, GRUs and GPTs, under the same rules.

It writes ``src/softrecall/data/language-models.json``. Run it with ``OMP_NUM_THREADS=1 python
experiments/language_models.py``: about ten minutes on one core. What the file already holds is not repeated. Each
network has its own best of three learning rates, chosen with another seed than those that are reported, and on other
text: of the documentation, the last tenth of what is otherwise trained on. The last tenth of all is read when a network
is finished, and to draw its curve. The long run of the GPT is in ``tiny_gpt.py``; the GRU has its steps and batches.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import math
import platform
import re
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from softrecall.ngrams import NGram
from torch import nn
from torch.nn import functional

from softrecall.tasks import SOURCE_WORDS, Alphabet, documentation, passages, sentences
from softrecall.training import fit
from softrecall.transformer import GPT
from softrecall.widgets.tiny_gpt.numbers import load

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "data" / "language-models.json"
N_SEEDS, CHOOSER = 3, 100  # the chooser is the seed of the runs that choose a rate
RATES = {"words": (1e-3, 3e-3, 1e-2), "short": (3e-3, 1e-2, 3e-2), "long": (1e-3, 3e-3, 1e-2)}
LENGTH, N_BATCH = 64, 32
SHORT, LONG, EVERY = 400, 4200, 200  # steps, and how often the long run is judged
STAGES = ((0.7, 1), (0.15, 1 / 3), (0.15, 1 / 10))  # of a short run: share of the steps, share of the rate
WARM_UP, DECAY = 100, 0.01  # of the long run
N_HIDDEN, N_EMBED = 145, 64  # so that the GRU has as many weights as the GPT, but for 32


class Reader(nn.Module):
    """A layer of GRU cells reads a text; at each character it scores the next."""

    def __init__(self, n_tokens: int, n_embed: int = N_EMBED, n_hidden: int = N_HIDDEN) -> None:
        super().__init__()
        self.tokens, self.cells = nn.Embedding(n_tokens, n_embed), nn.GRU(n_embed, n_hidden, batch_first=True)
        self.out = nn.Linear(n_hidden, n_tokens)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:  # (n_batch, n) -> (n_batch, n, n_tokens)
        return self.out(self.cells(self.tokens(ids))[0])


def network(name: str, n_tokens: int) -> nn.Module:
    if name == "GRU":
        return Reader(n_tokens)
    return GPT(n_tokens, LENGTH, d_model=64, n_heads=4, n_layers=2)


class Text:
    """The documentation as numbers: what is trained on, and what is only judged on."""

    def __init__(self, text: str, *, is_choosing: bool = False) -> None:
        self.alphabet = Alphabet(text)
        ids = self.alphabet.encode(text)
        cut = len(ids) * 9 // 10
        if is_choosing:  # the last tenth stays out of sight, and the tenth of the rest takes its place
            ids, cut = ids[:cut], cut * 9 // 10
        self.train, self.test = ids[:cut], ids[cut:]

    def batches(self, seed: int):
        rng = np.random.default_rng(seed)
        while True:
            inputs, targets = passages(self.train, N_BATCH, LENGTH, rng)
            yield torch.tensor(inputs), torch.tensor(targets)


def next_token_loss(model: nn.Module, inputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return functional.cross_entropy(model(inputs).mT, targets)


@torch.no_grad()
def by_position(model: nn.Module, ids: np.ndarray) -> np.ndarray:
    """Cut a text into windows that do not overlap, and give the mean surprise at each of their places, in nats."""
    n = (len(ids) - 1) // LENGTH * LENGTH
    inputs = torch.tensor(ids[:n]).reshape(-1, LENGTH)
    targets = torch.tensor(ids[1 : n + 1]).reshape(-1, LENGTH)
    found = [
        functional.cross_entropy(model(x).mT, y, reduction="none")
        for x, y in zip(inputs.split(128), targets.split(128), strict=True)
    ]
    return torch.cat(found).double().mean(0).numpy()


@torch.no_grad()
def carried(model: Reader, ids: np.ndarray) -> float:
    """Mean surprise, in nats, of a GRU that reads a text from end to end and never starts afresh."""
    logits = model(torch.tensor(ids[None, :-1]))
    return functional.cross_entropy(logits.mT, torch.tensor(ids[None, 1:])).item()


def judged(model: nn.Module, text: Text) -> dict[str, Any]:
    places = by_position(model, text.test)
    found = {"nats": places.mean(), "nats, 32 before": places[LENGTH // 2 :].mean()}
    if isinstance(model, Reader):
        found["nats, carried on"] = carried(model, text.test)
    found = {name: round(float(value), 4) for name, value in found.items()}
    return found | {"by position": [round(x, 4) for x in places.tolist()]}


def short_run(name: str, seed: int, rate: float, text: Text, n_steps: int = SHORT) -> tuple[nn.Module, float]:
    """Train at a rate that falls in three stages; also give the loss in training, over the last tenth of the steps."""
    torch.manual_seed(seed)
    model, batches, losses = network(name, len(text.alphabet)), text.batches(seed), []
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


def long_run(
    name: str, seed: int, rate: float, text: Text, n_steps: int = LONG
) -> tuple[nn.Module, list[dict[str, Any]]]:
    """Train with AdamW and a rate that rises for `WARM_UP` steps and then falls to 0 along a cosine.

    Also give the curve: what the network is surprised by, every so many steps and at the end.
    """
    torch.manual_seed(seed)
    model, batches, curve = network(name, len(text.alphabet)), text.batches(seed), []
    adam = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=DECAY, fused=True)
    for step, (inputs, targets) in zip(range(1, n_steps + 1), batches):  # noqa: B905 - batches do not end
        adam.param_groups[0]["lr"] = rate * pace(step, n_steps)
        adam.zero_grad()
        next_token_loss(model, inputs, targets).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adam.step()
        if step % EVERY == 0 or step == n_steps:
            places = by_position(model, text.test)
            nats, late = round(float(places.mean()), 4), round(float(places[LENGTH // 2 :].mean()), 4)
            curve.append({"step": step, "nats": nats, "nats, 32 before": late})
    return model, curve


def pace(step: int, n_steps: int) -> float:
    """Share of the rate that a step takes, counted from 1."""
    if step <= WARM_UP:
        return step / WARM_UP
    return (1 + math.cos(math.pi * (step - WARM_UP) / max(n_steps - WARM_UP, 1))) / 2


def longer(text: Text, choosing: Text, n_steps: int = LONG, n_seeds: int = N_SEEDS) -> dict[str, Any]:
    """The GRU on the long budget: its rate is chosen in runs of half the length."""
    tried = {rate: long_run("GRU", CHOOSER, rate, choosing, n_steps // 2)[1][-1]["nats"] for rate in RATES["long"]}
    best, runs = min(tried, key=tried.__getitem__), []
    for seed in range(n_seeds):
        model, curve = long_run("GRU", seed, best, text, n_steps)
        runs.append(judged(model, text) | {"curve": curve})
    return {"n_steps": n_steps, "tried": {str(k): v for k, v in tried.items()}, "rate": best, "runs": runs}


# ---- what the GPT that is shipped makes of its context ---------------------------------------------------------------

CUTS, KEPT = (1, 2, 4, 8, 16, 32, 48, 64), (4, 8, 16, 32)
STRIDE = 8  # every so many characters of the test text, one is judged
ORDERS = range(6)


def shipped(n_tokens: int) -> GPT:
    """The GPT of the widget ``TinyGPT``, with the weights that it carries."""
    weights = load().weights
    positions = "learned" if "positions.rows" in weights else "sinusoidal"
    model = GPT(n_tokens, LENGTH, d_model=64, n_heads=4, n_layers=2, positions=positions)
    model.load_state_dict({name: torch.tensor(w) for name, w in weights.items()}, strict=False)
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


def word_places(text: str) -> tuple[np.ndarray, np.ndarray]:
    """For each character: its place in its word, counted from 1 (0: no letter), and if `LENGTH` ones before hold it."""
    place, is_repeated = np.zeros(len(text), dtype=np.int64), np.zeros(len(text), dtype=bool)
    for word in re.finditer(r"[A-Za-z_]+", text):
        start, end = word.span()
        place[start:end] = np.arange(1, end - start + 1)
        before = text[max(0, start - LENGTH) : start]
        is_repeated[start:end] = re.search(rf"(?<![A-Za-z_]){word[0]}(?![A-Za-z_])", before) is not None
    return place, is_repeated


def reach(model: nn.Module, text: Text) -> dict[str, Any]:
    """Judge a GPT when what it reads is cut short or disturbed far back, and tell where it gains over the table."""
    ids, rng = text.test, np.random.default_rng(0)
    at = np.arange(LENGTH, len(ids), STRIDE)
    rows, following = ids[at[:, None] - np.arange(LENGTH, 0, -1)], ids[at]
    table = NGram(text.train, 4, len(text.alphabet)).surprisals(ids)[at]
    cut = {n: last_surprises(model, rows[:, -n:], following) for n in CUTS}
    whole = cut[LENGTH]
    found: dict[str, Any] = {"n": len(at), "table": mean(table), "cut": {str(n): mean(x) for n, x in cut.items()}}
    for how in ("shuffled", "swapped"):
        rows_of = {n: disturbed(rows, n, how, rng) for n in KEPT}
        found[how] = {str(n): mean(last_surprises(model, x, following)) for n, x in rows_of.items()}
    found["errors"] = {str(n): error(x - whole) for n, x in cut.items()} | {"table": error(table - whole)}
    place, is_repeated = (x[at] for x in word_places(text.alphabet.decode(ids)))
    groups = {
        "no letter": place == 0,
        "letter 1": place == 1,
        "letters 2 to 4": (place >= 2) & (place <= 4),
        "letter 5 on": place >= 5,
    }
    for name in ("letter 1", "letters 2 to 4", "letter 5 on"):
        groups[f"{name}, word repeated"], groups[f"{name}, word new"] = (
            groups[name] & is_repeated,
            groups[name] & ~is_repeated,
        )
    found["groups"] = {
        name: {
            "n": int(chosen.sum()),
            "table": mean(table[chosen]),
            "GPT": mean(whole[chosen]),
            "16 read": mean(cut[16][chosen]),
            "error": error((table - whole)[chosen]),
        }
        for name, chosen in groups.items()
    }
    return found


def mean(x: np.ndarray) -> float:
    return round(float(x.mean()), 4)


def error(x: np.ndarray) -> float:
    """Standard error of a mean."""
    return round(float(x.std() / math.sqrt(len(x))), 4)


def counted(text: Text) -> dict[str, float]:
    """Mean surprise, in nats, of the tables of each order."""
    return {str(order): mean(NGram(text.train, order, len(text.alphabet)).surprisals(text.test)) for order in ORDERS}


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


def about(text: str) -> dict[str, Any]:
    return {
        "command": "python experiments/language_models.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "text": hashlib.sha256(text.encode()).hexdigest(),
        "rates": RATES,
        "steps": {"short": SHORT, "long": LONG, "words": WORD_STEPS},
        "batch": N_BATCH,
        "length": {"characters": LENGTH, "words": WORD_LENGTH},
        "sentences": N_SENTENCES,
    }


def main() -> int:
    """Measure what the file does not hold yet, and store each part as soon as it is done."""
    torch.set_num_threads(1)
    measured: dict[str, Any] = json.loads(OUT.read_text(encoding="utf-8")) if OUT.exists() else {}
    written = documentation()
    text, choosing = Text(written), Text(written, is_choosing=True)
    parts = [(("words", name), partial(words_compared, name)) for name in WORD_MODELS]
    parts += [(("short", name), partial(compared, name, text, choosing)) for name in ("GPT", "GRU")]
    parts += [(("long", "GRU"), partial(longer, text, choosing))]
    parts += [(("table", "nats"), partial(counted, text))]
    parts += [(("reach", "GPT"), lambda: reach(shipped(len(text.alphabet)), text))]
    for (group, name), measure in parts:
        if name in measured.setdefault(group, {}):
            continue
        measured[group][name] = found = measure()
        print(group, name, {key: value for key, value in found.items() if key != "runs"}, flush=True)
        OUT.write_text(json.dumps(measured | {"about": about(written)}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
