"""The browsers that test the built site: find them, install them where that is possible, drive Firefox.

python tools/browser.py chromium       print the path of a Chromium; install one if there is none
python tools/browser.py firefox-test   move every widget once in Firefox, from a server and from the disk
"""

from __future__ import annotations

import contextlib
import functools
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bidi import Firefox

SITE = Path(os.environ.get("SOFTRECALL_SITE") or Path(__file__).resolve().parent.parent / "_build" / "html")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FIREFOX = ("firefox", "firefox-esr")
DOWNLOAD_SECONDS = 120
QUIET = subprocess.DEVNULL

# No sandbox only for root, who cannot have one. The proxy does not exist: all but this machine's own addresses fail.
FLAGS = [
    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    "--disable-gpu",
    "--disable-gpu-rasterization",
    "--disable-extensions",
    "--disable-features=Translate,MediaRouter,OptimizationHints,DialMediaRouteProvider,CalculateNativeWinOcclusion,IsolateOrigins,site-per-process,PaintHolding,BackForwardCache",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--proxy-server=http://127.0.0.1:9",
]

# A page's first widget, its slider and what it shows; the same for every widget.
LOOK = """(() => {
  const mount = document.querySelectorAll(".sr-mount")[%d];
  const live = mount.querySelector(".sr-live"), note = mount.querySelector(".sr-note");
  const slider = live && live.querySelector("input[type=range]"), status = live && live.querySelector("[role=status]");
  return {
    note: note && note.textContent,
    isLive: Boolean(slider && status && status.textContent && live.querySelector("svg")),
    drawn: live ? [...live.querySelectorAll("svg")].map((svg) => svg.outerHTML).join("") : "",
    status: status && status.textContent,
    value: slider && slider.value,
    isAtEnd: slider && slider.value === slider.max,
  };
})()"""
FOCUS = """(() => {
  const mount = document.querySelectorAll(".sr-mount")[%d];
  mount.scrollIntoView({ behavior: "instant", block: "center" });
  const slider = mount.querySelector(".sr-live input[type=range]");
  if (slider) slider.focus();
  return document.activeElement === slider;
})()"""
WATCH_POLICY = """() => {
  window.refused = [];
  const note = (event) => window.refused.push(event.violatedDirective + " " + event.blockedURI);
  addEventListener("securitypolicyviolation", note);
}"""
ARROW_LEFT, ARROW_RIGHT = "\ue012", "\ue014"


# ---- find and install -----------------------------------------------------------------------------------------------


def on_path(names: tuple[str, ...]) -> str | None:
    """The path of the first of these programs that is there."""
    return next(filter(None, map(shutil.which, names)), None)


def can_apt() -> bool:
    """Whether this is Debian or its kin, and we may install."""
    return shutil.which("apt-get") is not None and hasattr(os, "geteuid") and os.geteuid() == 0


