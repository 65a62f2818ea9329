"""Take parts out of a Transformer and train what is left, on three tasks, and train rivals beside them.

It writes ``src/softrecall/data/transformer-lab.json``. Run it with ``OMP_NUM_THREADS=1 python
experiments/transformer_lab.py``: about fifteen minutes on one core. What the file already holds is not repeated. Each
network has its own best of three learning rates, chosen with another seed and other data than those that are reported.
"""

from __future__ import annotations

import datetime
import json
import platform
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from softrecall.recurrent import EncoderDecoder
from softrecall.tasks import DATE_TOKENS, END, START, dates, encode_dates, sines, sorting, split_days
from softrecall.training import fit
from softrecall.transformer import Encoder, PositionalEncoding, Transformer, initialise

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "data" / "transformer-lab.json"
N_SEEDS, N_SEEDS_ABLATED = 5, 3
RATES = (1e-3, 3e-3, 1e-2)
SCATTERED = ("sines", "no positions")  # its runs differ so much that three would not do
NO_CHOICE, LONGER, LONGER_RATE = "no residual", 4, 3e-3  # sorting: no rate got anything right; times the steps
CHOOSER = 100  # the seed of the runs that choose a rate
SHAPE: dict[str, Any] = {"d_model": 32, "n_heads": 4, "n_layers": 2, "d_ff": 64}
PARTS: dict[str, dict[str, Any]] = {
    "whole": {},
    "no mask": {"is_causal": False},
    "no positions": {"positions": None},
    "no feed-forward": {"d_ff": 0},
    "no residual": {"is_residual": False},
}
Batch = tuple[torch.Tensor, ...]

# ---- a sequence in, a sequence out -----------------------------------------------------------------------------------

N_SYMBOLS, LENGTH, OTHER_LENGTHS = 10, 8, (4, 6, 7, 8, 9, 10)
TRAIN_DAYS, TEST_DAYS = split_days(np.random.default_rng(0))
N_CHARACTERS = len(DATE_TOKENS) + 2


def sorting_batch(rng: np.random.Generator, n: int, is_test: bool) -> Batch:
    """Draw sources, all places of which are real, and their answers with START in front and END behind."""
    drawn = sorting(n, LENGTH, rng, n_symbols=N_SYMBOLS)
    source, target = torch.tensor(drawn.source), torch.tensor(drawn.target)
    return source, torch.ones_like(source, dtype=torch.bool), target


def dates_batch(rng: np.random.Generator, n: int, is_test: bool) -> Batch:
    """Draw written dates, which places are real, and the ISO dates with START in front."""
    texts, iso = dates(n, TEST_DAYS if is_test else TRAIN_DAYS, rng)
    (source, _), (target, _) = encode_dates(texts), encode_dates(iso)
    source, target = torch.tensor(source), torch.tensor(target)
    return source, source != 0, functional.pad(target, (1, 0), value=START)


class Rival(EncoderDecoder):
    """GRU cells in both directions with an alignment, called as a `Transformer` is; on dates see `encoder_decoder`."""

    def forward(self, source, target, source_mask):  # type: ignore[override]
        rest = functional.pad(target[:, 1:], (0, 1))  # what is scored last needs no answer here
        return super().forward(source, source_mask.sum(1), rest)[0]

    def greedy(self, source, start, end, n_max, source_mask):
        return self.decode(source, source_mask.sum(1), n_max)[0]


