"""The built pages as files: which there are, what their HTML holds, and what is wrong with it."""

import base64
import hashlib
import importlib.util
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
NOT_BUILT = "run `make book` first: {} is missing"
NEVER_CLOSED = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SCRIPT_TYPES = ("", "module", "importmap", "speculationrules", "text/javascript", "application/javascript")
LOADING = {  # what makes a browser fetch something for the page itself
    "script": ("src",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "iframe": ("src",),
    "frame": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
    "input": ("src",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
    "feimage": ("href", "xlink:href"),
}
LINK_ONLY = {"canonical", "next", "prev", "license", "author", "help", "search", "alternate", "bookmark", "index"}
BAD_ALT = re.compile(r"\s*(figure|plot|a graph)\b", re.IGNORECASE)
URL_IN_CSS = re.compile(r"""url\(\s*(['"]?)(.*?)\1\s*\)|@import\s+(['"])(.*?)\3""", re.IGNORECASE)


def load_tool(name):
    """Import a program of tools/, which is no package."""
    spec = importlib.util.spec_from_file_location(f"tools_{name}", ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


browser_tool = load_tool("browser")
SITE = browser_tool.SITE


def check_none(faults):
    """Fail if there is any fault, and show them all."""
    assert not faults, "\n".join(["", *map(str, faults)])


# ---- HTML -----------------------------------------------------------------------------------------------------------


@dataclass
class Element:
    """One element of a page."""

    tag: str
    attributes: dict
    line: int
    parent: "Element | None" = None
    text: str = ""
    children: list = field(default_factory=list)

    def get(self, name, default=""):
        value = self.attributes.get(name, default)
        return default if value is None else value

    def ancestors(self):
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def __str__(self):
        shown = " ".join(f'{name}="{str(value)[:60]}"' for name, value in list(self.attributes.items())[:3])
        return f"line {self.line}: <{self.tag} {shown}>".replace(" >", ">")


class Reader(HTMLParser):
    """Gathers the elements of a page in order, each with its parent and the text inside it."""

    def __init__(self):
        super().__init__()
        self.elements, self.open = [], []

    def handle_starttag(self, tag, attrs):
        parent = self.open[-1] if self.open else None
        element = Element(tag, dict(attrs), self.getpos()[0], parent)
        self.elements.append(element)
        if parent is not None:
            parent.children.append(element)
        if tag not in NEVER_CLOSED:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if self.open and self.open[-1] is self.elements[-1]:
            self.open.pop()

    def handle_endtag(self, tag):
        if any(element.tag == tag for element in self.open):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data):
        for element in self.open:
            element.text += data


class Page:
    """A page of the site as its HTML stands in the file."""

    def __init__(self, html, name="page.html"):
        reader = Reader()
        reader.feed(html)
        reader.close()
        self.html, self.name, self.elements = html, name, reader.elements

    def all(self, *tags):
        return [element for element in self.elements if element.tag in tags]

    @property
    def ids(self):
        return [element.get("id") for element in self.elements if element.get("id")]

    @property
    def targets(self):
        return {*self.ids, *(element.get("name") for element in self.all("a") if element.get("name"))}

    @property
    def is_redirect(self):
        return any(meta.get("http-equiv").lower() == "refresh" for meta in self.all("meta"))

    @property
    def policy(self):
        for meta in self.all("meta"):
            if meta.get("http-equiv").lower() == "content-security-policy":
                parts = [part.split() for part in meta.get("content").split(";")]
                return {part[0].lower(): part[1:] for part in parts if part}
        return {}

    @property
    def mounts(self):
        return [e for e in self.all("div") if "sr-mount" in e.get("class").split()]


def html_files():
    """Every HTML file of the built site."""
    return sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))


@cache
def read(name):
    """One built page, parsed once."""
    path = SITE / name
    assert path.exists(), NOT_BUILT.format(path)
    return Page(path.read_text(encoding="utf-8"), name)


def page_names():
    """Every page that a browser shows; if nothing is built, a name whose tests fail and say so."""
    names = [name for name in html_files() if not read(name).is_redirect]
    return names or ["intro.html"]