def apt_install(package: str) -> bool:
    """Install one package of Debian; say so, since it takes a while."""
    print(f"Installing {package} (once; it takes a minute or two)", file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", package]):
        try:
            done = subprocess.run(command, env=environment, timeout=900, check=False, stdout=QUIET, stderr=QUIET)
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0


def playwright_chromium() -> str | None:
    """The path of playwright's own Chromium, if it has been downloaded."""
    ask = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    path = done.stdout.strip()
    return path if path and Path(path).exists() else None


@functools.cache
def chromium_path() -> str | None:
    """The path of a Chromium on this machine, or None."""
    return on_path(CHROMIUM) or playwright_chromium()


def install_chromium() -> str | None:
    """Install a Chromium with the means of this machine and return its path."""
    if can_apt():
        apt_install("chromium")
    else:
        print("Downloading a Chromium with playwright (once)", file=sys.stderr, flush=True)
        with contextlib.suppress(subprocess.TimeoutExpired):
            command = [sys.executable, "-m", "playwright", "install", "chromium"]
            subprocess.run(command, timeout=DOWNLOAD_SECONDS, check=False, stdout=QUIET, stderr=QUIET)
    chromium_path.cache_clear()
    return chromium_path()


def chromium() -> int:
    """Print the path of a Chromium; 1 if there is none and none can be installed."""
    path = chromium_path() or install_chromium()
    if path is None:
        print(
            "No Chromium: the tests of the site need one. Install chromium or google-chrome, so that it is on PATH, "
            "or run `playwright install chromium`.",
            file=sys.stderr,
        )
        return 1
    print(path)
    return 0


# ---- a server -------------------------------------------------------------------------------------------------------


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the built site as a plain host would: no compression, 404.html for what is not there."""

    protocol_version = "HTTP/1.1"
    late = (r"(?!)", 0.0)
    """A pattern of paths and the seconds by which they come late, as on a slow line."""

    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".woff2": "font/woff2"}  # noqa: RUF012

    def do_GET(self) -> None:
        """Answer, some things late."""
        pattern, seconds = self.late
        if re.search(pattern, self.path):
            time.sleep(seconds)
        super().do_GET()

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Send the site's own page for what is not there."""
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.exists():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    """Many requests at once; a browser that hangs up is no news."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, *args: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def serve(folder: Path, late: tuple[str, float] = Handler.late) -> Iterator[str]:
    """Serve a folder on a free port of this machine and give its address, which ends in a slash."""
    handler = type("Handler", (Handler,), {"late": late})
    with Server(("127.0.0.1", 0), functools.partial(handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


# ---- Firefox --------------------------------------------------------------------------------------------------------


def pages_with_widgets() -> dict[str, int]:
    """Each page of the built site that holds widgets, and how many."""
    found = {}
    for path in sorted(SITE.rglob("*.html")):
        count = path.read_text(encoding="utf-8").count('<div class="sr-mount"')
        if count:
            found[path.relative_to(SITE).as_posix()] = count
    return found


def wait_for(firefox: Firefox, expression: str, is_ready: Callable[[Any], bool]) -> Any:
    """Ask until the answer is as wanted, for at most 15 seconds; return the last answer."""
    end = time.monotonic() + 15
    while True:
        answer = firefox.ask(expression)
        if is_ready(answer) or time.monotonic() > end:
            return answer
        time.sleep(0.05)


def move(firefox: Firefox, number: int) -> list[str]:
    """Press an arrow key on the first slider of a widget; return what is wrong."""
    firefox.ask(FOCUS % number)  # brings it near the screen, so that it comes to life
    before = wait_for(firefox, LOOK % number, lambda seen: seen["isLive"] or seen["note"])
    if not before["isLive"]:
        return [f"widget {number + 1} is not live ({before['note'] or 'nothing was drawn'})"]
    if not firefox.ask(FOCUS % number):
        return [f"widget {number + 1}: its slider does not take the focus"]
    firefox.press(ARROW_LEFT if before["isAtEnd"] else ARROW_RIGHT)
    parts = ("value", "drawn", "status")
    after = wait_for(firefox, LOOK % number, lambda seen: all(seen[part] != before[part] for part in parts))
    names = {"value": "slider", "drawn": "picture", "status": "status line"}
    same = [names[part] for part in parts if after[part] == before[part]]
    return [f"widget {number + 1}: an arrow key leaves its {', '.join(same)} as before"] if same else []


def check_pages(firefox: Firefox, base: str, pages: dict[str, int]) -> list[str]:
    """Move every widget of every page below an address; return what is wrong."""
    faults = []
    for page, count in pages.items():
        firefox.entries.clear()
        firefox.open(base + page)
        found = [fault for number in range(count) for fault in move(firefox, number)]
        found += [f"refused by the policy: {entry}" for entry in firefox.ask("window.refused")]
        found += [f"console: {entry['text']}" for entry in firefox.entries if entry["level"] == "error"]
        faults += [f"{base}{page}: {fault}" for fault in found]
        print(f"  {base}{page}: {count} moved" if not found else f"  {base}{page}: FAILED", flush=True)
    return faults


def firefox_test() -> int:
    """Test the widgets in Firefox; 0 when all is well, 1 when something is wrong or there is no Firefox."""
    path = on_path(FIREFOX)
    if path is None and can_apt() and apt_install("firefox-esr"):
        path = on_path(FIREFOX)
    if path is None:
        print("No Firefox: the widgets must be tried in one. Install it, so that it is on PATH.", file=sys.stderr)
        return 1
    pages = pages_with_widgets()
    if not pages:
        print(f"No page with a widget lies in {SITE}: run `make book` first.", file=sys.stderr)
        return 1
    from bidi import Firefox

    with serve(SITE) as address, Firefox(path) as firefox:
        print(f"Firefox {firefox.version}", flush=True)
        firefox.before_each_page(WATCH_POLICY)
        faults = [fault for base in (address, SITE.as_uri() + "/") for fault in check_pages(firefox, base, pages)]
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"Firefox: {2 * len(pages)} pages opened, {len(faults)} faults", flush=True)
    return 1 if faults else 0


def main(arguments: list[str]) -> int:
    """Run the command of that name."""
    commands = {"chromium": chromium, "firefox-test": firefox_test}
    if len(arguments) != 1 or arguments[0] not in commands:
        print(f"needed one of: {', '.join(commands)}; got {' '.join(arguments) or 'nothing'}", file=sys.stderr)
        return 2
    return commands[arguments[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
