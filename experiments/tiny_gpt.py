"""Train the small GPT that the widgets ``TinyGPT`` and ``DecodingDials`` run, and what it is compared with.

It writes ``src/softrecall/data/tiny-gpt.json`` (the runs) and ``src/softrecall/widgets/tiny_gpt/weights.json`` (the
weights of seed 0, rounded). Run it with ``OMP_NUM_THREADS=1 python experiments/tiny_gpt.py``: about twenty minutes on
one core. A run that the first file already holds is not repeated.

The text is the documentation that every Python carries; the last tenth is held out. The GPT sees 64 characters. Beside
it: interpolated n-grams, and a GRU with, to 2 %, the same number of weights, the same batches and steps. Both networks
have short runs first, over three rates and for the GPT over two kinds of positions, and go by what they reach on the
held-out tenth; then each runs with three seeds. What counts is the end of a run: no checkpoint is chosen, nor a seed.
"""

from __future__ import annotations

import copy
import datetime
import hashlib
import json
import math
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from softrecall.tasks import DOCUMENTATION_SHA256, Alphabet, documentation, is_known_documentation, passages
from softrecall.transformer import GPT
from softrecall.widgets._weights import pack, unpack

PACKAGE = Path(__file__).parent.parent / "src" / "softrecall"
OUT, WEIGHTS = PACKAGE / "data" / "tiny-gpt.json", PACKAGE / "widgets" / "tiny_gpt" / "weights.json"
COMMAND = "OMP_NUM_THREADS=1 python experiments/tiny_gpt.py"
WIDTH, N_HEADS, N_LAYERS, N_POSITIONS, N_HIDDEN = 64, 4, 2, 64, 149
N_BATCH, N_STEPS, N_SHORT, N_WARM, EVERY, SEEDS = 32, 4200, 600, 100, 200, (0, 1, 2)
RATES = (1e-3, 3e-3, 1e-2)
ORDERS = range(6)
NAMES = ("kind", "learning_rate", "seed", "n_steps")

ALPHABET = Alphabet(documentation())
IDS = ALPHABET.encode(documentation())
N_TRAIN = len(IDS) * 9 // 10
TRAIN, HELD = IDS[:N_TRAIN], IDS[N_TRAIN:]


class Recurrent(nn.Module):
    """A GRU that reads characters, and scores for the next one."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens, self.out = nn.Embedding(len(ALPHABET), WIDTH), nn.Linear(N_HIDDEN, len(ALPHABET))
        self.cell = nn.GRU(WIDTH, N_HIDDEN, batch_first=True)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.out(self.cell(self.tokens(ids))[0])  # (n_batch, n, n_tokens)


def build(kind: str) -> nn.Module:
    """Make a GRU, or a GPT whose positions are those that `kind` names."""
    if kind == "gru":
        return Recurrent()
    return GPT(len(ALPHABET), N_POSITIONS, WIDTH, N_HEADS, N_LAYERS, positions=kind.removeprefix("gpt, "))


def batches(seed: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Passages of the first nine tenths, without end."""
    rng = np.random.default_rng(seed)
    while True:
        inputs, targets = passages(TRAIN, N_BATCH, N_POSITIONS, rng)
        yield torch.from_numpy(inputs), torch.from_numpy(targets)


