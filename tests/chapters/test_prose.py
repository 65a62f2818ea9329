"""The prose of every chapter: its numbers are computed or cited, its style is the book's. First the scanner itself."""

import tomllib
from pathlib import Path

import prose
import pytest
import yaml
from nbformat import v4
from sr_boxes import DIRECTIVES

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
CLAIMS = sorted((ROOT / "tests" / "claims").glob("*.toml"))
ALLOWED = {path.stem: tomllib.loads(path.read_text("utf-8"))["allowed"] for path in CLAIMS}
FEWEST, MOST = 1200, 2800
BACK_MATTER = [page["file"] for page in yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"][-1]["chapters"]]


def notebook(*sources, **metadata):
    """A notebook of Markdown cells; a source that begins with ``# claims`` becomes a code cell."""
    cells = [
        v4.new_code_cell(source) if source.startswith("# claims") else v4.new_markdown_cell(source)
        for source in sources
    ]
    if metadata:
        cells.append(v4.new_code_cell("plt.show()", metadata=metadata))
    return v4.new_notebook(cells=cells)


def texts(*sources):
    return [prose.plain(unit.text) for unit in prose.units(notebook(*sources))]


def stated(markdown):
    return [number.text for text in texts(markdown) for number in prose.numbers(text)]


# The scanner


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("It is 15.8 bits, or 1,071.85.", ["15.8", "1071.85"]),
        ("It falls to −0.21 and -0.3.", ["−0.21", "−0.3"]),
        ("From 3–15, x−12, 5-17 and GPT-35.", ["3", "15", "12", "5", "17"]),
        ("That is 42.4 % or 42.4% of $42.4\\,\\%$.", ["42.4 %", "42.4 %", "42.4 %"]),
        ("About 1.07 × 10⁻³, $1.07 \\times 10^{-3}$.", ["1.07 × 10⁻³", "1.07 × 10⁻³"]),
        ("There are $2^{64}$, 10⁸² or 77 billion.", ["2⁶⁴", "10⁸²", "77 billion"]),
        ("A third is 1/3, $\\frac{1}{64}$.", ["1/3", "1/64"]),
        ("Emphasis **15.8** and _16.8_.", ["15.8", "16.8"]),
        ("Inline $x_{12} = 1{,}071.85$ and $e^{-0.25}$.", ["1071.85", "−0.25"]),
        ("The bare span `0.424` is read, `np.zeros(64)` is code.", ["0.424"]),
        ("The 64-bit word.", ["64"]),
        ("$$\ny = 12.5\n$$", ["12.5"]),
        ("```{math}\ny = 12.5\n```", ["12.5"]),
        ("| a | b |\n|---|---|\n| 12 | 13 |", ["12", "13"]),
        ("1. first\n12. second, of 13", ["13"]),
        (":::{slots}\n:address: 12 bits\n:store: x\n:read: y\n:::", ["12"]),
        ("```{figure} fig-12.svg\n:alt: It rises to 14.\n:name: fig-13\n\nLook at 15.\n```", ["14", "15"]),
        (":::{pitfall} Counting 12\nIt is 13.\n:::", ["12", "13"]),
        ("A note[^12] here.\n\n[^12]: It is 13.", ["13"]),
    ],
)
def test_a_number_of_the_prose_is_found(markdown, expected):
    assert stated(markdown) == expected


@pytest.mark.parametrize(
    "markdown",
    [
        "```python\nx = 15.8\n```",
        "```\n15.8\n```",
        "```{code-block} python\n:linenos:\nx = 15.8\n```",
        "$$\ny = 15.8\n$$ (eq-12)",
        "$$ y = 15.8 $$ (eq-12)",
        "```{math}\n:label: eq-12\ny = 15.8\n```",
        "\\begin{equation}\\label{a}\ny = 15.8\n\\end{equation}",
        "[text](page-15.8.html) and <https://a.org/15.8> or https://a.org/15.8",
        "doi: 10.1234/abc.5678 and arXiv:2106.09685",
        "(sec-15)=",
        "{eq}`eq-15` {numref}`fig-16` {ref}`sec-17` {doc}`page-18`",
        "<!-- 15.8 -->",
        '<span data-x="15.8">word</span>',
        "% 15.8 in a comment",
        "Words.\n\n    x = 15.8  # indented code",
        "% first\n% 15.8 in a second line",
        "\\begin{align}\\label{a}\ny = 15.8\n\\end{align}",
        "[text][far]\n\n[far]: https://a.org/15.8",
        "![](picture-15.svg)",
        "```{bibliography}\n:filter: year == 2021\n```",
        ":::{objectives}\n:time: 45 minutes\n:::",
        "```{exercise} paper, about 15 minutes\n:label: ex-12\n```",
    ],
)
def test_a_number_that_is_no_prose_is_not_found(markdown):
    assert stated(markdown) == []