def walked_names():
    """All pages, but of the listings of code only the shortest and the longest: they differ in their text alone."""
    names = page_names()
    listings = sorted((name for name in names if name.startswith("_modules/")), key=lambda n: (SITE / n).stat().st_size)
    return [name for name in names if name not in listings[1:-1]]


def template_names():
    """A page of each kind: front page, chapter, Markdown page, listing of code, search, and the one for lost readers.

    What the template alone decides (bar, menu, skip link) is tried on these.
    """
    wanted = (
        "intro.html",
        "chapters/sparse-distributed-memory.html",
        "chapters/glossary.html",
        "search.html",
        "404.html",
    )
    listings = [name for name in walked_names() if name.startswith("_modules/")]
    return [name for name in page_names() if name in (*wanted, *listings[:1])]


def widget_places():
    """Every widget of the site as (page, its number on the page, its class)."""
    return [
        (name, number, mount.get("data-widget"))
        for name in html_files()
        for number, mount in enumerate(read(name).mounts)
    ]


def pages_with_widgets():
    """The pages that hold widgets; if there is none, a name whose tests fail."""
    return sorted({name for name, _, _ in widget_places()}) or ["intro.html"]


# ---- what may be wrong with a page ----------------------------------------------------------------------------------


def head_faults(page):
    """Language, title, description."""
    faults = []
    if not page.html.lstrip().lower().startswith("<!doctype html>"):
        faults.append("no <!DOCTYPE html> at its beginning")
    if not any(element.get("lang") for element in page.all("html")):
        faults.append("<html> without lang")
    titles = [title for title in page.all("title") if title.parent and title.parent.tag == "head"]
    if len(titles) != 1 or not titles[0].text.strip():
        faults.append(f"needs one title with text; got {[title.text for title in titles]}")
    descriptions = [meta.get("content").strip() for meta in page.all("meta") if meta.get("name") == "description"]
    if len(descriptions) != 1 or not descriptions[0]:
        faults.append(f"needs one description with text; got {descriptions}")
    return faults


def is_executed(script):
    return "src" not in script.attributes and script.get("type").lower().strip() in SCRIPT_TYPES


def policy_faults(page):
    """The content security policy: first in the head, strict, and nothing inline that it would have to allow."""
    faults = []
    heads = page.all("head")
    first = heads[0].children[0] if heads and heads[0].children else None
    if first is None or first.get("http-equiv").lower() != "content-security-policy":
        faults.append(f"the first element of the head must be the policy; it is {first}")
    policy = page.policy
    for name in ("script-src", "default-src", "base-uri"):
        if name not in policy:
            faults.append(f"the policy has no {name}")
    for name, sources in policy.items():
        for source in sources:
            is_script = name.startswith(("script-src", "default-src", "worker-src", "object-src"))
            is_hash = re.fullmatch(r"'sha(256|384|512)-[\w+/=]+'", source) is not None
            if is_script and source not in ("'self'", "'none'") and not is_hash:
                faults.append(f"the policy allows {source} in {name}")
            elif not is_script and re.match(r"(https?:|//|\*|wss?:|[\w-]+\.[\w.-]+)", source):
                faults.append(f"the policy allows another origin: {source} in {name}")
    for script in page.all("script"):
        digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
        if is_executed(script) and f"'sha256-{digest}'" not in policy.get("script-src", []):
            faults.append(f"an inline script: {script}")
    for element in page.elements:
        faults += [f"an inline event handler {name}: {element}" for name in element.attributes if name.startswith("on")]
        for name in ("href", "src", "action", "formaction"):
            if element.get(name).lower().strip().startswith("javascript:"):
                faults.append(f"a script in {name}: {element}")
    return faults


def is_elsewhere(address):
    return re.match(r"\s*(https?:|wss?:|ftp:|//)", address, re.IGNORECASE) is not None


def css_faults(css, where):
    """Addresses of other hosts in a style sheet or style attribute."""
    plain = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    addresses = [match[2] or match[4] or "" for match in URL_IN_CSS.finditer(plain)]
    return [f"loads from elsewhere: {address} in {where}" for address in addresses if is_elsewhere(address)]


