"""One browser a worker, one server, contexts that note every complaint, and a report of what was measured."""

import contextlib
import json
from pathlib import Path

import pytest
from site_pages import NOT_BUILT, SITE, browser_tool, check_none, read

REPORT = SITE.parent / "site-report.json"
PROBE = (Path(__file__).parent / "probe.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def built():
    """Fail, and say why, where the site is not built."""
    for path in (SITE / "index.html", SITE / "intro.html"):
        if not path.exists():
            pytest.fail(NOT_BUILT.format(path), pytrace=False)


@pytest.fixture(scope="session")
def server(built):
    with browser_tool.serve(SITE) as address:
        yield address


@pytest.fixture(scope="session")
def disk(built):
    return SITE.as_uri() + "/"


@pytest.fixture(scope="session")
def chromium(built):
    from playwright.sync_api import sync_playwright

    path = browser_tool.chromium_path()
    if path is None:
        pytest.fail("run `python tools/browser.py chromium` first: no Chromium was found", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=browser_tool.FLAGS)
        yield browser
        browser.close()


class Watch:
    """Everything that a browser context complains of or asks for."""

    def __init__(self, context):
        self.complaints, self.requests = [], []
        context.on("console", self.hear)
        context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("requestfailed", lambda r: self.complaints.append(f"request failed: {r.url} ({r.failure})"))
        context.on("response", self.look)

    def hear(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(f"console {message.type}: {message.text}")

    def look(self, response):
        if response.status >= 400:
            self.complaints.append(f"answer {response.status}: {response.url}")


@pytest.fixture(scope="module")
def new_page(chromium):
    """A function that gives a page in a context of its own, with what was seen there as ``page.watch``."""
    from widget_rows import readers

    contexts, probe = [], PROBE.replace("= READERS;", f"= {readers()};")

    def make(width=1280, height=800, **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.add_init_script(probe)
        context.set_default_timeout(15000)
        page = context.new_page()
        page.watch = Watch(context)
        page.read_through = lambda: page.evaluate("probe.readThrough()")
        page.awaken = lambda: page.evaluate("probe.awaken()")
        return page

    yield make
    for context in contexts:
        with contextlib.suppress(Exception):  # a test may have closed it
            context.close()


# ---- widgets --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def open_stage(new_page, server):
    """A function that opens a page, lets its widgets come to life, stops its clock, and gives one of them."""

    from widget_stage import Stage

    def make(name, number=0, **options):
        page = new_page(**options)
        page.clock.install()
        page.goto(server + name)
        page.awaken()
        page.clock.pause_at(page.evaluate("Date.now()") + 60_000)
        return Stage(page, number)

    return make


@pytest.fixture(scope="module")
def stages(open_stage):
    """The pages that tests share, each with its widgets as they looked at first."""
    from widget_stage import Stage

    known = {}

    def fetch(name):
        count = max(1, len(read(name).mounts))
        page = open_stage(name).page
        live = [Stage(page, number) for number in range(count)]
        known[name] = live, [one.traits() for one in live], [one.shown()["drawn"] for one in live]
        return live

    def give(name, number=0):
        live, traits, drawn = known.get(name, ([], [], []))
        for one, values in zip(live, traits, strict=True):
            one.set(**values)
            one.rest()
        if (
            not live or [one.shown()["drawn"] for one in live] != drawn
        ):  # a test that failed may have left it in disorder
            live = fetch(name)
        return live[number]

    yield give
    for live, _, _ in known.values():
        check_none(live[0].page.watch.complaints + live[0].page.evaluate("probe.seen.refused"))


@pytest.fixture
def stage(stages):
    """A function that gives a widget as it stands at first; the page is shared with other tests."""
    return stages


# ---- the report -----------------------------------------------------------------------------------------------------

measured: dict = {}


@pytest.fixture(scope="session")
def report():
    """Numbers that are measured and written down, such as ``report["pages"]["intro.html"] = ...``."""
    return measured


def merge(into, new):
    for name, value in new.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            merge(into[name], value)
        else:
            into[name] = value


def pytest_configure(config):
    measured.clear()
    measured.update(pages={}, widgets={})


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    merge(measured, json.loads(getattr(node, "workeroutput", {}).get("site_report", "{}")))


def pytest_sessionfinish(session):
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["site_report"] = json.dumps(measured)


def pytest_terminal_summary(terminalreporter, config):
    if hasattr(config, "workeroutput") or not any(measured.values()):
        return
    REPORT.write_text(json.dumps(measured, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    terminalreporter.section(f"measured ({REPORT})")
    for name, page in sorted(measured["pages"].items()):
        kinds = ", ".join(f"{kind} {size}" for kind, size in page.get("kilobytes", {}).items())
        shifts = ", ".join(f"{where} {value}" for where, value in sorted(page.get("layout_shift", {}).items()))
        terminalreporter.write_line(f"{name}: {kinds} kB" + (f"; layout shift {shifts}" if shifts else ""))
    for name, widget in sorted(measured["widgets"].items()):
        terminalreporter.write_line(f"{name}: " + ", ".join(f"{key} {value}" for key, value in widget.items()))
