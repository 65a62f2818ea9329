"""Reverse short sequences with a Transformer and with a pair of recurrent networks of the same size.

It writes ``src/softrecall/data/transformer.json``. Run it with ``OMP_NUM_THREADS=1 python experiments/transformer.py``:
about two minutes on one core. A run that the file already holds is not repeated.

Both networks read 4 to 8 symbols out of 10 and write them backwards. They have the same steps, batches and, to 1 %, the
same number of weights. The last two fifths of the steps are at a quarter of the rate. Each is tuned over three rates
with two seeds, by what it gets right at the lengths it was trained with; then it runs with five seeds. An answer counts
if every symbol is right and it ends where it should. The recurrent pair is an encoder whose last state starts a
decoder: the GRU of PyTorch, twice.
"""

from __future__ import annotations

import datetime
import json
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn

from softrecall.tasks import END, PADDING, START, reversal
from softrecall.training import fit
from softrecall.transformer import Transformer

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "data" / "transformer.json"
N_SYMBOLS, N_TOKENS, SHORTEST, LONGEST, N_POSITIONS = 10, 13, 4, 8, 16
N_BATCH, N_STEPS, N_TEST, N_TUNE, N_SEEDS = 64, 500, 500, 2, 5
LONGER = 4  # times the steps, with one seed
WIDTH, N_HEADS, N_LAYERS, N_FF, N_HIDDEN = 64, 4, 2, 128, 137
LENGTHS = range(3, 13)  # tested; 3 and from 9 on are never trained
RATES = {"transformer": (1e-3, 2e-3, 4e-3), "gru": (1e-3, 3e-3, 1e-2)}
NAMES = ("kind", "learning_rate", "seed", "n_steps")


class Recurrent(nn.Module):
    """A GRU reads; its state at the last symbol starts another, which writes."""

    def __init__(self) -> None:
        super().__init__()
        self.source_tokens, self.target_tokens = (nn.Embedding(N_TOKENS, WIDTH) for _ in range(2))
        self.encoder, self.decoder = (nn.GRU(WIDTH, N_HIDDEN, batch_first=True) for _ in range(2))
        self.out = nn.Linear(N_HIDDEN, N_TOKENS)

    def read(self, source: torch.Tensor, source_mask: torch.Tensor) -> torch.Tensor:
        """The state after the last real symbol, (1, n_batch, N_HIDDEN)."""
        states, _ = self.encoder(self.source_tokens(source))  # (n_batch, n_read, N_HIDDEN)
        return states[torch.arange(len(source)), source_mask.sum(1) - 1][None].contiguous()

    def forward(self, source: torch.Tensor, target: torch.Tensor, source_mask: torch.Tensor) -> torch.Tensor:
        states, _ = self.decoder(self.target_tokens(target), self.read(source, source_mask))
        return self.out(states)  # (n_batch, n_written, N_TOKENS)

    @torch.no_grad()
    def greedy(self, source: torch.Tensor, start: int, end: int, n_max: int, source_mask: torch.Tensor) -> torch.Tensor:
        """As `Transformer.greedy`, (n_batch, n_max)."""
        state, token, answer = self.read(source, source_mask), torch.full_like(source[:, :1], start), []
        has_ended = torch.zeros_like(token, dtype=torch.bool)
        for _ in range(n_max):
            x, state = self.decoder(self.target_tokens(token), state)
            token = self.out(x).argmax(-1).masked_fill(has_ended, end)  # (n_batch, 1)
            has_ended |= token == end
            answer.append(token)
        return torch.cat(answer, dim=1)


def build(kind: str) -> nn.Module:
    if kind == "gru":
        return Recurrent()
    return Transformer(N_TOKENS, N_TOKENS, N_POSITIONS, WIDTH, N_HEADS, N_LAYERS, N_FF)


def batches(rng: np.random.Generator) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    while True:
        pairs = reversal(N_BATCH, LONGEST, rng, n_symbols=N_SYMBOLS, shortest=SHORTEST)
        yield torch.tensor(pairs.source), torch.tensor(pairs.target)


