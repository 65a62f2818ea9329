"""The same bits from every processor: the environment in which the book's notebooks are executed.

Numerical libraries look at the processor and choose the fastest of several ways to compute the same thing; the ways
differ in the order of sums and in fused operations, so in last digits, and training multiplies such differences until
a figure shows them. Each library can be told to take the way that all processors know. It costs some speed, and what
is stored then depends on the versions of the libraries alone, for all processors of a family (x86-64, ARM). One thing
cannot be set: the square roots of ``torch.sqrt`` are MKL's, which begin with an estimate that Intel and AMD make
differently. Adam takes roots; with ``fused=True`` it computes them itself, exactly rounded.
"""

from __future__ import annotations

import platform

import numpy as np

ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
X86 = {
    "ATEN_CPU_CAPABILITY": "default",  # PyTorch's own loops
    "MKL_CBWR": "COMPATIBLE",  # PyTorch's products of matrices
    "ONEDNN_MAX_CPU_ISA": "SSE41",  # its other kernels
    "OPENBLAS_CORETYPE": "Prescott",  # NumPy's and SciPy's products of matrices
    "OPENBLAS_L2_SIZE": "512",  # and the blocks they are cut into
}
# glibc's exp, sin, pow: one way with fused multiplication and one without (names since 2.33, then those before).
C_LIBRARY = ",".join(f"-{name}{end}" for end in ("", "_Usable") for name in ("AVX2", "FMA", "FMA4"))
ARM = {"ATEN_CPU_CAPABILITY": "default", "OPENBLAS_CORETYPE": "ARMV8"}


def settings() -> dict[str, str]:
    """Return the variables that make the libraries of a new process compute alike on every processor."""
    faster = np.show_config(mode="dicts")["SIMD Extensions"]  # NumPy's loops, those of this processor and of others
    loops = {"NPY_DISABLE_CPU_FEATURES": " ".join(sorted(faster.get("found", []) + faster.get("not found", [])))}
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return ONE_THREAD | loops | ARM
    is_glibc = platform.libc_ver()[0] == "glibc"
    return ONE_THREAD | loops | X86 | ({"GLIBC_TUNABLES": f"glibc.cpu.hwcaps={C_LIBRARY}"} if is_glibc else {})
