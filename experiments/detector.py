"""Measure what finds a 0, 1, 2: recurrent networks against networks that see a fixed window, over five seeds.

It writes ``src/softrecall/data/detector.json``. Run it with ``OMP_NUM_THREADS=1 python experiments/detector.py``: about
five minutes on one core.

First question, ``ends``: does a sequence of ten symbols end in 0, 1, 2? Trained on sequences as they come (1 in 125
does) or on both classes in equal parts, 2,000 steps of 64 sequences; tested at some steps on 20,000 sequences as they
come. ``shifted`` lowers the scores of a network trained on equal parts by ln 124, as Bayes' rule has it.

Second question, ``anywhere``: is there a 0, 1, 2 somewhere among the ten? In training it only ever starts at one of the
first five places; it is tested there and at the other three. The other three are also the last, so two more tests tell
place and time apart: ``later`` has the same three in sequences of 13 symbols, with more to come after the motif, and
``cut`` has the last of the first five in sequences of 8, with less. ``longer`` trains at all eight places, and tests on
sequences of ten and of twenty symbols.

Third question, ``first``: did the sequence begin with a 0 or with a 1? The longer it is, the further back that was.
"""

from __future__ import annotations

import datetime
import json
import math
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from softrecall.recurrent import GRUCell, RNNCell, run
from softrecall.tasks import endings
from softrecall.training import fit

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "data" / "detector.json"
N_SEEDS, N_SYMBOLS, LENGTH, MOTIF = 5, 5, 10, (0, 1, 2)
STEPS = (50, 100, 150, 200, 300, 400, 600, 800, 1000, 1500, 2000)
SEEN, UNSEEN = range(5), range(5, 8)  # where the motif starts
BAYES = math.log(N_SYMBOLS ** len(MOTIF) - 1)


