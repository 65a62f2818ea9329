"""Measure over five seeds what the chapters on recurrent networks claim.

It writes ``src/softrecall/data/recurrent-margins.json``. Run it with ``OMP_NUM_THREADS=1 python
experiments/recurrent_margins.py``: about four minutes on one core. For each claim the file holds the numbers of each
seed, the worst gap to the named baseline, and half of it: the margin that chapters and tests assert.
"""

from __future__ import annotations

import datetime
import itertools
import json
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from softrecall.recurrent import GRUCell, LSTMCell, RNNCell, run
from softrecall.tasks import adding, endings, spike_trains
from softrecall.training import fit

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "data" / "recurrent-margins.json"
N_SEEDS = 5


class Last(nn.Module):
    """A cell and a linear read-out of its last state."""

    def __init__(self, cell: nn.Module, n_out: int) -> None:
        super().__init__()
        self.cell, self.out = cell, nn.Linear(cell.n_hidden, n_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(run(self.cell, x)[0][:, -1])


class Every(Last):
    """A cell and a linear read-out of each state."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(run(self.cell, x)[0])


# ---- does a sequence end in 0, 1, 2? ---------------------------------------------------------------------------------


def ending_batches(seed: int, share: float | None, n: int = 64) -> Iterator[tuple]:
    rng = np.random.default_rng(seed)
    while True:
        symbols, is_ending = endings(n, 10, rng, share=share)
        yield functional.one_hot(torch.tensor(symbols), 5).float(), torch.tensor(is_ending)


def ending_loss(model: nn.Module, x: torch.Tensor, is_ending: torch.Tensor) -> torch.Tensor:
    return functional.binary_cross_entropy_with_logits(model(x)[:, 0], is_ending.float())


@torch.no_grad()
def detection(seed: int, share: float | None, n_steps: int = 150) -> dict[str, float]:
    """Train an RNN of 16 units and test it on 20,000 sequences drawn at random."""
    torch.manual_seed(seed)
    model = Last(RNNCell(5, 16), 1)
    with torch.enable_grad():
        fit(model, ending_batches(seed, share), ending_loss, n_steps=n_steps, learning_rate=3e-3, clip=1.0)
    x, is_ending = next(ending_batches(99, None, 20_000))
    found = model(x)[:, 0] > 0
    return {
        "accuracy": (found == is_ending).double().mean().item(),
        "recall": (found & is_ending).sum().item() / is_ending.sum().item(),
        "specificity": (~found & ~is_ending).sum().item() / (~is_ending).sum().item(),
        "always no": 1 - is_ending.double().mean().item(),
    }


# ---- the next spikes -------------------------------------------------------------------------------------------------


def neurons(n_trials: int, seed: int):
    return spike_trains(
        n_trials, np.random.default_rng(seed), n_neurons=20, n_steps=60, readout=np.random.default_rng(7)
    )


def poisson_loss(rates: np.ndarray, counts: np.ndarray) -> float:
    """Mean negative log-likelihood of counts, in nats, without the term that does not depend on the rates."""
    return float((rates - counts * np.log(rates)).mean())


def next_counts_loss(model: nn.Module, counts: torch.Tensor) -> torch.Tensor:
    return functional.poisson_nll_loss(model(counts[:, :-1]), counts[:, 1:])


def trial_batches(counts: np.ndarray, seed: int, n: int = 32) -> Iterator[tuple]:
    rng, all_counts = np.random.default_rng(seed), torch.tensor(counts).float()
    while True:
        yield (all_counts[torch.tensor(rng.integers(0, len(counts), n))],)


def spikes(seed: int, n_steps: int = 400) -> dict[str, float]:
    """Train an RNN to predict the next counts; compare on new trials with what needs no training."""
    train, test = neurons(200, 1), neurons(200, 2)
    torch.manual_seed(seed)
    model = Every(RNNCell(20, 32), 20)
    batches = trial_batches(train.counts, seed)
    fit(model, batches, next_counts_loss, n_steps=n_steps, learning_rate=3e-3, clip=1.0)
    counts, before = test.counts[:, 1:], test.counts[:, :-1]
    with torch.no_grad():
        predicted = model(torch.tensor(before).float()).exp().numpy()
    mean = train.counts.mean((0, 1))  # of each neuron
    blends = [(1 - a) * mean + a * before for a in (0.05, 0.1, 0.2, 0.4)]
    return {
        "rnn": poisson_loss(predicted, counts),
        "average over trials": poisson_loss(train.counts.mean(0)[1:] + 1e-9, counts),
        "persistence": min(poisson_loss(blend, counts) for blend in blends),
        "constant": poisson_loss(np.broadcast_to(mean, counts.shape), counts),
        "true rates": poisson_loss(test.rates[:, 1:], counts),
    }


# ---- the adding problem ----------------------------------------------------------------------------------------------


def sum_batches(seed: int, n: int = 50, n_steps: int = 50) -> Iterator[tuple]:
    rng = np.random.default_rng(seed)
    while True:
        x, target = adding(n, n_steps, rng)
        yield torch.tensor(x).float(), torch.tensor(target).float()


def squared_error(model: nn.Module, x: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return ((model(x)[:, 0] - target) ** 2).mean()


CELLS: dict[str, Callable[[], nn.Module]] = {
    "RNN": lambda: RNNCell(2, 64),
    "LSTM": lambda: LSTMCell(2, 64, forget_bias=1.0),
    "GRU": lambda: GRUCell(2, 64),
}


def sums(cell: str, seed: int, n_steps: int = 1500) -> dict:
    """Train until the error on 500 held-out sequences is below 0.01, or for `n_steps`; `curve` has it all 50 steps."""
    torch.manual_seed(seed)
    model, held_out, curve = Last(CELLS[cell](), 1), next(sum_batches(1000 + seed, 500)), []

    def is_solved(model: nn.Module) -> bool:
        curve.append(round(squared_error(model, *held_out).item(), 5))
        return curve[-1] < 0.01

    record = fit(model, sum_batches(seed), squared_error, n_steps=n_steps, learning_rate=5e-3, clip=1.0, stop=is_solved)
    with torch.no_grad():
        error = squared_error(model, *next(sum_batches(2000 + seed, 2000))).item()
    return {"error": error, "n_steps": len(record.losses), "constant": 1 / 6, "curve": curve}


# ---- margins ---------------------------------------------------------------------------------------------------------


def margin(better: list[float], worse: list[float]) -> dict[str, float]:
    """Half of the worst gap between what should be smaller and what should be larger, seed by seed."""
    gap = min(b - a for a, b in zip(better, worse, strict=True))
    return {"worst_gap": round(gap, 5), "margin": round(gap / 2, 5)}


def measure() -> dict:
    seeds = range(N_SEEDS)
    measured: dict = {"detection": {}, "spikes": [], "adding": {}}
    for name, share in (("as they come", None), ("balanced", 0.5)):
        measured["detection"][name] = [detection(seed, share) for seed in seeds]
    measured["spikes"] = [spikes(seed) for seed in seeds]
    for cell, seed in itertools.product(CELLS, seeds):
        measured["adding"].setdefault(cell, []).append(sums(cell, seed))
        print(cell, seed, measured["adding"][cell][-1], flush=True)
    balanced, fired = measured["detection"]["balanced"], measured["spikes"]
    measured["margins"] = {
        "recall of the RNN above 0": margin([0.0] * N_SEEDS, [run["recall"] for run in balanced]),
        "RNN below the average over trials": margin(
            [run["rnn"] for run in fired], [run["average over trials"] for run in fired]
        ),
        "RNN above the true rates": margin([run["true rates"] for run in fired], [run["rnn"] for run in fired]),
    }
    for cell in ("LSTM", "GRU"):
        errors = [run["error"] for run in measured["adding"][cell]]
        rnn = [run["error"] for run in measured["adding"]["RNN"]]
        measured["margins"][f"{cell} below the RNN, adding"] = margin(errors, rnn)
    return measured


def main() -> int:
    torch.set_num_threads(1)
    about = {
        "command": "python experiments/recurrent_margins.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
    }
    OUT.write_text(json.dumps({"about": about} | measure(), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
