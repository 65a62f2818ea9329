"""Markdown pages and project files: their snippets run, their numbers are right, their lists are in order."""

import ast
import contextlib
import io
import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from pybtex.database import parse_string

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "chapters").glob("*.md"))
NOTEBOOKS = sorted([*(ROOT / "chapters").glob("*.ipynb"), *ROOT.glob("*.ipynb")])
PROSE = [*PAGES, *NOTEBOOKS, *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))]
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?")
FENCE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CHECK = re.compile(r'^% check "([^"]+)": (.+)$', re.MULTILINE)

# Works without a DOI, an arXiv number or an ISBN that could be looked up, each with the reason.
NO_IDENTIFIER = {
    "bengio2003neural": "article of a journal without DOIs, and no preprint was found",
    "fleming2022local": "preprint whose DOI was found in no reference list",
    "hebb1949organization": "book from before there were ISBNs",
    "jaeckel1989alternative": "technical report without a DOI",
    "jozefowicz2015empirical": "proceedings without DOIs, and no preprint was found",
    "kanerva1993sparse": "chapter of a book without a DOI; the ISBN of the book was found in no reference list",
    "keeler1988comparison": "the DOI of the article was found in no reference list",
    "sandberg2008whole": "technical report without a DOI",
    "schneegans2017restoration": "the DOI of the article was found in no reference list",
    "srivastava2014dropout": "the journal gives no DOIs",
    "yamaguchi2016reassessment": "the DOI was found in no reference list; its PubMed Central number is in the note",
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# ---- snippets and numbers -------------------------------------------------------------------------------------------


def run_snippet(code: str, namespace: dict) -> int:
    """Run a snippet; compare what each statement prints or yields with its `# -> value` comments; return how many."""
    lines, compared = code.split("\n"), 0
    for statement in ast.parse(code).body:
        own_lines = lines[statement.lineno - 1 : statement.end_lineno]
        promised = [line.partition("# ->")[2] for line in own_lines if "# ->" in line]
        value, printed = None, io.StringIO()
        with contextlib.redirect_stdout(printed):
            if isinstance(statement, ast.Expr):
                value = eval(compile(ast.Expression(statement.value), "<page>", "eval"), namespace)
            else:
                exec(compile(ast.Module([statement], []), "<page>", "exec"), namespace)
        shown = printed.getvalue().splitlines() or ([] if value is None else [repr(value)])
        if promised:
            assert [line.split() for line in shown] == [line.split() for line in promised], (
                f"{ast.unparse(statement)}: the page promises {promised}, it gives {shown}"
            )
            compared += len(promised)
    assert compared == code.count("# ->"), "a `# ->` stands where no statement is"
    return compared


def rounds_to(value: float, printed: str) -> bool:
    """Whether a computed value, rounded to the digits of the printed number, is that number."""
    plain = printed.replace(",", "")
    return f"{float(value):.{len(plain.partition('.')[2])}f}" == plain


def run_page(text: str) -> tuple[int, list[str]]:
    """Run the snippets and checks of a page in order; return how many comparisons were made and the checked numbers."""
    namespace: dict = {"__name__": "page"}
    compared, checked = 0, []
    for found in sorted([*FENCE.finditer(text), *CHECK.finditer(text)], key=lambda match: match.start()):
        if found.re is FENCE:
            compared += run_snippet(found[1], namespace)
        else:
            value = eval(found[2], namespace)
            assert rounds_to(value, found[1]), f"the page says {found[1]}, {found[2]} is {value}"
            checked.append(found[1])
    return compared + len(checked), checked


def without_code(text: str) -> str:
    """The prose and formulas of a page: no code, checks, roles or link targets; directives keep their body."""
    kept, fence, is_code = [], "", False
    for line in text.split("\n"):
        mark = re.match(r"`{3,}|:{3,}", line)
        if mark and not is_code and line.startswith(mark[0] + "{"):
            continue  # a directive begins: its body is prose
        if mark and not is_code and mark[0][0] == "`" and line != mark[0]:
            fence, is_code = mark[0], True
        elif mark and is_code and line == fence:
            is_code = False
        elif not (mark or is_code or line.startswith("%")):
            kept.append(line)
    prose_only = re.sub(r"\{[\w:-]+\}`[^`]*`|`[^`]*`|\]\([^)]*\)|https?://\S+|<!--.*?-->", " ", "\n".join(kept))
    return prose_only.replace("![", "[")


def significant(printed: str) -> int:
    return len(printed.replace(",", "").replace(".", "").lstrip("0"))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_snippet_of_a_page_gives_what_the_page_says(page):
    text = page.read_text()
    compared, _ = run_page(text)
    assert compared == text.count("# ->") - len(re.findall(r"`[^`\n]*# ->[^`\n]*`", text)) + len(CHECK.findall(text))


def test_the_refresher_has_snippets_and_checks_to_run():
    compared, checked = run_page((ROOT / "chapters" / "mathematics.md").read_text())
    assert len(checked) >= 30
    assert compared - len(checked) >= 20


def test_every_checked_number_stands_in_the_prose_of_its_page():
    for page in PAGES:
        numbers = NUMBER.findall(without_code(page.read_text()))
        for printed, _ in CHECK.findall(page.read_text()):
            assert printed in numbers, f"{name(page)}: {printed} is checked but not said"


def test_every_number_of_the_refresher_is_checked_or_part_of_a_snippet():
    text = (ROOT / "chapters" / "mathematics.md").read_text()
    code = "\n".join([*FENCE.findall(text), *(f"{key} {expression}" for key, expression in CHECK.findall(text))])
    known = {float(number.replace(",", "")) for number in NUMBER.findall(code)}
    numbers = [number for number in NUMBER.findall(without_code(text)) if significant(number) > 1]
    assert [number for number in numbers if float(number.replace(",", "")) not in known] == []


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("print(1 + 1)  # -> 3", "promises"),
        ("1 / 4  # -> 0.2", "promises"),
        ("x = 2  # -> 2", "promises"),
        ("with contextlib.suppress():\n    print(1)  # -> 2", "promises"),
        ("# -> 4\nx = 4", "no statement is"),
    ],
)
def test_the_runner_rejects_a_wrong_promise(code, message):
    with pytest.raises(AssertionError, match=message):
        run_snippet(code, {"contextlib": contextlib})


