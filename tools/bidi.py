"""A small WebDriver BiDi client for Firefox: enough to open pages, press keys, ask for values and hear the console."""

import contextlib
import json
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import websocket

# Nothing leaves the machine: no updates, no telemetry, no portal checks, and a proxy that does not exist for all but
# this machine's own addresses.
QUIET: dict[str, Any] = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.cache.disk.enable": False,
    "browser.newtabpage.enabled": False,
    "browser.region.network.url": "",
    "browser.safebrowsing.blockedURIs.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.search.update": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.push.connection.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "geo.provider.network.url": "",
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.http.speculative-parallel-limit": 0,
    "network.prefetch-next": False,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.type": 1,
    "network.trr.mode": 5,
    "services.settings.server": "data:,#none",
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.server": "",
    "toolkit.telemetry.unified": False,
}


class Firefox:
    """A headless Firefox with one tab. Use it in a ``with`` statement.

    Attributes
    ----------
    entries : list of dict
        What the console said since the list was last emptied.
    """

    def __init__(self, path: str) -> None:
        self.entries: list[dict[str, Any]] = []
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        profile = Path(self._folder.name)
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in QUIET.items()]
        (profile / "user.js").write_text("".join(lines), encoding="utf-8")
        command = [path, "--headless", "--no-remote", "--remote-debugging-port=0", "-profile", str(profile)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._next = 0

    def __enter__(self) -> "Firefox":
        try:
            port = self._port(Path(self._folder.name) / "WebDriverBiDiServer.json")
            self._socket = websocket.create_connection(
                f"ws://127.0.0.1:{port}/session", timeout=60, suppress_origin=True, http_no_proxy=["*"]
            )
            self.version = self.command("session.new", capabilities={})["capabilities"]["browserVersion"]
            self.command("session.subscribe", events=["log.entryAdded"])
            self.tab = self.command("browsingContext.getTree")["contexts"][0]["context"]
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(Exception):
            self.command("browser.close")
            self._socket.close()
        self._stop()

    def _port(self, file: Path) -> int:
        for _ in range(600):
            if self._process.poll() is not None:
                raise RuntimeError(f"Firefox ended at once with exit code {self._process.returncode}")
            with contextlib.suppress(OSError, ValueError, KeyError):
                return json.loads(file.read_text(encoding="utf-8"))["ws_port"]
            time.sleep(0.1)
        raise RuntimeError("Firefox did not open its port within 60 s")

    def _stop(self) -> None:
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._folder.cleanup()

    def command(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result; events that come meanwhile are kept in ``entries``."""
        self._next += 1
        self._socket.send(json.dumps({"id": self._next, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("type") == "event":
                self.entries.append(answer["params"])
            elif answer.get("id") == self._next:
                if answer["type"] == "error":
                    raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
                return answer["result"]

    def before_each_page(self, function: str) -> None:
        """Run a JavaScript function in every page before the page's own scripts."""
        self.command("script.addPreloadScript", functionDeclaration=function)

    def open(self, address: str) -> None:
        """Open a page and wait for its load event."""
        self.command("browsingContext.navigate", context=self.tab, url=address, wait="complete")

    def ask(self, expression: str) -> Any:
        """Return the value of a JavaScript expression, by way of JSON."""
        target = {"context": self.tab}
        source = f"JSON.stringify({expression})"
        answer = self.command("script.evaluate", expression=source, target=target, awaitPromise=True)
        if answer["type"] != "success":
            raise RuntimeError(f"{expression[:60]}: {answer['exceptionDetails']['text']}")
        return json.loads(answer["result"].get("value", "null"))

    def press(self, key: str) -> None:
        """Press and release one key."""
        strokes = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": strokes}]
        self.command("input.performActions", context=self.tab, actions=actions)
