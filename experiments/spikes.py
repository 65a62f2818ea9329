"""Predict the next counts of 50 simulated neurons: a recurrent network, regressions, and averages, over five seeds.

It writes ``src/softrecall/data/spikes.json``. Run it with ``OMP_NUM_THREADS=1 python experiments/spikes.py``: about
two minutes on one core.

50 neurons, 100 steps, 200 trials to train on and 200 new ones to test on. All neurons follow a hidden rotation whose
phase differs from trial to trial; ten of them also fire half a spike more per step from step 40 to 59 of every trial, a
block that is locked to time. Scores are mean negative log-likelihoods per neuron and step, in nats, from step 15 on
(where the regression has its 15 steps), without the term that no prediction changes.

"And time" multiplies the predictions of a model, step by step and neuron by neuron, by how much more the neurons fired
in training than it says on average: what can be known without looking at the trial.

``same phase`` repeats the comparison of averages and network where all trials share their phase, with 200 and with 10
trials, and with two ways to keep an average of zero from the logarithm.
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

from softrecall.recurrent import RNNCell, run
from softrecall.tasks import spike_trains
from softrecall.training import fit

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "data" / "spikes.json"
N_SEEDS, N_NEURONS, N_STEPS, N_TRIALS, LAGS = 5, 50, 100, 200, 15
BLOCK_NEURONS, BLOCK_STEPS, BLOCK_RATE = slice(30, 40), slice(40, 60), 0.5
KERNEL = np.array((1, 2, 3, 2, 1)) / 9


def trials(n: int, seed: int, *, spread: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Counts and true rates (n, n_steps, n_neurons): the same neurons for every seed, and the block."""
    rng = np.random.default_rng(seed)
    counts, rates = spike_trains(
        n, rng, n_neurons=N_NEURONS, n_steps=N_STEPS, spread=spread, readout=np.random.default_rng(7)
    )
    more = np.zeros(rates.shape[1:])
    more[BLOCK_STEPS, BLOCK_NEURONS] = BLOCK_RATE
    return counts + rng.poisson(more, counts.shape), rates + more  # counts of Poisson neurons add up


class Recurrent(nn.Module):
    """An RNN of 32 units; gives the logarithms of the rates of the next step, at each step."""

    def __init__(self) -> None:
        super().__init__()
        self.cell, self.out = RNNCell(N_NEURONS, 32), nn.Linear(32, N_NEURONS)

    def forward(self, counts: torch.Tensor) -> torch.Tensor:
        return self.out(run(self.cell, counts[:, :-1])[0])[:, LAGS - 1 :]


class Regression(nn.Module):
    """A Poisson regression on the last 15 steps of all neurons; begins at the mean rate of each."""

    def __init__(self, mean: np.ndarray) -> None:
        super().__init__()
        self.out = nn.Linear(LAGS * N_NEURONS, N_NEURONS)
        nn.init.zeros_(self.out.weight)
        self.out.bias.data = torch.tensor(mean).float().log()

    def forward(self, counts: torch.Tensor) -> torch.Tensor:
        past = counts[:, :-1].unfold(1, LAGS, 1)  # (n_trials, n_steps - lags, n_neurons, lags)
        return self.out(past.flatten(2))


def loss(model: nn.Module, counts: torch.Tensor) -> torch.Tensor:
    return functional.poisson_nll_loss(model(counts), counts[:, LAGS:])


def batches(counts: torch.Tensor, seed: int, n: int = 32) -> Iterator[tuple]:
    rng = np.random.default_rng(seed)
    while True:
        yield (counts[torch.tensor(rng.integers(0, len(counts), n))],)


def trained(make, counts: np.ndarray, seed: int, learning_rate: float, n_steps: int) -> nn.Module:
    """Train on 9 of 10 trials; a look at the last tenth every 50 steps says how long."""
    data, n_train = torch.tensor(counts).float(), len(counts) * 9 // 10
    torch.manual_seed(seed)
    model, looks = make(counts[:n_train]), []

    def look(model: nn.Module) -> bool:
        weights = {name: value.clone() for name, value in model.state_dict().items()}
        looks.append((loss(model, data[n_train:]).item(), weights))
        return False

    some = batches(data[:n_train], seed)
    fit(model, some, loss, n_steps=n_steps, learning_rate=learning_rate, clip=1.0, stop=look)
    model.load_state_dict(min(looks, key=lambda seen: seen[0])[1])
    return model


