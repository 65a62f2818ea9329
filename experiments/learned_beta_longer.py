"""Train two of the text models of ``learned_beta.py`` for 4,000 steps instead of 600.

It writes ``src/softrecall/data/learned-beta-longer.json``. Run it with ``OMP_NUM_THREADS=1 python
experiments/learned_beta_longer.py``: about seven minutes on one core for each of the two.

The models, seed and batches are those of the survey: heads of width 32, the slow rate for beta, seed 0, from 1 and 30.
Warming up still takes 20 steps, and the half cosine down to a tenth of the rate is stretched over the whole run, as
it was there. All betas are noted every hundredth step. At the end all betas are multiplied by the same factor, and the
loss is measured on eight held-out batches of 64.
"""

from __future__ import annotations

import datetime
import json
import platform
import sys
from pathlib import Path

import torch
from learned_beta import LEARNING_RATE, SETTINGS, TASKS, Text, betas_of, loss_of, loss_when_scaled, rate

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "data" / "learned-beta-longer.json"
NAMES = ("task", "head_width", "init", "seed", "beta_lr", "embedding_std", "n_steps")
RUNS = [("text", 32, init, 0, 0.02, 0.02, 4000) for init in (1, 30)]
N_TEST_BATCHES = 8


def train(
    task: str, head_width: int, init: float, seed: int, beta_lr: float, embedding_std: float, n_steps: int, **changes
) -> dict:
    """Train one model of the survey for `n_steps`; `changes` replaces entries of ``SETTINGS[task]``."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    settings = SETTINGS[task] | changes
    data, generator = TASKS[task](settings), torch.Generator().manual_seed(1000 + seed)
    model = data.model(settings["d_model"] // head_width, init, embedding_std)
    optimiser = torch.optim.Adam(model.parameter_groups(LEARNING_RATE, beta_lr))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: rate(step, n_steps))
    every = max(1, min(100, n_steps // 10))
    history, losses = [{"step": 0, "betas": rounded(betas_of(model))}], []
    for step in range(1, n_steps + 1):
        inputs, target = data.batch(settings["n_batch"], generator, held_out=False)
        optimiser.zero_grad()
        loss = loss_of(model, inputs, target)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
        if step % every == 0:
            mean = sum(losses[-every:]) / every
            history.append({"step": step, "loss": round(mean, 4), "betas": rounded(betas_of(model))})
    generator.manual_seed(3000 + seed)
    tests = []
    for _ in range(N_TEST_BATCHES):
        inputs, target = data.batch(64, generator, held_out=True)
        with torch.no_grad():
            as_trained = round(loss_of(model, inputs, target).item(), 5)
        tests.append({"1": as_trained} | loss_when_scaled(model, inputs, target))
    run = dict(zip(NAMES, (task, head_width, init, seed, beta_lr, embedding_std, n_steps), strict=True))
    return run | {"tests": tests, "history": history}


def rounded(betas: dict[str, list[float]]) -> dict[str, list[float]]:
    return {name: [round(beta, 2) for beta in values] for name, values in betas.items()}


def about() -> dict:
    return {
        "command": "python experiments/learned_beta_longer.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "text_sha256": Text(SETTINGS["text"]).sha256,
        "settings": SETTINGS,
        "n_test_batches": N_TEST_BATCHES,
        "learning_rate": LEARNING_RATE,
        "warm_up_steps": 20,
        "clip": 1.0,
    }


def main() -> int:
    lines = ",\n".join(json.dumps(train(*settings)) for settings in RUNS)
    OUT.write_text(f'{{"about": {json.dumps(about())},\n"runs": [\n{lines}\n]}}\n', encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
