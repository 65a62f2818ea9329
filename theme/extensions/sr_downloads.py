"""What readers take home: the package as a wheel, and a zip of all notebooks with that wheel beside them.

Both are made while the site is built and have the same bytes whenever they are made of the same files. In the zip the
pages keep the folders they have in the book, so that their links and pictures work; the first cell of a notebook
installs the wheel where the package is missing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

FOLDER = "downloads"
ZIP = "soft-recall-notebooks.zip"
TOP = "soft-recall"
PARTS = ("pyproject.toml", "README.md", "LICENSE", "src")
"""What the wheel is built from."""
BESIDE = ("LICENSE", "LICENSE-TEXT")
PICTURES = (".svg", ".png")
START = """\
Soft Recall: the notebooks of the book

You need Python 3.11 or newer. In this folder:

    pip install jupyterlab
    jupyter lab intro.ipynb

The first cell of each notebook installs the package softrecall from the wheel beside this file, with NumPy, Matplotlib
and what else the notebook uses (PyTorch in some). Code: MIT. Text and figures: CC BY 4.0.
"""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
EPOCH = "315532800"  # the same moment, as setuptools wants it: in seconds since 1970
BUILD = "import sys, setuptools.build_meta as backend; backend.build_wheel(sys.argv[1])"


def build_wheel(root: Path, folder: Path) -> Path:
    """Build the wheel of the package in `folder`, from a copy: setuptools leaves files in what it builds from."""
    with tempfile.TemporaryDirectory() as place:
        for name in PARTS:
            source, target = root / name, Path(place) / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
            else:
                shutil.copy(source, target)
        for path in [Path(place), *Path(place).rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)  # the rights of this copy of the book are no part of it
        command = [sys.executable, "-c", BUILD, str(folder)]
        environment = os.environ | {"SOURCE_DATE_EPOCH": EPOCH, "PYTHONWARNINGS": "ignore"}
        done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the wheel of the package could not be built:\n{done.stderr}")
    (wheel,) = folder.glob("*.whl")
    return wheel


def write_zip(path: Path, files: dict[str, bytes]) -> None:
    """Write files into a zip that depends on nothing but their names and bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{TOP}/{name}", LONG_AGO)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(entry, data)


def pages(app: Sphinx) -> list[Path]:
    """Return the sources of the pages of the book."""
    return [Path(app.env.doc2path(docname)) for docname in sorted(app.env.found_docs)]


def is_stale(root: Path, wheel: Path) -> bool:
    """Whether the wheel is older than what it is built from."""
    sources = [path for name in PARTS for path in (root / name, *(root / name).rglob("*"))]
    newest = max(path.stat().st_mtime for path in sources if path.is_file() and path.suffix != ".pyc")
    return wheel.stat().st_mtime < newest


def make_wheel(app: Sphinx) -> None:
    """Build the wheel before the pages, which link to it; keep one that is new enough."""
    if app.builder.format != "html":
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    known = list(folder.glob("*.whl"))
    if len(known) != 1 or is_stale(Path(app.srcdir), known[0]):
        for path in known:
            path.unlink()
        known = [build_wheel(Path(app.srcdir), folder)]
    app.sr_wheel = f"{FOLDER}/{known[0].name}"


def make_zip(app: Sphinx, error: Exception | None) -> None:
    """Put the pages, their pictures and the wheel into one archive."""
    if error is not None or app.builder.format != "html":
        return
    root, wheel = Path(app.srcdir), Path(app.outdir) / app.sr_wheel
    pictures = [path for path in (root / "figures").iterdir() if path.suffix in PICTURES]
    inside = [*pages(app), *pictures, *(root / name for name in BESIDE)]
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in inside}
    files |= {wheel.name: wheel.read_bytes(), "START.txt": START.encode()}
    write_zip(wheel.with_name(ZIP), files)


def tell_page(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Let the templates link to both."""
    context.update(sr_zip=f"{FOLDER}/{ZIP}", sr_wheel=app.sr_wheel)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the steps."""
    app.connect("builder-inited", make_wheel)
    app.connect("html-page-context", tell_page, priority=400)
    app.connect("build-finished", make_zip)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
