"""The program that finds the browsers: what it says, and how it ends, where there is none."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def browser(monkeypatch):
    """The program on a machine without browsers; what it would install is noted and never comes."""
    spec = importlib.util.spec_from_file_location("tools_browser_bare", ROOT / "tools" / "browser.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.installed = []
    monkeypatch.setattr(module.shutil, "which", lambda name: None)
    monkeypatch.setattr(module, "playwright_chromium", lambda: None)
    monkeypatch.setattr(module, "install_chromium", lambda: None)
    monkeypatch.setattr(module, "apt_install", lambda package: bool(module.installed.append(package)))
    return module


@pytest.mark.parametrize(("command", "name"), [("firefox-test", "Firefox"), ("chromium", "Chromium")])
def test_a_missing_browser_is_a_failure_with_one_clear_line(browser, capsys, command, name):
    assert browser.main([command]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"No {name}: ")
    assert said.err.count("\n") == 1


def test_firefox_is_installed_where_that_is_possible_and_its_failure_is_no_success(browser, monkeypatch):
    monkeypatch.setattr(browser, "can_apt", lambda: True)
    assert browser.main(["firefox-test"]) == 1
    assert browser.installed == ["firefox-esr"]


def test_an_unknown_command_is_refused_by_name(browser, capsys):
    assert browser.main(["safari-test"]) == 2
    assert "got safari-test" in capsys.readouterr().err
