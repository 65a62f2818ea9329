"""Train small transformers whose heads learn their own beta; write ``src/softrecall/data/learned-beta.json``.

Two tasks, two head widths, three initial betas, three seeds and two learning rates of beta make 72 runs; 18 more repeat
the reversal with embeddings that start 50 times larger. Run it with ``OMP_NUM_THREADS=1 python
experiments/learned_beta.py --workers 2``: about an hour on two cores. A run that the file
already holds is not repeated; delete the file to start anew.

The reversal task: an encoder reads 12 random symbols of 16, a decoder writes them in reverse order. The text task: a
decoder predicts the next character of Python's own help texts, ``pydoc_data.topics``, which every Python brings along
(their checksum is in the file, since they differ a little from version to version).
"""

from __future__ import annotations

import argparse
import concurrent.futures
import datetime
import hashlib
import itertools
import json
import math
import platform
import pydoc_data.topics
import sys
from pathlib import Path

import torch
from torch.nn import functional

from softrecall.qknorm import QKNormEncoderDecoder, QKNormLanguageModel

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "data" / "learned-beta.json"
SETTINGS = {
    "reversal": {"n_symbols": 16, "length": 12, "d_model": 64, "n_layers": 2, "n_batch": 64, "n_steps": 1200},
    "text": {"n_context": 96, "d_model": 128, "n_layers": 3, "n_batch": 16, "n_steps": 600},
}
GRID = {
    "task": ("reversal", "text"),
    "head_width": (32, 64),
    "init": (1.0, 5.66, 30.0),
    "seed": (0, 1, 2),
    "beta_lr": (0.02, 0.1),
    "embedding_std": (0.02, 1.0),
}
LEARNING_RATE = 1e-3
SCALES = (0.25, 0.5, 2**-0.5, 2**0.5, 2.0, 4.0)
N_RECORDS = 11


class Reversal:
    """Batches of random symbols and their reverse; symbol `n_symbols` opens the answer."""

    def __init__(self, settings: dict) -> None:
        self.settings = settings
        self.n_tokens = settings["n_symbols"] + 1

    def model(self, n_heads: int, init: float, std: float) -> QKNormEncoderDecoder:
        s = self.settings
        return QKNormEncoderDecoder(self.n_tokens, s["length"], s["d_model"], n_heads, s["n_layers"], init, std)

    def batch(self, n: int, generator: torch.Generator, *, held_out: bool) -> tuple[tuple, torch.Tensor]:
        # 16**12 sequences: one drawn for training is never drawn again, so no list of held-out ones is needed.
        source = torch.randint(self.settings["n_symbols"], (n, self.settings["length"]), generator=generator)
        target = source.flip(-1)
        opening = torch.full((n, 1), self.settings["n_symbols"])
        return (source, torch.cat([opening, target[:, :-1]], dim=1)), target

    def accuracy(self, model: QKNormEncoderDecoder, generator: torch.Generator) -> float:
        """Let the model write by itself and count the right symbols of 512 fresh sequences."""
        (source, written), target = self.batch(512, generator, held_out=True)
        written = written[:, :1]
        for _ in range(target.shape[1]):
            best = model(source, written)[0][:, -1].argmax(-1)
            written = torch.cat([written, best[:, None]], dim=1)
        return (written[:, 1:] == target).double().mean().item()


class Text:
    """Pieces of Python's help texts; the last tenth is held out. Characters outside ASCII become "?"."""

    def __init__(self, settings: dict) -> None:
        self.settings = settings
        topics = pydoc_data.topics.topics
        text = "\n".join(topics[name] for name in sorted(topics))
        codes = text.encode("ascii", errors="replace")
        self.sha256 = hashlib.sha256(codes).hexdigest()
        alphabet = sorted(set(codes))
        number = {code: i for i, code in enumerate(alphabet)}
        tokens = torch.tensor([number[code] for code in codes])
        self.n_tokens = len(alphabet)
        n_training = len(tokens) * 9 // 10
        self.training, self.held_out = tokens[:n_training], tokens[n_training:]

    def model(self, n_heads: int, init: float, std: float) -> QKNormLanguageModel:
        s = self.settings
        return QKNormLanguageModel(self.n_tokens, s["n_context"], s["d_model"], n_heads, s["n_layers"], init, std)

    def batch(self, n: int, generator: torch.Generator, *, held_out: bool) -> tuple[tuple, torch.Tensor]:
        tokens, width = self.held_out if held_out else self.training, self.settings["n_context"]
        starts = torch.randint(len(tokens) - width, (n, 1), generator=generator)
        pieces = tokens[starts + torch.arange(width + 1)]
        return (pieces[:, :-1],), pieces[:, 1:]

    def accuracy(self, model: QKNormLanguageModel, generator: torch.Generator) -> float:
        """How often the likeliest character is the next one, on the held-out text."""
        inputs, target = self.batch(64, generator, held_out=True)
        return (model(*inputs)[0].argmax(-1) == target).double().mean().item()


TASKS = {"reversal": Reversal, "text": Text}


