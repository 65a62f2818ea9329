"""Measure over five seeds what the chapter on gated memory claims of dates and of a series.

It writes ``src/softrecall/data/gated-memory.json``. Run it with ``OMP_NUM_THREADS=1 python
experiments/gated_memory.py``: about twenty minutes on one core. As in ``recurrent_margins.py``, a margin is half of the
worst gap to the baseline.
"""

from __future__ import annotations

import datetime
import json
import platform
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from softrecall.recurrent import Bidirectional, EncoderDecoder, LSTMCell, run
from softrecall.tasks import DATE_TOKENS, dates, encode_dates, split_days, two_sines, windows
from softrecall.training import fit

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "data" / "gated-memory.json"
N_SEEDS = 5

# ---- dates -----------------------------------------------------------------------------------------------------------

TRAIN_DAYS, TEST_DAYS = split_days(np.random.default_rng(0))


class NoLook(nn.Module):
    """What stands in for the alignment: nothing is read, or the mean of all places."""

    def __init__(self, alignment: nn.Module, *, is_mean: bool) -> None:
        super().__init__()
        self.w_k, self.is_mean = alignment.w_k, is_mean

    def forward(self, query, keys, is_real, from_keys):
        weights = is_real / is_real.sum(1, keepdim=True) * self.is_mean
        return (weights[:, None] @ keys)[:, 0], weights


def translator(kind: str, seed: int) -> EncoderDecoder:
    """Make an encoder-decoder that looks back by "alignment", at the "mean" of all places, or not ("none")."""
    torch.manual_seed(seed)
    model = EncoderDecoder(len(DATE_TOKENS) + 2, 1, n_embed=16, n_hidden=32, n_align=16)
    if kind != "alignment":
        model.decoder.alignment = NoLook(model.decoder.alignment, is_mean=kind == "mean")
    return model


def date_batch(days: np.ndarray, n: int, rng: np.random.Generator) -> tuple[torch.Tensor, ...]:
    texts, iso = dates(n, days, rng)
    (source, lengths), (target, _) = encode_dates(texts), encode_dates(iso)
    return torch.tensor(source), torch.tensor(lengths), torch.tensor(target)


def date_batches(seed: int, n: int = 64) -> Iterator[tuple]:
    rng = np.random.default_rng(seed)
    while True:
        yield date_batch(TRAIN_DAYS, n, rng)


def date_loss(model: nn.Module, source: torch.Tensor, lengths: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return functional.cross_entropy(model(source, lengths, target)[0].flatten(0, 1), target.flatten())


ORDERS = ("dmy", "mdy", "wdmy", "dmy", "mdy")  # what comes first, second, ... in each style; w is the weekday


@torch.no_grad()
def looks(model: EncoderDecoder) -> dict[str, float]:
    """Of the weight that goes out while year, month or day is written: how much falls on that same part."""
    shares: dict[str, list[float]] = {"y": [], "m": [], "d": []}
    for style, order in enumerate(ORDERS):
        texts, _ = dates(100, TEST_DAYS, np.random.default_rng(5), style=style)
        tokens, lengths = encode_dates(texts)
        _, weights = model.decode(torch.tensor(tokens), torch.tensor(lengths), 10)
        for text, rows in zip(texts, weights.numpy(), strict=True):
            words = zip(order, re.finditer("[a-z0-9]+", text), strict=True)
            places = {part: slice(*word.span()) for part, word in words}
            for part, written in (("y", slice(0, 4)), ("m", slice(5, 7)), ("d", slice(8, 10))):
                shares[part].append(rows[written, places[part]].sum(1).mean())
    return {part: float(np.mean(values)) for part, values in shares.items()}


def translation(kind: str, seed: int, n_steps: int) -> dict:
    """Train on days of one side of the split.

    `exact` is the share of 500 days of the other side that are written without a fault, every 50 steps; `looks` is
    measured at the end.
    """
    model, exact = translator(kind, seed), []
    source, lengths, target = date_batch(TEST_DAYS, 500, np.random.default_rng(99))

    def note(model: nn.Module) -> bool:
        written, _ = model.decode(source, lengths, target.shape[1])
        exact.append((written == target).all(1).double().mean().item())
        return False

    fit(model, date_batches(seed), date_loss, n_steps=n_steps, learning_rate=1e-2, clip=1.0, stop=note)
    return {"exact": exact} | ({"looks": looks(model)} if kind == "alignment" else {})


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
    measured: dict = {"dates": {}, "series": {"baselines": baselines(), "networks": {}}}
    measured["series"] |= lagged()
    for kind, n_steps in (("alignment", 250), ("mean", 1500), ("none", 1500)):
        measured["dates"][kind] = [translation(kind, seed, n_steps) for seed in seeds]
        print(kind, [[run["exact"][4], run["exact"][-1]] for run in measured["dates"][kind]], flush=True)
    for name, changes in VARIANTS.items():
        measured["series"]["networks"][name] = [forecast(seed, **changes) for seed in seeds]
        print(name, [round(run["test"], 4) for run in measured["series"]["networks"][name]], flush=True)
    at_250 = {kind: [run["exact"][4] for run in runs] for kind, runs in measured["dates"].items()}
    base = measured["series"]["baselines"]
    lstm = [run["test"] for run in measured["series"]["networks"]["16 units"]]
    measured["margins"] = {
        "alignment above none, 250 steps": margin(at_250["none"], at_250["alignment"]),
        "alignment above mean, 250 steps": margin(at_250["mean"], at_250["alignment"]),
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