def test_the_runner_rejects_a_wrong_number():
    with pytest.raises(AssertionError, match=r"the page says 0\.97"):
        run_page('% check "0.97": 24 / 25\n')
    assert not rounds_to(15.8114, "15.82")
    assert rounds_to(1071.85, "1,071.85")


# ---- prose ----------------------------------------------------------------------------------------------------------


def prose(path: Path) -> str:
    if path.suffix == ".ipynb":
        cells = json.loads(path.read_text())["cells"]
        return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return path.read_text()


def words(text: str) -> str:
    """Prose without formulas as well."""
    return re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$", " ", without_code(text), flags=re.DOTALL)


FORBIDDEN = re.compile(r"!|\bsimply\b|\beasy to see\b|\bit can be shown\b|\bobviously\b|\btrivially\b", re.IGNORECASE)


@pytest.mark.parametrize("path", PROSE, ids=name)
def test_prose_neither_shouts_nor_waves_its_hands(path):
    found = [match[0] for match in FORBIDDEN.finditer(words(prose(path)))]
    assert found == []


def test_the_search_for_forbidden_words_finds_them():
    assert FORBIDDEN.search(words("This is Simply so."))
    assert FORBIDDEN.search(words("Look!"))
    assert not FORBIDDEN.search(words("![picture](a.png) and `a != b` and $n!$\n```text\nx != y\n```\n"))


# ---- glossary and bibliography --------------------------------------------------------------------------------------