def smooth(average: np.ndarray) -> np.ndarray:
    """Average over five steps with weights 1, 2, 3, 2, 1; the ends are repeated."""
    padded = np.pad(average, ((2, 2), (0, 0)), mode="edge")
    return sum(weight * padded[k : k + len(average)] for k, weight in enumerate(KERNEL))


def nats(rates: np.ndarray, counts: np.ndarray) -> float:
    later = counts[:, LAGS:]
    return float((rates - later * np.log(rates)).mean())


@torch.no_grad()
def rates_of(model: nn.Module, counts: np.ndarray) -> np.ndarray:
    return model(torch.tensor(counts).float()).exp().numpy()


MODELS = {  # what makes it from the trials of the training, and its learning rate
    "RNN": (lambda _: Recurrent(), 1e-2),
    "regression on 15 steps": (lambda train: Regression(train.mean((0, 1))), 3e-4),
}


def scores(seed: int, n_steps: int = 600) -> dict[str, float]:
    """Nats of everything on new trials, for one seed of the networks and one draw of the trials."""
    train, _ = trials(N_TRIALS, 100 + seed)
    test, rates = trials(N_TRIALS, 200 + seed)
    average, mean = train.mean(0), train.mean((0, 1))
    last = test[:, LAGS - 1 : -1]
    found = {
        "average over trials": nats(average[LAGS:] + 1e-9, test),
        "smoothed average": nats(smooth(average)[LAGS:] + 1e-9, test),
        "persistence": min(nats((1 - a) * mean + a * last, test) for a in (0.05, 0.1, 0.2, 0.4)),
        "mean": nats(np.broadcast_to(mean, last.shape), test),
        "true rates": nats(rates[:, LAGS:], test),
    }
    for name, (make, learning_rate) in MODELS.items():
        model = trained(make, train, seed, learning_rate, n_steps)
        predicted = rates_of(model, test)
        by_time = smooth(average[LAGS:]) / smooth(rates_of(model, train).mean(0))  # what time alone adds
        for label, rate in ((name, predicted), (f"{name}, and time", predicted * by_time)):
            found[label] = nats(rate, test)
            where = (slice(None), slice(BLOCK_STEPS.start - LAGS, BLOCK_STEPS.stop - LAGS), BLOCK_NEURONS)
            found[f"{label}, rate in the block"] = float(rate[where].mean())
    found["true rate in the block"] = float(rates[:, BLOCK_STEPS, BLOCK_NEURONS].mean())
    return {name: round(value, 5) for name, value in found.items()}


def same_phase(seed: int, n_trials: int, n_steps: int = 600) -> dict[str, float]:
    """What network and averages lose against the true rates where time alone drives the cells."""
    train, _ = trials(n_trials, 300 + seed, spread=0)
    test, rates = trials(N_TRIALS, 400 + seed, spread=0)
    average, best = train.mean(0), nats(rates[:, LAGS:], test)
    make, learning_rate = MODELS["RNN"]
    found = {"RNN": nats(rates_of(trained(make, train, seed, learning_rate, n_steps), test), test) - best}
    for more in (1e-9, 0.01):
        found[f"average + {more:g}"] = nats(average[LAGS:] + more, test) - best
        found[f"smoothed average + {more:g}"] = nats(smooth(average)[LAGS:] + more, test) - best
    return {name: round(value, 5) for name, value in found.items()}


def main() -> int:
    torch.set_num_threads(1)
    measured: dict = {"scores": [], "same phase": {"200": [], "10": []}}
    for seed in range(N_SEEDS):
        measured["scores"].append(scores(seed))
        print(measured["scores"][-1], flush=True)
        for n in (200, 10):
            measured["same phase"][str(n)].append(same_phase(seed, n))
            print(n, measured["same phase"][str(n)][-1], flush=True)
    gaps = [run["average over trials"] - run["RNN"] for run in measured["scores"]]
    over = [run["regression on 15 steps"] - run["RNN"] for run in measured["scores"]]
    margins = {
        "RNN below the average over trials": {"worst_gap": round(min(gaps), 5), "margin": round(min(gaps) / 2, 5)},
        "RNN below the regression": {"worst_gap": round(min(over), 5), "margin": round(min(over) / 2, 5)},
    }
    about = {
        "command": "python experiments/spikes.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
    }
    OUT.write_text(json.dumps({"about": about, "margins": margins} | measured, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