@pytest.mark.parametrize("source", ["$$ y = 15.8", "Words.\n\n$$\ny = 15.8\n\nMore words."])
def test_mathematics_that_is_not_closed_is_named(source):
    with pytest.raises(ValueError, match=r"cell 2: a \$\$ is not closed"):
        texts("It is 12.", source)


def test_a_directive_that_nobody_knows_is_named():
    with pytest.raises(ValueError, match="cell 1: what of the directive 'mermaid' is prose"):
        texts("```{mermaid}\ngraph\n```")


def test_the_directives_of_others_are_none_of_ours():
    assert not set(prose.FOREIGN) & set(DIRECTIVES)


@pytest.mark.parametrize("name", sorted(DIRECTIVES))
def test_of_a_box_that_is_read_which_the_box_says(name):
    box, read = DIRECTIVES[name], DIRECTIVES[name].prose
    assert set(read.options) <= set(box.option_spec or ())
    options = {option: f"2{number}" for number, option in enumerate(sorted(box.option_spec or ()), 1)}
    lines = [f":{option}: {number}" for option, number in options.items()]
    source = "\n".join([f":::{{{name}}} title 11", *lines, "", "and 31 words", ":::"])
    expected = ["11"] * read.title + [options[option] for option in read.options] + ["31"] * read.body
    assert stated(source) == expected
    counted = (2 * read.title + 3 * read.body) * read.is_counted
    assert prose.word_count(notebook(source)) == counted


def test_a_phrase_that_sets_a_figure_is_read_without_its_settings():
    assert stated("Now {play}`take 12 of them <n_bits=15.8>`.") == ["12"]
    assert texts("Now {play}`take\nmore <n_bits=15.8>`.") == ["Now take more."]


def test_what_follows_a_skipped_block_is_read_again():
    assert stated("```python\nx = 15.8\n```\nIt is 12.\n\n$$\ny = 1.8\n$$ (eq)\nIt is 13.") == ["12", "13"]
    assert stated("::::{brain} A claim\n:standing: open\n:::{evidence}\nIt is 12.\n:::\n::::\nIt is 13.") == [
        "12",
        "13",
    ]


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("1,000", 1),
        ("0.05", 1),
        ("0.050", 2),
        ("20 %", 1),
        ("1.0", 2),
        ("15", 2),
        ("100,100", 4),
        ("10⁻³", 1),
        ("10⁸²", 2),
    ],
)
def test_significant_digits_are_counted_as_written(text, digits):
    assert [number.digits for number in prose.numbers(text)] == [digits]


def test_sentences_keep_a_citation_that_follows_the_full_stop():
    text = prose.plain("It is 15.8, as Kanerva et al. Found. {cite:p}`a` {cite}`b` It is 16.8. Next.")
    cited = f"{prose.CITED} {prose.CITED}"
    assert prose.sentences(text) == [f"It is 15.8, as Kanerva et al. Found {cited}.", "It is 16.8.", "Next."]


def test_a_sentence_that_begins_with_a_name_keeps_it():
    text = prose.plain("It is 15.8. {cite:t}`kanerva1988sparse` has 451.")
    assert prose.sentences(text) == ["It is 15.8.", f"{prose.NAMED} has 451."]


def test_a_number_needs_a_claim_a_citation_or_a_reason():
    claims = '# claims\nbook.claims({"15.8": 1000**0.5 / 2})'
    backed = notebook("It is 15.8. In {cite:t}`kanerva1988sparse` it is 451. We picked 1,024 bits, and 1,000.", claims)
    assert prose.unbacked_numbers(backed, ["1,024"]) == ([], {"1,024"})
    faults, used = prose.unbacked_numbers(notebook("It is 15.8. It is 15.9, −15.8 or 15.8 %."), ["64"])
    assert [fault.split()[2] for fault in faults] == ["15.8", "15.9", "−15.8", "15.8"]
    assert used == set()
    faults, _ = prose.unbacked_numbers(notebook("It is −15.8, 15.8 % and 115.8.", claims))
    assert [fault.split(" in:")[0] for fault in faults] == ["cell 1: −15.8", "cell 1: 15.8 %", "cell 1: 115.8"]


def test_an_allowed_number_does_not_hide_a_longer_one():
    faults, used = prose.unbacked_numbers(notebook("It is 64.5, 1,064 and 164."), ["64"])
    assert len(faults) == 3
    assert not used


def test_captions_and_alt_texts_are_prose():
    shown = {"mystnb": {"figure": {"caption": "Look at 12."}, "image": {"alt": "It rises to 13."}}}
    faults, _ = prose.unbacked_numbers(notebook(**shown))
    assert [fault.split()[2] for fault in faults] == ["12", "13"]


