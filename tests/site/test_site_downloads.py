"""What readers take home from the site: the package as a wheel, and a zip of the notebooks that needs nothing else."""

import importlib.util
import os
import subprocess
import sys
import zipfile
from email import message_from_bytes
from pathlib import Path

import notebooks
import pytest
from site_pages import ROOT, SITE

SPEC = importlib.util.spec_from_file_location("sr_downloads", ROOT / "theme" / "extensions" / "sr_downloads.py")
downloads = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(downloads)
FOLDER = SITE / downloads.FOLDER


@pytest.fixture(scope="module")
def wheel():
    (path,) = FOLDER.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The zip, unpacked in an empty folder."""
    folder = tmp_path_factory.mktemp("alone")
    with zipfile.ZipFile(FOLDER / downloads.ZIP) as archive:
        archive.extractall(folder)
    return folder / downloads.TOP


@pytest.fixture(scope="module")
def installed(unpacked, tmp_path_factory):
    """A folder with the package from the wheel in the zip, and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(next(unpacked.glob("*.whl"))) as archive:
        archive.extractall(folder)
    return folder


def test_the_wheel_holds_the_whole_package(wheel):
    package = ROOT / "src" / "softrecall"
    ours = {path.relative_to(ROOT / "src").as_posix() for path in package.rglob("*") if path.is_file()}
    ours = {name for name in ours if "__pycache__" not in name}
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if name.startswith("softrecall/")}
        assert inside == ours
        for name in ours:
            assert archive.read(name) == (ROOT / "src" / name).read_bytes()


def test_the_wheel_names_its_extras(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = message_from_bytes(archive.read(name))
    assert {"book", "torch"} <= set(metadata.get_all("Provides-Extra"))
    needed = [line for line in metadata.get_all("Requires-Dist") if "extra" not in line]
    assert [line.split(">")[0] for line in needed] == ["numpy"]


def test_the_same_files_give_the_same_wheel(wheel, tmp_path):
    assert downloads.build_wheel(ROOT, tmp_path).read_bytes() == wheel.read_bytes()


def test_the_same_files_give_the_same_zip(tmp_path):
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    downloads.write_zip(first, {"x": b"1", "a/y": b"2"})
    downloads.write_zip(second, {"a/y": b"2", "x": b"1"})
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.namelist() == ["soft-recall/a/y", "soft-recall/x"]


def test_the_zip_holds_every_notebook_as_it_is_and_the_wheel(unpacked, wheel):
    for path in notebooks.book_notebooks():
        assert (unpacked / path.relative_to(ROOT)).read_bytes() == path.read_bytes()
    assert (unpacked / wheel.name).read_bytes() == wheel.read_bytes()
    assert "pip install jupyterlab" in (unpacked / "START.txt").read_text("utf-8")


def test_a_notebook_runs_with_the_package_of_the_zip_alone(unpacked, installed):
    """The landing page shows a widget, and results are stored: neither may come from this copy of the book."""
    code = "import softrecall; from softrecall import book; print(softrecall.__file__); book.data('learned-beta')"
    environment = os.environ | {"PYTHONPATH": str(installed)}
    run = {"cwd": unpacked, "env": environment, "capture_output": True, "text": True, "check": False}
    seen = subprocess.run([sys.executable, "-c", code], **run)
    assert Path(seen.stdout.strip()).is_relative_to(installed), seen.stderr
    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--output", "again", "intro.ipynb"]
    done = subprocess.run(command, **run)
    assert done.returncode == 0, done.stderr
    assert (unpacked / "again.ipynb").exists()
