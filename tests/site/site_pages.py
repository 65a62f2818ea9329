"""The built pages as files: which there are, what their HTML holds, and what is wrong with it."""

import base64
import hashlib
import importlib.util
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]
NOT_BUILT = "run `make book` first: {} is missing"
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


def get(element, name):
    """The value of an attribute; empty where there is none."""
    return element.get(name) or ""


def has_class(element, name):
    return name in get(element, "class").split()


def describe(element):
    """One element for a message: where it stands and how it begins."""
    shown = " ".join(f'{name}="{str(value)[:60]}"' for name, value in list(element.attrs.items())[:3])
    return f"line {element.sourceline}: <{element.name} {shown}>".replace(" >", ">")


class Page:
    """A page of the site as its HTML stands in the file."""

    def __init__(self, html, name="page.html"):
        self.html, self.name = html, name
        plain = re.sub(r"\A\s*<\?xml.*?\?>", "", html)  # a drawing is read as it would be inside a page
        self.soup = BeautifulSoup(plain, "html.parser", multi_valued_attributes=None)
        self.elements = self.soup.find_all(True)

    def all(self, *tags):
        return [element for element in self.elements if element.name in tags]

    @property
    def ids(self):
        return [get(element, "id") for element in self.elements if get(element, "id")]

    @property
    def targets(self):
        return {*self.ids, *(get(element, "name") for element in self.all("a") if get(element, "name"))}

    @property
    def is_redirect(self):
        return any(get(meta, "http-equiv").lower() == "refresh" for meta in self.all("meta"))

    @property
    def policy(self):
        for meta in self.all("meta"):
            if get(meta, "http-equiv").lower() == "content-security-policy":
                parts = [part.split() for part in get(meta, "content").split(";")]
                return {part[0].lower(): part[1:] for part in parts if part}
        return {}

    @property
    def mounts(self):
        return [element for element in self.all("div") if has_class(element, "sr-mount")]


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
        (name, number, get(mount, "data-widget"))
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
    if not any(get(element, "lang") for element in page.all("html")):
        faults.append("<html> without lang")
    titles = [title for title in page.all("title") if title.parent and title.parent.name == "head"]
    if len(titles) != 1 or not titles[0].text.strip():
        faults.append(f"needs one title with text; got {[title.text for title in titles]}")
    descriptions = [get(meta, "content").strip() for meta in page.all("meta") if get(meta, "name") == "description"]
    if len(descriptions) != 1 or not descriptions[0]:
        faults.append(f"needs one description with text; got {descriptions}")
    return faults


def is_executed(script):
    return "src" not in script.attrs and get(script, "type").lower().strip() in SCRIPT_TYPES


def policy_faults(page):
    """The content security policy: first in the head, strict, and nothing inline that it would have to allow."""
    faults = []
    heads = page.all("head")
    first = heads[0].find(True) if heads else None
    if first is None or get(first, "http-equiv").lower() != "content-security-policy":
        faults.append(f"the first element of the head must be the policy; it is {first and describe(first)}")
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
            faults.append(f"an inline script: {describe(script)}")
    for element in page.elements:
        faults += [
            f"an inline event handler {name}: {describe(element)}" for name in element.attrs if name.startswith("on")
        ]
        for name in ("href", "src", "action", "formaction"):
            if get(element, name).lower().strip().startswith("javascript:"):
                faults.append(f"a script in {name}: {describe(element)}")
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
        names = LOADING.get(element.name, ())
        if element.name == "link" and not set(get(element, "rel").lower().split()) <= LINK_ONLY:
            names = ("href", "imagesrcset")
        for name in names:
            parts = re.split(r"[\s,]+", get(element, name)) if name.endswith("srcset") else [get(element, name)]
            faults += [f"loads from elsewhere: {part} in {describe(element)}" for part in parts if is_elsewhere(part)]
        faults += css_faults(get(element, "style"), describe(element))
        if element.name == "style":
            faults += css_faults(element.text, describe(element))
    return faults


def heading_faults(page):
    """One h1, and no level left out on the way down."""
    headings = page.all("h1", "h2", "h3", "h4", "h5", "h6")
    levels = [int(heading.name[1]) for heading in headings]
    faults = [] if levels.count(1) == 1 else [f"needs one h1; got {levels.count(1)}"]
    if levels and levels[0] != 1:
        faults.append(f"its first heading is no h1: {headings[0].text.strip()!r}")
    for above, level, heading in zip(levels, levels[1:], headings[1:], strict=False):
        if level > above + 1:
            faults.append(f"an h{level} follows an h{above}: {heading.text.strip()!r}")
    return faults + [f"an empty heading: {describe(heading)}" for heading in headings if not heading.text.strip()]


def picture_faults(page):
    """Every picture says what it shows, or that it is decoration, and keeps its place while it loads."""
    faults = []
    for img in page.all("img"):
        if not get(img, "alt").strip():
            faults.append(f"no alt text: {describe(img)}")
        if not (get(img, "width").isdigit() and get(img, "height").isdigit()):
            faults.append(f"no width and height, so what follows jumps when it comes: {describe(img)}")
    for svg in page.all("svg"):
        is_hidden = any(get(node, "aria-hidden") == "true" for node in (svg, *svg.parents))
        is_inside = any(node.name == "svg" or get(node, "role") == "img" for node in svg.parents)
        if not (is_hidden or is_inside or (get(svg, "role") == "img" and get(svg, "aria-label").strip())):
            faults.append(f"needs role=img with an aria-label, or aria-hidden: {describe(svg)}")
    for element in page.all("img", "svg"):
        text = get(element, "alt") or get(element, "aria-label")
        if BAD_ALT.match(text):
            faults.append(f"must state the finding: {text[:60]!r}")
    return faults


def id_faults(page):
    """Ids are unique, and what refers to an id finds it."""
    faults = [f"the id {name!r} stands {count} times" for name, count in Counter(page.ids).items() if count > 1]
    known = set(page.ids)
    for element in page.elements:
        for name in ("aria-labelledby", "aria-describedby", "aria-controls", "popovertarget", "for", "list"):
            lost = [one for one in get(element, name).split() if one not in known]
            faults += [f"{name}={one!r} leads nowhere: {describe(element)}" for one in lost]
    return faults


def link_faults(page, folder, targets_of):
    """Links within the site whose file or fragment is not there; `targets_of(path)` gives the ids of an HTML file."""
    faults = []
    here = folder / page.name
    for element in page.elements:
        names = {"a": ("href",), "area": ("href",), "link": ("href",)}.get(element.name, LOADING.get(element.name, ()))
        for name in names:
            address = get(element, name)
            if name not in element.attrs or (element.name in ("use", "image") and address.startswith("#")):
                continue
            parts = urlsplit(address)
            if parts.scheme or parts.netloc or name.endswith("srcset"):
                continue
            target = (here.parent / unquote(parts.path)).resolve() if parts.path else here.resolve()
            target = target / "index.html" if target.is_dir() else target
            fragment = unquote(parts.fragment)
            if not target.is_file():
                faults.append(f"a dead link: {address!r} in {describe(element)}")
            elif fragment and target.suffix == ".html" and fragment not in targets_of(target):
                faults.append(f"a dead fragment: {address!r} in {describe(element)}")
    return faults


def targets_in_site(path):
    """The ids of one file of the site."""
    return read(path.relative_to(SITE.resolve()).as_posix()).targets
