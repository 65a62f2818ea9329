"""The loader on a page of made-up widgets, from the disk: phrases that set a widget, and the state in the address."""

import html
import json

import pytest
from site_pages import ROOT

LOADER = ROOT / "theme" / "assets" / "widget-loader.js"
BOXES = ROOT / "theme" / "assets" / "boxes.css"
TRAITS = {
    "noise": {"kind": "number", "low": 0, "high": 0.5, "also": [7, "most"]},
    "n_bits": {"kind": "count", "low": 4, "high": 1000},
    "limit": {"kind": "count", "low": 1, "high": 9, "optional": True},
    "gate": {"kind": "choice", "choices": ["open", "see the marker"]},
    "is_log": {"kind": "flag"},
    "scores": {"kind": "list", "item": {"kind": "number", "low": -5, "high": 5}, "fewest": 2, "most": 3},
    "names": {"kind": "list", "item": {"kind": "text"}, "fewest": 0, "most": 3},
    "question": {"kind": "text"},
}
STATE = {
    **{
        "noise": 0.3,
        "n_bits": 64,
        "limit": None,
        "gate": "open",
        "is_log": True,
        "scores": [2, 1],
        "names": ["a"],
        "question": "Why?",
    },
    **{"_anywidget_id": "softrecall.Toy", "layout": "IPY_MODEL_1"},
}
SCRIPT = """window.softRecall.register("softrecall.NAME", {
  render({ model, el }) {
    const names = TRAITS;
    const [plot, status, slider] = ["div", "p", "input"].map((tag) => document.createElement(tag));
    Object.assign(slider, { type: "range", min: 0, max: 0.5, step: 0.05 });
    plot.className = "sr-plot";
    plot.style.height = "200px";
    status.setAttribute("role", "status");
    slider.addEventListener("input", () => model.set("noise", slider.valueAsNumber));
    const draw = () => {
      const now = Object.fromEntries(Object.keys(names).map((name) => [name, model.get(name)]));
      status.textContent = JSON.stringify(now);
      slider.value = now.noise;
    };
    el.append(plot, slider, status);
    const redraw = () => ((window.draws = (window.draws || 0) + 1), draw());
    for (const name of Object.keys(names)) model.on("change:" + name, redraw);
    draw();
    return () => {};
  },
}GIVEN);
"""
WEIGHTY = (("heavy", ["Toy", "Heavy", "Heavy"]), ("lost", ["Lost"]), ("bare", ["Bare"]))
PHRASES = {"noise": {"noise": 0.1}, "both": {"n_bits": 8, "gate": "see the marker"}, "second": {"noise": 0.2}}


