"""Copy a name out of a sentence with networks that share weights over places or do not, and point or write.

It writes ``src/softrecall/data/attention.json``. Run it with ``OMP_NUM_THREADS=1 python experiments/attention.py``:
about three minutes on one core. A run that the file already holds is not repeated.

A sentence has 12 tokens: filler, somewhere the word *called* with a name after it, and at the end the word *am*, after
which the name has to follow. Every token is a fixed random code of length 1 in 32 dimensions; names that never occur in
training have such codes as well. A token comes with the code of its predecessor beside its own. An answer is a vector,
and is read as the name whose code has the largest dot product with it. Five networks give that vector:

===============  ====================================  =============================================================
kind             weights over places                   answer
===============  ====================================  =============================================================
window writes    of its own for each place             a layer of its own
window points    of its own for each place             a softmax over places, times the codes found there
shared writes    the same at each place                the sum over places, through a layer of its own
attention        the same at each place                a softmax over places, times a learned matrix of what is there
attention points the same at each place                a softmax over places, times the codes found there
===============  ====================================  =============================================================

Each is tuned with 40 names, on sentences whose names and places were trained; then it runs with five seeds and 10, 40
and 160 names.
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

from softrecall.training import fit

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "data" / "attention.json"
LENGTH, WIDTH, N_FILLER, N_NEW, N_BATCH, N_STEPS = 12, 32, 30, 50, 64, 1000
CALLED, AM, FIRST_NAME = 0, 1, 2 + N_FILLER
SEEN, UNSEEN = (1, 2, 4, 5, 7, 8, 10), (3, 6, 9)  # places of the name, counted from 0
SHARPNESS = 10.0  # of the softmax over names in the loss
NAMES = ("kind", "size", "learning_rate", "n_names", "seed")
SIZES = {
    "window writes": (128, 256),
    "window points": (128, 256),
    "shared writes": (128, 256),
    "attention": (16, 32),
    "attention points": (16, 32),
}
RATES = (1e-3, 3e-3, 1e-2)
N_NAMES, N_SEEDS = (10, 40, 160), 5


def codes(n: int) -> torch.Tensor:
    """Draw the fixed codes of all tokens: called, am, the filler, then the names."""
    drawn = np.random.default_rng(0).normal(size=(n, WIDTH))
    return torch.tensor(drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).float()


def sentences(
    n: int, names: np.ndarray, places: tuple[int, ...], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw sentences of tokens, (n, LENGTH), and the name in each, (n,)."""
    ids, rows = rng.integers(2, FIRST_NAME, (n, LENGTH)), np.arange(n)
    place, name = rng.choice(places, n), rng.choice(names, n)
    ids[rows, place - 1], ids[rows, place], ids[:, -1] = CALLED, name, AM
    return ids, name


def embed(ids: np.ndarray, code: torch.Tensor) -> torch.Tensor:
    """Put the code of each token beside that of its predecessor: (n, LENGTH, 2 WIDTH)."""
    own = code[torch.as_tensor(ids)]
    return torch.cat([own, own.roll(1, dims=1)], dim=-1)


class Window(nn.Module):
    """Weights of its own for each place."""

    def __init__(self, size: int, *, is_pointing: bool) -> None:
        super().__init__()
        self.is_pointing = is_pointing
        layers = nn.Linear(2 * WIDTH * LENGTH, size), nn.ReLU(), nn.Linear(size, size), nn.ReLU()
        self.net = nn.Sequential(nn.Flatten(), *layers, nn.Linear(size, LENGTH if is_pointing else WIDTH))

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # (n_batch, LENGTH, 2 WIDTH)
        if not self.is_pointing:
            return self.net(x)
        return (self.net(x).softmax(-1)[:, None] @ x[..., :WIDTH])[:, 0]


