"""The boxes of a chapter in a small Sphinx project: what they write, and which mistakes of an author they refuse."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
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
- [ ] Two.
:::

In between.

:::{explain}
Because.
:::
"""
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


def build(folder: Path, text: str) -> tuple[str, str, int]:
    """Build one page strictly; return its HTML, what was said, and the exit code."""
    (folder / "conf.py").write_text(CONF)
    (folder / "index.md").write_text("# A page\n\n" + text)
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-b",
        "html",
        str(folder),
        str(folder / "out"),
    ]
    ran = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONWARNINGS": "ignore"}, check=False
    )
    page = folder / "out" / "index.html"
    return page.read_text() if page.exists() else "", ran.stderr, ran.returncode


def test_every_box_builds_and_keeps_its_parts_in_order(tmp_path):
    slots = ":::{slots}\n:address: *where*\n:store: what\n:read: how\n:::\n\n"
    html, said, code = build(tmp_path, slots + CHECK + "\n" + PREDICT + "\n" + BRAIN + "\n:::{hint}\nTry.\n:::\n")
    assert (code, said) == (0, "")
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


def test_questions_count_themselves_and_choices_do_not_share_a_group(tmp_path):
    html, _, code = build(tmp_path, CHECK + "\n" + CHECK)
    assert code == 0
    assert "Question 1" in html
    assert "Question 2" in html
    assert html.count("of 2") == 2
    names = re.findall(r'<input type="radio" name="([^"]+)" id="([^"]+)"', html)
    assert len(names) == 4
    assert len({group for group, _ in names}) == 2
    assert len({target for _, target in names}) == 4
    assert {target for _, target in names} == set(re.findall(r'<label for="([^"]+)"', html))


def test_each_answer_of_a_self_check_says_whether_it_is_right(tmp_path):
    html, _, _ = build(tmp_path, CHECK)
    assert re.search(r'class="bk-no">No\. </strong>It is not this', html)
    assert re.search(r'class="bk-yes">Yes\. </strong>It is that', html)


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        (":::{slots}\n:address: a\n:read: r\n:::", "store is missing"),
        (CHECK.replace("[x]", "[ ]"), "exactly one option must be marked"),
        (CHECK.replace("\n  It is that.\n", ""), "every option needs an explanation"),
        (CHECK.replace("[x] That", "That"), "must begin with [ ] or [x]"),
        (":::{selfcheck} Which?\nNo list.\n:::", "exactly one list of options"),
        (PREDICT.split(":::{explain}")[0], "needs an {explain}"),
        (":::{explain}\nBecause.\n:::", "nothing is open here"),
        (":::{pitfall-end}\nDo this.\n:::", "nothing is open here"),
        (BRAIN.replace(":standing: a hypothesis\n", ""), ":standing: is needed"),
        (BRAIN.replace("{counter}", "{evidence}"), "in this order"),
    ],
)
def test_a_mistake_of_the_author_fails_the_build_and_is_named(tmp_path, text, fragment):
    _, said, code = build(tmp_path, text + "\n")
    assert code != 0
    assert fragment in said


def test_a_pitfall_takes_in_what_stands_before_its_end_and_stands_alone_without_one(tmp_path):
    box = ":::{pitfall} A mistake\nMany do it.\n:::\n"
    html, _, code = build(tmp_path, box + "\nShown.\n\n:::{pitfall-end}\nDo this.\n:::\n\nAfter.\n")
    assert code == 0
    inside = html[html.index('class="bk-pitfall"') : html.index("After.")]
    assert [word in inside for word in ("Many do it", "Shown.", "Do this.")] == [True] * 3
    html, _, code = build(tmp_path, box + "\nAfter.\n")
    assert code == 0
    assert "bk-pitfall-run" not in html


def test_a_percent_sign_stays_with_its_number_but_not_in_code(tmp_path):
    html, _, _ = build(tmp_path, "About 45 % of it, and `45 % 7` in code.\n")
    assert "45\N{NO-BREAK SPACE}%" in html
    assert "45\N{NO-BREAK SPACE}% 7" not in html


def test_a_table_scrolls_in_a_box_and_an_empty_head_is_dropped(tmp_path):
    html, _, _ = build(tmp_path, "| a | b |\n|---|---|\n| 1 | 2 |\n\n| | |\n|---|---|\n| 3 | 4 |\n")
    assert html.count('class="bk-table') == 2
    assert html.count("<thead>") == 1