def answers_loss(model: nn.Module, source: torch.Tensor, real: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return functional.cross_entropy(model(source, target[:, :-1], real).mT, target[:, 1:])


@torch.no_grad()
def written(model: nn.Module, source: torch.Tensor, real: torch.Tensor, target: torch.Tensor, end: int) -> torch.Tensor:
    """Let a network write, each token after those that it wrote itself; what it leaves short is filled with `end`."""
    n_max = target.shape[1] - 1
    ids = model.greedy(source, START, end, n_max, real)
    return functional.pad(ids, (0, n_max - ids.shape[1]), value=end)


def judge_answers(model: nn.Module, *test: torch.Tensor, end: int) -> dict[str, float]:
    """Share of answers without a fault, and of those that hold the right tokens in whatever order."""
    ids, wanted = written(model, *test, end), test[-1][:, 1:]
    same_tokens = ids.sort(1).values == wanted.sort(1).values
    return {"score": share(ids == wanted), "any order": share(same_tokens)}


def share(is_right: torch.Tensor) -> float:
    return is_right.all(1).double().mean().item()


def other_lengths(model: nn.Module) -> dict[str, float]:
    """Share of sequences sorted without a fault, of lengths that the training never shows but one."""
    found = {}
    for length in OTHER_LENGTHS:
        drawn = sorting(500, length, np.random.default_rng(5), n_symbols=N_SYMBOLS)
        source, target = torch.tensor(drawn.source), torch.tensor(drawn.target)
        ids = written(model, source, torch.ones_like(source, dtype=torch.bool), target, END)
        found[str(length)] = share(ids == target[:, 1:])
    return found


# ---- a series --------------------------------------------------------------------------------------------------------

WIDTH, HORIZON, NOISE = 40, 5, 0.3


class Forecaster(nn.Module):
    """An encoder reads a series; at each step it says what follows HORIZON steps later."""

    def __init__(
        self, d_model: int, n_heads: int, n_layers: int, d_ff: int, positions="sinusoidal", is_causal=True, **options
    ) -> None:
        super().__init__()
        self.embed, self.out = nn.Linear(1, d_model), nn.Linear(d_model, 1)
        self.positions = PositionalEncoding(WIDTH, d_model, positions)
        self.body = Encoder(d_model, n_heads, n_layers, d_ff, **options)
        self.is_causal = is_causal
        initialise(self)

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # (n_batch, n), both
        n = x.shape[1]
        mask = torch.ones(n, n, dtype=torch.bool).tril() if self.is_causal else None
        y, _ = self.body(self.positions(self.embed(x[..., None])), mask)
        return self.out(y)[..., 0]


class Reader(nn.Module):
    """A layer of GRU cells reads a series; at each step it says what follows HORIZON steps later."""

    def __init__(self, n_hidden: int) -> None:
        super().__init__()
        self.cells, self.out = nn.GRU(1, n_hidden, batch_first=True), nn.Linear(n_hidden, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # (n_batch, n), both
        return self.out(self.cells(x[..., None])[0])[..., 0]


def sines_batch(rng: np.random.Generator, n: int, is_test: bool) -> Batch:
    """Draw series of WIDTH steps, and what is to be said at each of them."""
    values = torch.tensor(sines(n, WIDTH + HORIZON, rng, noise=NOISE).values).float()
    return values[:, :WIDTH], values[:, HORIZON:]


def squared_error(model: nn.Module, past: torch.Tensor, following: torch.Tensor) -> torch.Tensor:
    said = model(past)  # at each step, or at the last one only
    return ((said - following[:, -said.shape[1] :]) ** 2).mean()


@torch.no_grad()
def judge_forecasts(model: nn.Module, past: torch.Tensor, following: torch.Tensor) -> dict[str, Any]:
    """Mean squared error at each step; the last has read the whole window, and its answer is not in the input."""
    said = model(past)
    errors = ((said - following[:, -said.shape[1] :]) ** 2).double().mean(0)
    by_step = [round(error, 6) for error in errors.tolist()]
    return {"score": by_step[-1], "by step": by_step}


# ---- training --------------------------------------------------------------------------------------------------------


class Task:
    """What is drawn, the network without its part, its loss, how it is judged, and the budget."""

    def __init__(self, batch, make: Callable[..., nn.Module], loss, judge, n_steps, *, n_batch=64, is_error=False):
        self.batch, self.make, self.loss, self.judge = batch, make, loss, judge
        self.n_steps, self.n_batch, self.is_error = n_steps, n_batch, is_error

    def batches(self, seed: int) -> Iterator[Batch]:
        rng = np.random.default_rng(seed)
        while True:
            yield self.batch(rng, self.n_batch, False)

    def tested(self, seed: int, n: int) -> Batch:
        return self.batch(np.random.default_rng(10_000 + seed), n, True)


def answering(n_source: int, n_positions: int) -> Callable[..., nn.Module]:
    def make(part: str) -> nn.Module:
        if part == "GRU":
            return Rival(n_source, START, n_embed=32, n_hidden=N_GRU, n_align=32)
        return Transformer(n_source, n_source, n_positions, **SHAPE | PARTS[part])

    return make


def forecasting(part: str) -> nn.Module:
    if part == "feed-forward alone":  # the window goes in as a whole, and the forecast of its last step comes out
        return nn.Sequential(nn.Linear(WIDTH, 128), nn.GELU(), nn.Linear(128, 64), nn.GELU(), nn.Linear(64, 1))
    if part == "GRU":
        return Reader(N_READER)
    return Forecaster(**SHAPE | PARTS[part])


N_GRU, N_READER = 40, 74  # units, so that each has about as many weights as the whole Transformer of its task
TASKS = {
    "sines": Task(sines_batch, forecasting, squared_error, judge_forecasts, 700, n_batch=32, is_error=True),
    "sorting": Task(sorting_batch, answering(N_SYMBOLS + 3, 12), answers_loss, partial(judge_answers, end=END), 250),
    "dates": Task(dates_batch, answering(N_CHARACTERS, 24), answers_loss, partial(judge_answers, end=0), 400),
}
RIVALS = {"sines": ("feed-forward alone", "GRU"), "sorting": ("GRU",), "dates": ()}
STAGES = ((4 / 6, 1), (1 / 6, 1 / 3), (1 / 6, 1 / 10))  # share of the steps, share of the rate


def train(task: str, part: str, seed: int, rate: float, n_steps: int | None = None) -> tuple[nn.Module, float]:
    """Train one network; also give its loss in training, as a mean over the last tenth of the steps."""
    chosen = TASKS[task]
    torch.manual_seed(seed)
    model, batches, losses = chosen.make(part), chosen.batches(seed), []
    for share, slower in STAGES:
        steps = round(share * (n_steps or chosen.n_steps))
        losses += fit(model, batches, chosen.loss, n_steps=steps, learning_rate=rate * slower, clip=1.0).losses
    return model, float(np.mean(losses[-len(losses) // 10 :]))


def result(task: str, part: str, seed: int, rate: float, n_test=1000, n_steps: int | None = None) -> dict[str, Any]:
    """Train a network and judge it on what it was not trained on."""
    model, loss = train(task, part, seed, rate, n_steps)
    found = TASKS[task].judge(model, *TASKS[task].tested(seed, n_test)) | {"loss": loss}
    return found | ({"lengths": other_lengths(model)} if task == "sorting" else {})


def compared(task: str, part: str) -> dict:
    """Choose the rate with one seed, then train with others."""
    tried = {rate: result(task, part, CHOOSER, rate)["score"] for rate in RATES}
    best = (min if TASKS[task].is_error else max)(tried, key=tried.__getitem__)
    n_weights = sum(p.numel() for p in TASKS[task].make(part).parameters())
    n_seeds = N_SEEDS if part in ("whole", *RIVALS[task]) or (task, part) == SCATTERED else N_SEEDS_ABLATED
    runs = [result(task, part, seed, best) for seed in range(n_seeds)]
    return {"n_weights": n_weights, "tried": {str(k): v for k, v in tried.items()}, "rate": best, "runs": runs}


def about() -> dict:
    return {
        "command": "python experiments/transformer_lab.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "steps": {name: task.n_steps for name, task in TASKS.items()},
        "batch": {name: task.n_batch for name, task in TASKS.items()},
        "rates": RATES,
        "shape": SHAPE,
    }


def main() -> int:
    """Measure what the file does not hold yet, and store each part as soon as it is done."""
    torch.set_num_threads(1)
    measured: dict = json.loads(OUT.read_text(encoding="utf-8")) if OUT.exists() else {}
    for task in TASKS:
        for part in (*PARTS, *RIVALS[task]):
            if part in measured.setdefault(task, {}):
                continue
            measured[task][part] = found = compared(task, part)
            print(task, part, found["tried"], [round(run["score"], 4) for run in found["runs"]], flush=True)
            OUT.write_text(json.dumps(measured | {"about": about()}, indent=1) + "\n", encoding="utf-8")
    for name, times in (("not longer", 1), ("longer", LONGER)):  # those that the rate chosen left with nothing
        if name in measured:
            continue
        n_steps = times * TASKS["sorting"].n_steps
        runs = [result("sorting", NO_CHOICE, seed, LONGER_RATE, n_steps=n_steps) for seed in range(N_SEEDS_ABLATED)]
        measured[name] = {"n_steps": n_steps, "rate": LONGER_RATE, "runs": runs}
        print(name, [round(run["score"], 4) for run in runs], flush=True)
        OUT.write_text(json.dumps(measured | {"about": about()}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
