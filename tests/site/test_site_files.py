"""The built site as files: heads, policies, headings, pictures, ids and links of every page."""

import re

import pytest
import yaml
from site_pages import (
    ROOT,
    SITE,
    Page,
    check_none,
    css_faults,
    get,
    head_faults,
    heading_faults,
    html_files,
    id_faults,
    link_faults,
    origin_faults,
    picture_faults,
    policy_faults,
    read,
    targets_in_site,
)

FILES = html_files() or ["intro.html"]
every_file = pytest.mark.parametrize("name", FILES)


# ---- the checks themselves: each finds a planted fault, and none in a good page -------------------------------------

GOOD = """<!DOCTYPE html>
<html lang="en"><head>
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; base-uri 'none'; img-src 'self' data:; script-src 'self'">
<title>A page</title><meta name="description" content="What it says"><link rel="stylesheet" href="a.css">
<link rel="canonical" href="https://example.org/page.html">
<script src="a.js"></script><script type="application/json">{"a": 1}</script></head>
<body><h1>One</h1><h2 id="two">Two</h2><h3>Three</h3><h2>Four</h2>
<img src="a.png" alt="The weight rises with beta." width="3" height="2" style="width: 3em">
<svg aria-hidden="true"><path d="M0 0"/></svg>
<svg role="img" aria-label="Weights of three keys."><svg></svg></svg>
<a href="#two">two</a> <a href="other.html#there">other</a>
<a href="https://doi.org/10">source</a><input id="i"><label for="i">x</label>
</body></html>"""
PLANTED = [
    (head_faults, ' lang="en"', ""),
    (head_faults, "<title>A page</title>", ""),
    (head_faults, "<title>A page</title>", "<title> </title>"),
    (head_faults, 'content="What it says"', 'content=""'),
    (head_faults, "<!DOCTYPE html>", ""),
    (policy_faults, "<head>", "<head><meta charset='utf-8'>"),
    (policy_faults, "Content-Security-Policy", "X"),
    (policy_faults, "script-src 'self'", "script-src 'self' 'unsafe-eval'"),
    (policy_faults, "script-src 'self'", "script-src 'self' 'unsafe-inline'"),
    (policy_faults, "script-src 'self'", "script-src 'self' blob:"),
    (policy_faults, "script-src 'self'", "script-src *"),
    (policy_faults, "; script-src 'self'", ""),
    (policy_faults, "img-src 'self'", "img-src https:"),
    (policy_faults, "img-src 'self'", "img-src cdn.example.org"),
    (policy_faults, "<body>", "<body><script>alert(1)</script>"),
    (policy_faults, "<body>", "<body><script type='module'>alert(1)</script>"),
    (policy_faults, "<body>", "<body onload='alert(1)'>"),
    (policy_faults, 'href="#two"', 'href="javascript:alert(1)"'),
    (origin_faults, 'src="a.png"', 'src="https://example.org/a.png"'),
    (origin_faults, 'src="a.png"', 'src="a.png" srcset="a.png 1x, //example.org/a.png 2x"'),
    (origin_faults, 'src="a.js"', 'src="//example.org/a.js"'),
    (origin_faults, 'href="a.css"', 'href="https://example.org/a.css"'),
    (origin_faults, "<body>", "<body><iframe src='http://example.org'></iframe>"),
    (origin_faults, "width: 3em", "background: url(https://example.org/a.png)"),
    (origin_faults, "<body>", "<body><style>@import 'https://example.org/a.css'</style>"),
    (heading_faults, "<h1>One</h1>", ""),
    (heading_faults, "<h2>Four</h2>", "<h1>Four</h1>"),
    (heading_faults, '<h2 id="two">Two</h2>', ""),
    (heading_faults, "Four", " "),
    (picture_faults, ' alt="The weight rises with beta."', ""),
    (picture_faults, "The weight rises with beta.", ""),
    (picture_faults, "The weight rises", "Figure 1: the weight rises"),
    (picture_faults, "The weight rises", "A graph of"),
    (picture_faults, "Weights of three keys.", "Plot of three keys."),
    (picture_faults, ' height="2"', ""),
    (picture_faults, ' aria-label="Weights of three keys."', ""),
    (picture_faults, ' aria-hidden="true"', ""),
    (id_faults, "<h3>", '<h3 id="two">'),
    (id_faults, 'for="i"', 'for="j"'),
    (link_faults, "#two", "#three"),
    (link_faults, "other.html#there", "other.html#elsewhere"),
    (link_faults, "other.html#there", "another.html"),
    (link_faults, "a.css", "b.css"),
]