def origin_faults(page):
    """What a browser would fetch from another host to show the page."""
    faults = []
    for element in page.elements:
        names = LOADING.get(element.tag, ())
        if element.tag == "link" and not set(element.get("rel").lower().split()) <= LINK_ONLY:
            names = ("href", "imagesrcset")
        for name in names:
            parts = re.split(r"[\s,]+", element.get(name)) if name.endswith("srcset") else [element.get(name)]
            faults += [f"loads from elsewhere: {part} in {element}" for part in parts if is_elsewhere(part)]
        faults += css_faults(element.get("style"), element)
        if element.tag == "style":
            faults += css_faults(element.text, element)
    return faults


def heading_faults(page):
    """One h1, and no level left out on the way down."""
    headings = page.all("h1", "h2", "h3", "h4", "h5", "h6")
    levels = [int(heading.tag[1]) for heading in headings]
    faults = [] if levels.count(1) == 1 else [f"needs one h1; got {levels.count(1)}"]
    if levels and levels[0] != 1:
        faults.append(f"its first heading is no h1: {headings[0].text.strip()!r}")
    for above, level, heading in zip(levels, levels[1:], headings[1:], strict=False):
        if level > above + 1:
            faults.append(f"an h{level} follows an h{above}: {heading.text.strip()!r}")
    return faults + [f"an empty heading: {heading}" for heading in headings if not heading.text.strip()]


def picture_faults(page):
    """Every picture says what it shows, or that it is decoration, and keeps its place while it loads."""
    faults = []
    for img in page.all("img"):
        if not img.get("alt").strip():
            faults.append(f"no alt text: {img}")
        if not (img.get("width").isdigit() and img.get("height").isdigit()):
            faults.append(f"no width and height, so what follows jumps when it comes: {img}")
    for svg in page.all("svg"):
        is_hidden = any(node.get("aria-hidden") == "true" for node in (svg, *svg.ancestors()))
        is_inside = any(node.tag == "svg" or node.get("role") == "img" for node in svg.ancestors())
        if not (is_hidden or is_inside or (svg.get("role") == "img" and svg.get("aria-label").strip())):
            faults.append(f"needs role=img with an aria-label, or aria-hidden: {svg}")
    for element in page.all("img", "svg"):
        text = element.get("alt") or element.get("aria-label")
        if BAD_ALT.match(text):
            faults.append(f"must state the finding: {text[:60]!r}")
    return faults


def id_faults(page):
    """Ids are unique, and what refers to an id finds it."""
    faults = [f"the id {name!r} stands {count} times" for name, count in Counter(page.ids).items() if count > 1]
    known = set(page.ids)
    for element in page.elements:
        for name in ("aria-labelledby", "aria-describedby", "aria-controls", "popovertarget", "for", "list"):
            faults += [
                f"{name}={one!r} leads nowhere: {element}" for one in element.get(name).split() if one not in known
            ]
    return faults


def link_faults(page, folder, targets_of):
    """Links within the site whose file or fragment is not there; `targets_of(path)` gives the ids of an HTML file."""
    faults = []
    here = folder / page.name
    for element in page.elements:
        names = {"a": ("href",), "area": ("href",), "link": ("href",)}.get(element.tag, LOADING.get(element.tag, ()))
        for name in names:
            address = element.get(name)
            if name not in element.attributes or (element.tag in ("use", "image") and address.startswith("#")):
                continue
            parts = urlsplit(address)
            if parts.scheme or parts.netloc or name.endswith("srcset"):
                continue
            target = (here.parent / unquote(parts.path)).resolve() if parts.path else here.resolve()
            target = target / "index.html" if target.is_dir() else target
            fragment = unquote(parts.fragment)
            if not target.is_file():
                faults.append(f"a dead link: {address!r} in {element}")
            elif fragment and target.suffix == ".html" and fragment not in targets_of(target):
                faults.append(f"a dead fragment: {address!r} in {element}")
    return faults


def targets_in_site(path):
    """The ids of one file of the site."""
    return read(path.relative_to(SITE.resolve()).as_posix()).targets