def test_a_claim_that_the_prose_does_not_state_is_found():
    nb = notebook(
        "It is 15.8 and $1.07 \\times 10^{-3}$.", '# claims\nbook.claims({"5.8": 1, "1.07 × 10⁻³": 2, "15.8": 3})'
    )
    assert prose.missing_keys(nb) == ["5.8"]


def test_claims_must_be_written_out_once():
    with pytest.raises(ValueError, match="written out"):
        prose.claim_keys(notebook("# claims\nbook.claims({key: 1 for key in keys})"))
    with pytest.raises(ValueError, match=r"equal keys: 1\.5"):
        prose.claim_keys(notebook('# claims\nbook.claims({"1.5": 1.5, "1.5": 2})'))


@pytest.mark.parametrize("text", ["It works!", "Simply add.", "It is easy to see that.", "This is obviously so."])
def test_banned_style_is_found(text):
    assert len(prose.banned_words(notebook(text))) == 1


@pytest.mark.parametrize("text", ["$n! = 2$", "`a != b`", "![alt text](a.svg)", "simplying <!-- no! -->", "a != b"])
def test_what_only_looks_banned_is_not_found(text):
    assert prose.banned_words(notebook(text)) == []


def test_only_running_text_is_counted():
    counted = "# Title\n\nOne two three $x + y$ `code`.\n\n:::{pitfall} Four five\nSix.\n:::"
    free = [
        "| a | b |\n|---|---|\n| c | d |",
        ":::{objectives}\n- do this\n:::",
        ":::{selfcheck} A question\n- [x] yes\n\n  because\n:::",
        ":::{note}\n:class: dropdown\nhidden words\n:::",
        "<details>\n\nhidden words\n\n</details>",
        "```{solution-start} ex\n```\nThe solution.",
        "It goes on here.\n\n```{solution-end}\n```",
        "## Exercises\n\nDo this.\n\n### One\n\nAnd this.",
        "Still exercises.",
    ]
    seven = prose.word_count(notebook(counted))
    assert seven == 4 + 2 + 1
    assert prose.word_count(notebook(counted, *free)) == seven
    assert prose.word_count(notebook(counted, *free, "## After\n\nWord.")) == seven + 1


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("![](a.svg)", "state the finding"),
        ("![Figure of five lines that rise](a.svg)", "begins with"),
        ("```{figure} a.svg\n:alt: Plot of a line that rises fast\n\nLook.\n```", "begins with"),
        ("```{figure} a.svg\n:alt: The line rises to the end.\n\nThe line rises to the end.\n```", "repeats"),
        ("```{figure} a.svg\n\nLook.\n```", "state the finding"),
    ],
)
def test_a_poor_alt_text_is_found(source, fault):
    faults = prose.image_faults(notebook(source))
    assert any(fault in line for line in faults), faults


def test_a_good_alt_text_passes():
    source = "```{figure} a.svg\n:alt: The weight on key 3 rises with beta.\n\nLook at key 3.\n```"
    shown = {"mystnb": {"figure": {"caption": "Look."}, "image": {"alt": "The weight on key 3 rises with beta."}}}
    assert prose.image_faults(notebook(source, **shown)) == []


# The chapters


def read(path):
    return v4.reads(path.read_text("utf-8"))


def allowed(path):
    return [row["text"] for row in ALLOWED.get(path.stem, [])]


def test_there_is_a_chapter():
    assert CHAPTERS


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_each_claim_stands_in_the_prose(path):
    missing = prose.missing_keys(read(path))
    assert not missing, f"claims that the prose does not state: {missing}"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_each_number_is_claimed_or_cited_or_allowed(path):
    faults, used = prose.unbacked_numbers(read(path), allowed(path))
    assert not faults, "\n" + "\n".join(faults)
    unused = [text for text in allowed(path) if text not in used]
    assert not unused, f"rows of tests/claims/{path.stem}.toml that nothing needs: {unused}"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_style_is_the_books(path):
    faults = prose.banned_words(read(path)) + prose.image_faults(read(path))
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_has_the_length_of_a_chapter(path):
    words = prose.word_count(read(path))
    fewest = 0 if path.stem.endswith("-lab") or f"chapters/{path.stem}" in BACK_MATTER else FEWEST
    assert fewest <= words <= MOST, f"{words} words of running text"


def test_every_allowed_number_has_a_reason_and_a_chapter():
    for slug, rows in ALLOWED.items():
        assert (ROOT / "chapters" / f"{slug}.ipynb").exists(), slug
        for row in rows:
            assert set(row) == {"text", "reason"}, row
            assert len(row["reason"].split()) >= 3, row
