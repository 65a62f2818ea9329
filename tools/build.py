"""Build the site: nothing if nothing has changed, the changed pages if only pages have, else everything afresh.

    python tools/build.py         the site into _build/html
    python tools/build.py --all   from scratch, whatever there is

What the site was built from is noted in ``_build/built.json``, and only when the build has succeeded: warnings are
errors, and a page that is not read again does not repeat its warnings. Which other pages a changed page concerns is
decided while it is built, in ``theme/extensions/sr_fresh.py``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOREIGN = {"_build", "benchmarks", "experiments", "node_modules", "tests", "__pycache__"}
"""Folders that hold nothing of the site; nor do those whose name begins with a dot, nor what setuptools leaves."""
PAGES = (".ipynb", ".md")
BUILD = ["build", ".", "-W", "-n", "--keep-going", "-q"]


def files(folder: Path) -> Iterator[Path]:
    """Yield the files that the site may depend on."""
    for path in sorted(folder.iterdir()):
        if path.name in FOREIGN or path.name.startswith(".") or path.suffix == ".egg-info":
            continue
        if path.is_dir():
            yield from files(path)
        else:
            yield path


def digests(root: Path) -> dict[str, str]:
    """Return what the site is built from: a digest of each file, and of what else decides."""
    found = {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files(root)}
    return found | {"(Python)": sys.version, "(address)": os.environ.get("SOFTRECALL_BASEURL", "")}


def plan(before: dict[str, str], now: dict[str, str]) -> list[str] | None:
    """Return the pages that have changed, or None where the whole site must be built afresh."""
    if before.keys() != now.keys():
        return None
    changed = [name for name in now if now[name] != before[name]]
    return changed if all(name.endswith(PAGES) for name in changed) else None


def run(root: Path) -> int:
    """Let Jupyter Book build what it finds out of date; return its exit status."""
    book = shutil.which("jupyter-book", path=str(Path(sys.executable).parent))
    if book is None:
        raise FileNotFoundError(f"jupyter-book: needed beside {sys.executable}; run  make book")
    return subprocess.run([book, *BUILD], cwd=root, check=False).returncode


def build(root: Path, *, is_whole: bool = False) -> int:
    """Bring the site up to date; return 0 if it is."""
    out = root / "_build"
    note = out / "built.json"
    now = digests(root)
    known = not is_whole and note.exists() and (out / "html" / "index.html").exists()
    pages = plan(json.loads(note.read_text("utf-8")), now) if known else None
    if pages == []:
        return 0
    note.unlink(missing_ok=True)
    if pages is None:
        for folder in ("html", ".doctrees", "jupyter_execute"):
            shutil.rmtree(out / folder, ignore_errors=True)
    for page in pages or []:  # Sphinx goes by the time of a file; a page without its doctree is read in any case
        (out / ".doctrees" / page).with_suffix(".doctree").unlink(missing_ok=True)
    status = run(root)
    if status == 0:
        note.write_text(json.dumps(now, indent=1) + "\n", "utf-8")
    return status


def main() -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="build from scratch")
    return build(ROOT, is_whole=parser.parse_args().all)


if __name__ == "__main__":
    sys.exit(main())
