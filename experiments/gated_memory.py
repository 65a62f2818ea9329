"""Measure over five seeds what the chapter on gated memory claims of a series.

It writes ``src/softrecall/data/gated-memory.json``. Run it with ``OMP_NUM_THREADS=1 python
experiments/gated_memory.py``: about a quarter of an hour on one core. As in ``recurrent_margins.py``, a margin is half
of the worst gap to the baseline.
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

from softrecall.recurrent import Bidirectional, LSTMCell, run
from softrecall.tasks import two_sines, windows
from softrecall.training import fit

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "data" / "gated-memory.json"
N_SEEDS = 5

# ---- two sines -------------------------------------------------------------------------------------------------------

WIDTH, TRAIN, VALIDATION, N_VALUES = 40, 1600, 2000, 2400
SERIES = two_sines(N_VALUES, np.random.default_rng(0))
VARIANTS: dict[str, dict] = {
    "16 units": {},
    "64 units": {"n_hidden": 64},
    "two layers": {"n_layers": 2},
    "both directions": {"is_bidirectional": True},
    "forget bias 0": {"forget_bias": 0.0},
    "orthogonal start": {"is_orthogonal": True},
    "learning rate 0.003": {"learning_rate": 3e-3},
    "learning rate 0.03": {"learning_rate": 3e-2},
    "3,000 steps, rate 0.001": {"n_steps": 3000, "learning_rate": 1e-3},
}
FALLING = ((600, 1e-2), (300, 3e-3), (300, 1e-3))  # steps, each with its learning rate
LAGS = (4, 8, 16, 40)


class Forecast(nn.Module):
    """LSTM cells read a window; a linear layer turns their last state into the next value."""

    def __init__(self, n_hidden=16, n_layers=1, forget_bias=1.0, *, is_bidirectional=False, is_orthogonal=False):
        super().__init__()
        sizes = [1, *[n_hidden] * (n_layers - 1)]
        self.cells = nn.ModuleList(LSTMCell(n, n_hidden, forget_bias) for n in sizes)
        self.both = None
        if is_bidirectional:
            self.both = Bidirectional(self.cells[0], LSTMCell(1, n_hidden, forget_bias))
        if is_orthogonal:
            for block in self.cells[0].w_h.data.split(n_hidden):
                nn.init.orthogonal_(block)
        self.out = nn.Linear(n_hidden * (1 + is_bidirectional), 1)

    def forward(self, past: torch.Tensor) -> torch.Tensor:  # (n_batch, width)
        x = past[..., None]
        if self.both:
            _, ((end, _), (start, _)) = self.both(x)
            return self.out(torch.cat([end, start], -1))[:, 0]
        for cell in self.cells:
            x, _ = run(cell, x)
        return self.out(x[:, -1])[:, 0]


def parts() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Windows in the order of time: training, validation, test; in units of the training part."""
    scaled = (SERIES.values - SERIES.values[:TRAIN].mean()) / SERIES.values[:TRAIN].std()
    return {
        "train": windows(scaled[:TRAIN], WIDTH),
        "validation": windows(scaled[TRAIN:VALIDATION], WIDTH),
        "test": windows(scaled[VALIDATION:], WIDTH),
    }


def window_batches(seed: int, past: np.ndarray, following: np.ndarray, n: int = 64) -> Iterator[tuple]:
    rng, x, y = np.random.default_rng(seed), torch.tensor(past).float(), torch.tensor(following).float()
    while True:
        some = torch.tensor(rng.integers(0, len(x), n))
        yield x[some], y[some]


def squared_error(model: nn.Module, past: torch.Tensor, following: torch.Tensor) -> torch.Tensor:
    return ((model(past) - following) ** 2).mean()


def forecast(
    seed: int, n_steps: int = 600, learning_rate: float = 1e-2, stages: tuple | None = None, **shape
) -> dict[str, float]:
    """Train on the first part of the series; mean squared errors on the later ones, in units of the series.

    `stages` are pairs of a number of steps and a learning rate, gone through one after the other.
    """
    split, variance = parts(), SERIES.values[:TRAIN].var()
    torch.manual_seed(seed)
    model, batches = Forecast(**shape), window_batches(seed, *split["train"])
    for steps, rate in stages or ((n_steps, learning_rate),):
        fit(model, batches, squared_error, n_steps=steps, learning_rate=rate, clip=1.0)
    with torch.no_grad():
        return {
            name: squared_error(model, torch.tensor(x).float(), torch.tensor(y).float()).item() * variance
            for name, (x, y) in split.items()
        }


def linear(lags: int = WIDTH) -> np.ndarray:
    """Forecast the test part by a weighted sum of the last values, with weights from least squares."""
    (x, y), (past, _) = (parts()[name] for name in ("train", "test"))
    fitted, *_ = np.linalg.lstsq(np.c_[x[:, -lags:], np.ones(len(x))], y, rcond=None)
    return np.c_[past[:, -lags:], np.ones(len(past))] @ fitted


def baselines() -> dict[str, float]:
    """Errors on the test part without a network: the last value, a linear fit of the window, the true curve."""
    variance, (past, following) = SERIES.values[:TRAIN].var(), parts()["test"]
    errors = {"last value": past[:, -1] - following, "linear": linear() - following, "mean": -following}
    floor = (SERIES.values - SERIES.clean)[VALIDATION + WIDTH :]
    return {name: float((e**2).mean() * variance) for name, e in errors.items()} | {
        "true curve": float((floor**2).mean())
    }


def lagged(n_seeds: int = N_SEEDS) -> dict:
    """Weighted sums of fewer values, and the first network of `VARIANTS` with a learning rate that falls."""
    variance, following = SERIES.values[:TRAIN].var(), parts()["test"][1]
    return {
        "linear by lags": {str(k): float(((linear(k) - following) ** 2).mean() * variance) for k in LAGS},
        "falling rate": [forecast(seed, stages=FALLING) for seed in range(n_seeds)],
    }


# ---- margins ---------------------------------------------------------------------------------------------------------


def margin(better: list[float], worse: list[float]) -> dict[str, float]:
    """Half of the worst gap between what should be smaller and what should be larger, seed by seed."""
    gap = min(b - a for a, b in zip(better, worse, strict=True))
    return {"worst_gap": round(gap, 5), "margin": round(gap / 2, 5)}


def measure() -> dict:
    seeds = range(N_SEEDS)
    measured: dict = {"series": {"baselines": baselines(), "networks": {}}}
    measured["series"] |= lagged()
    for name, changes in VARIANTS.items():
        measured["series"]["networks"][name] = [forecast(seed, **changes) for seed in seeds]
        print(name, [round(run["test"], 4) for run in measured["series"]["networks"][name]], flush=True)
    base = measured["series"]["baselines"]
    lstm = [run["test"] for run in measured["series"]["networks"]["16 units"]]
    measured["margins"] = {
        "LSTM below the last value": margin(lstm, [base["last value"]] * N_SEEDS),
        "linear below the LSTM": margin([base["linear"]] * N_SEEDS, lstm),
    }
    return measured


def main() -> int:
    torch.set_num_threads(1)
    about = {
        "command": "python experiments/gated_memory.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
    }
    OUT.write_text(json.dumps({"about": about} | measure(), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
