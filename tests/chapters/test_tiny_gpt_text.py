"""The text that the widget ``TinyGPT`` carries is what its model was trained on, and comes with its licence."""

import hashlib
import json

import tiny_gpt_text
from tiny_gpt import Text

from softrecall.tasks import documentation

STORED = json.loads(tiny_gpt_text.OUT.read_text(encoding="utf-8"))


def test_the_stored_text_is_the_one_that_is_trained_on():
    text = Text(documentation())
    assert text.alphabet.decode(text.train) == STORED["text"]
    assert hashlib.sha256(STORED["text"].encode()).hexdigest() == STORED["about"]["sha256"]


def test_the_licence_goes_with_it():
    licence = STORED["about"]["licence"]
    assert licence.startswith("PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2")
    assert "Python Software Foundation;\nAll Rights Reserved" in licence
    assert licence.endswith("Agreement.")
