"""Train the small language model of the book on the documentation of Python, and write its weights and its curve.

It writes ``src/softrecall/data/tiny-gpt.json`` and ``src/softrecall/widgets/tiny_gpt/weights.json``. Run it with
``OMP_NUM_THREADS=1 python experiments/tiny_gpt.py``: about ten minutes on one core.

The last tenth of the text is never trained on. It is read to draw the curve and, at the end, to judge; no run is chosen
by it, and no step: each ends where its learning rate has come down to 0. The seed that is shipped is the first.
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
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from softrecall.ngrams import NGram
from softrecall.tasks import DOCUMENTATION_SHA256, Alphabet, documentation, is_known_documentation, passages
from softrecall.transformer import GPT
from softrecall.widgets._weights import pack, unpack

PACKAGE = Path(__file__).parent.parent / "src" / "softrecall"
OUT, WEIGHTS = PACKAGE / "data" / "tiny-gpt.json", PACKAGE / "widgets" / "tiny_gpt" / "weights.json"
SEEDS, SHIPPED = range(3), 0
LENGTH, N_BATCH = 64, 32
N_STEPS, EVERY, RATE, WARM_UP, DECAY = 4200, 200, 3e-3, 100, 0.01
ORDERS = range(6)


class Text:
    """The documentation as numbers: nine tenths to train on, and the last tenth to judge by.

    With `is_choosing` the last tenth stays out of sight, and the last tenth of the rest takes its place: there a rate
    is chosen.
    """

    def __init__(self, text: str, *, is_choosing: bool = False) -> None:
        self.alphabet = Alphabet(text)
        ids = self.alphabet.encode(text)
        cut = len(ids) * 9 // 10
        if is_choosing:
            ids, cut = ids[:cut], cut * 9 // 10
        self.train, self.test = ids[:cut], ids[cut:]

    def batches(self, seed: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Draw passages without end."""
        rng = np.random.default_rng(seed)
        while True:
            inputs, targets = passages(self.train, N_BATCH, LENGTH, rng)
            yield torch.tensor(inputs), torch.tensor(targets)


def network(text: Text) -> GPT:
    """Make two layers of width 64 with four heads each."""
    return GPT(len(text.alphabet), LENGTH, d_model=64, n_heads=4, n_layers=2)


