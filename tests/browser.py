"""A real browser, as much of it as tests need: Chromium, driven over a pipe by its own protocol."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
_INCHES = {"a4": (8.27, 11.69), "letter": (8.5, 11.0)}


def axe() -> Path | None:
    """The accessibility checker axe-core, beside the programs of npm on the PATH, or None."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        bin_ = Path(folder)
        for modules in (bin_.parent, bin_.parent / "lib" / "node_modules"):
            script = modules / "axe-core" / "axe.min.js"
            if script.is_file():
                return script
    return None


class Browser:
    """One page of a headless Chromium."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._to, self._from = to_browser, from_browser
        self._number = 0
        self._rest = b""
        self._session: str | None = None
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self._call("Page.enable")

    def show(self, page: Path, *, width: int = 1000, height: int = 800, dark: bool = False) -> None:
        """Load a page in a window of a width and height, in pixels."""
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", media="", features=[scheme])
        self._call("Page.navigate", url=page.as_uri())
        while self.evaluate("document.readyState") != "complete":
            pass

    def evaluate(self, script: str) -> Any:
        """What an expression gives, awaited where it is a promise."""
        found = self._call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def violations(self, axe_script: Path) -> list[str]:
        """What axe finds wrong with the page that is shown, a line each."""
        self.evaluate(axe_script.read_text(encoding="utf-8") + "; 0")
        found = self.evaluate("axe.run().then(found => found.violations)")
        return [
            f"{violation['id']}: {node['html'][:120]}: {node['failureSummary']}"
            for violation in found
            for node in violation["nodes"]
        ]

    def on_paper(self, width: int) -> None:
        """Lay the page out as it is printed, so wide, to be measured."""
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=800, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        self._call("Emulation.setEmulatedMedia", media="print")

    def printed(self, paper: str) -> bytes:
        """The page as PDF, as the browser prints it; the page says how large its paper is."""
        width, height = _INCHES[paper]
        found = self._call(
            "Page.printToPDF",
            preferCSSPageSize=True, printBackground=False, paperWidth=width, paperHeight=height,
        )  # fmt: skip
        return base64.b64decode(found["data"])

    def picture(self) -> bytes:
        """The whole page as PNG."""
        found = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        return base64.b64decode(found["data"])

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        said = json.dumps(message).encode() + b"\0"
        while said:
            said = said[os.write(self._to, said) :]
        while True:
            answer = json.loads(self._read())
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]  # type: ignore[no-any-return]

    def _read(self) -> bytes:
        while b"\0" not in self._rest:
            more = os.read(self._from, 1 << 20)
            assert more, "the browser has gone"
            self._rest += more
        said, _, self._rest = self._rest.partition(b"\0")
        return said


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser that is ended afterwards, with a profile of its own and no network."""
    program = next(found for name in NAMES if (found := shutil.which(name)))
    read_here, write_there = os.pipe()
    read_there, write_here = os.pipe()
    # Above the two numbers that Chromium speaks on, so that neither is overwritten.
    incoming = fcntl.fcntl(read_there, fcntl.F_DUPFD, 10)
    outgoing = fcntl.fcntl(write_there, fcntl.F_DUPFD, 10)

    def wire() -> None:
        os.dup2(incoming, 3)
        os.dup2(outgoing, 4)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        running = subprocess.Popen(
            [
                program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                "--host-resolver-rules=MAP * ~NOTFOUND", "--disable-dev-shm-usage",
                "--remote-debugging-pipe", f"--user-data-dir={profile}",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=wire,  # noqa: PLW1509  no threads here
            pass_fds=(3, 4),
        )  # fmt: skip
        for end in (incoming, outgoing, read_there, write_there):
            os.close(end)
        try:
            yield Browser(write_here, read_here)
        finally:
            running.terminate()
            running.wait(20)
            os.close(write_here)
            os.close(read_here)