def loss(model: nn.Module, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    logits = model(source, target[:, :-1], source != PADDING)  # (n_batch, LONGEST + 1, N_TOKENS)
    return nn.functional.cross_entropy(logits.flatten(0, 1), target[:, 1:].flatten())


def exact(model: nn.Module, length: int, rng: np.random.Generator) -> float:
    """The share of answers in which every symbol is right, and the end."""
    pairs = reversal(N_TEST, length, rng, n_symbols=N_SYMBOLS)
    source, wanted = torch.tensor(pairs.source), torch.tensor(pairs.target[:, 1:])
    answer = model.greedy(source, START, END, length + 1, source != PADDING)
    answer = nn.functional.pad(answer, (0, length + 1 - answer.shape[1]), value=END)  # if all ended early
    return (answer == wanted).all(1).double().mean().item()


def train(kind: str, learning_rate: float, seed: int, n_steps: int = N_STEPS) -> dict:
    """Train one network; `exact` has the share of right answers for each length."""
    torch.manual_seed(seed)
    model, stream = build(kind), batches(np.random.default_rng(seed))
    for rate, share in ((learning_rate, 0.6), (learning_rate / 4, 0.4)):
        fit(model, stream, loss, n_steps=round(share * n_steps), learning_rate=rate)
    rng = np.random.default_rng(1000 + seed)
    right = {str(length): round(exact(model, length, rng), 3) for length in LENGTHS}
    run = dict(zip(NAMES, (kind, learning_rate, seed, n_steps), strict=True))
    return run | {"n_weights": sum(parameter.numel() for parameter in model.parameters()), "exact": right}


def trained(run: dict) -> float:
    """Mean over the lengths that a run was trained with."""
    return float(np.mean([run["exact"][str(length)] for length in range(SHORTEST, LONGEST + 1)]))


def run_of(run: dict, kind: str, rate: float, n_steps: int = N_STEPS) -> bool:
    """Whether it is one of those with this rate and these steps."""
    return (run["kind"], run["learning_rate"], run["n_steps"]) == (kind, rate, n_steps)


def best(runs: list[dict], kind: str) -> float:
    """The rate that gets most right with the seeds of the tuning; of equals the smaller."""

    def score(rate: float) -> tuple[float, float]:
        tried = [run for run in runs if run_of(run, kind, rate) and run["seed"] < N_TUNE]
        return float(np.mean([trained(run) for run in tried])) if tried else 0.0, -rate

    return max(RATES[kind], key=score)


def save(runs: list[dict]) -> None:
    """One run per line."""
    about = {
        "command": "python experiments/transformer.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "n_steps": N_STEPS,
        "n_batch": N_BATCH,
        "n_test": N_TEST,
        "rates": RATES,
        "best": {kind: best(runs, kind) for kind in RATES if any(run["kind"] == kind for run in runs)},
    }
    lines = ",\n".join(json.dumps(run) for run in runs)
    OUT.write_text(f'{{"about": {json.dumps(about)},\n"runs": [\n{lines}\n]}}\n', encoding="utf-8")


def stages(runs: list[dict]) -> list[Callable[[], list[tuple]]]:
    """The settings to run, one stage after the other: tuning, five seeds, and more steps with one seed."""
    seeds = range(N_SEEDS)
    return [
        lambda: [(kind, rate, seed, N_STEPS) for seed in range(N_TUNE) for kind in RATES for rate in RATES[kind]],
        lambda: [(kind, best(runs, kind), seed, N_STEPS) for kind in RATES for seed in seeds],
        lambda: [(kind, best(runs, kind), 0, LONGER * N_STEPS) for kind in reversed(RATES)],
    ]


def main() -> int:
    torch.set_num_threads(1)
    runs = json.loads(OUT.read_text(encoding="utf-8"))["runs"] if OUT.exists() else []
    for stage in stages(runs):
        for settings in stage():
            if settings not in {tuple(run[name] for name in NAMES) for run in runs}:
                runs.append(train(*settings))
                save(runs)
                print(settings, runs[-1]["n_weights"], runs[-1]["exact"], flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
