"""The boxes of a chapter in a small Sphinx project: what they write, and which mistakes of an author they refuse."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "theme" / "extensions")!r})
extensions = ["myst_nb", "sphinx_exercise", "sr_boxes"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
nb_execution_mode = "off"
html_theme = "basic"
numfig = True
"""
CHECK = """:::{selfcheck} Which?
- [ ] This.

  It is not this.
- [x] That.

  It is that.
:::
"""
PREDICT = """:::{predict} What comes?
- [ ] One.

  One overlooks it.
- [x] Two.

  Two sees it.
:::

In between.

:::{explain}
Because.
:::
"""
ASKED = PREDICT.split("\nIn between")[0]
BRAIN = """::::{brain} A claim.
:standing: a hypothesis

:::{evidence}
- For.
:::
:::{counter}
- Against.
:::
:::{decides}
A measurement.
:::
::::
"""


SLOTS = ":::{slots}\n:address: *where*\n:store: what\n:read: how\n:::\n\n"
PITFALL = ":::{pitfall} A mistake\nMany do it.\n:::\n"
PAGES = {
    "boxes": SLOTS + CHECK + "\n" + PREDICT + "\n" + BRAIN + "\n:::{hint}\nTry.\n:::\n",
    "twice": CHECK + "\n" + CHECK,
    "once": CHECK,
    "pitfall": PITFALL + "\nShown.\n\n:::{pitfall-end}\nDo this.\n:::\n\nAfter.\n",
    "alone": PITFALL + "\nAfter.\n",
    "per-cent": "About 45 % of it, and `45 % 7` in code.\n",
    "tables": "| a | b |\n|---|---|\n| 1 | 2 |\n\n| | |\n|---|---|\n| 3 | 4 |\n",
}
MISTAKES = {
    "store": (":::{slots}\n:address: a\n:read: r\n:::", "store is missing"),
    "unmarked": (CHECK.replace("[x]", "[ ]"), "exactly one option must be marked"),
    "unexplained": (CHECK.replace("\n  It is that.\n", ""), "every option needs an explanation"),
    "boxless": (CHECK.replace("[x] That", "That"), "must begin with [ ] or [x]"),
    "listless": (":::{selfcheck} Which?\nNo list.\n:::", "exactly one list of options"),
    "foreseen": (ASKED.replace("[x]", "[ ]"), "predict: exactly one option must be marked"),
    "both": (ASKED.replace("[ ]", "[x]"), "predict: exactly one option must be marked"),
    "unsaid": (ASKED.replace("\n  One overlooks it.\n", ""), "predict: every option needs an explanation"),
    "open": (ASKED, "needs an {explain}"),
    "explain": (":::{explain}\nBecause.\n:::", "nothing is open here"),
    "end": (":::{pitfall-end}\nDo this.\n:::", "nothing is open here"),
    "standing": (BRAIN.replace(":standing: a hypothesis\n", ""), ":standing: is needed"),
    "order": (BRAIN.replace("{counter}", "{evidence}"), "in this order"),
}


def build(folder: Path, pages: dict[str, str]) -> tuple[str, int]:
    """Build pages of these names strictly; return what was said, and the exit code."""
    (folder / "conf.py").write_text(CONF)
    names = "\n".join(pages)
    (folder / "index.md").write_text(f"# Pages\n\n```{{toctree}}\n{names}\n```\n")
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(f"# A page\n\n{text}\n")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", str(folder)]
    quiet = os.environ | {"PYTHONWARNINGS": "ignore"}
    ran = subprocess.run([*command, str(folder / "out")], capture_output=True, text=True, env=quiet, check=False)
    return ran.stderr, ran.returncode


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The HTML of each page that has no mistake; one build for all, since starting it takes longest."""
    folder = tmp_path_factory.mktemp("good")
    said, code = build(folder, PAGES)
    assert (code, said) == (0, "")
    return {name: (folder / "out" / f"{name}.html").read_text() for name in PAGES}


@pytest.fixture(scope="module")
def complaints(tmp_path_factory):
    """What was said of each page with a mistake: its lines that are warnings or errors, which fail a strict build."""
    said, code = build(tmp_path_factory.mktemp("bad"), {name: text for name, (text, _) in MISTAKES.items()})
    assert code != 0
    found = {name: [] for name in MISTAKES}
    for name, line in re.findall(r"/([\w-]+)\.md:\d+: ((?:WARNING|ERROR): .*)", said):
        found[name].append(line)
    return found


def test_every_box_builds_and_keeps_its_parts_in_order(pages):
    html = pages["boxes"]
    for part in (
        "bk-slots",
        "bk-selfcheck",
        "bk-step-predict",
        "bk-step-run",
        "bk-step-explain",
        "bk-brain",
        "bk-hint",
    ):
        assert f'"{part}"' in html or f" {part}" in html, part
    assert html.index("bk-step-predict") < html.index("In between") < html.index("bk-step-explain")
    assert html.index("bk-evidence") < html.index("bk-counter") < html.index("bk-decides")
    assert re.search(r"<dd><em>where</em></dd>", html)


def test_questions_count_themselves_and_choices_do_not_share_a_group(pages):
    html = pages["twice"]
    assert "Question 1" in html
    assert "Question 2" in html
    assert html.count("of 2") == 2
    names = re.findall(r'<input type="radio" name="([^"]+)" id="([^"]+)"', html)
    assert len(names) == 4
    assert len({group for group, _ in names}) == 2
    assert len({target for _, target in names}) == 4
    assert {target for _, target in names} == set(re.findall(r'<label for="([^"]+)"', html))


@pytest.mark.parametrize(
    ("name", "wrong", "right"), [("once", "It is not this", "It is that"), ("boxes", "One overlooks", "Two sees")]
)
def test_each_answer_says_in_a_live_place_whether_it_is_right(pages, name, wrong, right):
    html = pages[name]
    said = r'<div role="status" class="bk-said"><div class="bk-why"><p><strong class="bk-{}">{}\. </strong>{}'
    assert re.search(said.format("no", "No", wrong), html)
    assert re.search(said.format("yes", "Yes", right), html)


@pytest.mark.parametrize("name", list(MISTAKES))
def test_a_mistake_of_the_author_fails_the_build_and_is_named(complaints, name):
    assert len(complaints[name]) == 1
    assert MISTAKES[name][1] in complaints[name][0]


def test_a_pitfall_takes_in_what_stands_before_its_end_and_stands_alone_without_one(pages):
    html = pages["pitfall"]
    inside = html[html.index('class="bk-pitfall"') : html.index("After.")]
    assert [word in inside for word in ("Many do it", "Shown.", "Do this.")] == [True] * 3
    assert "bk-pitfall-run" in html
    assert "bk-pitfall-run" not in pages["alone"]


def test_a_percent_sign_stays_with_its_number_but_not_in_code(pages):
    html = pages["per-cent"]
    assert "45\N{NO-BREAK SPACE}%" in html
    assert "45\N{NO-BREAK SPACE}% 7" not in html


def test_a_table_scrolls_in_a_box_and_an_empty_head_is_dropped(pages):
    html = pages["tables"]
    assert html.count('class="bk-table') == 2
    assert html.count("<thead>") == 1