def planted(check, page, folder):
    for name in ("a.css", "a.js", "a.png"):
        (folder / name).write_text("x", encoding="utf-8")
    (folder / "other.html").write_text('<p id="there">', encoding="utf-8")
    (folder / "page.html").write_text(page.html, encoding="utf-8")
    if check is not link_faults:
        return check(page)
    return check(page, folder, lambda path: Page(path.read_text(encoding="utf-8")).targets)


@pytest.mark.parametrize(("check", "good", "bad"), PLANTED)
def test_a_planted_fault_is_found(check, good, bad, tmp_path):
    assert GOOD.count(good) >= 1
    assert planted(check, Page(GOOD.replace(good, bad, 1)), tmp_path) != []


@pytest.mark.parametrize("check", sorted({check for check, _, _ in PLANTED}, key=lambda check: check.__name__))
def test_no_fault_is_found_in_a_good_page(check, tmp_path):
    assert planted(check, Page(GOOD), tmp_path) == []


# ---- the site -------------------------------------------------------------------------------------------------------


def test_every_page_of_the_table_of_contents_is_built_beside_search_index_and_404():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]
    wanted = {f"{name}.html" for name in files} | {"index.html", "search.html", "404.html"}
    assert wanted <= set(FILES)
    captions = [part["caption"] for part in toc["parts"]]
    assert len(captions) >= 2
    assert captions[-1] == "Back matter"


def test_no_page_comes_from_a_hidden_or_foreign_folder():
    folders = {name.rpartition("/")[0] for name in FILES}
    assert {name for name in folders if not re.match(r"(chapters|_modules)?(/|$)", name)} == set()


def test_the_front_door_leads_to_the_first_page():
    door = read("index.html")
    targets = [get(meta, "content") for meta in door.all("meta") if get(meta, "http-equiv").lower() == "refresh"]
    assert targets == ["0; url=intro.html"]


@every_file
def test_the_page_has_language_title_and_description(name):
    check_none(head_faults(read(name)))


def test_titles_differ_from_page_to_page():
    titles = [read(name).all("title")[0].text for name in FILES if not read(name).is_redirect]
    assert sorted(titles) == sorted(set(titles))


@every_file
def test_the_page_begins_with_a_strict_policy_and_needs_no_exception_from_it(name):
    check_none(policy_faults(read(name)))


@every_file
def test_the_page_loads_nothing_from_elsewhere(name):
    check_none(origin_faults(read(name)))


def test_no_style_sheet_or_drawing_loads_from_elsewhere():
    sheets = sorted(SITE.rglob("*.css"))
    drawings = sorted(SITE.rglob("*.svg"))
    faults = [fault for path in sheets for fault in css_faults(path.read_text("utf-8"), path.relative_to(SITE))]
    for path in drawings:
        faults += [f"{path.name}: {fault}" for fault in origin_faults(Page(path.read_text("utf-8"), path.name))]
    assert len(sheets) >= 3
    check_none(faults)


@every_file
def test_the_page_has_one_h1_and_no_heading_level_is_left_out(name):
    if not read(name).is_redirect:
        check_none(heading_faults(read(name)))


@every_file
def test_every_picture_says_what_it_shows_and_keeps_its_place(name):
    check_none(picture_faults(read(name)))


@every_file
def test_ids_are_unique_and_found_by_what_refers_to_them(name):
    check_none(id_faults(read(name)))


@every_file
def test_every_link_within_the_site_leads_somewhere(name):
    check_none(link_faults(read(name), SITE, targets_in_site))