class Last(nn.Module):
    """A recurrent cell and a read-out of its last state."""

    def __init__(self, cell: nn.Module) -> None:
        super().__init__()
        self.cell, self.out = cell, nn.Linear(cell.n_hidden, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # (n_batch, n_steps, n_symbols)
        return self.out(run(self.cell, x)[0][:, -1])[:, 0]


class Window(nn.Module):
    """A network of the last `width` symbols, with weights of their own for each place."""

    def __init__(self, width: int, n_hidden: int = 0) -> None:
        super().__init__()
        n_in, self.width = width * N_SYMBOLS, width
        hidden = (nn.Linear(n_in, n_hidden), nn.ReLU()) if n_hidden else ()
        self.layers = nn.Sequential(*hidden, nn.Linear(n_hidden or n_in, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x[:, -self.width :].flatten(1))[:, 0]


class Sliding(Window):
    """The same weights for each stretch of `width` symbols; the best scores count, by a soft maximum."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        stretches = x.unfold(1, self.width, 1).transpose(-1, -2)  # (n_batch, n_stretches, width, n_symbols)
        return self.layers(stretches.flatten(2))[..., 0].logsumexp(-1)


MODELS: dict[str, tuple[Callable[[], nn.Module], float]] = {  # with a learning rate
    "RNN, 16 units": (lambda: Last(RNNCell(N_SYMBOLS, 16)), 3e-3),
    "GRU, 16 units": (lambda: Last(GRUCell(N_SYMBOLS, 16)), 3e-3),
    "window of ten, 16 units": (lambda: Window(LENGTH, 16), 3e-3),
    "window of ten, weighted sum": (lambda: Window(LENGTH), 3e-2),
    "sliding window of three, weighted sum": (lambda: Sliding(len(MOTIF)), 3e-2),
}


def loss(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return functional.binary_cross_entropy_with_logits(model(x), y)


def tensors(symbols: np.ndarray, y: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    return functional.one_hot(torch.tensor(symbols), N_SYMBOLS).float(), torch.tensor(y).float()


def ending_batches(seed: int, share: float | None, n: int = 64, length: int = LENGTH) -> Iterator[tuple]:
    rng = np.random.default_rng(seed)
    while True:
        yield tensors(*endings(n, length, rng, share=share))


def anywhere(n: int, starts: range, rng: np.random.Generator, length: int = LENGTH) -> tuple[np.ndarray, np.ndarray]:
    """Draw sequences of which half hold the motif once, at one of `starts`, and the others do not hold it."""
    symbols, wanted = rng.integers(0, N_SYMBOLS, (n, length)), rng.random(n) < 0.5
    places = rng.choice(starts, n)[:, None] + np.arange(len(MOTIF))
    while True:
        symbols[wanted[:, None].nonzero()[0][:, None], places[wanted]] = MOTIF
        stretches = np.lib.stride_tricks.sliding_window_view(symbols, len(MOTIF), axis=1)
        wrong = (stretches == MOTIF).all(-1).sum(1) != wanted
        if not wrong.any():
            return symbols, wanted
        symbols[wrong] = rng.integers(0, N_SYMBOLS, (wrong.sum(), length))


def anywhere_batches(seed: int, starts: range, n: int = 64, length: int = LENGTH) -> Iterator[tuple]:
    rng = np.random.default_rng(seed)
    while True:
        yield tensors(*anywhere(n, starts, rng, length))


def report(scores: torch.Tensor, y: torch.Tensor) -> dict[str, float | None]:
    """What a detector finds; precision, the share of right alarms, is None where there is no alarm."""
    is_alarm, is_ending = scores > 0, y > 0.5
    hits = (is_alarm & is_ending).sum().item()
    n_alarms, n_endings = is_alarm.sum().item(), is_ending.sum().item()
    return {
        "loss": round(functional.binary_cross_entropy_with_logits(scores, y).item(), 5),
        "accuracy": round((is_alarm == is_ending).double().mean().item(), 5),
        "found": hits,
        "endings": n_endings,
        "alarms": n_alarms,
        "recall": round(hits / n_endings, 5),
        "specificity": round((~is_alarm & ~is_ending).sum().item() / (len(y) - n_endings), 5),
        "precision": round(hits / n_alarms, 5) if n_alarms else None,
    }


TEST = next(ending_batches(99, None, 20_000))


def ends(name: str, seed: int, share: float | None, n_steps: int = STEPS[-1]) -> dict:
    """Train one model on the first question; test it along the way, as it is and shifted."""
    torch.manual_seed(seed)
    make, learning_rate = MODELS[name]
    model, steps = make(), iter(range(50, n_steps + 1, 50))
    noted: list[dict] = []

    def note(model: nn.Module) -> bool:
        if (step := next(steps)) in STEPS:
            scores = model(TEST[0])
            seen = {"step": step, "as trained": report(scores, TEST[1])}
            noted.append(seen | ({} if share is None else {"shifted": report(scores - BAYES, TEST[1])}))
        return False

    batches = ending_batches(seed, share)
    record = fit(model, batches, loss, n_steps=n_steps, learning_rate=learning_rate, clip=1.0, stop=note)
    means = np.array(record.losses).reshape(-1, 50).mean(1).round(5).tolist()
    with torch.no_grad():
        longer = next(ending_batches(98, 0.5, 2000, length=40))
        at_40 = report(model(longer[0]), longer[1])["accuracy"]
    return {"seed": seed, "losses": means, "tests": noted, "accuracy_of_40_symbols": at_40}


PLACES = {  # where the motif starts in training; and the tests: where, and in how many symbols
    "anywhere": (
        SEEN,
        {"seen": (SEEN, LENGTH), "unseen": (UNSEEN, LENGTH), "later": (UNSEEN, 13), "cut": (SEEN[-1:], 8)},
    ),
    "longer": (range(8), {"ten": (range(8), 10), "twenty": (range(18), 20)}),
}


def places(kind: str, name: str, seed: int, n_steps: int = 2000) -> dict:
    """Train one model on the second question; test it at the places of training and at others."""
    torch.manual_seed(seed)
    make, learning_rate = MODELS[name]
    model, (starts, tests) = make(), PLACES[kind]
    fit(model, anywhere_batches(seed, starts), loss, n_steps=n_steps, learning_rate=learning_rate, clip=1.0)
    seen = {}
    with torch.no_grad():
        for test, (where, length) in tests.items():
            if length < getattr(model, "width", 0):
                continue  # too short for the window
            x, y = next(anywhere_batches(97, where, 4000, length))
            seen[test] = report(model(x), y)
    return {"seed": seed} | seen


FAR = (5, 10, 20, 40)


def first_batches(seed: int, length: int, n: int = 64) -> Iterator[tuple]:
    rng = np.random.default_rng(seed)
    while True:
        symbols = rng.integers(0, N_SYMBOLS, (n, length))
        symbols[:, 0] = rng.integers(0, 2, n)
        yield tensors(symbols, symbols[:, 0] == 1)


def first(make: Callable[[int], nn.Module], learning_rate: float, length: int, seed: int, n_steps: int = 2000) -> float:
    """Train a model of sequences of this length on the third question; return the share that it gets right."""
    torch.manual_seed(seed)
    model = make(length)
    batches = first_batches(seed, length)
    fit(model, batches, loss, n_steps=n_steps, learning_rate=learning_rate, clip=1.0)
    with torch.no_grad():
        x, y = next(first_batches(97, length, 4000))
        return report(model(x), y)["accuracy"]


FIRST: dict[str, tuple[Callable[[int], nn.Module], float]] = {
    "RNN, 16 units": (lambda length: Last(RNNCell(N_SYMBOLS, 16)), 3e-3),
    "window, weighted sum": (lambda length: Window(length), 3e-2),
}


def measure() -> dict:
    measured: dict = {"as they come": {}, "equal parts": {}, "anywhere": {}, "longer": {}, "first": {}}
    for name, (make, learning_rate) in MODELS.items():
        n_weights = sum(parameter.numel() for parameter in make().parameters())
        about = {"n_weights": n_weights, "learning_rate": learning_rate}
        kinds: tuple[tuple[str, Callable], ...] = (
            ("as they come", lambda seed, name=name: ends(name, seed, None)),
            ("equal parts", lambda seed, name=name: ends(name, seed, 0.5)),
            ("anywhere", lambda seed, name=name: places("anywhere", name, seed)),
            ("longer", lambda seed, name=name: places("longer", name, seed)),
        )
        for kind, train in kinds:
            if name.startswith("sliding") and kind not in PLACES:
                continue
            measured[kind][name] = about | {"runs": [train(seed) for seed in range(N_SEEDS)]}
            print(kind, name, flush=True)
    for name, (make, learning_rate) in FIRST.items():
        right = {length: [first(make, learning_rate, length, seed) for seed in range(N_SEEDS)] for length in FAR}
        measured["first"][name] = {"learning_rate": learning_rate, "right": right}
        print("first", name, flush=True)
    return measured


def margins(measured: dict) -> dict[str, dict[str, float]]:
    """Half of the worst gap between what should be larger and what should be smaller, seed by seed."""
    unseen = {name: [run["unseen"]["recall"] for run in v["runs"]] for name, v in measured["anywhere"].items()}
    twenty = {name: [run["twenty"]["recall"] for run in v["runs"]] for name, v in measured["longer"].items()}
    pairs = {
        "sliding window above RNN, unseen places": (unseen, "sliding window of three, weighted sum", "RNN, 16 units"),
        "sliding window above GRU, unseen places": (unseen, "sliding window of three, weighted sum", "GRU, 16 units"),
        "RNN above window of ten, twenty symbols": (twenty, "RNN, 16 units", "window of ten, 16 units"),
        "GRU above window of ten, twenty symbols": (twenty, "GRU, 16 units", "window of ten, 16 units"),
    }
    found = {}
    for name, (values, larger, smaller) in pairs.items():
        gap = min(a - b for a, b in zip(values[larger], values[smaller], strict=True))
        found[name] = {"worst_gap": round(gap, 5), "margin": round(gap / 2, 5)}
    return found


def main() -> int:
    torch.set_num_threads(1)
    about = {
        "command": "python experiments/detector.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "always_no": round(1 - TEST[1].mean().item(), 5),
        "shift": round(BAYES, 4),
    }
    measured = measure()
    whole = {"about": about, "margins": margins(measured)} | measured
    OUT.write_text(json.dumps(whole) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
