"""Train the small translator of dates that the widget ``DateAlignment`` runs, and write its weights.

It writes ``src/softrecall/widgets/date_alignment/weights.json``. Run it with ``OMP_NUM_THREADS=1 python
experiments/date_alignment.py``: about two minutes on one core. Task and architecture are those of
``encoder_decoder.py``; the training is longer, with a learning rate that falls. What is stored is rounded to whole
numbers, and measured on every day of the other side of the split, in each of the five styles, before and after the
rounding.
"""

from __future__ import annotations

import copy
import datetime
import hashlib
import json
import platform
import sys
from pathlib import Path

import numpy as np
import torch
from encoder_decoder import TEST_DAYS, date_batches, date_loss, translator

from softrecall.recurrent import EncoderDecoder
from softrecall.tasks import dates, encode_dates
from softrecall.training import fit
from softrecall.widgets._weights import pack, unpack

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "widgets" / "date_alignment" / "weights.json"
SEED, N_STYLES = 0, 5
STAGES = ((1500, 1e-2), (500, 3e-3), (500, 1e-3))  # steps, each with its learning rate


def train(stages: tuple[tuple[int, float], ...] = STAGES, seed: int = SEED) -> EncoderDecoder:
    """Train by teacher forcing on days of one side of the split, through the stages one after the other."""
    model, batches = translator("alignment", seed), date_batches(seed)
    for n_steps, learning_rate in stages:
        fit(model, batches, date_loss, n_steps=n_steps, learning_rate=learning_rate, clip=1.0)
    return model


def n_exact(model: EncoderDecoder, days: np.ndarray = TEST_DAYS) -> list[int]:
    """Count the days that are written without a fault, each day once in each style."""
    counts = []
    for style in range(N_STYLES):
        pairs = [dates(1, [day], np.random.default_rng(0), style=style) for day in days]
        source, lengths = encode_dates([pair.texts[0] for pair in pairs])
        target, _ = encode_dates([pair.iso[0] for pair in pairs])
        written, _ = model.decode(torch.tensor(source), torch.tensor(lengths), target.shape[1])
        counts.append(int((written == torch.tensor(target)).all(1).sum()))
    return counts


def rounded(model: EncoderDecoder, arrays: dict) -> EncoderDecoder:
    """Copy the model, with the weights that `arrays` hold."""
    coarse = copy.deepcopy(model)
    coarse.load_state_dict({name: torch.tensor(array) for name, array in unpack(arrays).items()})
    return coarse


def measure(stages: tuple[tuple[int, float], ...] = STAGES, days: np.ndarray = TEST_DAYS) -> dict:
    """Train, round, and count on `days` what both write without a fault."""
    model = train(stages)
    arrays = pack({name: value.numpy() for name, value in model.state_dict().items()})
    about = {
        "command": "python experiments/date_alignment.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "seed": SEED,
        "stages": [list(stage) for stage in stages],
        "days": len(days),
        "exact": n_exact(model, days),
        "exact when rounded": n_exact(rounded(model, arrays), days),
        "sha256": digest(arrays),
    }
    return {"about": about, "arrays": arrays}


def digest(arrays: dict) -> str:
    """Give the check sum of the arrays as they are stored."""
    return hashlib.sha256(json.dumps(arrays).encode()).hexdigest()


def main() -> int:
    torch.set_num_threads(1)
    OUT.write_text(json.dumps(measure()) + "\n", encoding="utf-8")
    print(json.loads(OUT.read_text(encoding="utf-8"))["about"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
