"""Measure over five seeds what the chapter on encoder and decoder claims of dates.

It writes ``src/softrecall/data/encoder-decoder.json``. Run it with ``OMP_NUM_THREADS=1 python
experiments/encoder_decoder.py``: about eight minutes on one core. As in ``recurrent_margins.py``, a margin is half of
the worst gap to the baseline.
"""

from __future__ import annotations

import datetime
import json
import platform
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from softrecall.recurrent import EncoderDecoder
from softrecall.tasks import DATE_TOKENS, dates, decode_dates, encode_dates, split_days
from softrecall.training import fit

OUT = Path(__file__).parent.parent / "src" / "softrecall" / "data" / "encoder-decoder.json"
N_SEEDS = 5
TRAIN_DAYS, TEST_DAYS = split_days(np.random.default_rng(0))
PARTS = {"y": slice(0, 4), "m": slice(5, 7), "d": slice(8, 10)}  # of what is written
ORDERS = ("dmy", "mdy", "wdmy", "dmy", "mdy")  # what comes first, second, ... in each style; w is the weekday
WORDS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
IN_FRONT = (0, 1, 2, 4, 8)  # how many such words stand before a date

# ---- networks --------------------------------------------------------------------------------------------------------


class NoLook(nn.Module):
    """What stands in for the alignment: nothing is read, or the mean of all places."""

    def __init__(self, alignment: nn.Module, *, is_mean: bool) -> None:
        super().__init__()
        self.w_k, self.is_mean = alignment.w_k, is_mean

    def forward(self, query, keys, is_real, from_keys):
        weights = is_real / is_real.sum(1, keepdim=True) * self.is_mean
        return (weights[:, None] @ keys)[:, 0], weights


class Covered(nn.Module):
    """An alignment that gives no weight to the places where `hidden` is True."""

    def __init__(self, alignment: nn.Module, hidden: torch.Tensor) -> None:
        super().__init__()
        self.alignment, self.w_k, self.hidden = alignment, alignment.w_k, hidden

    def forward(self, query, keys, is_real, from_keys):
        return self.alignment(query, keys, is_real & ~self.hidden, from_keys)


def translator(kind: str, seed: int) -> EncoderDecoder:
    """Make an encoder-decoder that looks back by "alignment", at the "mean" of all places, or not ("none")."""
    torch.manual_seed(seed)
    model = EncoderDecoder(len(DATE_TOKENS) + 2, 1, n_embed=16, n_hidden=32, n_align=16)
    if kind != "alignment":
        model.decoder.alignment = NoLook(model.decoder.alignment, is_mean=kind == "mean")
    return model


# ---- training --------------------------------------------------------------------------------------------------------


def date_batch(days: np.ndarray, n: int, rng: np.random.Generator) -> tuple[torch.Tensor, ...]:
    texts, iso = dates(n, days, rng)
    (source, lengths), (target, _) = encode_dates(texts), encode_dates(iso)
    return torch.tensor(source), torch.tensor(lengths), torch.tensor(target)


def date_batches(seed: int, n: int = 64) -> Iterator[tuple]:
    rng = np.random.default_rng(seed)
    while True:
        yield date_batch(TRAIN_DAYS, n, rng)


