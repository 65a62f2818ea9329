"""Time attention, in NumPy and in PyTorch, against PyTorch's own; write ``benchmarks/attention.md``.

Run it with ``OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/attention.py``: a minute, 1 GB. The
columns take turns, so that what disturbs the machine disturbs all; times are medians of process time on one thread, and
peaks are those of ``tracemalloc``. No test asserts the times.
"""

from __future__ import annotations

import datetime
import os
import platform
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

import softrecall
from softrecall.attention import attend, attend_online
from softrecall.transformer import MultiHeadAttention

SHAPES = ((8, 8, 512, 64), (1, 2, 4096, 64))


def naive(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Write down the formula as it stands: a new array for every step."""
    scores = q @ np.swapaxes(k, -1, -2) / np.float32(np.sqrt(q.shape[-1]))
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return weights @ v


def milliseconds(calls: dict[str, Callable[[], object]], n_rounds: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(n_rounds):
        for name, call in calls.items():
            start = time.process_time_ns()
            call()
            times[name].append((time.process_time_ns() - start) / 1e6)
    return {name: statistics.median(values) for name, values in times.items()}


def peak_megabytes(call: Callable[[], object]) -> float:
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def table() -> str:
    torch.set_num_threads(1)
    rng = np.random.default_rng(7)
    lines = [
        "# Attention: measured\n",
        "Written by `benchmarks/attention.py`; do not edit.\n",
        f"{processor()}, {os.cpu_count()} cores, {platform.system()}; {datetime.date.today()}.",
        f"Python {platform.python_version()}, NumPy {np.__version__}, PyTorch {torch.__version__.split('+')[0]},"
        f" softrecall {softrecall.__version__}.",
        "float32, no mask, one thread; medians of process time, and how many times that of PyTorch it is.\n",
        "| (batch, heads, tokens, width) | function | ms | times PyTorch | peak, MB |",
        "|---|---|---|---|---|",
    ]
    for shape in SHAPES:
        q, k, v = (rng.standard_normal(shape, dtype=np.float32) for _ in range(3))
        tensors = [torch.from_numpy(x) for x in (q, k, v)]
        calls = {
            "PyTorch": lambda t=tensors: torch.nn.functional.scaled_dot_product_attention(*t),
            "the formula as it stands": lambda q=q, k=k, v=v: naive(q, k, v),
            "`attend`": lambda q=q, k=k, v=v: attend(q, k, v),
            "`attend_online`": lambda q=q, k=k, v=v: attend_online(q, k, v),
        }
        times = milliseconds(calls, 7)
        for name, call in calls.items():
            peak = "-" if name == "PyTorch" else f"{peak_megabytes(call):.1f}"
            lines.append(f"| {shape} | {name} | {times[name]:.1f} | {times[name] / times['PyTorch']:.2f} | {peak} |")
    return "\n".join([*lines, *layers(rng)]) + "\n"


def layers(rng: np.random.Generator) -> list[str]:
    """Time a whole layer of attention, its four projections included, where tokens attend to each other."""
    lines = [
        "\nA whole layer, from tokens to tokens: four projections and attention. PyTorch's is `nn.MultiheadAttention`,",
        "and how many times its time without weights it is.\n",
        "| (batch, heads, tokens, width) | layer | ms | times PyTorch | with gradients, ms |",
        "|---|---|---|---|---|",
    ]
    for n_batch, n_heads, n_tokens, width in SHAPES:
        d_model = n_heads * width
        theirs = torch.nn.MultiheadAttention(d_model, n_heads, batch_first=True)
        mine = MultiHeadAttention.from_torch(theirs)
        x = rng.standard_normal((n_batch, n_tokens, d_model), dtype=np.float32)
        t = torch.from_numpy(x)
        by_hand = projected(mine)
        calls: dict[str, Callable[[], object]] = {
            "PyTorch": lambda t=t, m=theirs: m(t, t, t, need_weights=False)[0],
            "PyTorch, with weights": lambda t=t, m=theirs: m(t, t, t, average_attn_weights=False)[0],
            "`transformer.MultiHeadAttention`": lambda t=t, m=mine: m(t)[0],
            "projections and `attend`, in NumPy": lambda x=x, f=by_hand: f(x),
        }
        with torch.no_grad():
            gap = abs(mine(t)[0].numpy() - by_hand(x)).max()
            if not gap < 1e-5:
                raise AssertionError(f"the layers must agree; they differ by {gap}")
            plain = milliseconds(calls, 7)
        learning = {name: lambda c=call: c().sum().backward() for name, call in calls.items() if "NumPy" not in name}
        both = milliseconds(learning, 5)
        for name, time_ms in plain.items():
            back = f"{both[name]:.1f}" if name in both else "-"
            lines.append(
                f"| {(n_batch, n_heads, n_tokens, width)} | {name} | {time_ms:.1f} | {time_ms / plain['PyTorch']:.2f} |"
                f" {back} |"
            )
    return lines


def projected(layer: MultiHeadAttention) -> Callable[[np.ndarray], np.ndarray]:
    """Write the layer in NumPy, with the same weights."""
    pairs = [
        (w.weight.detach().numpy().T, w.bias.detach().numpy()) for w in (layer.w_q, layer.w_k, layer.w_v, layer.w_o)
    ]

    def forward(x: np.ndarray) -> np.ndarray:
        n_batch, n, d_model = x.shape
        shape = (n_batch, n, layer.n_heads, -1)
        q, k, v = ((x @ w + b).reshape(shape).swapaxes(1, 2) for w, b in pairs[:3])  # (n_batch, n_heads, n, d_k)
        heads = attend(q, k, v)[0]
        return heads.swapaxes(1, 2).reshape(n_batch, n, d_model) @ pairs[3][0] + pairs[3][1]

    return forward


def main() -> None:
    text = table()
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