def loss_of(model: torch.nn.Module, inputs: tuple, target: torch.Tensor) -> torch.Tensor:
    return functional.cross_entropy(model(*inputs)[0].flatten(0, 1), target.flatten())


def rate(step: int, n_steps: int) -> float:
    """Twenty steps of warming up, then half a cosine down to a tenth."""
    return min(1.0, (step + 1) / 20) * (0.55 + 0.45 * math.cos(math.pi * step / n_steps))


def betas_of(model: torch.nn.Module) -> dict[str, list[float]]:
    return {name: [round(b, 4) for b in module.beta.tolist()] for name, module in model.attentions().items()}


@torch.no_grad()
def loss_when_scaled(model: torch.nn.Module, inputs: tuple, target: torch.Tensor) -> dict[str, float]:
    """The loss after every beta is multiplied by the same number, without training on."""
    losses = {}
    for scale in SCALES:
        for module in model.attentions().values():
            module.log_beta += math.log(scale)
        losses[f"{scale:.3g}"] = round(loss_of(model, inputs, target).item(), 5)
        for module in model.attentions().values():
            module.log_beta -= math.log(scale)
    return losses


@torch.no_grad()
def keys_read(weights: dict[str, torch.Tensor]) -> dict[str, list[float]]:
    """exp(entropy) of the weights, averaged over queries: how many keys a head reads, as if evenly."""
    entropies = {name: torch.special.entr(w).sum(-1) for name, w in weights.items()}  # (n_batch, n_heads, n_q)
    return {name: [round(x, 3) for x in e.exp().mean((0, 2)).tolist()] for name, e in entropies.items()}


def is_wanted(run: dict) -> bool:
    """Embeddings of standard deviation 1 (PyTorch's own) are a control, for one task and width only."""
    return run["embedding_std"] < 1 or (run["task"] == "reversal" and run["head_width"] == 32)


def train(
    task: str, head_width: int, init: float, seed: int, beta_lr: float, embedding_std: float, **changes: int
) -> dict:
    """Train one model and say all that the chapter draws of it. `changes` replaces entries of ``SETTINGS[task]``."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    settings = SETTINGS[task] | changes
    data, generator = TASKS[task](settings), torch.Generator().manual_seed(1000 + seed)
    model = data.model(settings["d_model"] // head_width, init, embedding_std)
    optimiser = torch.optim.Adam(model.parameter_groups(LEARNING_RATE, beta_lr))
    n_steps = settings["n_steps"]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: rate(step, n_steps))
    records = sorted({round(i * n_steps / (N_RECORDS - 1)) for i in range(N_RECORDS)})
    history = [{"step": 0, "betas": betas_of(model)}]
    for step in range(1, n_steps + 1):
        inputs, target = data.batch(settings["n_batch"], generator, held_out=False)
        optimiser.zero_grad()
        loss_of(model, inputs, target).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step in records:
            history.append({"step": step, "betas": betas_of(model)})
    generator.manual_seed(2000 + seed)
    inputs, target = data.batch(64, generator, held_out=True)
    with torch.no_grad():
        loss, weights = loss_of(model, inputs, target).item(), model(*inputs)[1]
        accuracy = data.accuracy(model, generator)
    return {
        "task": task,
        "head_width": head_width,
        "init": init,
        "seed": seed,
        "beta_lr": beta_lr,
        "embedding_std": embedding_std,
        "loss": round(loss, 5),
        "accuracy": round(accuracy, 5),
        "loss_when_scaled": loss_when_scaled(model, inputs, target),
        "keys_read": keys_read(weights),
        "history": history,
    }


def about() -> dict:
    return {
        "command": "python experiments/learned_beta.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "text_sha256": Text(SETTINGS["text"]).sha256,
        "settings": SETTINGS,
        "grid": GRID,
        "learning_rate": LEARNING_RATE,
    }


def key_of(run: dict) -> tuple:
    return tuple(run[name] for name in GRID)


def save(runs: list[dict], path: Path) -> None:
    """One run a line, in the order of the grid."""
    lines = ",\n".join(json.dumps(run) for run in sorted(runs, key=key_of))
    path.write_text(f'{{"about": {json.dumps(about())},\n"runs": [\n{lines}\n]}}\n', encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--workers", type=int, default=1, help="processes side by side (default 1)")
    n_workers = parser.parse_args().workers
    runs = json.loads(OUT.read_text(encoding="utf-8"))["runs"] if OUT.exists() else []
    done = {key_of(run) for run in runs}
    # Seeds outermost: what an interrupted run leaves behind is whole grids of fewer seeds.
    wanted = [dict(zip(GRID, key, strict=True)) for key in itertools.product(*GRID.values()) if key not in done]
    wanted = sorted(filter(is_wanted, wanted), key=lambda run: run["seed"])
    with concurrent.futures.ProcessPoolExecutor(n_workers) as pool:
        futures = [pool.submit(train, **run) for run in wanted]
        for i, future in enumerate(concurrent.futures.as_completed(futures), start=1):
            run = future.result()
            runs.append(run)
            save(runs, OUT)
            print(f"{i} of {len(wanted)}: {key_of(run)} loss {run['loss']} accuracy {run['accuracy']}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