def glossary_terms() -> list[str]:
    text = (ROOT / "chapters" / "glossary.md").read_text()
    body = re.search(r"^```\{glossary\}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [line for line in body[1].split("\n") if line and not line.startswith(" ")]


def test_glossary_terms_are_sorted_and_unique():
    terms = [term.casefold() for term in glossary_terms()]
    assert len(terms) >= 35
    assert terms == sorted(terms)
    assert len(set(terms)) == len(terms)


def test_every_term_that_a_page_uses_is_in_the_glossary():
    known = {term.casefold() for term in glossary_terms()}
    for path in [*PAGES, *NOTEBOOKS]:
        for used in re.findall(r"\{term\}`([^`]+)`", prose(path)):
            target = re.sub(r"\s+", " ", used)
            target = target[target.rindex("<") + 1 : -1] if target.endswith(">") else target
            assert target.casefold() in known, f"{name(path)}: no entry for {target}"


def bib_text() -> str:
    return (ROOT / "references.bib").read_text(encoding="utf-8")


def test_reference_keys_are_unique_and_sorted():
    keys = re.findall(r"^@\w+\{([^,\s]+),", bib_text(), re.MULTILINE)
    assert len(keys) >= 20
    assert len({key.casefold() for key in keys}) == len(keys)
    assert keys == sorted(keys)


def test_every_reference_is_complete_and_can_be_looked_up():
    entries = parse_string(bib_text(), "bibtex").entries
    for key, entry in entries.items():
        fields = {field.lower(): value for field, value in entry.fields.items()}
        assert entry.persons.get("author"), key
        assert {"title", "year"} <= set(fields), key
        assert re.fullmatch(r"[a-z]+" + fields["year"] + r"[a-z]+", key), f"{key}: key is not name, year, word"
        wanted = {"article": "journal", "inproceedings": "booktitle", "incollection": "booktitle", "book": "publisher"}
        assert wanted.get(entry.type, "title") in fields, key
        if key in NO_IDENTIFIER:
            assert not {"doi", "eprint", "isbn"} & set(fields), f"{key} has an identifier: take it off the list"
            continue
        assert {"doi", "eprint", "isbn"} & set(fields), key
        assert re.fullmatch(r"10\.\d{4,}/\S+", fields.get("doi", "10.1000/none")), key
        assert re.fullmatch(r"\d{4}\.\d{4,5}|[a-z-]+/\d{7}", fields.get("eprint", "0000.0000")), key
        assert ("eprint" in fields) == (fields.get("archiveprefix") == "arXiv"), key
        if "isbn" in fields:
            digits = [int(digit) for digit in fields["isbn"].replace("-", "")]
            assert len(digits) == 13, key
            assert sum(digits[::2]) % 10 == -3 * sum(digits[1::2]) % 10, f"{key}: the check digit of the ISBN is wrong"


def test_every_cited_work_is_in_the_bibliography():
    entries = parse_string(bib_text(), "bibtex").entries
    for path in [*PAGES, *NOTEBOOKS]:
        for keys in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", prose(path)):
            assert all(key.strip() in entries for key in keys.split(",")), f"{name(path)}: {keys}"


# ---- project files --------------------------------------------------------------------------------------------------


def version() -> str:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def test_the_citation_file_is_complete_and_names_the_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert {"cff-version", "message", "title", "authors", "version", "license", "type"} <= set(citation)
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == version()
    assert all("name" in author or "family-names" in author for author in citation["authors"])


def test_the_changelog_knows_the_version():
    text = (ROOT / "CHANGELOG.md").read_text()
    assert "## [Unreleased]" in text
    assert version() in text


def test_the_readme_gives_the_commands():
    text = (ROOT / "README.md").read_text()
    blocks = re.findall(r"^```(?:sh|bat)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert re.findall(r"^make \w+", blocks[0], re.MULTILINE) == ["make book", "make test"]
    without_make = blocks[1].strip().split("\n")
    assert len(without_make) == 3
    assert "-m venv .venv" in without_make[0]
    assert "-r requirements.txt -e ." in without_make[1]
    assert without_make[2].endswith("jupyter-book build . --all")


def test_the_header_of_the_readme_is_the_policy_of_the_pages():
    source = (ROOT / "theme" / "extensions" / "sr_theme.py").read_text()
    policy = next(
        ast.literal_eval(statement.value)
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Assign) and statement.targets[0].id == "CSP"
    )
    header = re.search(r"^Content-Security-Policy: (.*)$", (ROOT / "README.md").read_text(), re.MULTILINE)[1]
    assert header == policy + "; frame-ancestors 'none'"


def test_links_of_the_readme_lead_somewhere():
    targets = re.findall(r"\]\(([^)#]+)\)", (ROOT / "README.md").read_text())
    missing = [target for target in targets if "://" not in target and not (ROOT / target).exists()]
    assert missing == []


def test_the_workflow_runs_the_same_two_commands():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "book.yml").read_text())
    runs = [step["run"] for step in workflow["jobs"]["test"]["steps"] if "run" in step]
    assert runs == ["make book", "make test", "make book"]  # the last one for the published copy
    assert workflow["permissions"] == {"contents": "read"}
    assert "pull_request" in workflow["jobs"]["publish"]["if"]


def test_both_licences_are_there_in_full():
    assert "MIT License" in (ROOT / "LICENSE").read_text()
    text = (ROOT / "LICENSE-TEXT").read_text()
    assert "Attribution 4.0 International" in text
    assert all(f"Section {number} -- " in text for number in range(1, 9))
