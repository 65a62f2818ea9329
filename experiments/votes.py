"""Train small models to add digits step by step, and let samples of their answers vote.

It writes ``src/softrecall/data/votes.json``. Run it with ``OMP_NUM_THREADS=1 python experiments/votes.py``: about two
minutes on one core. A problem has eight digits; the model writes the eight running sums, of each the last digit, and
the last of them is the answer. Training stops when it has most answers right, but not all: else nothing is to vote on.
"""

from __future__ import annotations

import datetime
import json
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from softrecall.training import fit
from softrecall.transformer import GPT

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "data" / "votes.json"
N_SEEDS, N_DIGITS, N_BATCH, RATE, N_STEPS, GOAL = 5, 8, 64, 3e-3, 600, 0.75
TEMPERATURES, VOTES, N_PROBLEMS = (0.5, 0.7, 1.0), (1, 5, 10, 20, 40), 300


def problems(n: int, rng: np.random.Generator) -> torch.Tensor:
    """Draw digits, and behind them their running sums modulo 10: (n, 2 N_DIGITS)."""
    digits = rng.integers(0, 10, (n, N_DIGITS))
    return torch.tensor(np.concatenate([digits, digits.cumsum(1) % 10], axis=1))


def batches(seed: int) -> Iterator[tuple[torch.Tensor]]:
    rng = np.random.default_rng(seed)
    while True:
        yield (problems(N_BATCH, rng),)


def loss(model: nn.Module, ids: torch.Tensor) -> torch.Tensor:
    return functional.cross_entropy(model(ids[:, :-1])[:, N_DIGITS - 1 :].mT, ids[:, N_DIGITS:])


@torch.no_grad()
def answers(model: nn.Module, digits: torch.Tensor, temperature: float, draw: torch.Generator) -> torch.Tensor:
    """Write the sums of problems (n, N_DIGITS) and give the last one of each, (n,); temperature 0 is greedy."""
    ids = digits
    for _ in range(N_DIGITS):
        scores = model(ids)[:, -1]
        if temperature:
            chosen = torch.multinomial((scores / temperature).softmax(1), 1, generator=draw)
        else:
            chosen = scores.argmax(1, keepdim=True)
        ids = torch.cat([ids, chosen], dim=1)
    return ids[:, -1]


def right(given: torch.Tensor, answer: torch.Tensor) -> float:
    return (given == answer).double().mean().item()


def train(seed: int, goal: float = GOAL) -> tuple[nn.Module, int]:
    """Train until greedy has `goal` of the answers right, on problems that are not reported."""
    torch.manual_seed(seed)
    model, test = GPT(10, 2 * N_DIGITS, 32, 4, 2), problems(N_PROBLEMS, np.random.default_rng(10_000 + seed))

    def good(model: nn.Module) -> bool:
        return right(answers(model, test[:, :N_DIGITS], 0, torch.Generator()), test[:, -1]) > goal

    record = fit(model, batches(seed), loss, n_steps=N_STEPS, learning_rate=RATE, clip=1.0, stop=good, every=5)
    return model, len(record.losses)


def measure(
    seed: int, n: int = N_PROBLEMS, temperatures: tuple[float, ...] = TEMPERATURES, votes: tuple[int, ...] = VOTES
) -> dict:
    model, n_steps = train(seed)
    test, draw = problems(n, np.random.default_rng(20_000 + seed)), torch.Generator().manual_seed(seed)
    digits, answer = test[:, :N_DIGITS], test[:, -1]
    found: dict = {
        "seed": seed,
        "steps": n_steps,
        "greedy": right(answers(model, digits, 0, draw), answer),
        "votes": {},
    }
    for temperature in temperatures:
        drawn = answers(model, digits.repeat_interleave(max(votes), 0), temperature, draw).reshape(n, max(votes))
        found["votes"][str(temperature)] = {"one": right(drawn, answer[:, None])} | {
            str(k): right(functional.one_hot(drawn[:, :k], 10).sum(1).argmax(1), answer) for k in votes if k > 1
        }
    return found


def main() -> int:
    torch.set_num_threads(1)
    about = {
        "command": "python experiments/votes.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "digits": N_DIGITS,
        "batch": N_BATCH,
        "rate": RATE,
        "goal": GOAL,
        "problems": N_PROBLEMS,
    }
    runs = []
    for seed in range(N_SEEDS):
        runs.append(measure(seed))
        print(runs[-1])
    OUT.write_text(json.dumps({"about": about, "runs": runs}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