def date_loss(model: nn.Module, source: torch.Tensor, lengths: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return functional.cross_entropy(model(source, lengths, target)[0].flatten(0, 1), target.flatten())


def translation(kind: str, seed: int, n_steps: int) -> dict:
    """Train on days of one side of the split.

    `exact` is the share of 500 days of the other side that are written without a fault, every 50 steps. Without
    alignment `parts` is the share whose year, month or day is right, likewise; with it `looks`, `covered`, `longer` and
    `unseen` are measured at the end.
    """
    model, exact = translator(kind, seed), []
    parts: dict[str, list[float]] = {part: [] for part in PARTS}
    source, lengths, target = date_batch(TEST_DAYS, 500, np.random.default_rng(99))

    def note(model: nn.Module) -> bool:
        is_right = model.decode(source, lengths, target.shape[1])[0] == target
        exact.append(is_right.all(1).double().mean().item())
        for part, places in PARTS.items():
            parts[part].append(is_right[:, places].all(1).double().mean().item())
        return False

    fit(model, date_batches(seed), date_loss, n_steps=n_steps, learning_rate=1e-2, clip=1.0, stop=note)
    found: dict = {"exact": exact}
    if kind == "none":
        return found | {"parts": parts}
    if kind == "alignment":
        found |= {"looks": looks(model), "covered": covered(model), "longer": longer(model), "unseen": unseen(model)}
    return found


# ---- what a trained network does -------------------------------------------------------------------------------------


def places_of(text: str, order: str) -> dict[str, slice]:
    """Say where in a text its parts stand."""
    words = zip(order, re.finditer("[a-z0-9]+", text), strict=True)
    return {part: slice(*word.span()) for part, word in words}


@torch.no_grad()
def looks(model: EncoderDecoder) -> dict[str, float]:
    """Of the weight that goes out while year, month or day is written: how much falls on that same part."""
    shares: dict[str, list[float]] = {part: [] for part in PARTS}
    for style, order in enumerate(ORDERS):
        texts, _ = dates(100, TEST_DAYS, np.random.default_rng(5), style=style)
        tokens, lengths = encode_dates(texts)
        _, weights = model.decode(torch.tensor(tokens), torch.tensor(lengths), 10)
        for text, rows in zip(texts, weights.numpy(), strict=True):
            places = places_of(text, order)
            for part, written in PARTS.items():
                shares[part].append(rows[written, places[part]].sum(1).mean())
    return {part: float(np.mean(values)) for part, values in shares.items()}


@torch.no_grad()
def covered(model: EncoderDecoder) -> dict[str, dict[str, float]]:
    """Give no weight to the places of one part: which share of that part, and of the other two, is still right?"""
    alignment, found = model.decoder.alignment, {}
    for part in PARTS:
        same, others = [], []
        for style, order in enumerate(ORDERS):
            texts, iso = dates(100, TEST_DAYS, np.random.default_rng(5), style=style)
            (tokens, lengths), (target, _) = encode_dates(texts), encode_dates(iso)
            hidden = torch.zeros(tokens.shape, dtype=torch.bool)
            for row, text in zip(hidden, texts, strict=True):
                row[places_of(text, order)[part]] = True
            model.decoder.alignment = Covered(alignment, hidden)
            written, _ = model.decode(torch.tensor(tokens), torch.tensor(lengths), 10)
            is_right = (written == torch.tensor(target)).numpy()
            for name, at in PARTS.items():
                (same if name == part else others).append(is_right[:, at].all(1).mean())
        found[part] = {"same": float(np.mean(same)), "others": float(np.mean(others))}
    model.decoder.alignment = alignment
    return found


def exact_share(model: EncoderDecoder, texts: list[str], iso: list[str]) -> float:
    tokens, lengths = encode_dates(texts)
    written, _ = model.decode(torch.tensor(tokens), torch.tensor(lengths), 10)
    return float(np.mean([a == b for a, b in zip(decode_dates(written), iso, strict=True)]))


def longer(model: EncoderDecoder) -> dict[str, float]:
    """Exact dates when words stand before them that tell nothing: names of weekdays."""
    texts, iso = dates(500, TEST_DAYS, np.random.default_rng(99))
    rng, shares = np.random.default_rng(7), {}
    for n_words in IN_FRONT:
        longer = ["".join(f"{word} " for word in rng.choice(WORDS, n_words)) + text for text in texts]
        shares[str(n_words)] = exact_share(model, longer, iso)
    return shares


def respelled(iso: str) -> dict[str, str]:
    """Write a day in ways that the training never shows."""
    day = datetime.date.fromisoformat(iso)
    month = dates(1, [day.toordinal()], np.random.default_rng(0), style=0).texts[0].split()[1]
    weekday = WORDS[day.isoweekday() % 7]
    return {
        "4 jul 2031": f"{day.day} {month[:3]} {day.year}",
        "04.07.2031": f"{day.day:02}.{day.month:02}.{day.year}",
        "friday 4 july 2031": f"{weekday} {day.day} {month} {day.year}",
        "4-7-2031": f"{day.day}-{day.month}-{day.year}",
        "2031 july 4": f"{day.year} {month} {day.day}",
        "2031-07-04": iso,
    }


def unseen(model: EncoderDecoder) -> dict[str, float]:
    """Exact dates in spellings that the training never shows, named by an example."""
    _, iso = dates(500, TEST_DAYS, np.random.default_rng(99))
    spelled = [respelled(day) for day in iso]
    return {name: exact_share(model, [one[name] for one in spelled], iso) for name in spelled[0]}


# ---- margins ---------------------------------------------------------------------------------------------------------


def margin(better: list[float], worse: list[float]) -> dict[str, float]:
    """Half of the worst gap between what should be smaller and what should be larger, seed by seed."""
    gap = min(b - a for a, b in zip(better, worse, strict=True))
    return {"worst_gap": round(gap, 5), "margin": round(gap / 2, 5)}


def measure() -> dict:
    measured: dict = {"dates": {}}
    for kind, n_steps in (("alignment", 250), ("mean", 1500), ("none", 1500)):
        measured["dates"][kind] = [translation(kind, seed, n_steps) for seed in range(N_SEEDS)]
        print(kind, [[run["exact"][4], run["exact"][-1]] for run in measured["dates"][kind]], flush=True)
    at_250 = {kind: [run["exact"][4] for run in runs] for kind, runs in measured["dates"].items()}
    measured["margins"] = {
        "alignment above none, 250 steps": margin(at_250["none"], at_250["alignment"]),
        "alignment above mean, 250 steps": margin(at_250["mean"], at_250["alignment"]),
    }
    return measured


def main() -> int:
    torch.set_num_threads(1)
    about = {
        "command": "python experiments/encoder_decoder.py",
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
    }
    OUT.write_text(json.dumps({"about": about} | measure(), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