def page_text(kinds, traits=TRAITS):
    states = {f"m{i}": {"state": STATE | {"_anywidget_id": f"softrecall.{kind}"}} for i, kind in enumerate(kinds)}
    mounts = [
        f'<div class="sr-mount" data-model-id="m{i}" data-widget="softrecall.{kind}" style="min-height:260px">'
        '<div class="sr-picture">picture</div></div>'
        for i, kind in enumerate(kinds)
    ]
    mounts.insert(1, '<p style="height:3000px">between</p>')
    phrases = [
        f'<p>Now <button type="button" class="sr-play" id="{name}" data-model="{"m1" if name == "second" else "m0"}" '
        f'data-set="{html.escape(json.dumps(settings))}">{name} it</button>.</p>'
        for name, settings in PHRASES.items()
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Toy</title><link rel="stylesheet" '
        'href="boxes.css"></head><body><main><h1>Toy</h1>'
        + '<h2 id="a=b">An anchor</h2>'
        + "".join(mounts)
        + '<p style="height:3000px">after</p>'
        + "".join(phrases)
        + '<p style="height:900px" id="end">end</p></main><script type="application/vnd.jupyter.widget-state+json">'
        + json.dumps({"state": states})
        + '</script><script defer src="widget-loader.js"></script></body></html>'
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("toy")
    (place / "widgets").mkdir()
    for source in (LOADER, BOXES):
        (place / source.name).write_bytes(source.read_bytes())
    known = json.dumps(TRAITS)
    for name, given in (("Toy", f", {known}"), ("Other", f", {known}"), ("Plain", "")):
        script = SCRIPT.replace("NAME", name).replace("TRAITS", known).replace("GIVEN", given)
        (place / "widgets" / f"softrecall.{name}.js").write_text(script)
    heavy = SCRIPT.replace("TRAITS", json.dumps(TRAITS | {"weights": {}, "data_text": {}}))
    for name, files in (
        ("Heavy", {"weights": ["toy.weights", "1f"], "data_text": ["toy.text", "2e"]}),
        ("Lost", {"weights": ["lost.weights", "1f"]}),
        ("Bare", {"data_text": ["lost.text", "1f"]}),
    ):
        script = heavy.replace("GIVEN", f", {known}, {json.dumps(files)}").replace("NAME", name)
        (place / "widgets" / f"softrecall.{name}.js").write_text(script)
    (place / "widgets" / "data").mkdir()
    for file, text in (("toy.weights", "[7, 8]"), ("toy.text", "abc")):
        provided = f'window.provided = (window.provided || 0) + 1;\nwindow.softRecall.provide("{file}", "{text}");\n'
        (place / "widgets" / "data" / f"{file}.js").write_text(provided)
    for name, kinds in (
        ("one", ["Toy"]),
        ("two", ["Toy", "Other"]),
        ("twins", ["Toy", "Toy"]),
        ("plain", ["Plain"]),
        *WEIGHTY,
    ):
        (place / f"{name}.html").write_text(page_text(kinds))
    return place


@pytest.fixture
def visit(new_page, folder):
    """A function that opens a page at an address; the page is a fresh one, since an address is part of its state."""
    page = new_page(width=800, height=600, reduced_motion="reduce")

    def go(name, hash_=""):
        page.goto("about:blank")
        page.goto((folder / f"{name}.html").as_uri() + hash_)
        page.wait_for_load_state()
        return page

    yield go
    assert page.watch.complaints == []


def values(page, number=0):
    status = page.locator(".sr-mount").nth(number).locator("[role=status]")
    status.wait_for()
    return json.loads(status.text_content())


def rest(page):
    page.wait_for_timeout(450)
    return page.evaluate("location.hash")


def stored(**changed):
    return {name: STATE[name] for name in TRAITS} | changed


def test_a_phrase_wakes_its_widget_sets_it_at_once_and_brings_it_into_view(visit):
    page = visit("two")
    phrase = page.locator("#second")
    assert page.locator(".sr-mount").nth(1).locator(".sr-live").count() == 0
    phrase.focus()
    page.keyboard.press("Enter")
    assert values(page, 1) == stored(noise=0.2)
    assert values(page) == stored()
    plot = page.locator(".sr-plot").last.bounding_box()
    assert 0 <= plot["y"] <= 400
    assert phrase.evaluate("(node) => node === document.activeElement")


def test_a_phrase_of_two_settings_is_one_change(visit):
    page = visit("one")
    values(page)
    page.evaluate("window.draws = 0")
    page.locator("#both").click()
    assert values(page) == stored(n_bits=8, gate="see the marker")
    assert page.evaluate("window.draws") == 2


def test_the_way_back_leads_to_the_phrase_and_goes(visit):
    page = visit("one")
    phrase, back = page.locator("#noise"), page.locator(".sr-back")
    phrase.focus()
    page.keyboard.press("Enter")
    back.wait_for()
    assert not phrase.evaluate("(node) => node.getBoundingClientRect().top < innerHeight")
    page.keyboard.press("Tab")
    assert back.evaluate("(node) => node === document.activeElement")
    page.keyboard.press("Enter")
    assert back.count() == 0
    assert phrase.evaluate("(node) => node === document.activeElement")
    assert 0 <= phrase.bounding_box()["y"] <= 600
    page.keyboard.press("Enter")
    back.wait_for()
    phrase.scroll_into_view_if_needed()
    back.wait_for(state="detached")


def test_a_phrase_whose_plot_is_in_view_moves_nothing(visit):
    page = visit("one")
    values(page)
    page.evaluate("document.querySelector('.sr-mount').after(document.querySelector('#noise').parentNode)")
    page.evaluate("document.querySelector('.sr-mount').scrollIntoView({ block: 'center' })")
    before = page.evaluate("scrollY")
    page.locator("#noise").click()
    assert values(page) == stored(noise=0.1)
    assert page.evaluate("scrollY") == before
    assert page.locator(".sr-back").count() == 0


def test_a_phrase_is_plain_text_without_scripts_and_on_paper(visit, new_page, folder):
    still = new_page(java_script_enabled=False)
    still.goto((folder / "one.html").as_uri())
    page = visit("one")
    page.emulate_media(media="print")
    for view in (page, still):
        look = view.locator("#noise").evaluate(
            "(node) => { const s = getComputedStyle(node); return [s.cursor, s.boxShadow, s.backgroundColor]; }"
        )
        assert look == ["default", "none", "rgba(0, 0, 0, 0)"]
        assert view.locator("#noise").inner_text() == "noise it"


GOOD = {
    "#noise=0.1": {"noise": 0.1},
    "#n_bits=128&gate=see%20the%20marker&is_log=false": {"n_bits": 128, "gate": "see the marker", "is_log": False},
    "#Toy.limit=3&scores=-1,2.5": {"limit": 3, "scores": [-1, 2.5]},
    "#noise=0.5&noise=0": {"noise": 0},
    "#noise=7&scores=1,2,3": {"noise": 7, "scores": [1, 2, 3]},
    "#noise=most&limit=": {"noise": "most"},
}
BAD = [
    *(
        "n_bits=2000",
        "n_bits=3",
        "n_bits=64.5",
        "n_bits=",
        "n_bits=many",
        "n_bits=Infinity",
        "n_bits=%E0%A4%A",
        "limit=0",
    ),
    *(
        "gate=shut",
        "gate=",
        "is_log=1",
        "is_log=constructor",
        "scores=1",
        "scores=1,9",
        "scores=a,b",
        "scores=1,1,1,1",
        "scores=1,",
        "names=b",
        "question=Buy",
    ),
    *("unknown=1", "__proto__=1", "constructor=1", "_anywidget_id=x", "layout=x", "Other.n_bits=8", "", "=", "n_bits"),
]


@pytest.mark.parametrize("address", list(GOOD))
def test_an_address_sets_its_traits(visit, address):
    assert values(visit("one", address)) == stored(**GOOD[address])


def test_an_address_passes_over_what_a_trait_cannot_have(visit):
    page = visit("one")
    for number, wrong in enumerate(BAD, 1):
        noise = number / 100  # a mark that this very address has been read
        page.evaluate("(hash) => { location.hash = hash }", f"#{wrong}&noise={noise}")
        page.wait_for_function(f"document.querySelector('[role=status]').textContent.includes('\"noise\":{noise},')")
        assert values(page) == stored(noise=noise), wrong
    assert page.locator(".sr-note").count() == 0


def test_an_address_wakes_its_widget_and_scrolls_to_it(visit):
    page = visit("two", "#Other.n_bits=8")
    assert values(page, 1) == stored(n_bits=8)
    page.wait_for_function("scrollY > 2000")
    assert 0 <= page.locator(".sr-plot").last.bounding_box()["y"] <= 400
    page.evaluate("scrollTo(0, 0)")  # the first one wakes when it is near, if it has not yet
    assert values(page) == stored()


def test_twins_have_names_of_their_own(visit):
    page = visit("twins", "#Toy.n_bits=8&Toy-2.n_bits=16")
    assert (values(page)["n_bits"], values(page, 1)["n_bits"]) == (8, 16)


def test_a_new_address_sets_and_takes_back(visit):
    page = visit("one", "#noise=0.1")
    assert values(page)["noise"] == 0.1
    page.evaluate("location.hash = '#n_bits=8'")
    page.wait_for_timeout(50)
    assert values(page) == stored(n_bits=8)
    page.evaluate("location.hash = '#end'")
    page.wait_for_timeout(50)
    assert values(page) == stored(n_bits=8), "an ordinary anchor leaves the widget as it is"
    assert page.evaluate("scrollY") > 3000


def test_an_ordinary_anchor_is_none_of_the_loaders_business(visit):
    for anchor in ("#end", "#a=b"):
        page = visit("one", anchor)
        assert rest(page) == anchor
    assert values(page) == stored()


def test_the_address_follows_the_reader_and_holds_only_what_differs(visit):
    page = visit("one", "#end")
    page.evaluate("scrollTo(0, 0)")
    values(page)
    assert rest(page) == "#end"
    length = page.evaluate("history.length")
    page.locator(".sr-live input").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("location.hash") == "#end", "it waits until the reader rests"
    assert rest(page) == "#noise=0.35"
    page.locator("#both").click()
    assert rest(page) == "#noise=0.35&n_bits=8&gate=see%20the%20marker"
    address = page.evaluate("location.href")
    assert page.evaluate("history.length") == length
    again = visit("one", address[address.index("#") :])
    assert values(again) == stored(noise=0.35, n_bits=8, gate="see the marker")
    page.locator(".sr-live input").focus()
    page.keyboard.press("ArrowLeft")
    assert rest(page) == "#n_bits=8&gate=see%20the%20marker"
    page.evaluate("location.hash = '#noise=0.35'")
    page.locator(".sr-live input").focus()
    page.keyboard.press("ArrowLeft")
    assert rest(page) == "", "all is as stored again"


def test_every_kind_of_value_comes_back_from_the_address(visit):
    page = visit("two")
    model = {"noise": 0.1, "n_bits": 8, "limit": 3, "gate": "see the marker", "is_log": False, "scores": [-1, 0.5]}
    page.locator("#noise").evaluate(
        "(node, values) => (node.dataset.set = JSON.stringify(values))", model | {"question": "Buy"}
    )
    page.locator("#noise").click()
    address = rest(page)
    assert address == "#" + "&".join(f"Toy.{part}" for part in (
        *("noise=0.1", "n_bits=8", "limit=3", "gate=see%20the%20marker", "is_log=false", "scores=-1,0.5"),
    ))  # fmt: skip
    assert values(visit("two", address)) == stored(**model)


def test_a_script_that_tells_no_traits_has_no_address(visit):
    page = visit("plain", "#noise=0.1")
    assert values(page) == stored()
    page.locator("#noise").click()
    assert values(page) == stored(noise=0.1)
    assert rest(page) == "#noise=0.1"
    page = visit("plain")
    page.locator("#noise").click()
    assert rest(page) == ""


def test_weights_come_with_the_widget_once_and_only_when_it_is_near(visit):
    page = visit("heavy")
    values(page)
    assert page.evaluate("window.provided") is None
    page.locator("#second").click()  # it sets the second widget, far below
    for number in (1, 2):
        assert (values(page, number)["weights"], values(page, number)["data_text"]) == ("[7, 8]", "abc")
    assert page.evaluate("window.provided") == 2, "two files for two widgets"
    assert "weights" not in rest(page)


@pytest.mark.parametrize(("name", "what"), [("lost", "weights"), ("bare", "data")])
def test_a_widget_whose_file_is_missing_stays_a_picture_and_says_so(new_page, folder, name, what):
    page = new_page(width=800, height=600)
    page.goto((folder / f"{name}.html").as_uri())
    note = page.locator(".sr-note")
    note.wait_for()
    assert note.text_content() == f"This figure stays a picture: its {what} did not arrive."
    assert page.locator(".sr-picture").is_visible()
