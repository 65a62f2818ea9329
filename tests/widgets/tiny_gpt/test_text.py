"""The text that the widget carries is the one on which its model was trained, and comes with its licence."""

import hashlib
import importlib
import json
from pathlib import Path

import pytest

from softrecall.tasks import Alphabet, documentation
from softrecall.widgets import TinyGPT
from softrecall.widgets.tiny_gpt.numbers import ALPHABET

STORED = json.loads(TinyGPT().data_text)


@pytest.fixture
def experiment(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[3] / "experiments")
    return importlib.import_module("tiny_gpt_text")


def test_it_is_the_first_nine_tenths_of_the_documentation_as_the_program_writes_it(experiment):
    text = documentation()
    assert text[: len(text) * 9 // 10] == STORED["text"] == experiment.stored()["text"]
    assert hashlib.sha256(STORED["text"].encode()).hexdigest() == STORED["about"]["sha256"]
    assert "".join(Alphabet(text).symbols) == ALPHABET


def test_the_licence_goes_with_it():
    licence = STORED["about"]["licence"]
    assert licence.startswith("PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2")
    assert "Python Software Foundation;\nAll Rights Reserved" in licence
    assert licence.endswith("Agreement.")
