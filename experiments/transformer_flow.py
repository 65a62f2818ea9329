"""Train the small block that the widget ``TransformerFlow`` shows, and write its weights.

It writes ``src/softrecall/widgets/transformer_flow/weights.json``. Run it with ``OMP_NUM_THREADS=1 python
experiments/transformer_flow.py``: about three minutes on one core.

The language has 96 sentences of four words, such as *cat sees dog whom*: an animal, a verb, an animal, and a word that
asks. What follows *who* is the first animal, what follows *whom* the second, and what follows *same* is *yes* if both
are the same and *no* if not. The block predicts the next word after each of the four, and sees all sentences in
training: whether it generalises is another question, which the runs of ``held_out`` answer.

Taking a part away from the trained block, as the widget does, is not the same as training without that part. Both are
measured here: the first on the stored weights, the second over five seeds.
"""

from __future__ import annotations

import copy
import datetime
import hashlib
import itertools
import json
import platform
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from softrecall.training import fit
from softrecall.transformer import GPT
from softrecall.widgets._weights import pack, unpack
from softrecall.widgets.transformer_flow.numbers import ANIMALS, ASKED, VERBS, WORDS, follows

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "widgets" / "transformer_flow" / "weights.json"
SEED, SEEDS = 0, range(5)
STAGES = ((1000, 1e-2), (500, 3e-3), (500, 1e-3))  # steps, each with its learning rate
PARTS = ("positions", "residual", "network", "mask")

SENTENCES = [(*four, follows(*four)) for four in itertools.product(ANIMALS, VERBS, ANIMALS, ASKED)]
IDS = torch.tensor([[WORDS.index(word) for word in sentence] for sentence in SENTENCES])  # (96, 5)
HELD = torch.tensor([(ANIMALS.index(b) - ANIMALS.index(a)) % 4 == 1 for a, _, b, _, _ in SENTENCES])
"""Four pairs of animals in their order, 24 sentences: each animal comes first in one of them, and second in one."""


def block(without: str = "") -> GPT:
    """Make a block of 803 weights with everything, or without one of `PARTS`."""
    options = {
        "": {},
        "positions": {"positions": None},
        "residual": {"is_residual": False},
        "network": {"d_ff": 0},
        "mask": {"is_causal": False},
    }
    return GPT(len(WORDS), 4, 8, 2, 1, **({"d_ff": 16, "activation": "relu"} | options[without]))


def loss(model: GPT, ids: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of the word that follows each of the first four."""
    return functional.cross_entropy(model(ids[:, :-1]).flatten(0, 1), ids[:, 1:].flatten())


def train(
    without: str = "",
    seed: int = SEED,
    ids: torch.Tensor = IDS,
    stages: tuple[tuple[int, float], ...] = STAGES,
) -> GPT:
    """Train on all sentences at once in each step, through the stages one after the other."""
    torch.manual_seed(seed)
    model = block(without)
    for n_steps, learning_rate in stages:
        fit(model, itertools.repeat((ids,)), loss, n_steps=n_steps, learning_rate=learning_rate, clip=1.0)
    return model


def take_away(model: GPT, part: str) -> GPT:
    """Copy a trained block and take a part away."""
    less = copy.deepcopy(model)
    layer = less.body.layers[0]
    if part == "positions":
        less.positions.rows.zero_()
    elif part == "residual":
        layer.is_residual = False
    elif part == "network":
        layer.feed = None
    else:
        less.is_causal = False
    return less


def n_right(model: GPT, ids: torch.Tensor = IDS) -> dict[str, int]:
    """Count the right last words for each word that asks."""
    with torch.no_grad():
        is_right = model(ids[:, :-1])[:, -1].argmax(-1) == ids[:, -1]
    return {word: int((is_right & (ids[:, 3] == WORDS.index(word))).sum()) for word in ASKED}


def early(model: GPT) -> list[float]:
    """Give the loss at each of the first three words, in nats: at least ln 2, ln 4, ln 3 unless it looks ahead."""
    with torch.no_grad():
        logits = model(IDS[:, :-1])
    return [round(float(functional.cross_entropy(logits[:, i], IDS[:, i + 1])), 4) for i in range(3)]


def rounded(model: GPT, arrays: dict) -> GPT:
    """Copy the model, with the weights that `arrays` hold."""
    coarse = copy.deepcopy(model)
    coarse.load_state_dict({name: torch.tensor(array) for name, array in unpack(arrays).items()})
    return coarse


def over_seeds(measure: Callable[[int], dict]) -> list[dict]:
    """Measure each seed."""
    return [measure(seed) for seed in SEEDS]


def measure() -> dict:
    """Train, round, and count; then train without each part, and with pairs of animals held out."""
    model = train()
    arrays = pack({name: value.numpy() for name, value in model.state_dict().items()})
    stored = rounded(model, arrays)
    about = {
        "command": "python experiments/transformer_flow.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "seed": SEED,
        "stages": [list(stage) for stage in STAGES],
        "sentences": len(IDS),
        "right": n_right(model),
        "right when rounded": n_right(stored),
        "early": early(stored),
        "right when taken away": {part: n_right(take_away(stored, part)) for part in PARTS},
        "early when taken away": {part: early(take_away(stored, part)) for part in PARTS},
        "trained without": {part: over_seeds(lambda seed, part=part: trained(part, seed)) for part in PARTS},
        "held out": over_seeds(lambda seed: n_right(train(seed=seed, ids=IDS[~HELD]), IDS[HELD])),
        "sha256": digest(arrays),
    }
    return {"about": about, "arrays": arrays}


def trained(without: str, seed: int) -> dict:
    """Train without a part, and measure."""
    model = train(without, seed)
    return n_right(model) | {"early": early(model)}


def digest(arrays: dict) -> str:
    """Give the check sum of the arrays as they are stored."""
    return hashlib.sha256(json.dumps(arrays).encode()).hexdigest()


def main() -> int:
    torch.set_num_threads(1)
    OUT.write_text(json.dumps(measure()) + "\n", encoding="utf-8")
    print(json.dumps(json.loads(OUT.read_text(encoding="utf-8"))["about"], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
