"""Train a small language model on very little text, with and without noise, and beside it what needs no noise.

It writes ``src/softrecall/data/training-noise.json``. Run it with ``OMP_NUM_THREADS=1 python
experiments/training_noise.py``: about five minutes on one core. Each seed has its own passage of the documentation. Of
the windows of held-out text every second one says when to stop; the others are what is reported. Table models of zero
to five characters are measured on the same windows.
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

from softrecall.ngrams import NGram
from softrecall.tasks import DOCUMENTATION_SHA256, Alphabet, documentation, passages
from softrecall.training import fit
from softrecall.transformer import GPT

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "data" / "training-noise.json"
N_SEEDS, N_CHARACTERS, N_STEPS, EVERY = 3, 4_000, 500, 25
LENGTH, N_BATCH, RATE, N_HELD_OUT = 32, 32, 3e-3, 512
KINDS = {"dropout": (0.1, 0.3, 0.5), "stochastic depth": (0.1, 0.3, 0.5), "embedding noise": (0.3, 1.0, 3.0)}
ORDERS = range(6)


class StochasticDepth(nn.Module):
    """Leave out what a part of a layer adds, for each text by itself, and enlarge what stays so that the mean is kept.

    Parameters
    ----------
    p : float
        Share of the parts left out in training, 0 <= p < 1.

    References
    ----------
    Huang et al. (2016), Deep networks with stochastic depth; there the test shrinks, and the training does not enlarge.
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, added: torch.Tensor) -> torch.Tensor:  # (n_batch, n, d_model)
        if not self.training:
            return added
        kept = torch.rand(len(added), 1, 1) >= self.p
        return added * kept / (1 - self.p)


class EmbeddingNoise(nn.Module):
    """Add normal noise to embedded tokens, `share` times as large as they are: larger embeddings do not escape it."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return x
        return x + self.share * x.detach().square().mean().sqrt() * torch.randn_like(x)


def network(n_tokens: int, kind: str | None, strength: float, seed: int) -> GPT:
    """Make a model with 2 layers and the noise of that kind."""
    torch.manual_seed(seed)
    model = GPT(n_tokens, LENGTH, 64, 4, 2, dropout=strength if kind == "dropout" else 0.0)
    if kind == "stochastic depth":
        for layer in model.body.layers:
            layer.drop = StochasticDepth(strength)
    if kind == "embedding noise":
        model.drop = EmbeddingNoise(strength)
    return model


def batches(ids: np.ndarray, seed: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    rng = np.random.default_rng(seed)
    while True:
        inputs, targets = passages(ids, N_BATCH, LENGTH, rng)
        yield torch.tensor(inputs), torch.tensor(targets)


def loss(model: nn.Module, inputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return functional.cross_entropy(model(inputs).mT, targets)


@torch.no_grad()
def surprise(model: nn.Module, ids: np.ndarray) -> float:
    """Mean surprise in nats at the tokens of windows (n, LENGTH + 1), without the noise of training."""
    model.eval()
    found = loss(model, torch.tensor(ids[:, :-1]), torch.tensor(ids[:, 1:])).item()
    model.train()
    return found


def held_out(ids: np.ndarray, n: int = N_HELD_OUT) -> tuple[np.ndarray, np.ndarray]:
    """Cut n windows from all over the last tenth: those that say when to stop, and those that are reported."""
    rest = ids[len(ids) * 9 // 10 :]
    starts = np.linspace(0, len(rest) - LENGTH - 1, n).astype(int)
    cut = rest[starts[:, None] + np.arange(LENGTH + 1)]  # (n, LENGTH + 1)
    return cut[::2], cut[1::2]


def train(ids: np.ndarray, n_tokens: int, kind: str | None, strength: float, seed: int, n_steps: int = N_STEPS) -> dict:
    """Train on the passage of that seed, and look at held-out windows every few steps."""
    passage = ids[seed * N_CHARACTERS : (seed + 1) * N_CHARACTERS]
    chosen, reported = held_out(ids)
    model, curve = network(n_tokens, kind, strength, seed), []

    def look(model: nn.Module) -> bool:
        curve.append((surprise(model, chosen), surprise(model, reported)))
        return False

    look(model)
    losses = fit(
        model, batches(passage, seed), loss, n_steps=n_steps, learning_rate=RATE, clip=1.0, stop=look, every=EVERY
    ).losses
    best = min(range(len(curve)), key=lambda i: curve[i][0])
    return {
        "seed": seed,
        "curve": [round(after, 4) for _, after in curve],
        "end": curve[-1][1],
        "train": float(np.mean(losses[-EVERY:])),
        "stopped at": best * EVERY,
        "stopped": curve[best][1],
    }


def table(ids: np.ndarray, n_tokens: int, seed: int) -> dict:
    """Count the passage of that seed; the order is chosen where the stopping is. A window is read from its start."""
    passage = ids[seed * N_CHARACTERS : (seed + 1) * N_CHARACTERS]
    found = []
    for order in ORDERS:
        model = NGram(passage, order, n_tokens)
        found.append([float(np.mean([model.surprisals(row)[1:] for row in half])) for half in held_out(ids)])
    order = min(ORDERS, key=lambda i: found[i][0])
    return {"seed": seed, "order": order, "surprise": found[order][1], "by order": [after for _, after in found]}


def main() -> int:
    torch.set_num_threads(1)
    text = documentation()
    alphabet = Alphabet(text)
    ids, n = alphabet.encode(text), len(alphabet)
    cases = [(kind, strength) for kind, strengths in KINDS.items() for strength in strengths]
    runs: list[dict] = []
    for kind, strength in [(None, 0.0), *cases]:
        for seed in range(N_SEEDS):
            runs.append({"kind": kind, "strength": strength} | train(ids, n, kind, strength, seed))
            print(
                runs[-1]["kind"], strength, seed, *(runs[-1][key] for key in ("train", "end", "stopped at", "stopped"))
            )
    about = {
        "command": "python experiments/training_noise.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "text": DOCUMENTATION_SHA256,
        "steps": N_STEPS,
        "every": EVERY,
        "batch": N_BATCH,
        "length": LENGTH,
        "rate": RATE,
        "characters": N_CHARACTERS,
        "weights": sum(p.numel() for p in network(n, None, 0.0, 0).parameters()),
    }
    tables = [table(ids, n, seed) for seed in range(N_SEEDS)]
    print(tables)
    OUT.write_text(json.dumps({"about": about, "runs": runs, "tables": tables}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
