"""The documentation as a text, and characters as numbers."""

import numpy as np
import pytest

from softrecall.tasks import Alphabet, documentation, is_known_documentation, passages


def test_the_documentation_is_the_text_from_which_the_stored_results_come():
    text = documentation()
    assert is_known_documentation(), "run the tests with the Python that the results come from: see CONTRIBUTING.md"
    assert (len(text), len(set(text))) == (465_048, 103)


def test_another_text_is_told_apart(monkeypatch):
    monkeypatch.setattr("softrecall.tasks.text.documentation", lambda: "another")
    assert not is_known_documentation()


def test_every_text_comes_back_from_its_ids():
    text = documentation()[:5000]
    letters = Alphabet(documentation())
    assert letters.decode(letters.encode(text)) == text
    assert letters.symbols == tuple(sorted(letters.symbols))
    assert letters.encode("").shape == (0,)
    assert letters.decode([]) == ""
    assert repr(letters) == "Alphabet(103 characters)"


def test_a_character_that_is_not_in_the_alphabet_is_named_with_its_place():
    with pytest.raises(ValueError, match="the 3 characters of the alphabet; got 'x' at place 2"):
        Alphabet("banana").encode("naxn")
    with pytest.raises(ValueError, match="text: needs at least one character; got ''"):
        Alphabet("")


def test_passages_come_from_everywhere_and_targets_are_one_place_further():
    inputs, targets = passages(np.arange(10), 2000, 4, np.random.default_rng(0))
    assert inputs.shape == targets.shape == (2000, 4)
    np.testing.assert_array_equal(targets, inputs + 1)
    assert set(inputs[:, 0].tolist()) == set(range(6))  # the last passage ends with the text
