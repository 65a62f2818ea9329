"""Learn ten digits two at a time, without looking back: a top-k layer against dense ones.

Writes ``src/softrecall/data/continual-digits.json``. Run it with ``OMP_NUM_THREADS=1 python
experiments/continual_digits.py``: about ten minutes on one core. A run that the file already holds is not repeated. The
digits are the 1,797 of 8 x 8 pixels that scikit-learn brings along. Five tasks of two digits each are learned one after
the other; nothing is replayed, and at the test all ten digits are possible answers.

The top-k layer follows the ingredients that Bricken et al. (2023) name for a continual learner after the manner of a
sparse distributed memory: inputs and weights of length one and not negative, no biases, and only the k units that agree
best with the input are active, less the activity of the best unit that is not. Its k falls from all units to its final
value during the first task, so that no unit stays dead. Simplified against the paper: no pre-training, one hidden layer
on raw pixels, and k falls linearly.
"""

from __future__ import annotations

import datetime
import itertools
import json
import platform
import sys
from pathlib import Path

import numpy as np
import sklearn
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "data" / "continual-digits.json"
TASKS = ((0, 1), (2, 3), (4, 5), (6, 7), (8, 9))
SETTINGS = {"n_hidden": 1000, "k": 10, "n_epochs": 30, "n_batch": 32, "test_share": 0.25}
MODELS = {  # name: (class of layer, optimiser, learning rate)
    "dense, Adam": ("dense", "Adam", 1e-3),
    "dense, SGD": ("dense", "SGD", 0.2),
    "top-k alone, Adam": ("top-k alone", "Adam", 1e-3),
    "top-k, SGD": ("top-k", "SGD", 0.5),
    "top-k, Adam": ("top-k", "Adam", 1e-3),
}
# Learning rates of `MODELS`: those that did best with all digits at once. A rate that is good for learning everything
# together need not be good for forgetting little, so every model is also trained in turn at all of these:
RATES = {
    "Adam": (3e-6, 1e-5, 3e-5, 1e-4, 1e-3, 3e-3),
    "dense, SGD": (1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.2),
    "top-k, SGD": (0.01, 0.1, 0.5, 5),
}
N_SEEDS, N_SWEEP_SEEDS = 5, 2  # the rate that does best in turn with two seeds is tried with all five, and jointly


