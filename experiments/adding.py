"""Tune every network of the adding problem, the plain one too, and give both sides the same number of weights once.

It writes ``src/softrecall/data/adding.json``. Run it with ``OMP_NUM_THREADS=1 python experiments/adding.py``: about a
quarter of an hour on one core. A run that the file already holds is not repeated.

``ReLU, identity`` is the plain network of Le, Jaitly and Hinton (2015): ReLU in place of tanh, biases of 0, and a
recurrent matrix that starts as the identity. The LSTMs start with a forget bias of 1, those of ``LSTM, bias 0`` with 0.
Under ``longer`` are GRUs that were trained in the same way, and then asked for streams of 200 steps.

Streams of 50 steps, 50 of them per step of training; Adam, gradients clipped to the length 1. A run ends when the
squared error on 500 held-out streams falls below 0.01, or after 8,000 steps. The gated cells and the window are tried
at several rates with the seeds 0 and 1, and at one of them with all five. At the rate of 0.005, and for 1,500 steps,
the plain network is in ``recurrent_margins.py``. The layers are PyTorch's own, whose cells are those of the package and
which take a quarter of the time.
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

from softrecall.tasks import adding
from softrecall.training import fit

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "data" / "adding.json"
LENGTH, N_STEPS, EVERY, SOLVED = 50, 8000, 100, 0.01
LONGER = 200  # four times as long
NAMES = ("kind", "n_hidden", "learning_rate", "seed")
RATES = {
    "LSTM": (1e-3, 5e-3, 1e-2),
    "GRU": (1e-3, 5e-3, 1e-2),
    "window": (1e-3, 5e-3),
}
BEST = {
    "RNN, orthogonal": 5e-4,
    "ReLU, identity": 5e-3,
    "LSTM": 5e-3,
    "LSTM, bias 0": 5e-3,
    "GRU": 5e-3,
    "window": 1e-3,
}
EQUAL = {"LSTM": 31, "GRU": 36}  # units: about as many weights as 64 plain ones
N_SEEDS = 5


class Reader(nn.Module):
    """A recurrent layer and a read-out of its last state."""

    def __init__(self, kind: str, n_hidden: int) -> None:
        super().__init__()
        layer, _, start = kind.partition(", ")
        if layer == "ReLU":
            self.layer = nn.RNN(2, n_hidden, nonlinearity="relu", batch_first=True)
        else:
            self.layer = getattr(nn, layer)(2, n_hidden, batch_first=True)
        self.out = nn.Linear(n_hidden, 1)
        with torch.no_grad():
            if start == "orthogonal":
                nn.init.orthogonal_(self.layer.weight_hh_l0)
            if start == "identity":
                nn.init.eye_(self.layer.weight_hh_l0)
                self.layer.bias_ih_l0.zero_()
                self.layer.bias_hh_l0.zero_()
            if layer == "LSTM":  # blocks i, f, g, o
                self.layer.bias_ih_l0[n_hidden : 2 * n_hidden] = 0 if start == "bias 0" else 1
                self.layer.bias_hh_l0[n_hidden : 2 * n_hidden] = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # (n_batch, n_steps, 2)
        return self.out(self.layer(x)[0][:, -1])[:, 0]


class Window(nn.Sequential):
    """A network of all steps at once, with weights of their own for each."""

    def __init__(self, n_hidden: int) -> None:
        layers = nn.Linear(2 * LENGTH, n_hidden), nn.ReLU(), nn.Linear(n_hidden, 1)
        super().__init__(nn.Flatten(), *layers, nn.Flatten(0))


def streams(seed: int, n: int = 50, length: int = LENGTH) -> Iterator[tuple]:
    rng = np.random.default_rng(seed)
    while True:
        x, target = adding(n, length, rng)
        yield torch.tensor(x).float(), torch.tensor(target).float()


def squared_error(model: nn.Module, x: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return ((model(x) - target) ** 2).mean()


def fitted(kind: str, n_hidden: int, learning_rate: float, seed: int, n_steps: int = N_STEPS) -> tuple:
    """One network, trained; the steps that it took; its error on held-out streams every hundred steps."""
    torch.manual_seed(seed)
    model = Window(n_hidden) if kind == "window" else Reader(kind, n_hidden)
    held_out, curve = next(streams(1000 + seed, 500)), []

    def is_solved(model: nn.Module) -> bool:
        curve.append(round(squared_error(model, *held_out).item(), 4))
        return curve[-1] < SOLVED

    record = fit(
        model,
        streams(seed),
        squared_error,
        n_steps=n_steps,
        learning_rate=learning_rate,
        clip=1.0,
        stop=is_solved,
        every=EVERY,
    )
    return model, len(record.losses), curve


def train(kind: str, n_hidden: int, learning_rate: float, seed: int, n_steps: int = N_STEPS) -> dict:
    """Train and test one network; `curve` has the error on held-out streams every hundred steps."""
    model, n_taken, curve = fitted(kind, n_hidden, learning_rate, seed, n_steps)
    with torch.no_grad():
        error = squared_error(model, *next(streams(2000 + seed, 2000))).item()
    run = dict(zip(NAMES, (kind, n_hidden, learning_rate, seed), strict=True))
    sizes = {"n_weights": sum(parameter.numel() for parameter in model.parameters()), "n_steps": n_taken}
    return run | sizes | {"error": round(error, 5), "curve": curve}


def ask_longer(kind: str, seed: int) -> dict:
    """Train on the usual streams, and test on longer ones."""
    model, _, _ = fitted(kind, 64, BEST[kind], seed)
    x, target = next(streams(2000 + seed, 2000, LONGER))
    with torch.no_grad():
        answer = model(x)
        seen = {
            "error": squared_error(model, x, target),
            "always 1": ((1 - target) ** 2).mean(),
            "mean answer": answer.mean(),
            "correlation": torch.corrcoef(torch.stack([answer, target]))[0, 1],
        }
    return {"kind": kind, "seed": seed} | {name: round(value.item(), 4) for name, value in seen.items()}


def grid() -> list[tuple]:
    """All runs: one rate with five seeds, others with two, equal numbers of weights with three, and another start."""
    best = [(kind, 64, BEST[kind], seed) for seed in range(N_SEEDS) for kind in BEST]
    tuned = [(kind, 64, rate, seed) for seed in (0, 1) for kind, rates in RATES.items() for rate in rates]
    equal = [(kind, n, BEST[kind], seed) for kind, n in EQUAL.items() for seed in range(3)]
    order = ("LSTM", "LSTM, bias 0", "GRU", "ReLU, identity", "window", "RNN, orthogonal", "RNN")  # the slowest last
    other_start = [("RNN", 64, BEST["RNN, orthogonal"], 0)]
    return list(dict.fromkeys(sorted(best + tuned + equal + other_start, key=lambda run: order.index(run[0]))))


def save(runs: list[dict], longer: list[dict]) -> None:
    """One run per line."""
    about = {
        "command": "python experiments/adding.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "n_steps": N_STEPS,
        "every": EVERY,
        "solved": SOLVED,
        "n_batch": 50,
        "clip": 1.0,
        "best": BEST,
    }
    lists = (",\n".join(map(json.dumps, rows)) for rows in (runs, longer))
    text = '{{"about": {},\n"runs": [\n{}\n],\n"longer": [\n{}\n]}}\n'.format(json.dumps(about), *lists)
    OUT.write_text(text, encoding="utf-8")


def main() -> int:
    torch.set_num_threads(1)
    stored = json.loads(OUT.read_text(encoding="utf-8")) if OUT.exists() else {}
    runs, longer = stored.get("runs", []), stored.get("longer", [])
    done = {tuple(run[name] for name in NAMES) for run in runs}
    for settings in (settings for settings in grid() if settings not in done):
        runs.append(train(*settings))
        save(runs, longer)
        print(settings, runs[-1]["n_steps"], runs[-1]["error"], flush=True)
    for seed in range(len(longer), N_SEEDS):
        longer.append(ask_longer("GRU", seed))
        save(runs, longer)
        print(longer[-1], flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