class Shared(nn.Module):
    """The same small network at each place, summed."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2 * WIDTH, size), nn.ReLU(), nn.Linear(size, size), nn.ReLU())
        self.out = nn.Linear(size, WIDTH)

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # (n_batch, LENGTH, 2 WIDTH)
        return self.out(self.net(x).sum(1))


class Attention(nn.Module):
    """One head; the last token asks."""

    def __init__(self, size: int, *, is_pointing: bool) -> None:
        super().__init__()
        self.w_q, self.w_k = (nn.Linear(2 * WIDTH, size, bias=False) for _ in range(2))
        self.w_v = None if is_pointing else nn.Linear(2 * WIDTH, WIDTH, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # (n_batch, LENGTH, 2 WIDTH)
        q, k = self.w_q(x[:, -1:]), self.w_k(x)
        v = x[..., :WIDTH] if self.w_v is None else self.w_v(x)
        scores = q @ k.transpose(1, 2) / k.shape[-1] ** 0.5  # (n_batch, 1, LENGTH)
        return (scores.softmax(-1) @ v)[:, 0]


def build(kind: str, size: int) -> nn.Module:
    if kind == "shared writes":
        return Shared(size)
    return (Window if kind.startswith("window") else Attention)(size, is_pointing=kind.endswith("points"))


def train(kind: str, size: int, learning_rate: float, n_names: int, seed: int, n_steps: int = N_STEPS) -> dict:
    """Train one network; `right` has the share of names copied, for old and new names in old and new places."""
    torch.manual_seed(seed)
    code, rng = codes(FIRST_NAME + n_names + N_NEW), np.random.default_rng(seed)
    old, new = FIRST_NAME + np.arange(n_names), FIRST_NAME + n_names + np.arange(N_NEW)

    def batches() -> Iterator[tuple[torch.Tensor, ...]]:
        while True:
            ids, name = sentences(N_BATCH, old, SEEN, rng)
            yield embed(ids, code), torch.tensor(name - FIRST_NAME)

    def loss(model: nn.Module, x: torch.Tensor, name: torch.Tensor) -> torch.Tensor:
        return nn.functional.cross_entropy(SHARPNESS * model(x) @ code[old].T, name)

    model = build(kind, size)
    fit(model, batches(), loss, n_steps=n_steps, learning_rate=learning_rate)
    right = {}
    with torch.no_grad():
        for names, are_new in ((old, "old"), (new, "new")):
            for places, where in ((SEEN, "old"), (UNSEEN, "new")):
                ids, name = sentences(1000, names, places, np.random.default_rng(1000 + seed))
                said = FIRST_NAME + (model(embed(ids, code)) @ code[FIRST_NAME:].T).argmax(1).numpy()
                right[f"{are_new} name, {where} place"] = round(float((said == name).mean()), 3)
    run = dict(zip(NAMES, (kind, size, learning_rate, n_names, seed), strict=True))
    return run | {"n_weights": sum(parameter.numel() for parameter in model.parameters()), "right": right}


def tuning() -> list[tuple]:
    """One seed, 40 names, each size and rate."""
    return [(kind, size, rate, 40, 0) for kind, sizes in SIZES.items() for size in sizes for rate in RATES]


def best(runs: list[dict], kind: str) -> tuple[int, float]:
    """The size and rate that copy most old names in old places; of equals the smaller network, the higher rate."""
    tried = [run for run in runs if (run["kind"], run["n_names"], run["seed"]) == (kind, 40, 0)]
    top = max(tried, key=lambda run: (run["right"]["old name, old place"], -run["size"], run["learning_rate"]))
    return top["size"], top["learning_rate"]


def grid(runs: list[dict]) -> list[tuple]:
    """The runs with the best size and rate, once the tuning is there."""
    return [
        (kind, *best(runs, kind), n_names, seed) for seed in range(N_SEEDS) for n_names in N_NAMES for kind in SIZES
    ]


def save(runs: list[dict]) -> None:
    """One run per line."""
    about = {
        "command": "python experiments/attention.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "n_steps": N_STEPS,
        "n_batch": N_BATCH,
        "length": LENGTH,
        "width": WIDTH,
        "n_new": N_NEW,
        "seen": SEEN,
        "unseen": UNSEEN,
        "rates": RATES,
        "sizes": SIZES,
        "best": {kind: best(runs, kind) for kind in SIZES if any(run["kind"] == kind for run in runs)},
    }
    lines = ",\n".join(json.dumps(run) for run in runs)
    OUT.write_text(f'{{"about": {json.dumps(about)},\n"runs": [\n{lines}\n]}}\n', encoding="utf-8")


def main() -> int:
    torch.set_num_threads(1)
    runs = json.loads(OUT.read_text(encoding="utf-8"))["runs"] if OUT.exists() else []
    for stage in (tuning, lambda: grid(runs)):
        done = {tuple(run[name] for name in NAMES) for run in runs}
        for settings in (settings for settings in stage() if settings not in done):
            runs.append(train(*settings))
            save(runs)
            print(settings, runs[-1]["right"], flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
