"""Stored outputs do not depend on the processor: the same notebook under the settings of two kinds of machine."""

import asyncio
import os
import subprocess
import sys

import notebooks
import processor
import pytest
from nbformat import v4

# One line for each library that chooses by processor: the C library, NumPy's loops, OpenBLAS, and PyTorch's own loops
# with MKL. A step of Adam stands for training: its square roots must not be MKL's, which differ even at equal settings.
NOTEBOOK = """\
import math, zlib
import numpy as np, torch

def mark(numbers):
    print(zlib.crc32(np.asarray(numbers).tobytes()))

rng = np.random.default_rng(0)
x, a = rng.standard_normal(2000), rng.standard_normal((130, 70))
mark([math.exp(one) for one in x])
mark(np.exp(x))
mark(a.T @ a)
t = torch.tensor(a).float().requires_grad_()
for _ in range(3):
    loss = (t @ t.T).softmax(1).exp().sum()
    loss.backward()
    torch.optim.Adam([t], 0.01, fused=True).step()
mark(t.detach())"""
OTHER_MACHINE = {
    "ATEN_CPU_CAPABILITY": "avx2",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA4",
    "MKL_CBWR": "AVX2",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4",
    "OPENBLAS_CORETYPE": "Haswell",
    "OMP_NUM_THREADS": "2",
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A function that executes the notebook on a machine with these variables, and returns what it stored."""
    path = tmp_path / "numbers.ipynb"

    def execute(machine):
        for name in processor.settings():
            monkeypatch.delenv(name, raising=False)
        for name, value in machine.items():
            monkeypatch.setenv(name, value)
        path.write_text(v4.writes(v4.new_notebook(cells=[v4.new_code_cell(NOTEBOOK, id="a")])), "utf-8")
        assert asyncio.run(notebooks.execute(path, str(tmp_path))) is None
        return v4.reads(path.read_text("utf-8")).cells[0].outputs[0].text.split()

    return execute


def test_another_kind_of_processor_stores_the_same_bytes(run, monkeypatch):
    first = run({})
    assert len(first) == 4
    assert run(OTHER_MACHINE) == first
    if "MKL_CBWR" in processor.settings():  # an x86: each library has faster ways, so that without the settings ...
        monkeypatch.setattr(notebooks, "settings", dict)
        assert all(one != other for one, other in zip(first, run({}), strict=True))


def test_the_settings_reach_the_c_library():
    """A tunable with a name that it does not know is passed over in silence, so look at what it computes."""
    code = "import math, zlib; print(zlib.crc32(repr([math.exp(n / 977) for n in range(20_000)]).encode()))"

    def answer(**more):
        environment = {name: value for name, value in os.environ.items() if name != "GLIBC_TUNABLES"} | more
        command = [sys.executable, "-c", code]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    tunables = processor.settings().get("GLIBC_TUNABLES", "")
    assert (answer(GLIBC_TUNABLES=tunables) != answer()) == bool(tunables)