class Dense(nn.Module):
    """A hidden layer of ReLU units, with biases."""

    def __init__(self, n_in: int, n_hidden: int, n_out: int) -> None:
        super().__init__()
        self.hidden, self.out = nn.Linear(n_in, n_hidden), nn.Linear(n_hidden, n_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(functional.relu(self.hidden(x)))

    def tidy(self) -> None:
        """Nothing to keep in shape."""


class TopKAlone(Dense):
    """A dense layer of which only the k largest activities go on; nothing else is changed."""

    k = SETTINGS["k"]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        active = functional.relu(self.hidden(x))
        limit = active.topk(self.k, dim=-1).values[:, -1:]
        return self.out(active * (active >= limit))


class TopK(nn.Module):
    """A hidden layer in which the k units that agree best with the input are active; see the top of the file."""

    def __init__(self, n_in: int, n_hidden: int, n_out: int) -> None:
        super().__init__()
        self.hidden, self.out = nn.Linear(n_in, n_hidden, bias=False), nn.Linear(n_hidden, n_out, bias=False)
        self.k = n_hidden - 1
        self.tidy()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        agreement = self.hidden(functional.normalize(x, dim=-1))  # (n_batch, n_hidden), from 0 to 1
        limit = agreement.topk(self.k + 1, dim=-1).values[:, -1:]
        return self.out(functional.relu(agreement - limit))

    @torch.no_grad()
    def tidy(self) -> None:
        """Keep the weights of each hidden unit at length one and not negative."""
        self.hidden.weight.copy_(functional.normalize(self.hidden.weight.abs(), dim=-1))


LAYERS = {"dense": Dense, "top-k alone": TopKAlone, "top-k": TopK}


def digits(seed: int, test_share: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Split the digits at random: training inputs (n, 64) from 0 to 1 and labels, then those of the test."""
    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(x))
    inputs, labels = torch.tensor(x[order] / 16, dtype=torch.float32), torch.tensor(y[order])
    n_test = int(test_share * len(x))
    return inputs[n_test:], labels[n_test:], inputs[:n_test], labels[:n_test]


def learn(model, optimiser, x, y, settings: dict, ks: list[int] | None) -> None:
    """Go through one task; `ks` gives the k of each epoch, if it changes."""
    for epoch in range(settings["n_epochs"]):
        if ks:
            model.k = ks[epoch]
        for batch in torch.randperm(len(x)).split(settings["n_batch"]):
            optimiser.zero_grad()
            functional.cross_entropy(model(x[batch]), y[batch]).backward()
            optimiser.step()
            model.tidy()


@torch.no_grad()
def share_right(model, x, y) -> float:
    return (model(x).argmax(-1) == y).double().mean().item()


def train(name: str, seed: int, *, is_joint: bool = False, rate: float | None = None, **changes: float) -> dict:
    """Train one model on the tasks in turn, or on all digits at once, and test it after each; at `rate` or its own."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    settings = SETTINGS | changes
    layer, optimiser_name, own_rate = MODELS[name]
    rate = own_rate if rate is None else rate
    x, y, x_test, y_test = digits(seed, settings["test_share"])
    model = LAYERS[layer](x.shape[1], settings["n_hidden"], 10)
    optimiser = getattr(torch.optim, optimiser_name)(model.parameters(), lr=rate)
    falling = np.linspace(settings["n_hidden"] - 1, settings["k"], settings["n_epochs"]).round().astype(int).tolist()
    after = []
    for i, task in enumerate([tuple(range(10))] if is_joint else TASKS):
        mine = torch.isin(y, torch.tensor(task))
        learn(model, optimiser, x[mine], y[mine], settings, falling if layer == "top-k" and i == 0 else None)
        after.append(round(share_right(model, x_test, y_test), 4))
    by_task = [torch.isin(y_test, torch.tensor(task)) for task in TASKS]
    return {
        "model": name,
        "rate": rate,
        "seed": seed,
        "is_joint": is_joint,
        "after_each_task": after,
        "by_task_at_the_end": [round(share_right(model, x_test[mine], y_test[mine]), 4) for mine in by_task],
    }


def rates_of(name: str) -> tuple[float, ...]:
    return RATES.get(name, RATES["Adam"])


def best_rate(sweep: list[dict], name: str) -> float:
    """Of the rates of a model the one that keeps most digits in turn, on the average over the seeds of the sweep."""
    kept = {
        rate: np.mean(
            [
                run["after_each_task"][-1]
                for run in sweep
                if (run["model"], run["rate"], run["is_joint"]) == (name, rate, False) and run["seed"] < N_SWEEP_SEEDS
            ]
        )
        for rate in rates_of(name)
    }
    return max(kept, key=kept.get)


KEY = ("model", "rate", "seed", "is_joint")


def save(runs: list[dict], sweep: list[dict]) -> None:
    """One run per line."""
    about = {
        "command": "python experiments/continual_digits.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "scikit-learn": sklearn.__version__,
        "settings": SETTINGS,
        "models": MODELS,
        "rates": {name: rates_of(name) for name in MODELS},
        "tasks": TASKS,
    }
    parts = (",\n".join(json.dumps(run) for run in some) for some in (runs, sweep))
    whole = '{{"about": {},\n"runs": [\n{}\n],\n"sweep": [\n{}\n]}}\n'.format(json.dumps(about), *parts)
    OUT.write_text(whole, encoding="utf-8")


def main() -> int:
    stored = json.loads(OUT.read_text(encoding="utf-8")) if OUT.exists() else {}
    runs, sweep = stored.get("runs", []), stored.get("sweep", [])

    def add(some: list[dict], name: str, rate: float, seed: int, is_joint: bool) -> None:
        if (name, rate, seed, is_joint) not in {tuple(run[part] for part in KEY) for run in some}:
            some.append(train(name, seed, is_joint=is_joint, rate=rate))
            save(runs, sweep)
            print(some[-1], flush=True)

    for seed, name, is_joint in itertools.product(range(N_SEEDS), MODELS, (False, True)):
        add(runs, name, MODELS[name][-1], seed, is_joint)
    for seed, name in itertools.product(range(N_SWEEP_SEEDS), MODELS):
        for rate in rates_of(name):
            add(sweep, name, rate, seed, False)
    for name, seed, is_joint in itertools.product(MODELS, range(N_SEEDS), (False, True)):
        add(sweep, name, best_rate(sweep, name), seed, is_joint)
    return 0


if __name__ == "__main__":
    sys.exit(main())