@torch.no_grad()
def surprise(model: nn.Module, ids: np.ndarray) -> tuple[float, float]:
    """Cut a text into windows that do not overlap; nats per character, over all of each and over its second half."""
    n = (len(ids) - 1) // N_POSITIONS * N_POSITIONS
    inputs, targets = (torch.from_numpy(ids[i : n + i].reshape(-1, N_POSITIONS)) for i in (0, 1))
    losses = torch.cat(
        [
            functional.cross_entropy(model(x).transpose(1, 2), y, reduction="none")  # (n_windows, N_POSITIONS)
            for x, y in zip(inputs.split(128), targets.split(128), strict=True)
        ]
    )
    return losses.mean().item(), losses[:, N_POSITIONS // 2 :].mean().item()


def share(step: int, n_steps: int) -> float:
    """The share of the rate at a step: up in a line, then down half a cosine that ends with the last step."""
    n_warm = min(N_WARM, n_steps // 4)
    if step < n_warm:
        return (step + 1) / n_warm
    return (1 + math.cos(math.pi * (step - n_warm) / (n_steps - n_warm))) / 2


def train(kind: str, rate: float, seed: int, n_steps: int = N_STEPS) -> tuple[nn.Module, list[list[float]]]:
    """Train; the curve has a row of step, nats on what it trains on and held out, and held out in second halves."""
    torch.manual_seed(seed)
    model, stream, curve = build(kind), batches(seed), []
    adam = torch.optim.AdamW(model.parameters(), lr=rate, fused=True)  # weight decay 0.01
    schedule = torch.optim.lr_scheduler.LambdaLR(adam, lambda step: share(step, n_steps))
    for step in range(1, n_steps + 1):
        inputs, targets = next(stream)
        adam.zero_grad()
        functional.cross_entropy(model(inputs).flatten(0, 1), targets.flatten()).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adam.step()
        schedule.step()
        if step % EVERY == 0 or step == n_steps:
            seen, held = surprise(model, TRAIN[: len(HELD)]), surprise(model, HELD)
            curve.append([step, *(round(x, 4) for x in (seen[0], *held))])
            print(kind, rate, seed, *curve[-1], flush=True)
    return model, curve


def run_of(kind: str, rate: float, seed: int, n_steps: int) -> tuple[nn.Module, dict]:
    """Train, and describe the run."""
    model, curve = train(kind, rate, seed, n_steps)
    n_weights = sum(parameter.numel() for parameter in model.parameters())
    return model, dict(zip(NAMES, (kind, rate, seed, n_steps), strict=True)) | {"n_weights": n_weights, "curve": curve}


def n_grams() -> list[dict]:
    """Nats per held-out character of the n-grams of each order."""
    from softrecall.ngrams import NGram

    found = []
    for order in ORDERS:
        model = NGram(TRAIN, order, len(ALPHABET))
        held = model.surprisals(IDS)[N_TRAIN:] if order else model.surprisals(HELD)
        found.append({"order": order, "n_contexts": model.n_contexts, "held": round(float(held.mean()), 4)})
    return found


def rounded(model: nn.Module, arrays: dict) -> nn.Module:
    """Copy the model, with the weights that `arrays` hold."""
    coarse = copy.deepcopy(model)
    coarse.load_state_dict({name: torch.tensor(array) for name, array in unpack(arrays).items()})
    return coarse


def weights(model: nn.Module, run: dict) -> dict:
    """Round the weights, and say what that costs."""
    arrays = pack({name: value.numpy() for name, value in model.state_dict().items()})
    about = {key: value for key, value in run.items() if key != "curve"} | {
        **versions(),
        "symbols": "".join(ALPHABET.symbols),
        "held": round(surprise(model, HELD)[0], 4),
        "held when rounded": round(surprise(rounded(model, arrays), HELD)[0], 4),
        "sha256": digest(arrays),
    }
    return {"about": about, "arrays": arrays}


def versions() -> dict:
    """Say what made the file, and from which text."""
    return {
        "command": COMMAND,
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "text": DOCUMENTATION_SHA256,
    }


def digest(arrays: dict) -> str:
    """Give the check sum of the arrays as they are stored."""
    return hashlib.sha256(json.dumps(arrays).encode()).hexdigest()


def write(path: Path, content: dict, indent: int | None = None) -> None:
    """Write a JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=indent) + "\n", encoding="utf-8")


KINDS = {"gpt": ("gpt, sinusoidal", "gpt, learned"), "gru": ("gru",)}


def best(runs: list[dict], network: str) -> tuple[str, float]:
    """The kind and the rate of the short run that ends lowest on the held-out text."""
    tried = [run for run in runs if run["n_steps"] == N_SHORT and run["kind"] in KINDS[network]]
    run = min(tried, key=lambda run: run["curve"][-1][2])
    return run["kind"], run["learning_rate"]


def stages(network: str, runs: list[dict]) -> Iterator[tuple[str, float, int, int]]:
    """The settings to run: short runs over kinds and rates, then three seeds with the best of them."""
    yield from ((kind, rate, 0, N_SHORT) for kind in KINDS[network] for rate in RATES)
    yield from ((*best(runs, network), seed, N_STEPS) for seed in SEEDS)


def save(runs: list[dict], table: list[dict]) -> None:
    """One run per line."""
    about = versions() | {"n_batch": N_BATCH, "n_positions": N_POSITIONS, "every": EVERY, "rates": RATES}
    about |= {"n_train": N_TRAIN, "n_held": len(HELD), "columns": ["step", "seen", "held", "held, second halves"]}
    lines = ",\n".join(json.dumps(run) for run in runs)
    head = f'{{"about": {json.dumps(about)},\n"n_grams": {json.dumps(table)},\n'
    OUT.write_text(f'{head}"runs": [\n{lines}\n]}}\n', encoding="utf-8")


def main() -> int:
    torch.set_num_threads(1)
    if not is_known_documentation():
        sys.exit("This Python has another documentation than the stored results come from.")
    known = json.loads(OUT.read_text(encoding="utf-8")) if OUT.exists() else {"runs": [], "n_grams": []}
    runs, table = known["runs"], known["n_grams"]
    for network in KINDS:
        for settings in stages(network, runs):
            if settings not in {tuple(run[name] for name in NAMES) for run in runs}:
                model, run = run_of(*settings)
                runs.append(run)
                save(runs, table)
                if network == "gpt" and settings[2:] == (SEEDS[0], N_STEPS):
                    write(WEIGHTS, weights(model, run))
    save(runs, table or n_grams())
    return 0


if __name__ == "__main__":
    sys.exit(main())