def next_token_loss(model: nn.Module, inputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Mean surprise, in nats."""
    return functional.cross_entropy(model(inputs).mT, targets)


@torch.no_grad()
def by_position(model: nn.Module, ids: np.ndarray) -> np.ndarray:
    """Cut a text into windows that do not overlap, and give the mean surprise at each of their places, in nats."""
    n = (len(ids) - 1) // LENGTH * LENGTH
    inputs = torch.tensor(ids[:n]).reshape(-1, LENGTH)
    targets = torch.tensor(ids[1 : n + 1]).reshape(-1, LENGTH)
    found = [
        functional.cross_entropy(model(x).mT, y, reduction="none")
        for x, y in zip(inputs.split(128), targets.split(128), strict=True)
    ]
    return torch.cat(found).double().mean(0).numpy()


def late(places: np.ndarray) -> float:
    """Mean surprise where at least 32 characters were read before."""
    return float(places[LENGTH // 2 - 1 :].mean())


def pace(step: int, n_steps: int) -> float:
    """Share of the rate that a step takes, counted from 1: it rises along a line and falls to 0 along a cosine."""
    if step <= WARM_UP:
        return step / WARM_UP
    return (1 + math.cos(math.pi * (step - WARM_UP) / max(n_steps - WARM_UP, 1))) / 2


def train(
    model: nn.Module, text: Text, seed: int, rate: float = RATE, n_steps: int = N_STEPS, every: int = EVERY
) -> list[dict[str, Any]]:
    """Train with AdamW; give the curve: what the network is surprised by after every so many steps and at the end."""
    batches, curve, losses = text.batches(seed), [], []
    adam = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=DECAY, fused=True)
    for step, (inputs, targets) in zip(range(1, n_steps + 1), batches):  # noqa: B905 - batches do not end
        adam.param_groups[0]["lr"] = rate * pace(step, n_steps)
        loss = next_token_loss(model, inputs, targets)
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adam.step()
        losses.append(loss.item())
        if step % every == 0 or step == n_steps:
            places = by_position(model, text.test)
            curve.append(
                {
                    "step": step,
                    "nats": round(float(places.mean()), 4),
                    "nats, 32 before": round(late(places), 4),
                    "nats in training": round(float(np.mean(losses[-every:])), 4),
                }
            )
    return curve


def tables(text: Text) -> list[float]:
    """Mean surprise of tables of 0 to 5 characters on the last tenth, in nats."""
    return [
        round(float(NGram(text.train, order, len(text.alphabet)).surprisals(text.test).mean()), 4) for order in ORDERS
    ]


def run(text: Text, seed: int, n_steps: int = N_STEPS, every: int = EVERY) -> tuple[GPT, dict[str, Any]]:
    """Train once, and judge."""
    torch.manual_seed(seed)
    model = network(text)
    curve = train(model, text, seed, n_steps=n_steps, every=every)
    places = by_position(model, text.test)
    found = {"nats": round(float(places.mean()), 4), "nats, 32 before": round(late(places), 4)}
    return model, {"seed": seed} | found | {"by position": [round(x, 4) for x in places.tolist()], "curve": curve}


def rounded(model: GPT, arrays: dict[str, Any]) -> GPT:
    """Copy the model, with the weights that `arrays` hold."""
    coarse = copy.deepcopy(model)
    coarse.load_state_dict({name: torch.tensor(array) for name, array in unpack(arrays).items()})
    return coarse


def digest(arrays: dict[str, Any]) -> str:
    """Give the check sum of the arrays as they are stored."""
    return hashlib.sha256(json.dumps(arrays).encode()).hexdigest()


def shipped(model: GPT, text: Text, found: dict[str, Any], n_steps: int) -> dict[str, Any]:
    """Round the weights to 8 bits, and say what that costs on the last tenth."""
    arrays = pack({name: value.numpy() for name, value in model.state_dict().items()})
    places = by_position(rounded(model, arrays), text.test)
    about = origin() | {
        "seed": found["seed"],
        "n_steps": n_steps,
        "n_weights": sum(p.numel() for p in model.parameters()),
        "nats": found["nats"],
        "nats when rounded": round(float(places.mean()), 4),
        "sha256": digest(arrays),
    }
    return {"about": about, "arrays": arrays}


def origin() -> dict[str, str]:
    """Say how and with what these numbers were made."""
    return {
        "command": "python experiments/tiny_gpt.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "text sha256": DOCUMENTATION_SHA256,
    }


def main() -> int:
    torch.set_num_threads(1)
    if not is_known_documentation():
        print("This Python has another documentation: see softrecall.tasks.documentation.", file=sys.stderr)
        return 1
    text, runs = Text(documentation()), []
    for seed in SEEDS:
        model, found = run(text, seed)
        runs.append(found)
        print(f"seed {seed}: {found['nats']} nats, {found['nats, 32 before']} with 32 before", flush=True)
        if seed == SHIPPED:
            stored = shipped(model, text, found, N_STEPS)
            WEIGHTS.parent.mkdir(exist_ok=True)
            WEIGHTS.write_text(json.dumps(stored) + "\n", encoding="utf-8")
    settings = {
        "n_steps": N_STEPS,
        "rate": RATE,
        "warm-up": WARM_UP,
        "decay": DECAY,
        "batch": N_BATCH,
        "length": LENGTH,
    }
    about = origin() | {"settings": settings, "n_weights": stored["about"]["n_weights"]}
    result = {"about": about, "tables": tables(text), "runs": runs}
    OUT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({"tables": result["tables"], "shipped": stored["about"]}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
